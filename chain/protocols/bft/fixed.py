"""Decimal fractions with 18 places, as integers, rounded as the chain rounds them.

Source: cosmos/cosmos-sdk, types/decimal.go (later cosmossdk.io/math): products and quotients round half to even.
"""

from __future__ import annotations

from typing import Final

ONE: Final = 10**18


def percent(value: int, hundredths: int = 0) -> int:
    """Return `value` per cent, and as many hundredths of one, as a fraction."""
    return (value * 100 + hundredths) * ONE // 10_000


def multiplied(one: int, other: int) -> int:
    """Return the product of two fractions, rounded half to even."""
    return _chopped(one * other)


def divided(one: int, other: int) -> int:
    """Return the quotient of two fractions: cut off after 36 places, then rounded half to even."""
    quotient = abs(one) * ONE * ONE // abs(other)
    return _chopped(quotient if (one < 0) == (other < 0) else -quotient)


def _chopped(value: int) -> int:
    whole, rest = divmod(abs(value), ONE)
    if rest * 2 > ONE or (rest * 2 == ONE and whole % 2):
        whole += 1
    return -whole if value < 0 else whole
