"""What a block issues, and how the reward is divided."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from chain.protocols.qtum.parameters import QtumParameters

PERCENT: Final = 100


class _Era(NamedTuple):
    """Blocks with one subsidy to halve; `passed_blocks` of the interval were over before the first of them."""

    first: int
    subsidy_sat: int
    interval_blocks: int
    passed_blocks: int


def _eras(parameters: QtumParameters) -> tuple[_Era, ...]:
    return _eras_of(
        parameters.last_work_block + 1,
        parameters.stake_subsidy_sat,
        parameters.halving_interval_blocks,
        parameters.shorter_by,
        parameters.shorter_blocks_from,
    )


@lru_cache(maxsize=16)
def _eras_of(first: int, subsidy: int, interval: int, times: int, shorter: int) -> tuple[_Era, ...]:
    if times == 1:
        return (_Era(first, subsidy, interval, 0),)
    return (
        _Era(first, subsidy * times, interval // times, 0),
        _Era(shorter, subsidy, interval, times * (shorter - first)),
    )


def subsidy_sat(parameters: QtumParameters, number: int) -> int:
    """Return what block `number` newly issues; block 0 issues nothing."""
    if number <= 0:
        return 0
    if number <= parameters.last_work_block:
        return parameters.work_subsidy_sat
    eras = _eras(parameters)
    era = eras[-1] if eras[-1].first <= number else [era for era in eras if era.first <= number][-1]
    halvings = (number - era.first + era.passed_blocks) // era.interval_blocks
    return era.subsidy_sat >> halvings if halvings < parameters.halvings else 0


def issued_by_sat(parameters: QtumParameters, number: int) -> int:
    """Return what blocks 1 to `number` have issued together."""
    total_sat = min(max(number, 0), parameters.last_work_block) * parameters.work_subsidy_sat
    eras = _eras(parameters)
    ends = (*(era.first for era in eras[1:]), number + 1)
    for era, end in zip(eras, ends, strict=True):
        last = min(end, number + 1) - era.first + era.passed_blocks
        for halving in range(parameters.halvings):
            begins = max(halving * era.interval_blocks, era.passed_blocks)
            ends_at = min((halving + 1) * era.interval_blocks, last)
            total_sat += max(0, ends_at - begins) * (era.subsidy_sat >> halving)
    return total_sat


def split_delegated(reward_sat: int, fee_percent: int) -> tuple[int, int]:
    """Divide what a delegated coin earned: its super-staker's fee, rounded down, and the rest for its owner."""
    fee_sat = reward_sat * fee_percent // PERCENT
    return fee_sat, reward_sat - fee_sat


class RewardSplit(NamedTuple):
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
