"""Contention: a conflict is claims that cannot all be granted (TRUST-2, RISK-1)."""

import pytest

from app.core.contention import MAX_CLAIMS
from app.core.outputs import Step
from app.core.policy import ContentionPolicy, Policy
from app.events import Alert
from tests.unit.core.folding import Log, alerts, decision
from tests.unit.core.records import ELSEWHERE


def _signals(done: Step) -> list[tuple[str, str]]:
    return [(change.agent_id, change.signal) for change in decision(done).changes]


def _risk(done: Step, name: str = "contention") -> float:
    return {factor.name: factor.value for factor in decision(done).factors}.get(name, 0.0)


class Pool(Log):
    """A resource and those who want it; `desk` grants and refuses."""

    def ask(
        self, agent: str, amount: object = 1, capacity: object = 1, after_s: float = 1.0, task: str | None = None
    ) -> Step:
        content = {"resource": "gpu", "amount": amount, "capacity": capacity}
        return self.say(agent, "resource_request", ("desk",), after_s, content=content, conversation_id=task)

    def answer(self, kind: str, *agents: str, sender: str = "desk", task: str | None = None) -> Step:
        content = {"resource": "gpu"}
        return self.say(sender, f"resource_{kind}", agents, content=content, conversation_id=task)

    def give_back(self, agent: str, task: str | None = None, after_s: float = 1.0) -> Step:
        content = {"resource": "gpu"}
        return self.say(agent, "resource_release", after_s=after_s, content=content, conversation_id=task)


def test_one_claim_alone_is_no_conflict() -> None:
    assert _signals(Pool().ask("ann")) == []


def test_claims_that_fit_together_are_no_conflict() -> None:
    log = Pool()
    log.ask("ann", amount=2, capacity=3)
    assert _signals(log.ask("bob", amount=1, capacity=3)) == []


def test_claims_that_cannot_all_be_granted_are_a_conflict_of_the_later_one() -> None:
    log = Pool()
    log.ask("ann")
    done = log.ask("bob")
    assert _signals(done) == [("bob", "conflict")]
    assert decision(done).risk == 1.0


@pytest.mark.parametrize(("amount", "share"), [(1, 0.0), (2, 0.5), (4, 0.75), (10, 0.9)])
def test_a_conflict_counts_by_the_share_that_finds_no_room(amount: float, share: float) -> None:
    log = Pool()
    log.ask("ann", amount=3, capacity=4)
    assert _risk(log.ask("bob", amount=amount, capacity=4)) == share


def test_asking_again_replaces_the_claim() -> None:
    log = Pool()
    log.ask("ann")
    assert _signals(log.ask("ann")) == []
    assert _signals(log.answer("grant", "ann")) == [("desk", "grant")]


def test_what_is_held_leaves_no_room_either() -> None:
    log = Pool()
    log.ask("ann")
    log.answer("grant", "ann")
    assert _signals(log.ask("bob")) == [("bob", "conflict")]


def test_giving_back_makes_room_and_is_cooperation() -> None:
    log = Pool()
    log.ask("ann")
    log.answer("grant", "ann")
    assert _signals(log.give_back("ann")) == [("ann", "release")]
    assert _signals(log.ask("bob")) == []


def test_giving_back_what_one_does_not_hold_is_nothing() -> None:
    log = Pool()
    log.ask("ann")
    assert _signals(log.give_back("ann")) == []


def test_granting_what_nobody_asked_for_is_nothing() -> None:
    assert _signals(Pool().answer("grant", "ann")) == []


def test_nobody_grants_to_himself() -> None:
    """Else asking oneself would wash any score clean."""
    log = Pool()
    log.ask("ann")
    assert _signals(log.answer("grant", "ann", sender="ann")) == []
    assert _signals(log.give_back("ann")) == []


def test_a_refusal_costs_only_where_there_was_room() -> None:
    log = Pool()
    log.ask("ann")
    assert _signals(log.answer("refuse", "ann")) == [("desk", "refusal")]
    log.ask("ann")
    log.answer("grant", "ann")
    log.ask("bob")
    assert _signals(log.answer("refuse", "bob")) == []


def test_a_refused_claim_is_gone() -> None:
    log = Pool()
    log.ask("ann")
    log.answer("refuse", "ann")
    assert _signals(log.ask("bob")) == []


def test_claims_and_holds_end_by_themselves() -> None:
    policy = Policy(contention=ContentionPolicy(request_timeout_s=10, hold_timeout_s=100))
    log = Pool(policy)
    log.ask("ann")
    assert _signals(log.ask("bob", after_s=10)) == []
    log.answer("grant", "bob")
    assert _signals(log.ask("cy", after_s=99)) == [("cy", "conflict")]
    assert _signals(log.ask("dan", after_s=10)) == []


def test_a_resource_without_claims_is_forgotten() -> None:
    policy = Policy(contention=ContentionPolicy(request_timeout_s=10, hold_timeout_s=100))
    log = Pool(policy)
    log.ask("ann")
    for pause_s in (10, 100, 100):
        log.say(after_s=pause_s)
    assert log.fold.stored()["resources"] == {}


def test_a_late_answer_still_counts() -> None:
    """Who waits for longer than a claim lasts is in nobody's way, but what it is given it holds."""
    log = Pool(Policy(contention=ContentionPolicy(request_timeout_s=10, hold_timeout_s=100)))
    log.ask("ann")
    assert _signals(log.ask("bob", after_s=10)) == []
    assert _signals(log.answer("grant", "ann")) == [("desk", "grant")]
    assert _signals(log.give_back("ann")) == [("ann", "release")]


def test_an_agent_holds_something_for_each_of_its_tasks() -> None:
    """Asking for little, or giving it back, says nothing of what the agent holds for another task."""
    log = Pool()
    for task, amount in (("big", 3), ("small", 1)):
        log.ask("ann", amount=amount, capacity=4, task=task)
        log.answer("grant", "ann", task=task)
    assert _risk(log.ask("bob", capacity=4)) == 1.0
    log.give_back("ann", task="small")
    log.answer("refuse", "bob")
    assert _risk(log.ask("bob", amount=2, capacity=4)) == 0.5


def test_fleets_do_not_contend_with_each_other() -> None:
    log = Pool()
    log.ask("ann")
    other = log.say("bob", "resource_request", content={"resource": "gpu"}, fleet=ELSEWHERE)
    assert _signals(other) == []


@pytest.mark.parametrize("amount", [None, "many", -1, 0, True, 1e-9, [1], {}])
def test_an_amount_that_is_none_counts_as_one(amount: object) -> None:
    log = Pool()
    log.ask("ann", amount=amount, capacity=2)
    assert _signals(log.ask("bob", amount=amount, capacity=2)) == []
    assert _signals(log.ask("cy", amount=amount, capacity=2)) == [("cy", "conflict")]


@pytest.mark.parametrize("amount", [10**300, 1.7e308, 10**20])
def test_huge_amounts_stay_in_range(amount: float) -> None:
    log = Pool()
    log.ask("ann", amount=amount)
    done = log.ask("bob", amount=amount)
    assert decision(done).risk == 1.0
    log.fold.flush()
    log.fold.restart()
    assert _risk(log.ask("cy")) == 1.0


def test_a_resource_remembers_a_bounded_number_of_claims() -> None:
    """However many ask, the entry stays far under the size limit of a record."""
    log = Pool()
    for number in range(2 * MAX_CLAIMS):
        log.ask(f"{number:04}" + "\x01" * 250, after_s=0)
    (entry,) = log.fold.stored()["resources"].values()
    assert len(entry) < 900_000


def test_one_clash_is_no_alert() -> None:
    """Waiting for one's turn is everyday life: an alert takes one who does not give way."""
    log = Pool()
    log.ask("ann")
    log.answer("grant", "ann")
    assert alerts(log.ask("bob")) == []


def test_a_conflict_alert_names_the_culprit_and_the_victims_and_resolves() -> None:
    """PATTERN-5, RISK-2: opened once, not repeated, resolved when it stays quiet."""
    log = Pool()
    log.ask("ann")
    log.answer("grant", "ann")
    (opened,) = insist(log, "bob")
    assert (opened.state, opened.pattern, opened.resource) == ("opened", "conflict", "gpu")
    assert [(agent.agent_id, agent.role) for agent in opened.agents] == [("bob", "culprit"), ("ann", "victim")]
    assert opened.explanation == "Over gpu, bob will not give way; the claims of ann leave no room."
    assert opened.suggested_action == "warn bob"
    assert alerts(log.ask("bob")) == []
    (resolved,) = alerts(log.say(after_s=3600))
    assert (resolved.state, resolved.alert_id) == ("resolved", opened.alert_id)


def test_an_alert_that_can_be_opened_can_be_resolved() -> None:
    """Its size is bounded: it must not become too large for the log by the word that changes."""
    log = Pool()
    log.ask("ann")
    log.answer("grant", "ann")
    for number in range(2 * MAX_CLAIMS):
        log.ask(f"{number:04}" + "\x01" * 250, after_s=0)
    (opened,) = insist(log, "bob")
    (resolved,) = alerts(log.say(after_s=3600))
    assert (opened.state, resolved.state) == ("opened", "resolved")


def test_who_backs_off_after_a_refusal_does_not_fight() -> None:
    """Asking again when something may have come free is giving way, however often it is refused."""
    log = used_by_ann(for_s=1)
    log.ask("ann")
    log.answer("grant", "ann")
    assert "bob" not in culprits(insist(log, "bob", every_s=20))


def test_who_wants_all_of_what_others_share_fights() -> None:
    """By the amount alone, without haste."""
    log = used_by_ann(for_s=100)
    for agent in ("ann", "cy", "dan"):
        log.ask(agent, capacity=8)
        log.answer("grant", agent)
    assert culprits(insist(log, "bob", amount=100, capacity=8, every_s=100)) == {"bob"}


def used_by_ann(for_s: float) -> Pool:
    """It is usual to hold it for so long."""
    log = Pool()
    for _ in range(3):
        log.ask("ann")
        log.answer("grant", "ann")
        log.give_back("ann", after_s=for_s)
    return log


def insist(log: Pool, agent: str, amount: int = 1, capacity: int = 1, every_s: float = 1.0) -> list[Alert]:
    """Ask eight times and be refused; the alerts of conflict that this raises."""
    found: list[Alert] = []
    for _ in range(8):
        found += alerts(log.ask(agent, amount, capacity, every_s))
        log.answer("refuse", agent)
    return [alert for alert in found if alert.pattern == "conflict"]


def culprits(found: list[Alert]) -> set[str]:
    return {agent.agent_id for alert in found for agent in alert.agents if agent.role == "culprit"}
