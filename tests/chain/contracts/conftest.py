"""The deployed system with certified providers and registered patients; each test gets its own branch."""

from __future__ import annotations

import pytest
from contract_bench import Bench, parameters


@pytest.fixture(scope="session")
def opened() -> Bench:
    """The system just after its opening, nobody registered."""
    return Bench(parameters())


@pytest.fixture(scope="session")
def peopled(opened: Bench) -> Bench:
    bench = opened.branch()
    bench.settle_people()
    return bench


@pytest.fixture
def empty_bench(opened: Bench) -> Bench:
    return opened.branch()


@pytest.fixture
def bench(peopled: Bench) -> Bench:
    return peopled.branch()
