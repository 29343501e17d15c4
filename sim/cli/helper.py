"""A second process that draws sections of a report while this one draws others.

It loads what draws as soon as it is started, which takes as long as many a figure, so that whoever has a run to
simulate first finds it ready. It is a fresh interpreter: a fork would take along threads' locks and a whole simulation,
and `multiprocessing` would run the caller's own script again.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from reports.elements import Section

_CODE: Final = "import sys; sys.path[:] = {path!r}; from sim.cli.helper import serve; serve({descriptor})"


class Helper:
    """The other process; a context, at whose end it ends. It ends by itself too when this process does."""

    def __init__(self) -> None:
        """Start it; raises `OSError` where the system starts no process."""
        self._end, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE.format(path=sys.path, descriptor=theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what it cannot draw this process draws, and tells what is wrong
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # an interrupt at the keyboard is for this process alone
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._end.close()
        self._process.kill()  # it holds nothing that would be lost, and may still be loading
        self._process.wait()

    def expect(self, path: Path) -> None:
        """Say whose sections will be asked for, the first one first: it draws ahead until it is asked."""
        with suppress(OSError):
            self._end.send((path, None))

    def section(self, path: Path, number: int) -> Section | None:
        """Return a section of a run directory's report; None where the helper has none to give."""
        try:
            self._end.send((path, number))
            drawn: Section | None = self._end.recv()
        except (EOFError, OSError):
            return None
        return drawn


def spare_processor() -> bool:
    """Whether this machine has a second processor, and the last minute's work leaves it free."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return usable > 1 and busy <= usable - 0.5


def serve(descriptor: int) -> None:
    """Draw what is asked for at the pipe's end `descriptor` until nobody can ask any more."""
    from reports.sharing import Drawer

    gc.freeze()
    gc.set_threshold(50_000)
    drawer = Drawer()
    with Connection(descriptor) as end, suppress(EOFError, OSError):
        while True:
            while not end.poll() and drawer.draw_ahead():
                pass
            path, number = end.recv()
            if number is None:
                drawer.expect(path)
            else:
                end.send(drawer.section(path, number))
    # Nobody waits for what it holds to be given back piece by piece.
    os._exit(0)
