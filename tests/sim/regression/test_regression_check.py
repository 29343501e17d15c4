"""The regression check names each difference and keeps a reason for every accepted figure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from synthetic_run import synthetic_results

from chain.errors import InvalidBlock
from sim.errors import ScenarioError
from sim.metrics.kpi import Kpi
from sim.regression import ACCEPTED_NAME, RegressionError, Verdict, accept_all, check, junit_xml
from sim.regression.accepted import AcceptedKpi, accept, load_accepted
from sim.results import RunResults


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    for name in ("alpha", "beta"):
        (tmp_path / f"{name}.toml").write_text("")
    return tmp_path


def as_ever(path: Path) -> RunResults:
    return synthetic_results({"alpha": 1, "beta": 2}[path.stem])


def with_kpi(name: str, kpi: Kpi) -> Callable[[Path], RunResults]:
    def simulate(path: Path) -> RunResults:
        results = as_ever(path)
        return replace(results, kpis={**results.kpis, name: kpi}) if path.stem == "beta" else results

    return simulate


def test_what_was_accepted_is_well(scenarios: Path) -> None:
    assert accept_all(scenarios, as_ever, "first figures") == ["alpha", "beta"]
    verdicts = list(check(scenarios, as_ever))
    assert [(verdict.scenario, verdict.well) for verdict in verdicts] == [("alpha", True), ("beta", True)]
    assert accept_all(scenarios, as_ever, "again") == []
    assert [step.reason for step in load_accepted(scenarios / ACCEPTED_NAME)["beta"].history] == [
        "first figures"
    ]


@pytest.mark.parametrize(
    ("kpi", "said"),
    [
        (Kpi(2, "1"), "act.visits = 2 leaves its band 2.85 to 3.15, accepted 3"),
        (Kpi(3.1, "1"), "act.visits = 3.1 moved inside its band, accepted 3"),
        (Kpi(None, "1", "why"), "act.visits = undefined leaves its band 2.85 to 3.15, accepted 3"),
    ],
)
def test_a_kpi_that_moves_is_named_with_its_band(scenarios: Path, kpi: Kpi, said: str) -> None:
    accept_all(scenarios, as_ever, "first figures")
    alpha, beta = check(scenarios, with_kpi("act.visits", kpi))
    assert alpha.well
    digest = with_kpi("act.visits", kpi)(scenarios / "beta.toml").digest
    assert beta.differences == (said, f"digest is {digest}, accepted {synthetic_results(2).digest}")


def test_wall_time_may_move(scenarios: Path) -> None:
    accept_all(scenarios, as_ever, "first figures")
    assert all(verdict.well for verdict in check(scenarios, with_kpi("sim.wall_s", Kpi(999.0, "s"))))


def test_a_table_that_moves_without_a_kpi_is_named(scenarios: Path) -> None:
    accept_all(scenarios, as_ever, "first figures")
    _, beta = check(scenarios, lambda path: as_ever(path.with_stem("alpha")))
    assert beta.differences[0] == "table stakers has other values"
    assert beta.differences[1].startswith("digest is ")


def test_what_is_new_or_gone_is_named(scenarios: Path) -> None:
    accept_all(scenarios, as_ever, "first figures")
    path = scenarios / ACCEPTED_NAME
    document = json.loads(path.read_text())
    document["beta"]["kpis"]["act.gone"] = {"value": 1, "low": 1, "high": 1}
    del document["beta"]["kpis"]["act.visits"]
    document["beta"]["tables"]["claims"] = "00"
    del document["beta"]["tables"]["gas"]
    document["gamma"] = document["beta"]
    path.write_text(json.dumps(document))
    _, beta, gamma = check(scenarios, as_ever)
    assert beta.differences == (
        "act.gone is no longer measured, accepted 1",
        "act.visits = 3 is new",
        "table claims is gone",
        "table gas is new",
    )
    assert gamma.differences == ("accepted.json has figures for it, but there is no gamma.toml",)
    assert accept_all(scenarios, as_ever, "gamma left") == ["beta", "gamma"]
    assert set(load_accepted(path)) == {"alpha", "beta"}


def test_without_accepted_figures_nothing_is_well(scenarios: Path) -> None:
    alpha, _ = check(scenarios, as_ever)
    assert alpha.differences == (
        f"no accepted figures; accept them with --accept --reason: digest is {synthetic_results(1).digest}",
    )


@pytest.mark.parametrize("error", [ScenarioError("time.days", "-1", "from 1"), InvalidBlock("too large")])
def test_a_scenario_that_cannot_run_is_an_error_of_its_own(scenarios: Path, error: Exception) -> None:
    def fail(path: Path) -> RunResults:
        if path.stem == "alpha":
            raise error
        return as_ever(path)

    accept_all(scenarios, as_ever, "first figures")
    alpha, beta = check(scenarios, fail)
    assert alpha.error == f"{type(error).__name__}: {error}"
    assert not alpha.well
    assert beta.well
    with pytest.raises(type(error)):
        accept_all(scenarios, fail, "never")
    assert len(load_accepted(scenarios / ACCEPTED_NAME)["alpha"].history) == 1


def test_every_acceptance_keeps_its_reason(scenarios: Path) -> None:
    accept_all(scenarios, as_ever, "first figures")
    moved = with_kpi("act.visits", Kpi(9, "1"))
    assert accept_all(scenarios, moved, "  more visits \n") == ["beta"]
    history = load_accepted(scenarios / ACCEPTED_NAME)["beta"].history
    assert [step.reason for step in history] == ["first figures", "more visits"]
    assert history[-1].digest == moved(scenarios / "beta.toml").digest
    assert all(verdict.well for verdict in check(scenarios, moved))


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_accepting_needs_a_reason(scenarios: Path, reason: str) -> None:
    with pytest.raises(RegressionError, match="needs a reason"):
        accept_all(scenarios, as_ever, reason)
    assert not (scenarios / ACCEPTED_NAME).exists()


def test_a_band_set_by_hand_stays_while_it_holds() -> None:
    first = accept(
        None, "d0", {}, {"act.visits": 100, "act.shares": None, "record.false_accepts": 0}, "first"
    )
    assert first.kpis["act.visits"] == AcceptedKpi(100, 95.0, 105.0)
    assert first.kpis["act.shares"] == AcceptedKpi(None, None, None)
    assert first.kpis["record.false_accepts"] == AcceptedKpi(0, 0.0, 0.0)
    by_hand = replace(first, kpis={**first.kpis, "act.visits": AcceptedKpi(100, 50, 200)})
    second = accept(by_hand, "d1", {}, {"act.visits": 150, "act.shares": 4}, "second")
    assert second.kpis == {"act.visits": AcceptedKpi(150, 50, 200), "act.shares": AcceptedKpi(4, 3.8, 4.2)}
    third = accept(second, "d2", {}, {"act.visits": 201, "act.shares": 4}, "third")
    assert third.kpis["act.visits"] == AcceptedKpi(201, 201 * 0.95, 201 * 1.05)
    assert [step.digest for step in third.history] == ["d0", "d1", "d2"]


@pytest.mark.parametrize("value", [-100.0, -1e-9])
def test_bands_of_negative_figures_hold_them(value: float) -> None:
    kpi = accept(None, "d", {}, {"token.inflation_year_share": value}, "first").kpis[
        "token.inflation_year_share"
    ]
    assert kpi.holds(value)
    assert not kpi.holds(value * 1.06)
    assert not kpi.holds(None)


def test_a_missing_or_empty_directory_is_named(tmp_path: Path) -> None:
    for action in (lambda path: list(check(path, as_ever)), lambda path: accept_all(path, as_ever, "why")):
        with pytest.raises(RegressionError, match="absent: no such directory"):
            action(tmp_path / "absent")
        with pytest.raises(RegressionError, match="holds no scenario"):
            action(tmp_path)


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"alpha": 3}', '{"alpha": {}}', '{"alpha": {"digest": "d", "tables": [], "kpis": {}, "history": []}}',
     '{"alpha": {"digest": "d", "tables": {}, "kpis": {"a": {"value": "1", "low": 0, "high": 2}}, "history": []}}'],
)  # fmt: skip
def test_accepted_figures_that_cannot_be_read_are_named(scenarios: Path, content: str) -> None:
    (scenarios / ACCEPTED_NAME).write_text(content)
    with pytest.raises(RegressionError, match=r"accepted\.json: cannot be read as accepted figures"):
        list(check(scenarios, as_ever))


def test_the_junit_file_says_what_the_verdicts_say() -> None:
    verdicts = [
        Verdict("well", 1.25),
        Verdict("moved", 0.5, ("act.visits = 2 <&> \x00", "digest is …")),
        Verdict("broken", 0.0, error="ScenarioError: first\nsecond"),
    ]
    suite = ElementTree.fromstring(junit_xml(verdicts)).find("testsuite")
    assert suite is not None
    assert suite.attrib == {
        "name": "medsim check", "tests": "3", "failures": "1", "errors": "1", "skipped": "0", "time": "1.750",
    }  # fmt: skip
    well, moved, broken = suite.findall("testcase")
    assert (well.attrib, len(well)) == ({"classname": "medsim check", "name": "well", "time": "1.250"}, 0)
    failure, error = moved.find("failure"), broken.find("error")
    assert failure is not None
    assert failure.attrib["message"] == "2 differences from the accepted figures"
    assert failure.text == "act.visits = 2 <&> \N{REPLACEMENT CHARACTER}\ndigest is …"
    assert error is not None
    assert (error.attrib["message"], error.text) == ("ScenarioError: first", "ScenarioError: first\nsecond")


def test_one_difference_is_one() -> None:
    assert b'message="1 difference from the accepted figures"' in junit_xml([Verdict("moved", 0.0, ("one",))])
