"""The sinks' process: `faust -A app.sinks worker`, with its own folder and web port."""

import sys
from pathlib import Path

from app.embedded import ports
from app.embedded.part import PartProcess
from app.embedded.process import Process
from app.settings import Settings


class SinksProcess(PartProcess):
    """All sinks that the settings ask for; `settings` say where Kafka and Redis are."""

    def __init__(self, data: Path, settings: Settings) -> None:
        super().__init__("sinks", data)
        self._process = Process(
            self.name,
            [sys.executable, "-m", "faust", "-A", "app.sinks", "worker", "-l", "info"],
            self.log,
            environment={
                "RINGFENCE_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
                "RINGFENCE_REDIS__URL": settings.redis.url.get_secret_value(),
                "RINGFENCE_SINKS__DATA": str(self.folder),
                "RINGFENCE_SINKS__WEB_HOST": ports.HOST,
                "RINGFENCE_SINKS__WEB_PORT": str(self.port),
            },
        )
