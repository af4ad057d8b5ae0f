"""A worker process: `faust -A app.worker worker`, with its own folder and web port."""

import signal
import sys
from pathlib import Path

from app.embedded import ports
from app.embedded.process import Process
from app.settings import Settings


class WorkerProcess:
    """One worker; `settings` say where Kafka and Redis are.

    Args:
        number: names it `worker-N`, and its folder in `data`.

    """

    def __init__(self, number: int, data: Path, settings: Settings) -> None:
        self.name = f"worker-{number}"
        self.folder = data.absolute() / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = data / "logs" / f"{self.name}.log"
        self.port = ports.remembered(self.folder / "ports.json", 1)[0]
        self._process = Process(
            self.name,
            [sys.executable, "-m", "faust", "-A", "app.worker", "worker", "-l", "info"],
            self.log,
            environment=self._environment(settings),
            orphan_signal=signal.SIGKILL,
        )

    @property
    def web(self) -> str:
        """URL of its web server."""
        return f"http://{ports.HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id of the last start."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the last run ended; negative: the signal."""
        return self._process.exit_code

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process.running

    def start(self) -> None:
        """Start it; it takes partitions as soon as it has joined its group."""
        self._process.start()

    def stop(self) -> None:
        """Let it commit, leave its group and end."""
        self._process.stop()

    def last_words(self) -> str:
        """The last line that it logged."""
        lines = self._process.output().strip().splitlines()
        return lines[-1] if lines else ""

    def _environment(self, settings: Settings) -> dict[str, str]:
        return {
            "RINGFENCE_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
            "RINGFENCE_REDIS__URL": settings.redis.url.get_secret_value(),
            "RINGFENCE_WORKER__DATA": str(self.folder),
            "RINGFENCE_WORKER__SESSION_TIMEOUT_S": str(settings.worker.session_timeout_s),
            "RINGFENCE_WORKER__WEB_HOST": ports.HOST,
            "RINGFENCE_WORKER__WEB_PORT": str(self.port),
        }
