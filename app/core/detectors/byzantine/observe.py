"""Which signals a message may carry, by its act."""

from app.core.context import Context
from app.core.detectors.byzantine import breaches, causality, defections, equivocation, groups, hijacking, refusals
from app.core.interaction import Interaction


def observe(context: Context, interaction: Interaction) -> None:
    """Read the message for every signal that its act may carry; most messages carry none."""
    kind = interaction.message.message_type
    if kind == "response":
        causality.observe(context, interaction)
    elif kind == "broadcast" and interaction.act == "neutral":
        equivocation.observe(context, interaction)
    for read in _BY_ACT.get(interaction.act, ()):
        read(context, interaction)


_BY_ACT = {
    "claim": (breaches.claim,),
    "grant": (breaches.claim, refusals.granted),
    "refuse": (refusals.refused,),
    "commitment": (equivocation.observe, breaches.bind),
    "outcome": (equivocation.observe, groups.outcome),
    "proposal": (equivocation.observe, groups.proposal),
    "vote": (equivocation.observe, groups.vote),
    "measurement": (equivocation.observe,),
    "statement": (equivocation.observe,),
    "move": (defections.observe,),
    "task": (hijacking.task,),
    "call": (hijacking.call,),
    "reading": (hijacking.reading,),
}
