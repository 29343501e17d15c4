"""A check-in carries both signatures over a single-use code, in either direction, and its provider sends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.rehearsal.cast import CERTIFIER, OTHER_PATIENT, OTHER_PROVIDER, PATIENT, PROVIDER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import CODE_LIFE_S, DIRECTIONS, SHOWN_BEFORE_S, Visit

GRACE_S = 7_200
RECORDED = 1


@pytest.fixture(params=DIRECTIONS)
def visit(request: pytest.FixtureRequest, stage: Stage) -> Visit:
    return Visit.at(stage, direction=request.param)


def test_a_visit_is_recorded_with_its_parties_and_time(stage: Stage, visit: Visit) -> None:
    outcome = visit.check_in(stage)
    assert outcome.status == 1
    assert [event.name for event in outcome.events] == ["CheckedIn"]
    assert outcome.events[0].arguments == {
        "checkInId": visit.check_in_id,
        "provider": PROVIDER.address,
        "patient": PATIENT.address,
        "scannedAt": visit.scanned_at_s,
    }
    assert stage.read(stage.system.checkin, "visitOf", visit.check_in_id) == {
        "provider": PROVIDER.address,
        "scannedAt": visit.scanned_at_s,
        "status": RECORDED,
    }


def test_who_only_saw_a_code_cannot_claim_to_have_scanned_it(stage: Stage) -> None:
    """The code and its signature are public in the calldata of whoever scanned it at the desk."""
    seen = Visit.at(stage)
    assert seen.check_in(stage).status == 1
    stage.pass_time(3_600)
    backdated = seen.but(patient=OTHER_PATIENT, scan_signer=OTHER_PATIENT, sender=OTHER_PATIENT)
    assert backdated.check_in(stage).error.startswith("NotTheProvider")


def test_a_colleague_cannot_check_in_for_the_provider(stage: Stage, visit: Visit) -> None:
    parties = f"caller=0x{OTHER_PROVIDER.address.hex()}, provider=0x{PROVIDER.address.hex()}"
    assert visit.but(sender=OTHER_PROVIDER).check_in(stage).error == f"NotTheProvider({parties})"


def test_a_code_is_used_once_by_a_patient(stage: Stage, visit: Visit) -> None:
    assert visit.check_in(stage).status == 1
    again = visit.check_in(stage)
    assert again.error == f"AlreadyCheckedIn(checkInId=0x{visit.check_in_id.hex()})"
    later = visit.but(scanned_at_s=visit.scanned_at_s + 1)
    assert later.check_in(stage).error.startswith("AlreadyCheckedIn")


def test_two_patients_may_scan_one_rotating_code(stage: Stage) -> None:
    first = Visit.at(stage, patient=PATIENT)
    second = first.but(patient=OTHER_PATIENT, scan_signer=OTHER_PATIENT)
    assert first.check_in(stage).status == 1
    assert second.check_in(stage).status == 1


@pytest.mark.parametrize("beyond_s", [-SHOWN_BEFORE_S - 1, CODE_LIFE_S - SHOWN_BEFORE_S + 1])
def test_a_scan_outside_the_codes_window_is_refused(stage: Stage, visit: Visit, beyond_s: int) -> None:
    stage.pass_time(100)
    scanned = visit.but(scanned_at_s=visit.scanned_at_s + beyond_s)
    assert scanned.check_in(stage).error.startswith("ScanOutsideWindow")


@pytest.mark.parametrize("within_s", [-SHOWN_BEFORE_S, CODE_LIFE_S - SHOWN_BEFORE_S])
def test_both_ends_of_the_window_count(stage: Stage, visit: Visit, within_s: int) -> None:
    stage.pass_time(100)
    assert visit.but(scanned_at_s=visit.scanned_at_s + within_s).check_in(stage).status == 1


def test_a_scan_of_the_future_is_refused(stage: Stage, visit: Visit) -> None:
    scanned = visit.but(scanned_at_s=visit.scanned_at_s + 20)
    assert scanned.check_in(stage).error.startswith("ScanInFuture")


def test_the_grace_period_ends_on_the_second(stage: Stage, visit: Visit) -> None:
    late = stage.branch()
    stage.time_s = visit.scanned_at_s + GRACE_S - 16
    assert visit.check_in(stage).status == 1
    late.time_s = visit.scanned_at_s + GRACE_S - 15
    assert visit.check_in(late).error.startswith("GracePassed")


def test_a_provider_must_be_certified_now(stage: Stage, visit: Visit) -> None:
    stage.do(CERTIFIER, stage.system.identity, "revokeCertification", PROVIDER.address)
    assert visit.check_in(stage).error == f"ProviderNotCertified(provider=0x{PROVIDER.address.hex()})"


def test_another_providers_hand_does_not_do(stage: Stage, visit: Visit) -> None:
    signer = "scan_signer" if visit.is_ticket else "code_signer"
    outcome = visit.but(**{signer: OTHER_PROVIDER}).check_in(stage)
    assert outcome.error == f"InvalidProviderSignature(provider=0x{PROVIDER.address.hex()})"


def test_another_patients_hand_does_not_do(stage: Stage, visit: Visit) -> None:
    signer = "code_signer" if visit.is_ticket else "scan_signer"
    outcome = visit.but(**{signer: OTHER_PATIENT}).check_in(stage)
    assert outcome.error == f"InvalidPatientSignature(patient=0x{PATIENT.address.hex()})"


def test_a_ticket_for_one_provider_is_of_no_use_to_another(stage: Stage) -> None:
    ticket = Visit.at(stage, direction="ticket")
    taken = ticket.but(provider=OTHER_PROVIDER, scan_signer=OTHER_PROVIDER, sender=OTHER_PROVIDER)
    assert taken.check_in(stage).error.startswith("NotTheProvider")
    renamed = taken.but(code=replace(ticket.code, provider=OTHER_PROVIDER.address))
    domain = stage.system.checkin_domain
    by_patient = ticket.signed_check_in(domain).by_patient
    forged = replace(renamed.signed_check_in(domain), by_patient=by_patient)
    outcome = stage.send(OTHER_PROVIDER, stage.system.checkin, "checkIn", forged.arguments)
    assert outcome.error.startswith("InvalidPatientSignature")


def test_a_ticket_is_of_no_use_to_another_patient(stage: Stage) -> None:
    stolen = Visit.at(stage, direction="ticket").but(patient=OTHER_PATIENT)
    assert stolen.check_in(stage).error.startswith("TicketOfAnotherPatient")


def test_a_signature_for_one_chain_or_contract_counts_nowhere_else(stage: Stage, visit: Visit) -> None:
    system = stage.system
    for domain in (system.records_domain, type(system)(system.deployer, 1338).checkin_domain):
        arguments = visit.signed_check_in(domain).arguments
        assert stage.send(PROVIDER, system.checkin, "checkIn", arguments).error.startswith("Invalid")


def test_only_the_reward_pool_marks_a_credit(stage: Stage, visit: Visit) -> None:
    visit.check_in(stage)
    outcome = stage.send(PROVIDER, stage.system.checkin, "markCredited", visit.check_in_id)
    assert outcome.error == f"NotRewardPool(caller=0x{PROVIDER.address.hex()})"
