"""What the streaming layer asks of the application: folds to drive, and answers where one cannot go on."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from time import monotonic

import structlog

from app.bus.envelope import Envelope
from app.bus.genesis import has_genesis
from app.bus.issuer import worker_issuer
from app.bus.reader import read_topic
from app.bus.skipping import sign_skip
from app.core.commands import Skip
from app.core.skips import SignedSkip, allows, read_skips
from app.errors import RingfenceError
from app.settings import KafkaSettings
from app.streaming.errors import StreamingError
from app.streaming.fold import Output, Store
from app.topics import RAW, SKIPS
from app.worker_fold import Worker, WorkerFold

log = structlog.get_logger(__name__)

_FRESH_S = 0.5
"""The folds of one assignment are opened together and share one reading of the skips."""


class ForeignLogError(RingfenceError):
    """A log that this worker must not fold; the message says what to do."""


class Folding:
    """Opens the folds of a worker, and decides for it: an `OpenFold` and a `Recourse`."""

    def __init__(self, kafka: KafkaSettings, address: str, data: Path) -> None:
        self._kafka = kafka
        self._address = address
        self._data = data
        self._folds: dict[int, WorkerFold] = {}
        self._skips: list[Envelope] = []
        self._read_at = float("-inf")
        self._signed: list[Envelope] = []
        """Skips of this process; they hold from when it opens the fold anew, however old the reading is."""

    @cached_property
    def _worker(self) -> Worker:
        """Who folds. Its key is made when the first partition comes, not when the program is looked at."""
        return Worker(self._address, worker_issuer(self._data))

    def __call__(self, partition: int, stores: Mapping[str, Store]) -> WorkerFold:
        """Open the fold of a partition over its recovered tables.

        Raises ForeignLogError where the log was made for another number of partitions, or without a genesis record.
        """
        fold = WorkerFold(partition, stores, self._skips_of(partition), self._worker)
        self._check_partitions(fold)
        self._folds[partition] = fold
        return fold

    def _check_partitions(self, fold: WorkerFold) -> None:
        if fold.state.fresh and not has_genesis(self._kafka, fold.state.number):
            raise ForeignLogError(
                f"partition {fold.state.number} of {RAW.name} does not begin with the genesis record: "
                "`ringfence prepare` writes it where a partition is empty"
            )
        known, wanted = fold.state.partition.partitions, self._kafka.partitions
        if known is not None and known != wanted:
            raise ForeignLogError(
                f"{RAW.name} was made for {known} partitions, the settings say {wanted}: "
                f"set RINGFENCE_KAFKA__PARTITIONS={known}, or move the log with `ringfence repartition {wanted}`"
            )

    def skip(self, partition: int, offset: int, reason: str) -> Sequence[Output]:
        """The signed record of the skips topic that names the position."""
        command = Skip(partition=partition, first=offset, last=offset, reason=reason, actor=self._worker.issuer.name)
        signed = sign_skip(self._worker.issuer, command)
        self._signed.append(signed)
        return [Output(SKIPS.name, signed.partition, signed.key, signed.value, signed.headers)]

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
        return read_skips((*self._skips, *self._signed), partition)
