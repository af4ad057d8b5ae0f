"""`faust -A app.sinks worker` in a process of its own."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from app.embedded.ports import free_port
from app.embedded.process import Process


class Sinks:
    """Sinks with a log file; `environment` says where Kafka and the outside are."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "faust", "-A", "app.sinks", "worker", "-l", "info"]
        ours = {
            "RINGFENCE_SINKS__DATA": str(folder / "sinks"),
            "RINGFENCE_SINKS__WEB_PORT": str(free_port()),
            "RINGFENCE_SINKS__RESET_S": "0.5",
        }
        self.process = Process("sinks", command, folder / "sinks.log", environment={**ours, **environment})

    def __enter__(self) -> Self:
        self.process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()
