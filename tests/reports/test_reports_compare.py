"""Two runs side by side, and a run in a few lines."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from report_page import Page
from report_run_factory import SyntheticRun, kpis_of

import reports


@pytest.fixture(scope="module")
def other_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = SyntheticRun()
    run.kpis = kpis_of(run.tables)
    run.kpis["act.visits"]["value"] *= 2
    run.kpis["act.claims"] = {"value": 3, "unit": "1"}
    return run.write(tmp_path_factory.mktemp("compare") / "other")


def test_kpis_stand_side_by_side(run_path: Path, other_path: Path) -> None:
    frame = reports.compare_kpis(run_path, other_path, labels=("before", "after"))
    assert list(frame.columns) == ["before", "after", "difference", "ratio", "unit"]
    visits = frame.loc["act.visits"]
    assert (visits["before"], visits["after"], visits["ratio"], visits["unit"]) == (310, 620, 2, "1")
    assert math.isnan(frame.loc["act.claims", "before"])
    assert math.isnan(frame.loc["token.price_krw", "ratio"])
    assert math.isnan(frame.loc["chain.tx_expired", "ratio"]), "no multiple of nothing"
    assert frame.loc["chain.tx_expired", "difference"] == 0


def test_only_what_changed_may_be_asked_for(run_path: Path, other_path: Path) -> None:
    frame = reports.compare_kpis(run_path, other_path, only_changed=True)
    assert list(frame.index) == ["act.claims", "act.visits"]
    assert reports.compare_kpis(run_path, run_path, labels=("x", "y"), only_changed=True).empty


def test_two_runs_need_two_labels(run_path: Path) -> None:
    with pytest.raises(ValueError, match="two labels"):
        reports.compare_kpis(run_path, run_path, labels=("x", "x"))


def test_a_comparison_is_drawn_with_its_sentence(run_path: Path, other_path: Path) -> None:
    names = ["act.visits", "chain.blocks"]
    figure = reports.compare_figure(run_path, other_path, names, labels=("before", "after"))
    assert figure._repr_html_() == str(figure), "a notebook shows the picture"
    page = Page(str(figure))
    assert (
        page.root.all("svg")[0].attributes["aria-label"]
        == "after beside before: act.visits 2 times, chain.blocks 1 times"
    )
    assert (
        "Farthest from before lies act.visits: in after it is 2 × as large. 1 of 2 are exactly equal."
        in page.root.text
    )
    assert str(reports.compare_figure(run_path, other_path, names, labels=("before", "after"))) == str(figure)


@pytest.mark.parametrize(
    ("factor", "shown"),
    [
        (1.0004, "1.0004"),
        (0.9997, "0.9997"),
        (1 + 1e-9, "just over 1"),
        (1 - 1e-9, "just under 1"),
        (1.2345, "1.23"),
    ],
)
def test_only_equal_figures_are_drawn_as_one(
    run_path: Path, tmp_path: Path, factor: float, shown: str
) -> None:
    run = SyntheticRun()
    run.kpis = kpis_of(run.tables)
    run.kpis["act.gas_per_visit"]["value"] *= factor
    figure = reports.compare_figure(
        run_path, run.write(tmp_path / "run"), ["act.gas_per_visit", "chain.blocks"]
    )
    page = Page(str(figure))
    bars = [node.text for node in page.root.all("text") if node.text.endswith("×")]
    assert sorted(bars) == sorted([f"{shown} ×", "1 ×"])
    assert "1 of 2 are exactly equal" in page.root.text


def test_equal_runs_are_said_to_be_equal(run_path: Path) -> None:
    figure = reports.compare_figure(run_path, run_path, ["act.visits"])
    assert "No figure differs between a and b." in Page(str(figure)).root.text


@pytest.mark.parametrize("name", ["chain.tx_expired", "token.price_krw", "act.nothing"])
def test_what_has_no_multiple_is_refused_by_name(run_path: Path, other_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        reports.compare_figure(run_path, other_path, ["act.visits", name])
    with pytest.raises(ValueError, match="no KPI named"):
        reports.compare_figure(run_path, other_path, [])


def test_a_summary_holds_verdict_and_leading_figures(run_path: Path) -> None:
    page = Page(reports.summary(run_path))
    assert "half of the 320 scanned visits got there within" in page.root.text
    assert "A visit cost 320.8 KRW in chain fees" in page.root.text
    assert "Checked, at this load: the chain carried" in page.root.text
    rows = {row.all("td")[0].text: row.all("td")[1].text for row in page.root.all("tr")}
    assert rows["act.visits"] == "310"
    assert rows["act.records_anchored"] == "–"
    assert "1 run, no interval" in page.root.text


def test_a_summary_escapes(tmp_path: Path) -> None:
    run = SyntheticRun()
    run.scenario["scenario"]["title"] = "<b>x</b>"
    assert "&lt;b&gt;x&lt;/b&gt;" in reports.summary(run.write(tmp_path / "run"))
