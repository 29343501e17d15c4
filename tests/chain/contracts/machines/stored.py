"""Sums of MED read straight from storage, by the compiler's layout: so cheap that they are read after every call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scene import Scene

from chain.abi import ContractAbi
from chain.block import Address
from chain.contracts.artifact import load
from chain.contracts.deployment.layout import StorageLayout
from chain.contracts.system import System

OWED = {
    "RewardPool": ("unpaid", "vestingTotal", "carried"),
    "TokenSale": (),
    "TokenLock": ("obligations",),
    "TeamVesting": ("obligations",),
    "DataMarket": ("obligations",),
    "Insurance": ("obligations",),
    "Staking": ("_owed",),
}
"""The state variables that add up to what a contract owes; the pool owes what it has not budgeted beside."""


@dataclass(frozen=True)
class Place:
    """Where a number stands: its slot, and its bits in there."""

    slot: int
    shift: int
    mask: int


def supply(scene: Scene) -> int:
    """Return the supply of MED."""
    return _number(scene, "MedToken", "_totalSupply")


def balance(scene: Scene, account: Address) -> int:
    """Return an account's MED."""
    return scene.storage(scene.system.token, _balance_slot(account))


def owed(scene: Scene, contract: str, emitted: int) -> int:
    """Return what a contract owes; `emitted` is all that was ever minted to the pool."""
    sums = sum(_number(scene, contract, variable) for variable in OWED[contract])
    if contract == "RewardPool":
        sums += emitted - _number(scene, contract, "budgeted")
    return sums


def _number(scene: Scene, contract: str, variable: str) -> int:
    place = _place(contract, variable)
    return scene.storage(contract_of(scene.system, contract), place.slot) >> place.shift & place.mask


@cache
def contract_of(system: System, name: str) -> ContractAbi:
    """Return a contract of a system; the same object each time, for making one takes longer than calling it."""
    return system.contract(name)


@cache
def _place(contract: str, variable: str) -> Place:
    layout = load(contract).storage_layout
    (entry,) = (entry for entry in layout["storage"] if entry["label"] == variable)
    bits = 8 * int(layout["types"][entry["type"]]["numberOfBytes"])
    return Place(int(entry["slot"]), 8 * int(entry["offset"]), (1 << bits) - 1)


@cache
def _balance_slot(account: Address) -> int:
    return StorageLayout(load("MedToken")).entry_slot("_balances", account)
