"""A stress test's directory: whole, verifiable, the same again, and a report that says it all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markupsafe import escape

import reports
from sim.cli import main
from sim.cli.stress import _figure
from sim.results import StoredRun, verify, write_run
from sim.scenario import Scenario
from sim.stress.results import StressResults
from sim.stress.sweep import run


@pytest.fixture(scope="session")
def written(tiny_results: StressResults, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("stress")
    return write_run(root, tiny_results, make_report=reports.render).path


def test_the_directory_is_whole_and_named_after_its_scenario(written: Path, tiny: Scenario) -> None:
    assert verify(written) == []
    assert written.name == f"stress-{tiny.stress_digest[:8]}-s{tiny.seed}-stress"
    assert StoredRun(written).manifest["kind"] == "stress"


def test_a_changed_table_is_noticed(written: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / written.name
    shutil.copytree(written, copy)
    knees = copy / "tables" / "knees.parquet"
    knees.write_bytes(knees.read_bytes()[:-1] + b"\0")
    assert [problem.kind for problem in verify(copy)] == ["changed"]


def test_the_same_scenario_gives_the_same_digest(tiny: Scenario, tiny_results: StressResults) -> None:
    assert StressResults(run(tiny)).digest == tiny_results.digest


def test_stress_keys_tell_stress_tests_apart_and_runs_not(tiny: Scenario) -> None:
    from sim.scenario import load

    plain = load("stress")
    assert plain.digest == tiny.digest
    assert plain.stress_digest != tiny.stress_digest


def test_a_digest_does_not_depend_on_what_was_asked_before() -> None:
    from sim.scenario import load

    one, other = load("stress"), load("stress")
    assert (one.digest, one.stress_digest) == tuple(reversed((other.stress_digest, other.digest)))
    assert "digest" not in one.values


def test_tables_say_what_the_curves_are(tiny_results: StressResults, tiny: Scenario) -> None:
    steps, knees = tiny_results.tables["steps"], tiny_results.tables["knees"]
    assert len(knees) == 2 * len(tiny.stress.protocols.split())
    assert set(steps["protocol"]) == set(tiny.stress.protocols.split())
    assert (steps["served_visits_per_s"] <= 1.2 * steps["submitted_visits_per_s"] + 1e-9).all()
    poisson = knees[(knees["protocol"] == "poisson") & (knees["batching"] == "none")].iloc[0]
    assert abs(poisson["gap_share"]) < 0.35, "120 blocks of a lottery are few"
    notary = knees[knees["protocol"] == "notary"]
    assert notary["knee_visits_per_s"].isna().all()
    kpis = tiny_results.kpis
    assert kpis["chain.knee_visits_per_s.notary"].reason == "every load that was tried was carried"
    assert kpis["chain.law_visits_per_s.medibloc-dpos"].value == pytest.approx(195, abs=1)


def test_the_national_peak_is_a_line_in_every_figure_over_load_or_throughput(written: Path) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    figures = re.findall(r'<figure id="figure-([^"]+)">(.*?)</figure>', page, flags=re.DOTALL)
    names = [name for name, _ in figures]
    assert names[:3] == ["throughput-poisson", "throughput-medibloc-dpos", "throughput-notary"]
    assert {"load-latency", "load-mempool", "load-orphans", "load-fullness", "load-fees"} <= set(names)
    assert {"over-limit-factor", "over-interval-factor"} <= set(names)
    for name, body in figures:
        assert "nation's busiest hour" in body or "nation&#39;s busiest hour" in body, name


def test_the_report_has_a_verdict_for_every_claim_and_a_cause_for_every_gap(
    written: Path, tiny_results: StressResults
) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    claims = tiny_results.tables["claims"]
    assert list(claims["unit"]) == ["tx/s", "tx/s"]
    for claim in claims["claim"]:
        assert str(escape(claim)) in page
    assert page.count("<td>holds</td>") == int(claims["holds"].sum()) == 2
    assert "propagation and execution" in page
    assert "<script" not in page
    assert "nan" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL).replace("nance", "")


def test_the_report_can_be_made_again(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (written / "report.html").read_bytes()
    assert main(["report", str(written)]) == 0
    assert main(["verify", str(written)]) == 0
    assert (written / "report.html").read_bytes() == before
    assert "whole, digest" in capsys.readouterr().out


QUICKEST = (
    "--set", "stress.blocks_per_step=60", "--set", "stress.warmup_blocks=10", "--set", "stress.interval_blocks=100",
    "--set", "stress.most_acts_per_step=20000", "--set", "stress.gas_limit_factors=1",
    "--set", "stress.interval_factors=1",
)  # fmt: skip


def test_the_command_prints_knees_and_last_the_directory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path)
    assert main(["stress", "--protocols", "poisson,notary", *QUICKEST, "--out", out]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("protocol")
    assert Path(lines[-1], "report.html").is_file()
    assert main(["stress", "--protocols", "poisson,notary", *QUICKEST, "--out", out, "--json"]) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert "an equal result stood there already" in captured.err
    assert [row["protocol"] for row in document["knees"]][:2] == ["notary", "notary"]
    assert document["directory"] == lines[-1]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--protocols", "qtum-2018,bitcoin"], "stress.protocols"),
        (["--protocols", "qtum-2018,qtum-2018"], "stress.protocols"),
        (["--set", "stress.batch_size=65"], "stress.batch_size"),
        (["--set", "stress.blocks=3"], "stress.blocks"),
        (["--set", "stress.gas_limit_factors=4 1"], "stress.gas_limit_factors"),
        (["--seed", "many"], "seed"),
        (["--set", "nothing"], "nothing"),
    ],
)
def test_wrong_input_is_named_and_ends_with_two(
    arguments: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stress", *arguments, "--out", str(tmp_path / "runs")]) == 2
    captured = capsys.readouterr()
    assert named in captured.err
    assert "Traceback" not in captured.err
    assert not (tmp_path / "runs").exists()


def test_an_interrupted_test_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sim.stress.sweep as sweep

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "_curve", interrupted)
    assert main(["stress", "--protocols", "notary", *QUICKEST, "--out", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_its_report_says_how_to_repeat_it(written: Path, tiny: Scenario) -> None:
    page = (written / "report.html").read_text(encoding="utf-8")
    assert f"medsim stress runs/{written.name}/scenario.toml --seed {tiny.seed} --out runs-again" in page
    assert "--engine stress" not in page


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(1000.4, 3, "1,000"), (61.63, 3, "61.6"), (0.5234, 3, "0.523"), (4.81, 2, "4.8"), (0.0, 2, "0")],
)
def test_claims_are_printed_without_exponents(value: float, digits: int, shown: str) -> None:
    assert _figure(value, digits) == shown
