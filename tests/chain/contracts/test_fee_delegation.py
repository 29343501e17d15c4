"""Patients hold no native coin: a sponsor sends what they signed, and the contracts see the patient."""

from __future__ import annotations

from dataclasses import replace

from contract_bench import PATIENT, STRANGER, Bench, Outcome

from chain.contracts.messages import ForwardRequest, Role

SPONSOR = STRANGER


def request(bench: Bench, **changes: object) -> ForwardRequest:
    identity = bench.system.identity
    assert identity.address
    plain = ForwardRequest(
        sender=PATIENT.address,
        to=identity.address,
        gas_gas=200_000,
        nonce=bench.read(bench.system.forwarder, "nonces", PATIENT.address),
        deadline_s=bench.time_s + 3_600,
        data=identity.encode("register", Role.PATIENT),
    )
    return replace(plain, **changes)


def sponsor(bench: Bench, asked: ForwardRequest, signed: ForwardRequest | None = None) -> Outcome:
    signature = PATIENT.sign((signed or asked).digest(bench.system.forwarder_domain))
    return bench.send(SPONSOR, bench.system.forwarder, "execute", asked.arguments(signature))


def test_a_sponsored_registration_registers_the_patient(empty_bench: Bench) -> None:
    outcome = sponsor(empty_bench, request(empty_bench))
    assert outcome.status == 1
    assert [event.name for event in outcome.events] == ["Registered", "ExecutedForwardRequest"]
    identity = empty_bench.system.identity
    assert empty_bench.read(identity, "roleOf", PATIENT.address) == Role.PATIENT
    assert empty_bench.read(identity, "roleOf", SPONSOR.address) == Role.NONE
    assert empty_bench.engine.balance_wei(empty_bench.root, PATIENT.address) == 0


def test_a_request_is_sent_once(empty_bench: Bench) -> None:
    asked = request(empty_bench)
    sponsor(empty_bench, asked)
    assert sponsor(empty_bench, asked).error.startswith("ERC2771ForwarderInvalidSigner")


def test_a_sponsor_cannot_change_what_was_signed(empty_bench: Bench) -> None:
    signed = request(empty_bench)
    identity = empty_bench.system.identity
    changed = replace(signed, data=identity.encode("register", Role.PROVIDER))
    assert sponsor(empty_bench, changed, signed).error.startswith("ERC2771ForwarderInvalidSigner")


def test_a_request_expires(empty_bench: Bench) -> None:
    outcome = sponsor(empty_bench, request(empty_bench, deadline_s=empty_bench.time_s))
    assert outcome.error.startswith("ERC2771ForwarderExpiredRequest")


def test_what_reverts_inside_reverts_for_the_sponsor(bench: Bench) -> None:
    assert sponsor(bench, request(bench)).error == "FailedCall()"


def test_nobody_else_can_append_a_sender(empty_bench: Bench) -> None:
    """A caller that is not the forwarder gains nothing by 20 more bytes of calldata."""
    bench = empty_bench
    identity = bench.system.identity
    forged = identity.encode("register", Role.PATIENT) + PATIENT.address
    bench.send_data(STRANGER, identity, forged)
    assert bench.read(identity, "roleOf", PATIENT.address) == Role.NONE
    assert bench.read(identity, "roleOf", STRANGER.address) == Role.PATIENT
