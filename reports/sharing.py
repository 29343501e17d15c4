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
from reports.errors import ReportError
from reports.run_directory import RunDirectory
from reports.sections import SECTIONS


class Helper(Protocol):
    """Somebody who draws beside this process."""

    def section(self, path: Path, number: int) -> Section | None:
        """Return a section of a run directory's report, by its number; None where there is none to be had."""


class Drawer:
    """What a helper does: it draws section after section, reading the run only once, and ahead of being asked."""

    def __init__(self) -> None:
        self._run: RunDirectory | None = None
        self._ahead: dict[int, Section | None] = {}
        self._expected: list[int] = []

    def expect(self, path: Path) -> None:
        """Be ready for the sections of a run directory, the first one first."""
        self._take(path)
        self._expected = [*range(len(SECTIONS))] if self._run else []

    def draw_ahead(self) -> bool:
        """Draw the next section that is expected and not yet drawn; return False where there is none."""
        if not self._expected or self._run is None:
            return False
        number = self._expected.pop(0)
        self._ahead[number] = self._drawn(number)
        return True

    def section(self, path: Path, number: int) -> Section | None:
        """Return a section, or None where it cannot be drawn: whoever asked meets the same trouble, and tells."""
        if self._run is None or self._run.path != path:
            self._take(path)
        if number in self._expected:
            self._expected.remove(number)
        return self._ahead[number] if number in self._ahead else self._drawn(number)

    def _take(self, path: Path) -> None:
        self._ahead, self._expected = {}, []
        try:
            self._run = RunDirectory(path)
        except ReportError:
            self._run = None

    def _drawn(self, number: int) -> Section | None:
        try:
            return SECTIONS[number](self._run) if self._run is not None else None
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
