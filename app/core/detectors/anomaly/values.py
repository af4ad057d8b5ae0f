"""The numbers that agents report."""

import math

from app.core import signals
from app.core.context import Context
from app.core.detectors.anomaly.activity import current
from app.core.detectors.anomaly.watch import Sample, watch
from app.core.interaction import Interaction

MAX_NAMES = 32
"""Numbers of one agent that are followed; values of further ones are counted only. A constant of engine version 1."""

UNNAMED = "value"


def observe(context: Context, interaction: Interaction) -> None:
    """Follow the number that a measurement reports."""
    value, name = number(interaction.content.value), signals.name(interaction.content.name) or UNNAMED
    if value is None:
        return
    if _followed(context, interaction.sender, name):
        watch(context, interaction.sender, Sample("value", name, value, name, seasonal=True))


def _followed(context: Context, agent_id: str, name: str) -> bool:
    if context.state.series.get((context.fleet, agent_id, "value", name)) is not None:
        return True
    activity = current(context, agent_id)
    if activity.names >= MAX_NAMES:
        activity.unfollowed += 1
        return False
    activity.names += 1
    return True


def number(value: object) -> float | None:
    """The value where it is a finite number.

    >>> number(3), number(-0.5), number(True), number("3"), number(10 ** 400)
    (3.0, -0.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None
