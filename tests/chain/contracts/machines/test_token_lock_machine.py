"""The lock against a ledger: what goes in comes out once, in time, and to whom it is owed or back to the treasury."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ContractMachine, actors, machine_tests

from chain.contracts.deployment.token_sale import Phase
from chain.contracts.rehearsal.cast import BUYERS, RESEARCHER, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S, sale_phases
from chain.keys import PrivateKey
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

BOUGHT = sale_phases()[0].med_units_per_satoshi * SATOSHI_PER_QTUM
BENEFICIARIES = (*BUYERS, RESEARCHER)
NUMBERS = (0, 1, 2)
NOBODY = bytes(20)

beneficiaries = st.sampled_from(BENEFICIARIES)
numbers = st.sampled_from(NUMBERS)
seldom = st.integers(0, 9).map(lambda drawn: drawn == 7)
portions = st.one_of(st.sampled_from([0, 1, 10**8]), st.integers(1, 10**10))


@dataclass(frozen=True)
class Locked:
    """One lock in the model."""

    amount: int
    release_at_s: int
    revocable: bool


class TokenLockMachine(ContractMachine):
    """The sale deposits, the owner releases early and takes back, anyone releases in time."""

    CONTRACTS = ("TokenLock",)

    def __init__(self) -> None:
        super().__init__()
        self.lock = self.system.lock
        self.address = self.system.address_of("TokenLock")
        self.sale = self.system.address_of("TokenSale")
        bought = Locked(BOUGHT, sale_phases()[0].release_at_s, revocable=True)
        self.locks = {(buyer.address, 0): bought for buyer in BUYERS}
        self.spare = 0
        self.received = {buyer.address: self.scene.balances.get(buyer.address, 0) for buyer in BENEFICIARIES}
        self.owner, self.heir = TREASURY.address, NOBODY

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        """Every buyer has a lock of the first presale."""
        for buyer in BUYERS:
            value_wei = SATOSHI_PER_QTUM * WEI_PER_SATOSHI
            stage.do(buyer, stage.system.sale, "buy", Phase.FIRST_PRESALE, value_wei=value_wei)

    @rule(seconds=st.sampled_from([1, 3_600, DAY_S, 7 * DAY_S]))
    def time_passes(self, seconds: int) -> None:
        self.scene.pass_time(seconds)

    @rule(
        whom=beneficiaries,
        number=numbers,
        amount=portions,
        sent=st.sampled_from([0, 0, 0, 0, 1, -1]),
        after_s=st.integers(0, 30 * DAY_S),
        revocable=st.sampled_from([True, True, False]),
        same=st.sampled_from([True, True, True, False]),
    )
    def the_sale_deposits(
        self,
        whom: PrivateKey,
        number: int,
        amount: int,
        sent: int,
        after_s: int,
        revocable: bool,
        same: bool,
    ) -> None:
        """Mostly what it sends, and mostly on the terms of the lock that is there."""
        transferred = max(0, amount + sent)
        assert self.scene.send(self.sale, self.system.token, "transfer", self.address, transferred).status
        self.spare += transferred
        there = self.locks.get((whom.address, number))
        terms = (self.scene.time_s + after_s, revocable)
        if there and same:
            terms = (there.release_at_s, there.revocable)
        outcome = self.attempt(self.sale, self.lock, "deposit", whom.address, number, amount, *terms)
        error = ""
        if there and terms != (there.release_at_s, there.revocable):
            error = "LockTermsDiffer"
        elif amount > self.spare:
            error = "DepositNotCovered"
        assert outcome.error_name == error, outcome.error
        self.changed = True
        if error:
            return
        self.spare -= amount
        if before := there.amount if there else 0:
            amount += before
        if amount:
            self.locks[whom.address, number] = Locked(amount, *terms)

    @rule(who=actors, whom=beneficiaries, number=numbers, once=seldom)
    def nobody_else_deposits(self, who: PrivateKey, whom: PrivateKey, number: int, *, once: bool) -> None:
        if not once:
            return
        arguments = (whom.address, number, 0, self.scene.time_s, True)
        assert self.attempt(who, self.lock, "deposit", *arguments).error_name == "NotTheSale"

    @rule(data=st.data(), who=actors, whom=beneficiaries, number=numbers, owner=st.booleans(), odd=seldom)
    def releases(
        self, data: st.DataObject, who: PrivateKey, whom: PrivateKey, number: int, *, owner: bool, odd: bool
    ) -> None:
        sender = self.owner if owner and self.owner != NOBODY else who.address
        ripe = [key for key in sorted(self.locks) if not self.refusal(sender, key)]
        if not (ripe or odd):
            return
        key = (whom.address, number) if odd else data.draw(st.sampled_from(ripe))
        outcome = self.attempt(sender, self.lock, "release", *key)
        error = self.refusal(sender, key)
        assert outcome.error_name == (error or ("" if key in self.locks else "NoSuchLock")), outcome.error
        if outcome.status:
            assert outcome.output == self.pay(key)

    @rule(who=actors, whom=st.lists(beneficiaries, max_size=5), number=numbers, owner=st.booleans())
    def releases_many(self, who: PrivateKey, whom: Sequence[PrivateKey], number: int, *, owner: bool) -> None:
        sender = self.owner if owner and self.owner != NOBODY else who.address
        accounts = [beneficiary.address for beneficiary in whom]
        outcome = self.attempt(sender, self.lock, "releaseMany", accounts, number)
        errors = [error for account in accounts if (error := self.refusal(sender, (account, number)))]
        assert outcome.error_name == (errors[0] if errors else ""), outcome.error
        if outcome.status:
            assert outcome.output == sum(self.pay((account, number)) for account in accounts)

    @rule(data=st.data(), who=actors, whom=beneficiaries, number=numbers, owner=st.integers(0, 3), odd=seldom)
    def takes_back(
        self, data: st.DataObject, who: PrivateKey, whom: PrivateKey, number: int, owner: int, *, odd: bool
    ) -> None:
        sender = self.owner if owner and self.owner != NOBODY else who.address
        now_s = self.scene.time_s
        free = [
            key
            for key, lock in sorted(self.locks.items(), key=lambda item: item[0])
            if lock.revocable and lock.release_at_s > now_s + BLOCK_S
        ]
        if not (free or odd):
            return
        key = (whom.address, number) if odd else data.draw(st.sampled_from(free))
        before = self.scene.balances.get(TREASURY.address, 0)
        outcome = self.attempt(sender, self.lock, "clawBack", *key)
        lock, error = self.locks.get(key), ""
        if sender != self.owner:
            error = "OwnableUnauthorizedAccount"
        elif lock is None:
            error = "NoSuchLock"
        elif not lock.revocable:
            error = "LockNotRevocable"
        elif self.scene.time_s >= lock.release_at_s:
            error = "LockOver"
        assert outcome.error_name == error, outcome.error
        if not error:
            assert self.scene.balances[TREASURY.address] - before == self.locks.pop(key).amount

    @rule(data=st.data(), who=actors, heir=st.sampled_from([TREASURY, *TEAM]))
    def names_an_heir(self, data: st.DataObject, who: PrivateKey, heir: PrivateKey) -> None:
        sender = data.draw(st.sampled_from([self.owner or TREASURY.address, who.address]))
        outcome = self.attempt(sender, self.lock, "transferOwnership", heir.address)
        assert outcome.status == int(sender == self.owner)
        if outcome.status:
            self.heir = heir.address

    @rule(who=actors, odd=seldom)
    def accepts(self, who: PrivateKey, *, odd: bool) -> None:
        """Mostly the heir, where there is one."""
        if self.heir == NOBODY and not odd:
            return
        sender = who.address if odd else self.heir
        outcome = self.attempt(sender, self.lock, "acceptOwnership")
        assert outcome.status == int(sender == self.heir)
        if outcome.status:
            self.owner, self.heir = self.heir, NOBODY

    @rule(who=st.sampled_from([STRANGER, RESEARCHER, *TEAM]), once=seldom, own=st.booleans())
    def gives_ownership_up(self, who: PrivateKey, *, once: bool, own: bool) -> None:
        """Once the owner gives ownership up, nobody is the owner any more."""
        if not once:
            return
        sender = self.owner if own and self.owner != NOBODY else who.address
        outcome = self.attempt(sender, self.lock, "renounceOwnership")
        assert outcome.status == int(sender == self.owner)
        if outcome.status:
            self.owner = self.heir = NOBODY

    @invariant()
    def the_ledger_agrees(self) -> None:
        if not self.changed:
            return
        owed = sum(lock.amount for lock in self.locks.values())
        assert self.ask(self.lock, "obligations") == owed
        assert self.scene.balances.get(self.address, 0) == owed + self.spare
        for beneficiary in BENEFICIARIES:
            assert self.scene.balances.get(beneficiary.address, 0) == self.received[beneficiary.address]
            for number in NUMBERS:
                lock = self.locks.get((beneficiary.address, number))
                found = self.ask(self.lock, "lockOf", beneficiary.address, number)
                assert found["amount"] == (lock.amount if lock else 0)
                if lock:
                    assert (found["releaseAt"], found["revocable"]) == (lock.release_at_s, lock.revocable)

    def refusal(self, sender: bytes, key: tuple[bytes, int]) -> str:
        """The error that releasing a lock just met, if it is there and its time has not come."""
        lock = self.locks.get(key)
        early = lock is not None and self.scene.time_s < lock.release_at_s
        return "LockNotOver" if early and sender != self.owner else ""

    def pay(self, key: tuple[bytes, int]) -> int:
        """Take a lock out of the ledger; return what it held, 0 where there is none."""
        if key not in self.locks:
            return 0
        amount = self.locks.pop(key).amount
        self.received[key[0]] += amount
        return amount


test_token_lock, test_token_lock_for_long = machine_tests(TokenLockMachine)
