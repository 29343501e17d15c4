"""What people may do with their stake, each beside what they may not; coins always add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chain.protocols.bft.fixed import percent
from chain.protocols.bft.operations import (
    OperationRefused,
    create_validator,
    delegate,
    deposit,
    draw_commission,
    draw_rewards,
    undelegate,
    unjail,
    withdraw,
)
from chain.protocols.bft.parameters import PANACEA_2019
from chain.protocols.bft.state import BftState
from chain.protocols.panacea_bft import PanaceaBft
from chain.protocols.protocol import ProtocolError
from chain.units import MED_UNITS_PER_MED
from tests.chain.protocols.chains import OPENING_S, SEED, address_of, stakers_of, step, steps

PARAMETERS = replace(
    PANACEA_2019, validators=3, signed_window_blocks=20, minimum_signed=percent(50), downtime_jail_s=60
)
PROTOCOL = PanaceaBft(PARAMETERS)
STAKE_SAT = 1_000_000 * MED_UNITS_PER_MED


def open_state() -> BftState:
    """Three validators of a million MED each, one delegator of half a million, one with as much in hand."""
    return PROTOCOL.opening_state(
        stakers_of([1_000_000, 1_000_000, 1_000_000, 500_000, 500_000]),
        number=0,
        timestamp_s=OPENING_S,
        burn_in_blocks=0,
        seed=SEED,
        validators=["p0", "p1", "p2"],
        delegations={"p3": "p0"},
        commissions={"p0": percent(10)},
    )


@pytest.fixture
def state() -> BftState:
    return open_state()


def liquid_sat(state: BftState, name: str) -> int:
    return state.staking.liquid_sat.get(name, 0)


def powers(state: BftState) -> dict[str, int]:
    return dict(PROTOCOL.round_rules.powers(state))


def test_an_opening_gives_delegators_power_to_their_validator(state: BftState) -> None:
    assert powers(state) == {"p0": 1_500_000, "p1": 1_000_000, "p2": 1_000_000}
    assert liquid_sat(state, "p4") == STAKE_SAT // 2
    assert PROTOCOL.stakes_sat(state)["p0"] == STAKE_SAT * 3 // 2


def test_a_delegation_votes_from_the_next_block_but_one(state: BftState) -> None:
    changed = delegate(state, "p4", "p1", STAKE_SAT // 2)
    assert liquid_sat(changed, "p4") == 0
    # The block after the state takes it up; it counts for the votes two blocks on from there.
    by_block = [powers(steps(PROTOCOL, changed, blocks))["p1"] for blocks in range(4)]
    assert by_block == [1_000_000, 1_000_000, 1_500_000, 1_500_000]
    with pytest.raises(OperationRefused, match="has 0 in hand"):
        delegate(changed, "p4", "p1", 1)
    with pytest.raises(OperationRefused, match="does not validate"):
        delegate(state, "p4", "p3", 1)


def test_rewards_are_split_by_commission_and_shares_to_the_unit(state: BftState) -> None:
    tip = steps(PROTOCOL, state, 200)
    outstanding_sat = tip.outstanding_sat[0]
    commission_sat = outstanding_sat // 10
    drawn = draw_commission(draw_rewards(draw_rewards(tip, "p3", "p0"), "p0", "p0"), "p0")
    shared_sat = outstanding_sat - commission_sat
    assert liquid_sat(drawn, "p3") in range(shared_sat // 3 - 1, shared_sat // 3 + 1)
    own_sat = liquid_sat(drawn, "p0") - commission_sat
    assert own_sat in range(shared_sat * 2 // 3 - 1, shared_sat * 2 // 3 + 1)
    assert 0 <= shared_sat - own_sat - liquid_sat(drawn, "p3") <= 2
    assert PROTOCOL.coins_sat(drawn) == PROTOCOL.coins_sat(tip)
    again = draw_commission(draw_rewards(drawn, "p3", "p0"), "p0")
    assert liquid_sat(again, "p3") == liquid_sat(drawn, "p3")
    assert liquid_sat(again, "p0") == liquid_sat(drawn, "p0")


def test_whoever_comes_later_earns_nothing_of_before(state: BftState) -> None:
    early = steps(PROTOCOL, state, 100)
    joined = delegate(early, "p4", "p0", STAKE_SAT // 2)
    assert liquid_sat(draw_rewards(joined, "p4", "p0"), "p4") == 0
    later = steps(PROTOCOL, joined, 100)
    newcomer = draw_rewards(later, "p4", "p0")
    veteran = draw_rewards(later, "p3", "p0")
    assert 0 < liquid_sat(newcomer, "p4") < liquid_sat(veteran, "p3")
    assert draw_rewards(later, "p1", "p0").staking.liquid_sat == later.staking.liquid_sat


def test_undelegated_stake_is_paid_after_three_weeks_to_the_second(state: BftState) -> None:
    shares = STAKE_SAT // 2
    leaving = undelegate(PARAMETERS, state, "p3", "p0", shares)
    assert PROTOCOL.stakes_sat(leaving)["p0"] == STAKE_SAT
    due_s = state.timestamp_s + 21 * 86_400
    almost, _stretch = PROTOCOL.advance_idle(leaving, due_s - 6)
    assert liquid_sat(almost, "p3") == 0
    paid, _stretch = PROTOCOL.advance_idle(leaving, due_s)
    assert paid.timestamp_s == due_s
    assert liquid_sat(paid, "p3") == STAKE_SAT // 2
    with pytest.raises(OperationRefused, match="has 0 shares"):
        undelegate(PARAMETERS, leaving, "p3", "p0", 1)


def test_at_most_seven_amounts_are_on_their_way(state: BftState) -> None:
    for _ in range(7):
        state = undelegate(PARAMETERS, state, "p3", "p0", 100)
    with pytest.raises(OperationRefused, match="7 amounts on their way"):
        undelegate(PARAMETERS, state, "p3", "p0", 100)
    assert undelegate(PARAMETERS, state, "p0", "p0", 100).staking.unbondings[-1].delegator_id == "p0"
    with pytest.raises(OperationRefused, match="at least 1"):
        undelegate(PARAMETERS, state, "p3", "p0", 0)


def test_a_fourth_validator_replaces_the_weakest(state: BftState) -> None:
    rich = deposit(state, "new", 2 * STAKE_SAT)
    created = create_validator(PARAMETERS, rich, "new", address_of(9), percent(3), 2 * STAKE_SAT)
    tip = steps(PROTOCOL, created, 2)
    assert list(powers(tip)) == ["new", "p0", min(("p1", "p2"), key=lambda name: address_of(int(name[1])))]
    assert PROTOCOL.validators(tip) == ("p0", "p1", "p2", "new")
    later = steps(PROTOCOL, tip, 500)
    assert PROTOCOL.mature_sat_blocks(later)["new"] == 500 * 2_000_000


@pytest.mark.parametrize(("commission", "allowed"), [(3, True), (100, True), (2, False), (101, False)])
def test_commissions_have_a_minimum(state: BftState, commission: int, allowed: bool) -> None:
    rich = deposit(state, "new", STAKE_SAT)
    arguments: Any = (PARAMETERS, rich, "new", address_of(9), percent(commission), STAKE_SAT)
    if allowed:
        assert create_validator(*arguments).staking.validators[3].commission == percent(commission)
    else:
        with pytest.raises(ProtocolError, match="asks for a commission"):
            create_validator(*arguments)


def test_an_address_validates_once_and_with_a_stake(state: BftState) -> None:
    rich = deposit(state, "new", STAKE_SAT)
    with pytest.raises(OperationRefused, match="validates already"):
        create_validator(PARAMETERS, rich, "p0", address_of(9), percent(3), STAKE_SAT)
    with pytest.raises(OperationRefused, match="validates already"):
        create_validator(PARAMETERS, rich, "new", address_of(0), percent(3), STAKE_SAT)
    with pytest.raises(OperationRefused, match="in hand, less than"):
        create_validator(PARAMETERS, rich, "new", address_of(9), percent(3), STAKE_SAT + 1)


def test_what_is_in_hand_can_be_taken_out(state: BftState) -> None:
    out = withdraw(state, "p4", STAKE_SAT // 2)
    assert PROTOCOL.coins_sat(out) == PROTOCOL.coins_sat(state) - STAKE_SAT // 2
    for attempt in (
        lambda: withdraw(out, "p4", 1),
        lambda: withdraw(state, "p4", 0),
        lambda: deposit(out, "p4", -1),
    ):
        with pytest.raises(OperationRefused):
            attempt()


def test_a_slashed_validator_s_shares_buy_less_and_cost_less(state: BftState) -> None:
    state = steps(PROTOCOL, state, 25)
    for _ in range(11):
        absent = ["p1"]
        proposal = PROTOCOL.round_rules.propose(state, 0, state.made_s + 6, absent=absent)
        state, _payouts = PROTOCOL.apply(state, proposal, 0)
    assert PROTOCOL.stakes_sat(state)["p1"] == STAKE_SAT * 99 // 100
    state = delegate(state, "p4", "p1", 99_000)
    place = state.staking.places["p1"]
    assert state.staking.delegations["p4", place].shares == 100_000
    back = undelegate(PARAMETERS, state, "p4", "p1", 100_000)
    assert back.staking.unbondings[-1].amount_sat == 99_000
    with pytest.raises(OperationRefused, match="jailed until"):
        unjail(state, "p1")


CROWD = PanaceaBft(replace(PARAMETERS, validators=4))
"""Four places for five validators, so that one of them may be away."""


class Stakeholders(RuleBasedStateMachine):
    """Anybody does anything in any order; no coin appears or is lost, and shares are always covered."""

    tried: ClassVar[Counter[str]] = Counter()
    succeeded: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.state = CROWD.opening_state(
            stakers_of([1_000_000] * 6),
            number=0,
            timestamp_s=OPENING_S,
            burn_in_blocks=0,
            seed=SEED,
            validators=[f"p{index}" for index in range(5)],
            delegations={"p5": "p0"},
        )
        for index in range(6):
            self.state = deposit(self.state, f"p{index}", STAKE_SAT)
        self.opening_sat = CROWD.coins_sat(self.state)
        self.moved_sat = 0
        # Everybody has been watched for a window, so that absence is punished from the start.
        self.state = steps(CROWD, self.state, 25)

    people = st.sampled_from([f"p{index}" for index in range(6)])
    validators = st.sampled_from([f"p{index}" for index in range(5)])
    amounts = st.integers(1, STAKE_SAT // 2)

    def attempt(self, operation: Callable[..., BftState], *arguments: object) -> bool:
        self.tried[operation.__name__] += 1
        try:
            self.state = operation(*arguments)
        except OperationRefused:
            return False
        self.succeeded[operation.__name__] += 1
        return True

    @rule(who=people, whom=validators, amount=amounts)
    def delegates(self, who: str, whom: str, amount: int) -> None:
        self.attempt(delegate, self.state, who, whom, amount)

    @rule(who=people, whom=validators, shares=st.integers(1, STAKE_SAT // 4))
    def undelegates(self, who: str, whom: str, shares: int) -> None:
        self.attempt(undelegate, CROWD.parameters, self.state, who, whom, shares)

    @rule(who=people, whom=validators)
    def draws(self, who: str, whom: str) -> None:
        self.attempt(draw_rewards, self.state, who, whom)

    @rule(who=validators)
    def draws_commission(self, who: str) -> None:
        self.attempt(draw_commission, self.state, who)

    @rule(who=people, amount=amounts)
    def brings(self, who: str, amount: int) -> None:
        self.state = deposit(self.state, who, amount)
        self.moved_sat += amount

    @rule(who=people, amount=amounts)
    def takes(self, who: str, amount: int) -> None:
        if self.attempt(withdraw, self.state, who, amount):
            self.moved_sat -= amount

    @rule(blocks=st.integers(1, 12), fees_sat=st.integers(0, 10**9))
    def goes_on(self, blocks: int, fees_sat: int) -> None:
        for _ in range(blocks):
            self.state, _proposal, _payouts = step(CROWD, self.state, fees_sat)

    @rule(index=st.integers(0, 3), blocks=st.sampled_from([5, 12, 24]), returns=st.booleans())
    def is_away(self, index: int, blocks: int, returns: bool) -> None:
        for _ in range(blocks):
            voted = self.state.voted
            if voted is None:
                return
            place = voted.places[index % len(voted.places)]
            absent = [self.state.staking.validators[place].owner_id]
            power = voted.powers[voted.places.index(place)]
            if voted.total - power < voted.quorum:
                absent = []
            made_s = self.state.made_s + 6
            proposal = CROWD.round_rules.propose(self.state, 0, made_s, absent=absent)
            self.state, _payouts = CROWD.apply(self.state, proposal, 0)
        if returns:
            self.comes_back("p0")

    @rule(days=st.sampled_from([1, 22]))
    def waits(self, days: int) -> None:
        self.late_round(days)

    def late_round(self, days: int) -> None:
        """Let time pass without as many blocks."""
        made_s = self.state.made_s + days * 86_400
        proposal = CROWD.round_rules.propose(self.state, 3, made_s)
        self.state, _payouts = CROWD.apply(self.state, proposal, 0)

    @rule(who=validators)
    def comes_back(self, who: str) -> None:
        jailed = [v.owner_id for v in self.state.staking.validators if v.jailed]
        if jailed:
            self.late_round(1)
        self.attempt(unjail, self.state, who if who in jailed or not jailed else jailed[0])

    @invariant()
    def coins_are_conserved(self) -> None:
        state = self.state
        expected_sat = self.opening_sat + self.moved_sat + state.subsidies_sat + state.fees_reissued_sat
        assert CROWD.coins_sat(state) == expected_sat - state.burned_sat
        assert state.supply_sat == CROWD.parameters.supply_sat + state.subsidies_sat - state.burned_sat

    @invariant()
    def shares_are_those_of_the_delegators(self) -> None:
        for place, validator in enumerate(self.state.staking.validators):
            held = [d.shares for (_, at), d in self.state.staking.delegations.items() if at == place]
            assert sum(held) == validator.shares
            assert min(validator.tokens_sat, validator.pot_sat, validator.commission_sat) >= 0
        assert all(amount >= 0 for amount in self.state.staking.liquid_sat.values())

    @invariant()
    def those_who_vote_are_the_strongest(self) -> None:
        voting = {place for place, v in enumerate(self.state.staking.validators) if v.left_s is None}
        assert voting == {place for place, _power in self.state.sent}
        assert 1 <= len(voting) <= 4


def test_no_order_of_operations_breaks_the_books() -> None:
    Stakeholders.tried.clear()
    Stakeholders.succeeded.clear()
    run_state_machine_as_test(Stakeholders, settings=settings(max_examples=60, stateful_step_count=40))
    operations = (delegate, undelegate, draw_rewards, draw_commission, unjail, withdraw)
    for operation in operations:
        assert Stakeholders.succeeded[operation.__name__] >= 5, operation
    assert Stakeholders.succeeded.total() >= 0.3 * Stakeholders.tried.total()


def ruined(state: BftState, tokens_sat: int) -> BftState:
    """Return a state in which p1 has lost all but so much of its stake."""
    place = state.staking.places["p1"]
    poor = replace(state.staking.validators[place], tokens_sat=tokens_sat)
    return replace(state, staking=state.staking.with_validator(place, poor))


def test_shares_without_a_worth_are_neither_sold_nor_paid(state: BftState) -> None:
    with pytest.raises(OperationRefused, match="has lost all its stake"):
        delegate(ruined(state, 0), "p4", "p1", 10)
    assert (
        undelegate(PARAMETERS, ruined(state, 1), "p1", "p1", STAKE_SAT).staking.unbondings[0].amount_sat == 1
    )
    with pytest.raises(OperationRefused, match="are worth nothing"):
        undelegate(PARAMETERS, ruined(state, 1), "p1", "p1", STAKE_SAT - 1)
    dear = replace(state.staking.validators[1], shares=1)
    with pytest.raises(OperationRefused, match="buy no whole share"):
        delegate(replace(state, staking=state.staking.with_validator(1, dear)), "p4", "p1", STAKE_SAT // 2)


def test_a_validator_without_a_stake_of_its_own_stays_jailed(state: BftState) -> None:
    jailed = replace(state.staking.validators[0], jailed=True)
    away = replace(state, staking=state.staking.with_validator(0, jailed))
    assert not unjail(away, "p0").staking.validators[0].jailed
    alone = undelegate(PARAMETERS, away, "p0", "p0", STAKE_SAT)
    with pytest.raises(OperationRefused, match="no stake of its own"):
        unjail(alone, "p0")
