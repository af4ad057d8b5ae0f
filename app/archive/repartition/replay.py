"""Replaying the archived raw log into the new topics, and what else no fold decides again."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.archive.repartition.append import Appender, foreign
from app.archive.repartition.dumps import Told, read_member
from app.archive.repartition.job import Job, Outcome
from app.archive.repartition.merge import merge
from app.archive.repartition.readiness import raw_ends, settled_ends
from app.archive.repartition.routing import Placed, Routing
from app.archive.repartition.survey import Survey
from app.bus.envelope import Envelope
from app.bus.issuer import Issuer
from app.core.partitioner import home
from app.events import Header
from app.settings import KafkaSettings
from app.topics import ALERTS, DEAD_LETTERS, RAW

_TELL_EVERY = 500


class Replay:
    """Reads the archive twice: once for what must be known before, once to append its records anew."""

    def __init__(self, folder: Path, job: Job, operator: Issuer, told: Told) -> None:
        self._folder = folder
        self._job = job
        self._operator = operator
        self._told = told

    def run(self, kafka: KafkaSettings) -> Outcome:
        """Append the history behind the genesis of the new raw topic. Raises RepartitionError."""
        survey = self._survey()
        routing = Routing(survey, self._job.before, self._job.after, self._operator)
        partitions = {number: self._counted(records) for number, records in self._partitions().items()}
        with Appender(kafka, settled_ends(kafka)) as appender:
            for record in merge(partitions, survey):
                appender.append(routing.route(record))
        _demand_untouched(kafka, appender)
        with Appender(kafka, None, ALERTS.name) as appender:
            appender.append(self._system_alerts(routing.appended))
        return Outcome(dict(routing.appended), dict(routing.left_out), sorted(survey.skipped))

    def _survey(self) -> Survey:
        survey = Survey()
        for letters in self._members(DEAD_LETTERS.name).values():
            survey.read_letters(letters)
        for records in self._partitions().values():
            for record in self._counted(records):
                survey.read(record)
        return survey

    def _system_alerts(self, appended: Counter[str]) -> Iterator[Placed]:
        """The alerts about Ringfence itself, which no log causes; their key is what they are about."""
        for records in self._members(ALERTS.name).values():
            for record in records:
                if Header.SYSTEM in dict(record.headers) and record.key is not None:
                    appended["alerts of breakers"] += 1
                    partition = home(record.key.decode(errors="replace"), self._job.after)
                    yield Placed(partition, record.key, record.value, record.headers, record.timestamp)

    def _partitions(self) -> dict[int, Iterator[Envelope]]:
        return self._members(RAW.name)

    def _members(self, topic: str) -> dict[int, Iterator[Envelope]]:
        dump = self._job.dumps[topic]
        members = [member for member in dump.members if member.topic == topic]
        return {member.partition: read_member(self._folder, dump, member) for member in members}

    def _counted(self, records: Iterator[Envelope]) -> Iterator[Envelope]:
        count = 0
        for count, record in enumerate(records, 1):
            yield record
            if not count % _TELL_EVERY:
                self._told(_TELL_EVERY)
        self._told(count % _TELL_EVERY)


def _demand_untouched(kafka: KafkaSettings, appender: Appender) -> None:
    for partition, end in raw_ends(kafka).items():
        if end != appender.ends[partition]:
            raise foreign(partition, appender.ends[partition])
