"""TeamVesting: The team's MED.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from chain.block import Address, Log
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Grant(Struct):
    """`Grant` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("amount", "amount_med_units"), ("released", "released_med_units"))

    amount_med_units: int
    released_med_units: int


class Award(Struct):
    """`Award` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("amount", "amount_med_units"))

    beneficiary: Address
    amount_med_units: int


class BeneficiaryChanged(ContractEvent):
    """A beneficiary moved its grant to another account.

    beneficiary: who had the grant
    successor: who has it now
    """

    CONTRACT: ClassVar = "TeamVesting"
    EVENT: ClassVar = "BeneficiaryChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("successor", "successor"))

    beneficiary: Address
    successor: Address


class Granted(ContractEvent):
    """A grant was made, at deployment.

    beneficiary: to whom it is released
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TeamVesting"
    EVENT: ClassVar = "Granted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("amount", "amount_med_units"))

    beneficiary: Address
    amount_med_units: int


class Released(ContractEvent):
    """What was due of a grant was released.

    beneficiary: who received it
    amount_med_units: units of 10^-8 MED
    """

    CONTRACT: ClassVar = "TeamVesting"
    EVENT: ClassVar = "Released"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("amount", "amount_med_units"))

    beneficiary: Address
    amount_med_units: int


class BeneficiaryZero(ContractError):
    """A grant needs a beneficiary."""

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "BeneficiaryZero"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class GrantExists(ContractError):
    """An account has at most one grant.

    beneficiary: who has one already
    """

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "GrantExists"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"),)

    beneficiary: Address


class GrantZero(ContractError):
    """A grant needs an amount.

    beneficiary: whose grant was empty
    """

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "GrantZero"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"),)

    beneficiary: Address


class NoSuchGrant(ContractError):
    """The account has no grant.

    account: who was named or who called
    """

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "NoSuchGrant"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"),)

    account: Address


class NothingDue(ContractError):
    """All that is due to the beneficiary has been released.

    beneficiary: whose grant it is
    next_release_at_s: when the next part falls due, Unix seconds; 0 where all has been released
    """

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "NothingDue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("beneficiary", "beneficiary"), ("nextReleaseAt", "next_release_at_s"))

    beneficiary: Address
    next_release_at_s: int


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_med_units"))

    bits: int
    value_med_units: int


class SafeERC20FailedOperation(ContractError):
    """An operation with an ERC-20 token failed."""

    CONTRACT: ClassVar = "TeamVesting"
    ERROR: ClassVar = "SafeERC20FailedOperation"
    FIELDS: ClassVar[tuple[Field, ...]] = (("token", "token"),)

    token: Address


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "BeneficiaryChanged": BeneficiaryChanged,
    "Granted": Granted,
    "Released": Released,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "BeneficiaryZero": BeneficiaryZero,
    "GrantExists": GrantExists,
    "GrantZero": GrantZero,
    "NoSuchGrant": NoSuchGrant,
    "NothingDue": NothingDue,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "SafeERC20FailedOperation": SafeERC20FailedOperation,
}
"""The contract's errors by name."""


class TeamVesting:
    """Of each grant a third is released first, then a twelfth every 7,884,000 s, eight times, and with
    the eighth whatever rounding left. Each part is rounded down. Nobody can take a grant back or hasten
    it.
    """

    NAME: ClassVar = "TeamVesting"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        token: Address,
        first_release_at_s: int,
        awards: Sequence[Award],
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        token: MED, of which the sum of all awards must be transferred here
        first_release_at_s: when the first part falls due, Unix seconds
        awards: the grants, at most one a beneficiary
        """
        return interface(TeamVesting.NAME).encode_creation(forwarder, token, first_release_at_s, plain(awards))

    def first_divisor(self) -> ContractCall[int]:
        """The first release is the grant divided by this."""
        data = interface(self.NAME).encode("FIRST_DIVISOR")
        return ContractCall(self.NAME, "FIRST_DIVISOR", self.address, data, same)

    def first_release_at(self) -> ContractCall[int]:
        """When the first part falls due, Unix seconds."""
        data = interface(self.NAME).encode("FIRST_RELEASE_AT")
        return ContractCall(self.NAME, "FIRST_RELEASE_AT", self.address, data, same)

    def instalments(self) -> ContractCall[int]:
        """How many instalments follow the first release."""
        data = interface(self.NAME).encode("INSTALMENTS")
        return ContractCall(self.NAME, "INSTALMENTS", self.address, data, same)

    def instalment_divisor(self) -> ContractCall[int]:
        """An instalment is the grant divided by this."""
        data = interface(self.NAME).encode("INSTALMENT_DIVISOR")
        return ContractCall(self.NAME, "INSTALMENT_DIVISOR", self.address, data, same)

    def instalment_seconds(self) -> ContractCall[int]:
        """The time between instalments, in seconds: a quarter of 365 days."""
        data = interface(self.NAME).encode("INSTALMENT_SECONDS")
        return ContractCall(self.NAME, "INSTALMENT_SECONDS", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token that is released."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def change_beneficiary(self, successor: Address) -> ContractCall[None]:
        """Move the caller's grant, with what has been released of it, to another account that has none.

        successor: the account to which the rest is released from now on
        """
        data = interface(self.NAME).encode("changeBeneficiary", successor)
        return ContractCall(self.NAME, "changeBeneficiary", self.address, data, same)

    def grant_of(self, beneficiary: Address) -> ContractCall[Grant]:
        """A grant.

        beneficiary: whose grant it is
        Returns the grant, zeros where there is none
        """
        data = interface(self.NAME).encode("grantOf", beneficiary)
        return ContractCall(self.NAME, "grantOf", self.address, data, Grant.from_abi)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def obligations(self) -> ContractCall[int]:
        """What has been granted and not been released, due or not, units of 10^-8 MED."""
        data = interface(self.NAME).encode("obligations")
        return ContractCall(self.NAME, "obligations", self.address, data, same)

    def release(self, beneficiary: Address) -> ContractCall[int]:
        """Release what is due of a grant. Callable by anyone.

        beneficiary: whose grant it is
        Returns what was released, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("release", beneficiary)
        return ContractCall(self.NAME, "release", self.address, data, same)

    def trusted_forwarder(self) -> ContractCall[Address]:
        """Returns the address of the trusted forwarder."""
        data = interface(self.NAME).encode("trustedForwarder")
        return ContractCall(self.NAME, "trustedForwarder", self.address, data, same)

    def vested_through(self, beneficiary: Address, time_s: int) -> ContractCall[int]:
        """What has fallen due of a grant by a moment, released or not.

        beneficiary: whose grant it is
        time_s: the moment, Unix seconds
        Returns units of 10^-8 MED
        """
        data = interface(self.NAME).encode("vestedThrough", beneficiary, time_s)
        return ContractCall(self.NAME, "vestedThrough", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
