"""A stress test small enough for every change: short steps, three chains."""

from __future__ import annotations

import pytest

from sim.scenario import Scenario, load
from sim.stress.results import StressResults
from sim.stress.sweep import run

TINY = {
    "stress.protocols": "poisson medibloc-dpos notary",
    "stress.blocks_per_step": 120,
    "stress.warmup_blocks": 20,
    "stress.interval_blocks": 400,
    "stress.most_acts_per_step": 40_000,
    "stress.gas_limit_factors": "1 4",
    "stress.interval_factors": "1 2",
}


@pytest.fixture(scope="session")
def tiny() -> Scenario:
    return load("stress", TINY)


@pytest.fixture(scope="session")
def tiny_results(tiny: Scenario) -> StressResults:
    return StressResults(run(tiny), wall_s=1.0, versions={"python": "3"})
