"""Check-ins anchored together obey every rule of a single one, as of the time of their batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from chain.abi import ContractAbi
from chain.contracts.batches import Batch
from chain.contracts.messages import SignedCheckIn, batch_id
from chain.contracts.rehearsal.cast import (
    CERTIFIER,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
)
from chain.contracts.rehearsal.check_in import POOL, registry_with_pool
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import CODE_LIFE_S, DIRECTIONS, SHOWN_BEFORE_S, Visit
from chain.keys import PrivateKey

GRACE_S = 7_200
BLOCK_S = 16
RECORDED, CREDITED = 1, 2


@dataclass(frozen=True)
class Anchored:
    """Check-ins on chain in one batch; the test's own visit is the first."""

    stage: Stage
    checkin: ContractAbi
    visits: tuple[Visit, ...]
    batch: Batch

    @property
    def first(self) -> Visit:
        return self.visits[0]

    def prove(self, index: int = 0, *, sender: PrivateKey = STRANGER) -> Outcome:
        return self.stage.send(sender, self.checkin, "prove", *self.batch.proving(index))

    def prove_credited(self, index: int = 0, *, sender: PrivateKey = POOL) -> Outcome:
        return self.stage.send(sender, self.checkin, "proveCredited", *self.batch.proving(index))

    def visit(self) -> dict[str, object]:
        return dict(self.stage.read(self.checkin, "visitOf", self.first.check_in_id))


def anchor(stage: Stage, visit: Visit, *, author: PrivateKey = PROVIDER) -> Anchored:
    """Anchor a visit's check-in with five others."""
    visits = (visit, *Day.of(stage, 5, first=100).visits)
    papers = [each.signed_check_in(stage.system.checkin_domain) for each in visits]
    batch = Batch(author.address, papers)
    stage.do(author, stage.system.checkin, "checkInBatch", *batch.arguments)
    return Anchored(stage, stage.system.checkin, visits, batch)


@pytest.fixture(params=DIRECTIONS)
def visit(request: pytest.FixtureRequest, stage: Stage) -> Visit:
    return Visit.at(stage, direction=request.param)


@pytest.fixture
def anchored(stage: Stage, visit: Visit) -> Anchored:
    return anchor(stage, visit)


@pytest.fixture
def pooled(stage: Stage, visit: Visit) -> Anchored:
    """A batch on a registry whose pool is a person."""
    checkin, domain = registry_with_pool(stage)
    batch = Batch(PROVIDER.address, [visit.signed_check_in(domain)])
    stage.do(PROVIDER, checkin, "checkInBatch", *batch.arguments)
    return Anchored(stage, checkin, (visit,), batch)


def test_a_batch_says_who_anchored_it_when_and_how_many(stage: Stage) -> None:
    batch = Day.of(stage, 6).check_ins(stage.system.checkin_domain)
    outcome = stage.do(PROVIDER, stage.system.checkin, "checkInBatch", *batch.arguments)
    assert [(event.name, dict(event.arguments)) for event in outcome.events] == [
        (
            "BatchCheckedIn",
            {
                "batchId": batch.batch_id,
                "provider": PROVIDER.address,
                "batchRoot": batch.tree.root,
                "count": 6,
            },
        )
    ]
    answer = stage.read(stage.system.checkin, "batchOf", batch.batch_id)
    assert answer == (PROVIDER.address, stage.time_s, 6)
    assert stage.read(stage.system.checkin, "batchOf", bytes(32)) == (bytes(20), 0, 0)


def test_a_proven_check_in_stands_as_if_sent_alone(anchored: Anchored) -> None:
    outcome = anchored.prove()
    assert [(event.name, dict(event.arguments)) for event in outcome.events] == [
        (
            "CheckedIn",
            {
                "checkInId": anchored.first.check_in_id,
                "provider": PROVIDER.address,
                "patient": PATIENT.address,
                "scannedAt": anchored.first.scanned_at_s,
            },
        )
    ]
    assert anchored.visit() == {
        "provider": PROVIDER.address,
        "scannedAt": anchored.first.scanned_at_s,
        "status": RECORDED,
    }


def test_a_code_is_used_once_in_a_batch_and_alone(anchored: Anchored) -> None:
    error = f"AlreadyCheckedIn(checkInId=0x{anchored.first.check_in_id.hex()})"
    alone = anchored.stage.branch()
    assert anchored.prove().status == 1
    assert anchored.prove().error == error
    assert anchored.first.check_in(anchored.stage).error == error
    assert anchored.first.check_in(alone).status == 1
    assert replace(anchored, stage=alone).prove().error == error


def test_a_code_in_two_batches_is_used_once(anchored: Anchored) -> None:
    again = anchor(anchored.stage, anchored.first)
    assert again.batch.batch_id != anchored.batch.batch_id
    assert anchored.prove().status == 1
    assert again.prove().error == f"AlreadyCheckedIn(checkInId=0x{anchored.first.check_in_id.hex()})"


def test_a_root_is_anchored_once_by_its_provider(anchored: Anchored) -> None:
    again = anchored.stage.send(PROVIDER, anchored.checkin, "checkInBatch", *anchored.batch.arguments)
    assert again.error == f"BatchAlreadyAnchored(batchId=0x{anchored.batch.batch_id.hex()})"


def test_a_batch_is_not_empty(stage: Stage) -> None:
    assert stage.send(PROVIDER, stage.system.checkin, "checkInBatch", b"\1" * 32, 0).error == "BatchEmpty()"


def test_only_a_certified_provider_anchors_a_batch(stage: Stage) -> None:
    for sender in (PATIENT, STRANGER):
        outcome = stage.send(sender, stage.system.checkin, "checkInBatch", b"\1" * 32, 3)
        assert outcome.error == f"ProviderNotCertified(provider=0x{sender.address.hex()})"


def test_the_certification_counts_when_the_batch_is_anchored(anchored: Anchored) -> None:
    stage = anchored.stage
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    assert anchored.first.check_in(stage).error.startswith("ProviderNotCertified(")
    assert anchored.prove().status == 1


def test_an_unknown_batch_proves_nothing(anchored: Anchored) -> None:
    unknown = batch_id(anchored.batch.tree.root, OTHER_PROVIDER.address)
    _known, *proving = anchored.batch.proving(0)
    outcome = anchored.stage.send(STRANGER, anchored.checkin, "prove", unknown, *proving)
    assert outcome.error == f"BatchUnknown(batchId=0x{unknown.hex()})"


def test_what_is_in_no_batch_is_not_proven(anchored: Anchored) -> None:
    stage, batch = anchored.stage, anchored.batch
    stranger = Visit.at(stage, number=99).signed_check_in(stage.system.checkin_domain)
    _id, _paper, proof = batch.proving(0)
    outcome = stage.send(STRANGER, anchored.checkin, "prove", batch.batch_id, stranger.arguments, proof)
    names = f"batchId=0x{batch.batch_id.hex()}, leaf=0x{stranger.leaf.hex()}"
    assert outcome.error == f"LeafNotInBatch({names})"


def test_a_proof_is_no_longer_than_the_stated_size_allows(stage: Stage) -> None:
    batch = Day.of(stage, 6).check_ins(stage.system.checkin_domain)
    other = stage.branch()
    stage.do(PROVIDER, stage.system.checkin, "checkInBatch", batch.tree.root, 4)
    other.do(PROVIDER, stage.system.checkin, "checkInBatch", batch.tree.root, 5)
    deepest = max(range(6), key=lambda index: len(batch.tree.proof(index)))
    outcome = stage.send(STRANGER, stage.system.checkin, "prove", *batch.proving(deepest))
    assert outcome.error.startswith("LeafNotInBatch(")
    assert other.send(STRANGER, stage.system.checkin, "prove", *batch.proving(deepest)).status == 1


def test_whoever_copies_a_seen_batch_proves_nothing_with_it(stage: Stage, visit: Visit) -> None:
    """The copy is sent before the provider's own, and does not keep it from standing."""
    copied = anchor(stage, visit, author=OTHER_PROVIDER)
    parties = f"caller=0x{OTHER_PROVIDER.address.hex()}, provider=0x{PROVIDER.address.hex()}"
    assert copied.prove(sender=OTHER_PROVIDER).error == f"NotTheProvider({parties})"
    stage.do(PROVIDER, stage.system.checkin, "checkInBatch", *copied.batch.arguments)
    own = replace(copied, batch=Batch(PROVIDER.address, copied.batch.papers))
    assert own.prove().status == 1


def test_a_code_of_another_provider_is_of_no_use_in_a_batch(stage: Stage) -> None:
    foreign = anchor(stage, Visit.at(stage, provider=OTHER_PROVIDER))
    parties = f"caller=0x{PROVIDER.address.hex()}, provider=0x{OTHER_PROVIDER.address.hex()}"
    assert foreign.prove().error == f"NotTheProvider({parties})"


@pytest.mark.parametrize("beyond_s", [-SHOWN_BEFORE_S - 1, CODE_LIFE_S - SHOWN_BEFORE_S + 1])
def test_a_scan_outside_the_codes_window_is_refused(stage: Stage, visit: Visit, beyond_s: int) -> None:
    stage.pass_time(100)
    anchored = anchor(stage, visit.but(scanned_at_s=visit.scanned_at_s + beyond_s))
    scanned_s = visit.scanned_at_s + beyond_s
    window = f"validFrom={visit.code.valid_from_s}, validUntil={visit.code.valid_until_s}"
    assert anchored.prove().error == f"ScanOutsideWindow(scannedAt={scanned_s}, {window})"


@pytest.mark.parametrize("within_s", [-SHOWN_BEFORE_S, CODE_LIFE_S - SHOWN_BEFORE_S])
def test_both_ends_of_the_window_count(stage: Stage, visit: Visit, within_s: int) -> None:
    stage.pass_time(100)
    assert anchor(stage, visit.but(scanned_at_s=visit.scanned_at_s + within_s)).prove().status == 1


def test_a_scan_after_its_batch_is_refused_however_late_it_is_proven(stage: Stage, visit: Visit) -> None:
    """The next block, which anchors the batch, comes 16 s from now: a scan in it is the latest that counts."""
    anchored_s = stage.time_s + BLOCK_S
    latest = anchor(stage.branch(), visit.but(scanned_at_s=anchored_s))
    assert latest.prove().status == 1
    future = anchor(stage, visit.but(scanned_at_s=anchored_s + 1))
    stage.pass_time(1_000)
    assert future.prove().error == f"ScanInFuture(scannedAt={anchored_s + 1}, time={anchored_s})"


def test_the_grace_period_ends_when_the_batch_is_anchored(stage: Stage, visit: Visit) -> None:
    late = stage.branch()
    stage.time_s = visit.scanned_at_s + GRACE_S - BLOCK_S
    timely = anchor(stage, visit)
    stage.pass_time(10 * GRACE_S)
    assert timely.prove().status == 1
    late.time_s = visit.scanned_at_s + GRACE_S - BLOCK_S + 1
    times = f"scannedAt={visit.scanned_at_s}, time={visit.scanned_at_s + GRACE_S + 1}, grace={GRACE_S}"
    assert anchor(late, visit).prove().error == f"GracePassed({times})"


def test_another_providers_hand_does_not_do(stage: Stage, visit: Visit) -> None:
    signer = "scan_signer" if visit.is_ticket else "code_signer"
    outcome = anchor(stage, visit.but(**{signer: OTHER_PROVIDER})).prove()
    assert outcome.error == f"InvalidProviderSignature(provider=0x{PROVIDER.address.hex()})"


def test_another_patients_hand_does_not_do(stage: Stage, visit: Visit) -> None:
    signer = "code_signer" if visit.is_ticket else "scan_signer"
    outcome = anchor(stage, visit.but(**{signer: OTHER_PATIENT})).prove()
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_a_ticket_is_of_no_use_to_another_patient(stage: Stage) -> None:
    stolen = Visit.at(stage, direction="ticket").but(patient=OTHER_PATIENT)
    parties = f"ticketPatient=0x{PATIENT.address.hex()}, patient=0x{OTHER_PATIENT.address.hex()}"
    assert anchor(stage, stolen).prove().error == f"TicketOfAnotherPatient({parties})"


def test_signatures_for_another_contract_do_not_do(stage: Stage, visit: Visit) -> None:
    batch = Batch(PROVIDER.address, [visit.signed_check_in(stage.system.records_domain)])
    stage.do(PROVIDER, stage.system.checkin, "checkInBatch", *batch.arguments)
    outcome = stage.send(PROVIDER, stage.system.checkin, "prove", *batch.proving(0))
    assert outcome.error.startswith("Invalid")


def test_the_pool_proves_and_credits_in_one_go(pooled: Anchored) -> None:
    arguments: Any = pooled.batch.proving(0)
    answer = pooled.stage.read(pooled.checkin, "proveCredited", *arguments, sender=POOL.address)
    assert answer == (PROVIDER.address, PATIENT.address, pooled.first.check_in_id, pooled.first.scanned_at_s)
    assert pooled.prove_credited().status == 1
    assert pooled.visit() == {
        "provider": PROVIDER.address,
        "scannedAt": pooled.first.scanned_at_s,
        "status": CREDITED,
    }


def test_what_somebody_has_proven_before_is_only_credited(pooled: Anchored) -> None:
    """Nobody can spoil credits by proving a check-in first, nor pass a false time off for the scan's."""
    assert pooled.prove().status == 1
    batch_id, (code, patient, _scanned_at_s, *signatures), proof = pooled.batch.proving(0)
    made_up = (batch_id, (code, patient, pooled.first.scanned_at_s + 9, *signatures), proof)
    answer = pooled.stage.read(pooled.checkin, "proveCredited", *made_up, sender=POOL.address)
    assert answer == (PROVIDER.address, PATIENT.address, pooled.first.check_in_id, pooled.first.scanned_at_s)
    assert pooled.prove_credited().status == 1
    assert pooled.visit()["status"] == CREDITED


def test_a_check_in_is_credited_once(pooled: Anchored) -> None:
    assert pooled.prove_credited().status == 1
    error = f"CheckInAlreadyCredited(checkInId=0x{pooled.first.check_in_id.hex()})"
    assert pooled.prove_credited().error == error
    again = pooled.stage.send(POOL, pooled.checkin, "markCredited", pooled.first.check_in_id)
    assert again.error == error


def test_there_must_be_a_check_in_to_credit(pooled: Anchored) -> None:
    outcome = pooled.stage.send(POOL, pooled.checkin, "markCredited", pooled.first.check_in_id)
    assert outcome.error == f"CheckInUnknown(checkInId=0x{pooled.first.check_in_id.hex()})"


def test_crediting_proves_as_strictly_as_proving(stage: Stage, pooled: Anchored) -> None:
    paper = pooled.batch.papers[0]
    assert isinstance(paper, SignedCheckIn)
    later = replace(paper, scanned_at_s=paper.scanned_at_s + 1)
    outcome = stage.send(POOL, pooled.checkin, "proveCredited", pooled.batch.batch_id, later.arguments, [])
    names = f"batchId=0x{pooled.batch.batch_id.hex()}, leaf=0x{later.leaf.hex()}"
    assert outcome.error == f"LeafNotInBatch({names})"
    forged = Batch(PROVIDER.address, [replace(paper, by_patient=paper.by_provider)])
    stage.do(PROVIDER, pooled.checkin, "checkInBatch", *forged.arguments)
    outcome = stage.send(POOL, pooled.checkin, "proveCredited", *forged.proving(0))
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_only_the_pool_proves_and_credits(pooled: Anchored) -> None:
    for sender in (PROVIDER, PATIENT, STRANGER):
        outcome = pooled.prove_credited(sender=sender)
        assert outcome.error == f"NotRewardPool(caller=0x{sender.address.hex()})"
