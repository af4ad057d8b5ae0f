"""Messages as the topics have them."""

from typing import Literal

from app.events import (
    Alert,
    AlertAgent,
    Change,
    DeadLetter,
    Decision,
    EnforcementState,
    LogPosition,
    Mode,
    Progress,
    Transition,
)

NOON = 1_764_072_000_000
HERE = LogPosition(2, 41)


def change(agent_id: str, before: float, after: float, signal: str = "error") -> Change:
    return Change(agent_id, before, after, signal, round(after - before, 6), (HERE,))


def decision(*changes: Change, fleet: str | None = "sales", risk: float = 0.0) -> Decision:
    return Decision(HERE, "message", fleet, "bot-7", 100.0, 100.0, changes=changes, risk=risk)


def alert(
    state: Literal["opened", "updated", "resolved"] = "opened",
    level: Literal["info", "warning", "critical"] = "critical",
    explanation: str = "They pass it on and on.",
) -> Alert:
    return Alert(
        alert_id="sales:routing_loop:3",
        state=state,
        time=NOON,
        fleet="sales",
        pattern="routing_loop",
        subject="gpu-1",
        severity=0.9,
        level=level,
        agents=(AlertAgent("bot-7", "culprit"), AlertAgent("bot-8", "carrier")),
        evidence=(HERE,),
        explanation=explanation,
        suggested_action="break bot-7",
    )


def transition(state: EnforcementState = "quarantined", mode: Mode = "enforce") -> Transition:
    return Transition(
        fleet="sales",
        agent_id="bot-7",
        state=state,
        previous="watched",
        act="quarantine",
        epoch=3,
        time=NOON,
        reason="trust 22.0 is under 30",
        actor="ringfence",
        mode=mode,
        evidence=(HERE,),
        expires_at=NOON + 900_000,
        policy_version=1,
        position=HERE,
    )


def letter(reason: str = "JSON is malformed") -> DeadLetter:
    return DeadLetter(HERE, "NotJson", reason, b"no json", "ab", 7, None, (), NOON)


def progress(partition: int = 2) -> Progress:
    return Progress(partition, 42, NOON, 1, "127.0.0.1:6066", NOON)
