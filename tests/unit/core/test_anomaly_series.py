"""A followed number: what surprises, and what does not (METRIC-2, D17)."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.core.detectors.anomaly.records import extended, surprise_of
from app.core.detectors.anomaly.series import DAY_MS, HELD, follow
from app.core.entries import Extremes, Track

STEP_MS = 300_000
DAY = DAY_MS // STEP_MS
ALARM = 6.0
"""The surprise that scores 0.5."""

ALERT = 24.0
"""The surprise that scores 0.8, from which it is an incident."""


def _surprises(values: Iterable[float]) -> list[float]:
    """The surprise of each sample, five minutes apart."""
    course = Track(since=0)
    return [follow(course, value, place * STEP_MS, seasonal=True) for place, value in enumerate(values)]


def _noise(place: int) -> float:
    """A number in [-1, 1] that looks random."""
    return (place * 7919 % 1009) / 504.5 - 1.0


def _day(place: int, height: float = 10.0) -> float:
    return 20.0 + height * math.sin(2.0 * math.pi * (place % DAY) / DAY) + _noise(place)


def _alarms(surprises: list[float], *, after: int) -> list[int]:
    return [place for place, surprise in enumerate(surprises) if surprise >= ALARM and place >= after]


def test_a_daily_season_is_no_anomaly() -> None:
    """METRIC-2: a number that doubles every day at noon is as ever."""
    assert _alarms(_surprises(_day(place) for place in range(14 * DAY)), after=DAY) == []


def test_a_step_is_flagged_once_and_at_once() -> None:
    """D17: a lasting change is one anomaly, not one a sample."""
    start = 10 * DAY
    found = _alarms(_surprises(_day(place) + (60.0 if place >= start else 0.0) for place in range(12 * DAY)), after=DAY)
    assert found
    assert start <= found[0] <= start + 2
    assert len(found) <= 3
    assert found[-1] < start + 50


def test_a_spike_is_flagged() -> None:
    """D17: one sample far out."""
    spike = 9 * DAY
    assert spike in _alarms(_surprises(_day(place) + 100.0 * (place == spike) for place in range(10 * DAY)), after=DAY)


def test_a_trend_is_followed() -> None:
    """METRIC-2: what grows steadily sets records, but known ones: hundreds of them, one score and no alert."""
    surprises = _surprises(0.01 * place + _noise(place) for place in range(14 * DAY))
    assert len(_alarms(surprises, after=DAY)) <= 1
    assert max(surprises[DAY:]) < ALERT


def test_a_flat_line_that_moves_is_flagged() -> None:
    """D17: after days of one value any other is strange."""
    start = 5 * DAY
    assert start in _alarms(_surprises(45.0 + (place >= start) for place in range(6 * DAY)), after=DAY)


def test_a_flat_line_does_not_surprise() -> None:
    """METRIC-2: nothing ever happens."""
    assert _alarms(_surprises(45.0 for _ in range(10 * DAY)), after=0) == []


def test_a_moving_line_that_goes_flat_is_flagged() -> None:
    """D17: a sensor that is stuck, at a value that is nothing special."""
    start = 10 * DAY
    stuck = _surprises(_day(place) if place < start else 20.0 for place in range(11 * DAY))
    found = _alarms(stuck, after=DAY)
    assert found
    assert start < found[0] < start + DAY // 2


def test_a_day_without_its_rise_is_flagged() -> None:
    """D17: all values are usual ones, only not at this hour."""
    missing = 10 * DAY
    values = (20.0 + _noise(place) + 40.0 * (place % DAY > DAY // 2) * (place < missing) for place in range(11 * DAY))
    found = _alarms(_surprises(values), after=8 * DAY)
    assert found
    assert missing + DAY // 2 < found[0] < missing + DAY // 2 + 40


@pytest.mark.parametrize("unit", [1e-12, 1e-6, 1.0, 1e9, 1e200])
def test_the_scale_of_a_number_does_not_matter(unit: float) -> None:
    """METRIC-2: surprises of different series compare."""
    values = [_day(place) + (30.0 if place >= 5 * DAY else 0.0) for place in range(6 * DAY)]
    assert _surprises(unit * value for value in values) == pytest.approx(_surprises(values), rel=0.05, abs=0.2)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=300))
def test_any_finite_numbers_can_be_followed(values: list[float]) -> None:
    """METRIC-2: no value, however large or small, breaks the course or its bounds."""
    assert all(0.0 <= surprise < 1e3 for surprise in _surprises(values))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_within_a_hold_only_what_is_worse_is_said(values: list[float]) -> None:
    """D17: an anomaly's own echoes are not told again."""
    said = [surprise for surprise in _surprises(values[:HELD]) if surprise > 0.0]
    assert said == sorted(set(said))


@given(
    st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(2, 10_000), st.floats(0.01, 100.0), st.floats(0.01, 100.0)
)
def test_a_higher_record_is_no_less_surprising(
    low: float, width: float, samples: int, nearer: float, farther: float
) -> None:
    """METRIC-2: surprise rises with the excess over the range."""
    known = Extremes(low, low + width, samples)
    near, far = sorted((nearer, farther))
    assert surprise_of(known, known.high + near * width, 1) <= surprise_of(known, known.high + far * width, 1)


def test_an_old_extreme_fades() -> None:
    """METRIC-2: one accident does not hide the next for ever."""
    known = replace(Extremes(0.0, 1.0), high=100.0)
    for _ in range(20_000):
        known = extended(known, 0.5)
    assert known.high < 20.0
