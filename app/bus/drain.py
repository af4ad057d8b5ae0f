"""What sends from a spool: in order, removing a message only when the broker has acknowledged it."""

import threading
import time

from pybreaker import CircuitBreaker, CircuitBreakerError
from tenacity import RetryError, Retrying, retry_if_exception_type, wait_exponential, wait_random
from tenacity.nap import sleep_using_event
from tenacity.stop import stop_when_event_set

from app.bus.errors import UnreachableError
from app.bus.local_dead_letters import Grounds
from app.bus.refusal import error_name
from app.bus.spool import Spool
from app.bus.suspects import Suspects
from app.bus.transport import Failure, Transport
from app.settings import KafkaSettings

IN_FLIGHT = 20_000
"""Messages handed over and not acknowledged, at most: what a crash can send twice."""

_BATCH = 1_000
_POLL_S = 0.01
_IDLE_S = 0.5
_REMOVE_S = 0.02
_STALL_S = 3.0
_REACH_S = 2.0
_GRACE_S = 2.0
_BACKOFF_S = 0.1
_BACKOFF_MAX_S = 2.0
_BREAKER_FAILURES = 3
_BREAKER_RESET_S = 1.0


class Drain:
    """Sends a spool's messages until told to stop.

    While Kafka is away it asks for it behind a breaker, with exponential backoff and jitter, and hands nothing over.
    One thread calls `run`; the others read the numbers, and wait on `changed` for them and the spool to move.
    """

    def __init__(self, spool: Spool, settings: KafkaSettings) -> None:
        self._spool = spool
        self._settings = settings
        self._stopping = threading.Event()
        self._appended = threading.Event()
        self._suspects = Suspects()
        self._transport: Transport | None = None
        self._handed = 0
        self._removed_at = 0.0
        self._breaker = CircuitBreaker(
            fail_max=_BREAKER_FAILURES, reset_timeout=_BREAKER_RESET_S, throw_new_error_on_trip=False
        )
        self.changed = threading.Condition()
        self.acknowledged = 0
        self.buried = 0
        self.trouble: str | None = None

    @property
    def breaker(self) -> str:
        """State of the breaker: closed, open or half-open."""
        return str(self._breaker.current_state)

    def wake(self) -> None:
        """Say that there is something new in the spool."""
        self._appended.set()

    def stop(self) -> None:
        """End `run` soon; what is not acknowledged stays in the spool."""
        self._stopping.set()
        self._appended.set()

    def run(self) -> None:
        """Send until `stop`."""
        while not self._stopping.is_set():
            try:
                Retrying(
                    retry=retry_if_exception_type((UnreachableError, CircuitBreakerError)),
                    wait=wait_exponential(multiplier=_BACKOFF_S, max=_BACKOFF_MAX_S) + wait_random(0.0, _BACKOFF_S),
                    sleep=sleep_using_event(self._stopping),
                    stop=stop_when_event_set(self._stopping),
                )(self._session)
            except RetryError:
                break
        self._finish()

    def _session(self) -> None:
        transport = self._connected()
        before = self.acknowledged + self.buried
        self._reach(transport)
        self._pump(transport)
        if transport.lost:
            self._lose(transport)
            if self.acknowledged + self.buried == before:
                raise transport.trouble

    def _connected(self) -> Transport:
        if self._transport is None:
            self._transport = Transport(self._settings, self._spool.source)
            self._handed = 0
        return self._transport

    def _reach(self, transport: Transport) -> None:
        try:
            with self._breaker.calling():
                transport.reach(_REACH_S)
        except UnreachableError as error:
            self._tell(str(error))
            raise
        self._tell(None)

    def _pump(self, transport: Transport) -> None:
        """Feed and settle until the client is lost, stalls, or `stop`."""
        news_at = time.monotonic()
        while not (transport.lost or self._stopping.is_set()):
            fed = self._feed(transport)
            self._wait(transport, busy=fed)
            if self._settle(transport) or not len(transport.window):
                news_at = time.monotonic()
            elif time.monotonic() - news_at > _STALL_S:
                return

    def _feed(self, transport: Transport) -> bool:
        most = self._suspects.group(after=self._handed) or IN_FLIGHT
        room = min(_BATCH, most - len(transport.window))
        fed = False
        for spooled in self._spool.read(after=self._handed, limit=room) if room > 0 else ():
            if not transport.hand(spooled):
                break
            self._handed, fed = spooled.sequence, True
        return fed

    def _wait(self, transport: Transport, *, busy: bool) -> None:
        if busy or len(transport.window):
            transport.poll(0 if busy else _POLL_S)
        else:
            transport.poll(0)
            self._appended.wait(_IDLE_S)
            self._appended.clear()

    def _settle(self, transport: Transport, *, at_once: bool = False) -> bool:
        """Remove what is acknowledged without a gap, now and then; whether there was any."""
        due = at_once or not len(transport.window) or time.monotonic() - self._removed_at > _REMOVE_S
        last = transport.window.advance() if due else None
        if last is None:
            return False
        self._suspects.forget(last)
        self._removed_at = time.monotonic()
        with self.changed:
            self.acknowledged += self._spool.remove(last)
            self.changed.notify_all()
        return True

    def _lose(self, transport: Transport) -> None:
        transport.collect()
        self._settle(transport, at_once=True)
        self._transport = None
        self._tell(str(transport.trouble))
        for failure in self._suspects.convict(transport.failures):
            self._bury(failure)

    def _bury(self, failure: Failure) -> None:
        spooled = self._spool.read(after=failure.sequence - 1, limit=1)[0]
        attempts = self._suspects.attempts(failure.sequence)
        with self.changed:
            self._spool.bury(spooled, Grounds(error_name(failure.code), failure.reason, attempts))
            self.buried += 1
            self.changed.notify_all()

    def _finish(self) -> None:
        """Give what is in flight a moment to be acknowledged, so that the next start sends less twice."""
        transport, deadline = self._transport, time.monotonic() + _GRACE_S
        while transport and len(transport.window) and not transport.lost and time.monotonic() < deadline:
            transport.poll(_POLL_S)
        if transport:
            self._settle(transport, at_once=True)

    def _tell(self, trouble: str | None) -> None:
        with self.changed:
            self.trouble = trouble
            self.changed.notify_all()
