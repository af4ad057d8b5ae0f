"""The detectors that every message passes, in this order. A new one is a file here and a line below."""

from collections.abc import Callable

from app.core import dealings, newcomers, ratings
from app.core.context import Context
from app.core.detectors import anomaly, bottleneck, byzantine, cascade, collusion, conflict, hoarding, sybil
from app.core.detectors.loop.observe import observe as loop
from app.core.interaction import Interaction

Observe = Callable[[Context, Interaction], None]
"""Looks at one message: updates the detector's own entries, scores the message (`context.effects.score`) and
its agents (`suspicion.suspect`), adds hazards to its risk, reports findings (`incidents.report`)."""

DETECTORS: tuple[Observe, ...] = (
    newcomers.observe,
    ratings.observe,
    dealings.observe,
    collusion.observe,
    sybil.observe,
    cascade.observe,
    bottleneck.observe,
    anomaly.observe,
    loop,
    byzantine.observe,
    hoarding.observe,
    conflict.observe,
)
