"""RewardPool: Medi Points for acts that can be proven, converted to MED each epoch.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Contribution(IntEnum):
    """`Contribution` of the contracts, numbered as there."""

    VISIT_PATIENT = 0
    VISIT_PROVIDER = 1
    SHARE_PATIENT = 2
    SHARE_ISSUER = 3
    SHARE_ACCEPTOR = 4


class Conversion(IntEnum):
    """`Conversion` of the contracts, numbered as there."""

    POOL_SHARE = 0
    FIXED_RATE = 1


class Curve(IntEnum):
    """`Curve` of the contracts, numbered as there."""

    LINEAR = 0
    SQUARE_ROOT = 1
    QUADRATIC = 2


class Destination(IntEnum):
    """`Destination` of the contracts, numbered as there."""

    NEXT_EPOCH = 0
    BURN = 1
    TREASURY = 2


class Standing(IntEnum):
    """`Standing` of the contracts, numbered as there."""

    UNKNOWN = 0
    ACTIVE = 1
    SUSPENDED = 2
    RETIRED = 3


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


class CheckInLeaf(Struct):
    """`CheckInLeaf` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("code", "code"), ("patient", "patient"), ("scannedAt", "scanned_at_s"), ("providerSignature", "provider_signature"), ("patientSignature", "patient_signature"))
    READERS: ClassVar[Mapping[str, Any]] = {"code": Code.from_abi, "provider_signature": Signature.from_abi, "patient_signature": Signature.from_abi}

    code: Code
    patient: Address
    scanned_at_s: int
    provider_signature: Signature
    patient_signature: Signature


class RecordRegistryLeaf(Struct):
    """`RecordRegistryLeaf` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("root", "root"), ("patient", "patient"), ("kind", "kind"), ("validUntil", "valid_until_s"), ("checkInId", "check_in_id"), ("patientSignature", "patient_signature"))
    READERS: ClassVar[Mapping[str, Any]] = {"patient_signature": Signature.from_abi}

    root: Hash32
    patient: Address
    kind: int
    valid_until_s: int
    check_in_id: Hash32
    patient_signature: Signature


class Item(Struct):
    """`Item` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("codeHash", "code_hash"), ("checkIn", "check_in"), ("checkInProof", "check_in_proof"), ("record", "record"), ("recordProof", "record_proof"))
    READERS: ClassVar[Mapping[str, Any]] = {"check_in": CheckInLeaf.from_abi, "check_in_proof": tuple, "record": RecordRegistryLeaf.from_abi, "record_proof": tuple}

    code_hash: Hash32
    check_in: CheckInLeaf
    check_in_proof: tuple[Hash32, ...]
    record: RecordRegistryLeaf
    record_proof: tuple[Hash32, ...]


class Total(Struct):
    """`Total` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("weight", "weight"), ("points", "points"), ("policy", "policy"))

    weight: int
    points: int
    policy: int


class Fund(Struct):
    """`Fund` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("budget", "budget_med_units"), ("paid", "paid_med_units"), ("unsettled", "unsettled"))

    budget_med_units: int
    paid_med_units: int
    unsettled: int


class Points(Struct):
    """`Points` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("visitPatient", "visit_patient"), ("visitProvider", "visit_provider"), ("sharePatient", "share_patient"), ("shareIssuer", "share_issuer"), ("shareAcceptor", "share_acceptor"))

    visit_patient: int
    visit_provider: int
    share_patient: int
    share_issuer: int
    share_acceptor: int


class Caps(Struct):
    """`Caps` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("perAccount", "per_account"), ("perProvider", "per_provider"))

    per_account: int
    per_provider: int


class Tally(Struct):
    """`Tally` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("points", "points"), ("curationPoints", "curation_points"), ("issued", "issued"))

    epoch: int
    points: int
    curation_points: int
    issued: int


class Vesting(Struct):
    """`Vesting` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("balance", "balance_med_units"), ("leaving", "leaving_med_units"), ("left", "left_med_units"), ("startedAt", "started_at_s"))

    balance_med_units: int
    leaving_med_units: int
    left_med_units: int
    started_at_s: int


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("firstEpochStart", "first_epoch_start_s"), ("epochLength", "epoch_length_s"), ("conversion", "conversion"), ("fixedRate", "fixed_rate_med_units"), ("curve", "curve"), ("curationCurve", "curation_curve"), ("curationShareBasisPoints", "curation_share_basis_points"), ("vestingShareBasisPoints", "vesting_share_basis_points"), ("powerDownParts", "power_down_parts"), ("powerDownPartLength", "power_down_part_length_s"), ("leftoverTo", "leftover_to"), ("slashedTo", "slashed_to"), ("points", "points"), ("caps", "caps"))
    READERS: ClassVar[Mapping[str, Any]] = {"conversion": Conversion, "curve": Curve, "curation_curve": Curve, "leftover_to": Destination, "slashed_to": Destination, "points": Points.from_abi, "caps": Caps.from_abi}

    first_epoch_start_s: int
    epoch_length_s: int
    conversion: Conversion
    fixed_rate_med_units: int
    curve: Curve
    curation_curve: Curve
    curation_share_basis_points: int
    vesting_share_basis_points: int
    power_down_parts: int
    power_down_part_length_s: int
    leftover_to: Destination
    slashed_to: Destination
    points: Points
    caps: Caps


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class EpochOfAnswer(Row):
    """What `epoch_of` answers.

    authors: the authors' points
    curators: the curators' points
    authors_fund: the authors' money
    curators_fund: the curators' money
    """

    authors: Total
    curators: Total
    authors_fund: Fund
    curators_fund: Fund


class PolicyOfAnswer(Row):
    """What `policy_of` answers.

    from_epoch: the first epoch in which it holds
    curve: how points count
    curation_curve: how curation points count
    points: what acts earn; zeros where there is no such policy
    caps: how many points an epoch lets an account earn and a provider issue, 0 for no cap
    """

    from_epoch: int
    curve: Curve
    curation_curve: Curve
    points: Points
    caps: Caps


class VestingOfAnswer(Row):
    """What `vesting_of` answers.

    vesting: balance and running power-down
    due_med_units: what could be withdrawn now, units of 10^-8 MED
    """

    vesting: Vesting
    due_med_units: int


class Credited(ContractEvent):
    """An account earned points, none where a cap left no room.

    epoch: the epoch in which they count
    account: the account, or its person's first key where a curve or a cap tells persons
    contribution: what for
    points: what was earned; curation points where it is `ShareAcceptor`
    source_id: the visit's check-in, or the shared record
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "Credited"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("account", "account"), ("contribution", "contribution"), ("points", "points"), ("sourceId", "source_id"))
    READERS: ClassVar[Mapping[str, Any]] = {"contribution": Contribution}

    epoch: int
    account: Address
    contribution: Contribution
    points: int
    source_id: Hash32


class DustCarried(ContractEvent):
    """A side of an epoch is fully settled, and rounding left something over for the next budget.

    epoch: the epoch
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "DustCarried"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("amount", "amount_med_units"))

    epoch: int
    amount_med_units: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class EpochClosed(ContractEvent):
    """An epoch was closed; the two budgets are shared out among its points.

    epoch: the epoch
    points: the authors' points
    curation_points: the curators' points
    emission_med_units: the emission that came with it, units of 10^-8 MED
    budget_med_units: emission and what was carried, units of 10^-8 MED
    authors_budget_med_units: what is shared out among the authors, units of 10^-8 MED
    curators_budget_med_units: what is shared out among the curators, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "EpochClosed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("points", "points"), ("curationPoints", "curation_points"), ("emission", "emission_med_units"), ("budget", "budget_med_units"), ("authorsBudget", "authors_budget_med_units"), ("curatorsBudget", "curators_budget_med_units"))

    epoch: int
    points: int
    curation_points: int
    emission_med_units: int
    budget_med_units: int
    authors_budget_med_units: int
    curators_budget_med_units: int


class LeftOver(ContractEvent):
    """A part of an epoch's budget was claimed by no points, or left over by a fixed rate.

    epoch: the epoch
    amount_med_units: units of 10^-8 MED
    destination: where it went
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "LeftOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("amount", "amount_med_units"), ("destination", "destination"))
    READERS: ClassVar[Mapping[str, Any]] = {"destination": Destination}

    epoch: int
    amount_med_units: int
    destination: Destination


class Paid(ContractEvent):
    """An account was paid for its points of an epoch.

    epoch: the epoch
    account: the account under which the points were noted
    recipient: the person's present key, which was paid
    points: its points
    curation_points: its curation points
    amount_med_units: the payout, units of 10^-8 MED
    vested_med_units: the part of it that stays in the pool and vests, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "Paid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("account", "account"), ("recipient", "recipient"), ("points", "points"), ("curationPoints", "curation_points"), ("amount", "amount_med_units"), ("vested", "vested_med_units"))

    epoch: int
    account: Address
    recipient: Address
    points: int
    curation_points: int
    amount_med_units: int
    vested_med_units: int


class PointsSlashed(ContractEvent):
    """Points of an account were slashed.

    epoch: the epoch in which they had been earned
    account: the account
    points: points taken
    curation_points: curation points taken
    amount_med_units: what they were worth in a closed epoch, units of 10^-8 MED; 0 where the epoch is
        not closed
    destination: where that went
    evidence: the hash of the evidence
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "PointsSlashed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("account", "account"), ("points", "points"), ("curationPoints", "curation_points"), ("amount", "amount_med_units"), ("destination", "destination"), ("evidence", "evidence"))
    READERS: ClassVar[Mapping[str, Any]] = {"destination": Destination}

    epoch: int
    account: Address
    points: int
    curation_points: int
    amount_med_units: int
    destination: Destination
    evidence: Hash32


class PolicySet(ContractEvent):
    """A policy was set; one that waited for the same epoch is replaced.

    number: the policy's number
    from_epoch: the first epoch in which it holds
    curve: how points count
    curation_curve: how curation points count
    points: what acts earn
    caps: how many points an epoch lets an account earn and a provider issue, 0 for no cap
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "PolicySet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("number", "number"), ("fromEpoch", "from_epoch"), ("curve", "curve"), ("curationCurve", "curation_curve"), ("points", "points"), ("caps", "caps"))
    READERS: ClassVar[Mapping[str, Any]] = {"curve": Curve, "curation_curve": Curve, "points": Points.from_abi, "caps": Caps.from_abi}

    number: int
    from_epoch: int
    curve: Curve
    curation_curve: Curve
    points: Points
    caps: Caps


class PowerDownStarted(ContractEvent):
    """A power-down was started and replaces the one that was running; one of 0 only ends that.

    person: the person's first key
    amount_med_units: what is to leave, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "PowerDownStarted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("person", "person"), ("amount", "amount_med_units"))

    person: Address
    amount_med_units: int


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "RewardPool"
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

    CONTRACT: ClassVar = "RewardPool"
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

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class VestingSlashed(ContractEvent):
    """Vesting MED of a person was slashed.

    person: the person's first key
    amount_med_units: what was taken, units of 10^-8 MED
    destination: where it went
    evidence: the hash of the evidence
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "VestingSlashed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("person", "person"), ("amount", "amount_med_units"), ("destination", "destination"), ("evidence", "evidence"))
    READERS: ClassVar[Mapping[str, Any]] = {"destination": Destination}

    person: Address
    amount_med_units: int
    destination: Destination
    evidence: Hash32


class VisitSlashed(ContractEvent):
    """A visit was found to be a fraud; what was taken for it is told by `PointsSlashed`.

    check_in_id: the identifier of its check-in
    evidence: the hash of the evidence
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "VisitSlashed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"), ("evidence", "evidence"))

    check_in_id: Hash32
    evidence: Hash32


class Withdrawn(ContractEvent):
    """Parts of a power-down that were due left the pool.

    person: the person's first key
    recipient: the person's present key, which was paid
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "RewardPool"
    EVENT: ClassVar = "Withdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("person", "person"), ("recipient", "recipient"), ("amount", "amount_med_units"))

    person: Address
    recipient: Address
    amount_med_units: int


class AboveVestingBalance(ContractError):
    """More should leave than vests.

    amount_med_units: what was asked for, units of 10^-8 MED
    balance_med_units: what vests, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "AboveVestingBalance"
    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("balance", "balance_med_units"))

    amount_med_units: int
    balance_med_units: int


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class EpochNotClosed(ContractError):
    """The epoch has not been closed.

    epoch: the epoch whose points were to be paid
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "EpochNotClosed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"),)

    epoch: int


class EpochNotNext(ContractError):
    """Epochs are closed in order.

    epoch: the epoch that was to be closed
    next: the epoch that is closed next
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "EpochNotNext"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("next", "next"))

    epoch: int
    next: int


class EpochNotOver(ContractError):
    """The epoch is not over.

    epoch: the epoch that was to be closed
    end_s: when it is over, Unix seconds
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "EpochNotOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epoch", "epoch"), ("end", "end_s"))

    epoch: int
    end_s: int


class EpochNotWholeDays(ContractError):
    """An epoch must last at least a day, and whole days.

    epoch_length_s: what was given, seconds
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "EpochNotWholeDays"
    FIELDS: ClassVar[tuple[Field, ...]] = (("epochLength", "epoch_length_s"),)

    epoch_length_s: int


class EpochsNotStarted(ContractError):
    """The first epoch has not begun.

    time_s: the block's time, Unix seconds
    first_epoch_start_s: when it begins, Unix seconds
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "EpochsNotStarted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("time", "time_s"), ("firstEpochStart", "first_epoch_start_s"))

    time_s: int
    first_epoch_start_s: int


class InvalidPatientSignature(ContractError):
    """The patient's signature is not that of the patient's present key, or not over this presentation.

    patient: the patient's present key
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "InvalidPatientSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("patient", "patient"),)

    patient: Address


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class JudgeIsParty(ContractError):
    """A judge does not judge itself, nor a visit to which it is a party.

    judge: the judge
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "JudgeIsParty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("judge", "judge"),)

    judge: Address


class KeyReplaced(ContractError):
    """The key has been replaced and speaks for nobody.

    key: the key that asked
    current_key: the person's present key
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "KeyReplaced"
    FIELDS: ClassVar[tuple[Field, ...]] = (("key", "key"), ("currentKey", "current_key"))

    key: Address
    current_key: Address


class NotTheProvider(ContractError):
    """Only the provider of the check-in may have it credited, by the key that checked in or its present
    one.

    caller: the sender
    provider: the provider
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "NotTheProvider"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"), ("provider", "provider"))

    caller: Address
    provider: Address


class NothingDue(ContractError):
    """Nothing is due to leave now.

    account: the account that was asked for
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "NothingDue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NothingToSlash(ContractError):
    """There is nothing of the account's that can be slashed.

    account: the account
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "NothingToSlash"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class OfficerBarred(ContractError):
    """The key holds the role, but is suspended or was replaced.

    account: the key
    standing: what the identity registry says of it
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "OfficerBarred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("standing", "standing"))
    READERS: ClassVar[Mapping[str, Any]] = {"standing": Standing}

    account: Address
    standing: Standing


class OwnRecord(ContractError):
    """A provider earns nothing for accepting its own record.

    issuer: who issued the record
    provider: the sender
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "OwnRecord"
    FIELDS: ClassVar[tuple[Field, ...]] = (("issuer", "issuer"), ("provider", "provider"))

    issuer: Address
    provider: Address


class PartiesDiffer(ContractError):
    """The check-in and the record out of batches are not of one provider and one patient.

    check_in_id: the identifier of the check-in
    record_root: the root of the record
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "PartiesDiffer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"), ("recordRoot", "record_root"))

    check_in_id: Hash32
    record_root: Hash32


class PersonSuspended(ContractError):
    """The person is suspended: nothing is credited to it or paid until it is reinstated.

    account: any key of the person
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "PersonSuspended"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class PowerDownWithoutParts(ContractError):
    """A power-down has at least one part, of at least a second.

    parts: what was given
    part_length_s: what was given, seconds
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "PowerDownWithoutParts"
    FIELDS: ClassVar[tuple[Field, ...]] = (("parts", "parts"), ("partLength", "part_length_s"))

    parts: int
    part_length_s: int


class PresentationExpired(ContractError):
    """The presentation is not valid any more.

    valid_until_s: the last second (Unix) at which it was
    time_s: the block's time, Unix seconds
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "PresentationExpired"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validUntil", "valid_until_s"), ("time", "time_s"))

    valid_until_s: int
    time_s: int


class ProviderNotCertified(ContractError):
    """Only a provider that is certified now can accept a record.

    provider: the sender
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "ProviderNotCertified"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"),)

    provider: Address


class RecordNotValid(ContractError):
    """There is no such record, or it is revoked, superseded or past its time.

    record_id: the identifier of the record
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "RecordNotValid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"),)

    record_id: Hash32


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_med_units"))

    bits: int
    value_med_units: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


class ShareAboveWhole(ContractError):
    """A share is more than the whole.

    share_basis_points: what was given, basis points
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "ShareAboveWhole"
    FIELDS: ClassVar[tuple[Field, ...]] = (("shareBasisPoints", "share_basis_points"),)

    share_basis_points: int


class ShareCreditedAlready(ContractError):
    """This provider has accepted this record, or one that it corrects, already.

    record_id: the identifier of the record
    provider: the sender
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "ShareCreditedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recordId", "record_id"), ("provider", "provider"))

    record_id: Hash32
    provider: Address


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class VisitNotCredited(ContractError):
    """The check-in has not been credited.

    check_in_id: the identifier of the check-in
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "VisitNotCredited"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"),)

    check_in_id: Hash32


class VisitSlashedAlready(ContractError):
    """The visit has been slashed already.

    check_in_id: the identifier of the check-in
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "VisitSlashedAlready"
    FIELDS: ClassVar[tuple[Field, ...]] = (("checkInId", "check_in_id"),)

    check_in_id: Hash32


class VisitTooOld(ContractError):
    """The visit is of an earlier epoch than the one before the running one.

    scanned_at_s: when its code was scanned, Unix seconds
    earliest_s: the earliest scan that counts now, Unix seconds
    """

    CONTRACT: ClassVar = "RewardPool"
    ERROR: ClassVar = "VisitTooOld"
    FIELDS: ClassVar[tuple[Field, ...]] = (("scannedAt", "scanned_at_s"), ("earliest", "earliest_s"))

    scanned_at_s: int
    earliest_s: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "Credited": Credited,
    "DustCarried": DustCarried,
    "EIP712DomainChanged": EIP712DomainChanged,
    "EpochClosed": EpochClosed,
    "LeftOver": LeftOver,
    "Paid": Paid,
    "PointsSlashed": PointsSlashed,
    "PolicySet": PolicySet,
    "PowerDownStarted": PowerDownStarted,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "VestingSlashed": VestingSlashed,
    "VisitSlashed": VisitSlashed,
    "Withdrawn": Withdrawn,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AboveVestingBalance": AboveVestingBalance,
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "EpochNotClosed": EpochNotClosed,
    "EpochNotNext": EpochNotNext,
    "EpochNotOver": EpochNotOver,
    "EpochNotWholeDays": EpochNotWholeDays,
    "EpochsNotStarted": EpochsNotStarted,
    "InvalidPatientSignature": InvalidPatientSignature,
    "InvalidShortString": InvalidShortString,
    "JudgeIsParty": JudgeIsParty,
    "KeyReplaced": KeyReplaced,
    "NotTheProvider": NotTheProvider,
    "NothingDue": NothingDue,
    "NothingToSlash": NothingToSlash,
    "OfficerBarred": OfficerBarred,
    "OwnRecord": OwnRecord,
    "PartiesDiffer": PartiesDiffer,
    "PersonSuspended": PersonSuspended,
    "PowerDownWithoutParts": PowerDownWithoutParts,
    "PresentationExpired": PresentationExpired,
    "ProviderNotCertified": ProviderNotCertified,
    "RecordNotValid": RecordNotValid,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
    "ShareAboveWhole": ShareAboveWhole,
    "ShareCreditedAlready": ShareCreditedAlready,
    "StringTooLong": StringTooLong,
    "VisitNotCredited": VisitNotCredited,
    "VisitSlashedAlready": VisitSlashedAlready,
    "VisitTooOld": VisitTooOld,
}
"""The contract's errors by name."""


class RewardPool:
    """A visit whose check-in and record agree earns points for its patient and its provider. A record
    that is shown to another provider, who accepts it, earns points for the patient and its issuer, and
    curation points for who accepts.
    """

    NAME: ClassVar = "RewardPool"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        token: Address,
        identity: Address,
        check_in: Address,
        records: Address,
        emission: Address,
        admin: Address,
        treasury: Address,
        terms: Terms,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        token: MED
        identity: the registry of people, which tells whose key is whose
        check_in: the registry of check-ins, which trusts this contract
        records: the registry of records, which trusts this contract
        emission: the schedule that mints to this contract
        admin: who grants and revokes this contract's roles
        treasury: who receives what goes to the treasury
        terms: the terms
        """
        return interface(RewardPool.NAME).encode_creation(forwarder, token, identity, check_in, records, emission, admin, treasury, plain(terms))

    def basis_points(self) -> ContractCall[int]:
        """Basis points in the whole."""
        data = interface(self.NAME).encode("BASIS_POINTS")
        return ContractCall(self.NAME, "BASIS_POINTS", self.address, data, same)

    def check_in(self) -> ContractCall[Address]:
        """Where check-ins are recorded."""
        data = interface(self.NAME).encode("CHECK_IN")
        return ContractCall(self.NAME, "CHECK_IN", self.address, data, same)

    def conversion(self) -> ContractCall[Conversion]:
        """How a budget becomes payouts."""
        data = interface(self.NAME).encode("CONVERSION")
        return ContractCall(self.NAME, "CONVERSION", self.address, data, Conversion)

    def curation_share_basis_points(self) -> ContractCall[int]:
        """The curators' share of a budget, basis points."""
        data = interface(self.NAME).encode("CURATION_SHARE_BASIS_POINTS")
        return ContractCall(self.NAME, "CURATION_SHARE_BASIS_POINTS", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def emission(self) -> ContractCall[Address]:
        """The schedule that mints each day's emission to this contract."""
        data = interface(self.NAME).encode("EMISSION")
        return ContractCall(self.NAME, "EMISSION", self.address, data, same)

    def epoch_length(self) -> ContractCall[int]:
        """The length of an epoch in seconds."""
        data = interface(self.NAME).encode("EPOCH_LENGTH")
        return ContractCall(self.NAME, "EPOCH_LENGTH", self.address, data, same)

    def first_epoch_start(self) -> ContractCall[int]:
        """When epoch 0 begins, Unix seconds."""
        data = interface(self.NAME).encode("FIRST_EPOCH_START")
        return ContractCall(self.NAME, "FIRST_EPOCH_START", self.address, data, same)

    def fixed_rate(self) -> ContractCall[int]:
        """With a fixed rate: units of 10^-8 MED per weight of one."""
        data = interface(self.NAME).encode("FIXED_RATE")
        return ContractCall(self.NAME, "FIXED_RATE", self.address, data, same)

    def governor_role(self) -> ContractCall[Hash32]:
        """The role that sets curves, points and caps."""
        data = interface(self.NAME).encode("GOVERNOR_ROLE")
        return ContractCall(self.NAME, "GOVERNOR_ROLE", self.address, data, same)

    def identity(self) -> ContractCall[Address]:
        """Where roles, certifications and keys of people are kept."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def judge_role(self) -> ContractCall[Hash32]:
        """The role that slashes."""
        data = interface(self.NAME).encode("JUDGE_ROLE")
        return ContractCall(self.NAME, "JUDGE_ROLE", self.address, data, same)

    def leftover_to(self) -> ContractCall[Destination]:
        """Where a budget goes that no points claim, or that a fixed rate leaves over."""
        data = interface(self.NAME).encode("LEFTOVER_TO")
        return ContractCall(self.NAME, "LEFTOVER_TO", self.address, data, Destination)

    def power_down_parts(self) -> ContractCall[int]:
        """In how many parts a power-down leaves."""
        data = interface(self.NAME).encode("POWER_DOWN_PARTS")
        return ContractCall(self.NAME, "POWER_DOWN_PARTS", self.address, data, same)

    def power_down_part_length(self) -> ContractCall[int]:
        """The time from part to part, seconds."""
        data = interface(self.NAME).encode("POWER_DOWN_PART_LENGTH")
        return ContractCall(self.NAME, "POWER_DOWN_PART_LENGTH", self.address, data, same)

    def presentation_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of the presentation that a patient signs: who may accept the record, and until
        when.
        """
        data = interface(self.NAME).encode("PRESENTATION_TYPEHASH")
        return ContractCall(self.NAME, "PRESENTATION_TYPEHASH", self.address, data, same)

    def records(self) -> ContractCall[Address]:
        """Where records are anchored."""
        data = interface(self.NAME).encode("RECORDS")
        return ContractCall(self.NAME, "RECORDS", self.address, data, same)

    def slashed_to(self) -> ContractCall[Destination]:
        """Where slashed MED goes."""
        data = interface(self.NAME).encode("SLASHED_TO")
        return ContractCall(self.NAME, "SLASHED_TO", self.address, data, Destination)

    def token(self) -> ContractCall[Address]:
        """MED."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def treasury(self) -> ContractCall[Address]:
        """Who receives what goes to the treasury."""
        data = interface(self.NAME).encode("TREASURY")
        return ContractCall(self.NAME, "TREASURY", self.address, data, same)

    def vesting_share_basis_points(self) -> ContractCall[int]:
        """The share of each payout that vests, basis points."""
        data = interface(self.NAME).encode("VESTING_SHARE_BASIS_POINTS")
        return ContractCall(self.NAME, "VESTING_SHARE_BASIS_POINTS", self.address, data, same)

    def budgeted(self) -> ContractCall[int]:
        """All emission that has been part of a budget, units of 10^-8 MED."""
        data = interface(self.NAME).encode("budgeted")
        return ContractCall(self.NAME, "budgeted", self.address, data, same)

    def carried(self) -> ContractCall[int]:
        """What the next epoch's budget starts with, units of 10^-8 MED."""
        data = interface(self.NAME).encode("carried")
        return ContractCall(self.NAME, "carried", self.address, data, same)

    def close_epoch(self, epoch: int) -> ContractCall[None]:
        """Close the next epoch once it is over: have its days emitted and fix its budgets. Callable by
        anyone.

        epoch: the epoch, which must be `nextEpoch`
        """
        data = interface(self.NAME).encode("closeEpoch", epoch)
        return ContractCall(self.NAME, "closeEpoch", self.address, data, same)

    def credit(self, code_hash: Hash32, patient: Address, root: Hash32) -> ContractCall[None]:
        """Credit a visit of this epoch or the one before, once, in the epoch of this block. The
        check-in and the record must be by the same provider for the same patient, the record must name
        the check-in, and neither be credited before. The sender is that provider: the key that checked
        in, or the one that speaks for it now.

        code_hash: the struct hash of the check-in's code
        patient: the patient
        root: the root of the visit's record
        """
        data = interface(self.NAME).encode("credit", code_hash, patient, root)
        return ContractCall(self.NAME, "credit", self.address, data, same)

    def credit_batch(
        self,
        check_in_batch_id: Hash32,
        record_batch_id: Hash32,
        items: Sequence[Item],
    ) -> ContractCall[None]:
        """Credit visits whose check-ins, records or both stand in batches, each once, in the epoch of
        this block, each scanned in this epoch or the one before. The sender is the provider of all of
        them, not suspended: the key that checked in, or the one that speaks for it now.

        check_in_batch_id: the batch of all check-ins, zero where each was recorded alone
        record_batch_id: the batch of all records, zero where each was anchored alone
        items: the visits
        """
        data = interface(self.NAME).encode("creditBatch", check_in_batch_id, record_batch_id, plain(items))
        return ContractCall(self.NAME, "creditBatch", self.address, data, same)

    def credit_share(
        self,
        root: Hash32,
        issuer: Address,
        patient: Address,
        valid_until_s: int,
        patient_signature: Signature,
    ) -> ContractCall[None]:
        """Credit a share: the sender, a certified provider, accepts another provider's record that its
        patient presented to it. Once per record and accepting provider; a record and its corrections
        are one. Neither patient nor issuer is suspended.

        root: the root of the record
        issuer: the provider that issued it
        patient: the patient of the record
        valid_until_s: the last second (Unix) at which the presentation is valid
        patient_signature: over the presentation, by the patient's present key
        """
        data = interface(self.NAME).encode("creditShare", root, issuer, patient, valid_until_s, plain(patient_signature))
        return ContractCall(self.NAME, "creditShare", self.address, data, same)

    def current_epoch(self) -> ContractCall[int]:
        """The epoch of this block.

        Returns counted from 0
        """
        data = interface(self.NAME).encode("currentEpoch")
        return ContractCall(self.NAME, "currentEpoch", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def epoch_of(self, epoch: int) -> ContractCall[EpochOfAnswer]:
        """The points and the money of an epoch.

        epoch: the epoch
        """
        data = interface(self.NAME).encode("epochOf", epoch)
        return ContractCall(self.NAME, "epochOf", self.address, data, lambda values: EpochOfAnswer(Total.from_abi(values[0]), Total.from_abi(values[1]), Fund.from_abi(values[2]), Fund.from_abi(values[3])))

    def epoch_start(self, epoch: int) -> ContractCall[int]:
        """When an epoch begins.

        epoch: counted from 0
        Returns Unix seconds
        """
        data = interface(self.NAME).encode("epochStart", epoch)
        return ContractCall(self.NAME, "epochStart", self.address, data, same)

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

    def is_share_credited(self, record_id: Hash32, provider: Address) -> ContractCall[bool]:
        """Whether a provider has accepted a record, or another of its corrections, and been credited
        for it.

        record_id: the identifier of the record
        provider: the provider, by any of its keys
        Returns whether it has
        """
        data = interface(self.NAME).encode("isShareCredited", record_id, provider)
        return ContractCall(self.NAME, "isShareCredited", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def is_visit_slashed(self, check_in_id: Hash32) -> ContractCall[bool]:
        """Whether a visit has been slashed.

        check_in_id: the identifier of its check-in
        Returns whether it has been
        """
        data = interface(self.NAME).encode("isVisitSlashed", check_in_id)
        return ContractCall(self.NAME, "isVisitSlashed", self.address, data, same)

    def last_policy(self) -> ContractCall[int]:
        """The number of the policy that was set last; the first policy has number 1."""
        data = interface(self.NAME).encode("lastPolicy")
        return ContractCall(self.NAME, "lastPolicy", self.address, data, same)

    def next_epoch(self) -> ContractCall[int]:
        """The epoch that is closed next."""
        data = interface(self.NAME).encode("nextEpoch")
        return ContractCall(self.NAME, "nextEpoch", self.address, data, same)

    def obligations(self) -> ContractCall[int]:
        """Everything that the pool owes: what closed epochs have not paid, what vests, what is carried,
        and the emission of days whose epoch is not closed yet.

        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def policy_of(self, number: int) -> ContractCall[PolicyOfAnswer]:
        """A policy by its number.

        number: counted from 1
        """
        data = interface(self.NAME).encode("policyOf", number)
        return ContractCall(self.NAME, "policyOf", self.address, data, lambda values: PolicyOfAnswer(values[0], Curve(values[1]), Curve(values[2]), Points.from_abi(values[3]), Caps.from_abi(values[4])))

    def power_down(self, amount_med_units: int) -> ContractCall[None]:
        """Let a part of what vests leave in parts. What a running power-down had due is paid; the rest
        of it stays vesting, and the new one takes its place. Only the person's present key may ask, not
        while it is suspended.

        amount_med_units: what is to leave in all, units of 10^-8 MED; 0 ends the running power-down
        """
        data = interface(self.NAME).encode("powerDown", amount_med_units)
        return ContractCall(self.NAME, "powerDown", self.address, data, same)

    def presentation_digest(
        self,
        record_id: Hash32,
        provider: Address,
        valid_until_s: int,
    ) -> ContractCall[Hash32]:
        """The digest that a patient signs to present a record.

        record_id: the identifier of the record
        provider: who may accept it
        valid_until_s: the last second (Unix) at which the presentation is valid
        Returns the EIP-712 digest
        """
        data = interface(self.NAME).encode("presentationDigest", record_id, provider, valid_until_s)
        return ContractCall(self.NAME, "presentationDigest", self.address, data, same)

    def renounce_role(self, role: Hash32, caller_confirmation: Address) -> ContractCall[None]:
        """Revokes `role` from the calling account. Roles are often managed via {grantRole} and
        {revokeRole}: this function's purpose is to provide a mechanism for accounts to lose their
        privileges if they are compromised (such as when a trusted device is misplaced). Emits a
        {RoleRevoked} event if the calling account had `role` and this call successfully revoked it.
        Requirements: - the caller must be `callerConfirmation`. May emit a {RoleRevoked} event.
        """
        data = interface(self.NAME).encode("renounceRole", role, caller_confirmation)
        return ContractCall(self.NAME, "renounceRole", self.address, data, same)

    def revoke_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Revokes `role` from `account`. If `account` had been granted `role`, emits a {RoleRevoked}
        event. Requirements: - the caller must have ``role``'s admin role. May emit a {RoleRevoked}
        event.
        """
        data = interface(self.NAME).encode("revokeRole", role, account)
        return ContractCall(self.NAME, "revokeRole", self.address, data, same)

    def set_caps(self, caps: Caps) -> ContractCall[None]:
        """Change how many points an epoch lets an account earn and a provider issue, from the next
        epoch that has not begun. Only `GOVERNOR_ROLE`.

        caps: the caps, 0 for none
        """
        data = interface(self.NAME).encode("setCaps", plain(caps))
        return ContractCall(self.NAME, "setCaps", self.address, data, same)

    def set_curation_curve(self, curation_curve: Curve) -> ContractCall[None]:
        """Change how curation points count, from the next epoch that has not begun. Only
        `GOVERNOR_ROLE`.

        curation_curve: linear, square root or quadratic
        """
        data = interface(self.NAME).encode("setCurationCurve", curation_curve)
        return ContractCall(self.NAME, "setCurationCurve", self.address, data, same)

    def set_curve(self, curve: Curve) -> ContractCall[None]:
        """Change how points count, from the next epoch that has not begun. Only `GOVERNOR_ROLE`.

        curve: linear, square root or quadratic
        """
        data = interface(self.NAME).encode("setCurve", curve)
        return ContractCall(self.NAME, "setCurve", self.address, data, same)

    def set_points(self, points: Points) -> ContractCall[None]:
        """Change what acts earn, from the next epoch that has not begun. Only `GOVERNOR_ROLE`.

        points: the points by act and role
        """
        data = interface(self.NAME).encode("setPoints", plain(points))
        return ContractCall(self.NAME, "setPoints", self.address, data, same)

    def settle(self, epoch: int, accounts: Sequence[Address]) -> ContractCall[int]:
        """Pay accounts for their points of a closed epoch. Callable by anyone, in any order and in
        parts.

        epoch: a closed epoch
        accounts: the accounts under which points were noted; each is paid at its person's present key
        Returns the payouts together, what vests included, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("settle", epoch, plain(accounts))
        return ContractCall(self.NAME, "settle", self.address, data, same)

    def slash_points(
        self,
        epoch: int,
        account: Address,
        points: int,
        curation_points: int,
        evidence: Hash32,
    ) -> ContractCall[None]:
        """Take an account's points of an epoch that has not been paid. Only `JUDGE_ROLE`.

        epoch: the epoch in which they were earned, closed or not
        account: the account under which they were noted
        points: how many points at most
        curation_points: how many curation points at most
        evidence: the hash of the evidence
        """
        data = interface(self.NAME).encode("slashPoints", epoch, account, points, curation_points, evidence)
        return ContractCall(self.NAME, "slashPoints", self.address, data, same)

    def slash_vesting(
        self,
        account: Address,
        amount_med_units: int,
        evidence: Hash32,
    ) -> ContractCall[int]:
        """Take MED that vests for a person. What its power-down had due is the person's and is paid,
        unless the person is suspended. Only `JUDGE_ROLE`.

        account: any key of the person
        amount_med_units: how much at most, units of 10^-8 MED
        evidence: the hash of the evidence
        Returns what was taken, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("slashVesting", account, amount_med_units, evidence)
        return ContractCall(self.NAME, "slashVesting", self.address, data, same)

    def slash_visit(
        self,
        epoch: int,
        code_hash: Hash32,
        patient: Address,
        patient_points: int,
        provider_points: int,
        evidence: Hash32,
    ) -> ContractCall[None]:
        """Take what a credited visit has earned and not been paid for, once a visit. Only `JUDGE_ROLE`.

        epoch: the epoch in which the visit was credited
        code_hash: the struct hash of the check-in's code
        patient: the patient
        patient_points: how many points the visit earned the patient, 0 where the patient is innocent
        provider_points: how many points the visit earned the provider
        evidence: the hash of the evidence
        """
        data = interface(self.NAME).encode("slashVisit", epoch, code_hash, patient, patient_points, provider_points, evidence)
        return ContractCall(self.NAME, "slashVisit", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def tally_of(self, epoch: int, account: Address) -> ContractCall[Tally]:
        """What an account has earned in an epoch and not been paid for.

        epoch: the epoch
        account: the account
        Returns its points; zeros where it has none of this epoch any more
        """
        data = interface(self.NAME).encode("tallyOf", epoch, account)
        return ContractCall(self.NAME, "tallyOf", self.address, data, Tally.from_abi)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def unpaid(self) -> ContractCall[int]:
        """What closed epochs still owe, units of 10^-8 MED."""
        data = interface(self.NAME).encode("unpaid")
        return ContractCall(self.NAME, "unpaid", self.address, data, same)

    def vesting_of(self, account: Address) -> ContractCall[VestingOfAnswer]:
        """What vests for a person.

        account: any key of the person
        """
        data = interface(self.NAME).encode("vestingOf", account)
        return ContractCall(self.NAME, "vestingOf", self.address, data, lambda values: VestingOfAnswer(Vesting.from_abi(values[0]), values[1]))

    def vesting_total(self) -> ContractCall[int]:
        """All that vests, units of 10^-8 MED."""
        data = interface(self.NAME).encode("vestingTotal")
        return ContractCall(self.NAME, "vestingTotal", self.address, data, same)

    def withdraw(self, account: Address) -> ContractCall[int]:
        """Pay what a person's power-down has due, to the person's present key, unless that is
        suspended. Callable by anyone.

        account: any key of the person
        Returns what was paid, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("withdraw", account)
        return ContractCall(self.NAME, "withdraw", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
