"""A place for a run is refused before the run is made, and asking leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic_run import synthetic_results

from sim.results import RunDiffers, RunError, RunNotFound, require_one_run, require_place, write_run

NAME = synthetic_results().directory_name


def test_a_free_place_is_well_and_stays_free(tmp_path: Path) -> None:
    assert not require_place(tmp_path, NAME)
    assert not require_place(tmp_path / "some" / "where", NAME)
    assert list(tmp_path.iterdir()) == []


def test_a_whole_run_is_told_whatever_its_result(tmp_path: Path) -> None:
    written = write_run(tmp_path, synthetic_results())
    assert written.path.name == NAME
    assert require_place(tmp_path, NAME)
    assert require_place(tmp_path, NAME, force=True)
    assert list(tmp_path.iterdir()) == [written.path]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_run_is_refused_unless_forced(kind: str, tmp_path: Path) -> None:
    place = tmp_path / NAME
    place.write_text("mine") if kind == "file" else place.mkdir()
    with pytest.raises(RunDiffers, match="something stands there that is no whole run"):
        require_place(tmp_path, NAME)
    assert not require_place(tmp_path, NAME, force=True)


def test_a_root_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match=f"file/x: cannot be written to: {tmp_path}/file is no folder"):
        require_place(tmp_path / "file" / "x", NAME, force=True)


def test_one_run_is_told_from_a_folder_of_runs(tmp_path: Path) -> None:
    path = write_run(tmp_path, synthetic_results()).path
    require_one_run(path)
    require_one_run(tmp_path / "absent")
    with pytest.raises(RunNotFound, match=f"did you mean\n  {path}$"):
        require_one_run(tmp_path)
