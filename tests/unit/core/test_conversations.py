"""Conversations: answers to what was asked are cooperation, errors cost (TRUST-2)."""

import pytest

from app.core.conversations import MAX_WAITED
from app.core.outputs import Step
from app.core.policy import ConversationPolicy, Policy
from tests.unit.core.folding import Log, decision


def _signals(done: Step) -> list[tuple[str, str]]:
    return [(change.agent_id, change.signal) for change in decision(done).changes]


def _ask(log: Log, agent: str, *to: str, about: str = "c", after_s: float = 1.0) -> Step:
    return log.say(agent, "request", to, after_s, conversation_id=about)


def _answer(log: Log, agent: str, about: str | None = "c", after_s: float = 1.0, **fields: object) -> Step:
    return log.say(agent, "response", ("ann",), after_s, conversation_id=about, **fields)


def test_an_answer_to_a_request_is_cooperation() -> None:
    log = Log()
    _ask(log, "ann", "bob")
    assert _signals(_answer(log, "bob")) == [("bob", "answer")]


def test_a_second_answer_is_not() -> None:
    log = Log()
    _ask(log, "ann", "bob")
    _answer(log, "bob")
    assert _signals(_answer(log, "bob")) == []


def test_an_answer_nobody_asked_for_is_not() -> None:
    log = Log()
    _ask(log, "ann", "bob")
    assert _signals(_answer(log, "cy")) == []
    assert _signals(_answer(log, "bob", about="other")) == []
    assert _signals(_answer(log, "bob", about=None)) == []


def test_nobody_answers_himself() -> None:
    """Else talking to oneself would wash any score clean."""
    log = Log()
    _ask(log, "ann", "ann")
    assert _signals(_answer(log, "ann")) == []


def test_each_of_many_targets_may_answer_once() -> None:
    log = Log()
    _ask(log, "ann", "bob", "cy")
    assert _signals(_answer(log, "cy")) == [("cy", "answer")]
    assert _signals(_answer(log, "bob")) == [("bob", "answer")]
    assert log.fold.stored()["conversations"] == {}


def test_a_correlation_is_a_conversation_where_there_is_no_other() -> None:
    log = Log()
    log.say("ann", "request", ("bob",), correlation_id="x")
    assert _signals(log.say("bob", "response", ("ann",), correlation_id="x")) == [("bob", "answer")]


@pytest.mark.parametrize(
    "fields",
    [
        {"content": {"error": "timeout"}},
        {"content": {"status": "error"}},
        {"content": {"kind": "error"}},
        {"metadata": {"error": True}},
    ],
)
def test_an_answer_that_says_error_costs_trust(fields: dict[str, object]) -> None:
    log = Log()
    _ask(log, "ann", "bob")
    done = log.say("bob", "response", ("ann",), conversation_id="c", **fields)  # type: ignore[arg-type]
    assert _signals(done) == [("bob", "error")]


@pytest.mark.parametrize("content", [{"error": None}, {"error": ""}, {"error": 0}, {"status": "ok"}, {}, "error", None])
def test_what_only_looks_like_an_error_is_an_answer(content: object) -> None:
    log = Log()
    _ask(log, "ann", "bob")
    assert _signals(_answer(log, "bob", content=content)) == [("bob", "answer")]


def test_a_request_waits_only_so_long() -> None:
    log = Log(Policy(conversation=ConversationPolicy(answer_timeout_s=10)))
    _ask(log, "ann", "bob")
    assert _signals(_answer(log, "bob", after_s=10)) == []
    assert log.fold.stored()["conversations"] == {}


def test_the_oldest_request_gives_way_where_too_many_wait() -> None:
    log = Log(Policy(conversation=ConversationPolicy(max_open=2)))
    for agent in ("bob", "cy", "dan"):
        _ask(log, "ann", agent)
    assert _signals(_answer(log, "bob")) == []
    assert _signals(_answer(log, "cy")) == [("cy", "answer")]


def test_a_conversation_waits_for_a_bounded_number_of_answers() -> None:
    """However many are asked, the entry stays far under the size limit of a record."""
    log = Log(Policy(conversation=ConversationPolicy(max_open=256)))
    crowd = tuple(f"{number:05}" + "\x01" * 250 for number in range(4 * MAX_WAITED))
    for start in range(0, len(crowd), 100):
        _ask(log, "ann", *crowd[start : start + 100])
    _ask(log, "ann", *crowd)
    (entry,) = log.fold.stored()["conversations"].values()
    assert len(entry) < 900_000


def test_a_conversation_that_comes_and_goes_leaves_no_timers_behind() -> None:
    """Requests answered at once cost one timer, not one each."""
    log = Log()
    _come_and_go(log, times=100)
    few = len(log.fold.state.timers)
    _come_and_go(log, times=1000)
    assert len(log.fold.state.timers) == few


def _come_and_go(log: Log, *, times: int) -> None:
    for _ in range(times):
        _ask(log, "ann", "bob", after_s=0)
        _answer(log, "bob", after_s=0)
