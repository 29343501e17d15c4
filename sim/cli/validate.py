"""`medsim validate`: known answers, each with its error bar."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.cli.arguments import add_seed
from sim.cli.whole import whole

if TYPE_CHECKING:
    from sim.validation.answer import Answer


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "validate",
        help="compare with published results and with theory",
        description="Measure what is known from publications and from theory (forks of nine and of sixteen miners, "
        "selfish mining, queues, capacity) and compare, each with its standard error by batch means. Exit code 1 "
        "where one does not agree.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all of them)")
    parser.add_argument("--long", action="store_true", help="the long form: minutes, and small error bars")
    add_seed(parser, "1")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(handler=validate)


def validate(arguments: argparse.Namespace) -> int:
    """Print each comparison; return 0 where all agree, else 1."""
    from sim.validation import run_suite

    seed = whole("--seed", arguments.seed, least=0)
    answers = []
    if not arguments.json:
        print(f"{'':15} {'':38} {'known':>10} {'measured':>10} {'± error':>9} {'apart':>7}  allowed")
    for answer, seconds in _timed(run_suite(arguments.names, long=arguments.long, seed=seed)):
        answers.append((answer, seconds))
        if not arguments.json:
            print(_line(answer, seconds), flush=True)
    failed = sum(not answer.agrees for answer, _seconds in answers)
    judged = sum(answer.allowed is not None for answer, _seconds in answers)
    if arguments.json:
        print(json.dumps([_as_json(answer, seconds) for answer, seconds in answers], indent=1))
    else:
        print(f"{judged - failed} of {judged} agree")
    if failed:
        print(f"{failed} of {judged} known answers are missed", file=sys.stderr)
    return 1 if failed else 0


def _timed(answers: Iterator[Answer]) -> Iterator[tuple[Answer, float]]:
    """Yield answers with the seconds of work that each took; several of one run: the first took them all."""
    begun = time.process_time()
    for answer in answers:
        ended = time.process_time()
        yield answer, ended - begun
        begun = ended


def _line(answer: Answer, seconds: float) -> str:
    apart = answer.distance_in_errors
    verdict = "told" if answer.allowed is None else "agrees" if answer.agrees else "MISSED"
    return (
        f"{answer.suite:15} {answer.name:38} {answer.expected:>10.4f} {answer.measured:>10.4f} {answer.error:>9.4f} "
        f"{'-' if apart is None else f'{apart:+.1f} se':>7}  {verdict}: {answer.rule} ({answer.unit}, {seconds:.1f} s)"
    )


def _as_json(answer: Answer, seconds: float) -> dict[str, object]:
    return {
        **vars(answer),
        "agrees": answer.agrees,
        "distance_in_errors": answer.distance_in_errors,
        "work_s": round(seconds, 3),
    }
