"""What is reported of loops: routing loops, exchanges without progress, transfers that return."""

from typing import Final

from app.core import incidents
from app.core.context import Context
from app.core.detectors.loop.turns import Round
from app.core.interventions import Intervention
from app.core.suspicion import suspect
from app.core.trust import decimals, move
from app.events import AlertAgent

ROUTING_LOOP: Final = "routing_loop"
REPEATED_EXCHANGE: Final = "repeated_exchange"
RETURNED = 0.75
"""Severity of a transfer that returned: once round is all there is."""
MAX_SUBJECT = 200


def severity_of(turns: int) -> float:
    """What so many turns without progress amount to: the share that were for nothing, squared."""
    return decimals(1.0 - 0.5 ** (turns - 1))


def routing_loop(context: Context, subject: str, way: Round) -> None:
    """A matter that goes round. Each on the way passed it on unchanged, so each drives it."""
    severity = severity_of(way.turns + 1)
    start = way.agents.index(min(way.agents))
    cycle = way.agents[start:] + way.agents[:start]
    for agent_id in cycle:
        suspect(context, agent_id, "loop", severity)
    move(context, way.agents[0], ROUTING_LOOP, bad=context.policy.loop.evidence)
    context.effects.score("loop", severity)
    incidents.report(
        context,
        incidents.Finding(
            pattern=ROUTING_LOOP,
            subject=subject[:MAX_SUBJECT],
            severity=severity,
            agents=tuple(AlertAgent(agent_id, "culprit") for agent_id in sorted(cycle)),
            evidence=way.offsets,
            explanation=f"{_listed(cycle)} passed the same matter round {way.turns} times or more without progress.",
            suggested_action=Intervention("break", way.agents[0], target=way.agents[1]),
            due=_due(context, way.began),
            cycle=cycle,
            turns=way.turns,
        ),
    )


def returned(context: Context, agents: tuple[str, ...], offsets: tuple[int, ...]) -> None:
    """A transfer that came back to where it started: by its nature nothing has been gained by it."""
    for agent_id in agents:
        suspect(context, agent_id, "loop", RETURNED)
    context.effects.score("loop", RETURNED)
    subject = "transfer:" + ",".join(sorted(agents))
    if context.state.incidents.get((context.fleet, ROUTING_LOOP, subject[:MAX_SUBJECT])) is None:
        move(context, agents[0], ROUTING_LOOP, bad=context.policy.loop.evidence)
    incidents.report(
        context,
        incidents.Finding(
            pattern=ROUTING_LOOP,
            subject=subject[:MAX_SUBJECT],
            severity=RETURNED,
            agents=(AlertAgent(agents[0], "culprit"), *(AlertAgent(each, "carrier") for each in agents[1:])),
            evidence=offsets,
            explanation=f"What {agents[0]} transferred came back to it by way of {_listed(agents[1:])}.",
            suggested_action=f"hold transfers from {agents[0]} to {agents[1]}",
            due=_due(context, context.now),
            cycle=agents,
        ),
    )


def repeated_exchange(
    context: Context, sender: str, targets: tuple[str, ...], evidence: tuple[int, ...], turns: int
) -> None:
    """One that says the same again and again: it drives; those it is said to are only in it."""
    severity = severity_of(turns)
    for agent_id in (sender, *targets):
        suspect(context, agent_id, "loop", severity)
    move(context, sender, REPEATED_EXCHANGE, bad=context.policy.loop.evidence)
    context.effects.score("loop", severity)
    incidents.report(
        context,
        incidents.Finding(
            pattern=REPEATED_EXCHANGE,
            subject=f"{sender}>{targets[0]}",
            severity=severity,
            agents=(AlertAgent(sender, "culprit"), *(AlertAgent(target, "carrier") for target in targets)),
            evidence=evidence,
            explanation=f"{sender} has said the same to {_listed(targets)} {turns} times without progress.",
            suggested_action=f"stop {sender} from asking {targets[0]} again",
            due=_due(context, context.now),
        ),
    )


def _due(context: Context, began: int) -> int:
    """An incident rests when two more turns' time brings nothing."""
    return context.now + max(int(context.policy.incident.quiet_s * 1000.0), 2 * (context.now - began))


def _listed(agents: tuple[str, ...], most: int = 3) -> str:
    rest = len(agents) - most
    return ", ".join(agents[:most]) + (f" and {rest} more" if rest > 0 else "")
