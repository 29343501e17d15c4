"""What each function of each contract costs, measured in its rehearsal, and the committed snapshot of it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chain.contracts.artifact import CONTRACTS, HOME
from chain.contracts.naming import snake
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters
from chain.errors import ArtifactError

SNAPSHOT: Final = HOME / "gas.json"
TOLERANCE_SHARE: Final = 0.02
"""A function whose gas moved by more than this is named, and the snapshot must be written again."""

Gas = Mapping[str, Mapping[str, int]]
"""Gas by contract and function, both in alphabetical order."""


def rehearsed(name: str) -> Stage:
    """Return the stage on which a contract has been rehearsed, providers and patients registered before."""
    stage = Stage(parameters())
    stage.settle_people()
    importlib.import_module(f"chain.contracts.rehearsal.{snake(name)}").rehearse(stage)
    return stage


def measure() -> Gas:
    """Return the gas of the last call of each function in its own contract's rehearsal."""
    return {
        name: {
            function: uses[-1]
            for (contract, function), uses in sorted(rehearsed(name).gas_gas.items())
            if contract == name
        }
        for name in sorted(CONTRACTS)
    }


def read_snapshot(path: Path = SNAPSHOT) -> Gas:
    """Return the committed figures; raise `ArtifactError` where there are none."""
    try:
        figures: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(
            f"{path}: no gas snapshot ({error}); run `medsim contracts gas --write`"
        ) from error
    return figures


def write_snapshot(gas: Gas, path: Path = SNAPSHOT) -> None:
    """Commit figures to the snapshot's file."""
    path.write_text(json.dumps(gas, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def gas_differences(before: Gas, now: Gas) -> list[str]:
    """Return a sentence for each function that is new, gone, or more than 2 % dearer or cheaper than before."""
    found = []
    for contract in sorted({*before, *now}):
        old, new = before.get(contract, {}), now.get(contract, {})
        for function in sorted({*old, *new}):
            if function not in new:
                found.append(f"{contract}.{function}: is no longer measured ({old[function]} gas before)")
            elif function not in old:
                found.append(f"{contract}.{function}: is not in the snapshot ({new[function]} gas now)")
            elif abs(new[function] - old[function]) > TOLERANCE_SHARE * old[function]:
                change = new[function] / old[function] - 1
                found.append(
                    f"{contract}.{function}: {old[function]} gas before, {new[function]} now ({change:+.1%})"
                )
    return found
