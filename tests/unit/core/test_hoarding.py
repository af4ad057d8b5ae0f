"""Hoarding of what is held and given back: long holds beyond a fair share that keep others out (PATTERN-2)."""

from app.core.outputs import Step
from tests.unit.core.folding import Log, alerts, decision


class Desk(Log):
    def ask(self, agent: str, amount: int, capacity: int | None = 4, after_s: float = 1.0) -> Step:
        content = {"resource": "gpu", "amount": amount, "capacity": capacity}
        return self.say(agent, "resource_request", ("desk",), after_s, content=content)

    def answer(self, kind: str, agent: str) -> Step:
        return self.say("desk", f"resource_{kind}", (agent,), content={"resource": "gpu"})

    def give_back(self, agent: str) -> Step:
        return self.say(agent, "resource_release", ("desk",), content={"resource": "gpu"})

    def use(self, agent: str, amount: int = 1) -> None:
        self.ask(agent, amount)
        self.answer("grant", agent)
        self.give_back(agent)

    def starve(self, *agents: str) -> list[Step]:
        done = []
        for agent in agents:
            self.ask(agent, 1, after_s=20)
            done.append(self.answer("refuse", agent))
        return done

    def score(self, agent: str) -> float:
        entry = self.fold.state.agents.get(("north", agent))
        assert entry is not None
        return entry.scores.hoarding


def test_a_long_hold_that_keeps_others_out_is_hoarding_of_the_holder_not_of_the_starved() -> None:
    desk = Desk()
    for agent in ("bob", "cy", "bob"):
        desk.use(agent)
    desk.ask("ann", 4)
    desk.answer("grant", "ann")
    found = [alert for step in desk.starve("bob", "cy", "bob", "cy") for alert in alerts(step)]
    (alert,) = [alert for alert in found if alert.pattern == "resource_hoarding" and alert.state == "opened"]
    assert alert.agents[0].agent_id == "ann"
    assert {(agent.agent_id, agent.role) for agent in alert.agents} <= {
        ("ann", "culprit"), ("bob", "victim"), ("cy", "victim")
    }  # fmt: skip
    assert desk.score("ann") > 0.6
    assert desk.score("bob") == desk.score("cy") == 0.0


def test_waits_that_nobody_answers_while_one_holds_are_laid_to_the_holder() -> None:
    """Who queues and gives up is starved as well as who is refused."""
    desk = Desk()
    for agent in ("bob", "cy", "bob"):
        desk.use(agent)
    desk.ask("ann", 4)
    desk.answer("grant", "ann")
    for agent in ("bob", "cy", "dan"):
        desk.ask(agent, 1)
    (alert,) = alerts(desk.say(after_s=300))[:1]
    assert (alert.pattern, alert.agents[0].agent_id) == ("resource_hoarding", "ann")
    assert {agent.agent_id for agent in alert.agents[1:]} == {"bob", "cy", "dan"}


def test_a_wait_and_its_late_refusal_are_one_denial() -> None:
    desk = Desk()
    desk.ask("ann", 4)
    desk.answer("grant", "ann")
    desk.ask("bob", 1)
    desk.say(after_s=60)
    starved = desk.score("ann")
    desk.answer("refuse", "bob")
    assert starved > 0.0
    assert desk.score("ann") == starved


def test_holding_alone_is_no_hoarding() -> None:
    desk = Desk()
    desk.ask("ann", 4)
    desk.answer("grant", "ann")
    assert alerts(desk.say("bob", after_s=3_000)) == []
    assert desk.score("ann") == 0.0


def test_a_fair_share_held_long_is_no_hoarding() -> None:
    desk = Desk()
    for agent in ("ann", "bob", "cy", "dan"):
        desk.ask(agent, 1)
        desk.answer("grant", agent)
    desk.starve("eve", "fay", "gil")
    assert desk.score("ann") < 0.3


def test_a_lock_held_far_longer_than_usual_is_hoarding() -> None:
    """Of what cannot be shared nobody holds too much, only too long."""
    desk = Desk()
    for agent in ("bob", "cy", "bob"):
        desk.use(agent)
    desk.ask("ann", 1, capacity=1)
    desk.answer("grant", "ann")
    desk.starve("bob", "cy", "bob")
    assert desk.score("ann") > 0.6


def test_short_uses_make_up_for_a_refusal() -> None:
    desk = Desk()
    for _ in range(6):
        desk.use("ann", 3)
    desk.ask("ann", 3)
    desk.answer("grant", "ann")
    desk.ask("bob", 3, after_s=1)
    assert alerts(desk.answer("refuse", "bob")) == []
    assert desk.score("ann") < 0.3


def test_without_a_capacity_and_a_refusal_claims_are_no_conflict() -> None:
    desk = Desk()
    for agent in ("ann", "bob", "cy"):
        assert decision(desk.ask(agent, 1, capacity=None)).risk == 0.0
        desk.answer("grant", agent)


def test_a_refusal_tells_how_much_there_is() -> None:
    """What is held when a claim is refused is all there is."""
    desk = Desk()
    desk.ask("ann", 1, capacity=None)
    desk.answer("grant", "ann")
    assert decision(desk.ask("bob", 1, capacity=None)).risk == 0.0
    desk.answer("refuse", "bob")
    assert decision(desk.ask("cy", 1, capacity=None)).risk == 1.0
