"""Emission against its reference model: called whenever, burned beside, scheduled anew and stopped."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import MED, ContractMachine, actors, machine_tests

from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.reference.emission import DAY_S, DAYS_PER_YEAR, WHOLE_MILLIPERCENT, EmissionReference
from chain.contracts.rehearsal.cast import DEPLOYER
from chain.contracts.rehearsal.terms import START_S, emission_terms, parameters
from chain.contracts.system import DEFAULT_ADMIN_ROLE, SCHEDULER_ROLE, STOPPER_ROLE
from chain.keys import PrivateKey

TERMS = emission_terms(stoppable_after_s=START_S + 400 * DAY_S)
OPERATING = (SCHEDULER_ROLE, STOPPER_ROLE)
YEARS_SET = 12

rates = st.one_of(st.sampled_from([0, 1, 5_000, WHOLE_MILLIPERCENT]), st.integers(0, WHOLE_MILLIPERCENT + 1))


class EmissionMachine(ContractMachine):
    """The timelock, and whom it gives roles, act beside strangers."""

    CONTRACTS = ("Emission",)

    def __init__(self) -> None:
        super().__init__()
        self.emission = self.system.emission
        self.timelock = self.system.address_of("Timelock")
        self.pool = self.system.address_of("RewardPool")
        self.model = EmissionReference(**asdict(TERMS))
        self.holders = {role: {self.timelock} for role in OPERATING}

    @classmethod
    def terms(cls) -> SystemParameters:
        return parameters(emission=TERMS)

    @rule(who=actors, maximum=st.sampled_from([0, 1, 7, 365, 366, 5_000, 2**256 - 1]))
    def emits(self, who: PrivateKey, maximum: int) -> None:
        supply = self.scene.supply
        outcome = self.attempt(who, self.emission, "emitDue", maximum)
        assert outcome.status, outcome.error
        assert outcome.output == self.model.emit_due(self.scene.time_s, supply, maximum)

    @rule(days=st.integers(1, 500))
    def much_time_passes(self, days: int) -> None:
        self.scene.pass_time(days * DAY_S)

    @rule(amount=st.integers(0, 10**7 * MED))
    def somebody_burns(self, amount: int) -> None:
        self.scene.send(DEPLOYER, self.system.token, "burn", amount)
        self.changed = True

    @rule(data=st.data(), who=actors, year=st.integers(0, YEARS_SET), rate=rates, kept=rates)
    def sets_a_schedule(self, data: st.DataObject, who: PrivateKey, year: int, rate: int, kept: int) -> None:
        begun = max(0, self.scene.time_s - START_S) // (DAYS_PER_YEAR * DAY_S)
        year = data.draw(st.sampled_from([year, begun, begun + 1, begun + 2]))
        sender = data.draw(st.sampled_from([self.timelock, who.address]))
        outcome = self.attempt(sender, self.emission, "setSchedule", year, rate, kept)
        allowed = sender in self.holders[SCHEDULER_ROLE]
        whole = max(rate, kept) <= WHOLE_MILLIPERCENT
        expected = allowed and whole and self.model.may_set(self.scene.time_s, year)
        assert outcome.status == int(expected), outcome.error
        if outcome.status:
            self.model.set_schedule(year, rate, kept)

    @rule(who=actors, timelock=st.integers(0, 4), waits=st.integers(0, 3))
    def stops(self, who: PrivateKey, timelock: int, waits: int) -> None:
        """Strangers mostly: once it is stopped for good there is less to see. At times the timelock waits."""
        sender = self.timelock if timelock == 1 else who.address
        if timelock == 1 and not waits:
            self.scene.time_s = max(self.scene.time_s, self.model.stoppable_after_s)
        outcome = self.attempt(sender, self.emission, "stop")
        expected = sender in self.holders[STOPPER_ROLE] and self.model.may_stop(self.scene.time_s)
        assert outcome.status == int(expected), outcome.error
        if outcome.status:
            self.model.stop(self.scene.time_s)

    @rule(whom=actors, role=st.sampled_from(OPERATING), function=st.sampled_from(["grantRole", "revokeRole"]))
    def the_timelock_gives_and_takes_roles(self, whom: PrivateKey, role: bytes, function: str) -> None:
        assert self.attempt(self.timelock, self.emission, function, role, whom.address).status
        change = self.holders[role].add if function == "grantRole" else self.holders[role].discard
        change(whom.address)

    @rule(who=actors, role=st.sampled_from(OPERATING))
    def somebody_gives_a_role_up(self, who: PrivateKey, role: bytes) -> None:
        assert self.attempt(who, self.emission, "renounceRole", role, who.address).status
        self.holders[role].discard(who.address)

    @invariant()
    def the_model_agrees(self) -> None:
        if not self.changed:
            return
        now_s = self.scene.time_s
        assert self.ask(self.emission, "emittedDays") == self.model.emitted_days
        assert self.ask(self.emission, "dueDays") == self.model.due_days(now_s)
        assert self.ask(self.emission, "stopped") == (self.model.last_days is not None)
        assert self.scene.balances.get(self.pool, 0) == self.model.emitted_med_units
        for time_s in (now_s, (now_s + START_S) // 2):
            assert self.ask(self.emission, "emittedThrough", time_s) == self.model.emitted_through(time_s)

    @invariant()
    def no_year_emits_more_than_its_amount(self) -> None:
        through = self.model.through_med_units
        for year, amount in enumerate(self.model.amounts_med_units):
            first, last = year * DAYS_PER_YEAR, min((year + 1) * DAYS_PER_YEAR, len(through) - 1)
            emitted = through[last] - through[first]
            assert emitted == amount if last - first == DAYS_PER_YEAR else emitted <= amount

    @invariant()
    def only_the_timelock_administers(self) -> None:
        if self.changed:
            assert self.ask(self.emission, "hasRole", DEFAULT_ADMIN_ROLE, self.timelock)


test_emission, test_emission_for_long = machine_tests(EmissionMachine)
