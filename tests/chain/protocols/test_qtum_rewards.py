"""Subsidy, halvings and the ten parts."""

from __future__ import annotations

import pytest

from chain.protocols.qtum.parameters import QTUM_2018, QtumParameters
from chain.protocols.qtum.rewards import issued_by_sat, split_reward, subsidy_sat
from chain.units import SATOSHI_PER_QTUM


@pytest.mark.parametrize(
    ("number", "subsidy"),
    [
        (-1, 0),
        (0, 0),
        (1, 20_000 * SATOSHI_PER_QTUM),
        (5_000, 20_000 * SATOSHI_PER_QTUM),
        (5_001, 400_000_000),
        (990_500, 400_000_000),
        (990_501, 200_000_000),
        (5_000 + 6 * 985_500 + 1, 6_250_000),
        (5_000 + 7 * 985_500, 6_250_000),
        (5_000 + 7 * 985_500 + 1, 0),
    ],
)
def test_the_subsidy_halves_every_985500_blocks_and_ends_after_seven_halvings(
    number: int, subsidy: int
) -> None:
    assert subsidy_sat(QTUM_2018, number) == subsidy


def test_issuance_at_the_opening_height_is_what_the_blocks_paid() -> None:
    assert issued_by_sat(QTUM_2018, 250_000) == (5_000 * 20_000 + 4 * 245_000) * SATOSHI_PER_QTUM


def test_issuance_is_the_sum_of_the_subsidies() -> None:
    quick = QtumParameters(last_work_block=5, halving_interval_blocks=4, halvings=3)
    paid = [subsidy_sat(quick, number) for number in range(25)]
    assert [issued_by_sat(quick, number) for number in range(25)] == [sum(paid[: n + 1]) for n in range(25)]
    assert paid[-1] == 0 < paid[16]
    assert issued_by_sat(quick, -3) == 0


def test_the_producer_gets_a_tenth_and_the_remainder() -> None:
    split = split_reward(QTUM_2018, 250_000, 400_000_007, 508)
    assert (split.producer_sat, split.part_sat, split.sharers) == (40_000_007, 40_000_000, 9)
    assert split.producer_sat + split.sharers * split.part_sat == 400_000_007


@pytest.mark.parametrize(
    ("number", "ancestors", "sharers"),
    [
        (5_509, 508, 0),
        (5_510, 508, 9),
        (5_510, 507, 0),
        (679_999, 508, 9),
        (680_000, 508, 0),
    ],
)
def test_rewards_are_shared_between_their_heights_and_once_the_sharers_are_known(
    number: int, ancestors: int, sharers: int
) -> None:
    split = split_reward(QTUM_2018, number, 400_000_000, ancestors)
    assert split.sharers == sharers
    assert split.producer_sat == (40_000_000 if sharers else 400_000_000)
