"""Statistics against theory and against brute force."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.metrics.statistics import fewest_above_half, fewest_with, gini, median, quantile, time_mean

amounts = st.lists(st.integers(min_value=0, max_value=10**18), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([5, 5, 5, 5], 0.0),
        ([0, 0, 0, 7], 3 / 4),
        ([1, 3], 1 / 4),
        ([1, 2, 3, 4], 1 / 4),
        ([0, 0], None),
        ([], None),
    ],
)
def test_gini_by_hand(held: list[int], expected: float | None) -> None:
    assert gini(held) == expected


def test_gini_of_known_distributions() -> None:
    count = 20_000
    uniform = range(1, count + 1)
    assert gini(uniform) == pytest.approx(1 / 3, abs=1e-4)
    exponential = [round(-1e9 * math.log1p(-(rank - 0.5) / count)) for rank in uniform]
    assert gini(exponential) == pytest.approx(1 / 2, abs=1e-3)
    alpha = 3.0
    pareto = [round(1e9 * (1 - (rank - 0.5) / count) ** (-1 / alpha)) for rank in uniform]
    assert gini(pareto) == pytest.approx(1 / (2 * alpha - 1), abs=2e-3)


@given(amounts)
def test_gini_is_half_the_relative_mean_difference(held: list[int]) -> None:
    total, count = sum(held), len(held)
    if total == 0:
        assert gini(held) is None
        return
    difference = sum(abs(one - other) for one in held for other in held)
    assert gini(held) == pytest.approx(difference / (2 * count * total), rel=1e-12, abs=1e-15)


@given(amounts, st.integers(min_value=1, max_value=1000))
def test_gini_knows_no_currency_and_no_order(held: list[int], factor: int) -> None:
    assert gini([amount * factor for amount in reversed(held)]) == gini(held)


@given(st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=7))
def test_fewest_above_half_is_the_smallest_group(held: list[int]) -> None:
    groups = [
        size
        for size in range(1, len(held) + 1)
        for group in combinations(held, size)
        if 2 * sum(group) > sum(held)
    ]
    assert fewest_above_half(held) == (min(groups) if groups else None)


def test_half_is_not_more_than_half() -> None:
    assert fewest_above_half([5, 5]) == 2
    assert fewest_above_half([6, 5]) == 1
    assert fewest_above_half([0, 0]) is None


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (2, 1), (3, 2), (100, 50), (101, 51)])
def test_the_median_as_an_order_statistic(count: int, rank: int) -> None:
    assert quantile([float(value) for value in range(count, 0, -1)], Fraction(1, 2)) == rank


def test_quantiles_count_what_never_came() -> None:
    values = [float(value) for value in range(98)] + [math.inf] * 2
    assert quantile(values, Fraction(98, 100)) == 97.0
    assert quantile(values, Fraction(99, 100)) == math.inf
    assert quantile(values, Fraction(0)) == 0.0


def test_medians() -> None:
    assert median([]) is None
    assert median([7]) == 7.0
    assert median([9, 1, 5]) == 5.0
    assert median([4, 1, 3, 2]) == 2.5


def test_time_means() -> None:
    assert time_mean([], []) is None
    assert time_mean([5.0], [1.0]) is None
    assert time_mean([5.0, 5.0], [1.0, 2.0]) is None
    assert time_mean([0.0, 10.0], [1.0, 3.0]) == 2.0
    assert time_mean([0.0, 10.0, 40.0], [1.0, 3.0, 3.0]) == 2.75


@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=2, max_size=20, unique=True))
def test_the_time_mean_of_a_line_is_its_middle(times: list[int]) -> None:
    times_s = sorted(float(time) for time in times)
    values = [2 * time_s + 1 for time_s in times_s]
    assert time_mean(times_s, values) == pytest.approx((values[0] + values[-1]) / 2)
    assert all(first < second for first, second in pairwise(times_s))


@pytest.mark.parametrize(
    ("held", "share", "fewest"),
    [
        ([1] * 21, Fraction(1, 3), 7),
        ([1] * 20, Fraction(1, 3), 7),
        ([2, 1, 1, 1, 1], Fraction(1, 3), 1),
        ([3, 3, 3, 1], Fraction(1, 3), 2),
        ([0, 0], Fraction(1, 3), None),
        ([], Fraction(1, 3), None),
    ],
)
def test_the_fewest_who_have_at_least_a_share(held: list[int], share: Fraction, fewest: int | None) -> None:
    assert fewest_with(held, share) == fewest
