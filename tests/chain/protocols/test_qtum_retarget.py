"""The difficulty rule, and the mean interval that it implies."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import numpy.typing as npt
import pytest

from chain.protocols.protocol import Staker
from chain.protocols.qtum.compact import compact_from_target, target_from_compact
from chain.protocols.qtum.parameters import QTUM_2018
from chain.protocols.qtum.retarget import next_bits, target_limit, times_exponential
from chain.protocols.qtum_2018 import Qtum2018
from chain.units import SATOSHI_PER_QTUM

BITS = compact_from_target(2**200)
EARLY, LATE = 250_000, 500_000
BATCH_BLOCKS = 500
STANDARD_ERRORS = 4


@pytest.mark.parametrize(
    ("interval_s", "factor_1024ths"),
    [(16, 800), (128, 1024), (256, 1280), (1_280, 3_328), (1_296, 3_328), (100_000, 3_328)],
)
def test_the_early_rule_averages_over_seven_spacings_and_cuts_at_ten(
    interval_s: int, factor_1024ths: int
) -> None:
    expected = compact_from_target(2**200 * factor_1024ths // 1_024)
    assert next_bits(QTUM_2018, EARLY, BITS, interval_s) == expected


@pytest.mark.parametrize(
    ("interval_s", "cut_s"), [(16, 16), (128, 128), (640, 640), (2_560, 2_560), (9_999, 2_560)]
)
def test_the_late_rule_is_an_exponential_of_the_excess_cut_at_twenty_spacings(
    interval_s: int, cut_s: int
) -> None:
    with localcontext() as context:
        context.prec = 90
        exact = 2**200 * (Decimal(2 * (cut_s - 128)) / Decimal(32 * 128)).exp()
        target = target_from_compact(next_bits(QTUM_2018, LATE, BITS, interval_s))
        assert abs(target - exact) <= exact / 2**15


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 7), (3, 7), (-3, 7), (-14, 256), (304, 256)])
def test_the_exponential_in_integers_is_right_to_its_last_places(numerator: int, denominator: int) -> None:
    with localcontext() as context:
        context.prec = 90
        exact = 2**200 * (Decimal(numerator) / denominator).exp()
        assert abs(times_exponential(2**200, numerator, denominator) - exact) < 100


def test_a_target_never_exceeds_its_limit() -> None:
    at_limit = compact_from_target(QTUM_2018.target_limit)
    assert next_bits(QTUM_2018, EARLY, at_limit, 1_280) == at_limit
    assert next_bits(QTUM_2018, EARLY, at_limit, 16) < at_limit
    assert next_bits(QTUM_2018, QTUM_2018.late_rules_block, at_limit, 128) == compact_from_target(2**205 - 1)
    assert target_limit(QTUM_2018, QTUM_2018.late_rules_block - 1) == 2**224 - 1


def test_a_target_that_vanished_returns_to_the_limit() -> None:
    assert next_bits(QTUM_2018, EARLY, 0, 128) == compact_from_target(QTUM_2018.target_limit)


def stationary_interval_s(log_factors: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation of the interval for constant weight, by power iteration over the target.

    A block takes k grid steps with a geometric law whose rate is proportional to the target; the target then
    moves by `log_factors[k - 1]` (the last one stands for all longer intervals). States are log rates on a
    fine grid.
    """
    log_rates = np.linspace(math.log(0.01), math.log(0.8), 400)
    spacing = log_rates[1] - log_rates[0]
    chances = 1 - np.exp(-np.exp(log_rates))
    move = np.zeros((len(log_rates), len(log_rates)))
    for k, log_factor in enumerate(log_factors, start=1):
        last = k == len(log_factors)
        weight = (1 - chances) ** (k - 1) * (1.0 if last else chances)
        position = np.clip((log_rates + log_factor - log_rates[0]) / spacing, 0, len(log_rates) - 1.000001)
        low = position.astype(int)
        rows = np.arange(len(log_rates))
        move[rows, low] += weight * (1 - (position - low))
        move[rows, low + 1] += weight * (position - low)
    share = np.full(len(log_rates), 1 / len(log_rates))
    for _ in range(200):
        share = share @ move
    mean = float(share @ (16 / chances))
    square = float(share @ (256 * (2 - chances) / chances**2))
    return mean, math.sqrt(square - mean**2)


def simulated_intervals_s(number: int, blocks: int) -> npt.NDArray[np.float64]:
    coins = tuple(20_000 * SATOSHI_PER_QTUM for _ in range(300))
    stakers = [Staker(f"s{owner}", bytes([owner]) * 20, coins) for owner in range(10)]
    protocol = Qtum2018()
    state = protocol.opening_state(
        stakers, number=number, timestamp_s=1_538_319_600, burn_in_blocks=600, seed=b"\x05" * 32
    )
    intervals = []
    for _ in range(blocks):
        before = state.timestamp_s
        state, stretch = protocol.advance_idle(state, before + 10**6, state.number + 1)
        assert stretch is not None
        intervals.append(state.timestamp_s - before)
    return np.array(intervals, dtype=np.float64)


def early_log_factors() -> npt.NDArray[np.float64]:
    return np.array([math.log((768 + 32 * k) / 1_024) for k in range(1, 81)])


def late_log_factors() -> npt.NDArray[np.float64]:
    return np.array([(2 * (16 * k - 128)) / 4_096 for k in range(1, 161)])


def test_the_early_rule_implies_145_seconds_not_128() -> None:
    """The gap is a logarithm's: see the module's docstring. The late rule has none but for its cut."""
    assert stationary_interval_s(early_log_factors())[0] == pytest.approx(145, abs=0.5)
    assert stationary_interval_s(late_log_factors())[0] == pytest.approx(128, abs=0.5)


@pytest.mark.parametrize(
    ("number", "log_factors"),
    [(EARLY, early_log_factors()), (LATE, late_log_factors())],
    ids=["early", "late"],
)
def test_intervals_have_the_mean_and_spread_that_the_rule_implies(
    number: int, log_factors: npt.NDArray[np.float64]
) -> None:
    mean_s, spread_s = stationary_interval_s(log_factors)
    intervals = simulated_intervals_s(number, 8_000)
    batches = intervals.reshape(-1, BATCH_BLOCKS)
    for measured, expected in [
        (batches.mean(axis=1), mean_s),
        (batches.std(axis=1, mean=intervals.mean()), spread_s),
    ]:
        error = measured.std(ddof=1) / math.sqrt(len(measured))
        assert abs(measured.mean() - expected) < STANDARD_ERRORS * error
