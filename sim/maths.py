"""Transcendental functions whose every bit is the same on every processor.

The C library and NumPy choose their exp and log by the processor's features (FMA, AVX-512) and differ in
the last bits. Here logarithm, exponential and power go through `decimal`, which computes with integers and
rounds correctly, and results are rounded to 1e-9, so that a decision taken on one never depends on the
machine. What is left uses only + - * / and the square root, which IEEE 754 fixes exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Final

DECIMALS: Final = 9
"""Results are rounded to this many places after the point: values below 5e-10 become 0."""

_CONTEXT: Final = Context(prec=26)

# Wichura 1988, Algorithm AS 241 (PPND16): coefficients of numerator and denominator, highest power first,
# of the central region |p - 1/2| <= 0.425, of the middle tail and of the far tail. Relative accuracy about
# 1e-16.
_CENTRAL: Final = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_MIDDLE: Final = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_FAR: Final = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def rounded(value: float) -> float:
    """Return `value` rounded to 1e-9, the grain at which decisions may compare floats."""
    return round(value, DECIMALS)


def ln(value: float) -> float:
    """Return the natural logarithm of `value` > 0, rounded to 1e-9; raise `ValueError` otherwise."""
    return rounded(_ln(value))


def exp(value: float) -> float:
    """Return e to the power `value`, rounded to 1e-9; raise `OverflowError` above 709.78."""
    return _finite(_CONTEXT.exp(_decimal(value)), f"exp({value})")


def power(base: float, exponent: float) -> float:
    """Return `base` > 0 to the power `exponent`, rounded to 1e-9; raise `ValueError` for another base."""
    if not base > 0:
        raise ValueError(f"power needs a base above 0, got {base}")
    return _finite(_CONTEXT.power(_decimal(base), _decimal(exponent)), f"power({base}, {exponent})")


def zipf_shares(total: int, count: int, exponent: float) -> list[int]:
    """Return `total` split in proportion to rank^-exponent, exactly; the first share takes what rounding leaves."""
    weights = [int(power(rank, -exponent) * 10**DECIMALS) for rank in range(1, count + 1)]
    sum_of_weights = sum(weights)
    shares = [total * weight // sum_of_weights for weight in weights]
    shares[0] += total - sum(shares)
    return shares


def concentrated(shares: Sequence[int], first_share: float) -> list[int]:
    """Return shares of the same total, of which the first is so much of it; 0 leaves all as they are.

    The others keep their proportions, and what they hold where that is nothing; the first takes what rounding leaves.
    """
    total, of_others = sum(shares), sum(shares[1:])
    if not (first_share and of_others):
        return list(shares)
    left = total - round(total * first_share)
    others = [share * left // of_others for share in shares[1:]]
    return [total - sum(others), *others]


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile of `probability`, 0 < p < 1, rounded to 1e-9.

    Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988).
    """
    if not 0 < probability < 1:
        raise ValueError(f"normal_quantile needs a probability between 0 and 1, got {probability}")
    offset = probability - 0.5
    if abs(offset) <= 0.425:
        return rounded(offset * _rational(_CENTRAL, 0.180625 - offset * offset))
    distance = math.sqrt(-_ln(min(probability, 1.0 - probability)))
    quantile = _rational(_MIDDLE, distance - 1.6) if distance <= 5.0 else _rational(_FAR, distance - 5.0)
    return rounded(math.copysign(quantile, offset))


def _rational(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: float) -> float:
    numerator, denominator = 0.0, 0.0
    for above, below in zip(*coefficients, strict=True):
        numerator = numerator * x + above
        denominator = denominator * x + below
    return numerator / denominator


def _ln(value: float) -> float:
    if not 0 < value < math.inf:
        raise ValueError(f"ln needs a finite value above 0, got {value}")
    return float(_CONTEXT.ln(Decimal(value)))


def _decimal(value: float) -> Decimal:
    if not math.isfinite(value):
        raise ValueError(f"a finite value is needed, got {value}")
    return Decimal(value)


def _finite(value: Decimal, call: str) -> float:
    result = float(value)
    if math.isinf(result):
        raise OverflowError(f"{call} is larger than a double can hold")
    return rounded(result)
