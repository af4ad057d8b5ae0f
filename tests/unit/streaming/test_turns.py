"""The partitions of a worker share its event loop: one folds at a time, and not all at once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import create_autospec

from app.record import LogRecord
from app.streaming.batch import PartitionBatch
from app.streaming.fold import Output, Writes
from app.streaming.partition import PartitionTask
from app.streaming.poison import FoldingNotes
from app.streaming.producer import TransactionalProducer
from app.streaming.source import Source
from app.streaming.store import PartitionStore
from tests.unit.core.records import Record

RECORDS = 100
SOURCE = Source("raw", "group", {}, (), commit_interval_s=0.0, heartbeat_s=60.0, buffer_records=1_000)


class Happened(list[str]):
    """What happened, in order."""

    def span(self, what: str) -> "Happened":
        """From the first to the last of its kind."""
        return Happened(self[self.index(what) : len(self) - self[::-1].index(what)])


class Told:
    """A fold that tells when it folds."""

    next_offset = 0

    def __init__(self, name: str, happened: Happened) -> None:
        self._name = name
        self._happened = happened

    def fold(self, records: Sequence[LogRecord]) -> Sequence[Output]:
        self._happened.append(self._name)
        self.next_offset = records[-1].offset + 1
        return ()

    def heartbeat(self, _caught_up: int | None) -> Sequence[Output]:
        return ()

    def flush(self) -> Writes:
        self._happened.append(f"{self._name} is done")
        return {}


async def test_a_fold_lets_the_loop_go_on_but_no_other_fold_begin(tmp_path: Path) -> None:
    """STREAM-3: what waits for the broker is not kept waiting until others have folded."""
    happened, turn = Happened(), asyncio.Lock()
    tasks = [_task(number, Told(f"fold {number}", happened), FoldingNotes(tmp_path), turn) for number in (0, 1)]
    running = [asyncio.create_task(task.run()) for task in tasks]
    while "fold 0 is done" not in happened or "fold 1 is done" not in happened:
        happened.append("the loop goes on")
        await asyncio.sleep(0)
    for task in tasks:
        task.stop()
    await asyncio.gather(*running)
    assert {*happened.span("fold 0")} == {"fold 0", "the loop goes on"}
    assert {*happened.span("fold 1")} == {"fold 1", "the loop goes on"}


def _task(number: int, fold: Told, notes: FoldingNotes, turn: asyncio.Lock) -> PartitionTask:
    producer = create_autospec(TransactionalProducer, instance=True)
    producer.encode.return_value = ()
    producer.send.return_value = {}
    task = PartitionTask(
        number,
        source=SOURCE,
        fold=fold,
        store=create_autospec(PartitionStore, instance=True),
        producer=producer,
        notes=notes,
        turn=turn,
        skip=lambda _partition, _offset: (),
        reopen=lambda _partition: fold,
    )
    records = [Record(offset, b"{}") for offset in range(RECORDS)]
    task.offer(PartitionBatch(number, 1, 0, RECORDS, RECORDS, records))
    return task
