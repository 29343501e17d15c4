"""Engines that a test's module is run on, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import evm_bench
import pytest


@pytest.fixture(scope="module", params=["pyevm", pytest.param("revm", marks=evm_bench.needs_revm)])
def both_engines(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run the whole module once on the reference and once on the fast engine."""
    before = evm_bench.under_test
    evm_bench.under_test = request.param
    yield request.param
    evm_bench.under_test = before
