"""Transitions for the tests of the doors."""

from app.events import EnforcementState, LogPosition, Mode, Progress, Restraint, Transition

AT = LogPosition(0, 7)


def transition(
    state: EnforcementState = "quarantined",
    mode: Mode = "enforce",
    epoch: int = 1,
    *,
    agent: str = "bob",
    restraint: Restraint | None = None,
) -> Transition:
    return Transition(
        fleet="north",
        agent_id=agent,
        state=state,
        previous="trusted",
        act="quarantine",
        epoch=epoch,
        time=1_000,
        reason="trust 12.0 is under 30",
        actor="ringfence",
        mode=mode,
        evidence=(AT,),
        expires_at=None,
        policy_version=0,
        position=AT,
        restraint=restraint,
    )


def alive(partition: int, time: int) -> Progress:
    return Progress(partition, next_offset=1, clock=0, engine_version=1, worker="127.0.0.1:1", time=time)
