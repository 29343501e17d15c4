"""The promise: same scenario, same seed, same dependencies, same digest; another seed, another one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sim import run
from sim.cli import main

SCENARIO = "regression/smoke"
PRINT_DIGEST = f"from sim import run; print(run({SCENARIO!r}).digest)"


@pytest.fixture(scope="module")
def digest() -> str:
    return run(SCENARIO).digest


def dispatched_features() -> str:
    """The processor features that NumPy would use beyond its baseline on this machine."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return " ".join(name for name in __cpu_dispatch__ if __cpu_features__.get(name))


ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "hash seed 0 in Kathmandu": {"PYTHONHASHSEED": "0", "TZ": "Asia/Kathmandu"},
    "hash seed 4711 in New York": {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LC_ALL": "C"},
    "plain NumPy": {"NPY_DISABLE_CPU_FEATURES": dispatched_features()},
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_another_process_gives_the_same_digest(
    environment: Mapping[str, str], digest: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINT_DIGEST],
        env={**os.environ, **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest


def test_features_are_really_switched_off() -> None:
    probe = "from numpy._core._multiarray_umath import __cpu_features__ as f; print([n for n in {!r}.split() if f[n]])"
    features = dispatched_features()
    assert features, f"NumPy {np.__version__} dispatches nothing on this machine"
    done = subprocess.run(
        [sys.executable, "-c", probe.format(features)],
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": features},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_second_run_in_one_process_gives_the_same_digest(digest: str) -> None:
    assert run(SCENARIO).digest == digest


def test_trusted_signing_changes_nothing_but_the_head_hash(digest: str) -> None:
    signed, trusted = run(SCENARIO, chain__signing="full"), run(SCENARIO, chain__signing="trusted")
    assert signed.digest == trusted.digest == digest
    assert signed.results.journal == trusted.results.journal
    assert signed.results.state_root == trusted.results.state_root
    assert signed.results.head_hash != trusted.results.head_hash


def test_another_seed_gives_another_digest(digest: str) -> None:
    assert run(SCENARIO, seed=2).digest != digest


def test_the_vaults_place_changes_nothing(digest: str) -> None:
    assert run(SCENARIO, records__vault="sqlite").digest == digest


def test_a_repeated_run_is_compared_block_by_block_and_stops_where_it_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", SCENARIO, "--out", str(tmp_path)]) == 0
    assert main(["run", SCENARIO, "--out", str(tmp_path)]) == 0
    assert "an equal result stood there already" in capsys.readouterr().err
    monkeypatch.setattr("sim.opening.DORMANT", b"\x01" * 20)
    assert main(["run", SCENARIO, "--out", str(tmp_path)]) == 2
    assert "journal line" in capsys.readouterr().err
    assert main(["run", SCENARIO, "--out", str(tmp_path), "--force"]) == 0
