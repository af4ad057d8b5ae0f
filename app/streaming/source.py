"""What the tasks of a worker's partitions have in common."""

from collections.abc import Mapping, Sequence

import msgspec


class Source(msgspec.Struct, frozen=True):
    """Where a fold reads, where its tables' changes go, and at what pace."""

    topic: str
    group: str
    changelogs: Mapping[str, str]
    """Changelog topic of each table."""
    outputs: Sequence[str]
    """Topics that the fold appends to."""
    commit_interval_s: float
    heartbeat_s: float
    buffer_records: int
    """A partition with more records waiting is not fetched."""
