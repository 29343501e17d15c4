"""Every regression scenario gives its accepted digest on the fast engine too; `medsim check` runs the reference."""

from __future__ import annotations

from pathlib import Path

import pytest

from chain.engines.choice import ENGINES, chosen
from chain.engines.revm import is_built
from sim.errors import InvariantViolated, ScenarioError
from sim.paths import scenarios_directory
from sim.regression.accepted import ACCEPTED_NAME, load_accepted
from sim.regression.check import scenario_paths
from sim.runner import simulate
from sim.scenario import load

REGRESSION = scenarios_directory() / "regression"

needs_revm = pytest.mark.skipif(
    not is_built(), reason="the engine revm is not built here: `make native` builds it (it needs Rust)"
)


@needs_revm
@pytest.mark.parametrize("path", scenario_paths(REGRESSION), ids=lambda path: path.stem)
def test_a_regression_scenario_gives_its_digest_on_revm(path: Path) -> None:
    results = simulate(load(str(path), {"chain.engine": "revm"}))
    assert results.engine == "revm"
    assert results.digest == load_accepted(REGRESSION / ACCEPTED_NAME)[path.stem].digest


@needs_revm
@pytest.mark.parametrize("plant", ["med-created", "qtum-created", "coin-lost"])
def test_a_planted_violation_is_told_in_the_same_words(plant: str) -> None:
    told = []
    for engine in ENGINES:
        with pytest.raises(InvariantViolated) as caught:
            simulate(load("regression/smoke", {"chain.engine": engine, "faults.plant": plant}))
        told.append(str(caught.value).replace(" --engine revm", ""))
    assert told[0] == told[1]


@needs_revm
def test_auto_takes_the_fast_engine_where_it_is_built() -> None:
    assert chosen("auto") == "revm"


def test_auto_takes_the_reference_where_the_fast_engine_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chain.engines.revm.engine.find_spec", lambda _name: None)
    assert chosen("auto") == "pyevm"


def test_an_engine_that_is_not_built_is_a_mistake_in_the_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chain.engines.revm.engine.find_spec", lambda _name: None)
    with pytest.raises(ScenarioError, match="make native"):
        simulate(load("regression/smoke", {"chain.engine": "revm"}))
