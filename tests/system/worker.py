"""A worker in a process of its own, as a supervisor would run it."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from app.bus.issuer import Issuer, worker_issuer
from app.embedded.ports import HOST, free_port
from app.embedded.process import Process
from app.moment import now_ms

LOG_TAIL = 25


class WorkerProcess:
    """`faust worker` with a data folder, a key and a port of its own; restarted by `start`.

    `module` is the Faust app to run, the product's unless a test needs a deadly one.
    """

    def __init__(self, name: str, folder: Path, bootstrap: str, *, module: str = "app.worker") -> None:
        self.name = name
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self.port = free_port()
        self.exits: list[int] = []
        """Exit statuses so far; negative: the signal that ended it."""
        self.wanted = False
        """Whether a supervisor would start it again."""
        self.started_ms = 0
        """Wall clock at its last start."""
        self._bootstrap = bootstrap
        self._command = [sys.executable, "-m", "faust", "-A", module, "worker", "-l", "info"]
        self._process = self._make({})

    @property
    def address(self) -> str:
        """As it stands in `fold-progress`."""
        return f"{HOST}:{self.port}"

    @property
    def issuer(self) -> Issuer:
        """Its key; a deleted data folder makes a new one."""
        return worker_issuer(self.data)

    @property
    def pid(self) -> int | None:
        """Of its last start."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Frozen counts as running."""
        return self._process.running

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it; an environment that is given holds for restarts too."""
        assert not self.running, f"{self.name} runs already"
        if environment is not None:
            self._process = self._make(environment)
        self.wanted = True
        self._start()

    def revive(self) -> None:
        """Start it again if it has ended."""
        if self.wanted and not self.running:
            self._note_exit()
            self._start()

    def kill(self) -> None:
        """SIGKILL; `revive` starts it again."""
        self._process.kill()

    def freeze(self) -> None:
        """SIGSTOP: it keeps its connections and says nothing."""
        self._process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT, after `freeze`."""
        self._process.signal(signal.SIGCONT)

    def stop(self) -> int:
        """SIGTERM, for good; its exit status."""
        self.wanted = False
        if self.running:
            self.thaw()
            self._process.stop(30)
            self._note_exit()
        return self.exits[-1]

    def said(self) -> str:
        """The end of its log, for the message of a failure."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n  ".join([f"{self.name} (exits {self.exits}):", *lines[-LOG_TAIL:]])

    def logged(self, text: str) -> list[str]:
        """Lines of its log that contain a text."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if text in line]

    def _start(self) -> None:
        self.started_ms = now_ms()
        self._process.start()

    def _note_exit(self) -> None:
        status = self._process.exit_code
        assert status is not None
        self.exits.append(status)

    def _make(self, environment: Mapping[str, str]) -> Process:
        ours = {
            "RINGFENCE_KAFKA__BOOTSTRAP": self._bootstrap,
            "RINGFENCE_WORKER__DATA": str(self.data),
            "RINGFENCE_WORKER__WEB_PORT": str(self.port),
        }
        return Process(self.name, self._command, self.log, environment={**ours, **environment})
