"""Alerts."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from app.events.messages import Position


class AlertAgent(Struct, frozen=True):
    """An agent that an alert involves, and its part in it."""

    agent_id: str
    role: Literal["culprit", "victim", "carrier"]


class Alert(Struct, frozen=True):
    """One change of an alert; the value of the alerts topic (key: fleet)."""

    alert_id: str
    state: Literal["opened", "updated", "resolved"]
    time: int
    fleet: str
    pattern: str
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
