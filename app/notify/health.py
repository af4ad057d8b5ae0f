"""How the parts are, as gauges: what the sinks' process can see of Kafka, the folds, Redis and itself."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import structlog

from app.breakers import Breakers
from app.bus.diagnosis import AccessError, TopicMissingError
from app.bus.errors import ReadError, UnreachableError
from app.bus.progress import PartitionProgress, read_progress
from app.settings import KafkaSettings
from app.telemetry.metric import Sample
from app.telemetry.names import BEHIND, BREAKER_OPEN, COMPONENT_UP, LAG

log = structlog.get_logger(__name__)

REDIS = "redis"
"""The breaker before it, and the component."""
SILENT_S = 60.0
"""A sink that is not done with what it was given for longer counts as down: it waits for what lies outside."""


class Works(Protocol):
    """What takes records and is done with them, again and again."""

    @property
    def name(self) -> str:
        """Of the sink."""

    @property
    def silent_s(self) -> float:
        """Seconds since it was last done."""

    @property
    def failing(self) -> bool:
        """Whether it has failed of late, by an error of its own."""


class Health:
    """Looks at all parts.

    Args:
        kafka: where the log is.
        breakers: of the process.
        deliveries: of the process.

    """

    def __init__(self, kafka: KafkaSettings, breakers: Breakers, deliveries: Sequence[Works]) -> None:
        self._kafka = kafka
        self._breakers = breakers
        self._deliveries = deliveries
        self._refused: str | None = None

    async def gauges(self) -> list[Sample]:
        """All gauges of this moment; those of which nothing is known now are missing."""
        kafka = await asyncio.to_thread(look_at_kafka, self._kafka)
        self._say(kafka.refused)
        return [*kafka.gauges, *breaker_gauges(self._breakers), *sink_gauges(self._deliveries)]

    def _say(self, refused: str | None) -> None:
        """Once, until it is something else."""
        if refused is not None and refused != self._refused:
            log.warning("Kafka answers, but does not say how the folds are", reason=refused)
        self._refused = refused


class KafkaSeen(NamedTuple):
    """What Kafka says: gauges, and why it says nothing of the folds although it answers."""

    gauges: Sequence[Sample]
    refused: str | None = None


def look_at_kafka(kafka: KafkaSettings) -> KafkaSeen:
    """Ask Kafka anew, which may take seconds."""
    try:
        progress = read_progress(kafka)
    except (AccessError, TopicMissingError) as error:
        return KafkaSeen([_up("kafka", "kafka", works=True)], str(error))
    except (UnreachableError, ReadError):
        return KafkaSeen([_up("kafka", "kafka", works=False)])
    return KafkaSeen([_up("kafka", "kafka", works=True), *fold_gauges(progress)])


def fold_gauges(progress: Iterable[PartitionProgress]) -> Iterator[Sample]:
    """Whether a worker folds each partition, and how far behind it is."""
    for partition in progress:
        number = str(partition.partition)
        yield _up("fold", number, works=partition.owned)
        yield LAG.sample(partition.lag, partition=number)
        if partition.behind_s is not None:
            yield BEHIND.sample(partition.behind_s, partition=number)


def breaker_gauges(breakers: Breakers) -> Iterator[Sample]:
    """Which breakers keep calls back; Redis is up while its own does not."""
    for breaker in breakers:
        closed = breaker.state == "closed"
        yield BREAKER_OPEN.sample(0 if closed else 1, breaker=breaker.name)
        if breaker.name == REDIS:
            yield _up(REDIS, REDIS, works=closed)


def sink_gauges(deliveries: Iterable[Works]) -> Iterator[Sample]:
    """Which sinks are done with what they were given."""
    for delivery in deliveries:
        yield _up("sink", delivery.name, works=delivery.silent_s < SILENT_S and not delivery.failing)


def _up(component: str, instance: str, *, works: bool) -> Sample:
    return COMPONENT_UP.sample(1 if works else 0, component=component, instance=instance)
