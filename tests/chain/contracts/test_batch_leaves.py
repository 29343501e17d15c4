"""Whatever a batch's size, each of its leaves proves, and nothing else does: property tests against the contracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chain.abi import ContractAbi
from chain.contracts.batches import Batch
from chain.contracts.messages import SignedCheckIn, SignedReceipt
from chain.contracts.rehearsal.cast import OTHER_PROVIDER, PROVIDER
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import parameters
from chain.errors import CallReverted

LARGEST = 70
KINDS = ("check-ins", "records")

sizes = st.integers(1, LARGEST)
kept = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class Anchored:
    """A batch on a chain of its own."""

    stage: Stage
    contract: ContractAbi
    batch: Batch

    def answer(self, batch_id: bytes, paper: object, proof: object) -> bytes:
        """Return what `prove` answers on this state, without proving for good; raises `CallReverted`."""
        answer: bytes = self.stage.read(self.contract, "prove", batch_id, paper, proof)
        return answer


@cache
def stage() -> Stage:
    stage = Stage(parameters())
    stage.settle_people()
    return stage


@cache
def papers(kind: str) -> tuple[Any, ...]:
    """Return the signed papers of the largest batch."""
    day, system = Day.of(stage(), LARGEST), stage().system
    batch = (
        day.check_ins(system.checkin_domain) if kind == "check-ins" else day.records(system.records_domain)
    )
    return tuple(batch.papers)


@cache
def anchored(kind: str, size: int) -> Anchored:
    """Return the batch of the first `size` papers, anchored on a branch of its own."""
    branch = stage().branch()
    contract, function = (
        (branch.system.checkin, "checkInBatch")
        if kind == "check-ins"
        else (branch.system.records, "anchorBatch")
    )
    batch = Batch(PROVIDER.address, papers(kind)[:size])
    branch.do(PROVIDER, contract, function, *batch.arguments)
    return Anchored(branch, contract, batch)


def identifier(paper: SignedCheckIn | SignedReceipt) -> bytes:
    return paper.check_in_id if isinstance(paper, SignedCheckIn) else paper.receipt.record_id


def flip(word: bytes, bit: int) -> bytes:
    changed = int.from_bytes(word, "big") ^ 1 << bit % (8 * len(word))
    return changed.to_bytes(len(word), "big")


Changes = dict[str, Callable[[Any, int], Any]]
CHECK_IN_CHANGES: Changes = {
    "provider": lambda paper, _bit: replace(paper, code=replace(paper.code, provider=OTHER_PROVIDER.address)),
    "ticket's patient": lambda paper, bit: replace(
        paper, code=replace(paper.code, patient=flip(paper.code.patient, bit))
    ),
    "code's number": lambda paper, bit: replace(
        paper, code=replace(paper.code, code_id=flip(paper.code.code_id, bit))
    ),
    "window's start": lambda paper, bit: replace(
        paper, code=replace(paper.code, valid_from_s=paper.code.valid_from_s ^ 1 << bit % 40)
    ),
    "window's end": lambda paper, bit: replace(
        paper, code=replace(paper.code, valid_until_s=paper.code.valid_until_s ^ 1 << bit % 40)
    ),
    "patient": lambda paper, bit: replace(paper, patient=flip(paper.patient, bit)),
    "scan's time": lambda paper, bit: replace(paper, scanned_at_s=paper.scanned_at_s ^ 1 << bit % 40),
    "provider's r": lambda paper, bit: replace(
        paper, by_provider=(flip(paper.by_provider[0], bit), paper.by_provider[1])
    ),
    "provider's vs": lambda paper, bit: replace(
        paper, by_provider=(paper.by_provider[0], flip(paper.by_provider[1], bit))
    ),
    "patient's r": lambda paper, bit: replace(
        paper, by_patient=(flip(paper.by_patient[0], bit), paper.by_patient[1])
    ),
    "patient's vs": lambda paper, bit: replace(
        paper, by_patient=(paper.by_patient[0], flip(paper.by_patient[1], bit))
    ),
    "signatures exchanged": lambda paper, _bit: replace(
        paper, by_provider=paper.by_patient, by_patient=paper.by_provider
    ),
}
RECORD_CHANGES: Changes = {
    "root": lambda paper, bit: replace(
        paper, receipt=replace(paper.receipt, root=flip(paper.receipt.root, bit))
    ),
    "patient": lambda paper, bit: replace(
        paper, receipt=replace(paper.receipt, patient=flip(paper.receipt.patient, bit))
    ),
    "kind": lambda paper, bit: replace(
        paper, receipt=replace(paper.receipt, kind=paper.receipt.kind ^ 1 << bit % 16)
    ),
    "validity": lambda paper, bit: replace(
        paper, receipt=replace(paper.receipt, valid_until_s=paper.receipt.valid_until_s ^ 1 << bit % 40)
    ),
    "visit": lambda paper, bit: replace(
        paper, receipt=replace(paper.receipt, check_in_id=flip(paper.receipt.check_in_id, bit))
    ),
    "patient's r": CHECK_IN_CHANGES["patient's r"],
    "patient's vs": CHECK_IN_CHANGES["patient's vs"],
}
CHANGES = [
    *(("check-ins", name) for name in CHECK_IN_CHANGES),
    *(("records", name) for name in RECORD_CHANGES),
]


@pytest.mark.parametrize("kind", KINDS)
@kept
@given(size=sizes, data=st.data())
def test_any_leaf_of_a_batch_of_any_size_proves(kind: str, size: int, data: st.DataObject) -> None:
    batch = anchored(kind, size)
    index = data.draw(st.integers(0, size - 1), "index")
    assert batch.answer(*batch.batch.proving(index)) == identifier(batch.batch.papers[index])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 3, 64, 65, 70])
def test_every_leaf_of_a_batch_proves(kind: str, size: int) -> None:
    batch = anchored(kind, size)
    for index, paper in enumerate(batch.batch.papers):
        assert batch.answer(*batch.batch.proving(index)) == identifier(paper)


@pytest.mark.parametrize(("kind", "name"), CHANGES, ids=lambda value: value)
@settings(max_examples=12, deadline=None)
@given(size=sizes, data=st.data(), bit=st.integers(0, 255))
def test_a_changed_field_does_not_prove(
    kind: str, name: str, size: int, data: st.DataObject, bit: int
) -> None:
    batch = anchored(kind, size)
    index = data.draw(st.integers(0, size - 1), "index")
    change = (CHECK_IN_CHANGES if kind == "check-ins" else RECORD_CHANGES)[name]
    changed = change(batch.batch.papers[index], bit)
    _id, _paper, proof = batch.batch.proving(index)
    with pytest.raises(CallReverted) as refused:
        batch.answer(batch.batch.batch_id, changed.arguments, proof)
    names = f"batchId=0x{batch.batch.batch_id.hex()}, leaf=0x{changed.leaf.hex()}"
    assert str(refused.value) == f"LeafNotInBatch({names})"


@pytest.mark.parametrize("kind", KINDS)
@kept
@given(size=sizes, data=st.data(), bit=st.integers(0, 255))
@example(size=1, data=None, bit=0)
def test_a_changed_proof_does_not_prove(kind: str, size: int, data: st.DataObject | None, bit: int) -> None:
    batch = anchored(kind, size)
    index = data.draw(st.integers(0, size - 1), "index") if data else 0
    batch_id, paper, proof = batch.batch.proving(index)
    position = bit % (len(proof) + 1)
    lengthened = (*proof[:position], flip(bytes(32), bit), *proof[position:])
    wrong = [lengthened, (*proof, batch.batch.tree.root)]
    if proof:
        at = bit % len(proof)
        flipped = (*proof[:at], flip(proof[at], bit), *proof[at + 1 :])
        wrong += [flipped, proof[:-1], proof[1:]]
    for other in wrong:
        with pytest.raises(CallReverted, match=r"^LeafNotInBatch\("):
            batch.answer(batch_id, paper, other)


@pytest.mark.parametrize("kind", KINDS)
@kept
@given(sizes=st.tuples(sizes, sizes).filter(lambda pair: pair[0] != pair[1]), data=st.data())
def test_a_proof_of_one_batch_does_not_do_for_another(
    kind: str, sizes: tuple[int, int], data: st.DataObject
) -> None:
    one, other = (anchored(kind, size) for size in sizes)
    index = data.draw(st.integers(0, min(sizes) - 1), "index")
    batch_id, paper, _proof = one.batch.proving(index)
    _id, _paper, proof = other.batch.proving(index)
    with pytest.raises(CallReverted, match=r"^LeafNotInBatch\("):
        one.answer(batch_id, paper, proof)
