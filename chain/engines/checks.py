"""What an environment or a credit must satisfy on any engine, before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chain.block import BlockEnvironment, Credit
from chain.errors import InvalidBlock
from chain.units import GWEI_PER_SATOSHI

UINT64_LIMIT: Final = 2**64
GAS_LIMIT_LIMIT_GAS: Final = 2**63
EXTRA_DATA_LIMIT_BYTES: Final = 32


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
