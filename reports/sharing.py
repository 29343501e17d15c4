"""A report's sections, drawn by this process and, where there is one, by a helper beside it.

Each section follows from the run directory alone, and is the same bytes whoever draws it. A helper that is gone or
cannot draw something is no error: this process draws what it did not get, and tells what is wrong there.
"""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import Protocol

from reports.elements import Section
from reports.run_directory import RunDirectory
from reports.sections import SECTIONS


class Helper(Protocol):
    """Somebody who draws beside this process."""

    def section(self, path: Path, number: int) -> Section | None:
        """Return a section of a run directory's report, by its number; None where there is none to be had."""


class Drawer:
    """What a helper does: it draws section after section, reading the run only once."""

    def __init__(self) -> None:
        self._run: RunDirectory | None = None

    def section(self, path: Path, number: int) -> Section | None:
        """Return a section, or None where it cannot be drawn: whoever asked meets the same trouble, and tells."""
        try:
            if self._run is None or self._run.path != path:
                self._run = RunDirectory(path)
            return SECTIONS[number](self._run)
        except Exception:
            return None


def sections(run: RunDirectory, helper: Helper | None) -> list[Section]:
    """Return all sections of a run's report in their order.

    The helper draws from the first on, this process from the last, until they meet.
    """
    if helper is None:
        return [section(run) for section in SECTIONS]
    drawn: dict[int, Section] = {}
    waiting = deque(range(len(SECTIONS)))
    thread = threading.Thread(target=_helped, args=(helper, run.path, waiting, drawn), daemon=True)
    thread.start()
    while waiting:
        try:
            number = waiting.pop()
        except IndexError:
            break  # the helper has just taken the last
        drawn[number] = SECTIONS[number](run)
    thread.join()
    return [drawn[number] if number in drawn else section(run) for number, section in enumerate(SECTIONS)]


def _helped(helper: Helper, path: Path, waiting: deque[int], drawn: dict[int, Section]) -> None:
    while waiting:
        try:
            number = waiting.popleft()
        except IndexError:
            return
        section = helper.section(path, number)
        if section is None:
            return
        drawn[number] = section
