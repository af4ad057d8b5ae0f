"""The task of one partition: folds what has queued since its last commit, one transaction at a time."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from time import monotonic, perf_counter
from typing import TypeVar

from aiokafka import TopicPartition

from app.moment import now_ms
from app.record import LogRecord
from app.streaming.batch import PartitionBatch
from app.streaming.caught_up import CaughtUp
from app.streaming.errors import FoldUnavailableError
from app.streaming.fold import Output, PartitionFold, Writes
from app.streaming.intake import Intake
from app.streaming.metrics import PartitionMetrics, Stopwatch
from app.streaming.poison import FoldingNotes
from app.streaming.producer import Batches, TransactionalProducer
from app.streaming.source import Source
from app.streaming.store import PartitionStore

T = TypeVar("T")


class PartitionTask:
    """Drives the fold of one partition between its assignment and its revocation.

    Whoever has the worker's `turn` folds, in slices: meanwhile the others' transactions go on.
    `skip` is asked with the offset of a condemned record what to append; then `reopen` opens the fold anew.
    """

    def __init__(  # noqa: PLR0913 - the parts that it drives
        self,
        partition: int,
        *,
        source: Source,
        fold: PartitionFold,
        store: PartitionStore,
        producer: TransactionalProducer,
        notes: FoldingNotes,
        turn: asyncio.Lock,
        skip: Callable[[int, int], Sequence[Output]],
        reopen: Callable[[int], PartitionFold],
    ) -> None:
        self.partition = partition
        self.metrics = PartitionMetrics(partition, next_offset=fold.next_offset)
        self.caught_up = CaughtUp()
        self._source = source
        self._fold = fold
        self._store = store
        self._producer = producer
        self._notes = notes
        self._turn = turn
        self._skip = skip
        self._reopen = reopen
        self._intake = Intake(source.topic, fold.next_offset, source.buffer_records)
        self._work = asyncio.Event()
        self._stopping = False
        self._next_heartbeat = 0.0
        self._offset_shown = -1
        self._behind_since: float | None = None

    @property
    def read_to(self) -> int:
        """Where the next batch must start."""
        return self._intake.read_to

    @property
    def has_room(self) -> bool:
        """False while enough records wait."""
        return self._intake.has_room

    def stalled_s(self) -> float:
        """For how long there has been input without a commit."""
        return 0.0 if self._behind_since is None else monotonic() - self._behind_since

    def start_reading(self, offset: int) -> None:
        """Expect the first batch at this offset, above the fold's own where a gap was allowed."""
        self._intake.read_to = offset

    def offer(self, batch: PartitionBatch) -> None:
        """Queue a batch.

        Raises:
            RecordsLostError: it does not continue the one before it.

        """
        self._intake.offer(batch, self._fold.next_offset)
        self.metrics.highwater = batch.highwater
        if self._intake:
            self._behind_since = self._behind_since or monotonic()
            self._work.set()

    async def run(self) -> None:
        """Fold and commit until stopped. Whatever is raised here must end the process."""
        while await self._has_work():
            started = perf_counter()
            transaction_s = await self._advance()
            await self._pause(started, transaction_s)

    def stop(self) -> None:
        """End after the commit in flight."""
        self._stopping = True
        self._work.set()

    async def _has_work(self) -> bool:
        until_heartbeat = max(0.0, self._next_heartbeat - monotonic())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._work.wait(), until_heartbeat)
        self._work.clear()
        return not self._stopping

    async def _pause(self, started: float, transaction_s: float) -> None:
        """Let records gather: a transaction costs milliseconds of CPU, here and at the broker, however small it is.

        Where it takes long, all is busy: as long again goes by, so that more records share the next one.
        """
        if self._intake:
            self._work.set()
        await asyncio.sleep(max(transaction_s, self._source.commit_interval_s - (perf_counter() - started)))

    async def _advance(self) -> float:
        """Fold and commit what waits; the seconds that the transaction took."""
        due = monotonic() >= self._next_heartbeat
        async with self._turn:
            records = await self._take()
            outputs = await self._fold_all(records)
            watch = Stopwatch()
            if due:
                outputs += self._fold.heartbeat(self.caught_up.at(self._intake.done_to))
            writes, batches = self._noted(records, lambda: self._flush(outputs))
        self.metrics.busy_s.fold += watch.lap()
        begun = perf_counter()
        positions = await self._transact(batches, self._offsets(due=due), watch)
        transaction_s = perf_counter() - begun
        self._store.apply(writes, positions, now_ms())
        self.metrics.busy_s.store += watch.lap()
        self._account(records, outputs, due=due)
        return transaction_s

    async def _take(self) -> Sequence[LogRecord]:
        if not self._intake:
            return ()
        first = self._intake.first
        if self._notes.is_condemned(self.partition, first):
            await self._give_up(first)
        return self._intake.take(before=self._notes.limit(self.partition, first))

    async def _give_up(self, offset: int) -> None:
        """Skip a condemned record for good, before anything is folded: a fenced worker cannot."""
        outputs = self._skip(self.partition, offset)
        await self._transact(self._producer.encode(outputs), {}, Stopwatch())
        self._fold = self._reopen(self.partition)

    async def _fold_all(self, records: Sequence[LogRecord]) -> list[Output]:
        """Fold records, and let others have the event loop now and then; the time is that of the fold alone."""
        outputs: list[Output] = []
        seconds = 0.0
        for part in self._intake.slices(records):
            started = perf_counter()
            outputs += self._noted(part, partial(self._fold.fold, part))
            seconds += perf_counter() - started
            await asyncio.sleep(0)
        if records:
            self._intake.took(len(records), seconds)
            self.metrics.busy_s.fold += seconds
        return outputs

    def _flush(self, outputs: Iterable[Output]) -> tuple[Writes, Batches]:
        writes = self._fold.flush()
        changes = (
            Output(self._source.changelogs[table], self.partition, key, value)
            for table, entries in writes.items()
            for key, value in entries
        )
        return writes, self._producer.encode(chain(outputs, changes))

    def _noted(self, records: Sequence[LogRecord], work: Callable[[], T]) -> T:
        """Do what may end the process, which is then put down to these records unless the fold says otherwise."""
        if records:
            self._notes.begin(self.partition, records[0].offset, records[-1].offset)
        try:
            done = work()
        except FoldUnavailableError:
            self._notes.end(self.partition)
            raise
        self._notes.end(self.partition)
        return done

    def _offsets(self, *, due: bool) -> Mapping[TopicPartition, int]:
        """Group offsets only show lag (the position is in the tables), so they go along once a heartbeat.

        They cost two of the five requests of a transaction.
        """
        position = self._fold.next_offset
        if not due or position == self._offset_shown:
            return {}
        self._offset_shown = position
        return {TopicPartition(self._source.topic, self.partition): position}

    async def _transact(
        self, batches: Batches, offsets: Mapping[TopicPartition, int], watch: Stopwatch
    ) -> Mapping[str, int]:
        if not batches and not offsets:
            return {}
        ends = await self._producer.send(batches)
        self.metrics.busy_s.send += watch.lap()
        await self._producer.commit(self._source.group, offsets)
        self.metrics.busy_s.commit += watch.lap()
        self.metrics.transactions += 1
        changelogs = set(self._source.changelogs.values())
        return {target.topic: end for target, end in ends.items() if target.topic in changelogs}

    def _account(self, records: Sequence[LogRecord], outputs: Sequence[Output], *, due: bool) -> None:
        if due:
            self._next_heartbeat = monotonic() + self._source.heartbeat_s
        self._notes.committed(self.partition, self._fold.next_offset)
        self._behind_since = monotonic() if self._intake else None
        self.metrics.next_offset = self._fold.next_offset
        self.metrics.records += len(records)
        self.metrics.outputs += len(outputs)
