"""Epochs are closed in order once they are over; accounts are paid once; what is left over goes where the terms say."""

from __future__ import annotations

import pytest
from rewarding import (
    OPENING_UNITS,
    WEEK_UNITS,
    books_close,
    close,
    over,
    paid,
    points_of,
    settle,
    staged,
    told,
    visit,
)

from chain.contracts.deployment.reward_pool import Conversion, Destination
from chain.contracts.rehearsal.cast import OTHER_PATIENT, PATIENT, PROVIDER, STRANGER, TREASURY
from chain.contracts.rehearsal.reward_pool import end_epoch
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, START_S, WEEK_S
from chain.contracts.rehearsal.visit import Visit

AUTHORS, CURATORS, AUTHORS_FUND, CURATORS_FUND = range(4)
ODD = {"patient_points": 101}
"""With a provider's 50 points, a sum that divides no week's emission."""
ODD_DUST = WEEK_UNITS - WEEK_UNITS * 101 // 151 - WEEK_UNITS * 50 // 151


@pytest.fixture
def stage() -> Stage:
    return staged()


def test_an_epoch_ends_on_the_second(stage: Stage) -> None:
    end_epoch(stage, 0)
    stage.pass_time(-1)
    early = stage.branch()
    assert close(early, 0).error == f"EpochNotOver(epoch=0, end={START_S + WEEK_S})"
    stage.pass_time(1)
    assert close(stage, 0).status == 1


def test_epochs_are_closed_once_and_in_order(stage: Stage) -> None:
    end_epoch(stage, 1)
    assert close(stage, 1).error == "EpochNotNext(epoch=1, next=0)"
    assert close(stage, 0).status == 1
    assert close(stage, 0).error == "EpochNotNext(epoch=0, next=1)"
    assert close(stage, 1).status == 1


def test_closing_has_the_epochs_days_emitted_into_the_pool(stage: Stage) -> None:
    visit(stage)
    assert over(stage, 0) == {
        "epoch": 0,
        "points": 150,
        "curationPoints": 0,
        "emission": WEEK_UNITS,
        "budget": WEEK_UNITS,
        "authorsBudget": WEEK_UNITS,
        "curatorsBudget": 0,
    }
    assert stage.balance(stage.system.address_of("RewardPool")) == WEEK_UNITS
    assert stage.read(stage.system.token, "totalSupply") == OPENING_UNITS + WEEK_UNITS
    books_close(stage)


def test_days_that_were_emitted_before_belong_to_their_epochs_all_the_same(stage: Stage) -> None:
    visit(stage)
    stage.time_s = START_S + 10 * DAY_S
    stage.do(STRANGER, stage.system.emission, "emitDue", 4)
    stage.do(STRANGER, stage.system.emission, "emitDue", 1_000)
    assert stage.balance(stage.system.address_of("RewardPool")) == WEEK_UNITS // 7 * 10
    books_close(stage)
    assert told(close(stage, 0), "EpochClosed")["emission"] == WEEK_UNITS
    books_close(stage)
    assert over(stage, 1)["emission"] == WEEK_UNITS


def test_epochs_closed_late_have_their_own_days_emission(stage: Stage) -> None:
    end_epoch(stage, 3)
    emissions = [told(close(stage, epoch), "EpochClosed")["emission"] for epoch in range(4)]
    assert emissions == [WEEK_UNITS] * 4
    books_close(stage)


def test_accounts_are_paid_by_their_points_once(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    outcome = settle(stage, 0, PATIENT.address, PROVIDER.address, PATIENT.address, STRANGER.address)
    amounts = {PATIENT.address: WEEK_UNITS * 100 // 150, PROVIDER.address: WEEK_UNITS * 50 // 150}
    assert paid(outcome) == amounts
    assert {account: stage.balance(account) for account in amounts} == amounts
    assert settle(stage, 0, PATIENT.address).events == []
    assert stage.balance(PATIENT.address) == amounts[PATIENT.address]
    books_close(stage)


def test_a_payment_tells_whose_points_it_is_for_and_who_received_it(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    assert told(settle(stage, 0, PATIENT.address), "Paid") == {
        "epoch": 0,
        "account": PATIENT.address,
        "recipient": PATIENT.address,
        "points": 100,
        "curationPoints": 0,
        "amount": WEEK_UNITS * 100 // 150,
        "vested": 0,
    }


def test_settling_in_parts_pays_the_same(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    at_once = stage.branch()
    settle(at_once, 0, PATIENT.address, PROVIDER.address)
    settle(stage, 0, PROVIDER.address)
    settle(stage, 0, PATIENT.address)
    for account in (PATIENT.address, PROVIDER.address):
        assert stage.balance(account) == at_once.balance(account)
    assert stage.read(stage.system.rewards, "carried") == at_once.read(at_once.system.rewards, "carried")


def test_what_the_floors_leave_over_is_carried_into_the_next_budget() -> None:
    stage = staged(**ODD)
    visit(stage)
    over(stage, 0)
    assert not [event for event in settle(stage, 0, PROVIDER.address).events if event.name == "DustCarried"]
    assert ODD_DUST == 1
    assert told(settle(stage, 0, PATIENT.address), "DustCarried") == {"epoch": 0, "amount": ODD_DUST}
    assert stage.read(stage.system.rewards, "unpaid") == 0
    visit(stage, 2)
    assert over(stage, 1)["budget"] == WEEK_UNITS + ODD_DUST


def test_an_open_epoch_cannot_be_settled(stage: Stage) -> None:
    visit(stage)
    assert settle(stage, 0, PATIENT.address).error == "EpochNotClosed(epoch=0)"


def test_the_budget_of_an_empty_epoch_is_carried(stage: Stage) -> None:
    end_epoch(stage, 0)
    left = {"epoch": 0, "amount": WEEK_UNITS, "destination": Destination.NEXT_EPOCH}
    assert told(close(stage, 0), "LeftOver") == left
    visit(stage)
    assert over(stage, 1)["budget"] == 2 * WEEK_UNITS
    assert stage.read(stage.system.rewards, "carried") == 0


def test_or_burned() -> None:
    stage = staged(leftover_to=Destination.BURN)
    end_epoch(stage, 0)
    assert told(close(stage, 0), "LeftOver")["destination"] == Destination.BURN
    assert stage.read(stage.system.token, "totalSupply") == OPENING_UNITS
    assert over(stage, 1)["budget"] == WEEK_UNITS
    books_close(stage)


def test_or_sent_to_the_treasury() -> None:
    stage = staged(leftover_to=Destination.TREASURY)
    over(stage, 0)
    assert stage.balance(TREASURY.address) == WEEK_UNITS
    assert stage.read(stage.system.rewards, "carried") == 0
    books_close(stage)


@pytest.mark.parametrize("destination", Destination)
def test_dust_is_carried_wherever_budgets_go_that_nobody_earned(destination: Destination) -> None:
    stage = staged(**ODD, leftover_to=destination)
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address, PROVIDER.address)
    assert stage.read(stage.system.rewards, "carried") == ODD_DUST


def test_a_fixed_rate_pays_each_point_the_same_and_leaves_the_rest_over() -> None:
    stage = staged(conversion=Conversion.FIXED_RATE, fixed_rate_med_units=7, leftover_to=Destination.TREASURY)
    visit(stage)
    closed = over(stage, 0)
    assert closed["authorsBudget"] == 7 * 150
    assert stage.balance(TREASURY.address) == WEEK_UNITS - 7 * 150
    outcome = settle(stage, 0, PATIENT.address, PROVIDER.address)
    assert paid(outcome) == {PATIENT.address: 700, PROVIDER.address: 350}
    books_close(stage)


def test_a_fixed_rate_never_pays_more_than_the_budget() -> None:
    stage = staged(conversion=Conversion.FIXED_RATE, fixed_rate_med_units=WEEK_UNITS // 150 + 1)
    visit(stage)
    assert over(stage, 0)["authorsBudget"] == WEEK_UNITS
    outcome = settle(stage, 0, PATIENT.address, PROVIDER.address)
    assert paid(outcome) == {
        PATIENT.address: WEEK_UNITS * 100 // 150,
        PROVIDER.address: WEEK_UNITS * 50 // 150,
    }


def test_the_highest_rate_and_weight_do_not_overflow() -> None:
    """Points as high as the terms can set them, squared, at the highest rate."""
    highest = {"patient_points": 2**32 - 1, "provider_points": 2**32 - 1}
    stage = staged(
        **highest, conversion=Conversion.FIXED_RATE, fixed_rate_med_units=2**128 - 1, curve=2
    )  # Curve.QUADRATIC
    visit(stage)
    visit(stage, 2)
    assert over(stage, 0)["authorsBudget"] == WEEK_UNITS
    assert sum(paid(settle(stage, 0, PATIENT.address, PROVIDER.address)).values()) == WEEK_UNITS // 2 * 2
    books_close(stage)


def test_a_years_emission_is_shared_out_to_the_unit(stage: Stage) -> None:
    """Epochs and emission year end on different days: the sum of days is what counts."""
    for epoch in range(53):
        over(stage, epoch)
    yearly = OPENING_UNITS * 5_000 // 100_000
    later = (OPENING_UNITS + yearly) * 4_500 // 100_000 // 365
    assert stage.read(stage.system.rewards, "budgeted") == yearly + 6 * later
    books_close(stage)


def test_points_left_unpaid_are_paid_when_their_tally_is_needed() -> None:
    stage = staged(**ODD)
    visit(stage, 1)
    over(stage, 0)
    end_epoch(stage, 1)
    made = Visit.at(stage, number=2)
    made.check_in(stage)
    made.anchor(stage)
    amounts = paid(made.credit(stage))
    assert amounts == {PATIENT.address: WEEK_UNITS * 101 // 151, PROVIDER.address: WEEK_UNITS * 50 // 151}
    assert stage.balance(PATIENT.address) == amounts[PATIENT.address]
    assert points_of(stage, 2, PATIENT.address) == (101, 0)
    assert points_of(stage, 0, PATIENT.address) == (0, 0)
    assert settle(stage, 0, PATIENT.address).events == []
    assert stage.read(stage.system.rewards, "carried") == ODD_DUST
    books_close(stage)


def test_points_of_an_epoch_never_closed_block_the_tally_until_it_is(stage: Stage) -> None:
    visit(stage, 1)
    end_epoch(stage, 1)
    made = Visit.at(stage, number=2)
    made.check_in(stage)
    made.anchor(stage)
    assert made.credit(stage).error == "EpochNotClosed(epoch=0)"
    close(stage, 0)
    assert made.credit(stage).status == 1


def test_two_epochs_of_points_stand_side_by_side(stage: Stage) -> None:
    visit(stage, 1)
    end_epoch(stage, 0)
    visit(stage, 2)
    visit(stage, 3, patient=OTHER_PATIENT)
    rewards = stage.system.rewards
    assert [points_of(stage, epoch, PROVIDER.address) for epoch in (0, 1)] == [(50, 0), (100, 0)]
    sums = [stage.read(rewards, "epochOf", epoch)[AUTHORS] for epoch in (0, 1)]
    assert sums == [
        {"weight": 150, "points": 150, "policy": 1},
        {"weight": 300, "points": 300, "policy": 1},
    ]
    assert stage.read(rewards, "currentEpoch") == 1
    assert stage.read(rewards, "epochStart", 1) == START_S + WEEK_S


def test_a_gift_to_the_pool_is_nobodys_reward(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PATIENT.address)
    pool = stage.system.address_of("RewardPool")
    stage.do(PATIENT, stage.system.token, "transfer", pool, 1_000)
    assert stage.balance(pool) == stage.read(stage.system.rewards, "obligations") + 1_000
    assert over(stage, 1)["budget"] == WEEK_UNITS


def test_the_books_of_an_epoch_tell_its_money(stage: Stage) -> None:
    visit(stage)
    over(stage, 0)
    settle(stage, 0, PROVIDER.address)
    books = stage.read(stage.system.rewards, "epochOf", 0)
    assert books[AUTHORS_FUND] == {
        "budget": WEEK_UNITS,
        "paid": WEEK_UNITS * 50 // 150,
        "unsettled": 100,
    }
    assert books[CURATORS] == {"weight": 0, "points": 0, "policy": 0}
    assert books[CURATORS_FUND] == {"budget": 0, "paid": 0, "unsettled": 0}
