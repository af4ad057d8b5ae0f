"""Conflict: the probability that what is going on ends in conflict, from a model of the game that is played.

`clash.py`: claims on what has no room for all; `collapse.py`: a pool that grows back; `ballot.py`: proposals
put to the vote.
"""

from app.core.context import Context
from app.core.detectors.conflict import ballot, clash, collapse, hawks
from app.core.interaction import Interaction
from app.core.policy import Act

SAID: tuple[Act, ...] = ("speech", "commitment")
DECIDED: tuple[Act, ...] = ("speech", "proposal", "vote", "outcome")


def observe(context: Context, interaction: Interaction) -> None:
    """Add the hazards of the contention that the message is part of."""
    contention = interaction.contention
    if contention is not None and contention.entry.pool is None:
        hawks.observe(context, interaction, contention)
        clash.observe(context, interaction, contention)
    elif contention is not None or interaction.act in SAID:
        collapse.observe(context, interaction)
    if interaction.act in DECIDED:
        ballot.observe(context, interaction)
