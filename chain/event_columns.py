"""Events of one kind as columns: many log entries decoded at once.

An event becomes a row of NumPy arrays instead of an object. What a word holds is read for all entries together;
only values of other lengths are decoded one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chain.abi_words import ADDRESS_BYTES, WORD_BYTES, WordType
from chain.columns import NUMBER_BYTES
from chain.errors import InvalidEncoding
from chain.log_columns import TOPICS, LogColumns

Column = npt.NDArray[Any]
Words = npt.NDArray[np.uint8]
"""Shape (entries, 32)."""

_NATIVE_BITS: Final = 64


@dataclass(frozen=True)
class EventColumns:
    """Events of one kind in a block, in the order in which they were written; all columns are equally long.

    `entries` are their places among the block's log entries, `transactions` those among its included transactions.
    `fields` has a column for each value of the event's rows, by the same names: `uint64` or `int64` for numbers of at
    most 64 bits, Python's numbers (`object`) for longer ones, `bool`, bytes of one length (`V20` for addresses, whose
    `tolist()` gives `bytes`), and `object` for what has no fixed length.
    """

    entries: Column
    transactions: Column
    fields: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.entries)


class EventReader:
    """Reads one contract's entries of one kind of event."""

    def __init__(
        self,
        address: bytes,
        topic: bytes,
        names: Sequence[str],
        indexed: Sequence[tuple[str, WordType]],
        plain: Sequence[str],
        words: Sequence[WordType] | None,
        decode: Callable[[bytes], Sequence[Any]],
        readers: Mapping[str, Callable[[Any], Any]],
    ) -> None:
        """Take all fields in order, those that topics hold, and those in the data; types where each fills one word.

        `decode` decodes the data of an entry, `readers` turn a value into what rows hold, by field.
        """
        self._address = np.frombuffer(address, f"V{ADDRESS_BYTES}")[0]
        self._topic = np.frombuffer(topic, f"V{WORD_BYTES}")[0]
        self._names = names
        self._indexed = indexed
        self._plain = plain
        self._plain_words = words
        self._decode = decode
        self._readers = readers

    def read(self, logs: LogColumns) -> EventColumns:
        """Return the events among a block's log entries.

        Raises `InvalidEncoding` where an entry has the event's topic and is no such event.
        """
        topics = np.frombuffer(logs.topics, f"V{WORD_BYTES}").reshape(-1, TOPICS)
        counts = np.frombuffer(logs.topic_counts, np.uint8)
        own = (np.frombuffer(logs.addresses, f"V{ADDRESS_BYTES}") == self._address) & (counts > 0)
        own &= topics[:, 0] == self._topic
        entries = np.flatnonzero(own)
        if (counts[entries] != 1 + len(self._indexed)).any():
            raise InvalidEncoding(f"an event with {len(self._indexed)} indexed values has other topics")
        values: dict[str, Column] = {}
        for place, (name, kind) in enumerate(self._indexed, start=1):
            values[name] = _column(kind, _words(topics[entries, place]))
        values |= self._plain_values(logs, entries)
        return EventColumns(
            entries,
            np.frombuffer(logs.transactions, f"<u{NUMBER_BYTES}")[entries].astype(np.int64),
            {name: self._read_on(name, values[name]) for name in self._names},
        )

    def _plain_values(self, logs: LogColumns, entries: Column) -> dict[str, Column]:
        ends = np.frombuffer(logs.data_ends, f"<u{NUMBER_BYTES}").astype(np.int64)
        starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)[entries]
        ends = ends[entries]
        if self._plain_words is None:
            rows = [self._decode(logs.data[start:end]) for start, end in zip(starts, ends, strict=True)]
            return {name: _objects([row[at] for row in rows]) for at, name in enumerate(self._plain)}
        if (ends - starts < WORD_BYTES * len(self._plain)).any():
            raise InvalidEncoding(f"an event with {len(self._plain)} values has too little data")
        data = np.frombuffer(logs.data, np.uint8)
        return {
            name: _column(kind, data[(starts + WORD_BYTES * at)[:, None] + np.arange(WORD_BYTES)])
            for at, (name, kind) in enumerate(zip(self._plain, self._plain_words, strict=True))
        }

    def _read_on(self, name: str, column: Column) -> Column:
        reader = self._readers.get(name)
        return column if reader is None else _objects([reader(value) for value in column.tolist()])


def _words(column: Column) -> Words:
    return np.ascontiguousarray(column).view(np.uint8).reshape(-1, WORD_BYTES)


def _column(kind: WordType, words: Words) -> Column:
    """Return the values of words; raise `InvalidEncoding` where one is none of the type."""
    family, size = kind.family, -(-kind.bits // 8)
    if family == "bytes":
        _require_empty(kind, words[:, size:])
        return np.ascontiguousarray(words[:, :size]).view(f"V{size}")[:, 0]
    if family == "address":
        _require_empty(kind, words[:, :-size])
        return np.ascontiguousarray(words[:, -size:]).view(f"V{size}")[:, 0]
    if family == "int" or kind.bits > _NATIVE_BITS:
        return _long_numbers(kind, words)
    _require_empty(kind, words[:, :-NUMBER_BYTES])
    numbers = _tails(words)
    if kind.bits < _NATIVE_BITS and (numbers >> np.uint64(kind.bits)).any():
        raise _misfit(kind)
    return numbers.astype(np.bool_) if family == "bool" else numbers


def _long_numbers(kind: WordType, words: Words) -> Column:
    if kind.family == "uint" and not words[:, :-NUMBER_BYTES].any():
        return _tails(words).astype(object)  # all are short, as amounts mostly are
    numbers = [kind.read(word) for word in words.view(f"V{WORD_BYTES}")[:, 0].tolist()]
    if None in numbers:
        raise _misfit(kind)
    return np.array(numbers, np.int64) if kind.bits <= _NATIVE_BITS else _objects(numbers)


def _tails(words: Words) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(words[:, -NUMBER_BYTES:]).view(">u8")[:, 0].astype(np.uint64)


def _objects(values: Sequence[Any]) -> Column:
    column = np.empty(len(values), object)
    column[:] = list(values)
    return column


def _require_empty(kind: WordType, padding: Words) -> None:
    if padding.any():
        raise _misfit(kind)


def _misfit(kind: WordType) -> InvalidEncoding:
    return InvalidEncoding(f"a word is no {kind.family} of {kind.bits} bits")
