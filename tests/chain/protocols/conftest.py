"""Bounds from statistics, so that no tolerance is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def chi_square_bound() -> Callable[[int], float]:
    """Return the chi-square quantile at 4 standard deviations (1 in 31,000) by Wilson and Hilferty (1931)."""

    def bound(degrees: int) -> float:
        spread = 2 / (9 * degrees)
        return float(degrees * (1 - spread + 4 * spread**0.5) ** 3)

    return bound
