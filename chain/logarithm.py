"""Natural logarithms in integers, so that a decision is the same on every processor.

Values are 64-bit fixed-point fractions: `ONE` stands for 1. Errors stay below 2^-58.
"""

from __future__ import annotations

from typing import Final

FRACTION_BITS: Final = 64
ONE: Final = 1 << FRACTION_BITS
HALF: Final = ONE >> 1


def log_ratio(fraction: int) -> int:
    """Return -ln(1 - x) / x for x = fraction / ONE in [0, 1/2]; its limit at 0 is 1.

    The ratio keeps its relative precision for the smallest x, where the logarithm itself would lose it. Uses
    -ln(1 - x) = 2 artanh(x / (2 - x)); raises `ValueError` outside the range.
    """
    if not 0 <= fraction <= HALF:
        raise ValueError(f"the series is for 0 to {HALF}, not {fraction}")
    divisor = 2 * ONE - fraction
    square = (fraction * fraction << FRACTION_BITS) // (divisor * divisor)
    total, power, odd = 0, ONE, 1
    while power:
        total += power // odd
        power = power * square >> FRACTION_BITS
        odd += 2
    return (total << FRACTION_BITS + 1) // divisor


LN_2: Final = 12_786_308_645_202_655_659
"""ln 2, rounded down."""


def minus_log(fraction: int) -> int:
    """Return -ln(x) for x = fraction / ONE in (0, 1]; raises `ValueError` outside the range."""
    if not 0 < fraction <= ONE:
        raise ValueError(f"a logarithm is for 1 to {ONE}, not {fraction}")
    halvings = FRACTION_BITS - (fraction - 1).bit_length()
    rest = ONE - (fraction << halvings)
    return halvings * LN_2 + (rest * log_ratio(rest) >> FRACTION_BITS)
