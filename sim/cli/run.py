"""`medsim run`: simulate a scenario and write its run directory."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from sim.cli.arguments import add_place, add_scenario, add_seed, add_settings

ENGINES = ("pyevm", "revm", "auto")
SIGNINGS = ("full", "trusted")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "run",
        help="simulate a scenario",
        description="Simulate a scenario; prints the run directory last. A run that stands there already is "
        "simulated again and compared: an equal result is kept, a different one is refused. It is not "
        "taken as it stands, for a result hangs on code, on libraries and on the patients' histories too, "
        "and a run directory does not record all of these.",
    )
    add_scenario_arguments(parser)
    add_place(parser, "run directory")
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="build the opening state, neither reading nor keeping it "
        "(MEDSIM_CACHE=off does so everywhere, MEDSIM_CACHE=DIR keeps it elsewhere)",
    )
    parser.set_defaults(handler=run)


def add_scenario_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a scenario and change its keys."""
    add_scenario(parser)
    add_seed(parser)
    parser.add_argument(
        "--engine", metavar="NAME", help=f"engine of EVM and staking coins: {', '.join(ENGINES)}"
    )
    parser.add_argument(
        "--signing",
        metavar="MODE",
        help=f"{' or '.join(SIGNINGS)}: sign each transaction and recover its sender, or believe its sender",
    )
    add_settings(parser, "emission.rate=0.1", "may be repeated (`medsim scenario explain` tells the keys)")


def overrides(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the keys that the arguments change; raises `InputError` for an unknown key or form."""
    from sim.scenario import parse_setting

    named = (
        ("seed", arguments.seed),
        ("chain.engine", arguments.engine),
        ("chain.signing", arguments.signing),
    )
    settings: Iterable[str] = [f"{key}={value}" for key, value in named if value is not None]
    return dict(parse_setting(setting) for setting in [*arguments.settings, *settings])


def run(arguments: argparse.Namespace) -> int:
    """Simulate, write the run directory, print its path last."""
    from chain.engines.choice import chosen
    from chain.opening import seal_opening
    from sim.cli.progress import TerminalProgress
    from sim.cli.rendering import renderer
    from sim.results import StoredRun, directory_name, require_place, write_run
    from sim.runner import simulate
    from sim.scenario import load

    scenario = load(arguments.scenario, overrides(arguments))
    name = directory_name(scenario.name, scenario.digest, scenario.seed, chosen(scenario.chain.engine))
    earlier = None
    if require_place(arguments.out, name, force=arguments.force) and not arguments.force:
        print(
            f"{arguments.out / name} stands there already; simulating again to compare block by block",
            file=sys.stderr,
        )
        earlier = StoredRun(arguments.out / name).journal()
    with renderer() as render:
        with TerminalProgress(scenario.name) as progress:
            results = simulate(
                scenario,
                progress=progress,
                source=arguments.scenario,
                expected_journal=earlier,
                seal=seal_opening if arguments.no_cache else None,
            )
        written = write_run(arguments.out, results, force=arguments.force, make_report=render)
    if written.kept:
        print("an equal result stood there already and was kept", file=sys.stderr)
    print(written.path)
    return 0
