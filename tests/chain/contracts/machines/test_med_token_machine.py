"""MED against a ledger: who holds, who may spend, who may mint; nothing moves that the ledger does not expect."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ACTORS, MED, ContractMachine, actors, machine_tests

from chain.contracts.rehearsal.cast import DEPLOYER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S
from chain.contracts.signed.permit import Permit, permit_domain
from chain.keys import PrivateKey

HOLDERS = ACTORS[:6]
PURSE = 1_000 * MED
WITHOUT_BOUND = 2**256 - 1
NOBODY = bytes(20)

holders = st.sampled_from(HOLDERS)
portions = st.one_of(st.sampled_from([0, 1, MED, PURSE, PURSE + 1]), st.integers(0, 3 * PURSE))
allowances = st.one_of(st.just(WITHOUT_BOUND), portions)
receivers = st.sampled_from([*(holder.address for holder in HOLDERS), NOBODY])


class MedTokenMachine(ContractMachine):
    """Holders send, allow and burn; emission mints."""

    CONTRACTS = ("MedToken",)

    def __init__(self) -> None:
        super().__init__()
        self.token = self.system.token
        self.held: dict[bytes, int] = defaultdict(int, self.scene.balances)
        self.allowed: dict[tuple[bytes, bytes], int] = defaultdict(int)
        self.nonces: dict[bytes, int] = defaultdict(int)
        self.turn = 0

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        """A few have MED to begin with."""
        for holder in HOLDERS[1:4]:
            stage.do(DEPLOYER, stage.system.token, "transfer", holder.address, PURSE)

    @rule(who=holders, to=receivers, amount=portions, within=st.booleans())
    def sends(self, who: PrivateKey, to: bytes, amount: int, *, within: bool) -> None:
        if within:
            amount = min(amount, self.held[who.address])
        outcome = self.attempt(who, self.token, "transfer", to, amount)
        assert outcome.status == int(to != NOBODY and amount <= self.held[who.address])
        if outcome.status:
            self.move(who.address, to, amount)

    @rule(who=holders, whom=receivers, amount=allowances)
    def allows(self, who: PrivateKey, whom: bytes, amount: int) -> None:
        outcome = self.attempt(who, self.token, "approve", whom, amount)
        assert outcome.status == int(whom != NOBODY)
        if outcome.status:
            self.allowed[who.address, whom] = amount

    @rule(who=holders, owner=holders, to=receivers, amount=portions, data=st.data())
    def spends(self, who: PrivateKey, owner: PrivateKey, to: bytes, amount: int, data: st.DataObject) -> None:
        amount = self.plausible(data, who, owner, amount)
        outcome = self.attempt(who, self.token, "transferFrom", owner.address, to, amount)
        assert outcome.status == int(to != NOBODY and self.may_spend(who, owner, amount))
        if outcome.status:
            self.use_up(who, owner, amount)
            self.move(owner.address, to, amount)

    @rule(who=holders, owner=holders, amount=portions, data=st.data())
    def burns_anothers(self, who: PrivateKey, owner: PrivateKey, amount: int, data: st.DataObject) -> None:
        amount = self.plausible(data, who, owner, amount)
        outcome = self.attempt(who, self.token, "burnFrom", owner.address, amount)
        assert outcome.status == int(self.may_spend(who, owner, amount))
        if outcome.status:
            self.use_up(who, owner, amount)
            self.held[owner.address] -= amount

    @rule(who=holders, amount=portions)
    def burns(self, who: PrivateKey, amount: int) -> None:
        outcome = self.attempt(who, self.token, "burn", amount)
        assert outcome.status == int(amount <= self.held[who.address])
        if outcome.status:
            self.held[who.address] -= amount

    @rule(
        owner=holders,
        spender=holders,
        signer=st.one_of(st.none(), st.none(), st.none(), holders),
        amount=allowances,
        left_s=st.sampled_from([3_600, 3_600, 0, -1]),
        ahead=st.sampled_from([0, 0, 0, 1]),
        bringer=actors,
    )
    def permits(
        self,
        owner: PrivateKey,
        spender: PrivateKey,
        signer: PrivateKey | None,
        amount: int,
        left_s: int,
        ahead: int,
        bringer: PrivateKey,
    ) -> None:
        """Signed by the owner or another, in time or not, with the next number or one ahead of it."""
        signer = signer or owner
        deadline_s = self.next_s + left_s
        nonce = self.nonces[owner.address] + ahead
        asked = Permit(owner.address, spender.address, amount, nonce, deadline_s)
        signature = signer.sign(asked.digest(permit_domain(self.system)))
        outcome = self.attempt(bringer, self.token, "permit", *asked.arguments(signature))
        assert outcome.status == int(left_s >= 0 and signer is owner and not ahead)
        if outcome.status:
            self.nonces[owner.address] += 1
            self.allowed[owner.address, spender.address] = amount

    @rule(emission=st.sampled_from([True, True, False]), who=actors, to=receivers, amount=portions)
    def mints(self, *, emission: bool, who: PrivateKey, to: bytes, amount: int) -> None:
        sender = self.system.address_of("Emission") if emission else who.address
        outcome = self.attempt(sender, self.token, "mint", to, amount)
        assert outcome.status == int(emission and to != NOBODY)
        if outcome.status:
            self.held[to] += amount

    @invariant()
    def the_ledger_agrees(self) -> None:
        if self.changed:
            assert {a: n for a, n in self.scene.balances.items() if n} == {
                a: n for a, n in self.held.items() if n
            }

    @invariant()
    def nothing_is_allowed_but_by_its_owner(self) -> None:
        """Each allowance of one owner in turn: asking for all of them each time would take most of the time."""
        if not self.changed:
            return
        self.turn = (self.turn + 1) % len(HOLDERS)
        for (owner, spender), amount in self.allowed.items():
            if owner == HOLDERS[self.turn].address:
                assert self.ask(self.token, "allowance", owner, spender) == amount

    @property
    def next_s(self) -> int:
        """When the next call comes."""
        return self.scene.time_s + BLOCK_S

    def plausible(self, data: st.DataObject, who: PrivateKey, owner: PrivateKey, amount: int) -> int:
        """Mostly an amount that may be spent."""
        most = min(self.held[owner.address], self.allowed[owner.address, who.address])
        return data.draw(st.sampled_from([amount, most // 2, most, most + 1]))

    def may_spend(self, who: PrivateKey, owner: PrivateKey, amount: int) -> bool:
        return amount <= min(self.held[owner.address], self.allowed[owner.address, who.address])

    def use_up(self, who: PrivateKey, owner: PrivateKey, amount: int) -> None:
        if self.allowed[owner.address, who.address] != WITHOUT_BOUND:
            self.allowed[owner.address, who.address] -= amount

    def move(self, sender: bytes, to: bytes, amount: int) -> None:
        self.held[sender] -= amount
        self.held[to] += amount


test_med_token, test_med_token_for_long = machine_tests(MedTokenMachine)
