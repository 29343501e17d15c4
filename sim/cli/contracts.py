"""`medsim contracts`: list the contracts, measure their gas, rebuild their artifacts, check them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sim.cli.verbs import add_verbs


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "contracts",
        help="list, measure, rebuild or check the system's contracts",
        description="The Solidity contracts that every run deploys, and their committed artifacts.",
    )
    verbs = add_verbs(parser, "verbs", "VERB")

    listing = verbs.add_parser(
        "list",
        help="print each contract with its address, size and roles, and each function with its gas",
        description="Print each contract with its address in a scenario's runs, the bytes that it takes on chain and "
        "its roles; below it each state-changing function with its gas, as the committed snapshot has it, and who may "
        "call it. Most are measured as a caller's transaction; what only the timelock may call is measured alone, from "
        "its address, and marked with an asterisk. `medsim contracts gas` measures again.",
    )
    listing.add_argument(
        "names", nargs="*", metavar="CONTRACT", help="only these contracts (default: all of them)"
    )
    listing.add_argument(
        "--scenario", default="baseline", help="the scenario whose addresses are printed (default: baseline)"
    )
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(handler=list_contracts)

    measuring = verbs.add_parser(
        "gas",
        help="measure the gas of every function and compare with the committed snapshot",
        description="Play each contract's rehearsal on the real engine, measure every function's gas and compare it "
        "with the committed snapshot; exit code 1 where a function moved by more than 2 %.",
    )
    measuring.add_argument(
        "--json", action="store_true", help="print the measured gas as JSON, and compare nothing"
    )
    measuring.add_argument("--write", action="store_true", help="write the snapshot anew")
    measuring.set_defaults(handler=measure_gas)

    acting = verbs.add_parser(
        "acts",
        help="measure gas and bytes of the acts that the stress test loads a chain with",
        description="Play the acts of a patient's life with the system on the real engine, alone and in batches, "
        "measure gas and encoded bytes, and compare with the committed snapshot; exit code 1 where one moved by more "
        "than 2 %.",
    )
    acting.add_argument(
        "--json", action="store_true", help="print the measured acts as JSON, and compare nothing"
    )
    acting.add_argument("--write", action="store_true", help="write the snapshot anew")
    acting.set_defaults(handler=measure_acts)

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
    """Print what there is to know of each contract; return 0, or 2 for a contract that does not exist."""
    from chain.contracts.artifact import CONTRACTS
    from sim.contract_listing import described, listed

    if unknown := [name for name in arguments.names if name not in CONTRACTS]:
        print(f"medsim: no contract {unknown[0]!r}; there are {', '.join(CONTRACTS)}", file=sys.stderr)
        return 2
    contracts = listed(arguments.scenario, arguments.names or CONTRACTS)
    if arguments.json:
        print(json.dumps([contract.as_json() for contract in contracts], indent=2))
    else:
        print("\n\n".join(described(contract) for contract in contracts))
    return 0


def measure_gas(arguments: argparse.Namespace) -> int:
    """Measure every function; return 1 where one differs from the snapshot by more than 2 %, else 0."""
    from chain.contracts.rehearsal.gas import (
        SNAPSHOT,
        gas_differences,
        measure,
        read_snapshot,
        write_snapshot,
    )

    gas = measure()
    if arguments.json:
        print(json.dumps(gas, indent=2))
        return 0
    if arguments.write:
        write_snapshot(gas)
        print(SNAPSHOT)
        return 0
    found = gas_differences(read_snapshot(), gas)
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print("if that is meant, run `medsim contracts gas --write` and commit the snapshot", file=sys.stderr)
        return 1
    print(f"{sum(map(len, gas.values()))} measures are what the snapshot says, within 2 %")
    return 0


def measure_acts(arguments: argparse.Namespace) -> int:
    """Measure every act; return 1 where one differs from the snapshot by more than 2 %, else 0."""
    from dataclasses import asdict

    from chain.contracts.rehearsal import acts

    measured = acts.measure()
    if arguments.json:
        print(json.dumps({name: asdict(act) for name, act in measured.items()}, indent=2))
        return 0
    if arguments.write:
        acts.write_snapshot(measured)
        print(acts.SNAPSHOT)
        return 0
    found = acts.act_differences(acts.read_snapshot(), measured)
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print(
            "if that is meant, run `medsim contracts acts --write` and commit the snapshot", file=sys.stderr
        )
        return 1
    print(f"{len(measured)} acts take what the snapshot says, within 2 %")
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
