"""The promise: a kept opening gives the same run as one that is built, on disk as in figures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chain.opening import seal_opening
from sim import run
from sim.cli import main
from sim.paths import cache_directory
from sim.runner import simulate
from sim.scenario import load

SCENARIO = "regression/smoke"
KEPT = "openings/*.opening"
MAIN = "import sys; from sim.cli import main; sys.exit(main())"


def no_building(*_arguments: object) -> None:
    raise AssertionError("an opening that is kept is built again")


def test_cold_warm_and_disabled_runs_are_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSIM_CACHE", "off")
    disabled = run(SCENARIO).results
    monkeypatch.setenv("MEDSIM_CACHE", str(tmp_path))
    cold = run(SCENARIO).results
    assert len(list(tmp_path.glob(KEPT))) == 1
    monkeypatch.setattr("chain.opening_cache.seal_opening", no_building)
    warm = run(SCENARIO).results
    for results in (cold, warm):
        assert results.digest == disabled.digest
        assert results.journal == disabled.journal
        assert results.head_hash == disabled.head_hash
        assert results.state_root == disabled.state_root
        assert results.story == disabled.story


def test_a_run_can_do_without_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("MEDSIM_CACHE", str(cache))
    simulate(load(SCENARIO), seal=seal_opening)
    assert main(["run", SCENARIO, "--out", str(tmp_path / "runs"), "--no-cache"]) == 0
    assert not cache.exists()
    assert (
        main(["run", SCENARIO, "--out", str(tmp_path / "runs")]) == 0
    )  # compares with the run that stands there
    assert len(list(cache.glob(KEPT))) == 1


def test_a_damaged_opening_is_told_and_changes_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAIN, "run", SCENARIO, "--out", str(tmp_path / "runs")]
    environment = {**os.environ, "MEDSIM_CACHE": str(tmp_path / "cache")}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    (kept,) = (tmp_path / "cache").glob(KEPT)
    content = kept.read_bytes()
    kept.write_bytes(content[: len(content) // 2])
    again = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert str(kept) in again.stderr
    assert "an equal result stood there already" in again.stderr
    assert kept.read_bytes() == content


def test_other_patients_share_an_opening_and_other_holders_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDSIM_CACHE", str(tmp_path))
    run(SCENARIO)
    run(SCENARIO, sharing__forged_share=0.5)
    assert len(list(tmp_path.glob(KEPT))) == 1
    run(SCENARIO, token__opening_holders=11)
    assert len(list(tmp_path.glob(KEPT))) == 2


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"MEDSIM_CACHE": "off"}, None),
        ({"MEDSIM_CACHE": "here"}, Path("here")),
        ({"MEDSIM_CACHE": "", "XDG_CACHE_HOME": "/there"}, Path("/there/medsim")),
        ({"XDG_CACHE_HOME": "/there"}, Path("/there/medsim")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/ann"}, Path("/home/ann/.cache/medsim")),
        ({"HOME": "/home/ann"}, Path("/home/ann/.cache/medsim")),
    ],
)
def test_the_cache_lies_where_the_user_says(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: Path | None
) -> None:
    for name in ("MEDSIM_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
        if name in environment:
            monkeypatch.setenv(name, environment[name])
    assert cache_directory() == expected
