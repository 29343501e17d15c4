"""Patients hold no native coin: a sponsor sends what they signed, and the contracts see the patient."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chain.contracts.messages import ForwardRequest, Role
from chain.contracts.rehearsal.cast import PATIENT, PROVIDER, SPONSOR, STRANGER
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.visit import DIRECTIONS, Visit


def request(stage: Stage) -> ForwardRequest:
    identity = stage.system.identity
    return stage.request(PATIENT, identity, identity.encode("register", Role.PATIENT))


def test_a_sponsored_registration_registers_the_patient(empty_stage: Stage) -> None:
    outcome = empty_stage.forward(request(empty_stage), PATIENT)
    assert outcome.status == 1
    assert [event.name for event in outcome.events] == ["Registered", "ExecutedForwardRequest"]
    identity = empty_stage.system.identity
    assert empty_stage.read(identity, "roleOf", PATIENT.address) == Role.PATIENT
    assert empty_stage.read(identity, "roleOf", SPONSOR.address) == Role.NONE
    assert empty_stage.engine.balance_wei(empty_stage.root, PATIENT.address) == 0


def test_a_request_is_sent_once(empty_stage: Stage) -> None:
    asked = request(empty_stage)
    assert empty_stage.forward(asked, PATIENT).status == 1
    assert empty_stage.forward(asked, PATIENT).error.startswith("ERC2771ForwarderInvalidSigner")


def test_a_sponsor_cannot_change_what_was_signed(empty_stage: Stage) -> None:
    signed = request(empty_stage)
    identity = empty_stage.system.identity
    changed = replace(signed, data=identity.encode("register", Role.PROVIDER))
    outcome = empty_stage.forward(changed, PATIENT, signed=signed)
    assert outcome.error.startswith("ERC2771ForwarderInvalidSigner")


def test_a_request_expires(empty_stage: Stage) -> None:
    expired = replace(request(empty_stage), deadline_s=empty_stage.time_s)
    assert empty_stage.forward(expired, PATIENT).error.startswith("ERC2771ForwarderExpiredRequest")


def test_what_reverts_inside_reverts_for_the_sponsor(stage: Stage) -> None:
    assert stage.forward(request(stage), PATIENT).error == "FailedCall()"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_sponsor_sends_a_providers_whole_visit(stage: Stage, direction: str) -> None:
    system, visit = stage.system, Visit.at(stage, direction=direction)
    calls = (
        (system.checkin, visit.check_in_data(stage)),
        (system.records, visit.anchor_data(stage)),
        (system.rewards, visit.credit_data(stage)),
    )
    for contract, data in calls:
        outcome = stage.forward(stage.request(PROVIDER, contract, data), PROVIDER)
        assert outcome.status == 1, outcome.error
    points = {
        who: stage.read(system.rewards, "tallyOf", 0, who.address)["points"] for who in (PROVIDER, SPONSOR)
    }
    assert points == {PROVIDER: 50, SPONSOR: 0}
    assert stage.read(system.records, "isValid", visit.root, PROVIDER.address, PATIENT.address)


def test_nobody_else_can_append_a_sender(empty_stage: Stage) -> None:
    """A caller that is not the forwarder gains nothing by 20 more bytes of calldata."""
    stage = empty_stage
    identity = stage.system.identity
    forged = identity.encode("register", Role.PATIENT) + PATIENT.address
    stage.send_data(STRANGER, identity, forged)
    assert stage.read(identity, "roleOf", PATIENT.address) == Role.NONE
    assert stage.read(identity, "roleOf", STRANGER.address) == Role.PATIENT
