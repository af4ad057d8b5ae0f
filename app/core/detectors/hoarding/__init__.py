"""Hoarding: agents that take or keep more than their fair share of what others need too.

Two kinds of resources, one measure (`app/core/stakes.py`, the share of an agent's acts beyond its fair
share): pools that grow back (`overuse.py`) and what is held and given back (`holding.py`).
"""

from app.core.context import Context
from app.core.detectors.hoarding import holding, overuse
from app.core.detectors.hoarding.holding import starve
from app.core.interaction import Interaction

__all__ = ["observe", "starve"]


def observe(context: Context, interaction: Interaction) -> None:
    """Judge what the message does about a resource, if anything."""
    contention = interaction.contention
    if contention is None:
        return
    if contention.entry.pool is not None:
        overuse.observe(context, interaction, contention, contention.entry.pool)
    else:
        holding.observe(context, interaction, contention)
