"""Graphs from the values of the graph topic (GRAPH-4, D10)."""

import msgspec
import pytest

from app.analysis.replay import Until, replay
from app.events import Cycle, Cycles, CyclesDropped, GraphDelta, GraphEdge


def _delta(fleet: str, version: int) -> bytes:
    edge = GraphEdge("ann", f"bob{version}", version * 1000, rate=0.5)
    return msgspec.json.encode(GraphDelta(fleet, version, version * 1000, 600, 3600, edges=(edge,)))


VALUES = [
    _delta("north", 1),
    msgspec.json.encode(Cycles("north", (Cycle(("ann", "bob"), (1, 2)),))),
    _delta("south", 1),
    msgspec.json.encode(CyclesDropped(3, "north", 1)),
    _delta("north", 2),
]


def test_each_fleet_has_its_graph_and_cycles_are_passed_over() -> None:
    found = replay(VALUES)
    assert {fleet: view.version for fleet, view in found.items()} == {"north": 2, "south": 1}
    assert len(found["north"].edges) == 2


def test_one_fleet_alone() -> None:
    assert list(replay(VALUES, "south")) == ["south"]


@pytest.mark.parametrize("until", [Until(time=1999), Until(version=1), Until(time=5000, version=1)])
def test_an_earlier_graph(until: Until) -> None:
    assert replay(VALUES, "north", until)["north"].version == 1


def test_what_is_no_value_of_the_topic_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        replay([b'{"agent_id":"ann"}'])
