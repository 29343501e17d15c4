"""`medsim protocol`: a protocol's consensus on a network, without agents and without an EVM."""

from __future__ import annotations

import argparse
import inspect
import json
import textwrap
from collections.abc import Mapping
from operator import attrgetter
from typing import Final

from sim.cli.arguments import add_seed, add_settings
from sim.cli.verbs import add_verbs
from sim.cli.whole import whole

_MOST_LISTED: Final = 8
_LARGEST_DECIMAL: Final = 2**64

_UNITS: Final[Mapping[str, str]] = {
    "_sat": "× 10^-8 native coins",
    "_bytes": "bytes",
    "_blocks": "blocks",
    "_gas": "gas",
    "_percent": "%",
    "_ms": "ms",
    "_s": "s",
}
"""Units by the ending of a number's name."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "protocol",
        help="run a protocol's consensus on a network alone",
        description="Consensus and network alone: intervals, forks, orphans, finality, rewards.",
    )
    verbs = add_verbs(parser, "verbs", "VERB")
    running = verbs.add_parser(
        "run",
        help="make blocks and print what came of them",
        description="Make blocks by a protocol's own rules on a network with delay, without EVM and agents, and print "
        "mean and percentiles of the interval, orphan share and stale ratio overall and by validator, depths of "
        "reorganisations, latency to finality, rewards against stake, and missed slots. Times are in seconds, amounts "
        "in 10^-8 of the native coin. `medsim protocol keys PRESET` lists what --set changes.",
    )
    running.add_argument("preset", metavar="PRESET", help="the protocol (`medsim protocol list`)")
    running.add_argument(
        "--blocks",
        default="10000",
        metavar="N",
        help="length of the chain to make, in blocks (default: 10000)",
    )
    add_seed(running, "1")
    add_settings(running, "network.one_way_trips=3", "values are TOML; may be repeated")
    running.add_argument("--json", action="store_true", help="print JSON")
    running.set_defaults(handler=run)

    listing = verbs.add_parser("list", help="print the protocols", description="Print the protocols.")
    listing.set_defaults(handler=list_presets)

    explaining = verbs.add_parser(
        "keys",
        help="print the keys that --set changes",
        description="Print each key that `medsim protocol run --set` changes, with default, unit, grade (S sourced, "
        "D derived, U unsourced) and what is allowed.",
    )
    explaining.add_argument("preset", metavar="PRESET", help="the protocol whose defaults are printed")
    explaining.set_defaults(handler=list_keys)


def run(arguments: argparse.Namespace) -> int:
    """Run and print the figures; return 0."""
    from sim.cli.progress import BlockProgress
    from sim.protocol_runs import resolve
    from sim.protocol_runs import run as run_protocol
    from sim.protocol_runs.figures import figures
    from sim.protocol_runs.text import described

    blocks = whole("--blocks", arguments.blocks, least=2)
    seed = whole("--seed", arguments.seed, least=0)
    settings = resolve(arguments.preset, arguments.settings)
    with BlockProgress(settings.preset.name) as progress:
        outcome = run_protocol(settings, seed=seed, blocks=blocks, progress=progress)
    counted = figures(outcome)
    print(json.dumps(counted, indent=1, allow_nan=False) if arguments.json else described(counted))
    return 0


def list_presets(_arguments: argparse.Namespace) -> int:
    """Print the protocols; return 0."""
    from sim.protocol_runs import PRESETS

    for preset in PRESETS.values():
        print(f"{preset.name:14} {preset.description}")
    return 0


def list_keys(arguments: argparse.Namespace) -> int:
    """Print the keys of a protocol; return 0."""
    from sim.protocol_runs import resolve
    from sim.protocol_runs.keys import KEYS
    from sim.protocol_runs.settings import PROTOCOL

    settings = resolve(arguments.preset, [])
    for key in KEYS.values():
        default = _default(settings[key.name], key.unit)
        print(f"{key.name} = {default}  [{key.grade}]\n    {key.doc}\n    allowed: {key.allowed}")
    print(f"\nNumbers of {settings.preset.name} ({PROTOCOL}…)")
    for paragraph in (inspect.getdoc(type(settings.parameters)) or "").split("\n\n"):
        print(textwrap.fill(" ".join(paragraph.split()), initial_indent="    ", subsequent_indent="    "))
    for name in settings.preset.keys:
        print(f"{PROTOCOL}{name} = {_number(settings.parameters, name)}")
    return 0


def _number(parameters: object, name: str) -> str:
    """One of a protocol's numbers with the unit that its name ends in; targets in hex, which --set takes too."""
    from chain.protocols.presets import KERNEL
    from chain.protocols.qtum_2018 import KERNELS

    if name == KERNEL:
        return f"{KERNELS[0]} (of {', '.join(KERNELS)})"
    value = attrgetter(name)(parameters)
    if isinstance(value, int) and value > _LARGEST_DECIMAL:
        return hex(value)
    unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")
    return f"{value} {unit}".rstrip()


def _default(value: object, unit: str) -> str:
    """A default with its unit; what is not used has none, and many equal parts are counted."""
    if value is None or value in ((), {}):
        return "not used" if value is None else "none"
    if isinstance(value, tuple) and len(value) > _MOST_LISTED and len(set(value)) == 1:
        return f"{len(value)} equal parts"
    return f"{value} {unit}".rstrip()
