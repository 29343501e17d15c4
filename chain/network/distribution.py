"""Counts of a quantity in bounded memory: exact while it takes few values, then in narrow bins."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

EXACT_VALUES: Final = 4096
"""So many different values are counted one by one; whatever lies on a time grid stays exact."""

BINS_PER_DOUBLING: Final = 256
"""Beyond that a value is counted in one of so many equal bins between two powers of two: within 0.4 %."""

_BUFFER: Final = 4096


class Distribution:
    """Values of at least 0: count, mean, spread and extremes are exact; percentiles as said above."""

    def __init__(self) -> None:
        self._buffer: list[float] = []
        self._counts: dict[float, int] = {}
        self._count = 0
        self._total = 0.0
        self._squares = 0.0
        self._shift: float | None = None
        self._minimum = float("inf")
        self._maximum = float("-inf")
        self.is_exact = True

    def add(self, value: float) -> None:
        """Count one value."""
        self._buffer.append(value)
        if len(self._buffer) >= _BUFFER:
            self._flush()

    @property
    def count(self) -> int:
        """How many values there are."""
        return self._count + len(self._buffer)

    @property
    def mean(self) -> float | None:
        """Their mean, or None where there are none."""
        self._flush()
        return None if self._shift is None else self._shift + self._total / self._count

    @property
    def deviation(self) -> float | None:
        """Their standard deviation, or None below two values."""
        self._flush()
        if self._count < 2:
            return None
        variance = (self._squares - self._total * self._total / self._count) / (self._count - 1)
        return float(max(variance, 0.0) ** 0.5)

    @property
    def minimum(self) -> float | None:
        """The least of them, or None."""
        self._flush()
        return self._minimum if self._count else None

    @property
    def maximum(self) -> float | None:
        """The greatest of them, or None."""
        self._flush()
        return self._maximum if self._count else None

    def percentile(self, share: float) -> float | None:
        """Return the least value that at least `share` (0 to 1) of all do not exceed, or None."""
        self._flush()
        if not self._count:
            return None
        # A millionth less, so that the last bit of a share does not ask for one value more.
        needed = max(1.0, share * self._count - 1e-6)
        seen = 0
        for value in sorted(self._counts):
            seen += self._counts[value]
            if seen >= needed:
                return min(max(value, self._minimum), self._maximum)
        return self._maximum

    def counts(self) -> dict[float, int]:
        """Return the values and how often each came, in order; middles of bins where not exact."""
        self._flush()
        return dict(sorted(self._counts.items()))

    def _flush(self) -> None:
        if not self._buffer:
            return
        values = np.array(self._buffer, dtype=np.float64)
        self._buffer.clear()
        if self._shift is None:
            self._shift = float(values[0])
        self._count += len(values)
        # Sums around one of the values keep their digits; `sum` adds in order, on every processor alike.
        for deviation in (values - self._shift).tolist():
            self._total += deviation
            self._squares += deviation * deviation
        self._minimum = min(self._minimum, float(values.min()))
        self._maximum = max(self._maximum, float(values.max()))
        self._note(values if self.is_exact else _binned(values))
        if self.is_exact and len(self._counts) > EXACT_VALUES:
            self.is_exact = False
            earlier, self._counts = self._counts, {}
            numbers = list(earlier.values())
            for value, number in zip(
                _binned(np.array(list(earlier), dtype=np.float64)).tolist(), numbers, strict=True
            ):
                self._counts[value] = self._counts.get(value, 0) + number

    def _note(self, values: NDArray[np.float64]) -> None:
        for value, number in zip(
            *(part.tolist() for part in np.unique(values, return_counts=True)), strict=True
        ):
            self._counts[value] = self._counts.get(value, 0) + number


def _binned(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middle of each value's bin, from its exponent and leading bits alone."""
    mantissas, exponents = np.frexp(values)
    steps = np.floor(mantissas * 2 * BINS_PER_DOUBLING)
    middles: NDArray[np.float64] = np.ldexp((steps + 0.5) / (2 * BINS_PER_DOUBLING), exponents)
    return np.where(values > 0, middles, 0.0)
