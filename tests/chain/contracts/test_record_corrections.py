"""A correction takes its record's place, with both signatures; what was credited stays credited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.messages import Correction
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.identity_registry import REASON, consenting
from chain.contracts.rehearsal.record_registry import correction_of, names_of
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import Visit
from chain.eip712 import compact
from chain.hashing import keccak
from chain.keys import PrivateKey

ANCHORED, CREDITED, REVOKED, SUPERSEDED = 1, 2, 3, 4
NOTHING = bytes(32)


@pytest.fixture
def visit(stage: Stage) -> Visit:
    visit = Visit.at(stage)
    assert visit.anchor(stage).status == 1
    return visit


def supersede(
    stage: Stage,
    visit: Visit,
    correction: Correction | None = None,
    *,
    sender: PrivateKey = PROVIDER,
    signer: PrivateKey = PATIENT,
    signed: Correction | None = None,
) -> Outcome:
    """Correct a visit's record; the patient signs `signed`, or the correction itself."""
    correction = correction or correction_of(visit)
    signature = compact(signer.sign((signed or correction).digest(stage.system.records_domain)))
    arguments = (*names_of(visit), *correction.arguments, signature)
    return stage.send(sender, stage.system.records, "supersede", *arguments)


def status(stage: Stage, record_id: bytes) -> int:
    return int(stage.read(stage.system.records, "recordOf", record_id)["status"])


def is_valid(stage: Stage, root: bytes) -> bool:
    parties = (PROVIDER.address, PATIENT.address)
    return bool(stage.read(stage.system.records, "isValid", root, *parties))


def test_a_correction_takes_the_records_place(stage: Stage, visit: Visit) -> None:
    records, correction = stage.system.records, correction_of(visit)
    outcome = supersede(stage, visit)
    assert [(event.name, dict(event.arguments)) for event in outcome.events] == [
        ("RecordSuperseded", {"recordId": correction.record_id, "successorId": correction.successor_id}),
        (
            "RecordAnchored",
            {
                "recordId": correction.successor_id,
                "issuer": PROVIDER.address,
                "patient": PATIENT.address,
                "root": correction.root,
                "kind": correction.kind,
                "validUntil": correction.valid_until_s,
            },
        ),
    ]
    assert status(stage, correction.record_id) == SUPERSEDED
    assert (is_valid(stage, visit.root), is_valid(stage, correction.root)) == (False, True)
    assert stage.read(records, "recordOf", correction.successor_id) == {
        "anchoredAt": stage.time_s,
        "validUntil": correction.valid_until_s,
        "kind": 2,
        "status": ANCHORED,
        "checkInTag": visit.check_in_id[:16],
    }
    assert stage.read(records, "successorOf", correction.record_id) == correction.successor_id
    assert stage.read(records, "successorOf", correction.successor_id) == NOTHING


def test_corrections_of_corrections_have_one_origin(stage: Stage, visit: Visit) -> None:
    records, ids = stage.system.records, [visit.receipt().record_id]
    for _ in range(3):
        correction = correction_of(visit)
        assert supersede(stage, visit).status == 1
        ids.append(correction.successor_id)
        visit = visit.but(root=correction.root)
    assert [stage.read(records, "originOf", record_id) for record_id in ids] == [ids[0]] * 4
    assert [stage.read(records, "successorOf", record_id) for record_id in ids] == [*ids[1:], NOTHING]
    assert stage.read(records, "originOf", NOTHING[1:] + b"\1") == NOTHING[1:] + b"\1"


def test_a_corrections_root_is_a_version_of_its_record_for_good(stage: Stage, visit: Visit) -> None:
    """By person and root: whoever anchors it, for whichever of the patient's keys."""
    records = stage.system.records
    roots = [visit.root]
    for number in range(3):
        correction = replace(correction_of(visit), root=keccak(b"version %d" % number))
        assert supersede(stage, visit, correction).status == 1
        visit = visit.but(root=correction.root)
        roots.append(visit.root)
    first = [stage.read(records, "firstRootOf", PATIENT.address, root) for root in roots]
    assert first == [roots[0]] * 4
    assert stage.read(records, "firstRootOf", OTHER_PATIENT.address, roots[2]) == roots[2]
    afresh = visit.but(provider=OTHER_PROVIDER, sender=OTHER_PROVIDER)
    assert afresh.anchor(stage).status == 1
    later = replace(correction_of(afresh), root=keccak(b"elsewhere"))
    assert supersede(stage, afresh, later, sender=OTHER_PROVIDER).status == 1
    assert stage.read(records, "firstRootOf", PATIENT.address, later.root) == roots[0]


def test_a_root_does_not_become_a_correction_of_another_record(stage: Stage, visit: Visit) -> None:
    correction = correction_of(visit)
    assert supersede(stage, visit, correction).status == 1
    other = Visit.at(stage, provider=OTHER_PROVIDER, number=7)
    assert other.anchor(stage).status == 1
    again = replace(correction_of(other), root=correction.root)
    names = f"root=0x{correction.root.hex()}, firstRoot=0x{visit.root.hex()}"
    assert supersede(stage, other, again, sender=OTHER_PROVIDER).error == f"RootOfAnotherRecord({names})"
    own = replace(again, root=keccak(b"its own"))
    assert supersede(stage, other, own, sender=OTHER_PROVIDER).status == 1


def test_the_same_correction_for_a_new_phone_is_no_other_record(stage: Stage, visit: Visit) -> None:
    correction = correction_of(visit)
    assert supersede(stage, visit, correction).status == 1
    identity = stage.system.identity
    stage.do(PATIENT, identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    again = visit.but(patient=NEW_PHONE)
    assert again.anchor(stage).status == 1
    moved = replace(correction_of(again), root=correction.root)
    assert supersede(stage, again, moved, signer=NEW_PHONE).status == 1
    assert stage.read(stage.system.records, "firstRootOf", PATIENT.address, moved.root) == visit.root


def test_a_correction_does_not_earn_a_second_time(stage: Stage, visit: Visit) -> None:
    assert [visit.check_in(stage).status, visit.credit(stage).status] == [1, 1]
    correction = correction_of(visit)
    assert supersede(stage, visit).status == 1
    assert status(stage, correction.successor_id) == CREDITED
    again = Visit.at(stage, number=2).but(root=correction.root)
    assert again.check_in(stage).status == 1
    assert again.credit(stage).error == f"RecordAlreadyCredited(recordId=0x{correction.successor_id.hex()})"


def test_what_was_corrected_before_its_credit_is_credited_once(stage: Stage, visit: Visit) -> None:
    correction = correction_of(visit)
    assert [visit.check_in(stage).status, supersede(stage, visit).status] == [1, 1]
    names = f"recordId=0x{correction.record_id.hex()}, successorId=0x{correction.successor_id.hex()}"
    assert visit.credit(stage).error == f"RecordSupersededAlready({names})"
    corrected = visit.but(root=correction.root)
    assert corrected.credit(stage).status == 1
    assert status(stage, correction.successor_id) == CREDITED


def test_a_record_has_one_correction(stage: Stage, visit: Visit) -> None:
    assert supersede(stage, visit).status == 1
    first = correction_of(visit)
    second = replace(first, root=b"\2" * 32)
    names = f"recordId=0x{first.record_id.hex()}, successorId=0x{first.successor_id.hex()}"
    assert supersede(stage, visit, second).error == f"RecordSupersededAlready({names})"
    revoked = stage.send(PROVIDER, stage.system.records, "revoke", *names_of(visit))
    assert revoked.error == f"RecordSupersededAlready({names})"


def test_only_the_issuer_corrects(stage: Stage, visit: Visit) -> None:
    for sender in (OTHER_PROVIDER, PATIENT, STRANGER):
        names = f"caller=0x{sender.address.hex()}, issuer=0x{PROVIDER.address.hex()}"
        assert supersede(stage, visit, sender=sender).error == f"NotTheIssuer({names})"


def test_a_correction_needs_the_certification_that_a_record_needs(stage: Stage, visit: Visit) -> None:
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    assert supersede(stage, visit).error == f"IssuerNotCertified(issuer=0x{PROVIDER.address.hex()})"


def test_another_patients_hand_does_not_do(stage: Stage, visit: Visit) -> None:
    outcome = supersede(stage, visit, signer=OTHER_PATIENT)
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


@pytest.mark.parametrize(
    "change",
    [
        {"root": b"\1" * 32},
        {"kind": 3},
        {"valid_until_s": 1_900_000_000},
        {"record_id": b"\1" * 32},
        {"issuer": OTHER_PROVIDER.address},
        {"patient": OTHER_PATIENT.address},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_patient_signs_the_whole_correction(
    stage: Stage, visit: Visit, change: dict[str, object]
) -> None:
    signed = replace(correction_of(visit), **change)  # type: ignore[arg-type]
    outcome = supersede(stage, visit, signed=signed)
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_a_receipt_does_not_sign_a_correction(stage: Stage, visit: Visit) -> None:
    corrected = visit.but(root=correction_of(visit).root, kind=2)
    signature = corrected.anchor_signature(stage, PATIENT)
    arguments = (*names_of(visit), *correction_of(visit).arguments, signature)
    outcome = stage.send(PROVIDER, stage.system.records, "supersede", *arguments)
    assert outcome.error.startswith("InvalidPatientSignature")


def test_a_correction_must_be_valid_for_a_second(stage: Stage, visit: Visit) -> None:
    now_s = stage.time_s + 16
    passed = replace(correction_of(visit), valid_until_s=now_s - 1)
    assert (
        supersede(stage.branch(), visit, passed).error
        == f"ValidityPassed(validUntil={now_s - 1}, time={now_s})"
    )
    assert supersede(stage, visit, replace(passed, valid_until_s=now_s)).status == 1


def test_an_expired_record_may_be_corrected(stage: Stage, visit: Visit) -> None:
    stage.time_s = visit.valid_until_s + 1
    stage.do(CERTIFIER, stage.system.identity, "certify", PROVIDER.address, stage.time_s + 1_000)
    later = replace(correction_of(visit), valid_until_s=stage.time_s + 1_000)
    assert supersede(stage, visit, later).status == 1


def test_there_must_be_a_record_to_correct(stage: Stage, visit: Visit) -> None:
    missing = visit.but(root=b"\7" * 32)
    assert supersede(stage, missing).error == f"RecordUnknown(recordId=0x{missing.receipt().record_id.hex()})"


def test_a_revoked_record_is_not_corrected(stage: Stage, visit: Visit) -> None:
    stage.do(PROVIDER, stage.system.records, "revoke", *names_of(visit))
    outcome = supersede(stage, visit)
    assert outcome.error == f"RecordRevokedAlready(recordId=0x{visit.receipt().record_id.hex()})"


def test_a_record_that_stands_already_corrects_nothing(stage: Stage, visit: Visit) -> None:
    """Neither the record itself nor another of the same parties: a correction would wipe out what became of it."""
    other = Visit.at(stage, number=2)
    assert other.anchor(stage).status == 1
    for root in (visit.root, other.root):
        standing = replace(correction_of(visit), root=root)
        named = f"recordId=0x{standing.successor_id.hex()}"
        assert supersede(stage, visit, standing).error == f"RecordAlreadyAnchored({named})"


def test_a_correction_may_be_revoked_and_its_record_does_not_come_back(stage: Stage, visit: Visit) -> None:
    correction = correction_of(visit)
    assert supersede(stage, visit).status == 1
    stage.do(PROVIDER, stage.system.records, "revoke", *names_of(visit.but(root=correction.root)))
    assert status(stage, correction.successor_id) == REVOKED
    assert (is_valid(stage, visit.root), is_valid(stage, correction.root)) == (False, False)


def test_a_patient_with_a_new_key_signs_with_that(stage: Stage, visit: Visit) -> None:
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    correction = replace(correction_of(visit), patient=NEW_PHONE.address)
    by_old_key = supersede(stage, visit, signed=correction)
    assert by_old_key.error == f"InvalidPatientSignature(patient=0x{NEW_PHONE.address.hex()})"
    assert supersede(stage, visit, correction, signer=NEW_PHONE).status == 1
    assert status(stage, correction.successor_id) == ANCHORED
    assert stage.read(stage.system.records, "originOf", correction.successor_id) == visit.receipt().record_id


def test_an_issuer_with_a_new_key_corrects_and_revokes_with_that(stage: Stage, visit: Visit) -> None:
    new_key, records = key(93), stage.system.records
    other = Visit.at(stage, number=2)
    assert other.anchor(stage).status == 1
    stage.do(PROVIDER, stage.system.identity, "replaceKey", *consenting(stage, PROVIDER.address, new_key))
    names = f"caller=0x{PROVIDER.address.hex()}, issuer=0x{PROVIDER.address.hex()}"
    assert supersede(stage, visit).error == f"NotTheIssuer({names})"
    assert stage.send(PROVIDER, records, "revoke", *names_of(visit)).error == f"NotTheIssuer({names})"
    correction = replace(correction_of(visit), issuer=new_key.address)
    assert supersede(stage, visit, correction, sender=new_key).status == 1
    assert status(stage, correction.successor_id) == ANCHORED
    stage.do(new_key, records, "revoke", *names_of(other))
    assert status(stage, other.receipt().record_id) == REVOKED


def test_a_suspended_patient_signs_for_no_correction(stage: Stage, visit: Visit) -> None:
    stage.do(CERTIFIER, stage.system.identity, "suspend", PATIENT.address, REASON)
    assert supersede(stage, visit).error == f"PatientNotActive(patient=0x{PATIENT.address.hex()})"
