"""Everything on this machine: Kafka, Valkey, workers, sidecar, sinks; started, kept running, stopped in order."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import structlog
from pydantic import SecretStr

from app.bus.admin import declare, topics_of
from app.bus.connect import KafkaConnection
from app.bus.enrollment import prepare_log
from app.bus.issuer import load_or_make_issuer, worker_issuer
from app.core.state import TABLES
from app.embedded import run_file
from app.embedded.folder import locked
from app.embedded.kafka import KafkaServer
from app.embedded.keeper import Keeper
from app.embedded.readiness import wait_for_workers
from app.embedded.run_file import KafkaAddress, RedisAddress, Run
from app.embedded.sidecar import SidecarProcess
from app.embedded.sinks import SinksProcess
from app.embedded.sweep import sweep
from app.embedded.valkey import ValkeyServer
from app.embedded.worker import WorkerProcess
from app.settings import Settings

log = structlog.get_logger()

LOOK_EVERY_S = 0.2
WORKERS_TIMEOUT_S = 30.0
SESSION_TIMEOUT_S = 3.0
"""Of workers on our own Kafka: half of what other clusters allow, so a standby takes over in half the time."""

Say = Callable[[str], None]


class Supervisor:
    """Runs the parts in a data folder. Parts that the settings name an address of are taken as given.

    Args:
        data: folder of all state, of the keys, the logs and `run.json`; it survives, and may be used again.
        workers: number of worker processes.
        say: told each step of the start, for a person.

    Example:
        with Supervisor(Path("data"), workers=2) as supervisor:
            supervisor.keep_running()

    """

    def __init__(
        self, data: Path, *, workers: int = 1, settings: Settings | None = None, say: Say = lambda _: None
    ) -> None:
        self.data = data.absolute()
        self.settings = (settings or Settings()).model_copy(deep=True)
        self._workers = workers
        self._say = say
        self._stack = ExitStack()
        self._keepers: list[Keeper] = []

    @property
    def run(self) -> Run:
        """What runs now, as `run.json` says it."""
        return Run(
            kafka=KafkaAddress(self.settings.kafka.bootstrap),
            redis=RedisAddress(self.settings.redis.url.get_secret_value()),
            supervisor=run_file.part("supervisor", os.getpid()),
            processes=tuple(
                run_file.part(keeper.name, keeper.service.pid or 0, keeper.web) for keeper in self._keepers
            ),
        )

    def start(self) -> None:
        """Start all parts and write `run.json`.

        Raises:
            FolderInUseError: the folder is in use by another `ringfence up`.
            RingfenceError: a part did not start, a topic differs; what was started is stopped again.

        """
        self._stack.enter_context(locked(self.data, "ringfence up"))
        with ExitStack() as undo:
            undo.callback(self.stop)
            sweep(run_file.read(self.data))
            self._start_kafka()
            self._start_valkey()
            workers = [WorkerProcess(number, self.data, self.settings) for number in range(self._workers)]
            self._prepare_log(workers)
            self._say(f"Starting {self._workers} worker{'s' * (self._workers > 1)}")
            for worker in workers:
                self._keep(Keeper(worker.name, worker, worker.web))
            for part in (SidecarProcess(self.data, self.settings), SinksProcess(self.data, self.settings)):
                self._keep(Keeper(part.name, part, part.web))
            if not wait_for_workers(self.settings.kafka, self.tend, WORKERS_TIMEOUT_S):
                log.warning("not all partitions have a worker yet: the workers' logs say why")
            run_file.write(self.data, self.run)
            undo.pop_all()

    def stop(self) -> None:
        """Stop the parts in the opposite order; `run.json` goes, everything else stays."""
        while self._keepers:
            self._keepers.pop().service.stop()
        run_file.remove(self.data)
        self._stack.close()

    def tend(self) -> None:
        """Look once whether all parts run, and start again what has ended, when its time has come."""
        started_again = [keeper for keeper in self._keepers if keeper.tend()]
        if started_again:
            run_file.write(self.data, self.run)

    def keep_running(self) -> None:
        """Tend all parts until an exception, such as Ctrl-C, ends it."""
        while True:
            time.sleep(LOOK_EVERY_S)
            self.tend()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _start_kafka(self) -> None:
        if "bootstrap" in self.settings.kafka.model_fields_set:
            self._say(f"Using Kafka at {self.settings.kafka.bootstrap}")
            return
        self._say("Starting Kafka")
        server = KafkaServer(self.data / "kafka")
        self._keep(Keeper("kafka", server))
        self.settings.kafka.bootstrap = server.bootstrap
        if "session_timeout_s" not in self.settings.worker.model_fields_set:
            self.settings.worker.session_timeout_s = SESSION_TIMEOUT_S

    def _start_valkey(self) -> None:
        if "url" in self.settings.redis.model_fields_set:
            self._say("Using the Redis of the settings")
            return
        self._say("Starting Valkey")
        server = ValkeyServer(self.data / "valkey")
        self._keep(Keeper("valkey", server))
        self.settings.redis.url = SecretStr(server.url)

    def _prepare_log(self, workers: list[WorkerProcess]) -> None:
        self._say("Declaring topics")
        kafka = self.settings.kafka
        admin = KafkaConnection(kafka).connect()
        for found in declare(admin, kafka, topics_of(self.settings.worker.app_id, TABLES)).differences:
            log.warning("topic differs from its declaration", **msgspec.structs.asdict(found))
        operator = self.settings.keys.operator or run_file.operator_key(self.data)
        issuer = load_or_make_issuer(self.settings.keys.issuer, operator)
        prepare_log(kafka, issuer, [worker_issuer(worker.folder) for worker in workers])

    def _keep(self, keeper: Keeper) -> None:
        self._keepers.append(keeper)
        keeper.start()
