"""ABI types whose values fill one 32-byte word: how each is written and read.

Most of what contracts are told and say is such words, and reading them is a slice and a conversion. What is not exactly
in order is left to the ABI coder (`chain.abi`), which accepts it or says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

WORD_BYTES: Final = 32
WORD_BITS: Final = 256
ADDRESS_BYTES: Final = 20

_SIZED: Final = re.compile(r"(uint|int|bytes)(\d+)")


class WordType(NamedTuple):
    """A type: `bits` of the word are the value's, at its end for numbers and addresses, else at its start.

    `read` returns the value of a word, None where the word is none of this type; `write` returns the word of a value,
    None where it is not exactly such a value.
    """

    family: str
    bits: int
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes | None]


@cache
def word_type(kind: str) -> WordType | None:
    """Return the type of an ABI name such as `uint64`; None where its values do not fill one word."""
    if kind == "address":
        return WordType(kind, 8 * ADDRESS_BYTES, _read_address, _write_address)
    if kind == "bool":
        return WordType(kind, 1, _read_bool, _write_bool)
    sized = _SIZED.fullmatch(kind)
    if sized is None:
        return None
    family, size = sized[1], int(sized[2])
    if family == "bytes":
        return WordType(family, 8 * size, *_bytes_of(size))
    return WordType(family, size, *(_unsigned(size) if family == "uint" else _signed(size)))


def word_types(kinds: Sequence[str]) -> list[WordType] | None:
    """Return the types of several names; None where one of them does not fill a word."""
    types = [kind for kind in map(word_type, kinds) if kind is not None]
    return types if len(types) == len(kinds) else None


def read_words(types: Sequence[WordType], data: bytes) -> list[Any] | None:
    """Return the values at the start of `data`; None where it is too short, or a word is none of its type."""
    if len(data) < WORD_BYTES * len(types):
        return None
    values = [
        kind.read(data[place : place + WORD_BYTES])
        for kind, place in zip(types, range(0, len(data), WORD_BYTES), strict=False)
    ]
    return None if None in values else values


def write_words(types: Sequence[WordType], values: Sequence[object]) -> bytes | None:
    """Return the words of the values, as many as types; None where one is not exactly of its type."""
    words = [kind.write(value) for kind, value in zip(types, values, strict=True)]
    known = [word for word in words if word is not None]
    return b"".join(known) if len(known) == len(words) else None


def _read_address(word: bytes) -> bytes | None:
    return word[-ADDRESS_BYTES:] if not any(word[:-ADDRESS_BYTES]) else None


def _write_address(value: object) -> bytes | None:
    if type(value) is bytes and len(value) == ADDRESS_BYTES:
        return value.rjust(WORD_BYTES, b"\0")
    return None


def _read_bool(word: bytes) -> bool | None:
    number = int.from_bytes(word, "big")
    return bool(number) if number <= 1 else None


def _write_bool(value: object) -> bytes | None:
    return int(value).to_bytes(WORD_BYTES, "big") if type(value) is bool else None


def _unsigned(bits: int) -> tuple[Callable[[bytes], int | None], Callable[[object], bytes | None]]:
    bound = 1 << bits

    def read(word: bytes) -> int | None:
        number = int.from_bytes(word, "big")
        return number if number < bound else None

    def write(value: object) -> bytes | None:
        if type(value) is int and 0 <= value < bound:
            return value.to_bytes(WORD_BYTES, "big")
        return None

    return read, write


def _signed(bits: int) -> tuple[Callable[[bytes], int | None], Callable[[object], bytes | None]]:
    bound = 1 << bits - 1

    def read(word: bytes) -> int | None:
        number = int.from_bytes(word, "big", signed=True)
        return number if -bound <= number < bound else None

    def write(value: object) -> bytes | None:
        if type(value) is int and -bound <= value < bound:
            return value.to_bytes(WORD_BYTES, "big", signed=True)
        return None

    return read, write


def _bytes_of(size: int) -> tuple[Callable[[bytes], bytes | None], Callable[[object], bytes | None]]:
    def read(word: bytes) -> bytes | None:
        return word[:size] if not any(word[size:]) else None

    def write(value: object) -> bytes | None:
        return value.ljust(WORD_BYTES, b"\0") if type(value) is bytes and len(value) <= size else None

    return read, write


HASH: Final = WordType("bytes", WORD_BITS, *_bytes_of(WORD_BYTES))
"""What stands in a topic for an indexed value that fills no word."""
