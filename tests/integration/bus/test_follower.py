"""QUAR-2: what a door follows survives an outage of Kafka, and a follower that cannot go on is known to be dead."""

import time
from collections.abc import Callable

import msgspec
import pytest
from confluent_kafka import OFFSET_BEGINNING, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from api.doors.book import Book
from app.bus.follower import Follower
from app.embedded.kafka import KafkaServer
from app.events import Forgotten, Header
from app.topics import ENFORCEMENT, PROGRESS
from tests.unit.api.doors.samples import alive, transition

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
WAIT_S = 30.0
STARTS = {ENFORCEMENT.name: OFFSET_BEGINNING, PROGRESS.name: OFFSET_BEGINNING}


def append(server: KafkaServer, topic: str, value: msgspec.Struct) -> None:
    producer = Producer({"bootstrap.servers": server.bootstrap})
    if isinstance(value, Forgotten):
        producer.produce(topic, None, b"key", headers=[(Header.FORGOTTEN, msgspec.json.encode(value))])
    else:
        producer.produce(topic, msgspec.json.encode(value), b"key")
    assert producer.flush(WAIT_S) == 0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def system(own_kafka: KafkaServer) -> KafkaServer:
    create_topics(own_kafka)
    return own_kafka


def create_topics(server: KafkaServer) -> None:
    admin = AdminClient({"bootstrap.servers": server.bootstrap})
    for future in admin.create_topics([NewTopic(name, 1, 1) for name in STARTS]).values():
        future.result(timeout=WAIT_S)


def test_a_follower_that_starts_before_its_topics_says_so_and_reads_them_once_they_are_there(
    own_kafka: KafkaServer,
) -> None:
    book, said = Book(), list[str]()
    with Follower({"bootstrap.servers": own_kafka.bootstrap}, STARTS, book.tell, lost=said.append) as follower:
        wait_until(lambda: bool(said))
        assert said[0].startswith("no topic ")
        create_topics(own_kafka)
        append(own_kafka, ENFORCEMENT.name, transition(agent="bob"))
        wait_until(lambda: book.states.latest("north", "bob") is not None)
        assert follower.caught_up.wait(WAIT_S)


def test_a_book_knows_what_was_decided_before_and_after_kafka_was_away(system: KafkaServer) -> None:
    book = Book()
    for value in (transition(agent="bob"), transition(agent="ann"), Forgotten("north", "ann", 1)):
        append(system, ENFORCEMENT.name, value)
    states, client = book.states, {"bootstrap.servers": system.bootstrap}
    with Follower(client, STARTS, book.tell, begun=states.begin, reached=states.end) as follower:
        assert follower.caught_up.wait(WAIT_S)
        assert book.states.latest("north", "bob") is not None
        system.kill()
        system.start()
        append(system, ENFORCEMENT.name, transition(agent="cy"))
        append(system, PROGRESS.name, alive(0, int(time.time() * 1000)))
        wait_until(lambda: book.states.latest("north", "cy") is not None)
        book.partitions = follower.partitions[ENFORCEMENT.name]
        wait_until(lambda: book.age_s("north") is not None)
        assert book.states.latest("north", "bob") is not None
        wait_until(lambda: follower.current)
        assert book.states.latest("north", "ann") is None
        assert len(book.states) == 2
        assert follower.alive
    assert not follower.alive


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_follower_whose_reader_fails_is_known_to_be_dead(system: KafkaServer) -> None:
    append(system, ENFORCEMENT.name, transition())

    def fail(_: object) -> None:
        raise ZeroDivisionError

    with Follower({"bootstrap.servers": system.bootstrap}, STARTS, fail) as follower:
        wait_until(lambda: not follower.alive)
        assert not follower.caught_up.is_set()
