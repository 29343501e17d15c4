"""A second process that makes a run's report when this one has simulated the run.

It loads what draws as soon as it is started, which takes as long as many a figure, so that whoever has a run to
simulate first finds it ready. It is a fresh interpreter: a fork would take along threads' locks and a whole simulation,
and `multiprocessing` would run the caller's own script again. Itself it has one thread only and holds nothing but
libraries, so that it may fork: there is then one that draws for each processor that is free.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_CODE: Final = (
    "import sys; sys.path[:] = {path!r}; from sim.cli.helper import serve; serve({descriptor}, {drawers})"
)
_ONE_THREAD: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Environment: libraries that start threads as they are loaded start none, so that the process can be forked."""
_MOST_DRAWERS: Final = 4
"""A report's longest section takes a quarter of its time."""


class Helper:
    """The other process; a context, at whose end it ends. It ends by itself too when this process does."""

    def __init__(self, drawers: int = 1) -> None:
        """Start it, to draw with so many processes; raises `OSError` where the system starts no process."""
        self._end, theirs = Pipe()
        code = _CODE.format(path=sys.path, descriptor=theirs.fileno(), drawers=drawers)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what it cannot make this process makes, and tells what is wrong
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # an interrupt at the keyboard is for this process alone
                env=os.environ | _ONE_THREAD,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and with it those that it draws with."""
        self._end.close()
        self._process.kill()  # it holds nothing that would be lost, and may still be loading
        self._process.wait()

    def report(self, path: Path) -> str | None:
        """Return the report of a run directory; None where the helper has none to give."""
        try:
            self._end.send(path)
            page: str | None = self._end.recv()
        except (EOFError, OSError):
            return None
        return page


def spare_processors() -> int:
    """How many processors the last minute's work leaves free on this machine, if it has more than one."""
    usable = _usable_processors()
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(0, int(usable - busy + 0.5)) if usable > 1 else 0


def useful_drawers(spare: int) -> int:
    """How many processes to draw with: one for each spare processor and one for that of whoever waits meanwhile."""
    return min(spare + 1, _usable_processors(), _MOST_DRAWERS)


def _usable_processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve(descriptor: int, drawers: int) -> None:
    """Make the reports that are asked for at the pipe's end `descriptor` until nobody can ask any more."""
    import reports
    from reports.drawing import warm_up
    from reports.render import page_template
    from reports.sharing import Drawers
    from sim.collector import seldom_collected_to_the_end

    seldom_collected_to_the_end()
    warm_up()
    page_template()
    with Connection(descriptor) as end, suppress(EOFError, OSError), Drawers(drawers) as those:
        while True:
            path = end.recv()
            try:
                page: str | None = reports.render(path, those)
            except Exception:
                page = None  # whoever asked meets the same trouble, and tells
            end.send(page)
    # Nobody waits for what it holds to be given back piece by piece.
    os._exit(0)
