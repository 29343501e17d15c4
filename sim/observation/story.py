"""One record's story: the first visit that went all the way, best one whose record was believed elsewhere later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.agents.epochs import ClosedEpoch
from sim.agents.presentations import Presentation
from sim.agents.submission import Submission
from sim.agents.visits import Visit
from sim.observation.acts import fee_sat
from sim.observation.figures import hexadecimal, seconds
from sim.records import qr
from sim.results.encoding import Json

Step = dict[str, Json]


def tell(
    visits: Iterable[Visit],
    presentations: Sequence[Presentation],
    epochs: Iterable[ClosedEpoch],
    provider_names: Mapping[str, str],
) -> tuple[list[Step], bytes | None]:
    """Return the steps of one record's way and the PNG of its QR code; nothing where no visit was completed."""
    complete = [visit for visit in visits if visit.outcome == "complete"]
    if not complete:
        return [], None
    believed = {shown.record_id: shown for shown in reversed(presentations) if shown.accepted}
    visit = next((visit for visit in complete if visit.record_id in believed), complete[0])
    steps = [*_visit_steps(visit), *_payment_steps(visit, epochs)]
    if visit.record_id in believed:
        shown = believed[visit.record_id]
        steps.append(_presentation_step(shown, provider_names[shown.to_provider_id]))
    assert visit.signed is not None
    return sorted(steps, key=_time_s), qr.png(qr.encode(visit.signed.payload))


def _visit_steps(visit: Visit) -> list[Step]:
    planned = visit.planned
    assert visit.check_in
    assert visit.anchor
    assert visit.credit
    assert visit.record
    assert visit.signed
    scanner = (
        "The phone reads the code on the desk"
        if visit.direction == "institution"
        else "The desk reads the ticket"
    )
    return [
        _step(
            planned.start_s,
            "The visit begins",
            f"{planned.patient_id} comes to {planned.provider_name}: {planned.type_text}.",
            encounter_class=planned.class_code,
        ),
        _step(
            visit.scanned_at_s,
            "The QR code is scanned",
            f"{scanner}; both sides sign. The code holds {len(visit.signed.payload)} bytes.",
            code_id=hexadecimal(visit.signed.code.code_id),
        ),
        _step(
            planned.end_s,
            "The record reaches the phone",
            f"{visit.resources} FHIR resources, {visit.record_bytes} bytes, become a salted Merkle tree and are "
            "encrypted to the patient's key.",
            merkle_root=hexadecimal(visit.record.root),
        ),
        _chain_step(visit.check_in, "The check-in is on chain", "The contract accepted both signatures."),
        _chain_step(
            visit.anchor,
            "The root is anchored",
            "32 bytes now prove that the phone's copy equals the hospital's original.",
            record_id=hexadecimal(visit.record_id),
        ),
        _chain_step(
            visit.credit, "Medi Points are credited", "Patient and provider earn points for the visit."
        ),
    ]


def _payment_steps(visit: Visit, epochs: Iterable[ClosedEpoch]) -> list[Step]:
    assert visit.credit
    assert visit.signed
    credited_in = int.from_bytes(visit.credit.logs[0].topics[1], "big")
    patient = visit.signed.patient.rjust(32, b"\0")
    return [
        _chain_step(settlement, f"Epoch {epoch.epoch} is paid", "The epoch's points became MED.")
        for epoch in epochs
        if epoch.epoch == credited_in
        for settlement in epoch.settlements
        if any(patient in log.topics for log in settlement.logs)
    ]


def _presentation_step(shown: Presentation, provider_name: str) -> Step:
    return _step(
        shown.presented_at_s,
        "The record is shown elsewhere",
        f"{provider_name} sees {shown.leaves} of its parts, follows the proofs to the root, asks the chain, and "
        f"believes them ({shown.proof_bytes} bytes of proof).",
    )


def _chain_step(sent: Submission, title: str, text: str, **fields: Json) -> Step:
    waited_s = (sent.included_at_s or 0.0) - sent.submitted_at_s
    return _step(
        sent.included_at_s,
        title,
        text,
        block=sent.block_number,
        waited_s=seconds(waited_s),
        gas=sent.gas_used_gas,
        fee_sat=fee_sat(sent),
        transaction=hexadecimal(sent.transaction.identity),
        **fields,
    )


def _step(time_s: float | None, title: str, text: str, **fields: Json) -> Step:
    return {"time_s": seconds(time_s), "title": title, "text": text, "fields": fields}


def _time_s(step: Step) -> float:
    time_s = step["time_s"]
    assert isinstance(time_s, int | float)
    return float(time_s)
