"""All blocks that may follow a state, not the first alone: where forks come from."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from chain.hashing import sha256d
from chain.protocols.protocol import NoEligibleCoins, ProtocolError, Staker
from chain.protocols.qtum.compact import target_from_compact, work_of
from chain.protocols.qtum.forging import owned
from chain.protocols.qtum.kernel import kernel_prefix
from chain.protocols.qtum.parameters import QTUM_2018, QTUM_2021, QtumParameters
from chain.protocols.qtum.protocol import Qtum
from chain.protocols.qtum.state import QtumProposal, QtumState
from chain.protocols.qtum_2018 import KERNELS, Kernel, Qtum2018
from chain.protocols.qtum_2021 import Qtum2021
from chain.units import SATOSHI_PER_QTUM

OPENING_S = 1_538_319_608
MINIATURE = QtumParameters(maturity_blocks=10, oldest_sharer_offset_blocks=18)
COINS_QTUM = [[5_000, 4_000, 250, 130], [1_000] * 6, [300] * 8, [110, 100, 60, 50, 40]]


def open_state(protocol: Qtum, number: int = 250_000) -> QtumState:
    stakers = [
        Staker(f"s{owner}", bytes([owner + 1]) * 20, tuple(value * SATOSHI_PER_QTUM for value in coins))
        for owner, coins in enumerate(COINS_QTUM)
    ]
    return protocol.opening_state(
        stakers, number=number, timestamp_s=OPENING_S, burn_in_blocks=15, seed=b"\x01" * 32
    )


def first(protocol: Qtum, state: QtumState, count: int) -> list[QtumProposal]:
    return list(itertools.islice(protocol.contenders(state), count))


@pytest.mark.parametrize("kernel", KERNELS)
def test_contenders_come_in_order_and_the_first_is_the_next_proposal(kernel: Kernel) -> None:
    protocol = Qtum2018(kernel, MINIATURE)
    state = open_state(protocol)
    for _ in range(20):
        contenders = first(protocol, state, 12)
        assert contenders[0] is protocol.next_proposal(state)
        assert [each.made_s for each in contenders] == sorted(each.made_s for each in contenders)
        assert [each.place for each in contenders] == list(range(12))
        assert len({(each.timestamp_s, each.coin) for each in contenders}) == 12
        for each in contenders:
            assert 0 <= each.made_s - each.timestamp_s < 3
            assert each.timestamp_s == state.timestamp_s + each.interval_s
            assert each.interval_s % 16 == 0 < each.interval_s
            assert each.difficulty_bits == state.bits
        assert first(protocol, state, 12) == contenders == first(protocol, owned(state), 12)
        state, _payouts = protocol.apply(state, contenders[0], 0)


def test_two_coins_that_win_one_step_give_two_blocks_of_one_time() -> None:
    """With a target at which every coin wins, each step has all coins once."""
    protocol = Qtum2018("hashed", replace(MINIATURE, target_limit=2**256 - 1))
    state = replace(open_state(protocol), bits=0x207FFFFF)
    coins = sorted(state.coins.mature_coins())
    contenders = first(protocol, state, 2 * len(coins))
    assert {each.interval_s for each in contenders[: len(coins)]} == {16}
    assert sorted(each.coin for each in contenders[: len(coins)]) == coins
    assert {each.interval_s for each in contenders[len(coins) :]} == {32}


def test_hashed_contenders_are_exactly_the_hashes_below_the_target() -> None:
    protocol = Qtum2018("hashed", MINIATURE)
    state = open_state(protocol)
    contenders = first(protocol, state, 25)
    steps = contenders[-1].interval_s // 16
    target = target_from_compact(state.bits)
    wins = {
        (state.timestamp_s + 16 * step, coin)
        for step in range(1, steps + 1)
        for coin in state.coins.mature_coins()
        if int.from_bytes(
            sha256d(
                kernel_prefix(coin, state.modifier) + (state.timestamp_s + 16 * step).to_bytes(4, "little")
            ),
            "little",
        )
        <= target * coin.value_sat
    }
    named = {(each.timestamp_s, each.coin) for each in contenders}
    assert named <= wins
    assert {win for win in wins if win[0] < contenders[-1].timestamp_s} <= named


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_contender_can_follow(kernel: Kernel) -> None:
    protocol = Qtum2018(kernel, MINIATURE)
    state = open_state(protocol)
    before = protocol.state_root(state)
    contenders = first(protocol, state, 10)
    followers = [protocol.apply(state, each, 7)[0] for each in contenders]
    again = [protocol.apply(open_state(protocol), each, 7)[0] for each in reversed(contenders)]
    assert [protocol.state_root(each) for each in followers] == [
        protocol.state_root(each) for each in reversed(again)
    ]
    for proposal, follower in zip(contenders, followers, strict=True):
        assert follower.timestamp_s == proposal.timestamp_s
        assert protocol.weight(follower) == protocol.weight(state) + work_of(proposal.difficulty_bits)
        assert protocol.next_proposal(follower).number == state.number + 2
        assert protocol.coins_sat(follower) == protocol.coins_sat(state) + 4 * SATOSHI_PER_QTUM + 7
    assert len({protocol.state_root(each) for each in followers}) == len(followers)
    assert protocol.state_root(state) == before


def test_contenders_go_on_after_one_of_them_was_followed() -> None:
    """Whoever has not heard of the first block still races on its parent, for the same blocks."""
    protocol = Qtum2018(parameters=MINIATURE)
    expected = first(protocol, open_state(protocol), 8)
    state = open_state(protocol)
    contenders, seen = protocol.contenders(state), []
    for _ in range(8):
        seen.append(next(contenders))
        follower, _payouts = protocol.apply(state, seen[-1], 0)
        protocol.advance_idle(follower, follower.timestamp_s + 10_000)
    assert seen == expected


def test_another_states_contender_is_refused() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol)
    one, two = (protocol.apply(state, each, 0)[0] for each in first(protocol, state, 2))
    for foreign in first(protocol, two, 6):
        with pytest.raises(ProtocolError, match="250002 does not follow from block 250001"):
            protocol.apply(one, foreign, 0)
        protocol.apply(two, foreign, 0)


@pytest.mark.parametrize("place", [1, 3])
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_later_contender_forged_in_any_field_is_refused(kernel: Kernel, place: int) -> None:
    protocol = Qtum2018(kernel, MINIATURE)
    state = open_state(protocol)
    proposal = first(protocol, state, place + 1)[place]
    other = next(coin for coin in state.coins.mature_coins() if coin != proposal.coin)
    forgeries: dict[str, object] = {
        "timestamp_s": proposal.timestamp_s + 16,
        "interval_s": proposal.interval_s - 16,
        "producer_id": "s9",
        "difficulty_bits": proposal.difficulty_bits + 1,
        "modifier": b"\x09" * 32,
        "coin": other,
        "place": place + 1,
        "published_after_ms": 3_000,
    }
    for name, value in forgeries.items():
        with pytest.raises(ProtocolError, match="does not follow from block 250000: it differs"):
            protocol.apply(state, replace(proposal, **{name: value}), 0)  # type: ignore[arg-type]
    protocol.apply(state, replace(proposal), 0)


def test_a_place_that_nobody_will_ever_reach_is_refused_at_once() -> None:
    protocol = Qtum2018(parameters=MINIATURE)
    state = open_state(protocol)
    with pytest.raises(ProtocolError, match="it differs"):
        protocol.apply(state, replace(protocol.next_proposal(state), place=10**12), 0)
    with pytest.raises(ProtocolError, match="in place$"):
        protocol.apply(state, replace(protocol.next_proposal(state), place=-1), 0)


@pytest.mark.parametrize("kernel", KERNELS)
def test_where_every_coin_rests_nothing_can_follow(kernel: Kernel) -> None:
    protocol = Qtum2018(kernel, MINIATURE)
    state = open_state(protocol)
    proposal = protocol.next_proposal(state)
    resting = owned(state)
    for coin in list(resting.coins.mature_coins()):
        resting.coins.spend(coin, state.number)
    assert not list(protocol.contenders(resting))
    for _ in range(2):
        with pytest.raises(NoEligibleCoins, match="none is mature"):
            protocol.next_proposal(resting)
    with pytest.raises(NoEligibleCoins):
        protocol.apply(resting, proposal, 0)


def test_work_is_the_mean_number_of_tries_as_nodes_count_it() -> None:
    """Against the form that nodes compute in 256 bits: ~target / (target + 1) + 1."""
    for bits in (0x1D00FFFF, 0x1B0404CB, 0x03000001, 0x207FFFFF, 0x1A05DB8B):
        target = target_from_compact(bits)
        assert work_of(bits) == (2**256 - 1 - target) // (target + 1) + 1
    assert work_of(0x1D00FFFF) == 4_295_032_833  # of Bitcoin's first block, as everybody knows it


@pytest.mark.parametrize(
    ("protocol", "number", "depth"), [(Qtum2018(), 250_000, 500), (Qtum2021(), 850_000, 2_000)]
)
def test_a_node_gives_up_no_block_from_maturity_below_its_tip(
    protocol: Qtum, number: int, depth: int
) -> None:
    parameters = {250_000: QTUM_2018, 850_000: QTUM_2021}[number]
    assert protocol.parameters == parameters
    assert parameters.deepest_fork_blocks == parameters.maturity_blocks == depth
    quick = Qtum2018(parameters=replace(MINIATURE, deepest_fork_blocks=depth))
    state = open_state(quick)
    assert quick.final_number(state) == state.number - depth
    assert quick.validators(state) == ["s0", "s1", "s2", "s3"]
