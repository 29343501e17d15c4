"""The packaged regression scenarios still give their accepted figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.paths import scenarios_directory


def test_the_accepted_figures_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit = tmp_path / "junit.xml"
    code = main(["check", str(scenarios_directory() / "regression"), "--junitxml", str(junit)])
    assert code == 0, capsys.readouterr().out
    assert junit.read_text().count("<testcase") >= 4
