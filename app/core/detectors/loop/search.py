"""Enumeration of all simple temporal cycles that a message closes.

R. Kumar and T. Calders, "2SCENT: An Efficient Algorithm to Enumerate All Simple Temporal Cycles", PVLDB
11(11), 2018: first find out what can be part of a cycle at all, then enumerate only inside that. Here the
message from `last` to `first` is known, so that three passes do:

1. forward from `first`: the earliest arrival at each agent and the messages that can be taken from there
   (Dijkstra's order, each agent once); it ends here where `last` is not reached;
2. back from `last`, latest message first: the fewest hops to `last` by later and later edges, of each edge;
3. depth first from `first`, over edges of which the second pass says that `last` is in reach of the hops
   that are left. Only a path that would visit an agent twice still leads nowhere.

Every edge looked at is a step, and so is every hop of a cycle found; the caller says how many there may be.
"""

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.core.entries import Sent

SentAfter = Callable[[str, int], Sequence[Sent]]
"""What an agent sent after a time (ms), oldest first."""


class Closing(NamedTuple):
    """The message that closes cycles: it goes from `last` to `first`."""

    first: str
    last: str
    time: int
    offset: int
    since: int
    """The earliest time (ms) of a first message."""
    max_hops: int
    """Messages of a cycle, the closing one included."""


class Path(NamedTuple):
    """The messages of a cycle, the closing one last, and their senders."""

    agents: tuple[str, ...]
    offsets: tuple[int, ...]


class Budget:
    """The steps that are left; spending more than that cuts the search."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take steps. Raises CutError where there are not that many."""
        if steps > self.left:
            self.left = 0
            raise CutError
        self.left -= steps


class CutError(Exception):
    """The search has used up its steps."""


_Step = tuple[int, int, str, int]
"""Time, offset, target, and the fewest messages from here to the last agent, this one included."""
_Reached = list[tuple[str, Sequence[Sent]]]
"""Agents, and what each sent from when on it is reached."""


def paths(closing: Closing, sent_after: SentAfter, budget: Budget, found: list[Path]) -> None:
    """Append every cycle of at least three messages that the message closes.

    Times rise strictly, no agent comes twice. Raises CutError; then `found` holds some of them.

    >>> sent = {"b": [Sent(1, 11, ("c",))], "c": [Sent(2, 12, ("a", "b"))]}
    >>> found = []
    >>> paths(Closing("b", "a", 3, 13, 0, 8), lambda agent, time: sent.get(agent, ()), Budget(99), found)
    >>> found
    [Path(agents=('b', 'c', 'a'), offsets=(11, 12, 13))]
    """
    reached = _reached(closing, sent_after, budget)
    if reached:
        _enumerate(closing, _leading(closing, reached), budget, found)


def _reached(closing: Closing, sent_after: SentAfter, budget: Budget) -> _Reached:
    """The agents on a way from `first`; none where `last` is out of reach."""
    first, last, until, _, since, _ = closing
    earliest = {first: since - 1, last: -1}
    ahead = [(since - 1, first)]
    reached: _Reached = []
    looked, affordable, closes = 0, budget.left, False
    while ahead and looked <= affordable:
        arrival, agent = heapq.heappop(ahead)
        if arrival > earliest[agent]:
            continue
        sent = sent_after(agent, arrival)
        reached.append((agent, sent))
        for each in sent:
            if each.time >= until or looked > affordable:
                break
            for target in each.targets:
                looked += 1
                if each.time < earliest.get(target, until):
                    earliest[target] = each.time
                    heapq.heappush(ahead, (each.time, target))
                elif target == last and agent != first:
                    closes = True
    budget.spend(looked)
    return reached if closes else []


def _leading(closing: Closing, reached: _Reached) -> dict[str, list[_Step]]:
    """The edges that lead on to `last` in time and in few enough hops, by sender, oldest first.

    Those back to `first` and those from it straight to `last` are left out.
    """
    first, last, now, _, _, max_hops = closing
    edges = [(each.time, each.offset, agent, each.targets) for agent, sent in reached for each in sent]
    edges.sort(reverse=True)
    nearest: dict[str, int] = {}
    steps: dict[str, list[_Step]] = {}
    pending = [(last, 0)]  # edges count for earlier ones only, so once none of their own time is left
    for time, offset, source, targets in edges:
        if time < now:
            for agent, needed in pending:
                if needed < nearest.get(agent, max_hops):
                    nearest[agent] = needed
            now, pending = time, []
        for target in targets:
            needed = nearest.get(target, max_hops) + 1
            if needed < max_hops and target != first and (target != last or source != first):
                steps.setdefault(source, []).append((time, offset, target, needed))
                pending.append((source, needed))
    for leading in steps.values():
        leading.reverse()
    return steps


def _enumerate(closing: Closing, steps: dict[str, list[_Step]], budget: Budget, found: list[Path]) -> None:
    """Depth first, with a stack of its own: `path` and `trail` are the way to where it stands."""
    last, max_hops, left = closing.last, closing.max_hops, budget.left
    path, offsets = [closing.first], [-1]
    trail = [_from(steps, closing.first, closing.since)]
    while trail:
        step = next(trail[-1], None)
        if step is None:
            trail.pop()
            path.pop()
            offsets.pop()
            continue
        time, offset, target, needed = step
        left -= 1 if target != last else 1 + len(path)
        if left < 0:
            break
        if target == last:
            found.append(Path((*path, last), (*offsets[1:], offset, closing.offset)))
        elif needed <= max_hops - len(path) and target not in path:
            path.append(target)
            offsets.append(offset)
            trail.append(_from(steps, target, time + 1))
    budget.spend(budget.left - left)


def _from(steps: dict[str, list[_Step]], agent: str, time: int) -> Iterator[_Step]:
    """The agent's steps from a time on."""
    leading = steps.get(agent, [])
    return iter(leading[bisect_left(leading, (time,)) :])
