"""What a block, a credit or a transaction must satisfy before py-evm sees it (yellow paper 6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.block import BlockEnvironment, Credit, Transaction
from chain.errors import InvalidBlock
from chain.intrinsic import intrinsic_gas
from chain.units import GWEI_PER_SATOSHI

UINT64_LIMIT: Final = 2**64
UINT256_LIMIT: Final = 2**256
GAS_LIMIT_LIMIT_GAS: Final = 2**63
EXTRA_DATA_LIMIT_BYTES: Final = 32

INITCODE_LIMIT_BYTES: Final = 49_152


def check_environment(environment: BlockEnvironment) -> None:
    """Raise `InvalidBlock` where a header field cannot stand in a header."""
    for name, value, length in (
        ("coinbase", environment.coinbase, 20),
        ("parent_hash", environment.parent_hash, 32),
        ("mix_hash", environment.mix_hash, 32),
        ("parent_identity", environment.parent_identity, 32),
    ):
        if len(value) != length:
            raise InvalidBlock(f"block {environment.number}: {name} is {length} bytes, got {len(value)}")
    if len(environment.extra_data) > EXTRA_DATA_LIMIT_BYTES:
        raise InvalidBlock(
            f"block {environment.number}: extra_data is at most {EXTRA_DATA_LIMIT_BYTES} bytes,"
            f" got {len(environment.extra_data)}"
        )
    for name, number, limit in (
        ("number", environment.number, UINT64_LIMIT),
        ("timestamp_s", environment.timestamp_s, UINT64_LIMIT),
        ("gas_limit_gas", environment.gas_limit_gas, GAS_LIMIT_LIMIT_GAS),
    ):
        if not 0 <= number < limit:
            raise InvalidBlock(f"block {environment.number}: {name} is from 0 to {limit - 1}, got {number}")


def check_credits(credits: Sequence[Credit]) -> None:
    """Raise `InvalidBlock` where a credit cannot be written as a withdrawal (EIP-4895)."""
    for credit in credits:
        if len(credit.address) != 20:
            raise InvalidBlock(f"credit {credit.index}: an address is 20 bytes, got {len(credit.address)}")
        if not 0 <= credit.index < UINT64_LIMIT:
            raise InvalidBlock(f"credit {credit.index}: an index is from 0 to {UINT64_LIMIT - 1}")
        if not 0 <= credit.amount_sat * GWEI_PER_SATOSHI < UINT64_LIMIT:
            raise InvalidBlock(
                f"credit {credit.index}: {credit.amount_sat} satoshi are no unsigned 64-bit number of gwei"
            )


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
