"""The wheel carries everything: unpacked in an empty directory it lists scenarios, knows its contracts, and runs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wheels, home = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(wheels),
        str(REPOSITORY),
    ]
    subprocess.run(command, check=True)
    (wheel,) = wheels.glob("medsim-*.whl")
    zipfile.ZipFile(wheel).extractall(home)
    return home


def medsim(unpacked: Path, cwd: Path, *arguments: str) -> str:
    """Run the command from the unpacked wheel alone: `-P` keeps the working directory off the path."""
    program = (
        "import sys, sim; from sim.cli import main; "
        f"assert sim.__file__.startswith({str(unpacked)!r}), sim.__file__; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_it_runs_in_an_empty_directory(unpacked: Path, tmp_path: Path) -> None:
    run = medsim(unpacked, tmp_path, "run", "regression/smoke").splitlines()[-1]
    assert (tmp_path / run / "report.html").is_file()
    assert (tmp_path / run / "DONE").is_file()
    medsim(unpacked, tmp_path, "verify", run)


def test_it_carries_scenarios_sample_and_artifacts(unpacked: Path, tmp_path: Path) -> None:
    assert "baseline" in medsim(unpacked, tmp_path, "scenario", "list")
    assert "72" in medsim(unpacked, tmp_path, "population", "describe", "sample")
    assert "MedToken" in medsim(unpacked, tmp_path, "contracts", "list")
    assert not list(unpacked.rglob("node_modules"))
    assert {path.name for path in unpacked.iterdir() if path.is_dir() and "." not in path.name} == {
        "chain",
        "reports",
        "sim",
    }
