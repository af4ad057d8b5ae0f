"""The sidecar's process: `ringfence sidecar`, with its own web port."""

import sys
from pathlib import Path

from app.embedded import ports
from app.embedded.part import PartProcess
from app.embedded.process import Process
from app.settings import Settings


class SidecarProcess(PartProcess):
    """The doors; `settings` say where Kafka is. Its port is that of the settings where they name one."""

    def __init__(self, data: Path, settings: Settings) -> None:
        super().__init__("sidecar", data)
        if "port" in settings.sidecar.model_fields_set:
            self.port = settings.sidecar.port
        self._process = Process(
            self.name,
            [sys.executable, "-m", "app.cli.main", "sidecar", "--host", ports.HOST, "--port", str(self.port)],
            self.log,
            environment={"RINGFENCE_KAFKA__BOOTSTRAP": settings.kafka.bootstrap},
        )
