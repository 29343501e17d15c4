"""Vesting against its reference model: released for anybody by anybody, and moved by its beneficiaries alone."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, ContractMachine, actors, machine_tests

from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.team_vesting import VestingTerms
from chain.contracts.reference.vesting import due_s, vested_med_units
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, START_S, parameters
from chain.keys import PrivateKey

FIRST_S = START_S + 30 * DAY_S
AMOUNTS = (1, 11, 36, 10**8 + 7, 10**13, 10**15 + 35, 101)


@dataclass
class Grant:
    amount: int
    released: int = 0


class TeamVestingMachine(ContractMachine):
    """Grants to half of the cast."""

    CONTRACTS = ("TeamVesting",)

    def __init__(self) -> None:
        super().__init__()
        self.vesting = self.system.vesting
        self.grants = {key.address: Grant(amount) for key, amount in zip(ACTORS, AMOUNTS, strict=False)}
        self.received: dict[bytes, int] = {key.address: 0 for key in ACTORS}
        self.before = {key.address: self.scene.balances.get(key.address, 0) for key in ACTORS}

    @classmethod
    def terms(cls) -> SystemParameters:
        grants = tuple((key.address, amount) for key, amount in zip(ACTORS, AMOUNTS, strict=False))
        return parameters(vesting=VestingTerms(FIRST_S, grants))

    @rule(data=st.data(), who=actors, whom=actors, likely=st.integers(0, 3), early_s=st.integers(0, 1))
    def releases(
        self, data: st.DataObject, who: PrivateKey, whom: PrivateKey, likely: int, early_s: int
    ) -> None:
        """Mostly for somebody to whom something is due, once the next part is; or a second before."""
        beneficiary = whom.address
        unpaid = [account for account, grant in self.grants.items() if grant.released < grant.amount]
        if likely and unpaid:
            due = [account for account in unpaid if self.due(account)]
            if not due:
                self.wait_for_the_next_part(early_s)
            beneficiary = data.draw(st.sampled_from(sorted(due or unpaid)))
        outcome = self.attempt(who, self.vesting, "release", beneficiary)
        if beneficiary not in self.grants:
            assert outcome.error_name == "NoSuchGrant"
        elif (amount := self.due(beneficiary)) == 0:
            assert outcome.error_name == "NothingDue"
        else:
            assert outcome.output == amount
            self.grants[beneficiary].released += amount
            self.received[beneficiary] += amount

    @rule(data=st.data(), who=actors, successor=actors, likely=st.booleans())
    def moves_a_grant(
        self, data: st.DataObject, who: PrivateKey, successor: PrivateKey, *, likely: bool
    ) -> None:
        sender, to = who.address, successor.address
        if likely:
            sender = data.draw(st.sampled_from(sorted(self.grants)))
            to = data.draw(st.sampled_from(sorted({key.address for key in ACTORS} - set(self.grants))))
        outcome = self.attempt(sender, self.vesting, "changeBeneficiary", to)
        assert outcome.status == int(sender in self.grants and to not in self.grants)
        if outcome.status:
            self.grants[to] = self.grants.pop(sender)

    @rule(seconds=st.integers(1, 10 * DAY_S))
    def time_passes(self, seconds: int) -> None:
        """Little: parts are a quarter apart, and once all are paid nothing happens any more."""
        self.scene.pass_time(seconds)

    @invariant()
    def the_model_agrees(self) -> None:
        if not self.changed:
            return
        owed = sum(grant.amount - grant.released for grant in self.grants.values())
        assert self.ask(self.vesting, "obligations") == owed
        assert self.scene.balances.get(self.vesting.address or b"", 0) == owed
        for account, grant in self.grants.items():
            assert self.ask(self.vesting, "grantOf", account) == {
                "amount": grant.amount,
                "released": grant.released,
            }

    @invariant()
    def nobody_receives_more_than_its_grant_or_sooner(self) -> None:
        for grant in self.grants.values():
            assert (
                grant.released <= vested_med_units(grant.amount, FIRST_S, self.scene.time_s) <= grant.amount
            )
        for account, amount in self.received.items():
            assert self.scene.balances.get(account, 0) == self.before[account] + amount

    def wait_for_the_next_part(self, early_s: int) -> None:
        """Let the next call come when the next part falls due, or so much sooner."""
        following = [at_s for at_s in due_s(FIRST_S) if at_s > self.scene.time_s + BLOCK_S]
        if following:
            self.scene.time_s = following[0] - BLOCK_S - early_s

    def due(self, account: bytes) -> int:
        """What a call that comes now would release."""
        grant = self.grants[account]
        return vested_med_units(grant.amount, FIRST_S, self.scene.time_s) - grant.released


test_team_vesting, test_team_vesting_for_long = machine_tests(TeamVestingMachine)
