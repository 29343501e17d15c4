"""The payload of a check-in code: read back exactly, refused with the field named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.records.errors import TicketError
from sim.records.ticket import NOBODY, TICKET_BYTES, Direction, Ticket

ADDRESSES = st.binary(min_size=20, max_size=20)
TIMES = st.tuples(st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1)).map(sorted)
TICKETS = st.builds(
    lambda provider, patient, code_id, times, signature: Ticket(
        provider, patient, code_id, *times, signature
    ),
    ADDRESSES.filter(lambda address: address != NOBODY),
    ADDRESSES | st.just(NOBODY),
    st.binary(min_size=32, max_size=32),
    TIMES,
    st.binary(min_size=65, max_size=65),
)
SHOWN = Ticket(b"\x11" * 20, NOBODY, b"\x33" * 32, 1_538_319_600, 1_538_319_630, b"\x44" * 65)
"""What an institution shows: a code for anybody, valid for thirty seconds."""


@given(TICKETS)
def test_a_ticket_is_read_back(ticket: Ticket) -> None:
    payload = ticket.to_bytes()

    assert len(payload) == TICKET_BYTES
    assert Ticket.from_bytes(payload) == ticket


@given(TICKETS, st.integers(0, TICKET_BYTES - 1))
def test_a_cut_payload_names_the_missing_field(ticket: Ticket, length: int) -> None:
    with pytest.raises(TicketError, match=r"check-in code is cut off: .* needs"):
        Ticket.from_bytes(ticket.to_bytes()[:length])


@given(st.binary(max_size=2 * TICKET_BYTES))
def test_foreign_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(TicketError):
        Ticket.from_bytes(payload)


@given(TICKETS, st.integers(0, TICKET_BYTES - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_changes_the_ticket(ticket: Ticket, position: int, change: int) -> None:
    payload = bytearray(ticket.to_bytes())
    payload[position] ^= change

    try:
        changed = Ticket.from_bytes(bytes(payload))
    except TicketError:
        return
    assert changed != ticket
    assert changed.to_bytes() == payload


def test_the_patient_decides_the_direction() -> None:
    assert SHOWN.direction is Direction.INSTITUTION
    assert replace(SHOWN, patient=b"\x22" * 20).direction is Direction.TICKET


def test_both_ends_of_the_period_are_valid() -> None:
    instants = (1_538_319_599, 1_538_319_600, 1_538_319_630, 1_538_319_631)

    assert [SHOWN.is_valid_at(instant) for instant in instants] == [False, True, True, False]


def test_bytes_too_many_are_refused() -> None:
    with pytest.raises(TicketError, match="1 bytes too many"):
        Ticket.from_bytes(SHOWN.to_bytes() + b"\0")


@pytest.mark.parametrize("magic", [b"M\x02", b"N\x01"])
def test_another_version_or_app_is_refused(magic: bytes) -> None:
    with pytest.raises(TicketError, match=f"has magic and version {magic.hex()}, but 4d01 is needed"):
        Ticket.from_bytes(magic + SHOWN.to_bytes()[2:])


@pytest.mark.parametrize("direction", [0, 2, 3, 255])
def test_a_direction_that_does_not_fit_is_refused(direction: int) -> None:
    payload = SHOWN.to_bytes()

    with pytest.raises(TicketError, match=f"direction {direction} does not fit"):
        Ticket.from_bytes(payload[:2] + bytes([direction]) + payload[3:])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("provider", b"\x11" * 19, "provider has 19 bytes, 20 are needed"),
        ("provider", NOBODY, "names no provider"),
        ("patient", b"", "patient has 0 bytes"),
        ("code_id", b"\0" * 33, "code id has 33 bytes, 32 are needed"),
        ("signature", b"\0" * 64, "signature has 64 bytes, 65 are needed"),
        ("valid_from_s", -1, "never valid"),
        ("valid_from_s", 1_538_319_631, "never valid"),
        ("valid_until_s", 2**40, "never valid"),
    ],
)
def test_an_impossible_field_is_named(field: str, value: object, message: str) -> None:
    with pytest.raises(TicketError, match=message):
        replace(SHOWN, **{field: value})


def test_a_reversed_period_is_refused_on_reading() -> None:
    payload = SHOWN.to_bytes()
    start = 2 + 1 + 20 + 20 + 32
    reversed_period = payload[start + 5 : start + 10] + payload[start : start + 5]

    with pytest.raises(TicketError, match="never valid"):
        Ticket.from_bytes(payload[:start] + reversed_period + payload[start + 10 :])
