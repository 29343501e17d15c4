"""TokenLock: What buyers bought and cannot move yet.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from chain.block import Address, Log
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Lock(Struct):
    """`Lock` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("releaseAt", "release_at_s"), ("revocable", "revocable"))

    amount_med_units: int
    release_at_s: int
    revocable: bool


class ClawedBack(ContractEvent):
    """A lock was taken back to the treasury.

    beneficiary: who will not receive the MED
    lock_id: the lock's number
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenLock"
    EVENT: ClassVar = "ClawedBack"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("lockId", "lock_id"), ("amount", "amount_med_units"))

    beneficiary: Address
    lock_id: int
    amount_med_units: int


class Locked(ContractEvent):
    """MED was locked.

    beneficiary: to whom it will be released
    lock_id: the lock's number
    amount_med_units: what was added to the lock, units of 10^-8 MED
    release_at_s: from when anyone may release it, Unix seconds
    """

    CONTRACT: ClassVar = "TokenLock"
    EVENT: ClassVar = "Locked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("lockId", "lock_id"), ("amount", "amount_med_units"), ("releaseAt", "release_at_s"))

    beneficiary: Address
    lock_id: int
    amount_med_units: int
    release_at_s: int


class OwnershipTransferStarted(ContractEvent):
    """The owner named its successor, which has to accept."""

    CONTRACT: ClassVar = "TokenLock"
    EVENT: ClassVar = "OwnershipTransferStarted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("previousOwner", "previous_owner"), ("newOwner", "new_owner"))

    previous_owner: Address
    new_owner: Address


class OwnershipTransferred(ContractEvent):
    """The contract has another owner."""

    CONTRACT: ClassVar = "TokenLock"
    EVENT: ClassVar = "OwnershipTransferred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("previousOwner", "previous_owner"), ("newOwner", "new_owner"))

    previous_owner: Address
    new_owner: Address


class Released(ContractEvent):
    """A lock was released to its beneficiary.

    beneficiary: who received the MED
    lock_id: the lock's number
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenLock"
    EVENT: ClassVar = "Released"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("lockId", "lock_id"), ("amount", "amount_med_units"))

    beneficiary: Address
    lock_id: int
    amount_med_units: int


class DepositNotCovered(ContractError):
    """The MED to be locked has not been transferred here.

    held_med_units: what this contract holds, units of 10^-8 MED
    needed_med_units: what it would owe with the deposit, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "DepositNotCovered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("held", "held_med_units"), ("needed", "needed_med_units"))

    held_med_units: int
    needed_med_units: int


class LockNotOver(ContractError):
    """Only the owner releases a lock before its time.

    release_at_s: when its time comes, Unix seconds
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "LockNotOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("releaseAt", "release_at_s"),)

    release_at_s: int


class LockNotRevocable(ContractError):
    """The lock was made without the owner's power to take it back.

    beneficiary: whose lock it is
    lock_id: the lock's number
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "LockNotRevocable"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("lockId", "lock_id"))

    beneficiary: Address
    lock_id: int


class LockOver(ContractError):
    """The lock's time has come: the MED is its beneficiary's, and can only be released.

    release_at_s: when its time came, Unix seconds
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "LockOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("releaseAt", "release_at_s"),)

    release_at_s: int


class LockTermsDiffer(ContractError):
    """A further deposit has other terms than the lock that it would add to.

    beneficiary: whose lock it is
    lock_id: the lock's number
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "LockTermsDiffer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("lockId", "lock_id"))

    beneficiary: Address
    lock_id: int


class NoSuchLock(ContractError):
    """There is no such lock, or it has been released or taken back.

    beneficiary: whose lock was asked for
    lock_id: the lock's number
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "NoSuchLock"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("lockId", "lock_id"))

    beneficiary: Address
    lock_id: int


class NotTheSale(ContractError):
    """Only the sale locks MED.

    caller: who called
    """

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "NotTheSale"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"),)

    caller: Address


class OwnableInvalidOwner(ContractError):
    """The owner is not a valid owner account. (eg. `address(0)`)."""

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "OwnableInvalidOwner"
    FIELDS: ClassVar[tuple[Field, ...]] = (("owner", "owner"),)

    owner: Address


class OwnableUnauthorizedAccount(ContractError):
    """The caller account is not authorized to perform an operation."""

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "OwnableUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_med_units"))

    bits: int
    value_med_units: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "TokenLock"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "ClawedBack": ClawedBack,
    "Locked": Locked,
    "OwnershipTransferStarted": OwnershipTransferStarted,
    "OwnershipTransferred": OwnershipTransferred,
    "Released": Released,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "DepositNotCovered": DepositNotCovered,
    "LockNotOver": LockNotOver,
    "LockNotRevocable": LockNotRevocable,
    "LockOver": LockOver,
    "LockTermsDiffer": LockTermsDiffer,
    "NoSuchLock": NoSuchLock,
    "NotTheSale": NotTheSale,
    "OwnableInvalidOwner": OwnableInvalidOwner,
    "OwnableUnauthorizedAccount": OwnableUnauthorizedAccount,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
}
"""The contract's errors by name."""


class TokenLock:
    """Each beneficiary has at most one lock a number; the sale numbers them by its phases. From its
    time on anyone may release a lock to its beneficiary. Until then the owner may release it early or,
    where the sale said so, take it back to the treasury.
    """

    NAME: ClassVar = "TokenLock"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        token: Address,
        sale: Address,
        owner: Address,
        treasury: Address,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        token: MED
        sale: the sale, which alone makes locks
        owner: who may release locks early and take them back
        treasury: where MED goes that is taken back
        """
        return interface(TokenLock.NAME).encode_creation(forwarder, token, sale, owner, treasury)

    def sale(self) -> ContractCall[Address]:
        """The sale, which alone makes locks."""
        data = interface(self.NAME).encode("SALE")
        return ContractCall(self.NAME, "SALE", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token that is locked."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def treasury(self) -> ContractCall[Address]:
        """Where MED goes that is taken back."""
        data = interface(self.NAME).encode("TREASURY")
        return ContractCall(self.NAME, "TREASURY", self.address, data, same)

    def accept_ownership(self) -> ContractCall[None]:
        """The new owner accepts the ownership transfer."""
        data = interface(self.NAME).encode("acceptOwnership")
        return ContractCall(self.NAME, "acceptOwnership", self.address, data, same)

    def claw_back(self, beneficiary: Address, lock_id: int) -> ContractCall[int]:
        """Take a revocable lock back to the treasury before its time. Only the owner.

        beneficiary: whose lock it is
        lock_id: the lock's number
        Returns what was taken back, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("clawBack", beneficiary, lock_id)
        return ContractCall(self.NAME, "clawBack", self.address, data, same)

    def deposit(
        self,
        beneficiary: Address,
        lock_id: int,
        amount_med_units: int,
        release_at_s: int,
        revocable: bool,
    ) -> ContractCall[None]:
        """Lock MED that the caller, the sale, has just transferred here. A lock grows by further
        deposits.

        beneficiary: to whom the MED will be released
        lock_id: the number of the lock among the beneficiary's
        amount_med_units: units of 10^-8 MED
        release_at_s: from when anyone may release the lock, Unix seconds
        revocable: whether the owner may take it back until then
        """
        data = interface(self.NAME).encode("deposit", beneficiary, lock_id, amount_med_units, release_at_s, revocable)
        return ContractCall(self.NAME, "deposit", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def lock_of(self, beneficiary: Address, lock_id: int) -> ContractCall[Lock]:
        """A lock.

        beneficiary: whose lock it is
        lock_id: the lock's number
        Returns the lock, zeros where there is none
        """
        data = interface(self.NAME).encode("lockOf", beneficiary, lock_id)
        return ContractCall(self.NAME, "lockOf", self.address, data, Lock.from_abi)

    def obligations(self) -> ContractCall[int]:
        """What all locks hold together and is owed to their beneficiaries, units of 10^-8 MED."""
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def owner(self) -> ContractCall[Address]:
        """Returns the address of the current owner."""
        data = interface(self.NAME).encode("owner")
        return ContractCall(self.NAME, "owner", self.address, data, same)

    def pending_owner(self) -> ContractCall[Address]:
        """Returns the address of the pending owner."""
        data = interface(self.NAME).encode("pendingOwner")
        return ContractCall(self.NAME, "pendingOwner", self.address, data, same)

    def release(self, beneficiary: Address, lock_id: int) -> ContractCall[int]:
        """Release a lock to its beneficiary: from its time on by anyone, before by the owner.

        beneficiary: whose lock it is
        lock_id: the lock's number
        Returns what was released, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("release", beneficiary, lock_id)
        return ContractCall(self.NAME, "release", self.address, data, same)

    def release_many(self, beneficiaries: Sequence[Address], lock_id: int) -> ContractCall[int]:
        """Release the locks of one number of several beneficiaries, under the rule of `release`.
        Whoever has no such lock, or has it no more, is passed over, so that nobody can spoil a batch by
        releasing one of its locks.

        beneficiaries: whose locks they are
        lock_id: the locks' number
        Returns what was released, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("releaseMany", plain(beneficiaries), lock_id)
        return ContractCall(self.NAME, "releaseMany", self.address, data, same)

    def renounce_ownership(self) -> ContractCall[None]:
        """Leaves the contract without owner. It will not be possible to call `onlyOwner` functions. Can
        only be called by the current owner. NOTE: Renouncing ownership will leave the contract without
        an owner, thereby disabling any functionality that is only available to the owner.
        """
        data = interface(self.NAME).encode("renounceOwnership")
        return ContractCall(self.NAME, "renounceOwnership", self.address, data, same)

    def transfer_ownership(self, new_owner: Address) -> ContractCall[None]:
        """Starts the ownership transfer of the contract to a new account. Replaces the pending transfer
        if there is one. Can only be called by the current owner. Setting `newOwner` to the zero address
        is allowed; this can be used to cancel an initiated ownership transfer.
        """
        data = interface(self.NAME).encode("transferOwnership", new_owner)
        return ContractCall(self.NAME, "transferOwnership", self.address, data, same)

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
