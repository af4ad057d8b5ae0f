"""Clash: claims on a resource that cannot all be granted.

The game is hawk and dove (J. Maynard Smith and G. Price, "The Logic of Animal Conflict", Nature 246, 1973;
as chicken, A. Rapoport and A. Chammah 1966): the players are those who claim what has no room for all; each
insists or gives way; who insists against one who gives way gets it, two who give way share it, two who
insist fight and both lose. With hawks about, a claim that finds no room is a fight as far as it finds none:
that share is its hazard. Doves wait and retry a few times; hawks are known by what they do (`hawks.py`), and
are the aggressive ones. One clash of doves is no alert, and who only asks for what a hawk keeps is its victim.
"""

from typing import Final

from app.core import incidents
from app.core.contention import Contention
from app.core.context import Context, Hazard
from app.core.detectors.conflict.hawks import unyielding
from app.core.interaction import Interaction
from app.core.interventions import Intervention
from app.core.trust import move
from app.events import AlertAgent

CONFLICT: Final = "conflict"


def observe(context: Context, interaction: Interaction, contention: Contention) -> None:
    """The hazard of a claim is the share of it that the claims of others leave no room for."""
    overlap = contention.overlap
    if overlap <= 0.0:
        return
    sender = interaction.sender
    context.effects.hazards.append(Hazard("contention", overlap))
    hawks = unyielding(context, sender, contention)
    if not hawks or sender in hawks:
        move(context, sender, CONFLICT, bad=context.policy.trust.conflict * overlap).conflicts += 1
    if hawks and overlap >= context.policy.risk.high:
        _report(context, contention, sender, hawks)


def _report(context: Context, contention: Contention, sender: str, hawks: tuple[str, ...]) -> None:
    resource, rivals = contention.resource, contention.rivals
    doves = tuple(
        dict.fromkeys(agent for agent in (sender, *(claim.agent_id for claim in rivals)) if agent not in hawks)
    )
    agents = (*(AlertAgent(hawk, "culprit") for hawk in hawks), *(AlertAgent(dove, "victim") for dove in doves))
    incidents.report(
        context,
        incidents.Finding(
            pattern=CONFLICT,
            subject=f"{contention.keeper}/{resource}",
            severity=contention.overlap,
            agents=agents,
            evidence=(*(claim.offset for claim in rivals), context.offset),
            explanation=(
                f"Over {resource}, {_listed(hawks)} will not give way;"
                f" the claims of {_listed(tuple(dict.fromkeys(claim.agent_id for claim in rivals)))} leave no room."
            ),
            suggested_action=_least(contention, hawks[0]),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
            resource=resource,
        ),
    )


def _least(contention: Contention, hawk: str) -> Intervention:
    """A throttle to what the claims of the others leave room for; where that is nothing, a warning to give way."""
    entry = contention.entry
    claims = (*entry.holds, *entry.requests)
    others = sum(claim.amount for claim in claims if claim.agent_id != hawk)
    room = (entry.capacity or 0.0) - others
    return Intervention("throttle", hawk, contention.resource, room) if room > 0.0 else Intervention("warn", hawk)


def _listed(agents: tuple[str, ...], most: int = 3) -> str:
    rest = len(agents) - most
    return ", ".join(agents[:most]) + (f" and {rest} more" if rest > 0 else "")
