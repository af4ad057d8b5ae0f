"""What the loop detector does with a message."""

from app.core.context import Context
from app.core.detectors.loop import cycles
from app.core.interaction import Interaction


def observe(context: Context, interaction: Interaction) -> None:
    """Find the cycles that the message closes, and whether it goes round without progress."""
    cycles.close(context, interaction)
