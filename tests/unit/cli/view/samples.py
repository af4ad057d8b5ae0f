"""Updates as a running system sends them."""

from app.cli.view.updates import Decided
from app.events import Alert, AlertAgent, Change, Decision, LogPosition, Mode, Progress, Transition

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


def transition(agent: str = "coder-1", state: str = "quarantined", mode: Mode = "enforce") -> Transition:
    return Transition(
        fleet="f",
        agent_id=agent,
        state="quarantined" if state == "quarantined" else "released",
        previous="trusted",
        act="quarantine",
        epoch=1,
        time=0,
        reason="trust 12 is below 30",
        actor="policy",
        mode=mode,
        evidence=(AT,),
        expires_at=None,
        policy_version=0,
        position=AT,
    )


def progress(partition: int, next_offset: int) -> Progress:
    return Progress(partition, next_offset, clock=0, engine_version=1, worker="127.0.0.1:6066", time=0)
