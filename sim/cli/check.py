"""`medsim check`: run regression scenarios and compare them with their accepted figures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.regression import Verdict
    from sim.results import RunResults

PACKAGED = "regression"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "check",
        help="compare regression scenarios with their accepted figures",
        description="Run each scenario of a folder and name every difference from its accepted figures.",
    )
    parser.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        default=PACKAGED,
        help=f"folder of regression scenarios; `{PACKAGED}` (the default) means the packaged ones, wherever "
        f"MedSim is installed (./{PACKAGED}/ is a folder here)",
    )
    parser.add_argument("--junitxml", type=Path, metavar="FILE", help="write the verdicts as JUnit XML too")
    parser.add_argument("--accept", action="store_true", help="accept what the scenarios give now")
    parser.add_argument("--reason", metavar="TEXT", help="why the figures moved; kept with them")
    parser.set_defaults(handler=check)


def check(arguments: argparse.Namespace) -> int:
    """Print a verdict a scenario, or accept; return 1 where there is a difference.

    Raises `RegressionError` for a missing reason or directory and for arguments that do not go together.
    """
    from sim.regression import RegressionError

    if arguments.accept and arguments.junitxml is not None:
        raise RegressionError("--junitxml reports a comparison, and --accept makes none: give one of them")
    if arguments.accept:
        return _accept(arguments)
    if arguments.reason is not None:
        raise RegressionError("--reason goes with --accept, which is not given")
    return _compare(arguments)


def _compare(arguments: argparse.Namespace) -> int:
    from sim import regression
    from sim.results import put_file

    verdicts = []
    for verdict in regression.check(_directory(arguments), _simulate):
        _print(verdict)
        verdicts.append(verdict)
    if arguments.junitxml is not None:
        put_file(arguments.junitxml, regression.junit_xml(verdicts))
    failed = sum(not verdict.well for verdict in verdicts)
    print(f"{len(verdicts) - failed} of {len(verdicts)} scenarios are as accepted")
    return 1 if failed else 0


def _accept(arguments: argparse.Namespace) -> int:
    from sim import regression

    changed = regression.accept_all(_directory(arguments), _simulate, arguments.reason or "")
    print(f"accepted: {', '.join(changed)}" if changed else "nothing changed, nothing to accept")
    return 0


def _directory(arguments: argparse.Namespace) -> Path:
    from sim.paths import scenarios_directory

    named = str(arguments.directory)
    return scenarios_directory() / PACKAGED if named == PACKAGED else Path(named)


def _print(verdict: Verdict) -> None:
    print(f"{'ok' if verdict.well else 'FAILED':6} {verdict.scenario} ({verdict.wall_s:.1f} s)", flush=True)
    if verdict.error is not None:
        print(f"  {verdict.error}", file=sys.stderr)
    for difference in verdict.differences:
        print(f"  {difference}", file=sys.stderr)


def _simulate(path: Path) -> RunResults:
    from sim.runner import simulate
    from sim.scenario import load

    return simulate(load(path), source=str(path))
