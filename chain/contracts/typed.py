"""What typed bindings are made of: calls that know how their answer is read, events and errors as rows.

The bindings themselves (`chain/contracts/bindings`) are generated from the artifacts by
`chain/contracts/binding`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

from chain.abi import ContractAbi
from chain.block import Address, Log
from chain.contracts.artifact import load
from chain.contracts.rows import Row, values_of

Answer = TypeVar("Answer")
Field = tuple[str, str]
"""A name in the ABI and the Python name for it."""


@dataclass(frozen=True)
class ContractCall(Generic[Answer]):
    """A call of one function: where it goes, its calldata, and how its answer is read."""

    contract: str
    function: str
    to: Address
    data: bytes
    read: Callable[[Any], Answer]

    def decode(self, output: bytes) -> Answer:
        """Return what the call answered; raise `InvalidEncoding` where `output` is not such an answer."""
        return self.read(interface(self.contract).decode_output(self.function, output))


class Struct(Row):
    """A Solidity struct. `FIELDS` pairs the ABI's names with Python's, in order."""

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    READERS: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def from_abi(cls, values: Mapping[str, Any]) -> Self:
        """Return the struct that the ABI's coder gave as a mapping."""
        if not cls.READERS:  # most rows; every log entry of a run that is read becomes one
            return cls(*[values[theirs] for theirs, _ours in cls.FIELDS])
        return cls(**{ours: cls.READERS.get(ours, same)(values[theirs]) for theirs, ours in cls.FIELDS})


class ContractEvent(Struct):
    """A decoded log entry of a known contract: a typed row."""

    CONTRACT: ClassVar[str] = ""
    EVENT: ClassVar[str] = ""


class ContractError(Struct):
    """A custom error that a call ended in. `str()` gives its name and values."""

    CONTRACT: ClassVar[str] = ""
    ERROR: ClassVar[str] = ""

    def __str__(self) -> str:
        """Return `Name(argument=value, …)`, bytes as hex."""
        values = ", ".join(map("{}={}".format, self.NAMES, map(_shown, values_of(self))))
        return f"{self.ERROR}({values})"


def interface(contract: str) -> ContractAbi:
    """Return the untyped interface of a contract, shared by all its bindings."""
    if contract not in _interfaces:
        _interfaces[contract] = ContractAbi(load(contract))
    return _interfaces[contract]


def plain(value: Any) -> Any:
    """Return a value as the ABI's coder takes it: structs become tuples, at any depth."""
    if isinstance(value, Row):
        return tuple(map(plain, values_of(value)))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value] if isinstance(value, list) else tuple(map(plain, value))
    return value


def same(value: Any) -> Any:
    """Return the value: what needs no reading."""
    return value


def decode_event(types: Mapping[str, type[ContractEvent]], log: Log) -> ContractEvent | None:
    """Return a log entry as a typed row of one contract; None where it has no such event."""
    event = interface(_contract_of(types)).decode_log(log) if types else None
    return types[event.name].from_abi(event.arguments) if event else None


def decode_error(types: Mapping[str, type[ContractError]], data: bytes) -> ContractError | None:
    """Return revert data as one contract's error with its values; None where it declares no such error."""
    error = interface(_contract_of(types)).named_error(data) if types else None
    return types[error.name].from_abi(error.arguments) if error and error.name in types else None


def _contract_of(types: Mapping[str, type[Struct]]) -> str:
    return str(next(iter(types.values())).CONTRACT)  # type: ignore[attr-defined]


_interfaces: dict[str, ContractAbi] = {}


def _shown(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
