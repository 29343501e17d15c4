"""Shorter blocks and delegation: every rule against an independent reckoning."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.protocols.protocol import ConsensusProtocol, NoEligibleCoins, ProtocolError, Staker
from chain.protocols.qtum.coins import Coin
from chain.protocols.qtum.compact import compact_from_target, target_from_compact
from chain.protocols.qtum.forging import forge, owned
from chain.protocols.qtum.parameters import QTUM_2018, QTUM_2021
from chain.protocols.qtum.retarget import next_bits, target_limit
from chain.protocols.qtum.rewards import issued_by_sat, split_delegated, subsidy_sat
from chain.protocols.qtum.state import QtumProposal, QtumState
from chain.protocols.qtum_2021 import Qtum2021
from chain.units import SATOSHI_PER_QTUM

OPENING_S = 1_640_995_202
FIRST = 845_000
MINIATURE = replace(QTUM_2021, maturity_blocks=10)
COINS_QTUM = {
    "big": [4_000] * 16,
    "alone": [1_000] * 16 + [60, 40],
    "small": [3_000, 150, 99, 50],
    "other": [2_500, 100],
}
FEES_PERCENT = {"small": 10, "other": 33}


def stakers_of(fees_percent: dict[str, int]) -> list[Staker]:
    return [
        Staker(
            name,
            bytes([index + 1]) * 20,
            tuple(value * SATOSHI_PER_QTUM for value in coins),
            "big" if name in fees_percent else None,
            fees_percent.get(name, 10),
        )
        for index, (name, coins) in enumerate(COINS_QTUM.items())
    ]


def open_state(
    protocol: Qtum2021,
    *,
    burn_in_blocks: int = 0,
    seed: bytes = b"\x01" * 32,
    fees: dict[str, int] | None = None,
) -> QtumState:
    return protocol.opening_state(
        stakers_of(FEES_PERCENT if fees is None else fees),
        number=850_000,
        timestamp_s=OPENING_S,
        burn_in_blocks=burn_in_blocks,
        seed=seed,
    )


def with_coin(state: QtumState, proposal: QtumProposal, owner: str, value_qtum: int) -> QtumProposal:
    """Return a proposal as if another coin had won at the same time."""
    index = [each.owner_id for each in state.owners].index(owner)
    found = [
        coin
        for coin in state.coins.coins()
        if coin.owner == index and coin.value_sat == value_qtum * SATOSHI_PER_QTUM
    ]
    return replace(proposal, coin=min(found))


def made(state: QtumState) -> list[Coin]:
    return [coin for coin in state.coins.coins() if coin.number == state.number]


def test_it_is_a_consensus_protocol_with_the_numbers_of_mainnet() -> None:
    protocol: ConsensusProtocol = Qtum2021()
    assert (protocol.name, protocol.gas_limit_gas, protocol.minimum_gas_price_sat) == (
        "qtum-2021",
        40_000_000,
        40,
    )
    numbers = (
        QTUM_2021.spacing_s,
        QTUM_2021.grid_s,
        QTUM_2021.maturity_blocks,
        QTUM_2021.late_retarget_interval,
    )
    assert numbers == (32, 4, 2_000, 31)


# Subsidy: 1 QTUM, halved every 3,942,000 blocks, blocks before 845,000 counting fourfold.


def subsidy_by_the_book(number: int) -> int:
    """Re-derivation from a height's weight: a block after 5,000 counts once, or four times before 845,000."""
    later = max(0, number - FIRST + 1)
    weight = 4 * (FIRST - 1 - 5_000) + later
    return math.floor(Fraction(SATOSHI_PER_QTUM, 2 ** ((weight - 1) // 3_942_000)))


def test_the_first_halving_comes_where_four_years_of_blocks_are_full() -> None:
    """4 * 839,999 + blocks since = 3,942,000 at 1,427,003: the last block that issues a whole coin."""
    last = FIRST - 1 + 3_942_000 - 4 * 839_999
    assert last == 1_427_003
    assert subsidy_sat(QTUM_2021, last) == SATOSHI_PER_QTUM
    assert subsidy_sat(QTUM_2021, last + 1) == SATOSHI_PER_QTUM // 2


@pytest.mark.parametrize("halving", range(1, 8))
def test_every_halving_is_at_its_block(halving: int) -> None:
    last = 1_427_003 + (halving - 1) * 3_942_000
    before, after = SATOSHI_PER_QTUM >> halving - 1, SATOSHI_PER_QTUM >> halving
    assert subsidy_sat(QTUM_2021, last) == before
    assert subsidy_sat(QTUM_2021, last + 1) == (after if halving < 7 else 0)


@given(st.integers(FIRST, 1_427_003 + 6 * 3_942_000))
def test_the_subsidy_is_that_of_the_weight_by_the_book(number: int) -> None:
    assert subsidy_sat(QTUM_2021, number) == subsidy_by_the_book(number)


@given(st.integers(-5, FIRST - 1))
def test_before_shorter_blocks_the_subsidies_are_those_of_2018(number: int) -> None:
    assert subsidy_sat(QTUM_2021, number) == subsidy_sat(QTUM_2018, number)
    assert issued_by_sat(QTUM_2021, number) == issued_by_sat(QTUM_2018, number)


def test_issuance_is_the_sum_of_the_subsidies_over_both_eras() -> None:
    quick = replace(
        QTUM_2021,
        last_work_block=3,
        halving_interval_blocks=16,
        shorter_blocks_from=14,
        shorter_by=4,
        halvings=4,
    )
    paid = [subsidy_sat(quick, number) for number in range(120)]
    assert [issued_by_sat(quick, number) for number in range(120)] == [sum(paid[: n + 1]) for n in range(120)]
    assert paid[4] == 4 * SATOSHI_PER_QTUM == 2 * paid[8] == 4 * paid[12]
    assert paid[14] == paid[12] // 4
    assert paid[38] == 0 < paid[37]
    work_qtum, early_qtum = 5_000 * 20_000, 4 * (FIRST - 1 - 5_000)
    assert issued_by_sat(QTUM_2021, FIRST) == (work_qtum + early_qtum + 1) * SATOSHI_PER_QTUM


# Retarget: exp(2 (actual - 32) / 4 / 256), actual cut at 20 spacings, never above 2^206 - 1.


@pytest.mark.parametrize("interval_s", [4, 28, 32, 36, 64, 636, 640, 644, 100_000])
def test_the_target_follows_the_exact_exponential(interval_s: int) -> None:
    bits = compact_from_target(2**190 // 3)
    with localcontext() as context:
        context.prec = 100
        exponent = Decimal(2 * (min(interval_s, 640) - 32)) / 4 / 256
        exact = int(target_from_compact(bits) * exponent.exp())
    target = target_from_compact(next_bits(QTUM_2021, FIRST, bits, interval_s))
    assert target_from_compact(compact_from_target(exact - 10)) <= target
    assert target <= target_from_compact(compact_from_target(exact + 10))


def test_the_target_never_exceeds_its_limit() -> None:
    limit = compact_from_target(2**206 - 1)
    assert target_limit(QTUM_2021, FIRST) == 2**206 - 1
    assert next_bits(QTUM_2021, FIRST, limit, 640) == limit
    assert next_bits(QTUM_2021, FIRST, limit, 28) < limit


# Delegation.


@given(reward=st.integers(100, 10**12), fee=st.integers(0, 100))
def test_the_reward_is_divided_as_nodes_check_it(reward: int, fee: int) -> None:
    """Fee rounded down; nodes work the percentage back out of the amounts, rounded up, and must find it."""
    fee_sat, rest_sat = split_delegated(reward, fee)
    assert fee_sat == math.floor(Fraction(reward * fee, 100))
    assert fee_sat + rest_sat == reward
    assert math.ceil(Fraction(fee_sat * 100, reward)) == fee


@pytest.mark.parametrize(("owner", "fee_percent"), [("small", 10), ("other", 33)])
def test_a_delegated_coin_earns_for_both_and_is_not_spent(owner: str, fee_percent: int) -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol)
    proposal = with_coin(state, protocol.next_proposal(state), owner, COINS_QTUM[owner][0])
    companion = min(coin for coin in state.coins.mature_coins() if coin.owner == 0)
    follower, payments = forge(protocol.parameters, state, proposal, 1_234_567)
    reward_sat = SATOSHI_PER_QTUM + 1_234_567
    fee_sat = reward_sat * fee_percent // 100
    index = proposal.coin.owner
    assert payments == [(0, fee_sat), (index, reward_sat - fee_sat)]
    assert [(coin.owner, coin.value_sat) for coin in made(follower)] == [
        (0, companion.value_sat + fee_sat),
        (index, reward_sat - fee_sat),
    ]
    coins = set(follower.coins.coins())
    assert proposal.coin in coins
    assert companion not in coins
    assert not {proposal.coin, *made(follower)} & set(follower.coins.mature_coins())
    assert follower.producers[-1] == 0
    before, after = protocol.stakes_sat(state), protocol.stakes_sat(follower)
    assert after == before | {"big": before["big"] + fee_sat, owner: before[owner] + reward_sat - fee_sat}


def test_at_a_fee_of_everything_the_delegator_gets_no_output() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol, fees={"small": 100})
    proposal = with_coin(state, protocol.next_proposal(state), "small", 3_000)
    follower, payments = forge(protocol.parameters, state, proposal, 5)
    assert payments == [(0, SATOSHI_PER_QTUM + 5)]
    assert [coin.owner for coin in made(follower)] == [0]


def test_own_coins_are_split_and_combined_as_ever_and_get_the_whole_reward() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol)
    proposal = with_coin(state, protocol.next_proposal(state), "alone", 1_000)
    follower, payments = forge(protocol.parameters, state, proposal, 77)
    total_sat = (1_000 + 60 + 40 + 1) * SATOSHI_PER_QTUM + 77
    half_sat = total_sat // 2 // 1_000_000 * 1_000_000
    assert payments == [(1, SATOSHI_PER_QTUM + 77)]
    assert [coin.value_sat for coin in made(follower)] == [half_sat, total_sat - half_sat]


def test_a_delegated_coin_rests_as_long_as_one_that_was_spent() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol)
    proposal = with_coin(state, protocol.next_proposal(state), "small", 3_000)
    used, won_at = proposal.coin, proposal.number
    state, _payments = forge(protocol.parameters, state, proposal, 0)
    while state.number < won_at + 12:
        may_win_next = used in set(state.coins.mature_coins())
        assert may_win_next == (state.number + 1 >= won_at + 10)
        following = protocol.next_proposal(state)
        if following.coin == used:
            break
        state, _payouts = protocol.apply(state, following, 0)
    assert state.number >= won_at + 9


def test_delegated_coins_that_are_too_small_never_win() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol)
    winners = {(coin.owner, coin.value_sat // SATOSHI_PER_QTUM) for coin in state.coins.mature_coins()}
    assert (2, 150) in winners
    assert (3, 100) in winners
    assert not winners & {(2, 99), (2, 50)}
    assert {(1, 60), (1, 40)} <= winners
    proposal = with_coin(state, protocol.next_proposal(state), "small", 99)
    with pytest.raises(ProtocolError, match="not mature in this state"):
        forge(protocol.parameters, owned(state), proposal, 0)


def test_without_an_own_coin_a_super_stakers_delegated_coins_win_nothing() -> None:
    """Its weight falls to nothing with the last of its own coins, and is back when one of them is mature again."""
    protocol = Qtum2021(parameters=replace(MINIATURE, maturity_blocks=20))
    state = open_state(protocol)
    delegated_sat = (3_000 + 150 + 2_500 + 100) * SATOSHI_PER_QTUM
    template = protocol.next_proposal(state)
    for own in range(16, 0, -1):
        assert protocol.mature_stakes_sat(state)["big"] == own * 4_000 * SATOSHI_PER_QTUM + delegated_sat
        proposal = replace(
            with_coin(state, template, "big", 4_000),
            number=state.number + 1,
            timestamp_s=state.timestamp_s + 4,
        )
        state, _payments = forge(protocol.parameters, state, proposal, 0)
    assert protocol.mature_stakes_sat(state)["big"] == 0
    assert {coin.owner for coin in state.coins.mature_coins()} == {1}
    for _ in range(4):
        own = [each for each, _place in zip(protocol.contenders(state), range(40), strict=False)]
        assert {each.producer_id for each in own} == {"alone"}
        state, _payouts = protocol.apply(state, own[0], 0)
    assert protocol.mature_stakes_sat(state)["big"] > delegated_sat
    assert {coin.owner for coin in state.coins.mature_coins()} >= {0, 1, 2, 3}


def test_all_weight_may_wait_for_one_companion() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = owned(open_state(protocol))
    for coin in [coin for coin in state.coins.mature_coins() if coin.owner in (0, 1)]:
        state.coins.spend(coin, state.number)
    assert state.coins.drawable_sat > 0 == state.coins.mature_sat
    with pytest.raises(NoEligibleCoins):
        protocol.next_proposal(state)


@settings(max_examples=15)
@given(
    seed=st.binary(min_size=32, max_size=32),
    fees=st.lists(st.integers(0, 10**10), min_size=40, max_size=60),
    shares=st.fixed_dictionaries({"small": st.integers(10, 100), "other": st.integers(10, 100)}),
)
def test_coins_are_conserved_and_every_payment_is_exact(
    seed: bytes, fees: list[int], shares: dict[str, int]
) -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol, burn_in_blocks=25, seed=seed, fees=shares)
    opening_sat = protocol.coins_sat(state)
    for fees_sat in fees:
        proposal = protocol.next_proposal(state)
        owner = state.owners[proposal.coin.owner].owner_id
        follower, payouts = protocol.apply(state, proposal, fees_sat)
        reward_sat = SATOSHI_PER_QTUM + fees_sat
        if owner in shares:
            cut_sat = math.floor(Fraction(reward_sat) * shares[owner] / 100)
            expected = Counter({"big": cut_sat, owner: reward_sat - cut_sat})
            assert proposal.producer_id == "big"
        else:
            expected = Counter({owner: reward_sat})
            assert proposal.producer_id == owner
        assert payouts.by_owner_sat == {name: paid for name, paid in expected.items() if paid}
        before, after = protocol.stakes_sat(state), protocol.stakes_sat(follower)
        assert {name: after[name] - before[name] for name in before} == {
            name: expected[name] for name in before
        }
        assert sum(coin.value_sat for coin in follower.coins.coins()) == protocol.coins_sat(follower)
        assert proposal.interval_s % 4 == 0 < proposal.interval_s
        state = follower
    assert protocol.coins_sat(state) == opening_sat + len(fees) * SATOSHI_PER_QTUM + sum(fees)


@settings(max_examples=15)
@given(
    seed=st.binary(min_size=32, max_size=32),
    kernel=st.sampled_from(["sampled", "hashed"]),
    cuts=st.lists(st.integers(0, 4_000), max_size=4),
)
def test_an_idle_stretch_equals_block_by_block(seed: bytes, kernel: str, cuts: list[int]) -> None:
    protocol = Qtum2021(kernel, MINIATURE)  # type: ignore[arg-type]
    opening = open_state(protocol, burn_in_blocks=15, seed=seed)
    end_s = OPENING_S + 4_000
    single, paid, produced = opening, Counter[str](), Counter[str]()
    while (proposal := protocol.next_proposal(single)).timestamp_s <= end_s:
        single, payouts = protocol.apply(single, proposal, 0)
        paid.update(payouts.by_owner_sat)
        produced[proposal.producer_id] += 1
    pieces = opening
    for cut_s in [*sorted(OPENING_S + cut for cut in cuts), end_s]:
        pieces, _part = protocol.advance_idle(pieces, cut_s)
    whole, stretch = protocol.advance_idle(opening, end_s)
    assert stretch is not None
    assert protocol.state_root(whole) == protocol.state_root(single) == protocol.state_root(pieces)
    assert protocol.mature_sat_blocks(whole) == protocol.mature_sat_blocks(single)
    assert (stretch.blocks_by_owner, stretch.subsidy_by_owner_sat) == (dict(produced), dict(paid))
    assert protocol.weight(whole) == protocol.weight(single) == protocol.weight(pieces)


def test_who_delegates_makes_no_blocks_and_is_no_validator() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    state = open_state(protocol)
    assert protocol.validators(state) == ["big", "alone"]
    _state, stretch = protocol.advance_idle(state, OPENING_S + 10**6, state.number + 300)
    assert stretch is not None
    assert set(stretch.blocks_by_owner) == {"big", "alone"}
    assert set(stretch.subsidy_by_owner_sat) == {"big", "alone", "small", "other"}


def test_who_delegates_to_whom_is_in_the_states_commitment() -> None:
    protocol = Qtum2021(parameters=MINIATURE)
    roots = {
        protocol.state_root(open_state(protocol, fees=fees))
        for fees in ({}, {"small": 10}, {"small": 11}, {"small": 10, "other": 10})
    }
    assert len(roots) == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 844_998}, "staking starts after block 844999; the opening would start at 844998"),
        ({"to": "nobody"}, "staker last delegates to nobody, which is no other staker"),
        ({"to": "last"}, "which is no other staker"),
        ({"to": "small"}, "delegates to small, which delegates itself"),
        ({"fee": 9}, "takes 10 to 100 percent, and staker last offers 9"),
        ({"fee": 101}, "takes 10 to 100 percent, and staker last offers 101"),
    ],
)
def test_an_opening_that_the_rules_do_not_allow_is_refused(change: dict[str, object], words: str) -> None:
    last = Staker(
        "last", b"\x09" * 20, (10**12,), str(change.get("to", "big")), int(str(change.get("fee", 10)))
    )
    with pytest.raises(ProtocolError, match=words):
        Qtum2021(parameters=MINIATURE).opening_state(
            [*stakers_of(FEES_PERCENT), last],
            number=int(str(change.get("number", 850_000))),
            timestamp_s=OPENING_S,
            burn_in_blocks=0,
            seed=b"\x01" * 32,
        )


def test_delegated_coins_do_not_keep_a_chain_going() -> None:
    """A win by one locks a coin of the super-staker too: 32 own coins are too few for a maturity of 32."""
    protocol = Qtum2021(parameters=replace(MINIATURE, maturity_blocks=32))
    with pytest.raises(ProtocolError, match="can make 32 blocks before all of them rest"):
        open_state(protocol)
