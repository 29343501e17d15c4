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
"""Environment: "off" keeps everything in one process, "on" takes more however busy the machine is."""


def render(run: Path) -> str:
    """Return the HTML of a run's report; raises `RunDamaged` for a directory that cannot be read."""
    import reports
    from sim.results import RunDamaged

    try:
        return reports.render(run)
    except reports.ReportError as error:
        raise RunDamaged(str(error)) from error


@contextmanager
def renderer() -> Iterator[ReportMaker]:
    """Give a report maker for something that is simulated first; where a second processor is free, a process there
    loads meanwhile what draws, and then makes the report.
    """
    helper = _helper()
    if helper is None:
        yield render
        return
    with helper:
        yield lambda run: helper.report(run) or render(run)


def _helper() -> Helper | None:
    from sim.cli.helper import Helper, spare_processors, useful_drawers

    wanted = os.environ.get(HELPERS_VARIABLE)
    spare = 0 if wanted == "off" else spare_processors()
    if wanted == "off" or (wanted != "on" and not spare):
        return None
    try:
        return Helper(useful_drawers(max(1, spare)))
    except OSError:
        return None
