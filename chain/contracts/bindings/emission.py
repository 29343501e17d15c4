"""Emission: The schedule by which MED comes into being.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class Schedule(Struct):
    """`Schedule` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("isSet", "is_set"), ("yearlyRate", "yearly_rate_millipercent"), ("yearlyRateKept", "yearly_rate_kept_millipercent"))

    is_set: bool
    yearly_rate_millipercent: int
    yearly_rate_kept_millipercent: int


class Year(Struct):
    """`Year` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("emittedBefore", "emitted_before_med_units"), ("amount", "amount_med_units"), ("yearlyRate", "yearly_rate_millipercent"))

    emitted_before_med_units: int
    amount_med_units: int
    yearly_rate_millipercent: int


class Terms(Struct):
    """`Terms` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("start", "start_s"), ("yearlyRate", "yearly_rate_millipercent"), ("yearlyRateKept", "yearly_rate_kept_millipercent"), ("stoppableAfter", "stoppable_after_s"))

    start_s: int
    yearly_rate_millipercent: int
    yearly_rate_kept_millipercent: int
    stoppable_after_s: int


class Emitted(ContractEvent):
    """The emission of `count` days from day `firstDay` on was minted to the reward pool.

    first_day: the first of the days, counted from 0 at the schedule's start
    count: how many days
    amount_med_units: what was minted, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Emission"
    EVENT: ClassVar = "Emitted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("firstDay", "first_day"), ("count", "count"), ("amount", "amount_med_units"))

    first_day: int
    count: int
    amount_med_units: int


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "Emission"
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

    CONTRACT: ClassVar = "Emission"
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

    CONTRACT: ClassVar = "Emission"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class ScheduleSet(ContractEvent):
    """A schedule was set for a year and those after it.

    year: the emission year, counted from 0
    yearly_rate_millipercent: the year's rate, thousandths of a percent
    yearly_rate_kept_millipercent: the part of a year's rate that the next year keeps, thousandths of a
        percent
    """

    CONTRACT: ClassVar = "Emission"
    EVENT: ClassVar = "ScheduleSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("year", "year"), ("yearlyRate", "yearly_rate_millipercent"), ("yearlyRateKept", "yearly_rate_kept_millipercent"))

    year: int
    yearly_rate_millipercent: int
    yearly_rate_kept_millipercent: int


class Stopped(ContractEvent):
    """Emission was stopped for good.

    last_days: how many days it lasted; those of them not yet emitted stay due
    """

    CONTRACT: ClassVar = "Emission"
    EVENT: ClassVar = "Stopped"
    FIELDS: ClassVar[tuple[Field, ...]] = (("lastDays", "last_days"),)

    last_days: int


class YearNoted(ContractEvent):
    """An emission year's first day is emitted, and its amount is fixed thereby.

    year: the emission year, counted from 0
    supply_med_units: the supply before the first day's emission, units of 10^-8 MED
    yearly_rate_millipercent: the year's rate, thousandths of a percent
    amount_med_units: what the year will emit, units of 10^-8 MED
    """

    CONTRACT: ClassVar = "Emission"
    EVENT: ClassVar = "YearNoted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("year", "year"), ("supply", "supply_med_units"), ("yearlyRate", "yearly_rate_millipercent"), ("amount", "amount_med_units"))

    year: int
    supply_med_units: int
    yearly_rate_millipercent: int
    amount_med_units: int


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class EmissionStopped(ContractError):
    """Emission has been stopped for good.

    last_days: how many days it had lasted
    """

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "EmissionStopped"
    FIELDS: ClassVar[tuple[Field, ...]] = (("lastDays", "last_days"),)

    last_days: int


class MoreThanTheWhole(ContractError):
    """A rate, or the part of it that is kept, is more than the whole.

    value_millipercent: what was given, thousandths of a percent
    whole_millipercent: 100 %, thousandths of a percent
    """

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "MoreThanTheWhole"
    FIELDS: ClassVar[tuple[Field, ...]] = (("value", "value_millipercent"), ("whole", "whole_millipercent"))

    value_millipercent: int
    whole_millipercent: int


class NotStoppableYet(ContractError):
    """Emission cannot be stopped yet.

    stoppable_after_s: after which moment it can be, Unix seconds
    """

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "NotStoppableYet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("stoppableAfter", "stoppable_after_s"),)

    stoppable_after_s: int


class SafeCastOverflowedUintDowncast(ContractError):
    """Value doesn't fit in a uint of `bits` size."""

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "SafeCastOverflowedUintDowncast"
    FIELDS: ClassVar[tuple[Field, ...]] = (("bits", "bits"), ("value", "value_millipercent"))

    bits: int
    value_millipercent: int


class YearHasBegun(ContractError):
    """The schedule of a year that has begun is fixed.

    year: the emission year, counted from 0
    started_at_s: when it began, Unix seconds
    """

    CONTRACT: ClassVar = "Emission"
    ERROR: ClassVar = "YearHasBegun"
    FIELDS: ClassVar[tuple[Field, ...]] = (("year", "year"), ("startedAt", "started_at_s"))

    year: int
    started_at_s: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "Emitted": Emitted,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "ScheduleSet": ScheduleSet,
    "Stopped": Stopped,
    "YearNoted": YearNoted,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "EmissionStopped": EmissionStopped,
    "MoreThanTheWhole": MoreThanTheWhole,
    "NotStoppableYet": NotStoppableYet,
    "SafeCastOverflowedUintDowncast": SafeCastOverflowedUintDowncast,
    "YearHasBegun": YearHasBegun,
}
"""The contract's errors by name."""


class Emission:
    """A year's emission is the supply at the year's start times the year's rate. Each day a 365th of
    it, rounded down, is minted to the reward pool; the year's last day brings what is left of the
    year's amount, so that a year emits its amount exactly. Each year's rate is a fixed part of the
    year's before, unless another schedule was set for it. Emission can be stopped for good once a set
    time has passed.
    """

    NAME: ClassVar = "Emission"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(
        forwarder: Address,
        token: Address,
        pool: Address,
        admin: Address,
        terms: Terms,
    ) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        token: MED, on which this contract holds the minter's role
        pool: the reward pool
        admin: who grants and revokes this contract's roles
        terms: the schedule
        """
        return interface(Emission.NAME).encode_creation(forwarder, token, pool, admin, plain(terms))

    def days_per_year(self) -> ContractCall[int]:
        """Days in an emission year."""
        data = interface(self.NAME).encode("DAYS_PER_YEAR")
        return ContractCall(self.NAME, "DAYS_PER_YEAR", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def pool(self) -> ContractCall[Address]:
        """The reward pool, which receives all emission."""
        data = interface(self.NAME).encode("POOL")
        return ContractCall(self.NAME, "POOL", self.address, data, same)

    def rate_scale(self) -> ContractCall[int]:
        """Thousandths of a percent in the whole."""
        data = interface(self.NAME).encode("RATE_SCALE")
        return ContractCall(self.NAME, "RATE_SCALE", self.address, data, same)

    def scheduler_role(self) -> ContractCall[Hash32]:
        """The role that sets schedules for years that have not begun."""
        data = interface(self.NAME).encode("SCHEDULER_ROLE")
        return ContractCall(self.NAME, "SCHEDULER_ROLE", self.address, data, same)

    def start(self) -> ContractCall[int]:
        """When emission year 0 begins, Unix seconds."""
        data = interface(self.NAME).encode("START")
        return ContractCall(self.NAME, "START", self.address, data, same)

    def stoppable_after(self) -> ContractCall[int]:
        """After which moment emission may be stopped, Unix seconds."""
        data = interface(self.NAME).encode("STOPPABLE_AFTER")
        return ContractCall(self.NAME, "STOPPABLE_AFTER", self.address, data, same)

    def stopper_role(self) -> ContractCall[Hash32]:
        """The role that stops emission for good."""
        data = interface(self.NAME).encode("STOPPER_ROLE")
        return ContractCall(self.NAME, "STOPPER_ROLE", self.address, data, same)

    def token(self) -> ContractCall[Address]:
        """The token that is minted."""
        data = interface(self.NAME).encode("TOKEN")
        return ContractCall(self.NAME, "TOKEN", self.address, data, same)

    def due_days(self) -> ContractCall[int]:
        """How many days are over and wait to be emitted.

        Returns whole days
        """
        data = interface(self.NAME).encode("dueDays")
        return ContractCall(self.NAME, "dueDays", self.address, data, same)

    def emit_due(self, maximum_days: int) -> ContractCall[int]:
        """Mint the emission of days that are over and not yet emitted to the reward pool, oldest day
        first. Callable by anyone; it mints nothing, and does not revert, where no day is due.

        maximum_days: how many days at most; a day left out stays due
        Returns what was minted, units of 10^-8 MED
        """
        data = interface(self.NAME).encode("emitDue", maximum_days)
        return ContractCall(self.NAME, "emitDue", self.address, data, same)

    def emitted_days(self) -> ContractCall[int]:
        """How many days have been emitted."""
        data = interface(self.NAME).encode("emittedDays")
        return ContractCall(self.NAME, "emittedDays", self.address, data, same)

    def emitted_through(self, time_s: int) -> ContractCall[int]:
        """What has been minted for the days that ended at or before a moment. It never changes for a
        moment before which every day has been emitted.

        time_s: the moment, Unix seconds
        Returns units of 10^-8 MED, counted from the schedule's start
        """
        data = interface(self.NAME).encode("emittedThrough", time_s)
        return ContractCall(self.NAME, "emittedThrough", self.address, data, same)

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

    def schedule_of(self, year: int) -> ContractCall[Schedule]:
        """What was set for an emission year itself. A year for which nothing was set follows from the
        year before.

        year: the emission year, counted from 0
        Returns what was set
        """
        data = interface(self.NAME).encode("scheduleOf", year)
        return ContractCall(self.NAME, "scheduleOf", self.address, data, Schedule.from_abi)

    def set_schedule(
        self,
        year: int,
        rate_millipercent: int,
        rate_kept_millipercent: int,
    ) -> ContractCall[None]:
        """Set the rate of an emission year that has not begun, and what the years after it keep of it.
        Only `SCHEDULER_ROLE`. Replaces what was set for the same year; what is set for a later year
        stays.

        year: the emission year, counted from 0
        rate_millipercent: the year's rate, thousandths of a percent of the supply at its start
        rate_kept_millipercent: the part of a year's rate that the next year keeps, thousandths of a
            percent
        """
        data = interface(self.NAME).encode("setSchedule", year, rate_millipercent, rate_kept_millipercent)
        return ContractCall(self.NAME, "setSchedule", self.address, data, same)

    def stop(self) -> ContractCall[None]:
        """Stop emission for good. Only `STOPPER_ROLE`, after `STOPPABLE_AFTER`. Days that are over stay
        due; the day that is running, and all after it, emit nothing, nor is the rest of the year's
        amount minted.
        """
        data = interface(self.NAME).encode("stop")
        return ContractCall(self.NAME, "stop", self.address, data, same)

    def stopped(self) -> ContractCall[bool]:
        """Whether emission has been stopped for good."""
        data = interface(self.NAME).encode("stopped")
        return ContractCall(self.NAME, "stopped", self.address, data, same)

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

    def year_of(self, year: int) -> ContractCall[Year]:
        """What is noted of an emission year.

        year: the emission year, counted from 0
        Returns the year, zeros where its first day has not been emitted
        """
        data = interface(self.NAME).encode("yearOf", year)
        return ContractCall(self.NAME, "yearOf", self.address, data, Year.from_abi)

    def yearly_rate_kept(self) -> ContractCall[int]:
        """The part of the latest emitted year's rate that the next year keeps, thousandths of a
        percent.
        """
        data = interface(self.NAME).encode("yearlyRateKept")
        return ContractCall(self.NAME, "yearlyRateKept", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
