"""A reader's graph: a snapshot and the deltas after it."""

from collections.abc import Iterator
from typing import Literal

from app.core.trust import forgetting
from app.events import GraphDelta, GraphEdge, GraphLoop, GraphNode


class GraphView:
    """The causal graph of one fleet, as its deltas tell it.

    Begins empty before the first delta, and anew with a snapshot, or after a gap. A graph that began with a later
    delta is whole as soon as one says that all that lives has been told since; until then `missing` are the deltas
    to read again by which it would be whole at once.

    >>> view = GraphView("north")
    >>> edge = GraphEdge("ann", "bob", last_seen=1000, rate=0.5)
    >>> view.apply(GraphDelta("north", 1, 1000, half_life_s=60, forget_after_s=360, edges=(edge,)))
    'applied'
    >>> view.rate(edge, 61_000), [(edge.source, edge.target) for edge in view.live_edges(61_000)]
    (0.25, [('ann', 'bob')])
    >>> view.apply(GraphDelta("north", 5, 2000, half_life_s=60, forget_after_s=360, since=3))
    'gap'
    >>> view.whole, view.missing
    (False, range(3, 5))
    >>> view.apply(GraphDelta("north", 6, 602_000, half_life_s=60, forget_after_s=360, since=5)), view.whole
    ('applied', True)
    """

    def __init__(self, fleet: str) -> None:
        self.fleet = fleet
        self.version = 0
        self.time = 0
        """Of the latest delta: event time in milliseconds."""
        self.half_life_s = self.forget_after_s = 1.0
        self.nodes: dict[str, GraphNode] = {}
        self.edges: dict[tuple[str, str | None], GraphEdge] = {}
        self.loops: dict[tuple[str, ...], GraphLoop] = {}
        self._began = self._since = 1
        self._swept = 0

    @property
    def whole(self) -> bool:
        """Whether everything that lives is known."""
        return not self.missing

    @property
    def missing(self) -> range:
        """The versions of the deltas that this graph would have to begin with to be whole."""
        return range(self._since, self._began)

    def apply(self, delta: GraphDelta) -> Literal["applied", "old", "gap"]:
        """Bring the graph up to a delta. Where deltas between have been lost it begins anew with this one."""
        if delta.kind == "snapshot":
            return self._begin(delta)
        if delta.version <= self.version:
            return "old"
        gap = delta.version > self.version + 1
        if gap:
            self._clear(began=delta.version)
        self._take(delta)
        self._sweep()
        return "gap" if gap else "applied"

    def live_edges(self, at: int) -> Iterator[GraphEdge]:
        """The edges that have not aged by `at` (event time, ms)."""
        return (edge for edge in self.edges.values() if self._lives(edge.last_seen, at))

    def agents(self, at: int) -> dict[str, GraphNode]:
        """The nodes at `at`: ends of live edges, whoever said something not long ago, and the contained."""
        reached: dict[str, int] = {}
        for edge in self.live_edges(at):
            for end in (edge.source, edge.target):
                if end is not None:
                    reached[end] = max(edge.last_seen, reached.get(end, 0))
        ends = {name: GraphNode(name, last_seen) for name, last_seen in reached.items()}
        return ends | {name: node for name, node in self.nodes.items() if self._stays(node, at)}

    def live_loops(self, at: int) -> list[GraphLoop]:
        """The loops that go on, as far as one knows at `at`."""
        return [loop for loop in self.loops.values() if self._lives(loop.last_seen, at)]

    def affected(self, at: int) -> list[GraphEdge]:
        """The live edges from and to the quarantined: the paths that their containment cuts."""
        contained = set(self.contained())
        return [edge for edge in self.live_edges(at) if edge.source in contained or edge.target in contained]

    def rate(self, edge: GraphEdge, at: int) -> float:
        """The edge's rate at `at`, in messages a second."""
        return edge.rate * forgetting(at - edge.last_seen, self.half_life_s)

    def strength(self, edge: GraphEdge, at: int) -> float:
        """How much goes over the edge at `at`: messages a second, or effects where these are more."""
        return max(edge.rate, edge.effects) * forgetting(at - edge.last_seen, self.half_life_s)

    def contained(self) -> list[str]:
        """The agents that are really quarantined."""
        return sorted(name for name, node in self.nodes.items() if _is_held(node))

    def _begin(self, snapshot: GraphDelta) -> Literal["applied", "old"]:
        if snapshot.version < self.version:
            return "old"
        self._clear(began=snapshot.since)
        self._take(snapshot)
        return "applied"

    def _clear(self, began: int) -> None:
        self.nodes, self.edges, self.loops = {}, {}, {}
        self._began = began

    def _take(self, delta: GraphDelta) -> None:
        self.version, self.time, self._since = delta.version, delta.time, delta.since
        self.half_life_s, self.forget_after_s = delta.half_life_s, delta.forget_after_s
        for ends in delta.removed:
            self.edges.pop(ends, None)
        self.nodes |= {node.agent_id: node for node in delta.nodes}
        self.edges |= {(edge.source, edge.target): edge for edge in delta.edges}
        for loop in delta.loops:
            if loop.turns:
                self.loops[loop.agents] = loop
            else:
                self.loops.pop(loop.agents, None)

    def _lives(self, last_seen: int, at: int) -> bool:
        return at - last_seen < self.forget_after_s * 1000.0

    def _stays(self, node: GraphNode, at: int) -> bool:
        return node.state == "quarantined" or self._lives(node.last_seen, at)

    def _sweep(self) -> None:
        """Forget, once in a while, what no delta takes back."""
        if self._lives(self._swept, self.time):
            return
        self._swept = self.time
        ends = self.agents(self.time)
        self.nodes = {name: node for name, node in self.nodes.items() if name in ends}
        self.loops = {loop.agents: loop for loop in self.live_loops(self.time)}


def _is_held(node: GraphNode) -> bool:
    return node.state == "quarantined" and node.mode == "enforce"
