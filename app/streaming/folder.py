"""The data folder of a worker: its lock, its stores."""

import fcntl
import os
import uuid
from pathlib import Path

from app.streaming.errors import FolderInUseError


class DataFolder:
    """A folder held by this process alone, until it ends.

    Raises:
        FolderInUseError: another process holds it.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._take()

    def store(self, partition: int) -> Path:
        """Where the tables of a partition live."""
        return self.path / "tables" / str(partition)

    def member_id(self, web_port: int) -> str:
        """The static membership of the consumer group that goes with this folder.

        A worker that is started again within its session has its partitions back at once, and the others
        notice nothing. The port is part of it because the assignment names it.
        """
        file = self.path / "member"
        if not file.exists():
            file.write_text(uuid.uuid4().hex)
        return f"{file.read_text()}-{web_port}"

    def close(self) -> None:
        """Let another worker have the folder."""
        os.close(self._lock)

    def _take(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 32).decode() or "unknown"
            os.close(self._lock)
            raise FolderInUseError(self.path, holder) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)
