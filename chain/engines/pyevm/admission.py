"""What a transaction must satisfy before py-evm sees it (yellow paper 6.2)."""

from __future__ import annotations

from typing import Final

from chain.block import Transaction
from chain.engines.checks import UINT64_LIMIT
from chain.intrinsic import intrinsic_gas

UINT256_LIMIT: Final = 2**256
INITCODE_LIMIT_BYTES: Final = 49_152


def flaw(tx: Transaction) -> str | None:
    """Return the rule that a transaction breaks on any state, in words; None where it breaks none."""
    if len(tx.sender) != 20 or (tx.to is not None and len(tx.to) != 20):
        return "an address is 20 bytes"
    if not 0 <= tx.nonce < UINT64_LIMIT - 1:
        return f"nonce {tx.nonce} is outside 0 to 2^64 - 2 (EIP-2681)"
    for name, number in (
        ("value_wei", tx.value_wei),
        ("gas_price_wei", tx.gas_price_wei),
        ("gas_limit_gas", tx.gas_limit_gas),
    ):
        if not 0 <= number < UINT256_LIMIT:
            return f"{name} {number} is outside 0 to 2^256 - 1"
    if tx.to is None and len(tx.data) > INITCODE_LIMIT_BYTES:
        return f"creation code of {len(tx.data)} bytes exceeds {INITCODE_LIMIT_BYTES} (EIP-3860)"
    needed = intrinsic_gas(tx)
    if tx.gas_limit_gas < needed:
        return f"gas limit {tx.gas_limit_gas} is below the intrinsic gas {needed}"
    return None
