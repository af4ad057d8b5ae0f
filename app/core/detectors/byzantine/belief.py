"""The probability that an agent is Byzantine, from all its signals.

Naive Bayes in log-odds (I. J. Good, Probability and the Weighing of Evidence, 1950): the prior's log-odds plus the
weights of evidence, each kind bounded and fading by half in each half-life, so that old evidence returns to the prior.
"""

import math
from typing import Final, NamedTuple

from app.core import incidents
from app.core.context import Context
from app.core.detectors.byzantine.signals import SIGNALS, Signal
from app.core.entries import ConductEntry
from app.core.interventions import Intervention
from app.core.suspicion import suspect
from app.core.trust import decimals, forgetting, move
from app.events import AlertAgent

BYZANTINE: Final = "byzantine"
DOUBT = 0.1
"""Probability up to which suspicion costs no trust: every honest agent is late or unlucky now and then."""
EVIDENCE_KEPT = 8
NOTHING = (0.0,) * len(SIGNALS)


def conduct(context: Context, agent_id: str) -> ConductEntry:
    """The agent's entry, to be changed, with its evidence as of now."""
    entries, key, now = context.state.conduct, (context.fleet, agent_id), context.now
    entry = entries.edit(key) or entries.put(key, ConductEntry(due=None, at=now, weights=NOTHING))
    left = forgetting(now - entry.at, context.policy.byzantine.half_life_s)
    if left < 1.0:
        entry.weights = tuple(decimals(weight * left) for weight in entry.weights)
        entry.moves, entry.defections = decimals(entry.moves * left), decimals(entry.defections * left)
        entry.at = now
    entry.due = now + int(context.policy.byzantine.forget_after_s * 1000.0)
    return entry


class Because(NamedTuple):
    """What else belongs to a piece of evidence: earlier records, and agents with their part in it."""

    offsets: tuple[int, ...] = ()
    involved: tuple[AlertAgent, ...] = ()


_NOTHING_ELSE = Because()


def weigh(context: Context, agent_id: str, signal: Signal, weight: float, because: Because = _NOTHING_ELSE) -> float:
    """Add a weight of evidence (nats; negative speaks for the agent). Returns the probability, 0..1."""
    known = conduct(context, agent_id).weights[signal.place]
    return _settle(context, agent_id, signal, max(0.0, known + weight), because)


def replace(context: Context, agent_id: str, signal: Signal, weight: float) -> float:
    """Put a weight of evidence in the place of all there was of its kind. Returns the probability, 0..1."""
    return _settle(context, agent_id, signal, weight, _NOTHING_ELSE)


def probability_of(weights: tuple[float, ...], prior: float) -> float:
    """The posterior probability.

    >>> probability_of((0.0, 0.0), 0.01), round(probability_of((4.595, 0.0), 0.01), 3)
    (0.01, 0.5)
    """
    odds = math.log(prior / (1.0 - prior)) + math.fsum(weights)
    return decimals(1.0 / (1.0 + math.exp(-odds)))


def _settle(context: Context, agent_id: str, signal: Signal, weight: float, because: Because) -> float:
    policy, entry = context.policy.byzantine, conduct(context, agent_id)
    before = probability_of(entry.weights, policy.prior)
    weights = list(entry.weights)
    weights[signal.place] = decimals(min(signal.limit, max(-signal.limit, weight)))
    entry.weights = tuple(weights)
    entry.probability = probability_of(entry.weights, policy.prior)
    worse = entry.probability > before
    if worse:
        found = (*entry.evidence, *because.offsets, context.offset)
        entry.evidence = tuple(dict.fromkeys(found))[-EVIDENCE_KEPT:]
    rise = entry.probability - max(before, DOUBT)
    if rise > 0.0:
        move(context, agent_id, BYZANTINE, bad=decimals(policy.trust * rise))
    suspect(context, agent_id, BYZANTINE, _above(entry.probability, policy.prior))
    _tell(context, agent_id, entry, because.involved, worse=worse)
    return entry.probability


def _above(probability: float, prior: float) -> float:
    """What evidence has added to the prior, as a share of what was left: 0 where there is none."""
    return max(0.0, (probability - prior) / (1.0 - prior))


def _tell(
    context: Context, agent_id: str, entry: ConductEntry, involved: tuple[AlertAgent, ...], *, worse: bool
) -> None:
    """Bring the agent's alert up to date; what speaks for the agent is no reason to contain it, perhaps once more."""
    key = (context.fleet, BYZANTINE, agent_id)
    if entry.probability < context.policy.byzantine.alert:
        incidents.resolve(context, key)
        return
    strongest = max(SIGNALS, key=lambda signal: entry.weights[signal.place])
    action = Intervention("quarantine", agent_id)
    others = tuple(agent for agent in involved if agent.agent_id != agent_id)
    incidents.report(
        context,
        incidents.Finding(
            pattern=BYZANTINE,
            subject=agent_id,
            severity=entry.probability,
            agents=(AlertAgent(agent_id, "culprit"), *others),
            evidence=entry.evidence,
            explanation=f"{agent_id} {strongest.says} (probability {entry.probability:.2f} of being Byzantine).",
            suggested_action=action if worse else str(action),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
        ),
    )
