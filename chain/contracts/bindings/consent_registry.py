"""ConsentRegistry: Who may read what, for which purpose, until when; and who broke the glass.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class EmergencyStatus(IntEnum):
    """`EmergencyStatus` of the contracts, numbered as there."""

    NONE = 0
    OPEN = 1
    ANSWERED = 2
    UNANSWERED = 3
    JUSTIFIED = 4
    UNJUSTIFIED = 5
    UNDER_REVIEW = 6


class Purpose(IntEnum):
    """`Purpose` of the contracts, numbered as there."""

    NONE = 0
    CARE = 1
    CLAIM = 2
    QUOTE = 3
    RESEARCH = 4
    PRODUCT = 5
    RELATIVE = 6


class Standing(IntEnum):
    """`Standing` of the contracts, numbered as there."""

    UNKNOWN = 0
    ACTIVE = 1
    SUSPENDED = 2
    RETIRED = 3


class Accountability(Struct):
    """`Accountability` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("openedCount", "opened_count"), ("answeredCount", "answered_count"), ("unansweredCount", "unanswered_count"), ("justifiedCount", "justified_count"), ("unjustifiedCount", "unjustified_count"), ("objectedCount", "objected_count"), ("contestedCount", "contested_count"))

    opened_count: int
    answered_count: int
    unanswered_count: int
    justified_count: int
    unjustified_count: int
    objected_count: int
    contested_count: int


class Scope(Struct):
    """`Scope` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("kinds", "kinds"), ("anchoredFrom", "anchored_from_s"), ("anchoredUntil", "anchored_until_s"))

    record_id: Hash32
    kinds: int
    anchored_from_s: int
    anchored_until_s: int


class Consent(Struct):
    """`Consent` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("kinds", "kinds"), ("anchoredFrom", "anchored_from_s"), ("anchoredUntil", "anchored_until_s"), ("grantedAt", "granted_at_s"), ("expiry", "expiry_s"), ("edition", "edition"), ("revoked", "revoked"))

    kinds: int
    anchored_from_s: int
    anchored_until_s: int
    granted_at_s: int
    expiry_s: int
    edition: int
    revoked: bool


class Emergency(Struct):
    """`Emergency` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"), ("openedAt", "opened_at_s"), ("status", "status"), ("objected", "objected"), ("contested", "contested"), ("accessCount", "access_count"), ("patient", "patient"), ("reviewer", "reviewer"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": EmergencyStatus}

    provider: Address
    opened_at_s: int
    status: EmergencyStatus
    objected: bool
    contested: bool
    access_count: int
    patient: Address
    reviewer: Address


class Signature(Struct):
    """`Signature` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("r", "r"), ("vs", "vs"))

    r: Hash32
    vs: Hash32


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("longestPeriod", "longest_period_s"), ("emergencyPeriod", "emergency_period_s"), ("answerPeriod", "answer_period_s"))

    longest_period_s: int
    emergency_period_s: int
    answer_period_s: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class AccessLogged(ContractEvent):
    """A grantee read a record under a live consent.

    consent_id: the identifier of the consent
    record_id: the identifier of the record
    grantee: who read
    patient: the patient of the record
    purpose: what for
    edition: the edition of the consent
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "AccessLogged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consentId", "consent_id"), ("recordId", "record_id"), ("grantee", "grantee"), ("patient", "patient"), ("purpose", "purpose"), ("edition", "edition"))
    READERS: ClassVar[Mapping[str, Any]] = {"purpose": Purpose}

    consent_id: Hash32
    record_id: Hash32
    grantee: Address
    patient: Address
    purpose: Purpose
    edition: int


class ConsentGranted(ContractEvent):
    """A patient consents: `grantee` may read what the scope covers, for `purpose`, until `expiry`.

    consent_id: the identifier of the consent
    patient: the patient's key that granted it
    grantee: who may read
    purpose: what for
    record_id: the one record that is covered, zero where kinds are
    kinds: the kinds of records that are covered, bit k for kind k
    anchored_from_s: the first second (Unix) of anchoring that is covered
    anchored_until_s: the last second (Unix) of anchoring that is covered
    expiry_s: the last second (Unix) at which the consent is live
    edition: the consent's edition from now on
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "ConsentGranted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consentId", "consent_id"), ("patient", "patient"), ("grantee", "grantee"), ("purpose", "purpose"), ("recordId", "record_id"), ("kinds", "kinds"), ("anchoredFrom", "anchored_from_s"), ("anchoredUntil", "anchored_until_s"), ("expiry", "expiry_s"), ("edition", "edition"))
    READERS: ClassVar[Mapping[str, Any]] = {"purpose": Purpose}

    consent_id: Hash32
    patient: Address
    grantee: Address
    purpose: Purpose
    record_id: Hash32
    kinds: int
    anchored_from_s: int
    anchored_until_s: int
    expiry_s: int
    edition: int


class ConsentNarrowed(ContractEvent):
    """The patient took something away from a consent; this is what is left.

    consent_id: the identifier of the consent
    kinds: the kinds of records that are still covered, bit k for kind k
    anchored_from_s: the first second (Unix) of anchoring that is still covered
    anchored_until_s: the last second (Unix) of anchoring that is still covered
    expiry_s: the last second (Unix) at which the consent is live
    edition: the consent's edition from now on
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "ConsentNarrowed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consentId", "consent_id"), ("kinds", "kinds"), ("anchoredFrom", "anchored_from_s"), ("anchoredUntil", "anchored_until_s"), ("expiry", "expiry_s"), ("edition", "edition"))

    consent_id: Hash32
    kinds: int
    anchored_from_s: int
    anchored_until_s: int
    expiry_s: int
    edition: int


class ConsentRevoked(ContractEvent):
    """The patient withdrew a consent.

    consent_id: the identifier of the consent
    patient: the patient's present key
    edition: the consent's edition from now on
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "ConsentRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consentId", "consent_id"), ("patient", "patient"), ("edition", "edition"))

    consent_id: Hash32
    patient: Address
    edition: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class EmergencyAccessLogged(ContractEvent):
    """A provider read a record in an emergency.

    emergency_id: the identifier of the emergency
    record_id: the identifier of the record
    provider: the provider
    patient: the patient of the record
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EmergencyAccessLogged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("recordId", "record_id"), ("provider", "provider"), ("patient", "patient"))

    emergency_id: Hash32
    record_id: Hash32
    provider: Address
    patient: Address


class EmergencyAnswered(ContractEvent):
    """The provider answered for an emergency, which ends its access.

    emergency_id: the identifier of the emergency
    provider: the provider's present key
    justification: the salted hash of the justification
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EmergencyAnswered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("provider", "provider"), ("justification", "justification"))

    emergency_id: Hash32
    provider: Address
    justification: Hash32


class EmergencyContested(ContractEvent):
    """The patient contests an emergency before its verdict, or that verdict, which is set aside.

    emergency_id: the identifier of the emergency
    patient: the patient's present key
    reason: the salted hash of the patient's reason
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EmergencyContested"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("patient", "patient"), ("reason", "reason"))

    emergency_id: Hash32
    patient: Address
    reason: Hash32


class EmergencyJudged(ContractEvent):
    """A reviewer judged an emergency.

    emergency_id: the identifier of the emergency
    reviewer: who judged
    justified: whether the glass was rightly broken
    finding: the hash of the reviewer's reasons
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EmergencyJudged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("reviewer", "reviewer"), ("justified", "justified"), ("finding", "finding"))

    emergency_id: Hash32
    reviewer: Address
    justified: bool
    finding: Hash32


class EmergencyOpened(ContractEvent):
    """A provider broke the glass: it may read all records of a patient until `endsAt`.

    emergency_id: the identifier of the emergency
    provider: the provider
    patient: the patient
    reason: the salted hash of the reason
    ends_at_s: the last second (Unix) of the access
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EmergencyOpened"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("provider", "provider"), ("patient", "patient"), ("reason", "reason"), ("endsAt", "ends_at_s"))

    emergency_id: Hash32
    provider: Address
    patient: Address
    reason: Hash32
    ends_at_s: int


class EmergencyUnanswered(ContractEvent):
    """An emergency was not answered in time.

    emergency_id: the identifier of the emergency
    provider: the provider
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "EmergencyUnanswered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("provider", "provider"))

    emergency_id: Hash32
    provider: Address


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "RoleAdminChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("previousAdminRole", "previous_admin_role"), ("newAdminRole", "new_admin_role"))

    role: Hash32
    previous_admin_role: Hash32
    new_admin_role: Hash32


class RoleGranted(ContractEvent):
    """Emitted when `account` is granted `role`. `sender` is the account that originated the contract
    call. This account bears the admin role (for the granted role). Expected in cases where the role was
    granted using the internal {AccessControl-_grantRole}.
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "RoleGranted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class RoleRevoked(ContractEvent):
    """Emitted when `account` is revoked `role`. `sender` is the account that originated the contract
    call: - if using `revokeRole`, it is the admin role bearer - if using `renounceRole`, it is the role
    bearer (i.e. `account`).
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class AccessNotPermitted(ContractError):
    """No live consent covers this record for this purpose.

    patient: the patient
    grantee: who may read
    purpose: what for
    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "AccessNotPermitted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"), ("grantee", "grantee"), ("purpose", "purpose"), ("recordId", "record_id"))
    READERS: ClassVar[Mapping[str, Any]] = {"purpose": Purpose}

    patient: Address
    grantee: Address
    purpose: Purpose
    record_id: Hash32


class AnswerNotOverdue(ContractError):
    """The answer is due at `dueAt` (Unix seconds), which has not passed.

    emergency_id: the identifier of the emergency
    due_at_s: the last second (Unix) for the answer
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "AnswerNotOverdue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("dueAt", "due_at_s"))

    emergency_id: Hash32
    due_at_s: int


class AnswerOverdue(ContractError):
    """The answer was due at `dueAt` (Unix seconds).

    emergency_id: the identifier of the emergency
    due_at_s: the last second (Unix) for the answer
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "AnswerOverdue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("dueAt", "due_at_s"))

    emergency_id: Hash32
    due_at_s: int


class ConsentNotLive(ContractError):
    """There is no consent, or it was withdrawn or has expired.

    consent_id: the identifier of the consent
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ConsentNotLive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consentId", "consent_id"),)

    consent_id: Hash32


class ContestedAlready(ContractError):
    """The patient has contested this emergency already: before its verdict, or that verdict.

    emergency_id: the identifier of the emergency
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ContestedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"),)

    emergency_id: Hash32


class DeadlinePassed(ContractError):
    """The signature was to be used until `deadline` (Unix seconds).

    deadline_s: the last second (Unix) at which the signature counted
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "DeadlinePassed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("deadline", "deadline_s"), ("time", "time_s"))

    deadline_s: int
    time_s: int


class EmergencyOpenedAlready(ContractError):
    """The provider has opened this patient's records for this reason already.

    emergency_id: the identifier of the emergency
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "EmergencyOpenedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"),)

    emergency_id: Hash32


class EmergencyOver(ContractError):
    """The emergency's access ended at `endsAt` (Unix seconds).

    emergency_id: the identifier of the emergency
    ends_at_s: the last second (Unix) of its access
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "EmergencyOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("endsAt", "ends_at_s"))

    emergency_id: Hash32
    ends_at_s: int


class EmergencyStatusUnfit(ContractError):
    """The emergency is in another state than this act needs.

    emergency_id: the identifier of the emergency
    status: the state it is in
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "EmergencyStatusUnfit"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"), ("status", "status"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": EmergencyStatus}

    emergency_id: Hash32
    status: EmergencyStatus


class EmergencyUnknown(ContractError):
    """There is no such emergency.

    emergency_id: the identifier of the emergency
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "EmergencyUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("emergencyId", "emergency_id"),)

    emergency_id: Hash32


class ExpiryPassed(ContractError):
    """A consent must not have expired already.

    expiry_s: the last second (Unix) of the consent
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ExpiryPassed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("expiry", "expiry_s"), ("time", "time_s"))

    expiry_s: int
    time_s: int


class ExpiryTooFar(ContractError):
    """A consent's period is limited: it must expire at `latestExpiry` (Unix seconds) or before.

    expiry_s: the last second (Unix) of the consent
    latest_expiry_s: the latest expiry, Unix seconds
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ExpiryTooFar"
    FIELDS: ClassVar[tuple[Field, ...]] = (("expiry", "expiry_s"), ("latestExpiry", "latest_expiry_s"))

    expiry_s: int
    latest_expiry_s: int


class GranteeNotActive(ContractError):
    """The account is not registered, suspended, or a key that was replaced.

    grantee: who may read
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "GranteeNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("grantee", "grantee"),)

    grantee: Address


class InvalidPatientSignature(ContractError):
    """The signature is not the patient's, or not over this consent and its next edition.

    patient: the patient
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "InvalidPatientSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class JustificationMissing(ContractError):
    """An answer gives a justification."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "JustificationMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class NotNarrower(ContractError):
    """Narrowing takes something away and adds nothing.

    consent_id: the identifier of the consent
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "NotNarrower"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consentId", "consent_id"),)

    consent_id: Hash32


class NotThePatient(ContractError):
    """Only the patient may do this, with the present key.

    caller: who called
    patient: the patient
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "NotThePatient"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("patient", "patient"))

    caller: Address
    patient: Address


class NotTheProvider(ContractError):
    """Only the provider that broke the glass may do this, with its present key.

    caller: who called
    provider: the provider
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "NotTheProvider"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("provider", "provider"))

    caller: Address
    provider: Address


class OfficerBarred(ContractError):
    """The key holds the role, but is suspended or was replaced.

    account: the key
    standing: what the identity registry says of it
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "OfficerBarred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("standing", "standing"))
    READERS: ClassVar[Mapping[str, Any]] = {"standing": Standing}

    account: Address
    standing: Standing


class PatientNotActive(ContractError):
    """The account is no patient, suspended, or a key that was replaced.

    patient: the patient
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "PatientNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class PatientNotRegistered(ContractError):
    """The account was never registered as a patient.

    patient: the patient
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "PatientNotRegistered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class ProviderNotCertified(ContractError):
    """The provider is not certified now.

    provider: the provider
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ProviderNotCertified"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"),)

    provider: Address


class PurposeMissing(ContractError):
    """A consent is for a purpose."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "PurposeMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ReasonMissing(ContractError):
    """An emergency has a reason."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ReasonMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class RecordOutsideEmergency(ContractError):
    """The record is another patient's than the emergency.

    record_patient: the patient of the record
    patient: the patient
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "RecordOutsideEmergency"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordPatient", "record_patient"), ("patient", "patient"))

    record_patient: Address
    patient: Address


class RecordUnknown(ContractError):
    """There is no such record.

    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "RecordUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class ReviewerIsParty(ContractError):
    """A party to an emergency does not judge it.

    reviewer: the reviewer
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ReviewerIsParty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("reviewer", "reviewer"),)

    reviewer: Address


class ReviewerJudgedAlready(ContractError):
    """A contested verdict is reviewed by somebody else.

    reviewer: the reviewer
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ReviewerJudgedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("reviewer", "reviewer"),)

    reviewer: Address


class ScopeAmbiguous(ContractError):
    """A consent covers kinds of records or one record, and one record needs no period.

    record_id: the identifier of the record
    kinds: the kinds of records, bit k for kind k
    anchored_from_s: the first second (Unix) of anchoring
    anchored_until_s: the last second (Unix) of anchoring
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ScopeAmbiguous"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("kinds", "kinds"), ("anchoredFrom", "anchored_from_s"), ("anchoredUntil", "anchored_until_s"))

    record_id: Hash32
    kinds: int
    anchored_from_s: int
    anchored_until_s: int


class ScopeEmpty(ContractError):
    """A consent covers kinds of records or one record: neither was given."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ScopeEmpty"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ScopePeriodEmpty(ContractError):
    """No record can be anchored in a period that ends before it begins.

    anchored_from_s: the first second (Unix) of anchoring
    anchored_until_s: the last second (Unix) of anchoring
    """

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "ScopePeriodEmpty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("anchoredFrom", "anchored_from_s"), ("anchoredUntil", "anchored_until_s"))

    anchored_from_s: int
    anchored_until_s: int


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "ConsentRegistry"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "AccessLogged": AccessLogged,
    "ConsentGranted": ConsentGranted,
    "ConsentNarrowed": ConsentNarrowed,
    "ConsentRevoked": ConsentRevoked,
    "EIP712DomainChanged": EIP712DomainChanged,
    "EmergencyAccessLogged": EmergencyAccessLogged,
    "EmergencyAnswered": EmergencyAnswered,
    "EmergencyContested": EmergencyContested,
    "EmergencyJudged": EmergencyJudged,
    "EmergencyOpened": EmergencyOpened,
    "EmergencyUnanswered": EmergencyUnanswered,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "AccessNotPermitted": AccessNotPermitted,
    "AnswerNotOverdue": AnswerNotOverdue,
    "AnswerOverdue": AnswerOverdue,
    "ConsentNotLive": ConsentNotLive,
    "ContestedAlready": ContestedAlready,
    "DeadlinePassed": DeadlinePassed,
    "EmergencyOpenedAlready": EmergencyOpenedAlready,
    "EmergencyOver": EmergencyOver,
    "EmergencyStatusUnfit": EmergencyStatusUnfit,
    "EmergencyUnknown": EmergencyUnknown,
    "ExpiryPassed": ExpiryPassed,
    "ExpiryTooFar": ExpiryTooFar,
    "GranteeNotActive": GranteeNotActive,
    "InvalidPatientSignature": InvalidPatientSignature,
    "InvalidShortString": InvalidShortString,
    "JustificationMissing": JustificationMissing,
    "NotNarrower": NotNarrower,
    "NotThePatient": NotThePatient,
    "NotTheProvider": NotTheProvider,
    "OfficerBarred": OfficerBarred,
    "PatientNotActive": PatientNotActive,
    "PatientNotRegistered": PatientNotRegistered,
    "ProviderNotCertified": ProviderNotCertified,
    "PurposeMissing": PurposeMissing,
    "ReasonMissing": ReasonMissing,
    "RecordOutsideEmergency": RecordOutsideEmergency,
    "RecordUnknown": RecordUnknown,
    "ReviewerIsParty": ReviewerIsParty,
    "ReviewerJudgedAlready": ReviewerJudgedAlready,
    "ScopeAmbiguous": ScopeAmbiguous,
    "ScopeEmpty": ScopeEmpty,
    "ScopePeriodEmpty": ScopePeriodEmpty,
    "StringTooLong": StringTooLong,
}
"""The contract's errors by name."""


class ConsentRegistry:
    """A consent names its recipient, one purpose, its items (kinds of records, or one record) and its
    period. The patient narrows or withdraws it at any time. Whoever reads logs it here, and cannot
    without a live consent. In an emergency a certified provider may read without one, for a short time,
    and has to answer for it.
    """

    NAME: ClassVar = "ConsentRegistry"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        admin: Address,
        reviewers: Sequence[Address],
        identity: Address,
        records: Address,
        terms: Terms,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        admin: who grants and revokes `REVIEWER_ROLE`
        reviewers: who holds `REVIEWER_ROLE` from the start
        identity: the registry of roles, certifications and keys
        records: the registry of records
        terms: the terms, fixed for good
        """
        return interface(ConsentRegistry.NAME).encode_creation(forwarder, admin, plain(reviewers), identity, records, plain(terms))

    def answer_period(self) -> ContractCall[int]:
        """How long after the end of its access an emergency may be answered, in seconds."""
        data = interface(self.NAME).encode("ANSWER_PERIOD")
        return ContractCall(self.NAME, "ANSWER_PERIOD", self.address, data, same)

    def consent_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a consent that a patient signs and somebody else sends."""
        data = interface(self.NAME).encode("CONSENT_TYPEHASH")
        return ContractCall(self.NAME, "CONSENT_TYPEHASH", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def emergency_period(self) -> ContractCall[int]:
        """How long an emergency gives access, in seconds."""
        data = interface(self.NAME).encode("EMERGENCY_PERIOD")
        return ContractCall(self.NAME, "EMERGENCY_PERIOD", self.address, data, same)

    def identity(self) -> ContractCall[Address]:
        """Where roles, certifications and keys of people are kept."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def longest_period(self) -> ContractCall[int]:
        """The longest period of a consent, in seconds."""
        data = interface(self.NAME).encode("LONGEST_PERIOD")
        return ContractCall(self.NAME, "LONGEST_PERIOD", self.address, data, same)

    def records(self) -> ContractCall[Address]:
        """Where records are anchored."""
        data = interface(self.NAME).encode("RECORDS")
        return ContractCall(self.NAME, "RECORDS", self.address, data, same)

    def reviewer_role(self) -> ContractCall[Hash32]:
        """The role that judges emergencies; granted by the admin."""
        data = interface(self.NAME).encode("REVIEWER_ROLE")
        return ContractCall(self.NAME, "REVIEWER_ROLE", self.address, data, same)

    def accountability_of(self, provider: Address) -> ContractCall[Accountability]:
        """What a provider has to answer for, over all its keys.

        provider: the provider, by any of its keys
        Returns counts of its emergencies by what became of them
        """
        data = interface(self.NAME).encode("accountabilityOf", provider)
        return ContractCall(self.NAME, "accountabilityOf", self.address, data, Accountability.from_abi)

    def answer_emergency(self, emergency_id: Hash32, justification: Hash32) -> ContractCall[None]:
        """Answer for an emergency, which ends its access. The sender is its provider, certified still
        or not.

        emergency_id: the identifier of the emergency
        justification: the salted hash of the justification
        """
        data = interface(self.NAME).encode("answerEmergency", emergency_id, justification)
        return ContractCall(self.NAME, "answerEmergency", self.address, data, same)

    def consent_digest(
        self,
        patient: Address,
        grantee: Address,
        purpose: Purpose,
        scope: Scope,
        expiry_s: int,
        edition: int,
        deadline_s: int,
    ) -> ContractCall[Hash32]:
        """The digest that a patient signs over a consent which somebody else sends.

        patient: the patient's present key
        grantee: who may read
        purpose: what for
        scope: which records
        expiry_s: the last second (Unix) at which the consent is live
        edition: the consent's next edition: one more than the present one
        deadline_s: the last second (Unix) at which the signature may be brought
        Returns the EIP-712 digest
        """
        data = interface(self.NAME).encode("consentDigest", patient, grantee, purpose, plain(scope), expiry_s, edition, deadline_s)
        return ContractCall(self.NAME, "consentDigest", self.address, data, same)

    def consent_id_of(
        self,
        patient: Address,
        grantee: Address,
        purpose: Purpose,
        record_id: Hash32,
    ) -> ContractCall[Hash32]:
        """The identifier of the consent of a patient to a grantee for a purpose and a record: the hash
        of both persons' first keys, the purpose and the record.

        patient: the patient, by any of the patient's keys
        grantee: who may read, by any of its keys
        purpose: what for
        record_id: the one record, zero for the consent by kind
        Returns the identifier, whether there is such a consent or not
        """
        data = interface(self.NAME).encode("consentIdOf", patient, grantee, purpose, record_id)
        return ContractCall(self.NAME, "consentIdOf", self.address, data, same)

    def consent_of(self, consent_id: Hash32) -> ContractCall[Consent]:
        """The consent of an identifier; its edition is 0 where there is none.

        consent_id: the identifier of the consent
        Returns the consent, live or not
        """
        data = interface(self.NAME).encode("consentOf", consent_id)
        return ContractCall(self.NAME, "consentOf", self.address, data, Consent.from_abi)

    def contest_emergency(self, emergency_id: Hash32, reason: Hash32) -> ContractCall[None]:
        """Contest an emergency: once before its verdict, which tells the reviewer, and once a verdict
        that it was justified, which is set aside until another reviewer has judged. The sender is its
        patient, by the present key.

        emergency_id: the identifier of the emergency
        reason: the salted hash of the patient's reason
        """
        data = interface(self.NAME).encode("contestEmergency", emergency_id, reason)
        return ContractCall(self.NAME, "contestEmergency", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def emergency_of(self, emergency_id: Hash32) -> ContractCall[Emergency]:
        """The emergency of an identifier; its status is `None` where there is none.

        emergency_id: the identifier of the emergency
        Returns the emergency
        """
        data = interface(self.NAME).encode("emergencyOf", emergency_id)
        return ContractCall(self.NAME, "emergencyOf", self.address, data, Emergency.from_abi)

    def get_role_admin(self, role: Hash32) -> ContractCall[Hash32]:
        """Returns the admin role that controls `role`. See {grantRole} and {revokeRole}. To change a
        role's admin, use {_setRoleAdmin}.
        """
        data = interface(self.NAME).encode("getRoleAdmin", role)
        return ContractCall(self.NAME, "getRoleAdmin", self.address, data, same)

    def grant(
        self,
        grantee: Address,
        purpose: Purpose,
        scope: Scope,
        expiry_s: int,
    ) -> ContractCall[Hash32]:
        """Consent to a grantee's reading of one's records. What stood for the same grantee, purpose and
        record before is replaced. The sender is a patient.

        grantee: who may read
        purpose: what for
        scope: which records
        expiry_s: the last second (Unix) at which the consent is live
        Returns the identifier of the consent
        """
        data = interface(self.NAME).encode("grant", grantee, purpose, plain(scope), expiry_s)
        return ContractCall(self.NAME, "grant", self.address, data, same)

    def grant_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Grants `role` to `account`. If `account` had not been already granted `role`, emits a
        {RoleGranted} event. Requirements: - the caller must have ``role``'s admin role. May emit a
        {RoleGranted} event.
        """
        data = interface(self.NAME).encode("grantRole", role, account)
        return ContractCall(self.NAME, "grantRole", self.address, data, same)

    def grant_signed(
        self,
        patient: Address,
        grantee: Address,
        purpose: Purpose,
        scope: Scope,
        expiry_s: int,
        deadline_s: int,
        patient_signature: Signature,
    ) -> ContractCall[Hash32]:
        """Bring a consent that its patient signed. Anyone may send it, once, until `deadline`: the
        signature holds for the consent's next edition only. A patient takes an unused signature back by
        granting and withdrawing.

        patient: who signed: the patient's present key
        grantee: who may read
        purpose: what for
        scope: which records
        expiry_s: the last second (Unix) at which the consent is live
        deadline_s: the last second (Unix) at which the signature may be brought
        patient_signature: over the consent and its next edition
        Returns the identifier of the consent
        """
        data = interface(self.NAME).encode("grantSigned", patient, grantee, purpose, plain(scope), expiry_s, deadline_s, plain(patient_signature))
        return ContractCall(self.NAME, "grantSigned", self.address, data, same)

    def has_role(self, role: Hash32, account: Address) -> ContractCall[bool]:
        """Returns `true` if `account` has been granted `role`."""
        data = interface(self.NAME).encode("hasRole", role, account)
        return ContractCall(self.NAME, "hasRole", self.address, data, same)

    def is_emergency_live(self, emergency_id: Hash32) -> ContractCall[bool]:
        """Whether an emergency gives access in this block, as long as its provider stays certified.

        emergency_id: the identifier of the emergency
        Returns whether it is open and its time is not over
        """
        data = interface(self.NAME).encode("isEmergencyLive", emergency_id)
        return ContractCall(self.NAME, "isEmergencyLive", self.address, data, same)

    def is_live(self, consent_id: Hash32) -> ContractCall[bool]:
        """Whether a consent is live in this block: granted, not withdrawn, not past its expiry.

        consent_id: the identifier of the consent
        Returns whether it is live now
        """
        data = interface(self.NAME).encode("isLive", consent_id)
        return ContractCall(self.NAME, "isLive", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def judge_emergency(
        self,
        emergency_id: Hash32,
        justified: bool,
        finding: Hash32,
    ) -> ContractCall[None]:
        """Judge an emergency that was answered, or reported as unanswered. Only a reviewer, no party to
        it, and another one where a first verdict was contested.

        emergency_id: the identifier of the emergency
        justified: whether the glass was rightly broken
        finding: the hash of the reviewer's reasons
        """
        data = interface(self.NAME).encode("judgeEmergency", emergency_id, justified, finding)
        return ContractCall(self.NAME, "judgeEmergency", self.address, data, same)

    def log_access(
        self,
        patient: Address,
        purpose: Purpose,
        root: Hash32,
        issuer: Address,
    ) -> ContractCall[Hash32]:
        """Log that the sender reads a record now. Refused where no live consent covers it.

        patient: the patient of the record
        purpose: what for
        root: the root of the record
        issuer: the provider that issued the record
        Returns the consent that covers it
        """
        data = interface(self.NAME).encode("logAccess", patient, purpose, root, issuer)
        return ContractCall(self.NAME, "logAccess", self.address, data, same)

    def log_emergency_access(
        self,
        emergency_id: Hash32,
        record_patient: Address,
        root: Hash32,
        issuer: Address,
    ) -> ContractCall[None]:
        """Log that the sender reads a record in an emergency that it opened. Refused once it is over or
        answered, or the provider's certification is. A record that stands in a batch has to be proven
        first.

        emergency_id: the identifier of the emergency
        record_patient: the patient of the record: any key of the emergency's patient
        root: the root of the record
        issuer: the provider that issued the record
        """
        data = interface(self.NAME).encode("logEmergencyAccess", emergency_id, record_patient, root, issuer)
        return ContractCall(self.NAME, "logEmergencyAccess", self.address, data, same)

    def narrow(
        self,
        grantee: Address,
        purpose: Purpose,
        scope: Scope,
        expiry_s: int,
    ) -> ContractCall[None]:
        """Take something away from a live consent: kinds, parts of the period of anchoring, time. The
        sender is its patient, by the present key.

        grantee: who may read, by any of its keys
        purpose: what for
        scope: what is left; of a consent to one record the expiry alone can be narrowed
        expiry_s: the last second (Unix) at which the consent is live, in the future
        """
        data = interface(self.NAME).encode("narrow", grantee, purpose, plain(scope), expiry_s)
        return ContractCall(self.NAME, "narrow", self.address, data, same)

    def open_emergency(self, patient: Address, reason: Hash32) -> ContractCall[Hash32]:
        """Break the glass: open all records of a patient for a short time. The sender is a provider
        certified now.

        patient: the patient, by any of the patient's keys
        reason: the salted hash of the reason; an emergency of the same provider and patient needs a new
            one
        Returns the identifier of the emergency, keccak256(abi.encode(provider, patient, reason))
        """
        data = interface(self.NAME).encode("openEmergency", patient, reason)
        return ContractCall(self.NAME, "openEmergency", self.address, data, same)

    def permits(
        self,
        patient: Address,
        grantee: Address,
        purpose: Purpose,
        record_id: Hash32,
    ) -> ContractCall[bool]:
        """Whether a patient's live consent lets a grantee in good standing read a record for a purpose
        in this block.

        patient: the patient of the record, by any of its keys
        grantee: who would read, by any of its keys
        purpose: what for
        record_id: the identifier of the record
        Returns whether a live consent covers it
        """
        data = interface(self.NAME).encode("permits", patient, grantee, purpose, record_id)
        return ContractCall(self.NAME, "permits", self.address, data, same)

    def renounce_role(self, role: Hash32, caller_confirmation: Address) -> ContractCall[None]:
        """Revokes `role` from the calling account. Roles are often managed via {grantRole} and
        {revokeRole}: this function's purpose is to provide a mechanism for accounts to lose their
        privileges if they are compromised (such as when a trusted device is misplaced). Emits a
        {RoleRevoked} event if the calling account had `role` and this call successfully revoked it.
        Requirements: - the caller must be `callerConfirmation`. May emit a {RoleRevoked} event.
        """
        data = interface(self.NAME).encode("renounceRole", role, caller_confirmation)
        return ContractCall(self.NAME, "renounceRole", self.address, data, same)

    def report_unanswered(self, emergency_id: Hash32) -> ContractCall[None]:
        """Put on record that an emergency was not answered in time. Anyone may.

        emergency_id: the identifier of the emergency
        """
        data = interface(self.NAME).encode("reportUnanswered", emergency_id)
        return ContractCall(self.NAME, "reportUnanswered", self.address, data, same)

    def revoke(self, grantee: Address, purpose: Purpose, record_id: Hash32) -> ContractCall[None]:
        """Withdraw a live consent, from this block on. The sender is its patient, by the present key,
        suspended or not.

        grantee: who may read, by any of its keys
        purpose: what for
        record_id: the one record of the consent, zero for a consent by kind
        """
        data = interface(self.NAME).encode("revoke", grantee, purpose, record_id)
        return ContractCall(self.NAME, "revoke", self.address, data, same)

    def revoke_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Revokes `role` from `account`. If `account` had been granted `role`, emits a {RoleRevoked}
        event. Requirements: - the caller must have ``role``'s admin role. May emit a {RoleRevoked}
        event.
        """
        data = interface(self.NAME).encode("revokeRole", role, account)
        return ContractCall(self.NAME, "revokeRole", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
