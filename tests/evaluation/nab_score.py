"""The score of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad 2015, section III).

Each window of a true anomaly is worth up to 1 by how early the first detection in it comes and -1 where there is none;
each detection outside costs up to 0.11 by how far behind the last window it is. 100 is perfect, 0 is silence.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

FALSE_POSITIVE = 0.11
FAR = 3.0
"""Window lengths behind a window from where on a detection is worth nothing at all."""


class Series(NamedTuple):
    """Scores of the points, windows as (first, last) point, and the points at the start that do not count."""

    scores: Sequence[float]
    windows: Sequence[tuple[int, int]]
    probation: int


class Point(NamedTuple):
    """What a detection at a point is worth, and in which window it is."""

    score: float
    gain: float
    window: tuple[int, int] | None
    """Number of the series, and of its window."""


def standard_score(collection: Sequence[Series]) -> float:
    """The score at the one threshold that is best for the whole collection; nan where nothing has a window.

    >>> standard_score([Series([0.0] * 20 + [1.0] + [0.0] * 29, [(20, 30)], 5)])
    100.0
    """
    windows = sum(len(series.windows) for series in collection)
    if not windows:
        return math.nan
    points = sorted(
        (point for number, series in enumerate(collection) for point in _points(number, series)),
        key=lambda point: -point.score,
    )
    return 50.0 * (_best_total(points, windows) + windows) / windows


def _best_total(points: Sequence[Point], windows: int) -> float:
    """Lower the threshold from the highest score on, and keep the best sum."""
    total = best = -float(windows)
    gained: dict[tuple[int, int], float] = {}
    for place, point in enumerate(points):
        if point.window is None:
            total += point.gain
        else:
            before = gained.get(point.window, -1.0)
            gained[point.window] = max(before, point.gain)
            total += gained[point.window] - before
        if place + 1 == len(points) or points[place + 1].score != point.score:
            best = max(best, total)
    return best


def _points(number: int, series: Series) -> Iterator[Point]:
    windows = sorted(series.windows)
    current = 0
    for place in range(series.probation, len(series.scores)):
        while current < len(windows) and place > windows[current][1]:
            current += 1
        if current < len(windows) and windows[current][0] <= place:
            first, last = windows[current]
            gain = _bend(-(last - place + 1) / (last - first + 1)) / _bend(-1.0)
            yield Point(series.scores[place], gain, (number, current))
        else:
            yield Point(series.scores[place], FALSE_POSITIVE * _behind(windows, current, place), None)


def _behind(windows: Sequence[tuple[int, int]], current: int, place: int) -> float:
    if not current:
        return -1.0
    first, last = windows[current - 1]
    return _bend((place - last) / max(1, last - first))


def _bend(x: float) -> float:
    return -1.0 if x > FAR else 2.0 / (1.0 + math.exp(5.0 * x)) - 1.0
