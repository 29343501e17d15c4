"""Epochs are closed in order once they are over; accounts are paid once; what is left over is carried."""

from __future__ import annotations

from chain.contracts.rehearsal.cast import OTHER_PATIENT, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, START_S, WEEK_S
from chain.contracts.rehearsal.visit import Visit

OPENING_UNITS = 10**18
EMISSION_UNITS = OPENING_UNITS * 5_000 * WEEK_S // (100_000 * 365 * 86_400)


def end_of(stage: Stage, epoch: int) -> None:
    """Let the next block be the first after an epoch."""
    stage.time_s = START_S + (epoch + 1) * WEEK_S - BLOCK_S


def close(stage: Stage, epoch: int) -> Outcome:
    return stage.send(STRANGER, stage.system.rewards, "closeEpoch", epoch)


def settle(stage: Stage, epoch: int, *accounts: bytes) -> Outcome:
    return stage.send(STRANGER, stage.system.rewards, "settle", epoch, list(accounts))


def test_an_epoch_ends_on_the_second(stage: Stage) -> None:
    end_of(stage, 0)
    stage.pass_time(-1)
    early = stage.branch()
    assert close(early, 0).error == f"EpochNotOver(epoch=0, end={START_S + WEEK_S})"
    stage.pass_time(1)
    assert close(stage, 0).status == 1


def test_epochs_are_closed_once_and_in_order(stage: Stage) -> None:
    end_of(stage, 1)
    assert close(stage, 1).error == "EpochNotNext(epoch=1, next=0)"
    assert close(stage, 0).status == 1
    assert close(stage, 0).error == "EpochNotNext(epoch=0, next=1)"
    assert close(stage, 1).status == 1


def test_closing_mints_the_emission_into_the_pool(stage: Stage) -> None:
    Visit.at(stage).happen(stage)
    end_of(stage, 0)
    events = {event.name: event.arguments for event in close(stage, 0).events}
    assert events["EpochClosed"] == {
        "epoch": 0,
        "points": 150,
        "emission": EMISSION_UNITS,
        "budget": EMISSION_UNITS,
    }
    assert stage.balance(stage.system.address_of("RewardPool")) == EMISSION_UNITS
    assert stage.read(stage.system.token, "totalSupply") == OPENING_UNITS + EMISSION_UNITS


def test_accounts_are_paid_by_their_points_once(stage: Stage) -> None:
    Visit.at(stage).happen(stage)
    end_of(stage, 0)
    close(stage, 0)
    outcome = settle(stage, 0, PATIENT.address, PROVIDER.address, PATIENT.address, STRANGER.address)
    paid = {
        event.arguments["account"]: event.arguments["amount"]
        for event in outcome.events
        if event.name == "Paid"
    }
    assert paid == {
        PATIENT.address: EMISSION_UNITS * 100 // 150,
        PROVIDER.address: EMISSION_UNITS * 50 // 150,
    }
    assert {account: stage.balance(account) for account in paid} == paid
    assert settle(stage, 0, PATIENT.address).events == []
    assert stage.balance(PATIENT.address) == paid[PATIENT.address]


def test_settling_in_parts_pays_the_same(stage: Stage) -> None:
    Visit.at(stage).happen(stage)
    end_of(stage, 0)
    close(stage, 0)
    at_once = stage.branch()
    settle(at_once, 0, PATIENT.address, PROVIDER.address)
    settle(stage, 0, PROVIDER.address)
    settle(stage, 0, PATIENT.address)
    for account in (PATIENT.address, PROVIDER.address):
        assert stage.balance(account) == at_once.balance(account)
    assert stage.read(stage.system.rewards, "carried") == at_once.read(at_once.system.rewards, "carried")


def test_an_open_epoch_cannot_be_settled(stage: Stage) -> None:
    Visit.at(stage).happen(stage)
    assert settle(stage, 0, PATIENT.address).error == "EpochNotClosed(epoch=0)"


def test_the_budget_of_an_empty_epoch_is_carried(stage: Stage) -> None:
    end_of(stage, 0)
    events = {event.name: event.arguments for event in close(stage, 0).events}
    assert events["DustCarried"] == {"epoch": 0, "amount": EMISSION_UNITS}
    Visit.at(stage).happen(stage)
    end_of(stage, 1)
    events = {event.name: event.arguments for event in close(stage, 1).events}
    assert events["EpochClosed"]["budget"] == 2 * EMISSION_UNITS
    assert stage.read(stage.system.rewards, "carried") == 0


def test_emission_follows_the_supply_at_the_years_start(stage: Stage) -> None:
    emissions = []
    for epoch in range(54):
        end_of(stage, epoch)
        emissions += [e.arguments["emission"] for e in close(stage, epoch).events if e.name == "EpochClosed"]
    # 52 weeks and a day are a year: epoch 52 is the last to begin within the first.
    assert emissions[:53] == [EMISSION_UNITS] * 53
    grown = OPENING_UNITS + 53 * EMISSION_UNITS
    assert emissions[53] == grown * 5_000 * WEEK_S // (100_000 * 365 * 86_400)
    assert stage.read(stage.system.rewards, "yearSupply") == grown


def test_points_left_unpaid_are_paid_when_their_tally_is_needed(stage: Stage) -> None:
    Visit.at(stage, number=1).happen(stage)
    end_of(stage, 0)
    close(stage, 0)
    end_of(stage, 1)
    outcome = Visit.at(stage, number=2).happen(stage)[-1]
    paid = [event.arguments["account"] for event in outcome.events if event.name == "Paid"]
    assert paid == [PATIENT.address, PROVIDER.address]
    assert stage.balance(PATIENT.address) == EMISSION_UNITS * 100 // 150
    assert stage.read(stage.system.rewards, "pointsOf", 2, PATIENT.address) == 100
    assert stage.read(stage.system.rewards, "pointsOf", 0, PATIENT.address) == 0
    assert settle(stage, 0, PATIENT.address).events == []


def test_points_of_an_epoch_never_closed_block_the_tally_until_it_is(stage: Stage) -> None:
    Visit.at(stage, number=1).happen(stage)
    end_of(stage, 1)
    visit = Visit.at(stage, number=2)
    visit.check_in(stage)
    visit.anchor(stage)
    assert visit.credit(stage).error == "EpochNotClosed(epoch=0)"
    close(stage, 0)
    assert visit.credit(stage).status == 1


def test_two_epochs_of_points_stand_side_by_side(stage: Stage) -> None:
    Visit.at(stage, number=1).happen(stage)
    end_of(stage, 0)
    Visit.at(stage, number=2).happen(stage)
    Visit.at(stage, number=3, patient=OTHER_PATIENT).happen(stage)
    rewards = stage.system.rewards
    assert [stage.read(rewards, "pointsOf", epoch, PROVIDER.address) for epoch in (0, 1)] == [50, 100]
    assert [stage.read(rewards, "epochOf", epoch)["points"] for epoch in (0, 1)] == [150, 300]
    assert stage.read(rewards, "currentEpoch") == 1
    assert stage.read(rewards, "epochStart", 1) == START_S + WEEK_S
