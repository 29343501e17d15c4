"""What a reader is told when a run directory cannot be read."""

from __future__ import annotations

from pathlib import Path


class ReportError(Exception):
    """A run directory cannot be turned into a report; the message names the file and the fault."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem
