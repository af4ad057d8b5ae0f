"""Newcomers: a new name does not wash a bad score clean (TRUST-1, TRUST-6)."""

from app.core.policy import Policy, TrustPolicy
from app.core.trust import voice_at
from tests.unit.core.folding import Log, decision

POLICY = Policy(trust=TrustPolicy(half_life_s=1e9))


def _rate(log: Log, rater: str, rated: str, rating: float) -> list[str]:
    content = {"kind": "rating", "rating": rating, "scale": [0, 10]}
    done = log.say(rater, "request", (rated,), content=content)
    return [change.signal for change in decision(done).changes if change.agent_id == rater]


def test_a_newcomer_starts_at_100_with_confidence_0() -> None:
    log = Log(POLICY)
    assert decision(log.say("ann")).trust_before == 100.0
    assert decision(log.say("ann")).trust_after == 100.0


def test_a_sponsored_identity_stands_where_its_sponsor_stands() -> None:
    log = Log(POLICY)
    for _ in range(8):
        log.say("eve", "response", ("ann",), content={"error": "no"})
    low = log.trust("eve")
    (change,) = decision(log.say("child", sponsor="eve")).changes
    assert (change.signal, change.before) == ("sponsor", 100.0)
    assert abs(change.after - low) < 1.0


def test_a_good_sponsor_costs_nothing_and_an_unknown_one_vouches_for_nobody() -> None:
    log = Log(POLICY)
    log.say("ann")
    assert decision(log.say("child", sponsor="ann")).changes == ()
    assert decision(log.say("other", sponsor="nobody")).changes == ()
    assert decision(log.say("self", sponsor="self")).changes == ()


def test_newcomers_pay_dues_at_their_first_rating_where_newcomers_were_rated_badly() -> None:
    log = Log(POLICY)
    assert _rate(log, "first", "somebody", 8) == []
    for number in range(40):
        log.say(f"bad{number}")
        _rate(log, f"judge{number % 3}", f"bad{number}", 0)
    assert _rate(log, "late", "somebody", 8)[0] == "newcomer"
    assert log.trust("late") < 100.0
    assert "newcomer" not in _rate(log, "late", "somebody", 8)


def test_the_identities_of_one_sponsor_share_its_voice() -> None:
    log = Log(POLICY)
    log.say("ann")
    for number in range(40):
        log.say(f"child{number}", after_s=0.1, sponsor="ann")
    agents = log.fold.state.agents
    first, last = (voice_at(agents.get(("north", name)), log.now, POLICY.trust) for name in ("child0", "child39"))
    assert first == POLICY.trust.stranger
    assert last < first / 4


def test_silence_does_not_make_a_bad_record_forgotten() -> None:
    policy = Policy(trust=TrustPolicy(half_life_s=1e9, forget_after_s=60.0))
    log = Log(policy)
    log.say("good")
    for _ in range(8):
        log.say("eve", "response", ("ann",), content={"error": "no"})
    low = log.trust("eve")
    for _ in range(20):
        log.say("other", after_s=60.0)
    assert abs(log.trust("eve") - low) < 0.1
    assert log.fold.state.agents.get(("north", "good")) is None
