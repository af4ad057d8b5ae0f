"""The graph that deltas tell is the graph of the messages (GRAPH-1, GRAPH-2, D7)."""

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.analysis.graph_metrics import graph_of
from app.core.graph import GraphView
from app.core.policy import GraphPolicy
from app.events import GraphDelta, GraphEdge
from tests.unit.core.graph.graphing import FLEET, GraphLog

POLICY = GraphPolicy(half_life_s=20, forget_after_s=45, delta_s=2)
AGENTS = ("ann", "bob", "cy", "dee")
fast = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Said = tuple[float, str, tuple[str, ...], bool]
sayings = st.lists(
    st.tuples(
        st.sampled_from((0.0, 0.5, 1.0, 3.0, 20.0, 44.999, 45.0, 60.0)),
        st.sampled_from(AGENTS),
        st.lists(st.sampled_from(AGENTS), max_size=3, unique=True).map(tuple),
        st.booleans(),
    ),
    max_size=40,
)


def _say(log: GraphLog, said: Said) -> None:
    after_s, agent, targets, fails = said
    log.say(agent, "note", targets, after_s, content={"error": "x"} if fails else {})


def _recomputed(sayings: list[Said]) -> tuple["nx.DiGraph[str]", int]:
    """From the messages, one by one: the oracle. Times in milliseconds from 0."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    now = 0
    for after_s, agent, targets, fails in sayings:
        now += int(after_s * 1000)
        for target in targets:
            if target != agent:
                known = graph.get_edge_data(agent, target, {"said": []})["said"]
                lives = known and now - known[-1][0] < POLICY.forget_after_s * 1000
                graph.add_edge(agent, target, said=[*(known if lives else ()), (now, fails)])
    old = [(s, t) for s, t, said in graph.edges(data="said") if now - said[-1][0] >= POLICY.forget_after_s * 1000]
    graph.remove_edges_from(old)
    return graph, now


def _agrees(edge: GraphEdge, said: list[tuple[int, bool]], start: int) -> None:
    last = said[-1][0]
    weights = [2 ** ((at - last) / 1000 / POLICY.half_life_s) for at, _ in said]
    failed = sum(weight for weight, (_, fails) in zip(weights, said, strict=True) if fails)
    assert (edge.count, edge.last_seen - start) == (len(said), last)
    assert edge.rate == pytest.approx(sum(weights) * 0.6931471805599453 / POLICY.half_life_s, abs=2e-6)
    assert edge.error_share == pytest.approx(failed / sum(weights), abs=1e-5)


@fast
@given(sayings)
def test_replayed_deltas_are_the_graph_of_the_messages(said: list[Said]) -> None:
    log = GraphLog(POLICY)
    start = log.now
    for each in said:
        _say(log, each)
    view = log.view()
    expected, now = _recomputed(said)
    assert log.now == start + now
    found = graph_of(view, log.now)
    assert set(found.edges) == set(expected.edges)
    for source, target, messages in expected.edges(data="said"):
        _agrees(view.edges[source, target], messages, start)


@fast
@given(sayings, st.data())
def test_a_snapshot_and_the_deltas_after_it_give_the_same_graph(said: list[Said], data: st.DataObject) -> None:
    log = GraphLog(POLICY)
    cut = data.draw(st.integers(0, len(said)))
    for each in said[:cut]:
        _say(log, each)
    first = log.snapshot()
    for each in said[cut:]:
        _say(log, each)
    whole = log.view()
    view = GraphView(FLEET)
    view.apply(first)
    answers = [view.apply(delta) for delta in log.told]
    assert "gap" not in answers
    assert _seen(view, log.now) == _seen(whole, log.now)


@fast
@given(sayings)
def test_deltas_come_seldom_and_without_a_gap(said: list[Said]) -> None:
    log = GraphLog(POLICY)
    for each in said:
        _say(log, each)
    log.view()
    told: list[GraphDelta] = log.told
    assert [delta.version for delta in told] == list(range(1, len(told) + 1))
    gaps = [later.time - earlier.time for earlier, later in pairwise(told[:-1])]
    assert all(max(pair) >= 2000 for pair in pairwise(gaps)), "one early delta may come before what a silence has done"


@fast
@given(sayings)
def test_no_edge_outlives_its_age_by_more_than_a_delta(said: list[Said]) -> None:
    log = GraphLog(POLICY)
    for each in said:
        _say(log, each)
    for _ in range(3):
        log.say("zoe", "note", ("yan",), 60)
    assert list(log.view().edges) == [("zoe", "yan")]
    assert sum(b'"edges"' in key for key in log.fold.stored()["graph"]) == 1


def _seen(view: GraphView, at: int) -> tuple[object, ...]:
    edges = {(edge.source, edge.target): edge for edge in view.live_edges(at)}
    return edges, {name: node.state for name, node in view.agents(at).items()}
