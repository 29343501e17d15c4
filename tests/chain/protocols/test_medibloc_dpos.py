"""The delegated proof of stake: whose turn it is, what is irreversible, and stretches equal to block by block."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.protocols.dpos.operations import quit_candidacy
from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.state import DposState
from chain.protocols.medibloc_dpos import MediblocDpos
from chain.protocols.protocol import FEE_ACCOUNT, ConsensusProtocol, NoEligibleCoins, ProtocolError, Staker
from chain.units import MED_UNITS_PER_MED
from tests.chain.protocols.chains import (
    OPENING_S,
    SEED,
    assert_idle_equals_block_by_block,
    stakers_of,
    step,
    steps,
)

PROTOCOL = MediblocDpos()
DYNASTY_S = 63


def open_state(
    producers: int = 21,
    *,
    timestamp_s: int = OPENING_S,
    burn_in_blocks: int = 0,
    seats: int = 21,
    **choice: Any,
) -> DposState:
    protocol = MediblocDpos(DposParameters(dynasty_seats=seats))
    return protocol.opening_state(
        stakers_of([100_000_000 - index * 1_000 for index in range(producers)]),
        number=5_000,
        timestamp_s=timestamp_s,
        burn_in_blocks=burn_in_blocks,
        seed=SEED,
        **choice,
    )


def at_dynasty_start(producers: int = 21) -> DposState:
    """Return a state whose tip is the last filled slot of a dynasty."""
    return open_state(producers, timestamp_s=OPENING_S - OPENING_S % DYNASTY_S + DYNASTY_S - 3)


def skip(state: DposState, slots: int) -> DposState:
    """Return the state after a block before which `slots` producers missed their turn."""
    proposal = next(islice(PROTOCOL.contenders(state), slots, None))
    return PROTOCOL.apply(state, proposal, 0)[0]


def test_it_is_a_consensus_protocol() -> None:
    protocol: ConsensusProtocol = PROTOCOL
    assert (protocol.name, protocol.minimum_gas_price_sat) == ("medibloc-dpos", 0)
    assert (protocol.block_limit_bytes, protocol.gas_limit_gas) == (3_000_000, 10**15)


@pytest.mark.parametrize("seats", [3, 6, 21])
def test_a_dynasty_may_have_a_multiple_of_three_seats(seats: int) -> None:
    state = open_state(9, seats=seats)
    assert len(state.seats) == seats


@pytest.mark.parametrize("seats", [0, 2, 4, 20, 24])
def test_and_no_other_number_of_seats(seats: int) -> None:
    with pytest.raises(ProtocolError, match="multiple of 3 from 3 to 21"):
        DposParameters(dynasty_seats=seats)


def test_slots_are_three_seconds_and_go_round_in_the_order_of_addresses() -> None:
    state = at_dynasty_start()
    proposals = list(islice(PROTOCOL.contenders(state), 42))
    times = [proposal.timestamp_s for proposal in proposals]
    assert times == [state.timestamp_s + 3 * (1 + turn) for turn in range(42)]
    addresses = [proposal.producer_address for proposal in proposals]
    assert addresses[:21] == sorted(addresses[:21])
    assert addresses[21:] == addresses[:21]
    assert all(proposal.number == state.number + 1 for proposal in proposals)
    assert proposals[0].made_s == proposals[0].timestamp_s


def test_the_strongest_candidates_sit_and_weaker_ones_do_not() -> None:
    state = open_state(25)
    seated = {proposal.producer_id for proposal in islice(PROTOCOL.contenders(state), 42)}
    assert seated == {f"p{index}" for index in range(21)}


def test_votes_of_others_bring_a_weak_candidate_in() -> None:
    votes = {f"p{index}": [f"p{index}"] for index in range(24)} | {"p24": ["p23"]}
    state = open_state(25, candidates=[f"p{index}" for index in range(24)], votes=votes)
    seated = {seat.owner_id for seat in state.seats if seat is not None}
    assert "p23" in seated
    assert not {"p20", "p21", "p22", "p24"} & seated


def test_a_stake_counts_whole_for_each_choice() -> None:
    state = open_state(3, votes={"p0": ["p0", "p1"], "p1": ["p1"]})
    powers = {c.owner_id: c.vote_power_sat for c in state.books.candidates.values()}
    stakes = PROTOCOL.stakes_sat(state)
    assert powers == {"p0": stakes["p0"], "p1": stakes["p0"] + stakes["p1"], "p2": 0}


def test_missing_candidates_leave_the_first_seats_of_a_dynasty_empty() -> None:
    state = at_dynasty_start(18)
    first = PROTOCOL.next_proposal(state)
    assert first.timestamp_s == state.timestamp_s + 3 * 4
    assert first.timestamp_s % DYNASTY_S == 3 * 3


def test_equal_votes_go_to_the_lower_address() -> None:
    protocol = MediblocDpos(DposParameters(dynasty_seats=3))
    state = protocol.opening_state(
        stakers_of([5_000_000] * 9), number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED
    )
    seated = [seat.address for seat in state.seats if seat is not None]
    assert seated == sorted(staker.address for staker in stakers_of([1] * 9))[:3]
    assert {seat.owner_id for seat in state.seats if seat is not None} == {"p0", "p7", "p1"}


def test_the_election_is_the_first_block_of_a_dynasty() -> None:
    state = open_state(22, timestamp_s=OPENING_S - OPENING_S % DYNASTY_S + 30)
    leaver = state.seats[-1]
    assert leaver is not None
    changed = quit_candidacy(PROTOCOL.parameters, state, leaver.address)
    dynasty_end_s = (state.dynasty + 1) * DYNASTY_S
    by_dynasty: dict[bool, set[str]] = {False: set(), True: set()}
    for proposal in islice(PROTOCOL.contenders(changed), 40):
        by_dynasty[proposal.timestamp_s >= dynasty_end_s].add(proposal.producer_id)
    assert leaver.owner_id in by_dynasty[False]
    assert "p21" not in by_dynasty[False]
    assert leaver.owner_id not in by_dynasty[True]
    assert "p21" in by_dynasty[True]


def test_a_block_is_irreversible_with_its_fifteenth_producer_and_not_before() -> None:
    state = at_dynasty_start()
    settled = state.final_number
    fourteen = steps(PROTOCOL, state, 14)
    assert PROTOCOL.final_number(fourteen) == settled
    fifteen = steps(PROTOCOL, fourteen, 1)
    assert PROTOCOL.final_number(fifteen) == state.number + 1
    assert PROTOCOL.final_number(steps(PROTOCOL, fifteen, 6)) == state.number + 7


def test_nothing_becomes_irreversible_across_a_dynasty_s_end() -> None:
    state = steps(PROTOCOL, at_dynasty_start(), 21)
    assert state.final_number == state.number - 14
    for blocks in range(1, 15):
        assert PROTOCOL.final_number(steps(PROTOCOL, state, blocks)) == state.final_number
    assert PROTOCOL.final_number(steps(PROTOCOL, state, 15)) == state.number + 1


def test_six_missed_slots_delay_irreversibility_and_seven_prevent_it() -> None:
    state = at_dynasty_start()
    six = skip(state, 6)
    assert PROTOCOL.final_number(steps(PROTOCOL, six, 14)) == six.number
    seven = skip(state, 7)
    last_of_dynasty = steps(PROTOCOL, seven, 13)
    assert last_of_dynasty.timestamp_s % DYNASTY_S == DYNASTY_S - 3
    assert PROTOCOL.final_number(last_of_dynasty) == state.final_number


@pytest.mark.parametrize(("producers", "grows"), [(15, True), (14, False)])
def test_fewer_than_fifteen_producers_settle_nothing(producers: int, grows: bool) -> None:
    state = at_dynasty_start(producers)
    later = steps(PROTOCOL, state, 5 * producers)
    assert (PROTOCOL.final_number(later) > state.final_number) is grows


def walked_back(blocks: list[tuple[int, int, str]], settled: int) -> int:
    """Return the irreversible height as the source finds it: back from the tip, counting producers."""
    dynasty = blocks[-1][1] // DYNASTY_S
    seen = set()
    for number, timestamp_s, producer in reversed(blocks):
        if timestamp_s // DYNASTY_S != dynasty or number == settled:
            return settled
        seen.add(producer)
        if len(seen) >= 15:
            return number
    return settled


@settings(max_examples=30)
@given(st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 2, 9, 40]), min_size=60, max_size=90), st.integers(14, 23))
def test_irreversibility_equals_a_walk_back_from_the_tip(missed: list[int], producers: int) -> None:
    state = at_dynasty_start(producers)
    settled, blocks = state.final_number, []
    for slots in missed:
        proposal = next(islice(PROTOCOL.contenders(state), slots, None))
        state, _payouts = PROTOCOL.apply(state, proposal, 0)
        blocks.append((state.number, state.timestamp_s, proposal.producer_id))
        settled = walked_back(blocks, settled)
        assert PROTOCOL.final_number(state) == settled


def test_weight_is_height() -> None:
    state = open_state()
    assert [PROTOCOL.weight(steps(PROTOCOL, state, blocks)) for blocks in (0, 1, 5)] == [5_000, 5_001, 5_005]


def test_any_contender_may_follow_and_two_of_one_state_are_a_fork() -> None:
    state = open_state()
    one, other = islice(PROTOCOL.contenders(state), 2)
    left, right = PROTOCOL.apply(state, one, 0)[0], PROTOCOL.apply(state, other, 0)[0]
    assert left.number == right.number == state.number + 1
    assert left != right
    assert PROTOCOL.apply(state, one, 0)[0] == left


def test_a_block_in_another_s_slot_is_refused() -> None:
    state = open_state()
    mine, theirs = islice(PROTOCOL.contenders(state), 2)
    stolen = replace(theirs, producer_id=mine.producer_id, producer_address=mine.producer_address)
    with pytest.raises(ProtocolError, match=f"belongs to {theirs.producer_id}, not to {mine.producer_id}"):
        PROTOCOL.apply(state, stolen, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 5_002}, "cannot follow block 5000"),
        ({"timestamp_s": OPENING_S - 3}, "not after its parent's"),
        ({"timestamp_s": OPENING_S + 4}, "not that of slot"),
        ({"randomness": bytes(32)}, "something else than the rules"),
        ({"producer_address": bytes(20)}, "something else than the rules"),
    ],
)
def test_a_block_that_breaks_a_rule_is_refused_with_its_words(change: dict[str, Any], words: str) -> None:
    state = open_state()
    with pytest.raises(ProtocolError, match=words):
        PROTOCOL.apply(state, replace(PROTOCOL.next_proposal(state), **change), 0)


def test_a_block_of_an_empty_seat_is_refused() -> None:
    state = at_dynasty_start(18)
    first = PROTOCOL.next_proposal(state)
    empty = replace(first, timestamp_s=first.timestamp_s - 3, slot=first.slot - 1)
    with pytest.raises(ProtocolError, match="empty seat"):
        PROTOCOL.apply(state, empty, 0)


def test_fees_in_med_are_refused() -> None:
    state = open_state()
    with pytest.raises(ProtocolError, match="points pay"):
        PROTOCOL.apply(state, PROTOCOL.next_proposal(state), 1)


def test_a_chain_without_candidates_stops_after_the_dynasty() -> None:
    state = open_state(3, timestamp_s=OPENING_S - OPENING_S % DYNASTY_S + 54)
    for candidate in list(state.books.candidates.values()):
        state = quit_candidacy(PROTOCOL.parameters, state, candidate.address)
    rest = list(PROTOCOL.contenders(state))
    assert [proposal.timestamp_s % DYNASTY_S for proposal in rest] == [57, 60]
    state = PROTOCOL.apply(state, rest[1], 0)[0]
    assert list(PROTOCOL.contenders(state)) == []
    assert PROTOCOL.advance_idle(state, OPENING_S + 10_000) == (state, None)
    with pytest.raises(NoEligibleCoins, match="no seat is filled"):
        PROTOCOL.next_proposal(state)


def test_the_header_commits_to_the_state_before() -> None:
    state = open_state()
    proposal = PROTOCOL.next_proposal(state)
    environment = PROTOCOL.environment(
        state, proposal, parent_hash=b"p" * 32, parent_identity=b"i" * 32, gas_limit_gas=7
    )
    assert environment.extra_data == PROTOCOL.state_root(state)
    assert environment.extra_data != PROTOCOL.state_root(PROTOCOL.apply(state, proposal, 0)[0])
    assert (environment.coinbase, environment.gas_limit_gas) == (FEE_ACCOUNT, 7)
    assert (environment.mix_hash, environment.timestamp_s) == (proposal.randomness, proposal.timestamp_s)


@pytest.mark.parametrize("producers", [1, 4, 14, 15, 20, 21, 25])
@pytest.mark.parametrize("offset_s", [0, 21, 60])
def test_idle_stretches_equal_block_by_block(producers: int, offset_s: int) -> None:
    state = open_state(producers, timestamp_s=OPENING_S - OPENING_S % DYNASTY_S + offset_s, burn_in_blocks=7)
    assert_idle_equals_block_by_block(PROTOCOL, state, 100)


def test_idle_stretches_after_missed_slots_and_quit_candidates_equal_block_by_block() -> None:
    state = skip(open_state(24), 5)
    for name in ("p0", "p3", "p9", "p11"):
        address = next(c.address for c in state.books.candidates.values() if c.owner_id == name)
        state = quit_candidacy(PROTOCOL.parameters, state, address)
    assert_idle_equals_block_by_block(PROTOCOL, state, 90)
    assert_idle_equals_block_by_block(PROTOCOL, skip(state, 70), 90)


@settings(max_examples=25)
@given(st.integers(0, 4_000), st.integers(0, 700))
def test_idle_stretches_may_be_cut_anywhere(seconds_s: int, blocks: int) -> None:
    state = open_state(20, burn_in_blocks=3)
    whole, _stretch = PROTOCOL.advance_idle(state, OPENING_S + 4_000)
    cut, _first = PROTOCOL.advance_idle(state, OPENING_S + seconds_s)
    assert PROTOCOL.advance_idle(cut, OPENING_S + 4_000)[0] == whole
    short, _stretch = PROTOCOL.advance_idle(state, OPENING_S + 4_000, state.number + blocks)
    assert short.number == min(whole.number, state.number + blocks)
    assert PROTOCOL.advance_idle(short, OPENING_S + 4_000)[0] == whole


def test_burn_in_ends_with_the_opening_and_is_part_of_it() -> None:
    fresh, burned = open_state(), open_state(burn_in_blocks=100)
    assert (burned.number, burned.timestamp_s) == (fresh.number, fresh.timestamp_s)
    assert PROTOCOL.subsidies_sat(burned) == 0
    gained_sat = PROTOCOL.coins_sat(burned) - PROTOCOL.coins_sat(fresh)
    assert gained_sat == burned.supply_sat - fresh.supply_sat > 0
    assert burned.number - 15 - 14 <= PROTOCOL.final_number(burned) < burned.number
    assert fresh.final_number == fresh.number
    assert sum(burned.turns) == 0


def test_a_year_is_ten_and_a_half_million_slots_and_five_per_cent() -> None:
    state = open_state()
    _tip, stretch = PROTOCOL.advance_idle(state, state.timestamp_s + 365 * 86_400)
    assert stretch is not None
    assert stretch.count == 365 * 86_400 // 3
    assert stretch.subsidy_sat / state.supply_sat == pytest.approx(464e-11 * stretch.count * 1.0245, rel=1e-3)


@pytest.mark.parametrize("producers", [21, 18])
def test_fifty_thousand_blocks_have_the_interval_and_the_shares_that_the_rules_imply(producers: int) -> None:
    state = at_dynasty_start(producers)
    tip, made, coins_sat = state, Counter[str](), PROTOCOL.coins_sat(state)
    intervals_s = Counter[int]()
    supply_sat, paid_sat = state.supply_sat, 0
    for _ in range(50_000):
        tip, proposal, payouts = step(PROTOCOL, tip)
        made[proposal.producer_id] += 1
        intervals_s[proposal.interval_s] += 1
        reward_sat = supply_sat * 464 // 10**11 // 10**6 * 10**6
        assert payouts.subsidy_sat == reward_sat
        supply_sat += reward_sat
        paid_sat += reward_sat
    assert (tip.supply_sat, PROTOCOL.subsidies_sat(tip)) == (supply_sat, paid_sat)
    assert PROTOCOL.coins_sat(tip) == coins_sat + paid_sat
    # Nothing is drawn: each seat has one slot a dynasty, and empty seats lengthen the step over them.
    dynasties = -(-50_000 // producers)
    assert set(intervals_s) == {3} | ({3 * (22 - producers)} - {3})
    assert tip.timestamp_s == state.timestamp_s + 63 * dynasties - 3 * (dynasties * producers - 50_000)
    assert set(made.values()) <= {50_000 // producers, dynasties}
    assert PROTOCOL.mature_sat_blocks(tip) == dict(made)


def test_missed_turns_count_as_turns() -> None:
    state = at_dynasty_start()
    proposals = list(islice(PROTOCOL.contenders(state), 130))
    tip = PROTOCOL.apply(state, proposals[-1], 0)[0]
    assert PROTOCOL.mature_sat_blocks(tip) == Counter(proposal.producer_id for proposal in proposals)
    assert sum(PROTOCOL.mature_stakes_sat(tip).values()) == 21


@pytest.mark.parametrize(
    ("stakers", "choice", "words"),
    [
        ([], {}, "nobody stands"),
        (stakers_of([5_000_000] * 2), {"candidates": []}, "nobody stands"),
        (stakers_of([1_999_999]), {}, "are put up for it"),
        (stakers_of([6_000_000_000]), {}, "more than the supply"),
        ([*stakers_of([5_000_000]), *stakers_of([5_000_000])], {}, "share an owner id"),
        (stakers_of([5_000_000]), {"candidates": ["p1"]}, "none of the stakers"),
        (stakers_of([5_000_000] * 2), {"candidates": ["p0", "p0"]}, "stands twice"),
        (stakers_of([5_000_000] * 2), {"candidates": ["p0"], "votes": {"p1": ["p1"]}}, "does not stand"),
        (stakers_of([5_000_000] * 2), {"votes": {"p1": ["p1", "p1"]}}, "different ones"),
        (stakers_of([5_000_000] * 16), {"votes": {"p1": [f"p{i}" for i in range(16)]}}, "votes for 16"),
        ([Staker("p0", bytes(20), (5_000_000 * MED_UNITS_PER_MED, 0))], {}, "at least one unit"),
    ],
)
def test_openings_that_the_rules_forbid(stakers: list[Staker], choice: dict[str, Any], words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        PROTOCOL.opening_state(
            stakers, number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED, **choice
        )


def test_fifteen_votes_and_the_least_coins_may_open() -> None:
    choice = {"p1": [f"p{index}" for index in range(15)]}
    state = PROTOCOL.opening_state(
        stakers_of([5_000_000] * 15 + [2_000_000]),
        number=0,
        timestamp_s=OPENING_S,
        burn_in_blocks=0,
        seed=SEED,
        votes=choice,
    )
    assert PROTOCOL.stakes_sat(state)["p15"] == 0
    with pytest.raises(ProtocolError, match="32 bytes"):
        PROTOCOL.opening_state(
            stakers_of([5_000_000]), number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=b"short"
        )
    with pytest.raises(ProtocolError, match="burn-in"):
        open_state(burn_in_blocks=-1)
