"""Contract interfaces: calls to bytes, and outputs, logs and reverts back to names and values.

Addresses are 20 bytes both ways, and `bytesN` are bytes. A struct goes in as a tuple and comes out as a dict
of its fields, in arrays too; several outputs come out as a tuple. Coders are made once an interface, because making
them costs more than using them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Self

from eth_abi.decoding import AddressDecoder, ContextFramesBytesIO
from eth_abi.encoding import AddressEncoder
from eth_abi.exceptions import DecodingError, EncodingError
from eth_abi.registry import registry as _standard

from chain.abi_words import HASH, WordType, read_words, word_types, write_words
from chain.block import Address, Log
from chain.contracts.artifact import Artifact
from chain.errors import InvalidEncoding
from chain.event_columns import EventReader
from chain.hashing import keccak

PANICS: Final[Mapping[int, str]] = {
    0x01: "assertion failed",
    0x11: "arithmetic overflow or underflow",
    0x12: "division by zero",
    0x21: "value outside its enum",
    0x22: "damaged storage byte array",
    0x31: "pop from an empty array",
    0x32: "index outside its array",
    0x41: "out of memory",
    0x51: "call of an empty function pointer",
}
"""Codes of `Panic(uint256)` (Solidity documentation, "Control Structures", section on errors)."""


class _AddressEncoder(AddressEncoder):
    encode_fn = staticmethod(bytes)  # type: ignore[assignment]

    @classmethod
    def validate_value(cls, value: object) -> None:
        if not isinstance(value, bytes) or len(value) != 20:
            cls.invalidate_value(value, msg="an address is 20 bytes")


class _AddressDecoder(AddressDecoder):
    decoder_fn = staticmethod(bytes)  # type: ignore[assignment]


_registry = _standard.copy()  # type: ignore[no-untyped-call]
_registry.unregister("address")
_registry.register("address", _AddressEncoder, _AddressDecoder, label="address")


@dataclass(frozen=True)
class Event:
    """A decoded log entry, or revert data: the event's or error's name and its arguments by name."""

    name: str
    arguments: Mapping[str, Any]


class Fields:
    """An ordered list of ABI parameters with its coders, made on first use."""

    def __init__(self, parameters: Sequence[Mapping[str, Any]]) -> None:
        self._parameters = parameters
        self.names = [parameter.get("name", "") for parameter in parameters]
        self.signature = f"({','.join(_type_of(parameter) for parameter in parameters)})"

    def encode(self, values: Sequence[object]) -> bytes:
        """Return the encoding of `values`; raise `InvalidEncoding` for a wrong number, type or range."""
        if len(values) != len(self._parameters):
            raise InvalidEncoding(f"{len(self._parameters)} values expected, {len(values)} given")
        if not values:
            return b""
        if self.words is not None and (words := write_words(self.words, values)) is not None:
            return words
        try:
            return bytes(self._encoder(tuple(values)))
        except (EncodingError, TypeError) as error:
            raise InvalidEncoding(str(error)) from error

    def decode(self, data: bytes) -> list[Any]:
        """Return the values in `data`; raise `InvalidEncoding` where it is too short or out of range."""
        if not self._parameters:
            return []
        if self.words is not None and (words := read_words(self.words, data)) is not None:
            return words
        try:
            values = self._decoder(ContextFramesBytesIO(data))  # type: ignore[no-untyped-call]
        except (DecodingError, OverflowError, UnicodeDecodeError) as error:
            raise InvalidEncoding(str(error)) from error
        return [_named(value, parameter) for value, parameter in zip(values, self._parameters, strict=True)]

    @cached_property
    def words(self) -> list[WordType] | None:
        """The parameters' types where each of them fills one word; None where not."""
        return word_types([parameter["type"] for parameter in self._parameters])

    @cached_property
    def _encoder(self) -> Any:
        return _registry.get_encoder(self.signature)

    @cached_property
    def _decoder(self) -> Any:
        return _registry.get_decoder(self.signature)


class _Function:
    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.inputs = Fields(entry["inputs"])
        self.outputs = Fields(entry["outputs"])
        self.selector = selector_of(entry)


class _EventType:
    def __init__(self, entry: Mapping[str, Any]) -> None:
        inputs = entry["inputs"]
        self.name: str = entry["name"]
        self.order = [parameter["name"] for parameter in inputs]
        self.indexed = [(p["name"], Fields([p])) for p in inputs if p["indexed"]]
        self.plain = Fields([parameter for parameter in inputs if not parameter["indexed"]])
        self.topic = keccak(f"{self.name}{Fields(inputs).signature}".encode())

    def decode(self, log: Log) -> Event:
        values = dict(zip(self.plain.names, self.plain.decode(log.data), strict=True))
        for (name, fields), topic in zip(self.indexed, log.topics[1:], strict=True):
            values[name] = fields.decode(topic)[0]
        return Event(self.name, {name: values[name] for name in self.order})

    def reader(
        self, address: Address, names: Mapping[str, str], readers: Mapping[str, Callable[[Any], Any]]
    ) -> EventReader:
        """Return what reads many entries by the contract at `address`; `names` are what rows call the values."""
        indexed = [(names[name], fields.words[0] if fields.words else HASH) for name, fields in self.indexed]
        plain = [names[name] for name in self.plain.names]
        order = [names[name] for name in self.order]
        return EventReader(
            address, self.topic, order, indexed, plain, self.plain.words, self.plain.decode, readers
        )


class ErrorCatalogue:
    """Custom errors of one or more contracts: a call bubbles up the errors of the contracts it calls."""

    def __init__(self, abis: Iterable[Sequence[Mapping[str, Any]]]) -> None:
        self._errors: dict[bytes, tuple[str, Fields]] = {}
        for entry in [*_STANDARD, *(entry for abi in abis for entry in abi if entry["type"] == "error")]:
            self._errors[selector_of(entry)] = (entry["name"], Fields(entry["inputs"]))

    def named(self, data: bytes) -> Event | None:
        """Return revert data as a name and its arguments; None where no known error fits."""
        if data[:4] not in self._errors:
            return None
        name, fields = self._errors[data[:4]]
        try:
            return Event(name, dict(zip(fields.names, fields.decode(data[4:]), strict=True)))
        except InvalidEncoding:
            return None

    def decode(self, data: bytes) -> str:
        """Return revert data in words: `Name(argument=value, …)`, bytes as hex; never raises."""
        if not data:
            return "reverted without data"
        if data[:4] not in self._errors:
            return f"unknown error 0x{data.hex()}"
        name, fields = self._errors[data[:4]]
        try:
            values = fields.decode(data[4:])
        except InvalidEncoding:
            return f"{name}(damaged: 0x{data[4:].hex()})"
        if name == "Panic":
            return f"Panic({PANICS.get(values[0], hex(values[0]))})"
        return f"{name}({', '.join(_shown(*pair) for pair in zip(fields.names, values, strict=True))})"


@dataclass(frozen=True)
class ContractAbi:
    """The interface of one contract, and where it stands (`address`, None while it stands nowhere)."""

    artifact: Artifact
    address: Address | None = None

    def at(self, address: Address) -> Self:
        """Return this interface bound to an instance; the coders are shared."""
        bound = replace(self, address=address)
        bound.__dict__.update({name: self.__dict__[name] for name in _CODERS if name in self.__dict__})
        return bound

    def encode(self, function: str, *arguments: object) -> bytes:
        """Return calldata; raise `InvalidEncoding` for an unknown function or a value that does not fit."""
        known = self._function(function)
        try:
            return known.selector + known.inputs.encode(arguments)
        except InvalidEncoding as error:
            raise InvalidEncoding(
                f"{self.artifact.name}.{function}{known.inputs.signature}: {error}"
            ) from error

    def encode_creation(self, *arguments: object) -> bytes:
        """Return the data of a creation: bytecode and constructor arguments."""
        return self.artifact.bytecode + self._constructor.encode(arguments)

    def decode_output(self, function: str, data: bytes) -> Any:
        """Return what a call answered: None, one value, or a tuple of values."""
        values = self._function(function).outputs.decode(data)
        return tuple(values) if len(values) > 1 else values[0] if values else None

    def decode_log(self, log: Log) -> Event | None:
        """Return the event of a log entry, None where another contract or an unknown event wrote it."""
        if self.address is not None and log.address != self.address:
            return None
        known = self._events.get(log.topics[0]) if log.topics else None
        return known.decode(log) if known else None

    def event_reader(
        self,
        event: str,
        address: Address,
        names: Mapping[str, str],
        readers: Mapping[str, Callable[[Any], Any]] = MappingProxyType({}),
    ) -> EventReader:
        """Return what reads many entries of an event by the contract at `address`, its values under other names.

        `readers` turn decoded values into others, by their new names. Raises `KeyError` for an event that is none.
        """
        kinds = {kind.name: kind for kind in self._events.values()}
        return kinds[event].reader(address, names, readers)

    def named_error(self, data: bytes) -> Event | None:
        """Return revert data as name and arguments; None where this contract declares no such error."""
        return self._errors.named(data)

    def decode_error(self, data: bytes) -> str:
        """Return revert data in words: this contract's custom error, `Error`, `Panic`, or hex."""
        return self._errors.decode(data)

    @property
    def functions(self) -> list[str]:
        """The names of the functions, sorted."""
        return sorted(self._functions)

    @property
    def event_topics(self) -> dict[bytes, str]:
        """The names of the events by the first topic of their log entries."""
        return {topic: event.name for topic, event in self._events.items()}

    @property
    def error_selectors(self) -> dict[bytes, str]:
        """The names of this contract's custom errors by the first four bytes of their revert data."""
        return {selector_of(entry): entry["name"] for entry in self._entries("error")}

    def _function(self, name: str) -> _Function:
        try:
            return self._functions[name]
        except KeyError:
            raise InvalidEncoding(
                f"{self.artifact.name} has no function {name!r}; it has {', '.join(self.functions)}"
            ) from None

    @cached_property
    def _functions(self) -> dict[str, _Function]:
        """By name; overloaded ones also by name and types, and by name alone the last of them."""
        entries = self._entries("function")
        names = [entry["name"] for entry in entries]
        functions = {entry["name"]: _Function(entry) for entry in entries}
        overloaded = [entry for entry in entries if names.count(entry["name"]) > 1]
        return functions | {
            f"{entry['name']}{Fields(entry['inputs']).signature}": _Function(entry) for entry in overloaded
        }

    @cached_property
    def _events(self) -> dict[bytes, _EventType]:
        return {event.topic: event for event in map(_EventType, self._entries("event"))}

    @cached_property
    def _constructor(self) -> Fields:
        entries = self._entries("constructor")
        return Fields(entries[0]["inputs"] if entries else [])

    @cached_property
    def _errors(self) -> ErrorCatalogue:
        return ErrorCatalogue([self.artifact.abi])

    def _entries(self, kind: str) -> list[Mapping[str, Any]]:
        return [entry for entry in self.artifact.abi if entry["type"] == kind]


_CODERS: Final = ("_functions", "_events", "_constructor", "_errors")


def selector_of(entry: Mapping[str, Any]) -> bytes:
    """Return the four bytes that stand for a function in calldata, or for a custom error in revert data."""
    return keccak(f"{entry['name']}{Fields(entry['inputs']).signature}".encode())[:4]


def _type_of(parameter: Mapping[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type_of(part) for part in parameter['components'])}){kind[len('tuple') :]}"


def _named(value: Any, parameter: Mapping[str, Any]) -> Any:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return value
    if kind != "tuple":
        element = {**parameter, "type": kind[: kind.rindex("[")]}
        return tuple(_named(item, element) for item in value)
    parts = parameter["components"]
    return {part["name"]: _named(item, part) for item, part in zip(value, parts, strict=True)}


def _error(name: str, kind: str, argument: str) -> Mapping[str, Any]:
    return {"type": "error", "name": name, "inputs": [{"name": argument, "type": kind}]}


_STANDARD: Final = (_error("Error", "string", "reason"), _error("Panic", "uint256", "code"))
"""What Solidity itself reverts with."""


def _shown(name: str, value: object) -> str:
    return f"{name}={'0x' + value.hex() if isinstance(value, bytes) else value}"
