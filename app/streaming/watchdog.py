"""Ends a worker that has input but does not commit: a fold in an endless loop, a lost connection, a deadlock.

Faust's own limit is 1,000 s. The checks run in a thread, so a blocked event loop is noticed too. If the
interpreter itself is held (a C function that never returns), the C timer of faulthandler, which this thread
would have set again, ends the process with exit status 1.
"""

import faulthandler
import threading
from collections.abc import Callable, Mapping

from app.streaming.exit import ExitCode, end_process

_INTERVAL_S = 1.0
_STDERR = 2  # sys.stderr may be redirected to a logger, which has no file


class Watchdog:
    """Watches `stalled`, which gives the seconds without a commit of each partition that has input."""

    def __init__(self, limit_s: float, stalled: Callable[[], Mapping[int, float]]) -> None:
        self._limit_s = limit_s
        self._stalled = stalled
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()

    def _run(self) -> None:
        while not self._stopped.wait(_INTERVAL_S):
            self._check()

    def _check(self) -> None:
        stalled = {partition: round(s, 1) for partition, s in self._stalled().items() if s > self._limit_s}
        if stalled:
            faulthandler.dump_traceback(file=_STDERR)
            end_process(ExitCode.FAILED, f"input but no commit for {self._limit_s} s", partitions=stalled)
        faulthandler.dump_traceback_later(self._limit_s + 2 * _INTERVAL_S, exit=True, file=_STDERR)
