"""Logarithms in integers against decimal arithmetic."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chain.logarithm import HALF, LN_2, ONE, log_ratio, minus_log

ERROR = Decimal(2) ** -58


def exact_minus_log(value: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return -value.ln()


@given(st.integers(min_value=1, max_value=ONE))
@example(1)
@example(HALF)
@example(HALF + 1)
@example(ONE - 1)
@example(ONE)
def test_the_logarithm_is_right_to_58_bits(fraction: int) -> None:
    with localcontext() as context:
        context.prec = 60
        assert abs(Decimal(minus_log(fraction)) / ONE - exact_minus_log(Decimal(fraction) / ONE)) < ERROR


@given(st.integers(min_value=1, max_value=HALF), st.integers(min_value=0, max_value=40))
def test_the_ratio_keeps_its_precision_for_the_smallest_chances(fraction: int, shift: int) -> None:
    small = max(fraction >> shift, 1)
    with localcontext() as context:
        context.prec = 80
        chance = Decimal(small) / ONE
        assert abs(Decimal(log_ratio(small)) / ONE - exact_minus_log(1 - chance) / chance) < ERROR


def test_the_ratio_starts_at_one_and_ends_at_twice_ln_2() -> None:
    assert log_ratio(0) == ONE
    assert abs(log_ratio(HALF) - 2 * LN_2) <= 64


@pytest.mark.parametrize("fraction", [0, -1, ONE + 1])
def test_the_logarithm_refuses_what_lies_outside(fraction: int) -> None:
    with pytest.raises(ValueError, match="logarithm"):
        minus_log(fraction)


@pytest.mark.parametrize("fraction", [-1, HALF + 1])
def test_the_ratio_refuses_what_lies_outside(fraction: int) -> None:
    with pytest.raises(ValueError, match="series"):
        log_ratio(fraction)
