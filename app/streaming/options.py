"""How a worker runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from app.streaming.source import Source
from app.topics import changelog


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker runs. Times in seconds unless the name says otherwise."""

    app_id: str
    """Consumer group; transactional ids and changelogs start with it."""
    input_topic: str
    tables: Mapping[str, str]
    """Name and description of each table of the fold."""
    outputs: Sequence[str] = ()
    """Topics that the fold appends to. One that is missing here costs each partition 0.1 s when first used."""
    data: Path
    """A folder of this worker alone."""
    web_host: str = "127.0.0.1"
    web_port: int = 6066
    web_token: str | None = None
    """Bearer token of the metrics page; without one there is no page."""
    commit_interval_ms: int = 30
    heartbeat_s: float = 1.0
    session_timeout_s: float = 6.0
    standby: bool = True
    store_cache_mb: int = 64
    buffer_records: int = 20_000
    """A partition with so many records waiting is not fetched."""
    watchdog_s: float = 10.0
    """A worker that has input but did not commit for so long is ended."""

    def source(self) -> Source:
        """What a partition's task has to know of these."""
        return Source(
            topic=self.input_topic,
            group=self.app_id,
            changelogs={table: changelog(self.app_id, table).name for table in self.tables},
            outputs=self.outputs,
            commit_interval_s=self.commit_interval_ms / 1000,
            heartbeat_s=self.heartbeat_s,
            buffer_records=self.buffer_records,
        )
