"""What a block issues, and how the reward is divided."""

from __future__ import annotations

from dataclasses import dataclass

from chain.protocols.qtum.parameters import QtumParameters


def subsidy_sat(parameters: QtumParameters, number: int) -> int:
    """Return what block `number` newly issues; block 0 issues nothing."""
    if number <= 0:
        return 0
    if number <= parameters.last_work_block:
        return parameters.work_subsidy_sat
    halvings = (number - parameters.last_work_block - 1) // parameters.halving_interval_blocks
    if halvings >= parameters.halvings:
        return 0
    return parameters.stake_subsidy_sat >> halvings


def issued_by_sat(parameters: QtumParameters, number: int) -> int:
    """Return what blocks 1 to `number` have issued together."""
    total_sat = min(max(number, 0), parameters.last_work_block) * parameters.work_subsidy_sat
    left_blocks = max(number - parameters.last_work_block, 0)
    for halving in range(parameters.halvings):
        era_blocks = min(left_blocks, parameters.halving_interval_blocks)
        total_sat += era_blocks * (parameters.stake_subsidy_sat >> halving)
        left_blocks -= era_blocks
    return total_sat


@dataclass(frozen=True)
class RewardSplit:
    """The producer's part and the part of each of the `sharers` earlier producers."""

    producer_sat: int
    part_sat: int
    sharers: int


def split_reward(parameters: QtumParameters, number: int, reward_sat: int, ancestors: int) -> RewardSplit:
    """Divide a reward (subsidy and fees): ten equal parts while rewards are shared, one of them and the
    remainder to the producer; else all to the producer, also while fewer ancestors than the sharing reaches
    back to are known.
    """
    shared = parameters.first_shared_block <= number <= parameters.last_shared_block
    if not shared or ancestors < parameters.oldest_sharer_offset_blocks:
        return RewardSplit(reward_sat, 0, 0)
    part_sat, remainder_sat = divmod(reward_sat, parameters.reward_parts)
    return RewardSplit(part_sat + remainder_sat, part_sat, parameters.reward_parts - 1)
