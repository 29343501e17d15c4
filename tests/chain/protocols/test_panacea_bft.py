"""The whole protocol: rounds, payments to the unit, real inflation, and stretches equal to block by block."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.protocols.bft.fixed import ONE, percent
from chain.protocols.bft.operations import delegate, deposit, undelegate
from chain.protocols.bft.parameters import PANACEA_2019, PANACEA_2022
from chain.protocols.bft.state import BftState
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, ProtocolError, Staker
from chain.protocols.round_rules import DoubleSign, RoundRules, Timeouts
from chain.units import MED_UNITS_PER_MED
from tests.chain.protocols.chains import (
    OPENING_S,
    SEED,
    assert_idle_equals_block_by_block,
    stakers_of,
    step,
    steps,
)

PROTOCOL = PanaceaBft()
RULES = PROTOCOL.round_rules
STAKES_MED = [200_000_000 - index * 7_654_321 for index in range(23)]


def open_state(
    stakes_med: list[int] = STAKES_MED,
    protocol: PanaceaBft = PROTOCOL,
    burn_in_blocks: int = 0,
    **choice: Any,
) -> BftState:
    return protocol.opening_state(
        stakers_of(stakes_med),
        number=1_000,
        timestamp_s=OPENING_S,
        burn_in_blocks=burn_in_blocks,
        seed=SEED,
        **choice,
    )


def test_it_is_a_consensus_protocol_with_rules_of_rounds() -> None:
    protocol: ConsensusProtocol = PROTOCOL
    rules: RoundRules = PROTOCOL.round_rules
    state = open_state()
    assert (protocol.name, protocol.block_limit_bytes) == ("panacea-bft", 4 * 2**20)
    assert protocol.minimum_gas_price_sat == 5 * MED_UNITS_PER_MED // 10**6
    assert protocol.gas_limit_gas == 10**15
    assert rules.proposer(state, 0) == protocol.next_proposal(state).producer_id


def test_the_twenty_one_strongest_vote() -> None:
    state = open_state()
    assert dict(RULES.powers(state)) == {f"p{index}": STAKES_MED[index] for index in range(21)}
    assert list(RULES.powers(state).values()) == sorted(STAKES_MED, reverse=True)[:21]
    total = sum(STAKES_MED[:21])
    assert 3 * RULES.quorum(state) > 2 * total >= 3 * (RULES.quorum(state) - 1)
    assert PROTOCOL.mature_stakes_sat(state)["p22"] == 0
    assert len(PROTOCOL.validators(state)) == 23
    fifty = PanaceaBft(PANACEA_2022)
    assert len(fifty.round_rules.powers(open_state(protocol=fifty))) == 23


def test_a_block_is_final_at_once() -> None:
    state = steps(PROTOCOL, open_state(), 3)
    assert PROTOCOL.final_number(state) == PROTOCOL.weight(state) == state.number == 1_003


@pytest.mark.parametrize(("round_", "propose_s", "vote_s"), [(0, 3.0, 1.0), (1, 3.5, 1.5), (10, 8.0, 6.0)])
def test_timeouts_grow_by_half_a_second_a_round(round_: int, propose_s: float, vote_s: float) -> None:
    assert RULES.timeouts(round_) == Timeouts(propose_s, vote_s, vote_s, 5.0)


def test_another_round_has_the_next_proposer_and_the_next_height_begins_where_the_first_round_would() -> None:
    state = open_state()
    first, second = RULES.proposer(state, 0), RULES.proposer(state, 1)
    assert first != second
    after_first = PROTOCOL.apply(state, RULES.propose(state, 0, state.made_s + 6), 0)[0]
    after_second = PROTOCOL.apply(state, RULES.propose(state, 1, state.made_s + 11), 0)[0]
    # Rounds step a copy of the rotation: whoever was jumped over is not turned to the next height.
    assert RULES.proposer(after_first, 0) == RULES.proposer(after_second, 0) == second
    assert after_first.current == after_second.current
    with pytest.raises(ProtocolError, match="counted from 0"):
        RULES.proposer(state, -1)


def test_contenders_are_the_rounds_after_one_another() -> None:
    state = open_state()
    rounds = list(islice(PROTOCOL.contenders(state), 4))
    assert rounds[0] == PROTOCOL.next_proposal(state)
    assert [proposal.round_ for proposal in rounds] == [0, 1, 2, 3]
    assert [proposal.made_s - state.made_s for proposal in rounds] == [6.0, 11.0, 17.5, 25.5]
    for proposal in rounds:
        assert PROTOCOL.apply(state, proposal, 0)[0].number == 1_001


def test_a_timestamp_is_the_whole_seconds_of_its_moment_and_at_least_its_parent_s() -> None:
    state = open_state()
    first = RULES.propose(state, 0, OPENING_S + 5.75)
    assert (first.timestamp_s, first.made_s, first.interval_s) == (OPENING_S + 5, OPENING_S + 5.75, 5)
    tip = PROTOCOL.apply(state, first, 0)[0]
    second = RULES.propose(tip, 0, OPENING_S + 5.875)
    assert (second.timestamp_s, second.interval_s) == (OPENING_S + 5, 0)
    assert PROTOCOL.apply(tip, second, 0)[0].made_s == OPENING_S + 5.875


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 1_002}, "cannot follow block 1000"),
        ({"round_": -1}, "round -1"),
        ({"proposed_s": OPENING_S - 0.5}, "before its parent's"),
        ({"round_": 1}, "round 1 is"),
        ({"producer_id": "p22"}, "round 0 is"),
        ({"timestamp_s": OPENING_S + 7}, "header says something else"),
        ({"randomness": bytes(32)}, "header says something else"),
        ({"absent": ("p0",)}, "nobody voted on the opening"),
    ],
)
def test_a_block_that_breaks_a_rule_is_refused_with_its_words(change: dict[str, Any], words: str) -> None:
    state = open_state()
    with pytest.raises(ProtocolError, match=words):
        PROTOCOL.apply(state, replace(PROTOCOL.next_proposal(state), **change), 0)


def test_a_commit_needs_more_than_two_thirds_of_the_power() -> None:
    protocol = PanaceaBft()
    state = steps(protocol, open_state([100, 100, 100, 1], protocol), 3)
    # Total 301, quorum 201: without one of the strong ones 201 are left, without the weak one too 200.
    proposal = protocol.round_rules.propose(state, 0, state.made_s + 6, absent=["p1"])
    assert protocol.apply(state, proposal, 0)[0].number == state.number + 1
    with pytest.raises(ProtocolError, match="a power of 200 signed block 1003, and 201 are needed"):
        protocol.apply(state, replace(proposal, absent=("p1", "p3")), 0)
    for absent in (("p1", "p1"), ("nobody",)):
        with pytest.raises(ProtocolError, match="not each is one of the voters"):
            protocol.apply(state, replace(proposal, absent=absent), 0)


def test_fees_wait_for_the_next_block_and_go_to_who_voted_on_theirs() -> None:
    state = steps(PROTOCOL, open_state(), 2)
    tip, _proposal, payouts = step(PROTOCOL, state, 10**12)
    minted_sat = PROTOCOL.subsidies_sat(tip) - PROTOCOL.subsidies_sat(state)
    assert (payouts.subsidy_sat, payouts.fees_sat) == (minted_sat, 10**12)
    assert sum(payouts.by_owner_sat.values()) <= minted_sat
    assert (tip.collector_sat, PROTOCOL.fees_reissued_sat(tip)) == (10**12, 10**12)
    after, _proposal, later = step(PROTOCOL, tip)
    assert 10**12 < sum(later.by_owner_sat.values()) <= 10**12 + later.subsidy_sat
    assert after.collector_sat == 0
    assert PROTOCOL.coins_sat(after) == PROTOCOL.coins_sat(state) + 10**12 + minted_sat + later.subsidy_sat
    with pytest.raises(ProtocolError, match="fees are at least 0"):
        step(PROTOCOL, state, -1)


def test_the_first_block_of_all_pays_nobody() -> None:
    state = open_state()
    tip, _proposal, payouts = step(PROTOCOL, state)
    assert payouts.by_owner_sat == {}
    assert tip.collector_sat == payouts.subsidy_sat > 0
    after, _proposal, later = step(PROTOCOL, tip)
    assert sum(later.by_owner_sat.values()) + after.community_sat == payouts.subsidy_sat + later.subsidy_sat


def test_the_proposer_before_is_paid_more_and_the_absent_are_paid_too() -> None:
    state = steps(PROTOCOL, open_state([100_000_000] * 4), 3)
    before = PROTOCOL.validators(state)[state.proposer]
    away = next(name for name in PROTOCOL.validators(state) if name != before)
    full = PROTOCOL.apply(state, RULES.propose(state, 0, state.made_s + 6), 0)[1]
    some = PROTOCOL.apply(state, RULES.propose(state, 0, state.made_s + 6, absent=[away]), 0)[1]
    assert max(full.by_owner_sat, key=lambda name: full.by_owner_sat[name]) == before
    extra = Fraction(full.by_owner_sat[before] - full.by_owner_sat[away], full.subsidy_sat)
    assert extra == pytest.approx(Fraction(5, 100), abs=1e-8)
    less = Fraction(some.by_owner_sat[before] - some.by_owner_sat[away], some.subsidy_sat)
    assert less == pytest.approx(Fraction(4, 100), abs=1e-8)
    assert some.by_owner_sat[away] > full.by_owner_sat[away]


def minted_independently(state: BftState, blocks: int, per_year: int) -> int:
    """Return what blocks mint by rational arithmetic on the rule; at the goal inflation stands still."""
    supply_sat = state.supply_sat
    for _ in range(blocks):
        supply_sat += int(Fraction(state.inflation, ONE) * supply_sat / per_year)
    return supply_sat - state.supply_sat


@pytest.mark.parametrize("parameters", [PANACEA_2019, PANACEA_2022])
def test_issue_is_exact_to_the_unit(parameters: Any) -> None:
    bounded = replace(
        parameters, inflation_minimum=parameters.inflation, inflation_maximum=parameters.inflation
    )
    protocol = PanaceaBft(bounded)
    state = open_state(protocol=protocol)
    tip = steps(protocol, state, 500)
    expected_sat = minted_independently(state, 500, bounded.assumed_blocks_per_year)
    assert PROTOCOL.subsidies_sat(tip) == expected_sat == tip.supply_sat - state.supply_sat


@pytest.mark.parametrize(("parameters", "share"), [(PANACEA_2019, 0.05 / 6), (PANACEA_2022, 0.07)])
def test_slower_blocks_than_assumed_mean_less_inflation(parameters: Any, share: float) -> None:
    """Six-second blocks under a one-second assumption: five per cent a year become less than one."""
    protocol = PanaceaBft(parameters)
    state = open_state(protocol=protocol)
    days = 2
    tip, stretch = protocol.advance_idle(state, OPENING_S + days * 86_400)
    assert stretch is not None
    assert stretch.count == days * 14_400
    yearly = stretch.subsidy_sat / state.supply_sat * 365.25 / days
    assert yearly == pytest.approx(share, rel=2e-3)
    assert tip.inflation > state.inflation


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


@pytest.mark.parametrize("stakes_med", [STAKES_MED, [100], [7, 7, 7], [1, 100_000_000], [3, 2, 1, 1]])
@pytest.mark.parametrize("burn_in_blocks", [0, 1, 5])
def test_idle_stretches_equal_block_by_block(stakes_med: list[int], burn_in_blocks: int) -> None:
    assert_idle_equals_block_by_block(PROTOCOL, open_state(stakes_med, burn_in_blocks=burn_in_blocks), 60)


def test_idle_stretches_equal_block_by_block_where_something_is_going_on() -> None:
    state = steps(PROTOCOL, open_state(), 5)
    fees, _proposal, _payouts = step(PROTOCOL, state, 12_345)
    assert_idle_equals_block_by_block(PROTOCOL, fees, 20)
    absence = PROTOCOL.apply(state, RULES.propose(state, 2, state.made_s + 9.25, absent=["p3"]), 0)[0]
    assert_idle_equals_block_by_block(PROTOCOL, absence, 20)
    votes = delegate(deposit(state, "p22", STAKES_MED[0] * 10**8), "p22", "p22", STAKES_MED[0] * 10**8)
    assert_idle_equals_block_by_block(PROTOCOL, votes, 20)
    evidence = (DoubleSign("p1", state.number, state.timestamp_s, STAKES_MED[1]),)
    guilty = PROTOCOL.apply(state, RULES.propose(state, 0, state.made_s + 6, evidence=evidence), 0)[0]
    assert_idle_equals_block_by_block(PROTOCOL, guilty, 20)


def test_idle_stretches_pay_what_matures_on_the_way() -> None:
    protocol = PanaceaBft(replace(PANACEA_2019, unbonding_s=100))
    state = steps(protocol, open_state(protocol=protocol), 3)
    leaving = undelegate(protocol.parameters, state, "p5", "p5", 10**8)
    leaving = steps(protocol, leaving, 2)
    again = undelegate(protocol.parameters, leaving, "p6", "p6", 10**8)
    assert_idle_equals_block_by_block(protocol, again, 40)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=8), st.integers(0, 120))
def test_idle_stretches_may_be_cut_anywhere(stakes_med: list[int], blocks: int) -> None:
    state = open_state(stakes_med)
    whole, _stretch = PROTOCOL.advance_idle(state, OPENING_S + 720)
    cut, _stretch = PROTOCOL.advance_idle(state, OPENING_S + 720, state.number + blocks)
    assert cut.number == state.number + blocks
    assert PROTOCOL.advance_idle(cut, OPENING_S + 720)[0] == whole


def test_burn_in_ends_with_the_opening_and_is_part_of_it() -> None:
    fresh, burned = open_state(), open_state(burn_in_blocks=50)
    assert (burned.number, burned.timestamp_s) == (fresh.number, fresh.timestamp_s)
    assert PROTOCOL.subsidies_sat(burned) == 0
    assert PROTOCOL.coins_sat(burned) - PROTOCOL.coins_sat(fresh) == burned.supply_sat - fresh.supply_sat > 0
    assert sum(PROTOCOL.mature_sat_blocks(burned).values()) == 0


def test_blocks_follow_power_within_one_turn() -> None:
    """Nothing is drawn: over any stretch a proposer is at most a turn or two from its share."""
    blocks, state = 3_000, open_state()
    made = Counter[str]()
    for _ in range(blocks):
        state, proposal, _payouts = step(PROTOCOL, state)
        made[proposal.producer_id] += 1
    shares = PROTOCOL.mature_sat_blocks(state)
    total = sum(shares.values())
    assert sum(made.values()) == blocks
    assert all(abs(made[name] - blocks * share / total) <= 2 for name, share in shares.items())
    assert set(made) == set(RULES.powers(state))


@pytest.mark.long
def test_fifty_thousand_blocks_have_the_interval_and_the_shares_that_the_rules_imply() -> None:
    state = open_state()
    tip, stretch = PROTOCOL.advance_idle(state, OPENING_S + 6 * 50_000)
    assert stretch is not None
    by_block, made = state, Counter[str]()
    for _ in range(50_000):
        by_block, proposal, _payouts = step(PROTOCOL, by_block)
        assert proposal.interval_s == 6
        made[proposal.producer_id] += 1
    assert by_block == tip
    assert dict(stretch.blocks_by_owner) == dict(made)
    shares = PROTOCOL.mature_sat_blocks(tip)
    total = sum(shares.values())
    assert all(abs(made[name] - 50_000 * share / total) <= 2 for name, share in shares.items())
    assert PROTOCOL.coins_sat(tip) == PROTOCOL.coins_sat(state) + stretch.subsidy_sat


@pytest.mark.parametrize(
    ("stakers", "choice", "words"),
    [
        ([], {}, "no validator has power"),
        ([Staker("p0", bytes(20), (MED_UNITS_PER_MED - 1,))], {}, "no validator has power"),
        ([Staker("p0", bytes(20), ())], {}, "nothing to stake"),
        ([*stakers_of([5]), *stakers_of([5])], {}, "share an owner id"),
        (stakers_of([8_000_000_000]), {}, "more than the supply"),
        (stakers_of([5]), {"validators": ["p1"]}, "none of the stakers"),
        (stakers_of([5, 5]), {"validators": ["p0", "p0"]}, "named twice"),
        (stakers_of([5, 5]), {"validators": ["p0"], "delegations": {"p1": "p1"}}, "does not validate"),
        (stakers_of([5]), {"commissions": {"p0": percent(2)}}, "asks for a commission"),
    ],
)
def test_openings_that_the_rules_forbid(stakers: list[Staker], choice: dict[str, Any], words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        PROTOCOL.opening_state(
            stakers, number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED, **choice
        )


def test_other_openings_are_refused() -> None:
    with pytest.raises(ProtocolError, match="burn-in"):
        open_state(burn_in_blocks=-1)
    with pytest.raises(ProtocolError, match="32 bytes"):
        PROTOCOL.opening_state(stakers_of([5]), number=0, timestamp_s=0, burn_in_blocks=0, seed=b"")


def test_idle_stretches_scale_priorities_where_the_rules_do() -> None:
    """Powers 5, 4 and 1 at 7, 6 and -13: a step later 2, 10 and -12 lie more than twice the total apart."""
    state = steps(PROTOCOL, open_state([5, 4, 1]), 3)
    apart = replace(state, following=replace(state.following, priorities=(7, 6, -13)))
    tip = steps(PROTOCOL, apart, 1)
    assert tip.following.priorities == (2, 10, -12)
    assert steps(PROTOCOL, tip, 1).following.priorities != (7, 4, -11)
    assert_idle_equals_block_by_block(PROTOCOL, apart, 30)


def test_long_idle_stretches_leap_over_whole_rotations() -> None:
    """Powers 3, 2, 1 and 1 are back where they were after seven blocks."""
    state = steps(PROTOCOL, open_state([3, 2, 1, 1]), 3)
    for blocks in (7, 8, 9, 14, 15, 16, 500):
        tip, stretch = PROTOCOL.advance_idle(state, state.timestamp_s + 6 * blocks)
        assert tip == steps(PROTOCOL, state, blocks)
        assert stretch is not None
        assert sum(stretch.blocks_by_owner.values()) == blocks
