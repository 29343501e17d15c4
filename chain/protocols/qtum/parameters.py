"""Parameters of Qtum's first mutualised proof of stake, as data.

Source of every default: qtumproject/qtum, files kernel/chainparams.cpp, pos.cpp, validation.cpp and
wallet/stake.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chain.units import SATOSHI_PER_QTUM

SATOSHI_PER_CENT: Final = SATOSHI_PER_QTUM // 100
"""0.01 QTUM, to which the first half of a split stake is rounded down."""


@dataclass(frozen=True)
class QtumParameters:
    """Numbers of the protocol; heights are inclusive where they start a rule.

    Spacing and grid in seconds, amounts in satoshi, targets as 256-bit integers.
    """

    spacing_s: int = 128
    grid_s: int = 16
    maturity_blocks: int = 500

    last_work_block: int = 5_000
    work_subsidy_sat: int = 20_000 * SATOSHI_PER_QTUM
    stake_subsidy_sat: int = 4 * SATOSHI_PER_QTUM
    halving_interval_blocks: int = 985_500
    halvings: int = 7

    first_shared_block: int = 5_510
    last_shared_block: int = 679_999
    reward_parts: int = 10
    oldest_sharer_offset_blocks: int = 508

    retarget_interval: int = 960 // 128
    retarget_cut: int = 10
    late_retarget_interval: int = 4_000 // 128
    late_retarget_cut: int = 20
    late_rules_block: int = 466_600
    target_limit: int = 2**224 - 1
    late_target_limit: int = 2**205 - 1

    split_threshold_sat: int = 200 * SATOSHI_PER_QTUM
    combine_threshold_sat: int = 100 * SATOSHI_PER_QTUM
    combined_inputs: int = 100

    gas_limit_gas: int = 40_000_000
    minimum_gas_price_sat: int = 40
    block_limit_bytes: int = 2_000_000


QTUM_2018: Final = QtumParameters()
"""Mainnet until height 844,999."""
