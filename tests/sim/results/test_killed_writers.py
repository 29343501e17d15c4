"""A writer killed at any moment leaves nothing that passes for a result and is none."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from synthetic_run import synthetic_results

from sim.results import StoredRun, verify, write_run
from sim.results.writer import TEMPORARY_PREFIX

KILLS = 40
LONGEST_WAIT_WRITES = 6
"""A writer is killed within the time of so many writes, so that some kills find one half done on any machine."""


@pytest.fixture
def writers() -> Iterator[subprocess.Popen[str]]:
    """The process that starts writers."""
    here = Path(__file__).parent
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(here / "writing_in_a_loop.py")],
        env={**os.environ, "PYTHONPATH": str(here.parent)}, cwd=here.parents[2],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process


def _time_of_a_write_s(root: Path) -> float:
    began_s = time.monotonic()
    write_run(root, synthetic_results(0))
    return time.monotonic() - began_s


def _kill_one_after(wait_s: float, writers: subprocess.Popen[str], root: Path) -> None:
    assert writers.stdin is not None
    assert writers.stdout is not None
    print(root, file=writers.stdin, flush=True)
    writer = int(writers.stdout.readline())
    time.sleep(wait_s)
    os.kill(writer, signal.SIGKILL)
    assert writers.stdout.readline() == "gone\n"


def _true_digests() -> dict[str, set[str]]:
    """The digests that a whole run of each name may have."""
    found: dict[str, set[str]] = {}
    for seed in range(4):
        plain = synthetic_results(seed)
        other = synthetic_results(seed, tables=synthetic_results(seed + 100).tables)
        found[plain.directory_name] = {plain.digest, other.digest}
    return found


def test_of_40_kills_none_leaves_a_false_result(tmp_path: Path, writers: subprocess.Popen[str]) -> None:
    chance, true_digests = random.Random(40), _true_digests()
    longest_wait_s = LONGEST_WAIT_WRITES * _time_of_a_write_s(tmp_path / "timed")
    whole = torn = 0
    for number in range(KILLS):
        # A root of its own for some, the same root for others, so that leavings of the dead are met again.
        root = tmp_path / f"runs-{number // 2}"
        _kill_one_after(chance.uniform(0.0, longest_wait_s), writers, root)
        for entry in sorted(root.iterdir()) if root.exists() else []:
            if verify(entry):
                assert entry.name.startswith(TEMPORARY_PREFIX), f"{entry.name} is torn under a result's name"
                torn += 1
            else:
                assert StoredRun(entry).manifest["digest"] in true_digests[entry.name]
                whole += 1
    # Both must have been met, else the kills came too early or too late to show anything.
    assert whole > 0
    assert torn > 0
    root = tmp_path / f"runs-{KILLS // 2 - 1}"
    for seed in range(4):
        write_run(root, synthetic_results(seed), force=True)
    assert {entry.name for entry in root.iterdir()} == set(true_digests)
    assert not any(verify(entry) for entry in root.iterdir())
