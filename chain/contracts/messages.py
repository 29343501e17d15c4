"""What people sign: codes and scans of a check-in, receipts of records, requests for a sponsor to send.

Each message knows its EIP-712 struct hash and how it goes into a call. Times are Unix seconds, addresses 20
bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

from chain.block import Address, Hash32
from chain.eip712 import Domain, StructType
from chain.hashing import keccak

NOBODY: Final[Address] = bytes(20)
"""The patient of an institution's rotating code, which any patient may scan."""

_CODE: Final = StructType(
    "Code",
    (
        ("address", "provider"),
        ("address", "patient"),
        ("bytes32", "codeId"),
        ("uint40", "validFrom"),
        ("uint40", "validUntil"),
    ),
)
_SCAN: Final = StructType("Scan", (("bytes32", "codeHash"), ("address", "scanner"), ("uint40", "scannedAt")))
_RECEIPT: Final = StructType(
    "Receipt",
    (
        ("bytes32", "root"),
        ("address", "issuer"),
        ("address", "patient"),
        ("uint16", "kind"),
        ("uint40", "validUntil"),
    ),
)
_FORWARD_REQUEST: Final = StructType(
    "ForwardRequest",
    (
        ("address", "from"),
        ("address", "to"),
        ("uint256", "value"),
        ("uint256", "gas"),
        ("uint256", "nonce"),
        ("uint48", "deadline"),
        ("bytes", "data"),
    ),
)


class Role(IntEnum):
    """Roles of `IdentityRegistry`, numbered as there."""

    NONE = 0
    PATIENT = 1
    PROVIDER = 2
    INSURER = 3
    RESEARCHER = 4
    DEVICE = 5
    CERTIFIER = 6


@dataclass(frozen=True)
class Code:
    """What is shown as a QR code: an institution's code (`patient` is `NOBODY`) or a patient's ticket."""

    provider: Address
    patient: Address
    code_id: bytes
    valid_from_s: int
    valid_until_s: int

    @property
    def arguments(self) -> tuple[Address, Address, bytes, int, int]:
        """The struct as `CheckIn.checkIn` takes it."""
        return self.provider, self.patient, self.code_id, self.valid_from_s, self.valid_until_s

    @cached_property
    def struct_hash(self) -> Hash32:
        """The EIP-712 struct hash, which the contracts call `codeHash`."""
        return _CODE.hash(*self.arguments)

    def check_in_id(self, patient: Address) -> Hash32:
        """Return the identifier of this patient's check-in with this code."""
        return keccak(self.struct_hash + patient.rjust(32, b"\0"))

    def digest(self, domain: Domain) -> Hash32:
        """Return what whoever shows the code signs, in the domain of `CheckIn`."""
        return domain.digest(self.struct_hash)


@dataclass(frozen=True)
class Scan:
    """What whoever scans a code signs: the patient for an institution's code, the provider for a ticket."""

    code_hash: Hash32
    scanner: Address
    scanned_at_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the scanner signs, in the domain of `CheckIn`."""
        return domain.digest(_SCAN.hash(self.code_hash, self.scanner, self.scanned_at_s))


@dataclass(frozen=True)
class Receipt:
    """What a patient signs for a record: its root, issuer, kind and the last second of its validity."""

    root: Hash32
    issuer: Address
    patient: Address
    kind: int
    valid_until_s: int

    @property
    def record_id(self) -> Hash32:
        """The identifier of the record in `RecordRegistry`."""
        return record_id(self.root, self.issuer, self.patient)

    def digest(self, domain: Domain) -> Hash32:
        """Return what the patient signs, in the domain of `RecordRegistry`."""
        return domain.digest(
            _RECEIPT.hash(self.root, self.issuer, self.patient, self.kind, self.valid_until_s)
        )


@dataclass(frozen=True)
class ForwardRequest:
    """A call that `sender` signs and somebody else sends and pays for, good until `deadline_s`."""

    sender: Address
    to: Address
    gas_gas: int
    nonce: int
    deadline_s: int
    data: bytes
    value_wei: int = 0

    def digest(self, domain: Domain) -> Hash32:
        """Return what the sender signs, in the domain of `Forwarder`."""
        return domain.digest(
            _FORWARD_REQUEST.hash(
                self.sender, self.to, self.value_wei, self.gas_gas, self.nonce, self.deadline_s, self.data
            )
        )

    def arguments(self, signature: bytes) -> tuple[Address, Address, int, int, int, bytes, bytes]:
        """Return the struct as `Forwarder.execute` takes it; `signature` is r ‖ s ‖ recovery bit, 65
        bytes."""
        recovery = bytes([signature[64] + 27])
        return (
            self.sender,
            self.to,
            self.value_wei,
            self.gas_gas,
            self.deadline_s,
            self.data,
            signature[:64] + recovery,
        )


def record_id(root: Hash32, issuer: Address, patient: Address) -> Hash32:
    """Return a record's identifier: bound to issuer and patient, so that a seen root cannot be claimed."""
    return keccak(root + issuer.rjust(32, b"\0") + patient.rjust(32, b"\0"))
