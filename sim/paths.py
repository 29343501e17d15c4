"""Where packaged data lies: beside the code in an installed wheel, else in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def scenarios_directory() -> Path:
    """The directory of packaged scenarios; `regression/` and `populations/` lie inside."""
    bundled = _PACKAGE / "_bundled" / "scenarios"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "scenarios"


def populations_directory() -> Path:
    """The directory of bundled populations, one folder each."""
    return scenarios_directory() / "populations"
