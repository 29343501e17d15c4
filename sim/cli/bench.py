"""`medsim bench engine`: how fast the engines are, side by side with what a user would pick instead."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from sim.cli.verbs import add_verbs

if TYPE_CHECKING:
    from sim.bench.comparison import Line
    from sim.bench.contenders import Growth


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help="measure speed on this machine")
    verbs = add_verbs(parser, "what to measure", "WHAT")
    engine = verbs.add_parser(
        "engine",
        help="the engines, and what a user would pick instead",
        description="Anchor fresh record roots from 50 senders in blocks of 400, with nonces, fees, receipts and logs, "
        "on every engine that is there and on py-evm's own mine_all. Each figure is a median; ratios are of processor "
        "time, in one run.",
    )
    engine.add_argument(
        "--peers",
        nargs="?",
        const=sys.executable,
        metavar="PYTHON",
        help="also measure verbs and simular, as installed for this Python, or for another that is named",
    )
    engine.add_argument("--runs", type=int, default=3, metavar="N", help="measure so often (3)")
    engine.add_argument(
        "--records",
        type=int,
        metavar="N",
        help="instead: anchor so many records on revm and say what one of the first and of the last tenth costs, on "
        "average and with all that it takes, and the memory; medians of the runs",
    )
    engine.add_argument("--json", action="store_true", help="print JSON")
    engine.set_defaults(handler=bench_engine)


def bench_engine(arguments: argparse.Namespace) -> int:
    """Print a table of rates and ratios, or of growth."""
    from sim.bench.comparison import compare, growth, versions
    from sim.errors import InputError

    for name, number in (("--runs", arguments.runs), ("--records", arguments.records)):
        if number is not None and number < 1:
            raise InputError(name, f"{number}", "a number from 1")
    document: dict[str, object] = {"cores": os.cpu_count(), "versions": versions()}
    if arguments.records is not None:
        grown = growth(arguments.records, arguments.runs, _progress)
        document["growth"] = [asdict(one) for one in grown]
        print(json.dumps(document, indent=1) if arguments.json else _growth_as_text(grown))
        return 0
    lines = compare(arguments.runs, arguments.peers, _progress)
    document["contenders"] = [{**asdict(line.rate), "times": line.ratios} for line in lines]
    print(json.dumps(document, indent=1) if arguments.json else _as_text(lines))
    return 0


def _as_text(lines: list[Line]) -> str:
    peers = list(lines[0].ratios)
    head = f"{'contender':40} {'tx/s':>9} {'tx/CPU s':>9}" + "".join(f" {'× ' + peer:>11}" for peer in peers)
    rows = [
        f"{line.rate.contender:40} {line.rate.transactions_per_s:>9,.0f} {line.rate.transactions_per_cpu_s:>9,.0f}"
        + "".join(f" {line.ratios[peer]:>11.2f}" for peer in peers)
        for line in lines
    ]
    notes = [f"  {line.rate.contender}: {line.rate.what}" for line in lines]
    return "\n".join([head, *rows, "", *notes])


def _growth_as_text(grown: list[Growth]) -> str:
    head = f"{'contender':40} {'records':>10} {'first tenth':>12} {'last tenth':>11} {'ratio':>6} {'bytes/record':>13}"
    rows = [
        f"{one.contender:40} {one.records:>10,} {one.first_tenth_us:>9.2f} µs {one.last_tenth_us:>8.2f} µs"
        f" {one.last_tenth_us / one.first_tenth_us:>6.2f} {one.record_bytes:>13,.0f}"
        for one in grown
    ]
    return "\n".join([head, *rows])


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr)
