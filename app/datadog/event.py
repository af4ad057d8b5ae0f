"""An event in Datadog."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from app.moment import utc
from app.telemetry.labels import label

AlertType = Literal["error", "warning", "info", "success"]
MAX_TITLE, MAX_TEXT, MAX_KEY = 100, 4000, 100
"""Characters; Datadog's limits."""
MAX_AGE_S = 17 * 3600
"""How far from now an event says when it happened; Datadog refuses those of more than 18 hours ago."""


class Event(Struct, frozen=True):
    """An event, by the fields of Datadog's API."""

    title: str
    text: str
    alert_type: AlertType
    aggregation_key: str
    """What the event is about: events of one key are shown together."""
    tags: tuple[str, ...]
    date_happened: int | None = None
    """Seconds since the epoch; None is now."""


def event(  # noqa: PLR0913 - the fields of an event
    *, title: str, text: str, alert_type: AlertType, key: str, tags: Mapping[str, str | None], time: int | None = None
) -> Event:
    """An event within Datadog's limits; `time` is in milliseconds since the epoch.

    >>> event(title="x" * 200, text="", alert_type="info", key="k" * 200, tags={"fleet": "Sales, EU"}).tags
    ('service:ringfence', 'fleet:sales__eu')
    """
    return Event(
        title=_cut(title, MAX_TITLE),
        text=_cut(text, MAX_TEXT),
        alert_type=alert_type,
        aggregation_key=key if len(key) <= MAX_KEY else blake2b(key.encode(), digest_size=16).hexdigest(),
        tags=("service:ringfence", *(f"{name}:{label(value)}" for name, value in tags.items())),
        date_happened=None if time is None else time // 1000,
    )


def dated(event: Event, now_s: float) -> Event:
    r"""The event as Datadog takes and shows it: one of long ago, or of times to come, is told as of now.

    Its text says when it happened, by the clock of what it is about.


    >>> told = Event("Quarantined: ann", "trust 12", "error", "agent:ann", (), date_happened=1_700_000_000)
    >>> dated(told, 1_700_000_060.0) == told
    True
    >>> dated(told, 1_700_090_000.0).text, dated(told, 1_700_090_000.0).date_happened
    ('Happened at 2023-11-14T22:13:20+00:00.\ntrust 12', None)
    """
    if event.date_happened is None or abs(now_s - event.date_happened) < MAX_AGE_S:
        return event
    text = f"Happened at {utc(event.date_happened * 1000)}.\n{event.text}"
    return replace(event, text=_cut(text, MAX_TEXT), date_happened=None)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
