"""The detectors that every message passes, in this order. A new one is a file here and a line below."""

from collections.abc import Callable

from app.core.context import Context
from app.core.detectors import conflict, hoarding
from app.core.interaction import Interaction

Observe = Callable[[Context, Interaction], None]
"""Looks at one message: updates the detector's own entries, scores the message (`context.effects.score`) and
its agents (`suspicion.suspect`), adds hazards to its risk, reports findings (`incidents.report`)."""

DETECTORS: tuple[Observe, ...] = (hoarding.observe, conflict.observe)
