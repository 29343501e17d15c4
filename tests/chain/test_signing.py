"""EIP-155 signing, against the example of the EIP and py-evm's transactions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth.vm.forks.cancun.transactions import CancunTransactionBuilder
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Transaction
from chain.errors import InvalidSignature
from chain.keys import PrivateKey
from chain.signing import (
    SIGNATURE_ALLOWANCE_BYTES,
    raw,
    raw_unsigned,
    recover_sender,
    sign_transaction,
    signing_hash,
    size_bytes,
)

KEY = PrivateKey.from_secret(b"\x46" * 32)
EXAMPLE = Transaction(KEY.address, 9, b"\x35" * 20, 10**18, b"", 21_000, 20 * 10**9)
"""The example of EIP-155."""


def test_example_of_the_eip() -> None:
    assert (
        signing_hash(EXAMPLE, 1).hex() == "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"
    )
    signed = sign_transaction(EXAMPLE, KEY, 1)
    assert raw(signed, 1).hex() == (
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
        "8025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f"
        "761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
    )
    assert recover_sender(signed, 1) == KEY.address


TRANSACTIONS = st.builds(
    Transaction,
    sender=st.just(KEY.address),
    nonce=st.integers(0, 2**64 - 2),
    to=st.one_of(st.none(), st.binary(min_size=20, max_size=20)),
    value_wei=st.integers(0, 2**256 - 1),
    data=st.binary(max_size=300),
    gas_limit_gas=st.integers(0, 2**64),
    gas_price_wei=st.integers(0, 2**256 - 1),
)


@given(TRANSACTIONS, st.integers(1, 2**32))
def test_py_evm_reads_what_we_sign(tx: Transaction, chain_id: int) -> None:
    decoded = CancunTransactionBuilder.decode(raw(sign_transaction(tx, KEY, chain_id), chain_id))
    assert decoded.sender == tx.sender
    assert decoded.chain_id == chain_id
    assert (decoded.nonce, decoded.to or None, decoded.value) == (tx.nonce, tx.to, tx.value_wei)
    assert (decoded.data, decoded.gas, decoded.gas_price) == (tx.data, tx.gas_limit_gas, tx.gas_price_wei)


@given(TRANSACTIONS)
def test_signing_changes_neither_identity_nor_size(tx: Transaction) -> None:
    signed = sign_transaction(tx, KEY, 1337)
    assert signed.identity == tx.identity
    assert size_bytes(signed) == size_bytes(tx)
    true_bytes = len(raw(signed, 1337))
    assert abs(true_bytes - size_bytes(tx)) <= SIGNATURE_ALLOWANCE_BYTES - 60


def test_identity_depends_on_sender_and_every_field() -> None:
    others = [
        replace(EXAMPLE, **change)
        for change in (
            {"sender": b"\1" * 20},
            {"nonce": 10},
            {"to": None},
            {"value_wei": 1},
            {"data": b"x"},
            {"gas_limit_gas": 1},
            {"gas_price_wei": 1},
        )
    ]
    assert len({tx.identity for tx in [EXAMPLE, *others]}) == 8


def test_a_key_signs_only_for_its_own_account() -> None:
    with pytest.raises(InvalidSignature, match="cannot sign for sender"):
        sign_transaction(replace(EXAMPLE, sender=b"\1" * 20), KEY, 1)


def test_unsigned_transactions_have_no_signed_form() -> None:
    for ask in (raw, recover_sender):
        with pytest.raises(InvalidSignature, match="has no signature"):
            ask(EXAMPLE, 1)
    assert raw_unsigned(EXAMPLE, 1) != raw(sign_transaction(EXAMPLE, KEY, 1), 1)


def test_a_signature_for_one_chain_is_another_account_on_the_next() -> None:
    assert recover_sender(sign_transaction(EXAMPLE, KEY, 1), 2) != KEY.address
