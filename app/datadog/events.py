"""Events on their way to Datadog's API, one by one."""

import time
from collections.abc import Callable, Iterable

import structlog
from msgspec.structs import asdict, replace

from app.datadog.account import Account
from app.datadog.errors import RefusedRequestError
from app.datadog.event import Event, dated
from app.datadog.telling import Told, events_of
from app.settings import DatadogSettings

log = structlog.get_logger(__name__)


class Events:
    """Tells an account of what messages are worth.

    Args:
        account: whom to tell.
        settings: how far a score must move, tags for all.
        clock: seconds since the epoch.

    """

    def __init__(self, account: Account, settings: DatadogSettings, clock: Callable[[], float] = time.time) -> None:
        self._account = account
        self._settings = settings
        self._clock = clock

    def of(self, messages: Iterable[Told]) -> list[Event]:
        """The events of a batch of messages, in order.

        Of events that say the same of the same, as the updates of one alert do, the last one stands for all.
        """
        points = self._settings.trust_event_points
        return condensed(event for message in messages for event in events_of(message, points))

    def send(self, event: Event) -> bool:
        """Try once to tell of an event; whether it is taken. Raises DatadogError where Datadog cannot be told now.

        What Datadog refuses for good is logged and left out, since those behind it must not wait for it.
        """
        body = {name: value for name, value in asdict(dated(event, self._clock())).items() if value is not None}
        body["tags"] = [*event.tags, *self._settings.tags]
        try:
            self._account.ask_once("POST", "events", body)
        except RefusedRequestError as error:
            log.warning("event refused", title=event.title, reason=str(error))
            return False
        return True


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
