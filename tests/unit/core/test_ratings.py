"""Ratings: what is said of an agent, and what that says of who says it (TRUST-2, TRUST-6)."""

from app.core.outputs import Step
from app.core.policy import Policy, TrustPolicy
from app.core.ratings import OPINIONS
from tests.unit.core.folding import Log, decision

POLICY = Policy(trust=TrustPolicy(stranger=0.5, half_life_s=1e9))
RATERS = ("r1", "r2", "r3", "r4", "r5")


def _rate(log: Log, rater: str, rated: str, rating: float) -> Step:
    return log.say(rater, "request", (rated,), content={"kind": "rating", "rating": rating, "scale": [0, 10]})


def _signals(done: Step) -> dict[str, str]:
    return {change.agent_id: change.signal for change in decision(done).changes}


def test_a_bad_rating_costs_the_one_rated_and_cites_the_record() -> None:
    log = Log(POLICY)
    log.say("bob")
    done = decision(_rate(log, "ann", "bob", 0))
    (change,) = done.changes
    assert (change.agent_id, change.signal, change.before, change.evidence) == (
        "bob",
        "rating",
        100.0,
        (done.position,),
    )
    assert change.after < 100.0
    assert 0.0 < change.confidence < 1.0


def test_a_strangers_rating_weighs_less_than_that_of_one_with_a_record() -> None:
    log = Log(POLICY)
    for _ in range(20):
        log.say("ann", "request", ("old",), conversation_id="c")
        log.say("old", "response", ("ann",), conversation_id="c")
    _rate(log, "old", "bob", 0)
    _rate(log, "new", "cy", 0)
    assert log.trust("bob") < log.trust("cy")


def test_who_slanders_one_that_is_well_thought_of_loses() -> None:
    log = Log(POLICY)
    for rater in RATERS:
        _rate(log, rater, "bob", 9)
    assert _signals(_rate(log, "eve", "bob", 0))["eve"] == "opinion"
    assert log.trust("eve") < min(log.trust(rater) for rater in RATERS)


def test_who_praised_one_that_turns_out_a_fraud_loses_though_it_said_nothing_more() -> None:
    log = Log(POLICY)
    first = decision(_rate(log, "eve", "bob", 10)).position
    for rater in RATERS:
        done = _rate(log, rater, "bob", 0)
    assert log.trust("eve") < 90.0
    assert any(change.agent_id == "eve" and first in change.evidence for change in decision(done).changes)


def test_an_opinion_that_the_others_come_to_share_is_given_back_what_it_cost() -> None:
    log = Log(POLICY)
    _rate(log, "r1", "bob", 10)
    _rate(log, "r2", "bob", 10)
    _rate(log, "eve", "bob", 0)
    low = log.trust("eve")
    for rater in ("r3", "r4", "r5", "r6", "r7"):
        _rate(log, rater, "bob", 0)
    assert log.trust("eve") > low


def test_the_same_opinion_again_and_again_counts_less_and_less() -> None:
    log = Log(POLICY)
    costs = []
    for _ in range(4):
        before = log.trust("bob")
        _rate(log, "ann", "bob", 0)
        costs.append(before - log.trust("bob"))
    assert costs == sorted(costs, reverse=True)


def test_praise_that_is_given_back_counts_half() -> None:
    once, returned = Log(POLICY), Log(POLICY)
    for log in (once, returned):
        _rate(log, "z", "bob", 0)
    _rate(returned, "bob", "ann", 10)
    for log in (once, returned):
        _rate(log, "ann", "bob", 10)
    assert returned.trust("bob") < once.trust("bob")


def test_nobody_rates_himself_and_what_is_no_rating_changes_nothing() -> None:
    log = Log(POLICY)
    assert decision(_rate(log, "ann", "ann", 10)).changes == ()
    for rating in (11, "many", None, True):
        assert decision(_rate(log, "ann", "bob", rating)).changes == ()  # type: ignore[arg-type]


def test_only_the_latest_opinions_are_kept_and_the_rest_in_sums() -> None:
    log = Log(POLICY)
    for number in range(100):
        _rate(log, f"r{number}", "bob", 9)
    stored = log.fold.stored()["detection"]
    (entry,) = [value for key, value in stored.items() if key.startswith(b'["opinions"')]
    assert entry.count(b'"r') == OPINIONS
    assert len(entry) < 2_000
