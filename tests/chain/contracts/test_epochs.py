"""Epochs are closed in order once they are over; accounts are paid once; what is left over is carried."""

from __future__ import annotations

from contract_bench import (
    BLOCK_S,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    START_S,
    STRANGER,
    WEEK_S,
    Bench,
    Outcome,
)
from signed_visit import Visit

OPENING_UNITS = 10**18
EMISSION_UNITS = OPENING_UNITS * 5_000 * WEEK_S // (100_000 * 365 * 86_400)


def end_of(bench: Bench, epoch: int) -> None:
    """Let the next block be the first after an epoch."""
    bench.time_s = START_S + (epoch + 1) * WEEK_S - BLOCK_S


def close(bench: Bench, epoch: int) -> Outcome:
    return bench.send(STRANGER, bench.system.rewards, "closeEpoch", epoch)


def settle(bench: Bench, epoch: int, *accounts: bytes) -> Outcome:
    return bench.send(STRANGER, bench.system.rewards, "settle", epoch, list(accounts))


def test_an_epoch_ends_on_the_second(bench: Bench) -> None:
    end_of(bench, 0)
    bench.pass_time(-1)
    early = bench.branch()
    assert close(early, 0).error == f"EpochNotOver(epoch=0, end={START_S + WEEK_S})"
    bench.pass_time(1)
    assert close(bench, 0).status == 1


def test_epochs_are_closed_once_and_in_order(bench: Bench) -> None:
    end_of(bench, 1)
    assert close(bench, 1).error == "EpochNotNext(epoch=1, next=0)"
    assert close(bench, 0).status == 1
    assert close(bench, 0).error == "EpochNotNext(epoch=0, next=1)"
    assert close(bench, 1).status == 1


def test_closing_mints_the_emission_into_the_pool(bench: Bench) -> None:
    Visit.at(bench).happen(bench)
    end_of(bench, 0)
    events = {event.name: event.arguments for event in close(bench, 0).events}
    assert events["EpochClosed"] == {
        "epoch": 0,
        "points": 150,
        "emission": EMISSION_UNITS,
        "budget": EMISSION_UNITS,
    }
    assert bench.balance(bench.system.address_of("RewardPool")) == EMISSION_UNITS
    assert bench.read(bench.system.token, "totalSupply") == OPENING_UNITS + EMISSION_UNITS


def test_accounts_are_paid_by_their_points_once(bench: Bench) -> None:
    Visit.at(bench).happen(bench)
    end_of(bench, 0)
    close(bench, 0)
    outcome = settle(bench, 0, PATIENT.address, PROVIDER.address, PATIENT.address, STRANGER.address)
    paid = {
        event.arguments["account"]: event.arguments["amount"]
        for event in outcome.events
        if event.name == "Paid"
    }
    assert paid == {
        PATIENT.address: EMISSION_UNITS * 100 // 150,
        PROVIDER.address: EMISSION_UNITS * 50 // 150,
    }
    assert {account: bench.balance(account) for account in paid} == paid
    assert settle(bench, 0, PATIENT.address).events == []
    assert bench.balance(PATIENT.address) == paid[PATIENT.address]


def test_settling_in_parts_pays_the_same(bench: Bench) -> None:
    Visit.at(bench).happen(bench)
    end_of(bench, 0)
    close(bench, 0)
    at_once = bench.branch()
    settle(at_once, 0, PATIENT.address, PROVIDER.address)
    settle(bench, 0, PROVIDER.address)
    settle(bench, 0, PATIENT.address)
    for account in (PATIENT.address, PROVIDER.address):
        assert bench.balance(account) == at_once.balance(account)
    assert bench.read(bench.system.rewards, "carried") == at_once.read(at_once.system.rewards, "carried")


def test_an_open_epoch_cannot_be_settled(bench: Bench) -> None:
    Visit.at(bench).happen(bench)
    assert settle(bench, 0, PATIENT.address).error == "EpochNotClosed(epoch=0)"


def test_the_budget_of_an_empty_epoch_is_carried(bench: Bench) -> None:
    end_of(bench, 0)
    events = {event.name: event.arguments for event in close(bench, 0).events}
    assert events["DustCarried"] == {"epoch": 0, "amount": EMISSION_UNITS}
    Visit.at(bench).happen(bench)
    end_of(bench, 1)
    events = {event.name: event.arguments for event in close(bench, 1).events}
    assert events["EpochClosed"]["budget"] == 2 * EMISSION_UNITS
    assert bench.read(bench.system.rewards, "carried") == 0


def test_emission_follows_the_supply_at_the_years_start(bench: Bench) -> None:
    emissions = []
    for epoch in range(54):
        end_of(bench, epoch)
        emissions += [e.arguments["emission"] for e in close(bench, epoch).events if e.name == "EpochClosed"]
    # 52 weeks and a day are a year: epoch 52 is the last to begin within the first.
    assert emissions[:53] == [EMISSION_UNITS] * 53
    grown = OPENING_UNITS + 53 * EMISSION_UNITS
    assert emissions[53] == grown * 5_000 * WEEK_S // (100_000 * 365 * 86_400)
    assert bench.read(bench.system.rewards, "yearSupply") == grown


def test_points_left_unpaid_are_paid_when_their_tally_is_needed(bench: Bench) -> None:
    Visit.at(bench, number=1).happen(bench)
    end_of(bench, 0)
    close(bench, 0)
    end_of(bench, 1)
    outcome = Visit.at(bench, number=2).happen(bench)[-1]
    paid = [event.arguments["account"] for event in outcome.events if event.name == "Paid"]
    assert paid == [PATIENT.address, PROVIDER.address]
    assert bench.balance(PATIENT.address) == EMISSION_UNITS * 100 // 150
    assert bench.read(bench.system.rewards, "pointsOf", 2, PATIENT.address) == 100
    assert bench.read(bench.system.rewards, "pointsOf", 0, PATIENT.address) == 0
    assert settle(bench, 0, PATIENT.address).events == []


def test_points_of_an_epoch_never_closed_block_the_tally_until_it_is(bench: Bench) -> None:
    Visit.at(bench, number=1).happen(bench)
    end_of(bench, 1)
    visit = Visit.at(bench, number=2)
    visit.check_in(bench)
    visit.anchor(bench)
    assert visit.credit(bench).error == "EpochNotClosed(epoch=0)"
    close(bench, 0)
    assert visit.credit(bench).status == 1


def test_two_epochs_of_points_stand_side_by_side(bench: Bench) -> None:
    Visit.at(bench, number=1).happen(bench)
    end_of(bench, 0)
    Visit.at(bench, number=2).happen(bench)
    Visit.at(bench, number=3, patient=OTHER_PATIENT).happen(bench)
    rewards = bench.system.rewards
    assert [bench.read(rewards, "pointsOf", epoch, PROVIDER.address) for epoch in (0, 1)] == [50, 100]
    assert [bench.read(rewards, "epochOf", epoch)["points"] for epoch in (0, 1)] == [150, 300]
    assert bench.read(rewards, "currentEpoch") == 1
    assert bench.read(rewards, "epochStart", 1) == START_S + WEEK_S
