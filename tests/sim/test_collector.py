"""The collector comes seldom during a run, and as often as before afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sim.cli import main
from sim.collector import seldom_collected

USUAL = (700, 10, 10)
"""Python's own threshold, whatever ran here before."""


@pytest.fixture(autouse=True)
def usual_threshold() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.set_threshold(*before)


def test_a_command_called_from_python_leaves_it_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "list"]) == 0
    assert "baseline" in capsys.readouterr().out
    assert gc.get_threshold() == USUAL


def test_a_command_of_its_own_has_it_come_seldom() -> None:
    program = (
        "import gc, sys; from sim.cli import main; sys.argv = ['medsim', 'scenario', 'list']; main(); "
        "print(gc.get_threshold()[0])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert int(told.splitlines()[-1]) > 10_000


def test_it_comes_seldom_inside_and_as_before_afterwards() -> None:
    before = gc.get_threshold()

    with seldom_collected():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before

    with pytest.raises(ValueError, match="stopped"), seldom_collected():
        raise ValueError("stopped")
    assert gc.get_threshold() == before


def test_whoever_has_switched_it_off_keeps_it_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with seldom_collected():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
