"""What cannot be read is a `ReportError` that names the file; what can be read keeps its integers."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from report_run_factory import SyntheticRun

import reports
from reports.errors import ReportError
from reports.run_directory import RunDirectory

NEEDED = [
    "manifest.json", "scenario.toml", "inputs.json", "kpis.json", "kpis_detail.json", "story.json",
    "tables/balances.parquet", "tables/blocks.parquet", "tables/epochs.parquet", "tables/gas.parquet",
    "tables/rewards.parquet", "tables/shares.parquet", "tables/stakers.parquet", "tables/supply.parquet",
    "tables/transactions.parquet", "tables/visits.parquet",
]  # fmt: skip


@pytest.fixture
def own_run(tmp_path: Path) -> Path:
    return SyntheticRun().write(tmp_path / "run")


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file_is_named(own_run: Path, name: str) -> None:
    (own_run / name).unlink()
    with pytest.raises(ReportError, match="is missing") as caught:
        reports.render(own_run)
    assert str(own_run / name) in str(caught.value)
    assert caught.value.path == own_run / name


@pytest.mark.parametrize("name", NEEDED)
def test_a_cut_file_is_named(own_run: Path, name: str) -> None:
    path = own_run / name
    path.write_bytes(path.read_bytes()[:-9] + b"\xff")
    with pytest.raises(ReportError) as caught:
        reports.render(own_run)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("kpis.json", "[]", "no JSON object"),
        ("kpis.json", '{"act.visits": 3}', "act.visits has no value"),
        ("inputs.json", "{}", "no list of JSON objects"),
        ("inputs.json", '[{"key": "seed"}]', "without key or value"),
        ("story.json", '[{"title": "x"}]', "without a time_s"),
        ("story.json", '[{"time_s": 1, "fields": [1]}]', "wrong fields"),
        ("manifest.json", "[" * 100_000, "is not JSON"),
        ("story_qr.png", "GIF89a", "is not a PNG"),
        (
            "scenario.toml",
            "[time]\ndays = 'many'\nstart = '2018-10-01T00:00:00'\nzone = 'Asia/Seoul'\n",
            "time.days",
        ),
        (
            "scenario.toml",
            "[time]\ndays = 30\nstart = '2018-10-01T00:00:00'\nzone = 'Asia/Nowhere'\n",
            "time.start",
        ),
    ],
)
def test_a_file_of_another_shape_is_named(own_run: Path, name: str, content: str, words: str) -> None:
    (own_run / name).write_text(content, encoding="utf-8")
    if name == "scenario.toml":
        scenario = content + "\n[chain]\nprotocol = 'qtum-2018'\ngas_limit_gas = 40000000\n"
        (own_run / name).write_text(scenario, encoding="utf-8")
    with pytest.raises(ReportError, match=words) as caught:
        reports.render(own_run)
    assert caught.value.path.name == name


def test_a_missing_column_is_named(own_run: Path) -> None:
    path = own_run / "tables" / "gas.parquet"
    pd.read_parquet(path).drop(columns="gas_mean").to_parquet(path)
    with pytest.raises(ReportError, match="has no column gas_mean"):
        reports.render(own_run)


def test_what_is_no_directory_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="is not a run directory"):
        reports.render(tmp_path / "nowhere")


def test_the_qr_picture_may_be_missing(own_run: Path) -> None:
    assert RunDirectory(own_run).story_qr_png is not None
    (own_run / "story_qr.png").unlink()
    assert RunDirectory(own_run).story_qr_png is None


def test_integers_stay_exact_beside_nulls(own_run: Path) -> None:
    path = own_run / "tables" / "supply.parquet"
    big = 2**62 + 1
    pd.DataFrame({"a": pd.array([big, None], dtype="Int64"), "b": [big, 1]}).to_parquet(path)
    frame = RunDirectory(own_run).table("supply", ("a", "b"))
    assert int(frame["a"].iloc[0]) == big
    assert frame["b"].dtype == "int64"
    assert int(frame["b"].iloc[0]) == big


def test_kpis_carry_detail_and_unknown_ones_are_undefined(own_run: Path) -> None:
    detail = json.loads((own_run / "kpis_detail.json").read_text())
    detail["act.visits"] |= {"interval": [300, 320], "n": 5, "beside": {"per_day": 10.5}}
    (own_run / "kpis_detail.json").write_text(json.dumps(detail))
    run = RunDirectory(own_run)
    visits = run.kpi("act.visits")
    assert (visits.interval, visits.n, visits.grade, visits.beside) == (
        (300.0, 320.0),
        5,
        "U",
        (("per_day", 10.5),),
    )
    unknown = run.kpi("act.claims")
    assert unknown.number is None
    assert unknown.reason == "not measured in this run"


def test_settings_are_found_by_dotted_key(own_run: Path) -> None:
    run = RunDirectory(own_run)
    assert run.setting("time.zone") == "Asia/Seoul"
    assert run.setting("time.nothing", 7) == 7
    assert run.setting("seed.below") is None


def test_tables_have_the_columns_that_runs_write() -> None:
    from sim.metrics.tables import SCHEMAS

    assert set(SCHEMAS) == set(SyntheticRun().tables)
