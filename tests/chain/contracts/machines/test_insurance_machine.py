"""Insurance against a model: reserves, exposure and claims to the unit, nothing paid twice, nobody sells what it cannot
bear."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any, ClassVar, Final

from consents import Anchored, Consents
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from insurers import (
    APPEALED,
    CLOSED,
    CONDEMNED,
    DECIDED,
    FILED,
    LIVE,
    RELEASED,
    REVOKED,
    SUPERSEDED,
    VALID,
    WHOLE,
    Claim,
    Insurers,
    Paper,
    Policy,
    Product,
)
from machine import ACTORS, machine_tests
from people import PATIENTS, PROVIDERS, PeopledMachine, mostly
from scene import Outcome

from chain.block import Address, Hash32
from chain.contracts.messages import Correction, Receipt, Role, SignedReceipt
from chain.contracts.rehearsal.cast import ARBITER, DEPLOYER, INSURER, OTHER_INSURER, PROVIDER, SPONSOR
from chain.contracts.rehearsal.insurance import EVIDENCE, FACTS, GROUNDS, REASON, billed, policy_of
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.consent import NO_RECORD, Purpose, of_kinds
from chain.contracts.signed.insurance import (
    NO_CLAIM,
    NO_PERMIT,
    NO_POLICY,
    Bill,
    Filing,
    ProductTerms,
    Quote,
    insurance_domain,
    policy_id,
)
from chain.contracts.signed.permit import Permit, permit_domain
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey
from chain.merkle import MerkleTree

INSURERS: Final = (INSURER, OTHER_INSURER)
PURSE: Final = 10**12
RESERVE: Final = 2_000
"""Small against the covers, so that claims outrun it; and units, so that every rounding shows."""
DEAR: Final = 10_000
"""A premium of which more is left for a refund than an insurer's share of its exposure."""
MANY_POLICIES: Final = 8
CONSENT_S: Final = 3_000 * DAY_S
FOREVER_S: Final = 2**40 - 1
UNKNOWN: Final = b"\x07" * 32

_ALL: Final[dict[str, Any]] = {
    "premium_med_units": 37,
    "cover_limit_med_units": 1_001,
    "period_s": 300 * DAY_S,
    "deductible_med_units": 11,
    "coinsurance_basis_points": 7_777,
    "refund_basis_points": 9_000,
    "review_s": 25 * DAY_S,
    "appeal_s": 20 * DAY_S,
    "kinds": 0b110,
}
PRODUCTS: Final = (
    ProductTerms(
        **_ALL,
        claim_limit_med_units=400,
        waiting_s=5 * DAY_S,
        automatic_limit_med_units=90,
        automatic_claims=3,
        exclusive=False,
    ),
    ProductTerms(**_ALL, claim_limit_med_units=1_001, exclusive=False, consent_needed=True),
    ProductTerms(**_ALL, claim_limit_med_units=300, automatic_limit_med_units=250, automatic_claims=9),
)
"""The first and the last are the first insurer's. All may be withdrawn, and others offered besides."""

bills: Final = st.one_of(
    st.sampled_from([800, 90, 91, 300, 11, 1_300]), st.integers(12, 800), st.integers(0, 10**6)
)
deposits: Final = st.one_of(st.sampled_from([100, 1, 0]), st.integers(1, 3_000))


COURSES: Final = ("dar", "d", "das", "dc", "ds", "s", "dw", "w", "ar", "aw", "c", "dars")
"""How claims may go on, a letter an act: decide, appeal, arbitrate (r), settle, withdraw, collect."""
courses: Final = st.sampled_from(COURSES)
seldom: Final = st.sampled_from([False] * 9 + [True])
at_times: Final = st.sampled_from([False] * 3 + [True])


class InsuranceMachine(PeopledMachine):
    """Two insurers, two patients, an arbiter; everybody changes phones, some are suspended."""

    CONTRACTS = ("Insurance",)
    opening_s: ClassVar[list[int]]
    consented_s: ClassVar[int]
    filed: ClassVar[list[tuple[Hash32, Paper, int]]]

    @classmethod
    def prepare(cls, stage: Stage) -> None:
        """Both insurers have a reserve and sell; both patients hold policies, consented, and wait for an answer."""
        super().prepare(stage)
        insurance, token = stage.system.insurance, stage.system.token
        stage.do(OTHER_INSURER, stage.system.identity, "register", Role.INSURER)
        for who in (*INSURERS, *PATIENTS, SPONSOR):
            stage.do(DEPLOYER, token, "transfer", who.address, PURSE)
            if who is not SPONSOR:
                stage.do(who, token, "approve", insurance.address, 2**256 - 1)
        for insurer in INSURERS:
            stage.do(insurer, insurance, "deposit", insurer.address, RESERVE, NO_PERMIT)
        for terms, insurer in zip(PRODUCTS, (INSURER, OTHER_INSURER, INSURER), strict=True):
            stage.do(insurer, insurance, "offer", terms.arguments)
        cls.opening_s = []
        for patient in PATIENTS:
            for terms, insurer in zip(PRODUCTS[1:], (OTHER_INSURER, INSURER), strict=True):
                stage.do(patient, insurance, "take", terms.product_id(insurer.address), NO_PERMIT)
                cls.opening_s.append(stage.time_s)
            for insurer in INSURERS:
                stage.do(patient, stage.system.consents, "grant", *_consent_to(insurer, stage.time_s))
                cls.consented_s = stage.time_s
        cls.filed = []
        for number, patient in enumerate(PATIENTS * 2):
            visit = billed(stage, 1 + number, 150 + number, patient=patient)
            record = Anchored(
                visit.record_id, visit.visit.root, PROVIDER.address, patient.address, 1, stage.time_s
            )
            product_id = PRODUCTS[1 + number // 2].product_id((OTHER_INSURER, INSURER)[number // 2].address)
            starts_at_s = cls.opening_s[number % 2 * 2 + number // 2]
            held = policy_id(product_id, patient.address, starts_at_s)
            stage.do(patient, insurance, "file", visit.read_filing(held).arguments)
            cls.filed.append((held, Paper(record, record, visit.bill, visit.rest), stage.time_s))

    def __init__(self) -> None:
        super().__init__()
        self.insurance = self.system.insurance
        self.people.register(OTHER_INSURER, Role.INSURER)
        self.consents = Consents(self.people)
        self.model = Insurers(self.people, self.consents)
        self.papers: list[Paper] = []
        self.serial = 0
        self.quotes: list[tuple[Quote, PrivateKey]] = []
        self.payments: dict[Hash32, int] = Counter()
        self.touched_claims: set[Hash32] = set()
        self.touched_policies: set[Hash32] = set()
        for insurer in INSURERS:
            self.model.books[insurer.address].reserve = RESERVE
        for terms, insurer in zip(PRODUCTS, (INSURER, OTHER_INSURER, INSURER), strict=True):
            self.model.products[terms.product_id(insurer.address)] = Product(insurer.address, terms)
        times_s = iter(self.opening_s)
        for patient in PATIENTS:
            for terms, insurer in zip(PRODUCTS[1:], (OTHER_INSURER, INSURER), strict=True):
                quote = self._list_quote(terms.product_id(insurer.address))
                self.model.take(quote, patient.address, next(times_s))
            for insurer in INSURERS:
                self._note_consent(patient.address, insurer.address, self.consented_s + CONSENT_S)
        for held, paper, time_s in self.filed:
            self.papers.append(replace(paper))
            amount = paper.bill.amount_med_units
            self.model.file(held, self.papers[-1], amount, proven=False, time_s=time_s)

    # The insurers' side

    @rule(data=st.data(), amount=deposits, by_permit=st.booleans())
    def somebody_deposits(self, data: st.DataObject, amount: int, by_permit: bool) -> None:
        insurer = data.draw(st.sampled_from(INSURERS)).address
        named = self.any_key_of(data, insurer) if data.draw(mostly) else SPONSOR.address
        if by_permit:
            self._deposit(SPONSOR, named, amount, self._permit(SPONSOR, amount))
            return
        payer = self.somebody(data, *INSURERS, *PATIENTS)
        if payer != SPONSOR:
            self._deposit(payer, named, amount, NO_PERMIT)

    @rule(data=st.data(), insurer=st.sampled_from(INSURERS), course=courses)
    def an_insurer_runs_short(self, data: st.DataObject, insurer: PrivateKey, course: str) -> None:
        """It takes out all that it may, before claims of the whole cover; then it puts something up again."""
        self._withdraw(data, self.people.key(insurer.address), None)
        for amount in (1_300, 1_300):
            if self._issue(data, amount):
                self._file(data, self.papers[-1])
                self._go_on(data, course)
        if data.draw(mostly):
            self._deposit(self.people.key(insurer.address), insurer.address, data.draw(deposits), NO_PERMIT)
        self._collect(data)

    @rule(data=st.data(), whole=mostly, amount=deposits)
    def an_insurer_withdraws(self, data: st.DataObject, whole: bool, amount: int) -> None:
        """All that it may, once in a while a unit more, or any amount."""
        self._withdraw(data, self.somebody(data, *INSURERS), None if whole else amount)

    def _withdraw(self, data: st.DataObject, sender: PrivateKey, amount: int | None) -> None:
        insurer = self.people.person(sender.address)
        book = self.model.books[insurer]
        if amount is None:
            amount = max(book.reserve - book.required, 0) + (not data.draw(mostly))
        before = self.scene.balances.get(sender.address, 0)
        outcome = self.attempt(sender, self.insurance, "withdraw", amount)
        refusal = "AmountZero" if not amount else self.model.refusal_to_insurer(sender.address)
        if not refusal and book.reserve < book.required + amount:
            refusal = "ReserveTooSmall"
        assert outcome.error_name == refusal
        if outcome.status:
            book.reserve -= amount
            assert self.scene.balances[sender.address] - before == amount
            assert book.reserve >= book.required

    @rule(data=st.data(), again=mostly)
    def an_insurer_offers(self, data: st.DataObject, again: bool) -> None:
        """What it withdrew, or one of a few variants."""
        sender = self.somebody(data, *INSURERS)
        insurer = self.people.person(sender.address)
        own = {one: product for one, product in self.model.products.items() if product.insurer == insurer}
        gone = [product.terms for product in own.values() if product.withdrawn]
        fresh = [replace(PRODUCTS[1], premium_med_units=premium) for premium in range(38, 44)]
        unknown = [terms for terms in fresh if terms.product_id(insurer) not in own]
        likely = (gone if again else []) or unknown or [PRODUCTS[0]]
        terms = data.draw(st.sampled_from(likely if data.draw(mostly) else PRODUCTS))
        if not data.draw(mostly):
            terms = replace(terms, coinsurance_basis_points=WHOLE + 1)
        outcome = self.attempt(sender, self.insurance, "offer", terms.arguments)
        product_id = terms.product_id(insurer)
        refusal = self.model.refusal_to_insurer(sender.address)
        if not refusal and terms.coinsurance_basis_points > WHOLE:
            refusal = "ShareInvalid"
        elif not refusal and product_id in own and not own[product_id].withdrawn:
            refusal = "ProductOfferedAlready"
        assert outcome.error_name == refusal
        if outcome.status:
            assert outcome.output == product_id
            self.model.products[product_id] = own.get(product_id, Product(insurer, terms))
            self.model.products[product_id].withdrawn = False

    @rule(data=st.data())
    def an_insurer_withdraws_a_product(self, data: st.DataObject) -> None:
        if not data.draw(at_times):
            return
        for_sale = [one for one, product in self.model.products.items() if not product.withdrawn]
        every = for_sale if len(for_sale) > 2 else [*self.model.products, UNKNOWN]
        product_id = data.draw(st.sampled_from(every))
        product = self.model.products.get(product_id)
        sender = self._speaker(data, product.insurer if product else INSURER.address)
        outcome = self.attempt(sender, self.insurance, "withdrawProduct", product_id)
        assert outcome.error_name == self.model.refusal_of_withdrawing_product(sender.address, product_id)
        if outcome.status and product:
            product.withdrawn = True

    # The patients' side

    @rule(data=st.data())
    def a_patient_buys(self, data: st.DataObject) -> None:
        """Few at a time, so that the insurers stay small against single claims."""
        live = [policy for policy in self.model.policies.values() if policy.status == LIVE]
        if len(live) >= MANY_POLICIES and data.draw(mostly):
            return
        sender = self.somebody(data, *PATIENTS)
        product_id = self._product(data)
        quote = self._list_quote(product_id)
        self._strengthen(data, product_id)
        self._fund(sender, quote.premium_med_units)
        outcome = self.attempt(sender, self.insurance, "take", product_id, NO_PERMIT)
        refusal = self.model.refusal_of_sale(product_id) or self._refusal_to_patient(sender)
        self._bought(outcome, quote, sender, refusal)

    @precondition(lambda self: self.model.policies)
    @rule(data=st.data())
    def a_patient_renews(self, data: st.DataObject) -> None:
        identifier, policy = self._policy(data, fresh=True)
        sender = self._speaker(data, policy.patient)
        quote = self._list_quote(policy.product_id, identifier)
        self._strengthen(data, policy.product_id)
        self._fund(sender, quote.premium_med_units)
        outcome = self.attempt(sender, self.insurance, "renew", identifier, NO_PERMIT)
        refusal = self.model.refusal_of_sale(policy.product_id) or self._refusal_to_patient(sender)
        self._bought(outcome, quote, sender, refusal)

    @rule(data=st.data(), premium=st.integers(0, 50), cover=st.sampled_from([700, 200, 30, 901, 1, 0]))
    def an_insurer_quotes(self, data: st.DataObject, premium: int, cover: int) -> None:
        """Off chain; the patient mostly accepts at once, or comes back to it."""
        product_id = self._product(data)
        if product_id == UNKNOWN:
            return
        patient = data.draw(st.sampled_from(PATIENTS)).address
        follows = [one for one, policy in self.model.policies.items() if policy.patient == patient]
        previous = data.draw(st.sampled_from([NO_POLICY, *follows[-2:]]))
        self.serial += 1
        life_s = data.draw(st.sampled_from([60 * DAY_S, 30 * DAY_S, BLOCK_S]))
        quote = Quote(
            product_id,
            self.any_key_of(data, patient),
            FACTS,
            premium,
            cover,
            max(cover // 2, 1),
            self.scene.time_s + life_s,
            self.serial if data.draw(mostly) else 1,
            previous,
        )
        signer = self._speaker(data, self.model.products[product_id].insurer)
        self.quotes.append((quote, signer))
        if data.draw(mostly):
            self._accept(data, quote, signer)

    @precondition(lambda self: self.quotes)
    @rule(data=st.data())
    def a_patient_comes_back_to_a_quote(self, data: st.DataObject) -> None:
        known = [pair for pair in self.quotes if not self._is_used(pair[0])]
        quote, signer = data.draw(st.sampled_from(known if known and data.draw(mostly) else self.quotes))
        self._accept(data, quote, signer)

    def _accept(self, data: st.DataObject, quote: Quote, signer: PrivateKey) -> bool:
        sender = self._speaker(data, self.people.person(quote.patient))
        self._fund(sender, quote.premium_med_units)
        signature = compact(signer.sign(quote.digest(insurance_domain(self.system))))
        outcome = self.attempt(sender, self.insurance, "accept", quote.arguments, signature, NO_PERMIT)
        refusal = self.model.refusal_of_quote(quote, sender.address, signer.address, self.scene.time_s)
        bought = self._bought(outcome, quote, sender, refusal)
        if bought:
            self.model.used_quotes.add((self.model.products[quote.product_id].insurer, quote.nonce))
        return bought

    @rule(data=st.data())
    def an_insurer_withdraws_a_quote(self, data: st.DataObject) -> None:
        sender = self.somebody(data, *INSURERS)
        insurer = self.people.person(sender.address)
        known = [quote.nonce for quote, _signer in self.quotes if not self._is_used(quote)]
        nonce = data.draw(st.sampled_from([*known[-2:], 10**6 + self.serial]))
        outcome = self.attempt(sender, self.insurance, "withdrawQuote", nonce)
        used = "QuoteUsed" if (insurer, nonce) in self.model.used_quotes else ""
        assert outcome.error_name == (self.model.refusal_to_insurer(sender.address) or used)
        if outcome.status:
            self.model.used_quotes.add((insurer, nonce))

    @precondition(lambda self: self.model.policies)
    @rule(data=st.data())
    def a_patient_cancels(self, data: st.DataObject) -> None:
        if data.draw(seldom):
            self._cancel(data, *self._policy(data, fresh=True))

    @rule(data=st.data(), insurer=st.sampled_from(INSURERS), patient=st.sampled_from(PATIENTS))
    def refunds_wait_for_a_deposit(
        self, data: st.DataObject, insurer: PrivateKey, patient: PrivateKey
    ) -> None:
        """It paid dearly, and the insurer has taken out all that it may when it cancels; then it puts something up."""
        self.serial += 1
        signer, holder = self.people.key(insurer.address), self.people.key(patient.address)
        quote = Quote(
            self._newest_product(insurer),
            holder.address,
            FACTS,
            DEAR,
            200,
            100,
            self.scene.time_s + DAY_S,
            self.serial,
            NO_POLICY,
        )
        if not self._accept(data, quote, signer):
            return
        identifier, policy = list(self.model.policies.items())[-1]
        self._withdraw(data, signer, None)
        self._cancel(data, identifier, policy)
        if data.draw(mostly):
            self._deposit(signer, insurer.address, data.draw(deposits), NO_PERMIT)
        self._collect_refund(data, identifier)

    def _newest_product(self, insurer: PrivateKey) -> Hash32:
        """Return the product that an insurer offered last, of those for sale where there are any."""
        own = [
            (product.withdrawn, one)
            for one, product in self.model.products.items()
            if product.insurer == insurer.address
        ]
        return next((one for withdrawn, one in reversed(own) if not withdrawn), own[-1][1])

    def _cancel(self, data: st.DataObject, identifier: Hash32, policy: Policy) -> None:
        sender = self._speaker(data, policy.patient)
        before = self.scene.balances.get(sender.address, 0)
        outcome = self.attempt(sender, self.insurance, "cancel", identifier)
        assert outcome.error_name == self.model.refusal_of_cancelling(
            policy, sender.address, self.scene.time_s
        )
        if outcome.status:
            paid = self.model.cancel(policy, self.scene.time_s)
            assert self.scene.balances.get(sender.address, 0) - before == paid <= policy.premium
            self.touched_policies.add(identifier)

    @precondition(lambda self: self.model.policies)
    @rule(data=st.data(), funded=st.booleans())
    def somebody_collects_a_refund(self, data: st.DataObject, funded: bool) -> None:
        """Mostly one that is owed, perhaps after the insurer put something up."""
        owed = [one for one, policy in self.model.policies.items() if policy.refund_due]
        if not owed and not data.draw(seldom):
            return
        identifier = data.draw(st.sampled_from(owed or list(self.model.policies)))
        insurer = self.model.policies[identifier].product.insurer
        if funded:
            self._deposit(self.people.key(insurer), insurer, data.draw(deposits), NO_PERMIT)
        self._collect_refund(data, identifier)

    def _collect_refund(self, data: st.DataObject, identifier: Hash32) -> None:
        policy = self.model.policies[identifier]
        payee = self.people.current(policy.patient)
        before = self.scene.balances.get(payee, 0)
        reserve = self.model.books[policy.product.insurer].reserve
        outcome = self.attempt(
            data.draw(st.sampled_from(ACTORS)), self.insurance, "collectRefund", identifier
        )
        assert outcome.error_name == ("" if policy.refund_due and reserve else "NothingToRefund")
        if outcome.status:
            payment = self.model.collect_refund(policy)
            assert self.scene.balances.get(payee, 0) - before == payment
            self.touched_policies.add(identifier)

    @precondition(lambda self: self.model.policies)
    @rule(data=st.data(), who=st.sampled_from(ACTORS))
    def somebody_releases(self, data: st.DataObject, who: PrivateKey) -> None:
        """Mostly whatever is over; now and then time goes on until the oldest is."""
        live = [(one, policy) for one, policy in self.model.policies.items() if policy.status == LIVE]
        live.sort(key=lambda pair: pair[1].filing_until_s)
        free = [pair for pair in live if not pair[1].open_claims]
        over = [pair for pair in free if pair[1].filing_until_s < self.scene.time_s + BLOCK_S]
        if not over and live and data.draw(at_times):
            over = (free or live)[:1]
            self.scene.time_s = max(self.scene.time_s, over[0][1].filing_until_s)
        for identifier, policy in over[:4] or live[: not data.draw(mostly)]:
            outcome = self.attempt(who, self.insurance, "release", identifier)
            assert outcome.error_name == self.model.refusal_of_release(policy, self.scene.time_s)
            if outcome.status:
                self.model.end(policy, RELEASED)
                self.touched_policies.add(identifier)

    # Records

    @rule(data=st.data(), amounts=st.lists(bills, min_size=1, max_size=4))
    def patients_are_billed_and_claim(self, data: st.DataObject, amounts: list[int]) -> None:
        for amount in amounts:
            if self._issue(data, amount) and data.draw(mostly):
                self._file(data, self.papers[-1])
                self._go_on(data, data.draw(courses))

    @precondition(lambda self: self.papers)
    @rule(data=st.data(), course=courses)
    def a_root_is_anchored_again(self, data: st.DataObject, course: str) -> None:
        """For the patient's new phone, or by another provider; mostly one that was claimed, and it is claimed again."""
        claimed = [claim.paper for claim in self.model.claims.values()]
        paper = data.draw(st.sampled_from(claimed[-6:] if claimed and data.draw(mostly) else self.papers))
        patient = self.people.key(self.people.person(paper.record.patient))
        issuer = self.people.key(data.draw(st.sampled_from(PROVIDERS)).address)
        if self._anchor(issuer, patient, paper.record.kind, paper.bill, paper.rest):
            self._file(data, self.papers[-1])
            self._go_on(data, course)

    @precondition(lambda self: self.papers)
    @rule(data=st.data(), change=st.sampled_from(["claim", "correct", "claim", "revoke"]), amount=bills)
    def an_old_bill_comes_up(self, data: st.DataObject, change: str, amount: int) -> None:
        valid = [paper for paper in self.papers if paper.state == VALID]
        paper = data.draw(st.sampled_from(valid[-6:] if valid and data.draw(mostly) else self.papers))
        if change == "claim":
            self._file(data, paper)
        elif change == "revoke":
            record = paper.record
            issuer = self.people.key(self.people.person(record.issuer))
            names = (record.root, record.issuer, record.patient)
            if self.attempt(issuer, self.system.records, "revoke", *names).status:
                paper.state = REVOKED
        else:
            self._correct(paper, amount)
            self._file(data, self.papers[-1])

    @rule(patient=st.sampled_from(PATIENTS), insurer=st.sampled_from(INSURERS), again=st.booleans())
    def a_patient_changes_its_mind(self, patient: PrivateKey, insurer: PrivateKey, again: bool) -> None:
        """Withdraws its consent to an insurer, and may consent again."""
        sender, reader = (self.people.key(one.address) for one in (patient, insurer))
        key = self.consents.key(patient.address, insurer.address, Purpose.CLAIM, NO_RECORD)
        gone = (reader.address, Purpose.CLAIM, NO_RECORD)
        if self.attempt(sender, self.system.consents, "revoke", *gone).status:
            self.consents.revoke(key)
        if again:
            said = _consent_to(reader, self.scene.time_s)
            if self.attempt(sender, self.system.consents, "grant", *said).status:
                self._note_consent(patient.address, insurer.address, said[-1])

    # Claims

    @rule(data=st.data(), course=courses)
    def claims_go_on(self, data: st.DataObject, course: str) -> None:
        self._go_on(data, course)

    @precondition(lambda self: self.model.policies)
    @rule(data=st.data(), in_a_claim=st.booleans())
    def an_arbiter_proves_fraud(self, data: st.DataObject, in_a_claim: bool) -> None:
        """At times only, or no policy would live for long."""
        if not data.draw(at_times):
            return
        identifier, policy = self._policy(data, fresh=False)
        own = [
            one
            for one, claim in self.model.claims.items()
            if claim.policy is policy and (claim.status != CONDEMNED or not data.draw(mostly))
        ]
        others = list(self.model.claims) if not data.draw(mostly) else []
        claim_id = data.draw(st.sampled_from([*(own or [NO_CLAIM]), *others])) if in_a_claim else NO_CLAIM
        arbiter = ARBITER if data.draw(mostly) else data.draw(st.sampled_from(ACTORS))
        outcome = self.attempt(arbiter, self.insurance, "proveFraud", identifier, claim_id, EVIDENCE)
        refusal = "" if arbiter == ARBITER else "AccessControlUnauthorizedAccount"
        assert outcome.error_name == (
            refusal or self.model.refusal_of_fraud(policy, self.model.claims.get(claim_id))
        )
        if outcome.status:
            self.model.prove_fraud(policy, claim_id, self.scene.time_s)
            self.touched_policies.add(identifier)
            self.touched_claims |= {claim_id} & set(self.model.claims)

    # What must hold

    @invariant()
    def the_books_are_the_models(self) -> None:
        """To the unit, and the contract holds what they add up to: nobody sends it MED but through them."""
        if not self.changed:
            return
        for insurer in INSURERS:
            assert self.ask(self.insurance, "bookOf", insurer.address) == vars(
                self.model.books[insurer.address]
            )
            required = self.model.books[insurer.address].required
            assert self.ask(self.insurance, "requiredReserve", insurer.address) == required
        assert self.scene.read(self.insurance, "obligations") == self.model.owed
        assert self.scene.balances.get(self.system.address_of("Insurance"), 0) == self.model.owed

    @invariant()
    def what_was_touched_is_the_models(self) -> None:
        for identifier in self.touched_claims:
            claim, kept = self.model.claims[identifier], self.ask(self.insurance, "claimOf", identifier)
            assert kept == {
                "policyId": claim.policy_id,
                "recordId": claim.paper.record.record_id,
                "caseId": claim.case,
                "ceiling": claim.ceiling,
                "awarded": claim.awarded,
                "until": claim.until_s,
                "status": claim.status,
                "proven": claim.proven,
                "paid": claim.paid,
                "held": claim.held,
                "discretionary": claim.discretionary,
            }
            self.touched_policies.add(claim.policy_id)
        for identifier in self.touched_policies:
            policy, kept = self.model.policies[identifier], self.ask(self.insurance, "policyOf", identifier)
            assert kept == {
                "productId": policy.product_id,
                "patient": policy.patient,
                "startsAt": policy.starts_at_s,
                "endsAt": policy.ends_at_s,
                "status": policy.status,
                "followed": policy.followed,
                "cover": policy.cover,
                "claimLimit": policy.claim_limit,
                "openClaims": policy.open_claims,
                "filings": policy.filings,
                "automaticClaims": policy.automatic_claims,
                "premium": policy.premium,
                "refundDue": policy.refund_due,
            }
        self.touched_claims.clear()
        self.touched_policies.clear()

    @invariant()
    def the_model_adds_up(self) -> None:
        """Exposure is the cover of live policies, what is held and lacking that of the claims, insurer by insurer."""
        if not self.changed:
            return
        exposure, held, lacking = (defaultdict(int) for _ in range(3))
        for policy in self.model.policies.values():
            exposure[policy.product.insurer] += policy.cover if policy.status == LIVE else 0
            lacking[policy.product.insurer] += policy.refund_due
        for claim in self.model.claims.values():
            held[claim.policy.product.insurer] += claim.held
            lacking[claim.policy.product.insurer] += claim.lacking
        for insurer, book in self.model.books.items():
            assert (book.exposure, book.held, book.unfunded) == (
                exposure[insurer],
                held[insurer],
                lacking[insurer],
            )
            assert min(vars(book).values()) >= 0

    @invariant()
    def no_record_is_paid_twice_where_a_policy_forbids_it(self) -> None:
        """Judged by the payments themselves, not by what the contract or the model remembers."""
        if not self.changed:
            return
        paid: dict[Hash32, list[Policy]] = defaultdict(list)
        by_policy: dict[Hash32, int] = Counter()
        for identifier, amount in self.payments.items():
            claim = self.model.claims[identifier]
            paid[claim.case].append(claim.policy)
            by_policy[claim.policy_id] += amount
            assert amount == claim.paid <= claim.policy.claim_limit
        for policies in paid.values():
            assert len(policies) == len({id(policy) for policy in policies})
            assert len(policies) == 1 or not any(policy.terms.exclusive for policy in policies)
        for identifier, amount in by_policy.items():
            assert amount <= self.model.policies[identifier].cover_limit

    # Acts on claims

    def _go_on(self, data: st.DataObject, course: str) -> None:
        acts = {
            "d": self._decide,
            "a": self._appeal,
            "r": self._arbitrate,
            "s": self._settle,
            "w": self._withdraw_claim,
            "c": self._collect,
        }
        for letter in course:
            acts[letter](data)

    def _file(self, data: st.DataObject, paper: Paper) -> None:
        """File a bill, mostly under a policy that takes it."""
        person = self.people.person(paper.record.patient)
        identifier = data.draw(st.sampled_from(self._fitting(data, paper, person)))
        policy = self.model.policies.get(identifier)
        sender = self._speaker(data, person)
        read, shown = not data.draw(mostly), data.draw(mostly)
        amount = paper.bill.amount_med_units + (not data.draw(mostly))
        tree = MerkleTree.of([paper.bill.leaf, paper.rest])
        leaf = (paper.rest if read else paper.bill.leaf) if shown else UNKNOWN
        record = paper.record
        names = (record.root, record.issuer, record.patient)
        filing = Filing(identifier, *names, amount, paper.bill.salt, leaf, tree.proof(int(read)))
        outcome = self.attempt(sender, self.insurance, "file", filing.arguments)
        asked = {"sender": sender.address, "shown": shown, "time_s": self.scene.time_s}
        assert outcome.error_name == self.model.refusal_of_filing(policy, paper, amount, **asked)
        if outcome.status and policy:
            proven = not read and amount == paper.bill.amount_med_units
            claim_id, payment = self.model.file(identifier, paper, amount, proven, self.scene.time_s)
            assert outcome.output == claim_id
            self._paid(outcome, claim_id, payment)

    def _fitting(self, data: st.DataObject, paper: Paper, person: Address) -> list[Hash32]:
        every = [*self.model.policies, UNKNOWN]
        if not data.draw(mostly):
            return every
        fitting = [one for one in self.model.policies if self._takes(one, paper)]
        anchored_at_s = paper.origin.anchored_at_s
        return (
            fitting
            or [
                one
                for one, policy in self.model.policies.items()
                if policy.patient == person
                and policy.status == LIVE
                and policy.starts_at_s <= anchored_at_s < policy.ends_at_s
            ]
            or every
        )

    def _takes(self, identifier: Hash32, paper: Paper) -> bool:
        """Whether a bill can be filed under a policy by whom it behoves."""
        policy = self.model.policies[identifier]
        return not self.model.refusal_of_filing(
            policy,
            paper,
            paper.bill.amount_med_units,
            sender=self.people.current(policy.patient),
            shown=True,
            time_s=self.scene.time_s + BLOCK_S,
        )

    def _decide(self, data: st.DataObject) -> None:
        identifier, claim = self._claim(data, FILED)
        sender = self._speaker(data, claim.policy.product.insurer)
        part = data.draw(st.sampled_from([2, None, 3, 1, 2, None, 1, 0]))
        amount = 0 if part is None else claim.ceiling // part if part else claim.ceiling + 1
        outcome = self.attempt(sender, self.insurance, "decide", identifier, amount, REASON)
        refusal = self.model.refusal_of_deciding(claim, sender.address, amount, self.scene.time_s)
        assert outcome.error_name == refusal
        if outcome.status:
            self._paid(outcome, identifier, self.model.decide(identifier, amount, self.scene.time_s))

    def _appeal(self, data: st.DataObject) -> None:
        if self._lacks(data, DECIDED, FILED):
            return
        decided = [claim for claim in self.model.claims.values() if claim.status == DECIDED]
        identifier, claim = self._claim(data, *((DECIDED,) if decided and data.draw(mostly) else (FILED,)))
        sender = self._speaker(data, claim.policy.patient)
        if claim.status == FILED and data.draw(st.booleans()):
            self.scene.time_s = max(self.scene.time_s, claim.until_s)
        outcome = self.attempt(sender, self.insurance, "appeal", identifier, GROUNDS)
        assert outcome.error_name == self.model.refusal_of_appealing(claim, sender.address, self.scene.time_s)
        if outcome.status:
            self.model.appeal(claim, self.scene.time_s)
            self.touched_claims.add(identifier)

    def _arbitrate(self, data: st.DataObject) -> None:
        if self._lacks(data, APPEALED):
            return
        identifier, claim = self._claim(data, APPEALED)
        arbiter = ARBITER if data.draw(mostly) else data.draw(st.sampled_from(ACTORS))
        most = claim.ceiling + (not data.draw(mostly))
        amount = data.draw(st.sampled_from([most, claim.awarded, (most + claim.awarded) // 2, 0]))
        outcome = self.attempt(arbiter, self.insurance, "arbitrate", identifier, amount, REASON)
        refusal = "" if arbiter == ARBITER else "AccessControlUnauthorizedAccount"
        refusal = refusal or self.model.refusal_of_arbitrating(claim, amount, self.scene.time_s)
        assert outcome.error_name == refusal
        if outcome.status:
            self._paid(outcome, identifier, self.model.arbitrate(identifier, amount))

    def _settle(self, data: st.DataObject) -> None:
        identifier, claim = self._claim(data, FILED, DECIDED, APPEALED)
        awarded, until_s = self.model.settlement(claim)
        if claim.status < CLOSED and data.draw(mostly):
            self.scene.time_s = max(self.scene.time_s, until_s + 1 - BLOCK_S)
        outcome = self.attempt(data.draw(st.sampled_from(ACTORS)), self.insurance, "settle", identifier)
        early = "TermNotOver" if self.scene.time_s <= until_s else ""
        assert outcome.error_name == ("ClaimStatusWrong" if claim.status >= CLOSED else early)
        if outcome.status:
            self._paid(outcome, identifier, self.model.close(identifier, awarded))

    def _withdraw_claim(self, data: st.DataObject) -> None:
        identifier, claim = self._claim(data, DECIDED, FILED, APPEALED)
        sender = self._speaker(data, claim.policy.patient)
        outcome = self.attempt(sender, self.insurance, "withdrawClaim", identifier)
        closed = "ClaimStatusWrong" if claim.status >= CLOSED else ""
        refusal = self.model.refusal_to_holder(sender.address, claim.policy.patient) or closed
        assert outcome.error_name == refusal
        if outcome.status:
            self._paid(outcome, identifier, self.model.close(identifier, claim.awarded))

    def _collect(self, data: st.DataObject) -> None:
        lacking = [one for one, claim in self.model.claims.items() if claim.lacking]
        if not lacking and data.draw(mostly):
            return
        identifier = data.draw(st.sampled_from(lacking or list(self.model.claims)))
        claim = self.model.claims[identifier]
        outcome = self.attempt(data.draw(st.sampled_from(ACTORS)), self.insurance, "collect", identifier)
        assert outcome.error_name == ("" if self.model.is_collectable(claim) else "NothingToCollect")
        if outcome.status:
            self._paid(outcome, identifier, self.model.collect(identifier))

    def _paid(self, outcome: Outcome, identifier: Hash32, payment: int) -> None:
        """Hold the payment of a call, as its events tell it, against the model's: nothing after a proof of fraud."""
        told = [event.arguments for event in outcome.events if event.name == "ClaimPaid"]
        claim = self.model.claims[identifier]
        patient = self.people.current(claim.policy.patient)
        insurer = claim.policy.product.insurer
        expected = {"claimId": identifier, "patient": patient, "insurer": insurer, "amount": payment}
        assert told == ([expected] if payment else [])
        assert not payment or not self.model.is_fraudulent(claim)
        moved = [event.arguments for event in outcome.events if event.name == "Transfer"]
        house = self.system.address_of("Insurance")
        assert moved == ([{"from": house, "to": patient, "value": payment}] if payment else [])
        if payment:
            self.payments[identifier] += payment
        self.touched_claims.add(identifier)

    # Helpers

    def _bought(self, outcome: Outcome, quote: Quote, sender: PrivateKey, refusal: str) -> bool:
        """Hold a sale against the model; return whether it came about."""
        now_s = self.scene.time_s
        assert outcome.error_name == (refusal or self.model.refusal_of_taking(quote, sender.address, now_s))
        if outcome.status:
            bought = self.model.take(quote, sender.address, now_s)
            assert outcome.output == policy_of(outcome.events) == bought
            book = self.model.books[self.model.products[quote.product_id].insurer]
            assert book.reserve >= book.required
            self.touched_policies.add(bought)
        return bool(outcome.status)

    def _issue(self, data: st.DataObject, amount: int) -> bool:
        """Have a provider anchor a record with a bill."""
        issuer = self.people.key(data.draw(st.sampled_from(PROVIDERS)).address)
        patient = self.people.key(data.draw(st.sampled_from(PATIENTS)).address)
        kind = data.draw(st.sampled_from([1, 2, 1, 2, 1, 2, 3, 70]))
        self.serial += 1
        bill, rest = Bill(keccak(b"salt%d" % self.serial), amount), keccak(keccak(b"rest%d" % self.serial))
        return self._anchor(issuer, patient, kind, bill, rest)

    def _anchor(self, issuer: PrivateKey, patient: PrivateKey, kind: int, bill: Bill, rest: Hash32) -> bool:
        root = MerkleTree.of([bill.leaf, rest]).root
        receipt = Receipt(root, issuer.address, patient.address, kind, FOREVER_S)
        signature = compact(patient.sign(receipt.digest(self.system.records_domain)))
        said = SignedReceipt(receipt, signature).arguments
        outcome = self.attempt(issuer, self.system.records, "anchor", said)
        if outcome.status:
            record = Anchored(
                receipt.record_id, root, issuer.address, patient.address, kind, self.scene.time_s
            )
            self.papers.append(Paper(record, record, bill, rest))
        return bool(outcome.status)

    def _correct(self, paper: Paper, amount: int) -> None:
        old = paper.record
        issuer, patient = (self.people.key(self.people.person(one)) for one in (old.issuer, old.patient))
        bill = Bill(keccak(paper.bill.salt), amount)
        root = MerkleTree.of([bill.leaf, paper.rest]).root
        correction = Correction(old.record_id, root, issuer.address, patient.address, old.kind, FOREVER_S)
        signature = compact(patient.sign(correction.digest(self.system.records_domain)))
        names = (old.root, old.issuer, old.patient)
        arguments = (*names, *correction.arguments, signature)
        if self.attempt(issuer, self.system.records, "supersede", *arguments).status:
            paper.state = SUPERSEDED
            parties = (issuer.address, patient.address)
            record = Anchored(correction.successor_id, root, *parties, old.kind, self.scene.time_s)
            self.papers.append(Paper(record, paper.origin, bill, paper.rest))
            self.model.note_correction(self.people.person(patient.address), old.root, root)

    def _product(self, data: st.DataObject) -> Hash32:
        for_sale = [one for one, product in self.model.products.items() if not product.withdrawn]
        every = for_sale if for_sale and data.draw(mostly) else [*self.model.products, UNKNOWN]
        return data.draw(st.sampled_from(every))

    def _strengthen(self, data: st.DataObject, product_id: Hash32) -> None:
        """Mostly, an insurer that could not bear another policy puts up what it lacks."""
        product = self.model.products.get(product_id)
        if product is None or not data.draw(mostly):
            return
        book = self.model.books[product.insurer]
        lacking = book.required + product.terms.cover_limit_med_units // 3 - book.reserve
        if lacking > 0:
            self._deposit(self.people.key(product.insurer), product.insurer, lacking, NO_PERMIT)

    def _deposit(self, payer: PrivateKey, named: Address, amount: int, permit: tuple[Any, ...]) -> None:
        if permit == NO_PERMIT:
            self._fund(payer, amount)
        outcome = self.attempt(payer, self.insurance, "deposit", named, amount, permit)
        insurer = self.people.person(named)
        selling = insurer in self.model.books and self.model.is_selling(insurer)
        assert outcome.error_name == ("AmountZero" if not amount else "" if selling else "InsurerNotActive")
        if outcome.status:
            self.model.books[insurer].reserve += amount

    def _policy(self, data: st.DataObject, *, fresh: bool) -> tuple[Hash32, Policy]:
        """Draw a policy, mostly a live one that runs; where `fresh` is asked for, one that none follows yet."""
        every = list(self.model.policies.items())
        likely = [
            pair
            for pair in every
            if pair[1].status == LIVE
            and pair[1].ends_at_s > self.scene.time_s + BLOCK_S
            and not (fresh and pair[1].followed)
        ]
        return data.draw(st.sampled_from(likely if likely and data.draw(mostly) else every[-8:]))

    def _claim(self, data: st.DataObject, *likely: int) -> tuple[Hash32, Claim]:
        """Draw a claim, mostly in one of these states."""
        every = list(self.model.claims.items())
        chosen = [pair for pair in every if pair[1].status in likely]
        return data.draw(st.sampled_from(chosen[:-7:-1] if chosen and data.draw(mostly) else every[:-9:-1]))

    def _lacks(self, data: st.DataObject, *statuses: int) -> bool:
        """Whether no claim is in one of these states, so that an act on one would mostly be idle."""
        found = any(claim.status in statuses for claim in self.model.claims.values())
        return not found and data.draw(mostly)

    def _speaker(self, data: st.DataObject, person: Address) -> PrivateKey:
        """Draw the present key of a person, now and then another."""
        return self.people.key(person) if data.draw(mostly) else data.draw(st.sampled_from(ACTORS))

    def _list_quote(self, product_id: Hash32, previous: Hash32 = NO_POLICY) -> Quote:
        product = self.model.products.get(product_id)
        terms = product.terms if product else PRODUCTS[0]
        limits = (terms.cover_limit_med_units, terms.claim_limit_med_units)
        return Quote(
            product_id, bytes(20), bytes(32), terms.premium_med_units, *limits, FOREVER_S, 0, previous
        )

    def _refusal_to_patient(self, sender: PrivateKey) -> str:
        return "" if self.people.is_active(sender.address, Role.PATIENT) else "PatientNotActive"

    def _is_used(self, quote: Quote) -> bool:
        return (self.model.products[quote.product_id].insurer, quote.nonce) in self.model.used_quotes

    def _note_consent(self, patient: Address, insurer: Address, expiry_s: int) -> None:
        key = self.consents.key(patient, insurer, Purpose.CLAIM, NO_RECORD)
        self.consents.grant(key, of_kinds(1, 2), expiry_s)

    def _permit(self, payer: PrivateKey, amount: int) -> tuple[int, tuple[bytes, bytes]]:
        nonce = self.ask(self.system.token, "nonces", payer.address)
        house, deadline_s = self.system.address_of("Insurance"), self.scene.time_s + DAY_S
        permit = Permit(payer.address, house, amount, nonce, deadline_s)
        return deadline_s, compact(payer.sign(permit.digest(permit_domain(self.system))))

    def _fund(self, payer: PrivateKey, amount: int) -> None:
        """Give a payer what it needs: a new phone begins without MED, and without an allowance."""
        house = self.system.address_of("Insurance")
        if payer != DEPLOYER and self.scene.balances.get(payer.address, 0) < amount:
            self.attempt(DEPLOYER, self.system.token, "transfer", payer.address, PURSE)
        if self.scene.read(self.system.token, "allowance", payer.address, house) < amount:
            self.attempt(payer, self.system.token, "approve", house, 2**256 - 1)


def _consent_to(insurer: PrivateKey, time_s: int) -> tuple[Any, ...]:
    return insurer.address, Purpose.CLAIM, of_kinds(1, 2).arguments, time_s + CONSENT_S


test_insurance, test_insurance_for_long = machine_tests(InsuranceMachine)
