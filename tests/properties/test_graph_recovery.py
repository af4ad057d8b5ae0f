"""Whoever begins to read the deltas late, or loses some, has the whole graph again, and knows when (GRAPH-2)."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.commands import EnrollKey, Quarantine, Release, Tick
from app.core.graph import GraphView
from app.core.policy import GraphPolicy
from app.events import GraphDelta
from tests.unit.core.graph.graphing import FLEET, GraphLog, replayed
from tests.unit.core.graph.marking import loop_found
from tests.unit.core.records import PARTITION, Signer

POLICY = GraphPolicy(half_life_s=20, forget_after_s=45, refresh_s=10, delta_s=2, max_edges=3, max_messages=4)
AGENTS = ("ann", "bob", "cy", "dee", "eve")
fast = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Act = Callable[[GraphLog, float], object]

pauses = st.sampled_from((0.0, 0.5, 1.0, 3.0, 9.0, 20.0, 44.999, 45.0, 60.0))
names = st.sampled_from(AGENTS)
ids = st.sampled_from((None, "m1", "m2"))


@st.composite
def says(draw: st.DrawFn) -> Act:
    agent, to = draw(names), draw(st.lists(names, max_size=3, unique=True).map(tuple))
    fields = {name: draw(ids) for name in ("id", "causation_id", "conversation_id")}
    return lambda log, after_s: log.say(agent, "note", to, after_s, content={"at": log.now}, **fields)


@st.composite
def commands(draw: st.DrawFn) -> Act:
    agent, held = draw(st.sampled_from((*AGENTS, "unseen"))), draw(st.booleans())
    command = (Quarantine if held else Release)(fleet=FLEET, agent_id=agent, reason="so")
    return lambda log, after_s: log.command(command, after_s=after_s)


@st.composite
def loops(draw: st.DrawFn) -> Act:
    members, lasts_s = draw(st.permutations(AGENTS)), draw(st.sampled_from((3.0, 100.0)))

    def find(log: GraphLog, after_s: float) -> None:
        log.say("ann", "note", ("bob",), after_s)
        loop_found(log, tuple(members[:3]), lasts_s)

    return find


acts = st.lists(st.tuples(st.one_of(says(), says(), says(), commands(), loops()), pauses), max_size=40)


def _run(done: list[tuple[Act, float]]) -> GraphLog:
    log = GraphLog(POLICY, commanded=True)
    log.say("ann", "note", ("bob",))
    for act, after_s in done:
        act(log, after_s)
    log.view()
    return log


def _seen(view: GraphView, at: int) -> tuple[object, ...]:
    edges = {(edge.source, edge.target): edge for edge in view.live_edges(at)}
    return edges, view.agents(at), sorted(view.live_loops(at), key=lambda loop: loop.agents)


@fast
@given(acts, st.data())
def test_any_run_of_deltas_that_says_it_tells_all_is_the_whole_graph(
    done: list[tuple[Act, float]], data: st.DataObject
) -> None:
    told = _run(done).told
    start = data.draw(st.integers(0, len(told) - 1))
    late, whole = GraphView(FLEET), replayed(told[:start])
    for delta in told[start:]:
        late.apply(delta)
        whole.apply(delta)
        assert whole.whole
        assert late.whole == (delta.since > start)
        if late.whole:
            assert _seen(late, delta.time) == _seen(whole, delta.time)


@fast
@given(acts, st.data())
def test_after_a_gap_a_reader_says_which_deltas_would_make_it_whole_at_once(
    done: list[tuple[Act, float]], data: st.DataObject
) -> None:
    told = _run(done).told
    lost = data.draw(st.integers(0, len(told) - 1))
    view = replayed(told[:lost])
    assert [view.apply(delta) for delta in told[lost + 1 :]] == ["gap", "applied"][: len(told) - lost - 1] + [
        "applied"
    ] * (len(told) - lost - 3)
    if not view.whole:
        again = replayed_from(told, view.missing.start)
        assert again.whole
        assert _seen(again, told[-1].time) == _seen(replayed(told), told[-1].time)


def replayed_from(told: list[GraphDelta], version: int) -> GraphView:
    view = GraphView(FLEET)
    for delta in told[version - 1 :]:
        view.apply(delta)
    return view


@fast
@given(acts, st.data())
def test_a_snapshot_mends_a_gap(done: list[tuple[Act, float]], data: st.DataObject) -> None:
    log = _run(done)
    start = data.draw(st.integers(0, len(log.told) - 1))
    view = replayed_from(log.told, start + 1)
    assert view.apply(log.snapshot()) == "applied"
    assert view.whole
    assert _seen(view, log.now) == _seen(replayed(log.told), log.now)


@fast
@given(acts)
def test_a_late_reader_waits_for_little_more_than_a_refresh(done: list[tuple[Act, float]]) -> None:
    """An idle fleet's graph is told by ticks."""
    log, worker = _run(done), Signer("worker")
    log.command(EnrollKey(partition=PARTITION, name="worker", public_key=worker.public_key, role="worker"))
    start = len(log.told)
    for _ in range(16):
        log.command(Tick(partition=PARTITION), worker, after_s=1)
    whole = log.view()
    late = replayed_from(log.told, start + 1)
    assert late.whole
    assert _seen(late, log.now) == _seen(whole, log.now)
