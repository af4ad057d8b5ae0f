"""What a person commands about an agent: contain it, let it go, look at it again.

A command that claims to be Ringfence's own act is refused (NotAllowed).
"""

from app.core import enforcement
from app.core.commands import Appeal, Command, Quarantine, Release
from app.core.context import Context
from app.core.entries import EnforcementEntry
from app.core.errors import Refused


def quarantine(context: Context, command: Command) -> None:
    """Contain the agent whatever its state and the mode.

    Raises Refused: NotAllowed where the agent itself would so be free sooner.
    """
    assert isinstance(command, Quarantine)
    expires_at = None if command.for_s is None else context.now + int(command.for_s * 1000.0)
    if _ends_sooner(enforcement.state_of(context, command.agent_id), expires_at):
        _check_not_its_own(command, command.agent_id)
    order = enforcement.Order(command.reason, _actor(command), "enforce", (context.offset,), expires_at)
    enforcement.apply(context, command.agent_id, "quarantine", order)


def release(context: Context, command: Command) -> None:
    """Let the agent go, or on probation first.

    Raises Refused: NotContained; NotAllowed where the agent releases itself.
    """
    assert isinstance(command, Release)
    _check_not_its_own(command, command.agent_id)
    entry = enforcement.state_of(context, command.agent_id)
    ends = context.now + int(context.policy.enforcement.probation_s * 1000.0) if command.probation else None
    order = enforcement.Order(command.reason, _actor(command), entry.mode, entry.evidence, ends)
    if not enforcement.apply(context, command.agent_id, "parole" if command.probation else "release", order):
        raise _not_contained(context, command.agent_id, entry.state)


def appeal(context: Context, command: Command) -> None:
    """Put the appeal on record; the containment stands until somebody decides. Raises Refused: NotContained."""
    assert isinstance(command, Appeal)
    entry = enforcement.state_of(context, command.agent_id)
    order = enforcement.Order(command.reason, _actor(command), entry.mode, (context.offset,))
    if not enforcement.apply(context, command.agent_id, "appeal", order):
        raise _not_contained(context, command.agent_id, entry.state)


def _actor(command: Quarantine | Release | Appeal) -> str:
    if command.actor == enforcement.AUTOMATIC:
        raise Refused("NotAllowed", f"{command.actor!r} stands for what happens by itself: name who commands this")
    return command.actor


def _ends_sooner(known: EnforcementEntry, expires_at: int | None) -> bool:
    """Whether what restrains an agent now would last for longer than what is to take its place."""
    if known.state not in ("throttled", "quarantined") or expires_at is None:
        return False
    return known.due is None or expires_at < known.due


def _check_not_its_own(command: Command, agent_id: str) -> None:
    if agent_id in (command.actor, command.issuer):
        raise Refused("NotAllowed", f"agent {agent_id!r} cannot decide about itself; it may appeal")


def _not_contained(context: Context, agent_id: str, state: str) -> Refused:
    return Refused("NotContained", f"agent {agent_id!r} of fleet {context.fleet!r} is {state}")
