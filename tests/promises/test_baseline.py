"""The main job: one command, and a stranger reads a report about a real run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.results import verify


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    assert main(["run", "baseline", "--out", str(out)]) == 0
    (run,) = out.iterdir()
    return run


def kpi(run: Path, name: str) -> float:
    return float(json.loads((run / "kpis.json").read_text())[name]["value"])


def test_it_is_whole(baseline: Path) -> None:
    assert verify(baseline) == []
    assert (baseline / "report.html").stat().st_size > 100_000


def test_at_least_300_visits_go_all_the_way(baseline: Path) -> None:
    assert kpi(baseline, "act.visits") >= 300
    assert kpi(baseline, "act.records_anchored") == kpi(baseline, "act.visits")
    assert kpi(baseline, "reward.patient_med") > 0


def test_records_are_believed_elsewhere_and_changed_ones_are_not(baseline: Path) -> None:
    assert kpi(baseline, "record.proofs_verified") > 0
    assert kpi(baseline, "record.proofs_rejected") > 0
    assert kpi(baseline, "record.false_accepts") == kpi(baseline, "record.false_rejects") == 0


def test_nothing_personal_is_on_chain(baseline: Path) -> None:
    assert kpi(baseline, "privacy.plaintext_on_chain_bytes") == 0


def test_a_changed_byte_in_any_table_is_noticed(baseline: Path) -> None:
    table = baseline / "tables" / "visits.parquet"
    content = table.read_bytes()
    table.write_bytes(content[:-200] + bytes([content[-200] ^ 1]) + content[-199:])
    try:
        assert any("visits.parquet" in str(problem) for problem in verify(baseline))
        assert main(["verify", str(baseline)]) != 0
    finally:
        table.write_bytes(content)
