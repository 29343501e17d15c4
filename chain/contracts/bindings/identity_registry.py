"""IdentityRegistry: Who takes part, in which role, and which providers are certified.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Role(IntEnum):
    """`Role` of the contracts, numbered as there."""

    NONE = 0
    PATIENT = 1
    PROVIDER = 2
    INSURER = 3
    RESEARCHER = 4
    DEVICE = 5
    CERTIFIER = 6


class Standing(IntEnum):
    """`Standing` of the contracts, numbered as there."""

    UNKNOWN = 0
    ACTIVE = 1
    SUSPENDED = 2
    RETIRED = 3


class Signature(Struct):
    """`Signature` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("r", "r"), ("vs", "vs"))

    r: Hash32
    vs: Hash32


class ComingGuardiansOfAnswer(Row):
    """What `coming_guardians_of` answers.

    guardians: as they were named
    threshold: how many will have to approve
    effective_at_s: the first second (Unix) at which the change can take effect, zero where none waits
    """

    guardians: tuple[Address, ...]
    threshold: int
    effective_at_s: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class GuardiansOfAnswer(Row):
    """What `guardians_of` answers.

    guardians: as they were named
    threshold: how many must approve
    """

    guardians: tuple[Address, ...]
    threshold: int


class ProposalOfAnswer(Row):
    """What `proposal_of` answers.

    account: the first key of the person
    new_key: the proposed key
    deadline_s: the last second (Unix) at which guardians may approve
    approvals: how many guardians have approved
    open: whether it belongs to the person's present attempt
    """

    account: Address
    new_key: Address
    deadline_s: int
    approvals: int
    open: bool


class RecoveryOfAnswer(Row):
    """What `recovery_of` answers.

    new_key: the key that will replace the present one, zero where none runs
    ready_at_s: the first second (Unix) at which it can be carried out, zero where none runs
    """

    new_key: Address
    ready_at_s: int


class ApprovalRetracted(ContractEvent):
    """`guardian` took its approval back; if too few are left, the recovery no longer runs.

    recovery_id: the proposal
    guardian: who had approved
    approvals: how many approve still
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "ApprovalRetracted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("guardian", "guardian"), ("approvals", "approvals"))

    recovery_id: Hash32
    guardian: Address
    approvals: int


class CertificationRevoked(ContractEvent):
    """`certifier` revoked the certification of `provider`.

    provider: the provider
    certifier: who revoked it
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "CertificationRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"), ("certifier", "certifier"))

    provider: Address
    certifier: Address


class Certified(ContractEvent):
    """`certifier` certified `provider` until `expiry`.

    provider: the provider
    certifier: who certified it
    expiry_s: the last second (Unix) at which the certification holds
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "Certified"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"), ("certifier", "certifier"), ("expiry", "expiry_s"))

    provider: Address
    certifier: Address
    expiry_s: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class GuardianChangeAnnounced(ContractEvent):
    """`account` gave notice of other guardians; a change that waited before is void.

    account: the person's present key
    guardians: all of them, none where the person gives up being recoverable
    threshold: how many approvals will start a recovery
    effective_at_s: the first second (Unix) at which the change can take effect
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "GuardianChangeAnnounced"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("guardians", "guardians"), ("threshold", "threshold"), ("effectiveAt", "effective_at_s"))
    READERS: ClassVar[Mapping[str, Any]] = {"guardians": tuple}

    account: Address
    guardians: tuple[Address, ...]
    threshold: int
    effective_at_s: int


class GuardianChangeVoided(ContractEvent):
    """A change of guardians that waited is void: the key was suspended or replaced.

    account: the key that had announced it
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "GuardianChangeVoided"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class GuardiansNamed(ContractEvent):
    """These are the guardians of `account` now, of which `threshold` must agree; what was proposed
    before is void.

    account: the person's present key
    guardians: all of them, none where the person gives up being recoverable
    threshold: how many approvals start a recovery
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "GuardiansNamed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("guardians", "guardians"), ("threshold", "threshold"))
    READERS: ClassVar[Mapping[str, Any]] = {"guardians": tuple}

    account: Address
    guardians: tuple[Address, ...]
    threshold: int


class KeyReplaced(ContractEvent):
    """`newKey` speaks for the person from now on; `oldKey` never again.

    person: the person's first key
    old_key: the key until now
    new_key: the key from now on
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "KeyReplaced"
    FIELDS: ClassVar[tuple[Field, ...]] = (("person", "person"), ("oldKey", "old_key"), ("newKey", "new_key"))

    person: Address
    old_key: Address
    new_key: Address


class RecoveryApproved(ContractEvent):
    """`guardian` approved a proposal.

    recovery_id: the proposal
    guardian: who approved
    approvals: how many have approved now
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "RecoveryApproved"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("guardian", "guardian"), ("approvals", "approvals"))

    recovery_id: Hash32
    guardian: Address
    approvals: int


class RecoveryCompleted(ContractEvent):
    """A recovery was carried out: `newKey` has replaced `account`.

    recovery_id: the proposal
    account: the person's key until now
    new_key: the person's key from now on
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "RecoveryCompleted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("account", "account"), ("newKey", "new_key"))

    recovery_id: Hash32
    account: Address
    new_key: Address


class RecoveryProposed(ContractEvent):
    """`guardian` proposed that `newKey` replaces `account`, and thereby approved it.

    recovery_id: the proposal
    account: the person's present key
    new_key: the key that has consented to replace it
    guardian: who proposed
    deadline_s: the last second (Unix) at which others may approve
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "RecoveryProposed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("account", "account"), ("newKey", "new_key"), ("guardian", "guardian"), ("deadline", "deadline_s"))

    recovery_id: Hash32
    account: Address
    new_key: Address
    guardian: Address
    deadline_s: int


class RecoveryRefused(ContractEvent):
    """The present key refused what its guardians had proposed: all of it is void.

    account: the person's present key
    new_key: the key of the recovery that ran, zero where none did
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "RecoveryRefused"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("newKey", "new_key"))

    account: Address
    new_key: Address


class RecoveryStarted(ContractEvent):
    """Enough guardians have approved: the period runs.

    recovery_id: the proposal
    account: the person's present key, which can refuse
    new_key: the key that will replace it
    ready_at_s: the first second (Unix) at which the recovery can be carried out
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "RecoveryStarted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("account", "account"), ("newKey", "new_key"), ("readyAt", "ready_at_s"))

    recovery_id: Hash32
    account: Address
    new_key: Address
    ready_at_s: int


class Registered(ContractEvent):
    """`account` registered itself in `role`.

    account: the account
    role: its role
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "Registered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("role", "role"))
    READERS: ClassVar[Mapping[str, Any]] = {"role": Role}

    account: Address
    role: Role


class Reinstated(ContractEvent):
    """`certifier` reinstated `account`.

    account: the account
    certifier: who reinstated it
    reason_hash: hash of the reason, which is kept off the chain
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "Reinstated"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("certifier", "certifier"), ("reasonHash", "reason_hash"))

    account: Address
    certifier: Address
    reason_hash: Hash32


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "IdentityRegistry"
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

    CONTRACT: ClassVar = "IdentityRegistry"
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

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class Suspended(ContractEvent):
    """`certifier` suspended `account`.

    account: the account
    certifier: who suspended it
    reason_hash: hash of the reason, which is kept off the chain
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    EVENT: ClassVar = "Suspended"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("certifier", "certifier"), ("reasonHash", "reason_hash"))

    account: Address
    certifier: Address
    reason_hash: Hash32


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class AccountSuspended(ContractError):
    """The account is suspended.

    account: the account
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "AccountSuspended"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class AlreadyApproved(ContractError):
    """The guardian has approved this proposal already.

    recovery_id: the proposal
    guardian: the guardian
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "AlreadyApproved"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("guardian", "guardian"))

    recovery_id: Hash32
    guardian: Address


class AlreadyProposed(ContractError):
    """This key has been proposed already, and its consent has not expired.

    recovery_id: the proposal
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "AlreadyProposed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"),)

    recovery_id: Hash32


class AlreadyRegistered(ContractError):
    """The account is registered already, in `role`.

    account: the account
    role: its role
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "AlreadyRegistered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("role", "role"))
    READERS: ClassVar[Mapping[str, Any]] = {"role": Role}

    account: Address
    role: Role


class ConsentExpired(ContractError):
    """The new key's consent is no longer good.

    deadline_s: the last second (Unix) at which it counted
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "ConsentExpired"
    FIELDS: ClassVar[tuple[Field, ...]] = (("deadline", "deadline_s"), ("time", "time_s"))

    deadline_s: int
    time_s: int


class ConsentInvalid(ContractError):
    """The consent is not the new key's, or not to become the key of this person.

    new_key: the key that should have signed
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "ConsentInvalid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("newKey", "new_key"),)

    new_key: Address


class ExpiryPassed(ContractError):
    """A certification must end in the future.

    expiry_s: the end that was given, Unix seconds
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "ExpiryPassed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("expiry", "expiry_s"), ("time", "time_s"))

    expiry_s: int
    time_s: int


class GuardianChangeNotReady(ContractError):
    """The notice of the change has not passed.

    effective_at_s: the first second (Unix) at which the change can take effect
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "GuardianChangeNotReady"
    FIELDS: ClassVar[tuple[Field, ...]] = (("effectiveAt", "effective_at_s"), ("time", "time_s"))

    effective_at_s: int
    time_s: int


class GuardianIsSelf(ContractError):
    """Nobody is its own guardian, under any of its keys.

    guardian: the key of the person itself
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "GuardianIsSelf"
    FIELDS: ClassVar[tuple[Field, ...]] = (("guardian", "guardian"),)

    guardian: Address


class GuardianNamedTwice(ContractError):
    """Two of the named guardians are one person.

    guardian: the second of them
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "GuardianNamedTwice"
    FIELDS: ClassVar[tuple[Field, ...]] = (("guardian", "guardian"),)

    guardian: Address


class GuardianZero(ContractError):
    """The zero address cannot be a guardian."""

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "GuardianZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class KeyInUse(ContractError):
    """The key is or was somebody's already.

    new_key: the key that should take over
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "KeyInUse"
    FIELDS: ClassVar[tuple[Field, ...]] = (("newKey", "new_key"),)

    new_key: Address


class KeyIsGuardian(ContractError):
    """A guardian cannot become the person's key.

    new_key: the guardian that was proposed as a key
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "KeyIsGuardian"
    FIELDS: ClassVar[tuple[Field, ...]] = (("newKey", "new_key"),)

    new_key: Address


class KeyRetired(ContractError):
    """The account's key was replaced: it counts nowhere any more.

    account: the retired key
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "KeyRetired"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class MaximumGuardiansOutOfRange(ContractError):
    """At least 1 guardian and at most 16 must be allowed.

    maximum_guardians: the number that was given
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "MaximumGuardiansOutOfRange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("maximumGuardians", "maximum_guardians"),)

    maximum_guardians: int


class NoGuardianChange(ContractError):
    """There is no change of guardians that waits: it took effect, or became void with a suspension or a
    new key.

    account: the person's present key
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NoGuardianChange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NoRecoveryRunning(ContractError):
    """No recovery of this person runs.

    account: the person's present key
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NoRecoveryRunning"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NotAProvider(ContractError):
    """Only a provider can be certified.

    account: the account
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NotAProvider"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NotApproved(ContractError):
    """The guardian has not approved this proposal.

    recovery_id: the proposal
    guardian: the guardian
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NotApproved"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"), ("guardian", "guardian"))

    recovery_id: Hash32
    guardian: Address


class NotCertified(ContractError):
    """The provider has no certification that could be revoked.

    provider: the provider
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NotCertified"
    FIELDS: ClassVar[tuple[Field, ...]] = (("provider", "provider"),)

    provider: Address


class NotGuardian(ContractError):
    """The caller is not a guardian of this person.

    account: the person's present key
    caller: who called
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NotGuardian"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("caller", "caller"))

    account: Address
    caller: Address


class NotRegistered(ContractError):
    """The account is not registered.

    account: the account
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NotRegistered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NotSuspended(ContractError):
    """The account is not suspended.

    account: the account
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NotSuspended"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NothingProposed(ContractError):
    """Nothing has been proposed that could be refused.

    account: the person's present key
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "NothingProposed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class RecoveryNotReady(ContractError):
    """The period has not passed.

    ready_at_s: the first second (Unix) at which the recovery can be carried out
    time_s: now, Unix seconds
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "RecoveryNotReady"
    FIELDS: ClassVar[tuple[Field, ...]] = (("readyAt", "ready_at_s"), ("time", "time_s"))

    ready_at_s: int
    time_s: int


class RecoveryPeriodZero(ContractError):
    """The period must be at least a second, so that the present key has time to refuse."""

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "RecoveryPeriodZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class RecoveryRunning(ContractError):
    """A recovery of this person runs already; it can be carried out, refused, or its approvals
    retracted.

    account: the person's present key
    new_key: the key that will replace it
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "RecoveryRunning"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("newKey", "new_key"))

    account: Address
    new_key: Address


class RecoveryUnknown(ContractError):
    """There is no such proposal.

    recovery_id: what was asked for
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "RecoveryUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"),)

    recovery_id: Hash32


class RecoveryVoid(ContractError):
    """The proposal belongs to an earlier attempt: guardians were changed, it was refused, or a key was
    replaced since.

    recovery_id: the proposal
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "RecoveryVoid"
    FIELDS: ClassVar[tuple[Field, ...]] = (("recoveryId", "recovery_id"),)

    recovery_id: Hash32


class RoleNotRegistrable(ContractError):
    """`Role.None` cannot be registered.

    role: what was asked for
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "RoleNotRegistrable"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"),)
    READERS: ClassVar[Mapping[str, Any]] = {"role": Role}

    role: Role


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class ThresholdOutOfRange(ContractError):
    """The threshold is 1 to the number of guardians, or 0 where none is named.

    threshold: the threshold that was given
    count: how many guardians are named
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "ThresholdOutOfRange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("threshold", "threshold"), ("count", "count"))

    threshold: int
    count: int


class TooManyGuardians(ContractError):
    """More guardians are named than are allowed.

    count: how many are named
    maximum_guardians: how many are allowed
    """

    CONTRACT: ClassVar = "IdentityRegistry"
    ERROR: ClassVar = "TooManyGuardians"
    FIELDS: ClassVar[tuple[Field, ...]] = (("count", "count"), ("maximumGuardians", "maximum_guardians"))

    count: int
    maximum_guardians: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "ApprovalRetracted": ApprovalRetracted,
    "CertificationRevoked": CertificationRevoked,
    "Certified": Certified,
    "EIP712DomainChanged": EIP712DomainChanged,
    "GuardianChangeAnnounced": GuardianChangeAnnounced,
    "GuardianChangeVoided": GuardianChangeVoided,
    "GuardiansNamed": GuardiansNamed,
    "KeyReplaced": KeyReplaced,
    "RecoveryApproved": RecoveryApproved,
    "RecoveryCompleted": RecoveryCompleted,
    "RecoveryProposed": RecoveryProposed,
    "RecoveryRefused": RecoveryRefused,
    "RecoveryStarted": RecoveryStarted,
    "Registered": Registered,
    "Reinstated": Reinstated,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "Suspended": Suspended,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "AccountSuspended": AccountSuspended,
    "AlreadyApproved": AlreadyApproved,
    "AlreadyProposed": AlreadyProposed,
    "AlreadyRegistered": AlreadyRegistered,
    "ConsentExpired": ConsentExpired,
    "ConsentInvalid": ConsentInvalid,
    "ExpiryPassed": ExpiryPassed,
    "GuardianChangeNotReady": GuardianChangeNotReady,
    "GuardianIsSelf": GuardianIsSelf,
    "GuardianNamedTwice": GuardianNamedTwice,
    "GuardianZero": GuardianZero,
    "InvalidShortString": InvalidShortString,
    "KeyInUse": KeyInUse,
    "KeyIsGuardian": KeyIsGuardian,
    "KeyRetired": KeyRetired,
    "MaximumGuardiansOutOfRange": MaximumGuardiansOutOfRange,
    "NoGuardianChange": NoGuardianChange,
    "NoRecoveryRunning": NoRecoveryRunning,
    "NotAProvider": NotAProvider,
    "NotApproved": NotApproved,
    "NotCertified": NotCertified,
    "NotGuardian": NotGuardian,
    "NotRegistered": NotRegistered,
    "NotSuspended": NotSuspended,
    "NothingProposed": NothingProposed,
    "RecoveryNotReady": RecoveryNotReady,
    "RecoveryPeriodZero": RecoveryPeriodZero,
    "RecoveryRunning": RecoveryRunning,
    "RecoveryUnknown": RecoveryUnknown,
    "RecoveryVoid": RecoveryVoid,
    "RoleNotRegistrable": RoleNotRegistrable,
    "StringTooLong": StringTooLong,
    "ThresholdOutOfRange": ThresholdOutOfRange,
    "TooManyGuardians": TooManyGuardians,
}
"""The contract's errors by name."""


class IdentityRegistry:
    """A person has one role for good. A provider may check patients in and issue records only while
    certified. Certifiers suspend and reinstate accounts. A person's key can be replaced, by itself or
    by its guardians.
    """

    NAME: ClassVar = "IdentityRegistry"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        admin: Address,
        recovery_period_s: int,
        maximum_guardians: int,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        admin: who grants and revokes `CERTIFIER_ROLE`
        recovery_period_s: seconds in which the present key can refuse its guardians' recovery
        maximum_guardians: how many guardians a person may name, 1 to 16
        """
        return interface(IdentityRegistry.NAME).encode_creation(forwarder, admin, recovery_period_s, maximum_guardians)

    def certifier_role(self) -> ContractCall[Hash32]:
        """The role that certifies providers, revokes certifications, suspends and reinstates; granted
        by the admin.
        """
        data = interface(self.NAME).encode("CERTIFIER_ROLE")
        return ContractCall(self.NAME, "CERTIFIER_ROLE", self.address, data, same)

    def consent_typehash(self) -> ContractCall[Hash32]:
        """EIP-712 type of a new key's consent to replace `account`, a person's present key."""
        data = interface(self.NAME).encode("CONSENT_TYPEHASH")
        return ContractCall(self.NAME, "CONSENT_TYPEHASH", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def maximum_guardians(self) -> ContractCall[int]:
        """How many guardians a person may name."""
        data = interface(self.NAME).encode("MAXIMUM_GUARDIANS")
        return ContractCall(self.NAME, "MAXIMUM_GUARDIANS", self.address, data, same)

    def recovery_period(self) -> ContractCall[int]:
        """Seconds between the last approval that a recovery needs and the time at which it can be
        carried out, and the notice of a change of guardians.
        """
        data = interface(self.NAME).encode("RECOVERY_PERIOD")
        return ContractCall(self.NAME, "RECOVERY_PERIOD", self.address, data, same)

    def account_standing(self, account: Address) -> ContractCall[Standing]:
        """Whether `account` may act at all.

        account: the account that is asked about
        Returns its standing
        """
        data = interface(self.NAME).encode("accountStanding", account)
        return ContractCall(self.NAME, "accountStanding", self.address, data, Standing)

    def approve_new_key(self, recovery_id: Hash32) -> ContractCall[None]:
        """Approve a proposal, once a guardian. The approval that reaches the threshold starts the
        period; more may follow, so that one that is retracted does not stop the recovery.

        recovery_id: the proposal
        """
        data = interface(self.NAME).encode("approveNewKey", recovery_id)
        return ContractCall(self.NAME, "approveNewKey", self.address, data, same)

    def attempt_of(self, account: Address) -> ContractCall[int]:
        """A person's attempt number, which rises whenever all its proposals become void.

        account: any key of the person
        Returns how often that has happened
        """
        data = interface(self.NAME).encode("attemptOf", account)
        return ContractCall(self.NAME, "attemptOf", self.address, data, same)

    def certified_until(self, provider: Address) -> ContractCall[int]:
        """Until when `provider` is certified.

        provider: the provider's present key
        Returns the last second (Unix) of the certification, 0 where there is none or it is suspended
        """
        data = interface(self.NAME).encode("certifiedUntil", provider)
        return ContractCall(self.NAME, "certifiedUntil", self.address, data, same)

    def certify(self, provider: Address, expiry_s: int) -> ContractCall[None]:
        """Certify a registered provider until `expiry`, or change the end of its certification.

        provider: the provider's present key, not suspended
        expiry_s: the last second (Unix) at which the certification holds
        """
        data = interface(self.NAME).encode("certify", provider, expiry_s)
        return ContractCall(self.NAME, "certify", self.address, data, same)

    def coming_guardians_of(self, account: Address) -> ContractCall[ComingGuardiansOfAnswer]:
        """The change of guardians that waits for the person that `account` is or was a key of.

        account: any key of the person
        """
        data = interface(self.NAME).encode("comingGuardiansOf", account)
        return ContractCall(self.NAME, "comingGuardiansOf", self.address, data, lambda values: ComingGuardiansOfAnswer(tuple(values[0]), values[1], values[2]))

    def complete_recovery(self, account: Address) -> ContractCall[None]:
        """Carry out a recovery whose period has passed. Anyone may call.

        account: any key of the person
        """
        data = interface(self.NAME).encode("completeRecovery", account)
        return ContractCall(self.NAME, "completeRecovery", self.address, data, same)

    def confirm_guardians(self, account: Address) -> ContractCall[None]:
        """Let a change of guardians take effect whose notice has passed. Voids what the old ones have
        proposed; a recovery that runs has to be carried out or refused first. Anyone may call.

        account: any key of the person
        """
        data = interface(self.NAME).encode("confirmGuardians", account)
        return ContractCall(self.NAME, "confirmGuardians", self.address, data, same)

    def consent_digest(
        self,
        account: Address,
        new_key: Address,
        deadline_s: int,
    ) -> ContractCall[Hash32]:
        """The digest that a new key signs to consent.

        account: the present key of the person
        new_key: the key that consents to replace it
        deadline_s: the last second (Unix) at which the consent counts
        Returns what is signed
        """
        data = interface(self.NAME).encode("consentDigest", account, new_key, deadline_s)
        return ContractCall(self.NAME, "consentDigest", self.address, data, same)

    def current_key_of(self, account: Address) -> ContractCall[Address]:
        """The key that speaks now for the person that `account` is or was a key of; itself where never
        replaced.

        account: any key of the person
        Returns the person's present key
        """
        data = interface(self.NAME).encode("currentKeyOf", account)
        return ContractCall(self.NAME, "currentKeyOf", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

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

    def guardians_of(self, account: Address) -> ContractCall[GuardiansOfAnswer]:
        """The guardians of the person that `account` is or was a key of.

        account: any key of the person
        """
        data = interface(self.NAME).encode("guardiansOf", account)
        return ContractCall(self.NAME, "guardiansOf", self.address, data, lambda values: GuardiansOfAnswer(tuple(values[0]), values[1]))

    def has_role(self, role: Hash32, account: Address) -> ContractCall[bool]:
        """Returns `true` if `account` has been granted `role`."""
        data = interface(self.NAME).encode("hasRole", role, account)
        return ContractCall(self.NAME, "hasRole", self.address, data, same)

    def is_active(self, account: Address, role: Role) -> ContractCall[bool]:
        """Whether `account` is registered in `role`, not suspended, and its key not replaced. One
        storage read.

        account: the account that is asked about
        role: the role it should have, not `None`
        Returns whether it may act in that role now
        """
        data = interface(self.NAME).encode("isActive", account, role)
        return ContractCall(self.NAME, "isActive", self.address, data, same)

    def is_certified(self, provider: Address) -> ContractCall[bool]:
        """Whether `provider` is certified now, not suspended, and its key not replaced. One storage
        read.

        provider: the account that is asked about
        Returns whether it may check patients in and issue records now
        """
        data = interface(self.NAME).encode("isCertified", provider)
        return ContractCall(self.NAME, "isCertified", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def person_of(self, account: Address) -> ContractCall[Address]:
        """The first key of the person that `account` is or was a key of; itself where it never replaced
        another. What must outlive a key (a consent, the mark that a record has been sold) is kept under
        it.

        account: any key of the person
        Returns the person's first key, which stays the same for good
        """
        data = interface(self.NAME).encode("personOf", account)
        return ContractCall(self.NAME, "personOf", self.address, data, same)

    def proposal_of(self, recovery_id: Hash32) -> ContractCall[ProposalOfAnswer]:
        """A proposal; all zero where there is none of this identifier.

        recovery_id: the proposal
        """
        data = interface(self.NAME).encode("proposalOf", recovery_id)
        return ContractCall(self.NAME, "proposalOf", self.address, data, lambda values: ProposalOfAnswer(values[0], values[1], values[2], values[3], values[4]))

    def propose_new_key(
        self,
        account: Address,
        new_key: Address,
        deadline_s: int,
        consent: Signature,
    ) -> ContractCall[Hash32]:
        """Propose that `newKey` replaces the key of the person that `account` is or was a key of, and
        approve it. The sender is one of the person's guardians.

        account: any key of the person
        new_key: the key of the new phone: not registered, never replaced, and no guardian
        deadline_s: the last second (Unix) at which the consent counts and others may approve
        consent: the signature of `newKey` over `KeyConsent`, naming the person's present key
        Returns the proposal, which the other guardians approve
        """
        data = interface(self.NAME).encode("proposeNewKey", account, new_key, deadline_s, plain(consent))
        return ContractCall(self.NAME, "proposeNewKey", self.address, data, same)

    def recovery_identifier(
        self,
        account: Address,
        new_key: Address,
        attempt: int,
    ) -> ContractCall[Hash32]:
        """The identifier of a proposal.

        account: the first key of the person
        new_key: the proposed key
        attempt: the person's attempt that it belongs to
        Returns keccak256(abi.encode(account, newKey, attempt))
        """
        data = interface(self.NAME).encode("recoveryIdentifier", account, new_key, attempt)
        return ContractCall(self.NAME, "recoveryIdentifier", self.address, data, same)

    def recovery_of(self, account: Address) -> ContractCall[RecoveryOfAnswer]:
        """The recovery that runs for the person that `account` is or was a key of.

        account: any key of the person
        """
        data = interface(self.NAME).encode("recoveryOf", account)
        return ContractCall(self.NAME, "recoveryOf", self.address, data, lambda values: RecoveryOfAnswer(values[0], values[1]))

    def refuse_recovery(self) -> ContractCall[None]:
        """Refuse, as the present key, everything that the guardians have proposed: a recovery that
        runs, and proposals that still gather approvals. A suspended key cannot: a certifier suspends a
        stolen phone.
        """
        data = interface(self.NAME).encode("refuseRecovery")
        return ContractCall(self.NAME, "refuseRecovery", self.address, data, same)

    def register(self, role: Role) -> ContractCall[None]:
        """Register the sender in `role`, once. Anyone may be a patient, provider, insurer, researcher
        or device; a certifier needs `CERTIFIER_ROLE` first.

        role: the role, not `None`
        """
        data = interface(self.NAME).encode("register", role)
        return ContractCall(self.NAME, "register", self.address, data, same)

    def registered_at(self, account: Address) -> ContractCall[int]:
        """When the person registered whose present key `account` is.

        account: the person's present key
        Returns Unix seconds, 0 where it is nobody's present key
        """
        data = interface(self.NAME).encode("registeredAt", account)
        return ContractCall(self.NAME, "registeredAt", self.address, data, same)

    def reinstate(self, account: Address, reason_hash: Hash32) -> ContractCall[None]:
        """End an account's suspension. A certification that has not expired or been revoked holds
        again.

        account: the person's present key
        reason_hash: hash of the reason, which is kept off the chain
        """
        data = interface(self.NAME).encode("reinstate", account, reason_hash)
        return ContractCall(self.NAME, "reinstate", self.address, data, same)

    def renounce_role(self, role: Hash32, caller_confirmation: Address) -> ContractCall[None]:
        """Revokes `role` from the calling account. Roles are often managed via {grantRole} and
        {revokeRole}: this function's purpose is to provide a mechanism for accounts to lose their
        privileges if they are compromised (such as when a trusted device is misplaced). Emits a
        {RoleRevoked} event if the calling account had `role` and this call successfully revoked it.
        Requirements: - the caller must be `callerConfirmation`. May emit a {RoleRevoked} event.
        """
        data = interface(self.NAME).encode("renounceRole", role, caller_confirmation)
        return ContractCall(self.NAME, "renounceRole", self.address, data, same)

    def replace_key(self, new_key: Address, deadline_s: int, consent: Signature) -> ContractCall[None]:
        """Replace the sender's key by `newKey`: role, certification and guardians move, the sender is
        retired. The sender is a registered, unsuspended person's present key.

        new_key: the key that takes over: not registered, never replaced, and none of the person's
            guardians
        deadline_s: the last second (Unix) at which the consent counts
        consent: the signature of `newKey` over `KeyConsent`, naming the sender
        """
        data = interface(self.NAME).encode("replaceKey", new_key, deadline_s, plain(consent))
        return ContractCall(self.NAME, "replaceKey", self.address, data, same)

    def retract_approval(self, recovery_id: Hash32) -> ContractCall[None]:
        """Take an approval back. A running recovery stops where fewer than the threshold are left.

        recovery_id: the proposal
        """
        data = interface(self.NAME).encode("retractApproval", recovery_id)
        return ContractCall(self.NAME, "retractApproval", self.address, data, same)

    def revoke_certification(self, provider: Address) -> ContractCall[None]:
        """End a provider's certification at once, also while the provider is suspended.

        provider: the provider's present key
        """
        data = interface(self.NAME).encode("revokeCertification", provider)
        return ContractCall(self.NAME, "revokeCertification", self.address, data, same)

    def revoke_role(self, role: Hash32, account: Address) -> ContractCall[None]:
        """Revokes `role` from `account`. If `account` had been granted `role`, emits a {RoleRevoked}
        event. Requirements: - the caller must have ``role``'s admin role. May emit a {RoleRevoked}
        event.
        """
        data = interface(self.NAME).encode("revokeRole", role, account)
        return ContractCall(self.NAME, "revokeRole", self.address, data, same)

    def role_of(self, account: Address) -> ContractCall[Role]:
        """The role of `account`, also while it is suspended; `None` where it never registered or its
        key was replaced.

        account: the account that is asked about
        Returns its role
        """
        data = interface(self.NAME).encode("roleOf", account)
        return ContractCall(self.NAME, "roleOf", self.address, data, Role)

    def same_person(self, first: Address, second: Address) -> ContractCall[bool]:
        """Whether both are or were keys of one person. Every account is the same person as itself.

        first: one key
        second: another key
        Returns whether they are one person's
        """
        data = interface(self.NAME).encode("samePerson", first, second)
        return ContractCall(self.NAME, "samePerson", self.address, data, same)

    def set_guardians(self, guardians: Sequence[Address], threshold: int) -> ContractCall[None]:
        """Name the sender's guardians and how many of them must agree. The first ones are guardians at
        once; in place of others they wait for the recovery period, see `confirmGuardians`, and a change
        that waited before is void. The sender is a registered, unsuspended person's present key.

        guardians: the guardians, each another person; they need not be registered. None: no recovery
            any more
        threshold: how many must approve, 1 to the number of guardians, 0 where there are none
        """
        data = interface(self.NAME).encode("setGuardians", plain(guardians), threshold)
        return ContractCall(self.NAME, "setGuardians", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def suspend(self, account: Address, reason_hash: Hash32) -> ContractCall[None]:
        """Suspend an account: it counts as neither active nor certified, and can neither use a role
        here nor replace its key, name guardians, approve as one, or refuse a recovery, until a
        certifier reinstates it. A change of its guardians that waits is void.

        account: the person's present key
        reason_hash: hash of the reason, which is kept off the chain
        """
        data = interface(self.NAME).encode("suspend", account, reason_hash)
        return ContractCall(self.NAME, "suspend", self.address, data, same)

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
