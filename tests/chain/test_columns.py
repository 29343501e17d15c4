"""Transactions as columns and as raw bytes are the transactions that went in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Transaction
from chain.columns import TransactionColumns
from chain.errors import InvalidEncoding, InvalidSignature
from chain.hashing import keccak
from chain.keys import PrivateKey
from chain.raw import RawTransactions, decode_transaction
from chain.signing import raw, sign_transaction

CHAIN_ID = 1337
KEYS = [PrivateKey.from_secret(keccak(bytes([number]))) for number in range(1, 4)]
TRANSACTIONS = st.builds(
    Transaction,
    sender=st.sampled_from([key.address for key in KEYS]),
    nonce=st.integers(0, 2**64 - 1),
    to=st.none() | st.binary(min_size=20, max_size=20),
    value_wei=st.integers(0, 2**256 - 1),
    data=st.binary(max_size=100),
    gas_limit_gas=st.integers(0, 2**64 - 1),
    gas_price_wei=st.integers(0, 2**256 - 1),
)


def signed(tx: Transaction) -> Transaction:
    """Return `tx` with its sender's signature."""
    return sign_transaction(tx, next(key for key in KEYS if key.address == tx.sender), CHAIN_ID)


@given(st.lists(TRANSACTIONS, max_size=6), st.booleans())
def test_columns_hold_what_went_in(transactions: list[Transaction], are_signed: bool) -> None:
    rows = [signed(tx) for tx in transactions] if are_signed else transactions
    columns = TransactionColumns.of(rows)
    assert len(columns) == len(rows)
    assert list(columns) == rows
    assert list(columns[::-1]) == rows[::-1]


def test_columns_take_signed_transactions_or_believed_ones_and_no_number_beyond_them() -> None:
    tx = Transaction(KEYS[0].address, 0, None, 0, b"", 0, 0)
    with pytest.raises(ValueError, match="1 of 2 transactions are signed"):
        TransactionColumns.of([tx, signed(tx)])
    with pytest.raises(OverflowError):
        TransactionColumns.of([replace(tx, nonce=2**64)])
    with pytest.raises(IndexError):
        TransactionColumns.of([tx])[1]


@given(st.lists(TRANSACTIONS, min_size=1, max_size=4))
def test_raw_transactions_are_decoded_to_what_was_signed(transactions: list[Transaction]) -> None:
    rows = [signed(tx) for tx in transactions]
    sent = RawTransactions([raw(tx, CHAIN_ID) for tx in rows], CHAIN_ID)
    assert len(sent) == len(rows)
    assert list(sent) == rows
    assert sent[:1] == rows[:1]


def test_what_is_no_transaction_of_this_chain_is_refused() -> None:
    good = raw(signed(Transaction(KEYS[0].address, 1, None, 2, b"data", 3, 4)), CHAIN_ID)
    assert decode_transaction(good, CHAIN_ID).nonce == 1
    with pytest.raises(InvalidEncoding, match="another chain than 1"):
        decode_transaction(good, 1)
    for bad in (b"", b"\x01", good[:-1], good + b"\0", b"\xc0", b"\x02" + good):
        with pytest.raises(InvalidEncoding):
            decode_transaction(bad, CHAIN_ID)
    with pytest.raises(InvalidSignature):
        decode_transaction(good[:-32] + b"\xff" * 32, CHAIN_ID)
