"""Packaged data is found in the repository and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim.paths
from sim.paths import populations_directory, scenarios_directory


def test_the_repository_has_its_scenarios_beside_the_code() -> None:
    assert (scenarios_directory() / "baseline.toml").is_file()
    assert populations_directory().parent == scenarios_directory()


def test_bundled_scenarios_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = tmp_path / "_bundled" / "scenarios"
    bundled.mkdir(parents=True)
    monkeypatch.setattr(sim.paths, "_PACKAGE", tmp_path)
    assert scenarios_directory() == bundled
