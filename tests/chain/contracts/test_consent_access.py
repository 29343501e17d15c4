"""Whoever reads a record logs it, and cannot without a consent that is live and covers it in that block."""

from __future__ import annotations

import pytest

from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.consent_registry import anchored, granted, record_of
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.signed.consent import NO_RECORD, Purpose, of_kinds, of_record
from chain.hashing import keccak
from chain.keys import PrivateKey

CARE = Purpose.CARE


@pytest.fixture
def visit(stage: Stage) -> Visit:
    """A record of kind 1, which the second provider may read for care."""
    visit = anchored(stage, 1)
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(1), for_s=DAY_S)
    return visit


def read(
    stage: Stage,
    visit: Visit,
    *,
    grantee: PrivateKey = OTHER_PROVIDER,
    patient: PrivateKey = PATIENT,
    purpose: Purpose = CARE,
) -> Outcome:
    arguments = (patient.address, purpose, visit.root, visit.provider.address)
    return stage.send(grantee, stage.system.consents, "logAccess", *arguments)


def refusal(visit: Visit, *, grantee: PrivateKey = OTHER_PROVIDER, purpose: Purpose = CARE) -> str:
    return (
        f"AccessNotPermitted(patient=0x{visit.patient.address.hex()}, grantee=0x{grantee.address.hex()}, "
        f"purpose={int(purpose)}, recordId=0x{record_of(visit).hex()})"
    )


def test_an_access_names_consent_record_and_reader(stage: Stage, visit: Visit) -> None:
    parties = (PATIENT.address, OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert [(event.name, event.arguments) for event in read(stage, visit).events] == [
        (
            "AccessLogged",
            {
                "consentId": stage.read(stage.system.consents, "consentIdOf", *parties),
                "recordId": record_of(visit),
                "grantee": OTHER_PROVIDER.address,
                "patient": PATIENT.address,
                "purpose": CARE,
                "edition": 1,
            },
        )
    ]


def test_the_consent_to_the_record_itself_comes_first(stage: Stage, visit: Visit) -> None:
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_record(record_of(visit)))
    parties = (PATIENT.address, OTHER_PROVIDER.address, CARE, record_of(visit))
    (event,) = read(stage, visit).events
    assert event.arguments["consentId"] == stage.read(stage.system.consents, "consentIdOf", *parties)


def test_no_access_after_withdrawal(stage: Stage, visit: Visit) -> None:
    assert read(stage, visit).status
    stage.do(PATIENT, stage.system.consents, "revoke", OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert read(stage, visit).error == refusal(visit)


def test_no_access_after_expiry(stage: Stage, visit: Visit) -> None:
    stage.pass_time(DAY_S)
    assert read(stage, visit).error == refusal(visit)


def test_no_access_for_another_purpose(stage: Stage, visit: Visit) -> None:
    assert read(stage, visit, purpose=Purpose.RESEARCH).error == refusal(visit, purpose=Purpose.RESEARCH)


def test_no_access_outside_the_scope(stage: Stage, visit: Visit) -> None:
    other = anchored(stage, 2, kind=2)
    assert read(stage, other).error == refusal(other)
    less = (OTHER_PROVIDER.address, CARE, of_kinds(1, anchored_until_s=1).arguments, stage.time_s + 60)
    assert read(stage, visit).status
    stage.do(PATIENT, stage.system.consents, "narrow", *less)
    assert read(stage, visit).error == refusal(visit)


def test_no_access_by_another(stage: Stage, visit: Visit) -> None:
    assert read(stage, visit, grantee=PROVIDER).error == refusal(visit, grantee=PROVIDER)
    unknown = read(stage, visit, grantee=STRANGER)
    assert unknown.error == f"GranteeNotActive(grantee=0x{STRANGER.address.hex()})"


def test_one_patients_consent_opens_no_other_patients_record(stage: Stage) -> None:
    """The record is derived from its patient: whoever names the consenting patient names another record."""
    granted(stage, PATIENT, OTHER_PROVIDER, CARE, of_kinds(*range(64)))
    others = anchored(stage, 2, patient=OTHER_PATIENT)
    assert read(stage, others, patient=OTHER_PATIENT).error == refusal(others)
    assert read(stage, others, patient=PATIENT).error.startswith("AccessNotPermitted")


def test_a_suspended_reader_is_refused(stage: Stage, visit: Visit) -> None:
    stage.do(CERTIFIER, stage.system.identity, "suspend", OTHER_PROVIDER.address, keccak(b"reason"))
    error = f"GranteeNotActive(grantee=0x{OTHER_PROVIDER.address.hex()})"
    assert read(stage, visit).error == error


def test_a_readers_new_key_reads_and_its_old_one_does_not(stage: Stage, visit: Visit) -> None:
    moved = consenting(stage, OTHER_PROVIDER.address, NEW_PHONE)
    stage.do(OTHER_PROVIDER, stage.system.identity, "replaceKey", *moved)
    error = f"GranteeNotActive(grantee=0x{OTHER_PROVIDER.address.hex()})"
    assert read(stage, visit).error == error
    assert read(stage, visit, grantee=NEW_PHONE).status


def test_records_of_a_patients_old_key_stay_readable(stage: Stage, visit: Visit) -> None:
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    assert read(stage, visit).status
    stage.do(NEW_PHONE, stage.system.consents, "revoke", OTHER_PROVIDER.address, CARE, NO_RECORD)
    assert read(stage, visit).error == refusal(visit)


def test_a_withdrawn_records_reading_is_still_logged(stage: Stage, visit: Visit) -> None:
    """What its issuer has revoked can still be read by whoever holds it: that the more should be on record."""
    parties = (visit.root, PROVIDER.address, PATIENT.address)
    stage.do(PROVIDER, stage.system.records, "revoke", *parties)
    assert read(stage, visit).status
