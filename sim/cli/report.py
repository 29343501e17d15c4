"""`medsim report`: make the report of a run again."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "report",
        help="make the report of a run again",
        description="Make report.html of a run directory again; prints the report's path last.",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="run directory")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write it here instead of into the run directory"
    )
    parser.set_defaults(handler=report)


def report(arguments: argparse.Namespace) -> int:
    """Write the report; raises `RunDamaged` where anything but the report itself is wrong with the run."""
    from sim.cli.rendering import render
    from sim.results import require_one_run, require_sound, write_report, write_report_to

    require_one_run(arguments.run)
    require_sound(arguments.run)
    if arguments.out is None:
        print(write_report(arguments.run, render))
    else:
        print(write_report_to(arguments.out, arguments.run, render))
    return 0
