"""The worker process of the tests: `faust -A tests.integration.streaming.worker worker`."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from faust.types import StreamT

from app.settings import KafkaSettings
from app.streaming.app import FoldApp
from app.streaming.batch import PartitionBatch
from app.streaming.build import build
from app.streaming.errors import StreamingError
from app.streaming.fold import Output, PartitionFold, Store
from app.streaming.options import Options
from tests.integration.streaming.counter import TABLES, Counter, Topics


class Setup(msgspec.Struct):
    """What a test tells its workers, in the environment variable COUNTER."""

    bootstrap: str
    app_id: str
    input_topic: str
    topics: Topics
    partitions: int
    data: str
    web_port: int
    commit_interval_ms: int = 30
    watchdog_s: float = 10.0
    session_timeout_s: float = 6.0
    security: dict[str, str] = {}
    """Further settings of how to reach Kafka."""
    gap_allowed: str = ""
    """A file that allows gaps by being there."""


class FileRecourse:
    """Keeps skips in a file beside the data folders, as the application keeps them in a topic."""

    def __init__(self, folder: Path, gap_allowed: str) -> None:
        self._skips = folder / "skips"
        self._gap_allowed = gap_allowed

    def skipped(self) -> set[tuple[int, int]]:
        """The positions that are not to be folded."""
        lines = self._skips.read_text().splitlines() if self._skips.exists() else []
        return {(int(partition), int(offset)) for partition, offset in map(str.split, lines)}

    def skip(self, partition: int, offset: int, reason: str) -> Sequence[Output]:  # noqa: ARG002 - the protocol's
        with self._skips.open("a") as file:
            file.write(f"{partition} {offset}\n")
        return ()

    async def allows_gap(self, partition: int, start: int, end: int) -> bool:  # noqa: ARG002 - the protocol's
        return bool(self._gap_allowed) and Path(self._gap_allowed).exists()  # noqa: ASYNC240 - a local file

    def stopped(self, partition: int, error: StreamingError) -> None:
        pass


def make(setup: Setup) -> FoldApp:
    """The app that counts."""
    recourse = FileRecourse(Path(setup.data).parent, setup.gap_allowed)

    def open_counter(partition: int, stores: Mapping[str, Store]) -> PartitionFold:
        return Counter(setup.topics, partition, stores, recourse.skipped())

    options = Options(
        app_id=setup.app_id,
        input_topic=setup.input_topic,
        tables=TABLES,
        outputs=setup.topics,
        session_timeout_s=setup.session_timeout_s,
        data=Path(setup.data),
        web_port=setup.web_port,
        web_token="secret",
        commit_interval_ms=setup.commit_interval_ms,
        watchdog_s=setup.watchdog_s,
    )
    kafka = KafkaSettings.model_validate(
        {"bootstrap": setup.bootstrap, "partitions": setup.partitions, **setup.security}
    )
    return build(options, kafka, open_counter, recourse)


app = make(msgspec.json.decode(os.environ["COUNTER"], type=Setup))


@app.agent(app.input)
async def count(batches: StreamT[PartitionBatch]) -> None:
    async for batch in batches:
        app.folds.deliver(batch)
