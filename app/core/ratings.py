"""Ratings: what an agent says of another is evidence about both.

*Of the one rated*: the rating, weighted by the rater's voice (its trust without the benefit of the doubt), by
1/n for the n-th opinion of the same rater among the latest, by half where the rater is praised in return, and by
nothing where both belong to an open incident of collusion.

*Of the rater*: whether those whose word counts agree. All latest opinions of an agent are judged against the others'
consensus, and again whenever a new one shifts it; what an opinion was worth before is taken back. So who praises
an agent that then turns out a fraud loses by it, and so does who slanders one that is well thought of.

Sources: A. Whitby, A. Josang and J. Indulska, "Filtering Out Unfair Ratings in Bayesian Reputation Systems", 2004
(a rater is judged against the others' consensus); S. Kumar et al., "REV2", WSDM 2018 (fairness of raters and
goodness of the rated, each defined by the other; computed here rating by rating); S. Kamvar et al.,
"EigenTrust", WWW 2003 (the word of those who are trusted counts more).
"""

from typing import NamedTuple

from msgspec.structs import replace

from app.core.context import Context
from app.core.entries import Opinion, OpinionsEntry
from app.core.interaction import Interaction
from app.core.newcomers import experience, pay_dues
from app.core.trust import decimals, left_of, move, voice_at

MAX_RATED = 64
"""Targets of one rating that count, the first; a constant of engine version 1, as all below."""
OPINIONS = 8
"""Opinions of an agent that are judged again, the latest; earlier ones count in sums."""
EARLIER_HALF = 64.0
"""Earlier opinions count half after so many more."""
CERTAIN = 2.0
"""Voices that make a consensus half certain."""
SHIFT = 0.05
"""What an opinion is worth is corrected when it is off by this much."""
RETURNED = 0.5
"""The share of praise that counts where it is given back."""


class _Consensus(NamedTuple):
    """Voices, and voices times values, of all opinions of an agent."""

    weight: float
    value: float


def observe(context: Context, interaction: Interaction) -> None:
    """A rating moves the trust of the one rated, and of those who have rated it."""
    if interaction.act != "rating":
        return
    value = rating_of(interaction.content.rating, interaction.content.scale)
    if value is None or not interaction.targets:
        return
    pay_dues(context, interaction.sender)
    for target in interaction.targets[:MAX_RATED]:
        _rate(context, interaction.sender, target, value)


def rating_of(rating: object, scale: object) -> float | None:
    """A rating as -1 (worst) to 1 (best); without a scale it is one of 0 to 1.

    >>> rating_of(-10, [-10, 10]), rating_of(4, [1, 5]), rating_of(0.5, None), rating_of(7, None), rating_of("5", None)
    (-1.0, 0.5, 0.0, None, None)
    """
    low, high = scale if isinstance(scale, list | tuple) and len(scale) == 2 else (0, 1)  # noqa: PLR2004
    numbers = [number for number in (rating, low, high) if isinstance(number, int | float)]
    if len(numbers) < 3 or any(isinstance(number, bool) for number in numbers):  # noqa: PLR2004
        return None
    given, lowest, highest = numbers
    if not lowest <= given <= highest or not 0 < highest - lowest < float("inf"):
        return None
    return decimals(2.0 * ((given - lowest) / (highest - lowest)) - 1.0)


def _rate(context: Context, rater: str, target: str, value: float) -> None:
    opinions, key = context.state.opinions, (context.fleet, target)
    entry = opinions.edit(key) or opinions.put(key, OpinionsEntry(due=None))
    entry.due = context.now + int(context.policy.trust.forget_after_s * 1000.0)
    given = Opinion(rater, value, _share(context, entry, rater, target), 0.0, 0.0, 0.0, context.offset)
    entry.opinions = (*entry.opinions, given)
    _drop_earliest(context, entry)
    _judge(context, entry)
    _tell(context, target, value * given.share * _voice(context, rater))


def _share(context: Context, entry: OpinionsEntry, rater: str, target: str) -> float:
    """How much of the rater's voice a further opinion has."""
    if _conspires(context, rater, target):
        return 0.0
    again = sum(opinion.rater == rater for opinion in entry.opinions)
    back = context.state.opinions.get((context.fleet, rater))
    returned = back is not None and any(o.rater == target and o.value > 0.0 for o in back.opinions)
    return decimals((RETURNED if returned else 1.0) / (1 + again))


def _conspires(context: Context, rater: str, target: str) -> bool:
    """Whether an open incident says that the rater praises the target by arrangement."""
    agents, fleet, incidents = context.state.agents, context.fleet, context.state.incidents
    agent, other = agents.get((fleet, rater)), agents.get((fleet, target))
    ring = None if agent is None else agent.ring
    if ring is None or not (ring == target or (other is not None and other.ring == ring)):
        return False
    return any(incidents.get((fleet, pattern, ring)) is not None for pattern in ("collusion", "sybil"))


def _drop_earliest(context: Context, entry: OpinionsEntry) -> None:
    if len(entry.opinions) > OPINIONS:
        earliest, left = entry.opinions[0], 2.0 ** (-1.0 / EARLIER_HALF)
        weight = earliest.share * _voice(context, earliest.rater)
        entry.weight = decimals(entry.weight * left + weight)
        entry.value = decimals(entry.value * left + weight * earliest.value)
        entry.opinions = entry.opinions[1:]


def _judge(context: Context, entry: OpinionsEntry) -> None:
    """Judge each of the latest opinions by the consensus of the other raters."""
    weights = [opinion.share * _voice(context, opinion.rater) for opinion in entry.opinions]
    value = entry.value + sum(w * o.value for w, o in zip(weights, entry.opinions, strict=True))
    whole = _Consensus(entry.weight + sum(weights), value)
    own: dict[str, _Consensus] = {}
    for weight, opinion in zip(weights, entry.opinions, strict=True):
        mine = own.get(opinion.rater, _Consensus(0.0, 0.0))
        own[opinion.rater] = _Consensus(mine.weight + weight, mine.value + weight * opinion.value)
    entry.opinions = tuple(
        _judged(context, opinion, _Consensus(whole.weight - mine.weight, whole.value - mine.value))
        for opinion in entry.opinions
        for mine in (own[opinion.rater],)
    )


def worth(value: float, weight: float, total: float) -> tuple[float, float]:
    """Good and bad evidence, 0..2, that an opinion is about its rater.

    Parameters: `value` of the opinion; `weight`, the others' voices, and `total`, voices times values.

    >>> worth(1.0, 0.0, 0.0), worth(1.0, 2.0, -2.0), worth(0.5, 2.0, 2.0)
    ((0.0, 0.0), (0.0, 0.555556), (0.416667, 0.0))
    """
    certain, consensus = weight / (weight + CERTAIN), total / (weight + 1.0)
    apart = abs(value - consensus)
    if value * consensus >= 0.0:
        return decimals(certain * max(0.0, 1.0 - apart)), 0.0
    return 0.0, decimals(certain * abs(consensus) * apart)


def _judged(context: Context, opinion: Opinion, others: _Consensus) -> Opinion:
    """Correct what the opinion is worth to its rater where that is off."""
    good, bad = worth(opinion.value, max(0.0, others.weight), others.value)
    rater = context.state.agents.get((context.fleet, opinion.rater))
    if rater is None or abs(good - opinion.good) + abs(bad - opinion.bad) <= SHIFT:
        return opinion
    policy = context.policy.trust
    left = left_of(rater, opinion.faded, context.now, policy)
    more = policy.opinion * (good - opinion.good * left)
    worse = policy.opinion * (bad - opinion.bad * left)
    because = () if opinion.offset == context.offset else (opinion.offset,)
    experience(context, rater, good=more, bad=worse)
    moved = move(context, opinion.rater, "opinion", good=more, bad=worse, because=because)
    return replace(opinion, good=good, bad=bad, faded=moved.faded)


def _tell(context: Context, target: str, value: float) -> None:
    """The rating as evidence of the one rated."""
    evidence = context.policy.trust.rating * value
    entry = context.state.agents.get((context.fleet, target))
    if entry is not None and evidence != 0.0:
        good, bad = max(0.0, evidence), max(0.0, -evidence)
        experience(context, entry, good=good, bad=bad)
        move(context, target, "rating", good=good, bad=bad)


def _voice(context: Context, agent_id: str) -> float:
    return voice_at(context.state.agents.get((context.fleet, agent_id)), context.now, context.policy.trust)
