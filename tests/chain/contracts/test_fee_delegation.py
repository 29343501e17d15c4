"""Patients hold no native coin: a sponsor sends what they signed, and the contracts see the patient."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contract_bench import PATIENT, PROVIDER, SPONSOR, STRANGER, Bench
from signed_visit import DIRECTIONS, Visit

from chain.contracts.messages import ForwardRequest, Role


def request(bench: Bench) -> ForwardRequest:
    identity = bench.system.identity
    return bench.request(PATIENT, identity, identity.encode("register", Role.PATIENT))


def test_a_sponsored_registration_registers_the_patient(empty_bench: Bench) -> None:
    outcome = empty_bench.forward(request(empty_bench), PATIENT)
    assert outcome.status == 1
    assert [event.name for event in outcome.events] == ["Registered", "ExecutedForwardRequest"]
    identity = empty_bench.system.identity
    assert empty_bench.read(identity, "roleOf", PATIENT.address) == Role.PATIENT
    assert empty_bench.read(identity, "roleOf", SPONSOR.address) == Role.NONE
    assert empty_bench.engine.balance_wei(empty_bench.root, PATIENT.address) == 0


def test_a_request_is_sent_once(empty_bench: Bench) -> None:
    asked = request(empty_bench)
    assert empty_bench.forward(asked, PATIENT).status == 1
    assert empty_bench.forward(asked, PATIENT).error.startswith("ERC2771ForwarderInvalidSigner")


def test_a_sponsor_cannot_change_what_was_signed(empty_bench: Bench) -> None:
    signed = request(empty_bench)
    identity = empty_bench.system.identity
    changed = replace(signed, data=identity.encode("register", Role.PROVIDER))
    outcome = empty_bench.forward(changed, PATIENT, signed=signed)
    assert outcome.error.startswith("ERC2771ForwarderInvalidSigner")


def test_a_request_expires(empty_bench: Bench) -> None:
    expired = replace(request(empty_bench), deadline_s=empty_bench.time_s)
    assert empty_bench.forward(expired, PATIENT).error.startswith("ERC2771ForwarderExpiredRequest")


def test_what_reverts_inside_reverts_for_the_sponsor(bench: Bench) -> None:
    assert bench.forward(request(bench), PATIENT).error == "FailedCall()"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_sponsor_sends_a_providers_whole_visit(bench: Bench, direction: str) -> None:
    system, visit = bench.system, Visit.at(bench, direction=direction)
    calls = (
        (system.checkin, visit.check_in_data(bench)),
        (system.records, visit.anchor_data(bench)),
        (system.rewards, visit.credit_data(bench)),
    )
    for contract, data in calls:
        outcome = bench.forward(bench.request(PROVIDER, contract, data), PROVIDER)
        assert outcome.status == 1, outcome.error
    points = {who: bench.read(system.rewards, "pointsOf", 0, who.address) for who in (PROVIDER, SPONSOR)}
    assert points == {PROVIDER: 50, SPONSOR: 0}
    assert bench.read(system.records, "isValid", visit.root, PROVIDER.address, PATIENT.address)


def test_nobody_else_can_append_a_sender(empty_bench: Bench) -> None:
    """A caller that is not the forwarder gains nothing by 20 more bytes of calldata."""
    bench = empty_bench
    identity = bench.system.identity
    forged = identity.encode("register", Role.PATIENT) + PATIENT.address
    bench.send_data(STRANGER, identity, forged)
    assert bench.read(identity, "roleOf", PATIENT.address) == Role.NONE
    assert bench.read(identity, "roleOf", STRANGER.address) == Role.PATIENT
