"""`medsim stress`: raise the load on each protocol until it saturates, and write what came of it."""

from __future__ import annotations

import argparse
import json
import math
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.cli.arguments import add_place, add_scenario, add_seed, add_settings

if TYPE_CHECKING:
    from sim.stress.results import StressResults

QUICK: Final = {
    "stress.blocks_per_step": 300,
    "stress.warmup_blocks": 40,
    "stress.most_acts_per_step": 300_000,
    "stress.interval_blocks": 1_500,
}
"""Keys that `--quick` sets: the same places, with wider error bars."""

VERSIONED: Final = ("medsim", "numpy", "pandas", "pyarrow")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "stress",
        help="find the load at which each protocol saturates",
        description="Offer each protocol the health acts of more and more visits a second, as measured on the EVM, on "
        "a network with delay, until it saturates; with and without batching, over block limits and intervals. Sets "
        "the knee beside the capacity law and the nation's busiest hour, checks published claims, and writes a "
        "directory with tables and a report. No EVM executes the load. Takes some minutes on one core, --quick one.",
    )
    add_scenario(parser, "stress")
    add_seed(parser)
    parser.add_argument(
        "--protocols", metavar="A,B", help="only these protocols (default: stress.protocols of the scenario)"
    )
    add_settings(parser, "stress.batch_size=64")
    parser.add_argument("--quick", action="store_true", help="shorter steps, and wider error bars")
    add_place(parser, "directory")
    parser.add_argument("--json", action="store_true", help="print the knees as JSON before the directory")
    parser.set_defaults(handler=stress)


def stress(arguments: argparse.Namespace) -> int:
    """Play, write the directory, print the knees and last its path."""
    from sim.cli.progress import ShareProgress
    from sim.cli.rendering import render
    from sim.results import require_place, write_run
    from sim.scenario import load, parse_setting
    from sim.stress.results import StressResults, stress_directory_name
    from sim.stress.sweep import run

    named: dict[str, object] = dict(QUICK) if arguments.quick else {}
    named |= dict(parse_setting(setting) for setting in arguments.settings)
    if arguments.seed is not None:
        named |= dict([parse_setting(f"seed={arguments.seed}")])
    if arguments.protocols is not None:
        named["stress.protocols"] = " ".join(part.strip() for part in arguments.protocols.split(","))
    scenario = load(arguments.scenario, named)
    name = stress_directory_name(scenario)
    if require_place(arguments.out, name, force=arguments.force) and not arguments.force:
        print(f"{arguments.out / name} stands there already; measuring again to compare", file=sys.stderr)
    began_s = time.perf_counter()
    with ShareProgress(scenario.name) as progress:
        outcome = run(scenario, progress)
    results = StressResults(
        outcome,
        wall_s=time.perf_counter() - began_s,
        versions={"python": platform.python_version(), **{each: version(each) for each in VERSIONED}},
    )
    written = write_run(arguments.out, results, force=arguments.force, make_report=render)
    if written.kept:
        print("an equal result stood there already and was kept", file=sys.stderr)
    print(_as_json(results, written.path) if arguments.json else _as_text(results))
    if not arguments.json:
        print(written.path)
    return 0


def _as_json(results: StressResults, path: Path) -> str:
    tables = {
        name: json.loads(results.tables[name].to_json(orient="records"))
        for name in ("knees", "grid", "claims")
    }
    document = {"directory": str(path), "digest": results.digest, **tables}
    return json.dumps(document, indent=1, ensure_ascii=False)


def _as_text(results: StressResults) -> str:
    lines = [f"{'protocol':14} {'batching':8} {'knee, visits/s':>22} {'law, same':>9} {'gap':>8}  limited by"]
    for curve in results.outcome.curves:
        knee, law = curve.knee, curve.law.visits_per_s
        reached = knee.visits_per_s is not None
        place = (
            f"{knee.visits_per_s:,.3f} ± {knee.error_visits_per_s:,.3f}"
            if reached
            else f"over {curve.steps[-1].offered_visits_per_s:,.0f}"
        )
        gap = f"{(knee.visits_per_s / law - 1):+.1%}" if knee.visits_per_s is not None and law else "-"
        lines.append(
            f"{curve.chain.protocol:14} {'none' if curve.mix.batching == 'none' else 'yes':8} {place:>22} "
            f"{'-' if law is None else f'{law:,.3f}':>9} {gap:>8}  {knee.limited_by or '-'}"
        )
    for claim in results.outcome.claims:
        verdict = "holds" if claim.holds else "does not hold"
        measured, error = _figure(claim.measured, 3), _figure(claim.error, 2)
        lines.append(f"{verdict:14} {claim.claim}: {measured} ± {error} {claim.unit}")
    return "\n".join(lines)


def _figure(value: float, digits: int) -> str:
    """So many significant digits, without an exponent."""
    if not value or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:,.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"
