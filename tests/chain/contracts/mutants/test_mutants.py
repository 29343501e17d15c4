"""The alarm works: a defect planted in a contract's source is noticed by the contract's own tests.

Each mutant is compiled (needs Node.js) and tested in a process of its own. Three of them on every change, all in
`make long`, where at least 19 of 20 must be noticed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mutants import MUTANTS, Mutant

from chain.contracts.artifact import CONTRACTS, HOME
from chain.contracts.build import build, inputs_of

ROOT = Path(__file__).parents[4]
ON_EVERY_CHANGE = MUTANTS[:3]
SURVIVORS_ALLOWED = 1
TESTS_FAILED = 1
"""pytest's exit code where tests ran and at least one failed."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_place_of_its_contract(mutant: Mutant) -> None:
    assert (HOME / "solidity" / mutant.source).read_text().count(mutant.before) == 1
    assert mutant.before != mutant.after
    assert f"solidity/{mutant.source}" in inputs_of(mutant.contract)
    assert all((ROOT / test).is_file() for test in mutant.tests)


def test_there_are_twenty_mutants_each_once() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) == 20


def test_without_a_defect_the_same_run_passes(tmp_path: Path) -> None:
    """Else everything would count as noticed."""
    mutant = ON_EVERY_CHANGE[0]
    assert run_tests(mutant, artifacts_of(tmp_path / "home")) == 0


@pytest.mark.skipif(shutil.which("npm") is None, reason="compiling a mutant needs Node.js and npm")
@pytest.mark.parametrize("mutant", ON_EVERY_CHANGE, ids=lambda mutant: mutant.name)
def test_a_planted_defect_is_noticed(mutant: Mutant, tmp_path: Path) -> None:
    assert is_killed(mutant, tmp_path)


@pytest.mark.long
def test_nineteen_of_twenty_planted_defects_are_noticed(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        killed = list(pool.map(lambda mutant: is_killed(mutant, tmp_path / mutant.name), MUTANTS))
    survivors = [mutant.name for mutant, dead in zip(MUTANTS, killed, strict=True) if not dead]
    print(f"{len(MUTANTS) - len(survivors)} of {len(MUTANTS)} planted defects noticed; not: {survivors}")
    assert len(survivors) <= SURVIVORS_ALLOWED, survivors


def is_killed(mutant: Mutant, directory: Path) -> bool:
    """Compile the mutant and run its tests; whether one of them failed."""
    home = directory / "home"
    artifacts = artifacts_of(home)
    source = home / "solidity" / mutant.source
    source.write_text(source.read_text().replace(mutant.before, mutant.after))
    build(artifacts, home, names=[mutant.contract])
    return run_tests(mutant, artifacts) == TESTS_FAILED


def artifacts_of(home: Path) -> Path:
    """Copy sources, settings and artifacts into `home`; return the directory of the artifacts."""
    shutil.copytree(HOME / "solidity", home / "solidity")
    shutil.copytree(HOME / "artifacts", home / "artifacts")
    for name in ("compile.mjs", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HOME / name, home / name)
    if (HOME / "node_modules").is_dir():
        (home / "node_modules").symlink_to(HOME / "node_modules")
    return home / "artifacts"


def run_tests(mutant: Mutant, artifacts: Path) -> int:
    """Run the mutant's tests on the artifacts of a directory; return pytest's exit code."""
    assert sorted(path.stem for path in artifacts.iterdir()) == sorted(CONTRACTS)
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            *mutant.tests,
        ],
        cwd=ROOT,
        env={**os.environ, "MEDSIM_ARTIFACTS_UNDER_TEST": str(artifacts)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode in (0, TESTS_FAILED), result.stdout + result.stderr
    return result.returncode
