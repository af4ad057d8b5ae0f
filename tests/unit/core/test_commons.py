"""A shared pool that grows back: fair shares, hoarding, the risk of collapse (PATTERN-2, RISK-1, RISK-2)."""

from app.core.outputs import Step
from app.core.policy import BUILT_IN, Policy
from app.events import Alert
from tests.unit.core.folding import Log, alerts, decision
from tests.unit.core.records import ELSEWHERE

AGENTS = ("ann", "bob", "cy", "dan")


class Lake(Log):
    """Agents fish in a lake of 100, which doubles up to that between rounds, unless `growth` says less."""

    def __init__(self, policy: Policy = BUILT_IN, growth: float = 1.0, keeper: str = "lake") -> None:
        super().__init__(policy)
        self.stock, self.growth, self.keeper = 100.0, growth, keeper

    def claim(self, agent: str, amount: float, fleet: str = "north") -> Step:
        content = {"resource": "fish", "amount": amount, "pool_available": self.stock}
        return self.say(agent, "resource_request", (self.keeper,), content=content, fleet=fleet)

    def take(self, agent: str, amount: float, left: float) -> Step:
        content = {"resource": "fish", "amount": amount, "pool_left": left}
        return self.say(self.keeper, "resource_grant", (agent,), content=content)

    def round(self, *amounts: float) -> list[Step]:
        """All claim at once, then all get what there is."""
        done = [self.claim(agent, amount) for agent, amount in zip(AGENTS, amounts, strict=True)]
        left = max(0.0, self.stock - sum(amounts))
        done += [self.take(agent, amount, left) for agent, amount in zip(AGENTS, amounts, strict=True)]
        self.stock = min(100.0, left * (1.0 + self.growth))
        return done

    def score(self, agent: str) -> float:
        entry = self.fold.state.agents.get(("north", agent))
        assert entry is not None
        return entry.scores.hoarding


def opened(done: list[Step], pattern: str) -> list[Alert]:
    found = [alert for step in done for alert in alerts(step)]
    return [alert for alert in found if (alert.pattern, alert.state) == (pattern, "opened")]


def overuse(step: Step) -> float:
    return {factor.name: factor.value for factor in decision(step).factors}["overuse"]


def test_many_claims_at_once_are_no_conflict_where_the_pool_has_room() -> None:
    done = Lake().round(10, 10, 10, 10)
    assert all(decision(step).risk < 0.5 for step in done)
    assert opened(done, "conflict") == opened(done, "resource_hoarding") == []


def test_who_takes_a_fair_share_is_no_hoarder() -> None:
    lake = Lake()
    for _ in range(6):
        lake.round(12.5, 12.5, 12.5, 12.5)
    assert [lake.score(agent) for agent in AGENTS] == [0.0] * 4


def test_overuse_is_named_before_the_pool_is_empty() -> None:
    """PATTERN-2: the alert comes in the first round of a fall over several; culprit and victims have their roles."""
    lake = Lake()
    (alert,) = opened(lake.round(50, 10, 10, 10), "resource_hoarding")
    assert lake.stock > 0
    assert [(agent.agent_id, agent.role) for agent in alert.agents if agent.role == "culprit"] == [("ann", "culprit")]
    assert {agent.agent_id for agent in alert.agents} <= set(AGENTS)
    assert alert.resource == "fish"
    assert alert.suggested_action == "throttle ann to 12.5 fish"
    assert lake.score("ann") > 0.6
    assert lake.score("bob") == 0.0


def test_hoarding_is_not_read_from_the_oldest_events() -> None:
    """Who once took too much and has not for long is none; who begins to is one."""
    lake = Lake()
    for _ in range(10):
        lake.round(20, 10, 5, 5)
    before = lake.score("ann")
    for _ in range(30):
        lake.round(5, 20, 5, 5)
    assert before > 0.9
    assert lake.score("ann") < 0.3
    assert lake.score("bob") > 0.7


def test_a_slow_pool_bears_less() -> None:
    """The sustainable yield is learnt from the regrowth that is seen."""
    slow, fast = Lake(growth=0.1), Lake()
    for _ in range(8):
        slow.round(8, 8, 8, 8)
        fast.round(8, 8, 8, 8)
    assert slow.score("ann") > 0.5
    assert fast.score("ann") == 0.0


def test_a_fair_share_shrinks_as_more_members_show() -> None:
    """Verdicts on the first to claim are corrected: alone he may have taken as much."""
    lake = Lake()
    lake.claim("ann", 30)
    lake.take("ann", 30, 70)
    assert lake.score("ann") == 0.0
    lake.stock = 70
    lake.claim("bob", 10)
    lake.take("bob", 10, 60)
    assert lake.score("ann") > 0.5


def test_pools_of_one_name_and_two_keepers_are_two() -> None:
    log = Lake()
    log.round(60, 60, 10, 10)
    log.keeper, log.stock = "pond", 100.0
    assert decision(log.claim("eve", 5)).risk < 0.2


def test_fleets_do_not_share_a_pool() -> None:
    log = Lake()
    log.round(60, 60, 10, 10)
    log.stock = 100.0
    assert decision(log.claim("eve", 1, fleet=ELSEWHERE)).risk < 0.2


def test_demand_beyond_what_grows_back_raises_the_risk_of_the_whole_contention() -> None:
    """RISK-1: what is said in it is part of it; contributions sum to the risk."""
    lake = Lake()
    lake.round(40, 40, 10, 10)
    said = decision(lake.say("bob", "chat", ("ann",), content={"text": "good haul"}))
    assert said.risk > 0.7
    assert abs(sum(factor.contribution for factor in said.factors) - said.risk) < 1e-5


def test_amounts_that_members_speak_of_move_the_risk_but_those_of_others_do_not() -> None:
    lake = Lake()
    lake.round(15, 15, 15, 15)
    before = overuse(lake.say("bob", "chat", AGENTS, content={"text": "well"}))
    stranger = overuse(lake.say("eve", "chat", AGENTS, content={"text": "take 90 each"}))
    member = overuse(lake.say("bob", "chat", AGENTS, content={"text": "let us take 5 each"}))
    assert stranger == before > member


def test_an_agreement_that_leaves_nothing_is_a_risk() -> None:
    lake = Lake()
    lake.round(10, 10, 10, 10)
    done = decision(lake.say("chair", "agreed_limit", AGENTS, content={"limit": 0}))
    assert "no_surplus" in {factor.name for factor in done.factors}


def test_high_risk_names_the_most_aggressive_and_the_least_that_helps() -> None:
    """RISK-2."""
    (alert,) = opened(Lake().round(70, 10, 10, 5), "conflict")
    assert alert.agents[0].agent_id == "ann"
    assert alert.suggested_action.startswith("throttle ann to ")


def test_nothing_asked_is_a_claim_on_nothing() -> None:
    lake = Lake()
    lake.round(0, 0, 0, 0)
    assert [lake.score(agent) for agent in AGENTS] == [0.0] * 4


def test_a_conflict_over_a_pool_resolves_when_it_stays_quiet() -> None:
    lake = Lake()
    lake.round(70, 10, 10, 5)
    assert {alert.state for alert in alerts(lake.say("eve", after_s=3_600))} == {"resolved"}
