"""Watching a process at work."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psutil

TIMEOUT_S = 300.0
LOOK_EVERY_S = 0.1


class Running(Protocol):
    """A process that may end by itself."""

    @property
    def pid(self) -> int | None: ...
    @property
    def running(self) -> bool: ...

    log: Path


class BenchmarkError(Exception):
    """A process that does not do its work."""


class CpuMeter:
    """Seconds of CPU of a process and its children, beside the records that they have done."""

    def __init__(self, process: Running) -> None:
        self._process = psutil.Process(process.pid)
        self._looks: list[tuple[int, float]] = []

    def look(self, records: int) -> int:
        """Note how many records are done by now; returns them."""
        if records:
            self._looks.append((records, self._cpu_s()))
        return records

    def us_per_record(self) -> float:
        """Microseconds for each record since the first look that found any."""
        (first, begun), (last, ended) = self._looks[0], self._looks[-1]
        return (ended - begun) / (last - first) * 1e6 if last > first else float("nan")

    def _cpu_s(self) -> float:
        family = [self._process, *self._process.children(recursive=True)]
        return sum(time.user + time.system for time in (member.cpu_times() for member in family))


def wait_for(condition: Callable[[], bool], process: Running, timeout_s: float = TIMEOUT_S) -> None:
    """Look ten times a second until the condition holds.

    Raises BenchmarkError where the process ends before, or takes too long.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if not process.running or time.monotonic() > deadline:
            raise BenchmarkError(f"it does not finish: {last_words(process.log)}")
        time.sleep(LOOK_EVERY_S)


def last_words(log: Path) -> str:
    """The last lines of a log that is about to be removed."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
