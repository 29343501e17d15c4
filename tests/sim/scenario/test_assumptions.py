"""ASSUMPTIONS.md is made from the model and is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sim.scenario import catalogue
from sim.scenario.assumptions import render

ROOT = Path(__file__).resolve().parents[3]


def test_the_committed_file_is_current() -> None:
    written = (ROOT / "ASSUMPTIONS.md").read_text(encoding="utf-8")
    assert written == render(), "run: python -m sim.scenario.assumptions > ASSUMPTIONS.md"


def test_every_key_has_a_row_with_grade_and_source() -> None:
    rows = {line.split("`")[1]: line for line in render().splitlines() if line.startswith("| `")}
    assert list(rows) == list(catalogue())
    for key, entry in catalogue().items():
        assert f"| {entry.grade} | {entry.source} |" in rows[key]


def test_the_command_prints_it() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "sim.scenario.assumptions"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert made.stdout.decode() == render()
