"""Enumeration of all simple temporal cycles that a message closes.

R. Kumar and T. Calders, "2SCENT: An Efficient Algorithm to Enumerate All Simple Temporal Cycles", PVLDB
11(11), 2018: first find out what can be part of a cycle at all, then enumerate only inside that. Here the
message from `last` to `first` is known, so that three passes do:

1. forward from `first`: the earliest arrival at each agent and the edges that can be taken from there
   (Dijkstra's order, each agent once); it ends here where `last` is not reached;
2. back from `last`, latest edge first: the fewest hops to `last` by later and later edges, of each edge;
3. depth first from `first`, over edges of which the second pass says that `last` is in reach of the hops
   that are left. Only a path that would visit an agent twice still leads nowhere.

Every edge looked at is a step, and so is every hop of a cycle found; the caller says how many there may be.
"""

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from app.core.entries import Sent

SentAfter = Callable[[str, int], Iterable[Sent]]
"""What an agent sent after a time (ms)."""


class Closing(NamedTuple):
    """The message that closes cycles: it goes from `last` to `first`."""

    first: str
    last: str
    time: int
    since: int
    """The earliest time (ms) of a first message."""
    max_hops: int
    """Messages of a cycle, the closing one included."""


class Path(NamedTuple):
    """The messages of a cycle up to the closing one, and their senders."""

    agents: tuple[str, ...]
    offsets: tuple[int, ...]


class Budget:
    """The steps that are left; spending more than that cuts the search."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps. Raises CutError where there are not that many."""
        if steps > self.left:
            self.left = 0
            raise CutError
        self.left -= steps


class CutError(Exception):
    """The search has used up its steps."""


_Edge = tuple[int, int, str, str]
"""Time, offset, sender, target."""


class _Step(NamedTuple):
    time: int
    offset: int
    target: str
    needed: int
    """Fewest messages from here to the last agent, this one included."""


def paths(closing: Closing, sent_after: SentAfter, budget: Budget, found: list[Path]) -> None:
    """Append every path of at least two messages from `first` to `last` that the message closes to a cycle.

    Times rise strictly, no agent comes twice. Raises CutError; then `found` holds some of them.

    >>> sent = {"b": [Sent(1, 11, ("c",))], "c": [Sent(2, 12, ("a", "b"))]}
    >>> found = []
    >>> paths(Closing("b", "a", 3, 0, 8), lambda agent, time: sent.get(agent, ()), Budget(99), found)
    >>> found
    [Path(agents=('b', 'c'), offsets=(11, 12))]
    """
    edges = _reached(closing, sent_after, budget)
    if edges:
        steps = _leading(closing, edges)
        _enumerate(closing, steps, budget, found)


def _reached(closing: Closing, sent_after: SentAfter, budget: Budget) -> list[_Edge]:
    """The edges that can be taken on a way from `first`; none where `last` is out of reach."""
    first, last, until = closing.first, closing.last, closing.time
    earliest = {first: closing.since - 1, last: -1}
    ahead = [(closing.since - 1, first)]
    reached: list[tuple[str, Iterable[Sent]]] = []
    closes = False
    while ahead:
        arrival, agent = heapq.heappop(ahead)
        if arrival > earliest[agent]:
            continue
        sent = sent_after(agent, arrival)
        reached.append((agent, sent))
        for each in sent:
            time = each.time
            if time >= until:
                break
            budget.spend(len(each.targets))
            for target in each.targets:
                if time < earliest.get(target, until):
                    earliest[target] = time
                    heapq.heappush(ahead, (time, target))
                elif target == last and agent != first:
                    closes = True
    return list(_edges(closing, reached)) if closes else []


def _edges(closing: Closing, reached: list[tuple[str, Iterable[Sent]]]) -> Iterator[_Edge]:
    """The edges from the agents reached, but those back to `first` and those straight to `last`."""
    first, last, until = closing.first, closing.last, closing.time
    for agent, sent in reached:
        for each in sent:
            if each.time >= until:
                break
            for target in each.targets:
                if target != first and (target != last or agent != first):
                    yield each.time, each.offset, agent, target


def _leading(closing: Closing, edges: list[_Edge]) -> dict[str, list[_Step]]:
    """The edges that lead on to `last` in time and in few enough hops, by sender, oldest first."""
    edges.sort(reverse=True)
    nearest = {closing.last: 0}
    steps: dict[str, list[_Step]] = {}
    pending: list[tuple[str, int]] = []
    now = closing.time
    for time, offset, source, target in edges:
        if time < now:
            _settle(nearest, pending)
            now = time
        needed = nearest.get(target, closing.max_hops) + 1
        if needed < closing.max_hops:
            steps.setdefault(source, []).append(_Step(time, offset, target, needed))
            pending.append((source, needed))
    for leading in steps.values():
        leading.reverse()
    return steps


def _settle(nearest: dict[str, int], pending: list[tuple[str, int]]) -> None:
    """Let edges count for earlier ones, once none of their own time is left."""
    for agent, needed in pending:
        nearest[agent] = min(needed, nearest.get(agent, needed))
    pending.clear()


def _enumerate(closing: Closing, steps: dict[str, list[_Step]], budget: Budget, found: list[Path]) -> None:
    """Depth first, with a stack of its own: `path` and `trail` are the way to where it stands."""
    path, trail = [closing.first], [iter(steps.get(closing.first, ()))]
    offsets: list[int] = []
    while trail:
        step = next(trail[-1], None)
        if step is None:
            trail.pop()
            path.pop()
            if offsets:
                offsets.pop()
            continue
        budget.spend()
        if step.target == closing.last:
            budget.spend(len(path))
            found.append(Path(tuple(path), (*offsets, step.offset)))
        elif step.needed <= closing.max_hops - len(path) and step.target not in path:
            path.append(step.target)
            offsets.append(step.offset)
            following = steps.get(step.target, [])
            trail.append(iter(following[bisect_right(following, step.time, key=_time) :]))


def _time(step: _Step) -> int:
    return step.time
