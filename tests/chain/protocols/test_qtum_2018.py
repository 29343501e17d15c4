"""The whole protocol: payments to the unit, conservation, maturity, and idle stretches equal to block by
block.
"""

from __future__ import annotations

import gc
import math
import tracemalloc
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.hashing import sha256d
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, ProtocolError, Staker
from chain.protocols.qtum.coins import Coin
from chain.protocols.qtum.forging import forge, owned
from chain.protocols.qtum.parameters import QTUM_2018, QtumParameters
from chain.protocols.qtum.state import QtumState
from chain.protocols.qtum_2018 import Kernel, Qtum2018
from chain.units import SATOSHI_PER_QTUM

OPENING_S = 1_538_319_608
SEED = b"\x01" * 32
MINIATURE = QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18)
COINS_QTUM = [[5_000, 4_000, 250, 130], [1_000] * 6, [300] * 8, [110, 100, 60, 50, 40]]


def open_state(
    protocol: Qtum2018, stakers: Sequence[Staker], *, burn_in_blocks: int = 40, seed: bytes = SEED
) -> QtumState:
    return protocol.opening_state(
        stakers, number=250_000, timestamp_s=OPENING_S, burn_in_blocks=burn_in_blocks, seed=seed
    )


def stakers_of(coins_qtum: Sequence[Sequence[int]]) -> list[Staker]:
    return [
        Staker(f"s{owner}", bytes([owner + 1]) * 20, tuple(value * SATOSHI_PER_QTUM for value in coins))
        for owner, coins in enumerate(coins_qtum)
    ]


def equal_stakers(owners: int, coins: int, value_qtum: int = 20_000) -> list[Staker]:
    return stakers_of([[value_qtum] * coins] * owners)


def everything(protocol: Qtum2018, state: QtumState) -> tuple[object, ...]:
    """What a state is, with the order in which coins will be drawn."""
    return (
        protocol.state_root(state),
        list(state.coins.coins()),
        list(state.producers),
        protocol.stakes_sat(state),
        protocol.mature_stakes_sat(state),
        protocol.mature_sat_blocks(state),
        state.bits,
        state.timestamp_s,
    )


def test_it_is_a_consensus_protocol() -> None:
    protocol: ConsensusProtocol = Qtum2018()
    assert (protocol.name, protocol.gas_limit_gas, protocol.minimum_gas_price_sat) == (
        "qtum-2018",
        40_000_000,
        40,
    )
    assert protocol.block_limit_bytes == 2_000_000


def test_the_opening_stands_on_the_grid_with_all_coins_and_burn_in_subsidies() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM))
    assert (state.number, state.timestamp_s) == (250_000, OPENING_S - 8)
    staked_sat = sum(map(sum, COINS_QTUM)) * SATOSHI_PER_QTUM
    assert protocol.coins_sat(state) == staked_sat + 40 * 4 * SATOSHI_PER_QTUM
    assert protocol.subsidies_sat(state) == protocol.fees_reissued_sat(state) == 0
    assert set(protocol.mature_sat_blocks(state).values()) == {0}
    assert sum(protocol.mature_stakes_sat(state).values()) < protocol.coins_sat(state)
    assert all(coin.time_s % 16 == 0 for coin in state.coins.coins())


def test_another_seed_gives_another_chain_and_the_same_seed_the_same() -> None:
    protocol, stakers = Qtum2018(parameters=MINIATURE), stakers_of(COINS_QTUM)
    roots = [protocol.state_root(open_state(protocol, stakers, seed=bytes([n]) * 32)) for n in (1, 1, 2)]
    assert roots[0] == roots[1] != roots[2]


@settings(max_examples=25)
@given(
    seed=st.binary(min_size=32, max_size=32),
    kernel=st.sampled_from(["sampled", "hashed"]),
    cuts=st.lists(st.integers(0, 20_000), max_size=4),
    span_s=st.integers(0, 20_000),
)
def test_an_idle_stretch_equals_block_by_block_wherever_it_is_cut(
    seed: bytes, kernel: Kernel, cuts: list[int], span_s: int
) -> None:
    protocol = Qtum2018(kernel, MINIATURE)
    opening = open_state(protocol, stakers_of(COINS_QTUM), burn_in_blocks=15, seed=seed)
    end_s = OPENING_S + span_s
    single, subsidy_sat, paid, made = opening, 0, Counter[str](), Counter[str]()
    while (proposal := protocol.next_proposal(single)).timestamp_s <= end_s:
        single, payouts = protocol.apply(single, proposal, 0)
        subsidy_sat += payouts.subsidy_sat
        paid.update(payouts.by_owner_sat)
        made[proposal.producer_id] += 1
    whole, stretch = protocol.advance_idle(opening, end_s)
    pieces = opening
    for cut_s in [*sorted(OPENING_S + cut for cut in cuts if cut < span_s), end_s]:
        pieces, _part = protocol.advance_idle(pieces, cut_s)
    assert everything(protocol, single) == everything(protocol, whole) == everything(protocol, pieces)
    if stretch is None:
        assert whole is opening
        assert not made
        return
    assert stretch.count == sum(made.values()) == stretch.last_number - stretch.first_number + 1
    assert (dict(made), dict(paid), subsidy_sat) == (
        stretch.blocks_by_owner,
        stretch.subsidy_by_owner_sat,
        stretch.subsidy_sat,
    )
    assert (stretch.parent_timestamp_s, stretch.last_timestamp_s) == (opening.timestamp_s, whole.timestamp_s)
    assert stretch.first_timestamp_s == protocol.next_proposal(opening).timestamp_s


def test_an_idle_stretch_with_real_parameters_equals_block_by_block() -> None:
    protocol = Qtum2018()
    opening = open_state(protocol, equal_stakers(12, 50), burn_in_blocks=520)
    whole, stretch = protocol.advance_idle(opening, OPENING_S + 200_000)
    assert stretch is not None
    assert stretch.count > 1_000
    single = opening
    for _ in range(stretch.count):
        single, _payouts = protocol.apply(single, protocol.next_proposal(single), 0)
    assert everything(protocol, single) == everything(protocol, whole)


def test_a_stretch_ends_at_a_height_where_one_is_named() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    opening = open_state(protocol, stakers_of(COINS_QTUM))
    state, stretch = protocol.advance_idle(opening, OPENING_S + 10**6, opening.number + 7)
    assert stretch is not None
    assert (state.number, stretch.count) == (250_007, 7)
    assert protocol.advance_idle(state, OPENING_S + 10**6, opening.number + 7) == (state, None)


@settings(max_examples=20)
@given(
    seed=st.binary(min_size=32, max_size=32), fees=st.lists(st.integers(0, 10**12), min_size=30, max_size=60)
)
def test_coins_are_conserved_and_time_moves_on_the_grid_in_every_block(seed: bytes, fees: list[int]) -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM), seed=seed)
    opening_sat = protocol.coins_sat(state)
    for fees_sat in fees:
        proposal = protocol.next_proposal(state)
        follower, payouts = protocol.apply(state, proposal, fees_sat)
        paid_sat = payouts.subsidy_sat + payouts.fees_sat
        assert (payouts.subsidy_sat, payouts.fees_sat) == (4 * SATOSHI_PER_QTUM, fees_sat)
        assert sum(payouts.by_owner_sat.values()) == paid_sat
        assert protocol.coins_sat(follower) == protocol.coins_sat(state) + paid_sat
        assert sum(coin.value_sat for coin in follower.coins.coins()) == protocol.coins_sat(follower)
        before, after = protocol.stakes_sat(state), protocol.stakes_sat(follower)
        gains = {owner: after[owner] - before[owner] for owner in before if after[owner] != before[owner]}
        assert gains == payouts.by_owner_sat
        assert follower.timestamp_s == proposal.timestamp_s == state.timestamp_s + proposal.interval_s
        assert proposal.interval_s > 0 == proposal.interval_s % 16
        state = follower
    issued_sat = protocol.subsidies_sat(state) + protocol.fees_reissued_sat(state)
    assert protocol.fees_reissued_sat(state) == sum(fees)
    assert protocol.coins_sat(state) == opening_sat + issued_sat


def test_a_state_that_was_followed_is_unchanged() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM))
    before = everything(protocol, state)
    protocol.apply(state, protocol.next_proposal(state), 5)
    protocol.advance_idle(state, OPENING_S + 10_000)
    assert everything(protocol, state) == before


def test_nine_parts_go_to_the_producers_of_blocks_500_to_508_before() -> None:
    protocol = Qtum2018()
    state = open_state(protocol, equal_stakers(11, 60), burn_in_blocks=0)
    producers: list[str] = []
    for position in range(1, 520):
        proposal = protocol.next_proposal(state)
        state, payouts = protocol.apply(state, proposal, 7)
        producers.append(proposal.producer_id)
        expected = Counter({proposal.producer_id: 400_000_007})
        if position > 508:
            expected = Counter({proposal.producer_id: 40_000_007})
            expected.update(dict.fromkeys(producers, 0))
            for offset in range(500, 509):
                expected[producers[position - 1 - offset]] += 40_000_000
        assert payouts.by_owner_sat == {owner: paid for owner, paid in expected.items() if paid}


def test_the_winner_is_split_in_two_and_its_small_coins_are_swept() -> None:
    protocol = Qtum2018(parameters=replace(MINIATURE, first_shared_block=10**9))
    state = open_state(protocol, stakers_of([[1_000] * 11 + [60, 50, 99, 100]]), burn_in_blocks=0)
    proposal = replace(protocol.next_proposal(state), coin=_coins_of(state, 1_000)[0])
    follower, _payments = forge(protocol.parameters, owned(state), proposal, 123)
    made = [coin for coin in follower.coins.coins() if coin.number == follower.number]
    swept_sat = (1_000 + 60 + 50 + 99 + 4) * SATOSHI_PER_QTUM + 123
    half_sat = swept_sat // 2 // 10**6 * 10**6
    assert [coin.value_sat for coin in made] == [half_sat, swept_sat - half_sat]
    assert [coin.output for coin in made] == [1, 2]
    assert {coin.time_s for coin in made} == {proposal.timestamp_s}
    assert len(_coins_of(follower, 100)) == 1


def test_below_the_split_threshold_one_coin_stays_one() -> None:
    protocol = Qtum2018(parameters=replace(MINIATURE, first_shared_block=10**9))
    state = open_state(protocol, stakers_of([[1_000] * 11, [195], [196]]), burn_in_blocks=0)
    for value_qtum, outputs in [(195, 1), (196, 2)]:
        proposal = replace(protocol.next_proposal(state), coin=_coins_of(state, value_qtum)[0])
        follower, _payments = forge(protocol.parameters, owned(state), proposal, 0)
        assert sum(coin.number == follower.number for coin in follower.coins.coins()) == outputs


def test_at_most_a_hundred_inputs_are_combined() -> None:
    protocol = Qtum2018(parameters=replace(MINIATURE, first_shared_block=10**9))
    state = open_state(protocol, stakers_of([[1_000] * 11 + [1] * 150]), burn_in_blocks=0)
    proposal = replace(protocol.next_proposal(state), coin=_coins_of(state, 1_000)[0])
    follower, _payments = forge(protocol.parameters, owned(state), proposal, 0)
    assert len(_coins_of(follower, 1)) == 150 - 99


def test_a_coin_that_staked_rests_until_it_has_matured() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM))
    for _ in range(60):
        proposal = protocol.next_proposal(state)
        assert proposal.number - proposal.coin.number >= MINIATURE.maturity_blocks
        assert all(state.number + 1 - coin.number >= 10 for coin in state.coins.mature_coins())
        state, _payouts = protocol.apply(state, proposal, 0)
        resting = [c for c in state.coins.coins() if state.number + 1 - c.number < 10]
        assert not {coin.serial for coin in resting} & {coin.serial for coin in state.coins.mature_coins()}


def test_the_modifier_chains_the_winning_coins() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM))
    proposal = protocol.next_proposal(state)
    follower, _payouts = protocol.apply(state, proposal, 0)
    assert follower.modifier == proposal.randomness == sha256d(proposal.coin.transaction + state.modifier)


def test_the_environment_names_fee_account_randomness_and_the_state_before() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM))
    proposal = protocol.next_proposal(state)
    environment = protocol.environment(
        state, proposal, parent_hash=b"p" * 32, parent_identity=b"i" * 32, gas_limit_gas=7_000_000
    )
    assert environment.coinbase == FEE_ACCOUNT
    assert environment.mix_hash == proposal.modifier
    assert environment.extra_data == protocol.state_root(state)
    assert (environment.number, environment.timestamp_s) == (250_001, proposal.timestamp_s)
    assert (environment.parent_hash, environment.parent_identity) == (b"p" * 32, b"i" * 32)
    assert environment.gas_limit_gas == 7_000_000


def test_the_root_tells_states_apart() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of(COINS_QTUM))
    robbed = owned(state)
    robbed.coins.spend(next(robbed.coins.mature_coins()), state.number)
    others = [
        robbed,
        replace(state, number=1),
        replace(state, timestamp_s=16),
        replace(state, bits=state.bits + 1),
        replace(state, modifier=bytes(32)),
        replace(state, seed=bytes(32)),
        replace(state, owners=state.owners[:-1]),
        replace(state, producers=deque([0])),
        replace(state, subsidies_sat=1),
        replace(state, fees_reissued_sat=1),
    ]
    roots = [protocol.state_root(each) for each in [state, owned(state), *others]]
    assert roots[0] == roots[1]
    assert len(set(roots[1:])) == len(others) + 1


def test_sampled_and_hashed_chains_agree_in_distribution() -> None:
    """Intervals (Kolmogorov and Smirnov) and winners, over chains in which every rule is at work."""
    blocks = 1_000
    intervals: dict[str, list[int]] = {}
    made: dict[str, Counter[str]] = {}
    for kernel in ("sampled", "hashed"):
        protocol = Qtum2018(kernel, MINIATURE)  # type: ignore[arg-type]
        state = open_state(protocol, stakers_of([[4_000] * 4, [2_000] * 5, [500] * 6]), seed=b"\x09" * 32)
        intervals[kernel], made[kernel] = [], Counter()
        for _ in range(blocks):
            proposal = protocol.next_proposal(state)
            intervals[kernel].append(proposal.interval_s)
            made[kernel][proposal.producer_id] += 1
            state, _payouts = protocol.apply(state, proposal, 0)
    steps = np.arange(0, 3_000, 16)
    shares = [
        np.searchsorted(np.sort(intervals[kernel]), steps, side="right") / blocks for kernel in intervals
    ]
    assert np.abs(shares[0] - shares[1]).max() < 2.23 * math.sqrt(2 / blocks)  # chance of more: 1 in 10,000
    for owner in ("s0", "s1", "s2"):
        difference = made["sampled"][owner] - made["hashed"][owner]
        assert abs(difference) < 4 * math.sqrt(made["sampled"][owner] + made["hashed"][owner])
    assert len(made["sampled"]) == 3


def test_producers_follow_mature_weight_and_not_total_stake() -> None:
    """A few huge coins rest most of the time: their owner makes far fewer blocks than its stake would
    suggest.
    """
    protocol = Qtum2018()
    whale, others = [1_000_000] * 12, [[10_000] * 60] * 10
    opening = open_state(protocol, stakers_of([whale, *others]), burn_in_blocks=1_000)
    state, made = opening, Counter[str]()
    expected, variance = Counter[str](), Counter[str]()
    while state.number < opening.number + 4_000:
        total_sat = state.coins.mature_sat
        for owner, weight_sat in protocol.mature_stakes_sat(state).items():
            expected[owner] += weight_sat / total_sat
            variance[owner] += weight_sat / total_sat * (1 - weight_sat / total_sat)
        state, stretch = protocol.advance_idle(state, OPENING_S + 10**9, state.number + 1)
        assert stretch is not None
        made.update(stretch.blocks_by_owner)
    for owner in expected:
        assert abs(made[owner] - expected[owner]) < 4 * math.sqrt(variance[owner])
    stake_share = protocol.stakes_sat(opening)["s0"] / protocol.coins_sat(opening)
    assert stake_share > 0.6
    assert made["s0"] < 4_000 * stake_share - 4 * math.sqrt(4_000 * stake_share)
    summed = protocol.mature_sat_blocks(state)
    assert summed["s0"] / sum(summed.values()) == pytest.approx(expected["s0"] / 4_000, rel=0.2)


def test_memory_does_not_grow_with_blocks() -> None:
    """Once coins are too small to be split, their number stays within what values and maturity allow."""
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol, stakers_of([[300] * 12] * 5), burn_in_blocks=3_000)

    def size(blocks: int) -> tuple[int, int]:
        nonlocal state
        for _ in range(4):
            state, _stretch = protocol.advance_idle(state, OPENING_S + 10**9, state.number + blocks // 4)
        gc.collect()
        return sum(1 for _ in state.coins.coins()), tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        _coins, early_bytes = size(1_000)
        coins, late_bytes = size(3_000)
    finally:
        tracemalloc.stop()
    largest_possible = protocol.coins_sat(state) // (98 * SATOSHI_PER_QTUM) + 5 * 400 + 11 * 10
    assert coins < largest_possible
    assert late_bytes - early_bytes < 2_000 * coins


def test_beyond_the_last_halving_blocks_issue_nothing_and_go_on() -> None:
    protocol = Qtum2018(parameters=replace(MINIATURE, halving_interval_blocks=10, halvings=2))
    state = open_state(protocol, stakers_of(COINS_QTUM))
    state, stretch = protocol.advance_idle(state, OPENING_S + 10**6, state.number + 10)
    assert stretch is not None
    assert (stretch.subsidy_sat, stretch.subsidy_by_owner_sat) == (0, {})


@pytest.mark.parametrize(
    ("few", "one_more"),
    [([[20_000] * 25] * 20, [100]), ([[20_000, 1, 1] * 20] * 25, [1]), ([[1] * 101] * 250, [1])],
    ids=["large", "mixed", "small"],
)
def test_too_few_coins_would_stop_the_chain_and_are_refused(
    few: list[list[int]], one_more: list[int]
) -> None:
    with pytest.raises(ProtocolError, match="can make 500 blocks before all of them rest"):
        open_state(Qtum2018(), stakers_of(few))
    state = open_state(Qtum2018(), stakers_of([*few, one_more]), burn_in_blocks=1_200)
    assert Qtum2018().next_proposal(state).number == 250_001


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 5_039}, "staking starts after block 5000"),
        ({"burn_in_blocks": -1}, "at least 0 blocks, not -1"),
        ({"seed": b"short"}, "32 bytes, not 5"),
        ({"stakers": stakers_of(COINS_QTUM) * 2}, "share an owner id"),
        ({"stakers": [Staker("a", bytes(20), (0,)), *stakers_of(COINS_QTUM)]}, "at least 1 satoshi"),
        ({"stakers": []}, "can make 0 blocks"),
    ],
)
def test_an_opening_that_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    arguments: dict[str, object] = {
        "stakers": stakers_of(COINS_QTUM),
        "number": 250_000,
        "timestamp_s": OPENING_S,
        "burn_in_blocks": 40,
        "seed": SEED,
    } | change
    with pytest.raises(ProtocolError, match=words):
        Qtum2018(parameters=MINIATURE).opening_state(**arguments)  # type: ignore[arg-type]


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(ProtocolError, match="sampled, hashed, not 'guessed'"):
        Qtum2018("guessed")  # type: ignore[arg-type]


def test_the_real_parameters_are_those_of_mainnet() -> None:
    assert (QTUM_2018.spacing_s, QTUM_2018.grid_s, QTUM_2018.maturity_blocks) == (128, 16, 500)
    assert (QTUM_2018.retarget_interval, QTUM_2018.late_retarget_interval) == (7, 31)


def _coins_of(state: QtumState, value_qtum: int) -> list[Coin]:
    return [coin for coin in sorted(state.coins.coins()) if coin.value_sat == value_qtum * SATOSHI_PER_QTUM]
