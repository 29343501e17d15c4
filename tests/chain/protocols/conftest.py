"""Bounds from statistics, so that no tolerance is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chain.engines.choice import new_book as book_of
from chain.engines.revm import is_built
from chain.protocols.qtum.book import NewBook

_UNBUILT = pytest.mark.skipif(
    not is_built(), reason="the native book is not built here: `make native` builds it (it needs Rust)"
)


@pytest.fixture(scope="module", params=["pyevm", pytest.param("revm", marks=_UNBUILT)])
def new_book(request: pytest.FixtureRequest) -> NewBook:
    """Return what makes the coin books of each engine."""
    return book_of(request.param)


@pytest.fixture
def chi_square_bound() -> Callable[[int], float]:
    """Return the chi-square quantile at 4 standard deviations (1 in 31,000) by Wilson and Hilferty (1931)."""

    def bound(degrees: int) -> float:
        spread = 2 / (9 * degrees)
        return float(degrees * (1 - spread + 4 * spread**0.5) ** 3)

    return bound
