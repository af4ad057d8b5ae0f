"""Alerts."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from app.events.messages import Position

OpinionVerdict = Literal["agrees", "disagrees", "unsure"]


class AlertAgent(Struct, frozen=True):
    """An agent that an alert involves, and its part in it."""

    agent_id: str
    role: Literal["culprit", "victim", "carrier"]


class Opinion(Struct, frozen=True):
    """What somebody, most often a language model, makes of an alert. It moves no score and contains nobody."""

    verdict: OpinionVerdict
    confidence: float
    """0..1, as stated."""
    rationale: str
    model: str
    """Which model, or which person."""
    time: int
    position: Position
    """The control record that gives it."""


class Alert(Struct, frozen=True):
    """One change of an alert; the value of the alerts topic (key: fleet)."""

    alert_id: str
    state: Literal["opened", "updated", "resolved"]
    time: int
    fleet: str
    pattern: str
    subject: str
    """What the pattern is about: an agent, a resource, a cycle; with `fleet` and `pattern` the key of an incident."""
    severity: float
    level: Literal["info", "warning", "critical"]
    agents: tuple[AlertAgent, ...]
    evidence: tuple[Position, ...]
    explanation: str
    suggested_action: str
    resource: str | UnsetType = UNSET
    reproduction_number: float | UnsetType = UNSET
    expected_final_size: float | UnsetType = UNSET
    cycle: tuple[str, ...] | UnsetType = UNSET
    opinions: tuple[Opinion, ...] | UnsetType = UNSET
    """The latest few, oldest first."""
