"""`chain.state_roots`: what a run finds does not hang on how often roots are taken; its digest says which it was."""

from __future__ import annotations

import pandas as pd
import pytest

from chain.engines.revm import is_built
from sim.errors import MedSimError
from sim.runner import simulate
from sim.scenario import load
from sim.scenario.model import Scenario

HASHES = ("block_hash",)
"""Columns of the tables that hold what a block's header is hashed to."""

needs_revm = pytest.mark.skipif(
    not is_built(), reason="the engine revm is not built here: `make native` builds it"
)


def scenario(**changes: object) -> Scenario:
    named = {"time.days": 2, "population.patients": 6}
    return load("regression/smoke", named | {f"chain.{key}": value for key, value in changes.items()})


def without_hashes(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns=[name for name in frame.columns if name in HASHES])


@needs_revm
def test_roots_at_the_end_change_hashes_and_nothing_else() -> None:
    often = simulate(scenario(engine="revm"))
    late = simulate(scenario(engine="revm", state_roots="end"))

    assert len(late.tables["visits"]) > 0
    for name, frame in often.tables.items():
        pd.testing.assert_frame_equal(without_hashes(late.tables[name]), without_hashes(frame), obj=name)
    for name, kpi in often.kpis.items():
        if not name.startswith("sim."):
            assert late.kpis[name].value == kpi.value, name
    assert late.state_root == often.state_root
    assert late.head_hash != often.head_hash
    assert late.digest != often.digest
    assert late.scenario_digest != often.scenario_digest


def test_the_reference_refuses_by_name_to_put_them_off() -> None:
    with pytest.raises(MedSimError, match=r"chain\.state_roots = .end.; allowed: .every-block"):
        scenario(engine="pyevm", state_roots="end")


def test_so_does_a_run_whose_fast_engine_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chain.engines.revm.is_built", lambda: False)

    with pytest.raises(MedSimError, match=r"chain\.state_roots"):
        simulate(scenario(engine="auto", state_roots="end"))
