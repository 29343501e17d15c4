"""What MED's own events say everybody owns: a second set of books beside the token's storage."""

from __future__ import annotations

from collections.abc import Iterable

from chain.block import Address, Log
from chain.contracts.bindings.med_token import Transfer
from chain.contracts.system import System
from chain.hashing import keccak
from sim.audit.undo import Book, Kept, Total, Undo

NOBODY = bytes(20)
"""ERC-20: a transfer from the zero address mints, one to it burns."""


class MedBook(Book):
    """Balances, minted and burned MED units, from `Transfer` events alone."""

    minted_med_units = Total()
    burned_med_units = Total()

    def __init__(self, system: System, undo: Undo | None = None) -> None:
        super().__init__(undo)
        self.balances_med_units: Kept[Address, int] = Kept(self.undo)
        self._system = system

    @property
    def supply_med_units(self) -> int:
        """What must exist: minted less burned."""
        return self.minted_med_units - self.burned_med_units

    def note(self, logs: Iterable[Log]) -> list[Address]:
        """Enter the transfers among `logs`; return the accounts they touched, each once, in order."""
        touched: dict[Address, None] = {}
        for transfer in self._system.events(logs, Transfer):
            sender, receiver, amount = transfer.from_, transfer.to, transfer.value_med_units
            if sender == NOBODY:
                self.minted_med_units += amount
            else:
                self.balances_med_units[sender] = self.balances_med_units.get(sender, 0) - amount
                touched[sender] = None
            if receiver == NOBODY:
                self.burned_med_units += amount
            else:
                self.balances_med_units[receiver] = self.balances_med_units.get(receiver, 0) + amount
                touched[receiver] = None
        return list(touched)


class TokenStorage:
    """Where `MedToken` keeps its numbers, from the compiler's storage layout."""

    def __init__(self, system: System) -> None:
        self.address = system.address_of("MedToken")
        slots = {
            entry["label"]: int(entry["slot"]) for entry in system.token.artifact.storage_layout["storage"]
        }
        self.supply_slot = slots["_totalSupply"]
        self._hashed: dict[Address, bytes] = {}
        self._balances_slot = slots["_balances"]

    def balance_slot(self, account: Address) -> int:
        """Return the slot of an account's balance (Solidity documentation, "Layout of State Variables", mappings)."""
        key = account.rjust(32, b"\0") + self._balances_slot.to_bytes(32, "big")
        return int.from_bytes(keccak(key), "big")

    def hashed_supply_slot(self) -> bytes:
        """Return the key under which the storage trie holds the total supply."""
        return keccak(self.supply_slot.to_bytes(32, "big"))

    def hashed_balance_slot(self, account: Address) -> bytes:
        """Return the key under which the storage trie holds an account's balance."""
        if account not in self._hashed:
            self._hashed[account] = keccak(self.balance_slot(account).to_bytes(32, "big"))
        return self._hashed[account]
