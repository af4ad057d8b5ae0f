"""How everything outside the worker appends to the log."""

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple, Self

from app.bus.drain import Drain
from app.bus.errors import ProducerStoppedError, RefusedMessageError, SpoolFullError
from app.bus.limits import Limits
from app.bus.local_dead_letters import Grounds
from app.bus.message import Message
from app.bus.spool import Depth, Mark, Refused, Spool
from app.bus.spool_lock import SpoolLock
from app.moment import now_ms
from app.settings import KafkaSettings


class Status(NamedTuple):
    """How far a producer is. Counts are messages since it was opened."""

    acknowledged: int
    dead_letters: int
    depth: Depth
    breaker: str
    """closed, open or half-open."""
    trouble: str | None
    """What is wrong with Kafka, if anything."""


class Producer:
    """A spool, and a thread that sends from it while it is open.

    Order is kept, per key, over crashes of this process and of the broker; a message may reach the log twice, but
    then with the same `ringfence-source` and `ringfence-source-sequence`, by which the fold drops the repeat.

    Raises SpoolBusyError where another process sends from the spool.

        with Producer(spool, settings.kafka) as producer:
            producer.send([Message(RAW.name, b"fleet", b'{"agent_id": ...}')])
            producer.flush(timeout_s=30)
    """

    def __init__(self, spool: Spool, settings: KafkaSettings, limits: Limits | None = None) -> None:
        self._lock = SpoolLock(spool.folder)
        self._spool = spool
        self._limits = limits or Limits()
        self._drain = Drain(spool, settings)
        self._death: BaseException | None = None
        self._thread = threading.Thread(target=self._send_from_spool, name="spool", daemon=True)
        self._thread.start()

    def send(self, messages: Sequence[Message], mark: Mark | None = None) -> None:
        """Keep messages durably and have them sent; `mark` is kept with them or not at all.

        Raises, and keeps nothing: RefusedMessageError for a message that the topic would not take,
        SpoolFullError, ProducerStoppedError.
        """
        self._check_alive()
        now = now_ms()
        for message in messages:
            self._limits.check(message, now)
        self._spool.append(messages, mark)
        self._drain.wake()

    def send_all(self, messages: Sequence[Message], mark: Mark | None = None) -> int:
        """Like `send`, for a long input: wait where the spool is full, and go on where a message is refused.

        Refused ones are kept among the local dead letters; returns how many. Raises SpoolFullError only where the
        spool is empty and still too small, and ProducerStoppedError.
        """
        sent, refused = self._sorted(messages)
        while True:
            self._check_alive()
            try:
                self._spool.append(sent, mark, refused)
            except SpoolFullError:
                if not self._spool.depth().messages:
                    raise
                self._await_progress(timeout_s=1.0)
            else:
                self._drain.wake()
                return len(refused)

    def resend(self) -> int:
        """Send all local dead letters again, after what is in the spool; how many there were.

        Raises SpoolFullError, ProducerStoppedError.
        """
        self._check_alive()
        revived = self._spool.revive()
        self._drain.wake()
        return revived

    def flush(self, timeout_s: float) -> int:
        """Wait until the spool is empty, `timeout_s` at most; how many messages are left in it.

        Raises ProducerStoppedError.
        """
        deadline = time.monotonic() + timeout_s
        with self._drain.changed:
            while (left := self._spool.depth().messages) and (remaining := deadline - time.monotonic()) > 0:
                self._await_progress(remaining)
        return left

    def status(self) -> Status:
        """Numbers to show."""
        drain = self._drain
        return Status(drain.acknowledged, drain.buried, self._spool.depth(), drain.breaker, drain.trouble)

    def close(self) -> None:
        """Stop sending; what is not acknowledged stays in the spool, which stays open."""
        self._drain.stop()
        self._thread.join()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sorted(self, messages: Sequence[Message]) -> tuple[list[Message], list[Refused]]:
        now, sent, refused = now_ms(), list[Message](), list[Refused]()
        for message in messages:
            try:
                self._limits.check(message, now)
            except RefusedMessageError as error:
                refused.append((message, Grounds(type(error).__name__, str(error), attempts=0)))
            else:
                sent.append(message)
        return sent, refused

    def _await_progress(self, timeout_s: float) -> None:
        with self._drain.changed:
            self._check_alive()
            self._drain.changed.wait(timeout_s)

    def _check_alive(self) -> None:
        if self._death is not None:
            raise ProducerStoppedError(
                f"sending from {self._spool.folder} has stopped: {self._death}: start again, nothing is lost"
            ) from self._death

    def _send_from_spool(self) -> None:
        try:
            self._drain.run()
        except BaseException as error:  # noqa: BLE001 - whoever uses the producer raises it, see _check_alive
            with self._drain.changed:
                self._death = error
                self._drain.changed.notify_all()
