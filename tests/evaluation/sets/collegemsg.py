"""Private messages of students: are all time-respecting cycles found, and only those?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from tests.evaluation.figure import Effort, Figure
from tests.evaluation.folded import Folded
from tests.evaluation.groups import counts_estimate
from tests.evaluation.metrics import Counts

LENGTHS = range(3, 6)
"""Longer cycles than the labels' are no mistake; they are not compared."""

WINDOW_S = 3_600.0

Path = tuple[int, ...]


def collegemsg(folded: Folded, effort: Effort) -> list[Figure]:
    """Exact precision and recall of cycles.jsonl against brute force; a cycle said twice counts as wrong."""
    true = [tuple(folded.positions[each] for each in label.id.split("|")) for label in folded.labelled("loop", "path")]
    found = [cycle.positions for cycle in folded.cycles if len(cycle.positions) in LENGTHS]
    days = [message.timestamp[:10] for message in folded.messages]
    counts = _by_day(Counter(true), Counter(found), days)
    naive = _by_day(Counter(true), Counter(_triangles(folded)), days)

    def figure(metric: str, of: Callable[[Counts], float]) -> Figure:
        return Figure(
            detector="loop",
            set=folded.name,
            metric=f"exact {metric} of cycles of 3 to 5 in 1 h",
            estimate=counts_estimate(counts, of, effort.resamples),
            cases=len(true),
            naive=counts_estimate(naive, of, 0).score,
            naive_is="triangles of the latest message of each pair",
            goal=1.0,
            cost_us=folded.cost_us,
        )

    return [figure("precision", Counts.precision), figure("recall", Counts.recall)]


def _by_day(true: Mapping[Path, int], found: Mapping[Path, int], days: list[str]) -> list[Counts]:
    """Counts by the day of a cycle's last message."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for path in {**true, **found}:
        hits = min(true.get(path, 0), found.get(path, 0))
        day = counts[days[path[-1]]]
        for place, number in enumerate((hits, found.get(path, 0) - hits, true.get(path, 0) - hits)):
            day[place] += number
    return [Counts(*each) for each in counts.values()]


def _triangles(folded: Folded) -> Iterable[Path]:
    """What is found by remembering the latest message of each pair alone: a to b, b to c, and now c to a."""
    times = [datetime.fromisoformat(message.timestamp).timestamp() for message in folded.messages]
    latest: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for now, message in enumerate(folded.messages):
        third, first = message.agent_id, message.target_agents[0]
        for second, begun in latest[first].items():
            passed = latest[second].get(third)
            if passed is not None and times[begun] < times[passed] < times[now] <= times[begun] + WINDOW_S:
                yield begun, passed, now
        latest[third][first] = now
