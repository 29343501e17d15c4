"""A record is bound to its issuer and its patient; a seen root cannot be claimed by others."""

from __future__ import annotations

import pytest
from contract_bench import CERTIFIER, OTHER_PATIENT, OTHER_PROVIDER, PATIENT, PROVIDER, STRANGER, Bench
from signed_visit import Visit

from chain.contracts.messages import record_id
from chain.hashing import keccak

ANCHORED, REVOKED = 1, 3


@pytest.fixture
def visit(bench: Bench) -> Visit:
    return Visit.at(bench)


def is_valid(bench: Bench, visit: Visit) -> bool:
    parties = (visit.provider.address, visit.patient.address)
    return bool(bench.read(bench.system.records, "isValid", visit.root, *parties))


def test_an_anchored_record_names_its_parties(bench: Bench, visit: Visit) -> None:
    outcome = visit.anchor(bench)
    assert outcome.events[0].name == "RecordAnchored"
    assert outcome.events[0].arguments == {
        "recordId": visit.receipt().record_id,
        "issuer": PROVIDER.address,
        "patient": PATIENT.address,
        "root": visit.root,
        "kind": 1,
        "validUntil": visit.valid_until_s,
    }
    record = bench.read(bench.system.records, "recordOf", visit.receipt().record_id)
    assert record == {
        "anchoredAt": bench.time_s,
        "validUntil": visit.valid_until_s,
        "kind": 1,
        "status": ANCHORED,
    }
    assert is_valid(bench, visit)


def test_a_root_is_anchored_once_by_its_issuer(bench: Bench, visit: Visit) -> None:
    visit.anchor(bench)
    again = visit.anchor(bench)
    assert again.error == f"RecordAlreadyAnchored(recordId=0x{visit.receipt().record_id.hex()})"


def test_who_saw_the_root_first_cannot_claim_it(bench: Bench, visit: Visit) -> None:
    """The squatter sees root and signature in the mempool and sends them as its own before the issuer."""
    squatter = visit.but(sender=OTHER_PROVIDER)
    assert squatter.anchor(bench).error.startswith("InvalidPatientSignature")
    with_accomplice = Visit.at(bench, patient=OTHER_PATIENT, provider=OTHER_PROVIDER)
    assert with_accomplice.root == visit.root
    assert with_accomplice.anchor(bench).status == 1
    assert not is_valid(bench, visit)
    assert visit.anchor(bench).status == 1
    assert is_valid(bench, visit)


@pytest.mark.parametrize("change", [{"kind": 2}, {"valid_until_s": 1_900_000_000}, {"root": bytes(32)}])
def test_the_patients_signature_covers_the_whole_receipt(
    bench: Bench, visit: Visit, change: dict[str, object]
) -> None:
    signature = visit.anchor_signature(bench, visit.patient)
    outcome = visit.but(**change).anchor(bench, signature=signature)
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_another_patients_hand_does_not_do(bench: Bench, visit: Visit) -> None:
    signature = visit.anchor_signature(bench, OTHER_PATIENT)
    assert visit.anchor(bench, signature=signature).error.startswith("InvalidPatientSignature")


def test_the_issuer_must_be_certified_now(bench: Bench, visit: Visit) -> None:
    bench.do(CERTIFIER, bench.system.identity, "revokeCertification", PROVIDER.address)
    assert visit.anchor(bench).error == f"IssuerNotCertified(issuer=0x{PROVIDER.address.hex()})"


def test_the_patient_must_be_registered(bench: Bench) -> None:
    outcome = Visit.at(bench, patient=STRANGER).anchor(bench)
    assert outcome.error == f"PatientNotRegistered(patient=0x{STRANGER.address.hex()})"


def test_validity_must_not_have_passed(bench: Bench, visit: Visit) -> None:
    next_block_s = bench.time_s + 16
    late = bench.branch()
    assert visit.but(valid_until_s=next_block_s - 1).anchor(late).error.startswith("ValidityPassed")
    assert visit.but(valid_until_s=next_block_s).anchor(bench).status == 1


def test_a_record_is_valid_through_its_last_second(bench: Bench, visit: Visit) -> None:
    visit.anchor(bench)
    bench.time_s = visit.valid_until_s
    assert is_valid(bench, visit)
    bench.pass_time(1)
    assert not is_valid(bench, visit)


def test_only_the_issuer_revokes_and_only_once(bench: Bench, visit: Visit) -> None:
    visit.anchor(bench)
    records = bench.system.records
    stranger = bench.send(OTHER_PROVIDER, records, "revoke", visit.root, PATIENT.address)
    foreign = record_id(visit.root, OTHER_PROVIDER.address, PATIENT.address)
    assert stranger.error == f"RecordUnknown(recordId=0x{foreign.hex()})"
    revoked = bench.do(PROVIDER, records, "revoke", visit.root, PATIENT.address)
    assert [event.name for event in revoked.events] == ["RecordRevoked"]
    assert not is_valid(bench, visit)
    assert bench.read(records, "recordOf", visit.receipt().record_id)["status"] == REVOKED
    again = bench.send(PROVIDER, records, "revoke", visit.root, PATIENT.address)
    assert again.error.startswith("RecordRevokedAlready")
    assert visit.anchor(bench).error.startswith("RecordAlreadyAnchored")


def test_a_leaf_is_proven_on_chain_while_the_record_is_valid(bench: Bench, visit: Visit) -> None:
    leaf, sibling = sorted([keccak(b"leaf"), keccak(b"sibling")])
    recorded = visit.but(root=keccak(leaf + sibling))
    recorded.anchor(bench)

    def proven(shown: bytes, proof: list[bytes]) -> bool:
        parties = (PROVIDER.address, PATIENT.address)
        arguments = (recorded.root, *parties, shown, proof)
        return bool(bench.read(bench.system.records, "verifyLeaf", *arguments))

    assert proven(leaf, [sibling])
    assert not proven(keccak(b"changed"), [sibling])
    assert not proven(leaf, [keccak(b"changed")])
    bench.do(PROVIDER, bench.system.records, "revoke", recorded.root, PATIENT.address)
    assert not proven(leaf, [sibling])


def test_only_the_reward_pool_marks_a_credit(bench: Bench, visit: Visit) -> None:
    visit.anchor(bench)
    arguments = (visit.root, PROVIDER.address, PATIENT.address)
    outcome = bench.send(PROVIDER, bench.system.records, "markCredited", *arguments)
    assert outcome.error == f"NotRewardPool(caller=0x{PROVIDER.address.hex()})"
