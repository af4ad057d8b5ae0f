"""CLI-1: the live view follows a running system and heals after a loss of its broker."""

import queue
from collections.abc import Callable, Iterable, Iterator

import msgspec
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from app.cli.view.feed import Feed
from app.cli.view.updates import Decided, Ends, Lost, Update
from app.embedded.kafka import KafkaServer
from app.events import Header
from app.topics import ALERTS, DECISIONS, ENFORCEMENT, PROGRESS, RAW, Topic
from tests.unit.cli.view.samples import alert, decided, progress, transition

WAIT_S = 30

pytestmark = pytest.mark.kafka


def declare(server: KafkaServer, topics: Iterable[Topic]) -> None:
    admin = AdminClient({"bootstrap.servers": server.bootstrap})
    for future in admin.create_topics([NewTopic(topic.name, 2, 1) for topic in topics]).values():
        future.result(timeout=WAIT_S)


def append(server: KafkaServer, topic: Topic, key: bytes, value: msgspec.Struct, header: bytes = b"12.0") -> None:
    producer = Producer({"bootstrap.servers": server.bootstrap})
    producer.produce(topic.name, msgspec.json.encode(value), key, headers=[(Header.LATENCY, header)])
    assert producer.flush(WAIT_S) == 0


def wait_for(updates: "queue.Queue[Update]", wanted: Callable[[Update], bool]) -> Update:
    while not wanted(update := updates.get(timeout=WAIT_S)):
        pass
    return update


@pytest.fixture
def system(own_kafka: KafkaServer) -> KafkaServer:
    declare(own_kafka, (RAW, DECISIONS, ALERTS, ENFORCEMENT, PROGRESS))
    return own_kafka


@pytest.fixture
def updates(system: KafkaServer) -> Iterator["queue.Queue[Update]"]:
    arrived: queue.Queue[Update] = queue.Queue()
    with Feed({"bootstrap.servers": system.bootstrap}, arrived.put):
        yield arrived


def test_it_reads_what_was_there_and_what_comes(system: KafkaServer) -> None:
    append(system, ENFORCEMENT, b"a", transition())
    append(system, PROGRESS, b"0", progress(0, 7))
    arrived: queue.Queue[Update] = queue.Queue()
    with Feed({"bootstrap.servers": system.bootstrap}, arrived.put):
        past = [wait_for(arrived, lambda u: not isinstance(u, Ends)) for _ in range(2)]
        append(system, DECISIONS, b"f", decided().decision)
        append(system, ALERTS, b"f", alert())
        seen = [wait_for(arrived, lambda u: not isinstance(u, Ends)) for _ in range(2)]
    assert all(update in past for update in (transition(), progress(0, 7)))
    assert all(update in seen for update in (decided(), alert()))


def test_it_says_how_far_the_raw_log_goes(system: KafkaServer, updates: "queue.Queue[Update]") -> None:
    append(system, RAW, b"f", alert())
    wait_for(updates, lambda u: isinstance(u, Ends) and sum(u.offsets.values()) == 1 and len(u.offsets) == 2)


def test_a_lost_broker_is_said_and_its_return_too(system: KafkaServer, updates: "queue.Queue[Update]") -> None:
    wait_for(updates, lambda u: isinstance(u, Ends))
    system.kill()
    wait_for(updates, lambda u: isinstance(u, Lost))
    system.start()
    wait_for(updates, lambda u: isinstance(u, Ends))
    append(system, DECISIONS, b"f", decided("after").decision)
    wait_for(updates, lambda u: isinstance(u, Decided) and u.decision.agent_id == "after")


def test_topics_that_are_not_there_yet_are_waited_for(own_kafka: KafkaServer) -> None:
    arrived: queue.Queue[Update] = queue.Queue()
    with Feed({"bootstrap.servers": own_kafka.bootstrap}, arrived.put):
        lost = wait_for(arrived, lambda u: isinstance(u, Lost))
        assert lost == Lost(f"no topic {DECISIONS.name} yet")
        declare(own_kafka, (RAW, DECISIONS, ALERTS, ENFORCEMENT, PROGRESS))
        wait_for(arrived, lambda u: isinstance(u, Ends))
