"""What a patient signs so that somebody else brings its consent: for whom, what for, which records, until when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from chain.block import Address, Hash32
from chain.contracts.system import System
from chain.eip712 import Domain, StructType
from chain.hashing import keccak

NO_RECORD: Final[Hash32] = bytes(32)
FOREVER_S: Final = 2**40 - 1
"""The end of a period of anchoring that has none, Unix seconds."""

_CONSENT: Final = StructType(
    "Consent",
    (
        ("address", "patient"),
        ("address", "grantee"),
        ("uint8", "purpose"),
        ("bytes32", "recordId"),
        ("uint64", "kinds"),
        ("uint40", "anchoredFrom"),
        ("uint40", "anchoredUntil"),
        ("uint40", "expiry"),
        ("uint24", "edition"),
        ("uint40", "deadline"),
    ),
)


class Purpose(IntEnum):
    """What a record may be read for, numbered as in `IConsentRegistry`."""

    NONE = 0
    CARE = 1
    CLAIM = 2
    QUOTE = 3
    RESEARCH = 4
    PRODUCT = 5
    RELATIVE = 6


@dataclass(frozen=True)
class Scope:
    """Which records a consent covers: one, or the `kinds` (bit k for kind k) anchored in a period with both ends."""

    record_id: Hash32 = NO_RECORD
    kinds: int = 0
    anchored_from_s: int = 0
    anchored_until_s: int = 0

    @property
    def arguments(self) -> tuple[Hash32, int, int, int]:
        """The struct as `ConsentRegistry` takes it."""
        return self.record_id, self.kinds, self.anchored_from_s, self.anchored_until_s


def of_kinds(*kinds: int, anchored_from_s: int = 0, anchored_until_s: int = FOREVER_S) -> Scope:
    """Return the scope of all records of some kinds (each 0 to 63) that are anchored in a period."""
    return Scope(NO_RECORD, kinds_mask(*kinds), anchored_from_s, anchored_until_s)


def of_record(record_id: Hash32) -> Scope:
    """Return the scope of one record."""
    return Scope(record_id)


def kinds_mask(*kinds: int) -> int:
    """Return kinds (each 0 to 63) as the contracts take them: bit k for kind k."""
    mask = 0
    for kind in kinds:
        mask |= 1 << kind
    return mask


def consent_id(person: Address, reader: Address, purpose: Purpose, record_id: Hash32 = NO_RECORD) -> Hash32:
    """Return the identifier of a consent, from the first keys of patient and grantee."""
    words = (person.rjust(32, b"\0"), reader.rjust(32, b"\0"), purpose.to_bytes(32, "big"), record_id)
    return keccak(b"".join(words))


def consents_domain(system: System) -> Domain:
    """Return the domain in which consents are signed."""
    return Domain("MedSim ConsentRegistry", "1", system.chain_id, system.address_of("ConsentRegistry"))


@dataclass(frozen=True)
class Consent:
    """A consent that its patient signs: good once, as `edition` of its consent, until `deadline_s` (Unix seconds)."""

    patient: Address
    grantee: Address
    purpose: Purpose
    scope: Scope
    expiry_s: int
    edition: int
    deadline_s: int

    def digest(self, domain: Domain) -> Hash32:
        """Return what the patient signs for `grantSigned`."""
        return domain.digest(
            _CONSENT.hash(
                self.patient,
                self.grantee,
                self.purpose,
                *self.scope.arguments,
                self.expiry_s,
                self.edition,
                self.deadline_s,
            )
        )

    def arguments(self, signature: tuple[bytes, bytes]) -> tuple[object, ...]:
        """Return the arguments of `grantSigned`, `signature` in compact form."""
        return (
            self.patient,
            self.grantee,
            self.purpose,
            self.scope.arguments,
            self.expiry_s,
            self.deadline_s,
            signature,
        )
