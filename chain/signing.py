"""Signing of legacy transactions with replay protection (EIP-155)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chain.block import Address, Hash32, Transaction
from chain.encoding import encode, encode_list, list_length
from chain.errors import InvalidSignature
from chain.hashing import keccak
from chain.keys import PrivateKey, recover

EIP155_OFFSET: Final = 35

SIGNATURE_ALLOWANCE_BYTES: Final = 67
"""What a signature is taken to add to a transaction: 33 bytes each for r and s, and one for the recovery bit.
True ones differ by some bytes; a fixed allowance makes sizes of signed and trusted transactions equal."""


def signing_hash(tx: Transaction, chain_id: int) -> Hash32:
    """Return the digest that the sender signs: payload, chain id and two zeros (EIP-155)."""
    return keccak(_encode(tx, chain_id, 0, 0))


def sign_transaction(tx: Transaction, key: PrivateKey, chain_id: int) -> Transaction:
    """Return `tx` with the signature of `key`.

    Raises `InvalidSignature` where the key does not own the transaction's sender.
    """
    if key.address != tx.sender:
        raise InvalidSignature(f"key of 0x{key.address.hex()} cannot sign for sender 0x{tx.sender.hex()}")
    return replace(tx, signature=key.sign(signing_hash(tx, chain_id)))


def recover_sender(tx: Transaction, chain_id: int) -> Address:
    """Return the account that signed `tx` for this chain.

    Raises `InvalidSignature` where it has no signature, or one that fits nobody.
    """
    return recover(signing_hash(tx, chain_id), _signature(tx))


def raw(tx: Transaction, chain_id: int) -> bytes:
    """Return the EIP-155 encoding of a signed transaction.

    Raises `InvalidSignature` where it is not signed.
    """
    signature = _signature(tx)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    return _encode(tx, 2 * chain_id + EIP155_OFFSET + signature[64], r, s)


def raw_unsigned(tx: Transaction, chain_id: int) -> bytes:
    """Return the encoding of a transaction whose sender is believed: as signed, with r and s zero."""
    return _encode(tx, 2 * chain_id + EIP155_OFFSET, 0, 0)


def size_bytes(tx: Transaction) -> int:
    """Return a transaction's encoded length, any signature counted as `SIGNATURE_ALLOWANCE_BYTES`."""
    return list_length(len(tx.payload) + SIGNATURE_ALLOWANCE_BYTES)


def _encode(tx: Transaction, *ending: int) -> bytes:
    return encode_list((tx.payload, *map(encode, ending)))


def _signature(tx: Transaction) -> bytes:
    if tx.signature is None:
        raise InvalidSignature(f"transaction 0x{tx.identity.hex()} has no signature")
    return tx.signature
