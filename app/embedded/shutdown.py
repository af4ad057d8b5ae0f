"""Stopping a run from outside."""

import contextlib
import os
import signal
import time
from pathlib import Path

from app.embedded import run_file
from app.embedded.errors import EmbeddedError
from app.embedded.folder import holder
from app.embedded.run_file import Part
from app.embedded.sweep import sweep

TIMEOUT_S = 90
POLL_S = 0.1


def shut_down(data: Path) -> bool:
    """Stop what runs in the folder, whether its supervisor lives or not; returns whether anything did.

    Raises:
        EmbeddedError: it does not end.

    """
    pid = holder(data)
    if pid is not None:
        _end(run_file.part("supervisor", pid), data)
    left = sweep(run_file.read(data))
    run_file.remove(data)
    return pid is not None or bool(left)


def _end(supervisor: Part, data: Path) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(supervisor.pid, signal.SIGTERM)
    deadline = time.monotonic() + TIMEOUT_S
    while supervisor.alive or holder(data):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"process {supervisor.pid} does not end: see {data / 'logs'}, or kill it")
        time.sleep(POLL_S)
