"""A data folder belongs to one process at a time."""

import fcntl
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
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderInUseError(f"{what} already runs on {folder}: stop it first, or give another folder") from error
        yield lock.fileno()
