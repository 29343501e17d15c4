"""`medsim verify`: say everything that is wrong with a run directory."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "verify",
        help="check a run directory for changed, cut or missing files",
        description="Check that a run directory is whole; prints every problem, exit code 1 if there is one.",
    )
    parser.add_argument("run", type=Path, metavar="RUN", help="run directory")
    parser.set_defaults(handler=verify)


def verify(arguments: argparse.Namespace) -> int:
    """Print each problem on standard error and return 1, or say that all is well and return 0."""
    from sim import results

    results.require_one_run(arguments.run)
    problems = results.verify(arguments.run)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    print(f"{arguments.run}: whole, digest {results.StoredRun(arguments.run).manifest['digest']}")
    return 0
