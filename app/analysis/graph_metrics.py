"""Metrics of a fleet's causal graph, off the path of the fold (GRAPH-4).

They are computed from a `GraphView`, that is from deltas: nobody asks the fold for them (D10).
"""

import networkx as nx
from msgspec import Struct

from app.core.graph import GraphView
from app.core.trust import decimals
from app.events import GraphLoop

EXACT_NODES = 300
"""Up to so many nodes betweenness looks at all shortest paths, above at those from this many pivots."""


class Hub(Struct, frozen=True):
    """An agent that much passes through."""

    agent_id: str
    pagerank: float
    betweenness: float


class GraphMetrics(Struct, frozen=True):
    """A fleet's graph in numbers, as of `time` (event time, ms). Edges to many have no target and do not count."""

    fleet: str
    version: int
    time: int
    nodes: int
    edges: int
    density: float
    """Edges of all that there could be, n (n - 1)."""
    reciprocity: float
    """Edges of which the other way is an edge, too, of all (M. Newman, "Networks", 2010, section 7.10)."""
    components: int
    """Parts that nothing connects, whichever way."""
    strong_components: int
    largest_strong_component: int
    """Agents in the largest set in which each reaches each."""
    hubs: tuple[Hub, ...]
    loops: tuple[GraphLoop, ...]
    """Those that go on, the most turns first."""
    quarantined: tuple[str, ...]
    affected_edges: int
    """Edges from and to the quarantined."""
    whole: bool
    """Whether all that lives is known: a graph that is read from the middle on may still wait for some edges."""


def graph_of(view: GraphView, at: int) -> "nx.DiGraph[str]":
    """The live graph at `at` (event time, ms); `weight` of an edge is its strength then."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(view.agents(at))
    for edge in view.live_edges(at):
        if edge.target is not None:
            graph.add_edge(edge.source, edge.target, weight=view.strength(edge, at))
    return graph


def measure(view: GraphView, at: int, hubs: int = 10) -> GraphMetrics:
    """The metrics of a fleet's graph at `at` (event time, ms), with the `hubs` agents of the highest PageRank.

    PageRank weighs edges by their strength (S. Brin, L. Page, 1998); betweenness counts shortest paths in hops
    (U. Brandes, 2001; from pivots above `EXACT_NODES` nodes: U. Brandes, C. Pich, 2007).
    """
    graph = graph_of(view, at)
    strong = [len(members) for members in nx.strongly_connected_components(graph)]
    return GraphMetrics(
        fleet=view.fleet,
        version=view.version,
        time=at,
        nodes=graph.number_of_nodes(),
        edges=graph.number_of_edges(),
        density=decimals(nx.density(graph)),
        reciprocity=decimals(nx.overall_reciprocity(graph)) if graph.number_of_edges() else 0.0,
        components=nx.number_weakly_connected_components(graph),
        strong_components=len(strong),
        largest_strong_component=max(strong, default=0),
        hubs=_hubs(graph, hubs),
        loops=tuple(sorted(view.live_loops(at), key=lambda loop: (-loop.turns, loop.agents))),
        quarantined=tuple(view.contained()),
        affected_edges=len(view.affected(at)),
        whole=view.whole,
    )


def _hubs(graph: "nx.DiGraph[str]", most: int) -> tuple[Hub, ...]:
    if not graph or not most:
        return ()
    rank = _pagerank(graph)
    pivots = None if len(graph) <= EXACT_NODES else EXACT_NODES
    between = nx.betweenness_centrality(graph, k=pivots, seed=0)
    first = sorted(rank, key=lambda agent: (-rank[agent], agent))[:most]
    return tuple(Hub(agent, decimals(rank[agent]), decimals(between[agent])) for agent in first)


def _pagerank(graph: "nx.DiGraph[str]", damping: float = 0.85, rounds: int = 100) -> dict[str, float]:
    """PageRank by power iteration; networkx's own needs scipy."""
    size = len(graph)
    out = {agent: graph.out_degree(agent, weight="weight") for agent in graph}
    rank = dict.fromkeys(graph, 1.0 / size)
    for _ in range(rounds):
        stuck = sum(rank[agent] for agent in graph if not out[agent])
        base = (1.0 - damping + damping * stuck) / size
        following = dict.fromkeys(graph, base)
        for source, target, weight in graph.edges(data="weight"):
            if out[source]:
                following[target] += damping * rank[source] * weight / out[source]
        if sum(abs(following[agent] - rank[agent]) for agent in graph) < size * 1e-9:
            return following
        rank = following
    return rank
