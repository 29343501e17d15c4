"""Timelock: Where accepted proposals wait.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, decode_error, decode_event, interface, plain, same


class CallExecuted(ContractEvent):
    """Emitted when a call is performed as part of operation `id`."""

    CONTRACT: ClassVar = "Timelock"
    EVENT: ClassVar = "CallExecuted"
    FIELDS: ClassVar[tuple[Field, ...]] = (("id", "id"), ("index", "index"), ("target", "target"), ("value", "value_wei"), ("data", "data"))

    id: Hash32
    index: int
    target: Address
    value_wei: int
    data: bytes


class CallSalt(ContractEvent):
    """Emitted when new proposal is scheduled with non-zero salt."""

    CONTRACT: ClassVar = "Timelock"
    EVENT: ClassVar = "CallSalt"
    FIELDS: ClassVar[tuple[Field, ...]] = (("id", "id"), ("salt", "salt"))

    id: Hash32
    salt: Hash32


class CallScheduled(ContractEvent):
    """Emitted when a call is scheduled as part of operation `id`."""

    CONTRACT: ClassVar = "Timelock"
    EVENT: ClassVar = "CallScheduled"
    FIELDS: ClassVar[tuple[Field, ...]] = (("id", "id"), ("index", "index"), ("target", "target"), ("value", "value_wei"), ("data", "data"), ("predecessor", "predecessor"), ("delay", "delay_s"))

    id: Hash32
    index: int
    target: Address
    value_wei: int
    data: bytes
    predecessor: Hash32
    delay_s: int


class Cancelled(ContractEvent):
    """Emitted when operation `id` is cancelled."""

    CONTRACT: ClassVar = "Timelock"
    EVENT: ClassVar = "Cancelled"
    FIELDS: ClassVar[tuple[Field, ...]] = (("id", "id"),)

    id: Hash32


class MinDelayChange(ContractEvent):
    """Emitted when the minimum delay for future operations is modified."""

    CONTRACT: ClassVar = "Timelock"
    EVENT: ClassVar = "MinDelayChange"
    FIELDS: ClassVar[tuple[Field, ...]] = (("oldDuration", "old_duration_s"), ("newDuration", "new_duration_s"))

    old_duration_s: int
    new_duration_s: int


class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "Timelock"
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

    CONTRACT: ClassVar = "Timelock"
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

    CONTRACT: ClassVar = "Timelock"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class FailedCall(ContractError):
    """A call to an address target failed. The target may have reverted."""

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "FailedCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class TimelockInsufficientDelay(ContractError):
    """The schedule operation doesn't meet the minimum delay."""

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "TimelockInsufficientDelay"
    FIELDS: ClassVar[tuple[Field, ...]] = (("delay", "delay_s"), ("minDelay", "min_delay_s"))

    delay_s: int
    min_delay_s: int


class TimelockInvalidOperationLength(ContractError):
    """Mismatch between the parameters length for an operation call."""

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "TimelockInvalidOperationLength"
    FIELDS: ClassVar[tuple[Field, ...]] = (("targets", "targets"), ("payloads", "payloads"), ("values", "values_wei"))

    targets: int
    payloads: int
    values_wei: int


class TimelockUnauthorizedCaller(ContractError):
    """The caller account is not authorized."""

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "TimelockUnauthorizedCaller"
    FIELDS: ClassVar[tuple[Field, ...]] = (("caller", "caller"),)

    caller: Address


class TimelockUnexecutedPredecessor(ContractError):
    """The predecessor to an operation not yet done."""

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "TimelockUnexecutedPredecessor"
    FIELDS: ClassVar[tuple[Field, ...]] = (("predecessorId", "predecessor_id"),)

    predecessor_id: Hash32


class TimelockUnexpectedOperationState(ContractError):
    """The current state of an operation is not as required. The `expectedStates` is a bitmap with the
    bits enabled for each OperationState enum position counting from right to left. See
    {_encodeStateBitmap}.
    """

    CONTRACT: ClassVar = "Timelock"
    ERROR: ClassVar = "TimelockUnexpectedOperationState"
    FIELDS: ClassVar[tuple[Field, ...]] = (("operationId", "operation_id"), ("expectedStates", "expected_states"))

    operation_id: Hash32
    expected_states: Hash32


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "CallExecuted": CallExecuted,
    "CallSalt": CallSalt,
    "CallScheduled": CallScheduled,
    "Cancelled": Cancelled,
    "MinDelayChange": MinDelayChange,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "FailedCall": FailedCall,
    "TimelockInsufficientDelay": TimelockInsufficientDelay,
    "TimelockInvalidOperationLength": TimelockInvalidOperationLength,
    "TimelockUnauthorizedCaller": TimelockUnauthorizedCaller,
    "TimelockUnexecutedPredecessor": TimelockUnexecutedPredecessor,
    "TimelockUnexpectedOperationState": TimelockUnexpectedOperationState,
}
"""The contract's errors by name."""


class Timelock:
    """The admin of all that is governed. Governance alone schedules and cancels operations, anyone
    executes them once they have waited, and nobody but the timelock itself, by an executed proposal,
    changes its roles or its delay.
    """

    NAME: ClassVar = "Timelock"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(delay_s: int, proposers: Sequence[Address], executors: Sequence[Address]) -> bytes:
        """Return the data of the transaction that creates the contract.

        delay_s: the least number of seconds that an operation waits
        proposers: who schedule and cancel operations: Governance
        executors: who execute operations; the zero address stands for anyone
        """
        return interface(Timelock.NAME).encode_creation(delay_s, plain(proposers), plain(executors))

    def canceller_role(self) -> ContractCall[Hash32]:
        """The role that cancels scheduled calls."""
        data = interface(self.NAME).encode("CANCELLER_ROLE")
        return ContractCall(self.NAME, "CANCELLER_ROLE", self.address, data, same)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def executor_role(self) -> ContractCall[Hash32]:
        """The role that carries out calls whose delay has passed; where nobody is named, anyone."""
        data = interface(self.NAME).encode("EXECUTOR_ROLE")
        return ContractCall(self.NAME, "EXECUTOR_ROLE", self.address, data, same)

    def proposer_role(self) -> ContractCall[Hash32]:
        """The role that schedules calls."""
        data = interface(self.NAME).encode("PROPOSER_ROLE")
        return ContractCall(self.NAME, "PROPOSER_ROLE", self.address, data, same)

    def cancel(self, id: Hash32) -> ContractCall[None]:
        """Cancel an operation. Requirements: - the caller must have the 'canceller' role."""
        data = interface(self.NAME).encode("cancel", id)
        return ContractCall(self.NAME, "cancel", self.address, data, same)

    def execute(
        self,
        target: Address,
        value_wei: int,
        payload: bytes,
        predecessor: Hash32,
        salt: Hash32,
    ) -> ContractCall[None]:
        """Execute a ready operation containing a single transaction. Emits a {CallExecuted} event.
        Requirements: - the caller must have the 'executor' role.
        """
        data = interface(self.NAME).encode("execute", target, value_wei, payload, predecessor, salt)
        return ContractCall(self.NAME, "execute", self.address, data, same)

    def execute_batch(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        payloads: Sequence[bytes],
        predecessor: Hash32,
        salt: Hash32,
    ) -> ContractCall[None]:
        """Execute a ready operation containing a batch of transactions. Emits one {CallExecuted} event
        per transaction in the batch. Requirements: - the caller must have the 'executor' role.
        """
        data = interface(self.NAME).encode("executeBatch", plain(targets), plain(values_wei), plain(payloads), predecessor, salt)
        return ContractCall(self.NAME, "executeBatch", self.address, data, same)

    def get_min_delay(self) -> ContractCall[int]:
        """Returns the minimum delay in seconds for an operation to become valid. This value can be
        changed by executing an operation that calls `updateDelay`.
        """
        data = interface(self.NAME).encode("getMinDelay")
        return ContractCall(self.NAME, "getMinDelay", self.address, data, same)

    def get_operation_state(self, id: Hash32) -> ContractCall[int]:
        """Returns operation state."""
        data = interface(self.NAME).encode("getOperationState", id)
        return ContractCall(self.NAME, "getOperationState", self.address, data, same)

    def get_role_admin(self, role: Hash32) -> ContractCall[Hash32]:
        """Returns the admin role that controls `role`. See {grantRole} and {revokeRole}. To change a
        role's admin, use {_setRoleAdmin}.
        """
        data = interface(self.NAME).encode("getRoleAdmin", role)
        return ContractCall(self.NAME, "getRoleAdmin", self.address, data, same)

    def get_timestamp(self, id: Hash32) -> ContractCall[int]:
        """Returns the timestamp at which an operation becomes ready (0 for unset operations, 1 for done
        operations).
        """
        data = interface(self.NAME).encode("getTimestamp", id)
        return ContractCall(self.NAME, "getTimestamp", self.address, data, same)

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

    def hash_operation(
        self,
        target: Address,
        value_wei: int,
        data: bytes,
        predecessor: Hash32,
        salt: Hash32,
    ) -> ContractCall[Hash32]:
        """Returns the identifier of an operation containing a single transaction."""
        data = interface(self.NAME).encode("hashOperation", target, value_wei, data, predecessor, salt)
        return ContractCall(self.NAME, "hashOperation", self.address, data, same)

    def hash_operation_batch(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        payloads: Sequence[bytes],
        predecessor: Hash32,
        salt: Hash32,
    ) -> ContractCall[Hash32]:
        """Returns the identifier of an operation containing a batch of transactions."""
        data = interface(self.NAME).encode("hashOperationBatch", plain(targets), plain(values_wei), plain(payloads), predecessor, salt)
        return ContractCall(self.NAME, "hashOperationBatch", self.address, data, same)

    def is_operation(self, id: Hash32) -> ContractCall[bool]:
        """Returns whether an id corresponds to a registered operation. This includes both Waiting,
        Ready, and Done operations.
        """
        data = interface(self.NAME).encode("isOperation", id)
        return ContractCall(self.NAME, "isOperation", self.address, data, same)

    def is_operation_done(self, id: Hash32) -> ContractCall[bool]:
        """Returns whether an operation is done or not."""
        data = interface(self.NAME).encode("isOperationDone", id)
        return ContractCall(self.NAME, "isOperationDone", self.address, data, same)

    def is_operation_pending(self, id: Hash32) -> ContractCall[bool]:
        """Returns whether an operation is pending or not. Note that a "pending" operation may also be
        "ready".
        """
        data = interface(self.NAME).encode("isOperationPending", id)
        return ContractCall(self.NAME, "isOperationPending", self.address, data, same)

    def is_operation_ready(self, id: Hash32) -> ContractCall[bool]:
        """Returns whether an operation is ready for execution. Note that a "ready" operation is also
        "pending".
        """
        data = interface(self.NAME).encode("isOperationReady", id)
        return ContractCall(self.NAME, "isOperationReady", self.address, data, same)

    def on_erc1155_batch_received(
        self,
        argument0: Address,
        argument1: Address,
        argument2: Sequence[int],
        argument3: Sequence[int],
        argument4: bytes,
    ) -> ContractCall[bytes]:
        """Tokens of several kinds were sent here."""
        data = interface(self.NAME).encode("onERC1155BatchReceived", argument0, argument1, plain(argument2), plain(argument3), argument4)
        return ContractCall(self.NAME, "onERC1155BatchReceived", self.address, data, same)

    def on_erc1155_received(
        self,
        argument0: Address,
        argument1: Address,
        argument2: int,
        argument3: int,
        argument4: bytes,
    ) -> ContractCall[bytes]:
        """Tokens of one kind were sent here."""
        data = interface(self.NAME).encode("onERC1155Received", argument0, argument1, argument2, argument3, argument4)
        return ContractCall(self.NAME, "onERC1155Received", self.address, data, same)

    def on_erc721_received(
        self,
        argument0: Address,
        argument1: Address,
        argument2: int,
        argument3: bytes,
    ) -> ContractCall[bytes]:
        """See {IERC721Receiver-onERC721Received}. Always returns
        `IERC721Receiver.onERC721Received.selector`.
        """
        data = interface(self.NAME).encode("onERC721Received", argument0, argument1, argument2, argument3)
        return ContractCall(self.NAME, "onERC721Received", self.address, data, same)

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

    def schedule(
        self,
        target: Address,
        value_wei: int,
        data: bytes,
        predecessor: Hash32,
        salt: Hash32,
        delay_s: int,
    ) -> ContractCall[None]:
        """Schedule an operation containing a single transaction. Emits {CallSalt} if salt is nonzero,
        and {CallScheduled}. Requirements: - the caller must have the 'proposer' role.
        """
        data = interface(self.NAME).encode("schedule", target, value_wei, data, predecessor, salt, delay_s)
        return ContractCall(self.NAME, "schedule", self.address, data, same)

    def schedule_batch(
        self,
        targets: Sequence[Address],
        values_wei: Sequence[int],
        payloads: Sequence[bytes],
        predecessor: Hash32,
        salt: Hash32,
        delay_s: int,
    ) -> ContractCall[None]:
        """Schedule an operation containing a batch of transactions. Emits {CallSalt} if salt is
        nonzero, and one {CallScheduled} event per transaction in the batch. Requirements: - the caller
        must have the 'proposer' role.
        """
        data = interface(self.NAME).encode("scheduleBatch", plain(targets), plain(values_wei), plain(payloads), predecessor, salt, delay_s)
        return ContractCall(self.NAME, "scheduleBatch", self.address, data, same)

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def update_delay(self, new_delay_s: int) -> ContractCall[None]:
        """Changes the minimum timelock duration for future operations. Emits a {MinDelayChange} event.
        Requirements: - the caller must be the timelock itself. This can only be achieved by scheduling
        and later executing an operation where the timelock is the target and the data is the
        ABI-encoded call to this function.
        """
        data = interface(self.NAME).encode("updateDelay", new_delay_s)
        return ContractCall(self.NAME, "updateDelay", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
