"""Enforcement: the states of an agent, and what leads from one to another."""

from typing import Literal

from msgspec import Struct

from app.events.messages import Position

Mode = Literal["off", "shadow", "warn", "enforce"]
"""How far a containment goes: not at all, on record only, as a warning, or binding at every door."""
Pattern = Literal[
    "low_trust", "routing_loop", "repeated_exchange", "resource_hoarding", "conflict", "cascade", "bottleneck",
    "common_cause", "byzantine", "collusion", "sybil", "anomaly",
]  # fmt: skip
"""What a containment may follow on: what the fold's alerts are of, and `low_trust`, the score."""
EnforcementState = Literal["trusted", "watched", "throttled", "quarantined", "probation", "released"]
EnforcementAct = Literal["watch", "throttle", "quarantine", "parole", "release", "recover", "expire", "appeal"]


class Restraint(Struct, frozen=True, omit_defaults=True):
    """What a throttled agent may still do; what is None is not limited."""

    rate: float | None = None
    """Messages a second."""
    resource: str | None = None
    amount: float | None = None
    """The most that it may claim of `resource` at once."""
    target: str | None = None
    """The agent to which it may not send."""


class Transition(Struct, frozen=True):
    """A change of an agent's enforcement state; the value of the enforcement topic (key: [fleet, agent])."""

    fleet: str
    agent_id: str
    state: EnforcementState
    previous: EnforcementState
    act: EnforcementAct
    epoch: int
    """Rises with each transition of the agent; the first is above all epochs of agents that its fleet has forgotten."""
    time: int
    reason: str
    actor: str
    mode: Mode
    evidence: tuple[Position, ...]
    expires_at: int | None
    policy_version: int
    position: Position
    """The record that caused the transition."""
    restraint: Restraint | None = None
    """Of a throttled agent."""
    grounds: str | None = None
    """Of an appeal, whose own reason stands in `reason`: why the agent is in its state, as before."""


class Forgotten(Struct, frozen=True):
    """That nothing stands about an agent any more; the header of a deletion on the enforcement topic."""

    fleet: str
    agent_id: str
    epoch: int
    """Of its last transition: what has a higher one came after this."""
