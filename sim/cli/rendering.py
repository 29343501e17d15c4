"""The report maker as the commands use it: loaded when needed, its errors told as errors of the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.cli.helper import Helper
    from sim.results import ReportMaker

HELPERS_VARIABLE = "MEDSIM_HELPERS"
"""Environment: "off" keeps everything in one process, "on" takes a second one however busy the machine is."""


def render(run: Path) -> str:
    """Return the HTML of a run's report; raises `RunDamaged` for a directory that cannot be read."""
    return _render(run, None)


@contextmanager
def renderer() -> Iterator[ReportMaker]:
    """Give a report maker for something that is simulated first; where a second processor is free, a process there
    loads meanwhile what draws, and then draws some of the report.
    """
    helper = _helper()
    if helper is None:
        yield render
        return
    with helper:
        yield lambda run: _render(run, helper)


def _helper() -> Helper | None:
    from sim.cli.helper import Helper, spare_processor

    wanted = os.environ.get(HELPERS_VARIABLE)
    if wanted == "off" or (wanted != "on" and not spare_processor()):
        return None
    try:
        return Helper()
    except OSError:
        return None


def _render(run: Path, helper: Helper | None) -> str:
    if helper is not None:
        helper.expect(run)  # before this process has loaded what draws, which the helper has long done

    import reports
    from sim.results import RunDamaged

    try:
        return reports.render(run, helper)
    except reports.ReportError as error:
        raise RunDamaged(str(error)) from error
