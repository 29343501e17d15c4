"""A consent may be signed and brought by somebody else: once, in time, and not after the patient's next word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.rehearsal.cast import (
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.consent_registry import granted, signed
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, DAY_S
from chain.contracts.signed.consent import (
    NO_RECORD,
    Consent,
    Purpose,
    consents_domain,
    kinds_mask,
    of_kinds,
    of_record,
)
from chain.eip712 import Domain, compact
from chain.hashing import keccak

CARE = Purpose.CARE
INVALID = f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"
Signed = tuple[Consent, tuple[bytes, bytes]]


@pytest.fixture
def given(stage: Stage) -> Signed:
    return signed(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2))


def bring(stage: Stage, given: Signed) -> Outcome:
    """Anyone may bring it."""
    consent, signature = given
    return stage.send(STRANGER, stage.system.consents, "grantSigned", *consent.arguments(signature))


def consent_of(stage: Stage) -> dict[str, object]:
    consents = stage.system.consents
    parties = (PATIENT.address, OTHER_PROVIDER.address, CARE, NO_RECORD)
    found: dict[str, object] = stage.read(
        consents, "consentOf", stage.read(consents, "consentIdOf", *parties)
    )
    return found


def test_a_signed_consent_is_what_the_patient_would_have_granted(stage: Stage, given: Signed) -> None:
    outcome = bring(stage, given)
    (event,) = outcome.events
    assert (event.name, event.arguments["patient"]) == ("ConsentGranted", PATIENT.address)
    assert (consent_of(stage)["kinds"], consent_of(stage)["edition"]) == (kinds_mask(1, 2), 1)


def test_the_digest_is_the_contracts_own(stage: Stage, given: Signed) -> None:
    consent, _signature = given
    read = stage.read(
        stage.system.consents,
        "consentDigest",
        consent.patient,
        consent.grantee,
        consent.purpose,
        consent.scope.arguments,
        consent.expiry_s,
        consent.edition,
        consent.deadline_s,
    )
    assert read == consent.digest(consents_domain(stage.system))
    domain = consents_domain(stage.system)
    named = (domain.name, domain.version, domain.chain_id, domain.verifying_contract)
    assert stage.read(stage.system.consents, "eip712Domain")[1:5] == named


def test_it_is_brought_once(stage: Stage, given: Signed) -> None:
    assert bring(stage, given).status
    assert bring(stage, given).error == INVALID


def test_it_does_not_come_back_after_it_was_withdrawn(stage: Stage, given: Signed) -> None:
    assert bring(stage, given).status
    stage.do(PATIENT, stage.system.consents, "revoke", OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert bring(stage, given).error == INVALID


def test_a_signature_not_brought_cannot_undo_a_withdrawal(stage: Stage) -> None:
    """The patient signs an extension, thinks better of it and withdraws: the extension is void as well."""
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1))
    extension = signed(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2))
    assert bring(stage.branch(), extension).status
    stage.do(PATIENT, stage.system.consents, "revoke", OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert bring(stage, extension).error == INVALID


def test_a_signature_not_brought_cannot_undo_a_narrowing(stage: Stage) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2))
    extension = signed(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1, 2, 3))
    narrower = (OTHER_PROVIDER.address, CARE, of_kinds(1).arguments, stage.time_s + DAY_S)
    stage.do(PATIENT, stage.system.consents, "narrow", *narrower)
    assert bring(stage, extension).error == INVALID


def test_it_is_good_through_its_deadline(stage: Stage) -> None:
    given = signed(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1), good_for_s=BLOCK_S)
    late = stage.branch()
    late.pass_time(1)
    deadline_s = given[0].deadline_s
    assert bring(late, given).error == f"DeadlinePassed(deadline={deadline_s}, time={deadline_s + 1})"
    assert bring(stage, given).status


@pytest.mark.parametrize(
    "change",
    [
        {"patient": OTHER_PATIENT.address},
        {"grantee": PROVIDER.address},
        {"purpose": Purpose.RESEARCH},
        {"scope": of_kinds(1, 2, 3)},
        {"scope": of_kinds(1, 2, anchored_from_s=1)},
        {"scope": of_kinds(1, 2, anchored_until_s=1)},
        {"scope": of_record(keccak(b"another"))},
        {"expiry_s": 1_600_000_000},
        {"deadline_s": 1_600_000_000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_signature_covers_every_part(stage: Stage, given: Signed, change: dict[str, object]) -> None:
    consent, signature = given
    assert bring(stage, (replace(consent, **change), signature)).error.startswith("InvalidPatientSignature")


def test_only_the_patients_own_hand_does(stage: Stage, given: Signed) -> None:
    consent, _signature = given
    forged = compact(OTHER_PROVIDER.sign(consent.digest(consents_domain(stage.system))))
    assert bring(stage, (consent, forged)).error == INVALID


@pytest.mark.parametrize("wrong", ["name", "chain_id", "verifying_contract"])
def test_another_domain_does_not_do(stage: Stage, given: Signed, wrong: str) -> None:
    consent, _signature = given
    domain: Domain = consents_domain(stage.system)
    other = {
        "name": "MedSim DataMarket",
        "chain_id": domain.chain_id + 1,
        "verifying_contract": stage.system.address_of("DataMarket"),
    }
    elsewhere = compact(PATIENT.sign(consent.digest(replace(domain, **{wrong: other[wrong]}))))
    assert bring(stage, (consent, elsewhere)).error == INVALID


def test_a_retired_key_signs_nothing_any_more(stage: Stage, given: Signed) -> None:
    replaced = consenting(stage, PATIENT.address, NEW_PHONE)
    stage.do(PATIENT, stage.system.identity, "replaceKey", *replaced)
    assert bring(stage, given).error == f"PatientNotActive(patient=0x{PATIENT.address.hex()})"
    assert bring(stage, signed(stage, NEW_PHONE, OTHER_PROVIDER, CARE, of_kinds(1))).status
