"""The course of a score: its spread, its slope with a confidence interval, how long a recovery took (TRUST-5).

Each change of a score by LEAST_MOVE or more is an observation (time, score). Weights halve with every HALF_LIFE_H
hours and sums are kept relative to the latest time, so that an update costs the same whatever the history: weighted
least squares with exponential forgetting (L. Ljung, System Identification, 2nd ed. 1999, section 11.2).
"""

import math
from typing import NamedTuple

from app.core.entries import Course

HALF_LIFE_H = 24.0
"""Scores older than this count half; a constant of engine version 1."""
HOUR_MS = 3_600_000
LEAST_MOVE = 0.01
"""A change of a score by less than this is none; a constant of engine version 1."""
_LEAST = 2.5
"""Scores, by weight, that a slope with its interval takes."""
_NORMAL_95 = 1.96


class Slope(NamedTuple):
    """Change of the score per hour, and its 95 % confidence interval."""

    value: float
    low: float
    high: float


def moved(course: Course | None, now: int, before: float, after: float) -> Course:
    """The course after one more change of the score, from `before` to `after` at `now` (event time, ms).

    >>> first = moved(None, 0, 100.0, 90.0)
    >>> spread(moved(first, 0, 90.0, 90.0))
    0.0
    """
    hour, score = now // HOUR_MS, after - 100.0
    if course is None:
        return Course(now, 1.0, 0.0, score, 0.0, 0.0, score * score, hour, before)
    passed = max(0, now - course.at) / HOUR_MS
    left = 2.0 ** (-passed / HALF_LIFE_H)
    weight, time, scores = course.weight * left, course.time * left, course.score * left
    return Course(
        at=max(now, course.at),
        weight=round(weight + 1.0, 6),
        time=round(time - passed * weight, 6),
        score=round(scores + score, 6),
        time_time=round(course.time_time * left - 2.0 * passed * time + passed * passed * weight, 6),
        time_score=round(course.time_score * left - passed * scores, 6),
        score_score=round(course.score_score * left + score * score, 6),
        hour=hour,
        hour_score=before if hour != course.hour else course.hour_score,
        low_since=course.low_since,
        recovery_ms=course.recovery_ms,
    )


def spread(course: Course) -> float:
    """The standard deviation of the latest scores."""
    mean = course.score / course.weight
    return round(math.sqrt(max(0.0, course.score_score / course.weight - mean * mean)), 6)


def slope(course: Course) -> Slope | None:
    """The trend of the latest scores; None where they are too few, or all at one time."""
    weight = course.weight
    mean_time, mean_score = course.time / weight, course.score / weight
    times = course.time_time - weight * mean_time * mean_time
    if weight < _LEAST or times <= 1e-9:  # noqa: PLR2004 - nothing but rounding
        return None
    both = course.time_score - weight * mean_time * mean_score
    scores = max(0.0, course.score_score - weight * mean_score * mean_score)
    value = both / times
    error = math.sqrt(max(0.0, scores - value * both) / (weight - 2.0) / times)
    reach = _NORMAL_95 * error
    return Slope(round(value, 6), round(value - reach, 6), round(value + reach, 6))
