"""Automatic containment: what a lowered score, or a severe alert, leads to; never more than the policy's mode."""

from typing import Final, NamedTuple, get_args

from app.core.context import Context
from app.core.enforcement import forgetting, limits, relapses
from app.core.enforcement.record import AUTOMATIC, ENDING, Order, apply, state_of
from app.core.enforcement.restraints import joined, restraint_of
from app.core.enforcement.states import after
from app.core.entries import EnforcementEntry
from app.core.interventions import Intervention
from app.core.policy import Policy
from app.core.table import Key
from app.events import EnforcementAct, Mode, Pattern, Restraint

LOW_TRUST: Final = "low_trust"
_RESTRAINED = ("throttled", "quarantined")
_ACTS: dict[str, EnforcementAct] = {
    "warn": "watch",
    "throttle": "throttle",
    "break": "throttle",
    "quarantine": "quarantine",
}


class Cause(NamedTuple):
    """What an automatic containment is for."""

    pattern: Pattern
    reason: str
    evidence: tuple[int, ...]
    """Offsets of records."""
    restraint: Restraint | None = None


def mode_of(policy: Policy, pattern: Pattern) -> Mode:
    """How far a containment for this pattern goes: the fleet's mode, or the pattern's where that is weaker.

    >>> mode_of(Policy(mode="enforce"), "byzantine")
    'enforce'
    """
    modes: tuple[Mode, ...] = get_args(Mode)
    return min(policy.mode, policy.enforcement.modes.get(pattern, policy.mode), key=modes.index)


def judge(context: Context, agent_id: str, trust: float, evidence: tuple[int, ...]) -> None:
    """The least that a score (0..100), which has just been lowered, calls for."""
    policy = context.policy
    for act, limit in _ladder(policy):
        if trust < limit:
            contain(context, agent_id, act, Cause(LOW_TRUST, f"trust {trust:.1f} is under {limit:g}", evidence))
            return


def recover(context: Context, agent_id: str, trust: float) -> None:
    """Trust an agent again that is watched, or throttled for its score, where the score says so."""
    if trust < context.policy.enforcement.trusted_above:
        return
    entry = state_of(context, agent_id)
    if entry.state == "trusted":
        relapses.clear(context, agent_id)
    elif entry.state == "watched" or (entry.state == "throttled" and entry.pattern == LOW_TRUST):
        order = Order(f"trust is {trust:.1f} again", AUTOMATIC, entry.mode, (context.offset,))
        apply(context, agent_id, "recover", order)


def carry_out(context: Context, pattern: Pattern, intervention: Intervention, evidence: tuple[int, ...]) -> None:
    """Do what a severe alert suggests."""
    act = _ACTS[intervention.act]
    restraint = restraint_of(intervention, context.policy.enforcement.throttled_rate) if act == "throttle" else None
    contain(context, intervention.agent_id, act, Cause(pattern, f"{pattern}: {intervention}", evidence, restraint))


def contain(context: Context, agent_id: str, act: EnforcementAct, cause: Cause) -> None:
    """Contain an agent as far as the mode and the limits allow; a state that binds is never loosened."""
    mode, known, reason = mode_of(context.policy, cause.pattern), state_of(context, agent_id), cause.reason
    if mode == "off" or not _adds(context, known, act, mode, cause):
        return
    if cause.pattern == LOW_TRUST and limits.is_victim(context, agent_id, cause.evidence):
        act, reason = "watch", f"{reason}; what it fails with has a common cause"
    elif act == "quarantine" and not limits.room(context, agent_id, mode):
        act, reason = "throttle", f"{reason}; the fleet's share of automatic quarantines is used up"
    if not _adds(context, known, act, mode, cause):
        return
    restraint = _restraint(context, known, mode, cause) if act == "throttle" else None
    kept = act == "throttle" and cause.pattern == LOW_TRUST and _stands(known, mode)
    pattern = known.pattern if kept else cause.pattern
    order = Order(reason, AUTOMATIC, mode, cause.evidence, _ends(context, agent_id, act), restraint, pattern)
    if apply(context, agent_id, act, order) and act == "quarantine":
        limits.take(context, agent_id, mode)


def expire(context: Context, key: Key) -> None:
    """The timer of an enforcement entry: its restraint is over, or its probation, or it may be forgotten."""
    agent_id = str(key[1])
    entry = state_of(context, agent_id)
    if entry.state not in ENDING:
        forgetting.review(context, agent_id)
        return
    ends = context.now + _ms(context.policy.enforcement.probation_s) if entry.state in _RESTRAINED else None
    reason = "the probation is served" if entry.state == "probation" else f"its time as {entry.state} is over"
    apply(context, agent_id, "expire", Order(reason, AUTOMATIC, entry.mode, entry.evidence, ends))


def _ladder(policy: Policy) -> tuple[tuple[EnforcementAct, float], ...]:
    return (
        ("quarantine", policy.trust.quarantine_below),
        ("throttle", policy.enforcement.throttle_below),
        ("watch", policy.enforcement.watch_below),
    )


def _adds(context: Context, known: EnforcementEntry, act: EnforcementAct, mode: Mode, cause: Cause) -> bool:
    """Whether the act would add anything to what stands, and take nothing away from it."""
    state, binding = after(known.state, act), mode == "enforce"
    if state is None or (_binds(known) and not binding):
        return False
    if known.state == "quarantined" and act == "throttle":
        return binding and not _binds(known)
    if state != known.state or (binding and known.mode != "enforce"):
        return True
    return act == "throttle" and _restraint(context, known, mode, cause) != known.restraint


def _binds(known: EnforcementEntry) -> bool:
    return known.mode == "enforce" and known.state in _RESTRAINED


def _stands(known: EnforcementEntry, mode: Mode) -> bool:
    """Whether a throttle goes on beside another of this mode."""
    return known.state == "throttled" and (_binds(known) or mode != "enforce")


def _restraint(context: Context, known: EnforcementEntry, mode: Mode, cause: Cause) -> Restraint:
    """What a throttle restrains; beside what another does that goes on."""
    rate = context.policy.enforcement.throttled_rate
    return joined(known.restraint if _stands(known, mode) else None, cause.restraint or Restraint(rate=rate), rate)


def _ends(context: Context, agent_id: str, act: EnforcementAct) -> int | None:
    policy, known = context.policy.enforcement, state_of(context, agent_id)
    if act == "throttle":
        return context.now + _ms(policy.throttle_s)
    if act != "quarantine":
        return None
    relapsed = relapses.number(context, agent_id) + (known.state == "probation")
    longest = max(policy.longest_quarantine_s, policy.quarantine_s)
    return context.now + _ms(min(longest, policy.quarantine_s * policy.relapse_factor ** min(relapsed, 64)))


def _ms(seconds: float) -> int:
    return int(seconds * 1000.0)
