"""A part of Ringfence itself as a process with a folder, a log and a web port of its own."""

from pathlib import Path

from app.embedded import ports
from app.embedded.process import Process


class PartProcess:
    """A process that a supervisor keeps; a subclass says what it runs.

    Args:
        name: names its folder in `data`, and its log.

    """

    _process: Process

    def __init__(self, name: str, data: Path) -> None:
        self.name = name
        self.folder = data.absolute() / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = data / "logs" / f"{name}.log"
        self.port = ports.remembered(self.folder / "ports.json", 1)[0]

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
        """Start it."""
        self._process.start()

    def stop(self) -> None:
        """Let it finish and end."""
        self._process.stop()

    def last_words(self) -> str:
        """The last line that it logged."""
        lines = self._process.output().strip().splitlines()
        return lines[-1] if lines else ""
