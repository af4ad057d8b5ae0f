"""Events on their way to Datadog's API, batch by batch."""

from collections.abc import Iterable

import structlog
from msgspec.structs import asdict, replace

from app.datadog.account import Account
from app.datadog.errors import RefusedRequestError
from app.datadog.event import Event
from app.datadog.telling import Told, events_of
from app.settings import DatadogSettings

log = structlog.get_logger(__name__)


class Events:
    """Tells an account of messages, at least once: who was not told of a batch sends it again.

    What Datadog refuses for good is logged and left out, since the rest of the batch must not wait for it.
    """

    def __init__(self, account: Account, settings: DatadogSettings) -> None:
        self._account = account
        self._settings = settings
        self.refused = 0
        """Events that Datadog would not take, so far."""

    def tell(self, messages: Iterable[Told]) -> int:
        """Send the events of a batch in order; how many there were. Raises DatadogError where Datadog cannot be told.

        Of events that say the same of the same, as the updates of one alert do, the last one stands for all.
        """
        points = self._settings.trust_event_points
        told = condensed(event for message in messages for event in events_of(message, points))
        for event in told:
            self._send(event)
        return len(told)

    def _send(self, event: Event) -> None:
        body = {name: value for name, value in asdict(event).items() if value is not None}
        body["tags"] = [*event.tags, *self._settings.tags]
        try:
            self._account.ask("POST", "events", body)
        except RefusedRequestError as error:
            self.refused += 1
            log.warning("event refused", title=event.title, reason=str(error))


def condensed(events: Iterable[Event]) -> list[Event]:
    r"""The last of all events of the same title and key, saying for how many it stands.

    >>> letter = Event("Dead letter: NotJson", "at line 3", "error", "dead-letter:NotJson", ())
    >>> [event.text for event in condensed([letter, replace(letter, text="at line 9")])]
    ['at line 9\n(the last of 2 alike)']
    """
    last: dict[tuple[str, str], tuple[Event, int]] = {}
    for event in events:
        key = event.aggregation_key, event.title
        _, alike = last.pop(key, (event, 0))
        last[key] = event, alike + 1
    return [
        event if alike == 1 else replace(event, text=f"{event.text}\n(the last of {alike} alike)")
        for event, alike in last.values()
    ]
