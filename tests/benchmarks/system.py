"""The whole system without what the measurements have no use for: a broker of its own, its topics, its workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka.admin import AdminClient

from app.bus.admin import declare, topics_of
from app.bus.enrollment import prepare_log
from app.bus.issuer import load_or_make_issuer, worker_issuer
from app.core.state import TABLES
from app.embedded.kafka import KafkaServer
from app.embedded.worker import WorkerProcess
from app.settings import KafkaSettings, Settings
from app.topics import DECISIONS, RAW
from tests.benchmarks.running import wait_for
from tests.benchmarks.topics import end, stamp_by_broker


class System:
    """Its workers are made and enrolled, but not started."""

    def __init__(self, kafka: KafkaServer, folder: Path, workers: int) -> None:
        self.settings = Settings(kafka=KafkaSettings(bootstrap=kafka.bootstrap))
        self.bootstrap = kafka.bootstrap
        self.workers = [WorkerProcess(number, folder, self.settings) for number in range(workers)]
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
        declare(admin, self.settings.kafka, topics_of(self.settings.worker.app_id, TABLES))
        stamp_by_broker(kafka.bootstrap, DECISIONS.name)
        operator = load_or_make_issuer("operator", folder / "operator.pem")
        prepare_log(self.settings.kafka, operator, [worker_issuer(worker.folder) for worker in self.workers])

    def start(self) -> None:
        """Start the workers."""
        for worker in self.workers:
            worker.start()

    def wait_until_caught_up(self) -> None:
        """Wait until there are as many decisions as records.

        Raises BenchmarkError where the first worker ends or it takes too long.
        """
        wait_for(lambda: self.decided() >= end(self.bootstrap, RAW.name), self.workers[0])

    def decided(self) -> int:
        """How many decisions there are, transaction markers among them."""
        return end(self.bootstrap, DECISIONS.name)


@contextmanager
def system(folder: Path, workers: int = 1) -> Iterator[System]:
    """A system in a folder, stopped at the end."""
    with KafkaServer(folder / "kafka") as kafka:
        made = System(kafka, folder, workers)
        try:
            yield made
        finally:
            for worker in made.workers:
                worker.stop()
