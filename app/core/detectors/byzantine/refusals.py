"""The pattern of refusing what there is room for; a refusal without room is nobody's fault."""

from app.core.context import Context
from app.core.detectors.byzantine.belief import weigh
from app.core.detectors.byzantine.signals import REFUSAL
from app.core.interaction import Interaction

REFUSED, GRANTED = 0.7, -0.7
"""Weights of a refusal where there was room, and of a grant."""


def refused(context: Context, interaction: Interaction) -> None:
    """A refusal that cost trust was one without need."""
    if any(change.signal == "refusal" for change in context.effects.changes):
        weigh(context, interaction.sender, REFUSAL, REFUSED)


def granted(context: Context, interaction: Interaction) -> None:
    """A grant speaks for one who had refused."""
    entry = context.state.conduct.get((context.fleet, interaction.sender))
    if entry is not None and entry.weights[REFUSAL.place] > 0.0:
        weigh(context, interaction.sender, REFUSAL, GRANTED)
