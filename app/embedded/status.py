"""What `ringfence status` tells."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil

from app.bus.errors import UnreachableError
from app.bus.progress import PartitionProgress, read_progress
from app.bus.reader import TopicReader
from app.embedded import run_file
from app.embedded.run_file import Part
from app.errors import RingfenceError
from app.settings import KafkaSettings
from app.topics import TOPICS

TRY_S = 5.0


class NothingRunsError(RingfenceError):
    """There is nothing to tell about."""


class PartStatus(msgspec.Struct, frozen=True):
    """A process of `ringfence up`; `memory_mb` is its resident memory, absent where it has ended."""

    name: str
    pid: int
    running: bool
    web: str | None
    memory_mb: int | None


class TopicStatus(msgspec.Struct, frozen=True):
    """A topic; `offsets` is what its partitions hold together, Kafka's transaction markers included."""

    name: str
    partitions: int
    offsets: int


class Status(msgspec.Struct, frozen=True):
    """The whole answer; `trouble` says why topics and partitions are missing, if they are."""

    kafka: str
    trouble: str | None
    parts: Sequence[PartStatus]
    topics: Sequence[TopicStatus]
    partitions: Sequence[PartitionProgress]


def read_status(data: Path) -> Status:
    """Look at the processes of the data folder and at Kafka.

    Raises:
        NothingRunsError: neither is there.

    """
    kafka = run_file.settings_for(data).kafka
    run = run_file.read(data)
    parts = [part_status(part) for part in run.processes] if run else []
    try:
        return Status(kafka.bootstrap, None, parts, read_topics(kafka), read_progress(kafka))
    except UnreachableError as error:
        if not parts:
            raise NothingRunsError(f"nothing runs in {data} (`ringfence up` starts it), and {error}") from error
        return Status(kafka.bootstrap, str(error), parts, [], [])


def part_status(part: Part) -> PartStatus:
    """Look at one process."""
    try:
        memory_mb = psutil.Process(part.pid).memory_info().rss // 1_000_000 if part.alive else None
    except psutil.NoSuchProcess:
        memory_mb = None
    return PartStatus(part.name, part.pid, memory_mb is not None, part.web, memory_mb)


def read_topics(settings: KafkaSettings) -> list[TopicStatus]:
    """Return our topics as they are in Kafka."""
    return [_topic(settings, topic.name) for topic in TOPICS]


def _topic(settings: KafkaSettings, name: str) -> TopicStatus:
    with TopicReader(settings, name) as reader:
        spans = reader.spans()
    return TopicStatus(name, len(spans), sum(span.end - span.start for span in spans))
