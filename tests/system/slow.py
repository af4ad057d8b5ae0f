"""A worker that takes 3 ms for each message: `faust -A tests.system.slow worker`."""

import time

from app.core import step
from app.core.reading import read_message
from app.events import AgentMessage
from app.worker import app

__all__ = ["app"]

SECONDS = 0.003


def _read(value: bytes | None) -> AgentMessage:
    time.sleep(SECONDS)
    return read_message(value)


step.read_message = _read  # type: ignore[attr-defined]
