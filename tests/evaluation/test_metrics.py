"""PATTERN-6, D12: the measures themselves, against direct formulas."""

import math
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.bootstrap import interval
from tests.evaluation.metrics import Counts, auc, counted, spearman, total
from tests.evaluation.nab_score import Series, standard_score
from tests.evaluation.poisson import poisson_interval

cases = st.lists(st.tuples(st.booleans(), st.integers(0, 5).map(float)), max_size=30)


@given(cases)
def test_auc_is_the_share_of_pairs_in_the_right_order(given: list[tuple[bool, float]]) -> None:
    positive = [score for true, score in given if true]
    negative = [score for true, score in given if not true]
    pairs = [(p > n) + (p == n) / 2 for p, n in product(positive, negative)]
    if pairs:
        assert auc(given) == pytest.approx(sum(pairs) / len(pairs))
    else:
        assert math.isnan(auc(given))


@given(cases)
def test_auc_of_turned_scores_is_the_rest_to_one(given: list[tuple[bool, float]]) -> None:
    turned = auc([(true, -score) for true, score in given])
    assert math.isnan(turned) or turned == pytest.approx(1 - auc(given))


def test_a_perfect_result_scores_one_and_a_shuffled_one_half() -> None:
    random = Random(1)
    truth = [random.random() < 0.3 for _ in range(4_000)]
    assert auc([(true, float(true)) for true in truth]) == 1
    assert auc([(true, random.random()) for true in truth]) == pytest.approx(0.5, abs=0.03)
    assert counted((true, true) for true in truth).f1() == 1


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(pairs: list[tuple[bool, bool]]) -> None:
    counts = counted(pairs)
    if counts.tp:
        assert 1 / counts.f1() == pytest.approx((1 / counts.precision() + 1 / counts.recall()) / 2)
    else:
        assert counts.f1() == (0 if counts.fp or counts.fn else 1)


def test_counts_add_up() -> None:
    assert total([Counts(1, 2, 3), Counts(4, 5, 6)]) == Counts(5, 7, 9)


@given(st.lists(st.integers(), min_size=2, unique=True), st.randoms(use_true_random=False))
def test_spearman_without_ties_is_the_formula_of_squared_differences(values: list[int], random: Random) -> None:
    other = random.sample(values, len(values))
    place = {value: rank for rank, value in enumerate(sorted(values))}
    squares = sum((place[x] - place[y]) ** 2 for x, y in zip(values, other, strict=True))
    n = len(values)
    expected = 1 - 6 * squares / (n * (n * n - 1))
    pairs = [(float(place[x]), float(place[y])) for x, y in zip(values, other, strict=True)]
    assert spearman(pairs) == pytest.approx(expected)


def test_the_interval_holds_the_mean_in_nineteen_of_twenty_samples() -> None:
    random = Random(7)

    def mean(values: list[float] | tuple[float, ...] | object) -> float:
        assert isinstance(values, list)
        return sum(values) / len(values)

    samples = [[random.gauss(10, 2) for _ in range(60)] for _ in range(100)]
    held = sum(low <= 10 <= high for low, high in (interval(sample, mean, 200) for sample in samples))
    assert 88 <= held <= 99


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.025, 5.572), (10, 4.795, 18.39)])
def test_poisson_intervals_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), abs=0.005)


def test_silence_scores_nothing_on_nab_and_early_detections_most() -> None:
    def at(*detections: int) -> float:
        scores = [1.0 if place in detections else 0.0 for place in range(200)]
        return standard_score([Series(scores, [(100, 120)], 20)])

    assert at() == 0
    assert at(100) == 100
    assert 0 < at(119) < at(110) < at(100)
    assert at(100, 50) < 100
    assert at(10, 100) == 100, "what comes in the probation does not count"
