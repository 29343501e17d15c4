"""Looking for many byte strings in many others at once.

Every needle is filed under a 64-bit key of its first 8, 16 or 32 bytes, the longest that it has. A haystack's
windows of those lengths are keyed in the same way, all at once, and only positions whose key is on file are
compared byte by byte. Keys decide where to look and never what is found, so nothing is missed or made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAST_NEEDLE_BYTES: Final = 8
_WINDOWS_BYTES: Final = (8, 16, 32)
_PIECE_BYTES: Final = 1 << 20
_FILTER_BITS: Final = 22

# Odd multipliers spread a word's bits upwards, one for each word of a window; any odd number would serve.
# These are splitmix64's increment and mixers and xorshift64*'s multiplier.
_MULTIPLIERS: Final = np.array(
    [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x2545F4914F6CDD1D], dtype=np.uint64
)

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Sighting:
    """Needle number `needle` stands in haystack number `haystack` at byte `offset`."""

    needle: int
    haystack: int
    offset: int


class NeedleIndex:
    """Needles (at least 8 bytes each), ready to be looked for."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        for needle in needles:
            if len(needle) < LEAST_NEEDLE_BYTES:
                raise ValueError(f"a needle has at least {LEAST_NEEDLE_BYTES} bytes, got {needle!r}")
        self._needles = needles
        self._drawers = [_Drawer.of(needles, window_bytes) for window_bytes in _WINDOWS_BYTES]

    def sightings(self, haystacks: Iterable[bytes]) -> Iterator[Sighting]:
        """Yield every occurrence of every needle, haystack by haystack; none spans two haystacks."""
        first = 0
        for batch in _batches(haystacks):
            yield from self._in_batch(batch, first)
            first += len(batch)

    def _in_batch(self, batch: Sequence[bytes], first: int) -> Iterator[Sighting]:
        joined = b"".join(batch)
        ends = np.cumsum([len(haystack) for haystack in batch])
        for start in range(0, len(joined), _PIECE_BYTES):
            piece = joined[start : start + _PIECE_BYTES + _WINDOWS_BYTES[-1] - 1]
            for position, needle in self._candidates(piece):
                found_at = start + position
                member = int(np.searchsorted(ends, found_at, side="right"))
                end = found_at + len(self._needles[needle])
                if end <= ends[member] and joined[found_at:end] == self._needles[needle]:
                    yield Sighting(needle, first + member, found_at - int(ends[member]) + len(batch[member]))

    def _candidates(self, piece: bytes) -> Iterator[tuple[int, int]]:
        words = _words_at_every_byte(piece)
        for drawer in self._drawers:
            yield from drawer.candidates(words)


@dataclass(frozen=True)
class _Drawer:
    """The needles filed under one window length: sorted keys, the needle of each, and a filter over the
    keys."""

    window_bytes: int
    keys: Words
    needles: NDArray[np.intp]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, needles: Sequence[bytes], window_bytes: int) -> _Drawer:
        longer = 2 * window_bytes if window_bytes < _WINDOWS_BYTES[-1] else None
        chosen = [
            number
            for number, needle in enumerate(needles)
            if len(needle) >= window_bytes and (longer is None or len(needle) < longer)
        ]
        heads = b"".join(needles[number][:window_bytes] for number in chosen)
        table = np.frombuffer(heads, dtype="<u8").reshape(len(chosen), window_bytes // 8)
        keys = (table * _MULTIPLIERS[: window_bytes // 8]).sum(axis=1, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        known = np.zeros(1 << _FILTER_BITS, dtype=np.bool_)
        known[_shelf_mark(keys)] = True
        return cls(window_bytes, keys[order], np.array(chosen, dtype=np.intp)[order], known)

    def candidates(self, words: Words) -> Iterator[tuple[int, int]]:
        """Yield (position, needle) wherever the window at a position has a needle's key."""
        count = len(words) - self.window_bytes + LEAST_NEEDLE_BYTES
        if not len(self.keys) or count <= 0:
            return
        keys = words[:count] * _MULTIPLIERS[0]
        for word in range(1, self.window_bytes // 8):
            keys += words[8 * word : 8 * word + count] * _MULTIPLIERS[word]
        positions = np.flatnonzero(self.known[_shelf_mark(keys)])
        firsts = np.searchsorted(self.keys, keys[positions], side="left")
        lasts = np.searchsorted(self.keys, keys[positions], side="right")
        for hit in np.flatnonzero(lasts > firsts):
            for needle in self.needles[firsts[hit] : lasts[hit]]:
                yield int(positions[hit]), int(needle)


def _shelf_mark(keys: Words) -> NDArray[np.intp]:
    return (keys >> np.uint64(64 - _FILTER_BITS)).astype(np.intp)


def _words_at_every_byte(data: bytes) -> Words:
    """The eight bytes from each position on, as one little-endian word: length n - 7, or 0 for fewer
    bytes."""
    words = np.empty(max(0, len(data) - 7), dtype=np.uint64)
    for shift in range(min(8, len(words))):
        words[shift::8] = np.frombuffer(data, dtype="<u8", count=(len(data) - shift) // 8, offset=shift)
    return words


def _batches(haystacks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Gather small haystacks, because keying has a price per call; a batch has a piece's bytes or little
    more."""
    batch: list[bytes] = []
    size = 0
    for haystack in haystacks:
        batch.append(haystack)
        size += len(haystack)
        if size >= _PIECE_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
