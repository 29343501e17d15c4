"""Signed transactions as they travel: raw bytes, whose sender is whoever signed them (EIP-155)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import rlp  # type: ignore[import-untyped]

from chain.block import Transaction
from chain.errors import InvalidEncoding
from chain.keys import SIGNATURE_BYTES
from chain.signing import EIP155_OFFSET, raw, recover_sender
from chain.transaction_rows import TransactionRows

WORD_BYTES = 32


def decode_transaction(encoding: bytes, chain_id: int) -> Transaction:
    """Return the transaction of an EIP-155 encoding, its sender recovered.

    Raises `InvalidEncoding` where it is none, or of another chain, and `InvalidSignature` where nobody signed it.
    """
    try:
        fields = rlp.decode(encoding)
        nonce, price, gas, to, value, data, v, r, s = fields
        numbers = [int.from_bytes(number, "big") for number in (nonce, price, gas, value, v, r, s)]
        bit = numbers[4] - 2 * chain_id - EIP155_OFFSET
        words = b"".join(number.to_bytes(WORD_BYTES, "big") for number in numbers[5:])
    except (rlp.exceptions.DecodingError, ValueError, TypeError, OverflowError) as error:
        raise InvalidEncoding(f"no legacy transaction: {error}") from error
    if bit not in (0, 1):
        raise InvalidEncoding(f"a transaction of another chain than {chain_id}")
    tx = Transaction(
        sender=b"",
        nonce=numbers[0],
        to=to or None,
        value_wei=numbers[3],
        data=data,
        gas_limit_gas=numbers[2],
        gas_price_wei=numbers[1],
        signature=words + bytes([bit]),
    )
    if len(words) + 1 != SIGNATURE_BYTES or raw(tx, chain_id) != encoding:
        raise InvalidEncoding("no legacy transaction: it is not encoded as it should be")
    return replace(tx, sender=recover_sender(tx, chain_id))


@dataclass(frozen=True)
class RawTransactions(TransactionRows):
    """Raw signed transactions of one chain, decoded where they are looked at, which raises as
    `decode_transaction` does.

    An engine that takes them as they are recovers their senders on all cores.
    """

    encodings: Sequence[bytes]
    chain_id: int

    def __len__(self) -> int:
        return len(self.encodings)

    def _at(self, place: int) -> Transaction:
        return decode_transaction(self.encodings[place], self.chain_id)
