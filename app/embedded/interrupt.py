"""Turning signals that ask a process to end into an exception, once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AskedToStop(BaseException):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise AskedToStop in the block at the first such signal; it ends the block quietly.

    Later signals are ignored, so that the clean-up on the way out is not interrupted.
    """
    before = {number: signal.signal(number, _raise) for number in ENDING}
    try:
        yield
    except AskedToStop:
        return
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(_number: int, _frame: FrameType | None) -> None:
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)
    raise AskedToStop
