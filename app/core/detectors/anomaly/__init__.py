"""Anomalies: what an agent has never done before, in how it behaves and in the numbers that it reports.

They are no misbehaviour and cost no trust: they say where to look.
"""

from app.core.context import Context
from app.core.detectors.anomaly import activity, values
from app.core.detectors.anomaly.watch import forget_series
from app.core.interaction import Interaction

__all__ = ["forget_series", "observe"]


def observe(context: Context, interaction: Interaction) -> None:
    """Score a message by the numbers that it reports and by the period of behaviour that it ends."""
    if interaction.act == "measurement":
        values.observe(context, interaction)
    else:
        activity.note(context, interaction)
