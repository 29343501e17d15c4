"""`medsim estimate`: what a scenario will take on each engine, calibrated on this machine now."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.run import add_scenario_arguments, overrides

if TYPE_CHECKING:
    from sim.estimation import Demand, Estimate
    from sim.results.writer import ReportMaker


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "estimate",
        help="say what a scenario will take",
        description="Count transactions and blocks of a scenario and estimate seconds of simulation and "
        "megabytes of the run directory, report included, on each engine, calibrated by a few short runs on "
        "this machine.",
    )
    add_scenario_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(handler=estimate)


def estimate(arguments: argparse.Namespace) -> int:
    """Print demand and a line an engine; `--engine` keeps to one."""
    from sim import estimation
    from sim.cli.rendering import render
    from sim.runner import simulate
    from sim.scenario import load

    scenario = load(arguments.scenario, overrides(arguments))
    wanted = estimation.demand(scenario)
    engines = estimation.engines(scenario) if arguments.engine is None else (scenario.chain.engine,)
    report = _drawn_once(render)
    estimates = [
        estimation.estimate(scenario, engine, wanted, estimation.trials(scenario, engine, simulate, report))
        for engine in engines
    ]
    print(
        _as_json(scenario.name, wanted, estimates)
        if arguments.json
        else _as_text(scenario.name, wanted, estimates)
    )
    return 0


def _drawn_once(make_report: ReportMaker) -> ReportMaker:
    """Let the first report stand for all: short runs' reports hardly differ in size, and to draw one takes longer
    than such a run.
    """
    drawn: list[str] = []

    def make(run: Path) -> str:
        if not drawn:
            drawn.append(make_report(run))
        return drawn[0]

    return make


def _as_json(name: str, wanted: Demand, estimates: list[Estimate]) -> str:
    document = {"scenario": name, "demand": asdict(wanted), "engines": [asdict(entry) for entry in estimates]}
    return json.dumps(document, indent=1)


def _as_text(name: str, wanted: Demand, estimates: list[Estimate]) -> str:
    lines = [
        f"{name}: {wanted.visits:,} visits of {wanted.patients:,} patients at {wanted.providers:,} providers",
        *_remarks(wanted),
        f"{'engine':8} {'transactions':>12} {'blocks':>10} {'seconds':>8} {'megabytes':>9}",
    ]
    lines += [
        f"{entry.engine:8} {entry.transactions:>12,} {entry.blocks:>10,} "
        f"{entry.seconds:>8.0f} {entry.megabytes:>9.1f}"
        for entry in estimates
    ]
    return "\n".join(lines)


def _remarks(wanted: Demand) -> list[str]:
    if not wanted.still_in_care:
        return []
    return [f"{wanted.still_in_care:,} of these visits are still in care at the end and are not attended"]
