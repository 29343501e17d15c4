"""Errors of run directories, each a sentence for the user that names the path."""

from __future__ import annotations

from sim.errors import MedSimError


class RunError(MedSimError):
    """A run directory cannot be written, read or trusted."""


class RunNotFound(RunError):
    """There is no run at the given path."""


class RunDamaged(RunError):
    """What stands at the path is unfinished, damaged or changed, and is not reported as a result."""


class RunDiffers(RunError):
    """A different result already stands where a run would be written."""


class JournalDiffers(RunError):
    """A repeated run left the journal of the run it repeats; names the first line that differs."""
