"""Workers of the counter on a real broker, and the check that they decided everything exactly once."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Self

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from app.embedded.ports import free_port
from tests.integration.streaming.counter import Counted, Topics

ROOT = Path(__file__).parents[3]
KEYS = 40


class Worker:
    """A `faust worker` process with a data folder of its own."""

    def __init__(self, name: str, setup: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self._environment = {
            **os.environ,
            **environment,
            "COUNTER": json.dumps({**setup, "data": str(self.data), "web_port": self.port}),
        }
        self.process = self._start()

    def restart(self) -> None:
        self.process = self._start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> int:
        self.process.terminate()
        return self.process.wait(20)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def logged(self, text: str) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if text in line]

    def metrics(self) -> dict[str, Any]:
        """What the worker says about itself; empty while it does not answer."""
        url = f"http://127.0.0.1:{self.port}/fold/metrics/"
        request = urllib.request.Request(url, headers={"Authorization": "Bearer secret"})
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                metrics: dict[str, Any] = json.load(answer)
        except OSError:
            return {}
        return metrics

    def owned(self) -> list[int]:
        """The partitions that it has now."""
        return [entry["partition"] for entry in self.metrics().get("partitions", [])]

    def recovered(self) -> list[int]:
        """Changelog records read at each assignment, since its first start."""
        return [int(line.split("records=")[1].split()[0]) for line in self.logged("tables recovered")]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "faust", "-A", "tests.integration.streaming.worker", "worker", "-l", "info"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*command, "--web-port", str(self.port)], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )


class Run:
    """One application on fresh topics: its input, its workers, what they wrote."""

    def __init__(
        self, bootstrap: str, folder: Path, partitions: int = 4, like: "Run | None" = None, **setup: object
    ) -> None:
        """`like`: another run whose names to use again, on another cluster."""
        tag: str = like.tag if like else uuid.uuid4().hex[:8]
        folder.mkdir(exist_ok=True)
        self.tag: str = tag
        self.bootstrap = bootstrap
        self.folder = folder
        self.partitions = partitions
        self.input = f"input-{tag}"
        self.topics = Topics(f"counts-{tag}", f"tenths-{tag}")
        self.app_id = f"counter-{tag}"
        self._keys = cycle([b"agent-%d" % number for number in range(KEYS)])
        self.sent: list[tuple[int, int, bytes]] = []
        self.decided: list[tuple[int, bytes, Counted]] = []
        self.workers: dict[str, Worker] = {}
        self._setup = {
            "bootstrap": bootstrap, "app_id": self.app_id, "input_topic": self.input, "topics": self.topics,
            "partitions": partitions, **setup,
        }  # fmt: skip
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._create()
        self._reader = self._consumer([TopicPartition(self.topics.counts, p, 0) for p in range(partitions)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers.values():
            if worker.process.poll() is None:
                worker.signal(signal.SIGCONT)
                worker.kill()
        self._reader.close()

    def start(self, name: str = "a", environment: Mapping[str, str] | None = None) -> Worker:
        self.workers[name] = Worker(name, self._setup, self.folder, environment or {})
        return self.workers[name]

    def send(self, count: int, value: bytes = b"{}") -> None:
        for key in islice(self._keys, count):
            self.send_one(key, value)
            self._producer.poll(0)
        self._producer.flush()

    def send_one(self, key: bytes, value: bytes, partition: int | None = None) -> None:
        to = {} if partition is None else {"partition": partition}
        self._producer.produce(self.input, key=key, value=value, on_delivery=self._delivered, **to)

    def read(self) -> int:
        """Take what was decided since; how many records that were."""
        messages = [message for message in self._reader.consume(5000, 0.1) if message.error() is None]
        self.decided.extend(_counted(message) for message in messages)
        return len(messages)

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = 60, *, supervise: bool = False) -> None:
        """Read and, as a supervisor would, start ended workers again, until the condition holds."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"{len(self.decided)} of {len(self.sent)} decided in {timeout_s} s"
            self.read()
            if supervise:
                self.supervise()

    def wait_more(self, count: int, timeout_s: float = 60, *, supervise: bool = False) -> None:
        """Wait until so many more records are decided."""
        goal = len(self.decided) + count
        self.wait_until(lambda: len(self.decided) >= goal, timeout_s, supervise=supervise)

    def supervise(self) -> None:
        for worker in self.workers.values():
            if worker.process.poll() is not None:
                worker.restart()

    def wait_decided(self, timeout_s: float = 60, *, supervise: bool = False) -> None:
        self._producer.flush()
        self.wait_until(lambda: len(self.decided) >= len(self.sent), timeout_s, supervise=supervise)

    def ended_themselves(self) -> list[str]:
        """Why workers ended, if any did."""
        return [line for worker in self.workers.values() for line in worker.logged("worker ends")]

    def wait_sent(self) -> None:
        self._producer.flush()

    def truncate(self, partition: int, before: int) -> None:
        """Delete records of the input, as a retention would."""
        end = TopicPartition(self.input, partition, before)
        self._admin.delete_records([end])[end].result(10)
        self.sent = [sent for sent in self.sent if sent[0] != partition or sent[1] >= before]

    def group_is_gone(self) -> bool:
        """Delete the consumer group; true when it is gone."""
        try:
            self._admin.delete_consumer_groups([self.app_id])[self.app_id].result(10)
        except KafkaException:
            return False
        return True

    def check(self) -> None:
        """Every record decided once, in order, with the right count; and the tables say the same."""
        positions = Tally((counted.partition, counted.offset) for _, _, counted in self.decided)
        assert positions == Tally((partition, offset) for partition, offset, _ in self.sent)
        expected: Tally[tuple[int, bytes]] = Tally()
        for partition, key, counted in self.decided:
            expected[partition, key] += 1
            assert counted.count == expected[partition, key], (partition, key, counted)
        assert self.table("counts") == {key: b"%d" % count for key, count in expected.items()}

    def table(self, name: str) -> dict[tuple[int, bytes], bytes]:
        """The last value of each key of a changelog."""
        topic = f"{self.app_id}-{name}-changelog"
        entries = {}
        for message in self._all(topic):
            entries[message.partition(), message.key()] = message.value()
        return {key: value for key, value in entries.items() if value is not None}

    def _all(self, topic: str) -> Iterator[Message]:
        consumer = self._consumer([TopicPartition(topic, p, 0) for p in range(self.partitions)])
        ended = 0
        while ended < self.partitions:
            for message in consumer.consume(5000, 1.0):
                error = message.error()
                if error is None:
                    yield message
                elif error.code() == KafkaError._PARTITION_EOF:
                    ended += 1
        consumer.close()

    def _consumer(self, partitions: list[TopicPartition]) -> Consumer:
        consumer = Consumer({
            "bootstrap.servers": self.bootstrap, "group.id": "none", "isolation.level": "read_committed",
            "enable.partition.eof": True, "enable.auto.commit": False,
        })  # fmt: skip
        consumer.assign(partitions)
        return consumer

    def _create(self) -> None:
        names = (self.input, *self.topics)
        for made in self._admin.create_topics([NewTopic(name, self.partitions, 1) for name in names]).values():
            made.result(10)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        assert error is None, error
        self.sent.append((message.partition(), message.offset(), message.key()))


def sends(run: Run) -> bool:
    """Keep the load up while something is waited for."""
    run.send(20)
    return True


def _counted(message: Message) -> tuple[int, bytes, Counted]:
    return message.partition(), message.key(), msgspec.json.decode(message.value(), type=Counted)
