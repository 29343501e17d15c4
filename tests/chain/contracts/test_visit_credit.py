"""A visit is credited once, at its provider's wish, to patient and provider, if check-in and record agree."""

from __future__ import annotations

import pytest

from chain.contracts.deployment.reward_pool import Contribution
from chain.contracts.messages import record_id
from chain.contracts.rehearsal.cast import OTHER_PATIENT, OTHER_PROVIDER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit

CREDITED = 2


def papers(stage: Stage, visit: Visit) -> Visit:
    assert visit.check_in(stage).status == 1
    assert visit.anchor(stage).status == 1
    return visit


def test_patient_and_provider_earn_their_points(stage: Stage) -> None:
    visit = papers(stage, Visit.at(stage))
    outcome = visit.credit(stage)
    common = {"epoch": 0, "sourceId": visit.check_in_id}
    assert [dict(event.arguments) for event in outcome.events] == [
        {
            **common,
            "account": PATIENT.address,
            "contribution": Contribution.VISIT_PATIENT,
            "points": 100,
        },
        {
            **common,
            "account": PROVIDER.address,
            "contribution": Contribution.VISIT_PROVIDER,
            "points": 50,
        },
    ]
    rewards = stage.system.rewards
    assert stage.read(rewards, "tallyOf", 0, PATIENT.address)["points"] == 100
    assert stage.read(rewards, "tallyOf", 0, PROVIDER.address)["points"] == 50
    assert stage.read(rewards, "tallyOf", 1, PATIENT.address)["points"] == 0
    authors, curators, *_funds = stage.read(rewards, "epochOf", 0)
    assert (authors["points"], authors["weight"], curators["points"]) == (150, 150, 0)
    assert stage.read(stage.system.checkin, "visitOf", visit.check_in_id)["status"] == CREDITED
    assert stage.read(stage.system.records, "recordOf", visit.receipt().record_id)["status"] == CREDITED


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_stranger_cannot_pair_a_check_in_with_another_visits_record(stage: Stage, direction: str) -> None:
    visits = [papers(stage, Visit.at(stage, direction=direction, number=number)) for number in (1, 2)]
    crossed = visits[0].but(root=visits[1].root, sender=STRANGER)
    parties = f"caller=0x{STRANGER.address.hex()}, provider=0x{PROVIDER.address.hex()}"
    assert crossed.credit(stage).error == f"NotTheProvider({parties})"
    assert [visit.credit(stage).status for visit in visits] == [1, 1]


def test_a_provider_cannot_pair_a_check_in_with_another_of_its_records(stage: Stage) -> None:
    visits = [papers(stage, Visit.at(stage, number=number)) for number in (1, 2)]
    crossed = visits[0].but(root=visits[1].root)
    names = f"recordId=0x{visits[1].receipt().record_id.hex()}, checkInId=0x{visits[0].check_in_id.hex()}"
    assert crossed.credit(stage).error == f"RecordOfAnotherVisit({names})"
    assert [visit.credit(stage).status for visit in visits] == [1, 1]


def test_a_visit_is_credited_once(stage: Stage) -> None:
    visit = papers(stage, Visit.at(stage))
    assert visit.credit(stage).status == 1
    assert visit.credit(stage).error == f"CheckInAlreadyCredited(checkInId=0x{visit.check_in_id.hex()})"


def test_one_record_does_not_pay_for_two_check_ins(stage: Stage) -> None:
    first = papers(stage, Visit.at(stage, number=1))
    first.credit(stage)
    second = Visit.at(stage, number=2).but(root=first.root)
    second.check_in(stage)
    assert (
        second.credit(stage).error == f"RecordAlreadyCredited(recordId=0x{first.receipt().record_id.hex()})"
    )
    assert stage.read(stage.system.checkin, "visitOf", second.check_in_id)["status"] == 1


def test_no_check_in_no_credit(stage: Stage) -> None:
    visit = Visit.at(stage)
    visit.anchor(stage)
    assert visit.credit(stage).error == f"CheckInUnknown(checkInId=0x{visit.check_in_id.hex()})"


def test_no_record_no_credit(stage: Stage) -> None:
    visit = Visit.at(stage)
    visit.check_in(stage)
    assert visit.credit(stage).error == f"RecordUnknown(recordId=0x{visit.receipt().record_id.hex()})"


def test_another_providers_record_earns_nothing(stage: Stage) -> None:
    visit = Visit.at(stage)
    visit.check_in(stage)
    Visit.at(stage, provider=OTHER_PROVIDER).anchor(stage)
    missing = record_id(visit.root, PROVIDER.address, PATIENT.address)
    assert visit.credit(stage).error == f"RecordUnknown(recordId=0x{missing.hex()})"


def test_another_patients_record_earns_nothing(stage: Stage) -> None:
    visit = Visit.at(stage)
    visit.check_in(stage)
    Visit.at(stage, patient=OTHER_PATIENT).anchor(stage)
    assert visit.credit(stage).error.startswith("RecordUnknown")


def test_a_revoked_record_earns_nothing(stage: Stage) -> None:
    visit = papers(stage, Visit.at(stage))
    stage.do(PROVIDER, stage.system.records, "revoke", visit.root, PROVIDER.address, PATIENT.address)
    assert visit.credit(stage).error.startswith("RecordRevokedAlready")
