"""What a transaction is charged before its message starts, on any engine (EIP-2, EIP-2028, EIP-3860)."""

from __future__ import annotations

from typing import Final

from chain.block import Transaction

TRANSACTION_GAS: Final = 21_000
CREATION_GAS: Final = 32_000
ZERO_BYTE_GAS: Final = 4
NONZERO_BYTE_GAS: Final = 16
INITCODE_WORD_GAS: Final = 2


def base_gas(tx: Transaction) -> int:
    """Return the gas for a transaction's calldata and kind, creation code by the word apart (EIP-2, EIP-2028)."""
    zeros = tx.data.count(0)
    gas = TRANSACTION_GAS + ZERO_BYTE_GAS * zeros + NONZERO_BYTE_GAS * (len(tx.data) - zeros)
    return gas + CREATION_GAS if tx.to is None else gas


def intrinsic_gas(tx: Transaction) -> int:
    """Return the least gas limit of a transaction: base gas, and creation code by the word (EIP-3860)."""
    words = (len(tx.data) + 31) // 32
    return base_gas(tx) + INITCODE_WORD_GAS * words if tx.to is None else base_gas(tx)
