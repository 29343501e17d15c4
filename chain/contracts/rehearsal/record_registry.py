"""A provider anchors records alone and by the day, corrects one, takes one back; a pool credits others."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chain.abi import ContractAbi
from chain.contracts.messages import Correction
from chain.contracts.rehearsal.cast import PATIENT, PROVIDER, TREASURY
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S
from chain.contracts.rehearsal.visit import Visit
from chain.eip712 import Domain, compact
from chain.hashing import keccak

DAYS_VISITS: Final = 64
POOL: Final = TREASURY
"""Credits on a registry of its own: in the system the reward pool does, within its own calls."""


def rehearse(stage: Stage) -> None:
    """Play the story from the opening on."""
    records, domain = stage.system.records, stage.system.records_domain
    visits = [Visit.at(stage, number=number) for number in (1, 2)]
    for visit in visits:
        stage.do(PROVIDER, records, "anchor", visit.signed_receipt(stage).arguments)
    for day in range(2):
        batch = Day.of(stage, DAYS_VISITS, first=100 * (day + 1)).records(domain)
        stage.do(PROVIDER, records, "anchorBatch", *batch.arguments)
        stage.do(PATIENT, records, "prove", *batch.proving(day))
        stage.pass_time(DAY_S)
    corrected, revoked = visits
    correction = correction_of(corrected)
    signature = compact(PATIENT.sign(correction.digest(domain)))
    stage.do(PROVIDER, records, "supersede", *names_of(corrected), *correction.arguments, signature)
    stage.do(PROVIDER, records, "revoke", *names_of(revoked))
    _credit(stage)


def names_of(visit: Visit) -> tuple[bytes, bytes, bytes]:
    """Return what names a visit's record: root, issuer, patient."""
    return visit.root, visit.provider.address, visit.patient.address


def correction_of(visit: Visit, *, kind: int = 2) -> Correction:
    """Return the correction of a visit's record by another root and kind, valid for as long."""
    return Correction(
        record_id=visit.receipt().record_id,
        root=keccak(b"corrected" + visit.root),
        issuer=visit.provider.address,
        patient=visit.patient.address,
        kind=kind,
        valid_until_s=visit.valid_until_s,
    )


def registry_with_pool(stage: Stage) -> tuple[ContractAbi, Domain]:
    """Deploy a registry on which `POOL` credits; return it with the domain in which receipts for it are signed."""
    forwarder, identity = map(stage.system.address_of, ("Forwarder", "IdentityRegistry"))
    records = deploy(stage, "RecordRegistry", forwarder, identity, POOL.address)
    return records, replace(stage.system.records_domain, verifying_contract=records.address or bytes(20))


def _credit(stage: Stage) -> None:
    records, domain = registry_with_pool(stage)
    day = Day.of(stage, DAYS_VISITS)
    batch = day.records(domain)
    stage.do(PROVIDER, records, "anchorBatch", *batch.arguments)
    for index, visit in enumerate(day.visits[:2]):
        stage.do(POOL, records, "proveCredited", *batch.proving(index), visit.check_in_id)
    for paper, visit in zip(batch.papers[2:4], day.visits[2:4], strict=True):
        stage.do(PROVIDER, records, "anchor", paper.arguments)
        stage.do(POOL, records, "markCredited", *names_of(visit), visit.check_in_id)
