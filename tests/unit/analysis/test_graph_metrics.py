"""Metrics of a fleet's graph against direct formulas (GRAPH-4, D10)."""

import pytest

from app.analysis.graph_metrics import measure
from app.core.graph import GraphView
from app.events import GraphDelta, GraphEdge, GraphNode

NOW = 1_000_000


def _view(*edges: tuple[str, str | None], nodes: tuple[GraphNode, ...] = ()) -> GraphView:
    view = GraphView("north")
    told = tuple(GraphEdge(source, target, NOW, rate=0.5) for source, target in edges)
    view.apply(GraphDelta("north", 1, NOW, half_life_s=600, forget_after_s=3600, edges=told, nodes=nodes))
    return view


def test_a_ring_with_a_tail_and_somebody_apart() -> None:
    apart = GraphNode("eve", NOW, state="quarantined")
    found = measure(_view(("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", None), nodes=(apart,)), NOW)
    assert (found.nodes, found.edges) == (5, 4)
    assert found.density == pytest.approx(4 / (5 * 4))
    assert (found.components, found.strong_components, found.largest_strong_component) == (2, 3, 3)


def test_a_hub_comes_first() -> None:
    spokes = [f"a{number}" for number in range(4)]
    found = measure(_view(*((spoke, "hub") for spoke in spokes), *(("hub", spoke) for spoke in spokes)), NOW, hubs=1)
    (hub,) = found.hubs
    assert (hub.agent_id, hub.betweenness) == ("hub", 1.0)
    base, damping = 0.15 / 5, 0.85
    assert hub.pagerank == pytest.approx((base + damping * 4 * base) / (1 - damping**2), abs=1e-5)
    """x = base + damping 4 y, y = base + damping x / 4."""


def test_pagerank_follows_the_rates_and_sums_to_one() -> None:
    view = GraphView("north")
    edges = (GraphEdge("a", "b", NOW, 0.9), GraphEdge("a", "c", NOW, 0.1))
    view.apply(GraphDelta("north", 1, NOW, half_life_s=600, forget_after_s=3600, edges=edges))
    rank = {hub.agent_id: hub.pagerank for hub in measure(view, NOW).hubs}
    assert sum(rank.values()) == pytest.approx(1, abs=1e-5)
    assert rank["b"] > rank["c"] > rank["a"]


def test_what_has_aged_does_not_count_and_an_empty_graph_has_metrics() -> None:
    found = measure(_view(("a", "b")), NOW + 3_600_000)
    assert (found.nodes, found.edges, found.components, found.hubs) == (0, 0, 0, ())


def test_paths_of_the_quarantined_are_counted() -> None:
    found = measure(_view(("a", "b"), ("b", "c"), nodes=(GraphNode("a", NOW, state="quarantined"),)), NOW)
    assert found.affected_edges == 1


def test_an_edge_answered_by_an_edge_is_mutual() -> None:
    found = measure(_view(("a", "b"), ("b", "a"), ("b", "c"), ("c", "d")), NOW)
    assert found.reciprocity == 0.5


def test_pagerank_follows_what_an_agent_sets_off_without_naming_it() -> None:
    view = GraphView("north")
    edges = (GraphEdge("a", "b", NOW, 0.0, count=0, effects=0.9), GraphEdge("a", "c", NOW, 0.1))
    view.apply(GraphDelta("north", 1, NOW, half_life_s=600, forget_after_s=3600, edges=edges))
    rank = {hub.agent_id: hub.pagerank for hub in measure(view, NOW).hubs}
    assert rank["b"] > rank["c"] > rank["a"]
