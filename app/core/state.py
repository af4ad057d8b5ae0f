"""The state of one partition: its tables, its timers, its position in the log."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from app.core import entries
from app.core.policy import BUILT_IN, Policy
from app.core.table import AnyTable, Backing, Key, Table, dues
from app.core.timers import Timer, Timers
from app.events import LogPosition, Position

if TYPE_CHECKING:
    from app.core.skips import SignedSkip

TableName = Literal[
    "agents", "resources", "conversations", "repeats", "incidents", "enforcement", "detection", "graph",
    "fleets", "sources", "partitions",
]  # fmt: skip
TABLES: tuple[TableName, ...] = get_args(TableName)
"""The stored tables. `detection` holds all that the detectors remember: a topic less in a transaction for each.
So does `graph`."""


class State:
    """All that a fold of one partition knows. `plain` numbers positions as lines of a file.

    Parameters: `backing`, the durable entries by table name; `policy`, what is in force before the
    first set-policy record.
    """

    def __init__(  # noqa: PLR0915 - a line a table
        self,
        partition: int,
        backing: Mapping[str, Backing],
        *,
        plain: bool = False,
        policy: Policy = BUILT_IN,
        skips: "Sequence[SignedSkip]" = (),
    ) -> None:
        self.number = partition
        self.plain = plain
        self.skips = skips
        detection = backing["detection"]
        self.agents = Table("agents", entries.AgentEntry, backing["agents"])
        self.resources = Table("resources", entries.ResourceEntry, backing["resources"])
        self.conversations = Table("conversations", entries.ConversationEntry, backing["conversations"])
        self.repeats = Table("repeats", entries.RepeatEntry, backing["repeats"])
        self.incidents = Table("incidents", entries.IncidentEntry, backing["incidents"])
        self.enforcement = Table("enforcement", entries.EnforcementEntry, backing["enforcement"])
        self.opinions = Table("opinions", entries.OpinionsEntry, detection, stored="detection")
        self.praises = Table("praises", entries.PraiseEntry, detection, stored="detection")
        self.dealings = Table("dealings", entries.DealingEntry, detection, stored="detection")
        self.cohorts = Table("cohorts", entries.CohortEntry, detection, stored="detection")
        self.spread = Table("spread", entries.SpreadEntry, detection, stored="detection")
        self.trees = Table("trees", entries.TreeEntry, detection, stored="detection")
        self.rhythms = Table("rhythms", entries.RhythmEntry, detection, stored="detection")
        self.latencies = Table("latencies", entries.LatencyEntry, detection, stored="detection")
        self.loads = Table("loads", entries.LoadEntry, detection, stored="detection")
        self.census = Table("census", entries.CensusEntry, detection, stored="detection")
        self.troubles = Table("troubles", entries.TroubleEntry, detection, stored="detection")
        self.series = Table("series", entries.SeriesEntry, detection, stored="detection")
        self.activities = Table("activities", entries.ActivityEntry, detection, stored="detection")
        self.hops = Table("hops", entries.HopsEntry, detection, stored="detection")
        self.hop_chunks = Table("hop_chunks", entries.HopChunkEntry, detection, stored="detection")
        self.conduct = Table("conduct", entries.ConductEntry, detection, stored="detection")
        self.exchanges = Table("exchanges", entries.ExchangeEntry, detection, stored="detection")
        self.groups = Table("groups", entries.GroupEntry, detection, stored="detection")
        self.statements = Table("statements", entries.StatementEntry, detection, stored="detection")
        self.readings = Table("readings", entries.ReadingEntry, detection, stored="detection")
        self.stakes = Table("stakes", entries.StakeEntry, detection, stored="detection")
        self.draws = Table("draws", entries.DrawEntry, detection, stored="detection")
        self.councils = Table("councils", entries.CouncilEntry, detection, stored="detection")
        self.edges = Table("edges", entries.EdgeEntry, backing["graph"], stored="graph")
        self.marks = Table("marks", entries.MarkEntry, backing["graph"], stored="graph")
        self.messages = Table("messages", entries.MessageEntry, backing["graph"], stored="graph")
        self.deltas = Table("deltas", entries.DeltaEntry, backing["graph"], stored="graph")
        self.fleets = Table("fleets", entries.FleetEntry, backing["fleets"])
        self.sources = Table("sources", entries.SourceEntry, backing["sources"])
        self.partitions = Table("partitions", entries.PartitionEntry, backing["partitions"])
        self._own = (partition,)
        known = self.partitions.get(self._own)
        self.fresh = known is None
        """Nothing was folded yet."""
        self.partition = entries.PartitionEntry(policy=policy) if known is None else known
        """The partition's own entry, as the record being folded sees it; `edit_partition` to change it."""
        if self.fresh:
            self.partitions.assume(self._own, self.partition)
        self._tables: list[AnyTable] = [table for table in vars(self).values() if isinstance(table, Table)]
        self._by_name = {table.name: table for table in self._tables}
        self._reached = 0
        self._changed: list[AnyTable] = []
        for table in self._tables:
            table.report_to(self._changed)
        self.timers = Timers()
        self._popped: list[Timer] = []
        self._set_timers(backing)

    def _set_timers(self, backing: Mapping[str, Backing]) -> None:
        for stored in TABLES:
            for due, key in dues(backing[stored]):
                if stored in self._by_name:
                    self.timers.add(due, stored, key)
                else:
                    self.timers.add(due, str(key[0]), key[1:])

    def reach(self, clock: int) -> None:
        """Bring the partition's clock (event time, ms) up to a fleet's, once the record is merged."""
        self._reached = max(self._reached, clock)

    def edit_partition(self) -> entries.PartitionEntry:
        entry = self.partitions.edit(self._own)
        assert entry is not None
        self.partition = entry
        return entry

    def advance(self, offset: int, link: bytes) -> None:
        """Move past a record whose changes were merged or discarded."""
        self.partition.next_offset = offset + 1
        self.partition.chain = link
        self.partitions.keep(self._own, self.partition)
        self.fresh = False

    def position(self, offset: int) -> Position:
        return offset if self.plain else LogPosition(self.number, offset)

    def positions(self, offsets: tuple[int, ...]) -> tuple[Position, ...]:
        return offsets if self.plain else tuple([LogPosition(self.number, offset) for offset in offsets])

    def first_due(self, fleet: str, now: int) -> Timer | None:
        """The next timer of the fleet that is due at `now` (event time, ms) and still holds."""
        timers = self.timers
        while (timer := timers.first(fleet, now)) is not None:
            entry = self._by_name[timer.table].get(timer.key)
            due = None if entry is None else entry.due
            if due is not None and due <= timer.due:
                return timer
            self._popped.append(timers.pop(fleet))
            if due is not None:
                timers.add(due, timer.table, timer.key)
        return None

    def pop_due(self, fleet: str, now: int) -> Timer | None:
        """Take the next timer of the fleet that is due at `now` and still holds."""
        timer = self.first_due(fleet, now)
        if timer is not None:
            self._popped.append(self.timers.pop(fleet))
        return timer

    def delete(self, table: str, key: Key) -> None:
        """Delete an entry of the table of that name."""
        self._by_name[table].delete(key)

    def schedule(self, table: str, key: Key) -> None:
        """Set the timer of an entry whose timer has just been taken."""
        entry = self._by_name[table].get(key)
        if entry is not None and entry.due is not None:
            self.timers.add(entry.due, table, key)

    def merge(self) -> None:
        """Keep what the record changed."""
        every = bool(self._popped)  # where no timer was taken, an entry that is due no earlier has its own
        for table in self._changed:
            for due, key in table.merge(every=every):
                self.timers.add(due, table.name, key)
        self._changed.clear()
        self._popped.clear()
        self.partition.clock = max(self.partition.clock, self._reached)

    def discard(self) -> None:
        """Forget what the record changed."""
        self.partition = self.partitions.changed.get(self._own) or self.partition
        self._reached = 0
        for timer in self._popped:
            self.timers.add(*timer)
        self._popped.clear()
        for table in self._changed:
            table.discard()
        self._changed.clear()

    def flush(self) -> dict[str, list[tuple[bytes, bytes | None]]]:
        """The entries changed since the last flush, by table; the caller stores them before the next."""
        stored: dict[str, list[tuple[bytes, bytes | None]]] = {}
        for table in self._tables:
            if writes := table.flush():
                stored.setdefault(table.stored, []).extend(writes)
        return stored
