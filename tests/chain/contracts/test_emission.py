"""Emission: day by day to the reward pool, by anyone, as scheduled, until it is stopped for good."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from chain.abi import ContractAbi
from chain.contracts.deployment.emission import WHOLE_MILLIPERCENT, EmissionTerms
from chain.contracts.rehearsal.cast import DEPLOYER, STRANGER, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, START_S, SUPPLY_MED_UNITS, emission_terms
from chain.contracts.rehearsal.voting import carry
from chain.contracts.system import DEFAULT_ADMIN_ROLE, MINTER_ROLE, SCHEDULER_ROLE, STOPPER_ROLE
from chain.errors import CallReverted

YEAR_DAYS = 365
YEAR_AMOUNT = SUPPLY_MED_UNITS * 5_000 // 100_000
A_DAY = YEAR_AMOUNT // YEAR_DAYS
STOPPABLE_AFTER_S = emission_terms().stoppable_after_s
SUPPLY = 10**15
"""Of the token beside the system's."""


def at(stage: Stage, time_s: int) -> None:
    """Let the next block come at `time_s`."""
    stage.time_s = time_s - BLOCK_S


def at_day(stage: Stage, day: int) -> None:
    """Let the next block be the first after so many days of the schedule."""
    at(stage, START_S + day * DAY_S)


def emit(stage: Stage, maximum_days: int = 10_000, emission: ContractAbi | None = None) -> int:
    """Have a stranger emit; return what was minted."""
    emission = emission or stage.system.emission
    token = stage.system.token.at(stage.read(emission, "TOKEN"))
    before = stage.read(token, "totalSupply")
    stage.do(STRANGER, emission, "emitDue", maximum_days)
    return int(stage.read(token, "totalSupply") - before)


def refused(account: bytes, role: bytes) -> str:
    return f"AccessControlUnauthorizedAccount(account=0x{account.hex()}, neededRole=0x{role.hex()})"


@pytest.fixture
def own(stage: Stage) -> ContractAbi:
    """A schedule of its own, on a token of its own, on which the treasury has the operating roles."""
    return deploy_own(stage, emission_terms())


def deploy_own(stage: Stage, terms: EmissionTerms, supply: int = SUPPLY) -> ContractAbi:
    forwarder = stage.system.address_of("Forwarder")
    token = deploy(stage, "MedToken", forwarder, DEPLOYER.address)
    pool = TREASURY.address
    emission = deploy(stage, "Emission", forwarder, token.address, pool, DEPLOYER.address, astuple(terms))
    stage.do(DEPLOYER, token, "grantRole", MINTER_ROLE, DEPLOYER.address)
    stage.do(DEPLOYER, token, "mint", DEPLOYER.address, supply)
    stage.do(DEPLOYER, token, "grantRole", MINTER_ROLE, emission.address)
    for role in (SCHEDULER_ROLE, STOPPER_ROLE):
        stage.do(DEPLOYER, emission, "grantRole", role, TREASURY.address)
    return emission


def test_a_day_is_due_on_the_second_it_ends(stage: Stage) -> None:
    at(stage, START_S + DAY_S - 1)
    early = stage.branch()
    assert (early.read(early.system.emission, "dueDays"), emit(early)) == (0, 0)
    at_day(stage, 1)
    assert emit(stage) == A_DAY
    assert emit(stage) == 0


def test_what_is_emitted_goes_to_the_reward_pool_and_is_told(stage: Stage) -> None:
    pool = stage.system.address_of("RewardPool")
    at_day(stage, 3)
    outcome = stage.do(STRANGER, stage.system.emission, "emitDue", 10)
    told = {event.name: event.arguments for event in outcome.events}
    assert told["YearNoted"] == {
        "year": 0,
        "supply": SUPPLY_MED_UNITS,
        "yearlyRate": 5_000,
        "amount": YEAR_AMOUNT,
    }
    assert told["Emitted"] == {"firstDay": 0, "count": 3, "amount": 3 * A_DAY}
    assert told["Transfer"] == {"from": bytes(20), "to": pool, "value": 3 * A_DAY}
    assert stage.balance(pool) == 3 * A_DAY


def test_days_left_out_stay_due(stage: Stage) -> None:
    at_day(stage, 10)
    assert emit(stage, 0) == 0
    assert emit(stage, 4) == 4 * A_DAY
    emission = stage.system.emission
    assert (stage.read(emission, "emittedDays"), stage.read(emission, "dueDays")) == (4, 6)
    assert emit(stage, 2**256 - 1) == 6 * A_DAY


def test_the_sum_through_a_moment_counts_the_days_that_ended_by_then(stage: Stage) -> None:
    at_day(stage, 400)
    emit(stage)
    emission = stage.system.emission
    ends = [(0, 0), (DAY_S - 1, 0), (DAY_S, A_DAY), (364 * DAY_S, 364 * A_DAY), (365 * DAY_S, YEAR_AMOUNT)]
    for after_s, amount in ends:
        assert stage.read(emission, "emittedThrough", START_S + after_s) == amount
    assert stage.read(emission, "emittedThrough", START_S - 1) == 0
    everything = stage.read(emission, "emittedThrough", START_S + 400 * DAY_S)
    assert everything == stage.read(emission, "emittedThrough", 2**256 - 1) > YEAR_AMOUNT


def test_days_not_yet_emitted_are_in_no_sum(stage: Stage) -> None:
    at_day(stage, 10)
    emit(stage, 4)
    assert stage.read(stage.system.emission, "emittedThrough", START_S + 10 * DAY_S) == 4 * A_DAY


def test_the_next_year_keeps_its_part_of_the_rate_and_stands_on_the_grown_supply(stage: Stage) -> None:
    at_day(stage, 2 * YEAR_DAYS)
    emit(stage)
    grown = SUPPLY_MED_UNITS + YEAR_AMOUNT
    second = stage.read(stage.system.emission, "yearOf", 1)
    assert second == {
        "emittedBefore": YEAR_AMOUNT,
        "amount": grown * 4_500 // WHOLE_MILLIPERCENT,
        "yearlyRate": 4_500,
    }


def test_what_was_burned_before_the_years_first_day_is_emitted_counts_no_more(stage: Stage) -> None:
    at_day(stage, YEAR_DAYS)
    emit(stage)
    stage.do(DEPLOYER, stage.system.token, "burn", SUPPLY_MED_UNITS // 2)
    supply = stage.read(stage.system.token, "totalSupply")
    at_day(stage, YEAR_DAYS + 1)
    emit(stage)
    assert stage.read(stage.system.emission, "yearOf", 1)["amount"] == supply * 4_500 // WHOLE_MILLIPERCENT


def test_a_burn_within_the_year_changes_nothing(stage: Stage) -> None:
    at_day(stage, 1)
    emit(stage)
    stage.do(DEPLOYER, stage.system.token, "burn", SUPPLY_MED_UNITS // 2)
    at_day(stage, 2)
    assert emit(stage) == A_DAY


def test_a_schedule_that_has_not_started_emits_nothing(stage: Stage) -> None:
    emission = deploy_own(stage, emission_terms(start_s=START_S + 100 * DAY_S))
    at_day(stage, 100)
    assert emit(stage, emission=emission) == 0
    assert stage.read(emission, "emittedThrough", START_S) == 0
    at_day(stage, 101)
    assert emit(stage, emission=emission) == SUPPLY * 5_000 // 100_000 // YEAR_DAYS


def test_a_schedule_set_for_a_year_holds_from_then_on(stage: Stage, own: ContractAbi) -> None:
    outcome = stage.do(TREASURY, own, "setSchedule", 2, 8_000, 50_000)
    assert outcome.status
    assert stage.read(own, "scheduleOf", 2) == {"isSet": True, "yearlyRate": 8_000, "yearlyRateKept": 50_000}
    assert not stage.read(own, "scheduleOf", 1)["isSet"]
    at_day(stage, 5 * YEAR_DAYS)
    emit(stage, emission=own)
    rates = [stage.read(own, "yearOf", year)["yearlyRate"] for year in range(5)]
    assert rates == [5_000, 4_500, 8_000, 4_000, 2_000]


def test_a_year_can_be_set_until_it_begins(stage: Stage, own: ContractAbi) -> None:
    begins_s = START_S + YEAR_DAYS * DAY_S
    at(stage, begins_s)
    late = stage.branch()
    error = late.send(TREASURY, own, "setSchedule", 1, 1, 1).error
    assert error == f"YearHasBegun(year=1, startedAt={begins_s})"
    at(stage, begins_s - 1)
    stage.do(TREASURY, own, "setSchedule", 1, 1, 1)


def test_the_year_that_runs_cannot_be_set_even_where_nobody_has_emitted_it(
    stage: Stage, own: ContractAbi
) -> None:
    error = stage.send(TREASURY, own, "setSchedule", 0, 1, 1).error
    assert error == f"YearHasBegun(year=0, startedAt={START_S})"


def test_a_schedule_set_again_replaces_the_first_and_leaves_later_years(
    stage: Stage, own: ContractAbi
) -> None:
    for year, rate in ((2, 7_000), (1, 1_000), (1, 2_000)):
        stage.do(TREASURY, own, "setSchedule", year, rate, WHOLE_MILLIPERCENT)
    at_day(stage, 4 * YEAR_DAYS)
    emit(stage, emission=own)
    assert [stage.read(own, "yearOf", year)["yearlyRate"] for year in range(4)] == [
        5_000,
        2_000,
        7_000,
        7_000,
    ]


@pytest.mark.parametrize(("rate", "kept"), [(100_001, 0), (0, 100_001)])
def test_no_schedule_exceeds_the_whole(stage: Stage, own: ContractAbi, rate: int, kept: int) -> None:
    expected = "MoreThanTheWhole(value=100001, whole=100000)"
    assert stage.send(TREASURY, own, "setSchedule", 1, rate, kept).error == expected
    with pytest.raises(CallReverted, match="MoreThanTheWhole.value=100001, whole=100000"):
        deploy_own(stage, emission_terms(yearly_rate_millipercent=rate, yearly_rate_kept_millipercent=kept))
    stage.do(TREASURY, own, "setSchedule", 1, min(rate, 100_000), min(kept, 100_000))


def test_it_stops_only_after_its_time(stage: Stage, own: ContractAbi) -> None:
    at(stage, STOPPABLE_AFTER_S)
    early = stage.branch()
    assert early.send(TREASURY, own, "stop").error == f"NotStoppableYet(stoppableAfter={STOPPABLE_AFTER_S})"
    at(stage, STOPPABLE_AFTER_S + 1)
    stage.do(TREASURY, own, "stop")
    assert stage.read(own, "stopped")


def test_days_that_ended_before_the_stop_stay_due_and_no_others(stage: Stage, own: ContractAbi) -> None:
    """Whoever emits late, before or after the stop, emits the same days."""
    at(stage, STOPPABLE_AFTER_S + 10 * DAY_S + DAY_S // 2)
    punctual = stage.branch()
    emit(punctual, emission=own)
    for either in (stage, punctual):
        either.do(TREASURY, own, "stop")
        at(either, STOPPABLE_AFTER_S + 5 * YEAR_DAYS * DAY_S)
        emit(either, emission=own)
        assert either.read(own, "emittedDays") == 2 * YEAR_DAYS + 10
        assert either.read(own, "dueDays") == 0
    sums = [either.read(own, "emittedThrough", 2**256 - 1) for either in (stage, punctual)]
    assert sums[0] == sums[1]


def test_it_stops_for_good(stage: Stage, own: ContractAbi) -> None:
    at(stage, STOPPABLE_AFTER_S + 1)
    stage.do(TREASURY, own, "stop")
    stopped = f"EmissionStopped(lastDays={2 * YEAR_DAYS})"
    assert stage.send(TREASURY, own, "stop").error == stopped
    assert stage.send(TREASURY, own, "setSchedule", 9, 1, 1).error == stopped


@pytest.mark.parametrize(
    ("function", "arguments", "role"),
    [
        ("setSchedule", (1, 0, 0), SCHEDULER_ROLE),
        ("stop", (), STOPPER_ROLE),
        ("grantRole", (SCHEDULER_ROLE, STRANGER.address), DEFAULT_ADMIN_ROLE),
        ("revokeRole", (SCHEDULER_ROLE, STRANGER.address), DEFAULT_ADMIN_ROLE),
    ],
)
def test_after_the_opening_only_the_timelock_governs_it(
    stage: Stage, function: str, arguments: tuple[object, ...], role: bytes
) -> None:
    emission = stage.system.emission
    at(stage, STOPPABLE_AFTER_S + 1)
    for sender in (DEPLOYER, TREASURY, STRANGER):
        assert stage.send(sender, emission, function, *arguments).error == refused(sender.address, role)
    assert stage.read(emission, "hasRole", role, stage.system.address_of("Timelock"))


def test_governance_sets_a_schedule(stage: Stage) -> None:
    carry(stage, "Nothing more from the second year on", ("Emission", "setSchedule", (1, 0, 0)))
    at_day(stage, 3 * YEAR_DAYS)
    assert emit(stage) == YEAR_AMOUNT


def test_a_role_is_given_up_by_its_holder_alone(stage: Stage, own: ContractAbi) -> None:
    role = STOPPER_ROLE
    outcome: Outcome = stage.send(STRANGER, own, "renounceRole", role, TREASURY.address)
    assert outcome.error == "AccessControlBadConfirmation()"
    stage.do(TREASURY, own, "renounceRole", role, TREASURY.address)
    assert stage.send(TREASURY, own, "stop").error == refused(TREASURY.address, role)


def test_without_the_minters_role_nothing_is_emitted_and_the_day_stays_due(stage: Stage) -> None:
    forwarder, token = stage.system.address_of("Forwarder"), stage.system.token
    emission = deploy(
        stage,
        "Emission",
        forwarder,
        token.address,
        TREASURY.address,
        DEPLOYER.address,
        astuple(emission_terms()),
    )
    at_day(stage, 1)
    error = stage.send(STRANGER, emission, "emitDue", 1).error
    assert error == refused(emission.address or b"", MINTER_ROLE)
    assert stage.read(emission, "dueDays") == 1


def test_a_supply_beyond_all_reason_is_refused_and_not_cut_off(stage: Stage) -> None:
    emission = deploy_own(stage, emission_terms(yearly_rate_millipercent=100_000), supply=2**112)
    at_day(stage, 1)
    error = stage.send(STRANGER, emission, "emitDue", 1).error
    assert error == f"SafeCastOverflowedUintDowncast(bits=112, value={2**112})"


def test_years_can_be_scheduled_by_a_sponsored_request(stage: Stage, own: ContractAbi) -> None:
    data = own.encode("setSchedule", 1, 0, 0)
    assert stage.forward(stage.request(TREASURY, own, data), TREASURY).status
    assert stage.read(own, "scheduleOf", 1)["isSet"]
    assert not stage.forward(stage.request(STRANGER, own, data), STRANGER).status
