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

Compact = tuple[bytes, bytes]
"""A signature as the contracts take it (`chain.eip712.compact`): r and vs, 32 bytes each."""

NOBODY: Final[Address] = bytes(20)
"""The patient of an institution's rotating code, which any patient may scan."""

NO_VISIT: Final[Hash32] = bytes(32)
"""The check-in of a record that belongs to no visit."""

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
        ("bytes32", "checkInId"),
    ),
)
_CORRECTION: Final = StructType(
    "Correction",
    (
        ("bytes32", "recordId"),
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
class SignedCheckIn:
    """A check-in that both sides have signed, as the provider sends it alone or as a leaf of a batch.

    `by_provider` is over the code if it is the institution's, over the scan if it is a ticket; `by_patient`
    is over the other of the two.
    """

    code: Code
    patient: Address
    scanned_at_s: int
    by_provider: Compact
    by_patient: Compact

    @property
    def check_in_id(self) -> Hash32:
        """The identifier of the check-in."""
        return self.code.check_in_id(self.patient)

    @property
    def arguments(self) -> tuple[object, ...]:
        """The struct as `CheckIn` takes it."""
        return self.code.arguments, self.patient, self.scanned_at_s, self.by_provider, self.by_patient

    @property
    def leaf(self) -> Hash32:
        """The leaf's hash in a batch of check-ins, as `CheckIn.leafOf` gives it."""
        signatures = keccak(b"".join((*self.by_provider, *self.by_patient)))
        return _leaf(self.code.struct_hash, self.patient, self.scanned_at_s, signatures)


@dataclass(frozen=True)
class Receipt:
    """What a patient signs for a record: its root, issuer, kind, the last second of its validity, its visit.

    `check_in_id` is the visit's check-in, `NO_VISIT` where the record belongs to none.
    """

    root: Hash32
    issuer: Address
    patient: Address
    kind: int
    valid_until_s: int
    check_in_id: Hash32 = NO_VISIT

    @property
    def record_id(self) -> Hash32:
        """The identifier of the record in `RecordRegistry`."""
        return record_id(self.root, self.issuer, self.patient)

    def digest(self, domain: Domain) -> Hash32:
        """Return what the patient signs, in the domain of `RecordRegistry`."""
        return domain.digest(
            _RECEIPT.hash(
                self.root, self.issuer, self.patient, self.kind, self.valid_until_s, self.check_in_id
            )
        )


@dataclass(frozen=True)
class SignedReceipt:
    """A record with the patient's signature over its receipt, as the issuer anchors it alone or as a leaf of
    a batch."""

    receipt: Receipt
    by_patient: Compact

    @property
    def arguments(self) -> tuple[object, ...]:
        """The struct as `RecordRegistry` takes it."""
        return *self._contents, self.by_patient

    @property
    def leaf(self) -> Hash32:
        """The leaf's hash in a batch of records, as `RecordRegistry.leafOf` gives it."""
        return _leaf(*self._contents, keccak(b"".join(self.by_patient)))

    @property
    def _contents(self) -> tuple[Hash32, Address, int, int, Hash32]:
        said = self.receipt
        return said.root, said.patient, said.kind, said.valid_until_s, said.check_in_id


@dataclass(frozen=True)
class Correction:
    """What a patient signs for the correction of a record: the record's id, and what shall stand in its
    place."""

    record_id: Hash32
    root: Hash32
    issuer: Address
    patient: Address
    kind: int
    valid_until_s: int

    @property
    def successor_id(self) -> Hash32:
        """The identifier of the new record in `RecordRegistry`."""
        return record_id(self.root, self.issuer, self.patient)

    @property
    def arguments(self) -> tuple[Hash32, int, int]:
        """What `RecordRegistry.supersede` takes between the names of the old record and the signature."""
        return self.root, self.kind, self.valid_until_s

    def digest(self, domain: Domain) -> Hash32:
        """Return what the patient signs, in the domain of `RecordRegistry`."""
        return domain.digest(
            _CORRECTION.hash(
                self.record_id, self.root, self.issuer, self.patient, self.kind, self.valid_until_s
            )
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


def batch_id(root: Hash32, author: Address) -> Hash32:
    """Return the identifier of a batch of records or check-ins: bound to the provider that anchors it."""
    return keccak(root + author.rjust(32, b"\0"))


def record_id(root: Hash32, issuer: Address, patient: Address) -> Hash32:
    """Return a record's identifier: bound to issuer and patient, so that a seen root cannot be claimed."""
    return keccak(root + issuer.rjust(32, b"\0") + patient.rjust(32, b"\0"))


def _leaf(*words: bytes | int) -> Hash32:
    """Hash a leaf twice, so that no inner node of a tree can pass for one."""
    padded = [word.to_bytes(32, "big") if isinstance(word, int) else word.rjust(32, b"\0") for word in words]
    return keccak(keccak(b"".join(padded)))
