"""The Numenta Anomaly Benchmark: one agent a series, the anomaly score of each of its messages."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean, pstdev

from msgspec import Struct

from tests.evaluation.figure import Effort, Figure, estimate
from tests.evaluation.folded import Folded, Label
from tests.evaluation.nab_score import Series, standard_score

RESAMPLES = 100
"""A resample sorts some hundred thousand points."""
PUBLISHED = "ARTime 74.9, HTM 70.1, random cut forest 51.7, Windowed Gaussian 39.6"


class Content(Struct):
    """A reading."""

    value: float


def nab(folded: Folded, effort: Effort) -> list[Figure]:
    """The standard score, at the best single threshold, as the benchmark's leaderboard has it."""
    labels = folded.labelled("anomaly", "agent")
    readings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for position, (message, content) in enumerate(zip(folded.messages, folded.contents(Content), strict=True)):
        readings[message.agent_id].append((position, content.value))
    ours = [
        _series(
            folded,
            label,
            [at for at, _ in readings[label.id]],
            [folded.decisions[at].anomaly for at, _ in readings[label.id]],
        )
        for label in labels
    ]
    naive = [
        _series(folded, label, [at for at, _ in readings[label.id]], _deviations(readings[label.id], label.probation))
        for label in labels
    ]
    return [
        Figure(
            detector="anomaly",
            set=folded.name,
            metric="NAB standard score",
            estimate=estimate(ours, standard_score, min(effort.resamples, RESAMPLES)),
            cases=len(labels),
            naive=standard_score(naive),
            naive_is="distance from the mean of the probation",
            published=PUBLISHED,
            goal=75.0,
            cost_us=folded.cost_us,
        )
    ]


def _series(folded: Folded, label: Label, positions: Sequence[int], scores: Sequence[float]) -> Series:
    times = [folded.messages[position].timestamp for position in positions]
    windows = []
    for start, end in label.windows:
        inside = [place for place, time in enumerate(times) if start <= time <= end]
        windows.append((inside[0], inside[-1]))
    return Series(scores, windows, label.probation)


def _deviations(readings: Sequence[tuple[int, float]], probation: int) -> Sequence[float]:
    values = [value for _, value in readings]
    middle, spread = mean(values[:probation]), pstdev(values[:probation]) or 1.0
    return [min(1.0, abs(value - middle) / spread / 100) for value in values]
