"""DataMarket: Data deals: records for MED, out of an escrow.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


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


class SubmissionStatus(IntEnum):
    """`SubmissionStatus` of the contracts, numbered as there."""

    NONE = 0
    PENDING = 1
    DISPUTED = 2
    PAID = 3
    REFUSED = 4


class Request(Struct):
    """`Request` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("termsHash", "terms_hash"), ("price", "price_med_units"), ("quota", "quota"), ("kinds", "kinds"), ("purpose", "purpose"), ("deadline", "deadline_s"))
    READERS: ClassVar[Mapping[str, Any]] = {"purpose": Purpose}

    terms_hash: Hash32
    price_med_units: int
    quota: int
    kinds: int
    purpose: Purpose
    deadline_s: int


class Deal(Struct):
    """`Deal` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("consumer", "consumer"), ("deadline", "deadline_s"), ("commissionBasisPoints", "commission_basis_points"), ("purpose", "purpose"), ("stopped", "stopped"), ("price", "price_med_units"), ("quota", "quota"), ("takenCount", "taken_count"), ("paidCount", "paid_count"), ("kinds", "kinds"))
    READERS: ClassVar[Mapping[str, Any]] = {"purpose": Purpose}

    consumer: Address
    deadline_s: int
    commission_basis_points: int
    purpose: Purpose
    stopped: bool
    price_med_units: int
    quota: int
    taken_count: int
    paid_count: int
    kinds: int


class Submission(Struct):
    """`Submission` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"), ("submittedAt", "submitted_at_s"), ("disputedAt", "disputed_at_s"), ("status", "status"), ("recordId", "record_id"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": SubmissionStatus}

    patient: Address
    submitted_at_s: int
    disputed_at_s: int
    status: SubmissionStatus
    record_id: Hash32


class Disclosure(Struct):
    """`Disclosure` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("root", "root"), ("issuer", "issuer"), ("patient", "patient"), ("leaf", "leaf"), ("proof", "proof"))
    READERS: ClassVar[Mapping[str, Any]] = {"proof": tuple}

    root: Hash32
    issuer: Address
    patient: Address
    leaf: Hash32
    proof: tuple[Hash32, ...]


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("reviewPeriod", "review_period_s"), ("arbitrationPeriod", "arbitration_period_s"), ("commissionBasisPoints", "commission_basis_points"), ("treasury", "treasury"))

    review_period_s: int
    arbitration_period_s: int
    commission_basis_points: int
    treasury: Address


class BudgetReturned(ContractEvent):
    """The unspent budget of a deal went back.

    deal_id: the identifier of the deal
    consumer: the consumer's present key
    amount_med_units: what it got, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "BudgetReturned"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("consumer", "consumer"), ("amount", "amount_med_units"))

    deal_id: Hash32
    consumer: Address
    amount_med_units: int


class CommissionSet(ContractEvent):
    """Deals opened from now on pay another commission.

    commission_basis_points: what the treasury gets of each price
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "CommissionSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("commissionBasisPoints", "commission_basis_points"),)

    commission_basis_points: int


class DealOpened(ContractEvent):
    """A consumer opened a deal and put its budget into escrow.

    deal_id: the identifier of the deal
    consumer: the consumer
    terms_hash: the hash of its published terms
    price_med_units: what one record costs, units of 10^-8 MED
    quota: how many records it pays for
    kinds: the kinds of records it takes, bit k for kind k
    purpose: what it reads them for
    deadline_s: the last second (Unix) at which a record may be submitted
    commission_basis_points: what the treasury gets of each price
    budget_med_units: what went into escrow, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "DealOpened"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("consumer", "consumer"), ("termsHash", "terms_hash"), ("price", "price_med_units"), ("quota", "quota"), ("kinds", "kinds"), ("purpose", "purpose"), ("deadline", "deadline_s"), ("commissionBasisPoints", "commission_basis_points"), ("budget", "budget_med_units"))
    READERS: ClassVar[Mapping[str, Any]] = {"purpose": Purpose}

    deal_id: Hash32
    consumer: Address
    terms_hash: Hash32
    price_med_units: int
    quota: int
    kinds: int
    purpose: Purpose
    deadline_s: int
    commission_basis_points: int
    budget_med_units: int


class DealStopped(ContractEvent):
    """The consumer stopped a deal: it takes no more records.

    deal_id: the identifier of the deal
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "DealStopped"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"),)

    deal_id: Hash32


class DisputeDecided(ContractEvent):
    """An arbiter decided a dispute.

    deal_id: the identifier of the deal
    submission_id: the identifier of the submission
    arbiter: who decided
    pay: whether the patient is paid; the price goes back into the deal otherwise
    finding: the hash of the arbiter's reasons
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "DisputeDecided"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("submissionId", "submission_id"), ("arbiter", "arbiter"), ("pay", "pay"), ("finding", "finding"))

    deal_id: Hash32
    submission_id: Hash32
    arbiter: Address
    pay: bool
    finding: Hash32


class EvidenceStated(ContractEvent):
    """A party to a dispute states evidence.

    deal_id: the identifier of the deal
    submission_id: the identifier of the submission
    party: who states it
    evidence: the hash of the evidence
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "EvidenceStated"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("submissionId", "submission_id"), ("party", "party"), ("evidence", "evidence"))

    deal_id: Hash32
    submission_id: Hash32
    party: Address
    evidence: Hash32


class RecordSubmitted(ContractEvent):
    """A patient submitted a record; its price is reserved.

    deal_id: the identifier of the deal
    submission_id: the identifier of the submission
    patient: the patient's present key
    record_id: the identifier of the record
    leaf: the salted hash of the disclosed part
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "RecordSubmitted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("submissionId", "submission_id"), ("patient", "patient"), ("recordId", "record_id"), ("leaf", "leaf"))

    deal_id: Hash32
    submission_id: Hash32
    patient: Address
    record_id: Hash32
    leaf: Hash32


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "DataMarket"
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

    CONTRACT: ClassVar = "DataMarket"
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

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class SubmissionDisputed(ContractEvent):
    """The consumer disputes a submission, or was silent while its record was revoked or superseded.

    deal_id: the identifier of the deal
    submission_id: the identifier of the submission
    reason: the hash of the consumer's reason, zero where it was silent
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "SubmissionDisputed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("submissionId", "submission_id"), ("reason", "reason"))

    deal_id: Hash32
    submission_id: Hash32
    reason: Hash32


class SubmissionLapsed(ContractEvent):
    """No arbiter decided about a record that is revoked or superseded: the price goes back into the
    deal.

    deal_id: the identifier of the deal
    submission_id: the identifier of the submission
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "SubmissionLapsed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("submissionId", "submission_id"))

    deal_id: Hash32
    submission_id: Hash32


class SubmissionPaid(ContractEvent):
    """A submission was paid.

    deal_id: the identifier of the deal
    submission_id: the identifier of the submission
    patient: the patient's present key
    amount_med_units: what the patient got, units of 10^-8 MED
    commission_med_units: what the treasury got, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "SubmissionPaid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("submissionId", "submission_id"), ("patient", "patient"), ("amount", "amount_med_units"), ("commission", "commission_med_units"))

    deal_id: Hash32
    submission_id: Hash32
    patient: Address
    amount_med_units: int
    commission_med_units: int


class TreasurySet(ContractEvent):
    """Commissions go to another account from now on.

    treasury: who gets them
    """

    CONTRACT: ClassVar = "DataMarket"
    EVENT: ClassVar = "TreasurySet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("treasury", "treasury"),)

    treasury: Address


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class ArbiterIsParty(ContractError):
    """A party to a dispute does not decide it.

    arbiter: the arbiter
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "ArbiterIsParty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("arbiter", "arbiter"),)

    arbiter: Address


class ArbitrationOver(ContractError):
    """The arbiter's term ended at `endsAt` (Unix seconds).

    submission_id: the identifier of the submission
    ends_at_s: the last second of the term, Unix seconds
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "ArbitrationOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("submissionId", "submission_id"), ("endsAt", "ends_at_s"))

    submission_id: Hash32
    ends_at_s: int


class CommissionTooHigh(ContractError):
    """The commission must not exceed the highest.

    commission_basis_points: the commission that was given, in basis points
    most_basis_points: the highest, in basis points
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "CommissionTooHigh"
    FIELDS: ClassVar[tuple[Field, ...]] = (("commissionBasisPoints", "commission_basis_points"), ("mostBasisPoints", "most_basis_points"))

    commission_basis_points: int
    most_basis_points: int


class ConsumerNotActive(ContractError):
    """The account is neither a researcher nor an insurer, or suspended, or a key that was replaced.

    consumer: the consumer
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "ConsumerNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("consumer", "consumer"),)

    consumer: Address


class DeadlinePassed(ContractError):
    """The deal took records until `deadline` (Unix seconds).

    deadline_s: the last second (Unix) at which records were taken
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "DeadlinePassed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("deadline", "deadline_s"), ("time", "time_s"))

    deadline_s: int
    time_s: int


class DealNotEnded(ContractError):
    """The deal still takes records.

    deal_id: the identifier of the deal
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "DealNotEnded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"),)

    deal_id: Hash32


class DealOpenedAlready(ContractError):
    """This consumer has opened a deal on exactly these terms already.

    deal_id: the identifier of the deal
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "DealOpenedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"),)

    deal_id: Hash32


class DealStoppedAlready(ContractError):
    """The consumer has stopped the deal.

    deal_id: the identifier of the deal
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "DealStoppedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"),)

    deal_id: Hash32


class DealUnknown(ContractError):
    """There is no such deal.

    deal_id: the identifier of the deal
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "DealUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"),)

    deal_id: Hash32


class DisclosureInvalid(ContractError):
    """The record is not valid, or the disclosed part is none of it.

    record_id: the identifier of the record
    leaf: the salted hash of the disclosed part
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "DisclosureInvalid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("leaf", "leaf"))

    record_id: Hash32
    leaf: Hash32


class KindNotWanted(ContractError):
    """The deal does not take records of this kind.

    record_id: the identifier of the record
    kind: its kind
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "KindNotWanted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("kind", "kind"))

    record_id: Hash32
    kind: int


class KindsMissing(ContractError):
    """A deal names the kinds of records that it takes."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "KindsMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class NotAParty(ContractError):
    """Only the deal's consumer or the submission's patient may do this, with the present key.

    caller: who called
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "NotAParty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"),)

    caller: Address


class NotConsented(ContractError):
    """No live consent lets the consumer read this record for the deal's purpose.

    patient: the patient
    consumer: the consumer
    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "NotConsented"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"), ("consumer", "consumer"), ("recordId", "record_id"))

    patient: Address
    consumer: Address
    record_id: Hash32


class NotDue(ContractError):
    """The submission falls due after `endsAt` (Unix seconds).

    submission_id: the identifier of the submission
    ends_at_s: the last second of the term, Unix seconds
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "NotDue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("submissionId", "submission_id"), ("endsAt", "ends_at_s"))

    submission_id: Hash32
    ends_at_s: int


class NotTheConsumer(ContractError):
    """Only the deal's consumer may do this, with its present key.

    caller: who called
    consumer: the consumer
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "NotTheConsumer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("consumer", "consumer"))

    caller: Address
    consumer: Address


class NotThePatient(ContractError):
    """Only the record's patient may do this, with the present key.

    caller: who called
    patient: the patient
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "NotThePatient"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("patient", "patient"))

    caller: Address
    patient: Address


class NothingToReturn(ContractError):
    """Nothing of the budget is unspent.

    deal_id: the identifier of the deal
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "NothingToReturn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"),)

    deal_id: Hash32


class OfficerBarred(ContractError):
    """The key holds the role, but is suspended or was replaced.

    account: the key
    standing: what the identity registry says of it
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "OfficerBarred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("standing", "standing"))
    READERS: ClassVar[Mapping[str, Any]] = {"standing": Standing}

    account: Address
    standing: Standing


class PatientNotActive(ContractError):
    """The account is no patient, suspended, or a key that was replaced.

    patient: the patient
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "PatientNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class PriceZero(ContractError):
    """A deal pays for its records."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "PriceZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class PurposeMissing(ContractError):
    """A deal names its purpose."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "PurposeMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class QuotaReached(ContractError):
    """The deal has taken as many records as it pays for.

    deal_id: the identifier of the deal
    quota: how many records it pays for
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "QuotaReached"
    FIELDS: ClassVar[tuple[Field, ...]] = (("dealId", "deal_id"), ("quota", "quota"))

    deal_id: Hash32
    quota: int


class QuotaZero(ContractError):
    """A deal takes at least one record."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "QuotaZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ReentrancyGuardReentrantCall(ContractError):
    """Unauthorized reentrant call."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "ReentrancyGuardReentrantCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ReviewOver(ContractError):
    """The review period ended at `endsAt` (Unix seconds).

    submission_id: the identifier of the submission
    ends_at_s: the last second of the term, Unix seconds
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "ReviewOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("submissionId", "submission_id"), ("endsAt", "ends_at_s"))

    submission_id: Hash32
    ends_at_s: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


class SubmissionStatusUnfit(ContractError):
    """The submission is in another state than this act needs.

    submission_id: the identifier of the submission
    status: the state it is in
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "SubmissionStatusUnfit"
    FIELDS: ClassVar[tuple[Field, ...]] = (("submissionId", "submission_id"), ("status", "status"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": SubmissionStatus}

    submission_id: Hash32
    status: SubmissionStatus


class SubmittedAlready(ContractError):
    """This record, another version of it, or the same under another key was submitted to this deal
    already.

    submission_id: the identifier of the submission
    """

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "SubmittedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("submissionId", "submission_id"),)

    submission_id: Hash32


class TreasuryMissing(ContractError):
    """The treasury is an account."""

    CONTRACT: ClassVar = "DataMarket"
    ERROR: ClassVar = "TreasuryMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "BudgetReturned": BudgetReturned,
    "CommissionSet": CommissionSet,
    "DealOpened": DealOpened,
    "DealStopped": DealStopped,
    "DisputeDecided": DisputeDecided,
    "EvidenceStated": EvidenceStated,
    "RecordSubmitted": RecordSubmitted,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "SubmissionDisputed": SubmissionDisputed,
    "SubmissionLapsed": SubmissionLapsed,
    "SubmissionPaid": SubmissionPaid,
    "TreasurySet": TreasurySet,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "ArbiterIsParty": ArbiterIsParty,
    "ArbitrationOver": ArbitrationOver,
    "CommissionTooHigh": CommissionTooHigh,
    "ConsumerNotActive": ConsumerNotActive,
    "DeadlinePassed": DeadlinePassed,
    "DealNotEnded": DealNotEnded,
    "DealOpenedAlready": DealOpenedAlready,
    "DealStoppedAlready": DealStoppedAlready,
    "DealUnknown": DealUnknown,
    "DisclosureInvalid": DisclosureInvalid,
    "KindNotWanted": KindNotWanted,
    "KindsMissing": KindsMissing,
    "NotAParty": NotAParty,
    "NotConsented": NotConsented,
    "NotDue": NotDue,
    "NotTheConsumer": NotTheConsumer,
    "NotThePatient": NotThePatient,
    "NothingToReturn": NothingToReturn,
    "OfficerBarred": OfficerBarred,
    "PatientNotActive": PatientNotActive,
    "PriceZero": PriceZero,
    "PurposeMissing": PurposeMissing,
    "QuotaReached": QuotaReached,
    "QuotaZero": QuotaZero,
    "ReentrancyGuardReentrantCall": ReentrancyGuardReentrantCall,
    "ReviewOver": ReviewOver,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
    "SubmissionStatusUnfit": SubmissionStatusUnfit,
    "SubmittedAlready": SubmittedAlready,
    "TreasuryMissing": TreasuryMissing,
}
"""The contract's errors by name."""


class DataMarket:
    """A researcher or insurer puts the price of as many records as it wants into escrow and says which
    kinds, for which purpose and on which terms. Patients who consent to that submit records; each is
    paid once, when the consumer accepts it or lets the review period pass. What the consumer disputes
    an arbiter decides, and what no arbiter decides falls to the patient. A record that its issuer
    revoked or corrected since is not paid by anybody's silence: it needs the consumer's word or an
    arbiter's. What is not spent goes back.
    """

    NAME: ClassVar = "DataMarket"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        admin: Address,
        arbiters: Sequence[Address],
        token: Address,
        identity: Address,
        records: Address,
        consents: Address,
        terms: Terms,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        admin: who sets commission and treasury and grants and revokes `ARBITER_ROLE`
        arbiters: who holds `ARBITER_ROLE` from the start
        token: MED
        identity: the registry of roles and keys
        records: the registry of records
        consents: the registry of consents
        terms: the market's terms
        """
        return interface(DataMarket.NAME).encode_creation(forwarder, admin, plain(arbiters), token, identity, records, consents, plain(terms))

    def arbiter_role(self) -> ContractCall[Hash32]:
        """The role that decides disputes; granted by the admin."""
        data = interface(self.NAME).encode("ARBITER_ROLE")
        return ContractCall(self.NAME, "ARBITER_ROLE", self.address, data, same)

    def arbitration_period(self) -> ContractCall[int]:
        """How long an arbiter may decide a dispute, in seconds."""
        data = interface(self.NAME).encode("ARBITRATION_PERIOD")
        return ContractCall(self.NAME, "ARBITRATION_PERIOD", self.address, data, same)

    def consents(self) -> ContractCall[Address]:
        """Where consents are kept."""
        data = interface(self.NAME).encode("CONSENTS")
        return ContractCall(self.NAME, "CONSENTS", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def identity(self) -> ContractCall[Address]:
        """Where roles, certifications and keys of people are kept."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def most_commission_basis_points(self) -> ContractCall[int]:
        """The highest commission that the admin can set, in basis points."""
        data = interface(self.NAME).encode("MOST_COMMISSION_BASIS_POINTS")
        return ContractCall(self.NAME, "MOST_COMMISSION_BASIS_POINTS", self.address, data, same)

    def records(self) -> ContractCall[Address]:
        """Where records are anchored."""
        data = interface(self.NAME).encode("RECORDS")
        return ContractCall(self.NAME, "RECORDS", self.address, data, same)

    def review_period(self) -> ContractCall[int]:
        """How long a consumer may dispute a submission, in seconds."""
        data = interface(self.NAME).encode("REVIEW_PERIOD")
        return ContractCall(self.NAME, "REVIEW_PERIOD", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """MED, in which deals are paid."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def accept(self, deal_id: Hash32, submission_id: Hash32) -> ContractCall[None]:
        """Accept a submission that is pending, or that the sender has disputed and no longer does: the
        patient gets the price less the commission. The sender is the consumer.

        deal_id: the identifier of the deal
        submission_id: the identifier of the submission
        """
        data = interface(self.NAME).encode("accept", deal_id, submission_id)
        return ContractCall(self.NAME, "accept", self.address, data, same)

    def commission_basis_points(self) -> ContractCall[int]:
        """What the treasury gets of each price of deals opened from now on, in basis points."""
        data = interface(self.NAME).encode("commissionBasisPoints")
        return ContractCall(self.NAME, "commissionBasisPoints", self.address, data, same)

    def deal_id_of(self, consumer: Address, request: Request) -> ContractCall[Hash32]:
        """The identifier of a deal: it commits to all that its consumer asks for.

        consumer: who opens it
        request: what it asks for
        Returns the identifier, whether there is such a deal or not
        """
        data = interface(self.NAME).encode("dealIdOf", consumer, plain(request))
        return ContractCall(self.NAME, "dealIdOf", self.address, data, same)

    def deal_of(self, deal_id: Hash32) -> ContractCall[Deal]:
        """The deal of an identifier; its consumer is zero where there is none.

        deal_id: the identifier of the deal
        Returns the deal
        """
        data = interface(self.NAME).encode("dealOf", deal_id)
        return ContractCall(self.NAME, "dealOf", self.address, data, Deal.from_abi)

    def decide(
        self,
        deal_id: Hash32,
        submission_id: Hash32,
        pay: bool,
        finding: Hash32,
    ) -> ContractCall[None]:
        """Decide a dispute within the arbiter's term: pay the patient, or put the price back into the
        deal. Only an arbiter, no party to it.

        deal_id: the identifier of the deal
        submission_id: the identifier of the submission
        pay: whether the patient is paid
        finding: the hash of the arbiter's reasons
        """
        data = interface(self.NAME).encode("decide", deal_id, submission_id, pay, finding)
        return ContractCall(self.NAME, "decide", self.address, data, same)

    def dispute(self, deal_id: Hash32, submission_id: Hash32, reason: Hash32) -> ContractCall[None]:
        """Dispute a pending submission within its review period. The sender is the consumer.

        deal_id: the identifier of the deal
        submission_id: the identifier of the submission
        reason: the hash of the consumer's reason
        """
        data = interface(self.NAME).encode("dispute", deal_id, submission_id, reason)
        return ContractCall(self.NAME, "dispute", self.address, data, same)

    def get_role_admin(self, role: Hash32) -> ContractCall[Hash32]:
        """Returns the admin role that controls `role`. See {grantRole} and {revokeRole}. To change a
        role's admin, use {_setRoleAdmin}.
        """
        data = interface(self.NAME).encode("getRoleAdmin", role)
        return ContractCall(self.NAME, "getRoleAdmin", self.address, data, same)

    def grant_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Grants `role` to `account`. If `account` had not been already granted `role`, emits a
        {RoleGranted} event. Requirements: - the caller must have ``role``'s admin role. May emit a
        {RoleGranted} event.
        """
        data = interface(self.NAME).encode("grantRole", role, account)
        return ContractCall(self.NAME, "grantRole", self.address, data, same)

    def has_role(self, role: Hash32, account: Address) -> ContractCall[bool]:
        """Returns `true` if `account` has been granted `role`."""
        data = interface(self.NAME).encode("hasRole", role, account)
        return ContractCall(self.NAME, "hasRole", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def obligations(self) -> ContractCall[int]:
        """What is in escrow: all budgets, less what was paid and returned, in units of 10^-8 MED."""
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def open_deal(self, request: Request) -> ContractCall[Hash32]:
        """Open a deal: its budget, quota · price, goes from the sender into escrow. The sender is a
        researcher or insurer and has allowed the market that much.

        request: what the consumer asks for
        Returns the identifier of the deal, keccak256(abi.encode(consumer, request))
        """
        data = interface(self.NAME).encode("openDeal", plain(request))
        return ContractCall(self.NAME, "openDeal", self.address, data, same)

    def open_deal_with_permit(
        self,
        request: Request,
        permit_deadline_s: int,
        v: int,
        r: Hash32,
        s: Hash32,
    ) -> ContractCall[Hash32]:
        """Open a deal and allow its budget in one call, by a permit that the sender has signed for the
        token.

        request: what the consumer asks for
        permit_deadline_s: the last second (Unix) of the permit
        v: the recovery byte of the permit's signature
        r: the first word of the permit's signature
        s: the second word of the permit's signature
        Returns the identifier of the deal
        """
        data = interface(self.NAME).encode("openDealWithPermit", plain(request), permit_deadline_s, v, r, s)
        return ContractCall(self.NAME, "openDealWithPermit", self.address, data, same)

    def renounce_role(self, role: Hash32, caller_confirmation: Address) -> ContractCall[None]:
        """Revokes `role` from the calling account. Roles are often managed via {grantRole} and
        {revokeRole}: this function's purpose is to provide a mechanism for accounts to lose their
        privileges if they are compromised (such as when a trusted device is misplaced). Emits a
        {RoleRevoked} event if the calling account had `role` and this call successfully revoked it.
        Requirements: - the caller must be `callerConfirmation`. May emit a {RoleRevoked} event.
        """
        data = interface(self.NAME).encode("renounceRole", role, caller_confirmation)
        return ContractCall(self.NAME, "renounceRole", self.address, data, same)

    def return_unspent(self, deal_id: Hash32) -> ContractCall[int]:
        """Send the unspent budget of a deal that takes no more records back to its consumer: after the
        deadline, or what an arbiter put back since the deal was stopped. Callable by anyone.

        deal_id: the identifier of the deal
        Returns what went back, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("returnUnspent", deal_id)
        return ContractCall(self.NAME, "returnUnspent", self.address, data, same)

    def revoke_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Revokes `role` from `account`. If `account` had been granted `role`, emits a {RoleRevoked}
        event. Requirements: - the caller must have ``role``'s admin role. May emit a {RoleRevoked}
        event.
        """
        data = interface(self.NAME).encode("revokeRole", role, account)
        return ContractCall(self.NAME, "revokeRole", self.address, data, same)

    def set_commission(self, new_commission_basis_points: int) -> ContractCall[None]:
        """Set the commission of deals opened from now on. Only the admin: the timelock, after a vote.

        new_commission_basis_points: what the treasury gets of each price, in basis points
        """
        data = interface(self.NAME).encode("setCommission", new_commission_basis_points)
        return ContractCall(self.NAME, "setCommission", self.address, data, same)

    def set_treasury(self, new_treasury: Address) -> ContractCall[None]:
        """Set who gets the commissions from now on. Only the admin: the timelock, after a vote.

        new_treasury: the account
        """
        data = interface(self.NAME).encode("setTreasury", new_treasury)
        return ContractCall(self.NAME, "setTreasury", self.address, data, same)

    def settle(self, deal_id: Hash32, submission_id: Hash32) -> ContractCall[None]:
        """Do what the end of a term brings. Callable by anyone. A submission that the consumer let
        pass, or no arbiter decided, is paid while its record is neither revoked nor superseded. Else it
        comes before the arbiters, and where none decides its price goes back into the deal.

        deal_id: the identifier of the deal
        submission_id: the identifier of the submission
        """
        data = interface(self.NAME).encode("settle", deal_id, submission_id)
        return ContractCall(self.NAME, "settle", self.address, data, same)

    def state_evidence(
        self,
        deal_id: Hash32,
        submission_id: Hash32,
        evidence: Hash32,
    ) -> ContractCall[None]:
        """State evidence in a dispute. The sender is the deal's consumer or the submission's patient.

        deal_id: the identifier of the deal
        submission_id: the identifier of the submission
        evidence: the hash of the evidence
        """
        data = interface(self.NAME).encode("stateEvidence", deal_id, submission_id, evidence)
        return ContractCall(self.NAME, "stateEvidence", self.address, data, same)

    def stop(self, deal_id: Hash32) -> ContractCall[int]:
        """Stop a deal: it takes no more records, and what neither is spent nor reserved goes back. The
        sender is the consumer.

        deal_id: the identifier of the deal
        Returns what went back, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("stop", deal_id)
        return ContractCall(self.NAME, "stop", self.address, data, same)

    def submission_id_of(self, deal_id: Hash32, patient: Address, root: Hash32) -> ContractCall[Hash32]:
        """The identifier of a submission: the hash of the deal, the patient's first key and the root of
        the record's first version (`IRecordVersions.firstRootOf`).

        deal_id: the identifier of the deal
        patient: the patient, by any of the patient's keys
        root: the root of the record's first version
        Returns the identifier, whether there is such a submission or not
        """
        data = interface(self.NAME).encode("submissionIdOf", deal_id, patient, root)
        return ContractCall(self.NAME, "submissionIdOf", self.address, data, same)

    def submission_of(self, deal_id: Hash32, submission_id: Hash32) -> ContractCall[Submission]:
        """A submission to a deal; its status is `None` where there is none.

        deal_id: the identifier of the deal
        submission_id: the identifier of the submission
        Returns the submission
        """
        data = interface(self.NAME).encode("submissionOf", deal_id, submission_id)
        return ContractCall(self.NAME, "submissionOf", self.address, data, Submission.from_abi)

    def submit(self, deal_id: Hash32, disclosure: Disclosure) -> ContractCall[Hash32]:
        """Submit a record that was not submitted yet in any version, and reserve its price. The sender
        is its patient, and has consented that the consumer reads it for the deal's purpose.

        deal_id: the identifier of the deal
        disclosure: the record and the part of it that is disclosed
        Returns the identifier of the submission
        """
        data = interface(self.NAME).encode("submit", deal_id, plain(disclosure))
        return ContractCall(self.NAME, "submit", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def treasury(self) -> ContractCall[Address]:
        """Who gets the commissions."""
        data = interface(self.NAME).encode("treasury")
        return ContractCall(self.NAME, "treasury", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def unspent_of(self, deal_id: Hash32) -> ContractCall[int]:
        """What of a deal's budget is neither spent nor reserved nor returned.

        deal_id: the identifier of the deal
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("unspentOf", deal_id)
        return ContractCall(self.NAME, "unspentOf", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
