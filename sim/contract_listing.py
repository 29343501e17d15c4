"""What there is to know of a contract at a glance: address, size, roles, and each function's gas and callers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chain.abi import ContractAbi
from chain.contracts.access import Access, access_tables
from chain.contracts.artifact import load
from chain.contracts.rehearsal.gas import PROPOSAL, Gas, by_timelock, read_snapshot
from chain.contracts.rehearsal.governed import ACTS, WHOLE
from sim.agents.people import settle_people
from sim.chance import Chance
from sim.opening import system_of
from sim.records.shelves import MemoryShelf
from sim.records.vault import Vault
from sim.scenario import load as load_scenario

CODE_LIMIT_BYTES: Final = 24_576
"""The most code that a contract may have (EIP-170)."""


CALLED: Final = "as a transaction of a caller's"
GOVERNED: Final = "called by itself from the timelock's address"
"""How a function's gas was measured in its contract's rehearsal."""


@dataclass(frozen=True)
class FunctionGas:
    """What a function takes as its callers' transaction, and when the timelock calls it, measured by itself.

    0 where it is not called so with success.
    """

    called_gas: int
    by_timelock_gas: int

    @property
    def words(self) -> str:
        """Return the figure, marked where it is the timelock's; `never` where nobody can call with success."""
        if self.called_gas:
            return f"{self.called_gas:,} gas "
        return f"{self.by_timelock_gas:,} gas*" if self.by_timelock_gas else "never "


@dataclass(frozen=True)
class ListedContract:
    """One contract: where a scenario's runs deploy it, its size on chain, its roles, its functions and their gas.

    `proposal_gas` is what a proposal of one call takes with one vote, each transaction and all; of Governance only.
    """

    name: str
    purpose: str
    address: bytes
    deployed_bytes: int
    roles: tuple[str, ...]
    changing: tuple[tuple[Access, FunctionGas], ...]
    reading: tuple[str, ...]
    proposal_gas: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the contract as plain values; gas is null for what nobody can call.

        `measured` says how: as a call of who may make it, or by itself from the timelock's address.
        """
        proposal = {"proposal_gas": dict(self.proposal_gas)} if self.proposal_gas else {}
        return {
            "name": self.name,
            "purpose": self.purpose,
            "address": f"0x{self.address.hex()}",
            "deployed_bytes": self.deployed_bytes,
            "roles": list(self.roles),
            "functions": [
                {
                    "name": row.function,
                    "gas": gas.called_gas or gas.by_timelock_gas or None,
                    "measured": CALLED if gas.called_gas else GOVERNED if gas.by_timelock_gas else None,
                    "caller": row.caller,
                    "otherwise": row.otherwise,
                }
                for row, gas in self.changing
            ],
            "reading": list(self.reading),
            **proposal,
        }


def listed(scenario: str, names: Iterable[str]) -> list[ListedContract]:
    """Return the named contracts; raise `ScenarioError` for an unknown scenario."""
    chance = Chance(load_scenario(scenario).seed)
    system = system_of(settle_people(chance, Vault(MemoryShelf()), (), ()))
    tables, gas = access_tables(), read_snapshot()
    contracts = []
    for name in names:
        abi = ContractAbi(load(name))
        table = tables[name]
        contracts.append(
            ListedContract(
                name=name,
                purpose=str(abi.artifact.devdoc.get("title", name)),
                address=system.address_of(name),
                deployed_bytes=len(abi.artifact.deployed_bytecode),
                roles=tuple(function for function in abi.functions if function.endswith("_ROLE")),
                changing=tuple((row, _gas(gas, name, row.function)) for row in table.changing),
                reading=table.reading,
                proposal_gas=gas.get(PROPOSAL, {}) if name == "Governance" else {},
            )
        )
    return contracts


def _gas(gas: Gas, name: str, function: str) -> FunctionGas:
    return FunctionGas(gas.get(name, {}).get(function, 0), gas.get(by_timelock(name), {}).get(function, 0))


def described(contract: ListedContract) -> str:
    """Return the contract in lines of text."""
    share = contract.deployed_bytes / CODE_LIMIT_BYTES
    lines = [
        f"{contract.name}: {contract.purpose}",
        f"  address 0x{contract.address.hex()}",
        f"  size    {contract.deployed_bytes:,} bytes ({share:.0%} of the limit)",
        f"  roles   {', '.join(contract.roles) or 'none'}",
    ]
    width = max(len(row.function) for row, _gas in contract.changing) + 2
    for row, gas in contract.changing:
        lines.append(f"  {row.function:<{width}}{gas.words:>15} {row.caller}")
    if any(gas.by_timelock_gas and not gas.called_gas for _row, gas in contract.changing):
        lines.append(f"  * {GOVERNED}; a proposal around it takes more (see Governance)")
    if contract.proposal_gas:
        parts = ", ".join(f"{act} {contract.proposal_gas[act]:,}" for act in ACTS)
        lines.append(
            f"  a proposal of one call with one vote: {contract.proposal_gas[WHOLE]:,} gas ({parts})"
        )
    return "\n".join(lines)
