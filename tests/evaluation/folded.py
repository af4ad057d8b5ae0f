"""A set of messages, folded by the product's own fold, and what the fold wrote."""

import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from app.archive.fold_file import FoldFile
from app.archive.plain import read_plain
from app.archive.policy_file import policy_for_file

FLEET_FROM = "metadata.run"

T = TypeVar("T")


class Metadata(Struct):
    """What the converters add to a message."""

    msg_id: str
    run: str = ""
    round: int | None = None


class Message(Struct):
    """A message of a set, as far as it is read here."""

    agent_id: str
    timestamp: str
    target_agents: tuple[str, ...]
    content: msgspec.Raw
    metadata: Metadata


class Label(Struct):
    """What is true of a message, an agent, a run, a path or a window."""

    detector: str
    scope: str
    id: str
    label: int | float | str | None
    run: str = ""
    start: str = ""
    end: str = ""
    length: int = 0
    windows: tuple[tuple[str, str], ...] = ()
    probation: int = 0
    good_partner: float = 0.0


class Scores(Struct):
    """The detectors' scores."""

    loop: float = 0.0
    hoarding: float = 0.0
    cascade: float = 0.0
    byzantine: float = 0.0
    anomaly: float = 0.0


class Decision(Struct):
    """A line of decisions.jsonl, as far as it is read here."""

    position: int
    risk: float
    anomaly: float
    scores: Scores


class AlertAgent(Struct):
    """An agent of an alert and its part in it."""

    agent_id: str
    role: str


class Alert(Struct):
    """A line of alerts.jsonl, as far as it is read here."""

    alert_id: str
    state: str
    time: int
    fleet: str
    pattern: str
    severity: float
    agents: tuple[AlertAgent, ...]
    evidence: tuple[int, ...]

    def culprits(self) -> frozenset[str]:
        """Who drives it."""
        return frozenset(agent.agent_id for agent in self.agents if agent.role == "culprit")


class Agent(Struct):
    """A line of agents.jsonl, as far as it is read here; the defaults are those of an agent that is not there."""

    fleet: str = ""
    agent_id: str = ""
    trust: float = 100.0
    scores: Scores = msgspec.field(default_factory=Scores)
    peaks: Scores = msgspec.field(default_factory=Scores)


class Cycle(Struct):
    """A line of cycles.jsonl: a cycle, or how many were dropped where a bound cut the search."""

    positions: tuple[int, ...] = ()
    dropped: int = 0


class Folded:
    """A set beside its fold.

    Parameters: `name` of the set; `source`, the folder with messages.jsonl and labels.jsonl; `out`, the folder
    of the fold; `cost_us`, CPU microseconds that the fold took per message, reading and writing included.
    """

    def __init__(self, name: str, source: Path, out: Path, cost_us: float) -> None:
        self.name = name
        self.source = source
        self.out = out
        self.cost_us = cost_us

    @cached_property
    def messages(self) -> list[Message]:
        return _lines(self.source / "messages.jsonl", Message)

    @cached_property
    def labels(self) -> list[Label]:
        return _lines(self.source / "labels.jsonl", Label)

    @cached_property
    def decisions(self) -> Mapping[int, Decision]:
        """By the position of the message."""
        return {decision.position: decision for decision in _lines(self.out / "decisions.jsonl", Decision)}

    @cached_property
    def alerts(self) -> list[Alert]:
        return _lines(self.out / "alerts.jsonl", Alert)

    @cached_property
    def cycles(self) -> list[Cycle]:
        return _lines(self.out / "cycles.jsonl", Cycle)

    @cached_property
    def agents(self) -> Mapping[str, Agent]:
        """By their ids, which the sets with one fleet a run keep apart."""
        return {agent.agent_id: agent for agent in _lines(self.out / "agents.jsonl", Agent)}

    def agent(self, agent_id: str) -> Agent:
        """What the fold says of an agent in the end; that of a stranger where it has forgotten it."""
        return self.agents.get(agent_id) or Agent()

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The position of each message id."""
        return {message.metadata.msg_id: position for position, message in enumerate(self.messages)}

    def labelled(self, detector: str, scope: str) -> list[Label]:
        """The labels of a kind, those without an answer left out."""
        return [
            label
            for label in self.labels
            if label.detector == detector and label.scope == scope and label.label is not None
        ]

    def contents(self, kind: type[T]) -> list[T]:
        """The content of each message, as far as a struct reads it."""
        decoder = msgspec.json.Decoder(kind)
        return [decoder.decode(message.content) for message in self.messages]


def fold_set(name: str, source: Path, out: Path, policy: bytes | None = None, *, one_fleet: bool = False) -> Folded:
    """Fold messages.jsonl of a folder as `ringfence fold --fleet-from metadata.run` does; with `one_fleet` without."""
    out.mkdir(parents=True, exist_ok=True)
    file = None
    if policy is not None:
        file = out / "policy.json"
        file.write_bytes(policy)
    folding = FoldFile(out, policy_for_file(file, plain=True), plain=True)
    began = time.process_time()
    counts = folding.run(read_plain(source / "messages.jsonl", None if one_fleet else FLEET_FROM))
    return Folded(name, source, out, (time.process_time() - began) / max(1, counts["records"]) * 1e6)


def _lines(path: Path, kind: type[T]) -> list[T]:
    return msgspec.json.Decoder(kind).decode_lines(path.read_bytes())
