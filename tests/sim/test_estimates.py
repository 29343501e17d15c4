"""Estimates: counted from the visit plan, extended from short runs, and close to what a real run takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from synthetic_run import block, frames, plain_report, synthetic_results, transaction

from sim import estimation
from sim.cli import main
from sim.estimation import CALIBRATION, Demand, Trial, demand, engines, estimate, trials
from sim.results import RunResults, write_run
from sim.runner import simulate
from sim.scenario import Scenario, load, override

SMALL = {"time.days": 3, "population.patients": 8}


def _trial(transactions: int, blocks: int) -> Trial:
    """A machine that needs 2 s to open, 10 ms a transaction, 1 ms a block, and 0.1 MB, 200 and 50 bytes."""
    return Trial(
        transactions,
        blocks,
        span_s=blocks * 128.0,
        wall_s=2 + 0.01 * transactions + 0.001 * blocks,
        size_bytes=100_000 + 200 * transactions + 50 * blocks,
    )


def test_costs_that_are_linear_are_found_exactly() -> None:
    measured = [_trial(40, 675), _trial(120, 700), _trial(60, 4_000)]
    wanted = Demand(visits=1, still_in_care=0, patients=1, providers=1, transactions=1_500)
    found = estimate(load("baseline"), "pyevm", wanted, measured)
    assert found.blocks == 30 * 86_400 / 128
    assert found.seconds == pytest.approx(2 + 15 + 20.25)
    assert found.megabytes == pytest.approx(0.1 + 0.3 + 1.0125)
    assert (found.engine, found.transactions) == ("pyevm", 1_500)


def test_noise_never_makes_a_part_cost_less_than_nothing() -> None:
    measured = [_trial(40, 675), Trial(120, 675, 86_400.0, 0.5, 100), _trial(60, 4_000)]
    found = estimate(load("baseline"), "pyevm", Demand(1, 0, 1, 1, 10**6), measured)
    assert found.seconds >= 0
    assert found.megabytes >= 0


def test_trials_are_the_scenario_made_small_on_the_engine_asked_for() -> None:
    asked: list[Scenario] = []

    def small(scenario: Scenario) -> RunResults:
        asked.append(scenario)
        tables = frames(
            blocks=[block(1, 128.0), block(5, 640.0, count=4, first_time_s=256.0)],
            transactions=[transaction(nonce, 5.0) for nonce in range(scenario.population.patients)],
        )
        return synthetic_results(tables=tables, wall_s=0.5)

    scenario = override(load("baseline"), {"time.warmup_days": 7, "faults.plant": "med-created"})
    measured = trials(scenario, "pyevm", small, None)
    assert [(one.time.days, one.population.patients) for one in asked] == list(CALIBRATION)
    assert {(one.time.warmup_days, one.faults.plant, one.chain.engine) for one in asked} == {
        (0, "none", "pyevm")
    }
    assert [one.transactions for one in measured] == [4, 20, 4]
    assert {(one.blocks, one.span_s, one.wall_s) for one in measured} == {(5, 640.0, 0.5)}
    assert all(one.size_bytes > 10_000 for one in measured)
    reported = trials(scenario, "pyevm", small, lambda _: "x" * 1_000_000)
    assert all(
        1_000_000 < b.size_bytes - a.size_bytes < 1_001_000 for a, b in zip(measured, reported, strict=True)
    )


def test_a_trial_is_as_large_as_its_whole_run_directory(tmp_path: Path) -> None:
    run = write_run(tmp_path, synthetic_results(), make_report=plain_report).path
    (one, *_) = trials(load("baseline"), "pyevm", lambda _: synthetic_results(), plain_report)
    assert one.size_bytes == sum(file.stat().st_size for file in run.rglob("*") if file.is_file())


def test_demand_is_what_a_real_run_does() -> None:
    scenario = override(load("regression/smoke"), SMALL)
    wanted, results = demand(scenario), simulate(scenario)
    transactions = results.tables["transactions"]
    by_act = transactions["act"].value_counts()
    assert by_act["register"] == wanted.patients + wanted.providers
    assert by_act["certify"] == wanted.providers
    assert wanted.visits - wanted.still_in_care == by_act["check-in"] > 0
    population = results.facts["population"]
    assert isinstance(population, dict)
    assert wanted.still_in_care == population["visits_still_in_care_at_the_end"]
    assert len(transactions) == pytest.approx(wanted.transactions, rel=0.25)


def test_engines_are_those_a_scenario_may_name() -> None:
    assert "pyevm" in engines(load("baseline"))


def test_the_command_prints_a_line_an_engine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        estimation, "trials", lambda *_: [_trial(40, 675), _trial(120, 700), _trial(60, 4_000)]
    )
    command = ["estimate", "baseline", *(f"--set={key}={value}" for key, value in SMALL.items())]
    assert main(command) == 0
    title, head, *lines = capsys.readouterr().out.splitlines()
    assert title.startswith("baseline: ")
    assert head.split() == ["engine", "transactions", "blocks", "seconds", "megabytes"]
    assert [line.split()[0] for line in lines] == list(engines(load("baseline")))
    assert lines[0].split()[2] == "2,025"
    assert main([*command, "--json", "--engine", "pyevm"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["scenario"] == "baseline"
    assert document["demand"]["still_in_care"] == 0
    assert [entry["engine"] for entry in document["engines"]] == ["pyevm"]
    assert document["engines"][0]["transactions"] == document["demand"]["transactions"]


def test_the_command_tells_of_visits_that_are_still_in_care_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(estimation, "trials", lambda *_: [_trial(40, 675)])
    still = demand(load("baseline")).still_in_care
    assert still > 0
    assert main(["estimate", "baseline"]) == 0
    remark = capsys.readouterr().out.splitlines()[1]
    assert remark == f"{still} of these visits are still in care at the end and are not attended"
