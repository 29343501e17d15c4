"""Signing of legacy transactions with replay protection (EIP-155)."""

from __future__ import annotations

from dataclasses import replace

import rlp

from chain.block import Address, Hash32, Transaction
from chain.errors import InvalidSignature
from chain.hashing import keccak
from chain.keys import PrivateKey, recover

EIP155_OFFSET = 35


def signing_hash(tx: Transaction, chain_id: int) -> Hash32:
    """Return the digest that the sender signs: payload, chain id and two zeros (EIP-155)."""
    return keccak(bytes(rlp.encode([*_payload(tx), chain_id, 0, 0])))


def sign_transaction(tx: Transaction, key: PrivateKey, chain_id: int) -> Transaction:
    """Return `tx` with the signature of `key`.

    Raises `InvalidSignature` where the key does not own the transaction's sender.
    """
    if key.address != tx.sender:
        raise InvalidSignature(f"key of 0x{key.address.hex()} cannot sign for sender 0x{tx.sender.hex()}")
    return replace(tx, signature=key.sign(signing_hash(tx, chain_id)))


def recover_sender(tx: Transaction, chain_id: int) -> Address:
    """Return the account that signed `tx` for this chain; raises `InvalidSignature` where it has no valid signature."""
    return recover(signing_hash(tx, chain_id), _signature(tx))


def raw(tx: Transaction, chain_id: int) -> bytes:
    """Return the EIP-155 encoding of a signed transaction; raises `InvalidSignature` where it is not signed."""
    signature = _signature(tx)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    return bytes(rlp.encode([*_payload(tx), 2 * chain_id + EIP155_OFFSET + signature[64], r, s]))


def raw_unsigned(tx: Transaction, chain_id: int) -> bytes:
    """Return the encoding of a transaction whose sender is believed: as signed, with r and s zero."""
    return bytes(rlp.encode([*_payload(tx), 2 * chain_id + EIP155_OFFSET, 0, 0]))


def _payload(tx: Transaction) -> list[int | bytes]:
    return [tx.nonce, tx.gas_price_wei, tx.gas_limit_gas, tx.to or b"", tx.value_wei, tx.data]


def _signature(tx: Transaction) -> bytes:
    if tx.signature is None:
        raise InvalidSignature(f"transaction 0x{tx.identity.hex()} has no signature")
    return tx.signature
