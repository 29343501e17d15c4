"""What there is to know of a contract at a glance: address, size, roles, and each function's gas and callers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from chain.abi import ContractAbi
from chain.contracts.access import Access, access_tables
from chain.contracts.artifact import load
from chain.contracts.rehearsal.gas import read_snapshot
from sim.agents.people import settle_people
from sim.chance import Chance
from sim.opening import system_of
from sim.records.shelves import MemoryShelf
from sim.records.vault import Vault
from sim.scenario import load as load_scenario

CODE_LIMIT_BYTES: Final = 24_576
"""The most code that a contract may have (EIP-170)."""


@dataclass(frozen=True)
class ListedContract:
    """One contract: where a scenario's runs deploy it, its size on chain, its roles, its functions and their gas.

    `gas_gas` is 0 for a function that nobody can call with success.
    """

    name: str
    purpose: str
    address: bytes
    deployed_bytes: int
    roles: tuple[str, ...]
    changing: tuple[tuple[Access, int], ...]
    reading: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the contract as plain values; gas is null for what nobody can call."""
        return {
            "name": self.name,
            "purpose": self.purpose,
            "address": f"0x{self.address.hex()}",
            "deployed_bytes": self.deployed_bytes,
            "roles": list(self.roles),
            "functions": [
                {"name": row.function, "gas": gas or None, "caller": row.caller, "otherwise": row.otherwise}
                for row, gas in self.changing
            ],
            "reading": list(self.reading),
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
                changing=tuple((row, gas[name].get(row.function, 0)) for row in table.changing),
                reading=table.reading,
            )
        )
    return contracts


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
        lines.append(f"  {row.function:<{width}}{f'{gas:,} gas' if gas else 'never':>14}  {row.caller}")
    return "\n".join(lines)
