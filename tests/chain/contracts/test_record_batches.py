"""Records anchored together: the provider signs for all, the patient for each, which counts when it is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from chain.abi import ContractAbi
from chain.contracts.batches import Batch
from chain.contracts.messages import SignedReceipt, batch_id
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    NEW_PHONE,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.identity_registry import REASON, consenting
from chain.contracts.rehearsal.record_registry import POOL, names_of, registry_with_pool
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import Visit
from chain.keys import PrivateKey

ANCHORED, CREDITED = 1, 2


@dataclass(frozen=True)
class Anchored:
    """A day's records on chain in one batch; `first` is PATIENT's."""

    stage: Stage
    records: ContractAbi
    day: Day
    batch: Batch
    anchored_at_s: int

    @property
    def first(self) -> Visit:
        return self.day.visits[0]

    @property
    def record_id(self) -> bytes:
        return self.first.receipt().record_id

    def prove(self, index: int = 0, *, sender: PrivateKey = STRANGER) -> Outcome:
        return self.stage.send(sender, self.records, "prove", *self.batch.proving(index))

    def prove_credited(
        self, index: int = 0, *, check_in_id: bytes | None = None, sender: PrivateKey = POOL
    ) -> Outcome:
        expected = self.day.visits[index].check_in_id
        arguments = (*self.batch.proving(index), check_in_id or expected)
        return self.stage.send(sender, self.records, "proveCredited", *arguments)

    def mark_credited(self, *, check_in_id: bytes | None = None) -> Outcome:
        arguments = (*names_of(self.first), check_in_id or self.first.check_in_id)
        return self.stage.send(POOL, self.records, "markCredited", *arguments)

    def record(self) -> dict[str, object]:
        return dict(self.stage.read(self.records, "recordOf", self.record_id))


@pytest.fixture
def anchored(stage: Stage) -> Anchored:
    return anchor(stage, Day.of(stage, 6))


def anchor(
    stage: Stage, day: Day, *, change: Callable[[SignedReceipt], SignedReceipt] | None = None
) -> Anchored:
    """Anchor a day's records, the first one changed."""
    batch = day.records(stage.system.records_domain)
    if change is not None:
        first, *others = batch.papers
        assert isinstance(first, SignedReceipt)
        batch = Batch(batch.author, [change(first), *others])
    stage.do(PROVIDER, stage.system.records, "anchorBatch", *batch.arguments)
    return Anchored(stage, stage.system.records, day, batch, stage.time_s)


def rotate(stage: Stage) -> None:
    stage.do(PATIENT, stage.system.identity, "replaceKey", *consenting(stage, PATIENT.address, NEW_PHONE))


def test_a_batch_says_who_anchored_it_when_and_how_many(stage: Stage) -> None:
    batch = Day.of(stage, 6).records(stage.system.records_domain)
    outcome = stage.do(PROVIDER, stage.system.records, "anchorBatch", *batch.arguments)
    assert [(event.name, dict(event.arguments)) for event in outcome.events] == [
        (
            "BatchAnchored",
            {
                "batchId": batch.batch_id,
                "issuer": PROVIDER.address,
                "batchRoot": batch.tree.root,
                "count": 6,
            },
        )
    ]
    answer = stage.read(stage.system.records, "batchOf", batch.batch_id)
    assert answer == (PROVIDER.address, stage.time_s, 6)
    assert stage.read(stage.system.records, "batchOf", bytes(32)) == (bytes(20), 0, 0)


def test_a_proven_record_stands_as_if_anchored_alone_when_the_batch_was(anchored: Anchored) -> None:
    stage, visit = anchored.stage, anchored.first
    assert anchored.record()["status"] == 0
    stage.pass_time(1_000)
    outcome = anchored.prove()
    assert [(event.name, dict(event.arguments)) for event in outcome.events] == [
        (
            "RecordProven",
            {
                "recordId": anchored.record_id,
                "issuer": PROVIDER.address,
                "patient": PATIENT.address,
                "root": visit.root,
                "kind": visit.kind,
                "validUntil": visit.valid_until_s,
                "batchId": anchored.batch.batch_id,
            },
        )
    ]
    assert anchored.record() == {
        "anchoredAt": anchored.anchored_at_s,
        "validUntil": visit.valid_until_s,
        "kind": visit.kind,
        "status": ANCHORED,
        "checkInTag": visit.check_in_id[:16],
    }
    assert stage.read(stage.system.records, "isValid", *names_of(visit))
    assert stage.read(stage.system.records, "statusAndKind", anchored.record_id) == (
        ANCHORED,
        visit.kind,
        anchored.anchored_at_s,
        visit.valid_until_s,
    )


def test_a_record_is_proven_once(anchored: Anchored) -> None:
    assert anchored.prove().status == 1
    assert anchored.prove().error == f"RecordAlreadyAnchored(recordId=0x{anchored.record_id.hex()})"


def test_a_record_that_was_anchored_alone_is_not_proven(anchored: Anchored) -> None:
    assert anchored.first.anchor(anchored.stage).status == 1
    assert anchored.prove().error == f"RecordAlreadyAnchored(recordId=0x{anchored.record_id.hex()})"


def test_a_proven_record_is_not_anchored_alone(anchored: Anchored) -> None:
    anchored.prove()
    again = anchored.first.anchor(anchored.stage)
    assert again.error == f"RecordAlreadyAnchored(recordId=0x{anchored.record_id.hex()})"


def test_a_record_in_two_batches_is_proven_once(anchored: Anchored) -> None:
    stage = anchored.stage
    again = anchor(stage, Day(PROVIDER, anchored.day.visits[:3]))
    assert again.batch.batch_id != anchored.batch.batch_id
    assert anchored.prove().status == 1
    assert again.prove().error == f"RecordAlreadyAnchored(recordId=0x{anchored.record_id.hex()})"


def test_a_revoked_record_does_not_come_back(anchored: Anchored) -> None:
    anchored.prove()
    anchored.stage.do(PROVIDER, anchored.stage.system.records, "revoke", *names_of(anchored.first))
    assert anchored.prove().error.startswith("RecordAlreadyAnchored")


def test_an_issuer_anchors_a_root_once(anchored: Anchored) -> None:
    """A second time would move the date at which all its records were anchored."""
    again = anchored.stage.send(
        PROVIDER, anchored.stage.system.records, "anchorBatch", *anchored.batch.arguments
    )
    assert again.error == f"BatchAlreadyAnchored(batchId=0x{anchored.batch.batch_id.hex()})"


def test_a_batch_is_not_empty(stage: Stage) -> None:
    outcome = stage.send(PROVIDER, stage.system.records, "anchorBatch", b"\1" * 32, 0)
    assert outcome.error == "BatchEmpty()"


def test_only_a_certified_provider_anchors_a_batch(stage: Stage) -> None:
    for sender in (PATIENT, STRANGER):
        outcome = stage.send(sender, stage.system.records, "anchorBatch", b"\1" * 32, 3)
        assert outcome.error == f"IssuerNotCertified(issuer=0x{sender.address.hex()})"
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    outcome = stage.send(PROVIDER, stage.system.records, "anchorBatch", b"\1" * 32, 3)
    assert outcome.error == f"IssuerNotCertified(issuer=0x{PROVIDER.address.hex()})"


def test_the_issuers_certification_counts_when_the_batch_is_anchored(anchored: Anchored) -> None:
    stage = anchored.stage
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    assert anchored.first.anchor(stage).error.startswith("IssuerNotCertified")
    assert anchored.prove().status == 1


def test_what_is_in_no_batch_is_not_proven(anchored: Anchored) -> None:
    stage, batch = anchored.stage, anchored.batch
    stranger = SignedReceipt(Visit.at(stage, number=99).receipt(), (b"\1" * 32, b"\1" * 32))
    _batch_id, _paper, proof = batch.proving(0)
    outcome = stage.send(STRANGER, stage.system.records, "prove", batch.batch_id, stranger.arguments, proof)
    names = f"batchId=0x{batch.batch_id.hex()}, leaf=0x{stranger.leaf.hex()}"
    assert outcome.error == f"LeafNotInBatch({names})"


def test_an_unknown_batch_proves_nothing(anchored: Anchored) -> None:
    unknown = batch_id(anchored.batch.tree.root, OTHER_PROVIDER.address)
    _known, *proving = anchored.batch.proving(0)
    outcome = anchored.stage.send(STRANGER, anchored.stage.system.records, "prove", unknown, *proving)
    assert outcome.error == f"BatchUnknown(batchId=0x{unknown.hex()})"


@pytest.mark.parametrize(
    ("count", "proves"), [(1, False), (4, False), (5, True), (8, True), (2**32 - 1, True)]
)
def test_a_proof_is_no_longer_than_the_stated_size_allows(stage: Stage, count: int, proves: bool) -> None:
    """Six leaves lie up to three deep: whoever states four cannot prove more than four of them, nor the deep ones."""
    batch = Day.of(stage, 6).records(stage.system.records_domain)
    depths = [len(batch.tree.proof(index)) for index in range(6)]
    stage.do(PROVIDER, stage.system.records, "anchorBatch", batch.tree.root, count)
    deepest = depths.index(max(depths))
    outcome = stage.send(STRANGER, stage.system.records, "prove", *batch.proving(deepest))
    assert (outcome.status, outcome.error.partition("(")[0]) == ((1, "") if proves else (0, "LeafNotInBatch"))


def test_the_patients_signature_is_checked_when_a_record_is_proven(stage: Stage) -> None:
    """The leaf commits to a signature, whosesoever; only the patient's over this receipt proves it."""
    forged = anchor(stage, Day.of(stage, 3), change=signed_by_the_provider(stage))
    assert forged.prove().error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"
    assert forged.prove(1).status == 1


def signed_by_the_provider(stage: Stage) -> Callable[[SignedReceipt], SignedReceipt]:
    visit = Visit.at(stage, number=1)
    return lambda paper: replace(paper, by_patient=visit.anchor_signature(stage, PROVIDER))


@pytest.mark.parametrize(
    "change",
    [{"kind": 2}, {"valid_until_s": 1_900_000_000}, {"root": b"\1" * 32}, {"check_in_id": b"\1" * 32}],
    ids=lambda change: next(iter(change)),
)
def test_the_signature_covers_what_the_leaf_says(stage: Stage, change: dict[str, object]) -> None:
    changed = anchor(
        stage,
        Day.of(stage, 3),
        change=lambda paper: replace(paper, receipt=replace(paper.receipt, **change)),  # type: ignore[arg-type]
    )
    assert changed.prove().error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_whoever_copies_a_seen_batch_proves_nothing_with_it(stage: Stage) -> None:
    """The copy is sent before the provider's own, and does not keep it from standing."""
    day = Day.of(stage, 6)
    batch = day.records(stage.system.records_domain)
    stage.do(OTHER_PROVIDER, stage.system.records, "anchorBatch", *batch.arguments)
    copied = batch_id(batch.tree.root, OTHER_PROVIDER.address)
    _own, *proving = batch.proving(0)
    claimed = stage.send(OTHER_PROVIDER, stage.system.records, "prove", copied, *proving)
    assert claimed.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"
    stage.do(PROVIDER, stage.system.records, "anchorBatch", *batch.arguments)
    assert stage.send(OTHER_PROVIDER, stage.system.records, "prove", *batch.proving(0)).status == 1
    record = stage.read(stage.system.records, "isValid", *names_of(day.visits[0]))
    assert record


def test_the_patient_must_be_registered(stage: Stage) -> None:
    day = Day(PROVIDER, (Visit.at(stage, patient=STRANGER), Visit.at(stage, number=2)))
    anchored = anchor(stage, day)
    assert anchored.prove().error == f"PatientNotActive(patient=0x{STRANGER.address.hex()})"
    assert anchored.prove(1).status == 1


def test_a_suspended_patients_record_waits(anchored: Anchored) -> None:
    identity = anchored.stage.system.identity
    anchored.stage.do(CERTIFIER, identity, "suspend", PATIENT.address, REASON)
    for sender in (STRANGER, PATIENT):
        assert anchored.prove(sender=sender).error.startswith("PatientNotActive(")
    anchored.stage.do(CERTIFIER, identity, "reinstate", PATIENT.address, REASON)
    assert anchored.prove().status == 1


def test_a_retired_keys_record_is_proven_by_the_patient_alone(anchored: Anchored) -> None:
    """A thief of the old key can still sign with it, and a batch does not say when a leaf was signed."""
    rotate(anchored.stage)
    for sender in (STRANGER, PROVIDER, PATIENT):
        assert anchored.prove(sender=sender).error.startswith("PatientNotActive(")
    assert anchored.prove(sender=NEW_PHONE).status == 1
    assert anchored.record()["status"] == ANCHORED
    assert anchored.stage.read(anchored.stage.system.records, "isValid", *names_of(anchored.first))


def test_a_record_must_have_been_valid_when_its_batch_was_anchored(stage: Stage) -> None:
    next_block_s = stage.time_s + 16
    visits = [Visit.at(stage, number=number) for number in (1, 2)]
    day = Day(
        PROVIDER, (visits[0].but(valid_until_s=next_block_s - 1), visits[1].but(valid_until_s=next_block_s))
    )
    anchored = anchor(stage, day)
    assert anchored.prove().error == f"ValidityPassed(validUntil={next_block_s - 1}, time={next_block_s})"
    assert anchored.prove(1).status == 1
    assert not stage.read(stage.system.records, "isValid", *names_of(day.visits[1]))


@pytest.fixture
def pooled(stage: Stage) -> Anchored:
    """A day's records on a registry whose pool is a person."""
    records, domain = registry_with_pool(stage)
    day = Day.of(stage, 6)
    batch = day.records(domain)
    stage.do(PROVIDER, records, "anchorBatch", *batch.arguments)
    return Anchored(stage, records, day, batch, stage.time_s)


def test_the_pool_proves_and_credits_in_one_go(pooled: Anchored) -> None:
    arguments = (*pooled.batch.proving(0), pooled.first.check_in_id)
    answer = pooled.stage.read(pooled.records, "proveCredited", *arguments, sender=POOL.address)
    assert answer == (PROVIDER.address, PATIENT.address)
    assert pooled.prove_credited().status == 1
    assert pooled.record() == {
        "anchoredAt": pooled.anchored_at_s,
        "validUntil": pooled.first.valid_until_s,
        "kind": pooled.first.kind,
        "status": CREDITED,
        "checkInTag": pooled.first.check_in_id[:16],
    }


def test_what_somebody_has_proven_before_is_only_credited(pooled: Anchored) -> None:
    """Nobody can spoil a provider's credits by proving one of its records first."""
    assert pooled.prove().status == 1
    assert pooled.prove_credited().status == 1
    assert pooled.record()["status"] == CREDITED


def test_a_record_is_credited_once(pooled: Anchored) -> None:
    assert pooled.prove_credited().status == 1
    error = f"RecordAlreadyCredited(recordId=0x{pooled.record_id.hex()})"
    assert pooled.prove_credited().error == error
    assert pooled.mark_credited().error == error


def test_a_record_is_credited_for_its_own_visit_only(pooled: Anchored) -> None:
    other = pooled.day.visits[2].check_in_id
    error = f"RecordOfAnotherVisit(recordId=0x{pooled.record_id.hex()}, checkInId=0x{other.hex()})"
    assert pooled.prove_credited(check_in_id=other).error == error
    assert pooled.prove().status == 1
    assert pooled.prove_credited(check_in_id=other).error == error
    assert pooled.mark_credited(check_in_id=other).error == error
    assert pooled.mark_credited().status == 1


def test_a_revoked_record_is_not_credited_from_its_batch(pooled: Anchored) -> None:
    assert pooled.prove().status == 1
    pooled.stage.do(PROVIDER, pooled.records, "revoke", *names_of(pooled.first))
    assert pooled.prove_credited().error == f"RecordRevokedAlready(recordId=0x{pooled.record_id.hex()})"


def test_crediting_proves_as_strictly_as_proving(pooled: Anchored) -> None:
    stage = pooled.stage
    _id, paper, proof = pooled.batch.proving(0)
    arguments = (pooled.batch.batch_id, paper, proof[:-1], pooled.first.check_in_id)
    assert stage.send(POOL, pooled.records, "proveCredited", *arguments).error.startswith("LeafNotInBatch(")
    unknown = (b"\1" * 32, paper, proof, pooled.first.check_in_id)
    outcome = stage.send(POOL, pooled.records, "proveCredited", *unknown)
    assert outcome.error == f"BatchUnknown(batchId=0x{'01' * 32})"
    rotate(stage)
    assert pooled.prove_credited().error.startswith("PatientNotActive(")
    assert pooled.prove(sender=NEW_PHONE).status == 1
    assert pooled.prove_credited().status == 1


def test_only_the_pool_proves_and_credits(pooled: Anchored) -> None:
    for sender in (PROVIDER, PATIENT, STRANGER):
        outcome = pooled.prove_credited(sender=sender)
        assert outcome.error == f"NotRewardPool(caller=0x{sender.address.hex()})"
