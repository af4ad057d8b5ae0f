"""How a worker ends when it cannot go on: at once, with one line. Its supervisor starts it again.

A graceful stop would wait for parts that no longer answer, and could commit what must not be committed.
"""

import os
import sys
import threading
from enum import IntEnum
from typing import NoReturn

import structlog

log = structlog.get_logger(__name__)


class ExitCode(IntEnum):
    """The exit status of a worker that ended itself."""

    FAILED = 3
    """Kafka, the disk or the fold failed; what was not committed is done again after the restart."""
    FENCED = 4
    """Another worker owns the partition: this one was frozen or cut off for longer than its session."""


def end_after(limit_s: float) -> threading.Timer:
    """End the process if it still runs by then; cancel the timer when it has stopped in order."""
    reason = f"not stopped in {limit_s} s: is Kafka away?"
    timer = threading.Timer(limit_s, end_process, (ExitCode.FAILED, reason))
    timer.daemon = True
    timer.start()
    return timer


def end_process(code: ExitCode, reason: str, **context: object) -> NoReturn:
    """Say why in one line and end the process, without cleaning up."""
    log.critical("worker ends", reason=reason, exit_code=int(code), **context)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
