"""What stands on the topics after a run, and the dump that `ringfence fold` takes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from app.bus.envelope import Envelope, encode_envelope
from app.bus.reader import read_topic
from app.core.entries import PartitionEntry
from app.events import Header
from app.settings import KafkaSettings
from app.topics import ALERTS, DEAD_LETTERS, DECISIONS, ENFORCEMENT, GRAPH, PROGRESS, RAW, SKIPS, changelog
from tables import TABLES

CHANNELS = {
    "decisions": DECISIONS.name,
    "alerts": ALERTS.name,
    "enforcement": ENFORCEMENT.name,
    "dead-letters": DEAD_LETTERS.name,
}
ALL_CHANNELS = (*CHANNELS, "cycles", "graph")
"""The last two share a topic."""
Table = dict[tuple[int, bytes], bytes]
"""Entries by partition and key."""

_entry = msgspec.json.Decoder(PartitionEntry).decode


class Recorded(msgspec.Struct, frozen=True):
    """The committed content of all topics of a system whose workers have stopped."""

    raw: Sequence[Envelope]
    """Decided records, by partition, then offset."""
    undecided: Sequence[Envelope]
    skips: Sequence[Envelope]
    outputs: Mapping[str, Sequence[Envelope]]
    """By channel; within it by partition, then offset."""
    changelogs: Mapping[str, Sequence[Envelope]]
    """By table."""
    progress: Sequence[Envelope]

    def table(self, name: str) -> Table:
        """The entries that a changelog amounts to."""
        return replay(self.changelogs[name])

    def dump(self, path: Path) -> None:
        """Write what `ringfence dump` writes: the skips first, then the raw records."""
        lines = [encode_envelope(record) for record in (*self.skips, *self.raw)]
        path.write_bytes(b"\n".join(lines) + b"\n")


def replay(records: Sequence[Envelope]) -> Table:
    """The last value of each key, by partition and key."""
    latest: dict[tuple[int, bytes], bytes | None] = {}
    for record in records:
        assert record.key is not None
        latest[record.partition, record.key] = record.value
    return {key: value for key, value in latest.items() if value is not None}


def read_recorded(settings: KafkaSettings, app_id: str) -> Recorded:
    """Read it all, committed only."""
    changelogs = {spec.name: read_topic(settings, changelog(app_id, spec.name).name) for spec in TABLES}
    decided = {key[0]: _entry(value).next_offset for key, value in replay(changelogs["partitions"]).items()}
    raw = read_topic(settings, RAW.name)
    return Recorded(
        raw=[record for record in raw if record.offset < decided.get(record.partition, 0)],
        undecided=[record for record in raw if record.offset >= decided.get(record.partition, 0)],
        skips=read_topic(settings, SKIPS.name),
        outputs={channel: folded_outputs(settings, topic) for channel, topic in CHANNELS.items()} | _graph(settings),
        changelogs=changelogs,
        progress=read_topic(settings, PROGRESS.name),
    )


def folded_outputs(settings: KafkaSettings, topic: str) -> list[Envelope]:
    """Without the alerts about the system: they are none of the fold's."""
    return [record for record in read_topic(settings, topic) if Header.SYSTEM not in dict(record.headers)]


def _graph(settings: KafkaSettings) -> dict[str, list[Envelope]]:
    found: dict[str, list[Envelope]] = {"cycles": [], "graph": []}
    for record in read_topic(settings, GRAPH.name):
        fields = msgspec.json.decode(record.value or b"", type=dict[str, msgspec.Raw])
        found["cycles" if fields.keys() & {"cycles", "dropped"} else "graph"].append(record)
    return found
