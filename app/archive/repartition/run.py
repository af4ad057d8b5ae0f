"""Moving the log to another number of partitions: archive, replace, replay; after a crash it goes on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.archive.repartition import job as jobs
from app.archive.repartition import topics as replaced
from app.archive.repartition.append import foreign
from app.archive.repartition.dumps import Told, verify, write_dump
from app.archive.repartition.errors import NotReadyError, RepartitionError
from app.archive.repartition.job import Dump, Job, Outcome
from app.archive.repartition.patience import is_starting, patiently
from app.archive.repartition.readiness import WorkersRunError, demand_all_folded, demand_no_workers, raw_ends
from app.archive.repartition.replay import Replay
from app.archive.repartition.resuming import decided_since, interrupted, is_complete
from app.archive.repartition.site import Site
from app.bus.genesis import write_genesis
from app.bus.issuer import Issuer
from app.settings import KafkaSettings, WorkerSettings
from app.streaming.failpoints import Failpoints
from app.topics import RAW, SKIPS

Show = Callable[[str, int], AbstractContextManager[Told]]
"""Shows a step, of so many records, while it is entered."""

_STARTING_S = 10.0
_AT_ONCE = 4
"""Topics archived at the same time: most are short, and wait for Kafka."""


class Plan(NamedTuple):
    """What a run would do."""

    before: int
    after: int
    records: int
    """Of all topics, about: transaction markers count."""
    archived: bool
    """An earlier run was interrupted after its archive was verified; this one goes on from there."""
    dropped: int = 0
    """Decisions of workers that were started on the half-made log: what was sent to it since would be lost."""


class Repartition:
    """Replaces the topics of an application by ones of `after` partitions, their history moved.

    Parameters: `operator` signs the genesis and the commands anew; `folder` gets the archive and the state of the
    job. `plan` first; it refuses where the system is not at rest.
    """

    def __init__(  # noqa: PLR0913 - all that it works on
        self,
        kafka: KafkaSettings,
        worker: WorkerSettings,
        operator: Issuer,
        *,
        folder: Path,
        after: int,
        failpoints: Failpoints,
    ) -> None:
        self._site = Site(kafka, worker.app_id)
        self._new = kafka.model_copy(update={"partitions": after})
        self._worker = worker
        self._operator = operator
        self._folder = folder
        self._after = after
        self._failpoints = failpoints
        self._job: Job | None = None

    def plan(self) -> Plan:
        """Check that the system is at rest, and say what is to be done.

        Raises NotReadyError, and what keeps from reaching Kafka.
        """
        return patiently(is_starting, _STARTING_S, self._plan)()

    def run(self, show: Show) -> Outcome:
        """Do it; see `plan`. Raises RepartitionError, ReadError, UnreachableError: run it again then."""
        job = self._job or self._archive(show)
        self._replace(job, show)
        with show("Replaying", 2 * job.dumps[RAW.name].records) as told:
            outcome = Replay(self._folder, job, self._operator, self._failing(told)).run(self._new)
        jobs.save(self._folder, msgspec.structs.replace(job, step="done", outcome=outcome))
        return outcome

    def _plan(self) -> Plan:
        kafka, app_id = self._site.kafka, self._worker.app_id
        patiently(_are_ending, self._worker.session_timeout_s + 1, demand_no_workers)(self._site.admin, kafka, app_id)
        job = self._job = interrupted(self._site, self._folder, self._after)
        if job is not None:
            records = sum(dump.records for dump in job.dumps.values())
            return Plan(job.before, self._after, records, archived=True, dropped=decided_since(self._site, job))
        before = len(raw_ends(kafka))
        if before == self._after:
            raise NotReadyError(f"{RAW.name} has {before} partitions already")
        demand_all_folded(kafka, app_id)
        return Plan(before, self._after, sum(self._site.sizes().values()), archived=False)

    def _archive(self, show: Show) -> Job:
        self._folder.mkdir(parents=True, exist_ok=True)
        jobs.forget(self._folder)
        layout, sizes = self._site.layout(), self._site.sizes()
        topics = [topic for topic in sizes if topic != SKIPS.name]
        with show("Archiving", 2 * sum(sizes.values())) as told, ThreadPoolExecutor(_AT_ONCE) as pool:
            dumps = dict(zip(topics, pool.map(lambda topic: self._dump(topic, told), topics), strict=True))
        jobs.sync_folder(self._folder)
        raw_id = layout.identity.topics[RAW.name]
        job = Job(layout.identity.cluster, raw_id, layout.partitions[RAW.name], self._after, dumps)
        jobs.save(self._folder, job)
        self._failpoints.reach("repartition-archived")
        return job

    def _dump(self, topic: str, told: Told) -> Dump:
        dump = write_dump(self._site.kafka, topic, self._folder, told)
        verify(self._folder, dump, told)
        self._failpoints.reach("repartition-dump")
        return dump

    def _replace(self, job: Job, show: Show) -> None:
        self._demand_archived(job)
        admin, topics = self._site.admin, self._site.topics
        with show("Replacing topics", len(topics)) as told:
            replaced.delete(admin, self._site.kafka, topics)
            self._failpoints.reach("repartition-deleted")
            replaced.create(admin, self._new, topics)
            self._failpoints.reach("repartition-created")
            told(len(topics))
        begun = patiently(is_starting, _STARTING_S, write_genesis)(self._new, self._operator)
        for partition in range(self._after):
            if partition not in begun:
                raise foreign(partition, 0)

    def _demand_archived(self, job: Job) -> None:
        """The last look before the old log goes."""
        if self._site.is_raw(job.raw_topic_id) and not is_complete(self._site, job):
            jobs.forget(self._folder)
            raise RepartitionError(
                f"records have come to {RAW.name} since it was archived: nothing was deleted; stop all senders, let "
                "the workers fold what came, and run it again"
            )

    def _failing(self, told: Told) -> Told:
        def tell(count: int) -> None:
            self._failpoints.reach("repartition-replay")
            told(count)

        return tell


def _are_ending(error: BaseException) -> bool:
    """A worker that was killed leaves its group when its session ends."""
    return isinstance(error, WorkersRunError)
