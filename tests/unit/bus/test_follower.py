"""QUAR-2: a follower that begins anew says so, until it has told again all that there is."""

import threading
from collections.abc import Iterator

import pytest
from confluent_kafka import OFFSET_BEGINNING, KafkaError, KafkaException, Message, Producer

from app.bus.follower import Follower

WAIT_S = 30.0
TOPICS = ("states", "signs")


@pytest.fixture
def brokers() -> Iterator[str]:
    """A broker within librdkafka, with a record on each topic."""
    producer = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1})
    (broker,) = producer.list_topics(timeout=WAIT_S).brokers.values()
    for topic in TOPICS:
        producer.produce(topic, b"told")
    assert producer.flush(WAIT_S) == 0
    yield f"{broker.host}:{broker.port}"
    del producer


def test_a_follower_is_behind_while_it_reads_again(brokers: str) -> None:
    """It loses its brokers once, when it has read all."""
    current: list[bool] = []
    said: list[str] = []
    lost, read_again = threading.Event(), threading.Event()

    def between() -> None:
        if follower.current and lost.is_set():
            read_again.set()
        elif follower.current:
            lost.set()
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))

    def tell(_: Message) -> None:
        current.append(follower.current)
        said.append("told")

    starts = dict.fromkeys(TOPICS, OFFSET_BEGINNING)
    follower = Follower(
        {"bootstrap.servers": brokers},
        starts,
        tell,
        begun=lambda: said.append("begun"),
        reached=lambda: said.append("reached"),
        between=between,
    )
    with follower:
        assert read_again.wait(WAIT_S)
    assert current == [False] * 4
    assert said == ["begun", "told", "told", "reached"] * 2
    assert follower.caught_up.is_set()
