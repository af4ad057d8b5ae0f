"""`ringfence up` in a process of its own."""

import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from app.embedded import run_file
from app.embedded.errors import StartFailedError
from app.embedded.run_file import Run

TIMEOUT_S = 300
POLL_S = 0.1


def start_detached(data: Path, workers: int, console: Console) -> Run:
    """Start it, and return when all parts are up; the first run fetches Kafka.

    Raises:
        StartFailedError: with what it said last.

    """
    log = data / "logs" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "app.cli.main", "up", "--data", str(data), "--workers", str(workers)]
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - our own command line
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    with console.status("Starting Kafka, Valkey and workers ..."):
        return _wait(child, data, log)


def _wait(child: subprocess.Popen[bytes], data: Path, log: Path) -> Run:
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise StartFailedError(last_line(log).removeprefix("ringfence: "))
        run = run_file.read(data)
        if run is not None and run.supervisor.pid == child.pid:
            return run
        time.sleep(POLL_S)
    child.terminate()
    raise StartFailedError(f"not up after {TIMEOUT_S} s; the last that it said in {log}: {last_line(log)}")


def last_line(log: Path) -> str:
    """Return the last line of a log that says something."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"{log} is empty"
