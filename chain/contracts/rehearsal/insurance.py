"""Two insurers sell, pay, refuse and run short; patients claim, appeal, move on, and one is caught."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from chain.block import Hash32
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import (
    ARBITER,
    INSURER,
    OTHER_INSURER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry, supply
from chain.contracts.signed.consent import Purpose, kinds_mask, of_kinds
from chain.contracts.signed.insurance import (
    NO_PERMIT,
    Bill,
    Filing,
    ProductTerms,
    Quote,
    case_id,
    claim_id,
    insurance_domain,
)
from chain.contracts.signed.permit import Permit, permit_domain
from chain.contracts.system import ARBITER_ROLE
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey
from chain.merkle import MerkleTree

MED: Final = 10**8
PURSE_MED_UNITS: Final = 100_000 * MED
DEPOSIT_MED_UNITS: Final = 20_000 * MED

OUTPATIENT: Final = 1
INPATIENT: Final = 2

FACTS: Final = keccak(b"salt, born 1961, no smoker, blood pressure 128/82")
REASON: Final = keccak(b"a check-up is not covered")
GROUNDS: Final = keccak(b"it was no check-up")
EVIDENCE: Final = keccak(b"the visit never was")


@dataclass(frozen=True)
class BilledVisit:
    """A visit whose record has two leaves: its bill in the plain form, and all the rest.

    `origin` is the first version of a record that corrects others, None where it corrects none.
    """

    visit: Visit
    bill: Bill
    rest: Hash32
    origin: BilledVisit | None = None

    @property
    def record_id(self) -> Hash32:
        """The identifier of the visit's record."""
        return self.visit.receipt().record_id

    @property
    def first(self) -> BilledVisit:
        """The first version."""
        return self.origin or self

    @property
    def case_id(self) -> Hash32:
        """The identifier of the record in all its versions, of a patient who had no key before the first's."""
        return case_id(self.first.visit.patient.address, self.first.visit.root)

    def corrected(self, visit: Visit, bill: Bill) -> BilledVisit:
        """Return the correction of this visit's record by another bill."""
        return BilledVisit(visit, bill, self.rest, self.first)

    def filing(self, policy_id: Hash32) -> Filing:
        """Return the claim of the bill under a policy."""
        return Filing(
            policy_id,
            self.visit.root,
            self.visit.provider.address,
            self.visit.patient.address,
            self.bill.amount_med_units,
            self.bill.salt,
            self.bill.leaf,
            MerkleTree.of([self.bill.leaf, self.rest]).proof(0),
        )

    def read_filing(self, policy_id: Hash32) -> Filing:
        """Return the claim by the record's other leaf, which only a person can read: its amount is not proven."""
        proof = MerkleTree.of([self.bill.leaf, self.rest]).proof(1)
        return replace(self.filing(policy_id), salt=bytes(32), leaf=self.rest, proof=proof)


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    settle_insurers(stage)
    _keep_a_book(stage)
    product_id = offered(stage, INSURER, outpatient())
    policy_id = _buy(stage, product_id)
    _claim(stage, policy_id)
    _appeal(stage, policy_id)
    _run_short(stage)
    _owe_a_refund(stage)
    _move_on(stage, product_id, policy_id)
    _govern(stage)


def settle_insurers(stage: Stage) -> None:
    """Register two insurers, give them and the patients MED, and let the contract take it."""
    for insurer in (INSURER, OTHER_INSURER):
        stage.do(insurer, stage.system.identity, "register", Role.INSURER)
    for who in (INSURER, OTHER_INSURER, PATIENT, OTHER_PATIENT):
        supply(stage, who, PURSE_MED_UNITS)
        allowed(stage, who)


def allowed(stage: Stage, payer: PrivateKey) -> None:
    """Let the contract take a payer's MED. A permit sets the allowance anew, so this is needed again after one."""
    stage.do(payer, stage.system.token, "approve", stage.system.insurance.address, PURSE_MED_UNITS)


def outpatient(**changes: Any) -> ProductTerms:
    """Return the terms of a cover for visits, small bills paid at once, with some replaced."""
    values: dict[str, Any] = {
        "premium_med_units": 36 * MED,
        "cover_limit_med_units": 1_000 * MED,
        "claim_limit_med_units": 200 * MED,
        "kinds": kinds_mask(OUTPATIENT, 3),
        "period_s": 360 * DAY_S,
        "waiting_s": 14 * DAY_S,
        "deductible_med_units": 10 * MED,
        "automatic_limit_med_units": 60 * MED,
        "automatic_claims": 4,
        "coinsurance_basis_points": 8_000,
        "refund_basis_points": 9_000,
    }
    return ProductTerms(**{**values, **changes})


def inpatient(**changes: Any) -> ProductTerms:
    """Return the terms of a cover for stays, read by adjusters, beside any other cover, with some replaced."""
    values: dict[str, Any] = {
        "premium_med_units": 50 * MED,
        "cover_limit_med_units": 5_000 * MED,
        "claim_limit_med_units": 5_000 * MED,
        "kinds": kinds_mask(INPATIENT),
        "period_s": 360 * DAY_S,
        "exclusive": False,
        "consent_needed": True,
    }
    return ProductTerms(**{**values, **changes})


def offered(stage: Stage, insurer: PrivateKey, terms: ProductTerms) -> Hash32:
    """Have an insurer offer a product; return its identifier."""
    stage.do(insurer, stage.system.insurance, "offer", terms.arguments)
    return terms.product_id(insurer.address)


def deposited(stage: Stage, insurer: PrivateKey, amount_med_units: int = DEPOSIT_MED_UNITS) -> None:
    """Have an insurer add to its reserve."""
    stage.do(insurer, stage.system.insurance, "deposit", insurer.address, amount_med_units, NO_PERMIT)


def taken(stage: Stage, patient: PrivateKey, product_id: Hash32) -> Hash32:
    """Have a patient buy a policy at the list price; return its identifier."""
    outcome = stage.do(patient, stage.system.insurance, "take", product_id, NO_PERMIT)
    return policy_of(outcome.events)


def policy_of(events: list[Any]) -> Hash32:
    """Return the identifier of the policy that was bought in a call with these events."""
    return next(bytes(event.arguments["policyId"]) for event in events if event.name == "PolicyTaken")


def quoted(product_id: Hash32, terms: ProductTerms, patient: PrivateKey, **changes: Any) -> Quote:
    """Return a quote for a patient: a third off the list price, with some parts replaced."""
    values: dict[str, Any] = {
        "product_id": product_id,
        "patient": patient.address,
        "facts_hash": FACTS,
        "premium_med_units": terms.premium_med_units * 2 // 3,
        "cover_limit_med_units": terms.cover_limit_med_units,
        "claim_limit_med_units": terms.claim_limit_med_units,
        "valid_until_s": 2**40 - 1,
        "nonce": 1,
    }
    return Quote(**{**values, **changes})


def signed(stage: Stage, quote: Quote, insurer: PrivateKey) -> tuple[bytes, bytes]:
    """Return an insurer's signature over a quote."""
    return compact(insurer.sign(quote.digest(insurance_domain(stage.system))))


def permitted(
    stage: Stage, payer: PrivateKey, amount_med_units: int, *, for_s: int = 3_600
) -> tuple[int, tuple[bytes, bytes]]:
    """Return a payer's permit for an amount."""
    nonce, deadline_s = stage.read(stage.system.token, "nonces", payer.address), stage.time_s + for_s
    insurance = stage.system.address_of("Insurance")
    permit = Permit(payer.address, insurance, amount_med_units, nonce, deadline_s)
    return deadline_s, compact(payer.sign(permit.digest(permit_domain(stage.system))))


def billed(
    stage: Stage,
    number: int,
    amount_med_units: int,
    *,
    patient: PrivateKey = PATIENT,
    provider: PrivateKey = PROVIDER,
    kind: int = OUTPATIENT,
) -> BilledVisit:
    """Return a visit of such a bill, after which its record is anchored."""
    made = prepared(stage, number, amount_med_units, patient=patient, provider=provider, kind=kind)
    assert [made.visit.check_in(stage).status, made.visit.anchor(stage).status] == [1, 1]
    return made


def prepared(
    stage: Stage,
    number: int,
    amount_med_units: int,
    *,
    patient: PrivateKey = PATIENT,
    provider: PrivateKey = PROVIDER,
    kind: int = OUTPATIENT,
) -> BilledVisit:
    """Return a visit of such a bill, scanned now, of which nothing is on chain yet."""
    bill = Bill(keccak(b"salt%d" % number), amount_med_units)
    rest = keccak(keccak(b"the rest of record %d" % number))
    visit = Visit.at(stage, patient=patient, provider=provider, number=number)
    return BilledVisit(visit.but(root=MerkleTree.of([bill.leaf, rest]).root, kind=kind), bill, rest)


def filed(stage: Stage, filing: Filing, patient: PrivateKey = PATIENT, count: int = 1) -> Hash32:
    """Have a patient file a claim, the record's `count`-th under the policy; return the claim's identifier."""
    stage.do(patient, stage.system.insurance, "file", filing.arguments)
    person = stage.read(stage.system.identity, "personOf", filing.patient)
    first_root = stage.read(stage.system.records, "firstRootOf", person, filing.root)
    return claim_id(filing.policy_id, case_id(person, first_root), count)


def _keep_a_book(stage: Stage) -> None:
    """The insurers put MED up, one by a permit; one offers a product that it withdraws, and takes MED back."""
    insurance = stage.system.insurance
    for insurer in (INSURER, OTHER_INSURER):
        deposited(stage, insurer)
    permit = permitted(stage, INSURER, MED)
    stage.do(INSURER, insurance, "deposit", INSURER.address, MED, permit)
    allowed(stage, INSURER)
    unsold = offered(stage, INSURER, outpatient(premium_med_units=90 * MED))
    stage.do(INSURER, insurance, "withdrawProduct", unsold)
    stage.do(INSURER, insurance, "withdraw", MED)


def _buy(stage: Stage, product_id: Hash32) -> Hash32:
    """One patient buys at the list price, the other on a quote; another quote is withdrawn. Returns the first's."""
    insurance, terms = stage.system.insurance, outpatient()
    policy_id = taken(stage, PATIENT, product_id)
    for nonce in (1, 2):
        quote = quoted(product_id, terms, OTHER_PATIENT, nonce=nonce)
        if nonce == 2:
            stage.do(INSURER, insurance, "withdrawQuote", quote.nonce)
            break
        permit = permitted(stage, OTHER_PATIENT, quote.premium_med_units)
        stage.do(OTHER_PATIENT, insurance, "accept", quote.arguments, signed(stage, quote, INSURER), permit)
    allowed(stage, OTHER_PATIENT)
    stage.pass_time(terms.waiting_s)
    return policy_id


def _claim(stage: Stage, policy_id: Hash32) -> None:
    """Small bills are paid at once; larger ones are granted, taken back, or paid because nobody answered."""
    insurance = stage.system.insurance
    for number in range(3):
        filed(stage, billed(stage, 700 + number, 40 * MED + number).filing(policy_id))
    granted, withdrawn, unanswered = (
        filed(stage, billed(stage, 710 + number, 150 * MED).filing(policy_id)) for number in range(3)
    )
    stage.do(INSURER, insurance, "decide", granted, 112 * MED, bytes(32))
    stage.do(PATIENT, insurance, "withdrawClaim", withdrawn)
    stage.pass_time(outpatient().review_s)
    stage.do(STRANGER, insurance, "settle", unanswered)


def _appeal(stage: Stage, policy_id: Hash32) -> None:
    """A part is granted, which the arbiter raises; a refusal stands because nobody appeals."""
    insurance = stage.system.insurance
    raised, refused = (
        filed(stage, billed(stage, 720 + number, 130 * MED).filing(policy_id)) for number in range(2)
    )
    stage.do(INSURER, insurance, "decide", raised, 40 * MED, REASON)
    stage.do(INSURER, insurance, "decide", refused, 0, REASON)
    stage.do(PATIENT, insurance, "appeal", raised, GROUNDS)
    stage.do(ARBITER, insurance, "arbitrate", raised, 90 * MED, REASON)
    stage.pass_time(outpatient().appeal_s)
    stage.do(STRANGER, insurance, "settle", refused)


def _run_short(stage: Stage) -> None:
    """The other insurer's reserve does not reach for a large claim until it puts more up."""
    insurance = stage.system.insurance
    product_id = offered(stage, OTHER_INSURER, inpatient())
    policies = [taken(stage, patient, product_id) for patient in (PATIENT, OTHER_PATIENT)]
    book = stage.read(insurance, "bookOf", OTHER_INSURER.address)
    required = stage.read(insurance, "requiredReserve", OTHER_INSURER.address)
    stage.do(OTHER_INSURER, insurance, "withdraw", book["reserve"] - required)
    parties = ((PATIENT, PROVIDER), (OTHER_PATIENT, OTHER_PROVIDER))
    claims = []
    for number, (patient, provider) in enumerate(parties):
        scope = of_kinds(INPATIENT)
        arguments = (OTHER_INSURER.address, Purpose.CLAIM, scope.arguments, stage.time_s + 30 * DAY_S)
        stage.do(patient, stage.system.consents, "grant", *arguments)
        stay = billed(
            stage, 730 + number, 4_000 * MED, patient=patient, provider=provider, kind=INPATIENT
        ).read_filing(policies[number])
        claims.append(filed(stage, stay, patient))
    for claim in claims:
        stage.do(OTHER_INSURER, insurance, "decide", claim, 4_000 * MED, bytes(32))
    deposited(stage, OTHER_INSURER, 6_000 * MED)
    for claim in claims:
        stage.do(STRANGER, insurance, "collect", claim)


def _owe_a_refund(stage: Stage) -> None:
    """An insurer whose reserve is set aside for a claim owes a cancelling holder until it puts more up."""
    insurance = stage.system.insurance
    terms = inpatient(refund_basis_points=9_000, consent_needed=False)
    product_id = offered(stage, OTHER_INSURER, terms)
    deposited(stage, OTHER_INSURER, 3_000 * MED)
    claimed, cancelled = (taken(stage, patient, product_id) for patient in (PATIENT, OTHER_PATIENT))
    book = stage.read(insurance, "bookOf", OTHER_INSURER.address)
    required = stage.read(insurance, "requiredReserve", OTHER_INSURER.address)
    stage.do(OTHER_INSURER, insurance, "withdraw", book["reserve"] - required)
    filed(stage, billed(stage, 750, 5_000 * MED, kind=INPATIENT).filing(claimed))
    stage.do(OTHER_PATIENT, insurance, "cancel", cancelled)
    deposited(stage, OTHER_INSURER, 10 * MED)
    stage.do(STRANGER, insurance, "collectRefund", cancelled)


def _move_on(stage: Stage, product_id: Hash32, policy_id: Hash32) -> None:
    """The patient's cover goes on for a year; the other patient's ends early, and begins again with a fraud."""
    insurance = stage.system.insurance
    stage.do(PATIENT, insurance, "renew", policy_id, NO_PERMIT)
    second = taken(stage, OTHER_PATIENT, product_id)
    stage.pass_time(100 * DAY_S)
    stage.do(OTHER_PATIENT, insurance, "cancel", second)
    third = taken(stage, OTHER_PATIENT, product_id)
    stage.pass_time(outpatient().waiting_s)
    false = billed(stage, 740, 50 * MED, patient=OTHER_PATIENT).filing(third)
    claim = filed(stage, false, OTHER_PATIENT)
    stage.do(ARBITER, insurance, "proveFraud", third, claim, EVIDENCE)
    stage.pass_time(400 * DAY_S)
    stage.do(STRANGER, insurance, "release", policy_id)
    stage.do(STRANGER, insurance, "release", second)


def _govern(stage: Stage) -> None:
    """Governance appoints another arbiter and dismisses the first; the new one resigns."""
    appoint = ("Insurance", "grantRole", (ARBITER_ROLE, TREASURY.address))
    dismiss = ("Insurance", "revokeRole", (ARBITER_ROLE, ARBITER.address))
    carry(stage, "Another arbiter of claims", appoint, dismiss)
    stage.do(TREASURY, stage.system.insurance, "renounceRole", ARBITER_ROLE, TREASURY.address)
