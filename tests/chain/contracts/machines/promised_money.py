"""MED and native coin: what is minted, that nothing leaves a contract untold, and nothing anybody without its word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from promises import Book, Handlers, Said, Told
from system_world import World

from chain.block import Address
from chain.contracts.messages import NOBODY
from chain.contracts.reference.emission import EmissionReference
from chain.units import WEI_PER_SATOSHI

UNLIMITED: Final = 2**256 - 1
"""An allowance that is not used up."""


class Payouts(Book):
    """Every unit that leaves a contract is one that its events told of, and every one they told of has left."""

    def __init__(self, world: World, names: Mapping[Address, str]) -> None:
        super().__init__(world)
        self.names = names
        self._left: Counter[str] = Counter()

    def handlers(self) -> Handlers:
        return {("MedToken", "Transfer"): self._transferred}

    def conclude(self, _told: Told) -> None:
        assert +self._left == +self.world.explained, (self._left, self.world.explained)
        self._left.clear()

    def _transferred(self, said: Said) -> None:
        if said["from"] in self.names:
            self._left[self.names[said["from"]]] += said["value"]


class AllowanceBook(Book):
    """Nobody's MED moves but by its own word: a call of its own, a forwarded one, or an allowance that suffices."""

    def __init__(self, world: World, contracts: frozenset[Address]) -> None:
        super().__init__(world)
        self.contracts = contracts
        self.allowances: Counter[tuple[Address, Address]] = Counter()
        self._moved: list[tuple[Address, int]] = []
        self._signers: set[Address] = set()

    def handlers(self) -> Handlers:
        return {
            ("MedToken", "Approval"): self._approved,
            ("MedToken", "Transfer"): lambda said: self._moved.append((said["from"], said["value"])),
            ("Forwarder", "ExecutedForwardRequest"): lambda said: self._signers.add(said["signer"]),
        }

    def conclude(self, _told: Told) -> None:
        own = {NOBODY, self.world.author, *self._signers, *self.contracts}
        for holder, value in self._moved:
            allowance = holder, self.world.author
            if holder not in own and self.allowances[allowance] != UNLIMITED:
                self.allowances[allowance] -= value
                assert self.allowances[allowance] >= 0
        self._moved.clear()
        self._signers.clear()

    def _approved(self, said: Said) -> None:
        self.allowances[said["owner"], said["spender"]] = said["value"]


class SupplyBook(Book):
    """MED is minted by the schedule alone, a day once, and to the reward pool."""

    def __init__(self, world: World, reference: EmissionReference, supply: int, pool: Address) -> None:
        super().__init__(world)
        self.reference, self.supply, self.pool = reference, supply, pool
        self.emitted = 0
        self._unminted = 0

    def handlers(self) -> Handlers:
        return {
            ("MedToken", "Transfer"): self._transferred,
            ("Emission", "Emitted"): self._emitted,
            ("Emission", "ScheduleSet"): self._schedule_set,
            ("Emission", "Stopped"): self._stopped,
        }

    def conclude(self, _told: Told) -> None:
        assert self._unminted == 0
        assert self.emitted == self.reference.emitted_med_units

    def _transferred(self, said: Said) -> None:
        if said["from"] == NOBODY:
            assert said["to"] == self.pool
            self._unminted -= said["value"]
            self.supply += said["value"]
        elif said["to"] == NOBODY:
            self.supply -= said["value"]

    def _emitted(self, said: Said) -> None:
        assert said["firstDay"] == self.reference.emitted_days
        expected = self.reference.emit_due(self.world.now_s, self.supply, said["count"])
        assert said["amount"] == expected
        assert self.reference.emitted_days == said["firstDay"] + said["count"]
        self.emitted += expected
        self._unminted += expected

    def _schedule_set(self, said: Said) -> None:
        assert self.reference.may_set(self.world.now_s, said["year"])
        self.reference.set_schedule(said["year"], said["yearlyRate"], said["yearlyRateKept"])

    def _stopped(self, _said: Said) -> None:
        assert self.reference.may_stop(self.world.now_s)
        self.reference.stop(self.world.now_s)


class CoinBook(Book):
    """Native coin: sponsors' deposits in the Forwarder, proceeds in the sale, in wei."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.deposits_wei: Counter[Address] = Counter()
        self.proceeds_wei = 0

    def handlers(self) -> Handlers:
        return {
            ("Forwarder", "Deposited"): self._deposited,
            ("Forwarder", "Withdrawn"): self._withdrawn,
            ("Forwarder", "Sponsored"): self._sponsored,
            ("TokenSale", "Bought"): self._bought,
            ("TokenSale", "ProceedsWithdrawn"): self._proceeds_withdrawn,
        }

    def _deposited(self, said: Said) -> None:
        self.deposits_wei[said["sponsor"]] += said["valueWei"]

    def _withdrawn(self, said: Said) -> None:
        self._pays(said["sponsor"], said["valueWei"])

    def _sponsored(self, said: Said) -> None:
        people = self.world.people
        assert not people.is_retired(said["author"])
        assert people.person(said["author"]) not in people.suspended
        self._pays(said["sponsor"], said["refundWei"])

    def _pays(self, sponsor: Address, value_wei: int) -> None:
        self.deposits_wei[sponsor] -= value_wei
        assert self.deposits_wei[sponsor] >= 0

    def _bought(self, said: Said) -> None:
        self.proceeds_wei += said["paymentSatoshi"] * WEI_PER_SATOSHI

    def _proceeds_withdrawn(self, said: Said) -> None:
        assert said["proceedsWei"] == self.proceeds_wei
        self.proceeds_wei = 0
