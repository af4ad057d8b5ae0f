"""A data folder belongs to one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded.errors import FolderInUseError

LOCK = ".ringfence.lock"


@contextmanager
def locked(folder: Path, what: str) -> Iterator[int]:
    """Make the folder and lock it; yields the lock's descriptor.

    A child that inherits the descriptor keeps the lock until it ends, whatever becomes of us.

    Raises:
        FolderInUseError: another process has it.

    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise FolderInUseError(
                f"{what} already runs on {folder} (process {lock.read()}): stop it first, or give another folder"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def holder(folder: Path) -> int | None:
    """Return the process that has locked the folder, if any."""
    file = folder / LOCK
    if not file.exists():
        return None
    with file.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read())
    return None
