"""A block's log entries as columns: what a reader of many takes from an engine without an object for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self, runtime_checkable

from chain.block import Log
from chain.columns import number_column

TOPICS: Final = 4
TOPIC_BYTES: Final = 32


@dataclass(frozen=True)
class LogColumns:
    """Log entries in the order in which they were written, column by column, each column's values one after the other.

    `transactions` says by whose receipt an entry is: its place among the block's included transactions. Each entry has
    room for four topics, `topic_counts` (a byte an entry) says how many it has. `data_ends` holds where in `data` each
    entry's data ends; it begins where the one before ends. Numbers are as wide as those of `chain.columns`.
    """

    transactions: bytes
    addresses: bytes
    topic_counts: bytes
    topics: bytes
    data: bytes
    data_ends: bytes

    def __len__(self) -> int:
        return len(self.topic_counts)

    @classmethod
    def of(cls, logs: Iterable[Iterable[Log]]) -> Self:
        """Return the columns of the log entries of each transaction."""
        entries = [(place, log) for place, of_one in enumerate(logs) for log in of_one]
        ends, end = [], 0
        for _place, log in entries:
            end += len(log.data)
            ends.append(end)
        return cls(
            transactions=number_column(place for place, _log in entries),
            addresses=b"".join(log.address for _place, log in entries),
            topic_counts=bytes(len(log.topics) for _place, log in entries),
            topics=b"".join(
                b"".join(log.topics).ljust(TOPICS * TOPIC_BYTES, b"\0") for _place, log in entries
            ),
            data=b"".join(log.data for _place, log in entries),
            data_ends=number_column(ends),
        )


@runtime_checkable
class HasColumns(Protocol):
    """Log entries of transactions that can be had as columns too."""

    def columns(self) -> LogColumns:
        """Return them as columns."""


def log_columns(logs: Sequence[tuple[Log, ...]]) -> LogColumns:
    """Return a block's log entries (`chain.block.Receipts.logs`) as columns, the engine's own where it has them."""
    return logs.columns() if isinstance(logs, HasColumns) else LogColumns.of(logs)
