"""CheckIn: Check-in by QR code.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Status(IntEnum):
    """`Status` of the contracts, numbered as there."""

    NONE = 0
    RECORDED = 1
    CREDITED = 2


class Code(Struct):
    """`Code` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"), ("patient", "patient"), ("codeId", "code_id"), ("validFrom", "valid_from_s"), ("validUntil", "valid_until_s"))

    provider: Address
    patient: Address
    code_id: Hash32
    valid_from_s: int
    valid_until_s: int


class Signature(Struct):
    """`Signature` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("r", "r"), ("vs", "vs"))

    r: Hash32
    vs: Hash32


class Leaf(Struct):
    """`Leaf` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("code", "code"), ("patient", "patient"), ("scannedAt", "scanned_at_s"), ("providerSignature", "provider_signature"), ("patientSignature", "patient_signature"))
    READERS: ClassVar[Mapping[str, Any]] = {"code": Code.from_abi, "provider_signature": Signature.from_abi, "patient_signature": Signature.from_abi}

    code: Code
    patient: Address
    scanned_at_s: int
    provider_signature: Signature
    patient_signature: Signature


class Visit(Struct):
    """`Visit` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"), ("scannedAt", "scanned_at_s"), ("status", "status"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": Status}

    provider: Address
    scanned_at_s: int
    status: Status


class BatchOfAnswer(Row):
    """What `batch_of` answers.

    provider: the provider, zero where there is no such batch
    anchored_at_s: when it was anchored, Unix seconds
    count: the number of leaves
    """

    provider: Address
    anchored_at_s: int
    count: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class MarkCreditedAnswer(Row):
    """What `mark_credited` answers.

    provider: the provider of the visit
    scanned_at_s: when the code was scanned, Unix seconds
    """

    provider: Address
    scanned_at_s: int


class ProveCreditedAnswer(Row):
    """What `prove_credited` answers.

    provider: the provider of the visit
    patient: the patient of the visit
    check_in_id: the identifier of the check-in
    scanned_at_s: when the code was scanned, Unix seconds
    """

    provider: Address
    patient: Address
    check_in_id: Hash32
    scanned_at_s: int


class BatchCheckedIn(ContractEvent):
    """A provider anchored a batch of check-ins.

    batch_id: the identifier of the batch
    provider: the provider
    batch_root: the Merkle root over the batch's leaves
    count: how many leaves the provider says it has
    """

    CONTRACT: ClassVar = "CheckIn"
    EVENT: ClassVar = "BatchCheckedIn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"), ("provider", "provider"), ("batchRoot", "batch_root"), ("count", "count"))

    batch_id: Hash32
    provider: Address
    batch_root: Hash32
    count: int


class CheckedIn(ContractEvent):
    """A patient checked in at a provider, alone or as proven from a batch.

    check_in_id: the identifier of the check-in
    provider: the provider
    patient: the patient
    scanned_at_s: when the code was scanned, Unix seconds
    """

    CONTRACT: ClassVar = "CheckIn"
    EVENT: ClassVar = "CheckedIn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"), ("provider", "provider"), ("patient", "patient"), ("scannedAt", "scanned_at_s"))

    check_in_id: Hash32
    provider: Address
    patient: Address
    scanned_at_s: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "CheckIn"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AlreadyCheckedIn(ContractError):
    """This patient has used this code already.

    check_in_id: the identifier of the check-in
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "AlreadyCheckedIn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"),)

    check_in_id: Hash32


class BatchAlreadyAnchored(ContractError):
    """The author has anchored this root already.

    batch_id: the identifier of the batch
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "BatchAlreadyAnchored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"),)

    batch_id: Hash32


class BatchEmpty(ContractError):
    """A batch has at least one leaf."""

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "BatchEmpty"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class BatchUnknown(ContractError):
    """There is no such batch.

    batch_id: the identifier that was asked for
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "BatchUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"),)

    batch_id: Hash32


class CheckInAlreadyCredited(ContractError):
    """The check-in has been credited already.

    check_in_id: the identifier of the check-in
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "CheckInAlreadyCredited"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"),)

    check_in_id: Hash32


class CheckInUnknown(ContractError):
    """There is no such check-in.

    check_in_id: the identifier that was asked for
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "CheckInUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"),)

    check_in_id: Hash32


class GracePassed(ContractError):
    """The scan was sent later than `grace` seconds after it was made.

    scanned_at_s: when the code was scanned, Unix seconds
    time_s: when the check-in, or its batch, was sent, Unix seconds
    grace_s: the seconds within which it is accepted
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "GracePassed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("scannedAt", "scanned_at_s"), ("time", "time_s"), ("grace", "grace_s"))

    scanned_at_s: int
    time_s: int
    grace_s: int


class InvalidPatientSignature(ContractError):
    """The patient's signature is not the patient's, or not over this code or scan.

    patient: the patient
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "InvalidPatientSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class InvalidProviderSignature(ContractError):
    """The provider's signature is not the provider's, or not over this code or scan.

    provider: the provider
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "InvalidProviderSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"),)

    provider: Address


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class LeafNotInBatch(ContractError):
    """The proof does not lead from this leaf to the batch's root, or is longer than the batch's size
    allows.

    batch_id: the identifier of the batch
    leaf: the leaf's hash
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "LeafNotInBatch"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"), ("leaf", "leaf"))

    batch_id: Hash32
    leaf: Hash32


class NotRewardPool(ContractError):
    """Only the reward pool may mark a check-in as credited.

    caller: the sender
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "NotRewardPool"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"),)

    caller: Address


class NotTheProvider(ContractError):
    """Only the provider that the code names may send its check-in, alone or in a batch.

    caller: who sent it
    provider: the code's provider
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "NotTheProvider"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("provider", "provider"))

    caller: Address
    provider: Address


class ProviderNotCertified(ContractError):
    """The provider is not certified now.

    provider: the sender
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "ProviderNotCertified"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"),)

    provider: Address


class ScanInFuture(ContractError):
    """The scan claims a time that had not come. Both are Unix seconds.

    scanned_at_s: when the code is said to have been scanned
    time_s: when the check-in, or its batch, was sent
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "ScanInFuture"
    FIELDS: ClassVar[tuple[Field, ...]] = (("scannedAt", "scanned_at_s"), ("time", "time_s"))

    scanned_at_s: int
    time_s: int


class ScanOutsideWindow(ContractError):
    """The scan lies outside the time in which the code is valid. All are Unix seconds.

    scanned_at_s: when the code was scanned
    valid_from_s: the first second at which it may be
    valid_until_s: the last second at which it may be
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "ScanOutsideWindow"
    FIELDS: ClassVar[tuple[Field, ...]] = (("scannedAt", "scanned_at_s"), ("validFrom", "valid_from_s"), ("validUntil", "valid_until_s"))

    scanned_at_s: int
    valid_from_s: int
    valid_until_s: int


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class TicketOfAnotherPatient(ContractError):
    """The ticket is another patient's.

    ticket_patient: whose ticket it is
    patient: who was to be checked in with it
    """

    CONTRACT: ClassVar = "CheckIn"
    ERROR: ClassVar = "TicketOfAnotherPatient"
    FIELDS: ClassVar[tuple[Field, ...]] = (("ticketPatient", "ticket_patient"), ("patient", "patient"))

    ticket_patient: Address
    patient: Address


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "BatchCheckedIn": BatchCheckedIn,
    "CheckedIn": CheckedIn,
    "EIP712DomainChanged": EIP712DomainChanged,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AlreadyCheckedIn": AlreadyCheckedIn,
    "BatchAlreadyAnchored": BatchAlreadyAnchored,
    "BatchEmpty": BatchEmpty,
    "BatchUnknown": BatchUnknown,
    "CheckInAlreadyCredited": CheckInAlreadyCredited,
    "CheckInUnknown": CheckInUnknown,
    "GracePassed": GracePassed,
    "InvalidPatientSignature": InvalidPatientSignature,
    "InvalidProviderSignature": InvalidProviderSignature,
    "InvalidShortString": InvalidShortString,
    "LeafNotInBatch": LeafNotInBatch,
    "NotRewardPool": NotRewardPool,
    "NotTheProvider": NotTheProvider,
    "ProviderNotCertified": ProviderNotCertified,
    "ScanInFuture": ScanInFuture,
    "ScanOutsideWindow": ScanOutsideWindow,
    "StringTooLong": StringTooLong,
    "TicketOfAnotherPatient": TicketOfAnotherPatient,
}
"""The contract's errors by name."""


class CheckIn:
    """A visit is proven by two signatures: one side signs a code and shows it, the other scans it and
    signs the scan. The institution shows a rotating code that patients scan (`Code.patient` is zero),
    or the patient shows a ticket that the desk scans (`Code.patient` is the patient).
    """

    NAME: ClassVar = "CheckIn"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(forwarder: Address, identity: Address, reward_pool: Address, grace_s: int) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed
        identity: the registry of roles and certifications
        reward_pool: the pool that credits check-ins
        grace_s: seconds after a scan within which it is accepted
        """
        return interface(CheckIn.NAME).encode_creation(forwarder, identity, reward_pool, grace_s)

    def code_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a code."""
        data = interface(self.NAME).encode("CODE_TYPEHASH")
        return ContractCall(self.NAME, "CODE_TYPEHASH", self.address, data, same)

    def grace(self) -> ContractCall[int]:
        """How many seconds after a scan its check-in is still accepted."""
        data = interface(self.NAME).encode("GRACE")
        return ContractCall(self.NAME, "GRACE", self.address, data, same)

    def identity(self) -> ContractCall[Address]:
        """Where roles and certifications are kept."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def reward_pool(self) -> ContractCall[Address]:
        """The only caller that may mark check-ins as credited."""
        data = interface(self.NAME).encode("REWARD_POOL")
        return ContractCall(self.NAME, "REWARD_POOL", self.address, data, same)

    def scan_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a scan: `codeHash` is the struct hash of the code."""
        data = interface(self.NAME).encode("SCAN_TYPEHASH")
        return ContractCall(self.NAME, "SCAN_TYPEHASH", self.address, data, same)

    def batch_of(self, batch_id: Hash32) -> ContractCall[BatchOfAnswer]:
        """Who anchored a batch, when, and how many leaves it is said to have.

        batch_id: the identifier of the batch
        """
        data = interface(self.NAME).encode("batchOf", batch_id)
        return ContractCall(self.NAME, "batchOf", self.address, data, lambda values: BatchOfAnswer(values[0], values[1], values[2]))

    def check_in(self, visit: Leaf) -> ContractCall[Hash32]:
        """Record a visit. The sender is the provider that the code names, in both directions.

        visit: the code that was shown, who scanned it or showed it and when, and both signatures
        Returns the identifier of the check-in, keccak256(abi.encode(codeHash, patient))
        """
        data = interface(self.NAME).encode("checkIn", plain(visit))
        return ContractCall(self.NAME, "checkIn", self.address, data, same)

    def check_in_batch(self, batch_root: Hash32, count: int) -> ContractCall[Hash32]:
        """Anchor a batch of check-ins. The sender is the provider that all their codes name, certified
        now.

        batch_root: the Merkle root over the batch's leaves (`leafOf`)
        count: how many leaves there are, which limits how long a proof may be
        Returns the identifier of the batch, keccak256(abi.encode(batchRoot, provider))
        """
        data = interface(self.NAME).encode("checkInBatch", batch_root, count)
        return ContractCall(self.NAME, "checkInBatch", self.address, data, same)

    def code_digest(self, code: Code) -> ContractCall[Hash32]:
        """The digest that is signed over a code.

        code: the code
        Returns the EIP-712 digest
        """
        data = interface(self.NAME).encode("codeDigest", plain(code))
        return ContractCall(self.NAME, "codeDigest", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def hash_code(self, code: Code) -> ContractCall[Hash32]:
        """The EIP-712 struct hash of a code.

        code: the code
        Returns the struct hash
        """
        data = interface(self.NAME).encode("hashCode", plain(code))
        return ContractCall(self.NAME, "hashCode", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def leaf_of(self, leaf: Leaf) -> ContractCall[Hash32]:
        """The hash of a batch's leaf: keccak256 twice over the code's hash, patient, scannedAt and the
        hash of the provider's and the patient's signature.

        leaf: the check-in
        Returns the leaf's hash
        """
        data = interface(self.NAME).encode("leafOf", plain(leaf))
        return ContractCall(self.NAME, "leafOf", self.address, data, same)

    def mark_credited(self, check_in_id: Hash32) -> ContractCall[MarkCreditedAnswer]:
        """Mark a check-in as credited, once. Only the reward pool may call.

        check_in_id: the identifier of the check-in
        """
        data = interface(self.NAME).encode("markCredited", check_in_id)
        return ContractCall(self.NAME, "markCredited", self.address, data, lambda values: MarkCreditedAnswer(values[0], values[1]))

    def prove(self, batch_id: Hash32, leaf: Leaf, proof: Sequence[Hash32]) -> ContractCall[Hash32]:
        """Make a leaf of a batch a check-in of its own, as if it had been sent alone when the batch
        was. Anyone who knows leaf and signatures may.

        batch_id: the identifier of the batch
        leaf: the check-in
        proof: the sibling hashes from the leaf to the batch's root, pairs sorted
        Returns the identifier of the check-in
        """
        data = interface(self.NAME).encode("prove", batch_id, plain(leaf), plain(proof))
        return ContractCall(self.NAME, "prove", self.address, data, same)

    def prove_credited(
        self,
        batch_id: Hash32,
        leaf: Leaf,
        proof: Sequence[Hash32],
    ) -> ContractCall[ProveCreditedAnswer]:
        """Prove a check-in of a batch and mark it as credited in one go. Only the reward pool may call.
        A check-in that somebody has proven already is only marked.

        batch_id: the identifier of the batch
        leaf: the check-in
        proof: the sibling hashes from the leaf to the batch's root, pairs sorted
        """
        data = interface(self.NAME).encode("proveCredited", batch_id, plain(leaf), plain(proof))
        return ContractCall(self.NAME, "proveCredited", self.address, data, lambda values: ProveCreditedAnswer(values[0], values[1], values[2], values[3]))

    def scan_digest(
        self,
        code_hash: Hash32,
        scanner: Address,
        scanned_at_s: int,
    ) -> ContractCall[Hash32]:
        """The digest that is signed over a scan.

        code_hash: the struct hash of the code
        scanner: who scans: the patient of an institution's code, the provider of a ticket
        scanned_at_s: when the code was scanned, Unix seconds
        Returns the EIP-712 digest
        """
        data = interface(self.NAME).encode("scanDigest", code_hash, scanner, scanned_at_s)
        return ContractCall(self.NAME, "scanDigest", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def visit_of(self, check_in_id: Hash32) -> ContractCall[Visit]:
        """The check-in of an identifier; its status is `None` where there is none.

        check_in_id: the identifier of the check-in
        Returns the check-in
        """
        data = interface(self.NAME).encode("visitOf", check_in_id)
        return ContractCall(self.NAME, "visitOf", self.address, data, Visit.from_abi)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
