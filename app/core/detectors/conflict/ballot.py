"""Ballot: the risk that a proposed team is voted down.

The game: a proposer offers a team; each member of the council approves or rejects; without a majority
nothing is done and the next one proposes (bargaining under a closed rule: D. Baron and J. Ferejohn,
"Bargaining in Legislatures", American Political Science Review 83, 1989). A member's payoff is that what is
done goes well, and each knows only oneself to be sound. So a member rejects where another team promises
more: the model is a quantal response (R. McKelvey and T. Palfrey, 1995), a logistic of the regret that the
failures laid to the team leave, of being on the team, of what the member has said and voted for, and of
how much is at stake. The risk is the probability that those who reject are at least half (the
Poisson-binomial tail, votes already cast counted as they are).
"""

import math
from collections.abc import Sequence
from typing import Final

from app.core import councils, incidents
from app.core.context import Context, Hazard
from app.core.entries import CouncilEntry
from app.core.interaction import Interaction
from app.core.interventions import Intervention
from app.core.lineups import overlap
from app.core.policy import VotingPolicy
from app.core.trust import decimals
from app.events import AlertAgent

REJECTION = "rejection"
CONFLICT: Final = "conflict"
UNDECIDED = 0.5
"""The overlap with what one wants, of who has not said it."""


def observe(context: Context, interaction: Interaction) -> None:
    """Follow the council; add the hazard to proposals and votes."""
    match interaction.act:
        case "speech":
            councils.speak(context, interaction)
        case "outcome":
            councils.conclude(context, interaction)
        case "proposal":
            council = councils.propose(context, interaction)
            if council is not None:
                _assess(context, council, interaction)
        case "vote":
            council = councils.vote(context, interaction)
            if council is not None and council.proposer in (interaction.sender, *interaction.targets):
                _assess(context, council, interaction)


def _assess(context: Context, council: CouncilEntry, interaction: Interaction) -> None:
    proposer = council.proposer
    own = None if proposer is None else context.state.councils.get((context.fleet, proposer))
    if own is None or proposer is None or not council.motions:
        return
    policy = context.policy.voting
    cast = {**dict.fromkeys(own.approvers, 0.0), **dict.fromkeys(own.rejecters, 1.0)}
    chances = [
        cast[agent] if agent in cast else rejection(council, seat, policy) for seat, agent in enumerate(council.seats)
    ]
    stands = len(council.motions) >= policy.attempts
    risk = 0.0 if stands else decimals(at_least_half(chances))
    context.effects.hazards.append(Hazard(REJECTION, risk, whole=True))
    if risk >= context.policy.risk.high and interaction.act == "proposal":
        _report(context, council, proposer, chances, risk)


def rejection(council: CouncilEntry, seat: int, policy: VotingPolicy) -> float:
    """Probability that the member at a seat rejects the team that is proposed."""
    team = council.motions[-1].team
    proposer = council.seats.index(council.proposer or "")
    blame = _blame(council, seat, policy.relief)
    odds = policy.base + policy.stakes * council.outcomes
    odds += policy.proposer * (seat == proposer) + policy.member * (team >> seat & 1)
    odds += policy.agreement * _named(council, seat, team) + policy.consistency * _rejected(council, seat, team)
    odds += policy.size * team.bit_count() / len(council.seats)
    odds += policy.regret * regret(blame, seat, team)
    if seat != proposer:
        odds += policy.doubt * blame[proposer]
    return 1.0 / (1.0 + math.exp(-odds))


def _named(council: CouncilEntry, seat: int, team: int) -> float:
    return max((overlap(other, team) for speaker, other in council.spoken if speaker == seat), default=UNDECIDED)


def _rejected(council: CouncilEntry, seat: int, team: int) -> float:
    rejected = (overlap(motion.team, team) for motion in council.motions[:-1] if motion.rejected >> seat & 1)
    return max(rejected, default=0.0)


def regret(blame: Sequence[float], seat: int, team: int) -> float:
    """Failures laid to the others of a team, beyond those laid to the best others, as the member at `seat` sees it.

    >>> regret([0.0, 1.0, 0.0, 0.0], 0, 0b0010), regret([0.0, 1.0, 0.0, 0.0], 0, 0b1000)
    (1.0, 0.0)
    """
    chosen = [blame[other] for other in range(len(blame)) if team >> other & 1 and other != seat]
    best = sorted((*blame[:seat], *blame[seat + 1 :]))[: len(chosen)]
    return sum(chosen) - sum(best)


def _blame(council: CouncilEntry, seat: int, relief: float) -> list[float]:
    """Failures by seat: each is shared among those of its team whom the member does not know to be sound."""
    blame = [0.0] * len(council.seats)
    for deed in council.deeds:
        others = deed.team & ~(1 << seat)
        share = deed.failures / max(others.bit_count(), 1) if deed.failures else -relief
        for other in range(len(blame)):
            blame[other] += share * (others >> other & 1)
    return blame


def at_least_half(chances: list[float]) -> float:
    """Probability that at least half of independent events happen (Poisson-binomial tail).

    >>> at_least_half([1.0, 0.5, 0.0]), at_least_half([0.5, 0.5])
    (0.5, 0.75)
    """
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[count] * (1.0 - chance) if count < len(exactly) else 0.0)
            + (exactly[count - 1] * chance if count else 0.0)
            for count in range(len(exactly) + 1)
        ]
    return min(1.0, sum(exactly[(len(chances) + 1) // 2 :]))


def _report(context: Context, council: CouncilEntry, proposer: str, chances: Sequence[float], risk: float) -> None:
    """Those who would reject stand against the proposer, who insists on a team that they do not want."""
    against = tuple(
        agent
        for agent, chance in zip(council.seats, chances, strict=True)
        if chance > 0.5 and agent != proposer  # noqa: PLR2004 - more likely than not
    )
    incidents.report(
        context,
        incidents.Finding(
            pattern=CONFLICT,
            subject=proposer,
            severity=risk,
            agents=(AlertAgent(proposer, "culprit"), *(AlertAgent(agent, "victim") for agent in against)),
            evidence=(context.offset,),
            explanation=(
                f"{proposer} proposes a team that {len(against)} of {len(council.seats)} members are likely to reject."
            ),
            suggested_action=Intervention("warn", proposer),
            due=context.now + int(context.policy.incident.quiet_s * 1000.0),
        ),
    )
