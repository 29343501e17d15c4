"""Points: what an account has, what an act costs, and how prices move."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.protocols.dpos.operations import deposit, stake, unstake
from chain.protocols.dpos.parameters import MEDIBLOC_2019 as PARAMETERS
from chain.protocols.dpos.points import (
    ACT_CPU_AND_BYTES,
    POINTS_PER_SAT,
    Points,
    PointsMeter,
    PointsState,
    Purse,
    act_of,
    next_price,
    price_floor,
    regenerated,
)
from chain.protocols.dpos.state import DposState
from chain.protocols.fee_policy import Act, BlockFull, BlockMeter, FeePolicy, NotEnoughPoints
from chain.protocols.medibloc_dpos import MediblocDpos
from chain.protocols.protocol import ProtocolError
from chain.units import MED_UNITS_PER_MED
from tests.chain.protocols.chains import OPENING_S, SEED, address_of, stakers_of

PROTOCOL = MediblocDpos()
POLICY = Points()
RICH, POOR, PAYER = address_of(0), b"\xee" * 20, address_of(1)
WEEK_S = 604_800
FLOOR = 5 * 10**21 // 201_600 // 3_000_000 // 100
RECORD_POINTS = (1_500 + 209) * FLOOR


@pytest.fixture
def state() -> DposState:
    """Twenty-one producers with much stake, and one account that stakes what two records and a bit cost."""
    opened = PROTOCOL.opening_state(
        stakers_of([100_000_000] * 21), number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED
    )
    amount_sat = 5 * RECORD_POINTS // POINTS_PER_SAT // 2
    return stake(PARAMETERS, deposit(opened, POOR, amount_sat, "poor"), POOR, amount_sat)


def open_meter(state: DposState, fee_state: PointsState | None = None, wait_s: int = 3) -> PointsMeter:
    opening = POLICY.opening_state(state) if fee_state is None else fee_state
    return POLICY.open_block(opening, state, state.timestamp_s + wait_s)


def stake_points(state: DposState, address: bytes) -> int:
    return state.stake_sat(address) * POINTS_PER_SAT


def test_it_is_a_fee_policy(state: DposState) -> None:
    policy: FeePolicy = POLICY
    meter: BlockMeter = policy.open_block(policy.opening_state(state), state, state.timestamp_s + 3)
    assert (policy.name, dict(policy.limits())) == ("points", {"cpu": 3_000_000, "bytes": 3_000_000})
    assert dict(meter.usage) == {"cpu": 0, "bytes": 0}


def test_the_first_block_costs_the_floor(state: DposState) -> None:
    meter = open_meter(state)
    assert (meter.cpu_price, meter.net_price) == (FLOOR, FLOOR)
    assert meter.charge(act_of("record", RICH)) == RECORD_POINTS
    assert meter.points_of(RICH) == stake_points(state, RICH) - RECORD_POINTS
    assert dict(meter.usage) == {"cpu": 1_500, "bytes": 209}


def test_the_floor_divides_in_the_source_s_order() -> None:
    # A supply at which one division of the product would round differently.
    supply = 201_600 * (3_000_000 * 100 + 99) + 201_599
    assert price_floor(PARAMETERS, supply, 3_000_000) == 1
    assert price_floor(PARAMETERS, 201_600 * 3_000_000 * 100 - 1, 3_000_000) == 0


@pytest.mark.parametrize(
    ("used", "expected"), [(0, 950), (1_500_000, 950), (1_500_001, 1_050), (3_000_000, 1_050)]
)
def test_prices_rise_after_more_than_half_a_block_and_fall_after_less(used: int, expected: int) -> None:
    assert next_price(PARAMETERS, 1_000, used, 3_000_000, 1) == expected
    assert next_price(PARAMETERS, 1_000, used, 3_000_000, 2_000) == 2_000


def test_prices_round_down_and_stop_at_the_floor() -> None:
    assert next_price(PARAMETERS, 1_001, 0, 3_000_000, 1) == 950
    assert next_price(PARAMETERS, 1_001, 2_000_000, 3_000_000, 1) == 1_051
    assert next_price(PARAMETERS, 101, 0, 3_000_000, 95) == 95
    assert next_price(PARAMETERS, 101, 0, 3_000_000, 96) == 96


def test_each_resource_has_a_price_of_its_own(state: DposState) -> None:
    meter = open_meter(state)
    for _ in range(1_001):
        meter.charge(Act(RICH, cpu=1_500, size_bytes=1))
    busy_cpu = open_meter(state, meter.close())
    assert (busy_cpu.cpu_price, busy_cpu.net_price) == (FLOOR * 105 // 100, FLOOR)
    calm = open_meter(state, busy_cpu.close())
    assert calm.cpu_price == max(FLOOR, FLOOR * 105 // 100 * 95 // 100)


def test_an_act_fits_to_the_last_unit_and_not_beyond(state: DposState) -> None:
    meter = open_meter(state)
    meter.charge(Act(RICH, cpu=2_999_000, size_bytes=2_999_829))
    meter.admit(act_of("transfer", PAYER))
    with pytest.raises(BlockFull, match="1500 CPU do not fit"):
        meter.admit(act_of("record", PAYER))
    with pytest.raises(BlockFull, match="172 bytes do not fit"):
        meter.charge(Act(PAYER, cpu=1_000, size_bytes=172))
    meter.charge(act_of("transfer", PAYER))
    assert dict(meter.usage) == {"cpu": 3_000_000, "bytes": 3_000_000}
    with pytest.raises(BlockFull):
        meter.admit(Act(PAYER, cpu=1, size_bytes=0))


@pytest.mark.parametrize(("kind", "acts"), [("transfer", 3_000), ("record", 2_000)])
def test_a_block_holds_a_thousand_transfers_or_two_thirds_as_many_records_a_second(
    state: DposState, kind: str, acts: int
) -> None:
    meter = open_meter(state)
    for _ in range(acts):
        meter.charge(act_of(kind, RICH))
    with pytest.raises(BlockFull):
        meter.charge(act_of(kind, RICH))


def test_an_account_pays_to_its_last_point_and_no_further(state: DposState) -> None:
    meter = open_meter(state)
    meter.charge(act_of("record", POOR))
    meter.charge(act_of("record", POOR))
    left = meter.points_of(POOR)
    with pytest.raises(NotEnoughPoints, match=f"has {left} points for an act that costs {RECORD_POINTS}"):
        meter.charge(act_of("record", POOR))
    assert meter.points_of(POOR) == left
    meter.charge(Act(POOR, cpu=left // FLOOR, size_bytes=0))
    with pytest.raises(NotEnoughPoints):
        meter.admit(Act(POOR, cpu=1, size_bytes=0))


def test_an_account_without_stake_has_no_points(state: DposState) -> None:
    meter = open_meter(state)
    assert meter.points_of(b"\xcc" * 20) == 0
    with pytest.raises(NotEnoughPoints):
        meter.charge(act_of("record", b"\xcc" * 20))
    assert meter.charge(act_of("record", b"\xcc" * 20, payer=PAYER)) > 0


def test_a_payer_pays_instead_of_the_sender(state: DposState) -> None:
    meter = open_meter(state)
    cost = meter.charge(act_of("record", POOR, payer=PAYER))
    assert cost == (1_500 + 277) * FLOOR
    assert meter.points_of(POOR) == stake_points(state, POOR)
    assert meter.points_of(PAYER) == stake_points(state, PAYER) - cost
    with pytest.raises(NotEnoughPoints):
        meter.charge(act_of("record", PAYER, payer=b"\xcc" * 20))


def test_points_come_back_within_a_week_and_never_exceed_the_stake(state: DposState) -> None:
    meter = open_meter(state)
    meter.charge(act_of("record", POOR))
    meter.charge(act_of("record", POOR))
    closed, spent_s = meter.close(), state.timestamp_s + 3
    whole = stake_points(state, POOR)
    left = whole - 2 * RECORD_POINTS
    for seconds_s in (0, 1, 1_000):
        expected = left + whole * seconds_s // WEEK_S
        assert POLICY.points_of(closed, state, POOR, spent_s + seconds_s) == expected
    full_s = -(-2 * RECORD_POINTS * WEEK_S // whole)
    assert POLICY.points_of(closed, state, POOR, spent_s + full_s - 1) < whole
    assert POLICY.points_of(closed, state, POOR, spent_s + full_s) == whole
    assert POLICY.points_of(closed, state, POOR, spent_s + 10 * WEEK_S) == whole


@given(st.integers(0, 10**24), st.integers(0, 10**24), st.integers(0, 2 * WEEK_S))
def test_regeneration_is_a_share_of_the_stake(stake: int, spent: int, elapsed_s: int) -> None:
    points = max(0, stake - spent)
    expected = min(Fraction(stake), points + Fraction(stake * elapsed_s, WEEK_S))
    assert regenerated(PARAMETERS, Purse(points, 100), stake, 100 + elapsed_s) == expected.__floor__()


def test_staking_brings_points_that_pay_for_itself(state: DposState) -> None:
    newcomer = b"\xcc" * 20
    meter = open_meter(state)
    cost = meter.admit(act_of("stake", newcomer, stake_change_sat=10**9))
    with pytest.raises(NotEnoughPoints):
        meter.admit(act_of("stake", newcomer, stake_change_sat=cost // POINTS_PER_SAT))
    meter.charge(act_of("stake", newcomer, stake_change_sat=10**9))
    assert meter.points_of(newcomer) == 10**9 * POINTS_PER_SAT - cost
    after = stake(PARAMETERS, deposit(state, newcomer, 10**9, "newcomer"), newcomer, 10**9)
    assert POLICY.points_of(meter.close(), after, newcomer, state.timestamp_s + 3) == 10**13 - cost


def test_unstaking_cuts_points_to_the_stake_that_is_left(state: DposState) -> None:
    stake_sat = state.stake_sat(POOR)
    meter = open_meter(state)
    with pytest.raises(NotEnoughPoints):
        meter.charge(act_of("unstake", POOR, stake_change_sat=-stake_sat))
    half_sat = stake_sat // 2
    cost = meter.charge(act_of("unstake", POOR, stake_change_sat=-half_sat))
    assert meter.points_of(POOR) == (stake_sat - half_sat) * POINTS_PER_SAT - cost
    after = unstake(PARAMETERS, state, POOR, half_sat)
    closed = meter.close()
    assert POLICY.points_of(closed, after, POOR, state.timestamp_s + 3) == meter.points_of(POOR)
    full = POLICY.points_of(closed, after, POOR, state.timestamp_s + WEEK_S + 3)
    assert full == (stake_sat - half_sat) * POINTS_PER_SAT


def test_a_failed_act_costs_the_same_and_changes_no_stake(state: DposState) -> None:
    done, failed = open_meter(state), open_meter(state)
    act = act_of("unstake", POOR, stake_change_sat=-state.stake_sat(POOR) // 2)
    cost = done.charge(act)
    assert failed.charge(act, executed=False) == cost
    assert failed.points_of(POOR) == stake_points(state, POOR) - cost
    assert failed.usage == done.usage
    with pytest.raises(NotEnoughPoints, match="points left for"):
        failed.charge(act_of("stake", b"\xcc" * 20, stake_change_sat=10**9), executed=False)


def test_several_stake_changes_of_a_block_add_up(state: DposState) -> None:
    newcomer = b"\xcc" * 20
    meter = open_meter(state)
    costs = [meter.charge(act_of("stake", newcomer, stake_change_sat=10**9)) for _ in range(3)]
    assert meter.points_of(newcomer) == 3 * 10**13 - sum(costs)
    costs.append(meter.charge(act_of("unstake", newcomer, stake_change_sat=-(10**9))))
    assert meter.points_of(newcomer) == min(2 * 10**13, 3 * 10**13 - sum(costs[:3])) - costs[3]


def test_a_branch_has_its_own_points(state: DposState) -> None:
    opening = POLICY.opening_state(state)
    one, other = open_meter(state, opening), open_meter(state, opening)
    one.charge(act_of("record", POOR))
    closed = one.close()
    other.charge(act_of("transfer", RICH))
    assert POLICY.points_of(other.close(), state, POOR, OPENING_S + 3) == stake_points(state, POOR)
    assert POLICY.points_of(closed, state, POOR, OPENING_S + 3) < stake_points(state, POOR)
    assert POLICY.state_root(closed) != POLICY.state_root(other.close())
    assert POLICY.state_root(opening) == POLICY.state_root(POLICY.opening_state(state))


@pytest.mark.parametrize("blocks", [0, 1, 2, 30, 300])
@pytest.mark.parametrize("price", [FLOOR, 4 * FLOOR, 10**6 * FLOOR])
def test_idle_prices_equal_block_by_block(state: DposState, blocks: int, price: int) -> None:
    fee_state = PointsState(price, FLOOR, 2_000_000, 0, POLICY.opening_state(state).purses)
    expected, parent = fee_state, state
    for _ in range(blocks):
        meter = POLICY.open_block(expected, parent, parent.timestamp_s + 3)
        expected = meter.close()
        parent, _payouts = PROTOCOL.apply(parent, PROTOCOL.next_proposal(parent), 0)
    assert POLICY.pass_idle(fee_state, state, blocks) == expected


def test_a_year_of_idle_prices_follows_the_supply(state: DposState) -> None:
    tip, stretch = PROTOCOL.advance_idle(state, state.timestamp_s + 365 * 86_400)
    assert stretch is not None
    fee_state = POLICY.pass_idle(POLICY.opening_state(state), state, stretch.count)
    last_reward_sat = 23 * MED_UNITS_PER_MED
    supply_points = (tip.supply_sat - last_reward_sat) * POINTS_PER_SAT
    assert fee_state.cpu_price == pytest.approx(price_floor(PARAMETERS, supply_points, 3_000_000), abs=1)
    assert fee_state.cpu_price > FLOOR * 1.04


def test_an_unknown_kind_of_act_is_refused() -> None:
    assert {act_of(kind, RICH).cpu for kind in ACT_CPU_AND_BYTES} == {1_000, 1_500}
    with pytest.raises(ProtocolError, match="not 'mint'"):
        act_of("mint", RICH)
