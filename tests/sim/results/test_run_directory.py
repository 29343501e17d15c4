"""Run directories: written whole or not at all, kept where equal, refused where different, read back."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from synthetic_run import plain_report, synthetic_results

from sim.metrics.schema import TableError
from sim.metrics.tables import SCHEMAS
from sim.results import (
    RunDamaged,
    RunDiffers,
    RunError,
    RunNotFound,
    StoredRun,
    put_file,
    require_sound,
    verify,
    write_report,
    write_report_to,
    write_run,
)
from sim.results.writer import TEMPORARY_PREFIX


def _names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_a_run_directory_has_its_name_and_its_files(tmp_path: Path) -> None:
    written = write_run(tmp_path / "runs", synthetic_results(), make_report=plain_report)
    assert not written.kept
    assert written.path == tmp_path / "runs" / "tiny-01234567-s7-pyevm"
    assert _names(written.path) == sorted(
        [
            "DONE", "inputs.json", "journal.jsonl", "kpis.json", "kpis_detail.json", "manifest.json",
            "report.html", "report.sha256", "scenario.toml", "story.json", "story_qr.png", "tables",
        ]
    )  # fmt: skip
    assert _names(written.path / "tables") == sorted(f"{name}.parquet" for name in SCHEMAS)
    assert _names(tmp_path / "runs") == [written.path.name]
    assert verify(written.path) == []


def test_a_run_reads_back_as_it_was(tmp_path: Path) -> None:
    results = synthetic_results()
    run = StoredRun(write_run(tmp_path, results).path)
    assert run.kpis == results.kpis
    assert run.journal() == list(results.journal)
    assert run.manifest["digest"] == results.digest
    assert run.manifest["facts"] == {"population": {"patients": 3}}
    for name, frame in results.tables.items():
        pd.testing.assert_frame_equal(run.table(name), frame)


def test_columns_say_their_units_in_the_files(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results()).path
    field = pq.read_schema(path / "tables" / "blocks.parquet").field("subsidy_sat")
    assert field.metadata[b"unit"] == b"sat"
    assert b"subsidy" in field.metadata[b"description"]


def test_an_equal_run_is_kept_as_it_was(tmp_path: Path) -> None:
    first = write_run(tmp_path, synthetic_results())
    before = (first.path / "manifest.json").stat().st_ino
    second = write_run(tmp_path, synthetic_results(signing="full", wall_s=9.0))
    assert second.kept
    assert second.path == first.path
    assert (first.path / "manifest.json").stat().st_ino == before


def test_a_kept_run_without_a_report_gets_one(tmp_path: Path) -> None:
    write_run(tmp_path, synthetic_results())
    kept = write_run(tmp_path, synthetic_results(), make_report=plain_report)
    assert kept.kept
    assert (kept.path / "report.html").is_file()
    assert verify(kept.path) == []


def test_a_different_run_is_an_error_unless_forced(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results()).path
    other = synthetic_results(tables=synthetic_results(8).tables)
    with pytest.raises(RunDiffers, match=f"a different result stands there.*{other.digest}.*--force"):
        write_run(tmp_path, other)
    assert StoredRun(path).manifest["digest"] == synthetic_results().digest
    assert write_run(tmp_path, other, force=True).path == path
    assert StoredRun(path).manifest["digest"] == other.digest
    assert verify(path) == []
    assert _names(tmp_path) == [path.name]


def test_a_damaged_run_is_not_kept_as_equal(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results()).path
    (path / "DONE").unlink()
    with pytest.raises(RunDiffers, match=r"no whole run .*--force replaces it"):
        write_run(tmp_path, synthetic_results())
    write_run(tmp_path, synthetic_results(), force=True)
    assert verify(path) == []


def test_a_file_in_the_way_is_named_and_replaced_only_by_force(tmp_path: Path) -> None:
    target = tmp_path / synthetic_results().directory_name
    target.write_text("mine")
    with pytest.raises(RunDiffers, match="it is no directory"):
        write_run(tmp_path, synthetic_results())
    write_run(tmp_path, synthetic_results(), force=True)
    assert verify(target) == []


def test_a_root_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        write_run(tmp_path / "runs", synthetic_results())


@pytest.mark.parametrize("mishap", [RuntimeError("no figure"), KeyboardInterrupt()])
def test_a_report_that_fails_leaves_nothing(tmp_path: Path, mishap: BaseException) -> None:
    def fail(path: Path) -> str:
        assert path.name.startswith(TEMPORARY_PREFIX)
        assert not (path / "DONE").exists()
        raise mishap

    with pytest.raises(type(mishap)):
        write_run(tmp_path, synthetic_results(), make_report=fail)
    assert _names(tmp_path) == []


def test_what_a_dead_writer_left_is_removed_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    name = synthetic_results().directory_name
    (tmp_path / f"{TEMPORARY_PREFIX}{name}-dead").mkdir()
    (tmp_path / f"{TEMPORARY_PREFIX}other-run-dead").mkdir()
    inside: list[list[str]] = []

    def write_again(_path: Path) -> str:
        write_run(tmp_path, synthetic_results())
        inside.append(_names(tmp_path))
        return ""

    outer = write_run(tmp_path, synthetic_results(), make_report=write_again)
    living = [entry for entry in inside[0] if entry.startswith(f"{TEMPORARY_PREFIX}{name}")]
    assert len(living) == 1
    assert not living[0].endswith("-dead")
    assert outer.kept
    assert _names(tmp_path) == [f"{TEMPORARY_PREFIX}other-run-dead", name]


def test_many_writers_of_one_run_agree(tmp_path: Path) -> None:
    written: list[bool] = []
    threads = [
        threading.Thread(target=lambda: written.append(write_run(tmp_path, synthetic_results()).kept))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [False, True, True, True, True, True]
    assert verify(tmp_path / synthetic_results().directory_name) == []
    assert len(_names(tmp_path)) == 1


def test_a_run_has_all_tables(tmp_path: Path) -> None:
    partial = {name: frame for name, frame in synthetic_results().tables.items() if name != "gas"}
    with pytest.raises(RunError, match="missing or unknown: gas"):
        write_run(tmp_path, synthetic_results(tables=partial))
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("regression/smoke", "regression-smoke"), ("../../x", "x"), ("  ", "scenario"), ("서울", "scenario")],
)
def test_the_directory_name_stays_one_plain_name(name: str, expected: str) -> None:
    assert synthetic_results(scenario_name=name).directory_name == f"{expected}-01234567-s7-pyevm"


def test_the_report_may_be_made_again(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results(), make_report=plain_report).path
    done = (path / "DONE").read_bytes()
    assert write_report(path, lambda _: "another look") == path / "report.html"
    assert (path / "report.html").read_text() == "another look"
    assert (path / "DONE").read_bytes() == done
    assert verify(path) == []


def test_a_report_elsewhere_leaves_the_run_alone(tmp_path: Path) -> None:
    path = write_run(tmp_path / "runs", synthetic_results()).path
    assert write_report_to(tmp_path / "r.html", path, plain_report).read_text() == plain_report(path)
    assert not (path / "report.html").exists()
    with pytest.raises(RunError, match="cannot be written"):
        write_report_to(tmp_path / "absent" / "r.html", path, plain_report)


def test_a_damaged_report_does_not_stand_in_the_way_of_a_new_one(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results(), make_report=plain_report).path
    (path / "report.html").write_text("torn")
    (path / f"{TEMPORARY_PREFIX}report.html").write_text("half")
    assert {problem.file for problem in verify(path)} == {"report.html", f"{TEMPORARY_PREFIX}report.html"}
    require_sound(path)
    write_report(path, plain_report)
    assert verify(path) == []
    (path / "kpis.json").write_text("{}")
    with pytest.raises(RunDamaged, match=r"is damaged: cut: kpis.json"):
        require_sound(path)


def test_putting_a_file_replaces_it_whole(tmp_path: Path) -> None:
    put_file(tmp_path / "a", b"old")
    put_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert _names(tmp_path) == ["a"]


def test_only_finished_runs_open(tmp_path: Path) -> None:
    with pytest.raises(RunNotFound, match="no run directory there"):
        StoredRun(tmp_path / "absent")
    with pytest.raises(RunDamaged, match="has no DONE"):
        StoredRun(tmp_path)


def test_unreadable_parts_are_named(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results()).path
    run = StoredRun(path)
    with pytest.raises(TableError, match="unknown table"):
        run.table("colours")
    (path / "tables" / "gas.parquet").write_bytes(b"PAR1")
    with pytest.raises(RunDamaged, match=r"gas.parquet: cannot be read"):
        run.table("gas")
    (path / "journal.jsonl").write_bytes(b"\xff")
    with pytest.raises(RunDamaged, match=r"journal.jsonl cannot be read"):
        run.journal()
    details = json.loads((path / "kpis_detail.json").read_text())
    for broken in ({}, {**details, "act.visits": 3}, {**details, "act.visits": {}}):
        (path / "kpis_detail.json").write_text(json.dumps(broken))
        with pytest.raises(RunDamaged, match="do not fit"):
            StoredRun(path).kpis  # noqa: B018  reading is what fails


def test_a_broken_journal_is_never_written(tmp_path: Path) -> None:
    results = synthetic_results()
    with pytest.raises(RunDamaged, match="journal line 1"):
        write_run(tmp_path, replace(results, journal=results.journal[1:]))
    assert _names(tmp_path) == []
