"""Transactions as columns: what a producer of many hands to an engine without an object for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from chain.block import Address, Transaction
from chain.transaction_rows import TransactionRows

ADDRESS_BYTES: Final = 20
NUMBER_BYTES: Final = 8
"""Width of nonces, gas limits and offsets, unsigned and little-endian."""

WORD_BYTES: Final = 32
"""Width of amounts in wei, unsigned and big-endian as in the EVM."""

SIGNATURE_BYTES: Final = 65


@dataclass(frozen=True)
class TransactionColumns(TransactionRows):
    """Legacy transactions, column by column, each column's values one after the other.

    `to` is any 20 bytes where `creates` (a byte a transaction) is not 0. `data_ends` holds where in `data` each
    transaction's call data ends; it begins where the one before ends. `signatures` is empty where all senders
    are believed.
    """

    senders: bytes
    nonces: bytes
    to: bytes
    creates: bytes
    values_wei: bytes
    gas_limits_gas: bytes
    gas_prices_wei: bytes
    data: bytes
    data_ends: bytes
    signatures: bytes = b""

    @classmethod
    def of(cls, transactions: Iterable[Transaction]) -> Self:
        """Return the columns of transactions that are all signed, or none of them.

        Raises `ValueError` where some are signed and some not, and `OverflowError` for numbers beyond a column.
        """
        rows = list(transactions)
        signatures = [tx.signature for tx in rows if tx.signature is not None]
        if signatures and len(signatures) != len(rows):
            raise ValueError(
                f"{len(signatures)} of {len(rows)} transactions are signed: all must be, or none"
            )
        ends, end = [], 0
        for tx in rows:
            end += len(tx.data)
            ends.append(end)
        return cls(
            senders=b"".join(tx.sender for tx in rows),
            nonces=number_column(tx.nonce for tx in rows),
            to=b"".join(tx.to or bytes(ADDRESS_BYTES) for tx in rows),
            creates=bytes(tx.to is None for tx in rows),
            values_wei=_words(tx.value_wei for tx in rows),
            gas_limits_gas=number_column(tx.gas_limit_gas for tx in rows),
            gas_prices_wei=_words(tx.gas_price_wei for tx in rows),
            data=b"".join(tx.data for tx in rows),
            data_ends=number_column(ends),
            signatures=b"".join(signatures),
        )

    @cached_property
    def native(self) -> tuple[bytes, ...]:
        """The columns in the order of the fields."""
        return (
            self.senders,
            self.nonces,
            self.to,
            self.creates,
            self.values_wei,
            self.gas_limits_gas,
            self.gas_prices_wei,
            self.data,
            self.data_ends,
            self.signatures,
        )

    def __len__(self) -> int:
        return len(self.creates)

    def _at(self, place: int) -> Transaction:
        start = _number(self.data_ends, place - 1) if place else 0
        to: Address | None = None if self.creates[place] else _piece(self.to, place, ADDRESS_BYTES)
        return Transaction(
            sender=_piece(self.senders, place, ADDRESS_BYTES),
            nonce=_number(self.nonces, place),
            to=to,
            value_wei=int.from_bytes(_piece(self.values_wei, place, WORD_BYTES), "big"),
            data=self.data[start : _number(self.data_ends, place)],
            gas_limit_gas=_number(self.gas_limits_gas, place),
            gas_price_wei=int.from_bytes(_piece(self.gas_prices_wei, place, WORD_BYTES), "big"),
            signature=_piece(self.signatures, place, SIGNATURE_BYTES) or None,
        )


def number_column(numbers: Iterable[int]) -> bytes:
    """Return numbers of at most 64 bits as a column."""
    return b"".join(number.to_bytes(NUMBER_BYTES, "little") for number in numbers)


def _words(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(WORD_BYTES, "big") for number in numbers)


def _piece(column: bytes, place: int, width: int) -> bytes:
    return column[place * width : (place + 1) * width]


def _number(column: bytes, place: int) -> int:
    return int.from_bytes(_piece(column, place, NUMBER_BYTES), "little")
