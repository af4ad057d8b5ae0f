"""Proposals and votes: the risk that a proposal is voted down (RISK-1)."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from app.core.detectors.conflict.ballot import at_least_half
from app.core.outputs import Step
from tests.unit.core.folding import Log, alerts, decision

SEATS = ("x/Ann", "x/Bo", "x/Cy", "x/Di", "x/Ed")


class Table(Log):
    """Five agents decide who goes."""

    def others(self, agent: str) -> tuple[str, ...]:
        return tuple(other for other in SEATS if other != agent)

    def propose(self, agent: str, *team: str) -> Step:
        return self.say(agent, "team_proposal", self.others(agent), content={"team": team})

    def vote(self, agent: str, proposer: str, choice: str) -> Step:
        return self.say(agent, "vote", (proposer,), content={"vote": choice})

    def tell(self, agent: str, text: str) -> Step:
        return self.say(agent, "chat", self.others(agent), content={"text": text})

    def report(self, result: str, *team: str) -> Step:
        return self.say("judge", "mission_result", SEATS, content={"result": result, "fail_count": 1, "team": team})


def risk(step: Step) -> float:
    return {factor.name: factor.value for factor in decision(step).factors}.get("rejection", 0.0)


def test_a_team_that_failed_is_likelier_to_be_rejected() -> None:
    fresh, burnt = Table(), Table()
    burnt.report("fail", "x/Bo", "x/Cy")
    fresh.report("success", "x/Bo", "x/Cy")
    assert risk(burnt.propose("x/Ann", "x/Bo", "x/Cy")) > risk(fresh.propose("x/Ann", "x/Bo", "x/Cy")) + 0.1


def test_a_team_that_the_members_named_is_likelier_to_pass() -> None:
    silent, named = Table(), Table()
    for agent in SEATS[2:]:
        named.tell(agent, "I would take Ann and Bo.")
    assert risk(named.propose("x/Ann", "x/Ann", "x/Bo")) < risk(silent.propose("x/Ann", "x/Ann", "x/Bo"))


def test_votes_settle_it() -> None:
    table = Table()
    table.propose("x/Ann", "x/Ann", "x/Bo")
    steps = [table.vote(agent, "x/Ann", "reject") for agent in SEATS[2:]]
    assert risk(steps[-1]) == 1.0
    assert risk(table.vote("x/Bo", "x/Ann", "approve")) == 1.0


def test_a_second_vote_of_the_same_member_does_not_count() -> None:
    table = Table()
    table.propose("x/Ann", "x/Ann", "x/Bo")
    once = risk(table.vote("x/Cy", "x/Ann", "reject"))
    assert risk(table.vote("x/Cy", "x/Ann", "reject")) == once


def test_the_record_of_the_proposer_does_not_count_twice() -> None:
    """RISK-1: the model has what the members know of the proposer."""
    table = Table()
    for _ in range(4):
        table.say("x/Ann", "response", ("x/Bo",), content={"status": "error"})
    done = table.propose("x/Ann", "x/Ann", "x/Bo")
    assert table.trust("x/Ann") < 60
    assert decision(done).risk == risk(done)


def test_the_last_proposal_stands() -> None:
    table = Table()
    risks = [risk(table.propose(agent, agent, "x/Bo")) for agent in SEATS]
    assert risks[-1] == 0.0 < min(risks[:-1])


def test_a_hopeless_proposal_warns_its_proposer() -> None:
    """RISK-2: the proposer raises the stakes; those who are likely to be against it are named with it."""
    table = Table()
    for _ in range(3):
        table.report("fail", "x/Bo", "x/Cy")
    (alert,) = alerts(table.propose("x/Ann", "x/Bo", "x/Cy"))
    assert (alert.pattern, alert.agents[0].agent_id, alert.suggested_action) == ("conflict", "x/Ann", "warn x/Ann")


def test_words_alone_are_no_council() -> None:
    table = Table()
    assert risk(table.vote("x/Bo", "x/Ann", "reject")) == 0.0
    table.tell("x/Bo", "what a day")
    assert all(table.fold.state.councils.get(("north", agent)) is None for agent in SEATS)


def test_a_council_is_forgotten() -> None:
    table = Table()
    table.propose("x/Ann", "x/Ann", "x/Bo")
    table.say(after_s=100_000)
    assert all(table.fold.state.councils.get(("north", agent)) is None for agent in SEATS)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
def test_the_majority_is_counted_as_by_brute_force(chances: Sequence[float]) -> None:
    expected = 0.0
    for outcome in product((False, True), repeat=len(chances)):
        if 2 * sum(outcome) >= len(chances):
            chance = 1.0
            for happens, each in zip(outcome, chances, strict=True):
                chance *= each if happens else 1.0 - each
            expected += chance
    assert abs(at_least_half(list(chances)) - expected) < 1e-9
