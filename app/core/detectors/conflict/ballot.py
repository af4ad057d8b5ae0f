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

from app.core import councils
from app.core.context import Context, Hazard
from app.core.entries import CouncilEntry, Deed  # noqa: F401
from app.core.interaction import Interaction
from app.core.lineups import overlap
from app.core.policy import VotingPolicy
from app.core.trust import decimals

REJECTION = "rejection"


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
                _assess(context, council, interaction.sender)
        case "vote":
            council = councils.vote(context, interaction)
            if council is not None and interaction.targets and council.proposer in interaction.targets:
                _assess(context, council, council.proposer or "")


def _assess(context: Context, council: CouncilEntry, proposer: str) -> None:
    own = context.state.councils.get((context.fleet, proposer))
    assert own is not None
    chances = [
        1.0 if agent in own.rejecters else 0.0 if agent in own.approvers else rejection(council, seat, proposer, context.policy.voting)
        for seat, agent in enumerate(council.seats)
    ]
    last = len(council.motions) >= context.policy.voting.attempts
    risk = 0.0 if last else decimals(at_least_half(chances))
    context.effects.hazards.append(Hazard(REJECTION, risk))


def rejection(council: CouncilEntry, seat: int, proposer: str, policy: VotingPolicy) -> float:
    """Probability that the member at a seat rejects the team that is proposed."""
    team = council.motions[-1].team
    odds = policy.base + policy.stakes * council.outcomes
    odds += policy.proposer * (council.seats[seat] == proposer) + policy.member * (team >> seat & 1)
    named = max((overlap(other, team) for speaker, other in council.spoken if speaker == seat), default=0.0)
    rejected = (overlap(motion.team, team) for motion in council.motions[:-1] if motion.rejected >> seat & 1)
    odds += policy.agreement * named + policy.consistency * max(rejected, default=0.0)
    odds += policy.regret * regret(council, seat, team, policy.relief)
    return 1.0 / (1.0 + math.exp(-odds))


def regret(council: CouncilEntry, seat: int, team: int, relief: float) -> float:
    """Failures laid to the others of a team, beyond those laid to the best others; all as one member sees it.

    Each failure is shared among those of the team whom the member does not know to be sound: the others.

    >>> council = CouncilEntry(due=None, seats=("a", "b", "c", "d"), deeds=(Deed(0b0011, 1),))
    >>> regret(council, 0, 0b0010, 0.15), regret(council, 2, 0b0010, 0.15), regret(council, 0, 0b1000, 0.15)
    (1.0, 0.5, 0.0)
    """
    blame = _blame(council, seat, relief)
    chosen = [blame[other] for other in range(len(blame)) if team >> other & 1 and other != seat]
    best = sorted(blame[:seat] + blame[seat + 1 :])[: len(chosen)]
    return sum(chosen) - sum(best)


def _blame(council: CouncilEntry, seat: int, relief: float) -> list[float]:
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
