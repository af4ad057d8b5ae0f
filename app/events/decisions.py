"""Decisions, and what they are made of."""

from typing import Literal

from msgspec import Struct

from app.events.enforcement import Mode, Transition
from app.events.messages import SCHEMA_VERSION, Position


class Change(Struct, frozen=True):
    """One score that a record moved. Scores are 0..100."""

    agent_id: str
    before: float
    after: float
    signal: str
    delta: float
    evidence: tuple[Position, ...]
    confidence: float = 0.0
    """How much evidence stands behind `after`: 0 (none) to 1."""


class Factor(Struct, frozen=True):
    """What a risk is made of: contributions sum to it."""

    name: str
    value: float
    contribution: float


class Scores(Struct, frozen=True):
    """What the pattern detectors say of one message, each 0..1."""

    loop: float = 0.0
    hoarding: float = 0.0
    cascade: float = 0.0
    byzantine: float = 0.0


class AgentScores(Struct, frozen=True):
    """What all evidence says of one agent, each 0..1."""

    loop: float = 0.0
    hoarding: float = 0.0
    cascade: float = 0.0
    byzantine: float = 0.0
    anomaly: float = 0.0


class PatternFound(Struct, frozen=True):
    """A pattern that a record opened or updated."""

    pattern: str
    score: float
    alert_id: str
    evidence: tuple[Position, ...]


class Decision(Struct, frozen=True):
    """What the fold says of one record; the value of the decisions topic (key: fleet)."""

    position: Position
    kind: Literal["message", "forwarded", "duplicate", "control"]
    fleet: str | None
    agent_id: str | None
    trust_before: float | None
    trust_after: float | None
    changes: tuple[Change, ...] = ()
    transitions: tuple[Transition, ...] = ()
    risk: float = 0.0
    factors: tuple[Factor, ...] = ()
    anomaly: float = 0.0
    scores: Scores = Scores()
    patterns: tuple[PatternFound, ...] = ()
    verdict: Literal["allow", "warn", "deny"] = "allow"
    mode: Mode = "shadow"
    policy_version: int = 0
    engine_version: int = 1
    schema_version: int = SCHEMA_VERSION
