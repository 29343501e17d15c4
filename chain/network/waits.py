"""Exponential waits by the thousand, the same on every processor.

NumPy's own exponentials and logarithms pick variants by processor features and differ in the last bits. Here words
of Philox (integers) become logarithms by exponent, mantissa and a series of multiplications and additions, one
NumPy operation after the other: each rounds as IEEE 754 says, everywhere alike.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

_WORDS_AT_ONCE: Final = 4096
_FRACTION_BITS: Final = 53
_LN_2: Final = 0.6931471805599453
_ROOT_HALF: Final = 0.7071067811865476
_SERIES_TERMS: Final = 12
"""ln m = 2 artanh((m - 1) / (m + 1)); with m in [sqrt 1/2, sqrt 2] twelve terms leave less than 2^-58."""


class Waits:
    """An endless stream of exponential waits of one mean, drawn from a seed."""

    def __init__(self, mean_s: float, seed: bytes) -> None:
        key = int.from_bytes(hashlib.blake2b(seed, digest_size=16, person=b"medsim waits").digest(), "little")
        self._generator = np.random.Philox(key=key)
        self._mean_s = mean_s

    def more_s(self) -> NDArray[np.float64]:
        """Return the next few thousand waits in seconds."""
        words = self._generator.random_raw(_WORDS_AT_ONCE) >> np.uint64(64 - _FRACTION_BITS)
        fractions = (words.astype(np.float64) + 1.0) * 2.0**-_FRACTION_BITS
        return minus_ln(fractions) * self._mean_s


def minus_ln(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -ln of each value in (0, 1]."""
    mantissas, exponents = np.frexp(fractions)
    low = mantissas < _ROOT_HALF
    mantissas = np.where(low, mantissas * 2.0, mantissas)
    exponents = np.where(low, exponents - 1, exponents)
    ratios = (mantissas - 1.0) / (mantissas + 1.0)
    squares = ratios * ratios
    series = np.full_like(ratios, 1.0 / (2 * _SERIES_TERMS - 1))
    for odd in range(2 * _SERIES_TERMS - 3, 0, -2):
        series = series * squares
        series = series + 1.0 / odd
    logarithms: NDArray[np.float64] = ratios * series * 2.0 + exponents * _LN_2
    return -logarithms
