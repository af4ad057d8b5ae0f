"""A worker process: `faust -A app.worker worker`, with its own folder and web port."""

import signal
import sys
from pathlib import Path

from app.embedded import ports
from app.embedded.part import PartProcess
from app.embedded.process import Process
from app.settings import Settings


class WorkerProcess(PartProcess):
    """One worker; `settings` say where Kafka and Redis are.

    Args:
        number: names it `worker-N`, and its folder in `data`.

    """

    def __init__(self, number: int, data: Path, settings: Settings) -> None:
        super().__init__(f"worker-{number}", data)
        self._process = Process(
            self.name,
            [sys.executable, "-m", "faust", "-A", "app.worker", "worker", "-l", "info"],
            self.log,
            environment=self._environment(settings),
            orphan_signal=signal.SIGKILL,
        )

    def _environment(self, settings: Settings) -> dict[str, str]:
        return {
            "RINGFENCE_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
            "RINGFENCE_REDIS__URL": settings.redis.url.get_secret_value(),
            "RINGFENCE_WORKER__DATA": str(self.folder),
            "RINGFENCE_WORKER__SESSION_TIMEOUT_S": str(settings.worker.session_timeout_s),
            "RINGFENCE_WORKER__WEB_HOST": ports.HOST,
            "RINGFENCE_WORKER__WEB_PORT": str(self.port),
        }
