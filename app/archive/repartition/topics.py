"""Replacing topics: deleted, and made anew with another number of partitions."""

from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from app.archive.repartition.errors import RepartitionError
from app.archive.repartition.patience import patiently
from app.bus.admin import TIMEOUT_S, declare, missing_topics
from app.bus.diagnosis import explain
from app.settings import KafkaSettings
from app.topics import RAW, Topic

_GONE_S = 60.0


class _StillThereError(RepartitionError):
    """A topic whose deletion Kafka has accepted is listed still."""


def delete(admin: AdminClient, kafka: KafkaSettings, topics: Sequence[Topic]) -> None:
    """Delete those of the topics that are there, and wait until they are gone: the raw topic last.

    While it is there, workers started by mistake would fold it again instead of beginning with nothing.
    Raises UnreachableError, RepartitionError.
    """
    others = [topic for topic in topics if topic.name != RAW.name]
    for group in (others, [RAW]):
        missing = missing_topics(admin, kafka, group)
        _delete(admin, kafka, [topic.name for topic in group if topic.name not in missing])
        patiently(lambda error: isinstance(error, _StillThereError), _GONE_S, _demand_gone)(admin, kafka, group)


def create(admin: AdminClient, kafka: KafkaSettings, topics: Sequence[Topic]) -> None:
    """Make all topics with the partitions of the settings."""
    declare(admin, kafka, topics)


def _delete(admin: AdminClient, kafka: KafkaSettings, names: Sequence[str]) -> None:
    if not names:
        return
    for name, deleted in admin.delete_topics(list(names), operation_timeout=TIMEOUT_S).items():
        try:
            deleted.result(TIMEOUT_S)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise explain(error.args[0], kafka, name) from error


def _demand_gone(admin: AdminClient, kafka: KafkaSettings, topics: Sequence[Topic]) -> None:
    left = len(topics) - len(missing_topics(admin, kafka, topics))
    if left:
        raise _StillThereError(f"Kafka has not deleted {left} topics in {_GONE_S:.0f} s: run it again")
