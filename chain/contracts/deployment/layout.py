"""A large population written straight into the contracts' storage, by the compiler's own storage layout.

A million registrations as transactions take hours; as storage words they take minutes. The words are those that
the transactions leave (tests hold them against a hundred of each, to the state root). What transactions leave
beside them is not written: no events, so no receipts, and no nonces of the senders.

Source of the rules: Solidity documentation, "Layout of State Variables in Storage".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chain.block import Address
from chain.contracts.artifact import Artifact, load
from chain.contracts.messages import Role
from chain.errors import InvalidEncoding
from chain.hashing import keccak

WORD_BYTES: Final = 32

STANDING_ACTIVE: Final = 1
"""`IdentityRegistry.Standing.Active`."""

Words = dict[int, int]
"""Storage words by slot."""


class StorageLayout:
    """Where one contract keeps its state variables, read from its artifact."""

    def __init__(self, artifact: Artifact) -> None:
        self._name = artifact.name
        self._variables: Mapping[str, Any] = {
            entry["label"]: entry for entry in artifact.storage_layout["storage"]
        }
        self._types: Mapping[str, Any] = artifact.storage_layout["types"] or {}

    def slot(self, variable: str) -> int:
        """Return the slot of a state variable; raise `InvalidEncoding` where there is none of this name."""
        return int(self._variable(variable)["slot"])

    def entry_slot(self, variable: str, key: Address) -> int:
        """Return the (first) slot of an address's entry in a mapping.

        Raises `InvalidEncoding` where the variable is no mapping from addresses.
        """
        self._entry_type(variable)
        hashed = keccak(key.rjust(WORD_BYTES, b"\0") + self.slot(variable).to_bytes(WORD_BYTES, "big"))
        return int.from_bytes(hashed, "big")

    def entry_words(self, variable: str, key: Address, members: Mapping[str, int]) -> Words:
        """Return the words of an address's entry in a mapping to structs; members that are not named are zero.

        Raises `InvalidEncoding` for another kind of variable, an unknown member, or a value that does not fit.
        """
        first = self.entry_slot(variable, key)
        known = {member["label"]: member for member in self._members(variable)}
        words: Words = {}
        for name, value in members.items():
            if name not in known:
                raise InvalidEncoding(
                    f"{self._name}.{variable} has no member {name!r}; it has {', '.join(known)}"
                )
            slot = first + int(known[name]["slot"])
            words[slot] = words.get(slot, 0) | self._placed(f"{variable}.{name}", known[name], value)
        return words

    def _members(self, variable: str) -> list[Any]:
        entry_type = self._types[self._entry_type(variable)]
        if "members" not in entry_type:
            raise InvalidEncoding(
                f"{self._name}.{variable} maps to {entry_type['label']}, which is no struct"
            )
        return list(entry_type["members"])

    def _entry_type(self, variable: str) -> str:
        kind = self._types[self._variable(variable)["type"]]
        if kind["encoding"] != "mapping" or kind["key"] != "t_address":
            raise InvalidEncoding(f"{self._name}.{variable} is {kind['label']}, no mapping from addresses")
        return str(kind["value"])

    def _placed(self, name: str, member: Mapping[str, Any], value: int) -> int:
        """Return a value shifted to its place in the word, from the right."""
        kind = self._types[member["type"]]
        size = int(kind["numberOfBytes"])
        if kind["encoding"] != "inplace" or "members" in kind or size > WORD_BYTES:
            raise InvalidEncoding(f"{self._name}.{name} is {kind['label']}, which has no place in one word")
        if not 0 <= value < 1 << 8 * size:
            raise InvalidEncoding(f"{self._name}.{name} takes {kind['label']}, got {value}")
        return value << 8 * int(member["offset"])

    def _variable(self, name: str) -> Any:
        if name not in self._variables:
            raise InvalidEncoding(
                f"{self._name} has no state variable {name!r}; it has {', '.join(self._variables)}"
            )
        return self._variables[name]


@dataclass(frozen=True)
class Registration:
    """An account of the identity registry: its role, when it registered, and, for a provider, the last second at
    which its certification holds (Unix seconds, 0 for none)."""

    account: Address
    role: Role
    registered_at_s: int
    certified_until_s: int = 0


def registration_words(registrations: Iterable[Registration]) -> Words:
    """Return the words of `IdentityRegistry` that registering, and certifying, these accounts leaves."""
    layout = StorageLayout(load("IdentityRegistry"))
    words: Words = {}
    for entry in registrations:
        members = {
            "role": entry.role,
            "standing": STANDING_ACTIVE,
            "registeredAt": entry.registered_at_s,
            "certifiedUntil": entry.certified_until_s,
        }
        words |= layout.entry_words("_accounts", entry.account, members)
    return words


def balance_words(balances_med_units: Mapping[Address, int], supply_before_med_units: int = 0) -> Words:
    """Return the words of `MedToken` that minting to accounts without MED leaves, the total supply's among them."""
    layout = StorageLayout(load("MedToken"))
    words = {
        layout.entry_slot("_balances", account): amount for account, amount in balances_med_units.items()
    }
    supply = supply_before_med_units + sum(balances_med_units.values())
    return words | {layout.slot("_totalSupply"): supply}
