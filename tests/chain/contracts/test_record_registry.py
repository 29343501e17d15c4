"""A record is bound to its issuer and its patient; a seen root cannot be claimed by others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.messages import NO_VISIT, NOBODY, Code, SignedReceipt, record_id
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.identity_registry import REASON, consenting
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import Visit
from chain.eip712 import compact
from chain.hashing import keccak

ANCHORED, REVOKED = 1, 3
ANOTHER_VISIT = Code(PROVIDER.address, NOBODY, b"\1" * 32, 0, 0)


@pytest.fixture
def visit(stage: Stage) -> Visit:
    return Visit.at(stage)


def is_valid(stage: Stage, visit: Visit) -> bool:
    parties = (visit.provider.address, visit.patient.address)
    return bool(stage.read(stage.system.records, "isValid", visit.root, *parties))


def test_an_anchored_record_names_its_parties(stage: Stage, visit: Visit) -> None:
    outcome = visit.anchor(stage)
    assert outcome.events[0].name == "RecordAnchored"
    assert outcome.events[0].arguments == {
        "recordId": visit.receipt().record_id,
        "issuer": PROVIDER.address,
        "patient": PATIENT.address,
        "root": visit.root,
        "kind": 1,
        "validUntil": visit.valid_until_s,
    }
    record = stage.read(stage.system.records, "recordOf", visit.receipt().record_id)
    assert record == {
        "anchoredAt": stage.time_s,
        "validUntil": visit.valid_until_s,
        "kind": 1,
        "status": ANCHORED,
        "checkInTag": visit.check_in_id[:16],
    }
    assert is_valid(stage, visit)


def test_a_root_is_anchored_once_by_its_issuer(stage: Stage, visit: Visit) -> None:
    visit.anchor(stage)
    again = visit.anchor(stage)
    assert again.error == f"RecordAlreadyAnchored(recordId=0x{visit.receipt().record_id.hex()})"


def test_who_saw_the_root_first_cannot_claim_it(stage: Stage, visit: Visit) -> None:
    """The squatter sees root and signature in the mempool and sends them as its own before the issuer."""
    squatter = visit.but(sender=OTHER_PROVIDER)
    assert squatter.anchor(stage).error.startswith("InvalidPatientSignature")
    with_accomplice = Visit.at(stage, patient=OTHER_PATIENT, provider=OTHER_PROVIDER)
    assert with_accomplice.root == visit.root
    assert with_accomplice.anchor(stage).status == 1
    assert not is_valid(stage, visit)
    assert visit.anchor(stage).status == 1
    assert is_valid(stage, visit)


@pytest.mark.parametrize(
    "change", [{"kind": 2}, {"valid_until_s": 1_900_000_000}, {"root": bytes(32)}, {"code": ANOTHER_VISIT}]
)
def test_the_patients_signature_covers_the_whole_receipt(
    stage: Stage, visit: Visit, change: dict[str, object]
) -> None:
    signature = visit.anchor_signature(stage, visit.patient)
    outcome = visit.but(**change).anchor(stage, signature=signature)
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_another_patients_hand_does_not_do(stage: Stage, visit: Visit) -> None:
    signature = visit.anchor_signature(stage, OTHER_PATIENT)
    assert visit.anchor(stage, signature=signature).error.startswith("InvalidPatientSignature")


def test_the_issuer_must_be_certified_now(stage: Stage, visit: Visit) -> None:
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    assert visit.anchor(stage).error == f"IssuerNotCertified(issuer=0x{PROVIDER.address.hex()})"


def test_the_patient_must_be_registered(stage: Stage) -> None:
    outcome = Visit.at(stage, patient=STRANGER).anchor(stage)
    assert outcome.error == f"PatientNotActive(patient=0x{STRANGER.address.hex()})"


@pytest.mark.parametrize("standing", ["suspended", "replaced"])
def test_a_patient_must_be_in_good_standing(stage: Stage, visit: Visit, standing: str) -> None:
    identity = stage.system.identity
    if standing == "suspended":
        stage.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    else:
        stage.do(PATIENT, identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
        assert Visit.at(stage, patient=NEW_PHONE).anchor(stage).status == 1
    assert visit.anchor(stage).error.startswith("PatientNotActive(")


def test_a_record_outlives_its_patients_key(stage: Stage, visit: Visit) -> None:
    """It stays bound to the key of its time; whose it was, the registry of people knows."""
    visit.anchor(stage)
    identity = stage.system.identity
    stage.do(PATIENT, identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))
    assert is_valid(stage, visit)
    assert stage.read(identity, "samePerson", PATIENT.address, NEW_PHONE.address)
    assert not stage.read(identity, "samePerson", OTHER_PATIENT.address, NEW_PHONE.address)


def test_a_record_may_belong_to_no_visit(stage: Stage, visit: Visit) -> None:
    papers = replace(visit.receipt(), check_in_id=NO_VISIT)
    signature = compact(PATIENT.sign(papers.digest(stage.system.records_domain)))
    stage.do(PROVIDER, stage.system.records, "anchor", SignedReceipt(papers, signature).arguments)
    assert stage.read(stage.system.records, "recordOf", papers.record_id)["checkInTag"] == bytes(16)
    assert visit.check_in(stage).status == 1
    names = f"recordId=0x{papers.record_id.hex()}, checkInId=0x{visit.check_in_id.hex()}"
    assert visit.credit(stage).error == f"RecordOfAnotherVisit({names})"


def test_validity_must_not_have_passed(stage: Stage, visit: Visit) -> None:
    next_block_s = stage.time_s + 16
    late = stage.branch()
    assert visit.but(valid_until_s=next_block_s - 1).anchor(late).error.startswith("ValidityPassed")
    assert visit.but(valid_until_s=next_block_s).anchor(stage).status == 1


def test_a_record_is_valid_through_its_last_second(stage: Stage, visit: Visit) -> None:
    visit.anchor(stage)
    stage.time_s = visit.valid_until_s
    assert is_valid(stage, visit)
    stage.pass_time(1)
    assert not is_valid(stage, visit)


def test_only_the_issuer_revokes_and_only_once(stage: Stage, visit: Visit) -> None:
    visit.anchor(stage)
    records = stage.system.records
    parties = (visit.root, PROVIDER.address, PATIENT.address)
    stranger = stage.send(OTHER_PROVIDER, records, "revoke", *parties)
    names = f"caller=0x{OTHER_PROVIDER.address.hex()}, issuer=0x{PROVIDER.address.hex()}"
    assert stranger.error == f"NotTheIssuer({names})"
    foreign = (visit.root, OTHER_PROVIDER.address, PATIENT.address)
    unknown = stage.send(OTHER_PROVIDER, records, "revoke", *foreign)
    assert unknown.error == f"RecordUnknown(recordId=0x{record_id(*foreign).hex()})"
    revoked = stage.do(PROVIDER, records, "revoke", *parties)
    assert [event.name for event in revoked.events] == ["RecordRevoked"]
    assert not is_valid(stage, visit)
    assert stage.read(records, "recordOf", visit.receipt().record_id)["status"] == REVOKED
    again = stage.send(PROVIDER, records, "revoke", *parties)
    assert again.error.startswith("RecordRevokedAlready")
    assert visit.anchor(stage).error.startswith("RecordAlreadyAnchored")


def test_a_leaf_is_proven_on_chain_while_the_record_is_valid(stage: Stage, visit: Visit) -> None:
    leaf, sibling = sorted([keccak(b"leaf"), keccak(b"sibling")])
    recorded = visit.but(root=keccak(leaf + sibling))
    recorded.anchor(stage)

    def proven(shown: bytes, proof: list[bytes]) -> bool:
        parties = (PROVIDER.address, PATIENT.address)
        arguments = (recorded.root, *parties, shown, proof)
        return bool(stage.read(stage.system.records, "verifyLeaf", *arguments))

    assert proven(leaf, [sibling])
    assert not proven(keccak(b"changed"), [sibling])
    assert not proven(leaf, [keccak(b"changed")])
    stage.do(PROVIDER, stage.system.records, "revoke", recorded.root, PROVIDER.address, PATIENT.address)
    assert not proven(leaf, [sibling])


def test_only_the_reward_pool_marks_a_credit(stage: Stage, visit: Visit) -> None:
    visit.anchor(stage)
    arguments = (visit.root, PROVIDER.address, PATIENT.address, visit.check_in_id)
    outcome = stage.send(PROVIDER, stage.system.records, "markCredited", *arguments)
    assert outcome.error == f"NotRewardPool(caller=0x{PROVIDER.address.hex()})"
