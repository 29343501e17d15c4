"""A report's sections, drawn by several processes side by side.

Each section follows from the run directory alone, and is the same bytes whoever draws it. A drawer that is gone, that
does not answer or cannot draw something is no error: this process draws what it did not get, and tells what is wrong
there.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from signal import SIGKILL
from typing import Final

from reports.drawing import warm_up
from reports.elements import Section
from reports.run_directory import RunDirectory
from reports.sections import HEAVIEST, SECTIONS

_TASKS: Final = Path("/proc/self/task")
_PATIENCE_S: Final = 60.0
"""So long no drawer answered: far more than a section takes anywhere."""


class Drawers:
    """Processes that draw, forked from one that has loaded what draws and holds nothing else; a context.

    They end with it, and by themselves where this process is gone.
    """

    def __init__(self, number: int) -> None:
        """Start so many of them; none where a fork is not safe, or the system starts no process."""
        self._drawers: dict[Connection, int] = {}
        if number > 1 and _one_thread():
            gc.freeze()  # what is loaded stays, and memory that all share is not copied to look for cycles in it
            with suppress(OSError):
                for _ in range(number):
                    self._fork()

    def __len__(self) -> int:
        return len(self._drawers)

    def __enter__(self) -> Drawers:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End them."""
        for end in list(self._drawers):
            self._lose(end)

    def sections(self, path: Path) -> dict[int, Section]:
        """Return the sections of a run directory's report that they could draw, by number."""
        waiting = deque([*HEAVIEST, *(number for number in range(len(SECTIONS)) if number not in HEAVIEST)])
        drawn: dict[int, Section] = {}
        at_work: dict[Connection, int] = {}
        for end in list(self._drawers):
            self._ask(end, path, waiting, at_work)
        while at_work:
            answered = wait(list(at_work), _PATIENCE_S)
            if not answered:
                self.close()
                break
            for end in [end for end in at_work if end in answered]:
                number = at_work.pop(end)
                try:
                    section: Section | None = end.recv()
                except (EOFError, OSError):
                    self._lose(end)
                    continue
                if section is not None:
                    drawn[number] = section
                self._ask(end, path, waiting, at_work)
        return drawn

    def _ask(self, end: Connection, path: Path, waiting: deque[int], at_work: dict[Connection, int]) -> None:
        if not waiting:
            return
        try:
            end.send((path, waiting[0]))
        except OSError:
            self._lose(end)
            return
        at_work[end] = waiting.popleft()

    def _fork(self) -> None:
        ours, theirs = Pipe()
        process = os.fork()
        if process:
            theirs.close()
            self._drawers[ours] = process
            return
        try:
            # What others are told through would keep them waiting when this one's owner is gone.
            for end in (ours, *self._drawers):
                end.close()
            _draw(theirs)
        finally:
            os._exit(0)

    def _lose(self, end: Connection) -> None:
        process = self._drawers.pop(end)
        end.close()
        with suppress(ProcessLookupError):
            os.kill(process, SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)


def sections(run: RunDirectory, drawers: Drawers | None = None) -> list[Section]:
    """Return all sections of a run's report in their order, drawn here but for what drawers could draw."""
    drawn = drawers.sections(run.path) if drawers else {}
    return [drawn[number] if number in drawn else section(run) for number, section in enumerate(SECTIONS)]


def _draw(end: Connection) -> None:
    """Draw what is asked for until nobody can ask any more; a run is read once, and only what is needed of it."""
    run: RunDirectory | None = None
    warm_up()  # in memory of its own, which a system copies where it is first written to
    with suppress(EOFError, OSError):
        while True:
            path, number = end.recv()
            try:
                if run is None or run.path != path:
                    run = RunDirectory(path)
                section: Section | None = SECTIONS[number](run)
            except Exception:
                section = None  # whoever asked meets the same trouble, and tells
            end.send(section)


def _one_thread() -> bool:
    """Whether this process is known to have no other thread, whose locks a fork would take along for ever."""
    try:
        return len(list(_TASKS.iterdir())) == 1
    except OSError:
        return False  # a system that does not tell; on some of them libraries do not survive a fork
