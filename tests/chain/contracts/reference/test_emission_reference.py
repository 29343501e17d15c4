"""`Emission` and its reference model mint the same over ten years, to the unit, however it is called."""

from __future__ import annotations

from dataclasses import asdict
from random import Random

import pytest
from scene import Scene

from chain.contracts.deployment.emission import EmissionTerms
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.deployment.token_sale import SaleTerms
from chain.contracts.reference.emission import DAY_S, DAYS_PER_YEAR, WHOLE_MILLIPERCENT, EmissionReference
from chain.contracts.rehearsal.cast import DEPLOYER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, START_S, emission_terms, parameters
from chain.contracts.system import System

YEARS = 10
END_S = START_S + YEARS * DAYS_PER_YEAR * DAY_S
WHOLE = WHOLE_MILLIPERCENT

# Rate of year 0 and what each year keeps of it, in thousandths of a percent, and the supply at the opening.
SCHEDULES = [
    (5_000, WHOLE, 10**18),
    (5_000, 90_000, 10**18),
    (9_500, 99_990, 10**18 + 7),
    (10_000, 0, 10**18),
    (0, WHOLE, 10**18),
    (WHOLE, WHOLE, 10**18),
    (WHOLE, 33_333, 999_999_999_999_999_989),
    (1, WHOLE, 36_499_999),
    (7, 50_000, 10**15 + 363),
    (99_999, 1, 10**12 + 1),
]


class Trial:
    """The contract on a scene, and the model beside it."""

    def __init__(self, terms: EmissionTerms, supply_med_units: int) -> None:
        holder = ((DEPLOYER.address, supply_med_units),)
        given = parameters(
            emission=terms, opening_balances_med_units=holder, sale=SaleTerms(), vesting=VestingTerms()
        )
        self.scene = Scene(Stage(given))
        self.model = EmissionReference(**asdict(terms))

    @property
    def system(self) -> System:
        return self.scene.system

    def at(self, time_s: int) -> None:
        """Let the next call come at `time_s`."""
        self.scene.time_s = time_s - BLOCK_S

    def emit(self, maximum_days: int) -> int:
        supply = self.scene.supply
        outcome = self.scene.send(STRANGER, self.system.emission, "emitDue", maximum_days)
        amount = self.model.emit_due(self.scene.time_s, supply, maximum_days)
        assert outcome.output == amount == self.scene.supply - supply
        assert self.scene.balance(self.system.address_of("RewardPool")) == self.model.emitted_med_units
        return amount

    def burn(self, amount_med_units: int) -> None:
        held = self.scene.balances[DEPLOYER.address]
        self.scene.send(DEPLOYER, self.system.token, "burn", min(held, amount_med_units))

    def set_schedule(self, year: int, rate: int, kept: int) -> None:
        timelock = self.system.address_of("Timelock")
        outcome = self.scene.send(timelock, self.system.emission, "setSchedule", year, rate, kept)
        assert bool(outcome.status) == self.model.may_set(self.scene.time_s, year)
        if outcome.status:
            self.model.set_schedule(year, rate, kept)

    def stop(self) -> None:
        outcome = self.scene.send(self.system.address_of("Timelock"), self.system.emission, "stop")
        assert bool(outcome.status) == self.model.may_stop(self.scene.time_s)
        if outcome.status:
            self.model.stop(self.scene.time_s)

    def compare(self, *times_s: int) -> None:
        read, emission = self.scene.read, self.system.emission
        assert read(emission, "emittedDays") == self.model.emitted_days
        assert read(emission, "dueDays") == self.model.due_days(self.scene.time_s)
        for time_s in times_s:
            assert read(emission, "emittedThrough", time_s) == self.model.emitted_through(time_s), time_s

    def compare_years(self) -> None:
        for year in range(YEARS + 1):
            noted = self.scene.read(self.system.emission, "yearOf", year)
            known = year < len(self.model.amounts_med_units)
            assert noted == {
                "emittedBefore": self.model.through_med_units[year * DAYS_PER_YEAR] if known else 0,
                "amount": self.model.amounts_med_units[year] if known else 0,
                "yearlyRate": self.model.rates_millipercent[year] if known else 0,
            }


def trial(rate: int, kept: int, supply_med_units: int, **changes: int) -> Trial:
    terms = emission_terms(yearly_rate_millipercent=rate, yearly_rate_kept_millipercent=kept, **changes)
    return Trial(terms, supply_med_units)


def day_by_day(it: Trial, *, days: int, burns: Random) -> None:
    """Emit each day within its first hour, and burn something now and then."""
    for day in range(1, days + 1):
        it.at(START_S + day * DAY_S + burns.randrange(3_600))
        it.emit(1)
        if burns.random() < 0.05:
            it.burn(burns.randrange(10**15))
    it.compare(*(START_S + day * DAY_S for day in range(days + 1)))


def irregularly(it: Trial, draws: Random, *, stops: bool, schedules: bool) -> None:
    """Emit after odd pauses, sometimes not all that is due; burn, schedule and stop in between."""
    time_s = START_S
    while time_s < END_S:
        time_s += draws.choice([1, 3_600, DAY_S, 30 * DAY_S, 200 * DAY_S, 800 * DAY_S]) + draws.randrange(
            DAY_S
        )
        it.at(time_s)
        if draws.random() < 0.4:
            it.burn(draws.randrange(10**17))
        if schedules and draws.random() < 0.4:
            it.set_schedule(draws.randrange(YEARS), draws.randint(0, WHOLE), draws.randint(0, WHOLE))
        if stops and draws.random() < 0.1:
            it.stop()
        it.emit(draws.choice([0, 1, 7, 364, 365, 366, 10**9]))
        it.compare(time_s, draws.randint(START_S - 1, time_s + DAY_S))
    it.at(max(time_s, END_S) + DAY_S)
    it.emit(2**256 - 1)
    it.compare(
        *(START_S + year * DAYS_PER_YEAR * DAY_S + odd for year in range(YEARS + 1) for odd in (-1, 0))
    )
    it.compare_years()


def test_day_by_day_through_the_turn_of_a_year() -> None:
    it = trial(5_000, 90_000, 10**18)
    day_by_day(it, days=2 * DAYS_PER_YEAR + 3, burns=Random(1))
    it.compare_years()
    assert len(it.model.amounts_med_units) == 3


@pytest.mark.parametrize(("rate", "kept", "supply_med_units"), SCHEDULES)
def test_ten_years_in_irregular_jumps(rate: int, kept: int, supply_med_units: int) -> None:
    irregularly(trial(rate, kept, supply_med_units), Random(rate), stops=False, schedules=False)


def test_ten_years_with_other_schedules_set_and_a_stop() -> None:
    it = trial(5_000, 90_000, 10**18, stoppable_after_s=START_S + 5 * DAYS_PER_YEAR * DAY_S)
    irregularly(it, Random(3), stops=True, schedules=True)
    assert it.model.last_days is not None
    assert len(set(it.model.rates_millipercent)) > 2


def test_a_year_emits_its_amount_to_the_unit() -> None:
    """364 equal days, and a last day that brings the rest: of 100 %, of a supply that 365 does not divide."""
    it = trial(WHOLE, WHOLE, 365 * 10**9 + 364)
    it.at(START_S + 364 * DAY_S)
    assert it.emit(1_000) == 364 * 10**9
    it.at(START_S + 365 * DAY_S)
    assert it.emit(1_000) == 10**9 + 364


def test_the_years_before_and_the_year_itself_come_in_one_call_as_in_many() -> None:
    """Nobody called for ten years: each year's supply includes what the years before have minted."""
    late, punctual = trial(5_000, 90_000, 10**18), trial(5_000, 90_000, 10**18)
    for year in range(1, YEARS + 1):
        punctual.at(START_S + year * DAYS_PER_YEAR * DAY_S)
        punctual.emit(DAYS_PER_YEAR)
    late.at(END_S)
    late.emit(YEARS * DAYS_PER_YEAR)
    assert late.model.through_med_units == punctual.model.through_med_units
    late.compare_years()


@pytest.mark.long
@pytest.mark.parametrize(("rate", "kept", "supply_med_units"), SCHEDULES)
def test_ten_years_day_by_day(rate: int, kept: int, supply_med_units: int) -> None:
    it = trial(rate, kept, supply_med_units)
    day_by_day(it, days=YEARS * DAYS_PER_YEAR, burns=Random(kept))
    it.compare_years()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200))
def test_ten_years_of_anything(seed: int) -> None:
    draws = Random(seed)
    it = trial(
        draws.choice([0, 1, 999, 5_000, WHOLE, draws.randint(0, WHOLE)]),
        draws.choice([0, 1, 90_000, WHOLE, draws.randint(0, WHOLE)]),
        draws.choice([1, 364, 365, 10**9 + 7, 10**18, draws.randint(1, 10**20)]),
        stoppable_after_s=START_S + draws.randrange(12 * DAYS_PER_YEAR) * DAY_S,
    )
    irregularly(it, draws, stops=True, schedules=True)
