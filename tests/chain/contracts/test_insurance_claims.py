"""A claim shows the original, of its patient, kind and time; what is paid once is not paid again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from insured import (
    CLOSED,
    DECIDED,
    FILED,
    MED,
    RESERVE,
    Insured,
    beside,
    insured,
    insurers,
    word,
)

from chain.contracts.messages import SignedReceipt, batch_id
from chain.contracts.rehearsal.cast import (
    ARBITER,
    INSURER,
    NEW_PHONE,
    OTHER_INSURER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.data_market import corrected
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.insurance import (
    EVIDENCE,
    OUTPATIENT,
    REASON,
    BilledVisit,
    filed,
    policy_of,
    prepared,
)
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.consent import NO_RECORD, Purpose, of_kinds
from chain.contracts.signed.insurance import NO_PERMIT, Bill, case_id, claim_id
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey
from chain.merkle import MerkleTree

UNKNOWN = b"\x07" * 32


@pytest.fixture
def cover(stage: Stage) -> Insured:
    """A policy whose waiting time is over."""
    return insured(insurers(stage))


def with_correction(cover: Insured, visit: BilledVisit, amount: int) -> BilledVisit:
    """Have the provider correct a visit's bill."""
    bill = Bill(keccak(visit.bill.salt), amount)
    root = MerkleTree.of([bill.leaf, visit.rest]).root
    return visit.corrected(corrected(cover.stage, visit.visit, root), bill)


def anchored_again(
    cover: Insured, visit: BilledVisit, patient: PrivateKey, provider: PrivateKey = PROVIDER
) -> BilledVisit:
    """Have a provider anchor a visit's root once more, for another key."""
    again = replace(visit, visit=visit.visit.but(patient=patient, provider=provider, sender=provider))
    assert again.visit.anchor(cover.stage).status == 1
    return again


def new_phone(cover: Insured) -> None:
    """Let the patient replace its key by `NEW_PHONE`."""
    identity = cover.stage.system.identity
    cover.stage.do(PATIENT, identity, "replaceKey", *consenting(cover.stage, PATIENT.address, NEW_PHONE))
    cover.patient = NEW_PHONE


def test_a_small_proven_bill_is_paid_at_once(cover: Insured) -> None:
    """80 % of what exceeds 10 MED: 40 MED of a bill of 60 MED, the most that the rule pays at once."""
    visit, before = cover.bill(60 * MED), cover.balance()
    outcome = cover.try_filing(visit)
    paid = 40 * MED
    claim = claim_id(cover.policy_id, visit.case_id, 1)
    names = [event.name for event in outcome.events]
    assert names == ["ClaimFiled", "ClaimClosed", "ClaimPaid", "Transfer"]
    assert outcome.events[0].arguments == {
        "claimId": claim,
        "policyId": cover.policy_id,
        "recordId": visit.record_id,
        "leaf": visit.bill.leaf,
        "amount": 60 * MED,
        "ceiling": paid,
        "proven": True,
        "until": cover.stage.time_s + cover.terms.review_s,
    }
    assert outcome.events[2].arguments == {
        "claimId": claim,
        "patient": PATIENT.address,
        "insurer": INSURER.address,
        "amount": paid,
    }
    assert cover.balance() - before == paid
    assert cover.claim(claim) == {
        "policyId": cover.policy_id,
        "recordId": visit.record_id,
        "caseId": visit.case_id,
        "ceiling": paid,
        "awarded": paid,
        "until": 0,
        "status": CLOSED,
        "proven": True,
        "paid": paid,
        "held": 0,
        "discretionary": False,
    }
    policy = cover.policy()
    assert (policy["cover"], policy["openClaims"], policy["filings"], policy["automaticClaims"]) == (
        960 * MED,
        0,
        1,
        1,
    )
    assert cover.book() == {
        "reserve": RESERVE + cover.terms.premium_med_units - paid,
        "held": 0,
        "exposure": 960 * MED,
        "unfunded": 0,
    }
    assert visit.case_id == case_id(PATIENT.address, visit.visit.root)


def test_a_larger_bill_is_reviewed_and_its_most_is_held(cover: Insured) -> None:
    visit = cover.bill(60 * MED + 1)
    claim = filed(cover.stage, visit.filing(cover.policy_id))
    most = (50 * MED + 1) * 8 // 10
    found = cover.claim(claim)
    assert (found["status"], found["ceiling"], found["held"], found["paid"]) == (FILED, most, most, 0)
    book = cover.book()
    assert (book["reserve"], book["held"]) == (RESERVE + cover.terms.premium_med_units - most, most)
    assert (cover.policy()["cover"], cover.policy()["openClaims"]) == (1_000 * MED - most, 1)


def test_what_is_held_for_a_claim_cannot_be_withdrawn(cover: Insured) -> None:
    cover.do(INSURER, "withdraw", cover.book()["reserve"] - cover.ask("requiredReserve", INSURER.address))
    claim = cover.file()
    held = cover.claim(claim)["held"]
    left = cover.book()["reserve"] - cover.ask("requiredReserve", INSURER.address)
    if left > 0:
        cover.do(INSURER, "withdraw", left)
    assert cover.call(INSURER, "withdraw", 1).error.startswith("ReserveTooSmall")
    before = cover.balance()
    cover.do(INSURER, "decide", claim, held, bytes(32))
    assert cover.balance() - before == held == 112 * MED


def test_only_so_many_claims_are_paid_at_once(cover: Insured) -> None:
    for _ in range(4):
        assert cover.claim(cover.file(20 * MED))["status"] == CLOSED
    assert cover.claim(cover.file(20 * MED))["status"] == FILED
    assert cover.policy()["automaticClaims"] == 4


def test_an_amount_that_no_leaf_proves_is_not_paid_at_once(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    outcome = cover.call(PATIENT, "file", visit.read_filing(cover.policy_id).arguments)
    assert outcome.events[0].arguments["proven"] is False
    assert cover.claim(claim_id(cover.policy_id, visit.case_id, 1))["status"] == FILED


@pytest.mark.parametrize("more", [-1, 1, 10 * MED])
def test_a_bill_proves_its_amount_and_no_other(cover: Insured, more: int) -> None:
    """The leaf is part of the record; another amount under it is only a claim for somebody to judge."""
    filing = cover.bill(40 * MED).filing(cover.policy_id)
    outcome = cover.call(PATIENT, "file", replace(filing, amount_med_units=40 * MED + more).arguments)
    assert outcome.events[0].arguments["proven"] is False


def test_the_salt_opens_the_bill(cover: Insured) -> None:
    filing = cover.bill(40 * MED).filing(cover.policy_id)
    outcome = cover.call(PATIENT, "file", replace(filing, salt=UNKNOWN).arguments)
    assert outcome.events[0].arguments["proven"] is False


def test_the_contract_reads_the_bill_as_it_is_written(cover: Insured) -> None:
    for amount in (0, 1, 9, 10, 12_345_678, 10**18, 2**96 - 1):
        bill = Bill(keccak(b"salt"), amount)
        assert cover.ask("billLeafOf", bill.salt, amount) == bill.leaf


def test_a_leaf_of_no_record_is_refused(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    filing = visit.filing(cover.policy_id)
    forged = Bill(visit.bill.salt, 50 * MED)
    wrong = replace(filing, amount_med_units=50 * MED, leaf=forged.leaf)
    assert (
        cover.call(PATIENT, "file", wrong.arguments).error
        == f"ProofInvalid(recordId={word(visit.record_id)})"
    )
    shortened = replace(filing, proof=())
    assert cover.call(PATIENT, "file", shortened.arguments).error.startswith("ProofInvalid")
    assert cover.call(PATIENT, "file", filing.arguments).status == 1


def test_a_record_that_was_never_anchored_is_refused(cover: Insured) -> None:
    visit = prepared(cover.stage, 199, 40 * MED)
    assert cover.try_filing(visit).error == f"ProofInvalid(recordId={word(visit.record_id)})"


def test_a_revoked_record_is_refused(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    cover.stage.do(
        PROVIDER, cover.stage.system.records, "revoke", visit.visit.root, PROVIDER.address, PATIENT.address
    )
    assert cover.try_filing(visit).error == f"ProofInvalid(recordId={word(visit.record_id)})"


def test_a_record_past_its_time_is_refused(cover: Insured) -> None:
    made = prepared(cover.stage, 199, 40 * MED)
    last_s = cover.stage.time_s + DAY_S
    short = replace(made, visit=made.visit.but(valid_until_s=last_s))
    assert [short.visit.check_in(cover.stage).status, short.visit.anchor(cover.stage).status] == [1, 1]
    late = replace(cover, stage=cover.stage.branch())
    cover.stage.time_s = last_s - BLOCK_S
    assert cover.try_filing(short).status == 1
    late.stage.time_s = last_s + 1 - BLOCK_S
    assert late.try_filing(short).error.startswith("ProofInvalid")


def test_only_the_holder_files(cover: Insured) -> None:
    filing = cover.bill(40 * MED).filing(cover.policy_id).arguments
    parties = f"caller={word(OTHER_PATIENT.address)}, patient={word(PATIENT.address)}"
    assert cover.call(OTHER_PATIENT, "file", filing).error == f"NotTheHolder({parties})"
    assert cover.call(PROVIDER, "file", filing).error == f"PatientNotActive(patient={word(PROVIDER.address)})"


def test_another_patients_bill_is_refused(cover: Insured) -> None:
    visit = cover.bill(40 * MED, patient=OTHER_PATIENT)
    parties = f"patient={word(OTHER_PATIENT.address)}, holder={word(PATIENT.address)}"
    assert cover.try_filing(visit).error == f"RecordOfAnotherPatient({parties})"


def test_only_covered_kinds_are_paid(cover: Insured) -> None:
    for kind in (2, 0, 64 + OUTPATIENT, 300):
        assert cover.try_filing(cover.bill(40 * MED, kind=kind)).error == f"KindNotCovered(kind={kind})"
    assert cover.try_filing(cover.bill(40 * MED, kind=3)).status == 1


def test_kinds_beyond_the_mask_are_never_covered(stage: Stage) -> None:
    cover = insured(insurers(stage), kinds=2**64 - 1)
    assert cover.try_filing(cover.bill(40 * MED, kind=63)).status == 1
    assert cover.try_filing(cover.bill(40 * MED, kind=64)).error == "KindNotCovered(kind=64)"


def test_a_visit_in_the_waiting_time_is_not_covered(stage: Stage) -> None:
    cover = insured(insurers(stage), waited=False)
    visit = cover.bill(40 * MED)
    starts_at_s, ends_at_s = cover.policy()["startsAt"], cover.policy()["endsAt"]
    cover.stage.time_s = starts_at_s
    found = cover.try_filing(visit).error
    assert found.startswith("RecordOutsideTerm(anchoredAt=")
    assert found.endswith(f"startsAt={starts_at_s}, endsAt={ends_at_s})")


def test_cover_is_from_its_first_second_until_before_its_end(stage: Stage) -> None:
    cover = insured(insurers(stage), waited=False)
    starts_at_s, ends_at_s = cover.policy()["startsAt"], cover.policy()["endsAt"]
    cases = [(starts_at_s - 1, False), (starts_at_s, True), (ends_at_s - 1, True), (ends_at_s, False)]
    for number, (anchored_at_s, covered) in enumerate(cases):
        there = replace(cover, stage=cover.stage.branch())
        there.stage.time_s = anchored_at_s - 2 * BLOCK_S
        made = prepared(there.stage, 190 + number, 40 * MED)
        assert [made.visit.check_in(there.stage).status, made.visit.anchor(there.stage).status] == [1, 1]
        assert there.stage.time_s == anchored_at_s
        there.stage.time_s = max(anchored_at_s, starts_at_s)
        assert there.try_filing(made).status == covered, anchored_at_s


def test_a_record_falls_into_one_of_two_terms(cover: Insured) -> None:
    following = policy_of(cover.do(PATIENT, "renew", cover.policy_id, NO_PERMIT).events)
    cover.stage.time_s = cover.policy()["endsAt"]
    visit = cover.bill(40 * MED)
    assert cover.try_filing(visit).error.startswith("RecordOutsideTerm")
    assert cover.call(PATIENT, "file", visit.filing(following).arguments).status == 1


def test_claims_are_filed_for_a_while_after_the_term(cover: Insured) -> None:
    cover.stage.time_s = cover.policy()["endsAt"] - DAY_S
    visit = cover.bill(40 * MED)
    filing_until_s = cover.policy()["endsAt"] + cover.terms.filing_s
    late = replace(cover, stage=cover.stage.branch())
    cover.stage.time_s = filing_until_s - BLOCK_S
    assert cover.try_filing(visit).status == 1
    late.stage.time_s = filing_until_s + 1 - BLOCK_S
    refused = late.try_filing(visit)
    assert refused.error == f"FilingOver(policyId={word(cover.policy_id)}, filingUntil={filing_until_s})"


def test_a_cancelled_policy_still_pays_for_its_time(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    cover.do(PATIENT, "cancel", cover.policy_id)
    later = cover.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    assert cover.try_filing(later).error.startswith("RecordOutsideTerm")


def test_nothing_is_claimed_under_no_policy_or_a_released_one(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    outcome = cover.call(PATIENT, "file", visit.filing(UNKNOWN).arguments)
    assert outcome.error == f"PolicyUnknown(policyId={word(UNKNOWN)})"
    cover.stage.time_s = cover.policy()["endsAt"] + cover.terms.filing_s
    cover.do(STRANGER, "release", cover.policy_id)
    assert cover.try_filing(visit).error == f"PolicyNotLive(policyId={word(cover.policy_id)}, status=2)"


def test_a_bill_within_the_deductible_is_refused(cover: Insured) -> None:
    assert cover.try_filing(cover.bill(10 * MED)).error == f"NothingPayable(amount={10 * MED})"
    assert cover.try_filing(cover.bill(10 * MED + 1)).error == f"NothingPayable(amount={10 * MED + 1})"
    assert cover.try_filing(cover.bill(10 * MED + 2)).status == 1


def test_a_claim_is_cut_at_the_limit_per_claim(cover: Insured) -> None:
    assert cover.claim(cover.file(260 * MED))["ceiling"] == 200 * MED
    assert cover.claim(cover.file(260 * MED + 1_000))["ceiling"] == 200 * MED


def test_a_policy_pays_no_more_than_its_cover(cover: Insured) -> None:
    ceilings = []
    for _ in range(6):
        if cover.policy()["cover"]:
            ceilings.append(cover.claim(cover.file(240 * MED))["ceiling"])
    assert ceilings == [184 * MED] * 5 + [80 * MED]
    assert cover.try_filing(cover.bill(240 * MED)).error == f"NothingPayable(amount={240 * MED})"


def test_a_product_may_ask_for_a_consent_on_chain(stage: Stage) -> None:
    cover = insured(insurers(stage), consent_needed=True)
    visit, consents = cover.bill(40 * MED), stage.system.consents
    parties = f"patient={word(PATIENT.address)}, insurer={word(INSURER.address)}"
    missing = f"ConsentMissing({parties}, recordId={word(visit.record_id)})"
    assert cover.try_filing(visit).error == missing
    for grantee, purpose, kind in (
        (INSURER, Purpose.QUOTE, OUTPATIENT),
        (OTHER_INSURER, Purpose.CLAIM, OUTPATIENT),
        (INSURER, Purpose.CLAIM, 2),
    ):
        grant = (grantee.address, purpose, of_kinds(kind).arguments, stage.time_s + 30 * DAY_S)
        stage.do(PATIENT, consents, "grant", *grant)
        assert cover.try_filing(visit).error == missing
    grant = (INSURER.address, Purpose.CLAIM, of_kinds(OUTPATIENT).arguments, stage.time_s + 30 * DAY_S)
    stage.do(PATIENT, consents, "grant", *grant)
    withdrawn = replace(cover, stage=stage.branch())
    withdrawn.stage.do(PATIENT, consents, "revoke", INSURER.address, Purpose.CLAIM, NO_RECORD)
    assert withdrawn.try_filing(visit).error == missing
    assert cover.try_filing(visit).status == 1


def test_a_record_is_paid_once_under_a_policy(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    twice = f"RecordClaimedAlready(policyId={word(cover.policy_id)}, caseId={word(visit.case_id)})"
    assert cover.try_filing(visit).status == 1
    assert cover.try_filing(visit).error == twice
    other_leaf = visit.read_filing(cover.policy_id)
    assert cover.call(PATIENT, "file", other_leaf.arguments).error == twice


def test_a_record_is_not_claimed_again_while_a_claim_for_it_is_open(cover: Insured) -> None:
    visit = cover.bill(150 * MED)
    assert cover.try_filing(visit).status == 1
    assert cover.try_filing(visit).error.startswith("RecordClaimedAlready")


def test_a_partly_granted_record_counts_as_paid(cover: Insured) -> None:
    visit = cover.bill(150 * MED)
    claim = filed(cover.stage, visit.filing(cover.policy_id))
    cover.do(INSURER, "decide", claim, 1, REASON)
    cover.do(PATIENT, "withdrawClaim", claim)
    assert cover.try_filing(visit).error.startswith("RecordClaimedAlready")


@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True)])
def test_where_one_policy_forbids_it_no_other_insurer_pays_again(
    stage: Stage, first: bool, second: bool
) -> None:
    cover = insured(insurers(stage), exclusive=first)
    other = beside(cover, exclusive=second)
    visit = other.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    assert other.try_filing(visit).error == f"RecordClaimedElsewhere(caseId={word(visit.case_id)})"
    use = cover.ask("recordUseOf", visit.case_id)
    assert use == {"claims": 1, "exclusive": first, "fraudulent": False}


def test_where_no_policy_forbids_it_each_insurer_pays_its_share(stage: Stage) -> None:
    cover = insured(insurers(stage), exclusive=False)
    other = beside(cover, exclusive=False)
    visit, before = other.bill(40 * MED), cover.balance()
    assert [cover.try_filing(visit).status, other.try_filing(visit).status] == [1, 1]
    assert cover.balance() - before == 2 * 24 * MED
    assert cover.ask("recordUseOf", visit.case_id)["claims"] == 2


def test_two_policies_with_one_insurer_pay_an_exclusive_record_once(stage: Stage) -> None:
    cover = insured(insurers(stage))
    second = insured(stage, premium_med_units=37 * MED)
    second.number = 300
    visit = second.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    assert second.try_filing(visit).error.startswith("RecordClaimedElsewhere")


def test_a_refused_record_is_free_for_another_insurer(stage: Stage) -> None:
    cover = insured(insurers(stage))
    other = beside(cover)
    visit = other.bill(150 * MED)
    claim = filed(stage, visit.filing(cover.policy_id))
    cover.do(INSURER, "decide", claim, 0, REASON)
    assert cover.claim(claim)["status"] == DECIDED
    assert other.try_filing(visit).error.startswith("RecordClaimedElsewhere")
    cover.do(PATIENT, "withdrawClaim", claim)
    assert other.try_filing(visit).status == 1


def test_a_refused_record_is_filed_again_three_times_at_most(cover: Insured) -> None:
    visit = cover.bill(150 * MED)
    for count in (1, 2, 3):
        filing = visit.read_filing(cover.policy_id) if count == 1 else visit.filing(cover.policy_id)
        claim = filed(cover.stage, filing, count=count)
        assert cover.ask("recordUseOf", visit.case_id)["claims"] == 1
        assert cover.claim(claim)["status"] == FILED
        cover.do(INSURER, "decide", claim, 0, REASON)
        cover.stage.pass_time(cover.terms.appeal_s)
        cover.do(STRANGER, "settle", claim)
        assert cover.ask("recordUseOf", visit.case_id)["claims"] == 0
    ids = f"policyId={word(cover.policy_id)}, caseId={word(visit.case_id)}"
    assert cover.try_filing(visit).error == f"TooManyFilings({ids}, count=3)"


def test_a_correction_is_not_paid_after_its_original(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    correction = with_correction(cover, visit, 55 * MED)
    twice = f"RecordClaimedAlready(policyId={word(cover.policy_id)}, caseId={word(visit.case_id)})"
    assert cover.try_filing(correction).error == twice
    again = with_correction(cover, correction, 56 * MED)
    assert cover.try_filing(again).error == twice


def test_a_correction_is_not_paid_by_another_insurer_either(stage: Stage) -> None:
    cover = insured(insurers(stage))
    other = beside(cover)
    visit = other.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    correction = with_correction(cover, visit, 55 * MED)
    assert other.try_filing(correction).error == f"RecordClaimedElsewhere(caseId={word(visit.case_id)})"


def test_a_correction_is_claimed_in_place_of_its_original(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    correction = with_correction(cover, visit, 55 * MED)
    assert cover.try_filing(visit).error == f"ProofInvalid(recordId={word(visit.record_id)})"
    before = cover.balance()
    assert cover.try_filing(correction).status == 1
    assert cover.balance() - before == 36 * MED


def test_a_correction_does_not_bring_an_old_bill_into_a_new_term(stage: Stage) -> None:
    cover = insured(insurers(stage), waited=False)
    visit = cover.bill(40 * MED)
    cover.stage.time_s = cover.policy()["startsAt"]
    correction = with_correction(cover, visit, 41 * MED)
    assert cover.try_filing(correction).error.startswith("RecordOutsideTerm")


@pytest.mark.parametrize("in_term", [True, False])
def test_a_batched_record_is_of_the_day_of_its_batch(stage: Stage, in_term: bool) -> None:
    """Proven when it is needed: who buys cover only then does not bring an old bill into it."""
    cover = insured(insurers(stage), waited=in_term)
    made, records = prepared(stage, 199, 40 * MED), stage.system.records
    receipt = replace(made.visit.receipt(), check_in_id=bytes(32))
    signature = compact(PATIENT.sign(receipt.digest(stage.system.records_domain)))
    batched = SignedReceipt(receipt, signature)
    tree = MerkleTree.of([batched.leaf, keccak(b"another")])
    stage.do(PROVIDER, records, "anchorBatch", tree.root, 2)
    stage.time_s = cover.policy()["startsAt"] + DAY_S
    identifier = batch_id(tree.root, PROVIDER.address)
    stage.do(STRANGER, records, "prove", identifier, batched.arguments, tree.proof(0))
    outcome = cover.try_filing(made)
    assert outcome.error.partition("(")[0] == ("" if in_term else "RecordOutsideTerm")


def test_a_fraudulent_record_is_paid_nowhere(stage: Stage) -> None:
    cover = insured(insurers(stage), exclusive=False)
    other = beside(cover, exclusive=False)
    visit = other.bill(150 * MED)
    claim = filed(stage, visit.filing(cover.policy_id))
    cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    assert other.try_filing(visit).error == f"RecordFraudulent(caseId={word(visit.case_id)})"
    assert other.try_filing(other.bill(40 * MED)).status == 1


def test_a_root_anchored_again_for_the_new_phone_is_not_paid_again(stage: Stage) -> None:
    cover = insured(insurers(stage))
    other = beside(cover)
    visit, unclaimed = other.bill(40 * MED), other.bill(50 * MED)
    assert cover.try_filing(visit).status == 1
    new_phone(cover)
    again = anchored_again(cover, visit, NEW_PHONE)
    names = f"policyId={word(cover.policy_id)}, caseId={word(visit.case_id)}"
    assert cover.try_filing(again).error == f"RecordClaimedAlready({names})"
    other.patient = NEW_PHONE
    assert other.try_filing(again).error == f"RecordClaimedElsewhere(caseId={word(visit.case_id)})"
    assert stage.balance(NEW_PHONE.address) == 0
    assert cover.try_filing(anchored_again(cover, unclaimed, NEW_PHONE)).status == 1
    assert cover.try_filing(unclaimed).error.startswith("RecordClaimedAlready")
    assert stage.balance(NEW_PHONE.address) == 32 * MED


def test_each_insurer_pays_its_share_of_a_root_anchored_again(stage: Stage) -> None:
    cover = insured(insurers(stage), exclusive=False)
    other = beside(cover, exclusive=False)
    visit = other.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    new_phone(cover)
    other.patient = NEW_PHONE
    again = anchored_again(cover, visit, NEW_PHONE)
    assert other.try_filing(again).status == 1
    assert other.try_filing(visit).error.startswith("RecordClaimedAlready")
    assert cover.ask("recordUseOf", visit.case_id)["claims"] == 2


def test_nor_is_a_root_that_another_provider_anchors_again(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    again = anchored_again(cover, visit, PATIENT, OTHER_PROVIDER)
    assert cover.try_filing(again).error.startswith("RecordClaimedAlready")
    assert cover.try_filing(cover.bill(40 * MED, provider=OTHER_PROVIDER)).status == 1


def test_nor_is_the_correction_of_a_root_anchored_again(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    new_phone(cover)
    again = anchored_again(cover, visit, NEW_PHONE)
    correction = with_correction(cover, again, 41 * MED)
    assert cover.try_filing(correction).error.startswith("RecordClaimedAlready")


def test_nor_is_the_root_of_a_correction_that_another_provider_anchors(stage: Stage) -> None:
    """Anchored for itself it corrects nothing; the registry knows all the same whose version the root is."""
    cover = insured(insurers(stage))
    other = beside(cover)
    visit = other.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    correction = with_correction(cover, visit, 41 * MED)
    again = anchored_again(cover, correction, PATIENT, OTHER_PROVIDER)
    names = f"policyId={word(cover.policy_id)}, caseId={word(visit.case_id)}"
    assert cover.try_filing(again).error == f"RecordClaimedAlready({names})"
    assert other.try_filing(again).error == f"RecordClaimedElsewhere(caseId={word(visit.case_id)})"


def test_where_its_first_version_was_not_claimed_it_is_the_same_case(cover: Insured) -> None:
    visit = cover.bill(40 * MED)
    correction = with_correction(cover, visit, 41 * MED)
    again = anchored_again(cover, correction, PATIENT, OTHER_PROVIDER)
    outcome = cover.try_filing(again)
    assert outcome.events[0].arguments["claimId"] == claim_id(cover.policy_id, visit.case_id, 1)
    assert cover.try_filing(correction).error.startswith("RecordClaimedAlready")


def test_a_root_that_was_claimed_before_it_became_a_correction_stays_its_own_case(cover: Insured) -> None:
    """Another provider anchors and has claimed what then becomes the correction of a record: it is not paid again."""
    visit = cover.bill(40 * MED)
    bill = Bill(keccak(visit.bill.salt), 41 * MED)
    root = MerkleTree.of([bill.leaf, visit.rest]).root
    early = BilledVisit(visit.visit.but(root=root), bill, visit.rest)
    early = anchored_again(cover, early, PATIENT, OTHER_PROVIDER)
    assert cover.try_filing(early).status == 1
    correction = with_correction(cover, visit, 41 * MED)
    assert correction.visit.root == root
    names = f"policyId={word(cover.policy_id)}, caseId={word(early.case_id)}"
    assert cover.try_filing(correction).error == f"RecordClaimedAlready({names})"


def test_another_patients_record_of_the_same_root_is_its_own(stage: Stage) -> None:
    cover = insured(insurers(stage))
    other = beside(cover, patient=OTHER_PATIENT)
    visit = cover.bill(40 * MED)
    assert cover.try_filing(visit).status == 1
    assert other.try_filing(anchored_again(cover, visit, OTHER_PATIENT)).status == 1


def test_a_fraud_follows_its_root_to_the_new_phone(stage: Stage) -> None:
    cover = insured(insurers(stage), exclusive=False)
    other = beside(cover, exclusive=False)
    visit = other.bill(150 * MED)
    claim = filed(stage, visit.filing(cover.policy_id))
    cover.do(ARBITER, "proveFraud", cover.policy_id, claim, EVIDENCE)
    new_phone(cover)
    other.patient = NEW_PHONE
    again = anchored_again(cover, visit, NEW_PHONE)
    assert other.try_filing(again).error == f"RecordFraudulent(caseId={word(visit.case_id)})"
    assert other.try_filing(other.bill(40 * MED)).status == 1


def test_who_lost_a_phone_claims_old_records_with_the_new_one(cover: Insured) -> None:
    stage, visit = cover.stage, cover.bill(40 * MED)
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    assert cover.try_filing(visit).error == f"PatientNotActive(patient={word(PATIENT.address)})"
    cover.do(NEW_PHONE, "file", visit.filing(cover.policy_id).arguments)
    assert stage.balance(NEW_PHONE.address) == 24 * MED
    later = cover.bill(50 * MED, patient=NEW_PHONE, provider=OTHER_PROVIDER)
    cover.do(NEW_PHONE, "file", later.filing(cover.policy_id).arguments)
    assert stage.balance(NEW_PHONE.address) == 56 * MED
