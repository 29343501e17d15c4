"""Each submission ends once, paid or refused; what a deal does not spend goes back to the unit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    INSURER,
    NEW_PHONE,
    OTHER_PATIENT,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.consent_registry import anchored, granted
from chain.contracts.rehearsal.data_market import (
    EVIDENCE,
    FINDING,
    PRICE_MED_UNITS,
    PURSE_MED_UNITS,
    REASON,
    asked,
    corrected,
    opened,
    settle_consumers,
    submitted,
)
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.consent import NO_RECORD, Purpose, of_kinds
from chain.contracts.signed.deal import submission_id
from chain.contracts.system import ARBITER_ROLE
from chain.hashing import keccak
from chain.keys import PrivateKey

REVIEW_S, ARBITRATION_S = 7 * DAY_S, 14 * DAY_S
COMMISSION_MED_UNITS = PRICE_MED_UNITS * 500 // 10_000
PENDING, DISPUTED, PAID, REFUSED = range(1, 5)


class Deal:
    """A deal of ten records with two submissions: the story that each test takes up."""

    def __init__(self, stage: Stage) -> None:
        settle_consumers(stage)
        granted(stage, PATIENT, RESEARCHER, Purpose.RESEARCH, of_kinds(1))
        self.stage = stage
        self.request = asked(stage)
        self.id = opened(stage, self.request)
        self.visit = anchored(stage, 1)
        self.first, self.second = (
            submitted(stage, self.id, visit) for visit in (self.visit, anchored(stage, 2))
        )

    def branch(self) -> Deal:
        other: Deal = object.__new__(Deal)
        other.__dict__.update({**self.__dict__, "stage": self.stage.branch()})
        return other

    def tried(self, sender: PrivateKey, function: str, *arguments: object) -> Outcome:
        return self.stage.send(sender, self.stage.system.market, function, self.id, *arguments)

    def act(self, sender: PrivateKey, function: str, *arguments: object) -> Outcome:
        return self.stage.do(sender, self.stage.system.market, function, self.id, *arguments)

    def read(self, function: str, *arguments: object) -> object:
        return self.stage.read(self.stage.system.market, function, self.id, *arguments)

    @property
    def status(self) -> int:
        return int(self.stage.read(self.stage.system.market, "submissionOf", self.id, self.first)["status"])

    @property
    def unspent_places(self) -> int:
        unspent = self.stage.read(self.stage.system.market, "unspentOf", self.id)
        places, rest = divmod(int(unspent), PRICE_MED_UNITS)
        assert rest == 0
        return places

    @property
    def escrow(self) -> tuple[int, int]:
        """What the market owes and what it holds, in prices."""
        owed = int(self.stage.read(self.stage.system.market, "obligations"))
        held = self.stage.balance(self.stage.system.address_of("DataMarket"))
        assert (owed % PRICE_MED_UNITS, held % PRICE_MED_UNITS) == (0, 0)
        return owed // PRICE_MED_UNITS, held // PRICE_MED_UNITS

    def rotate(self, old: PrivateKey, new: PrivateKey) -> None:
        moved = consenting(self.stage, old.address, new)
        self.stage.do(old, self.stage.system.identity, "replaceKey", *moved)

    def unfit(self, status: int) -> str:
        return f"SubmissionStatusUnfit(submissionId=0x{self.first.hex()}, status={status})"


@pytest.fixture(scope="module")
def dealt(peopled: Stage) -> Deal:
    return Deal(peopled.branch())


@pytest.fixture
def deal(dealt: Deal) -> Deal:
    return dealt.branch()


@pytest.fixture
def disputed(deal: Deal) -> Deal:
    deal.act(RESEARCHER, "dispute", deal.first, REASON)
    return deal


def shown(account: PrivateKey) -> str:
    return f"0x{account.address.hex()}"


def test_acceptance_pays_the_patient_less_the_commission(deal: Deal) -> None:
    outcome = deal.act(RESEARCHER, "accept", deal.first)
    told = {event.name: event.arguments for event in outcome.events}
    assert told["SubmissionPaid"] == {
        "dealId": deal.id,
        "submissionId": deal.first,
        "patient": PATIENT.address,
        "amount": PRICE_MED_UNITS - COMMISSION_MED_UNITS,
        "commission": COMMISSION_MED_UNITS,
    }
    assert deal.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS
    assert deal.stage.balance(TREASURY.address) == COMMISSION_MED_UNITS
    assert (deal.status, deal.escrow, deal.unspent_places) == (PAID, (9, 9), 8)
    counts = deal.stage.read(deal.stage.system.market, "dealOf", deal.id)
    assert (counts["takenCount"], counts["paidCount"]) == (2, 1)


def test_nothing_is_paid_twice(deal: Deal) -> None:
    deal.act(RESEARCHER, "accept", deal.first)
    deal.stage.pass_time(REVIEW_S)
    for sender, function in ((RESEARCHER, "accept"), (STRANGER, "settle")):
        assert deal.tried(sender, function, deal.first).error == deal.unfit(PAID)
    refused = deal.tried(RESEARCHER, "dispute", deal.first, REASON)
    assert refused.error == deal.unfit(PAID)


@pytest.mark.parametrize("function", ["accept", "dispute"])
def test_only_the_consumer_answers_for_its_deal(deal: Deal, function: str) -> None:
    arguments = (deal.first, REASON) if function == "dispute" else (deal.first,)
    for sender in (PATIENT, INSURER, ARBITER):
        refused = deal.tried(sender, function, *arguments)
        assert refused.error == f"NotTheConsumer(caller={shown(sender)}, consumer={shown(RESEARCHER)})"


def test_silence_is_acceptance_after_the_review(deal: Deal) -> None:
    submitted_at_s = deal.stage.read(deal.stage.system.market, "submissionOf", deal.id, deal.first)[
        "submittedAt"
    ]
    ends_at_s = submitted_at_s + REVIEW_S
    deal.stage.time_s = ends_at_s - BLOCK_S
    too_early = deal.branch()
    error = f"NotDue(submissionId=0x{deal.first.hex()}, endsAt={ends_at_s})"
    assert too_early.tried(STRANGER, "settle", deal.first).error == error
    deal.stage.pass_time(1)
    assert deal.tried(STRANGER, "settle", deal.first).status
    assert deal.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS


def test_a_dispute_comes_within_the_review(deal: Deal) -> None:
    submitted_at_s = deal.stage.read(deal.stage.system.market, "submissionOf", deal.id, deal.first)[
        "submittedAt"
    ]
    ends_at_s = submitted_at_s + REVIEW_S
    deal.stage.time_s = ends_at_s - BLOCK_S
    late = deal.branch()
    late.stage.pass_time(1)
    error = f"ReviewOver(submissionId=0x{deal.first.hex()}, endsAt={ends_at_s})"
    assert late.tried(RESEARCHER, "dispute", deal.first, REASON).error == error
    outcome = deal.tried(RESEARCHER, "dispute", deal.first, REASON)
    told = {"dealId": deal.id, "submissionId": deal.first, "reason": REASON}
    assert [(event.name, event.arguments) for event in outcome.events] == [("SubmissionDisputed", told)]
    assert deal.status == DISPUTED
    assert deal.tried(RESEARCHER, "dispute", deal.first, REASON).error == deal.unfit(DISPUTED)


def test_a_consumer_may_give_a_dispute_up(disputed: Deal) -> None:
    assert disputed.tried(RESEARCHER, "accept", disputed.first).status
    assert disputed.status == PAID


@pytest.mark.parametrize("party", [PATIENT, RESEARCHER], ids=["patient", "consumer"])
def test_both_sides_state_evidence(disputed: Deal, party: PrivateKey) -> None:
    outcome = disputed.tried(party, "stateEvidence", disputed.first, EVIDENCE)
    told = {
        "dealId": disputed.id,
        "submissionId": disputed.first,
        "party": party.address,
        "evidence": EVIDENCE,
    }
    assert [(event.name, event.arguments) for event in outcome.events] == [("EvidenceStated", told)]


def test_nobody_else_states_evidence_and_nobody_without_a_dispute(disputed: Deal) -> None:
    for sender in (OTHER_PATIENT, INSURER, ARBITER):
        refused = disputed.tried(sender, "stateEvidence", disputed.first, EVIDENCE)
        assert refused.error == f"NotAParty(caller={shown(sender)})"
    calm = disputed.tried(PATIENT, "stateEvidence", disputed.second, EVIDENCE)
    assert calm.error == f"SubmissionStatusUnfit(submissionId=0x{disputed.second.hex()}, status={PENDING})"


@pytest.mark.parametrize("pay", [True, False])
def test_an_arbiter_decides(disputed: Deal, pay: bool) -> None:
    outcome = disputed.act(ARBITER, "decide", disputed.first, pay, FINDING)
    told = {event.name: event.arguments for event in outcome.events}
    assert told["DisputeDecided"] == {
        "dealId": disputed.id,
        "submissionId": disputed.first,
        "arbiter": ARBITER.address,
        "pay": pay,
        "finding": FINDING,
    }
    paid = PRICE_MED_UNITS - COMMISSION_MED_UNITS if pay else 0
    assert disputed.stage.balance(PATIENT.address) == paid
    after = (PAID, (9, 9), 8) if pay else (REFUSED, (10, 10), 9)
    assert (disputed.status, disputed.escrow, disputed.unspent_places) == after
    again = disputed.tried(ARBITER, "decide", disputed.first, not pay, FINDING)
    assert again.error == disputed.unfit(after[0])


def test_only_an_arbiter_decides_and_only_a_dispute(disputed: Deal) -> None:
    refused = disputed.tried(RESEARCHER, "decide", disputed.first, False, FINDING)
    assert refused.error == (
        f"AccessControlUnauthorizedAccount(account={shown(RESEARCHER)}, neededRole=0x{ARBITER_ROLE.hex()})"
    )
    calm = disputed.tried(ARBITER, "decide", disputed.second, False, FINDING)
    assert calm.error == f"SubmissionStatusUnfit(submissionId=0x{disputed.second.hex()}, status={PENDING})"


@pytest.mark.parametrize("party", [PATIENT, RESEARCHER], ids=["patient", "consumer"])
def test_a_party_does_not_decide(disputed: Deal, party: PrivateKey) -> None:
    """In a market whose arbiters are the very parties."""
    stage, at = disputed.stage, disputed.stage.system.address_of
    names = ("MedToken", "IdentityRegistry", "RecordRegistry", "ConsentRegistry")
    terms = (REVIEW_S, ARBITRATION_S, 500, TREASURY.address)
    arbiters = [PATIENT.address, RESEARCHER.address]
    market = deploy(stage, "DataMarket", at("Forwarder"), at("Timelock"), arbiters, *map(at, names), terms)
    stage.do(RESEARCHER, stage.system.token, "approve", market.address, PURSE_MED_UNITS)
    visit = anchored(stage, 3)
    stage.do(RESEARCHER, market, "openDeal", disputed.request.arguments)
    identifier = submission_id(disputed.id, PATIENT.address, visit.root)
    whole = (visit.root, visit.provider.address, PATIENT.address, visit.root, [])
    stage.do(PATIENT, market, "submit", disputed.id, whole)
    stage.do(RESEARCHER, market, "dispute", disputed.id, identifier, REASON)
    refused = stage.send(party, market, "decide", disputed.id, identifier, True, FINDING)
    assert refused.error == f"ArbiterIsParty(arbiter={shown(party)})"


def test_what_no_arbiter_decides_falls_to_the_patient(disputed: Deal) -> None:
    ends_at_s = disputed.stage.time_s + ARBITRATION_S
    disputed.stage.time_s = ends_at_s - BLOCK_S
    early, late = disputed.branch(), disputed.branch()
    late.stage.pass_time(1)
    not_due = f"NotDue(submissionId=0x{disputed.first.hex()}, endsAt={ends_at_s})"
    assert early.tried(STRANGER, "settle", disputed.first).error == not_due
    over = f"ArbitrationOver(submissionId=0x{disputed.first.hex()}, endsAt={ends_at_s})"
    assert late.tried(ARBITER, "decide", disputed.first, False, FINDING).error == over
    assert late.tried(STRANGER, "settle", disputed.first).status
    assert late.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS
    assert disputed.tried(ARBITER, "decide", disputed.first, False, FINDING).status


def taken_back(deal: Deal, change: str) -> Deal:
    """Have the first submission's record revoked or corrected by its issuer."""
    visit = deal.visit
    if change == "revoked":
        names = (visit.root, PROVIDER.address, PATIENT.address)
        deal.stage.do(PROVIDER, deal.stage.system.records, "revoke", *names)
    else:
        corrected(deal.stage, visit, keccak(b"corrected"))
    return deal


@pytest.mark.parametrize("change", ["revoked", "superseded"])
def test_silence_does_not_pay_for_a_record_that_its_issuer_took_back(deal: Deal, change: str) -> None:
    """It brings the record before the arbiters; where none decides either, the price goes back into the deal."""
    places = taken_back(deal, change).unspent_places
    deal.stage.pass_time(REVIEW_S)
    outcome = deal.act(STRANGER, "settle", deal.first)
    told = {"dealId": deal.id, "submissionId": deal.first, "reason": bytes(32)}
    assert [(event.name, event.arguments) for event in outcome.events] == [("SubmissionDisputed", told)]
    assert (deal.status, deal.unspent_places) == (DISPUTED, places)
    ends_at_s = deal.stage.time_s + ARBITRATION_S
    early = deal.tried(STRANGER, "settle", deal.first).error
    assert early == f"NotDue(submissionId=0x{deal.first.hex()}, endsAt={ends_at_s})"
    deal.stage.pass_time(ARBITRATION_S)
    outcome = deal.act(STRANGER, "settle", deal.first)
    told = {"dealId": deal.id, "submissionId": deal.first}
    assert [(event.name, event.arguments) for event in outcome.events] == [("SubmissionLapsed", told)]
    assert (deal.status, deal.unspent_places) == (REFUSED, places + 1)
    assert deal.stage.balance(PATIENT.address) == 0
    assert deal.tried(STRANGER, "settle", deal.first).error == deal.unfit(REFUSED)
    deal.act(STRANGER, "settle", deal.second)
    assert deal.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS


@pytest.mark.parametrize("who", [RESEARCHER, ARBITER], ids=["consumer", "arbiter"])
def test_somebodys_word_pays_for_it_all_the_same(deal: Deal, who: PrivateKey) -> None:
    """Access was given while it was good."""
    taken_back(deal, "revoked")
    deal.stage.pass_time(REVIEW_S)
    deal.act(STRANGER, "settle", deal.first)
    if who is RESEARCHER:
        deal.act(who, "accept", deal.first)
    else:
        deal.act(who, "decide", deal.first, True, FINDING)
    assert deal.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS


def test_a_record_past_its_time_is_still_paid_for(dealt: Deal) -> None:
    """It was valid when it was submitted, and nobody took it back."""
    deal = dealt.branch()
    visit = anchored(deal.stage, 9)
    visit = visit.but(root=keccak(b"soon over"), valid_until_s=deal.stage.time_s + DAY_S)
    assert visit.anchor(deal.stage).status
    submission = submitted(deal.stage, deal.id, visit)
    deal.stage.pass_time(REVIEW_S)
    assert not deal.stage.read(
        deal.stage.system.records, "isValid", visit.root, PROVIDER.address, PATIENT.address
    )
    deal.act(STRANGER, "settle", submission)
    assert deal.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS


def test_there_is_no_such_submission(deal: Deal) -> None:
    unknown = keccak(b"unknown")
    error = f"SubmissionStatusUnfit(submissionId=0x{unknown.hex()}, status=0)"
    for sender, function, arguments in (
        (RESEARCHER, "accept", ()),
        (STRANGER, "settle", ()),
        (RESEARCHER, "dispute", (REASON,)),
        (PATIENT, "stateEvidence", (EVIDENCE,)),
        (ARBITER, "decide", (True, FINDING)),
    ):
        assert deal.tried(sender, function, unknown, *arguments).error == error


def test_a_submission_belongs_to_its_deal(deal: Deal) -> None:
    """A consumer cannot have another's submission paid, or refused, through a deal of its own."""
    other = opened(deal.stage, asked(deal.stage, quota=1), INSURER)
    refused = deal.stage.send(INSURER, deal.stage.system.market, "accept", other, deal.first)
    assert refused.error == f"SubmissionStatusUnfit(submissionId=0x{deal.first.hex()}, status=0)"


def test_a_consent_withdrawn_after_submission_does_not_stop_the_payment(deal: Deal) -> None:
    """Access up to then was given; from then on the consumer can log none."""
    consents = deal.stage.system.consents
    withdrawn = (RESEARCHER.address, Purpose.RESEARCH, NO_RECORD)
    deal.stage.do(PATIENT, consents, "revoke", *withdrawn)
    deal.stage.pass_time(REVIEW_S)
    deal.act(STRANGER, "settle", deal.first)
    assert deal.stage.balance(PATIENT.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS


def test_a_patients_new_key_is_paid(deal: Deal) -> None:
    deal.rotate(PATIENT, NEW_PHONE)
    deal.act(RESEARCHER, "accept", deal.first)
    assert deal.stage.balance(NEW_PHONE.address) == PRICE_MED_UNITS - COMMISSION_MED_UNITS
    assert deal.stage.balance(PATIENT.address) == 0


def test_a_suspended_patient_is_paid_for_what_it_gave(deal: Deal) -> None:
    deal.stage.do(CERTIFIER, deal.stage.system.identity, "suspend", PATIENT.address, keccak(b"reason"))
    assert deal.tried(RESEARCHER, "accept", deal.first).status


def test_stopping_returns_what_is_neither_spent_nor_reserved(deal: Deal) -> None:
    deal.act(RESEARCHER, "accept", deal.first)
    before = deal.stage.balance(RESEARCHER.address)
    outcome = deal.act(RESEARCHER, "stop")
    told = {event.name: event.arguments for event in outcome.events if event.name != "Transfer"}
    assert told == {
        "DealStopped": {"dealId": deal.id},
        "BudgetReturned": {
            "dealId": deal.id,
            "consumer": RESEARCHER.address,
            "amount": 8 * PRICE_MED_UNITS,
        },
    }
    assert deal.stage.balance(RESEARCHER.address) - before == 8 * PRICE_MED_UNITS
    assert (deal.escrow, deal.unspent_places) == ((1, 1), 0)
    again = deal.tried(RESEARCHER, "stop")
    assert again.error == f"DealStoppedAlready(dealId=0x{deal.id.hex()})"


def test_pending_submissions_of_a_stopped_deal_are_settled_from_their_reserve(deal: Deal) -> None:
    deal.act(RESEARCHER, "stop")
    deal.act(RESEARCHER, "accept", deal.first)
    deal.act(RESEARCHER, "dispute", deal.second, REASON)
    deal.act(ARBITER, "decide", deal.second, False, FINDING)
    assert (deal.escrow, deal.unspent_places) == ((1, 1), 1)
    outcome = deal.act(STRANGER, "returnUnspent")
    told = {event.name: event.arguments for event in outcome.events}["BudgetReturned"]
    assert told == {"dealId": deal.id, "consumer": RESEARCHER.address, "amount": PRICE_MED_UNITS}
    assert deal.escrow == (0, 0)
    assert deal.stage.balance(RESEARCHER.address) == PURSE_MED_UNITS - PRICE_MED_UNITS


def test_only_the_consumer_stops_its_deal(deal: Deal) -> None:
    for sender in (PATIENT, INSURER, ARBITER):
        refused = deal.tried(sender, "stop")
        assert refused.error == f"NotTheConsumer(caller={shown(sender)}, consumer={shown(RESEARCHER)})"


def test_what_a_deal_does_not_spend_goes_back_after_its_deadline(deal: Deal) -> None:
    deal.stage.time_s = deal.request.deadline_s - BLOCK_S
    early = deal.branch()
    assert early.tried(STRANGER, "returnUnspent").error == f"DealNotEnded(dealId=0x{deal.id.hex()})"
    deal.stage.pass_time(1)
    deal.act(STRANGER, "returnUnspent")
    assert deal.stage.balance(RESEARCHER.address) == PURSE_MED_UNITS - 2 * PRICE_MED_UNITS
    assert (deal.escrow, deal.unspent_places) == ((2, 2), 0)
    again = deal.tried(STRANGER, "returnUnspent")
    assert again.error == f"NothingToReturn(dealId=0x{deal.id.hex()})"
    for submission in (deal.first, deal.second):
        deal.act(STRANGER, "settle", submission)
    assert deal.escrow == (0, 0)


def test_a_place_that_an_arbiter_freed_is_taken_again(deal: Deal) -> None:
    stage = deal.stage
    full = opened(stage, asked(stage, quota=1))
    visit = anchored(stage, 3)
    submission = submitted(stage, full, visit)
    market = stage.system.market
    stage.do(RESEARCHER, market, "dispute", full, submission, REASON)
    stage.do(ARBITER, market, "decide", full, submission, False, FINDING)
    other = anchored(stage, 4)
    assert submitted(stage, full, other)
    stage.do(RESEARCHER, market, "accept", full, submission_id(full, PATIENT.address, other.root))
    stopped = stage.do(RESEARCHER, market, "stop", full)
    assert [event.name for event in stopped.events] == ["DealStopped"]


def test_what_goes_back_goes_to_the_consumers_present_key(deal: Deal) -> None:
    deal.rotate(RESEARCHER, NEW_PHONE)
    deal.stage.time_s = deal.request.deadline_s
    deal.act(STRANGER, "returnUnspent")
    assert deal.stage.balance(NEW_PHONE.address) == 8 * PRICE_MED_UNITS


@settings(max_examples=25, deadline=None)
@given(
    price=st.one_of(st.integers(1, 40), st.integers(1, PURSE_MED_UNITS // 3)),
    quota=st.integers(1, 3),
    basis_points=st.integers(0, 2_000),
    paid=st.integers(0, 3),
)
def test_price_is_shared_to_the_unit(
    dealt: Deal, price: int, quota: int, basis_points: int, paid: int
) -> None:
    """Patient, treasury, consumer and escrow together hold what the consumer put in, whatever the numbers."""
    stage, at = dealt.stage.branch(), dealt.stage.system.address_of
    names = ("MedToken", "IdentityRegistry", "RecordRegistry", "ConsentRegistry")
    terms = (REVIEW_S, ARBITRATION_S, basis_points, TREASURY.address)
    market = deploy(stage, "DataMarket", at("Forwarder"), at("Timelock"), [], *map(at, names), terms)
    stage.do(RESEARCHER, stage.system.token, "approve", market.address, PURSE_MED_UNITS)
    request = asked(stage, price_med_units=price, quota=quota)
    before = stage.balance(RESEARCHER.address)
    stage.do(RESEARCHER, market, "openDeal", request.arguments)
    deal_id, paid = request.deal_id(RESEARCHER.address), min(paid, quota)
    for number in range(paid):
        visit = anchored(stage, 10 + number)
        whole = (visit.root, visit.provider.address, PATIENT.address, visit.root, [])
        stage.do(PATIENT, market, "submit", deal_id, whole)
        identifier = submission_id(deal_id, PATIENT.address, visit.root)
        stage.do(RESEARCHER, market, "accept", deal_id, identifier)
    commission = price * basis_points // 10_000
    assert stage.balance(PATIENT.address) == paid * (price - commission)
    assert stage.balance(TREASURY.address) == paid * commission
    assert stage.balance(market.address or b"") == stage.read(market, "obligations") == (quota - paid) * price
    stage.do(RESEARCHER, market, "stop", deal_id)
    assert stage.balance(RESEARCHER.address) == before - paid * price
    assert stage.read(market, "obligations") == 0
