"""The command line `medsim`.

Each command is a module with `register(subparsers)`, which adds its parser and sets `handler`, a function
from the parsed arguments to an exit code: 0 well, 1 an invariant or regression failed, 2 the input was
wrong. Modules import what is heavy (the EVM, pandas, the scenario model) inside their handlers, so that
`medsim --help` answers at once. User errors are raised as `MedSimError` and printed here as they read,
without a traceback.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

from chain.errors import ChainError
from sim.cli import (
    bench,
    check,
    contracts,
    estimate,
    population,
    protocol,
    report,
    run,
    scenario,
    stress,
    validate,
    verify,
)
from sim.cli.verbs import add_verbs
from sim.collector import seldom_collected_to_the_end
from sim.errors import InvariantViolated, MedSimError

WELL, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

ARROW_MEMORY = "ARROW_DEFAULT_MEMORY_POOL"
"""Environment: where Arrow takes memory from. Its own pool gives back at once what it takes anew for the next table or
group of records, a twentieth of a run; the system's keeps it. A user's choice stands."""

_COMMANDS = (
    run,
    report,
    verify,
    check,
    estimate,
    scenario,
    population,
    contracts,
    protocol,
    validate,
    stress,
    bench,
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="medsim", description="Simulation and test network of a MediBloc-style health-data economy."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    subparsers = add_verbs(parser, "commands", "COMMAND")
    for command in _COMMANDS:
        command.register(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `arguments` are those of the process by default.

    What the encoding of standard output cannot express is printed as a backslash escape from then on.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if arguments is None:  # this process is the command's own, and ends with it
        seldom_collected_to_the_end()
        os.environ.setdefault(ARROW_MEMORY, "system")
    parsed = build_parser().parse_args(arguments)
    try:
        code = int(parsed.handler(parsed))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _tell("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader went away (`medsim … | head`); Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (InvariantViolated, ChainError) as error:
        return _tell(str(error), FAILED)
    except MedSimError as error:
        return _tell(str(error), WRONG_INPUT)
    return code


class _Version(argparse.Action):
    """Prints the version and ends; looks it up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_parsed: Any) -> None:
        from importlib.metadata import version

        print(f"medsim {version('medsim')}")
        parser.exit()


def _tell(message: str, code: int) -> int:
    print(f"medsim: {message}", file=sys.stderr)
    return code
