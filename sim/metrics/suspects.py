"""Which of many texts may stand in haystacks, told by how their encodings begin.

A chain holds few bytes and a population many strings, nearly none of which is on the chain. So the haystacks are
read once, for what stands at every byte: eight bytes as they are, four bytes written as eight digits of hex, 48 bits
written as eight characters of base64. The same bits are taken from the texts wherever an encoding, or a storage
word's part of one, may begin; only a text of which some are on file need be encoded and looked for. Every form that
is looked for has at least eight characters, so that none is missed; whether it is there the search itself says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CHARACTERS: Final = 8
"""What is compared of every form: a word's bytes, digits or base64 characters."""

WORD_BYTES: Final = 32
"""A storage word: what is longer is also looked for in parts of so many characters."""

_HAYSTACK_PIECE_BYTES: Final = 1 << 20
_TEXTS_PIECE_BYTES: Final = 1 << 22
_FILTER_BITS: Final = 22
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)  # any odd number spreads bits upwards; splitmix64's increment
_HEX: Final = (b"0123456789abcdef", b"0123456789ABCDEF")
_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64: Final = (_LETTERS + b"+/", _LETTERS + b"-_")
_NO_DIGIT: Final = 255

Words = NDArray[np.uint64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class _Form:
    """A way to write text: `bits` of it in a character, whose first lies `shifts` bits into a byte."""

    bits: int
    shifts: tuple[int, ...]
    values: NDArray[np.uint8] | None

    @property
    def head_bits(self) -> int:
        """Bits of the text in the characters that are compared."""
        return CHARACTERS * self.bits

    def in_haystack(self, haystack: bytes) -> Words:
        """Return what stands in a haystack at every byte where enough characters of this form stand."""
        if self.values is None:
            return _words_at_every_byte(haystack)
        digits = self.values[np.frombuffer(haystack, dtype=np.uint8)]
        strange = np.concatenate(([0], np.cumsum(digits == _NO_DIGIT)))
        starts = np.flatnonzero(strange[CHARACTERS:] == strange[:-CHARACTERS])
        heads = np.zeros(len(starts), dtype=np.uint64)
        for place in range(CHARACTERS):
            heads = heads << np.uint64(self.bits) | digits[starts + place]
        return heads

    def in_texts(self, words: Words, starts: Places, ends: Places) -> Iterator[tuple[Places, Words]]:
        """Yield where forms of the texts, or a storage word's parts of them, begin, and what stands there."""
        places = _every(WORD_BYTES * self.bits // 8, starts, ends - self.head_bits // 8)
        begun = words[places].astype(np.uint64)
        for shift in self.shifts:
            yield places, begun << np.uint64(shift) >> np.uint64(64 - self.head_bits)


def _values(alphabets: Iterable[bytes]) -> NDArray[np.uint8]:
    values = np.full(256, _NO_DIGIT, dtype=np.uint8)
    for alphabet in alphabets:
        values[np.frombuffer(alphabet, dtype=np.uint8)] = range(len(alphabet))
    return values


# Base64 writes three bytes in four characters. The first that is a text's own begins 0, 4 or 2 bits into it.
_FORMS: Final = (
    _Form(8, (0,), None),
    _Form(4, (0,), _values(_HEX)),
    _Form(6, (0, 2, 4), _values(_BASE64)),
)


class Beginnings:
    """What stands in haystacks, in every form in which a text may begin there."""

    def __init__(self, haystacks: Iterable[bytes]) -> None:
        pieces = list(_joined(haystacks))
        self._filed = [(form, _Filed(form, pieces)) for form in _FORMS]

    def suspects(self, texts: Sequence[bytes]) -> list[int]:
        """Return the numbers of the texts that may stand in the haystacks, in order; no other stands there."""
        found = []
        for first, group in _groups(texts):
            ends = np.cumsum([len(text) for text in group])
            starts = np.concatenate(([0], ends[:-1]))
            # some more bytes, so that the last beginnings are whole words too
            words = _words_at_every_byte(b"".join(group) + bytes(8))
            hits = [
                places[filed.has(heads)]
                for form, filed in self._filed
                if len(filed)
                for places, heads in form.in_texts(words, starts, ends)
            ]
            if hits:
                members = np.unique(np.searchsorted(ends, np.concatenate(hits), side="right"))
                found += [first + int(member) for member in members]
        return found


class _Filed:
    """What stands in haystacks in one form, and a filter by which nearly all else is told.

    Bytes as they are stay where they are: eight of them at every byte would take eight times the room.
    """

    def __init__(self, form: _Form, pieces: Iterable[bytes]) -> None:
        self._heads = [form.in_haystack(piece) for piece in pieces]
        self._known = _filter(self._heads)

    def __len__(self) -> int:
        return sum(map(len, self._heads))

    def has(self, heads: Words) -> NDArray[np.intp]:
        """Return the positions of the heads that are on file."""
        likely = np.flatnonzero(self._known[_mark(heads)])
        # the same filter the other way round leaves little to compare
        wanted = _filter([heads[likely]])
        possible = np.concatenate([of_piece[wanted[_mark(of_piece)]] for of_piece in self._heads])
        on_file: NDArray[np.intp] = likely[np.isin(heads[likely], possible)]
        return on_file


def _filter(pieces: Iterable[Words]) -> NDArray[np.bool_]:
    known = np.zeros(1 << _FILTER_BITS, dtype=np.bool_)
    for heads in pieces:
        known[_mark(heads)] = True
    return known


def _words_at_every_byte(data: bytes) -> NDArray[np.uint64]:
    """The eight bytes from each position on, first byte highest: a view, of which only what is asked for is read."""
    return np.ndarray(max(0, len(data) - 7), dtype=">u8", buffer=data, strides=(1,))


def _mark(heads: Words) -> NDArray[np.intp]:
    return (heads * _SPREAD >> np.uint64(64 - _FILTER_BITS)).astype(np.intp)


def _every(step_bytes: int, starts: Places, lasts: Places) -> Places:
    """Return `starts` and every so many bytes after each, as far as its last; none where that lies before it."""
    counts = np.maximum(lasts - starts + step_bytes, 0) // step_bytes
    before = np.cumsum(counts) - counts
    steps = np.arange(counts.sum()) - np.repeat(before, counts)
    places: Places = np.repeat(starts, counts) + step_bytes * steps
    return places


def _joined(haystacks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the haystacks' bytes in pieces that no haystack is cut by; one goes over into the next at no cost."""
    batch: list[bytes] = []
    size = 0
    for haystack in haystacks:
        batch.append(haystack)
        size += len(haystack)
        if size >= _HAYSTACK_PIECE_BYTES:
            yield b"".join(batch)
            batch, size = [], 0
    if batch:
        yield b"".join(batch)


def _groups(texts: Sequence[bytes]) -> Iterator[tuple[int, Sequence[bytes]]]:
    """Yield texts in groups of a few megabytes, with the number of the first of each."""
    first, size = 0, 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _TEXTS_PIECE_BYTES:
            yield first, texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield first, texts[first:]
