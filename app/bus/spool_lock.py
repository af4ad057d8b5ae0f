"""At most one process sends from a spool: two would break its order."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from app.bus.errors import SpoolBusyError


class SpoolLock:
    """An advisory lock on a spool's folder; the kernel gives it back when the process ends, however it ends.

    Raises SpoolBusyError, naming the process that holds it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "sender.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise SpoolBusyError(
                f"{folder}: process {holder} sends from this spool: wait until it is done, or name another spool"
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
