"""Clash: claims on a resource that cannot all be granted."""

from app.core import incidents
from app.core.contention import Contention
from app.core.context import Context, Hazard
from app.core.entries import Claim
from app.core.interaction import Interaction
from app.core.trust import move, seen
from app.events import AlertAgent

CONFLICT = "conflict"


def observe(context: Context, interaction: Interaction, contention: Contention) -> None:
    """The hazard of a claim is the share of it that the claims of others leave no room for."""
    overlap = contention.overlap
    if overlap <= 0.0:
        return
    sender = interaction.sender
    context.effects.hazards.append(Hazard("contention", overlap))
    move(context, sender, CONFLICT, bad=context.policy.trust.conflict * overlap)
    seen(context, sender).conflicts += 1
    if overlap >= context.policy.risk.high:
        _report(context, contention, sender, contention.rivals)


def _report(context: Context, contention: Contention, sender: str, rivals: tuple[Claim, ...]) -> None:
    resource = contention.resource
    others = tuple(dict.fromkeys(claim.agent_id for claim in rivals))
    incidents.report(
        context,
        incidents.Finding(
            pattern=CONFLICT,
            subject=resource,
            severity=contention.overlap,
            agents=(AlertAgent(sender, "culprit"), *(AlertAgent(other, "victim") for other in others)),
            evidence=(*(claim.offset for claim in rivals), context.offset),
            explanation=f"{sender} asked for {resource} while {_listed(others)} had claims that leave no room for it.",
            suggested_action=f"let {sender} wait until {resource} is free",
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=resource,
        ),
    )


def _listed(agents: tuple[str, ...], most: int = 3) -> str:
    rest = len(agents) - most
    return ", ".join(agents[:most]) + (f" and {rest} more" if rest > 0 else "")
