"""How long a breaker has been open, by a clock that nobody sets."""

from datetime import UTC, datetime
from time import monotonic

from pybreaker import STATE_CLOSED, CircuitMemoryStorage

_NEVER = datetime(9000, 1, 1, tzinfo=UTC)


class SteadyStorage(CircuitMemoryStorage):
    """Says when a breaker opened so that pybreaker, which looks at the wall clock, waits `reset_s` whatever that shows.

    A clock that is set back by an hour would keep it open for an hour.
    """

    def __init__(self, reset_s: float) -> None:
        super().__init__(STATE_CLOSED)
        self._reset_s = reset_s
        self._due = monotonic()

    @property
    def opened_at(self) -> datetime | None:
        """None once a call may try; before that, a time of which no clock has seen the end."""
        return None if monotonic() >= self._due else _NEVER

    @opened_at.setter
    def opened_at(self, _: datetime) -> None:
        self._due = monotonic() + self._reset_s
