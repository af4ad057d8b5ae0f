"""Declaring our topics, and telling where those that are there differ from what we would declare."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import msgspec
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from app.bus.diagnosis import explain
from app.bus.errors import UnreachableError
from app.errors import RingfenceError
from app.settings import KafkaSettings
from app.topics import TOPICS, Topic, changelog

TIMEOUT_S = 15.0
PARTITIONS = "partitions"


class PartitionsChangedError(RingfenceError):
    """A topic has another number of partitions than the settings say; a fleet would change its partition."""


class Difference(msgspec.Struct, frozen=True):
    """A setting of a topic that is not as declared; `setting` is `partitions` or a configuration option."""

    topic: str
    setting: str
    declared: str
    found: str


class Declared(msgspec.Struct, frozen=True):
    """What `declare` did and saw."""

    created: Sequence[str]
    differences: Sequence[Difference]


def topics_of(app_id: str, tables: Iterable[str]) -> list[Topic]:
    """Return all our topics: those of `app.topics` and the changelogs of an application's tables.

    >>> [topic.name for topic in topics_of("ringfence", ["agents"])][-1]
    'ringfence-agents-changelog'
    """
    return [*TOPICS, *(changelog(app_id, table) for table in tables)]


def declare(admin: AdminClient, settings: KafkaSettings, topics: Sequence[Topic]) -> Declared:
    """Create the topics that are missing and compare the others; safe to repeat and to run at once.

    Raises:
        PartitionsChangedError: a topic that follows the setting `partitions` has another number.
        UnreachableError: Kafka does not answer, or the right to create or describe is missing.

    """
    existing = _partitions(admin, settings)
    missing = [topic for topic in topics if topic.name not in existing]
    _create(admin, settings, missing)
    differences = compare(admin, settings, [topic for topic in topics if topic.name in existing])
    _refuse_changed_partitions(differences, topics)
    return Declared([topic.name for topic in missing], differences)


def missing_topics(admin: AdminClient, settings: KafkaSettings, topics: Sequence[Topic]) -> list[str]:
    """Return the names of the topics that are not there."""
    existing = _partitions(admin, settings)
    return [topic.name for topic in topics if topic.name not in existing]


def compare(admin: AdminClient, settings: KafkaSettings, topics: Sequence[Topic]) -> list[Difference]:
    """Return how existing topics differ from their declaration; those that are missing are left out."""
    partitions = _partitions(admin, settings)
    existing = [topic for topic in topics if topic.name in partitions]
    configs = _configs(admin, settings, existing)
    differences: list[Difference] = []
    for topic in existing:
        declared = {PARTITIONS: str(topic.partitions or settings.partitions), **topic.config}
        found = {PARTITIONS: str(partitions[topic.name]), **configs[topic.name]}
        differences += compare_settings(topic.name, declared, found)
    return differences


def compare_settings(topic: str, declared: Mapping[str, str], found: Mapping[str, str]) -> list[Difference]:
    """Return the declared settings that were found otherwise; lists compare without order.

    >>> compare_settings("t", {"retention.ms": "5", "cleanup.policy": "delete,compact"},
    ...                  {"retention.ms": "7", "cleanup.policy": "compact,delete"})
    [Difference(topic='t', setting='retention.ms', declared='5', found='7')]
    """
    return [
        Difference(topic, setting, value, found.get(setting, "absent"))
        for setting, value in declared.items()
        if set(value.split(",")) != set(found.get(setting, "absent").split(","))
    ]


def _partitions(admin: AdminClient, settings: KafkaSettings) -> dict[str, int]:
    try:
        topics = admin.list_topics(timeout=TIMEOUT_S).topics
    except KafkaException as error:
        raise explain(error.args[0], settings) from error
    return {name: len(topic.partitions) for name, topic in topics.items()}


def _create(admin: AdminClient, settings: KafkaSettings, topics: Sequence[Topic]) -> None:
    if not topics:
        return
    wanted = [
        NewTopic(topic.name, topic.partitions or settings.partitions, settings.replication, config=dict(topic.config))
        for topic in topics
    ]
    for name, created in admin.create_topics(wanted, operation_timeout=TIMEOUT_S).items():
        try:
            created.result(TIMEOUT_S)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise _cannot_create(error.args[0], settings, name) from error


def _cannot_create(error: KafkaError, settings: KafkaSettings, topic: str) -> UnreachableError:
    if error.code() == KafkaError.INVALID_REPLICATION_FACTOR:
        return UnreachableError(f"cannot create {topic}: set RINGFENCE_KAFKA__REPLICATION ({error.str()})")
    return explain(error, settings, topic, "Create")


def _configs(admin: AdminClient, settings: KafkaSettings, topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    if not topics:
        return {}
    resources = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in topics]
    configs: dict[str, dict[str, str]] = {}
    for resource, described in admin.describe_configs(resources).items():
        try:
            entries = described.result(TIMEOUT_S)
        except KafkaException as error:
            raise explain(error.args[0], settings, cast("str", resource.name), "DescribeConfigs") from error
        configs[resource.name] = {option: str(entry.value) for option, entry in entries.items()}
    return configs


def _refuse_changed_partitions(differences: Sequence[Difference], topics: Sequence[Topic]) -> None:
    follow = {topic.name for topic in topics if topic.partitions is None}
    for found in differences:
        if found.setting == PARTITIONS and found.topic in follow:
            raise PartitionsChangedError(
                f"{found.topic} has {found.found} partitions, the settings say {found.declared}: set "
                f"RINGFENCE_KAFKA__PARTITIONS={found.found}, or `ringfence repartition` moves all to new topics"
            )
