"""Updates as a running system sends them."""

from typing import Literal

from app.bus.door import DoorCondition, PartitionAge
from app.cli.view.updates import Decided, DoorSeen
from app.events import (
    Alert,
    AlertAgent,
    Change,
    Decision,
    EnforcementState,
    LogPosition,
    Mode,
    Progress,
    Restraint,
    Transition,
)
from app.settings import WhenStale

AT = LogPosition(0, 1)


def decided(
    agent: str = "coder-1", trust: float = 100.0, *, fleet: str = "f", latency_ms: float | None = 12.0
) -> Decided:
    change = Change(agent, 100.0, trust, "conflict", trust - 100.0, (AT,))
    decision = Decision(
        position=AT,
        kind="message",
        fleet=fleet,
        agent_id=agent,
        trust_before=100.0,
        trust_after=trust,
        changes=(change,) if trust < 100 else (),
        risk=0.25,
        verdict="allow" if trust > 30 else "warn",
    )
    return Decided(decision, latency_ms)


def alert(name: str = "a-1", state: str = "opened", explanation: str = "coder-1 takes all of gpu-1") -> Alert:
    return Alert(
        alert_id=name,
        state="resolved" if state == "resolved" else "opened",
        time=0,
        fleet="f",
        pattern="conflict",
        subject="gpu-1",
        severity=0.8,
        level="critical",
        agents=(AlertAgent("coder-1", "culprit"),),
        evidence=(AT,),
        explanation=explanation,
        suggested_action="throttle",
    )


def breaker_alert(name: str, state: Literal["opened", "resolved"]) -> Alert:
    said = "has failed" if state == "opened" else "answers again"
    explanation, action = f"{name} {said}", "make it answer"
    return Alert(f"breaker:{name}:0", state, 0, "", "breaker", name, 1.0, "critical", (), (), explanation, action)


def transition(  # noqa: PLR0913 - what a transition says
    agent: str = "coder-1",
    state: EnforcementState = "quarantined",
    mode: Mode = "enforce",
    *,
    epoch: int = 1,
    expires_at: int | None = None,
    restraint: Restraint | None = None,
) -> Transition:
    return Transition(
        fleet="f",
        agent_id=agent,
        state=state,
        previous="trusted",
        act="quarantine",
        epoch=epoch,
        time=0,
        reason="trust 12 is below 30",
        actor="policy",
        mode=mode,
        evidence=(AT,),
        expires_at=expires_at,
        policy_version=0,
        position=AT,
        restraint=restraint,
    )


def progress(partition: int, next_offset: int, *, behind_s: int = 0) -> Progress:
    time = 60_000
    return Progress(partition, next_offset, 0, 1, "127.0.0.1:6066", time, caught_up=time - 1_000 * behind_s)


def seen(
    *ages_s: float | None, ready: bool = True, when_stale: WhenStale = "open", url: str = "http://127.0.0.1:8080"
) -> DoorSeen:
    """A door with so old a knowledge of each partition; what is older than 5 s is not fresh."""
    ages = [PartitionAge(n, age_s is not None and age_s <= 5, age_s) for n, age_s in enumerate(ages_s)]
    return DoorSeen(url, DoorCondition(ready, when_stale, tuple(ages), known=3, unreadable=0))
