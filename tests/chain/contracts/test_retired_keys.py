"""What a replaced key can still do in a visit, and that nobody gains by it.

A provider's can bring to credit what it checked in and anchored while it spoke for the provider; its successor can do
the same, and the present keys are paid. A patient's can be scanned, and that is all. To ask the registry in either
place would take a visit, or a check-in, beyond its gas.
"""

from __future__ import annotations

import pytest
from rewarding import WEEK_UNITS, over, points_of, settle, staged

from chain.contracts.batches import Batch
from chain.contracts.messages import record_id
from chain.contracts.rehearsal.cast import (
    NEW_PHONE,
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    STRANGER,
    key,
)
from chain.contracts.rehearsal.day import Day
from chain.contracts.rehearsal.identity_registry import consenting
from chain.contracts.rehearsal.stage import Outcome, Stage
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit
from chain.keys import PrivateKey

NEW_KEY = key(302)
LATER_KEY = key(303)
ALONE = bytes(32)


def shown(who: PrivateKey) -> str:
    return f"0x{who.address.hex()}"


def rotate(stage: Stage, old: PrivateKey, new: PrivateKey) -> None:
    stage.do(old, stage.system.identity, "replaceKey", *consenting(stage, old.address, new))


def papers(stage: Stage, number: int, **named: object) -> Visit:
    """A visit that is not credited yet."""
    visit = Visit.at(stage, number=number, **named)  # type: ignore[arg-type]
    assert [visit.check_in(stage).status, visit.anchor(stage).status] == [1, 1]
    return visit


def paid_to(stage: Stage, *accounts: PrivateKey) -> list[int]:
    """What accounts hold once epoch 0 is paid to whoever earned in it under any of them."""
    over(stage, 0)
    settle(stage, 0, *(account.address for account in accounts))
    return [stage.balance(account.address) for account in accounts]


@pytest.mark.parametrize("sender", [PROVIDER, NEW_KEY, LATER_KEY], ids=["first", "second", "present"])
def test_who_may_bring_a_visit_of_the_first_key(sender: PrivateKey) -> None:
    """The key that checked in, or the present one; not one between them. The points are the same, and the pay."""
    stage = staged()
    visit = papers(stage, 1)
    rotate(stage, PROVIDER, NEW_KEY)
    rotate(stage, NEW_KEY, LATER_KEY)
    outcome = visit.but(sender=sender).credit(stage)
    if sender is NEW_KEY:
        assert outcome.error == f"NotTheProvider(caller={shown(NEW_KEY)}, provider={shown(PROVIDER)})"
        return
    assert outcome.status == 1, outcome.error
    assert points_of(stage, 0, PROVIDER.address) == (50, 0)
    assert points_of(stage, 0, LATER_KEY.address) == (0, 0)
    held = paid_to(stage, PATIENT, PROVIDER, NEW_KEY, LATER_KEY)
    assert held == [WEEK_UNITS * 100 // 150, 0, 0, WEEK_UNITS * 50 // 150]


def test_no_other_provider_and_no_stranger_may(stage: Stage) -> None:
    visit = papers(stage, 1)
    rotate(stage, PROVIDER, NEW_KEY)
    for sender in (OTHER_PROVIDER, STRANGER, PATIENT):
        parties = f"caller={shown(sender)}, provider={shown(PROVIDER)}"
        assert visit.but(sender=sender).credit(stage).error == f"NotTheProvider({parties})"


@pytest.mark.parametrize(("first", "second"), [(PROVIDER, NEW_KEY), (NEW_KEY, PROVIDER)])
def test_a_visit_is_credited_once_by_whichever_key(
    stage: Stage, first: PrivateKey, second: PrivateKey
) -> None:
    visit = papers(stage, 1)
    rotate(stage, PROVIDER, NEW_KEY)
    assert visit.but(sender=first).credit(stage).status == 1
    again = visit.but(sender=second).credit(stage)
    assert again.error == f"CheckInAlreadyCredited(checkInId=0x{visit.check_in_id.hex()})"


def test_the_first_key_does_not_bring_its_successors_visits(stage: Stage) -> None:
    rotate(stage, PROVIDER, NEW_KEY)
    visit = papers(stage, 1, provider=NEW_KEY)
    parties = f"caller={shown(PROVIDER)}, provider={shown(NEW_KEY)}"
    assert visit.but(sender=PROVIDER).credit(stage).error == f"NotTheProvider({parties})"
    assert visit.credit(stage).status == 1


def test_a_retired_provider_makes_no_new_papers(stage: Stage) -> None:
    """Neither a check-in nor a record, alone or in a batch: what it can bring ends with its time."""
    before = Visit.at(stage, number=1)
    assert before.check_in(stage).status == 1
    rotate(stage, PROVIDER, NEW_KEY)
    assert Visit.at(stage, number=2).check_in(stage).error.startswith("ProviderNotCertified")
    assert before.anchor(stage).error == f"IssuerNotCertified(issuer={shown(PROVIDER)})"
    root = bytes(31) + b"\x01"
    system = stage.system
    assert stage.send(PROVIDER, system.checkin, "checkInBatch", root, 1).error.startswith("ProviderNot")
    assert stage.send(PROVIDER, system.records, "anchorBatch", root, 1).error.startswith("IssuerNot")
    for sender in (PROVIDER, NEW_KEY):
        assert before.but(sender=sender).credit(stage).error.startswith("RecordUnknown")


def test_a_visit_whose_papers_are_of_two_keys_earns_nothing(stage: Stage) -> None:
    """Checked in by one key, anchored by its successor: nobody is credited, as nobody was before."""
    visit = Visit.at(stage, number=1)
    assert visit.check_in(stage).status == 1
    rotate(stage, PROVIDER, NEW_KEY)
    after = visit.but(provider=NEW_KEY, sender=NEW_KEY)
    assert after.anchor(stage).status == 1
    missing = record_id(visit.root, PROVIDER.address, PATIENT.address)
    assert after.credit(stage).error == f"RecordUnknown(recordId=0x{missing.hex()})"


def test_under_caps_a_successors_credit_counts_for_the_person() -> None:
    stage = staged(provider_cap_points=200)
    first, second = papers(stage, 1), papers(stage, 2, patient=OTHER_PATIENT)
    assert first.credit(stage).status == 1
    rotate(stage, PROVIDER, NEW_KEY)
    assert second.but(sender=NEW_KEY).credit(stage).status == 1
    assert points_of(stage, 0, OTHER_PATIENT.address) == (50, 0)
    assert points_of(stage, 0, PROVIDER.address) == (50, 0)
    assert stage.read(stage.system.rewards, "tallyOf", 0, PROVIDER.address)["issued"] == 200


def credited_day(stage: Stage, day: Day, check_ins: Batch, records: Batch, sender: PrivateKey) -> Outcome:
    batches = (check_ins.batch_id, records.batch_id)
    items = [(ALONE, *check_ins.proving(n)[1:], *records.proving(n)[1:]) for n in range(len(day.visits))]
    return stage.send(sender, stage.system.rewards, "creditBatch", *batches, items)


@pytest.mark.parametrize("sender", [PROVIDER, NEW_KEY], ids=["retired", "present"])
def test_a_day_in_batches_is_brought_by_the_same_keys(sender: PrivateKey) -> None:
    stage = staged()
    day = Day.of(stage, 2)
    check_ins, records = day.check_ins(stage.system.checkin_domain), day.records(stage.system.records_domain)
    stage.do(PROVIDER, stage.system.checkin, "checkInBatch", *check_ins.arguments)
    stage.do(PROVIDER, stage.system.records, "anchorBatch", *records.arguments)
    rotate(stage, PROVIDER, NEW_KEY)
    stranger = credited_day(stage, day, check_ins, records, OTHER_PROVIDER)
    assert stranger.error == f"NotTheProvider(caller={shown(OTHER_PROVIDER)}, provider={shown(PROVIDER)})"
    assert credited_day(stage, day, check_ins, records, sender).status == 1
    assert paid_to(stage, PROVIDER, NEW_KEY) == [0, WEEK_UNITS * 100 // 300]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_retired_patients_scan_is_noted_and_earns_nobody_anything(stage: Stage, direction: str) -> None:
    rotate(stage, PATIENT, NEW_PHONE)
    visit = Visit.at(stage, direction=direction)
    assert visit.check_in(stage).status == 1
    assert visit.anchor(stage).error == f"PatientNotActive(patient={shown(PATIENT)})"
    missing = visit.receipt().record_id
    assert visit.credit(stage).error == f"RecordUnknown(recordId=0x{missing.hex()})"
    moved = visit.but(patient=NEW_PHONE)
    assert moved.anchor(stage).status == 1
    assert moved.credit(stage).error.startswith("CheckInUnknown")
    assert points_of(stage, 0, PROVIDER.address) == points_of(stage, 0, PATIENT.address) == (0, 0)
    twin = Visit.at(stage, patient=NEW_PHONE, direction=direction, number=2)
    assert len(twin.happen(stage)) == 3


def test_a_retired_patients_day_needs_the_patient_itself() -> None:
    """Out of a batch its record is proven by the present key alone, and that key is paid."""
    stage = staged()
    day = Day.of(stage, 1)
    (visit,) = day.visits
    assert visit.patient is PATIENT
    check_ins, records = day.check_ins(stage.system.checkin_domain), day.records(stage.system.records_domain)
    rotate(stage, PATIENT, NEW_PHONE)
    stage.do(PROVIDER, stage.system.checkin, "checkInBatch", *check_ins.arguments)
    stage.do(PROVIDER, stage.system.records, "anchorBatch", *records.arguments)
    refused = f"PatientNotActive(patient={shown(PATIENT)})"
    assert credited_day(stage, day, check_ins, records, PROVIDER).error == refused
    for sender in (PATIENT, PROVIDER, STRANGER):
        assert stage.send(sender, stage.system.records, "prove", *records.proving(0)).error == refused
    stage.do(NEW_PHONE, stage.system.records, "prove", *records.proving(0))
    assert credited_day(stage, day, check_ins, records, PROVIDER).status == 1
    assert paid_to(stage, PATIENT, NEW_PHONE) == [0, WEEK_UNITS * 100 // 150]
