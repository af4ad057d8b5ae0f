"""BUS-4, BUS-5, D1, D3: what is sent arrives: all of it, in order, as it was, whatever the broker does."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.bus.errors import FutureTimestampError, MessageTooLargeError, SpoolBusyError, SpoolFullError
from app.bus.message import Message
from app.bus.producer import Producer
from app.bus.reader import read_topic
from app.bus.spool import Spool
from app.core.partitioner import home
from app.embedded import ports
from app.embedded.kafka import KafkaServer
from app.moment import now_ms
from app.settings import KafkaSettings
from app.topics import MAX_RAW_BYTES, RAW
from tests.conftest import FreshTopic
from tests.integration.bus.log import declare, source_position, values_by_key, without_repeats

pytestmark = pytest.mark.kafka

HOUR_MS = 3_600_000


@contextmanager
def producing(folder: Path, bootstrap: str, max_bytes: int = 1024**3) -> Iterator[tuple[Producer, Spool]]:
    with (
        closing(Spool(folder, max_bytes=max_bytes)) as spool,
        Producer(spool, KafkaSettings(bootstrap=bootstrap)) as producer,
    ):
        yield producer, spool


def numbered(topic: str, count: int, keys: int = 50, first: int = 0) -> list[Message]:
    return [
        Message(topic, b"fleet-%d" % (number % keys), b"%d" % number, origin=f"test:{number}")
        for number in range(first, first + count)
    ]


def expected_by_key(messages: list[Message]) -> dict[bytes, list[bytes | None]]:
    values: dict[bytes, list[bytes | None]] = {}
    for message in messages:
        values.setdefault(message.key, []).append(message.value)
    return values


def wait_for(condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.01)


def test_everything_arrives_once_in_order_at_its_home_partition(
    tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic
) -> None:
    topic = fresh_topic("raw", partitions=8)
    messages = numbered(topic, 20_000)
    with producing(tmp_path, bootstrap) as (producer, spool):
        for start in range(0, len(messages), 1_000):
            producer.send(messages[start : start + 1_000])
        assert producer.flush(30) == 0
        assert producer.status().acknowledged == len(messages)
        source = spool.source.encode()
    records = read_topic(KafkaSettings(bootstrap=bootstrap), topic)
    assert len(records) == len(messages)
    assert values_by_key(records) == expected_by_key(messages)
    assert all(record.key and record.partition == home(record.key.decode(), 8) for record in records)
    assert sorted(source_position(record) for record in records) == [(source, n + 1) for n in range(len(messages))]


def test_bytes_headers_and_time_arrive_as_they_were(tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic) -> None:
    topic = fresh_topic("raw")
    before = now_ms()
    value = '{"π":"\U0001f600\\u0000","n":123456789012345678901234567890,"x":1.50}'.encode()
    told = Message(topic, "flotte-é".encode(), value, (("name", b"\xff\x00"),), timestamp=1_700_000_000_123)
    with producing(tmp_path, bootstrap) as (producer, _):
        producer.send([told, Message(topic, b"f", None)])
        assert producer.flush(30) == 0
    first, second = read_topic(KafkaSettings(bootstrap=bootstrap), topic)
    assert (first.key, first.value, first.headers[0], first.timestamp) == (
        told.key,
        value,
        told.headers[0],
        told.timestamp,
    )
    assert second.value is None
    assert before <= second.timestamp <= now_ms()


def test_a_record_that_the_broker_refuses_becomes_a_local_dead_letter_and_the_others_keep_their_order(
    tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic
) -> None:
    """BUS-6: one bad record fails its whole batch; its good neighbours must neither be lost nor overtaken."""
    topic = fresh_topic("raw", partitions=4, **{"message.timestamp.after.max.ms": "60000"})
    messages = numbered(topic, 3_000, keys=7)
    bad = {500, 501, 2_400}
    for number in bad:
        messages[number] = messages[number]._replace(timestamp=now_ms() + HOUR_MS)
    with producing(tmp_path, bootstrap) as (producer, spool):
        producer.send(messages)
        assert producer.flush(60) == 0
        buried = spool.dead_letters.newest(10)
        assert producer.status().dead_letters == len(bad)
    assert {letter.message.value for letter in buried} == {b"%d" % number for number in bad}
    assert {letter.grounds.error for letter in buried} == {"INVALID_TIMESTAMP"}
    assert all(letter.grounds.attempts >= 1 and letter.message.origin.startswith("test:") for letter in buried)
    good = [message for number, message in enumerate(messages) if number not in bad]
    records = read_topic(KafkaSettings(bootstrap=bootstrap), topic)
    assert values_by_key(without_repeats(records)) == expected_by_key(good)


def test_a_record_over_the_limit_of_a_topic_that_we_do_not_know_becomes_a_local_dead_letter(
    tmp_path: Path, bootstrap: str, fresh_topic: FreshTopic
) -> None:
    topic = fresh_topic("small", **{"max.message.bytes": "2000"})
    large = Message(topic, b"f", b"x" * 5_000)
    with producing(tmp_path, bootstrap) as (producer, spool):
        producer.send([Message(topic, b"f", b"1"), large, Message(topic, b"f", b"2")])
        assert producer.flush(30) == 0
        (letter,) = spool.dead_letters.newest(10)
    assert (letter.grounds.error, letter.message.value) == ("MSG_SIZE_TOO_LARGE", large.value)
    assert [record.value for record in read_topic(KafkaSettings(bootstrap=bootstrap), topic)] == [b"1", b"2"]


def test_what_the_topic_would_refuse_is_refused_at_once_with_its_position(tmp_path: Path, bootstrap: str) -> None:
    large = Message(RAW.name, b"f", b"x" * MAX_RAW_BYTES, origin="a.jsonl:3")
    early = Message(RAW.name, b"f", b"{}", timestamp=now_ms() + HOUR_MS, origin="a.jsonl:4")
    with producing(tmp_path, bootstrap) as (producer, spool):
        with pytest.raises(MessageTooLargeError, match=r"a\.jsonl:3"):
            producer.send([large])
        with pytest.raises(FutureTimestampError, match=r"a\.jsonl:4"):
            producer.send([early])
        assert spool.depth().messages == 0
        assert producer.send_all([large, early]) == 2
        assert [letter.message for letter in spool.dead_letters.newest(10)] == [early, large]


def test_a_topic_that_is_not_there_yet_is_named_and_waited_for(tmp_path: Path, bootstrap: str) -> None:
    topic = f"late-{now_ms()}"
    with producing(tmp_path, bootstrap) as (producer, _):
        producer.send(numbered(topic, 100))
        wait_for(lambda: "topic is missing" in (producer.status().trouble or ""))
        declare(bootstrap, topic)
        assert producer.flush(60) == 0
    assert len(without_repeats(read_topic(KafkaSettings(bootstrap=bootstrap), topic))) == 100


def test_a_full_spool_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{ports.free_port()}"
    with producing(tmp_path, nobody, max_bytes=100_000) as (producer, spool):
        producer.send(numbered("raw", 500))
        held = spool.depth()
        with pytest.raises(SpoolFullError, match="wait until Kafka has taken some"):
            producer.send(numbered("raw", 2_000))
        assert spool.depth() == held
        wait_for(lambda: producer.status().breaker == "open")
        assert nobody in (producer.status().trouble or "")


def test_a_second_process_may_not_send_from_the_same_spool(tmp_path: Path, bootstrap: str) -> None:
    with producing(tmp_path, bootstrap), pytest.raises(SpoolBusyError), producing(tmp_path, bootstrap):
        pass


@pytest.mark.chaos
@pytest.mark.parametrize("away_s", [5.0, pytest.param(30.0, marks=[pytest.mark.chaos_long, pytest.mark.timeout(600)])])
def test_a_broker_that_is_killed_and_comes_back_misses_nothing(
    tmp_path: Path, own_kafka: KafkaServer, away_s: float
) -> None:
    declare(own_kafka.bootstrap, "raw")
    messages = numbered("raw", 20_000)
    with producing(tmp_path / "spool", own_kafka.bootstrap) as (producer, _):
        producer.send(messages[:2_000])
        wait_for(lambda: producer.status().acknowledged > 0)
        own_kafka.kill()
        killed = time.monotonic()
        for start in range(2_000, len(messages), 1_000):
            producer.send(messages[start : start + 1_000])
        wait_for(lambda: producer.status().breaker == "open" and time.monotonic() - killed > away_s, 60)
        own_kafka.start()
        assert producer.flush(120) == 0
    records = read_topic(KafkaSettings(bootstrap=own_kafka.bootstrap), "raw")
    assert values_by_key(without_repeats(records)) == expected_by_key(messages)
