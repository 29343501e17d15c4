"""Deals are opened on an escrow; a patient submits a valid record that the deal wants, once, and under consent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.abi import ContractAbi
from chain.contracts.rehearsal.cast import (
    ARBITER,
    CERTIFIER,
    INSURER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    RESEARCHER,
    STRANGER,
    TREASURY,
)
from chain.contracts.rehearsal.consent_registry import anchored, granted, record_of
from chain.contracts.rehearsal.data_market import (
    PRICE_MED_UNITS,
    PURSE_MED_UNITS,
    asked,
    corrected,
    disclosed,
    opened,
    permitted,
    settle_consumers,
    submitted,
)
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.rehearsal.voting import carry
from chain.contracts.signed.ballot import split
from chain.contracts.signed.consent import NO_RECORD, Purpose, of_kinds, of_record
from chain.contracts.signed.deal import DealRequest, Permit, submission_id, token_domain
from chain.contracts.system import ARBITER_ROLE, DEFAULT_ADMIN_ROLE
from chain.errors import CallReverted
from chain.hashing import keccak
from chain.keys import PrivateKey

RESEARCH = Purpose.RESEARCH
PENDING = 1


@pytest.fixture(scope="module")
def furnished(peopled: Stage) -> Stage:
    """Consumers with MED, and two patients who let the researcher read their records of kinds 1 and 3."""
    stage = peopled.branch()
    settle_consumers(stage)
    for patient in (PATIENT, OTHER_PATIENT):
        granted(stage, patient, RESEARCHER, RESEARCH, of_kinds(1, 3))
    return stage


@pytest.fixture
def market(furnished: Stage) -> Stage:
    return furnished.branch()


@pytest.fixture
def visit(market: Stage) -> Visit:
    """A record of kind 1 by the first provider, for the first patient."""
    return anchored(market, 1)


@pytest.fixture
def deal_id(market: Stage) -> bytes:
    return opened(market, asked(market))


def submit(
    stage: Stage, deal_id: bytes, visit: Visit, *, sender: PrivateKey | None = None, **parts: object
) -> Outcome:
    disclosure = disclosed(visit, **parts)
    return stage.send(sender or visit.patient, stage.system.market, "submit", deal_id, disclosure)


def open_deal(stage: Stage, request: DealRequest, sender: PrivateKey = RESEARCHER) -> Outcome:
    return stage.send(sender, stage.system.market, "openDeal", request.arguments)


def escrow(stage: Stage) -> tuple[int, int]:
    """What the market owes, and what it holds."""
    owed = stage.read(stage.system.market, "obligations")
    return int(owed), stage.balance(stage.system.address_of("DataMarket"))


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def shown(account: PrivateKey) -> str:
    return f"0x{account.address.hex()}"


def test_opening_a_deal_puts_its_budget_into_escrow(market: Stage) -> None:
    request = asked(market)
    outcome = open_deal(market, request)
    identifier = request.deal_id(RESEARCHER.address)
    told = {event.name: event.arguments for event in outcome.events}
    assert told["DealOpened"] == {
        "dealId": identifier,
        "consumer": RESEARCHER.address,
        "termsHash": request.terms_hash,
        "price": PRICE_MED_UNITS,
        "quota": 10,
        "kinds": 0b1010,
        "purpose": RESEARCH,
        "deadline": request.deadline_s,
        "commissionBasisPoints": 500,
        "budget": 10 * PRICE_MED_UNITS,
    }
    assert market.read(market.system.market, "dealOf", identifier) == {
        "consumer": RESEARCHER.address,
        "deadline": request.deadline_s,
        "commissionBasisPoints": 500,
        "purpose": RESEARCH,
        "stopped": False,
        "price": PRICE_MED_UNITS,
        "quota": 10,
        "takenCount": 0,
        "paidCount": 0,
        "kinds": 0b1010,
    }
    assert escrow(market) == (10 * PRICE_MED_UNITS,) * 2
    assert market.balance(RESEARCHER.address) == PURSE_MED_UNITS - 10 * PRICE_MED_UNITS
    assert market.read(market.system.market, "unspentOf", identifier) == 10 * PRICE_MED_UNITS


def test_identifiers_are_the_contracts_own(market: Stage) -> None:
    request = asked(market)
    contract, identifier = market.system.market, request.deal_id(RESEARCHER.address)
    assert market.read(contract, "dealIdOf", RESEARCHER.address, request.arguments) == identifier
    parts = (identifier, PATIENT.address, keccak(b"root"))
    assert market.read(contract, "submissionIdOf", *parts) == submission_id(*parts)


@pytest.mark.parametrize("who", [STRANGER, PATIENT, PROVIDER], ids=["stranger", "patient", "provider"])
def test_only_researchers_and_insurers_buy(market: Stage, who: PrivateKey) -> None:
    refused = open_deal(market, asked(market), who)
    assert refused.error == f"ConsumerNotActive(consumer={shown(who)})"
    assert open_deal(market, asked(market), INSURER).status


def test_a_suspended_consumer_opens_no_deal_and_is_given_no_record(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    market.do(CERTIFIER, market.system.identity, "suspend", RESEARCHER.address, keccak(b"reason"))
    refused = open_deal(market, asked(market, quota=1))
    assert refused.error == f"ConsumerNotActive(consumer={shown(RESEARCHER)})"
    assert submit(market, deal_id, visit).error.startswith("NotConsented")
    assert market.send(RESEARCHER, market.system.market, "stop", deal_id).status


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"price_med_units": 0}, "PriceZero()"),
        ({"quota": 0}, "QuotaZero()"),
        ({"kinds": 0}, "KindsMissing()"),
        ({"purpose": Purpose.NONE}, "PurposeMissing()"),
    ],
)
def test_a_deal_says_what_it_wants_and_pays(market: Stage, change: dict[str, int], error: str) -> None:
    assert open_deal(market, asked(market, **change)).error == error


def test_a_deals_deadline_has_not_passed(market: Stage) -> None:
    next_block_s = market.time_s + BLOCK_S
    late = open_deal(market.branch(), asked(market, deadline_s=next_block_s - 1))
    assert late.error == f"DeadlinePassed(deadline={next_block_s - 1}, time={next_block_s})"
    assert open_deal(market, asked(market, deadline_s=next_block_s)).status


def test_the_same_terms_are_opened_once(market: Stage) -> None:
    request = asked(market)
    identifier = opened(market, request)
    assert open_deal(market, request).error == f"DealOpenedAlready(dealId=0x{identifier.hex()})"
    assert open_deal(market, replace(request, terms_hash=keccak(b"other terms"))).status
    assert open_deal(market, request, INSURER).status


def test_a_budget_that_is_not_there_opens_nothing(market: Stage) -> None:
    beyond = asked(market, price_med_units=PURSE_MED_UNITS, quota=2)
    market_address = market.system.address_of("DataMarket").hex()
    refused = open_deal(market, beyond)
    assert refused.error == (
        f"ERC20InsufficientAllowance(spender=0x{market_address}, allowance={PURSE_MED_UNITS}, "
        f"needed={2 * PURSE_MED_UNITS})"
    )
    market.do(RESEARCHER, market.system.token, "approve", market.system.market.address, 10**30)
    refused = open_deal(market, beyond)
    assert refused.error.startswith("ERC20InsufficientBalance")
    assert escrow(market) == (0, 0)


def test_a_permit_opens_a_deal_in_one_transaction(market: Stage) -> None:
    market.do(RESEARCHER, market.system.token, "approve", market.system.market.address, 0)
    request = asked(market)
    arguments = (request.arguments, *permitted(market, RESEARCHER, request))
    assert market.send(RESEARCHER, market.system.market, "openDealWithPermit", *arguments).status
    assert escrow(market) == (10 * PRICE_MED_UNITS,) * 2


def test_a_permit_that_somebody_brought_first_still_opens_the_deal(market: Stage) -> None:
    market.do(RESEARCHER, market.system.token, "approve", market.system.market.address, 0)
    request = asked(market)
    permit = permitted(market, RESEARCHER, request)
    owed = (RESEARCHER.address, market.system.market.address, request.budget_med_units)
    market.do(STRANGER, market.system.token, "permit", *owed, *permit)
    assert market.send(
        RESEARCHER, market.system.market, "openDealWithPermit", request.arguments, *permit
    ).status


@pytest.mark.parametrize("wrong", ["another's", "too late", "another sum"])
def test_a_wrong_permit_allows_nothing(market: Stage, wrong: str) -> None:
    market.do(RESEARCHER, market.system.token, "approve", market.system.market.address, 0)
    request = asked(market)
    permit = permitted(market, RESEARCHER, request, for_s=0 if wrong == "too late" else 3_600)
    if wrong == "another's":
        signed = Permit(
            RESEARCHER.address, market.system.address_of("DataMarket"), request.budget_med_units, 0, permit[0]
        )
        permit = (permit[0], *split(INSURER.sign(signed.digest(token_domain(market.system)))))
    if wrong == "another sum":
        request = replace(request, quota=11)
    refused = market.send(RESEARCHER, market.system.market, "openDealWithPermit", request.arguments, *permit)
    assert refused.error.startswith("ERC20InsufficientAllowance")


def test_a_permits_opening_is_refused_to_whom_an_opening_is(market: Stage) -> None:
    request = asked(market)
    permit = permitted(market, PATIENT, request)
    refused = market.send(PATIENT, market.system.market, "openDealWithPermit", request.arguments, *permit)
    assert refused.error == f"ConsumerNotActive(consumer={shown(PATIENT)})"


def test_a_submission_reserves_its_price(market: Stage, deal_id: bytes, visit: Visit) -> None:
    outcome = submit(market, deal_id, visit)
    identifier = submission_id(deal_id, PATIENT.address, visit.root)
    told = {
        "dealId": deal_id,
        "submissionId": identifier,
        "patient": PATIENT.address,
        "recordId": record_of(visit),
        "leaf": visit.root,
    }
    assert [(event.name, event.arguments) for event in outcome.events] == [("RecordSubmitted", told)]
    contract = market.system.market
    assert market.read(contract, "submissionOf", deal_id, identifier) == {
        "patient": PATIENT.address,
        "submittedAt": market.time_s,
        "disputedAt": 0,
        "status": PENDING,
        "recordId": record_of(visit),
    }
    assert market.read(contract, "unspentOf", deal_id) == 9 * PRICE_MED_UNITS
    assert escrow(market) == (10 * PRICE_MED_UNITS,) * 2
    assert market.balance(PATIENT.address) == 0


def test_a_part_of_a_record_is_submitted_with_its_proof(market: Stage, deal_id: bytes) -> None:
    leaf, sibling = sorted([keccak(b"leaf"), keccak(b"sibling")])
    visit = Visit.at(market, number=5).but(root=keccak(leaf + sibling))
    assert visit.anchor(market).status
    wrong = submit(market, deal_id, visit, leaf=keccak(b"changed"), proof=(sibling,))
    assert wrong.error == (
        f"DisclosureInvalid(recordId=0x{record_of(visit).hex()}, leaf=0x{keccak(b'changed').hex()})"
    )
    outcome = submit(market, deal_id, visit, leaf=leaf, proof=(sibling,))
    assert outcome.events[0].arguments["leaf"] == leaf


def test_a_record_is_taken_once(market: Stage, deal_id: bytes, visit: Visit) -> None:
    identifier = submitted(market, deal_id, visit)
    assert submit(market, deal_id, visit).error == f"SubmittedAlready(submissionId=0x{identifier.hex()})"


def test_another_deal_takes_it_too(market: Stage, deal_id: bytes, visit: Visit) -> None:
    submitted(market, deal_id, visit)
    other = opened(market, asked(market, terms_hash=keccak(b"other terms")))
    assert submit(market, other, visit).status


@pytest.mark.parametrize("state", ["paid", "refused"])
def test_a_settled_record_does_not_come_back(market: Stage, deal_id: bytes, visit: Visit, state: str) -> None:
    contract, identifier = market.system.market, submitted(market, deal_id, visit)
    if state == "paid":
        market.do(RESEARCHER, contract, "accept", deal_id, identifier)
    else:
        market.do(RESEARCHER, contract, "dispute", deal_id, identifier, keccak(b"reason"))
        market.do(ARBITER, contract, "decide", deal_id, identifier, False, keccak(b"finding"))
    assert submit(market, deal_id, visit).error == f"SubmittedAlready(submissionId=0x{identifier.hex()})"


def test_a_correction_is_not_paid_beside_what_it_corrects(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    identifier = submitted(market, deal_id, visit)
    correction = corrected(market, visit, keccak(b"corrected"))
    taken = f"SubmittedAlready(submissionId=0x{identifier.hex()})"
    assert submit(market, deal_id, correction).error == taken
    twice = corrected(market, correction, keccak(b"corrected again"))
    assert submit(market, deal_id, twice).error == taken


def test_nor_is_a_corrections_root_that_another_provider_anchors_afresh(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    """Anchored for itself it corrects nothing; the registry knows all the same whose version the root is."""
    identifier = submitted(market, deal_id, visit)
    correction = corrected(market, visit, keccak(b"corrected"))
    afresh = correction.but(provider=OTHER_PROVIDER, sender=OTHER_PROVIDER)
    assert afresh.anchor(market).status
    assert submit(market, deal_id, afresh).error == f"SubmittedAlready(submissionId=0x{identifier.hex()})"
    second = anchored(market, 2)
    other = corrected(market, second, keccak(b"another's correction"))
    again = other.but(provider=OTHER_PROVIDER, sender=OTHER_PROVIDER)
    assert again.anchor(market).status
    told = submit(market, deal_id, again).events[0].arguments
    assert told["submissionId"] == submission_id(deal_id, PATIENT.address, second.root)
    assert submit(market, deal_id, other).error.startswith("SubmittedAlready")


def test_a_root_that_was_submitted_before_it_became_a_correction_is_not_paid_again(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    early = visit.but(root=keccak(b"corrected"), provider=OTHER_PROVIDER, sender=OTHER_PROVIDER)
    assert early.anchor(market).status
    identifier = submitted(market, deal_id, early)
    correction = corrected(market, visit, early.root)
    refused = f"SubmittedAlready(submissionId=0x{identifier.hex()})"
    assert submit(market, deal_id, correction).error == refused


def test_a_correction_is_taken_in_place_of_what_it_corrects(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    correction = corrected(market, visit, keccak(b"corrected"))
    assert submit(market, deal_id, visit).error.startswith("DisclosureInvalid")
    outcome = submit(market, deal_id, correction)
    identifier = submission_id(deal_id, PATIENT.address, visit.root)
    assert outcome.events[0].arguments["submissionId"] == identifier
    assert outcome.events[0].arguments["recordId"] == record_of(correction)


def test_a_record_issued_again_to_a_new_phone_is_not_paid_again(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    """The provider anchors the same root for the patient's new key: another record, the same data."""
    identifier = submitted(market, deal_id, visit)
    rotate(market, PATIENT, NEW_PHONE)
    again = Visit.at(market, patient=NEW_PHONE, number=1)
    assert again.anchor(market).status
    assert record_of(again) != record_of(visit)
    assert submit(market, deal_id, again).error == f"SubmittedAlready(submissionId=0x{identifier.hex()})"


def test_anothers_use_of_a_root_does_not_lock_its_patient_out(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    squatted = Visit.at(market, patient=OTHER_PATIENT, provider=OTHER_PROVIDER, number=1)
    assert squatted.root == visit.root
    assert squatted.anchor(market).status
    assert submit(market, deal_id, squatted).status
    assert submit(market, deal_id, visit).status


@pytest.mark.parametrize(
    "sender", [OTHER_PATIENT, PROVIDER, STRANGER], ids=["patient", "provider", "stranger"]
)
def test_only_its_patient_submits_a_record(
    market: Stage, deal_id: bytes, visit: Visit, sender: PrivateKey
) -> None:
    error = {
        OTHER_PATIENT: f"NotThePatient(caller={shown(OTHER_PATIENT)}, patient={shown(PATIENT)})",
        PROVIDER: f"PatientNotActive(patient={shown(PROVIDER)})",
        STRANGER: f"PatientNotActive(patient={shown(STRANGER)})",
    }[sender]
    assert submit(market, deal_id, visit, sender=sender).error == error


def test_a_new_phone_submits_the_old_ones_records(market: Stage, deal_id: bytes, visit: Visit) -> None:
    rotate(market, PATIENT, NEW_PHONE)
    assert submit(market, deal_id, visit).error == f"PatientNotActive(patient={shown(PATIENT)})"
    outcome = submit(market, deal_id, visit, sender=NEW_PHONE)
    assert outcome.events[0].arguments["patient"] == NEW_PHONE.address


def test_a_record_must_be_valid(market: Stage, deal_id: bytes, visit: Visit) -> None:
    error = f"DisclosureInvalid(recordId=0x{record_of(visit).hex()}, leaf=0x{visit.root.hex()})"
    expired, revoked = market.branch(), market.branch()
    long_deal = opened(expired, asked(expired, deadline_s=visit.valid_until_s + 2 * DAY_S))
    expired.time_s = visit.valid_until_s - 9 * DAY_S
    granted(expired, PATIENT, RESEARCHER, RESEARCH, of_kinds(1))
    expired.time_s = visit.valid_until_s
    assert submit(expired, long_deal, visit).error == error
    revoked.do(PROVIDER, revoked.system.records, "revoke", visit.root, PROVIDER.address, PATIENT.address)
    assert submit(revoked, deal_id, visit).error == error
    forged = visit.but(provider=OTHER_PROVIDER)
    assert submit(market, deal_id, forged).error.startswith("DisclosureInvalid")
    assert submit(market, deal_id, visit).status


@pytest.mark.parametrize(("kind", "wanted"), [(3, True), (2, False), (0, False), (65, False), (67, False)])
def test_a_deal_takes_its_kinds_only(market: Stage, deal_id: bytes, kind: int, wanted: bool) -> None:
    visit = anchored(market, 2, kind=kind)
    granted(market, PATIENT, RESEARCHER, RESEARCH, of_record(record_of(visit)))
    outcome = submit(market, deal_id, visit)
    error = f"KindNotWanted(recordId=0x{record_of(visit).hex()}, kind={kind})"
    assert outcome.error == ("" if wanted else error)


@pytest.mark.parametrize("lack", ["none", "withdrawn", "expired", "another purpose", "another's"])
def test_nothing_is_submitted_without_a_live_consent(
    market: Stage, deal_id: bytes, visit: Visit, lack: str
) -> None:
    consents = market.system.consents
    market.do(PATIENT, consents, "revoke", RESEARCHER.address, RESEARCH, NO_RECORD)
    if lack == "withdrawn":
        granted(market, PATIENT, RESEARCHER, RESEARCH, of_record(record_of(visit)))
        market.do(PATIENT, consents, "revoke", RESEARCHER.address, RESEARCH, record_of(visit))
    if lack == "expired":
        granted(market, PATIENT, RESEARCHER, RESEARCH, of_kinds(1), for_s=60)
        market.pass_time(60)
    if lack == "another purpose":
        granted(market, PATIENT, RESEARCHER, Purpose.PRODUCT, of_kinds(1))
    if lack == "another's":
        granted(market, PATIENT, INSURER, RESEARCH, of_kinds(1))
    error = (
        f"NotConsented(patient={shown(PATIENT)}, consumer={shown(RESEARCHER)}, "
        f"recordId=0x{record_of(visit).hex()})"
    )
    assert submit(market, deal_id, visit).error == error
    granted(market, PATIENT, RESEARCHER, RESEARCH, of_kinds(1))
    assert submit(market, deal_id, visit).status


def test_a_consumers_new_key_keeps_deal_and_consents(market: Stage, deal_id: bytes, visit: Visit) -> None:
    rotate(market, RESEARCHER, NEW_PHONE)
    assert submit(market, deal_id, visit).status
    identifier = submission_id(deal_id, PATIENT.address, visit.root)
    refused = market.send(RESEARCHER, market.system.market, "accept", deal_id, identifier)
    assert refused.error == f"NotTheConsumer(caller={shown(RESEARCHER)}, consumer={shown(RESEARCHER)})"
    assert market.send(NEW_PHONE, market.system.market, "accept", deal_id, identifier).status
    market.do(NEW_PHONE, market.system.market, "stop", deal_id)
    assert market.balance(NEW_PHONE.address) == 9 * PRICE_MED_UNITS


def test_a_deal_takes_records_through_its_deadline(market: Stage, visit: Visit) -> None:
    request = asked(market, deadline_s=market.time_s + DAY_S)
    identifier = opened(market, request)
    market.time_s = request.deadline_s - BLOCK_S
    late = market.branch()
    late.pass_time(1)
    error = f"DeadlinePassed(deadline={request.deadline_s}, time={request.deadline_s + 1})"
    assert submit(late, identifier, visit).error == error
    assert submit(market, identifier, visit).status


def test_a_deal_takes_no_more_than_its_quota(market: Stage, visit: Visit) -> None:
    identifier = opened(market, asked(market, quota=1))
    assert submit(market, identifier, visit).status
    other = anchored(market, 2)
    assert submit(market, identifier, other).error == f"QuotaReached(dealId=0x{identifier.hex()}, quota=1)"


def test_a_stopped_deal_takes_nothing(market: Stage, deal_id: bytes, visit: Visit) -> None:
    market.do(RESEARCHER, market.system.market, "stop", deal_id)
    assert submit(market, deal_id, visit).error == f"DealStoppedAlready(dealId=0x{deal_id.hex()})"


@pytest.mark.parametrize(
    ("function", "arguments", "sender"),
    [
        ("accept", (bytes(32),), RESEARCHER),
        ("dispute", (bytes(32), bytes(32)), RESEARCHER),
        ("stop", (), RESEARCHER),
        ("returnUnspent", (), STRANGER),
    ],
)
def test_there_is_no_such_deal(
    market: Stage, function: str, arguments: tuple[object, ...], sender: PrivateKey
) -> None:
    unknown = keccak(b"unknown")
    outcome = market.send(sender, market.system.market, function, unknown, *arguments)
    assert outcome.error == f"DealUnknown(dealId=0x{unknown.hex()})"


def test_nothing_is_submitted_to_an_unknown_deal(market: Stage, visit: Visit) -> None:
    unknown = keccak(b"unknown")
    assert submit(market, unknown, visit).error == f"DealUnknown(dealId=0x{unknown.hex()})"


def test_a_patient_without_coin_submits_through_the_forwarder(
    market: Stage, deal_id: bytes, visit: Visit
) -> None:
    contract = market.system.market
    data = contract.encode("submit", deal_id, disclosed(visit))
    assert market.forward(market.request(PATIENT, contract, data), PATIENT).status
    identifier = submission_id(deal_id, PATIENT.address, visit.root)
    assert market.read(contract, "submissionOf", deal_id, identifier)["patient"] == PATIENT.address


def test_governance_sets_the_commission_of_deals_to_come(market: Stage, deal_id: bytes) -> None:
    contract = market.system.market
    outcome = carry(market, "A lower commission", ("DataMarket", "setCommission", (250,)))
    told = [event.arguments for event in outcome.events if event.name == "CommissionSet"]
    assert told == [{"commissionBasisPoints": 250}]
    other = opened(market, asked(market))
    assert [market.read(contract, "dealOf", one)["commissionBasisPoints"] for one in (deal_id, other)] == [
        500,
        250,
    ]


def test_governance_sets_the_treasury(market: Stage) -> None:
    outcome = carry(market, "To the arbiter", ("DataMarket", "setTreasury", (ARBITER.address,)))
    told = [event.arguments for event in outcome.events if event.name == "TreasurySet"]
    assert told == [{"treasury": ARBITER.address}]
    assert market.read(market.system.market, "treasury") == ARBITER.address


@pytest.mark.parametrize(("function", "argument"), [("setCommission", 1), ("setTreasury", STRANGER.address)])
def test_nobody_else_governs(market: Stage, function: str, argument: object) -> None:
    outcome = market.send(STRANGER, market.system.market, function, argument)
    assert outcome.error == (
        f"AccessControlUnauthorizedAccount(account={shown(STRANGER)}, neededRole=0x{DEFAULT_ADMIN_ROLE.hex()})"
    )


@pytest.fixture
def own_market(market: Stage) -> ContractAbi:
    """A market of its own, which the researcher administers alone."""
    return deploy(market, "DataMarket", *creation(market, RESEARCHER.address, 2_000, TREASURY.address))


def creation(stage: Stage, admin: bytes, commission: int, treasury: bytes) -> tuple[object, ...]:
    names = ("MedToken", "IdentityRegistry", "RecordRegistry", "ConsentRegistry")
    at = stage.system.address_of
    return at("Forwarder"), admin, [], *map(at, names), (DAY_S, 2 * DAY_S, commission, treasury)


def test_a_commission_is_at_most_a_fifth(market: Stage, own_market: ContractAbi) -> None:
    too_high = "CommissionTooHigh(commissionBasisPoints=2001, mostBasisPoints=2000)"
    assert market.send(RESEARCHER, own_market, "setCommission", 2_001).error == too_high
    assert market.send(RESEARCHER, own_market, "setCommission", 2_000).status
    with pytest.raises(CallReverted, match="CommissionTooHigh"):
        deploy(market, "DataMarket", *creation(market, RESEARCHER.address, 2_001, TREASURY.address))


def test_a_treasury_is_somebody(market: Stage, own_market: ContractAbi) -> None:
    assert market.send(RESEARCHER, own_market, "setTreasury", bytes(20)).error == "TreasuryMissing()"
    with pytest.raises(CallReverted, match="TreasuryMissing"):
        deploy(market, "DataMarket", *creation(market, RESEARCHER.address, 0, bytes(20)))


def test_terms_and_neighbours_arrive(market: Stage) -> None:
    contract, at = market.system.market, market.system.address_of
    names = ("REVIEW_PERIOD", "ARBITRATION_PERIOD", "commissionBasisPoints", "treasury")
    assert [market.read(contract, name) for name in names] == [7 * DAY_S, 14 * DAY_S, 500, TREASURY.address]
    neighbours = ("TOKEN", "IDENTITY", "RECORDS", "CONSENTS", "trustedForwarder")
    contracts = ("MedToken", "IdentityRegistry", "RecordRegistry", "ConsentRegistry", "Forwarder")
    assert [market.read(contract, name) for name in neighbours] == [at(name) for name in contracts]
    assert market.read(contract, "hasRole", DEFAULT_ADMIN_ROLE, at("Timelock"))
    assert market.read(contract, "hasRole", ARBITER_ROLE, ARBITER.address)


def test_an_arbiter_resigns_in_its_own_name_only(market: Stage) -> None:
    resigning = (ARBITER_ROLE, ARBITER.address)
    refused = market.send(STRANGER, market.system.market, "renounceRole", *resigning)
    assert refused.error == "AccessControlBadConfirmation()"
    assert market.send(ARBITER, market.system.market, "renounceRole", *resigning).status


def test_roles_are_the_timelocks_to_give(market: Stage) -> None:
    for function in ("grantRole", "revokeRole"):
        refused = market.send(ARBITER, market.system.market, function, ARBITER_ROLE, STRANGER.address)
        assert refused.error.startswith("AccessControlUnauthorizedAccount")
