"""Every temporal cycle is found, and nothing else (D8, GRAPH-3, PATTERN-1)."""

from collections.abc import Iterator
from itertools import combinations, pairwise, product

import msgspec
import networkx as nx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from app.core.policy import LoopPolicy, Policy
from app.events import LogPosition
from tests.unit.core.folding import Fold
from tests.unit.core.records import START, Record, message

WINDOW_S = 60
MAX_HOPS = 5
POLICY = Policy(loop=LoopPolicy(window_s=WINDOW_S, max_hops=MAX_HOPS))
AGENTS = "abcdef"
Found = set[tuple[tuple[str, ...], tuple[int, ...]]]


class Say(Struct, frozen=True):
    """One message of a random log."""

    sender: str
    targets: tuple[str, ...]
    after_s: int


says = st.lists(
    st.builds(
        Say,
        st.sampled_from(AGENTS),
        st.lists(st.sampled_from(AGENTS), min_size=1, max_size=2).map(tuple),
        st.sampled_from((0, 1, 1, 5, 25)),
    ),
    max_size=28,
)
thorough = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


class _Cycle(Struct):
    agents: tuple[str, ...]
    positions: tuple[LogPosition, ...]


class _Cycles(Struct):
    cycles: tuple[_Cycle, ...]


def found(log: list[Say], *, restarts: bool = False) -> list[tuple[tuple[str, ...], tuple[int, ...]]]:
    fold, now, cycles = Fold(POLICY), START, []
    for offset, say in enumerate(log):
        now += say.after_s * 1000
        done = fold.step(Record(offset, message(say.sender, "request", say.targets), timestamp=now))
        for output in done.outputs:
            if output.channel == "cycles":
                closed = msgspec.json.decode(output.value, type=_Cycles).cycles
                cycles += [(each.agents, tuple(position.offset for position in each.positions)) for each in closed]
        if restarts:
            fold.flush()
            fold.restart()
    assert all(position < len(log) for _, positions in cycles for position in positions)
    return cycles


def edges_of(log: list[Say]) -> list[tuple[str, str, int, int]]:
    """Sender, target, time in seconds, offset."""
    now, edges = 0, []
    for offset, say in enumerate(log):
        now += say.after_s
        edges += [(say.sender, target, now, offset) for target in dict.fromkeys(say.targets) if target != say.sender]
    return edges


def by_brute_force(log: list[Say]) -> Found:
    """Every choice of three to five edges in order of time, kept where it is a cycle."""
    edges, cycles = edges_of(log), set()

    def grow(path: list[tuple[str, str, int, int]]) -> None:
        first, last = path[0], path[-1]
        if last[1] == first[0]:
            if len(path) >= 3:
                cycles.add((tuple(edge[0] for edge in path), tuple(edge[3] for edge in path)))
            return
        for edge in edges:
            visited = {each[0] for each in path}
            near = edge[2] - first[2] <= WINDOW_S
            if edge[0] == last[1] and edge[0] not in visited and edge[2] > last[2] and near and len(path) < MAX_HOPS:
                grow([*path, edge])

    for edge in edges:
        grow([edge])
    return cycles


def by_networkx(log: list[Say]) -> Found:
    """Simple cycles of the static graph, each with every choice of messages whose times rise."""
    edges = edges_of(log)
    graph = nx.DiGraph((source, target) for source, target, _, _ in edges)
    return {
        (tuple(edge[0] for edge in choice), tuple(edge[3] for edge in choice))
        for cycle in nx.simple_cycles(graph, length_bound=MAX_HOPS)
        if len(cycle) >= 3
        for turned in _rotations(cycle)
        for choice in product(*(_parallel(edges, *hop) for hop in pairwise((*turned, turned[0]))))
        if all(one[2] < other[2] for one, other in pairwise(choice)) and choice[-1][2] - choice[0][2] <= WINDOW_S
    }


def _rotations(cycle: list[str]) -> Iterator[list[str]]:
    return (cycle[place:] + cycle[:place] for place in range(len(cycle)))


def _parallel(edges: list[tuple[str, str, int, int]], source: str, target: str) -> list[tuple[str, str, int, int]]:
    return [edge for edge in edges if edge[:2] == (source, target)]


@thorough
@given(says)
def test_exactly_the_cycles_of_brute_force_are_put_out(log: list[Say]) -> None:
    """D8, GRAPH-3: complete, correct, each once."""
    cycles = found(log)
    assert len(cycles) == len(set(cycles))
    assert set(cycles) == by_brute_force(log)


@thorough
@given(says)
def test_exactly_the_simple_cycles_of_networkx_that_respect_time_are_put_out(log: list[Say]) -> None:
    """D8: networkx as the oracle."""
    assert set(found(log)) == by_networkx(log)


@settings(parent=thorough, max_examples=30)
@given(says)
def test_restarts_lose_no_cycle(log: list[Say]) -> None:
    """STREAM-4: what is remembered of messages stands in the tables."""
    assert found(log, restarts=True) == found(log)


def test_the_oracles_are_no_empty_ones() -> None:
    """Among all pairs of three agents in turn there are cycles."""
    log = [Say(one, (other,), 1) for one, other in (*combinations("abc", 2), ("c", "a"), ("b", "a"))]
    assert by_brute_force(log) == by_networkx(log) == {(("a", "b", "c"), (0, 2, 3))}
