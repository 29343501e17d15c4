"""What a check-in QR code carries: a signed, single-use code of 150 bytes.

Layout, big-endian: magic and version 2 · direction 1 · provider 20 · patient 20 · code id 32 · valid from 5 ·
valid until 5 · signature 65. The chain is not in it: the signature is over an EIP-712 domain that names the
chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sim.records.errors import TicketError
from sim.records.frames import Frame

_MAGIC = b"M\x01"
_ADDRESS_BYTES = 20
_CODE_ID_BYTES = 32
_TIME_BYTES = 5
_SIGNATURE_BYTES = 65
TICKET_BYTES = 150
NOBODY = bytes(_ADDRESS_BYTES)


class Direction(IntEnum):
    """Who shows the code: the institution (for any patient), or one patient (for one provider's desk)."""

    INSTITUTION = 1
    TICKET = 2


@dataclass(frozen=True)
class Ticket:
    """A code and the signature of who shows it; the other side signs its scan.

    `patient` is 20 zero bytes in the institution's code. Times are Unix seconds, both inclusive.
    `signature` is 65 bytes, r ‖ s ‖ v. A `TicketError` names a field that cannot be so.
    """

    provider: bytes
    patient: bytes
    code_id: bytes
    valid_from_s: int
    valid_until_s: int
    signature: bytes

    def __post_init__(self) -> None:
        _length("provider", self.provider, _ADDRESS_BYTES)
        _length("patient", self.patient, _ADDRESS_BYTES)
        _length("code id", self.code_id, _CODE_ID_BYTES)
        _length("signature", self.signature, _SIGNATURE_BYTES)
        if self.provider == NOBODY:
            raise TicketError("the code names no provider")
        if not 0 <= self.valid_from_s <= self.valid_until_s < 256**_TIME_BYTES:
            raise TicketError(
                f"a code valid from {self.valid_from_s} s until {self.valid_until_s} s is never valid"
            )

    @property
    def direction(self) -> Direction:
        """Who shows this code."""
        return Direction.INSTITUTION if self.patient == NOBODY else Direction.TICKET

    def is_valid_at(self, unix_s: int) -> bool:
        """Return whether the code may be scanned at this Unix second."""
        return self.valid_from_s <= unix_s <= self.valid_until_s

    def to_bytes(self) -> bytes:
        """Return the payload of the QR code."""
        return b"".join(
            (
                _MAGIC,
                bytes([self.direction]),
                self.provider,
                self.patient,
                self.code_id,
                self.valid_from_s.to_bytes(_TIME_BYTES, "big"),
                self.valid_until_s.to_bytes(_TIME_BYTES, "big"),
                self.signature,
            )
        )

    @classmethod
    def from_bytes(cls, payload: bytes) -> Ticket:
        """Read the payload of a scanned QR code; raise `TicketError` naming what is wrong with it."""
        frame = Frame(payload, "the check-in code", TicketError)
        frame.expect(_MAGIC, "magic and version")
        direction = frame.integer(1, "direction")
        ticket = cls(
            provider=frame.take(_ADDRESS_BYTES, "provider"),
            patient=frame.take(_ADDRESS_BYTES, "patient"),
            code_id=frame.take(_CODE_ID_BYTES, "code id"),
            valid_from_s=frame.integer(_TIME_BYTES, "valid from"),
            valid_until_s=frame.integer(_TIME_BYTES, "valid until"),
            signature=frame.take(_SIGNATURE_BYTES, "signature"),
        )
        frame.end()
        if direction != ticket.direction:
            raise TicketError(f"direction {direction} does not fit the patient {ticket.patient.hex()}")
        return ticket


def _length(field: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise TicketError(f"{field} has {len(value)} bytes, {length} are needed")
