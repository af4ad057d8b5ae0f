"""What is slow or fails in a fleet now: its troubles, one of each callee, the latest."""

from typing import NamedTuple

from app.core.context import Context
from app.core.detectors.bottleneck.common_cause import SLOW
from app.core.detectors.bottleneck.latency import Excess
from app.core.detectors.bottleneck.load import Evidence
from app.core.enforcement import limits
from app.core.entries import Trouble, TroubleEntry
from app.core.table import Key

MAX_TROUBLES = 32
"""Of a fleet, the latest."""
MAX_CALLERS = 16
MAX_EVIDENCE = 16
"""Of one trouble."""


class Seen(NamedTuple):
    """A call that was slow or failed."""

    caller: str
    way: str | None
    """In which it failed, if it did."""
    excess: Excess
    found: Evidence
    """What is said by this call and the others of now against who answered."""


def note(context: Context, callee: str, seen: Seen) -> tuple[Trouble, ...]:
    """Note a call as the callee's trouble. Returns all troubles of the fleet."""
    troubles, key = context.state.troubles, (context.fleet,)
    entry = troubles.edit(key) or troubles.put(key, TroubleEntry(due=None))
    kept = _recent(context, entry)
    known = next((trouble for trouble in kept if trouble.callee == callee), None)
    new = _noted(context, known or _begun(context, callee), seen)
    entry.troubles = (*(trouble for trouble in kept if trouble is not known), new)[-MAX_TROUBLES:]
    _set_due(context, entry)
    return entry.troubles


def _begun(context: Context, callee: str) -> Trouble:
    counts = limits.in_good_standing(context, callee)
    return Trouble(callee, context.now, 0.0, 0.0, (), SLOW, (), counts)


def _noted(context: Context, known: Trouble, seen: Seen) -> Trouble:
    """The trouble, with another call that shows it."""
    callers = dict(known.callers)
    if seen.caller in callers or len(callers) < MAX_CALLERS:
        callers[seen.caller] = callers.get(seen.caller, 0) + (seen.excess.wire > 0.0)
    costs = seen.way is not None and not limits.has_common_cause(context, seen.way)
    return Trouble(
        callee=known.callee,
        at=context.now,
        own=seen.found.own,
        wire=seen.found.wire,
        callers=tuple(callers.items()),
        reason=SLOW if seen.way is None else seen.way,
        evidence=(*known.evidence, context.offset)[-MAX_EVIDENCE:],
        counts=known.counts,
        cost=(*known.cost, context.offset)[-MAX_EVIDENCE:] if costs else known.cost,
    )


def _recent(context: Context, entry: TroubleEntry) -> tuple[Trouble, ...]:
    oldest = context.now - int(context.policy.bottleneck.window_s * 1000.0)
    return tuple(trouble for trouble in entry.troubles if trouble.at > oldest)


def _set_due(context: Context, entry: TroubleEntry) -> None:
    entry.due = entry.troubles[0].at + int(context.policy.bottleneck.window_s * 1000.0)


def expire(context: Context, key: Key) -> None:
    """The timer of a fleet's troubles: old ones are over."""
    entry = context.state.troubles.edit(key)
    assert entry is not None
    entry.troubles = _recent(context, entry)
    if entry.troubles:
        _set_due(context, entry)
    else:
        context.state.troubles.delete(key)
