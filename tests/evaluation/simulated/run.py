"""One simulated fleet, folded in process, beside the truth about it."""

import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from app.archive.fold_file import FoldFile
from app.archive.plain import LineRecord
from app.archive.policy_file import policy_for_file
from app.events import AgentMessage
from app.simulator.simulation import Plan, simulate
from app.simulator.truth import Label
from tests.evaluation.folded import Alert
from tests.evaluation.simulated.crowded import Crowded

_encode = msgspec.json.Encoder().encode
_metadata = msgspec.json.Decoder(dict[str, str])


class SimulatedRun(Struct, frozen=True):
    """What a fold says of a fleet, and what is true of it. Times are milliseconds of event time."""

    times: list[int]
    """Of the messages, in order."""
    labels: list[Label]
    alerts: list[Alert]
    members: int
    """Agents that sent or received something."""
    conflicts: frozenset[int]
    """Positions of claims that others stood in the way of, when they were made or when they were answered."""
    cost_us: float

    def since(self, detector: str) -> dict[str, int]:
        """The agents of which a label holds in the end, and from when on."""
        held: dict[str, int] = {}
        for label in self.labels:
            if label.detector == detector and label.scope == "agent":
                if label.label:
                    held.setdefault(label.id, milliseconds(label.timestamp))
                else:
                    held.pop(label.id, None)
        return held

    def messages_between(self, start: int, end: int) -> int:
        """Messages of the whole fleet from one moment to another."""
        return bisect_left(self.times, end) - bisect_left(self.times, start)

    def opened(self) -> Iterator[Alert]:
        """The alerts, each once, as they were opened."""
        return (alert for alert in self.alerts if alert.state == "opened")


def run(plan: Plan) -> SimulatedRun:
    """Simulate, fold, and read the alerts."""
    truth = _Truth()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        records = list(truth.records(plan))
        began = time.process_time()
        counts = FoldFile(out, policy_for_file(None, plain=True), plain=True).run(records)
        cost = time.process_time() - began
        alerts = msgspec.json.Decoder(Alert).decode_lines((out / "alerts.jsonl").read_bytes())
    return SimulatedRun(
        times=truth.times,
        labels=truth.labels,
        alerts=alerts,
        members=counts["agents"],
        conflicts=truth.conflicts(),
        cost_us=cost / max(1, len(records)) * 1e6,
    )


def milliseconds(moment: str) -> int:
    """A moment of the simulator as the fold counts it.

    >>> milliseconds("1970-01-01T00:00:01.500000Z")
    1500
    """
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


class _Truth:
    """Takes the labels out of a simulation while its messages pass."""

    def __init__(self) -> None:
        self.times: list[int] = []
        self.labels: list[Label] = []
        self._places: dict[str, int] = {}
        self._crowded = Crowded()

    def records(self, plan: Plan) -> Iterator[LineRecord]:
        for event in simulate(plan):
            if isinstance(event, AgentMessage):
                self._places[_metadata.decode(event.metadata)["msg_id"]] = len(self.times)
                self._crowded.see(len(self.times), event)
                yield LineRecord(len(self.times), _encode(event))
                self.times.append(milliseconds(event.timestamp or ""))
            else:
                self.labels.append(event)

    def conflicts(self) -> frozenset[int]:
        """By what the provider found when it answered, and by what was taken and asked for at the moment of asking."""
        answered = (self._places[each.id] for each in self.labels if each.detector == "conflict" and each.label)
        return self._crowded.claims.union(answered)
