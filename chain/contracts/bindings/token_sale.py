"""TokenSale: The sale of MED: two presales and a main sale.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, ClassVar, Final

from chain.block import Address, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Phase(IntEnum):
    """`Phase` of the contracts, numbered as there."""

    FIRST_PRESALE = 0
    SECOND_PRESALE = 1
    MAIN_SALE = 2


class Progress(Struct):
    """`Progress` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("sold", "sold_med_units"), ("raisedSatoshi", "raised_sat"))

    sold_med_units: int
    raised_sat: int


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("start", "start_s"), ("end", "end_s"), ("unitsPerSatoshi", "units_per_sat_med_units"), ("bonusBasisPoints", "bonus_basis_points"), ("lockedBasisPoints", "locked_basis_points"), ("releaseAt", "release_at_s"), ("revocable", "revocable"), ("cap", "cap_med_units"), ("buyerCap", "buyer_cap_med_units"), ("minimumSatoshi", "minimum_sat"))

    start_s: int
    end_s: int
    units_per_sat_med_units: int
    bonus_basis_points: int
    locked_basis_points: int
    release_at_s: int
    revocable: bool
    cap_med_units: int
    buyer_cap_med_units: int
    minimum_sat: int


class QuoteAnswer(Row):
    """What `quote` answers.

    accepted_sat: what of the payment would be kept, satoshi
    amount_med_units: what it would buy, bonus included, units of 10^-8 MED
    """

    accepted_sat: int
    amount_med_units: int


class Bought(ContractEvent):
    """MED was bought.

    phase: the phase
    buyer: who bought
    amount_med_units: what was bought, bonus included, units of 10^-8 MED
    locked_amount_med_units: what of it was locked, units of 10^-8 MED
    payment_sat: what was paid for it, satoshi
    refund_wei: what of the payment came back, wei
    """

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "Bought"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"), ("buyer", "buyer"), ("amount", "amount_med_units"), ("lockedAmount", "locked_amount_med_units"), ("paymentSatoshi", "payment_sat"), ("refundWei", "refund_wei"))
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase
    buyer: Address
    amount_med_units: int
    locked_amount_med_units: int
    payment_sat: int
    refund_wei: int


class CapRaised(ContractEvent):
    """The main sale's cap was raised.

    cap_med_units: the cap from now on, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "CapRaised"
    FIELDS: ClassVar[tuple[Field, ...]] = (("cap", "cap_med_units"),)

    cap_med_units: int


class Finished(ContractEvent):
    """Unsold MED was burned or sent to the treasury.

    amount_med_units: units of 10^-8 MED
    burned: whether it was burned
    """

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "Finished"
    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("burned", "burned"))

    amount_med_units: int
    burned: bool


class OwnershipTransferStarted(ContractEvent):
    """The owner named its successor, which has to accept."""

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "OwnershipTransferStarted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("previousOwner", "previous_owner"), ("newOwner", "new_owner"))

    previous_owner: Address
    new_owner: Address


class OwnershipTransferred(ContractEvent):
    """The contract has another owner."""

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "OwnershipTransferred"
    FIELDS: ClassVar[tuple[Field, ...]] = (("previousOwner", "previous_owner"), ("newOwner", "new_owner"))

    previous_owner: Address
    new_owner: Address


class Paused(ContractEvent):
    """Emitted when the pause is triggered by `account`."""

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "Paused"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class ProceedsWithdrawn(ContractEvent):
    """Proceeds were sent to the treasury.

    proceeds_wei: wei
    """

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "ProceedsWithdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("proceedsWei", "proceeds_wei"),)

    proceeds_wei: int


class Unpaused(ContractEvent):
    """Emitted when the pause is lifted by `account`."""

    CONTRACT: ClassVar = "TokenSale"
    EVENT: ClassVar = "Unpaused"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class BuyerCapReached(ContractError):
    """The buyer has bought what one buyer may in the phase.

    phase: the phase
    buyer: the buyer
    buyer_cap_med_units: what one buyer may buy, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "BuyerCapReached"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"), ("buyer", "buyer"), ("buyerCap", "buyer_cap_med_units"))
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase
    buyer: Address
    buyer_cap_med_units: int


class CapNotCovered(ContractError):
    """The sale does not hold the MED that its phases could still sell under the cap asked for.

    needed_med_units: what could still be sold, units of 10^-8 MED
    held_med_units: what the sale holds, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "CapNotCovered"
    FIELDS: ClassVar[tuple[Field, ...]] = (("needed", "needed_med_units"), ("held", "held_med_units"))

    needed_med_units: int
    held_med_units: int


class CapNotRaised(ContractError):
    """A cap is only raised.

    cap_med_units: the cap asked for, units of 10^-8 MED
    current_med_units: the cap as it stands, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "CapNotRaised"
    FIELDS: ClassVar[tuple[Field, ...]] = (("cap", "cap_med_units"), ("current", "current_med_units"))

    cap_med_units: int
    current_med_units: int


class EnforcedPause(ContractError):
    """The operation failed because the contract is paused."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "EnforcedPause"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ExpectedPause(ContractError):
    """The operation failed because the contract is not paused."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "ExpectedPause"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class FailedCall(ContractError):
    """A call to an address target failed. The target may have reverted."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "FailedCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class InsufficientBalance(ContractError):
    """The ETH balance of the account is not enough to perform the operation."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "InsufficientBalance"
    FIELDS: ClassVar[tuple[Field, ...]] = (("balance", "balance_wei"), ("needed", "needed_med_units"))

    balance_wei: int
    needed_med_units: int


class LockedShareTooLarge(ContractError):
    """A phase cannot lock more than is bought.

    phase: the phase
    locked_basis_points: the share to be locked, basis points
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "LockedShareTooLarge"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"), ("lockedBasisPoints", "locked_basis_points"))
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase
    locked_basis_points: int


class NothingLeft(ContractError):
    """There is nothing left to send."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "NothingLeft"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class OwnableInvalidOwner(ContractError):
    """The owner is not a valid owner account. (eg. `address(0)`)."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "OwnableInvalidOwner"
    FIELDS: ClassVar[tuple[Field, ...]] = (("owner", "owner"),)

    owner: Address


class OwnableUnauthorizedAccount(ContractError):
    """The caller account is not authorized to perform an operation."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "OwnableUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class PhaseNotOpen(ContractError):
    """The phase does not sell now.

    phase: the phase
    start_s: when it begins, Unix seconds
    end_s: when it has ended, Unix seconds
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "PhaseNotOpen"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"), ("start", "start_s"), ("end", "end_s"))
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase
    start_s: int
    end_s: int


class PhaseOutOfOrder(ContractError):
    """A phase must begin before it ends, and not before the earlier one has ended.

    phase: the phase
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "PhaseOutOfOrder"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"),)
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase


class PhaseWithoutPrice(ContractError):
    """A phase needs a price and a minimum purchase of at least a satoshi.

    phase: the phase
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "PhaseWithoutPrice"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"),)
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase


class PurchaseTooSmall(ContractError):
    """The payment is below the phase's minimum purchase.

    payment_sat: what was paid, whole satoshi
    minimum_sat: the least that is accepted, satoshi
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "PurchaseTooSmall"
    FIELDS: ClassVar[tuple[Field, ...]] = (("paymentSatoshi", "payment_sat"), ("minimumSatoshi", "minimum_sat"))

    payment_sat: int
    minimum_sat: int


class ReentrancyGuardReentrantCall(ContractError):
    """Unauthorized reentrant call."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "ReentrancyGuardReentrantCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ReleaseBeforeEnd(ContractError):
    """What a phase locks cannot be released while the phase still sells.

    phase: the phase
    release_at_s: when it would be released, Unix seconds
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "ReleaseBeforeEnd"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"), ("releaseAt", "release_at_s"))
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase
    release_at_s: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


class SaleNotOver(ContractError):
    """The main sale has not ended.

    end_s: when it ends, Unix seconds
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "SaleNotOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("end", "end_s"),)

    end_s: int


class SaleOver(ContractError):
    """The main sale has ended.

    end_s: when it ended, Unix seconds
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "SaleOver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("end", "end_s"),)

    end_s: int


class SoldOut(ContractError):
    """The phase has sold what it may, or the sale holds no more MED.

    phase: the phase
    """

    CONTRACT: ClassVar = "TokenSale"
    ERROR: ClassVar = "SoldOut"
    FIELDS: ClassVar[tuple[Field, ...]] = (("phase", "phase"),)
    READERS: ClassVar[Mapping[str, Any]] = {"phase": Phase}

    phase: Phase


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "Bought": Bought,
    "CapRaised": CapRaised,
    "Finished": Finished,
    "OwnershipTransferStarted": OwnershipTransferStarted,
    "OwnershipTransferred": OwnershipTransferred,
    "Paused": Paused,
    "ProceedsWithdrawn": ProceedsWithdrawn,
    "Unpaused": Unpaused,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "BuyerCapReached": BuyerCapReached,
    "CapNotCovered": CapNotCovered,
    "CapNotRaised": CapNotRaised,
    "EnforcedPause": EnforcedPause,
    "ExpectedPause": ExpectedPause,
    "FailedCall": FailedCall,
    "InsufficientBalance": InsufficientBalance,
    "LockedShareTooLarge": LockedShareTooLarge,
    "NothingLeft": NothingLeft,
    "OwnableInvalidOwner": OwnableInvalidOwner,
    "OwnableUnauthorizedAccount": OwnableUnauthorizedAccount,
    "PhaseNotOpen": PhaseNotOpen,
    "PhaseOutOfOrder": PhaseOutOfOrder,
    "PhaseWithoutPrice": PhaseWithoutPrice,
    "PurchaseTooSmall": PurchaseTooSmall,
    "ReentrancyGuardReentrantCall": ReentrancyGuardReentrantCall,
    "ReleaseBeforeEnd": ReleaseBeforeEnd,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
    "SaleNotOver": SaleNotOver,
    "SaleOver": SaleOver,
    "SoldOut": SoldOut,
}
"""The contract's errors by name."""


class TokenSale:
    """Each phase has its own time, price, bonus, minimum purchase, caps and lock. What a phase locks
    goes to the lock contract, the rest to the buyer at once. A payment that is more than a cap leaves
    room for buys what there is room for, and the rest comes back in the same transaction, to the last
    unit.
    """

    NAME: ClassVar = "TokenSale"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        token: Address,
        lock: Address,
        owner: Address,
        treasury: Address,
        burns_unsold: bool,
        phases: Sequence[Terms],
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        token: MED, of which the sale's allocation must be transferred here
        lock: the lock contract, which takes deposits from this contract alone
        owner: who may pause the sale and raise the main sale's cap
        treasury: where proceeds go, and unsold MED that is not burned
        burns_unsold: whether unsold MED is burned in the end
        phases: the terms of the three phases
        """
        return interface(TokenSale.NAME).encode_creation(forwarder, token, lock, owner, treasury, burns_unsold, plain(phases))

    def basis_points(self) -> ContractCall[int]:
        """Basis points in the whole."""
        data = interface(self.NAME).encode("BASIS_POINTS")
        return ContractCall(self.NAME, "BASIS_POINTS", self.address, data, same)

    def burns_unsold(self) -> ContractCall[bool]:
        """Whether unsold MED is burned in the end."""
        data = interface(self.NAME).encode("BURNS_UNSOLD")
        return ContractCall(self.NAME, "BURNS_UNSOLD", self.address, data, same)

    def lock(self) -> ContractCall[Address]:
        """Where locked purchases go."""
        data = interface(self.NAME).encode("LOCK")
        return ContractCall(self.NAME, "LOCK", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token that is sold."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def treasury(self) -> ContractCall[Address]:
        """Where proceeds go, and unsold MED that is not burned."""
        data = interface(self.NAME).encode("TREASURY")
        return ContractCall(self.NAME, "TREASURY", self.address, data, same)

    def wei_per_satoshi(self) -> ContractCall[int]:
        """The native coin's smallest parts (wei) in a satoshi."""
        data = interface(self.NAME).encode("WEI_PER_SATOSHI")
        return ContractCall(self.NAME, "WEI_PER_SATOSHI", self.address, data, same)

    def accept_ownership(self) -> ContractCall[None]:
        """The new owner accepts the ownership transfer."""
        data = interface(self.NAME).encode("acceptOwnership")
        return ContractCall(self.NAME, "acceptOwnership", self.address, data, same)

    def bought_by(self, phase: Phase, buyer: Address) -> ContractCall[int]:
        """What a buyer has bought in a phase that has a cap a buyer.

        phase: the phase
        buyer: the buyer
        Returns units of 10^-8 MED; 0 in a phase without such a cap
        """
        data = interface(self.NAME).encode("boughtBy", phase, buyer)
        return ContractCall(self.NAME, "boughtBy", self.address, data, same)

    def buy(self, phase: Phase) -> ContractCall[int]:
        """Buy MED in a phase with the native coin that is sent along. What the caps, or the sale's MED,
        leave no room for is paid back, and so is what is no whole satoshi.

        phase: the phase, which must be open
        Returns what was bought, bonus included, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("buy", phase)
        return ContractCall(self.NAME, "buy", self.address, data, same)

    def finish(self) -> ContractCall[int]:
        """Burn the unsold MED, or send it to the treasury, once the main sale has ended. Callable by
        anyone.

        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("finish")
        return ContractCall(self.NAME, "finish", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def obligations(self) -> ContractCall[int]:
        """The MED that this contract owes to others: none, since what is bought leaves it at once.

        Returns units of 10^-8 MED: 0
        """
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def owner(self) -> ContractCall[Address]:
        """Returns the address of the current owner."""
        data = interface(self.NAME).encode("owner")
        return ContractCall(self.NAME, "owner", self.address, data, same)

    def pause(self) -> ContractCall[None]:
        """Suspend purchases. Only the owner."""
        data = interface(self.NAME).encode("pause")
        return ContractCall(self.NAME, "pause", self.address, data, same)

    def paused(self) -> ContractCall[bool]:
        """Returns true if the contract is paused, and false otherwise."""
        data = interface(self.NAME).encode("paused")
        return ContractCall(self.NAME, "paused", self.address, data, same)

    def pending_owner(self) -> ContractCall[Address]:
        """Returns the address of the pending owner."""
        data = interface(self.NAME).encode("pendingOwner")
        return ContractCall(self.NAME, "pendingOwner", self.address, data, same)

    def progress_of(self, phase: Phase) -> ContractCall[Progress]:
        """What a phase has sold and raised.

        phase: the phase
        Returns MED sold and native coin paid for it
        """
        data = interface(self.NAME).encode("progressOf", phase)
        return ContractCall(self.NAME, "progressOf", self.address, data, Progress.from_abi)

    def quote(self, phase: Phase, buyer: Address, payment_sat: int) -> ContractCall[QuoteAnswer]:
        """What a payment would buy now, by the rules of `buy`, whether the sale is paused or not.

        phase: the phase, which must be open
        buyer: who would buy
        payment_sat: what would be paid, satoshi
        """
        data = interface(self.NAME).encode("quote", phase, buyer, payment_sat)
        return ContractCall(self.NAME, "quote", self.address, data, lambda values: QuoteAnswer(values[0], values[1]))

    def raise_cap(self, cap_med_units: int) -> ContractCall[None]:
        """Raise the main sale's cap before its end. Only the owner, and only as far as the sale holds
        MED for all that its phases could still sell.

        cap_med_units: the new cap, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("raiseCap", cap_med_units)
        return ContractCall(self.NAME, "raiseCap", self.address, data, same)

    def renounce_ownership(self) -> ContractCall[None]:
        """Leaves the contract without owner. It will not be possible to call `onlyOwner` functions. Can
        only be called by the current owner. NOTE: Renouncing ownership will leave the contract without
        an owner, thereby disabling any functionality that is only available to the owner.
        """
        data = interface(self.NAME).encode("renounceOwnership")
        return ContractCall(self.NAME, "renounceOwnership", self.address, data, same)

    def terms_of(self, phase: Phase) -> ContractCall[Terms]:
        """The terms of a phase.

        phase: the phase
        Returns the terms, with the cap as it stands now
        """
        data = interface(self.NAME).encode("termsOf", phase)
        return ContractCall(self.NAME, "termsOf", self.address, data, Terms.from_abi)

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

    def unpause(self) -> ContractCall[None]:
        """Resume purchases. Only the owner."""
        data = interface(self.NAME).encode("unpause")
        return ContractCall(self.NAME, "unpause", self.address, data, same)

    def withdraw_proceeds(self) -> ContractCall[int]:
        """Send all proceeds so far to the treasury. Callable by anyone, at any time.

        Returns what was sent, wei
        """
        data = interface(self.NAME).encode("withdrawProceeds")
        return ContractCall(self.NAME, "withdrawProceeds", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
