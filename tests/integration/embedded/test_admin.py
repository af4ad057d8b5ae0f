"""BUS-2: topics are declared once, and one that differs is reported, never silently used."""

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions

from app.bus import admin as topics_admin
from app.bus.admin import Difference, PartitionsChangedError, declare, missing_topics, topics_of
from app.bus.connect import KafkaConnection
from app.bus.errors import UnreachableError
from app.embedded.kafka import KafkaServer
from app.settings import KafkaSettings
from app.topics import Topic
from tests.conftest import FreshTopic
from tests.integration.embedded.waiting import wait_for

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka: KafkaServer) -> KafkaSettings:
    return KafkaSettings(bootstrap=kafka.bootstrap, partitions=3)


@pytest.fixture
def client(settings: KafkaSettings) -> AdminClient:
    return KafkaConnection(settings).connect()


def _changelogs(app_id: str) -> list[Topic]:
    return [topic for topic in topics_of(app_id, ["agents", "edges"]) if topic.name.startswith(app_id)]


def test_declaring_creates_what_is_missing_and_may_be_repeated(
    client: AdminClient, settings: KafkaSettings, fresh_id: str
) -> None:
    topics = _changelogs(fresh_id)
    assert missing_topics(client, settings, topics) == [topic.name for topic in topics]
    first = declare(client, settings, topics)
    again = declare(client, settings, topics)
    assert (list(first.created), list(first.differences)) == ([topic.name for topic in topics], [])
    assert (list(again.created), list(again.differences)) == ([], [])


def test_an_existing_topic_that_differs_is_reported(
    client: AdminClient, settings: KafkaSettings, fresh_topic: FreshTopic
) -> None:
    name = fresh_topic(partitions=3, **{"retention.ms": "1000"})
    topic = Topic(name, {"retention.ms": "-1", "cleanup.policy": "delete"})
    assert declare(client, settings, [topic]).differences == [Difference(name, "retention.ms", "-1", "1000")]


def test_another_number_of_partitions_refuses(
    client: AdminClient, settings: KafkaSettings, fresh_topic: FreshTopic
) -> None:
    name = fresh_topic(partitions=3)
    client.create_partitions([NewPartitions(name, 4)])[name].result(10)
    wait_for(lambda: len(client.list_topics(name, timeout=10).topics[name].partitions) == 4, "Kafka tells of four")
    with pytest.raises(PartitionsChangedError, match=f"{name} has 4 partitions, the settings say 3"):
        declare(client, settings, [Topic(name, {})])
    fixed = Topic(name, {}, partitions=4)
    assert declare(client, settings, [fixed]).differences == []


def test_too_many_copies_are_said(client: AdminClient, settings: KafkaSettings, fresh_id: str) -> None:
    three = settings.model_copy(update={"replication": 3})
    with pytest.raises(UnreachableError, match="set RINGFENCE_KAFKA__REPLICATION"):
        declare(client, three, [Topic(fresh_id, {})])


def test_all_our_topics_are_accepted_by_a_real_broker(own_kafka: KafkaServer) -> None:
    settings = KafkaSettings(bootstrap=own_kafka.bootstrap)
    client = KafkaConnection(settings).connect()
    topics = topics_admin.topics_of("ringfence", ["agents"])
    assert list(declare(client, settings, topics).created) == [topic.name for topic in topics]
    assert topics_admin.compare(client, settings, topics) == []
