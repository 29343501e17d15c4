"""A report of which a helper draws some sections is the report that one process draws."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import reports
from reports.elements import Section
from reports.sections import SECTIONS
from reports.sharing import Drawer
from sim.cli import rendering
from sim.cli.helper import Helper, spare_processor


class Recording:
    """A helper that has everything ready, notes what it was asked for and refuses from some section on."""

    def __init__(self, path: Path, refuses_from: int) -> None:
        self.asked: list[int] = []
        # Drawn ahead: two threads of one process must not draw at once.
        self._drawn = [Drawer().section(path, number) for number in range(refuses_from)]

    def section(self, _path: Path, number: int) -> Section | None:
        self.asked.append(number)
        return self._drawn[number] if number < len(self._drawn) else None


def test_another_process_draws_the_same_bytes(run_path: Path, html: str) -> None:
    with Helper() as helper:
        first = helper.section(run_path, 0)
        assert first is not None
        assert first == Drawer().section(run_path, 0)
        assert reports.render(run_path, helper) == html


@pytest.mark.parametrize("refuses_from", [0, 2, len(SECTIONS)])
def test_the_page_does_not_depend_on_how_much_the_helper_draws(
    run_path: Path, html: str, refuses_from: int
) -> None:
    helper = Recording(run_path, refuses_from)
    assert reports.render(run_path, helper) == html
    assert helper.asked == list(range(len(helper.asked)))
    assert helper.asked, "it is asked for the first section at once"
    assert len(helper.asked) <= refuses_from + 1


def test_without_its_helper_a_report_is_made_all_the_same(run_path: Path, html: str) -> None:
    with Helper() as helper:
        assert helper.section(run_path, 1) is not None
        helper._process.kill()
        helper._process.wait()
        assert helper.section(run_path, 1) is None
        assert reports.render(run_path, helper) == html


def test_what_a_helper_cannot_draw_is_told_by_who_asked(run_path: Path, tmp_path: Path) -> None:
    assert Drawer().section(tmp_path / "nowhere", 0) is None
    with Helper() as helper:
        assert helper.section(tmp_path / "nowhere", 0) is None
        assert helper.section(run_path, len(SECTIONS)) is None
        assert helper.section(run_path, 0) is not None, "it goes on after trouble"


def test_what_is_drawn_ahead_is_what_is_asked_for(run_path: Path, tmp_path: Path) -> None:
    drawer = Drawer()
    assert not drawer.draw_ahead(), "nothing is expected yet"
    drawer.expect(run_path)
    assert drawer.draw_ahead()
    first = drawer.section(run_path, 0)
    assert first is drawer.section(run_path, 0), "it was drawn ahead"
    assert first == Drawer().section(run_path, 0)
    last = drawer.section(run_path, len(SECTIONS) - 1)
    assert last == Drawer().section(run_path, len(SECTIONS) - 1)
    assert sum(drawer.draw_ahead() for _ in SECTIONS) == len(SECTIONS) - 2
    drawer.expect(tmp_path / "nowhere")
    assert not drawer.draw_ahead()
    assert drawer.section(tmp_path / "nowhere", 0) is None, "nothing is left of the run before"


def test_a_helper_that_was_told_draws_the_same_bytes(run_path: Path, html: str) -> None:
    with Helper() as helper:
        helper.expect(run_path)
        assert reports.render(run_path, helper) == html


def test_a_helper_ends_with_its_context_and_with_its_owner() -> None:
    with Helper() as helper:
        process = helper._process
    assert process.returncode is not None
    owner = "from sim.cli.helper import Helper; import time; print(Helper()._process.pid, flush=True); time.sleep(99)"
    with subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        pid = int(started.stdout.readline())
        started.send_signal(signal.SIGKILL)
    until_s = time.monotonic() + 30
    while _runs(pid):
        assert time.monotonic() < until_s, "the helper outlived its owner"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process runs: one that has ended and is not waited for does not."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    ("usable", "load", "spare"), [(1, 0.0, False), (2, 0.9, True), (2, 1.9, False), (8, 4.0, True)]
)
def test_a_helper_is_for_a_second_processor_that_is_free(
    monkeypatch: pytest.MonkeyPatch, usable: int, load: float, spare: bool
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(usable)))
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert spare_processor() is spare
    monkeypatch.setenv("MEDSIM_HELPERS", "auto")
    started: list[bool] = []
    monkeypatch.setattr("sim.cli.helper.Helper", lambda: started.append(True))
    assert rendering._helper() is None
    assert bool(started) is spare


def test_the_environment_decides_over_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("sim.cli.helper.Helper", lambda: started.append("started"))
    monkeypatch.setattr("sim.cli.helper.spare_processor", lambda: True)
    monkeypatch.setenv("MEDSIM_HELPERS", "off")
    assert rendering._helper() is None
    assert not started
    monkeypatch.setattr("sim.cli.helper.spare_processor", lambda: False)
    monkeypatch.setenv("MEDSIM_HELPERS", "on")
    rendering._helper()
    assert started


def test_where_no_process_can_be_started_this_one_draws(
    monkeypatch: pytest.MonkeyPatch, run_path: Path, html: str
) -> None:
    def refuse() -> Helper:
        raise OSError("no more processes")

    monkeypatch.setattr("sim.cli.helper.Helper", refuse)
    monkeypatch.setenv("MEDSIM_HELPERS", "on")
    with rendering.renderer() as render:
        assert render(run_path) == html
