"""What contains an agent without a person, how far, and what bounds it (QUAR-3, QUAR-5)."""

import msgspec
import pytest

from app.core.commands import SetMode, SetPolicy
from app.core.policy import EnforcementPolicy, Policy, TrustPolicy
from app.core.policy.spread import BottleneckPolicy
from app.events import Mode, Transition
from tests.unit.core.folding import Log, alerts, decision, transitions
from tests.unit.core.records import START

TRUST = TrustPolicy(prior=4.0, memory=1e6)
ENFORCE = Policy(mode="enforce", trust=TRUST)


def _fail(log: Log, agent: str, times: int, after_s: float = 1.0) -> list[Transition]:
    """So many errors, each of another kind, so that no common cause is seen in them."""
    found = []
    for number in range(times):
        found += transitions(log.say(agent, "response", ("ann",), after_s, content={"error": f"{agent}{number}"}))
    return found


def _cooperate(log: Log, agent: str, times: int) -> list[Transition]:
    found = []
    for _ in range(times):
        log.say("ann", "request", (agent,), conversation_id=agent)
        found += transitions(log.say(agent, "response", ("ann",), conversation_id=agent))
    return found


def test_a_falling_score_leads_from_the_least_to_the_most() -> None:
    states = [(found.state, found.act) for found in _fail(Log(ENFORCE), "bob", 12)]
    assert states == [("watched", "watch"), ("throttled", "throttle"), ("quarantined", "quarantine")]


def test_a_throttle_says_what_the_doors_let_through() -> None:
    throttle = _fail(Log(ENFORCE), "bob", 7)[-1]
    assert throttle.restraint is not None
    assert throttle.restraint.rate == ENFORCE.enforcement.throttled_rate
    assert throttle.expires_at == throttle.time + 900_000


def test_a_throttled_agent_is_warned_of_in_the_throttles_mode() -> None:
    log = Log(ENFORCE)
    _fail(log, "bob", 7)
    said = decision(log.say("bob"))
    assert (said.verdict, said.mode) == ("warn", "enforce")


def test_who_has_earned_trust_again_is_trusted() -> None:
    log = Log(ENFORCE)
    _fail(log, "bob", 5)
    assert [found.state for found in _cooperate(log, "bob", 8)] == ["trusted"]


def test_a_quarantine_is_followed_by_probation_and_then_by_trust() -> None:
    log = Log(ENFORCE)
    _fail(log, "bob", 10)
    ended = transitions(log.say("ann", after_s=3600))
    assert [(found.agent_id, found.previous, found.state, found.act) for found in ended] == [
        ("bob", "quarantined", "probation", "expire"),
        ("bob", "probation", "trusted", "expire"),
    ]


def test_a_relapse_is_contained_for_longer() -> None:
    log = Log(ENFORCE)
    spans = []
    for _ in range(3):
        (found,) = [each for each in _fail(log, "bob", 10) if each.state == "quarantined"]
        assert found.expires_at is not None
        spans.append(found.expires_at - found.time)
        log.say("ann", after_s=spans[-1] / 1000 + 1)
    assert spans == [900_000, 1_800_000, 3_600_000]


def test_sitting_out_a_probation_makes_no_relapse_undone() -> None:
    log, spans = Log(ENFORCE), []
    for _ in range(3):
        (found,) = [each for each in _fail(log, "bob", 10) if each.state == "quarantined"]
        assert found.expires_at is not None
        spans.append(found.expires_at - found.time)
        assert [each.state for each in transitions(log.say("ann", after_s=spans[-1] / 1000 + 901))][-1] == "trusted"
    assert spans == [900_000, 1_800_000, 3_600_000]


def test_a_score_that_is_earned_back_does() -> None:
    log = Log(ENFORCE)
    _fail(log, "bob", 10)
    log.say("ann", after_s=1_801)
    _cooperate(log, "bob", 12)
    (again,) = [each for each in _fail(log, "bob", 40) if each.state == "quarantined"]
    assert again.expires_at == again.time + 900_000


def test_a_relapse_is_never_contained_for_longer_than_the_policy_says() -> None:
    policy = Policy(mode="enforce", trust=TRUST, enforcement=EnforcementPolicy(longest_quarantine_s=1000.0))
    log = Log(policy)
    _fail(log, "bob", 10)
    log.say("ann", after_s=901)
    (again,) = _fail(log, "bob", 1)
    assert again.expires_at == again.time + 1_000_000


@pytest.mark.parametrize(
    ("mode", "held", "expected"),
    [("enforce", "shadow", "shadow"), ("shadow", "enforce", "shadow"), ("enforce", "off", None),
     ("warn", "warn", "warn")],
)  # fmt: skip
def test_a_pattern_goes_no_further_than_its_own_mode(mode: Mode, held: Mode, expected: Mode | None) -> None:
    log = Log(Policy(mode=mode, trust=TRUST, enforcement=EnforcementPolicy(modes={"low_trust": held})))
    assert {found.mode for found in _fail(log, "bob", 12)} == ({expected} if expected else set())


def test_no_more_than_a_share_of_the_fleet_is_quarantined_in_a_window() -> None:
    """What is over is throttled, and says why."""
    log = Log(ENFORCE)
    found = [each for number in range(6) for each in _fail(log, f"bad-{number}", 12)]
    assert [each.agent_id for each in found if each.state == "quarantined"] == ["bad-0", "bad-1", "bad-2"]
    assert [each.agent_id for each in found if each.state == "throttled"] == [f"bad-{number}" for number in range(6)]


def test_new_identities_do_not_raise_the_limit_but_established_ones_do() -> None:
    log = Log(ENFORCE)
    for number in range(60):
        log.say(f"old-{number}", after_s=0.1)
    for number in range(30):
        log.say(f"old-{number}", after_s=30)
    for number in range(500):
        log.say(f"sybil-{number}", after_s=0.0)
    found = [each for number in range(12) for each in _fail(log, f"sybil-{number}", 12, after_s=0.0)]
    established = log.fold.state.fleets.get(("north",))
    assert established is not None
    assert len([each for each in found if each.state == "quarantined"]) == max(3, established.established // 5)


def test_the_window_of_the_limit_moves_on() -> None:
    log = Log(Policy(mode="enforce", trust=TRUST, enforcement=EnforcementPolicy(max_least=1, max_share=0.0)))
    assert _fail(log, "bob", 12)[-1].state == "quarantined"
    assert _fail(log, "eve", 12)[-1].state == "throttled"
    log.say("ann", after_s=4000)
    assert _fail(log, "eve", 1)[-1].state == "quarantined"


def test_a_crowd_of_newcomers_leaves_room_for_an_established_culprit() -> None:
    log = Log(ENFORCE)
    log.say("mole", after_s=0.0)
    log.say("mole", after_s=601)
    storm = [each for number in range(9) for each in _fail(log, f"sybil-{number}", 12)]
    assert len([each for each in storm if each.state == "quarantined"]) == 3
    assert _fail(log, "mole", 12)[-1].state == "quarantined"


def test_what_does_not_bind_takes_no_room_from_what_does() -> None:
    log = Log(Policy(trust=TRUST, enforcement=EnforcementPolicy(max_least=1, max_share=0.0)), commanded=True)
    assert _fail(log, "bob", 12)[-1].state == "quarantined"
    log.command(SetMode(fleet="north", mode="enforce"))
    assert [each.state for each in _fail(log, "eve", 12)][-1] == "quarantined"
    log.command(SetMode(fleet="north", mode="shadow"))
    assert [each.state for each in _fail(log, "cy", 12)][-1] == "throttled"


def test_a_quarantine_counts_for_a_whole_window() -> None:
    """Also one that fell at the end of a span of time."""
    log = Log(Policy(mode="enforce", trust=TRUST, enforcement=EnforcementPolicy(max_least=1, max_share=0.0)))
    log.say("ann", after_s=300 - START / 1000 % 300 - 13)
    assert _fail(log, "bob", 12)[-1].state == "quarantined"
    log.say("ann", after_s=3_560)
    assert _fail(log, "eve", 12)[-1].state == "throttled"


def test_an_outage_that_makes_all_fail_condemns_nobody_and_is_named_once() -> None:
    """QUAR-5: the common cause is named."""
    log = Log(Policy(mode="enforce", trust=TRUST, bottleneck=BottleneckPolicy(common_agents=4)))
    workers = [f"worker-{number}" for number in range(8)]
    named, contained = [], []
    for turn in range(40):
        for worker in workers:
            log.say("ann", "request", (worker,), after_s=0.05, conversation_id=f"{worker}-{turn}")
        for worker in workers:
            failed = {"conversation_id": f"{worker}-{turn}", "content": {"error": "upstream down"}}
            done = log.say(worker, "response", ("ann",), 0.05, **failed)
            named += [alert for alert in alerts(done) if alert.state == "opened" and alert.pattern == "common_cause"]
            contained += [found for found in transitions(done) if found.state in ("throttled", "quarantined")]
    assert len(named) == 1
    assert contained == []
    assert all(log.trust(worker) > 50.0 for worker in workers)


def test_a_binding_containment_is_never_loosened_by_a_weaker_mode() -> None:
    log = Log(ENFORCE, commanded=True)
    _fail(log, "bob", 7)
    weaker = msgspec.json.encode({"version": 1, "mode": "shadow", "trust": {"prior": 4, "memory": 1e6}})
    log.command(SetPolicy(fleet="north", policy=msgspec.Raw(weaker)))
    assert _fail(log, "bob", 6) == []


def test_who_fails_with_all_others_is_not_excused_for_what_else_it_does() -> None:
    """A failure in the way of an outage costs nothing, and buys nothing either."""
    log = Log(Policy(mode="enforce", trust=TRUST))
    workers = ("eve", *(f"worker-{number}" for number in range(8)))
    for turn in range(4):
        for worker in workers:
            log.say("ann", "request", (worker,), after_s=0.05, conversation_id=f"{worker}-{turn}")
        for worker in workers:
            log.say(worker, "response", ("ann",), 0.05, conversation_id=f"{worker}-{turn}", content={"error": "down"})
    assert log.fold.state.incidents.get(("north", "common_cause", "down")) is not None
    states = [found.state for found in _fail(log, "eve", 12, after_s=0.05)]
    assert "quarantined" in states
