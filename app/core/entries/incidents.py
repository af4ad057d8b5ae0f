"""Incidents and enforcement."""

from typing import Literal

from msgspec import Struct

from app.events import AlertAgent, EnforcementState, Mode, Opinion, Restraint


class IncidentEntry(Struct, omit_defaults=True):
    """The state behind an alert from opened to resolved. Key: [fleet, pattern, subject]."""

    due: int | None
    alert_id: str
    opened: int
    sent: int
    """When the alert was last sent, and what it said."""
    sent_severity: float
    severity: float
    level: Literal["info", "warning", "critical"]
    agents: tuple[AlertAgent, ...]
    evidence: tuple[int, ...]
    explanation: str
    suggested_action: str
    resource: str | None = None
    reproduction_number: float | None = None
    expected_final_size: float | None = None
    cycle: tuple[str, ...] | None = None
    turns: int = 1
    opinions: tuple[Opinion, ...] = ()


class EnforcementEntry(Struct):
    """The enforcement state of an agent. Key: [fleet, agent]."""

    due: int | None
    """When what restrains the agent, or its probation, is over; of any other: when to see whether to forget it."""
    state: EnforcementState
    epoch: int
    reason: str
    evidence: tuple[int, ...]
    actor: str
    mode: Mode
    policy_version: int
    restraint: Restraint | None = None
    """Of a throttled agent."""
    pattern: str | None = None
    """What Ringfence contained the agent for last (`low_trust`: its score); None where a person did, or nobody does."""
    appeal: str | None = None
    """Why somebody has asked for another look, where nobody has decided since."""
