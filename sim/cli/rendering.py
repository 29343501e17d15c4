"""The report maker as the commands use it: loaded when needed, its errors told as errors of the run."""

from __future__ import annotations

from pathlib import Path


def render(run: Path) -> str:
    """Return the HTML of a run's report; raises `RunDamaged` for a directory that cannot be read."""
    import reports
    from sim.results import RunDamaged

    try:
        return reports.render(run)
    except reports.ReportError as error:
        raise RunDamaged(str(error)) from error
