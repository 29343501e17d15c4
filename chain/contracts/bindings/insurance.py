"""Insurance: Private health insurance paid in MED.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class ClaimStatus(IntEnum):
    """`ClaimStatus` of the contracts, numbered as there."""

    NONE = 0
    FILED = 1
    DECIDED = 2
    APPEALED = 3
    CLOSED = 4
    CONDEMNED = 5


class PolicyStatus(IntEnum):
    """`PolicyStatus` of the contracts, numbered as there."""

    NONE = 0
    LIVE = 1
    RELEASED = 2
    FRAUD = 3


class Standing(IntEnum):
    """`Standing` of the contracts, numbered as there."""

    UNKNOWN = 0
    ACTIVE = 1
    SUSPENDED = 2
    RETIRED = 3


class Quote(Struct):
    """`Quote` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"), ("patient", "patient"), ("factsHash", "facts_hash"), ("premium", "premium_med_units"), ("coverLimit", "cover_limit_med_units"), ("claimLimit", "claim_limit_med_units"), ("previousPolicyId", "previous_policy_id"), ("validUntil", "valid_until_s"), ("nonce", "nonce"))

    product_id: Hash32
    patient: Address
    facts_hash: Hash32
    premium_med_units: int
    cover_limit_med_units: int
    claim_limit_med_units: int
    previous_policy_id: Hash32
    valid_until_s: int
    nonce: int


class Signature(Struct):
    """`Signature` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("r", "r"), ("vs", "vs"))

    r: Hash32
    vs: Hash32


class Permit(Struct):
    """`Permit` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("deadline", "deadline_s"), ("signature", "signature"))
    READERS: ClassVar[Mapping[str, Any]] = {"signature": Signature.from_abi}

    deadline_s: int
    signature: Signature


class Book(Struct):
    """`Book` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("reserve", "reserve_med_units"), ("held", "held_med_units"), ("exposure", "exposure_med_units"), ("unfunded", "unfunded_med_units"))

    reserve_med_units: int
    held_med_units: int
    exposure_med_units: int
    unfunded_med_units: int


class Claim(Struct):
    """`Claim` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("recordId", "record_id"), ("caseId", "case_id"), ("ceiling", "ceiling_med_units"), ("awarded", "awarded_med_units"), ("until", "until_s"), ("status", "status"), ("proven", "proven"), ("paid", "paid_med_units"), ("held", "held_med_units"), ("discretionary", "discretionary"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": ClaimStatus}

    policy_id: Hash32
    record_id: Hash32
    case_id: Hash32
    ceiling_med_units: int
    awarded_med_units: int
    until_s: int
    status: ClaimStatus
    proven: bool
    paid_med_units: int
    held_med_units: int
    discretionary: bool


class Filing(Struct):
    """`Filing` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("root", "root"), ("issuer", "issuer"), ("patient", "patient"), ("amount", "amount_med_units"), ("salt", "salt"), ("leaf", "leaf"), ("proof", "proof"))
    READERS: ClassVar[Mapping[str, Any]] = {"proof": tuple}

    policy_id: Hash32
    root: Hash32
    issuer: Address
    patient: Address
    amount_med_units: int
    salt: Hash32
    leaf: Hash32
    proof: tuple[Hash32, ...]


class ProductTerms(Struct):
    """`ProductTerms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("premium", "premium_med_units"), ("coverLimit", "cover_limit_med_units"), ("period", "period_s"), ("waitingSeconds", "waiting_s"), ("claimLimit", "claim_limit_med_units"), ("deductible", "deductible_med_units"), ("kinds", "kinds"), ("automaticLimit", "automatic_limit_med_units"), ("automaticClaims", "automatic_claims"), ("coinsuranceBasisPoints", "coinsurance_basis_points"), ("refundBasisPoints", "refund_basis_points"), ("reviewSeconds", "review_s"), ("appealSeconds", "appeal_s"), ("filingSeconds", "filing_s"), ("exclusive", "exclusive"), ("consentNeeded", "consent_needed"))

    premium_med_units: int
    cover_limit_med_units: int
    period_s: int
    waiting_s: int
    claim_limit_med_units: int
    deductible_med_units: int
    kinds: int
    automatic_limit_med_units: int
    automatic_claims: int
    coinsurance_basis_points: int
    refund_basis_points: int
    review_s: int
    appeal_s: int
    filing_s: int
    exclusive: bool
    consent_needed: bool


class Policy(Struct):
    """`Policy` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"), ("patient", "patient"), ("startsAt", "starts_at_s"), ("endsAt", "ends_at_s"), ("status", "status"), ("followed", "followed"), ("cover", "cover_med_units"), ("claimLimit", "claim_limit_med_units"), ("openClaims", "open_claims"), ("filings", "filings"), ("automaticClaims", "automatic_claims"), ("premium", "premium_med_units"), ("refundDue", "refund_due_med_units"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": PolicyStatus}

    product_id: Hash32
    patient: Address
    starts_at_s: int
    ends_at_s: int
    status: PolicyStatus
    followed: bool
    cover_med_units: int
    claim_limit_med_units: int
    open_claims: int
    filings: int
    automatic_claims: int
    premium_med_units: int
    refund_due_med_units: int


class Product(Struct):
    """`Product` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"), ("withdrawn", "withdrawn"), ("terms", "terms"))
    READERS: ClassVar[Mapping[str, Any]] = {"terms": ProductTerms.from_abi}

    insurer: Address
    withdrawn: bool
    terms: ProductTerms


class RecordUse(Struct):
    """`RecordUse` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("claims", "claims"), ("exclusive", "exclusive"), ("fraudulent", "fraudulent"))

    claims: int
    exclusive: bool
    fraudulent: bool


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("reserveBasisPoints", "reserve_basis_points"), ("maximumFilings", "maximum_filings"), ("arbitrationSeconds", "arbitration_s"), ("maximumReviewSeconds", "maximum_review_s"), ("minimumAppealSeconds", "minimum_appeal_s"))

    reserve_basis_points: int
    maximum_filings: int
    arbitration_s: int
    maximum_review_s: int
    minimum_appeal_s: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class ClaimAppealed(ContractEvent):
    """The claimant asked the arbiter.

    claim_id: the identifier
    grounds_hash: the hash of the grounds, which the arbiter gets off chain
    until_s: the last second (Unix) at which the arbiter may decide
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimAppealed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("groundsHash", "grounds_hash"), ("until", "until_s"))

    claim_id: Hash32
    grounds_hash: Hash32
    until_s: int


class ClaimArbitrated(ContractEvent):
    """The arbiter decided an appeal for good.

    claim_id: the identifier
    arbiter: who decided
    awarded_med_units: the whole award, units of 10^-8 MED
    reason_hash: the hash of the reasons
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimArbitrated"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("arbiter", "arbiter"), ("awarded", "awarded_med_units"), ("reasonHash", "reason_hash"))

    claim_id: Hash32
    arbiter: Address
    awarded_med_units: int
    reason_hash: Hash32


class ClaimClosed(ContractEvent):
    """A claim is decided for good; once more, and at what was paid, where its record turns out a fraud
    after that.

    claim_id: the identifier
    awarded_med_units: what is granted, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimClosed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("awarded", "awarded_med_units"))

    claim_id: Hash32
    awarded_med_units: int


class ClaimDecided(ContractEvent):
    """The insurer answered a claim.

    claim_id: the identifier
    awarded_med_units: what it grants, units of 10^-8 MED; 0 refuses
    reason_hash: the hash of the reasons, which the claimant gets off chain
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimDecided"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("awarded", "awarded_med_units"), ("reasonHash", "reason_hash"))

    claim_id: Hash32
    awarded_med_units: int
    reason_hash: Hash32


class ClaimFiled(ContractEvent):
    """A holder claimed a bill.

    claim_id: the identifier
    policy_id: the policy
    record_id: the identifier of the record
    leaf: the salted hash of the bill
    amount_med_units: what the bill says, units of 10^-8 MED
    ceiling_med_units: what the claim may cost at most, units of 10^-8 MED
    proven: whether the leaf proves the amount
    until_s: the last second (Unix) at which the insurer may answer
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimFiled"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("policyId", "policy_id"), ("recordId", "record_id"), ("leaf", "leaf"), ("amount", "amount_med_units"), ("ceiling", "ceiling_med_units"), ("proven", "proven"), ("until", "until_s"))

    claim_id: Hash32
    policy_id: Hash32
    record_id: Hash32
    leaf: Hash32
    amount_med_units: int
    ceiling_med_units: int
    proven: bool
    until_s: int


class ClaimPaid(ContractEvent):
    """A claimant was paid.

    claim_id: the identifier
    patient: the claimant's present key, which was paid
    insurer: who bears it
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimPaid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("patient", "patient"), ("insurer", "insurer"), ("amount", "amount_med_units"))

    claim_id: Hash32
    patient: Address
    insurer: Address
    amount_med_units: int


class ClaimWithdrawn(ContractEvent):
    """The claimant took a claim back, content with what was granted so far.

    claim_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ClaimWithdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"),)

    claim_id: Hash32


class Deposited(ContractEvent):
    """`payer` added to an insurer's reserve.

    insurer: the insurer
    payer: who paid
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "Deposited"
    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"), ("payer", "payer"), ("amount", "amount_med_units"))

    insurer: Address
    payer: Address
    amount_med_units: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class FraudProven(ContractEvent):
    """An arbiter holds a fraud for proven. The policy is ended.

    policy_id: the identifier
    claim_id: the fraudulent claim, zero where the facts of a quote were false
    arbiter: who decided
    evidence_hash: the hash of the evidence
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "FraudProven"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("claimId", "claim_id"), ("arbiter", "arbiter"), ("evidenceHash", "evidence_hash"))

    policy_id: Hash32
    claim_id: Hash32
    arbiter: Address
    evidence_hash: Hash32


class PolicyCancelled(ContractEvent):
    """A holder ended a policy before its time.

    policy_id: the identifier
    patient: the holder, by its first key
    refund_med_units: what the holder gets back, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "PolicyCancelled"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("patient", "patient"), ("refund", "refund_med_units"))

    policy_id: Hash32
    patient: Address
    refund_med_units: int


class PolicyReleased(ContractEvent):
    """Nothing more can be claimed under a policy, and its cover binds the insurer no longer.

    policy_id: the identifier
    insurer: the insurer
    cover_med_units: what was not claimed, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "PolicyReleased"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("insurer", "insurer"), ("cover", "cover_med_units"))

    policy_id: Hash32
    insurer: Address
    cover_med_units: int


class PolicyTaken(ContractEvent):
    """A patient bought a policy. Amounts are in units of 10^-8 MED, times Unix seconds.

    policy_id: the identifier
    product_id: the product
    patient: the holder, by its first key
    premium_med_units: what was paid
    cover_limit_med_units: the most that it pays
    claim_limit_med_units: the most that one claim pays
    starts_at_s: the first second of cover
    ends_at_s: when cover is over
    previous_policy_id: the policy that it follows, zero where there is none
    facts_hash: the hash of the facts that were quoted on, zero at the list price
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "PolicyTaken"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("productId", "product_id"), ("patient", "patient"), ("premium", "premium_med_units"), ("coverLimit", "cover_limit_med_units"), ("claimLimit", "claim_limit_med_units"), ("startsAt", "starts_at_s"), ("endsAt", "ends_at_s"), ("previousPolicyId", "previous_policy_id"), ("factsHash", "facts_hash"))

    policy_id: Hash32
    product_id: Hash32
    patient: Address
    premium_med_units: int
    cover_limit_med_units: int
    claim_limit_med_units: int
    starts_at_s: int
    ends_at_s: int
    previous_policy_id: Hash32
    facts_hash: Hash32


class ProductOffered(ContractEvent):
    """An insurer offers a product, for the first time or again.

    product_id: the identifier
    insurer: the insurer
    terms: its terms
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ProductOffered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"), ("insurer", "insurer"), ("terms", "terms"))
    READERS: ClassVar[Mapping[str, Any]] = {"terms": ProductTerms.from_abi}

    product_id: Hash32
    insurer: Address
    terms: ProductTerms


class ProductWithdrawn(ContractEvent):
    """A product is not for sale any more. Its policies stay as they are.

    product_id: the identifier
    insurer: the insurer
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "ProductWithdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"), ("insurer", "insurer"))

    product_id: Hash32
    insurer: Address


class QuoteWithdrawn(ContractEvent):
    """An insurer withdrew a quote before it was accepted.

    insurer: the insurer
    nonce: the quote's number
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "QuoteWithdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"), ("nonce", "nonce"))

    insurer: Address
    nonce: int


class RefundPaid(ContractEvent):
    """A holder was paid a refund or a part of it.

    policy_id: the identifier
    patient: the holder's present key, which was paid
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "RefundPaid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("patient", "patient"), ("amount", "amount_med_units"))

    policy_id: Hash32
    patient: Address
    amount_med_units: int


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "Insurance"
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

    CONTRACT: ClassVar = "Insurance"
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

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class Withdrawn(ContractEvent):
    """An insurer took back what its reserve holds beyond what is required.

    insurer: the insurer
    to: the insurer's present key, which was paid
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    EVENT: ClassVar = "Withdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"), ("to", "to"), ("amount", "amount_med_units"))

    insurer: Address
    to: Address
    amount_med_units: int


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class AmountZero(ContractError):
    """An amount of zero moves nothing."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "AmountZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AppealTooShort(ContractError):
    """The insurer would leave claimants less time to appeal than they must have.

    appeal_s: the appeal term
    minimum_s: the shortest allowed
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "AppealTooShort"
    FIELDS: ClassVar[tuple[Field, ...]] = (("appealSeconds", "appeal_s"), ("minimumSeconds", "minimum_s"))

    appeal_s: int
    minimum_s: int


class ArbiterIsParty(ContractError):
    """An arbiter does not judge its own case.

    arbiter: the arbiter, who is the policy's holder or insurer
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ArbiterIsParty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("arbiter", "arbiter"),)

    arbiter: Address


class AwardOutOfBounds(ContractError):
    """The award is below what was awarded before, or above what the claim may cost.

    amount_med_units: the award, units of 10^-8 MED
    minimum_amount_med_units: what was awarded before, units of 10^-8 MED
    maximum_amount_med_units: what the claim may cost, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "AwardOutOfBounds"
    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("minimumAmount", "minimum_amount_med_units"), ("maximumAmount", "maximum_amount_med_units"))

    amount_med_units: int
    minimum_amount_med_units: int
    maximum_amount_med_units: int


class ClaimDue(ContractError):
    """Nobody needs an arbiter: the claim is due, and `settle` pays it.

    claim_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ClaimDue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"),)

    claim_id: Hash32


class ClaimStatusWrong(ContractError):
    """The claim has not come so far, or has gone further.

    claim_id: the identifier
    status: how far it has come
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ClaimStatusWrong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("status", "status"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": ClaimStatus}

    claim_id: Hash32
    status: ClaimStatus


class ClaimUnknown(ContractError):
    """There is no such claim.

    claim_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ClaimUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"),)

    claim_id: Hash32


class ConsentMissing(ContractError):
    """The product needs a consent of the patient to the insurer for the purpose Claim, and none is
    live.

    patient: the record's patient
    insurer: the insurer
    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ConsentMissing"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"), ("insurer", "insurer"), ("recordId", "record_id"))

    patient: Address
    insurer: Address
    record_id: Hash32


class FilingOver(ContractError):
    """The time to file claims under this policy is over.

    policy_id: the identifier
    filing_until_s: its last second (Unix)
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "FilingOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("filingUntil", "filing_until_s"))

    policy_id: Hash32
    filing_until_s: int


class FraudProvenAlready(ContractError):
    """The policy was ended by fraud already.

    policy_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "FraudProvenAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"),)

    policy_id: Hash32


class InsurerNotActive(ContractError):
    """The account is no insurer in standing.

    account: the account: a caller, or the present key of an insurer
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "InsurerNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class InvalidInsurerSignature(ContractError):
    """The signature is not the insurer's, or not over this quote.

    insurer: the insurer
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "InvalidInsurerSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"),)

    insurer: Address


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class KindNotCovered(ContractError):
    """The product does not cover records of this kind.

    kind: the kind of the record
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "KindNotCovered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("kind", "kind"),)

    kind: int


class KindsEmpty(ContractError):
    """A product must cover some kind of record."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "KindsEmpty"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class LimitZero(ContractError):
    """A cover limit or a limit per claim of zero pays nothing."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "LimitZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class NotTheHolder(ContractError):
    """Only the policy's holder may do this.

    caller: who called
    patient: the holder, by its first key
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "NotTheHolder"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("patient", "patient"))

    caller: Address
    patient: Address


class NotTheInsurer(ContractError):
    """Only the insurer whose product it is may do this.

    caller: who called
    insurer: whose product it is
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "NotTheInsurer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("insurer", "insurer"))

    caller: Address
    insurer: Address


class NothingPayable(ContractError):
    """The bill does not exceed the deductible, or the policy's cover is used up.

    amount_med_units: the claimed amount, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "NothingPayable"
    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"),)

    amount_med_units: int


class NothingToCollect(ContractError):
    """Nothing is lacking for the claim, or the reserve has nothing.

    claim_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "NothingToCollect"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"),)

    claim_id: Hash32


class NothingToRefund(ContractError):
    """No refund is owed under the policy, or the reserve has nothing.

    policy_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "NothingToRefund"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"),)

    policy_id: Hash32


class OfficerBarred(ContractError):
    """The key holds the role, but is suspended or was replaced.

    account: the key
    standing: what the identity registry says of it
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "OfficerBarred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("standing", "standing"))
    READERS: ClassVar[Mapping[str, Any]] = {"standing": Standing}

    account: Address
    standing: Standing


class PatientNotActive(ContractError):
    """The account is no patient in standing.

    patient: who called
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PatientNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class PeriodZero(ContractError):
    """A policy must last at least a second."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PeriodZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class PolicyEnded(ContractError):
    """The policy's term is over.

    policy_id: the identifier
    ends_at_s: when it ended, Unix seconds
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PolicyEnded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("endsAt", "ends_at_s"))

    policy_id: Hash32
    ends_at_s: int


class PolicyFollowedAlready(ContractError):
    """The policy has been followed by another one already.

    policy_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PolicyFollowedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"),)

    policy_id: Hash32


class PolicyNotLive(ContractError):
    """The policy is cancelled before its begin, released, or ended by fraud.

    policy_id: the identifier
    status: how it stands
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PolicyNotLive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("status", "status"))
    READERS: ClassVar[Mapping[str, Any]] = {"status": PolicyStatus}

    policy_id: Hash32
    status: PolicyStatus


class PolicyStillBinds(ContractError):
    """Claims may be filed, or are open still, so the policy's cover is not released.

    policy_id: the identifier
    filing_until_s: the last second (Unix) at which claims may be filed
    open_claims: how many claims are open
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PolicyStillBinds"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("filingUntil", "filing_until_s"), ("openClaims", "open_claims"))

    policy_id: Hash32
    filing_until_s: int
    open_claims: int


class PolicyTakenAlready(ContractError):
    """The holder has this policy already: the same product from the same second on.

    policy_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PolicyTakenAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"),)

    policy_id: Hash32


class PolicyUnknown(ContractError):
    """There is no such policy.

    policy_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "PolicyUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"),)

    policy_id: Hash32


class ProductNotForSale(ContractError):
    """The product is not for sale any more, neither to new holders nor for another term.

    product_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ProductNotForSale"
    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"),)

    product_id: Hash32


class ProductOfferedAlready(ContractError):
    """The insurer offers these terms already.

    product_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ProductOfferedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"),)

    product_id: Hash32


class ProductUnknown(ContractError):
    """There is no such product.

    product_id: the identifier
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ProductUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("productId", "product_id"),)

    product_id: Hash32


class ProofInvalid(ContractError):
    """The record is not valid now, or the leaf is not part of it.

    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ProofInvalid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class QuoteExpired(ContractError):
    """The quote's time is over.

    valid_until_s: its last second (Unix)
    time_s: the present, Unix seconds
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "QuoteExpired"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validUntil", "valid_until_s"), ("time", "time_s"))

    valid_until_s: int
    time_s: int


class QuoteOfAnotherPatient(ContractError):
    """The quote is for somebody else.

    patient: for whom it is
    caller: who called
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "QuoteOfAnotherPatient"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"), ("caller", "caller"))

    patient: Address
    caller: Address


class QuoteUsed(ContractError):
    """The quote's number is used up: accepted, or withdrawn by the insurer.

    insurer: the insurer
    nonce: the number
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "QuoteUsed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"), ("nonce", "nonce"))

    insurer: Address
    nonce: int


class RecordClaimedAlready(ContractError):
    """The record was paid under this policy, or a claim for it is open.

    policy_id: the identifier of the policy
    case_id: the identifier of its case
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "RecordClaimedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("caseId", "case_id"))

    policy_id: Hash32
    case_id: Hash32


class RecordClaimedElsewhere(ContractError):
    """The record is claimed under another policy, and one of the two forbids the other.

    case_id: the identifier of its case
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "RecordClaimedElsewhere"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caseId", "case_id"),)

    case_id: Hash32


class RecordFraudulent(ContractError):
    """The record was the means of a proven fraud: no claim is ever paid for it.

    case_id: the identifier of its case
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "RecordFraudulent"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caseId", "case_id"),)

    case_id: Hash32


class RecordOfAnotherPatient(ContractError):
    """The record is not the policy holder's.

    patient: the record's patient
    holder: the holder, by its first key
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "RecordOfAnotherPatient"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"), ("holder", "holder"))

    patient: Address
    holder: Address


class RecordOutsideTerm(ContractError):
    """The record, or the one that it corrects, was not anchored within the policy's cover.

    anchored_at_s: when it was anchored, Unix seconds
    starts_at_s: the first second (Unix) of cover
    ends_at_s: when cover is over, Unix seconds
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "RecordOutsideTerm"
    FIELDS: ClassVar[tuple[Field, ...]] = (("anchoredAt", "anchored_at_s"), ("startsAt", "starts_at_s"), ("endsAt", "ends_at_s"))

    anchored_at_s: int
    starts_at_s: int
    ends_at_s: int


class ReentrancyGuardReentrantCall(ContractError):
    """Unauthorized reentrant call."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ReentrancyGuardReentrantCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ReserveTooSmall(ContractError):
    """The reserve does not reach: for a new policy, or for what is to be taken out beside what is
    required.

    insurer: the insurer
    reserve_med_units: what its reserve holds, units of 10^-8 MED
    required_med_units: what it would have to hold, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ReserveTooSmall"
    FIELDS: ClassVar[tuple[Field, ...]] = (("insurer", "insurer"), ("reserve", "reserve_med_units"), ("required", "required_med_units"))

    insurer: Address
    reserve_med_units: int
    required_med_units: int


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_med_units"))

    bits: int
    value_med_units: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


class ShareInvalid(ContractError):
    """The insurer pays a share above nothing and up to the whole; a refund is at most the whole.

    basis_points: the share, basis points
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "ShareInvalid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("basisPoints", "basis_points"),)

    basis_points: int


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class TermNotOver(ContractError):
    """Somebody still has time to act on the claim.

    claim_id: the identifier
    until_s: its last second (Unix)
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "TermNotOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("until", "until_s"))

    claim_id: Hash32
    until_s: int


class TermOver(ContractError):
    """The caller's time to act on the claim is over.

    claim_id: the identifier
    until_s: its last second (Unix)
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "TermOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("claimId", "claim_id"), ("until", "until_s"))

    claim_id: Hash32
    until_s: int


class TermTooLong(ContractError):
    """A term is longer than allowed: the insurer's, for which claimants wait, or theirs, which bind its
    reserve.

    term_s: the term
    maximum_s: the longest allowed
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "TermTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("termSeconds", "term_s"), ("maximumSeconds", "maximum_s"))

    term_s: int
    maximum_s: int


class TermsInvalid(ContractError):
    """The contract's terms are unusable: without a filing or a second for the arbiter no claim could be
    decided, and with too long a shortest appeal term no product offered.
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "TermsInvalid"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class TooManyFilings(ContractError):
    """The record was filed under this policy as often as allowed.

    policy_id: the identifier of the policy
    case_id: the identifier of its case
    count: how often
    """

    CONTRACT: ClassVar = "Insurance"
    ERROR: ClassVar = "TooManyFilings"
    FIELDS: ClassVar[tuple[Field, ...]] = (("policyId", "policy_id"), ("caseId", "case_id"), ("count", "count"))

    policy_id: Hash32
    case_id: Hash32
    count: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "ClaimAppealed": ClaimAppealed,
    "ClaimArbitrated": ClaimArbitrated,
    "ClaimClosed": ClaimClosed,
    "ClaimDecided": ClaimDecided,
    "ClaimFiled": ClaimFiled,
    "ClaimPaid": ClaimPaid,
    "ClaimWithdrawn": ClaimWithdrawn,
    "Deposited": Deposited,
    "EIP712DomainChanged": EIP712DomainChanged,
    "FraudProven": FraudProven,
    "PolicyCancelled": PolicyCancelled,
    "PolicyReleased": PolicyReleased,
    "PolicyTaken": PolicyTaken,
    "ProductOffered": ProductOffered,
    "ProductWithdrawn": ProductWithdrawn,
    "QuoteWithdrawn": QuoteWithdrawn,
    "RefundPaid": RefundPaid,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "Withdrawn": Withdrawn,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "AmountZero": AmountZero,
    "AppealTooShort": AppealTooShort,
    "ArbiterIsParty": ArbiterIsParty,
    "AwardOutOfBounds": AwardOutOfBounds,
    "ClaimDue": ClaimDue,
    "ClaimStatusWrong": ClaimStatusWrong,
    "ClaimUnknown": ClaimUnknown,
    "ConsentMissing": ConsentMissing,
    "FilingOver": FilingOver,
    "FraudProvenAlready": FraudProvenAlready,
    "InsurerNotActive": InsurerNotActive,
    "InvalidInsurerSignature": InvalidInsurerSignature,
    "InvalidShortString": InvalidShortString,
    "KindNotCovered": KindNotCovered,
    "KindsEmpty": KindsEmpty,
    "LimitZero": LimitZero,
    "NotTheHolder": NotTheHolder,
    "NotTheInsurer": NotTheInsurer,
    "NothingPayable": NothingPayable,
    "NothingToCollect": NothingToCollect,
    "NothingToRefund": NothingToRefund,
    "OfficerBarred": OfficerBarred,
    "PatientNotActive": PatientNotActive,
    "PeriodZero": PeriodZero,
    "PolicyEnded": PolicyEnded,
    "PolicyFollowedAlready": PolicyFollowedAlready,
    "PolicyNotLive": PolicyNotLive,
    "PolicyStillBinds": PolicyStillBinds,
    "PolicyTakenAlready": PolicyTakenAlready,
    "PolicyUnknown": PolicyUnknown,
    "ProductNotForSale": ProductNotForSale,
    "ProductOfferedAlready": ProductOfferedAlready,
    "ProductUnknown": ProductUnknown,
    "ProofInvalid": ProofInvalid,
    "QuoteExpired": QuoteExpired,
    "QuoteOfAnotherPatient": QuoteOfAnotherPatient,
    "QuoteUsed": QuoteUsed,
    "RecordClaimedAlready": RecordClaimedAlready,
    "RecordClaimedElsewhere": RecordClaimedElsewhere,
    "RecordFraudulent": RecordFraudulent,
    "RecordOfAnotherPatient": RecordOfAnotherPatient,
    "RecordOutsideTerm": RecordOutsideTerm,
    "ReentrancyGuardReentrantCall": ReentrancyGuardReentrantCall,
    "ReserveTooSmall": ReserveTooSmall,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
    "ShareInvalid": ShareInvalid,
    "StringTooLong": StringTooLong,
    "TermNotOver": TermNotOver,
    "TermOver": TermOver,
    "TermTooLong": TermTooLong,
    "TermsInvalid": TermsInvalid,
    "TooManyFilings": TooManyFilings,
}
"""The contract's errors by name."""


class Insurance:
    """Several insurers in one contract, each with a reserve of its own: books, products, policies,
    claims.
    """

    NAME: ClassVar = "Insurance"

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
        admin: who grants and revokes `ARBITER_ROLE`
        arbiters: who holds `ARBITER_ROLE` from the start
        token: MED
        identity: the registry of people
        records: the registry of records
        consents: the registry of consents
        terms: what holds for every insurer, fixed for good
        """
        return interface(Insurance.NAME).encode_creation(forwarder, admin, plain(arbiters), token, identity, records, consents, plain(terms))

    def arbiter_role(self) -> ContractCall[Hash32]:
        """The role that decides appeals and proves fraud; granted by the admin."""
        data = interface(self.NAME).encode("ARBITER_ROLE")
        return ContractCall(self.NAME, "ARBITER_ROLE", self.address, data, same)

    def arbitration_seconds(self) -> ContractCall[int]:
        """How long the arbiter has for an appeal, in seconds."""
        data = interface(self.NAME).encode("ARBITRATION_SECONDS")
        return ContractCall(self.NAME, "ARBITRATION_SECONDS", self.address, data, same)

    def basis_points(self) -> ContractCall[int]:
        """Basis points in the whole."""
        data = interface(self.NAME).encode("BASIS_POINTS")
        return ContractCall(self.NAME, "BASIS_POINTS", self.address, data, same)

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

    def maximum_filings(self) -> ContractCall[int]:
        """How often one record may be filed under one policy, refusals counted."""
        data = interface(self.NAME).encode("MAXIMUM_FILINGS")
        return ContractCall(self.NAME, "MAXIMUM_FILINGS", self.address, data, same)

    def maximum_review_seconds(self) -> ContractCall[int]:
        """The longest review term that a product may have, in seconds."""
        data = interface(self.NAME).encode("MAXIMUM_REVIEW_SECONDS")
        return ContractCall(self.NAME, "MAXIMUM_REVIEW_SECONDS", self.address, data, same)

    def maximum_term_seconds(self) -> ContractCall[int]:
        """The longest that a product may leave claimants to appeal, and to file after a term's end, in
        seconds.
        """
        data = interface(self.NAME).encode("MAXIMUM_TERM_SECONDS")
        return ContractCall(self.NAME, "MAXIMUM_TERM_SECONDS", self.address, data, same)

    def minimum_appeal_seconds(self) -> ContractCall[int]:
        """The shortest appeal term that a product may have, in seconds."""
        data = interface(self.NAME).encode("MINIMUM_APPEAL_SECONDS")
        return ContractCall(self.NAME, "MINIMUM_APPEAL_SECONDS", self.address, data, same)

    def quote_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a quote."""
        data = interface(self.NAME).encode("QUOTE_TYPEHASH")
        return ContractCall(self.NAME, "QUOTE_TYPEHASH", self.address, data, same)

    def records(self) -> ContractCall[Address]:
        """Where records are anchored."""
        data = interface(self.NAME).encode("RECORDS")
        return ContractCall(self.NAME, "RECORDS", self.address, data, same)

    def reserve_basis_points(self) -> ContractCall[int]:
        """The share of its exposure that an insurer keeps in reserve, basis points."""
        data = interface(self.NAME).encode("RESERVE_BASIS_POINTS")
        return ContractCall(self.NAME, "RESERVE_BASIS_POINTS", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token of premiums and claims."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def accept(self, quote: Quote, signature: Signature, permit: Permit) -> ContractCall[Hash32]:
        """Buy a policy on a quote, once. The sender is the patient whom it names.

        quote: the quote
        signature: the insurer's, by its present key, over the quote
        permit: the sender's permit over the premium, or none
        Returns the identifier of the policy
        """
        data = interface(self.NAME).encode("accept", plain(quote), plain(signature), plain(permit))
        return ContractCall(self.NAME, "accept", self.address, data, same)

    def appeal(self, claim_id: Hash32, grounds_hash: Hash32) -> ContractCall[None]:
        """Ask the arbiter: within the appeal term after the insurer granted less than the claim may
        cost, or after it left a claim unanswered which its proof alone does not make due. The sender is
        the policy's holder.

        claim_id: the claim
        grounds_hash: the hash of the grounds
        """
        data = interface(self.NAME).encode("appeal", claim_id, grounds_hash)
        return ContractCall(self.NAME, "appeal", self.address, data, same)

    def arbitrate(
        self,
        claim_id: Hash32,
        amount_med_units: int,
        reason_hash: Hash32,
    ) -> ContractCall[None]:
        """Decide an appeal for good, within the arbiter's term. Only an arbiter may who is neither
        party.

        claim_id: the claim
        amount_med_units: the whole award, not below what the insurer granted, units of 10^-8 MED
        reason_hash: the hash of the reasons
        """
        data = interface(self.NAME).encode("arbitrate", claim_id, amount_med_units, reason_hash)
        return ContractCall(self.NAME, "arbitrate", self.address, data, same)

    def bill_leaf_of(self, salt: Hash32, amount_med_units: int) -> ContractCall[Hash32]:
        """The leaf of a bill in its plain form, from which this contract reads the amount:
        keccak256(keccak256(salt ‖ content)), as every leaf of a record, over a FHIR Invoice in
        canonical JSON that holds nothing but the amount.

        salt: the salt of the leaf
        amount_med_units: what the bill says, units of 10^-8 MED
        Returns the leaf
        """
        data = interface(self.NAME).encode("billLeafOf", salt, amount_med_units)
        return ContractCall(self.NAME, "billLeafOf", self.address, data, same)

    def book_of(self, insurer: Address) -> ContractCall[Book]:
        """An insurer's book.

        insurer: the insurer, by its first key
        Returns its book, in units of 10^-8 MED
        """
        data = interface(self.NAME).encode("bookOf", insurer)
        return ContractCall(self.NAME, "bookOf", self.address, data, Book.from_abi)

    def cancel(self, policy_id: Hash32) -> ContractCall[None]:
        """End a policy now. The sender is its holder. Records of the time until now may still be
        claimed. Where nothing was ever claimed under the policy, the product's share of the premium for
        the time left is paid back; what the reserve lacks for that is the insurer's debt
        (`collectRefund`).

        policy_id: the policy
        """
        data = interface(self.NAME).encode("cancel", policy_id)
        return ContractCall(self.NAME, "cancel", self.address, data, same)

    def claim_of(self, claim_id: Hash32) -> ContractCall[Claim]:
        """The claim of an identifier; its status is `None` where there is none.

        claim_id: the identifier
        Returns the claim
        """
        data = interface(self.NAME).encode("claimOf", claim_id)
        return ContractCall(self.NAME, "claimOf", self.address, data, Claim.from_abi)

    def collect(self, claim_id: Hash32) -> ContractCall[None]:
        """Pay what is overdue on a claim, and set aside what was lacking for it, as far as the reserve
        reaches. Callable by anyone. For a record that was the means of a fraud nothing is paid: what
        was lacking is no debt any more.

        claim_id: the claim
        """
        data = interface(self.NAME).encode("collect", claim_id)
        return ContractCall(self.NAME, "collect", self.address, data, same)

    def collect_refund(self, policy_id: Hash32) -> ContractCall[None]:
        """Pay what is overdue on a refund, as far as the reserve reaches. Callable by anyone.

        policy_id: the policy
        """
        data = interface(self.NAME).encode("collectRefund", policy_id)
        return ContractCall(self.NAME, "collectRefund", self.address, data, same)

    def decide(
        self,
        claim_id: Hash32,
        amount_med_units: int,
        reason_hash: Hash32,
    ) -> ContractCall[None]:
        """Grant a claim, whole or in part, or refuse it, within the review term. Only the policy's
        insurer may. What is granted is paid at once, but where nothing proves the amount only out of
        what the reserve holds beyond what others rely on; against less than the whole the claimant may
        appeal.

        claim_id: the claim
        amount_med_units: what is granted, units of 10^-8 MED; 0 refuses
        reason_hash: the hash of the reasons
        """
        data = interface(self.NAME).encode("decide", claim_id, amount_med_units, reason_hash)
        return ContractCall(self.NAME, "decide", self.address, data, same)

    def deposit(self, insurer: Address, amount_med_units: int, permit: Permit) -> ContractCall[None]:
        """Add to an insurer's reserve. Anyone may, for an insurer in standing; nobody but the insurer
        gets it back.

        insurer: the insurer, by any of its keys
        amount_med_units: units of 10^-8 MED
        permit: the sender's permit, or none
        """
        data = interface(self.NAME).encode("deposit", insurer, amount_med_units, plain(permit))
        return ContractCall(self.NAME, "deposit", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def file(self, filing: Filing) -> ContractCall[Hash32]:
        """Claim a bill. The sender is the policy's holder. A proven bill within the product's rule is
        paid at once.

        filing: the policy, the record and the bill
        Returns the identifier of the claim
        """
        data = interface(self.NAME).encode("file", plain(filing))
        return ContractCall(self.NAME, "file", self.address, data, same)

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

    def is_quote_used(self, insurer: Address, nonce: int) -> ContractCall[bool]:
        """Whether the number of an insurer's quote is used up.

        insurer: the insurer, by its first key
        nonce: the number
        Returns whether a quote of this number was accepted or withdrawn
        """
        data = interface(self.NAME).encode("isQuoteUsed", insurer, nonce)
        return ContractCall(self.NAME, "isQuoteUsed", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def obligations(self) -> ContractCall[int]:
        """All MED held for insurers and claimants, units of 10^-8 MED: the reserves and what is held
        for claims.
        """
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def offer(self, terms: ProductTerms) -> ContractCall[Hash32]:
        """Offer a product, or one again that was withdrawn. Only an insurer may.

        terms: the terms
        Returns the identifier
        """
        data = interface(self.NAME).encode("offer", plain(terms))
        return ContractCall(self.NAME, "offer", self.address, data, same)

    def payout_of(self, policy_id: Hash32, amount_med_units: int) -> ContractCall[int]:
        """What a bill would be paid at most under a policy now: what exceeds the deductible, of that
        the insurer's share rounded down, at most the limit per claim and the cover that is left.

        policy_id: the policy
        amount_med_units: what the bill says, units of 10^-8 MED
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("payoutOf", policy_id, amount_med_units)
        return ContractCall(self.NAME, "payoutOf", self.address, data, same)

    def policy_of(self, policy_id: Hash32) -> ContractCall[Policy]:
        """The policy of an identifier; its status is `None` where there is none.

        policy_id: the identifier
        Returns the policy
        """
        data = interface(self.NAME).encode("policyOf", policy_id)
        return ContractCall(self.NAME, "policyOf", self.address, data, Policy.from_abi)

    def product_of(self, product_id: Hash32) -> ContractCall[Product]:
        """The product of an identifier; its insurer is zero where there is none.

        product_id: the identifier
        Returns the product
        """
        data = interface(self.NAME).encode("productOf", product_id)
        return ContractCall(self.NAME, "productOf", self.address, data, Product.from_abi)

    def prove_fraud(
        self,
        policy_id: Hash32,
        claim_id: Hash32,
        evidence_hash: Hash32,
    ) -> ContractCall[None]:
        """Hold a fraud for proven: by a claim, or in the facts of a quote. Only an arbiter may who is
        neither party. The policy ends at once without a refund, the claim is paid no further, and its
        record never again anywhere: no claim for it is, under whatever policy. A refund that is not
        paid yet is void.

        policy_id: the policy
        claim_id: the fraudulent claim under it, zero where the facts of a quote were false
        evidence_hash: the hash of the evidence
        """
        data = interface(self.NAME).encode("proveFraud", policy_id, claim_id, evidence_hash)
        return ContractCall(self.NAME, "proveFraud", self.address, data, same)

    def quote_digest(self, quote: Quote) -> ContractCall[Hash32]:
        """The digest that an insurer signs over a quote.

        quote: the quote
        Returns of EIP-712
        """
        data = interface(self.NAME).encode("quoteDigest", plain(quote))
        return ContractCall(self.NAME, "quoteDigest", self.address, data, same)

    def record_use_of(self, case_id: Hash32) -> ContractCall[RecordUse]:
        """What is claimed for a record across all insurers.

        case_id: the identifier of the record's case
        Returns the use
        """
        data = interface(self.NAME).encode("recordUseOf", case_id)
        return ContractCall(self.NAME, "recordUseOf", self.address, data, RecordUse.from_abi)

    def refund_of(self, policy_id: Hash32) -> ContractCall[int]:
        """What a holder gets back who cancels now, rounded down: nothing once anything was claimed.

        policy_id: the policy
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("refundOf", policy_id)
        return ContractCall(self.NAME, "refundOf", self.address, data, same)

    def release(self, policy_id: Hash32) -> ContractCall[None]:
        """Free an insurer of a policy under which nothing more can be claimed. Callable by anyone.

        policy_id: the policy
        """
        data = interface(self.NAME).encode("release", policy_id)
        return ContractCall(self.NAME, "release", self.address, data, same)

    def renew(self, previous_policy_id: Hash32, permit: Permit) -> ContractCall[Hash32]:
        """Buy the term after a policy's at the list price, before the policy ends. The sender is its
        holder. Cover goes on without a waiting time.

        previous_policy_id: the policy
        permit: the sender's permit over the premium, or none
        Returns the identifier of the policy that follows
        """
        data = interface(self.NAME).encode("renew", previous_policy_id, plain(permit))
        return ContractCall(self.NAME, "renew", self.address, data, same)

    def renounce_role(self, role: Hash32, caller_confirmation: Address) -> ContractCall[None]:
        """Revokes `role` from the calling account. Roles are often managed via {grantRole} and
        {revokeRole}: this function's purpose is to provide a mechanism for accounts to lose their
        privileges if they are compromised (such as when a trusted device is misplaced). Emits a
        {RoleRevoked} event if the calling account had `role` and this call successfully revoked it.
        Requirements: - the caller must be `callerConfirmation`. May emit a {RoleRevoked} event.
        """
        data = interface(self.NAME).encode("renounceRole", role, caller_confirmation)
        return ContractCall(self.NAME, "renounceRole", self.address, data, same)

    def required_reserve(self, insurer: Address) -> ContractCall[int]:
        """What an insurer's reserve must hold before it may sell a policy or take anything back: its
        share of the exposure, rounded up, and its debts.

        insurer: the insurer, by its first key
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("requiredReserve", insurer)
        return ContractCall(self.NAME, "requiredReserve", self.address, data, same)

    def revoke_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Revokes `role` from `account`. If `account` had been granted `role`, emits a {RoleRevoked}
        event. Requirements: - the caller must have ``role``'s admin role. May emit a {RoleRevoked}
        event.
        """
        data = interface(self.NAME).encode("revokeRole", role, account)
        return ContractCall(self.NAME, "revokeRole", self.address, data, same)

    def settle(self, claim_id: Hash32) -> ContractCall[None]:
        """Do what the end of a term brings. Callable by anyone. An unanswered claim is paid in full
        where its proof makes it due, and else closed after the appeal term; a decision that nobody
        appealed against stands, and so it does where the arbiter was silent.

        claim_id: the claim
        """
        data = interface(self.NAME).encode("settle", claim_id)
        return ContractCall(self.NAME, "settle", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def take(self, product_id: Hash32, permit: Permit) -> ContractCall[Hash32]:
        """Buy a policy at the list price. The sender is a patient.

        product_id: the product
        permit: the sender's permit over the premium, or none
        Returns the identifier of the policy
        """
        data = interface(self.NAME).encode("take", product_id, plain(permit))
        return ContractCall(self.NAME, "take", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def withdraw(self, amount_med_units: int) -> ContractCall[None]:
        """Take back from the sender's reserve what is not required of it. Only an insurer may.

        amount_med_units: units of 10^-8 MED
        """
        data = interface(self.NAME).encode("withdraw", amount_med_units)
        return ContractCall(self.NAME, "withdraw", self.address, data, same)

    def withdraw_claim(self, claim_id: Hash32) -> ContractCall[None]:
        """Take a claim back, or end it content with what was granted so far. The sender is the policy's
        holder.

        claim_id: the claim
        """
        data = interface(self.NAME).encode("withdrawClaim", claim_id)
        return ContractCall(self.NAME, "withdrawClaim", self.address, data, same)

    def withdraw_product(self, product_id: Hash32) -> ContractCall[None]:
        """Sell a product no more, neither to new holders nor for another term. Only the insurer may.
        Quotes for it are void while it is withdrawn.

        product_id: the identifier
        """
        data = interface(self.NAME).encode("withdrawProduct", product_id)
        return ContractCall(self.NAME, "withdrawProduct", self.address, data, same)

    def withdraw_quote(self, nonce: int) -> ContractCall[None]:
        """Make a quote void. Only an insurer may, for its own quotes.

        nonce: the quote's number
        """
        data = interface(self.NAME).encode("withdrawQuote", nonce)
        return ContractCall(self.NAME, "withdrawQuote", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
