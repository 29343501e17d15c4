"""Acts of insurers and insured: books, products, quotes, policies, and claims to their end."""

from __future__ import annotations

from promised_claims import APPEALED, CLOSED, DECIDED, FILED, Case, Claim, Policy
from system_acting import ActingMachine, an_act
from system_stage import INSURERS, MED, PRODUCTS, RESERVE

from chain.block import Address, Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import ARBITER
from chain.contracts.rehearsal.insurance import EVIDENCE, FACTS, GROUNDS, REASON, BilledVisit
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.signed.insurance import NO_CLAIM, NO_PERMIT, NO_POLICY, Quote, insurance_domain
from chain.eip712 import compact
from chain.keys import PrivateKey

SPENDER = "Insurance"
MANY_POLICIES = 10


class InsuranceActs(ActingMachine):
    """See the module's docstring."""

    @an_act
    def an_insurer_keeps_its_book(self) -> None:
        """It adds to its reserve, or takes out what it may; offers, or withdraws from sale."""
        insurance = self.system.insurance
        insurer = self.pick(INSURERS).address
        sender = self.speaker(insurer)
        self.keep_in_standing(insurer)
        what = self.pick(["deposit", "deposit", "withdraw", "offer", "withdrawProduct"])
        if what == "deposit":
            self._deposit(self.anybody() if self.likely(0.3) else sender, self.any_key_of(insurer))
        elif what == "withdraw":
            required = self.ask(insurance, "requiredReserve", insurer)
            free = self.ask(insurance, "bookOf", insurer)["reserve"] - required
            self.act(sender, insurance, "withdraw", max(1, free // self.pick([1, 2]) + (not self.likely())))
        elif what == "offer":
            own = [one.terms for one in self.books.insurance.products.values() if one.insurer == insurer]
            again = PRODUCTS[len(own) % 2] if self.likely(0.8) else PRODUCTS[0]
            self.act(sender, insurance, "offer", again.arguments)
        else:
            products = [
                one for one, known in self.books.insurance.products.items() if known.insurer == insurer
            ]
            if self.likely(0.3):
                self.act(sender, insurance, "withdrawProduct", self.pick(products))

    @an_act
    def a_patient_takes_a_policy(self) -> None:
        """At the list price or on a quote, anew or after another, or ends one."""
        policies = self.books.insurance.policies
        own = [one for one, policy in policies.items() if policy.live and policy.ends_at_s > self.now_s]
        what = self.pick(["take", "take", "accept", "renew", "cancel"])
        if what == "cancel":
            if own and self.likely(0.3):
                identifier = self.pick(own)
                patient = self.speaker(policies[identifier].patient)
                self.act(patient, self.system.insurance, "cancel", identifier)
            return
        if what == "renew" and own:
            identifier = self.pick([one for one in own if not policies[one].followed] or own)
            self._buy(policies[identifier].product_id, policies[identifier].patient, identifier)
            return
        product_id = self._product()
        patient = self.pick(self.persons(Role.PATIENT)[:4])
        if len(own) >= MANY_POLICIES and self.likely():
            return
        if what == "accept":
            self._accept(product_id, patient)
        else:
            self._buy(product_id, patient)

    @an_act
    def an_insurer_withdraws_a_quote(self) -> None:
        if self.likely(0.4):
            number = self.next_number() if self.likely(0.7) else 1
            self.act(self.somebody(Role.INSURER), self.system.insurance, "withdrawQuote", number)

    @an_act
    def a_patient_claims(self) -> None:
        """Mostly for a record of the policy's term that was not claimed yet; then the claim may go on at once.

        Now and then for another version of a claimed one, or the same root, anchored for another key or elsewhere.
        """
        self._claim()

    @an_act
    def a_patient_claims_again(self) -> None:
        """Claims count double."""
        self._claim()

    @an_act
    def a_claim_goes_on(self) -> None:
        claims = self.books.insurance.claims
        open_ones = [one for one, claim in claims.items() if claim.status != CLOSED]
        if not open_ones and (not claims or self.likely()):
            self._claim()
            return
        identifier = self.pick((open_ones or list(claims))[-8:])
        self._claim_goes_on(identifier, claims[identifier])

    @an_act
    def a_claim_is_appealed(self) -> None:
        """Refused or cut, brought before the arbiter, and decided for good. Where none is filed, one is."""
        claims = self.books.insurance.claims
        if not self._filed():
            self._claim()
        filed = self._filed()
        if not filed:
            return
        identifier = self.pick(filed[-4:])
        claim, insurance = claims[identifier], self.system.insurance
        insurer, part = claim.policy.product.insurer, claim.ceiling // self.pick([2, 10**18])
        self.keep_in_standing(insurer)
        if self.act(self.speaker(insurer), insurance, "decide", identifier, part, REASON).status:
            self._claim_goes_on(identifier, claim)
            if claim.status == APPEALED:
                self._claim_goes_on(identifier, claim)

    @an_act
    def a_fraud_is_proven(self) -> None:
        """Seldom, or no policy would live for long."""
        policies, claims = self.books.insurance.policies, self.books.insurance.claims
        if not self.likely(0.15):
            return
        identifier = self.pick(list(policies))
        own = [one for one, claim in claims.items() if claim.policy_id == identifier]
        claim_id = self.pick(own) if own and self.likely(0.8) else NO_CLAIM
        arbiter = ARBITER if self.likely() else self.anybody()
        self.act(arbiter, self.system.insurance, "proveFraud", identifier, claim_id, EVIDENCE)

    @an_act
    def a_refund_is_collected(self) -> None:
        """What an insurer owes to who cancelled, perhaps after it put something up."""
        policies = self.books.insurance.policies
        owed = [one for one, policy in policies.items() if policy.refund_due]
        if not owed and not self.likely(0.05):
            return
        identifier = self.pick(owed or list(policies))
        insurer = policies[identifier].product.insurer
        if self.likely(0.5):
            self.keep_in_standing(insurer)
            self._deposit(self.anybody(), insurer)
        self.act(self.anybody(), self.system.insurance, "collectRefund", identifier)

    @an_act
    def policies_are_released(self) -> None:
        policies = self.books.insurance.policies
        live = [(policy.filing_until_s, one) for one, policy in policies.items() if policy.live]
        over = [one for until_s, one in live if until_s < self.now_s]
        if over or (live and self.likely(0.15)):
            identifier = self.pick(over or [one for _until_s, one in live])
            self.act(self.anybody(), self.system.insurance, "release", identifier)

    # Policies

    def _deposit(self, payer: PrivateKey, insurer: Address) -> None:
        amount = self.pick([RESERVE // 10, RESERVE, 1, 100 * MED])
        self.fund(payer, SPENDER, amount)
        self.act(payer, self.system.insurance, "deposit", insurer, amount, NO_PERMIT)

    def _product(self) -> Hash32:
        products = self.books.insurance.products
        for_sale = [one for one, product in products.items() if product.for_sale]
        return self.pick(for_sale if for_sale and self.likely() else list(products))

    def _buy(self, product_id: Hash32, patient: Address, previous: Hash32 = NO_POLICY) -> None:
        self.keep_in_standing(patient)
        sender = self.speaker(patient)
        self.fund(sender, SPENDER, int(self.books.insurance.products[product_id].terms["premium"]))
        function, named = ("take", product_id) if previous == NO_POLICY else ("renew", previous)
        self.act(sender, self.system.insurance, function, named, NO_PERMIT)

    def _accept(self, product_id: Hash32, patient: Address) -> None:
        insurer = self.books.insurance.products[product_id].insurer
        signer, sender = self.speaker(insurer), self.speaker(patient)
        number = self.next_number() if self.likely() else 1
        limits = (20 * MED + 7, 500 * MED, 250 * MED)
        quote = Quote(product_id, self.any_key_of(patient), FACTS, *limits, self.now_s + DAY_S, number)
        signature = compact(signer.sign(quote.digest(insurance_domain(self.system))))
        self.fund(sender, SPENDER, quote.premium_med_units)
        forged = signer.address != self.people.current(insurer)
        arguments = (quote.arguments, signature, NO_PERMIT)
        self.act(sender, self.system.insurance, "accept", *arguments, by=[signer], forged=forged)

    # Claims

    def _claim(self) -> None:
        papers = list(self.papers.values())
        claims = self.books.insurance.claims.values()
        claimed, records = {claim.case for claim in claims}, {claim.record_id for claim in claims}
        twins = [made for made in papers if self._case(made) in claimed and made.record_id not in records]
        fresh = [
            (made, identifier)
            for made in papers[-30:]
            if self._case(made) not in claimed
            for identifier in self._fitting(made)
        ]
        if fresh and self.likely(0.8):
            made, identifier = self.pick(fresh)
        else:
            made = self.pick(twins if twins and self.likely(0.6) else papers)
            fitting = self._fitting(made)
            identifier = self.pick(fitting or list(self.books.insurance.policies))
            if not fitting and self.likely():
                return
        filing = made.filing(identifier) if self.likely(0.8) else made.read_filing(identifier)
        policy = self.books.insurance.policies[identifier]
        self.keep_in_standing(policy.patient)
        before = len(self.books.insurance.claims)
        self.act(self.speaker(policy.patient), self.system.insurance, "file", filing.arguments)
        if len(self.books.insurance.claims) > before and self.likely(0.6):
            claim_id, claim = list(self.books.insurance.claims.items())[-1]
            self._claim_goes_on(claim_id, claim)

    def _case(self, made: BilledVisit) -> Case:
        """Return the case that a record is."""
        return self.books.insurance.case(made.record_id)

    def _filed(self) -> list[Hash32]:
        """Return the claims that wait for their insurer."""
        claims = self.books.insurance.claims
        return [one for one, claim in claims.items() if claim.status == FILED and claim.until_s > self.now_s]

    def _fitting(self, made: BilledVisit) -> list[Hash32]:
        """Return the policies under which a record can be claimed."""
        person, origin = self.people.person(made.visit.patient.address), self.world.origin(made.record_id)
        return [
            identifier
            for identifier, policy in self.books.insurance.policies.items()
            if self._fits(policy, made, person, origin.anchored_at_s)
        ]

    def _fits(self, policy: Policy, made: BilledVisit, person: Address, anchored_at_s: int) -> bool:
        kind = made.visit.kind
        return (
            policy.live
            and policy.patient == person
            and made.record_id not in self.world.invalid
            and policy.starts_at_s <= anchored_at_s < policy.ends_at_s
            and self.now_s <= policy.filing_until_s
            and bool(policy.product.terms["kinds"] >> kind & 1)
        )

    def _claim_goes_on(self, identifier: Hash32, claim: Claim) -> None:
        """What a claim's state allows, mostly by whom it behoves; else whatever somebody tries."""
        insurance, policy = self.system.insurance, claim.policy
        insurer, patient = self.speaker(policy.product.insurer), self.speaker(policy.patient)
        what = {
            FILED: ["decide", "decide", "settle", "withdrawClaim"],
            DECIDED: ["appeal", "appeal", "appeal", "settle", "withdrawClaim"],
            APPEALED: ["arbitrate", "arbitrate", "arbitrate", "settle"],
            CLOSED: ["collect", "settle"],
        }[claim.status]
        chosen = self.pick(what)
        if chosen == "decide":
            self.keep_in_standing(policy.product.insurer)
            amount = self.pick([claim.ceiling, claim.ceiling // 2, 0])
            self.act(insurer, insurance, "decide", identifier, amount, REASON)
        elif chosen == "appeal":
            self.keep_in_standing(policy.patient)
            self.act(patient, insurance, "appeal", identifier, GROUNDS)
        elif chosen == "arbitrate":
            arbiter = ARBITER if self.likely() else self.anybody()
            amount = self.pick([claim.ceiling, claim.awarded])
            self.act(arbiter, insurance, "arbitrate", identifier, amount, REASON)
        elif chosen == "withdrawClaim":
            self.act(patient, insurance, "withdrawClaim", identifier)
        elif chosen == "collect":
            if claim.paid < claim.awarded or self.likely(0.2):
                self.act(self.anybody(), insurance, "collect", identifier)
        else:
            if self.likely(0.8):
                self.wait_until(claim.until_s + (7 * DAY_S if claim.status == FILED else 0) + 1)
            self.act(self.anybody(), insurance, "settle", identifier)
