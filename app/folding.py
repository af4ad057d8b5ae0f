"""What the streaming layer asks of the application: folds to drive, and answers where one cannot go on."""

import asyncio
from collections.abc import Mapping
from time import monotonic

import structlog

from app.bus.envelope import Envelope
from app.bus.reader import read_topic
from app.bus.skipping import publish_skip
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
        await asyncio.to_thread(publish_skip, self._kafka, self._worker.issuer, command)
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
