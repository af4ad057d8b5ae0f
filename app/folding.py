"""What the streaming layer asks of the application: folds to drive, and answers where one cannot go on."""

import asyncio
from collections.abc import Mapping
from time import monotonic

import structlog
from confluent_kafka import KafkaException, Producer

from app.bus.connection import confluent
from app.bus.envelope import Envelope
from app.bus.reader import read_topic
from app.core.commands import Skip
from app.core.skips import SignedSkip, allows, read_skips
from app.settings import KafkaSettings
from app.streaming.errors import StreamingError
from app.streaming.fold import Store
from app.topics import SKIPS
from app.worker_fold import Worker, WorkerFold

log = structlog.get_logger(__name__)

_FRESH_S = 0.5
"""The folds of one assignment are opened together and share one reading of the skips."""
_TIMEOUT_S = 30.0


class Folding:
    """Opens the folds of a worker, and decides for it: an `OpenFold` and a `Recourse`."""

    def __init__(self, kafka: KafkaSettings, worker: Worker) -> None:
        self._kafka = kafka
        self._worker = worker
        self._folds: dict[int, WorkerFold] = {}
        self._skips: list[Envelope] = []
        self._read_at = float("-inf")

    def __call__(self, partition: int, stores: Mapping[str, Store]) -> WorkerFold:
        """Open the fold of a partition over its recovered tables."""
        fold = WorkerFold(partition, stores, self._skips_of(partition), self._worker)
        self._folds[partition] = fold
        return fold

    async def skip(self, partition: int, offset: int, reason: str) -> None:
        """Name the position in a signed record of the skips topic."""
        command = Skip(partition=partition, first=offset, last=offset, reason=reason, actor=self._worker.issuer.name)
        await asyncio.to_thread(self._publish, command)
        self._read_at = float("-inf")

    async def allows_gap(self, partition: int, start: int, end: int) -> bool:
        """Whether an operator has signed that the offsets from `start` to `end` (exclusive) are given up."""
        self._read_at = float("-inf")
        skips = await asyncio.to_thread(self._skips_of, partition)
        state = self._folds[partition].state
        return any(s.skip.first <= start and s.skip.last >= end - 1 and allows(state, s) for s in skips)

    def stopped(self, partition: int, error: StreamingError) -> None:
        """Say that a partition stands still, and what to do."""
        log.error("partition stopped", partition=partition, reason=str(error), help="ringfence skip --help")

    def _skips_of(self, partition: int) -> list[SignedSkip]:
        if monotonic() - self._read_at > _FRESH_S:
            self._skips = read_topic(self._kafka, SKIPS.name)
            self._read_at = monotonic()
        return read_skips(self._skips, partition)

    def _publish(self, command: Skip) -> None:
        value, headers = self._worker.issuer.sign(command)
        producer = Producer({**confluent(self._kafka), "acks": "all", "message.timeout.ms": int(_TIMEOUT_S * 1000)})
        key = b"[%d,%d]" % (command.partition or 0, command.first)
        producer.produce(SKIPS.name, value, key=key, headers=headers, on_delivery=_check)
        producer.flush(_TIMEOUT_S)


def _check(error: object, _: object) -> None:
    if error is not None:
        raise KafkaException(error)
