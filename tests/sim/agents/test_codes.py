"""Both ways to check in, through a real QR image; who may scan what, and when."""

from __future__ import annotations

import pytest

from chain.contracts.messages import Code
from chain.contracts.system import System
from chain.keys import recover
from sim.agents.codes import Desk
from sim.agents.people import People, settle_people
from sim.chance import Chance
from sim.records.errors import TicketError
from sim.records.shelves import MemoryShelf
from sim.records.ticket import Ticket
from sim.records.vault import Vault

NOW_S = 1_538_352_017
SYSTEM = System(b"\x11" * 20, 1337)


@pytest.fixture
def people() -> People:
    return settle_people(Chance(1), Vault(MemoryShelf()), ["p1", "p2"], [("d1", "Clinic")])


@pytest.fixture
def desk() -> Desk:
    return Desk(SYSTEM, Chance(1).stream("codes"), rotation_s=30, ticket_validity_s=600)


def test_the_institutions_code_is_signed_by_it_and_the_scan_by_the_patient(
    desk: Desk, people: People
) -> None:
    patient, provider = people.patients["p1"], people.providers["d1"]
    signed = desk.by_institution_code(patient, provider, NOW_S)
    assert signed.code.patient == bytes(20)
    assert signed.code.valid_from_s <= NOW_S <= signed.code.valid_until_s
    shown = signed.code.digest(SYSTEM.checkin_domain)
    assert recover(shown, signed.provider_signature) == provider.account.address
    assert recover(shown, signed.patient_signature) != patient.account.address


def test_a_ticket_is_signed_by_the_patient_and_the_scan_by_the_institution(
    desk: Desk, people: People
) -> None:
    patient, provider = people.patients["p1"], people.providers["d1"]
    signed = desk.by_ticket(patient, provider, NOW_S, "v1")
    assert signed.code.patient == patient.account.address
    shown = signed.code.digest(SYSTEM.checkin_domain)
    assert recover(shown, signed.patient_signature) == patient.account.address
    assert recover(shown, signed.provider_signature) != provider.account.address


def test_the_institutions_code_rotates_and_is_the_same_for_all_within_a_turn(
    desk: Desk, people: People
) -> None:
    provider = people.providers["d1"]
    turn, left_s = desk.turn(NOW_S)
    assert desk.turn(NOW_S + left_s)[0] == turn + 1
    here = desk.by_institution_code(people.patients["p1"], provider, NOW_S)
    there = desk.by_institution_code(people.patients["p2"], provider, NOW_S + left_s - 1)
    later = desk.by_institution_code(people.patients["p1"], provider, NOW_S + left_s)
    assert here.code == there.code
    assert later.code.code_id != here.code.code_id


def test_a_code_of_another_moment_is_not_scanned(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(SYSTEM, Chance(1).stream("codes"), rotation_s=30, ticket_validity_s=600)
    stale = desk.by_institution_code(people.patients["p1"], people.providers["d1"], NOW_S).payload
    monkeypatch.setattr(Desk, "_shown", lambda *_: stale)
    with pytest.raises(TicketError, match="the code is valid from"):
        desk.by_institution_code(people.patients["p1"], people.providers["d1"], NOW_S + 60)


def test_a_code_that_somebody_else_signed_is_not_believed(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    impostor = people.patients["p2"].account.key

    def forged(_desk: Desk, code: Code, _signature: bytes) -> bytes:
        return Ticket(*code.arguments, impostor.sign(code.digest(SYSTEM.checkin_domain))).to_bytes()

    monkeypatch.setattr(Desk, "_shown", forged)
    with pytest.raises(TicketError, match="not signed by the one who shows it"):
        desk.by_institution_code(people.patients["p1"], people.providers["d1"], NOW_S)
    with pytest.raises(TicketError, match="not signed by the one who shows it"):
        desk.by_ticket(people.patients["p1"], people.providers["d1"], NOW_S, "v1")
