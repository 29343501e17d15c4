"""Chance inside the protocol: a counter-based stream of 128-bit words, compared as integers."""

from __future__ import annotations

import hashlib
from typing import Final

_WORD_BITS: Final = 128
_WORD_MASK: Final = (1 << _WORD_BITS) - 1


class Draws:
    """Words from SHA-256(key, counter). The key names seed and parent: the next block is always the same."""

    __slots__ = ("_counter", "_key", "_spare")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counter = 0
        self._spare: int | None = None

    def word(self) -> int:
        """Return 128 uniform bits."""
        if self._spare is not None:
            word, self._spare = self._spare, None
            return word
        digest = hashlib.sha256(self._key + self._counter.to_bytes(8, "big")).digest()
        self._counter += 1
        both = int.from_bytes(digest, "big")
        self._spare = both & _WORD_MASK
        return both >> _WORD_BITS

    def below(self, bound: int) -> int:
        """Return a uniform integer of 0 to bound - 1, each within 2^-128 of its chance."""
        return self.word() * bound >> _WORD_BITS
