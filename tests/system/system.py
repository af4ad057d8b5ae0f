"""A whole system on a broker of its own: topics, keys, workers, and whoever appends messages."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from confluent_kafka import ConsumerGroupState

from app.bus.admin import declare, topics_of
from app.bus.connect import KafkaConnection
from app.bus.enrollment import prepare_log
from app.bus.issuer import load_or_make_issuer
from app.bus.reader import TopicReader
from app.core.commands import Command, SetPolicy
from app.embedded.kafka import KafkaServer
from app.events import Header
from app.record import LogRecord
from app.settings import KafkaSettings, WorkerSettings
from app.topics import RAW
from tables import TABLES
from tests.system.load import Position, Sender
from tests.system.post import Post
from tests.system.progress import ProgressFollower
from tests.system.worker import WorkerProcess

PARTITIONS = 8

LIVELY = {
    "version": 1,
    "mode": "enforce",
    "trust": {"half_life_s": 20, "prior": 1, "conflict": 4, "refusal": 1, "cooperation": 0.5},
    "contention": {"request_timeout_s": 3, "hold_timeout_s": 5},
    "conversation": {"answer_timeout_s": 4},
    "enforcement": {"quarantine_s": 4},
    "incident": {"quiet_s": 3},
    "repeat": {"window_s": 5},
}
"""A policy under which much happens within seconds: alerts, quarantines, timers, ticks."""


class System:
    """The product's parts, run as `ringfence up` runs them; used as a context manager.

    Its workers are started again when they end (`supervise`), until they are stopped.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kafka = KafkaServer(folder / "kafka")
        self.app_id = WorkerSettings().app_id
        self.operator = load_or_make_issuer("operator", folder / "operator.pem")
        self.workers: dict[str, WorkerProcess] = {}

    def __enter__(self) -> Self:
        self.kafka.start()
        self.settings = KafkaSettings(bootstrap=self.kafka.bootstrap, partitions=PARTITIONS)
        self.admin = KafkaConnection(self.settings).connect()
        declare(self.admin, self.settings, topics_of(self.app_id, [table.name for table in TABLES]))
        prepare_log(self.settings, self.operator, [])
        self.sender = Sender(self.settings)
        self.progress = ProgressFollower(self.settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abandon()
        self.progress.close()
        self.kafka.kill()

    def start(
        self, *names: str, environment: Mapping[str, str] | None = None, module: str = "app.worker"
    ) -> list[WorkerProcess]:
        """Start workers, new ones or stopped ones, and wait until each folds."""
        workers = [self._worker(name, module) for name in names]
        prepare_log(self.settings, self.operator, [worker.issuer for worker in workers])
        for worker in workers:
            worker.start(environment)
        self.wait_until(lambda: all(map(self.owned, workers)), f"{names} fold")
        return workers

    def stop(self) -> dict[str, int]:
        """Stop all workers in order; their exit statuses."""
        return {name: worker.stop() for name, worker in self.workers.items() if worker.wanted}

    def abandon(self) -> None:
        """Kill what still runs."""
        for worker in self.workers.values():
            worker.wanted = False
            worker.kill()

    def owned(self, worker: WorkerProcess) -> set[int]:
        """Partitions that a worker folds, by its own latest word since it started."""
        return self.progress.owned_by(worker.address, worker.started_ms)

    def put_in_force(self, policy: Mapping[str, object]) -> None:
        """Append a policy on all partitions."""
        document = msgspec.Raw(msgspec.json.encode(policy))
        self.sender.send(self.signed(SetPolicy(partition=number, policy=document)) for number in range(PARTITIONS))

    def signed(self, command: Command) -> Post:
        """A control record of the operator."""
        value, headers = self.operator.sign(command)
        return Post(None, value, command.partition, tuple(headers))

    def send(self, posts: Iterable[Post]) -> list[Position]:
        """Append records and wait for the log to have them."""
        return self.sender.send(posts)

    def delete_group(self) -> None:
        """Delete the workers' consumer group and all its offsets, when its last member is gone."""
        self.wait_until(self._group_is_empty, "the group is empty")
        self.admin.delete_consumer_groups([self.app_id])[self.app_id].result()

    def supervise(self) -> None:
        """Start again whatever has ended, and hear what the workers say."""
        for worker in self.workers.values():
            worker.revive()
        self.progress.poll()

    def wait_until(self, condition: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
        """Supervise until the condition holds."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < deadline, f"after {timeout_s:.0f} s not: {what}\n{self.said()}"
            self.supervise()

    def settle(self, timeout_s: float = 120) -> None:
        """Wait until all messages are decided, the copies of misplaced ones too."""
        self.sender.flush()
        ends: dict[int, int] = {}
        late: Mapping[int, int] = self.sender.ends
        while late:
            ends |= late
            self.wait_until(partial(self._decided, ends), f"all decided up to {ends}", timeout_s)
            late = self._tail(ends)

    def said(self) -> str:
        """How far all is, and the ends of the workers' logs."""
        progress = {number: self.progress.next_offset(number) for number in range(PARTITIONS)}
        return "\n".join([f"decided up to {progress}", *(worker.said() for worker in self.workers.values())])

    def _worker(self, name: str, module: str) -> WorkerProcess:
        if name not in self.workers:
            self.workers[name] = WorkerProcess(name, self.folder, self.kafka.bootstrap, module=module)
        return self.workers[name]

    def _group_is_empty(self) -> bool:
        group = self.admin.describe_consumer_groups([self.app_id])[self.app_id].result()
        return bool(group.state == ConsumerGroupState.EMPTY)

    def _decided(self, ends: Mapping[int, int]) -> bool:
        return all(self.progress.next_offset(partition) >= end for partition, end in ends.items())

    def _tail(self, ends: Mapping[int, int]) -> dict[int, int]:
        """The ends of partitions that have messages behind these ends."""
        with TopicReader(self.settings, RAW.name) as reader:
            spans = [span._replace(start=max(span.start, ends.get(span.partition, 0))) for span in reader.spans()]
            late = [record for record in reader.read_all(spans) if not is_tick(record)]
        return {record.partition: record.offset + 1 for record in late}


def is_tick(record: LogRecord) -> bool:
    """Whether it is a control record that only says the time."""
    return dict(record.headers).get(Header.CONTROL) == b"tick"
