"""Hidden coalitions: traitors in a group that decides together (PATTERN-4)."""

from app.core.outputs import Step
from tests.unit.core.folding import Log, alerts

MEMBERS = ("ann", "bob", "cy", "dee", "eve")


class Table(Log):
    """Five who vote on teams; `judge` reports how they did."""

    def propose(self, leader: str, *team: str) -> Step:
        others = tuple(member for member in MEMBERS if member != leader)
        return self.say(leader, "broadcast", others, content={"kind": "proposal", "team": team})

    def vote(self, leader: str, **votes: bool) -> None:
        for member, approves in votes.items():
            self.say(
                member, "response", (leader,), content={"kind": "vote", "vote": "approve" if approves else "reject"}
            )

    def result(self, *team: str, fails: int) -> Step:
        content = {"kind": "outcome", "team": team, "result": "fail" if fails else "success", "fail_count": fails}
        return self.say("judge", "broadcast", MEMBERS, content=content)

    def score(self, agent: str) -> float:
        entry = self.fold.state.agents.get(("north", agent))
        return 0.0 if entry is None else entry.scores.byzantine


def test_those_whose_teams_fail_are_suspected_and_those_whose_teams_succeed_are_not() -> None:
    log = Table()
    log.propose("ann", "ann", "eve")
    log.result("ann", "eve", fails=1)
    log.propose("bob", "bob", "eve")
    log.result("bob", "eve", fails=1)
    log.propose("cy", "ann", "bob", "cy")
    log.result("ann", "bob", "cy", fails=0)
    assert log.score("eve") > 0.8
    assert max(map(log.score, ("ann", "bob", "cy"))) < 0.1


def test_a_team_of_which_all_sabotaged_is_known_for_certain() -> None:
    log = Table()
    log.propose("ann", "dee", "eve")
    found = [alert for alert in alerts(log.result("dee", "eve", fails=2)) if alert.pattern == "byzantine"]
    assert {alert.agents[0].agent_id for alert in found} == {"dee", "eve"}
    assert all(alert.severity > 0.9 for alert in found)


def test_who_approves_only_teams_that_fail_is_suspected_without_having_been_on_them() -> None:
    log = Table()
    for _ in range(3):
        log.propose("ann", "ann", "dee")
        log.vote("ann", ann=True, bob=False, cy=False, dee=True, eve=True)
        log.result("ann", "dee", fails=1)
        log.propose("bob", "bob", "cy")
        log.vote("bob", ann=True, bob=True, cy=True, dee=False, eve=False)
        log.result("bob", "cy", fails=0)
    assert log.score("eve") > 0.5 > log.score("bob")
    assert log.score("dee") > log.score("ann")


def test_a_group_that_succeeds_and_disputes_is_not_suspected() -> None:
    """A look-alike: votes against proposals are no fault."""
    log = Table()
    for leader in MEMBERS:
        log.propose(leader, leader, "ann", "bob")
        log.vote(leader, ann=True, bob=leader != "cy", cy=True, dee=leader == "dee", eve=True)
        log.result(leader, "ann", "bob", fails=0)
    assert max(map(log.score, MEMBERS)) < 0.1


def test_an_accident_that_nobody_counted_as_sabotage_accuses_nobody() -> None:
    log = Table()
    log.propose("ann", "ann", "bob")
    content = {"kind": "outcome", "team": ("ann", "bob"), "result": "fail"}
    log.say("judge", "broadcast", MEMBERS, content=content)
    assert max(map(log.score, MEMBERS)) < 0.5


def test_what_makes_no_sense_is_ignored() -> None:
    log = Table()
    log.say("judge", "broadcast", MEMBERS, content={"kind": "outcome", "team": 7, "result": "fail", "fail_count": 1})
    log.say("ann", "broadcast", ("bob",), content={"kind": "proposal", "team": ["ann"]})
    log.vote("ann", bob=True)
    log.propose("ann", "ann", "bob")
    log.say("cy", "response", ("ann",), content={"kind": "vote", "vote": 12})
    log.say("judge", "broadcast", ("ann",), content={"kind": "outcome", "team": ["zoe"], "fail_count": 1})
    assert max(map(log.score, MEMBERS)) == 0.0


def test_outcomes_alone_tell_on_the_one_whom_all_bad_teams_share() -> None:
    log = Table()
    log.result("ann", "eve", fails=1)
    log.result("bob", "eve", fails=1)
    log.result("ann", "bob", "cy", fails=0)
    assert log.score("eve") > 0.8
    assert max(map(log.score, ("ann", "bob", "cy", "judge"))) < 0.1


def test_work_that_fails_now_and_then_makes_no_traitors() -> None:
    """A look-alike: nobody counted sabotages, and a third of the work of every team fails."""
    log = Table()
    for turn in range(30):
        team = tuple(MEMBERS[(turn + step) % 5] for step in range(2))
        result = "fail" if turn % 3 == 0 else "success"
        log.say("judge", "broadcast", MEMBERS, content={"kind": "outcome", "team": team, "result": result})
    assert max(map(log.score, MEMBERS)) < 0.05
