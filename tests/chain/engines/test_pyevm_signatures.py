"""Signatures are recovered once, and the memory of them is bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evm_bench import ALICE, BOB, CAROL, KEY_OF

from chain.block import Transaction
from chain.engines.pyevm.signatures import SignatureBook
from chain.errors import InvalidSignature
from chain.signing import sign_transaction


def signed(nonce: int) -> Transaction:
    return sign_transaction(Transaction(ALICE, nonce, BOB, 1, b"", 21_000, 1), KEY_OF[ALICE], 1337)


def test_memory_is_bounded_and_holds_no_one_twice() -> None:
    book = SignatureBook(1337, remembered=3)
    for nonce in (0, 0, 1, 2, 3, 0):
        book.check(signed(nonce))
    assert len(book) == 3


def test_a_good_signature_vouches_for_nobody_else() -> None:
    book = SignatureBook(1337)
    book.check(signed(0))
    for forged in (replace(signed(0), sender=CAROL), replace(signed(0), value_wei=2)):
        with pytest.raises(InvalidSignature, match="names sender"):
            book.check(forged)
    assert len(book) == 1


def test_trusted_transactions_are_not_remembered() -> None:
    book = SignatureBook(1337)
    book.check(replace(signed(0), signature=None))
    assert len(book) == 0
