"""Folding a file: the same fold as the worker's, without Kafka; writes what ARCHITECTURE.md says."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec

from app.archive.errors import FoldInputError
from app.archive.fold_lines import lines_of
from app.archive.memory_fold import MemoryFold
from app.core.graphs import close_graphs
from app.core.outputs import Channel, Step
from app.core.policy import Policy
from app.core.skips import read_skips
from app.core.state import TABLES
from app.core.summary import summaries
from app.events import AgentSummary, GraphDelta
from app.lines import LinesWriter
from app.record import LogRecord

REPORT_EVERY = 1_000
CHANNELS: tuple[Channel, ...] = ("decisions", "alerts", "enforcement", "cycles", "graph", "dead-letters")


class _Partition:
    """The fold of one partition of a file, whose records come in order."""

    def __init__(self, number: int, policy: Policy, skips: Iterable[LogRecord], *, plain: bool) -> None:
        self._memory = MemoryFold(number, policy, read_skips(skips, number), plain=plain)
        self.tables = self._memory.tables
        self._next_offset = 0

    def fold(self, record: LogRecord) -> Step:
        if record.offset < self._next_offset:
            raise FoldInputError(
                f"partition {record.partition}: offset {record.offset} comes after {self._next_offset - 1}; "
                "a dump is ordered by partition, then offset"
            )
        self._next_offset = record.offset + 1
        return self._memory.fold(record)

    def agents(self) -> Iterator[AgentSummary]:
        return summaries(self._memory.state, self.tables)

    def close(self, *, ended: bool) -> list[GraphDelta]:
        """What is left to tell of the graphs where time has `ended`, as it has after the last plain message."""
        self._memory.flush()
        told = close_graphs(self._memory.state, self.tables) if ended else []
        self._memory.flush()
        return told


class FoldFile:
    """Folds records into the files of a folder.

    Parameters: `out`, the folder; `policy`, what is in force before the first set-policy record;
    `skips`, records of the skips topic; `plain`, whether positions are line numbers; `zipped`, whether
    the files are gzip. Each file takes its name only when all is written.
    """

    def __init__(
        self, out: Path, policy: Policy, skips: Iterable[LogRecord] = (), *, plain: bool, zipped: bool = False
    ) -> None:
        self._out = out
        self._policy = policy
        self._skips = tuple(skips)
        self._plain = plain
        self._suffix = ".jsonl.gz" if zipped else ".jsonl"
        self._partitions: dict[int, _Partition] = {}
        self._counts: Counter[str] = Counter()

    def run(self, records: Iterable[LogRecord], progress: Callable[[int], None] = lambda _: None) -> Counter[str]:
        """Fold all records, then write the agents and the tables.

        `progress` is told the records done. Returns the number of lines by file, and of `records`.
        """
        (self._out / "tables").mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = {channel: self._open(stack, channel) for channel in CHANNELS}
            self._fold_all(records, files, progress)
            self._write_agents(self._open(stack, "agents"))
            for name in TABLES:
                self._write_table(name, self._open(stack, f"tables/{name}"))
        return self._counts

    def _open(self, stack: ExitStack, name: str) -> LinesWriter:
        return stack.enter_context(LinesWriter(self._out / (name + self._suffix)))

    def _fold_all(
        self, records: Iterable[LogRecord], files: Mapping[Channel, LinesWriter], progress: Callable[[int], None]
    ) -> None:
        counts = self._counts
        for record in records:
            counts["records"] += 1
            for output in self._partition(record.partition).fold(record).outputs:
                if output.channel in files:
                    for line in lines_of(output.channel, output.value):
                        files[output.channel].write(line)
            if counts["records"] % REPORT_EVERY == 0:
                progress(counts["records"])
        for partition in self._partitions.values():
            for delta in partition.close(ended=self._plain):
                files["graph"].write(msgspec.json.encode(delta))
        counts.update({channel: file.count for channel, file in files.items()})
        progress(counts["records"])

    def _partition(self, number: int) -> _Partition:
        partition = self._partitions.get(number)
        if partition is None:
            partition = _Partition(number, self._policy, self._skips, plain=self._plain)
            self._partitions[number] = partition
        return partition

    def _write_agents(self, file: LinesWriter) -> None:
        agents = [agent for partition in self._partitions.values() for agent in partition.agents()]
        for agent in sorted(agents, key=lambda agent: (agent.fleet, agent.agent_id)):
            file.write(msgspec.json.encode(agent))
        self._counts["agents"] = len(agents)

    def _write_table(self, name: str, file: LinesWriter) -> None:
        entries = [entry for partition in self._partitions.values() for entry in partition.tables[name].items()]
        for key, entry in sorted(entries):
            file.write(b'{"key":%s,"entry":%s}' % (key, entry))
