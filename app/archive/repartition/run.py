"""Moving the log to another number of partitions: archive, replace, replay; after a crash it goes on."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec
from confluent_kafka.admin import AdminClient

from app.archive.repartition import job as jobs
from app.archive.repartition import topics as replaced
from app.archive.repartition.append import foreign
from app.archive.repartition.dumps import Told, verify, write_dump
from app.archive.repartition.errors import NotReadyError, RepartitionError
from app.archive.repartition.job import Dump, Job, Outcome
from app.archive.repartition.patience import is_starting, patiently
from app.archive.repartition.readiness import WorkersRunError, demand_all_folded, demand_no_workers, raw_ends
from app.archive.repartition.replay import Replay
from app.bus.admin import missing_topics, topics_of
from app.bus.connect import KafkaConnection
from app.bus.connection import confluent
from app.bus.genesis import write_genesis
from app.bus.issuer import Issuer
from app.bus.reader import TopicReader
from app.core.state import TABLES
from app.settings import KafkaSettings, WorkerSettings
from app.streaming.failpoints import Failpoints
from app.streaming.identity import Layout, describe
from app.topics import DECISIONS, RAW, SKIPS, Topic

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
        self._old = kafka
        self._new = kafka.model_copy(update={"partitions": after})
        self._app_id = worker.app_id
        self._session_s = worker.session_timeout_s
        self._operator = operator
        self._folder = folder
        self._after = after
        self._failpoints = failpoints
        self._topics = topics_of(worker.app_id, TABLES)
        self._job: Job | None = None

    def plan(self) -> Plan:
        """Check that the system is at rest, and say what is to be done.

        Raises NotReadyError, and what keeps from reaching Kafka.
        """
        return patiently(is_starting, _STARTING_S, self._plan)()

    def _plan(self) -> Plan:
        patience_s = self._session_s + 1.0
        patiently(_are_ending, patience_s, demand_no_workers)(self._admin, self._old, self._app_id)
        self._job = self._interrupted()
        if self._job is not None:
            return Plan(self._job.before, self._after, _records(self._job.dumps), archived=True)
        before = len(raw_ends(self._old))
        if before == self._after:
            raise NotReadyError(f"{RAW.name} has {before} partitions already")
        demand_all_folded(self._old, self._app_id)
        return Plan(before, self._after, sum(self._sizes().values()), archived=False)

    def run(self, show: Show) -> Outcome:
        """Do it; see `plan`. Raises RepartitionError, ReadError, UnreachableError: run it again then."""
        job = self._job or self._archive(show)
        self._replace(job, show)
        with show("Replaying", 2 * job.dumps[RAW.name].records) as told:
            outcome = Replay(self._folder, job, self._operator, self._failing(told)).run(self._new)
        jobs.save(self._folder, msgspec.structs.replace(job, step="done", outcome=outcome))
        return outcome

    def _interrupted(self) -> Job | None:
        """The job that an earlier run has begun here, if its archive is still all that there was."""
        job = jobs.load(self._folder)
        if job is None:
            return None
        if job.step == "done" or job.after != self._after:
            raise NotReadyError(f"{self._folder} holds a move to {job.after} partitions: name another --archive folder")
        if missing_topics(self._admin, self._old, [RAW]):
            return job
        layout = self._layout()
        if layout.identity.cluster != job.cluster:
            raise NotReadyError(f"{self._folder} holds the archive of another cluster: name another --archive folder")
        if layout.identity.topics[RAW.name] != job.raw_topic_id:
            self._demand_nothing_decided()
            return job
        return job if self._is_complete(job) else None

    def _demand_nothing_decided(self) -> None:
        """The raw topic is one that an interrupted run has made, and would make anew."""
        if missing_topics(self._admin, self._old, [DECISIONS]):
            return
        with TopicReader(self._old, DECISIONS.name) as reader:
            if any(span.end for span in reader.spans()):
                raise NotReadyError(
                    f"workers have decided records of the new log, whose history in {self._folder} was not all back; "
                    f"`ringfence dump {RAW.name}` what you need of it, delete topic {DECISIONS.name}, and run it again"
                )

    def _is_complete(self, job: Job) -> bool:
        archived = {member.partition: member.end for member in job.dumps[RAW.name].members if member.topic == RAW.name}
        return archived == raw_ends(self._old)

    def _archive(self, show: Show) -> Job:
        self._folder.mkdir(parents=True, exist_ok=True)
        jobs.forget(self._folder)
        layout, sizes = self._layout(), self._sizes()
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
        dump = write_dump(self._old, topic, self._folder, told)
        verify(self._folder, dump, told)
        self._failpoints.reach("repartition-dump")
        return dump

    def _replace(self, job: Job, show: Show) -> None:
        self._demand_archived(job)
        with show("Replacing topics", len(self._topics)) as told:
            replaced.delete(self._admin, self._old, self._topics)
            self._failpoints.reach("repartition-deleted")
            replaced.create(self._admin, self._new, self._topics)
            self._failpoints.reach("repartition-created")
            told(len(self._topics))
        begun = patiently(is_starting, _STARTING_S, write_genesis)(self._new, self._operator)
        for partition in range(self._after):
            if partition not in begun:
                raise foreign(partition, 0)

    def _demand_archived(self, job: Job) -> None:
        """The last look before the old log goes."""
        if missing_topics(self._admin, self._old, [RAW]):
            return
        if self._layout().identity.topics[RAW.name] == job.raw_topic_id and not self._is_complete(job):
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

    def _sizes(self) -> Mapping[str, int]:
        """How many records each existing topic has, about."""
        missing = missing_topics(self._admin, self._old, self._topics)
        return {topic.name: self._size(topic) for topic in self._topics if topic.name not in missing}

    def _size(self, topic: Topic) -> int:
        with TopicReader(self._old, topic.name) as reader:
            return sum(span.end - span.start for span in reader.spans())

    def _layout(self) -> Layout:
        return describe({**confluent(self._old), "log_level": 0}, [RAW.name])

    @cached_property
    def _admin(self) -> AdminClient:
        return KafkaConnection(self._old).connect()


def _are_ending(error: BaseException) -> bool:
    """A worker that was killed leaves its group when its session ends."""
    return isinstance(error, WorkersRunError)


def _records(dumps: Mapping[str, Dump]) -> int:
    return sum(dump.records for dump in dumps.values())
