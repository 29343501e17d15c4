"""Damages scenarios at random, as people, editors and disks do: in their keys and values, and in their text.

A damage is a function of one random source, so that a number names it and a failure can be seen again.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.scenario import available

JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    0.5,
    "",
    "thirty",
    "\t",
    [],
    [1, [2, [3]]],
    {},
    {"a": {"b": {"c": 1}}},
    1e308,
    2**63,
    10**60,
    -(10**4000),
    "x" * 2000,
    "2018-10-01",
    "Infinity",
)
LITERALS = (
    "nan",
    "inf",
    "-inf",
    "1e999",
    "2018-10-01",
    "07:30:00",
    "0x_",
    "1__0",
    "tru",
    "'''",
    "[",
    "{",
    "}",
)


@dataclass(frozen=True)
class Damaged:
    """A damaged scenario file; `key` is what was damaged, None where the text itself was."""

    kind: str
    octets: bytes
    key: str | None


def damaged(number: int) -> Damaged:
    """The damaged scenario with this number; equal numbers give equal damage."""
    chance = random.Random(number)
    texts = [path.read_text(encoding="utf-8") for path in available().values()]
    text = chance.choice(texts)
    kind = chance.choice(sorted(_DAMAGES))
    octets, key = _DAMAGES[kind](text, chance)
    return Damaged(kind, octets, key)


def _tables_of(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _some_key(tables: dict[str, Any], chance: random.Random) -> tuple[dict[str, Any], str, str]:
    """A table, one of its keys, and the key's dotted path: a chapter, a key in one, or a key at the top."""
    places = [(tables, key, key) for key in tables]
    places += [
        (part, key, f"{name}.{key}")
        for name, part in tables.items()
        if isinstance(part, dict)
        for key in part
    ]
    return chance.choice(places)


def _key_deleted(text: str, chance: random.Random) -> tuple[bytes, str]:
    tables = _tables_of(text)
    table, key, path = _some_key(tables, chance)
    del table[key]
    return _written(tables), path


def _type_changed(text: str, chance: random.Random) -> tuple[bytes, str]:
    tables = _tables_of(text)
    table, key, path = _some_key(tables, chance)
    table[key] = chance.choice(JUNK)
    return _written(tables), path


def _key_renamed(text: str, chance: random.Random) -> tuple[bytes, str]:
    tables = _tables_of(text)
    table, key, path = _some_key(tables, chance)
    spot = chance.randrange(len(key))
    name = chance.choice([key[:spot] + key[spot + 1 :], key + "s", key.upper(), "é" + key, key[::-1] + "."])
    table[name] = table.pop(key)
    parent = path.removesuffix(key)
    return _written(tables), f"{parent}{name}"


def _number_huge(text: str, chance: random.Random) -> tuple[bytes, str]:
    tables = _tables_of(text)
    numbers = [
        (part, key, f"{name}.{key}")
        for name, part in tables.items()
        if isinstance(part, dict)
        for key in part
        if isinstance(part[key], int | float)
    ]
    table, key, path = chance.choice([*numbers, (tables, "seed", "seed")])
    table[key] = chance.choice([1, -1]) * chance.choice([10**18, 2**63, 2**64, 10**400, 1e300, 1e-300])
    return _written(tables), path


def _junk_nested(text: str, chance: random.Random) -> tuple[bytes, str]:
    tables = _tables_of(text)
    table, key, path = _some_key(tables, chance)
    for _ in range(chance.randrange(1, 60)):
        table[key] = {key: table[key]} if chance.random() < 0.5 else [table[key]]
    return _written(tables), path


def _literal_replaced(text: str, chance: random.Random) -> tuple[bytes, None]:
    lines = text.split("\n")
    places = [index for index, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    index = chance.choice(places)
    lines[index] = f"{lines[index].split('=')[0]}= {chance.choice(LITERALS)}"
    return "\n".join(lines).encode(), None


def _text_cut(text: str, chance: random.Random) -> tuple[bytes, None]:
    octets = text.encode()
    return octets[: chance.randrange(len(octets))], None


def _octets_flipped(text: str, chance: random.Random) -> tuple[bytes, None]:
    octets = bytearray(text.encode())
    for _ in range(chance.randrange(1, 6)):
        octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
    return bytes(octets), None


def _octets_inserted(text: str, chance: random.Random) -> tuple[bytes, None]:
    octets = text.encode()
    spot = chance.randrange(len(octets) + 1)
    return octets[:spot] + chance.randbytes(chance.randrange(1, 20)) + octets[spot:], None


def _lines_repeated(text: str, chance: random.Random) -> tuple[bytes, None]:
    lines = text.split("\n")
    spot = chance.randrange(len(lines))
    return "\n".join([*lines[: spot + 1], *lines[chance.randrange(spot + 1) :]]).encode(), None


_Damage = Callable[[str, random.Random], tuple[bytes, str | None]]
_DAMAGES: dict[str, _Damage] = {
    "key deleted": _key_deleted,
    "type changed": _type_changed,
    "key renamed": _key_renamed,
    "number huge": _number_huge,
    "junk nested": _junk_nested,
    "literal replaced": _literal_replaced,
    "text cut": _text_cut,
    "octets flipped": _octets_flipped,
    "octets inserted": _octets_inserted,
    "lines repeated": _lines_repeated,
}


def _written(tables: dict[str, Any]) -> bytes:
    """The tables as TOML: chapters as inline tables, which may hold anything."""
    return "".join(f"{_quoted(key)} = {_inline(value)}\n" for key, value in tables.items()).encode()


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_quoted(key)} = {_inline(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(inner) for inner in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    return "[]" if value is None else repr(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
