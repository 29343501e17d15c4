"""The sale against a model of its phases: every unit sold, locked, paid and refunded is foreseen to the last one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from machine import ContractMachine, actors, machine_tests

from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.deployment.token_sale import WHOLE_BASIS_POINTS, Phase, PhaseTerms, SaleTerms
from chain.contracts.rehearsal.cast import BUYERS, DEPLOYER, STRANGER, TEAM, TREASURY
from chain.contracts.rehearsal.terms import (
    BLOCK_S,
    DAY_S,
    START_S,
    parameters,
    sale_phases,
)
from chain.keys import PrivateKey
from chain.units import SATOSHI_PER_QTUM, WEI_PER_SATOSHI

COIN = SATOSHI_PER_QTUM
PAYERS = (*BUYERS, DEPLOYER, STRANGER)
"""Who holds native coin."""
NOBODY = bytes(20)
LENGTH_S = 20 * DAY_S
ALLOCATION = 8 * 10**13


def phases() -> tuple[PhaseTerms, PhaseTerms, PhaseTerms]:
    """The rehearsal's terms over longer times, with prices that divide nothing and caps that are reached at times."""
    first, second, main = (
        replace(terms, start_s=START_S + number * LENGTH_S, end_s=START_S + (number + 1) * LENGTH_S)
        for number, terms in enumerate(sale_phases())
    )
    return (
        replace(first, release_at_s=first.end_s, cap_med_units=3 * 10**13 + 1),
        replace(
            second,
            release_at_s=main.end_s,
            med_units_per_satoshi=1_999,
            bonus_basis_points=777,
            locked_basis_points=3_333,
            cap_med_units=2 * 10**13 + 7,
            buyer_cap_med_units=5 * 10**12 + 3,
        ),
        replace(main, cap_med_units=25 * 10**12 + 11),
    )


TERMS = phases()

payers = st.sampled_from(PAYERS)
payments_sat = st.one_of(
    st.sampled_from([COIN, COIN, COIN - 1, 1, 0]), st.integers(COIN, 60 * COIN), st.integers(COIN, 2 * COIN)
)
seldom = st.integers(0, 9).map(lambda drawn: drawn == 7)


@dataclass
class Book:
    """One phase in the model."""

    terms: PhaseTerms
    sold: int = 0
    raised_sat: int = 0

    def units(self, paid_sat: int) -> int:
        """What a payment buys, where no cap is in the way."""
        base = (
            paid_sat * self.terms.med_units_per_satoshi * (WHOLE_BASIS_POINTS + self.terms.bonus_basis_points)
        )
        return base // WHOLE_BASIS_POINTS

    def accepted_sat(self, offered_sat: int, room: int) -> int:
        """The most of a payment for which there is room, searched by halving."""
        least, most = 0, offered_sat
        while least < most:
            middle = (least + most + 1) // 2
            least, most = (middle, most) if self.units(middle) <= room else (least, middle - 1)
        return least


class TokenSaleMachine(ContractMachine):
    """Buyers buy, the owner pauses and raises, and anyone ends it."""

    CONTRACTS = ("TokenSale", "TokenLock")

    def __init__(self) -> None:
        super().__init__()
        self.sale = self.system.sale
        self.address = self.system.address_of("TokenSale")
        self.books = {phase: Book(terms) for phase, terms in zip(Phase, TERMS, strict=True)}
        self.bought: dict[tuple[Phase, bytes], int] = defaultdict(int)
        self.locked: dict[tuple[bytes, int], int] = defaultdict(int)
        self.held = ALLOCATION
        self.withdrawn_sat = 0
        self.paused = False
        self.owner, self.heir = TREASURY.address, NOBODY

    @classmethod
    def terms(cls) -> SystemParameters:
        return parameters(sale=SaleTerms(phases=TERMS, allocation_med_units=ALLOCATION))

    @rule(seconds=st.sampled_from([1, 60, 3_600, DAY_S, DAY_S, 5 * DAY_S]))
    def time_passes(self, seconds: int) -> None:
        """Little, so that each phase sees many purchases."""
        self.scene.pass_time(seconds)

    @rule(who=payers, offered_sat=payments_sat, dust_wei=st.sampled_from([0, 0, 1, 10**10 - 1]))
    def buys(self, who: PrivateKey, offered_sat: int, dust_wei: int) -> None:
        self.buy(self.open_phase(), who, offered_sat, dust_wei)

    @rule(who=payers, offered_sat=st.integers(COIN, 3 * COIN), phase=st.none() | st.sampled_from(Phase))
    def buys_perhaps_in_another_phase(self, who: PrivateKey, offered_sat: int, phase: Phase | None) -> None:
        self.buy(self.open_phase() if phase is None else phase, who, offered_sat, 0)

    @rule(odd=seldom)
    def a_phase_ends(self, *, odd: bool) -> None:
        """Mostly once it is sold out, so that a purchase mostly finds something to buy."""
        book = self.books[self.open_phase()]
        sold_out = not book.accepted_sat(1, min(book.terms.cap_med_units - book.sold, self.held))
        if (sold_out or odd) and self.scene.time_s < book.terms.end_s - BLOCK_S:
            self.scene.time_s = book.terms.end_s - BLOCK_S

    def buy(self, phase: Phase, who: PrivateKey, offered_sat: int, dust_wei: int) -> None:
        book, value_wei = self.books[phase], offered_sat * WEI_PER_SATOSHI + dust_wei
        before_wei = self.scene.coins_wei(who)
        if value_wei > before_wei or (self.is_over and offered_sat % 10 != 7):
            return
        outcome = self.attempt(who, self.sale, "buy", phase, value_wei=value_wei)
        error, paid_sat = self.foreseen(phase, who.address, offered_sat)
        assert outcome.error_name == error, outcome.error
        amount = book.units(paid_sat)
        assert before_wei - self.scene.coins_wei(who) == paid_sat * WEI_PER_SATOSHI
        if error:
            return
        locked = amount * book.terms.locked_basis_points // WHOLE_BASIS_POINTS
        (event,) = (event for event in outcome.events if event.name == "Bought")
        assert event.arguments == {
            "phase": phase,
            "buyer": who.address,
            "amount": outcome.output,
            "lockedAmount": locked,
            "paymentSatoshi": paid_sat,
            "refundWei": value_wei - paid_sat * WEI_PER_SATOSHI,
        }
        assert outcome.output == amount > 0
        book.sold += amount
        book.raised_sat += paid_sat
        self.held -= amount
        self.bought[phase, who.address] += amount
        self.locked[who.address, phase] += locked

    @rule(data=st.data(), who=actors, by=st.integers(-1, 3 * 10**12), odd=seldom)
    def raises_the_cap(self, data: st.DataObject, who: PrivateKey, by: int, *, odd: bool) -> None:
        if (self.is_over or self.owner == NOBODY) and not odd:
            return
        main = self.books[Phase.MAIN_SALE]
        spare = self.held - self.sellable()
        cap = main.terms.cap_med_units + data.draw(st.sampled_from([by, by, spare, spare + 1]))
        sender = data.draw(st.sampled_from([self.owner or TREASURY.address, who.address]))
        outcome = self.attempt(sender, self.sale, "raiseCap", max(0, cap))
        raised = replace(main.terms, cap_med_units=max(0, cap))
        error = ""
        if sender != self.owner:
            error = "OwnableUnauthorizedAccount"
        elif self.scene.time_s >= main.terms.end_s:
            error = "SaleOver"
        elif raised.cap_med_units <= main.terms.cap_med_units:
            error = "CapNotRaised"
        elif self.sellable() + raised.cap_med_units - main.terms.cap_med_units > self.held:
            error = "CapNotCovered"
        assert outcome.error_name == error, outcome.error
        if not error:
            main.terms = raised

    @rule(data=st.data(), who=actors, odd=seldom)
    def pauses_or_resumes(self, data: st.DataObject, who: PrivateKey, *, odd: bool) -> None:
        """A pause is rare and soon over, and now and then asked for where it is already so."""
        sender = data.draw(st.sampled_from([self.owner or TREASURY.address, who.address]))
        if not (self.paused or odd) and data.draw(st.booleans()):
            return
        function = "unpause" if self.paused != odd else "pause"
        outcome = self.attempt(sender, self.sale, function)
        error = ""
        if sender != self.owner:
            error = "OwnableUnauthorizedAccount"
        elif (function == "pause") == self.paused:
            error = "EnforcedPause" if self.paused else "ExpectedPause"
        assert outcome.error_name == error, outcome.error
        if not error:
            self.paused = function == "pause"

    @rule(who=actors, odd=seldom)
    def proceeds_go_to_the_treasury(self, who: PrivateKey, *, odd: bool) -> None:
        there_sat = self.raised_sat - self.withdrawn_sat
        if not (there_sat or odd):
            return
        before_wei = self.scene.coins_wei(TREASURY)
        outcome = self.attempt(who, self.sale, "withdrawProceeds")
        assert outcome.error_name == ("" if there_sat else "NothingLeft")
        assert self.scene.coins_wei(TREASURY) - before_wei == there_sat * WEI_PER_SATOSHI
        self.withdrawn_sat += there_sat

    @rule(who=actors, odd=seldom, waits=seldom)
    def somebody_finishes(self, who: PrivateKey, *, odd: bool, waits: bool) -> None:
        """Mostly when there is something to finish; seldom somebody waits for the end, and nobody buys any more."""
        end_s = self.books[Phase.MAIN_SALE].terms.end_s
        if waits and self.scene.time_s < end_s:
            self.scene.time_s = end_s
        if not ((self.is_over and self.held) or odd):
            return
        before = self.scene.balances.get(TREASURY.address, 0)
        outcome = self.attempt(who, self.sale, "finish")
        error = "NothingLeft" if self.held == 0 else ""
        if self.scene.time_s < self.books[Phase.MAIN_SALE].terms.end_s:
            error = "SaleNotOver"
        assert outcome.error_name == error, outcome.error
        if not error:
            assert self.scene.balances[TREASURY.address] - before == self.held
            self.held = 0

    @rule(data=st.data(), who=actors, heir=st.sampled_from([TREASURY, *TEAM]))
    def names_an_heir(self, data: st.DataObject, who: PrivateKey, heir: PrivateKey) -> None:
        sender = data.draw(st.sampled_from([self.owner or TREASURY.address, who.address]))
        outcome = self.attempt(sender, self.sale, "transferOwnership", heir.address)
        assert outcome.status == int(sender == self.owner)
        if outcome.status:
            self.heir = heir.address

    @rule(who=actors, odd=seldom)
    def accepts(self, who: PrivateKey, *, odd: bool) -> None:
        """Mostly the heir, where there is one."""
        if self.heir == NOBODY and not odd:
            return
        sender = who.address if odd else self.heir
        outcome = self.attempt(sender, self.sale, "acceptOwnership")
        assert outcome.status == int(sender == self.heir)
        if outcome.status:
            self.owner, self.heir = self.heir, NOBODY

    @rule(who=actors, once=seldom, own=st.booleans())
    def gives_ownership_up(self, who: PrivateKey, *, once: bool, own: bool) -> None:
        """Once the owner gives ownership up, nobody is the owner any more."""
        if not once:
            return
        sender = self.owner if own and self.owner != NOBODY else who.address
        outcome = self.attempt(sender, self.sale, "renounceOwnership")
        assert outcome.status == int(sender == self.owner)
        if outcome.status:
            self.owner = self.heir = NOBODY

    @invariant()
    def the_books_agree(self) -> None:
        if not self.changed:
            return
        assert self.scene.balances.get(self.address, 0) == self.held
        assert self.scene.coins_wei(self.address) == (self.raised_sat - self.withdrawn_sat) * WEI_PER_SATOSHI
        assert self.ask(self.sale, "owner") == self.owner
        assert self.ask(self.sale, "pendingOwner") == self.heir
        for phase, book in self.books.items():
            progress = self.ask(self.sale, "progressOf", phase)
            assert progress == {"sold": book.sold, "raisedSatoshi": book.raised_sat}
            assert book.sold <= book.terms.cap_med_units

    @invariant()
    def what_is_locked_is_owed(self) -> None:
        if not self.changed:
            return
        lock = self.system.lock
        assert self.ask(lock, "obligations") == sum(self.locked.values())
        for (buyer, number), amount in self.locked.items():
            assert self.ask(lock, "lockOf", buyer, number)["amount"] == amount

    @invariant()
    def no_buyer_exceeds_its_cap(self) -> None:
        for (phase, buyer), amount in self.bought.items():
            cap = self.books[phase].terms.buyer_cap_med_units
            assert not cap or amount <= cap
            if cap and self.changed:
                assert self.ask(self.sale, "boughtBy", phase, buyer) == amount

    @property
    def raised_sat(self) -> int:
        return sum(book.raised_sat for book in self.books.values())

    @property
    def is_over(self) -> bool:
        return self.scene.time_s >= self.books[Phase.MAIN_SALE].terms.end_s

    def open_phase(self) -> Phase:
        """The phase that sells at the next call, or the last where none does."""
        now_s = self.scene.time_s
        return next(
            (phase for phase, book in self.books.items() if now_s < book.terms.end_s), Phase.MAIN_SALE
        )

    def sellable(self) -> int:
        now_s = self.scene.time_s
        return sum(
            book.terms.cap_med_units - book.sold for book in self.books.values() if now_s < book.terms.end_s
        )

    def foreseen(self, phase: Phase, buyer: bytes, offered_sat: int) -> tuple[str, int]:
        """The error that a purchase just made must have met, or none and what must have been accepted."""
        book = self.books[phase]
        terms = book.terms
        if self.paused:
            return "EnforcedPause", 0
        if not terms.start_s <= self.scene.time_s < terms.end_s:
            return "PhaseNotOpen", 0
        if offered_sat < terms.minimum_sat:
            return "PurchaseTooSmall", 0
        paid_sat = book.accepted_sat(offered_sat, min(terms.cap_med_units - book.sold, self.held))
        if not paid_sat:
            return "SoldOut", 0
        if terms.buyer_cap_med_units:
            paid_sat = book.accepted_sat(paid_sat, terms.buyer_cap_med_units - self.bought[phase, buyer])
        return ("", paid_sat) if paid_sat else ("BuyerCapReached", 0)


test_token_sale, test_token_sale_for_long = machine_tests(TokenSaleMachine)
