"""Arguments that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

RUNS: Final = Path("runs")


def add_scenario(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add the scenario's name, which may be left out where there is a default."""
    said = "name of a packaged scenario, or path of a TOML file"
    if default is None:
        parser.add_argument("scenario", metavar="NAME", help=said)
    else:
        parser.add_argument(
            "scenario", metavar="NAME", nargs="?", default=default, help=f"{said} (default: {default})"
        )


def add_seed(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add the root seed; without a default the scenario has one."""
    said = "root seed of all draws" + ("" if default is None else f" (default: {default})")
    parser.add_argument("--seed", metavar="N", default=default, help=said)


def add_settings(parser: argparse.ArgumentParser, example: str, more: str = "may be repeated") -> None:
    """Add the argument that changes keys one by one."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help=f"change a key, such as --set {example}; {more}",
    )


def add_place(parser: argparse.ArgumentParser, written: str) -> None:
    """Add where the directory is written, and whether it may replace another."""
    parser.add_argument(
        "--out", type=Path, default=RUNS, metavar="DIR", help=f"folder for the {written} (default: {RUNS})"
    )
    parser.add_argument("--force", action="store_true", help="replace a different result that stands there")
