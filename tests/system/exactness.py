"""The statements that every run must make true, whatever was done to its workers."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.archive.fold_lines import lines_of
from app.bus.envelope import Envelope
from app.core.entries import PartitionEntry
from app.events import DeadLetter, Decision, Header, LogPosition, Origin, Progress
from tests.system.load import Position
from tests.system.recorded import ALL_CHANNELS, Recorded, Table, read_recorded
from tests.system.refolded import Lines, Refolded, refold
from tests.system.stores import of_changelogs, read_store
from tests.system.system import System, is_tick

_decision = msgspec.json.Decoder(Decision).decode
_letter = msgspec.json.Decoder(DeadLetter).decode
_progress = msgspec.json.Decoder(Progress).decode


class Outcome:
    """A system at rest: what it has recorded, beside the fold of the same log."""

    def __init__(self, recorded: Recorded, refolded: Refolded, app_id: str, folders: Sequence[Path]) -> None:
        self.recorded = recorded
        self.refolded = refolded
        self.decisions = [_decision(record.value or b"") for record in recorded.outputs["decisions"]]
        self.letters = [_letter(record.value or b"") for record in recorded.outputs["dead-letters"]]
        self._app_id = app_id
        self._folders = folders

    def assert_exact(self) -> None:
        """All of the statements below."""
        self.assert_all_decided()
        self.assert_decided_once()
        self.assert_in_order()
        self.assert_forwarded_once()
        self.assert_outputs_refold()
        self.assert_tables_refold()
        self.assert_chain_heads()
        self.assert_progress()
        self.assert_stores()

    def assert_all_decided(self) -> None:
        """Nothing but ticks is left undecided (STREAM-1, D4)."""
        left = [record for record in self.recorded.undecided if not is_tick(record)]
        assert not left, f"{len(left)} undecided, first {left[0]}"

    def assert_decided_once(self) -> None:
        """Each record has one decision or one dead letter (STREAM-1)."""
        answered = Counter(map(_position, self.decisions)) + Counter(map(_position, self.letters))
        asked = Counter(Position(record.partition, record.offset) for record in self.recorded.raw)
        assert answered == asked, f"missing {asked - answered}, too many {answered - asked}"

    def assert_in_order(self) -> None:
        """Decisions of an agent stand in the order of its messages (STREAM-3, D6)."""
        last: dict[tuple[int, str | None, str | None], int] = {}
        for decision in self.decisions:
            partition, offset = _position(decision)
            agent = (partition, decision.fleet, decision.agent_id)
            assert offset > last.get(agent, -1), f"{agent} at {offset}"
            last[agent] = offset

    def assert_forwarded_once(self) -> None:
        """Each misplaced record has one copy on the log that is decided, with its origin (BUS-7)."""
        decided = {_position(each): each.kind for each in self.decisions}
        forwarded = Counter(position for position, kind in decided.items() if kind == "forwarded")
        copies = [record for record in self.recorded.raw if Position(record.partition, record.offset) in decided]
        origins = Counter(
            Position(origin.partition, origin.offset)
            for record in copies
            if (origin := _origin(record)) is not None and origin.reason == "forward"
        )
        assert origins == forwarded

    def assert_outputs_refold(self) -> None:
        """Decisions, alerts, enforcement and dead letters are those of `ringfence fold`, byte for byte (STREAM-4)."""
        for channel in ALL_CHANNELS:
            values = (record.value or b"" for record in self.recorded.outputs[channel])
            recorded = [line for value in values for line in lines_of(channel, value)]
            _assert_same(channel, recorded, self.refolded.outputs[channel])

    def assert_tables_refold(self) -> None:
        """Every table that the changelogs amount to is that of `ringfence fold`, entry by entry (STREAM-4)."""
        for name, lines in self.refolded.tables.items():
            _assert_same(f"table {name}", _table_lines(self.recorded.table(name)), lines)

    def assert_chain_heads(self) -> None:
        """The last link written beside outputs is the chain head of the fold (STREAM-4)."""
        heads: dict[int, tuple[int, str]] = {}
        for record in (*self.recorded.outputs["decisions"], *self.recorded.outputs["dead-letters"]):
            decoded = msgspec.json.decode(record.value or b"", type=_Positioned)
            link = dict(record.headers)[Header.CHAIN].decode()
            heads[record.partition] = max(heads.get(record.partition, (-1, "")), (decoded.position.offset, link))
        folded = (msgspec.json.decode(line, type=_PartitionLine) for line in self.refolded.tables["partitions"])
        assert {number: link for number, (_, link) in heads.items()} == {
            line.key[0]: line.entry.chain.hex() for line in folded
        }

    def assert_progress(self) -> None:
        """No partition's progress ever goes back, whoever says it, nor ahead of the tables (STREAM-5)."""
        ends: dict[int, int] = {}
        for record in self.recorded.progress:
            progress = _progress(record.value or b"")
            assert progress.next_offset >= ends.get(progress.partition, 0), progress
            ends[progress.partition] = progress.next_offset
        for line in self.refolded.tables["partitions"]:
            folded = msgspec.json.decode(line, type=_PartitionLine)
            assert 0 < ends[folded.key[0]] <= folded.entry.next_offset

    def assert_stores(self) -> None:
        """Every store holds what the changelogs say at its positions, and one of each partition holds all."""
        whole = set()
        for folder in self._folders:
            partition = int(folder.name)
            tables, positions = read_store(folder, partition)
            expected = of_changelogs(self.recorded, self._app_id, partition, positions)
            for name, table in tables.items():
                _assert_same(f"{folder} {name}", _table_lines(table), _table_lines(expected[name]))
            if all(tables[name] == _part(self.recorded.table(name), partition) for name in tables):
                whole.add(partition)
        assert whole == {record.partition for record in self.recorded.raw}


def outcome_of(system: System) -> Outcome:
    """Let the system settle, stop its workers, read all and fold it again."""
    system.settle()
    stopped = system.stop()
    assert set(stopped.values()) <= {0}, f"{stopped}\n{system.said()}"
    recorded = read_recorded(system.settings, system.app_id)
    folders = [path for worker in system.workers.values() for path in sorted((worker.data / "tables").glob("[0-9]*"))]
    return Outcome(recorded, refold(recorded, system.folder / "refolded"), system.app_id, folders)


class _Positioned(msgspec.Struct):
    position: LogPosition


class _PartitionLine(msgspec.Struct):
    key: tuple[int]
    entry: PartitionEntry


def _position(answer: Decision | DeadLetter) -> Position:
    assert isinstance(answer.position, LogPosition)
    return Position(answer.position.partition, answer.position.offset)


def _origin(record: Envelope) -> Origin | None:
    encoded = dict(record.headers).get(Header.ORIGIN)
    return None if encoded is None else msgspec.json.decode(encoded, type=Origin)


def _part(table: Table, partition: int) -> Table:
    return {key: value for key, value in table.items() if key[0] == partition}


def _table_lines(table: Table) -> Lines:
    return [b'{"key":%s,"entry":%s}' % (key, value) for (_, key), value in sorted(table.items(), key=_by_key)]


def _by_key(entry: tuple[tuple[int, bytes], bytes]) -> tuple[bytes, bytes]:
    (_, key), value = entry
    return key, value


def _assert_same(what: str, found: Lines, expected: Lines) -> None:
    """Compare lines, and name the first that differs: whole lists would drown it."""
    for number, (one, other) in enumerate(zip(found, expected, strict=False)):
        assert one == other, f"{what}, line {number}: {one!r} is not {other!r}"
    assert len(found) == len(expected), f"{what}: {len(found)} lines, expected {len(expected)}"
