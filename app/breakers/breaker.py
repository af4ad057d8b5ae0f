"""A circuit breaker around calls that are awaited."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple, TypeVar, cast

import structlog
from pybreaker import CircuitBreaker, CircuitBreakerError, CircuitBreakerListener
from pybreaker import CircuitBreakerState as PybreakerState

from app.breakers.reason import reason_of
from app.breakers.waiting import SteadyStorage
from app.errors import RingfenceError

log = structlog.get_logger(__name__)

T = TypeVar("T")
BreakerState = Literal["closed", "open", "half-open"]


class BreakerOpenError(RingfenceError):
    """Answered at once: too many calls have failed just now, or the one call that is to decide is under way."""


class _CutOffError(Exception):
    """The one call that was to decide was cancelled, which proves nothing."""


class Limits(NamedTuple):
    """When a breaker opens, and how long it stays so. Times in seconds."""

    failures: int = 5
    """So many in a row open it."""
    reset_s: float = 5.0
    """How long it stays open before one call may try."""
    call_s: float = 5.0
    """What a call may take; one that takes longer has failed."""


class StateChange(NamedTuple):
    """A breaker went from one state to another."""

    breaker: str
    before: BreakerState | None
    after: BreakerState
    reason: str | None = None
    """The last failure on one line, where it opens."""


Told = Callable[[StateChange], None]


class Breaker:
    """Opens after failures in a row, lets one call through when its time has come, closes when that succeeds.

    Args:
        name: of what lies behind it.
        limits: when it opens.
        tell: gets every change of its state.

    Example:
        >>> async def ask() -> str:
        ...     return "here"
        >>> breaker = Breaker("redis", Limits(failures=3, reset_s=5.0, call_s=1.0))
        >>> asyncio.run(breaker.call(ask)), breaker.state
        ('here', 'closed')

    """

    def __init__(self, name: str, limits: Limits | None = None, tell: Told = lambda _: None) -> None:
        self.name = name
        self.limits = limits or Limits()
        self._probing = False
        self._breaker = CircuitBreaker(
            fail_max=self.limits.failures,
            reset_timeout=self.limits.reset_s,
            exclude=[asyncio.CancelledError],
            listeners=[_Listener(name, tell)],
            state_storage=SteadyStorage(self.limits.reset_s),
            throw_new_error_on_trip=False,
            name=name,
        )

    @property
    def state(self) -> BreakerState:
        """As of the last call."""
        return cast("BreakerState", self._breaker.current_state)

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Await what `work` returns, for `call_s` at most.

        Raises:
            BreakerOpenError: it was not tried.
            TimeoutError: it took too long; any other error is that of `work`.

        """
        if self._probing:
            raise BreakerOpenError(f"{self.name}: one call tries whether it is back")
        try:
            with self._breaker.calling():
                return await (self._probe(work) if self.state == "half-open" else self._limited(work))
        except CircuitBreakerError as error:
            raise BreakerOpenError(f"{self.name}: {error}") from error
        except _CutOffError as error:
            raise asyncio.CancelledError from error

    async def _probe(self, work: Callable[[], Awaitable[T]]) -> T:
        """Hold off all others. For pybreaker an excluded error is a success: a cancelled probe would close it."""
        self._probing = True
        try:
            return await self._limited(work)
        except asyncio.CancelledError as error:
            raise _CutOffError from error
        finally:
            self._probing = False

    async def _limited(self, work: Callable[[], Awaitable[T]]) -> T:
        async with asyncio.timeout(self.limits.call_s):
            return await work()


class _Listener(CircuitBreakerListener):
    def __init__(self, name: str, tell: Told) -> None:
        self._name = name
        self._tell = tell
        self._reason: str | None = None

    def failure(self, _: CircuitBreaker, error: BaseException) -> None:
        """Remember why, before the state changes; a call that was cut off says nothing."""
        if not isinstance(error, _CutOffError):
            self._reason = reason_of(error)

    def state_change(self, _: CircuitBreaker, before: PybreakerState | None, after: PybreakerState) -> None:
        """Say it, in one line; calls that were under way when it opened open it again, which is no change."""
        if before is not None and before.name == after.name:
            return
        left = None if before is None else cast("BreakerState", before.name)
        if after.name == "open":
            change = StateChange(self._name, left, "open", self._reason)
            log.warning("breaker opens", breaker=self._name, before=left, reason=self._reason)
        else:
            change = StateChange(self._name, left, cast("BreakerState", after.name))
            log.info("breaker changes", breaker=self._name, before=left, after=after.name)
        self._tell(change)
