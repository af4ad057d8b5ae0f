"""A worker that dies of marked messages, as of a defect in native code: `faust -A tests.system.deadly worker`.

Only for processes of their own: importing it makes the fold of the process deadly.
"""

import os
import signal

from app.core import step
from app.core.reading import read_message
from app.events import AgentMessage
from app.worker import app
from tests.system.poison import DEADLY_MARK

__all__ = ["app"]


def _read(value: bytes | None) -> AgentMessage:
    if value and DEADLY_MARK in value:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_message(value)


step.read_message = _read  # type: ignore[attr-defined]
