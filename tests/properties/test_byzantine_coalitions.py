"""The posterior over hidden coalitions is what Bayes' rule says, member by member (PATTERN-4)."""

import math
from itertools import combinations
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.detectors.byzantine import coalitions

fast = settings(max_examples=60, deadline=None)


class Round(NamedTuple):
    """A proposal with its votes, and what became of the team."""

    team: frozenset[int]
    leader: int
    votes: dict[int, bool]
    saboteurs: int | None


@st.composite
def games(draw: st.DrawFn) -> tuple[int, list[Round]]:
    members = draw(st.integers(3, 7))
    places = st.integers(0, members - 1)
    teams = st.frozensets(places, min_size=1, max_size=members - 1)

    def rounds(team: frozenset[int]) -> st.SearchStrategy[Round]:
        return st.builds(
            Round,
            team=st.just(team),
            leader=places,
            votes=st.dictionaries(places, st.booleans()),
            saboteurs=st.none() | st.integers(0, len(team)),
        )

    return members, draw(st.lists(teams.flatmap(rounds), max_size=5))


def _bits(places: frozenset[int] | list[int]) -> int:
    return sum(1 << place for place in places)


def _folded(members: int, played: list[Round]) -> list[float]:
    likelihoods: list[float] = list(coalitions.prior(members))
    for turn in played:
        team = _bits(turn.team)
        votes = (_bits(list(turn.votes)), _bits([place for place, approves in turn.votes.items() if approves]))
        likelihoods = coalitions.ballot(likelihoods, members, team, turn.leader, votes)
        if turn.saboteurs is not None:
            failed = turn.saboteurs > 0
            likelihoods = coalitions.outcome(likelihoods, members, team, failed=failed, saboteurs=turn.saboteurs)
    return likelihoods


def _probability(traitors: frozenset[int], members: int, turn: Round) -> float:
    """Of one round given who the traitors are, written down once more from the model's text."""
    hit = bool(traitors & turn.team)
    probability = 1.0
    for voter, approves in turn.votes.items():
        loyal = (coalitions.TRUSTS_OWN if hit else coalitions.TRUSTS_CLEAN) if voter not in traitors else None
        rate = loyal if loyal is not None else (coalitions.APPROVES_OWN if hit else coalitions.APPROVES_CLEAN)
        probability *= rate if approves else 1.0 - rate
    if turn.leader in traitors:
        teams = list(combinations(range(members), len(turn.team)))
        clean = sum(not traitors & frozenset(team) for team in teams) / len(teams)
        clean = min(0.98, max(0.02, clean))
        probability *= coalitions.INCLUDES / (1.0 - clean) if hit else (1.0 - coalitions.INCLUDES) / clean
    if turn.saboteurs is not None:
        aboard = len(traitors & turn.team)
        missing = turn.saboteurs - aboard
        if missing > 0:
            probability *= coalitions.MISCOUNT**missing
        else:
            rate = coalitions.SABOTAGE
            probability *= math.comb(aboard, turn.saboteurs) * rate**turn.saboteurs * (1.0 - rate) ** -missing
    return probability


def _oracle(members: int, played: list[Round]) -> list[float]:
    """Each member's probability of being a traitor, by summing over all sets of fewer than half."""
    sizes = range((members + 1) // 2)
    sets = [frozenset(chosen) for size in sizes for chosen in combinations(range(members), size)]
    odds = {
        traitors: coalitions.SHARE ** len(traitors) * (1.0 - coalitions.SHARE) ** (members - len(traitors))
        for traitors in sets
        if traitors
    }
    total = math.fsum(odds.values())
    masses = {traitors: coalitions.TRAITORS * odd / total for traitors, odd in odds.items()}
    masses[frozenset()] = 1.0 - coalitions.TRAITORS
    for traitors in masses:
        for turn in played:
            masses[traitors] *= _probability(traitors, members, turn)
    whole = math.fsum(masses.values())
    return [
        math.fsum(mass for traitors, mass in masses.items() if member in traitors) / whole for member in range(members)
    ]


@fast
@given(games())
def test_the_enumeration_agrees_with_bayes_rule(game: tuple[int, list[Round]]) -> None:
    members, played = game
    moved = coalitions.weights(_folded(members, played), members)
    for weight, after, before in zip(moved, _oracle(members, played), _oracle(members, []), strict=True):
        expected = math.log(after / (1.0 - after)) - math.log(before / (1.0 - before))
        assert math.isclose(weight, expected, rel_tol=1e-6, abs_tol=1e-5) or abs(expected) > 18.0


@fast
@given(games(), st.randoms(use_true_random=False))
def test_names_and_order_of_members_do_not_matter(game: tuple[int, list[Round]], shuffle: Random) -> None:
    members, played = game
    seat = list(range(members))
    shuffle.shuffle(seat)
    moved = [
        Round(
            frozenset(seat[place] for place in turn.team),
            seat[turn.leader],
            {seat[place]: approves for place, approves in turn.votes.items()},
            turn.saboteurs,
        )
        for turn in played
    ]
    here = coalitions.weights(_folded(members, played), members)
    there = coalitions.weights(_folded(members, moved), members)
    assert all(math.isclose(here[place], there[seat[place]], abs_tol=1e-6) for place in range(members))


@fast
@given(games())
def test_what_is_stored_keeps_the_posterior(game: tuple[int, list[Round]]) -> None:
    members, played = game
    likelihoods = _folded(members, played)
    stored = coalitions.unpack(coalitions.pack(likelihoods))
    for exact, kept in zip(coalitions.weights(likelihoods, members), coalitions.weights(stored, members), strict=True):
        assert math.isclose(exact, kept, abs_tol=1e-3) or abs(exact) > 15.0


@fast
@given(st.integers(3, coalitions.MAX_MEMBERS))
def test_the_coalitions_of_any_group_are_few_and_every_member_is_in_one(members: int) -> None:
    """State and work are bounded however large the group is."""
    found = coalitions.coalitions(members)
    assert len(found) <= coalitions.MAX_COALITIONS
    assert len(set(found)) == len(found)
    assert {1 << place for place in range(members)} <= set(found)
    assert all(2 * coalition.bit_count() < members for coalition in found)
