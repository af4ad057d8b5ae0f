"""What breakers do, as alerts about Ringfence itself."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from app.breakers import StateChange
from app.events import BREAKER, NO_FLEET, Alert
from app.moment import utc


class Seen(NamedTuple):
    """A change of a breaker, and when it was seen (ms since the epoch)."""

    change: StateChange
    time: int


def is_news(change: StateChange) -> bool:
    """Whether a change may open or resolve an alert: a try does not, nor one that fails.

    >>> is_news(StateChange("redis", "open", "half-open")), is_news(StateChange("redis", "half-open", "open"))
    (False, False)
    """
    return change.after == "closed" or (change.after == "open" and change.before == "closed")


class SystemAlerts:
    """Opens an alert when a breaker opens and resolves it when it closes, however often it tries in between.

    Args:
        open_: alerts that an earlier process has left open.

    >>> alerts = SystemAlerts()
    >>> away = StateChange("redis", "closed", "open", "ConnectionError: refused")
    >>> for change in (away, StateChange("redis", "open", "half-open"), StateChange("redis", "half-open", "closed")):
    ...     alert = alerts.of(Seen(change, 1_700_000_000_000))
    ...     print(alert and (alert.state, alert.alert_id))
    ('opened', 'breaker:redis:1700000000000')
    None
    ('resolved', 'breaker:redis:1700000000000')

    """

    def __init__(self, open_: Iterable[Alert] = ()) -> None:
        self._open = {alert.subject: alert for alert in open_}

    @property
    def open(self) -> Mapping[str, Alert]:
        """Those that are open, by what lies behind the breaker."""
        return self._open

    def of(self, seen: Seen) -> Alert | None:
        """The alert that a change is worth."""
        match seen.change.after:
            case "open" if seen.change.breaker not in self._open:
                alert = self._open[seen.change.breaker] = _opened(seen)
                return alert
            case "closed" if seen.change.breaker in self._open:
                return _resolved(self._open.pop(seen.change.breaker), seen.time, "answers again")
            case _:
                return None

    def begin_anew(self, time_ms: int) -> list[Alert]:
        """Resolve what an earlier process has left: breakers begin closed, and open again if need be."""
        left, self._open = self._open, {}
        return [_resolved(alert, time_ms, "is tried anew: the sinks have started again") for alert in left.values()]


def _opened(seen: Seen) -> Alert:
    name = seen.change.breaker
    return Alert(
        alert_id=f"{BREAKER}:{name}:{seen.time}",
        state="opened",
        time=seen.time,
        fleet=NO_FLEET,
        pattern=BREAKER,
        subject=name,
        severity=1.0,
        level="critical",
        agents=(),
        evidence=(),
        explanation=f"{name} has failed; calls to it are held back since {utc(seen.time)}. {_reason(seen.change)}",
        suggested_action=f"make {name} answer again: it is tried all the time, and what waits for it follows by itself",
    )


def _resolved(alert: Alert, time_ms: int, how: str) -> Alert:
    explanation = f"{alert.subject} {how}, {max(0, time_ms - alert.time) / 1000:.0f} s after it was held back."
    return replace(alert, state="resolved", time=time_ms, explanation=explanation, suggested_action="nothing")


def _reason(change: StateChange) -> str:
    return f"The last failure: {(change.reason or 'unknown').strip(': ')}."
