"""Messages at a steady rate from a thread of their own, and when each was produced."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaError, Message, Producer

from app.moment import now_ms, rfc3339
from app.topics import RAW
from tests.benchmarks.decisions import Place
from tests.benchmarks.topics import Record

PAUSE_S = 0.002
_CLAIM = re.compile(rb'"timestamp":"[^"]*"')


class SteadyLoad:
    """Produces records, over and over, until it is closed; times are seconds of `time.perf_counter`.

    Their messages claim the time at which they are sent: an answer that claims to be older than its request
    is evidence against its sender, which takes work that honest traffic does not.

    rate: records a second. A record that is late is sent at once, so the rate is that of the whole run.
    """

    def __init__(self, bootstrap: str, records: Sequence[Record], rate: float, *, noting: bool = True) -> None:
        self.produced: dict[Place, float] = {}
        """When each record that the broker has acknowledged was handed to the client, if that is noted."""
        self._records = records
        self._rate = rate
        self._noting = noting
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 1, "partitioner": "murmur2_random"})
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait for the acknowledgements."""
        self._stopping.set()
        self._thread.join()
        self._producer.flush(30)

    def _run(self) -> None:
        started, sent = time.perf_counter(), 0
        while not self._stopping.is_set():
            due = int((time.perf_counter() - started) * self._rate)
            claim = b'"timestamp":"%s"' % rfc3339(now_ms()).encode()
            for number in range(sent, due):
                self._produce(self._records[number % len(self._records)], claim)
            sent = max(sent, due)
            self._producer.poll(PAUSE_S)

    def _produce(self, record: Record, claim: bytes) -> None:
        note = self._note(time.perf_counter()) if self._noting else None
        self._producer.produce(RAW.name, _CLAIM.sub(claim, record.value, 1), record.key, on_delivery=note)

    def _note(self, now: float) -> Callable[[KafkaError | None, Message], None]:
        def note(error: KafkaError | None, message: Message) -> None:
            if error is None:
                self.produced[Place(message.partition() or 0, message.offset() or 0)] = now

        return note
