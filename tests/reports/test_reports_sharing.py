"""A report that others draw is the report that one process draws."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import reports
from reports.sections import HEAVIEST, SECTIONS
from sim.cli import rendering
from sim.cli.helper import Helper, spare_processors, useful_drawers
from sim.results import RunDamaged

_FORKS = Path("/proc/self/task").is_dir()
"""Whether a process can tell here that it has one thread only."""

# Another interpreter, for the tests' own has threads, with which nothing is forked.
_DRAWN_BY_SEVERAL = """
import os, signal, sys
from pathlib import Path
import reports.sharing
from reports.run_directory import RunDirectory
from reports.sections import SECTIONS
run, number, doing = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
own = os.getpid()
def mishap(section):
    def drawn(directory):
        if os.getpid() != own:
            if doing == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if doing == "fail":
                raise ValueError("no pencil")
            if doing == "sleep":
                signal.pause()
        return section(directory)
    return drawn
if doing != "draw":
    sections = list(SECTIONS)
    sections[3] = mishap(sections[3])
    reports.sharing.SECTIONS = tuple(sections)
if doing == "sleep":
    reports.sharing._PATIENCE_S = 3.0
with reports.sharing.Drawers(number) as drawers:
    begun = len(drawers)
    drawn = drawers.sections(run)
    again = drawers.sections(run)
    page = reports.render(run, drawers)
    left = len(drawers)
try:
    os.waitpid(-1, os.WNOHANG)
    waited_for = False
except ChildProcessError:
    waited_for = True
import json
print(json.dumps([begun, sorted(drawn), sorted(again), left, waited_for, page]))
"""


def drawn_by_several(run: Path, number: int, doing: str) -> tuple[int, list[int], list[int], int, bool, str]:
    """How many drawers began, what they drew at first and then, how many were left, whether none is now, the page."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
    done = subprocess.run(
        [sys.executable, "-c", _DRAWN_BY_SEVERAL, str(run), str(number), doing],
        env=os.environ | one_thread,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    begun, drawn, again, left, waited_for, page = json.loads(done.stdout)
    return begun, drawn, again, left, waited_for, page


@pytest.mark.skipif(not _FORKS, reason="no process is forked here")
def test_drawers_draw_all_sections_and_the_page_is_the_same_bytes(run_path: Path, html: str) -> None:
    everything = list(range(len(SECTIONS)))
    assert drawn_by_several(run_path, 2, "draw") == (2, everything, everything, 2, True, html)


@pytest.mark.skipif(not _FORKS, reason="no process is forked here")
@pytest.mark.parametrize("doing", ["die", "sleep"])
def test_drawers_that_die_or_never_answer_are_done_without(run_path: Path, html: str, doing: str) -> None:
    begun, drawn, again, left, waited_for, page = drawn_by_several(run_path, 2, doing)
    assert (begun, waited_for, page) == (2, True, html)
    assert 3 not in {*drawn, *again}
    assert drawn, "what others drew is kept"
    assert left < 2


@pytest.mark.skipif(not _FORKS, reason="no process is forked here")
def test_a_section_that_a_drawer_cannot_draw_is_drawn_by_who_asked(run_path: Path, html: str) -> None:
    others = [number for number in range(len(SECTIONS)) if number != 3]
    assert drawn_by_several(run_path, 2, "fail") == (2, others, others, 2, True, html)


def test_what_is_begun_first_is_a_section() -> None:
    assert len(set(HEAVIEST)) == len(HEAVIEST) > 0
    assert set(HEAVIEST) < set(range(len(SECTIONS)))


def test_with_more_than_one_thread_nothing_is_forked(
    run_path: Path, html: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse() -> int:
        raise AssertionError("forked beside another thread")

    monkeypatch.setattr(os, "fork", refuse)
    for tasks in (tmp_path / "a system that does not tell", tmp_path):
        monkeypatch.setattr("reports.sharing._TASKS", tasks)
        with reports.sharing.Drawers(2) as drawers:
            assert len(drawers) == 0
            assert reports.render(run_path, drawers) == html


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    with Helper(2) as started:
        yield started


def test_another_process_makes_the_same_bytes(helper: Helper, run_path: Path, html: str) -> None:
    assert helper.report(run_path) == html
    assert helper.report(run_path) == html
    if _FORKS:
        assert len(_children(helper._process.pid)) == 2


def test_what_a_helper_cannot_make_is_told_by_who_asked(
    helper: Helper, run_path: Path, tmp_path: Path
) -> None:
    assert helper.report(tmp_path / "nowhere") is None
    assert helper.report(run_path) is not None, "it goes on after trouble"


def test_a_damaged_run_is_told_as_without_a_helper(
    helper: Helper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_helper", lambda: Kept(helper))
    with rendering.renderer() as render, pytest.raises(RunDamaged, match="is not a run directory"):
        render(tmp_path / "nowhere")


class Kept:
    """A helper that a context leaves alone."""

    def __init__(self, helper: Helper) -> None:
        self.report = helper.report

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


def test_without_its_helper_a_report_is_made_all_the_same(
    run_path: Path, html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Helper() as helper:
        helper._process.kill()
        helper._process.wait()
        assert helper.report(run_path) is None
        monkeypatch.setattr(rendering, "_helper", lambda: Kept(helper))
        with rendering.renderer() as render:
            assert render(run_path) == html


def test_a_helper_and_its_drawers_end_with_its_context(run_path: Path) -> None:
    with Helper(2) as helper:
        assert helper.report(run_path) is not None
        process, drawers = helper._process, _children(helper._process.pid)
    assert process.returncode is not None
    for pid in drawers:
        _require_end(pid)


def test_a_helper_and_its_drawers_end_with_its_owner(run_path: Path) -> None:
    owner = (
        "import sys, time; from pathlib import Path; from sim.cli.helper import Helper; helper = Helper(2); "
        "helper.report(Path(sys.argv[1])); print(helper._process.pid, flush=True); time.sleep(99)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", owner, str(run_path)], stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        pid = int(started.stdout.readline())
        drawers = _children(pid)
        started.send_signal(signal.SIGKILL)
    for process in (pid, *drawers):
        _require_end(process)


def _children(pid: int) -> list[int]:
    """Processes that a process has forked, as far as the system tells."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in told.read_text().split()] if told.exists() else []


def _require_end(pid: int) -> None:
    until_s = time.monotonic() + 30
    while _runs(pid):
        assert time.monotonic() < until_s, "it outlived its owner"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process runs: one that has ended and is not waited for does not."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    ("usable", "load", "spare", "drawers"),
    [(1, 0.0, 0, 1), (2, 0.0, 2, 2), (2, 0.9, 1, 2), (2, 1.9, 0, 1), (8, 4.0, 4, 4), (8, 6.0, 2, 3)],
)
def test_a_helper_is_for_processors_that_are_free(
    monkeypatch: pytest.MonkeyPatch, usable: int, load: float, spare: int, drawers: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(usable)))
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert spare_processors() == spare
    assert useful_drawers(spare) == drawers
    monkeypatch.setenv("MEDSIM_HELPERS", "auto")
    started: list[int] = []
    monkeypatch.setattr("sim.cli.helper.Helper", started.append)
    assert rendering._helper() is None
    assert started == ([drawers] if spare else [])


@pytest.mark.parametrize(("usable", "drawers"), [(1, 1), (2, 2)])
def test_the_environment_decides_over_the_load(
    monkeypatch: pytest.MonkeyPatch, usable: int, drawers: int
) -> None:
    started: list[int] = []
    monkeypatch.setattr("sim.cli.helper.Helper", started.append)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(usable)))
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    monkeypatch.setenv("MEDSIM_HELPERS", "off")
    assert rendering._helper() is None
    assert not started
    monkeypatch.setattr(os, "getloadavg", lambda: (99.0, 0.0, 0.0))
    monkeypatch.setenv("MEDSIM_HELPERS", "on")
    rendering._helper()
    assert started == [drawers]


def test_where_no_process_can_be_started_this_one_draws(
    monkeypatch: pytest.MonkeyPatch, run_path: Path, html: str
) -> None:
    def refuse(_drawers: int) -> Helper:
        raise OSError("no more processes")

    monkeypatch.setattr("sim.cli.helper.Helper", refuse)
    monkeypatch.setenv("MEDSIM_HELPERS", "on")
    with rendering.renderer() as render:
        assert render(run_path) == html
