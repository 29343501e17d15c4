"""Engines that a test's module is run on, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import evm_bench
import pytest

from chain.engines.revm import is_built

NOT_BUILT = "the engine revm is not built here: `make native` builds it (it needs Rust)"

needs_revm = pytest.mark.skipif(not is_built(), reason=NOT_BUILT)


@pytest.fixture(scope="module", params=["pyevm", pytest.param("revm", marks=needs_revm)])
def both_engines(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run the whole module once on the reference and once on the fast engine."""
    before = evm_bench.under_test
    evm_bench.under_test = request.param
    yield request.param
    evm_bench.under_test = before
