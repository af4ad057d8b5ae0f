"""A log whose graph is read from its deltas."""

from collections.abc import Iterable

import msgspec

from app.core.graph import GraphView
from app.core.graphs import close_graphs, snapshot
from app.core.outputs import Step
from app.core.policy import GraphPolicy, Policy
from app.events import GraphDelta, GraphEdge
from tests.unit.core.folding import Log

FLEET = "north"


def deltas(done: Step) -> list[GraphDelta]:
    found = [output.value for output in done.outputs if output.channel == "graph"]
    return [msgspec.json.decode(value, type=GraphDelta) for value in found]


class GraphLog(Log):
    """Keeps the deltas that its records tell, in `told`."""

    def __init__(self, graph: GraphPolicy | None = None, *, commanded: bool = False) -> None:
        super().__init__(Policy(graph=graph or GraphPolicy()), commanded=commanded)
        self.told: list[GraphDelta] = []

    def append(self, value: bytes | None, headers: tuple[tuple[str, bytes], ...] = (), *, after_s: float = 1.0) -> Step:
        done = super().append(value, headers, after_s=after_s)
        if hasattr(self, "told"):
            self.told += deltas(done)
        return done

    def view(self) -> GraphView:
        """The graph by all that was told, and what is left to tell."""
        self.fold.flush()
        self.told += close_graphs(self.fold.state, self.fold.tables)
        return replayed(self.told)

    def snapshot(self) -> GraphDelta:
        self.fold.flush()
        return snapshot(self.fold.state, self.fold.tables, FLEET)

    def edge(self, source: str, target: str | None) -> GraphEdge:
        return self.view().edges[source, target]


def replayed(told: Iterable[GraphDelta]) -> GraphView:
    view = GraphView(FLEET)
    for delta in told:
        assert view.apply(delta) == "applied"
    return view
