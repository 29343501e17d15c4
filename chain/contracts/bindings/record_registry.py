"""RecordRegistry: The original-proof of health records.

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
    ANCHORED = 1
    CREDITED = 2
    REVOKED = 3
    SUPERSEDED = 4


class Signature(Struct):
    """`Signature` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("r", "r"), ("vs", "vs"))

    r: Hash32
    vs: Hash32


class Leaf(Struct):
    """`Leaf` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("root", "root"), ("patient", "patient"), ("kind", "kind"), ("validUntil", "valid_until_s"), ("checkInId", "check_in_id"), ("patientSignature", "patient_signature"))
    READERS: ClassVar[Mapping[str, Any]] = {"patient_signature": Signature.from_abi}

    root: Hash32
    patient: Address
    kind: int
    valid_until_s: int
    check_in_id: Hash32
    patient_signature: Signature


class Record(Struct):
    """`Record` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("anchoredAt", "anchored_at_s"), ("validUntil", "valid_until_s"), ("kind", "kind"), ("status", "status"), ("checkInTag", "check_in_tag"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": Status}

    anchored_at_s: int
    valid_until_s: int
    kind: int
    status: Status
    check_in_tag: bytes


class BatchOfAnswer(Row):
    """What `batch_of` answers.

    issuer: the provider, zero where there is no such batch
    anchored_at_s: when it was anchored, Unix seconds
    count: the number of leaves
    """

    issuer: Address
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


class ProveCreditedAnswer(Row):
    """What `prove_credited` answers.

    issuer: the provider that anchored the batch
    patient: the patient of the record
    """

    issuer: Address
    patient: Address


class StatusAndKindAnswer(Row):
    """What `status_and_kind` answers.

    status: how far it has come, `None` where there is none
    kind: the encounter's class, numbered off chain
    anchored_at_s: when it was anchored, Unix seconds
    valid_until_s: the last second (Unix) at which it is valid
    """

    status: Status
    kind: int
    anchored_at_s: int
    valid_until_s: int


class BatchAnchored(ContractEvent):
    """A provider anchored a batch of records.

    batch_id: the identifier of the batch
    issuer: the provider
    batch_root: the Merkle root over the batch's leaves
    count: how many leaves the issuer says it has
    """

    CONTRACT: ClassVar = "RecordRegistry"
    EVENT: ClassVar = "BatchAnchored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"), ("issuer", "issuer"), ("batchRoot", "batch_root"), ("count", "count"))

    batch_id: Hash32
    issuer: Address
    batch_root: Hash32
    count: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "RecordRegistry"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class RecordAnchored(ContractEvent):
    """A provider anchored a record for a patient.

    record_id: the identifier of the record
    issuer: the provider
    patient: the patient
    root: the salted Merkle root of the record
    kind: the encounter's class, numbered off chain
    valid_until_s: the last second (Unix) of its validity
    """

    CONTRACT: ClassVar = "RecordRegistry"
    EVENT: ClassVar = "RecordAnchored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("issuer", "issuer"), ("patient", "patient"), ("root", "root"), ("kind", "kind"), ("validUntil", "valid_until_s"))

    record_id: Hash32
    issuer: Address
    patient: Address
    root: Hash32
    kind: int
    valid_until_s: int


class RecordProven(ContractEvent):
    """A record was proven from its batch, and stands from now on as if anchored alone when the batch
    was.

    record_id: the identifier of the record
    issuer: the provider that anchored the batch
    patient: the patient
    root: the salted Merkle root of the record
    kind: the encounter's class, numbered off chain
    valid_until_s: the last second (Unix) of its validity
    batch_id: the identifier of the batch
    """

    CONTRACT: ClassVar = "RecordRegistry"
    EVENT: ClassVar = "RecordProven"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("issuer", "issuer"), ("patient", "patient"), ("root", "root"), ("kind", "kind"), ("validUntil", "valid_until_s"), ("batchId", "batch_id"))

    record_id: Hash32
    issuer: Address
    patient: Address
    root: Hash32
    kind: int
    valid_until_s: int
    batch_id: Hash32


class RecordRevoked(ContractEvent):
    """The issuer revoked a record.

    record_id: the identifier of the record
    issuer: the provider that anchored it
    patient: the patient for whom
    """

    CONTRACT: ClassVar = "RecordRegistry"
    EVENT: ClassVar = "RecordRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("issuer", "issuer"), ("patient", "patient"))

    record_id: Hash32
    issuer: Address
    patient: Address


class RecordSuperseded(ContractEvent):
    """The issuer corrected a record: another stands in its place. `RecordAnchored` tells of that one.

    record_id: the identifier of the record
    successor_id: the identifier of its correction
    """

    CONTRACT: ClassVar = "RecordRegistry"
    EVENT: ClassVar = "RecordSuperseded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("successorId", "successor_id"))

    record_id: Hash32
    successor_id: Hash32


class BatchAlreadyAnchored(ContractError):
    """The author has anchored this root already.

    batch_id: the identifier of the batch
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "BatchAlreadyAnchored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"),)

    batch_id: Hash32


class BatchEmpty(ContractError):
    """A batch has at least one leaf."""

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "BatchEmpty"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class BatchUnknown(ContractError):
    """There is no such batch.

    batch_id: the identifier that was asked for
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "BatchUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"),)

    batch_id: Hash32


class InvalidPatientSignature(ContractError):
    """The patient's signature is not the patient's, or not over this receipt or correction.

    patient: the patient
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "InvalidPatientSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class IssuerNotCertified(ContractError):
    """The issuer is not a provider certified now.

    issuer: the sender
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "IssuerNotCertified"
    FIELDS: ClassVar[tuple[Field, ...]] = (("issuer", "issuer"),)

    issuer: Address


class LeafNotInBatch(ContractError):
    """The proof does not lead from this leaf to the batch's root, or is longer than the batch's size
    allows.

    batch_id: the identifier of the batch
    leaf: the leaf's hash
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "LeafNotInBatch"
    FIELDS: ClassVar[tuple[Field, ...]] = (("batchId", "batch_id"), ("leaf", "leaf"))

    batch_id: Hash32
    leaf: Hash32


class NotRewardPool(ContractError):
    """Only the reward pool may mark a record as credited.

    caller: the sender
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "NotRewardPool"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"),)

    caller: Address


class NotTheIssuer(ContractError):
    """Only the issuer, with the key that speaks for it now, corrects and revokes.

    caller: the sender
    issuer: the provider that anchored the record
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "NotTheIssuer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("issuer", "issuer"))

    caller: Address
    issuer: Address


class PatientNotActive(ContractError):
    """The patient is not registered as a patient, is suspended, or has replaced this key.

    patient: the patient
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "PatientNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class RecordAlreadyAnchored(ContractError):
    """This issuer has anchored this root for this patient already.

    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RecordAlreadyAnchored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class RecordAlreadyCredited(ContractError):
    """The record has been credited already.

    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RecordAlreadyCredited"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class RecordOfAnotherVisit(ContractError):
    """The record is of another visit, or of none.

    record_id: the identifier of the record
    check_in_id: the check-in with which it was to be credited
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RecordOfAnotherVisit"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("checkInId", "check_in_id"))

    record_id: Hash32
    check_in_id: Hash32


class RecordRevokedAlready(ContractError):
    """The record has been revoked.

    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RecordRevokedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class RecordSupersededAlready(ContractError):
    """The record has been corrected by another.

    record_id: the identifier of the record
    successor_id: the identifier of its correction
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RecordSupersededAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("successorId", "successor_id"))

    record_id: Hash32
    successor_id: Hash32


class RecordUnknown(ContractError):
    """There is no such record.

    record_id: the identifier that was asked for
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RecordUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class RootOfAnotherRecord(ContractError):
    """The root is a correction of another record of this patient: it is a version of one record for
    good.

    root: the root
    first_root: the root of that record's first version
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "RootOfAnotherRecord"
    FIELDS: ClassVar[tuple[Field, ...]] = (("root", "root"), ("firstRoot", "first_root"))

    root: Hash32
    first_root: Hash32


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class ValidityPassed(ContractError):
    """The record would not be valid for a single second.

    valid_until_s: the last second (Unix) of its validity
    time_s: when it was anchored, Unix seconds
    """

    CONTRACT: ClassVar = "RecordRegistry"
    ERROR: ClassVar = "ValidityPassed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validUntil", "valid_until_s"), ("time", "time_s"))

    valid_until_s: int
    time_s: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "BatchAnchored": BatchAnchored,
    "EIP712DomainChanged": EIP712DomainChanged,
    "RecordAnchored": RecordAnchored,
    "RecordProven": RecordProven,
    "RecordRevoked": RecordRevoked,
    "RecordSuperseded": RecordSuperseded,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "BatchAlreadyAnchored": BatchAlreadyAnchored,
    "BatchEmpty": BatchEmpty,
    "BatchUnknown": BatchUnknown,
    "InvalidPatientSignature": InvalidPatientSignature,
    "InvalidShortString": InvalidShortString,
    "IssuerNotCertified": IssuerNotCertified,
    "LeafNotInBatch": LeafNotInBatch,
    "NotRewardPool": NotRewardPool,
    "NotTheIssuer": NotTheIssuer,
    "PatientNotActive": PatientNotActive,
    "RecordAlreadyAnchored": RecordAlreadyAnchored,
    "RecordAlreadyCredited": RecordAlreadyCredited,
    "RecordOfAnotherVisit": RecordOfAnotherVisit,
    "RecordRevokedAlready": RecordRevokedAlready,
    "RecordSupersededAlready": RecordSupersededAlready,
    "RecordUnknown": RecordUnknown,
    "RootOfAnotherRecord": RootOfAnotherRecord,
    "StringTooLong": StringTooLong,
    "ValidityPassed": ValidityPassed,
}
"""The contract's errors by name."""


class RecordRegistry:
    """A record is a salted Merkle root, bound to the provider that issued it and the patient who
    received it. It is anchored alone, or with others in a batch, from which it is proven when somebody
    first needs it.
    """

    NAME: ClassVar = "RecordRegistry"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(forwarder: Address, identity: Address, reward_pool: Address) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed
        identity: the registry of roles, keys and certifications
        reward_pool: the pool that credits records
        """
        return interface(RecordRegistry.NAME).encode_creation(forwarder, identity, reward_pool)

    def correction_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of what a patient signs for a correction: `recordId` is the corrected record."""
        data = interface(self.NAME).encode("CORRECTION_TYPEHASH")
        return ContractCall(self.NAME, "CORRECTION_TYPEHASH", self.address, data, same)

    def identity(self) -> ContractCall[Address]:
        """Where roles, keys and certifications are kept."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def receipt_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of the receipt that a patient signs for a record. `checkInId` is zero where it
        belongs to no visit.
        """
        data = interface(self.NAME).encode("RECEIPT_TYPEHASH")
        return ContractCall(self.NAME, "RECEIPT_TYPEHASH", self.address, data, same)

    def reward_pool(self) -> ContractCall[Address]:
        """The only caller that may mark records as credited."""
        data = interface(self.NAME).encode("REWARD_POOL")
        return ContractCall(self.NAME, "REWARD_POOL", self.address, data, same)

    def anchor(self, record: Leaf) -> ContractCall[Hash32]:
        """Anchor a record. The sender is its issuer, a certified provider; the patient signed the
        receipt.

        record: the record
        Returns the identifier of the record
        """
        data = interface(self.NAME).encode("anchor", plain(record))
        return ContractCall(self.NAME, "anchor", self.address, data, same)

    def anchor_batch(self, batch_root: Hash32, count: int) -> ContractCall[Hash32]:
        """Anchor a batch of records. The sender is their issuer, a certified provider, and needs its
        certification no longer when they are proven.

        batch_root: the Merkle root over the batch's leaves (`leafOf`)
        count: how many leaves there are, which limits how long a proof may be
        Returns the identifier of the batch, keccak256(abi.encode(batchRoot, issuer))
        """
        data = interface(self.NAME).encode("anchorBatch", batch_root, count)
        return ContractCall(self.NAME, "anchorBatch", self.address, data, same)

    def batch_of(self, batch_id: Hash32) -> ContractCall[BatchOfAnswer]:
        """Who anchored a batch, when, and how many leaves it is said to have.

        batch_id: the identifier of the batch
        """
        data = interface(self.NAME).encode("batchOf", batch_id)
        return ContractCall(self.NAME, "batchOf", self.address, data, lambda values: BatchOfAnswer(values[0], values[1], values[2]))

    def correction_digest(
        self,
        record_id: Hash32,
        root: Hash32,
        issuer: Address,
        patient: Address,
        kind: int,
        valid_until_s: int,
    ) -> ContractCall[Hash32]:
        """The digest of the correction that a patient signs.

        record_id: the identifier of the corrected record
        root: the salted Merkle root of the correction
        issuer: the provider that anchors it
        patient: the patient
        kind: the encounter's class, numbered off chain
        valid_until_s: the last second (Unix) of its validity
        Returns the EIP-712 digest
        """
        data = interface(self.NAME).encode("correctionDigest", record_id, root, issuer, patient, kind, valid_until_s)
        return ContractCall(self.NAME, "correctionDigest", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def first_root_of(self, patient: Address, root: Hash32) -> ContractCall[Hash32]:
        """The root under which a record was known before it was corrected. Known by person and root, so
        that it is the same for whoever anchors a correction's root again, and for all the patient's
        keys.

        patient: the patient, by its first key
        root: the root of a record, or any other
        Returns the root of the first version, `root` itself where it is no correction's
        """
        data = interface(self.NAME).encode("firstRootOf", patient, root)
        return ContractCall(self.NAME, "firstRootOf", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def is_valid(self, root: Hash32, issuer: Address, patient: Address) -> ContractCall[bool]:
        """Whether this issuer anchored this root for this patient, and it is neither revoked nor
        superseded nor past its time.

        root: the root of the record
        issuer: the provider that anchored it
        patient: the patient for whom
        Returns whether it is valid now
        """
        data = interface(self.NAME).encode("isValid", root, issuer, patient)
        return ContractCall(self.NAME, "isValid", self.address, data, same)

    def leaf_of(self, leaf: Leaf) -> ContractCall[Hash32]:
        """The hash of a batch's leaf: keccak256 twice over root, patient, kind, validUntil, checkInId
        and the hash of the patient's signature.

        leaf: the record
        Returns the leaf's hash
        """
        data = interface(self.NAME).encode("leafOf", plain(leaf))
        return ContractCall(self.NAME, "leafOf", self.address, data, same)

    def mark_credited(
        self,
        root: Hash32,
        issuer: Address,
        patient: Address,
        check_in_id: Hash32,
    ) -> ContractCall[None]:
        """Mark a record as credited, once. Only the reward pool may call.

        root: the root of the record
        issuer: the provider that anchored it
        patient: the patient for whom
        check_in_id: the visit's check-in, which must be the one that the patient's receipt named
        """
        data = interface(self.NAME).encode("markCredited", root, issuer, patient, check_in_id)
        return ContractCall(self.NAME, "markCredited", self.address, data, same)

    def origin_of(self, record_id: Hash32) -> ContractCall[Hash32]:
        """What a record was in the first place: a correction and what it corrects have one origin, so
        that a consumer who pays for a record once is not asked to pay again for its correction.

        record_id: the identifier of the record
        Returns the identifier of the first record of its corrections, its own where it corrects none
        """
        data = interface(self.NAME).encode("originOf", record_id)
        return ContractCall(self.NAME, "originOf", self.address, data, same)

    def prove(self, batch_id: Hash32, leaf: Leaf, proof: Sequence[Hash32]) -> ContractCall[Hash32]:
        """Make a leaf of a batch a record of its own, anchored when the batch was. Anyone who knows
        leaf and signature may. Where the patient has replaced its key since, only the patient, with the
        present one.

        batch_id: the identifier of the batch
        leaf: the record
        proof: the sibling hashes from the leaf to the batch's root, pairs sorted
        Returns the identifier of the record
        """
        data = interface(self.NAME).encode("prove", batch_id, plain(leaf), plain(proof))
        return ContractCall(self.NAME, "prove", self.address, data, same)

    def prove_credited(
        self,
        batch_id: Hash32,
        leaf: Leaf,
        proof: Sequence[Hash32],
        check_in_id: Hash32,
    ) -> ContractCall[ProveCreditedAnswer]:
        """Prove a record of a batch and mark it as credited in one go. Only the reward pool may call. A
        record that somebody has proven already is only marked.

        batch_id: the identifier of the batch
        leaf: the record
        proof: the sibling hashes from the leaf to the batch's root, pairs sorted
        check_in_id: the visit's check-in, which must be the one that the patient's receipt named
        """
        data = interface(self.NAME).encode("proveCredited", batch_id, plain(leaf), plain(proof), check_in_id)
        return ContractCall(self.NAME, "proveCredited", self.address, data, lambda values: ProveCreditedAnswer(values[0], values[1]))

    def receipt_digest(
        self,
        root: Hash32,
        issuer: Address,
        patient: Address,
        kind: int,
        valid_until_s: int,
        check_in_id: Hash32,
    ) -> ContractCall[Hash32]:
        """The digest of the receipt that a patient signs.

        root: the salted Merkle root of the record
        issuer: the provider that anchors it
        patient: the patient
        kind: the encounter's class, numbered off chain
        valid_until_s: the last second (Unix) of its validity
        check_in_id: the visit's check-in, zero where the record belongs to no visit
        Returns the EIP-712 digest
        """
        data = interface(self.NAME).encode("receiptDigest", root, issuer, patient, kind, valid_until_s, check_in_id)
        return ContractCall(self.NAME, "receiptDigest", self.address, data, same)

    def record_id_of(self, root: Hash32, issuer: Address, patient: Address) -> ContractCall[Hash32]:
        """The identifier of a record, keccak256(abi.encode(root, issuer, patient)).

        root: the root of the record
        issuer: the provider that anchored it
        patient: the patient for whom
        Returns the identifier of the record
        """
        data = interface(self.NAME).encode("recordIdOf", root, issuer, patient)
        return ContractCall(self.NAME, "recordIdOf", self.address, data, same)

    def record_of(self, record_id: Hash32) -> ContractCall[Record]:
        """The record of an identifier; its status is `None` where there is none.

        record_id: the identifier of the record
        Returns the record
        """
        data = interface(self.NAME).encode("recordOf", record_id)
        return ContractCall(self.NAME, "recordOf", self.address, data, Record.from_abi)

    def revoke(self, root: Hash32, issuer: Address, patient: Address) -> ContractCall[None]:
        """Revoke a record. Only its issuer can, with the key that speaks for it now, certified still or
        not.

        root: the root of the record
        issuer: the provider that anchored it
        patient: the patient for whom
        """
        data = interface(self.NAME).encode("revoke", root, issuer, patient)
        return ContractCall(self.NAME, "revoke", self.address, data, same)

    def status_and_kind(self, record_id: Hash32) -> ContractCall[StatusAndKindAnswer]:
        """What a record is, as far as its consumers need it.

        record_id: the identifier of the record
        """
        data = interface(self.NAME).encode("statusAndKind", record_id)
        return ContractCall(self.NAME, "statusAndKind", self.address, data, lambda values: StatusAndKindAnswer(Status(values[0]), values[1], values[2], values[3]))

    def successor_of(self, record_id: Hash32) -> ContractCall[Hash32]:
        """The correction of a record.

        record_id: the identifier of the record
        Returns the identifier of its correction, zero where it has none
        """
        data = interface(self.NAME).encode("successorOf", record_id)
        return ContractCall(self.NAME, "successorOf", self.address, data, same)

    def supersede(
        self,
        root: Hash32,
        issuer: Address,
        patient: Address,
        corrected_root: Hash32,
        kind: int,
        valid_until_s: int,
        patient_signature: Signature,
    ) -> ContractCall[Hash32]:
        """Replace a live record by its correction, which is of the same visit and as good as credited
        where the record was, and whose root is from now on a version of that record, whoever anchors
        it. The sender is its issuer, with the key that speaks for it now, and certified; the patient
        signed the correction, with the key that speaks for the patient now. The new record is bound to
        these two keys.

        root: the root of the record
        issuer: the provider that anchored it
        patient: the patient for whom
        corrected_root: the salted Merkle root of the correction
        kind: the encounter's class, numbered off chain
        valid_until_s: the last second (Unix) at which the correction is valid
        patient_signature: over the correction
        Returns the identifier of the new record
        """
        data = interface(self.NAME).encode("supersede", root, issuer, patient, corrected_root, kind, valid_until_s, plain(patient_signature))
        return ContractCall(self.NAME, "supersede", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def verify_leaf(
        self,
        root: Hash32,
        issuer: Address,
        patient: Address,
        leaf: Hash32,
        proof: Sequence[Hash32],
    ) -> ContractCall[bool]:
        """Whether a leaf belongs to a record that is valid now.

        root: the root of the record
        issuer: the provider that anchored it
        patient: the patient for whom
        leaf: the salted hash of the disclosed part
        proof: the sibling hashes from the leaf to the root, pairs sorted
        Returns whether both hold
        """
        data = interface(self.NAME).encode("verifyLeaf", root, issuer, patient, leaf, plain(proof))
        return ContractCall(self.NAME, "verifyLeaf", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
