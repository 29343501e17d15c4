"""`medsim contracts`: list the contracts, rebuild their artifacts, check them against their sources."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sim.cli.verbs import add_verbs


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its three verbs."""
    parser = subparsers.add_parser(
        "contracts",
        help="list, rebuild or check the system's contracts",
        description="The Solidity contracts that every run deploys, and their committed artifacts.",
    )
    verbs = add_verbs(parser, "verbs", "VERB")

    listing = verbs.add_parser(
        "list",
        help="print each contract with its size and functions",
        description="Print each contract with the bytes that it takes on chain and its functions.",
    )
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(handler=list_contracts)

    building = verbs.add_parser(
        "build",
        help="compile the sources into artifacts and bindings (needs Node.js)",
        description="Compile the Solidity sources into artifacts, generate the typed Python bindings from them, and "
        "print the artifacts' paths. Needs Node.js.",
    )
    building.add_argument(
        "names", nargs="*", metavar="CONTRACT", help="only these contracts (default: all of them)"
    )
    building.add_argument(
        "--out", type=Path, metavar="DIR", help="write elsewhere than over the committed artifacts"
    )
    building.set_defaults(handler=build_contracts)

    checking = verbs.add_parser(
        "check",
        help="fail where sources and artifacts differ",
        description="Compare the committed artifacts with their sources; exit code 1 where they differ.",
    )
    checking.add_argument(
        "--rebuild", action="store_true", help="also compile and compare byte for byte (needs Node.js)"
    )
    checking.set_defaults(handler=check_contracts)


def list_contracts(arguments: argparse.Namespace) -> int:
    """Print each contract's name, size on chain and functions; return 0."""
    from chain.abi import ContractAbi
    from chain.contracts.artifact import CONTRACTS, load

    interfaces = {name: ContractAbi(load(name)) for name in CONTRACTS}
    sizes = {name: len(interface.artifact.deployed_bytecode) for name, interface in interfaces.items()}
    if arguments.json:
        rows = [
            {"name": name, "deployed_bytes": sizes[name], "functions": interfaces[name].functions}
            for name in CONTRACTS
        ]
        print(json.dumps(rows, indent=2))
        return 0
    for name in CONTRACTS:
        print(f"{name:<17}{sizes[name]:>6} bytes  {' '.join(interfaces[name].functions)}")
    return 0


def build_contracts(arguments: argparse.Namespace) -> int:
    """Compile, write artifacts and bindings, print the artifacts' paths; return 0."""
    from chain.contracts.artifact import ARTIFACTS, CONTRACTS, load
    from chain.contracts.binding import write
    from chain.contracts.build import build

    for path in build(arguments.out or ARTIFACTS, names=arguments.names or CONTRACTS):
        print(path)
    if arguments.out is None:
        load.cache_clear()
        write()
    return 0


def check_contracts(arguments: argparse.Namespace) -> int:
    """Print each difference on standard error and return 1, or say that there is none and return 0."""
    from chain.contracts.binding import binding_differences
    from chain.contracts.build import differences, rebuild_differences

    found = differences() or binding_differences()
    if arguments.rebuild and not found:
        found = rebuild_differences()
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print("run `medsim contracts build` and commit the artifacts", file=sys.stderr)
        return 1
    print("artifacts and bindings match their sources" + (", byte for byte" if arguments.rebuild else ""))
    return 0
