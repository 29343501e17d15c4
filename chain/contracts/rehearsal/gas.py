"""What each function of each contract costs, measured in its rehearsal, and the committed snapshot of it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chain.contracts.artifact import CONTRACTS, HOME
from chain.contracts.naming import snake
from chain.contracts.rehearsal.governed import governed_gas, proposal_gas
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters
from chain.engines.protocol import Engine
from chain.errors import ArtifactError

SNAPSHOT: Final = HOME / "gas.json"
TOLERANCE_SHARE: Final = 0.02
"""A function whose gas moved by more than this is named, and the snapshot must be written again."""

Gas = Mapping[str, Mapping[str, int]]
"""Gas by section and function, both in alphabetical order. A section is a contract's name, what the timelock calls of a
contract, or a proposal."""


PROPOSAL: Final = "a proposal"
"""The section of what a proposal of one call takes with one vote: each of its transactions, and all of them."""


def by_timelock(contract: str) -> str:
    """Return the section of what the timelock calls of a contract, each function measured by itself."""
    return f"{contract} by the Timelock"


def settled(engine: Engine | None = None) -> Stage:
    """Return a stage with providers and patients registered; the engine is the reference where none is given."""
    stage = Stage(parameters(), engine)
    stage.settle_people()
    return stage


def rehearsed(name: str, engine: Engine | None = None) -> Stage:
    """Return the stage on which a contract has been rehearsed, providers and patients registered before."""
    stage = settled(engine)
    importlib.import_module(f"chain.contracts.rehearsal.{snake(name)}").rehearse(stage)
    return stage


def measure() -> Gas:
    """Return the gas of the last call of each function in its own contract's rehearsal.

    What the timelock called stands in a section of its own (`by_timelock`), and so does a whole proposal.
    """
    stages = {name: rehearsed(name) for name in sorted(CONTRACTS)}
    called = {name: _own(name, _last(stage.gas_gas)) for name, stage in stages.items()}
    governed = {by_timelock(name): _own(name, governed_gas(stage)) for name, stage in stages.items()}
    sections = {**called, **{section: gas for section, gas in governed.items() if gas}}
    sections[PROPOSAL] = proposal_gas(settled())
    return dict(sorted(sections.items()))


def _own(name: str, gas_gas: Mapping[tuple[str, str], int]) -> Mapping[str, int]:
    return {function: gas for (contract, function), gas in sorted(gas_gas.items()) if contract == name}


def _last(uses: Mapping[tuple[str, str], list[int]]) -> Mapping[tuple[str, str], int]:
    return {function: gas[-1] for function, gas in uses.items()}


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
