"""A visit is credited once, at its provider's wish, to patient and provider, if check-in and record agree."""

from __future__ import annotations

import pytest
from contract_bench import (
    OTHER_PATIENT,
    OTHER_PROVIDER,
    PATIENT,
    PROVIDER,
    START_S,
    STRANGER,
    Bench,
    parameters,
)
from signed_visit import DIRECTIONS, Visit

from chain.contracts.messages import Role, record_id

CREDITED = 2


def papers(bench: Bench, visit: Visit) -> Visit:
    assert visit.check_in(bench).status == 1
    assert visit.anchor(bench).status == 1
    return visit


def test_patient_and_provider_earn_their_points(bench: Bench) -> None:
    visit = papers(bench, Visit.at(bench))
    outcome = visit.credit(bench)
    roles = {"epoch": 0, "checkInId": visit.check_in_id}
    assert [dict(event.arguments) for event in outcome.events] == [
        {**roles, "account": PATIENT.address, "role": Role.PATIENT, "points": 100},
        {**roles, "account": PROVIDER.address, "role": Role.PROVIDER, "points": 50},
    ]
    rewards = bench.system.rewards
    assert bench.read(rewards, "pointsOf", 0, PATIENT.address) == 100
    assert bench.read(rewards, "pointsOf", 0, PROVIDER.address) == 50
    assert bench.read(rewards, "pointsOf", 1, PATIENT.address) == 0
    assert bench.read(rewards, "epochOf", 0)["points"] == 150
    assert bench.read(bench.system.checkin, "visitOf", visit.check_in_id)["status"] == CREDITED
    assert bench.read(bench.system.records, "recordOf", visit.receipt().record_id)["status"] == CREDITED


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_stranger_cannot_pair_a_check_in_with_another_visits_record(bench: Bench, direction: str) -> None:
    visits = [papers(bench, Visit.at(bench, direction=direction, number=number)) for number in (1, 2)]
    crossed = visits[0].but(root=visits[1].root, sender=STRANGER)
    parties = f"caller=0x{STRANGER.address.hex()}, provider=0x{PROVIDER.address.hex()}"
    assert crossed.credit(bench).error == f"NotTheProvider({parties})"
    assert [visit.credit(bench).status for visit in visits] == [1, 1]


def test_a_visit_is_credited_once(bench: Bench) -> None:
    visit = papers(bench, Visit.at(bench))
    assert visit.credit(bench).status == 1
    assert visit.credit(bench).error == f"CheckInAlreadyCredited(checkInId=0x{visit.check_in_id.hex()})"


def test_one_record_does_not_pay_for_two_check_ins(bench: Bench) -> None:
    first = papers(bench, Visit.at(bench, number=1))
    first.credit(bench)
    second = Visit.at(bench, number=2).but(root=first.root)
    second.check_in(bench)
    assert second.credit(bench).error.startswith("RecordAlreadyCredited")
    assert bench.read(bench.system.checkin, "visitOf", second.check_in_id)["status"] == 1


def test_no_check_in_no_credit(bench: Bench) -> None:
    visit = Visit.at(bench)
    visit.anchor(bench)
    assert visit.credit(bench).error == f"CheckInUnknown(checkInId=0x{visit.check_in_id.hex()})"


def test_no_record_no_credit(bench: Bench) -> None:
    visit = Visit.at(bench)
    visit.check_in(bench)
    assert visit.credit(bench).error == f"RecordUnknown(recordId=0x{visit.receipt().record_id.hex()})"


def test_another_providers_record_earns_nothing(bench: Bench) -> None:
    visit = Visit.at(bench)
    visit.check_in(bench)
    Visit.at(bench, provider=OTHER_PROVIDER).anchor(bench)
    missing = record_id(visit.root, PROVIDER.address, PATIENT.address)
    assert visit.credit(bench).error == f"RecordUnknown(recordId=0x{missing.hex()})"


def test_another_patients_record_earns_nothing(bench: Bench) -> None:
    visit = Visit.at(bench)
    visit.check_in(bench)
    Visit.at(bench, patient=OTHER_PATIENT).anchor(bench)
    assert visit.credit(bench).error.startswith("RecordUnknown")


def test_a_revoked_record_earns_nothing(bench: Bench) -> None:
    visit = papers(bench, Visit.at(bench))
    bench.do(PROVIDER, bench.system.records, "revoke", visit.root, PATIENT.address)
    assert visit.credit(bench).error.startswith("RecordRevokedAlready")


def test_points_earned_before_the_first_epoch_do_not_exist() -> None:
    bench = Bench(parameters(first_epoch_start_s=START_S + 1_000_000))
    bench.settle_people()
    assert papers(bench, Visit.at(bench)).credit(bench).error.startswith("EpochsNotStarted")
