"""Where packaged data lies, beside the code in an installed wheel, else in the repository; and where runs keep what
they share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


CACHE_VARIABLE: Final = "MEDSIM_CACHE"
"""Environment variable that names the cache directory, or switches the cache off."""

CACHE_OFF: Final = "off"


def cache_directory() -> Path | None:
    """The directory in which runs keep what later ones can use again, None where there is to be none.

    `$MEDSIM_CACHE`, which may be "off"; else `medsim` in `$XDG_CACHE_HOME` or `~/.cache` (XDG Base Directory
    Specification 0.8, which has relative paths ignored).
    """
    chosen = os.environ.get(CACHE_VARIABLE, "")
    if chosen:
        return None if chosen == CACHE_OFF else Path(chosen)
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path(os.path.expanduser("~/.cache"))  # noqa: PTH111  Path.home() raises where there is no home
    return base / "medsim" if base.is_absolute() else None


def scenarios_directory() -> Path:
    """The directory of packaged scenarios; `regression/` and `populations/` lie inside."""
    bundled = _PACKAGE / "_bundled" / "scenarios"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "scenarios"


def populations_directory() -> Path:
    """The directory of bundled populations, one folder each."""
    return scenarios_directory() / "populations"
