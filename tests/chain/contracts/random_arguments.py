"""Arguments of any ABI type, drawn from a seed with a taste for edges and for what exists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from chain.contracts.artifact import CONTRACTS
from chain.contracts.rehearsal import cast
from chain.contracts.system import System
from chain.hashing import keccak
from chain.keys import PrivateKey

_ARRAY = re.compile(r"^(.*)\[(\d*)\]$")
LONGEST_ARRAY = 3


class Arguments:
    """A stream of arguments. `known_words` are 32-byte words that have been seen, such as identifiers."""

    def __init__(
        self, seed: int | str, system: System, now_s: int, known_words: Sequence[bytes] = ()
    ) -> None:
        self._random = Random(seed)
        self._now_s = now_s
        self._addresses = [
            bytes(20),
            *(value.address for value in vars(cast).values() if isinstance(value, PrivateKey)),
            *map(system.address_of, CONTRACTS),
        ]
        self._words = [bytes(32), b"\xff" * 32, *known_words, *(keccak(b"%d" % n) for n in range(4))]

    def of(self, entry: Mapping[str, Any]) -> list[Any]:
        """Return arguments for a function's ABI entry."""
        return [self._value(parameter) for parameter in entry["inputs"]]

    def address(self) -> bytes:
        """Return an address: of the cast, of a contract, or of nobody."""
        return self._random.choice(self._addresses)

    def choice(self, options: Sequence[Any]) -> Any:
        """Return one of the options."""
        return self._random.choice(options)

    def _value(self, parameter: Mapping[str, Any]) -> Any:
        kind: str = parameter["type"]
        if array := _ARRAY.match(kind):
            length = int(array[2]) if array[2] else self._random.randint(0, LONGEST_ARRAY)
            return [self._value({**parameter, "type": array[1]}) for _ in range(length)]
        if kind == "tuple":
            return tuple(self._value(part) for part in parameter["components"])
        if kind == "address":
            return self.address()
        if kind == "bool":
            return self._random.random() < 0.5
        if kind == "string":
            return self._random.choice(["", "a reason", "x" * 40])
        if kind == "bytes":
            return self._random.randbytes(self._random.choice([0, 4, 64, 65, 100]))
        if kind.startswith("bytes"):
            return self._random.choice(self._words)[: int(kind[5:])]
        if kind.startswith("uint"):
            return self._unsigned(int(kind[4:]), parameter.get("internalType", ""))
        if kind.startswith("int"):
            bits = int(kind[3:]) - 1
            return self._random.choice([0, 1, -1, 2**bits - 1, -(2**bits)])
        raise ValueError(
            f"no arguments are drawn for the ABI's kind {kind!r} of {parameter.get('name', '')!r}"
        )

    def _unsigned(self, bits: int, internal: str) -> int:
        if internal.startswith("enum"):
            return self._random.randint(0, 4)
        most = 2**bits - 1
        near = self._now_s + self._random.choice([-86_400, -1, 0, 1, 3_600, 86_400, 30 * 86_400])
        edges = [0, 1, 2, 100, 10_000, most, most - 1, near, near]
        amounts = [self._random.randint(0, 10**12), self._random.randint(0, 10**18), 10**8]
        small = [self._random.randint(0, 12)] * 4
        return min(most, self._random.choice([*edges, *amounts, *small]))
