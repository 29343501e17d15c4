"""Draws in columns: words of one keyed stream, and from them values that are the same on every processor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chain.network.waits import minus_ln
from sim.chance import Chance

Reals = NDArray[np.float64]
Words = NDArray[np.uint64]


class WordStream:
    """The words of one named stream, in their order, however many are asked for at a time."""

    def __init__(self, seed: int, name: str) -> None:
        low, high = Chance(seed).stream(name).key
        self._generator = np.random.Philox(key=low | high << 64)

    def words(self, count: int) -> Words:
        """Return the next words of 64 uniform bits."""
        drawn: Words = self._generator.random_raw(count)
        return drawn

    def exponentials(self, count: int) -> Reals:
        """Return exponential values of mean 1."""
        # The middle of one of 2^52 equal cells: neither 0 nor 1 is drawn.
        cells = (self.words(count) >> np.uint64(12)).astype(np.float64)
        return minus_ln((2.0 * cells + 1.0) * 2.0**-53)
