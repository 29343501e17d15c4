"""Staking: MED locked for votes, and MED bonded to validators for consensus.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Standing(IntEnum):
    """`Standing` of the contracts, numbered as there."""

    UNKNOWN = 0
    ACTIVE = 1
    SUSPENDED = 2
    RETIRED = 3


class Validator(Struct):
    """`Validator` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("bonded", "bonded_med_units"), ("bondedShares", "bonded_shares"), ("unbonding", "unbonding_med_units"), ("unbondingShares", "unbonding_shares"), ("registeredAt", "registered_at_s"), ("jailedUntil", "jailed_until_s"), ("commissionBasisPoints", "commission_basis_points"), ("nextCommissionBasisPoints", "next_commission_basis_points"), ("nextCommissionAt", "next_commission_at_s"))

    bonded_med_units: int
    bonded_shares: int
    unbonding_med_units: int
    unbonding_shares: int
    registered_at_s: int
    jailed_until_s: int
    commission_basis_points: int
    next_commission_basis_points: int
    next_commission_at_s: int


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("unlockPeriod", "unlock_period_s"), ("unbondingPeriod", "unbonding_period_s"), ("minimumCommissionBasisPoints", "minimum_commission_basis_points"), ("ownMinimum", "own_minimum_med_units"))

    unlock_period_s: int
    unbonding_period_s: int
    minimum_commission_basis_points: int
    own_minimum_med_units: int


class BondOfAnswer(Row):
    """What `bond_of` answers.

    amount_med_units: what it is worth now, units of 10^-8 MED
    pool_shares: the shares of the validator's pool
    """

    amount_med_units: int
    pool_shares: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class UnbondingOfAnswer(Row):
    """What `unbonding_of` answers.

    amount_med_units: what it is worth now, units of 10^-8 MED
    ready_at_s: when it can be withdrawn, Unix seconds
    """

    amount_med_units: int
    ready_at_s: int


class UnlockingOfAnswer(Row):
    """What `unlocking_of` answers.

    amount_med_units: units of 10^-8 MED
    ready_at_s: when it can be withdrawn, Unix seconds
    """

    amount_med_units: int
    ready_at_s: int


class Bonded(ContractEvent):
    """`account` paid `amount` (units of 10^-8 MED) for `poolShares` of the pool of `validator`."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Bonded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("account", "account"), ("amount", "amount_med_units"), ("poolShares", "pool_shares"))

    validator: Address
    account: Address
    amount_med_units: int
    pool_shares: int


class CommissionChanged(ContractEvent):
    """The commission of `validator` changes at `effectiveAt` (Unix seconds)."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "CommissionChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("commissionBasisPoints", "commission_basis_points"), ("effectiveAt", "effective_at_s"))

    validator: Address
    commission_basis_points: int
    effective_at_s: int


class DelegateChanged(ContractEvent):
    """Emitted when an account changes their delegate."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "DelegateChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("delegator", "delegator"), ("fromDelegate", "from_delegate"), ("toDelegate", "to_delegate"))

    delegator: Address
    from_delegate: Address
    to_delegate: Address


class DelegateVotesChanged(ContractEvent):
    """Emitted when a token transfer or delegate change results in changes to a delegate's number of
    voting units.
    """

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "DelegateVotesChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("delegate", "delegate"), ("previousVotes", "previous_votes_med_units"), ("newVotes", "new_votes_med_units"))

    delegate: Address
    previous_votes_med_units: int
    new_votes_med_units: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class Jailed(ContractEvent):
    """`validator` cannot be active before `jailedUntil` (Unix seconds)."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Jailed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("jailedUntil", "jailed_until_s"))

    validator: Address
    jailed_until_s: int


class Locked(ContractEvent):
    """`account` locked `amount` (units of 10^-8 MED) for votes."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Locked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("amount", "amount_med_units"))

    account: Address
    amount_med_units: int


class Rewarded(ContractEvent):
    """`payer` added `amount` to the pool of `validator`, which keeps `commission` of it (units of 10^-8
    MED).
    """

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Rewarded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("payer", "payer"), ("amount", "amount_med_units"), ("commission", "commission_med_units"))

    validator: Address
    payer: Address
    amount_med_units: int
    commission_med_units: int


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "Staking"
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

    CONTRACT: ClassVar = "Staking"
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

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class Slashed(ContractEvent):
    """`validator` lost `fromBonded` and `fromUnbonding` (units of 10^-8 MED), `slashBasisPoints` of
    each pool.
    """

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Slashed"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("slashBasisPoints", "slash_basis_points"), ("fromBonded", "from_bonded_med_units"), ("fromUnbonding", "from_unbonding_med_units"))

    validator: Address
    slash_basis_points: int
    from_bonded_med_units: int
    from_unbonding_med_units: int


class Unbonded(ContractEvent):
    """`account` took `amount` (units of 10^-8 MED) that it had unbonded from `validator`."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Unbonded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("account", "account"), ("amount", "amount_med_units"))

    validator: Address
    account: Address
    amount_med_units: int


class Unbonding(ContractEvent):
    """`account` gave back `poolShares`, worth `amount` (units of 10^-8 MED); all it unbonds from
    `validator` is ready at `readyAt` (Unix seconds).
    """

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Unbonding"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("account", "account"), ("amount", "amount_med_units"), ("poolShares", "pool_shares"), ("readyAt", "ready_at_s"))

    validator: Address
    account: Address
    amount_med_units: int
    pool_shares: int
    ready_at_s: int


class Unlocked(ContractEvent):
    """`account` took `amount` (units of 10^-8 MED) that it had unlocked."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Unlocked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("amount", "amount_med_units"))

    account: Address
    amount_med_units: int


class Unlocking(ContractEvent):
    """`account` gave up the votes of `amount` (units of 10^-8 MED); all it unlocks is ready at
    `readyAt`.
    """

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "Unlocking"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("amount", "amount_med_units"), ("readyAt", "ready_at_s"))

    account: Address
    amount_med_units: int
    ready_at_s: int


class ValidatorRegistered(ContractEvent):
    """`validator` registered."""

    CONTRACT: ClassVar = "Staking"
    EVENT: ClassVar = "ValidatorRegistered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"), ("commissionBasisPoints", "commission_basis_points"))

    validator: Address
    commission_basis_points: int


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class AlreadyValidator(ContractError):
    """The account is a validator already."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "AlreadyValidator"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"),)

    validator: Address


class AmountZero(ContractError):
    """Nothing would move."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "AmountZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class BondTooSmall(ContractError):
    """`amount` does not pay for one share, which costs `sharePrice` (units of 10^-8 MED)."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "BondTooSmall"
    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("sharePrice", "share_price"))

    amount_med_units: int
    share_price: int


class CheckpointUnorderedInsertion(ContractError):
    """A value was attempted to be inserted on a past checkpoint."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "CheckpointUnorderedInsertion"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class CommissionOutOfRange(ContractError):
    """A commission lies between the minimum and the whole, in basis points."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "CommissionOutOfRange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("commissionBasisPoints", "commission_basis_points"), ("minimumCommissionBasisPoints", "minimum_commission_basis_points"))

    commission_basis_points: int
    minimum_commission_basis_points: int


class ECDSAInvalidSignature(ContractError):
    """The signature is invalid."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "ECDSAInvalidSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ECDSAInvalidSignatureLength(ContractError):
    """The signature has an invalid length."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "ECDSAInvalidSignatureLength"
    FIELDS: ClassVar[tuple[Field, ...]] = (("length", "length"),)

    length: int


class ECDSAInvalidSignatureS(ContractError):
    """The signature has an S value that is in the upper half order."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "ECDSAInvalidSignatureS"
    FIELDS: ClassVar[tuple[Field, ...]] = (("s", "s"),)

    s: Hash32


class ERC5805FutureLookup(ContractError):
    """Lookup to future votes is not available."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "ERC5805FutureLookup"
    FIELDS: ClassVar[tuple[Field, ...]] = (("timepoint", "timepoint_s"), ("clock", "clock_s"))

    timepoint_s: int
    clock_s: int


class InvalidAccountNonce(ContractError):
    """The nonce used for an `account` is not the expected current nonce."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "InvalidAccountNonce"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("currentNonce", "current_nonce"))

    account: Address
    current_nonce: int


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class MoreThanBonded(ContractError):
    """The account holds only `held` shares of the validator's pool."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "MoreThanBonded"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("poolShares", "pool_shares"), ("held", "held_med_units"))

    account: Address
    pool_shares: int
    held_med_units: int


class MoreThanLocked(ContractError):
    """The account has locked only `locked` units of 10^-8 MED."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "MoreThanLocked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("amount", "amount_med_units"), ("locked", "locked_med_units"))

    account: Address
    amount_med_units: int
    locked_med_units: int


class NotReady(ContractError):
    """What is being released is ready at `readyAt` (Unix seconds)."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "NotReady"
    FIELDS: ClassVar[tuple[Field, ...]] = (("readyAt", "ready_at_s"), ("time", "time_s"))

    ready_at_s: int
    time_s: int


class NotValidator(ContractError):
    """The account is no validator."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "NotValidator"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"),)

    validator: Address


class NothingToWithdraw(ContractError):
    """The account has nothing that is being released."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "NothingToWithdraw"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class OfficerBarred(ContractError):
    """The key holds the role, but is suspended or was replaced.

    account: the key
    standing: what the identity registry says of it
    """

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "OfficerBarred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("standing", "standing"))
    READERS: ClassVar[Mapping[str, Any]] = {"standing": Standing}

    account: Address
    standing: Standing


class OwnBondTooSmall(ContractError):
    """A validator bonds at least `ownMinimum` units of 10^-8 MED of its own."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "OwnBondTooSmall"
    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("ownMinimum", "own_minimum_med_units"))

    amount_med_units: int
    own_minimum_med_units: int


class PoolEmpty(ContractError):
    """Nobody has bonded to the validator, so that nobody would own the reward."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "PoolEmpty"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"),)

    validator: Address


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_med_units"))

    bits: int
    value_med_units: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


class SlashOutOfRange(ContractError):
    """A slash takes between 1 and 9,999 basis points."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "SlashOutOfRange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("slashBasisPoints", "slash_basis_points"),)

    slash_basis_points: int


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class ValidatorNotActive(ContractError):
    """Only the validator itself bonds to a validator that is jailed or has too little of its own."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "ValidatorNotActive"
    FIELDS: ClassVar[tuple[Field, ...]] = (("validator", "validator"),)

    validator: Address


class ValidatorUnknown(ContractError):
    """There is no place `index` in a list of `count` validators, which begins with 0."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "ValidatorUnknown"
    FIELDS: ClassVar[tuple[Field, ...]] = (("index", "index"), ("count", "count"))

    index: int
    count: int


class VotesExpiredSignature(ContractError):
    """The signature used has expired."""

    CONTRACT: ClassVar = "Staking"
    ERROR: ClassVar = "VotesExpiredSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("expiry", "expiry_s"),)

    expiry_s: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "Bonded": Bonded,
    "CommissionChanged": CommissionChanged,
    "DelegateChanged": DelegateChanged,
    "DelegateVotesChanged": DelegateVotesChanged,
    "EIP712DomainChanged": EIP712DomainChanged,
    "Jailed": Jailed,
    "Locked": Locked,
    "Rewarded": Rewarded,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "Slashed": Slashed,
    "Unbonded": Unbonded,
    "Unbonding": Unbonding,
    "Unlocked": Unlocked,
    "Unlocking": Unlocking,
    "ValidatorRegistered": ValidatorRegistered,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "AlreadyValidator": AlreadyValidator,
    "AmountZero": AmountZero,
    "BondTooSmall": BondTooSmall,
    "CheckpointUnorderedInsertion": CheckpointUnorderedInsertion,
    "CommissionOutOfRange": CommissionOutOfRange,
    "ECDSAInvalidSignature": ECDSAInvalidSignature,
    "ECDSAInvalidSignatureLength": ECDSAInvalidSignatureLength,
    "ECDSAInvalidSignatureS": ECDSAInvalidSignatureS,
    "ERC5805FutureLookup": ERC5805FutureLookup,
    "InvalidAccountNonce": InvalidAccountNonce,
    "InvalidShortString": InvalidShortString,
    "MoreThanBonded": MoreThanBonded,
    "MoreThanLocked": MoreThanLocked,
    "NotReady": NotReady,
    "NotValidator": NotValidator,
    "NothingToWithdraw": NothingToWithdraw,
    "OfficerBarred": OfficerBarred,
    "OwnBondTooSmall": OwnBondTooSmall,
    "PoolEmpty": PoolEmpty,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
    "SlashOutOfRange": SlashOutOfRange,
    "StringTooLong": StringTooLong,
    "ValidatorNotActive": ValidatorNotActive,
    "ValidatorUnknown": ValidatorUnknown,
    "VotesExpiredSignature": VotesExpiredSignature,
}
"""The contract's errors by name."""


class Staking:
    """Two uses of MED, kept apart. Who locks MED for votes has a vote a unit, which it may delegate,
    and never loses any. Who bonds MED to a validator shares its rewards and its slashes, and has no
    votes.
    """

    NAME: ClassVar = "Staking"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        token: Address,
        identity: Address,
        admin: Address,
        slashers: Sequence[Address],
        treasury: Address,
        terms: Terms,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        token: MED
        identity: the registry of people, which tells who may use an office
        admin: who grants and revokes `SLASHER_ROLE`, and holds it
        slashers: who else holds `SLASHER_ROLE` from the start
        treasury: who receives slashed MED; the zero address where it is burned
        terms: the terms, fixed for good
        """
        return interface(Staking.NAME).encode_creation(forwarder, token, identity, admin, plain(slashers), treasury, plain(terms))

    def clock_mode(self) -> ContractCall[str]:
        """The clock of votes in the form of ERC-6372.

        Returns "mode=timestamp"
        """
        data = interface(self.NAME).encode("CLOCK_MODE")
        return ContractCall(self.NAME, "CLOCK_MODE", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def identity(self) -> ContractCall[Address]:
        """Where roles, certifications and keys of people are kept."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def minimum_commission(self) -> ContractCall[int]:
        """The lowest commission of a validator, basis points."""
        data = interface(self.NAME).encode("MINIMUM_COMMISSION")
        return ContractCall(self.NAME, "MINIMUM_COMMISSION", self.address, data, same)

    def own_minimum(self) -> ContractCall[int]:
        """The least that an active validator has bonded of its own, units of 10^-8 MED."""
        data = interface(self.NAME).encode("OWN_MINIMUM")
        return ContractCall(self.NAME, "OWN_MINIMUM", self.address, data, same)

    def slasher_role(self) -> ContractCall[Hash32]:
        """The role that slashes and jails validators."""
        data = interface(self.NAME).encode("SLASHER_ROLE")
        return ContractCall(self.NAME, "SLASHER_ROLE", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token that is locked and bonded."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def treasury(self) -> ContractCall[Address]:
        """Who receives slashed MED; the zero address where it is burned."""
        data = interface(self.NAME).encode("TREASURY")
        return ContractCall(self.NAME, "TREASURY", self.address, data, same)

    def unbonding_period(self) -> ContractCall[int]:
        """Seconds from an unbonding until the MED can be withdrawn, and the notice for a higher
        commission.
        """
        data = interface(self.NAME).encode("UNBONDING_PERIOD")
        return ContractCall(self.NAME, "UNBONDING_PERIOD", self.address, data, same)

    def unlock_period(self) -> ContractCall[int]:
        """Seconds from an unlocking until the MED can be withdrawn."""
        data = interface(self.NAME).encode("UNLOCK_PERIOD")
        return ContractCall(self.NAME, "UNLOCK_PERIOD", self.address, data, same)

    def whole_basis_points(self) -> ContractCall[int]:
        """Basis points in the whole."""
        data = interface(self.NAME).encode("WHOLE_BASIS_POINTS")
        return ContractCall(self.NAME, "WHOLE_BASIS_POINTS", self.address, data, same)

    def bond(self, validator: Address, amount_med_units: int) -> ContractCall[int]:
        """Bond MED to a validator for as many whole shares of its pool as `amount` pays for; only what
        they cost is taken.

        validator: an active validator, or the sender itself
        amount_med_units: the most to pay, units of 10^-8 MED
        Returns the shares
        """
        data = interface(self.NAME).encode("bond", validator, amount_med_units)
        return ContractCall(self.NAME, "bond", self.address, data, same)

    def bond_of(self, validator: Address, account: Address) -> ContractCall[BondOfAnswer]:
        """What an account has bonded to a validator.

        validator: the validator
        account: the account
        """
        data = interface(self.NAME).encode("bondOf", validator, account)
        return ContractCall(self.NAME, "bondOf", self.address, data, lambda values: BondOfAnswer(values[0], values[1]))

    def clock(self) -> ContractCall[int]:
        """The clock of votes: Unix seconds.

        Returns the time of this block
        """
        data = interface(self.NAME).encode("clock")
        return ContractCall(self.NAME, "clock", self.address, data, same)

    def commission_of(self, validator: Address) -> ContractCall[int]:
        """The commission of a validator now.

        validator: the validator
        Returns its commission
        """
        data = interface(self.NAME).encode("commissionOf", validator)
        return ContractCall(self.NAME, "commissionOf", self.address, data, same)

    def delegate(self, delegatee: Address) -> ContractCall[None]:
        """Delegates votes from the sender to `delegatee`."""
        data = interface(self.NAME).encode("delegate", delegatee)
        return ContractCall(self.NAME, "delegate", self.address, data, same)

    def delegate_by_sig(
        self,
        delegatee: Address,
        nonce: int,
        expiry_s: int,
        v: int,
        r: Hash32,
        s: Hash32,
    ) -> ContractCall[None]:
        """Delegates votes from signer to `delegatee`."""
        data = interface(self.NAME).encode("delegateBySig", delegatee, nonce, expiry_s, v, r, s)
        return ContractCall(self.NAME, "delegateBySig", self.address, data, same)

    def delegates(self, account: Address) -> ContractCall[Address]:
        """Returns the delegate that `account` has chosen."""
        data = interface(self.NAME).encode("delegates", account)
        return ContractCall(self.NAME, "delegates", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def get_past_total_supply(self, timepoint_s: int) -> ContractCall[int]:
        """Returns the total supply of votes available at a specific moment in the past. If the
        `clock()` is configured to use block numbers, this will return the value at the end of the
        corresponding block. NOTE: This value is the sum of all available votes, which is not
        necessarily the sum of all delegated votes. Votes that have not been delegated are still part of
        total supply, even though they would not participate in a vote. Requirements: - `timepoint` must
        be in the past. If operating using block numbers, the block must be already mined.
        """
        data = interface(self.NAME).encode("getPastTotalSupply", timepoint_s)
        return ContractCall(self.NAME, "getPastTotalSupply", self.address, data, same)

    def get_past_votes(self, account: Address, timepoint_s: int) -> ContractCall[int]:
        """Returns the amount of votes that `account` had at a specific moment in the past. If the
        `clock()` is configured to use block numbers, this will return the value at the end of the
        corresponding block. Requirements: - `timepoint` must be in the past. If operating using block
        numbers, the block must be already mined.
        """
        data = interface(self.NAME).encode("getPastVotes", account, timepoint_s)
        return ContractCall(self.NAME, "getPastVotes", self.address, data, same)

    def get_role_admin(self, role: Hash32) -> ContractCall[Hash32]:
        """Returns the admin role that controls `role`. See {grantRole} and {revokeRole}. To change a
        role's admin, use {_setRoleAdmin}.
        """
        data = interface(self.NAME).encode("getRoleAdmin", role)
        return ContractCall(self.NAME, "getRoleAdmin", self.address, data, same)

    def get_votes(self, account: Address) -> ContractCall[int]:
        """Returns the current amount of votes that `account` has."""
        data = interface(self.NAME).encode("getVotes", account)
        return ContractCall(self.NAME, "getVotes", self.address, data, same)

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

    def is_active(self, validator: Address) -> ContractCall[bool]:
        """Whether a validator takes part in consensus: registered, not jailed, and with enough of its
        own.

        validator: the validator
        Returns whether it does
        """
        data = interface(self.NAME).encode("isActive", validator)
        return ContractCall(self.NAME, "isActive", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def jail(self, validator: Address, jailed_until_s: int) -> ContractCall[None]:
        """Keep a validator from being active until a time; an earlier time than before ends its jail
        sooner.

        validator: the validator
        jailed_until_s: the second (Unix) from which it may be active again
        """
        data = interface(self.NAME).encode("jail", validator, jailed_until_s)
        return ContractCall(self.NAME, "jail", self.address, data, same)

    def lock(self, amount_med_units: int) -> ContractCall[None]:
        """Lock the sender's MED for votes. They count once `delegate` has named who casts them, the
        sender itself or another.

        amount_med_units: units of 10^-8 MED, which the sender has allowed this contract to take
        """
        data = interface(self.NAME).encode("lock", amount_med_units)
        return ContractCall(self.NAME, "lock", self.address, data, same)

    def locked_of(self, account: Address) -> ContractCall[int]:
        """What an account has locked for votes.

        account: the account
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("lockedOf", account)
        return ContractCall(self.NAME, "lockedOf", self.address, data, same)

    def nonces(self, owner: Address) -> ContractCall[int]:
        """Returns the next unused nonce for an address."""
        data = interface(self.NAME).encode("nonces", owner)
        return ContractCall(self.NAME, "nonces", self.address, data, same)

    def obligations(self) -> ContractCall[int]:
        """What this contract owes to all accounts: locked, bonded, and on its way out.

        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def power_of(self, validator: Address) -> ContractCall[int]:
        """The weight of a validator in consensus: all that is bonded to it while it is active, else 0.

        validator: the validator
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("powerOf", validator)
        return ContractCall(self.NAME, "powerOf", self.address, data, same)

    def register_validator(
        self,
        commission_basis_points: int,
        amount_med_units: int,
    ) -> ContractCall[None]:
        """Become a validator by bonding MED of one's own.

        commission_basis_points: the part of each reward that the validator keeps before its pool shares
            the rest
        amount_med_units: units of 10^-8 MED, at least the own minimum
        """
        data = interface(self.NAME).encode("registerValidator", commission_basis_points, amount_med_units)
        return ContractCall(self.NAME, "registerValidator", self.address, data, same)

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

    def reward(self, validator: Address, amount_med_units: int) -> ContractCall[None]:
        """Pay a reward into a validator's pool: the commission becomes shares of the validator's own,
        the rest raises what every share is worth. Callable by anyone who pays.

        validator: a validator to whom somebody has bonded
        amount_med_units: units of 10^-8 MED, which the sender has allowed this contract to take
        """
        data = interface(self.NAME).encode("reward", validator, amount_med_units)
        return ContractCall(self.NAME, "reward", self.address, data, same)

    def set_commission(self, commission_basis_points: int) -> ContractCall[None]:
        """Change the sender's commission: at once where it falls, after the unbonding period where it
        rises, so that who does not like it can leave before. A later call replaces one that has not
        taken effect.

        commission_basis_points: the new commission
        """
        data = interface(self.NAME).encode("setCommission", commission_basis_points)
        return ContractCall(self.NAME, "setCommission", self.address, data, same)

    def slash(self, validator: Address, slash_basis_points: int) -> ContractCall[int]:
        """Take a share of all that is bonded to, and unbonding from, a validator; it goes to the
        treasury or is burned.

        validator: the validator
        slash_basis_points: the share, from 1 to 9,999 basis points; what it takes is rounded down
        Returns what was taken, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("slash", validator, slash_basis_points)
        return ContractCall(self.NAME, "slash", self.address, data, same)

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

    def unbond(self, validator: Address, pool_shares: int) -> ContractCall[int]:
        """Give back shares of a validator's pool; their MED can be withdrawn after the unbonding period
        and is slashed with the validator until then. All that the sender has unbonded from this
        validator and not withdrawn waits for the whole period again.

        validator: the validator
        pool_shares: the shares
        Returns what they are worth now, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("unbond", validator, pool_shares)
        return ContractCall(self.NAME, "unbond", self.address, data, same)

    def unbonding_of(self, validator: Address, account: Address) -> ContractCall[UnbondingOfAnswer]:
        """What an account has unbonded from a validator and not withdrawn.

        validator: the validator
        account: the account
        """
        data = interface(self.NAME).encode("unbondingOf", validator, account)
        return ContractCall(self.NAME, "unbondingOf", self.address, data, lambda values: UnbondingOfAnswer(values[0], values[1]))

    def unlock(self, amount_med_units: int) -> ContractCall[None]:
        """Give up votes at once, and their MED after the unlock period. All that the sender has
        unlocked and not withdrawn waits for the whole period again.

        amount_med_units: units of 10^-8 MED
        """
        data = interface(self.NAME).encode("unlock", amount_med_units)
        return ContractCall(self.NAME, "unlock", self.address, data, same)

    def unlocking_of(self, account: Address) -> ContractCall[UnlockingOfAnswer]:
        """What an account has unlocked and not withdrawn.

        account: the account
        """
        data = interface(self.NAME).encode("unlockingOf", account)
        return ContractCall(self.NAME, "unlockingOf", self.address, data, lambda values: UnlockingOfAnswer(values[0], values[1]))

    def validator_at(self, index: int) -> ContractCall[Address]:
        """The validators in the order in which they registered.

        index: from 0
        Returns its address
        """
        data = interface(self.NAME).encode("validatorAt", index)
        return ContractCall(self.NAME, "validatorAt", self.address, data, same)

    def validator_count(self) -> ContractCall[int]:
        """How many validators have registered.

        Returns the number
        """
        data = interface(self.NAME).encode("validatorCount")
        return ContractCall(self.NAME, "validatorCount", self.address, data, same)

    def validator_of(self, validator: Address) -> ContractCall[Validator]:
        """A validator and its pools; zeros where the account is no validator.

        validator: the validator
        Returns the validator and its pools
        """
        data = interface(self.NAME).encode("validatorOf", validator)
        return ContractCall(self.NAME, "validatorOf", self.address, data, Validator.from_abi)

    def withdraw_unbonded(self, validator: Address) -> ContractCall[int]:
        """Take what the sender has unbonded from a validator, once it is ready.

        validator: the validator
        Returns what is left of it after slashes, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("withdrawUnbonded", validator)
        return ContractCall(self.NAME, "withdrawUnbonded", self.address, data, same)

    def withdraw_unlocked(self) -> ContractCall[int]:
        """Take what the sender has unlocked, once it is ready.

        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("withdrawUnlocked")
        return ContractCall(self.NAME, "withdrawUnlocked", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
