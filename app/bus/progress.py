"""How far the workers are, partition by partition."""

from collections.abc import Iterable, Mapping

import msgspec

from app.bus.envelope import Envelope
from app.bus.reader import Span, TopicReader
from app.events import UNREADABLE, Progress
from app.moment import now_ms
from app.settings import KafkaSettings
from app.topics import PROGRESS, RAW

TAIL_OFFSETS = 100
STALE_S = 10.0
"""Progress is published every second; a partition silent for longer has no worker."""


class PartitionProgress(msgspec.Struct, frozen=True):
    """A partition of the raw topic; what its worker has said is absent until one has.

    `lag` counts offsets after the last decided record, among them Kafka's own markers of transactions. `age_s` is
    since when its worker is silent, `behind_s` since when the fold has not had the whole log.
    """

    partition: int
    end: int
    next_offset: int
    lag: int
    age_s: float | None = None
    behind_s: float | None = None
    clock: int | None = None
    engine_version: int | None = None
    worker: str | None = None

    @property
    def owned(self) -> bool:
        """Whether a worker works on it now."""
        return self.age_s is not None and self.age_s < STALE_S


def read_progress(settings: KafkaSettings) -> list[PartitionProgress]:
    """Return the progress of every partition of the raw topic.

    Raises:
        UnreachableError: Kafka does not answer; a subclass says why.
        ReadError: Kafka fell silent.

    """
    at_ms = now_ms()
    with TopicReader(settings, RAW.name) as raw:
        ends = {span.partition: span.end for span in raw.spans()}
    with TopicReader(settings, PROGRESS.name) as reader:
        said = latest(reader.read_all([_tail(span) for span in reader.spans()]))
    return [of_partition(partition, end, said, at_ms) for partition, end in sorted(ends.items())]


def latest(records: Iterable[Envelope]) -> dict[int, Progress]:
    """Return the last that was said of each partition; what somebody else has put on the topic is left out."""
    said = (_said(record) for record in records)
    return {progress.partition: progress for progress in said if progress is not None}


def _said(record: Envelope) -> Progress | None:
    try:
        return msgspec.json.decode(record.value or b"", type=Progress)
    except UNREADABLE:
        return None


def of_partition(partition: int, end: int, said: Mapping[int, Progress], at_ms: int) -> PartitionProgress:
    """Bring together what Kafka and a worker say.

    >>> of_partition(0, 7, {0: Progress(0, 5, 0, 1, "127.0.0.1:6066", 9_000)}, 10_000).lag
    2
    """
    progress = said.get(partition)
    if progress is None:
        return PartitionProgress(partition, end, 0, end)
    age_s = max(0, at_ms - progress.time) / 1000
    return PartitionProgress(
        partition,
        end,
        progress.next_offset,
        max(0, end - progress.next_offset),
        age_s,
        None if progress.behind_s is None else round(age_s + progress.behind_s, 3),
        progress.clock,
        progress.engine_version,
        progress.worker,
    )


def _tail(span: Span) -> Span:
    return Span(span.partition, max(span.start, span.end - TAIL_OFFSETS), span.end)
