"""How figures are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import quantities as q


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.000123, "0.000123"), (0.000088, "0.000088"), (1.23e-8, "1.23e-08"),
     (12.345, "12.3"), (12345.6, "12,346"),
     (-0.5, "-0.5"), (1e9, "1,000,000,000"), (999.6, "1,000"), (math.inf, "∞"), (math.nan, "–")],
)  # fmt: skip
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert q.number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (1.5, "1.5 s"), (75, "1 min 15 s"), (3600, "1 h"), (90_061, "1 d 1 h"), (86_400 * 3, "3 d"),
     (59.999, "60 s"), (math.inf, "never")],
)  # fmt: skip
def test_durations_name_their_two_largest_units(seconds: float, text: str) -> None:
    assert plain(q.duration(seconds)) == text


def test_money_is_exact_below_one_coin_and_short_above() -> None:
    assert plain(q.med(1)) == "0.00000001 MED"
    assert plain(q.med(0)) == "0 MED"
    assert plain(q.med(10**18)) == "10,000,000,000 MED"
    assert plain(q.qtum(-150_000_000)) == "−1.50 QTUM"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.25, "0–1", "25 %"), (75, "s", "1 min 15 s"), (3, "1", "3"), (3.0, "gas", "3 gas"), (None, "s", "–"),
     ("x", "s", "x"), (0.05, "1/year", "5 % a year"), (1234567, "tx", "1,234,567 tx")],
)  # fmt: skip
def test_kpis_are_written_with_their_unit(value: object, unit: str, text: str) -> None:
    assert plain(q.with_unit(value, unit)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (True, "true"), (4300.0, "4,300"), (0.05, "0.05"), (-3, "−3"), ("ticket", "ticket"),
     (10**10, "10,000,000,000")],
)  # fmt: skip
def test_parameters_are_written_in_full(value: object, text: str) -> None:
    assert q.plain(value) == text


def test_small_shares_are_called_small() -> None:
    assert plain(q.share(4e-15)) == "under 0.001 %"
    assert plain(q.share(0)) == "0 %"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (5e6, "5 MB"), (5e12, "5,000 GB")]
)
def test_sizes_choose_their_unit(size: float, text: str) -> None:
    assert plain(q.octets(size)) == text


@given(st.floats(1e-4, 1e15))
def test_a_written_number_is_within_half_a_percent(value: float) -> None:
    assert float(q.number(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@given(st.floats(0, 1e12))
def test_a_scaled_axis_keeps_short_numbers(largest: float) -> None:
    divisor, word = q.scale(largest)
    assert largest / divisor < 2000
    assert bool(word) == (divisor > 1)
