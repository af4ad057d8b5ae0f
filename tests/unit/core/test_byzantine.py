"""Byzantine behaviour, signal by signal: what shows it, and what only looks like it (PATTERN-4, PATTERN-5, D12)."""

import pytest

from app.core.detectors.byzantine.belief import probability_of
from app.core.detectors.byzantine.signals import SIGNALS
from app.core.outputs import Step
from app.core.policy import ByzantinePolicy, Policy
from app.events import Alert
from tests.unit.core.folding import Log, alerts, decision
from tests.unit.core.records import START


def _score(log: Log, agent: str) -> float:
    """What the detector thinks of an agent."""
    entry = log.fold.state.agents.get(("north", agent))
    return 0.0 if entry is None else entry.scores.byzantine


def _alerts(done: Step) -> list[Alert]:
    return [alert for alert in alerts(done) if alert.pattern == "byzantine"]


def _stamp(ms: int) -> str:
    return f"2025-01-01T{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}Z"


class Council(Log):
    """Agents who make statements; what they say to whom has one cause unless a test says otherwise."""

    def tell(self, agent: str, value: object, *to: str, cause: str | None = "q1", after_s: float = 1.0) -> Step:
        content = {"kind": "vote", "vote": value}
        return self.say(agent, "broadcast", to, after_s, content=content, causation_id=cause, conversation_id="c")


def test_telling_peers_different_things_about_one_matter_is_equivocation() -> None:
    """PATTERN-4: the alert names the liar, those lied to, both statements and the signal."""
    log = Council()
    log.tell("ann", "yes", "bob")
    (alert,) = _alerts(log.tell("ann", "no", "cy"))
    assert [(agent.agent_id, agent.role) for agent in alert.agents] == [
        ("ann", "culprit"), ("bob", "victim"), ("cy", "victim"),
    ]  # fmt: skip
    assert len(alert.evidence) == 2
    assert "different things to different peers" in alert.explanation
    assert log.trust("ann") < 100.0
    assert log.trust("bob") == log.trust("cy") == 100.0


def test_telling_everybody_the_same_is_honest() -> None:
    log = Council()
    for peer in ("bob", "cy", "dee"):
        log.tell("ann", "yes", peer)
    assert _score(log, "ann") == 0.0


def test_a_correction_to_those_who_heard_the_first_word_is_honest() -> None:
    log = Council()
    log.tell("ann", "yes", "bob", "cy")
    log.tell("ann", "no", "bob", "cy")
    assert _score(log, "ann") == 0.0


def test_a_correction_that_reaches_the_first_hearer_late_takes_the_suspicion_back() -> None:
    """PATTERN-5: the alert resolves."""
    log = Council()
    log.tell("ann", "yes", "bob")
    log.tell("ann", "no", "cy")
    assert [alert.state for alert in _alerts(log.tell("ann", "no", "bob"))] == ["resolved"]
    assert _score(log, "ann") == 0.0


def test_different_matters_are_not_compared() -> None:
    log = Council()
    log.tell("ann", "yes", "bob", cause="q1")
    log.tell("ann", "no", "cy", cause="q2")
    assert _score(log, "ann") == 0.0


def test_different_tasks_for_different_peers_are_no_statements() -> None:
    log = Log()
    for peer in ("bob", "cy"):
        log.say("ann", "request", (peer,), content={"text": f"for {peer}"}, causation_id="q", conversation_id="c")
    assert _score(log, "ann") == 0.0


def test_news_that_go_out_differently_at_the_same_time_are_equivocation_and_later_news_are_not() -> None:
    log = Log()
    log.say("ann", "broadcast", ("bob",), content={"text": "done"}, conversation_id="c")
    log.say("ann", "broadcast", ("cy",), after_s=60, content={"text": "blocked"}, conversation_id="c")
    assert _score(log, "ann") == 0.0
    log.say("ann", "broadcast", ("dee",), content={"text": "done"}, conversation_id="c")
    assert _score(log, "ann") > 0.5


class Common(Log):
    """A resource with an agreed limit of 10."""

    def __init__(self, limit: object = 10) -> None:
        super().__init__()
        content = {"resource": "lake", "limit": limit}
        self.say("chair", "commitment", ("ann", "bob"), content=content, conversation_id="c")

    def take(self, agent: str, amount: object, resource: str = "lake", conversation: str = "c") -> Step:
        content = {"resource": resource, "amount": amount, "capacity": 1000}
        return self.say(agent, "resource_request", ("desk",), content=content, conversation_id=conversation)


def test_claims_above_the_agreed_limit_break_a_commitment() -> None:
    """PATTERN-4: contradiction of own commitments."""
    log = Common()
    first = decision(log.take("ann", 20))
    assert first.scores.byzantine > 0.5
    (alert,) = _alerts(log.take("ann", 20))
    assert "limit" in alert.explanation
    assert _score(log, "bob") == 0.0


def test_a_limit_that_was_set_elsewhere_says_less() -> None:
    log = Common()
    for _ in range(9):
        assert _alerts(log.take("ann", 20, conversation="elsewhere")) == []
    assert 0.0 < _score(log, "ann") < 0.2


@pytest.mark.parametrize("amount", [1, 10, None, "many"])
def test_claims_within_the_limit_keep_it(amount: object) -> None:
    log = Common()
    assert decision(log.take("ann", amount)).scores.byzantine == 0.0
    assert _score(log, "ann") == 0.0


def test_a_limit_binds_for_its_resource_and_only_those_who_were_told() -> None:
    log = Common()
    log.take("ann", 20, resource="river")
    log.take("cy", 20)
    assert _score(log, "ann") == _score(log, "cy") == 0.0


def test_a_new_limit_replaces_the_old_one_and_none_at_all_is_a_limit() -> None:
    log = Common()
    log.say("chair", "commitment", ("ann",), content={"resource": "lake", "limit": 30})
    log.take("ann", 20)
    assert _score(log, "ann") == 0.0
    assert decision(Common(limit=0).take("bob", 1)).scores.byzantine == 1.0


def _asked(log: Log) -> None:
    log.say("ann", "request", ("bob",), content={"text": "?"}, conversation_id="c")


@pytest.mark.parametrize(("seconds", "impossible"), [(-3600, True), (3600, True), (0, False), (-30, False)])
def test_a_reply_cannot_be_older_than_its_request_nor_come_from_the_future(seconds: int, impossible: bool) -> None:  # noqa: FBT001
    log = Log()
    log.now = START + 7_200_000
    _asked(log)
    log.say("bob", "response", ("ann",), conversation_id="c", timestamp=_stamp(7_200_000 + 1000 * seconds))
    assert (_score(log, "bob") > 0.0) == impossible


def test_a_late_reply_is_valid() -> None:
    log = Log()
    _asked(log)
    log.say("bob", "response", ("ann",), after_s=590, conversation_id="c", timestamp=_stamp(591_000))
    assert _score(log, "bob") == 0.0


def test_an_answer_in_the_place_of_another_is_suspect_and_one_that_nobody_waits_for_is_not() -> None:
    log = Log()
    log.say("eve", "response", ("ann",), conversation_id="c")
    assert _score(log, "eve") == 0.0
    _asked(log)
    log.say("eve", "response", ("ann",), conversation_id="c")
    assert _score(log, "eve") > 0.0
    log.say("bob", "response", ("ann",), conversation_id="c")
    assert _score(log, "bob") == 0.0


def test_weak_signals_alone_never_reach_an_alert() -> None:
    """PATTERN-6: what honest agents show by accident, however often, costs no alert."""
    log = Log()
    for _ in range(50):
        _asked(log)
        assert _alerts(log.say("eve", "response", ("ann",), conversation_id="c")) == []


def _refuse(log: Log, *, room: bool) -> None:
    claim = {"resource": "gpu", "amount": 1 if room else 5, "capacity": 2}
    log.say("ann", "resource_request", ("desk",), content=claim)
    log.say("desk", "resource_refuse", ("ann",), content={"resource": "gpu"})


def test_refusing_what_there_is_room_for_is_a_pattern_and_refusing_for_want_of_room_is_none() -> None:
    log = Log()
    _refuse(log, room=False)
    assert _score(log, "desk") == 0.0
    for _ in range(3):
        _refuse(log, room=True)
    assert _score(log, "desk") > 0.0


def _move(log: Log, agent: str, to: str, action: str, after_s: float = 1.0) -> Step:
    return log.say(agent, "request", (to,), after_s, content={"kind": "move", "action": action})


def test_defecting_from_partners_who_cooperate_is_unprovoked() -> None:
    log = Log()
    found = []
    for _ in range(4):
        _move(log, "ann", "bob", "cooperate")
        found += _alerts(_move(log, "bob", "ann", "defect"))
    assert found[0].agents[0].agent_id == "bob"
    assert _score(log, "ann") == 0.0


def test_answering_a_defection_in_kind_is_provoked() -> None:
    log = Log()
    for _ in range(6):
        _move(log, "bob", "ann", "defect")
        _move(log, "ann", "bob", "defect")
    assert _score(log, "ann") == 0.0


def test_a_move_at_the_same_moment_is_no_provocation() -> None:
    log = Log()
    for _ in range(4):
        _move(log, "bob", "ann", "cooperate")
        _move(log, "ann", "bob", "defect", after_s=0.0)
    assert _score(log, "ann") > 0.5


def test_a_slip_among_many_cooperations_is_forgiven() -> None:
    log = Log()
    for _ in range(20):
        _move(log, "ann", "bob", "cooperate")
    _move(log, "ann", "bob", "defect")
    assert _score(log, "ann") == 0.0


def test_suspicion_fades_and_the_alert_resolves() -> None:
    """PATTERN-5: resolved, not repeated."""
    log = Council()
    log.tell("ann", "yes", "bob")
    log.tell("ann", "no", "cy")
    states = [alert.state for alert in _alerts(log.say("zoe", after_s=200_000))]
    assert states == ["resolved"]
    entry = log.fold.state.conduct.get(("north", "ann"))
    assert entry is not None
    log.say("zoe", after_s=700_000)
    assert log.fold.state.conduct.get(("north", "ann")) is None


def test_a_threshold_of_the_policy_decides_about_alerts() -> None:
    log = Council(Policy(byzantine=ByzantinePolicy(alert=0.99)))
    log.tell("ann", "yes", "bob")
    assert _alerts(log.tell("ann", "no", "cy")) == []


def test_no_single_weak_kind_can_pass_the_alert_and_the_strong_ones_can() -> None:
    """The limits of the kinds are what keeps accidents below the alert."""
    policy = ByzantinePolicy()
    alone = {signal.name: probability_of((signal.limit,), policy.prior) >= policy.alert for signal in SIGNALS}
    assert {name for name, reaches in alone.items() if not reaches} == {"times", "unrequested", "refusal", "overrun"}
