"""Visits are credited out of batches as they are alone, each once, whichever of their papers stands in a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from rewarding import points_of, staged

from chain.contracts.batches import Batch
from chain.contracts.messages import SignedReceipt, record_id
from chain.contracts.rehearsal.cast import OTHER_PATIENT, OTHER_PROVIDER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import Visit
from chain.eip712 import compact
from chain.keys import PrivateKey

ALONE = bytes(32)
COUNT = 6


@dataclass
class Papers:
    """A day's visits with the batches of their papers."""

    stage: Stage
    day: Day
    check_ins: Batch
    records: Batch

    @classmethod
    def of(cls, stage: Stage, *, first: int = 1, provider: PrivateKey = PROVIDER) -> Papers:
        day = Day.of(stage, COUNT, first=first, provider=provider)
        check_ins = day.check_ins(stage.system.checkin_domain)
        return cls(stage, day, check_ins, day.records(stage.system.records_domain))

    def anchor(self, *, check_ins: bool = True, records: bool = True) -> None:
        """Put the papers on chain, in batches or each alone."""
        system, provider = self.stage.system, self.day.provider
        if check_ins:
            self.stage.do(provider, system.checkin, "checkInBatch", *self.check_ins.arguments)
        else:
            for paper in self.check_ins.papers:
                self.stage.do(provider, system.checkin, "checkIn", paper.arguments)
        if records:
            self.stage.do(provider, system.records, "anchorBatch", *self.records.arguments)
        else:
            for paper in self.records.papers:
                self.stage.do(provider, system.records, "anchor", paper.arguments)

    def item(self, index: int, *, record: int | None = None) -> tuple[Any, ...]:
        """The visit at `index`, with its own record or another's."""
        _batch, check_in, check_in_proof = self.check_ins.proving(index)
        _batch, receipt, receipt_proof = self.records.proving(index if record is None else record)
        return (
            self.day.visits[index].code.struct_hash, check_in, check_in_proof, receipt, receipt_proof
        )  # fmt: skip

    def items(self, indices: Sequence[int] = range(COUNT)) -> list[tuple[Any, ...]]:
        return [self.item(index) for index in indices]

    def credit(
        self, items: list[tuple[Any, ...]], *, check_ins: bool = True, records: bool = True,
        sender: PrivateKey | None = None,
    ) -> Outcome:  # fmt: skip
        batches = (
            self.check_ins.batch_id if check_ins else ALONE, self.records.batch_id if records else ALONE
        )  # fmt: skip
        return self.stage.send(
            sender or self.day.provider, self.stage.system.rewards, "creditBatch", *batches, items
        )


@pytest.fixture
def papers() -> Papers:
    return Papers.of(staged())


def statuses(papers: Papers) -> set[tuple[int, int]]:
    stage = papers.stage
    return {
        (
            stage.read(stage.system.checkin, "visitOf", visit.check_in_id)["status"],
            stage.read(stage.system.records, "recordOf", visit.receipt().record_id)["status"],
        )
        for visit in papers.day.visits
    }


@pytest.mark.parametrize("check_ins", [True, False], ids=["check-ins batched", "check-ins alone"])
@pytest.mark.parametrize("records", [True, False], ids=["records batched", "records alone"])
def test_visits_are_credited_out_of_batches_as_alone(papers: Papers, check_ins: bool, records: bool) -> None:
    papers.anchor(check_ins=check_ins, records=records)
    outcome = papers.credit(papers.items(), check_ins=check_ins, records=records)
    assert outcome.status == 1, outcome.error
    credited = [event for event in outcome.events if event.name == "Credited"]
    assert [event.arguments["sourceId"] for event in credited[::2]] == [
        visit.check_in_id for visit in papers.day.visits
    ]
    assert statuses(papers) == {(2, 2)}
    visits = [visit.patient for visit in papers.day.visits]
    for patient in (PATIENT, OTHER_PATIENT):
        assert points_of(papers.stage, 0, patient.address) == (100 * visits.count(patient), 0)
    assert points_of(papers.stage, 0, PROVIDER.address) == (50 * COUNT, 0)


def test_a_batch_can_be_credited_in_parts_and_each_visit_once(papers: Papers) -> None:
    papers.anchor()
    assert papers.credit(papers.items([0, 1])).status == 1
    refused = papers.credit(papers.items([2, 1]))
    visit = papers.day.visits[1]
    assert refused.error == f"CheckInAlreadyCredited(checkInId=0x{visit.check_in_id.hex()})"
    assert papers.credit(papers.items([2, 3, 4, 5])).status == 1
    assert points_of(papers.stage, 0, PROVIDER.address) == (50 * COUNT, 0)


def test_a_visit_twice_in_one_call_is_refused(papers: Papers) -> None:
    papers.anchor()
    assert papers.credit(papers.items([0, 0])).error.startswith("CheckInAlreadyCredited")


def test_who_proves_a_leaf_first_spoils_nothing(papers: Papers) -> None:
    papers.anchor()
    system = papers.stage.system
    papers.stage.do(STRANGER, system.checkin, "prove", *papers.check_ins.proving(0))
    papers.stage.do(STRANGER, system.records, "prove", *papers.records.proving(1))
    assert papers.credit(papers.items([0, 1])).status == 1
    assert papers.credit(papers.items([0])).status == 0


def test_a_visit_credited_out_of_a_batch_cannot_be_credited_alone(papers: Papers) -> None:
    papers.anchor()
    papers.credit(papers.items([0]))
    assert papers.day.visits[0].credit(papers.stage).error.startswith("CheckInAlreadyCredited")


def test_only_the_provider_of_the_visits_has_them_credited(papers: Papers) -> None:
    papers.anchor()
    refused = papers.credit(papers.items(), sender=OTHER_PROVIDER)
    parties = f"caller=0x{OTHER_PROVIDER.address.hex()}, provider=0x{PROVIDER.address.hex()}"
    assert refused.error == f"NotTheProvider({parties})"
    alone = Papers.of(papers.stage, first=100)
    alone.anchor(check_ins=False, records=False)
    assert alone.credit(alone.items(), check_ins=False, records=False, sender=STRANGER).error.startswith(
        "NotTheProvider"
    )


def test_a_check_in_is_not_paired_with_another_visits_record(papers: Papers) -> None:
    """Both of one patient: the record names the check-in that it belongs to."""
    papers.anchor()
    same_patient = [i for i, visit in enumerate(papers.day.visits) if visit.patient is PATIENT][:2]
    crossed = papers.item(same_patient[0], record=same_patient[1])
    refused = papers.credit([crossed])
    assert refused.error.startswith("RecordOfAnotherVisit")


def test_a_check_in_is_not_paired_with_another_patients_record(papers: Papers) -> None:
    papers.anchor()
    other = next(i for i, visit in enumerate(papers.day.visits) if visit.patient is OTHER_PATIENT)
    crossed = papers.item(0, record=other)
    visit, wrong = papers.day.visits[0], papers.day.visits[other]
    ids = f"checkInId=0x{visit.check_in_id.hex()}, recordRoot=0x{wrong.root.hex()}"
    assert papers.credit([crossed]).error == f"PartiesDiffer({ids})"


def test_a_check_in_is_not_paired_with_another_providers_record() -> None:
    """The patient signed the other provider's receipt for this check-in: only the issuer tells them apart."""
    stage = staged()
    papers = Papers.of(stage)
    papers.anchor()
    visit = papers.day.visits[0]
    foreign = replace(visit.receipt(), issuer=OTHER_PROVIDER.address)
    signature = compact(visit.patient.sign(foreign.digest(stage.system.records_domain)))
    batch = Batch(OTHER_PROVIDER.address, [SignedReceipt(foreign, signature)])
    stage.do(OTHER_PROVIDER, stage.system.records, "anchorBatch", *batch.arguments)
    _id, receipt, proof = batch.proving(0)
    item = (*papers.item(0)[:3], receipt, proof)
    refused = stage.send(
        PROVIDER, stage.system.rewards, "creditBatch", papers.check_ins.batch_id, batch.batch_id, [item]
    )
    ids = f"checkInId=0x{visit.check_in_id.hex()}, recordRoot=0x{visit.root.hex()}"
    assert refused.error == f"PartiesDiffer({ids})"


def test_a_record_anchored_alone_must_be_there(papers: Papers) -> None:
    papers.anchor(check_ins=True, records=True)
    visit: Visit = papers.day.visits[0]
    missing = record_id(visit.root, PROVIDER.address, visit.patient.address)
    refused = papers.credit(papers.items([0]), records=False)
    assert refused.error == f"RecordUnknown(recordId=0x{missing.hex()})"


def test_an_empty_call_credits_nothing(papers: Papers) -> None:
    outcome = papers.credit([])
    assert (outcome.status, outcome.events) == (1, [])
    assert points_of(papers.stage, 0, PROVIDER.address) == (0, 0)


def test_caps_bind_across_a_batch() -> None:
    papers = Papers.of(staged(provider_cap_points=400, account_cap_points=150))
    papers.anchor()
    papers.credit(papers.items())
    issued = sum(points_of(papers.stage, 0, who.address)[0] for who in (PATIENT, OTHER_PATIENT, PROVIDER))
    assert issued == 400
    assert points_of(papers.stage, 0, PATIENT.address)[0] <= 150
    assert statuses(papers) == {(2, 2)}
