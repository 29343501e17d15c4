"""Insurers' books, policies and claims in Python, beside `Insurance`; amounts in MED units, times in Unix seconds.

Refusals are named as the contract's errors, "" for none, in the order in which the contract asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from consents import Anchored, Consents
from people import People

from chain.block import Address, Hash32
from chain.contracts.deployment.insurance import InsuranceTerms
from chain.contracts.messages import Role
from chain.contracts.signed.consent import Purpose
from chain.contracts.signed.insurance import Bill, ProductTerms, Quote, case_id, claim_id, policy_id

LIVE, RELEASED, FRAUD = 1, 2, 3
FILED, DECIDED, APPEALED, CLOSED, CONDEMNED = range(1, 6)
VALID, SUPERSEDED, REVOKED = "valid", "superseded", "revoked"
TERMS: Final = InsuranceTerms()
WHOLE: Final = 10_000


@dataclass
class Book:
    reserve: int = 0
    held: int = 0
    exposure: int = 0
    unfunded: int = 0

    @property
    def required(self) -> int:
        return -(-self.exposure * TERMS.reserve_basis_points // WHOLE) + self.unfunded


@dataclass
class Product:
    insurer: Address
    terms: ProductTerms
    withdrawn: bool = False


@dataclass
class Policy:
    product: Product
    product_id: Hash32
    patient: Address
    starts_at_s: int
    ends_at_s: int
    cover: int
    cover_limit: int
    claim_limit: int
    premium: int
    status: int = LIVE
    followed: bool = False
    open_claims: int = 0
    filings: int = 0
    automatic_claims: int = 0
    refund_due: int = 0

    @property
    def terms(self) -> ProductTerms:
        return self.product.terms

    @property
    def filing_until_s(self) -> int:
        return self.ends_at_s + self.terms.filing_s

    def refund(self, time_s: int) -> int:
        if self.status != LIVE or self.filings or time_s >= self.ends_at_s:
            return 0
        left_s = self.ends_at_s - max(time_s, self.starts_at_s)
        return self.premium * self.terms.refund_basis_points * left_s // (self.terms.period_s * WHOLE)


@dataclass
class Paper:
    """A record whose first leaf is a bill. `origin` is the first of its corrections."""

    record: Anchored
    origin: Anchored
    bill: Bill
    rest: Hash32
    state: str = VALID


@dataclass
class Claim:
    policy: Policy
    policy_id: Hash32
    paper: Paper
    case: Hash32
    ceiling: int
    until_s: int
    proven: bool
    status: int = FILED
    awarded: int = 0
    paid: int = 0
    held: int = 0
    discretionary: bool = False

    @property
    def lacking(self) -> int:
        return self.ceiling - self.paid - self.held

    @property
    def is_due(self) -> bool:
        """Whether silence pays it."""
        return self.proven and self.policy.status == LIVE and self.paper.state == VALID


@dataclass
class Use:
    """One case across all policies: the claims that hold it, by identifier."""

    claims: dict[Hash32, bool] = field(default_factory=dict)
    fraudulent: bool = False


class Insurers:
    """All that `Insurance` keeps."""

    def __init__(self, people: People, consents: Consents) -> None:
        self.people, self.consents = people, consents
        self.books: dict[Address, Book] = defaultdict(Book)
        self.products: dict[Hash32, Product] = {}
        self.policies: dict[Hash32, Policy] = {}
        self.claims: dict[Hash32, Claim] = {}
        self.uses: dict[Hash32, Use] = defaultdict(Use)
        self.counts: dict[tuple[Hash32, Hash32], int] = defaultdict(int)
        self.used_quotes: set[tuple[Address, int]] = set()
        self.first_roots: dict[tuple[Address, Hash32], Hash32] = {}

    @property
    def owed(self) -> int:
        return sum(book.reserve + book.held for book in self.books.values())

    # Who may

    def refusal_to_insurer(self, sender: Address, insurer: Address | None = None) -> str:
        if not self.people.is_active(sender, Role.INSURER):
            return "InsurerNotActive"
        return "NotTheInsurer" if insurer not in (None, self.people.person(sender)) else ""

    def refusal_to_holder(self, sender: Address, patient: Address) -> str:
        if not self.people.is_active(sender, Role.PATIENT):
            return "PatientNotActive"
        return "" if self.people.person(sender) == patient else "NotTheHolder"

    def is_selling(self, insurer: Address) -> bool:
        return self.people.is_active(self.people.current(insurer), Role.INSURER)

    # Products

    def refusal_of_withdrawing_product(self, sender: Address, product_id: Hash32) -> str:
        if product_id not in self.products:
            return "ProductUnknown"
        product = self.products[product_id]
        refusal = self.refusal_to_insurer(sender, product.insurer)
        return refusal or ("ProductNotForSale" if product.withdrawn else "")

    def refusal_of_sale(self, product_id: Hash32) -> str:
        if product_id not in self.products:
            return "ProductUnknown"
        product = self.products[product_id]
        if product.withdrawn:
            return "ProductNotForSale"
        return "" if self.is_selling(product.insurer) else "InsurerNotActive"

    # Policies

    def refusal_of_quote(self, quote: Quote, sender: Address, signer: Address, time_s: int) -> str:
        if refusal := self.refusal_of_sale(quote.product_id):
            return refusal
        if not self.people.is_active(sender, Role.PATIENT):
            return "PatientNotActive"
        if self.people.person(quote.patient) != self.people.person(sender):
            return "QuoteOfAnotherPatient"
        if time_s > quote.valid_until_s:
            return "QuoteExpired"
        if not quote.cover_limit_med_units or not quote.claim_limit_med_units:
            return "LimitZero"
        insurer = self.products[quote.product_id].insurer
        if self.people.current(insurer) != signer:
            return "InvalidInsurerSignature"
        return "QuoteUsed" if (insurer, quote.nonce) in self.used_quotes else ""

    def refusal_of_following(self, previous: Policy, sender: Address, time_s: int) -> str:
        if previous.status != LIVE:
            return "PolicyNotLive"
        if refusal := self.refusal_to_holder(sender, previous.patient):
            return refusal
        if time_s >= previous.ends_at_s:
            return "PolicyEnded"
        return "PolicyFollowedAlready" if previous.followed else ""

    def refusal_of_taking(self, quote: Quote, sender: Address, time_s: int) -> str:
        """What refuses a sale after price and quote are settled."""
        previous = self.policies.get(quote.previous_policy_id)
        if previous is not None and (refusal := self.refusal_of_following(previous, sender, time_s)):
            return refusal
        bought, _starts_at_s = self.identify(quote, sender, time_s)
        if bought in self.policies:
            return "PolicyTakenAlready"
        book = self.books[self.products[quote.product_id].insurer]
        after = Book(
            book.reserve + quote.premium_med_units,
            book.held,
            book.exposure + quote.cover_limit_med_units,
            book.unfunded,
        )
        return "ReserveTooSmall" if after.reserve < after.required else ""

    def identify(self, quote: Quote, sender: Address, time_s: int) -> tuple[Hash32, int]:
        """Return the identifier and the first second of the policy that a quote would become."""
        previous = self.policies.get(quote.previous_policy_id)
        waiting_s = self.products[quote.product_id].terms.waiting_s
        starts_at_s = previous.ends_at_s if previous is not None else time_s + waiting_s
        return policy_id(quote.product_id, self.people.person(sender), starts_at_s), starts_at_s

    def take(self, quote: Quote, sender: Address, time_s: int) -> Hash32:
        bought, starts_at_s = self.identify(quote, sender, time_s)
        product = self.products[quote.product_id]
        if quote.previous_policy_id in self.policies:
            self.policies[quote.previous_policy_id].followed = True
        self.policies[bought] = Policy(
            product,
            quote.product_id,
            self.people.person(sender),
            starts_at_s,
            starts_at_s + product.terms.period_s,
            quote.cover_limit_med_units,
            quote.cover_limit_med_units,
            quote.claim_limit_med_units,
            quote.premium_med_units,
        )
        book = self.books[product.insurer]
        book.reserve += quote.premium_med_units
        book.exposure += quote.cover_limit_med_units
        return bought

    def refusal_of_cancelling(self, policy: Policy, sender: Address, time_s: int) -> str:
        if policy.status != LIVE:
            return "PolicyNotLive"
        if refusal := self.refusal_to_holder(sender, policy.patient):
            return refusal
        return "PolicyEnded" if time_s >= policy.ends_at_s else ""

    def cancel(self, policy: Policy, time_s: int) -> int:
        """Return what is paid now; what the reserve lacks is debt."""
        policy.refund_due = policy.refund(time_s)
        self.books[policy.product.insurer].unfunded += policy.refund_due
        policy.ends_at_s = time_s
        if policy.ends_at_s <= policy.starts_at_s:
            self.end(policy, RELEASED)
        return self.collect_refund(policy)

    def collect_refund(self, policy: Policy) -> int:
        book = self.books[policy.product.insurer]
        payment = min(policy.refund_due, book.reserve)
        policy.refund_due -= payment
        book.reserve -= payment
        book.unfunded -= payment
        return payment

    def refusal_of_release(self, policy: Policy, time_s: int) -> str:
        if policy.status != LIVE:
            return "PolicyNotLive"
        return "PolicyStillBinds" if time_s <= policy.filing_until_s or policy.open_claims else ""

    def end(self, policy: Policy, status: int) -> None:
        if policy.status == LIVE:
            self.books[policy.product.insurer].exposure -= policy.cover
        policy.status = status

    # Claims

    def case(self, paper: Paper) -> Hash32:
        """Return the case that a record belongs to, in whichever version, under whichever key, whoever anchored it.

        A root that was claimed before it became a correction's is a case of its own.
        """
        person, root = self.people.person(paper.record.patient), paper.record.root
        own = case_id(person, root)
        if self.uses[own].claims or self.uses[own].fraudulent:
            return own
        return case_id(person, self.first_root(person, root))

    def first_root(self, person: Address, root: Hash32) -> Hash32:
        return self.first_roots.get((person, root), root)

    def note_correction(self, person: Address, root: Hash32, corrected: Hash32) -> None:
        """Note that a person's root `corrected` is a version of what `root` is a version of."""
        self.first_roots[person, corrected] = self.first_root(person, root)

    def is_fraudulent(self, claim: Claim) -> bool:
        return self.uses[claim.case].fraudulent

    def refusal_of_filing(
        self,
        policy: Policy | None,
        paper: Paper,
        amount: int,
        *,
        sender: Address,
        shown: bool,
        time_s: int,
    ) -> str:
        if policy is None:
            return "PolicyUnknown"
        if policy.status != LIVE:
            return "PolicyNotLive"
        if refusal := self.refusal_to_holder(sender, policy.patient):
            return refusal
        if time_s > policy.filing_until_s:
            return "FilingOver"
        record, terms = paper.record, policy.terms
        if self.people.person(record.patient) != policy.patient:
            return "RecordOfAnotherPatient"
        if paper.state != VALID or not shown:
            return "ProofInvalid"
        if record.kind >= 64 or not terms.kinds >> record.kind & 1:
            return "KindNotCovered"
        if not policy.starts_at_s <= paper.origin.anchored_at_s < policy.ends_at_s:
            return "RecordOutsideTerm"
        asked = (record.patient, policy.product.insurer, Purpose.CLAIM, record, time_s)
        if terms.consent_needed and not self.consents.permits(*asked):
            return "ConsentMissing"
        return self._refusal_of_record(policy, paper, amount)

    def _refusal_of_record(self, policy: Policy, paper: Paper, amount: int) -> str:
        case = self.case(paper)
        use = self.uses[case]
        if use.fraudulent:
            return "RecordFraudulent"
        holders = [self.claims[one] for one in use.claims]
        if any(one.policy is policy for one in holders):
            return "RecordClaimedAlready"
        if self.counts[id_of(self.policies, policy), case] >= TERMS.maximum_filings:
            return "TooManyFilings"
        if holders and (policy.terms.exclusive or any(one.policy.terms.exclusive for one in holders)):
            return "RecordClaimedElsewhere"
        return "" if policy.terms.payout(amount, policy.claim_limit, policy.cover) else "NothingPayable"

    def file(
        self, identifier: Hash32, paper: Paper, amount: int, proven: bool, time_s: int
    ) -> tuple[Hash32, int]:
        """Return the claim's identifier and what is paid at once."""
        policy, case = self.policies[identifier], self.case(paper)
        self.counts[identifier, case] += 1
        filed = claim_id(identifier, case, self.counts[identifier, case])
        ceiling = policy.terms.payout(amount, policy.claim_limit, policy.cover)
        claim = Claim(policy, identifier, paper, case, ceiling, time_s + policy.terms.review_s, proven)
        self.claims[filed] = claim
        self.uses[case].claims[filed] = True
        policy.cover -= ceiling
        policy.open_claims += 1
        policy.filings += 1
        book = self.books[policy.product.insurer]
        book.exposure -= ceiling
        book.unfunded += ceiling
        self._rebook(claim)
        at_once = proven and amount <= policy.terms.automatic_limit_med_units and claim.held == ceiling
        if not at_once or policy.automatic_claims >= policy.terms.automatic_claims:
            return filed, 0
        policy.automatic_claims += 1
        return filed, self.close(filed, ceiling)

    def refusal_of_deciding(self, claim: Claim, sender: Address, amount: int, time_s: int) -> str:
        if refusal := self.refusal_to_insurer(sender, claim.policy.product.insurer):
            return refusal
        if claim.status != FILED:
            return "ClaimStatusWrong"
        if time_s > claim.until_s:
            return "TermOver"
        if self.is_fraudulent(claim):
            return "RecordFraudulent"
        return "AwardOutOfBounds" if amount > claim.ceiling else ""

    def decide(self, identifier: Hash32, amount: int, time_s: int) -> int:
        claim = self.claims[identifier]
        claim.discretionary = not claim.proven
        if amount == claim.ceiling:
            return self.close(identifier, amount)
        claim.status, claim.awarded = DECIDED, amount
        claim.until_s = time_s + claim.policy.terms.appeal_s
        return self._rebook(claim)

    def refusal_of_appealing(self, claim: Claim, sender: Address, time_s: int) -> str:
        if refusal := self.refusal_to_holder(sender, claim.policy.patient):
            return refusal
        if self.is_fraudulent(claim):
            return "RecordFraudulent"
        until_s = claim.until_s
        if claim.status == FILED:
            if time_s <= until_s:
                return "TermNotOver"
            if claim.is_due:
                return "ClaimDue"
            until_s += claim.policy.terms.appeal_s
        elif claim.status != DECIDED:
            return "ClaimStatusWrong"
        return "TermOver" if time_s > until_s else ""

    def appeal(self, claim: Claim, time_s: int) -> None:
        claim.status, claim.until_s = APPEALED, time_s + TERMS.arbitration_s

    def refusal_of_arbitrating(self, claim: Claim, amount: int, time_s: int) -> str:
        if claim.status != APPEALED:
            return "ClaimStatusWrong"
        if time_s > claim.until_s:
            return "TermOver"
        if self.is_fraudulent(claim):
            return "RecordFraudulent"
        return "" if claim.awarded <= amount <= claim.ceiling else "AwardOutOfBounds"

    def arbitrate(self, identifier: Hash32, amount: int) -> int:
        """Return what is paid now. What the arbiter raised is not the insurer's word alone."""
        claim = self.claims[identifier]
        claim.discretionary = claim.discretionary and amount == claim.awarded
        return self.close(identifier, amount)

    def settlement(self, claim: Claim) -> tuple[int, int]:
        """Return what the end of the running term awards, and its last second."""
        if claim.status == FILED:
            if claim.is_due:
                return claim.ceiling, claim.until_s
            return 0, claim.until_s + claim.policy.terms.appeal_s
        return claim.awarded, claim.until_s

    def close(self, identifier: Hash32, awarded: int) -> int:
        """Return what is paid now: nothing for a fraudulent record, whose claim ends at what was paid before."""
        claim = self.claims[identifier]
        if self.is_fraudulent(claim):
            awarded = claim.paid
        book = self.books[claim.policy.product.insurer]
        unused = claim.ceiling - awarded
        if claim.status < CLOSED:
            claim.policy.open_claims -= 1
            claim.status, claim.until_s = CLOSED, 0
            if awarded == 0:
                del self.uses[claim.case].claims[identifier]
        if claim.policy.status == LIVE:
            claim.policy.cover += unused
            book.exposure += unused
        forgiven = min(unused, claim.lacking)
        book.unfunded -= forgiven
        claim.held -= unused - forgiven
        book.held -= unused - forgiven
        book.reserve += unused - forgiven
        claim.ceiling = claim.awarded = awarded
        return self._rebook(claim)

    def is_collectable(self, claim: Claim) -> bool:
        """Whether anything changes: a fraud's debt is none any more, other debt waits for its part of the reserve."""
        if self.is_fraudulent(claim):
            return claim.lacking > 0
        payment, held = self._share(claim)
        return payment + held != claim.held

    def collect(self, identifier: Hash32) -> int:
        claim = self.claims[identifier]
        return self.close(identifier, 0) if self.is_fraudulent(claim) else self._rebook(claim)

    def refusal_of_fraud(self, policy: Policy, claim: Claim | None) -> str:
        if claim is None:
            return "FraudProvenAlready" if policy.status == FRAUD else ""
        if claim.policy is not policy:
            return "ClaimUnknown"
        return "ClaimStatusWrong" if claim.status == CONDEMNED else ""

    def prove_fraud(self, policy: Policy, identifier: Hash32, time_s: int) -> None:
        self.end(policy, FRAUD)
        policy.ends_at_s = min(policy.ends_at_s, time_s)
        self.books[policy.product.insurer].unfunded -= policy.refund_due
        policy.refund_due = 0
        if identifier not in self.claims:
            return
        claim = self.claims[identifier]
        self.uses[claim.case].fraudulent = True
        self.close(identifier, 0)
        claim.status = CONDEMNED

    # Money

    def _share(self, claim: Claim) -> tuple[int, int]:
        """Return what a claim is paid now, and what is held for it then.

        The insurer's word without proof is paid from what nobody else relies on, and nothing is held for it.
        """
        book = self.books[claim.policy.product.insurer]
        free, due, later = (
            book.reserve + claim.held,
            claim.awarded - claim.paid,
            claim.ceiling - claim.awarded,
        )
        if not claim.discretionary:
            payment = min(due, free)
            return payment, min(due + later, free) - payment
        others = book.required - claim.lacking
        payment = max(0, min(due, free - others - later))
        return payment, min(later, free - payment)

    def _rebook(self, claim: Claim) -> int:
        """Book a claim anew; return what is paid."""
        book = self.books[claim.policy.product.insurer]
        payment, held = self._share(claim)
        book.reserve += claim.held - held - payment
        book.held += held - claim.held
        book.unfunded -= claim.lacking
        claim.paid, claim.held = claim.paid + payment, held
        book.unfunded += claim.lacking
        return payment

    def open_claims(self) -> Iterator[Hash32]:
        return (identifier for identifier, claim in self.claims.items() if claim.status < CLOSED)


def id_of(policies: dict[Hash32, Policy], policy: Policy) -> Hash32:
    return next(identifier for identifier, one in policies.items() if one is policy)
