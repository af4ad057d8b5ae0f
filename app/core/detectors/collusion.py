"""Collusion: a cluster whose members praise each other and nobody else, unlike all others.

Model: an agent that praises members of a cluster C by merit praises them with the probability q with which agents
outside C do. Of m good ratings by members g stay in C. Against q the log likelihood ratio of the share g / m is

    g ln (g / m / q) + (m - g) ln ((1 - g / m) / (1 - q))

and C is a ring where that is over ln(1 / false_alarms) plus the logarithm of the number of clusters of that
size, since the most closed one is picked. Those whom everybody praises are no ring (q is high), nor are friends who
praise others too (`closed`), nor the majority, whatever it thinks of the rest. The candidate C is what praise
leads to from the latest rater, or mutual praise where that is too many: at most MAX_PRAISED agents and less than half
of the fleet, without those whose praise goes elsewhere.

Source: scan statistics (M. Kulldorff, "A spatial scan statistic", Communications in Statistics 26, 1997: the
likelihood ratio inside against outside, corrected for choosing the cluster), on the graph of mutual praise.
"""

from collections.abc import Mapping, Sequence
from math import log
from typing import Final

from app.core import incidents, praise
from app.core.context import Context
from app.core.entries import PraiseEntry
from app.core.interaction import Interaction
from app.core.ratings import MAX_RATED, rating_of
from app.events import AlertAgent

COLLUSION: Final = "collusion"
EVERY = 4
"""The first good rating of one who has given one back, and a rater's every fourth, start a search.

A constant of engine version 1.
"""
NAMED = 3
"""Agents that the explanation names."""


def observe(context: Context, interaction: Interaction) -> None:
    """A good rating, and whether it closes a ring."""
    if interaction.act != "rating":
        return
    value = rating_of(interaction.content.rating, interaction.content.scale)
    if value is None or value <= 0.0:
        return
    for target in interaction.targets[:MAX_RATED]:
        giver, getter = praise.give(context, interaction.sender, target)
        due = giver.count % EVERY == 0 or praise.times(giver, target) <= 1.0
        if due and praise.times(getter, interaction.sender) > 0.0:
            _search(context, interaction.sender, giver)


def _search(context: Context, rater: str, giver: PraiseEntry) -> None:
    """Whether the agents that the rater reaches by praise, or by mutual praise, less the open ones, are a ring."""
    most = min(praise.MAX_PRAISED, (praise.fleet_of(context).known - 1) // 2)
    for mutual in (False, True):
        known = _reached(context, rater, giver, most, mutual=mutual)
        _leave_open(known, context.policy.collusion.closed)
        if len(known) >= context.policy.collusion.least:
            _weigh(context, known)
            return


def _reached(context: Context, rater: str, giver: PraiseEntry, most: int, *, mutual: bool) -> dict[str, PraiseEntry]:
    """Agents that praise connects with the rater, by name; none where they are more than `most`."""
    known, waiting = {rater: giver}, [rater]
    while waiting:
        member = waiting.pop()
        for praised in known[member].praised:
            other = context.state.praises.get((context.fleet, praised.agent_id))
            if praised.agent_id in known or other is None or (mutual and praise.times(other, member) <= 0.0):
                continue
            known[praised.agent_id] = other
            waiting.append(praised.agent_id)
            if len(known) > most:
                return {}
    return known


def _leave_open(known: dict[str, PraiseEntry], closed: float) -> None:
    """Leave out, the most open first, those of whose praise a smaller share than `closed` stays among the others."""
    while known:
        shares = {
            member: _stays(known, member) / entry.given if entry.given else 0.0 for member, entry in known.items()
        }
        open_most = min(shares, key=shares.__getitem__)
        if shares[open_most] >= closed:
            return
        del known[open_most]


def _stays(known: Mapping[str, PraiseEntry], member: str) -> float:
    """The member's praise of the others."""
    return sum(praised.times for praised in known[member].praised if praised.agent_id in known)


def _weigh(context: Context, known: Mapping[str, PraiseEntry]) -> None:
    policy, fleet = context.policy.collusion, praise.fleet_of(context)
    stays, given = sum(_stays(known, member) for member in known), sum(entry.given for entry in known.values())
    by_others = max(0.0, sum(entry.got for entry in known.values()) - stays)
    merit = (by_others + len(known) / fleet.known) / (max(0.0, fleet.given - given) + 1.0)
    needed = praise.log_choices(fleet.known, len(known)) + log(1.0 / policy.false_alarms)
    excess = likelihood_ratio(stays, given, min(1.0, merit)) - needed
    if excess > 0.0:
        offsets = sorted(p.offset for entry in known.values() for p in entry.praised if p.agent_id in known)
        _report(context, tuple(sorted(known)), tuple(offsets), excess)


def likelihood_ratio(stays: float, given: float, expected: float) -> float:
    """The logarithm of how much likelier it is that `stays` of `given` stay by a rate of its own than by `expected`.

    >>> round(likelihood_ratio(9, 10, 0.1), 2), likelihood_ratio(1, 10, 0.1), likelihood_ratio(0, 10, 0.5)
    (17.58, 0.0, 0.0)
    """
    share = min(1.0, stays / given) if given > 0.0 else 0.0
    if share <= expected:
        return 0.0
    ratio = stays * log(share / expected)
    return ratio if share == 1.0 else ratio + (given - stays) * log((1.0 - share) / (1.0 - expected))


def _report(context: Context, members: tuple[str, ...], offsets: tuple[int, ...], excess: float) -> None:
    policy, subject = context.policy.collusion, _subject(context, members)
    named = ", ".join(members[:NAMED]) + (" ..." if len(members) > NAMED else "")
    incidents.report(
        context,
        incidents.Finding(
            pattern=COLLUSION,
            subject=subject,
            severity=1.0 - 1.0 / (1.0 + excess / log(1.0 / policy.false_alarms)),
            agents=tuple(AlertAgent(member, "culprit") for member in members),
            evidence=offsets,
            explanation=f"{len(members)} agents ({named}) praise each other and hardly "
            "anybody else, as nobody else does.",
            suggested_action="ignore what they say of each other",
            due=context.now + int(policy.quiet_s * 1000.0),
        ),
    )
    for member in members:
        praise.punish(context, member, subject, COLLUSION, offsets[-1:])


def _subject(context: Context, members: Sequence[str]) -> str:
    """The name of the open incident of one of them, else the first member's."""
    for member in members:
        agent = context.state.agents.get((context.fleet, member))
        if agent is not None and agent.ring is not None:
            key = (context.fleet, COLLUSION, agent.ring)
            if context.state.incidents.get(key) is not None:
                return agent.ring
    return members[0]
