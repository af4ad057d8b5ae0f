"""Our streaming layer with the same counter: `faust -A tests.benchmarks.contestants.our_counter worker`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from faust.types import StreamT

from app.record import LogRecord
from app.settings import KafkaSettings
from app.streaming.batch import PartitionBatch
from app.streaming.build import build
from app.streaming.errors import StreamingError
from app.streaming.fold import Output, Store, Writes
from app.streaming.options import Options
from tests.benchmarks.contestants.bare_loop import Counted, Counting
from tests.benchmarks.setup import from_environment

setup = from_environment()
decode = msgspec.json.Decoder(Counting).decode
encode = msgspec.json.Encoder().encode
NEXT = b"next"


class Counter:
    """Counts each agent's messages of one partition."""

    def __init__(self, partition: int, stores: Mapping[str, Store]) -> None:
        self._partition = partition
        self._counts = {key: int(value) for key, value in stores["counts"].items()}
        self._next = int(stores["partitions"].get(NEXT) or 0)
        self._dirty: set[bytes] = set()

    @property
    def next_offset(self) -> int:
        """The first offset not folded yet."""
        return self._next

    def fold(self, records: Sequence[LogRecord]) -> Sequence[Output]:
        """Count a batch."""
        outputs, dirty, counts, partition = [], self._dirty, self._counts, self._partition
        for record in records:
            agent = decode(record.value or b"").agent_id
            key = agent.encode()
            counts[key] = total = counts.get(key, 0) + 1
            dirty.add(key)
            outputs.append(Output(setup.output, partition, record.key, encode(Counted(agent, total))))
        self._next = records[-1].offset + 1
        return outputs

    def heartbeat(self, _caught_up: int | None) -> Sequence[Output]:
        """Nothing to say beside the batches."""
        return ()

    def flush(self) -> Writes:
        """The counts that have changed."""
        changed = [(key, b"%d" % self._counts[key]) for key in self._dirty]
        self._dirty.clear()
        return {"counts": changed, "partitions": [(NEXT, b"%d" % self._next)]}


class NoRecourse:
    """A benchmark has no poison and no gaps."""

    def skip(self, partition: int, offset: int, reason: str) -> Sequence[Output]:
        """Cannot be."""
        raise AssertionError(f"poison at {partition}/{offset}: {reason}")

    async def allows_gap(self, partition: int, start: int, end: int) -> bool:
        """Cannot be."""
        raise AssertionError(f"partition {partition} lacks {start} to {end}")

    def stopped(self, partition: int, error: StreamingError) -> None:
        """Cannot be."""
        raise AssertionError(f"partition {partition} stopped: {error}")


app = build(
    Options(
        app_id=setup.app_id,
        input_topic=setup.input,
        tables={"counts": "messages of each agent", "partitions": "next offset"},
        data=Path(setup.data),
    ),
    KafkaSettings(bootstrap=setup.bootstrap, partitions=setup.partitions),
    Counter,
    NoRecourse(),
)


@app.agent(app.input)
async def count(batches: StreamT[PartitionBatch]) -> None:
    """Hand the batches over."""
    async for batch in batches:
        app.folds.deliver(batch)
