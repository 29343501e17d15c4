"""The check-in by QR code: shown by one side, read from the image by the other, signed by both.

In the direction "institution" the desk shows a rotating code after the consultation and the patient scans it; in the
direction "ticket" the patient shows a ticket on arrival and the desk scans it.
"""

from __future__ import annotations

from dataclasses import dataclass

from chain.block import Hash32
from chain.contracts.bindings import check_in
from chain.contracts.messages import NOBODY, Code, Scan
from chain.contracts.system import System
from chain.contracts.typed import ContractCall
from chain.eip712 import compact
from chain.keys import recover
from sim.agents.people import Patient, Provider
from sim.chance import Stream
from sim.records import qr
from sim.records.errors import TicketError
from sim.records.ticket import Ticket


@dataclass(frozen=True)
class SignedCheckIn:
    """A check-in that both sides have signed; times are Unix seconds. `payload` is what the QR code carried."""

    code: Code
    patient: bytes
    scanned_at_s: int
    provider_signature: bytes
    patient_signature: bytes
    payload: bytes

    @property
    def check_in_id(self) -> bytes:
        """The identifier of the check-in, which the receipt of the visit's record names."""
        return self.code.check_in_id(self.patient)

    def call(self, system: System) -> ContractCall[Hash32]:
        """Return the call that records the visit; it answers with the identifier of the check-in."""
        visit = check_in.Leaf(
            code=check_in.Code(*self.code.arguments),
            patient=self.patient,
            scanned_at_s=self.scanned_at_s,
            provider_signature=check_in.Signature(*compact(self.provider_signature)),
            patient_signature=check_in.Signature(*compact(self.patient_signature)),
        )
        return system.typed.checkin.check_in(visit)


class Desk:
    """Both ways to check in. `rotation_s` is how long an institution's code stays on the screen."""

    def __init__(self, system: System, code_ids: Stream, *, rotation_s: int, ticket_validity_s: int) -> None:
        self._system = system
        self._domain = system.checkin_domain
        self._code_ids = code_ids
        self._rotation_s = rotation_s
        self._ticket_validity_s = ticket_validity_s

    def turn(self, unix_s: int) -> tuple[int, int]:
        """Return the number of the code that is shown at this second, and in how many seconds the next one comes."""
        return unix_s // self._rotation_s, self._rotation_s - unix_s % self._rotation_s

    def by_institution_code(self, patient: Patient, provider: Provider, unix_s: int) -> SignedCheckIn:
        """The patient scans the code that the provider's screen shows at this second."""
        turn, _ = self.turn(unix_s)
        opened_s = turn * self._rotation_s
        code_id = self._code_ids.octets(provider.provider_id, turn, 32)
        code = Code(provider.account.address, NOBODY, code_id, opened_s, opened_s + self._rotation_s - 1)
        shown = self._shown(code, provider.account.key.sign(code.digest(self._domain)))
        read, scan = self._read(shown, patient.account.address, unix_s)
        self._require_signer(read, provider.account.address)
        signature = patient.account.key.sign(scan.digest(self._domain))
        return SignedCheckIn(_code(read), patient.account.address, unix_s, read.signature, signature, shown)

    def by_ticket(self, patient: Patient, provider: Provider, unix_s: int, visit_id: str) -> SignedCheckIn:
        """The provider's desk scans the ticket that the patient's phone shows at this second."""
        code_id = self._code_ids.octets(visit_id, 0, 32)
        until_s = unix_s + self._ticket_validity_s
        code = Code(provider.account.address, patient.account.address, code_id, unix_s, until_s)
        shown = self._shown(code, patient.account.key.sign(code.digest(self._domain)))
        read, scan = self._read(shown, provider.account.address, unix_s)
        self._require_signer(read, patient.account.address)
        signature = provider.account.key.sign(scan.digest(self._domain))
        return SignedCheckIn(_code(read), patient.account.address, unix_s, signature, read.signature, shown)

    def _shown(self, code: Code, signature: bytes) -> bytes:
        return Ticket(*code.arguments, signature).to_bytes()

    def _read(self, shown: bytes, scanner: bytes, unix_s: int) -> tuple[Ticket, Scan]:
        """Show the payload as a QR image, read it from the image alone, and prepare the scan to be signed."""
        ticket = Ticket.from_bytes(qr.scan(shown))
        if not ticket.is_valid_at(unix_s):
            raise TicketError(
                f"the code is valid from {ticket.valid_from_s} to {ticket.valid_until_s}, now {unix_s}"
            )
        return ticket, Scan(_code(ticket).struct_hash, scanner, unix_s)

    def _require_signer(self, ticket: Ticket, signer: bytes) -> None:
        if recover(_code(ticket).digest(self._domain), ticket.signature) != signer:
            raise TicketError("the code was not signed by the one who shows it")


def _code(ticket: Ticket) -> Code:
    return Code(ticket.provider, ticket.patient, ticket.code_id, ticket.valid_from_s, ticket.valid_until_s)
