"""What can go wrong between the log and a fold, and what to do about it."""

from pathlib import Path


class StreamingError(Exception):
    """An error of the streaming layer. Its text says where it happened and what to do."""


class FolderInUseError(StreamingError):
    """Another worker holds the data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"data folder {folder} is in use by process {holder}: give each worker a folder of its own")


class StoreLockedError(StreamingError):
    """Another process has a table store open although it does not hold the data folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"table store {path} is open in another process: stop it, or use another data folder")


class StoreCorruptError(StreamingError):
    """A table store cannot be read. It is marked, and rebuilt from the changelogs at the next start."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"table store {path} is corrupt ({reason}): it is rebuilt at the next start")


class LogTruncatedError(StreamingError):
    """Records that were never folded are gone from the log."""

    def __init__(self, topic: str, partition: int, start: int, end: int) -> None:
        super().__init__(
            f"{topic}[{partition}] begins at offset {end}, but the tables need {start}: "
            f"{end - start} offsets are gone; restore them, or allow the gap [{start}, {end}) by a skip"
        )
        self.partition = partition
        self.start = start
        self.end = end


class LogReplacedError(StreamingError):
    """The log ends before the position that the tables hold: it was deleted and made anew."""

    def __init__(self, topic: str, partition: int, position: int, end: int) -> None:
        super().__init__(
            f"{topic}[{partition}] ends at offset {end}, but the tables are at {position}: "
            "the topic was made anew; delete its changelogs too, or restore it"
        )


class RecordsLostError(StreamingError):
    """A fetched batch does not continue the one before it. Nothing of it was folded."""

    def __init__(self, topic: str, partition: int, expected: int, got: int) -> None:
        super().__init__(f"{topic}[{partition}]: batch from offset {got}, expected {expected}; the worker restarts")


class OutputTooLargeError(StreamingError):
    """A fold returned a record that no topic takes."""

    def __init__(self, topic: str, partition: int, size: int, limit: int) -> None:
        super().__init__(f"record of {size} bytes for {topic}[{partition}] is over the limit of {limit} bytes")


class NotColocatedError(StreamingError):
    """A changelog and the log differ in partitions, so a fold would not find its tables."""

    def __init__(self, topic: str, partitions: int, changelog: str, changelog_partitions: int) -> None:
        super().__init__(
            f"{topic} has {partitions} partitions and {changelog} has {changelog_partitions}: "
            "their numbers must agree; use `ringfence repartition`"
        )


class ReadOnlyTableError(StreamingError):
    """A table was written outside of a fold's transaction."""

    def __init__(self, table: str) -> None:
        super().__init__(f"table {table} is written by its fold alone: return the entry from its flush")


class FoldUnavailableError(StreamingError):
    """Raised by a fold that cannot go on although no record is to blame; what it was folding is not suspected."""
