"""A child process with a log file, on a leash: it ends when we do, in whatever way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.embedded.errors import StartFailedError

LEASH = Path(__file__).with_name("leash.py")
LOG_TAIL_LINES = 12
POLL_S = 0.05


class Process:
    """A command that is started, stopped, killed and started again.

    Args:
        name: what messages call it.
        command: absolute path of the program, then its arguments.
        log: file that its output is appended to.
        environment: added to ours.
        orphan_signal: what the kernel sends it if the thread that called `start` ends first.

    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        orphan_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = environment or {}
        self.orphan_signal = orphan_signal
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id, of the last run if it has ended; None before the first."""
        return self._child.pid if self._child else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._child.poll() if self._child else None

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._child is not None and self._child.poll() is None

    def start(self, inherited: Sequence[int] = ()) -> None:
        """Start it, in a session of its own: a Ctrl-C in the terminal reaches us alone.

        `inherited` are file descriptors that it keeps open while it lives, such as a lock on its folder.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        leash = [sys.executable, "-I", "-S", str(LEASH), str(int(self.orphan_signal)), str(os.getpid())]
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._child = subprocess.Popen(  # noqa: S603 - our own command line
                [*leash, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
                pass_fds=inherited,
            )

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Wait for a condition.

        Raises:
            StartFailedError: it ended, or the condition did not come true in time; with the end of its log.

        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            if not self.running:
                raise StartFailedError(
                    f"{self.name} ended with status {self.exit_code} while it started; {self._said()}"
                )
            if time.monotonic() > deadline:
                raise StartFailedError(f"{self.name} is not ready after {timeout_s:.0f} s; {self._said()}")
            time.sleep(POLL_S)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it runs."""
        if self._child is not None:
            self._child.send_signal(number)

    def stop(self, timeout_s: float = 15) -> None:
        """End it in order, by force after the timeout."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def output(self) -> str:
        """What it has written since its last start."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _said(self) -> str:
        tail = self.output().strip().splitlines()[-LOG_TAIL_LINES:]
        return "\n  ".join([f"the end of {self.log}:", *tail]) if tail else f"{self.log} says nothing"
