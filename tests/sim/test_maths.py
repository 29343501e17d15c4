"""Maths agrees with the platform's to 1e-9, and with itself on a processor without vector units."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import maths

PRINTER = """
import numpy
from sim import maths
from sim.chance import Chance
stream = Chance(5).stream("law")
grid = [n / 37 for n in range(1, 400)]
print(numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", []))
print([maths.ln(x) for x in grid], [maths.exp(x) for x in grid], [maths.power(x, 0.37) for x in grid])
print([stream.lognormal("l", n, 20, 0.5) for n in range(200)], stream.octets("o", 0, 4096).hex())
"""


@given(st.floats(1e-300, 1e300))
def test_ln_agrees_with_the_platform(value: float) -> None:
    assert maths.ln(value) == pytest.approx(math.log(value), abs=6e-10)


@given(st.floats(-700, 20))
def test_exp_agrees_with_the_platform(value: float) -> None:
    assert maths.exp(value) == pytest.approx(math.exp(value), rel=1e-15, abs=6e-10)


@given(st.floats(1e-6, 1e6), st.floats(-2, 2))
def test_power_agrees_with_the_platform(base: float, exponent: float) -> None:
    assert maths.power(base, exponent) == pytest.approx(base**exponent, rel=1e-14, abs=6e-10)


@given(st.floats(1e-300, 1 - 1e-12))
def test_normal_quantile_agrees_with_the_standard_library(probability: float) -> None:
    expected = statistics.NormalDist().inv_cdf(probability)

    assert maths.normal_quantile(probability) == pytest.approx(expected, abs=6e-10)


@given(st.floats(1e-9, 0.5))
def test_normal_quantile_is_symmetric(probability: float) -> None:
    # Cut to 40 bits, so that 1 - tail is exact.
    tail = math.ldexp(round(math.ldexp(probability, 40)), -40) or 0.25

    assert maths.normal_quantile(1 - tail) == -maths.normal_quantile(tail)


def test_results_are_rounded_to_a_billionth() -> None:
    assert maths.ln(2) == 0.693147181
    assert maths.exp(-30) == 0.0
    assert maths.power(2, 0.5) == 1.414213562
    assert maths.rounded(0.1 + 0.2) == 0.3


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_logarithm_of_what_has_none(value: float) -> None:
    with pytest.raises(ValueError, match="ln needs"):
        maths.ln(value)


@pytest.mark.parametrize("base", [0.0, -2.0, math.nan])
def test_power_of_what_has_none(base: float) -> None:
    with pytest.raises(ValueError, match="base above 0"):
        maths.power(base, 0.5)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, math.nan])
def test_quantile_of_what_is_no_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        maths.normal_quantile(probability)


def test_beyond_the_range_of_a_double() -> None:
    assert maths.exp(709) == pytest.approx(math.exp(709))
    with pytest.raises(OverflowError, match=r"exp\(710"):
        maths.exp(710.0)
    with pytest.raises(OverflowError, match="power"):
        maths.power(1e200, 2.0)
    with pytest.raises(ValueError, match="finite"):
        maths.exp(math.inf)


def printed(disabled: str) -> tuple[str, str]:
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled}
    run = subprocess.run(
        [sys.executable, "-c", PRINTER], env=environment, capture_output=True, text=True, check=True
    )
    features, results = run.stdout.split("\n", 1)
    return features, results


def test_results_do_not_depend_on_the_processor() -> None:
    features, results = printed("")
    names = [name.strip("'[] ") for name in features.split(",")]
    none_left, plain_results = printed(" ".join(names))

    assert none_left == "[]"
    assert plain_results == results
    assert len(results) > 10_000
