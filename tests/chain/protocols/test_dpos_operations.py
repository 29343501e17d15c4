"""What accounts may do, each beside what they may not; vote power and coins always add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chain.protocols.dpos.accounts import Account
from chain.protocols.dpos.operations import (
    OperationRefused,
    balance_sat,
    become_candidate,
    deposit,
    quit_candidacy,
    register_alias,
    stake,
    unstake,
    vote,
    withdraw,
)
from chain.protocols.dpos.parameters import MEDIBLOC_2019 as PARAMETERS
from chain.protocols.dpos.state import DposState
from chain.protocols.medibloc_dpos import MediblocDpos
from chain.units import MED_UNITS_PER_MED
from tests.chain.protocols.chains import OPENING_S, SEED, address_of, stakers_of, steps

PROTOCOL = MediblocDpos()
MILLION_SAT = 1_000_000 * MED_UNITS_PER_MED
WEEK_S = 604_800
NEWCOMER = b"\xee" * 20


@pytest.fixture
def state() -> DposState:
    """Four candidates, each voting for itself, and a newcomer with ten million MED in hand."""
    opened = PROTOCOL.opening_state(
        stakers_of([100_000_000] * 4), number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED
    )
    return deposit(opened, NEWCOMER, 10 * MILLION_SAT, "newcomer")


def account(state: DposState, address: bytes) -> Account:
    known = state.books.account(address)
    assert known is not None
    return known


def power_sat(state: DposState, address: bytes) -> int:
    return sum(c.vote_power_sat for c in state.books.candidates.values() if c.address == address)


def later(state: DposState, seconds_s: int) -> DposState:
    tip, _stretch = PROTOCOL.advance_idle(state, state.timestamp_s + seconds_s)
    return tip


def test_a_stake_counts_at_once_for_everybody_voted_for(state: DposState) -> None:
    state = vote(PARAMETERS, state, NEWCOMER, [address_of(1), address_of(2)])
    before = [power_sat(state, address_of(index)) for index in range(4)]
    state = stake(PARAMETERS, state, NEWCOMER, MILLION_SAT)
    after = [power_sat(state, address_of(index)) for index in range(4)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [0, MILLION_SAT, MILLION_SAT, 0]
    assert account(state, NEWCOMER).balance_sat == 9 * MILLION_SAT


def test_more_than_the_balance_cannot_be_staked(state: DposState) -> None:
    assert account(stake(PARAMETERS, state, NEWCOMER, 10 * MILLION_SAT), NEWCOMER).balance_sat == 0
    with pytest.raises(OperationRefused, match="has 1000000000000000, less than 1000000000000001"):
        stake(PARAMETERS, state, NEWCOMER, 10 * MILLION_SAT + 1)


@pytest.mark.parametrize("operation", [stake, unstake, withdraw])
@pytest.mark.parametrize("amount_sat", [0, -1])
def test_amounts_are_positive(
    state: DposState, operation: Callable[[object, DposState, bytes, int], DposState], amount_sat: int
) -> None:
    with pytest.raises(OperationRefused, match="at least 1"):
        operation(PARAMETERS, state, address_of(0), amount_sat)
    with pytest.raises(OperationRefused, match="at least 1"):
        deposit(state, NEWCOMER, amount_sat, "newcomer")


def test_unstaking_drops_power_at_once_and_pays_after_a_week(state: DposState) -> None:
    # p3 votes for others only, so that nothing but its unstaking changes what it has.
    address = NEWCOMER
    state = stake(PARAMETERS, state, address, 5 * MILLION_SAT)
    state = vote(PARAMETERS, state, address, [address_of(0)])
    before = power_sat(state, address_of(0))
    state = unstake(PARAMETERS, state, address, 2 * MILLION_SAT)
    assert power_sat(state, address_of(0)) == before - 2 * MILLION_SAT
    begun_s = state.timestamp_s
    due = later(state, WEEK_S)
    # With 4 of 21 seats filled, blocks are up to 54 s apart: look at the last one before and the first one after.
    almost, _ = PROTOCOL.advance_idle(state, begun_s + WEEK_S - 1)
    assert balance_sat(PARAMETERS, almost, address) == 5 * MILLION_SAT
    while due.timestamp_s - begun_s < WEEK_S:
        due = steps(PROTOCOL, due, 1)
    assert balance_sat(PARAMETERS, due, address) == 7 * MILLION_SAT


def test_the_week_is_over_with_its_last_second() -> None:
    state = PROTOCOL.opening_state(
        stakers_of([100_000_000] * 21), number=0, timestamp_s=OPENING_S, burn_in_blocks=0, seed=SEED
    )
    state = deposit(state, NEWCOMER, 3, "newcomer")
    state = unstake(PARAMETERS, stake(PARAMETERS, state, NEWCOMER, 3), NEWCOMER, 3)
    assert balance_sat(PARAMETERS, later(state, WEEK_S - 3), NEWCOMER) == 0
    assert balance_sat(PARAMETERS, later(state, WEEK_S), NEWCOMER) == 3


def test_a_second_unstaking_restarts_the_clock_for_the_whole_sum(state: DposState) -> None:
    state = stake(PARAMETERS, state, NEWCOMER, 5 * MILLION_SAT)
    state = unstake(PARAMETERS, state, NEWCOMER, MILLION_SAT)
    middle = unstake(PARAMETERS, later(state, WEEK_S // 2), NEWCOMER, MILLION_SAT)
    assert account(middle, NEWCOMER).unstaking_sat == 2 * MILLION_SAT
    assert balance_sat(PARAMETERS, later(middle, WEEK_S * 3 // 4), NEWCOMER) == 5 * MILLION_SAT
    assert balance_sat(PARAMETERS, later(middle, WEEK_S + 63), NEWCOMER) == 7 * MILLION_SAT
    # What was due before the second one has been paid and waits no longer.
    separate = unstake(PARAMETERS, later(state, WEEK_S + 63), NEWCOMER, MILLION_SAT)
    assert account(separate, NEWCOMER).balance_sat == 6 * MILLION_SAT
    assert account(separate, NEWCOMER).unstaking_sat == MILLION_SAT


def test_more_than_the_stake_cannot_be_unstaked(state: DposState) -> None:
    staked_sat = account(state, address_of(0)).stake_sat
    assert account(unstake(PARAMETERS, state, address_of(0), staked_sat), address_of(0)).stake_sat == 0
    with pytest.raises(OperationRefused, match="stakes"):
        unstake(PARAMETERS, state, address_of(0), staked_sat + 1)


def test_votes_move_the_whole_stake_from_old_to_new(state: DposState) -> None:
    stake_sat = account(state, address_of(0)).stake_sat
    moved = vote(PARAMETERS, state, address_of(0), [address_of(1), address_of(2)])
    assert [power_sat(moved, address_of(index)) for index in range(4)] == [
        0,
        2 * stake_sat,
        2 * stake_sat,
        stake_sat,
    ]
    assert power_sat(vote(PARAMETERS, moved, address_of(0), []), address_of(1)) == stake_sat


def test_votes_for_nobody_s_candidacy_twice_or_too_many_are_refused(state: DposState) -> None:
    with pytest.raises(OperationRefused, match="does not stand"):
        vote(PARAMETERS, state, address_of(0), [NEWCOMER])
    with pytest.raises(OperationRefused, match="twice for the same"):
        vote(PARAMETERS, state, address_of(0), [address_of(1)] * 2)
    with pytest.raises(OperationRefused, match="16 votes are more than 15"):
        vote(PARAMETERS, state, address_of(0), [address_of(index) for index in range(16)])
    with pytest.raises(OperationRefused, match="has no account"):
        vote(PARAMETERS, state, b"\xdd" * 20, [address_of(0)])


def test_a_candidate_needs_an_alias_and_the_collateral(state: DposState) -> None:
    with pytest.raises(OperationRefused, match="has no alias"):
        become_candidate(PARAMETERS, state, NEWCOMER, MILLION_SAT)
    state = register_alias(PARAMETERS, state, NEWCOMER, "seoulclinic1")
    with pytest.raises(OperationRefused, match="less than 100000000000000"):
        become_candidate(PARAMETERS, state, NEWCOMER, MILLION_SAT - 1)
    standing = become_candidate(PARAMETERS, state, NEWCOMER, MILLION_SAT)
    assert account(standing, NEWCOMER).balance_sat == 8 * MILLION_SAT
    assert power_sat(standing, NEWCOMER) == 0
    assert "newcomer" in PROTOCOL.validators(standing)
    assert PROTOCOL.mature_sat_blocks(standing)["newcomer"] == 0
    with pytest.raises(OperationRefused, match="stands already"):
        become_candidate(PARAMETERS, standing, NEWCOMER, MILLION_SAT)


@pytest.mark.parametrize("alias", ["twelveletter", "sixteenletters12"])
def test_an_alias_has_twelve_to_sixteen_letters_and_digits(state: DposState, alias: str) -> None:
    named = register_alias(PARAMETERS, state, NEWCOMER, alias)
    assert account(named, NEWCOMER).alias == alias
    assert account(named, NEWCOMER).balance_sat == 9 * MILLION_SAT
    with pytest.raises(OperationRefused, match="is called"):
        register_alias(PARAMETERS, named, NEWCOMER, "anothername1")
    other = deposit(named, b"\xef" * 20, MILLION_SAT, "other")
    with pytest.raises(OperationRefused, match="somebody's alias"):
        register_alias(PARAMETERS, other, b"\xef" * 20, alias)


@pytest.mark.parametrize(
    "alias", ["elevenlette", "seventeenletters1", "1twelveletter", "Twelveletter", "twelve_letter", ""]
)
def test_other_aliases_are_refused(state: DposState, alias: str) -> None:
    with pytest.raises(OperationRefused, match="is no alias"):
        register_alias(PARAMETERS, state, NEWCOMER, alias)


def test_quitting_returns_the_collateral_at_once_and_old_votes_stay_with_the_old_candidacy(
    state: DposState,
) -> None:
    quit_ = quit_candidacy(PARAMETERS, state, address_of(0))
    assert account(quit_, address_of(0)).balance_sat == MILLION_SAT
    again = become_candidate(PARAMETERS, quit_, address_of(0), MILLION_SAT)
    assert power_sat(again, address_of(0)) == 0
    # The old vote is still there, for a candidacy that is gone: staking more adds to nobody.
    richer = stake(PARAMETERS, deposit(again, address_of(0), 5, "p0"), address_of(0), 5)
    assert power_sat(richer, address_of(0)) == 0
    renewed = vote(PARAMETERS, richer, address_of(0), [address_of(0)])
    assert power_sat(renewed, address_of(0)) == account(renewed, address_of(0)).stake_sat
    with pytest.raises(OperationRefused, match="does not stand"):
        quit_candidacy(PARAMETERS, quit_, address_of(0))


def test_rewards_are_spendable_and_are_spent_once(state: DposState) -> None:
    tip = steps(PROTOCOL, state, 8)
    earned_sat = balance_sat(PARAMETERS, tip, address_of(0))
    assert earned_sat == tip.earned_sat[0] > 0
    spent = withdraw(PARAMETERS, tip, address_of(0), earned_sat)
    assert balance_sat(PARAMETERS, spent, address_of(0)) == 0
    assert PROTOCOL.coins_sat(spent) == PROTOCOL.coins_sat(tip) - earned_sat
    with pytest.raises(OperationRefused, match="has 0"):
        withdraw(PARAMETERS, spent, address_of(0), 1)
    assert balance_sat(PARAMETERS, tip, address_of(0)) == earned_sat
    assert balance_sat(PARAMETERS, tip, b"\xdd" * 20) == 0


def test_an_operation_leaves_the_state_that_it_started_from(state: DposState) -> None:
    root = PROTOCOL.state_root(state)
    changed = stake(PARAMETERS, state, NEWCOMER, 7)
    assert PROTOCOL.state_root(state) == root != PROTOCOL.state_root(changed)
    back = unstake(PARAMETERS, changed, NEWCOMER, 7)
    assert PROTOCOL.state_root(back) not in (root, PROTOCOL.state_root(changed))


class Electorate(RuleBasedStateMachine):
    """Anybody does anything in any order; power, coins and commitments always follow from the accounts."""

    tried: ClassVar[Counter[str]] = Counter()
    succeeded: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.state = PROTOCOL.opening_state(
            stakers_of([40_000_000] * 6),
            number=0,
            timestamp_s=OPENING_S,
            burn_in_blocks=0,
            seed=SEED,
            candidates=["p0", "p1", "p2"],
        )
        for index in range(6):
            self.state = deposit(self.state, address_of(index), 20 * MILLION_SAT, "known")
        self.opening_sat = PROTOCOL.coins_sat(self.state)
        self.moved_sat = 0

    people = st.integers(0, 5).map(address_of)
    amounts_sat = st.integers(1, 25 * MILLION_SAT)

    def attempt(self, operation: Callable[..., DposState], *arguments: object) -> bool:
        self.tried[operation.__name__] += 1
        try:
            self.state = operation(PARAMETERS, self.state, *arguments)
        except OperationRefused:
            return False
        self.succeeded[operation.__name__] += 1
        return True

    @rule(who=people, amount_sat=amounts_sat)
    def stakes(self, who: bytes, amount_sat: int) -> None:
        self.attempt(stake, who, amount_sat)

    @rule(who=people, amount_sat=amounts_sat)
    def unstakes(self, who: bytes, amount_sat: int) -> None:
        self.attempt(unstake, who, amount_sat)

    @rule(who=people, choice=st.lists(people, max_size=4))
    def votes(self, who: bytes, choice: list[bytes]) -> None:
        self.attempt(vote, who, choice)

    @rule(who=st.integers(3, 5).map(address_of), letter=st.sampled_from("abcd"))
    def registers(self, who: bytes, letter: str) -> None:
        self.attempt(register_alias, who, letter * 12)

    @rule(who=people)
    def stands(self, who: bytes) -> None:
        if account(self.state, who).alias is None:
            self.attempt(register_alias, who, f"candidate{who[0]:03d}"[:12])
        self.attempt(become_candidate, who, MILLION_SAT)

    @rule(who=people)
    def quits(self, who: bytes) -> None:
        self.attempt(quit_candidacy, who)

    @rule(who=people, amount_sat=amounts_sat)
    def brings(self, who: bytes, amount_sat: int) -> None:
        self.state = deposit(self.state, who, amount_sat, "known")
        self.moved_sat += amount_sat

    @rule(who=people, amount_sat=amounts_sat)
    def takes(self, who: bytes, amount_sat: int) -> None:
        if self.attempt(withdraw, who, amount_sat):
            self.moved_sat -= amount_sat

    @rule(seconds_s=st.sampled_from([3, 63, 1_000, 604_800]))
    def waits(self, seconds_s: int) -> None:
        self.state, _ = PROTOCOL.advance_idle(self.state, self.state.timestamp_s + seconds_s)

    @invariant()
    def power_is_the_sum_of_voters_stakes(self) -> None:
        accounts = [known for _, known in self.state.books.accounts.items()]
        for candidate in self.state.books.candidates.values():
            voters = [known.stake_sat for known in accounts if candidate.serial in known.votes]
            assert candidate.vote_power_sat == sum(voters)
            assert account(self.state, candidate.address).candidacy == candidate.serial

    @invariant()
    def coins_are_conserved(self) -> None:
        expected_sat = self.opening_sat + self.moved_sat + PROTOCOL.subsidies_sat(self.state)
        assert PROTOCOL.coins_sat(self.state) == expected_sat
        accounts = [known for _, known in self.state.books.accounts.items()]
        assert sum(known.coins_sat for known in accounts) == self.state.books.coins_sat
        assert all(known.balance_sat >= 0 and known.stake_sat >= 0 for known in accounts)

    @invariant()
    def the_digest_follows_from_the_accounts(self) -> None:
        accounts = [known for _, known in self.state.books.accounts.items()]
        assert self.state.books.digest == sum(known.digest() for known in accounts) % 2**256


def test_no_order_of_operations_breaks_the_books() -> None:
    Electorate.tried.clear()
    Electorate.succeeded.clear()
    run_state_machine_as_test(Electorate, settings=settings(max_examples=60, stateful_step_count=40))
    for operation in (stake, unstake, vote, register_alias, become_candidate, quit_candidacy, withdraw):
        assert Electorate.succeeded[operation.__name__] >= 5, operation
    assert Electorate.succeeded.total() >= 0.3 * Electorate.tried.total()
