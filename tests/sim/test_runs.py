"""What an analyst does in a notebook: run, look, change one number, run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import run
from sim.errors import ScenarioError
from sim.results import verify
from sim.runs import HEADLINES, Run
from sim.scenario import load

SCENARIO = "regression/smoke"


@pytest.fixture(scope="module")
def smoke() -> Run:
    return run(SCENARIO)


def test_a_run_shows_its_figures(smoke: Run) -> None:
    assert smoke.kpis["act.visits"] == len(smoke.table("visits")) > 0
    assert smoke.kpi("act.visits").unit == "1"
    assert set(HEADLINES) <= set(smoke.kpis)
    assert "visits" in smoke.tables
    assert repr(smoke) == f"Run('smoke', seed=7, digest={smoke.digest[:12]})"


def test_a_table_is_the_readers_own(smoke: Run) -> None:
    table = smoke.table("visits")
    table["outcome"] = "changed"
    assert set(smoke.table("visits")["outcome"]) == {"complete"}


def test_an_unknown_name_is_answered_with_the_known_ones(smoke: Run) -> None:
    with pytest.raises(KeyError, match="no KPI 'act.visit'; known are .*act.visits"):
        smoke.kpi("act.visit")
    with pytest.raises(KeyError, match="no KPI 'act.fee'; known are .*; did you mean act.fee_per_visit_krw"):
        smoke.kpis["act.fee"]
    with pytest.raises(KeyError, match="no KPI 'reward.patientmed'; .*; did you mean reward.patient_med "):
        smoke.kpis["reward.patientmed"]
    with pytest.raises(KeyError, match=r"no KPI ''; known are [^;]*$"):
        smoke.kpis[""]
    assert smoke.kpis.get("act.fee") is None
    assert "act.fee" not in smoke.kpis
    with pytest.raises(KeyError, match="no table 'visit'; known are .*visits"):
        smoke.table("visit")


def test_a_notebook_shows_title_figures_and_reasons(smoke: Run) -> None:
    picture = smoke._repr_html_()
    assert "Smoke test" in picture
    assert "undefined: the window has 2 days" in picture
    assert "1 run, no interval" in picture
    assert smoke.digest[:12] in picture


def test_one_number_changed_moves_what_hangs_on_it_and_nothing_else(smoke: Run) -> None:
    doubled = run(SCENARIO, emission__rate=0.1)
    assert load(SCENARIO).emission.rate == 0.05
    before, after = smoke.table("rewards"), doubled.table("rewards")
    assert (after["points"] == before["points"]).all()
    assert abs(after["amount_med_units"] - 2 * before["amount_med_units"]).max() <= 2
    assert doubled.table("visits").equals(smoke.table("visits"))


def test_a_loaded_scenario_runs_too(smoke: Run) -> None:
    assert run(load(SCENARIO)).digest == smoke.digest
    assert run(load(SCENARIO), seed=8).scenario.seed == 8


def test_a_wrong_key_is_named_before_anything_starts() -> None:
    with pytest.raises(ScenarioError, match="emission.rat"):
        run(SCENARIO, emission__rat=0.1)


def test_a_report_can_be_had_without_saving(smoke: Run) -> None:
    path = smoke.report()
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert smoke.report() == path


def test_the_report_of_a_run_that_was_not_saved_goes_with_it(smoke: Run) -> None:
    unsaved = Run(smoke.scenario, smoke.results)
    folder = unsaved.report().parent.parent
    assert folder.is_dir()
    del unsaved
    assert not folder.exists()


def test_a_saved_run_is_sound_and_kept(smoke: Run, tmp_path: Path) -> None:
    saved = smoke.save(tmp_path)
    assert verify(saved) == []
    assert smoke.save(tmp_path) == saved
    assert smoke.report() == saved / "report.html"
