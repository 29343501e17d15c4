"""Parameters of Qtum's proof of stake, as data: as it began, and with the shorter blocks that it has had since.

Source of every number: qtumproject/qtum, files kernel/chainparams.cpp, consensus/params.h, pos.cpp, pow.cpp,
validation.cpp, wallet/stake.cpp, node/blockstorage.cpp and node/miner.h.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from chain.protocols.protocol import ProtocolError
from chain.units import SATOSHI_PER_QTUM

SATOSHI_PER_CENT: Final = SATOSHI_PER_QTUM // 100
"""0.01 QTUM, to which the first half of a split stake is rounded down."""


_AT_LEAST_1: Final = (
    "spacing_s", "grid_s", "maturity_blocks", "halving_interval_blocks", "shorter_by", "reward_parts",
    "retarget_interval", "retarget_cut", "late_retarget_interval", "late_retarget_cut", "target_limit",
    "late_target_limit", "combined_inputs", "gas_limit_gas", "block_limit_bytes",
)  # fmt: skip


@dataclass(frozen=True)
class QtumParameters:
    """Numbers of the protocol; heights are inclusive where they start a rule.

    Spacing and grid in seconds, amounts in satoshi, targets as 256-bit integers. `deepest_fork_blocks` below its
    tip a node takes no other block any more. `publishing_ms` is how often a producer looks whether the time of its
    block has come. From `shorter_blocks_from` on blocks are `shorter_by` times as frequent as before, which counts
    each earlier block so many times toward the halving and made its subsidy so many times as large.

    Coins can be delegated where `delegation` says so: a super-staker needs an own coin of `companion_from_sat`, stakes
    delegated ones from `delegated_from_sat` on, and takes at least `least_fee_percent` of what they earn (the last
    two are what its wallet does unless told otherwise).
    """

    spacing_s: int = 128
    grid_s: int = 16
    maturity_blocks: int = 500
    deepest_fork_blocks: int = 500
    publishing_ms: int = 3_000

    last_work_block: int = 5_000
    work_subsidy_sat: int = 20_000 * SATOSHI_PER_QTUM
    stake_subsidy_sat: int = 4 * SATOSHI_PER_QTUM
    halving_interval_blocks: int = 985_500
    halvings: int = 7
    shorter_blocks_from: int = 0
    shorter_by: int = 1

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

    delegation: bool = False
    companion_from_sat: int = 100 * SATOSHI_PER_QTUM
    delegated_from_sat: int = 100 * SATOSHI_PER_QTUM
    least_fee_percent: int = 10

    gas_limit_gas: int = 40_000_000
    minimum_gas_price_sat: int = 40
    block_limit_bytes: int = 2_000_000

    def __post_init__(self) -> None:
        for name in _AT_LEAST_1:
            if getattr(self, name) < 1:
                raise ProtocolError(f"{name} is at least 1, not {getattr(self, name)}")
        for field in fields(self):
            if getattr(self, field.name) < 0:
                raise ProtocolError(f"{field.name} is at least 0, not {getattr(self, field.name)}")
        if self.oldest_sharer_offset_blocks < self.reward_parts - 1:
            raise ProtocolError(
                f"{self.reward_parts} parts need an oldest_sharer_offset_blocks of at least"
                f" {self.reward_parts - 1}, not {self.oldest_sharer_offset_blocks}"
            )


QTUM_2018: Final = QtumParameters()
"""Mainnet until height 844,999."""

QTUM_2021: Final = QtumParameters(
    spacing_s=32,
    grid_s=4,
    maturity_blocks=2_000,
    deepest_fork_blocks=2_000,
    publishing_ms=750,
    stake_subsidy_sat=SATOSHI_PER_QTUM,
    halving_interval_blocks=3_942_000,
    shorter_blocks_from=845_000,
    shorter_by=4,
    late_retarget_interval=1_000 // 32,
    late_target_limit=2**206 - 1,
    delegation=True,
)
"""Mainnet from height 845,000 on."""
