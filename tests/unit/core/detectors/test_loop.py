"""The loop detector: what is a loop, what only looks like one, and what it costs (PATTERN-1, GRAPH-3, D8)."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from msgspec import Struct

from app.archive.fold_lines import lines_of
from app.core.detectors.loop import cycles, hops
from app.core.entries import AgentEntry, HopsEntry
from app.core.outputs import Step
from app.core.policy import BUILT_IN, LoopPolicy, Policy, parse_policy
from app.events import Alert, LogPosition
from tests.unit.core.folding import Log, alerts, decision

RING = ("ann", "bob", "cy")


class _Line(Struct):
    agents: tuple[str, ...] = ()
    positions: tuple[LogPosition, ...] = ()
    dropped: int = 0


def put_out(done: Step) -> list[_Line]:
    values = (output.value for output in done.outputs if output.channel == "cycles")
    return [msgspec.json.decode(line, type=_Line) for value in values for line in lines_of("cycles", value)]


def found(done: Step) -> list[tuple[str, ...]]:
    return [line.agents for line in put_out(done) if line.agents]


def opened(steps: Sequence[Step], pattern: str) -> list[Alert]:
    return [alert for done in steps for alert in alerts(done) if alert.pattern == pattern and alert.state == "opened"]


def hand_round(log: Log, turns: int, texts: Sequence[str], ring: Sequence[str] = RING) -> list[Step]:
    """Hand a matter round; each turn has its own text, the last one for all that follow."""
    return [
        log.say(
            sender, "request", (target,), conversation_id="ticket", content={"text": texts[min(turn, len(texts) - 1)]}
        )
        for turn in range(turns)
        for sender, target in pairwise((*ring, ring[0]))
    ]


def loop_score(log: Log, agent: str) -> float:
    entry = msgspec.json.decode(log.fold.stored()["agents"][msgspec.json.encode(("north", agent))], type=AgentEntry)
    return entry.scores.loop


def test_a_request_with_its_reply_is_no_cycle() -> None:
    """PATTERN-1."""
    log = Log()
    for _ in range(30):
        assert not found(log.say("ann", "request", ("bob",), correlation_id="q"))
        assert not found(log.say("bob", "response", ("ann",), correlation_id="q"))
    assert log.fold.state.fleets.get(("north",)).search_steps == cycles.SAVED  # type: ignore[union-attr]


def test_a_star_is_no_cycle_and_costs_no_search() -> None:
    """PATTERN-1: an orchestrator and its helpers, however often."""
    log = Log()
    for turn in range(60):
        helper = f"helper-{turn % 7}"
        assert not found(log.say("boss", "request", (helper,)))
        assert not found(log.say(helper, "response", ("boss",)))
    assert log.fold.state.fleets.get(("north",)).search_steps == cycles.SAVED  # type: ignore[union-attr]


def test_the_message_that_comes_back_closes_a_cycle() -> None:
    log = Log()
    for sender, target in pairwise(RING):
        assert not found(log.say(sender, "request", (target,)))
    assert found(log.say("cy", "request", ("ann",))) == [RING]


def test_equal_times_do_not_rise() -> None:
    log = Log()
    for sender, target in pairwise(RING):
        log.say(sender, "request", (target,), after_s=0.0)
    assert not found(log.say("cy", "request", ("ann",), after_s=0.0))


def test_a_late_message_counts_when_it_arrives() -> None:
    """Under the messages' clock: what claims an earlier time stands at the fleet's, so that time never falls."""
    log = Log(parse_policy(b'{"clock": "messages"}'))
    for second, (sender, target) in ((10, ("ann", "bob")), (20, ("bob", "cy")), (5, ("cy", "ann"))):
        done = log.say(sender, "request", (target,), timestamp=f"2025-01-01T00:00:{second:02}Z")
    assert not found(done)


@pytest.mark.parametrize(("last_s", "closes"), [(3599.0, True), (3600.0, False)])
def test_edges_age(last_s: float, *, closes: bool) -> None:
    """First to last message within the window."""
    log = Log()
    log.say("ann", "request", ("bob",))
    log.say("bob", "request", ("cy",))
    assert bool(found(log.say("cy", "request", ("ann",), after_s=last_s))) is closes


def test_what_has_left_the_window_leaves_the_tables() -> None:
    log = Log()
    for turn in range(200):
        log.say(f"agent-{turn % 3}", "request", (f"agent-{(turn + 1) % 3}",))
    log.say("ann", "request", (), after_s=8000)
    log.say("ann", "request", (), after_s=8000)
    assert not [key for key in log.fold.stored()["detection"] if b"hop" in key]


def test_a_wait_longer_than_the_window_does_not_stop_the_clock() -> None:
    """A note of who wrote is older than its timer thinks: it must not fire at every millisecond."""
    log = Log()
    log.say("ann", "request", ("bob",))
    log.say("bob", "request", ("ann",), after_s=3700)
    assert len(log.fold.state.timers) <= 9


def test_of_several_targets_each_is_an_edge() -> None:
    log = Log()
    log.say("ann", "request", ("bob", "cy"))
    log.say("cy", "request", ("dan", "bob"))
    log.say("bob", "request", ("dan",))
    assert sorted(found(log.say("dan", "request", ("ann",)))) == [
        ("ann", "bob", "dan"),
        ("ann", "cy", "bob", "dan"),
        ("ann", "cy", "dan"),
    ]


def test_busy_agents_are_remembered_in_chunks() -> None:
    """A cycle closes over messages that stand in older chunks."""
    log = Log()
    log.say("ann", "request", ("bob",))
    log.say("bob", "request", ("cy",))
    for _ in range(5 * hops.CHUNK):
        log.say("bob", "request", ("dan",))
    assert found(log.say("cy", "request", ("ann",))) == [RING]
    entry = log.fold.state.hops.get(("north", "bob"))
    assert isinstance(entry, HopsEntry)
    assert entry.sealed == 5


def test_a_dense_fleet_is_cut_and_says_so() -> None:
    """No exponential search: what everybody says to everybody costs bounded steps, and what is cut is counted."""
    log, names, dropped = Log(), [f"agent-{n}" for n in range(12)], 0
    spent, before = [], cycles.SAVED
    for turn in range(600):
        sender = names[turn * 5 % 12]
        done = log.say(sender, "request", tuple(name for name in names if name != sender))
        dropped += sum(line.dropped for line in put_out(done))
        left = log.fold.state.fleets.get(("north",)).search_steps  # type: ignore[union-attr]
        assert left is not None
        spent.append(before + cycles.EARNED - left)
        before = left
    assert max(spent) <= cycles.MAX_STEPS
    assert dropped > 0
    assert sum(spent) <= cycles.SAVED + 600 * cycles.EARNED


def test_many_cycles_of_a_message_are_few_outputs_of_bounded_size() -> None:
    """GRAPH-3: each cycle once, in outputs that stay below the size limit whatever the names."""
    log, names = Log(), [f"{n}" + "\x01" * 255 for n in range(6)]
    most = 0
    for turn in range(40):
        sender = names[turn * 5 % 6]
        done = log.say(sender, "request", tuple(name for name in names if name != sender))
        channels = [output.channel for output in done.outputs]
        closed = [line.positions for line in put_out(done) if line.agents]
        assert len(closed) == len(set(closed))
        assert channels[0] == "decisions"
        most = max(most, channels.count("cycles"))
    assert most > 1


def test_a_matter_handed_round_without_progress_is_a_routing_loop() -> None:
    """PATTERN-1, PATTERN-5: exactly the members, each of whom passed it on unchanged."""
    log = Log()
    (alert,) = opened(hand_round(log, 4, ["This is yours, please handle it."]), "routing_loop")
    assert [(agent.agent_id, agent.role) for agent in alert.agents] == [(name, "culprit") for name in RING]
    assert alert.cycle == RING
    assert all(loop_score(log, name) >= 0.5 for name in RING)
    assert log.trust("ann") < 100.0


def test_it_is_found_among_much_else() -> None:
    """What the members do beside it neither hides the loop nor becomes part of it."""
    log, steps = Log(), []
    for turn in range(5):
        for sender, target in pairwise((*RING, RING[0])):
            steps.append(log.say(sender, "request", (target,), conversation_id="ticket", content={"text": "not mine"}))
            for other in range(3):
                log.say(
                    sender, "request", (f"peer-{other}",), conversation_id=f"{sender}-{turn}", content={"text": "hi"}
                )
    (alert,) = opened(steps, "routing_loop")
    assert {agent.agent_id for agent in alert.agents} == set(RING)


def test_a_review_that_converges_is_no_loop() -> None:
    """PATTERN-1: each turn says something else."""
    texts = [
        f"Version {turn}: {part} rewritten after remarks"
        for turn, part in enumerate(("abstract", "method and data", "tables", "plan", "end"))
    ]
    assert not opened(hand_round(Log(), 5, texts), "routing_loop")


def test_a_pipeline_in_rounds_is_no_loop() -> None:
    """PATTERN-1: every item is a matter of its own, though it takes the same way in the same words."""
    log, steps = Log(), []
    for item in range(8):
        for sender, target in pairwise((*RING, RING[0])):
            content = {"text": f"stage done for item {item}"}
            steps.append(log.say(sender, "request", (target,), conversation_id=f"item-{item}", content=content))
    assert not opened(steps, "routing_loop")


def test_who_waits_does_not_loop() -> None:
    """PATTERN-1, ENFORCE-5: a state that says so is never a turn."""
    log = Log()
    steps = [
        log.say(
            sender, "request", (target,), conversation_id="c", content={"status": "waiting", "text": "still waiting"}
        )
        for _ in range(20)
        for sender, target in pairwise((*RING, RING[0]))
    ]
    assert not [
        alert for done in steps for alert in alerts(done) if alert.pattern in {"routing_loop", "repeated_exchange"}
    ]


def test_a_changed_result_is_progress() -> None:
    """The same words about a new result: nothing is going round."""
    log = Log()
    steps = [
        log.say(sender, "request", (target,), conversation_id="c", content={"text": "next step", "result": turn})
        for turn in range(6)
        for sender, target in pairwise((*RING, RING[0]))
    ]
    assert not opened(steps, "routing_loop")


def test_two_agents_that_repeat_are_an_exchange_and_no_routing_loop() -> None:
    """PATTERN-1: who asks drives; who answers is only in it and keeps its trust."""
    log, steps = Log(), []
    for _ in range(BUILT_IN.loop.exchange_turns):
        steps.append(log.say("ann", "request", ("bob",), conversation_id="c", content={"text": "please try again now"}))
        steps.append(log.say("bob", "response", ("ann",), conversation_id="c", content={"text": "it did not work"}))
    assert not opened(steps, "routing_loop")
    (alert,) = opened(steps, "repeated_exchange")
    assert [(agent.agent_id, agent.role) for agent in alert.agents] == [("ann", "culprit"), ("bob", "carrier")]
    assert log.trust("ann") < log.trust("bob")


def test_the_same_task_again_and_again_with_nothing_in_between_is_an_exchange() -> None:
    """Also where every dispatch is a conversation of its own."""
    log = Log()
    steps = [
        log.say("boss", "request", ("helper",), correlation_id=f"run-{turn}", content={"kind": "task", "task": "build"})
        for turn in range(BUILT_IN.loop.row)
    ]
    assert len(opened(steps, "repeated_exchange")) == 1
    steps = [
        log.say("lead", "request", (helper,), correlation_id=f"run-{turn}", content={"kind": "task", "task": "build"})
        for turn in range(BUILT_IN.loop.row)
        for helper in ("one", "two")
    ]
    assert not opened(steps, "repeated_exchange")


def test_a_message_without_words_cannot_repeat_itself() -> None:
    """Where the content is withheld nobody can say that nothing changed."""
    log = Log()
    steps = [
        log.say("ann", "request", ("bob",), conversation_id="c", content={"kind": "note", "bytes": 0})
        for _ in range(40)
    ]
    assert not opened(steps, "repeated_exchange")


def test_a_transfer_that_returns_is_a_loop_at_once() -> None:
    """PATTERN-1: it has moved on, and by coming back has gained nothing; only who sent it out first drives it."""
    log = Log()
    steps = [
        log.say(sender, "request", (target,), content={"kind": "transfer", "amount": 5})
        for sender, target in pairwise((*RING, RING[0]))
    ]
    (alert,) = opened(steps, "routing_loop")
    assert [(agent.agent_id, agent.role) for agent in alert.agents] == [
        ("ann", "culprit"),
        ("bob", "carrier"),
        ("cy", "carrier"),
    ]
    assert decision(steps[-1]).scores.loop >= 0.5
    assert log.trust("ann") < log.trust("bob") == log.trust("cy") == 100.0


def test_a_loop_of_other_messages_is_no_returned_transfer() -> None:
    log = Log()
    log.say("ann", "request", ("bob",), content={"kind": "transfer", "amount": 5})
    log.say("bob", "request", ("cy",), content={"kind": "question"})
    assert not opened([log.say("cy", "request", ("ann",), content={"kind": "transfer", "amount": 5})], "routing_loop")


def test_one_retry_scores_a_half_at_most() -> None:
    log = Log()
    scores = [
        decision(
            log.say("ann", "request", ("bob",), conversation_id="c", content={"text": "is the export done"})
        ).scores.loop
        for _ in range(3)
    ]
    assert scores == [0.0, 0.5, 1.0]


def test_the_incident_ends_when_the_loop_does() -> None:
    log = Log(Policy(loop=LoopPolicy(turns=2)))
    assert opened(hand_round(log, 3, ["not mine"]), "routing_loop")
    ended = alerts(log.say("ann", "request", (), after_s=600))
    assert [(alert.pattern, alert.state) for alert in ended if alert.pattern == "routing_loop"] == [
        ("routing_loop", "resolved")
    ]
