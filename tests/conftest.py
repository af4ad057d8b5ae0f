"""Real parts for every test that wants them: one broker for the whole run."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from hypothesis import settings

from app.embedded.kafka import KafkaServer

# How long an example takes says more about what else the machine does than about our code.
settings.register_profile("ringfence", deadline=None)
settings.load_profile("ringfence")


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker for the whole run; a test that kills or fills one starts its own (`own_kafka`)."""
    with KafkaServer(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker for one test, which may stop, freeze or kill it."""
    with KafkaServer(tmp_path / "kafka") as server:
        yield server


@pytest.fixture
def bootstrap(kafka: KafkaServer) -> str:
    """host:port of the shared broker."""
    return kafka.bootstrap


FreshTopic = Callable[..., str]


@pytest.fixture
def fresh_topic(kafka: KafkaServer) -> FreshTopic:
    """Make a topic that no other test uses: `fresh_topic("raw", partitions=8, **{"cleanup.policy": "compact"})`."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})

    def make(stem: str = "topic", partitions: int = 1, **config: str) -> str:
        name = f"{stem}-{uuid.uuid4().hex[:8]}"
        created = admin.create_topics([NewTopic(name, partitions, 1, config=config)])
        created[name].result(timeout=10)
        return name

    return make


@pytest.fixture
def fresh_id() -> str:
    """A name for a consumer group or an application that no other test uses."""
    return f"test-{uuid.uuid4().hex[:8]}"
