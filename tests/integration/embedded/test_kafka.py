"""OPS-2: a real Kafka with nothing installed but Python."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from app.embedded import ports
from app.embedded.errors import FolderInUseError, MemoryShortError, PortTakenError
from app.embedded.kafka import KafkaServer
from tests.conftest import FreshTopic

pytestmark = pytest.mark.kafka


def _produce(bootstrap: str, topic: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    producer.produce(topic, value)
    assert producer.flush(10) == 0


def _first(bootstrap: str, topic: str) -> bytes:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        message = consumer.poll(20)
        assert message is not None
        value = message.value()
        assert isinstance(value, bytes)
        return value
    finally:
        consumer.close()


def test_a_record_round_trips(kafka: KafkaServer, fresh_topic: FreshTopic) -> None:
    topic = fresh_topic()
    _produce(kafka.bootstrap, topic, b"hello")
    assert _first(kafka.bootstrap, topic) == b"hello"


def test_it_listens_on_the_loopback_interface_only(kafka: KafkaServer) -> None:
    listening = [c.laddr.ip for c in psutil.Process(kafka.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert {ip.removeprefix("::ffff:") for ip in listening} == {ports.HOST}


def test_after_a_kill_and_after_a_stop_it_has_its_port_and_its_data(own_kafka: KafkaServer) -> None:
    before = own_kafka.bootstrap
    admin = AdminClient({"bootstrap.servers": before})
    admin.create_topics([NewTopic("kept", 1, 1)])["kept"].result(10)
    _produce(before, "kept", b"one")
    for end in (own_kafka.kill, own_kafka.stop):
        end()
        assert not own_kafka.running
        own_kafka.start()
        assert own_kafka.bootstrap == before
        assert _first(before, "kept") == b"one"


def test_a_folder_serves_one_broker_only(kafka: KafkaServer) -> None:
    with pytest.raises(FolderInUseError, match="already runs on"):
        KafkaServer(kafka.data).start()
    assert kafka.running


def test_a_taken_port_is_named(tmp_path: Path, kafka: KafkaServer) -> None:
    with pytest.raises(PortTakenError, match=str(kafka.port)):
        KafkaServer(tmp_path, port=kafka.port).start()


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    with pytest.raises(MemoryShortError, match="raise the heap"):
        KafkaServer(tmp_path, heap_mb=4).start()


OWNER = """
import sys, time
from pathlib import Path
from app.embedded.kafka import KafkaServer
kafka = KafkaServer(Path(sys.argv[1]))
kafka.start()
print(kafka.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        broker = psutil.Process(int(owner.stdout.readline()))
        os.kill(owner.pid, signal.SIGKILL)
        broker.wait(timeout=20)
    assert not broker.is_running()
