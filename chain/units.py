"""Units of money and their exact conversions; every amount is an integer.

MED has 8 decimals (medibloc/crowdsale: contracts/MedToken.sol). QTUM is kept in satoshi; the EVM's 18-decimal
wei enters only at an engine's door, as in Qtum's own Ethereum-style RPC.
"""

from __future__ import annotations

from typing import Final

MED_UNITS_PER_MED: Final = 10**8
SATOSHI_PER_QTUM: Final = 10**8
WEI_PER_SATOSHI: Final = 10**10
GWEI_PER_SATOSHI: Final = 10
WEI_PER_GWEI: Final = 10**9


def wei_from_satoshi(amount_sat: int) -> int:
    """Return `amount_sat` in wei, exactly."""
    return amount_sat * WEI_PER_SATOSHI


def satoshi_from_wei(amount_wei: int) -> int:
    """Return `amount_wei` in satoshi; raise `ValueError` where a remainder would be lost."""
    amount_sat, remainder_wei = divmod(amount_wei, WEI_PER_SATOSHI)
    if remainder_wei:
        raise ValueError(f"{amount_wei} wei is not a whole number of satoshi")
    return amount_sat
