"""How often Python's collector looks for cycles while a command is at work."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = 200_000
_ROUNDS: Final = 20


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the collector come seldom: a run makes millions of objects, hardly any of them in cycles.

    By default it comes every 700 objects, walks the coins and the chain's blocks again and again, and takes a fifth
    of a run to free a few megabytes. Serves as a decorator too; afterwards it comes as often as before.
    """
    before = gc.get_threshold()
    _come_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def seldom_collected_to_the_end() -> None:
    """Let the collector come seldom until the process ends, and not once more then."""
    _come_seldom()
    atexit.register(gc.freeze)


def _come_seldom() -> None:
    young = gc.get_threshold()[0]
    if young:  # else somebody has switched it off
        gc.set_threshold(max(_YOUNG, young), _ROUNDS, _ROUNDS)
