"""Rewards to the unit, and long runs of them at once."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.protocols.dpos.parameters import MEDIBLOC_2019 as PARAMETERS
from chain.protocols.dpos.rewards import reward_runs, reward_sat
from chain.units import MED_UNITS_PER_MED

CENT_SAT = MED_UNITS_PER_MED // 100


def test_the_genesis_supply_earns_twenty_three_med_and_a_fifth() -> None:
    assert reward_sat(PARAMETERS, 5_000_000_000 * MED_UNITS_PER_MED) == 2_320 * CENT_SAT


def test_a_reward_is_rounded_down_to_a_cent() -> None:
    least_sat = -(-CENT_SAT * 10**11 // 464)
    assert reward_sat(PARAMETERS, least_sat) == CENT_SAT
    assert reward_sat(PARAMETERS, least_sat - 1) == 0


@given(st.integers(0, 10**20))
def test_a_reward_equals_the_share_in_the_source_s_units(supply_sat: int) -> None:
    share = Fraction(supply_sat * 10**4 * 464, 10**11)
    assert reward_sat(PARAMETERS, supply_sat) * 10**4 == share // 10**10 * 10**10


@given(st.integers(0, 10**18), st.integers(0, 3_000))
def test_runs_of_rewards_equal_block_by_block(supply_sat: int, blocks: int) -> None:
    rewards, supply = [], supply_sat
    for _ in range(blocks):
        rewards.append(reward_sat(PARAMETERS, supply))
        supply += rewards[-1]
    runs = list(reward_runs(PARAMETERS, supply_sat, blocks))
    assert [reward for reward, count in runs for _ in range(count)] == rewards


@pytest.mark.parametrize("blocks", [92_900, 500_000])
def test_runs_change_where_the_supply_has_earned_another_cent(blocks: int) -> None:
    supply_sat = 5_000_000_000 * MED_UNITS_PER_MED
    runs = list(reward_runs(PARAMETERS, supply_sat, blocks))
    assert sum(count for _, count in runs) == blocks
    for (reward, count), (following, _) in itertools.pairwise(runs):
        supply_sat += reward * count
        assert following == reward + CENT_SAT == reward_sat(PARAMETERS, supply_sat)
        assert reward_sat(PARAMETERS, supply_sat - reward) == reward


def test_a_supply_that_reaches_the_next_cent_exactly_earns_it_at_once() -> None:
    reward = 2_320 * CENT_SAT
    reached_sat = -(-2_321 * CENT_SAT * 10**11 // 464)
    for blocks in (1, 5):
        start_sat = reached_sat - blocks * reward
        assert list(reward_runs(PARAMETERS, start_sat, 7)) == [
            (reward, blocks),
            (reward + CENT_SAT, 7 - blocks),
        ]
        later = list(reward_runs(PARAMETERS, start_sat - 1, 7))
        assert later == [(reward, blocks + 1), (reward + CENT_SAT, 6 - blocks)]
