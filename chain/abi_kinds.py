"""The kinds of values that contracts take and give, each with its coding (Solidity documentation, "Contract ABI
Specification").

A kind is static, and stands where its turn comes, or dynamic: then a pointer stands there, counted from where the list
begins that it is part of. Decoding is strict: what is padded must be padded with zeros, and a pointer leads past the
pointers and not beyond the data. eth-abi answers alike, as tests compare; a run that used it would take a quarter of a
second more, half of it to load what eth-abi stands on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from chain.errors import InvalidEncoding

WORD_BYTES: Final = 32
_ELEMENTARY: Final = re.compile(r"(uint|int|bytes)([0-9]+)")


class Kind(Protocol):
    """How one kind of value is written. Both ways raise `InvalidEncoding` for what is no such value."""

    @property
    def is_dynamic(self) -> bool:
        """Whether a pointer to the value stands where its turn comes."""

    @property
    def head_bytes(self) -> int:
        """What stands where the value's turn comes."""

    def encode(self, value: Any) -> bytes:
        """Return the encoding of a value."""

    def decode(self, data: bytes, at: int) -> Any:
        """Return the value that begins at byte `at`."""


def kind_of(parameter: Mapping[str, Any]) -> Kind:
    """Return the kind of an ABI's parameter; raise `InvalidEncoding` for one that contracts do not have."""
    name: str = parameter["type"]
    if name.endswith("]"):
        element, _, length = name[:-1].rpartition("[")
        return _Array(kind_of({**parameter, "type": element}), int(length) if length else None)
    if name == "tuple":
        return _Struct(parameter["components"])
    if name in _NAMED:
        return _NAMED[name]
    if found := _ELEMENTARY.fullmatch(name):
        return _SIZED[found[1]](int(found[2]))
    raise InvalidEncoding(f"no values are of the type {name!r}")


class _Word:
    """What fills a word of its own."""

    is_dynamic = False
    head_bytes = WORD_BYTES


class _Unsigned(_Word):
    def __init__(self, bits: int) -> None:
        self._bits = bits

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0 or value >> self._bits:
            raise InvalidEncoding(f"{value!r} is no whole number of {self._bits} bits")
        return value.to_bytes(WORD_BYTES, "big")

    def decode(self, data: bytes, at: int) -> int:
        value = _number(data, at)
        if value >> self._bits:
            raise InvalidEncoding(f"{value} is no whole number of {self._bits} bits")
        return value


class _Signed(_Word):
    def __init__(self, bits: int) -> None:
        self._limit = 1 << bits - 1

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, int) or isinstance(value, bool) or not -self._limit <= value < self._limit:
            raise InvalidEncoding(f"{value!r} is no signed number below {self._limit}")
        return value.to_bytes(WORD_BYTES, "big", signed=True)

    def decode(self, data: bytes, at: int) -> int:
        value = int.from_bytes(_word(data, at), "big", signed=True)
        if not -self._limit <= value < self._limit:
            raise InvalidEncoding(f"{value} is no signed number below {self._limit}")
        return value


class _Boolean(_Word):
    def encode(self, value: Any) -> bytes:
        if not isinstance(value, bool):
            raise InvalidEncoding(f"{value!r} is neither true nor false")
        return value.to_bytes(WORD_BYTES, "big")

    def decode(self, data: bytes, at: int) -> bool:
        value = _number(data, at)
        if value > 1:
            raise InvalidEncoding(f"{value} is neither true nor false")
        return value == 1


class _Address(_Word):
    _PADDING: Final = bytes(12)

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, bytes) or len(value) != 20:
            raise InvalidEncoding(f"{value!r} is no address: an address is 20 bytes")
        return self._PADDING + value

    def decode(self, data: bytes, at: int) -> bytes:
        word = _word(data, at)
        if not word.startswith(self._PADDING):
            raise InvalidEncoding(f"0x{word.hex()} is no address: an address is 20 bytes")
        return word[12:]


class _FixedBytes(_Word):
    def __init__(self, length: int) -> None:
        self._length = length
        self._padding = bytes(WORD_BYTES - length)

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, bytes) or len(value) > self._length:
            raise InvalidEncoding(f"{value!r} is not {self._length} bytes")
        return value.ljust(WORD_BYTES, b"\0")

    def decode(self, data: bytes, at: int) -> bytes:
        word = _word(data, at)
        if not word.endswith(self._padding):
            raise InvalidEncoding(f"0x{word.hex()} is not {self._length} bytes")
        return word[: self._length]


class _Dynamic:
    is_dynamic = True
    head_bytes = WORD_BYTES


class _Bytes(_Dynamic):
    def encode(self, value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise InvalidEncoding(f"{value!r} is not bytes")
        return len(value).to_bytes(WORD_BYTES, "big") + value + bytes(-len(value) % WORD_BYTES)

    def decode(self, data: bytes, at: int) -> bytes:
        length, begin = _number(data, at), at + WORD_BYTES
        padding = -length % WORD_BYTES
        if begin + length + padding > len(data):
            raise InvalidEncoding(f"{length} bytes from byte {begin} on, of {len(data)} in all")
        if any(data[begin + length : begin + length + padding]):
            raise InvalidEncoding(f"{length} bytes from byte {begin} on are not followed by zeros")
        return data[begin : begin + length]


class _Text(_Bytes):
    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise InvalidEncoding(f"{value!r} is no text")
        try:
            return super().encode(value.encode())
        except UnicodeEncodeError as error:
            raise InvalidEncoding(str(error)) from error

    def decode(self, data: bytes, at: int) -> Any:
        try:
            return super().decode(data, at).decode()
        except UnicodeDecodeError as error:
            raise InvalidEncoding(str(error)) from error


class Kinds:
    """Several values after each other, as a call's arguments are, or a struct's members."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._kinds = kinds
        self.is_dynamic = any(kind.is_dynamic for kind in kinds)
        self._heads_bytes = sum(kind.head_bytes for kind in kinds)
        self.head_bytes = WORD_BYTES if self.is_dynamic else self._heads_bytes

    def encode(self, values: Any) -> bytes:
        """Return the encoding of the values; raise `InvalidEncoding` where they are others, or more or fewer."""
        _require_list(values)
        if len(values) != len(self._kinds):
            raise InvalidEncoding(f"{len(self._kinds)} values expected, {len(values)} given")
        heads, tails, tail_at = [], [], self._heads_bytes
        for kind, value in zip(self._kinds, values, strict=True):
            encoded = kind.encode(value)
            if kind.is_dynamic:
                heads.append(tail_at.to_bytes(WORD_BYTES, "big"))
                tails.append(encoded)
                tail_at += len(encoded)
            else:
                heads.append(encoded)
        return b"".join(heads + tails)

    def decode(self, data: bytes, at: int) -> list[Any]:
        """Return the values that begin at byte `at`; raise `InvalidEncoding` where others stand there."""
        values, head_at = [], at
        for kind in self._kinds:
            value_at = head_at
            if kind.is_dynamic:
                value_at = at + _number(data, head_at)
                if not at + self._heads_bytes <= value_at < len(data):
                    raise InvalidEncoding(
                        f"the pointer at byte {head_at} leads to byte {value_at} of {len(data)}"
                    )
            values.append(kind.decode(data, value_at))
            head_at += kind.head_bytes
        return values


class _Struct(Kinds):
    def __init__(self, components: Sequence[Mapping[str, Any]]) -> None:
        super().__init__([kind_of(part) for part in components])
        self._names = [part["name"] for part in components]

    def decode(self, data: bytes, at: int) -> Any:
        return dict(zip(self._names, super().decode(data, at), strict=True))


class _Array:
    """So many values of one kind, or as many as stand before them."""

    def __init__(self, element: Kind, length: int | None) -> None:
        self._element = element
        self._length = length
        fixed = Kinds([element] * (length or 0))
        self.is_dynamic = length is None or fixed.is_dynamic
        self.head_bytes = WORD_BYTES if self.is_dynamic else fixed.head_bytes

    def encode(self, value: Any) -> bytes:
        _require_list(value)
        if self._length is not None:
            return Kinds([self._element] * self._length).encode(value)
        return len(value).to_bytes(WORD_BYTES, "big") + Kinds([self._element] * len(value)).encode(value)

    def decode(self, data: bytes, at: int) -> tuple[Any, ...]:
        length = self._length
        if length is None:
            length, at = _number(data, at), at + WORD_BYTES
        if length * self._element.head_bytes > len(data) - at:
            raise InvalidEncoding(f"{length} values from byte {at} on, of {len(data)} bytes in all")
        return tuple(Kinds([self._element] * length).decode(data, at))


_NAMED: Final[Mapping[str, Kind]] = {
    "address": _Address(),
    "bool": _Boolean(),
    "bytes": _Bytes(),
    "string": _Text(),
}
_SIZED: Final[Mapping[str, Callable[[int], Kind]]] = {"uint": _Unsigned, "int": _Signed, "bytes": _FixedBytes}


def _require_list(values: Any) -> None:
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise InvalidEncoding(f"{values!r} is no list of values")


def _word(data: bytes, at: int) -> bytes:
    word = data[at : at + WORD_BYTES]
    if len(word) != WORD_BYTES:
        raise InvalidEncoding(f"a word from byte {at} on, of {len(data)} bytes in all")
    return word


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(_word(data, at), "big")
