"""Conflict: the probability that what is going on ends in conflict, from a model of the game that is played.

`clash.py`: claims on what cannot be divided further; `commons.py`: a pool that grows back.
"""

from app.core.context import Context
from app.core.detectors.conflict import clash, collapse
from app.core.interaction import Interaction


def observe(context: Context, interaction: Interaction) -> None:
    """Add the hazards of the contention that the message is part of."""
    contention = interaction.contention
    if contention is not None and contention.entry.pool is None:
        clash.observe(context, interaction, contention)
    else:
        collapse.observe(context, interaction)
