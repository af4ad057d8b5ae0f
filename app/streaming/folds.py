"""The folds of the partitions that this worker has, from assignment to revocation."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from time import monotonic

import structlog

from app.streaming.batch import PartitionBatch
from app.streaming.caught_up import Sighting
from app.streaming.errors import LogReplacedError, LogTruncatedError, RecordsLostError
from app.streaming.failpoints import Failpoints
from app.streaming.fold import OpenFold, Output, PartitionFold
from app.streaming.metrics import WorkerMetrics
from app.streaming.partition import PartitionTask
from app.streaming.poison import DEATHS, FoldingNotes
from app.streaming.producer import TransactionalProducer
from app.streaming.recourse import Recourse
from app.streaming.recovery import Clients, LogBounds, TableRecovery
from app.streaming.source import Source
from app.streaming.stores import Stores
from app.streaming.table_view import TableView
from app.streaming.vital import end_with, vital

log = structlog.get_logger(__name__)

_GAP_RETRY_S = 1.0


class Folds:
    """Opens, drives and closes the folds of assigned partitions, in the order that keeps them exact.

    At an assignment: stop the old tasks; start the transactional producers, which fences any predecessor
    and settles its transaction; recover the tables; open the folds; read from where the tables say.
    `resume` makes the consumer read a partition from an offset.
    """

    def __init__(  # noqa: PLR0913 - the parts that it brings together
        self,
        *,
        source: Source,
        open_fold: OpenFold,
        recourse: Recourse,
        clients: Clients,
        stores: Stores,
        notes: FoldingNotes,
        failpoints: Failpoints,
        resume: Callable[[int, int], Awaitable[None]],
    ) -> None:
        self._source = source
        self._open_fold = open_fold
        self._recourse = recourse
        self._clients = clients
        self._stores = stores
        self._notes = notes
        self._turn = asyncio.Lock()
        self._failpoints = failpoints
        self._recovery = TableRecovery(clients, source, stores, failpoints)
        self._tasks: dict[int, PartitionTask] = {}
        self._producers: dict[int, TransactionalProducer] = {}
        self._running: list[asyncio.Task[None]] = []
        self._background: list[asyncio.Task[None]] = []
        self._assigning: asyncio.Future[None] | None = None
        self._generation = -1
        self._started = monotonic()
        self._resume = resume

    async def assign(self, generation: int, actives: Collection[int], standbys: Collection[int]) -> bool:
        """Take over partitions; False if a revocation came in between.

        Partitions that stand still before a gap in the log are taken over when the gap is allowed.
        """
        await self.revoke()
        self._assigning = asyncio.ensure_future(self._take_over(generation, actives, standbys))
        try:
            await asyncio.wait([self._assigning])
        finally:
            self._assigning.cancel()
        if self._assigning.cancelled():
            return False
        self._assigning.result()
        return True

    async def revoke(self) -> None:
        """Wait for the commits in flight, then let go of all partitions."""
        if self._assigning is not None:
            self._assigning.cancel()
            await asyncio.wait([self._assigning])
        for task in self._tasks.values():
            task.stop()
        for waiting in self._background:
            waiting.cancel()
        await asyncio.gather(*self._running, *self._background, return_exceptions=True)
        await asyncio.gather(*(producer.stop() for producer in self._producers.values()))
        for held in (self._tasks, self._running, self._background, self._producers):
            held.clear()

    async def close(self) -> None:
        """Let go of everything, stores included."""
        await self.revoke()
        self._stores.close()

    def deliver(self, batch: PartitionBatch) -> None:
        """Queue a batch for its fold; one of a generation that has passed is dropped."""
        task = self._tasks.get(batch.partition)
        if task is None or batch.generation != self._generation:
            log.info("batch of a passed generation dropped", partition=batch.partition, records=len(batch.records))
            return
        try:
            task.offer(batch)
        except RecordsLostError as error:
            end_with(error)

    def saw(self, sightings: Mapping[int, Sighting]) -> None:
        """Take note of where the partitions' logs end."""
        for partition, sighting in sightings.items():
            if partition in self._tasks:
                self._tasks[partition].caught_up.see(sighting)

    def positions(self) -> Mapping[int, int]:
        """Where each partition is to be read from; partitions that stand still are missing."""
        return {partition: task.read_to for partition, task in self._tasks.items()}

    def has_room(self, partition: int) -> bool:
        """False while a partition should not be fetched."""
        task = self._tasks.get(partition)
        return task is not None and task.has_room

    def stalled(self) -> Mapping[int, float]:
        """Seconds without a commit of each partition that has input. Called by another thread."""
        return {task.partition: task.stalled_s() for task in list(self._tasks.values())}

    def views(self, table: str) -> list[TableView]:
        """One table in all partitions that this worker holds, standbys included."""
        return self._stores.views(table)

    def metrics(self, fetch_wait_s: float) -> WorkerMetrics:
        """Counters of this worker."""
        return WorkerMetrics(
            [task.metrics for _, task in sorted(self._tasks.items())],
            fetch_wait_s,
            self._recovery.standbys,
            self._recovery.standby.copied if self._recovery.standby else 0,
            self._recovery.copied,
            self._recovery.seconds,
            monotonic() - self._started,
        )

    async def _take_over(self, generation: int, actives: Collection[int], standbys: Collection[int]) -> None:
        await self._fence(actives)
        self._failpoints.reach("during-rebalance")
        bounds = await self._recovery.recover(actives, standbys)
        self._generation = generation
        for partition in sorted(actives):
            await self._open(partition, bounds[partition])
        if standbys:
            self._background.append(vital(self._recovery.follow(standbys)))

    async def _fence(self, partitions: Collection[int]) -> None:
        self._producers = {partition: self._producer(partition) for partition in partitions}
        await asyncio.gather(*(producer.start() for producer in self._producers.values()))

    def _producer(self, partition: int) -> TransactionalProducer:
        transactional_id = f"{self._source.group}-{partition}"
        topics = {*self._source.outputs, *self._source.changelogs.values()}
        return TransactionalProducer(self._clients.aiokafka, transactional_id, topics, self._failpoints.reach)

    async def _open(self, partition: int, bounds: LogBounds) -> None:
        fold = self._fold(partition)
        start = fold.next_offset
        if start > bounds.end:
            raise LogReplacedError(self._source.topic, partition, start, bounds.end)
        if start >= bounds.start:
            self._begin(partition, fold, start)
        elif await self._recourse.allows_gap(partition, start, bounds.start):
            self._begin(partition, fold, bounds.start)
        else:
            self._background.append(vital(self._stand_still(partition, start, bounds.start)))

    async def _stand_still(self, partition: int, start: int, end: int) -> None:
        error = LogTruncatedError(self._source.topic, partition, start, end)
        log.error("partition stands still", partition=partition, reason=str(error))
        self._recourse.stopped(partition, error)
        while not await self._recourse.allows_gap(partition, start, end):  # noqa: ASYNC110 - a topic has no event
            await asyncio.sleep(_GAP_RETRY_S)
        self._begin(partition, self._fold(partition), end)
        await self._resume(partition, end)

    def _fold(self, partition: int) -> PartitionFold:
        store = self._stores.of([partition])[partition]
        return self._open_fold(partition, {table: TableView(store, table) for table in self._source.changelogs})

    def _begin(self, partition: int, fold: PartitionFold, offset: int) -> None:
        store, producer = self._stores.of([partition])[partition], self._producers[partition]
        task = PartitionTask(
            partition,
            source=self._source,
            fold=fold,
            store=store,
            producer=producer,
            notes=self._notes,
            turn=self._turn,
            skip=self._skip,
            reopen=self._fold,
        )
        task.start_reading(offset)
        self._tasks[partition] = task
        self._running.append(vital(task.run()))

    def _skip(self, partition: int, offset: int) -> Sequence[Output]:
        log.error("record is skipped: it ended the process", partition=partition, offset=offset, deaths=DEATHS)
        return self._recourse.skip(partition, offset, f"ended the process {DEATHS} times")
