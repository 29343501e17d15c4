"""The plain lottery: memoryless moments, shares, forks, and no more than the subsidy says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import pytest

from chain.protocols.lottery.parameters import ETHEREUM_2018, SAT_PER_ETH, PoissonParameters
from chain.protocols.lottery.state import PoissonState
from chain.protocols.poisson import PoissonLottery
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, ProtocolError, Staker
from tests.chain.protocols.chains import (
    OPENING_S,
    SEED,
    address_of,
    assert_idle_equals_block_by_block,
    step,
    steps,
)

SHARES = (30, 29, 12, 11, 8, 5, 3, 1, 1)
PROTOCOL = PoissonLottery(PoissonParameters(interval_s=10.0, subsidy_from_sat=((0, 7),)))


def open_state(
    protocol: PoissonLottery = PROTOCOL,
    shares: tuple[int, ...] = SHARES,
    number: int = 100,
    seed: bytes = SEED,
) -> PoissonState:
    stakers = [Staker(f"p{index}", address_of(index), (share,)) for index, share in enumerate(shares)]
    return protocol.opening_state(stakers, number=number, timestamp_s=OPENING_S, burn_in_blocks=0, seed=seed)


def test_it_is_a_consensus_protocol() -> None:
    protocol: ConsensusProtocol = PoissonLottery()
    assert (protocol.name, protocol.gas_limit_gas) == ("poisson", 8_000_000)
    assert (protocol.minimum_gas_price_sat, protocol.block_limit_bytes) == (0, 1_000_000)
    assert PoissonLottery(ETHEREUM_2018).name == "ethereum-2018"


def test_a_moment_is_finer_than_its_timestamp() -> None:
    state = open_state()
    for proposal in islice(PROTOCOL.contenders(state), 200):
        assert proposal.timestamp_s == math.floor(proposal.made_s)
        assert proposal.interval_s == proposal.timestamp_s - state.timestamp_s >= 0
    moments_s = [proposal.made_s for proposal in islice(PROTOCOL.contenders(state), 200)]
    assert moments_s == sorted(moments_s)
    assert len(set(moments_s)) == 200
    assert moments_s[0] > OPENING_S


def test_a_second_may_hold_several_blocks() -> None:
    protocol = PoissonLottery(PoissonParameters(interval_s=0.1))
    state, parent = open_state(protocol), open_state(protocol)
    same = 0
    for _ in range(50):
        parent, (state, proposal, _payouts) = state, step(protocol, state)
        assert proposal.timestamp_s >= parent.timestamp_s
        same += proposal.timestamp_s == parent.timestamp_s
    assert same > 30
    assert protocol.may_share_a_second


@pytest.mark.parametrize("chained", [True, False])
def test_fifty_thousand_wins_come_without_memory_and_by_share(
    chained: bool, chi_square_bound: Callable[[int], float]
) -> None:
    """Blocks on one another, and wins on one tip, follow the same law."""
    count, state = 50_000, open_state()
    moments_s, winners = [float(OPENING_S)], Counter[str]()
    contenders = PROTOCOL.contenders(state)
    for _ in range(count):
        if chained:
            proposal = PROTOCOL.next_proposal(state)
            state, _payouts = PROTOCOL.apply(state, proposal, 0)
        else:
            proposal = next(contenders)
        moments_s.append(proposal.made_s)
        winners[proposal.producer_id] += 1
    gaps_s = [later - earlier for earlier, later in pairwise(moments_s)]
    mean_s = sum(gaps_s) / count
    assert abs(mean_s - 10) < 4 * 10 / math.sqrt(count)
    # Twenty classes of equal chance under the exponential law.
    classes = Counter(int(-math.expm1(-gap / 10) * 20) for gap in gaps_s)
    squares = sum((classes[index] - count / 20) ** 2 / (count / 20) for index in range(20))
    assert squares < chi_square_bound(19)
    for index, share in enumerate(SHARES):
        expected, spread = count * share / 100, math.sqrt(count * share / 100 * (1 - share / 100))
        assert abs(winners[f"p{index}"] - expected) < 4 * spread
    pairs = sum((a - 10) * (b - 10) for a, b in pairwise(gaps_s)) / 100 / count
    assert abs(pairs) < 4 / math.sqrt(count)


def test_the_same_seed_gives_the_same_wins_and_another_others() -> None:
    one, again, other = open_state(), open_state(), open_state(seed=b"\x06" * 32)
    assert list(islice(PROTOCOL.contenders(one), 9)) == list(islice(PROTOCOL.contenders(again), 9))
    assert PROTOCOL.next_proposal(one) != PROTOCOL.next_proposal(other)


def test_two_wins_on_one_tip_are_a_fork_whose_branches_go_their_own_ways() -> None:
    state = open_state()
    left, right = (PROTOCOL.apply(state, win, 0)[0] for win in islice(PROTOCOL.contenders(state), 2))
    assert PROTOCOL.weight(left) == PROTOCOL.weight(right) == 101
    one, other = PROTOCOL.next_proposal(left), PROTOCOL.next_proposal(right)
    assert one.randomness != other.randomness
    assert one.made_s - left.made_ns / 10**9 != pytest.approx(other.made_s - right.made_ns / 10**9)


def test_only_wins_may_follow() -> None:
    state = open_state()
    wins = list(islice(PROTOCOL.contenders(state), 3))
    for win in wins:
        assert PROTOCOL.apply(state, win, 0)[0].draw == win.randomness
    for broken in (
        replace(wins[1], miner=(wins[1].miner + 1) % 9),
        replace(wins[1], made_ns=wins[1].made_ns + 1),
        replace(wins[1], timestamp_s=wins[1].timestamp_s + 1),
        replace(wins[1], randomness=bytes(32)),
        PROTOCOL.next_proposal(open_state(seed=b"\x06" * 32)),
    ):
        with pytest.raises(ProtocolError, match="has won nothing on block 100"):
            PROTOCOL.apply(state, broken, 0)
    with pytest.raises(ProtocolError, match="cannot follow block 100"):
        PROTOCOL.apply(state, replace(wins[0], number=102), 0)
    with pytest.raises(ProtocolError, match="at least 0"):
        PROTOCOL.apply(state, wins[0], -1)


def test_a_winner_earns_subsidy_and_fees() -> None:
    state = open_state()
    tip, proposal, payouts = step(PROTOCOL, state, 5)
    assert payouts.by_owner_sat == {proposal.producer_id: 12}
    assert (payouts.subsidy_sat, payouts.fees_sat) == (7, 5)
    assert (PROTOCOL.subsidies_sat(tip), PROTOCOL.fees_reissued_sat(tip)) == (7, 5)
    assert PROTOCOL.coins_sat(tip) == 100 + 12
    assert PROTOCOL.stakes_sat(tip)[proposal.producer_id] == SHARES[proposal.miner] + 12
    assert dict(PROTOCOL.mature_stakes_sat(tip)) == {f"p{index}": share for index, share in enumerate(SHARES)}
    assert PROTOCOL.mature_sat_blocks(state)["p0"] == 0
    assert PROTOCOL.mature_sat_blocks(tip)["p0"] == 30


def test_a_lottery_without_subsidy_pays_nobody() -> None:
    tip, _proposal, payouts = step(PoissonLottery(), open_state(PoissonLottery()))
    assert (payouts.by_owner_sat, tip.earned_sat) == ({}, (0,) * 9)


@pytest.mark.parametrize(
    ("number", "ether"), [(4_369_999, 5), (4_370_000, 3), (6_450_000, 3), (7_279_999, 3), (7_280_000, 2)]
)
def test_ethereum_s_subsidy_falls_with_its_forks(number: int, ether: int) -> None:
    protocol = PoissonLottery(ETHEREUM_2018)
    _tip, _proposal, payouts = step(protocol, open_state(protocol, number=number - 1))
    assert payouts.subsidy_sat == ether * SAT_PER_ETH


def test_idle_stretches_equal_block_by_block() -> None:
    assert_idle_equals_block_by_block(PROTOCOL, open_state(), 150)
    protocol = PoissonLottery(ETHEREUM_2018)
    assert_idle_equals_block_by_block(protocol, open_state(protocol, number=7_279_950), 100)


@pytest.mark.parametrize(("depth", "expected"), [(None, 0), (6, 4), (0, 10), (50, 0)])
def test_blocks_settle_at_the_depth_that_was_set(depth: int | None, expected: int) -> None:
    protocol = PoissonLottery(PoissonParameters(settled_blocks=depth))
    assert protocol.final_number(steps(protocol, open_state(protocol, number=0), 10)) == expected


def test_the_header_commits_to_the_state_before() -> None:
    state = open_state()
    proposal = PROTOCOL.next_proposal(state)
    environment = PROTOCOL.environment(
        state, proposal, parent_hash=b"p" * 32, parent_identity=b"i" * 32, gas_limit_gas=9
    )
    assert (
        environment.extra_data == PROTOCOL.state_root(state) != PROTOCOL.state_root(steps(PROTOCOL, state, 1))
    )
    assert (environment.coinbase, environment.mix_hash) == (FEE_ACCOUNT, proposal.randomness)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"interval_s": 0.0}, "more than 0 s"),
        ({"interval_s": -1.0}, "more than 0 s"),
        ({"subsidy_from_sat": ((5, 1), (5, 2))}, "rising heights"),
        ({"settled_blocks": -1}, "at least 0"),
    ],
)
def test_parameters_that_make_no_sense(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        PoissonParameters(**change)


@pytest.mark.parametrize(
    ("shares", "words"), [((), "one of them more"), ((0, 0), "one of them more"), ((1, -1), "at least 0")]
)
def test_somebody_must_be_able_to_win(shares: tuple[int, ...], words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        open_state(shares=shares)


def test_other_openings_are_refused() -> None:
    staker = Staker("p0", bytes(20), (1,))
    for stakers, burn_in_blocks, seed, words in (
        ([staker, staker], 0, SEED, "share an owner id"),
        ([staker], -1, SEED, "burn-in"),
        ([staker], 0, b"", "32 bytes"),
    ):
        with pytest.raises(ProtocolError, match=words):
            PROTOCOL.opening_state(stakers, number=0, timestamp_s=0, burn_in_blocks=burn_in_blocks, seed=seed)


def test_who_has_no_share_never_wins() -> None:
    state = open_state(shares=(0, 1, 0))
    assert {win.producer_id for win in islice(PROTOCOL.contenders(state), 300)} == {"p1"}


@pytest.mark.long
def test_half_a_million_wins_keep_mean_and_shares() -> None:
    count, state = 500_000, open_state()
    contenders, winners = PROTOCOL.contenders(state), Counter[str]()
    for _ in range(count):
        win = next(contenders)
        winners[win.producer_id] += 1
    assert abs((win.made_s - OPENING_S) / count - 10) < 4 * 10 / math.sqrt(count)
    for index, share in enumerate(SHARES):
        spread = math.sqrt(count * share / 100 * (1 - share / 100))
        assert abs(winners[f"p{index}"] - count * share / 100) < 4 * spread
