"""A series: a number followed over its samples, and how surprising each sample is.

Its statistics are means that forget at two time scales, how far a value is from the slower one, for how
long it has not changed, and how far the latest values are from the means of their hours of the day, working
days and weekends apart. A sample is as surprising as the records (`records.py`) that its statistics set,
together: what several see at once is surer. A season lies within the range that it has spanned before; a
trend sets records whose steps are soon known.

Of an anomaly only the start counts: until it is over (`HELD` samples, or `HELD_SHARE` of all so far), a
sample that surprises less than the worst of it does not surprise at all.
"""

from typing import NamedTuple

from app.core.detectors.anomaly.records import extended, surprise_of
from app.core.entries import Extremes, Track
from app.core.trust import decimals

FAST, SLOW = 2, 32
"""The time scales of the means, in samples."""

RUN = 4
"""Samples that make a run of equal ones."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
HOURS = 48
"""Those of a working day, then those of a day of the weekend."""

HOUR_RATE = 0.1
"""What one sample moves the mean of its hour."""

HOUR_DECIMALS = 4

HELD = 100
HELD_SHARE = 0.03
MOST_UNITS = 1e12
"""Values beyond so many units count as this: they are extreme either way."""


class Statistic(NamedTuple):
    """A statistic of the series as of its latest sample."""

    value: float
    scale: int
    """Samples that go into it."""
    settled: bool
    """Whether it has seen enough for its range to count."""


def follow(course: Track, value: float, now: int, *, seasonal: bool) -> float:
    """Take a sample in; returns its surprise, in powers of ten against chance.

    Parameters: `course`, to be changed; `value`, finite; `now`, event time (ms); `seasonal`, whether to tell
    the hours of the day apart.
    """
    value = _scaled(course, value)
    statistics = [_run(course, value), *_levels(course, value)]
    if seasonal:
        statistics.append(_off_season(course, value, now))
    course.last = value
    course.samples += 1
    return _held_back(course, decimals(_surprise(course, statistics)))


def _scaled(course: Track, value: float) -> float:
    """The value in the series' own unit, in which six decimals mean the same at every scale."""
    if course.unit == 0.0 and value != 0.0:
        course.unit = float(f"1e{f'{value:e}'.partition('e')[2]}") or 1.0
    return decimals(max(-MOST_UNITS, min(MOST_UNITS, value / (course.unit or 1.0))))


def _run(course: Track, value: float) -> Statistic:
    course.run = course.run + 1 if course.samples and value == course.last else 0
    return Statistic(float(course.run), RUN, course.samples >= RUN)


def _levels(course: Track, value: float) -> tuple[Statistic, ...]:
    age = course.samples + 1
    change = decimals(value - course.slow)
    course.fast = decimals(course.fast + (value - course.fast) / min(age, FAST))
    course.slow = decimals(course.slow + (value - course.slow) / min(age, SLOW))
    settled = age > SLOW
    return (
        Statistic(course.fast, FAST, age > FAST),
        Statistic(course.slow, SLOW, settled),
        Statistic(change, SLOW, settled),
    )


def _off_season(course: Track, value: float, now: int) -> Statistic:
    """Compare the sample with its hour of the day; a week must have passed before the comparison counts."""
    hours = list(course.hours or (None,) * HOURS)
    hour = _hour(now)
    usual = hours[hour]
    usual = value if usual is None else usual
    course.off_season = decimals(course.off_season + (value - usual - course.off_season) / SLOW)
    hours[hour] = round(usual + HOUR_RATE * (value - usual), HOUR_DECIMALS)
    course.hours = tuple(hours)
    return Statistic(course.off_season, SLOW, course.samples >= SLOW and now - course.since >= WEEK_MS)


def _hour(now: int) -> int:
    """The hour of an event time (ms, UTC) among HOURS.

    >>> _hour(0), _hour(2 * DAY_MS), _hour(4 * DAY_MS + 5 * HOUR_MS)  # a Thursday, a Saturday, a Monday
    (0, 24, 5)
    """
    weekend = (now // DAY_MS + 3) % 7 >= 5  # noqa: PLR2004 - 1970 began on a Thursday; the week, on a Monday
    return now // HOUR_MS % 24 + (24 if weekend else 0)


def _surprise(course: Track, statistics: list[Statistic]) -> float:
    """How surprising the statistics are, together; their ranges take them in."""
    total, grown = 0.0, list[Extremes | None]()
    for (value, scale, settled), known in zip(statistics, course.extremes or (None,) * len(statistics), strict=True):
        if known is not None:
            total += surprise_of(known, value, scale)
            grown.append(extended(known, value))
        else:
            grown.append(Extremes(value, value) if settled else None)
    course.extremes = tuple(grown)
    return total


def _held_back(course: Track, surprise: float) -> float:
    over = course.samples - course.peaked > max(HELD, HELD_SHARE * course.samples)
    if surprise == 0.0 or (surprise <= course.peak and not over):
        return 0.0
    course.peak, course.peaked = surprise, course.samples
    return surprise
