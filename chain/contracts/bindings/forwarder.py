"""Forwarder: Fee delegation.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, Struct, decode_error, decode_event, interface, plain, same


class ForwardRequestData(Struct):
    """`ForwardRequestData` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("from", "from_"), ("to", "to"), ("value", "value_wei"), ("gas", "gas_gas"), ("deadline", "deadline_s"), ("data", "data"), ("signature", "signature"))

    from_: Address
    to: Address
    value_wei: int
    gas_gas: int
    deadline_s: int
    data: bytes
    signature: bytes


class Limits(Struct):
    """`Limits` of the contract."""

    FIELDS: ClassVar[tuple[Field, ...]] = (("gasPriceCeilingWei", "gas_price_ceiling_wei"), ("requestGas", "request_gas"), ("authorDayRequests", "author_day_requests"), ("openToRegistered", "open_to_registered"), ("allSystemTargets", "all_system_targets"), ("authorDayWei", "author_day_wei"), ("dayWei", "day_wei"))

    gas_price_ceiling_wei: int
    request_gas: int
    author_day_requests: int
    open_to_registered: bool
    all_system_targets: bool
    author_day_wei: int
    day_wei: int


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class UseTodayAnswer(Row):
    """What `use_today` answers.

    requests: how many requests
    spent_wei: what they cost
    """

    requests: int
    spent_wei: int


class AuthorsSet(ContractEvent):
    """`sponsor` pays, or no longer pays, for these authors.

    sponsor: the sponsor
    authors: the authors
    sponsored: whether it pays
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "AuthorsSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("authors", "authors"), ("sponsored", "sponsored"))
    READERS: ClassVar[Mapping[str, Any]] = {"authors": tuple}

    sponsor: Address
    authors: tuple[Address, ...]
    sponsored: bool


class Deposited(ContractEvent):
    """`payer` added to what `sponsor` holds here.

    sponsor: the sponsor
    payer: who sent it
    value_wei: how much
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "Deposited"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("payer", "payer"), ("valueWei", "value_wei"))

    sponsor: Address
    payer: Address
    value_wei: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ExecutedForwardRequest(ContractEvent):
    """Emitted when a `ForwardRequest` is executed. NOTE: An unsuccessful forward request could be due
    to an invalid signature, an expired deadline, or simply a revert in the requested call. The contract
    guarantees that the relayer is not able to force the requested call to run out of gas.
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "ExecutedForwardRequest"
    FIELDS: ClassVar[tuple[Field, ...]] = (("signer", "signer"), ("nonce", "nonce"), ("success", "success"))

    signer: Address
    nonce: int
    success: bool


class LimitsSet(ContractEvent):
    """`sponsor` changed what it pays for.

    sponsor: the sponsor
    limits: its limits from now on
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "LimitsSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("limits", "limits"))
    READERS: ClassVar[Mapping[str, Any]] = {"limits": Limits.from_abi}

    sponsor: Address
    limits: Limits


class Sponsored(ContractEvent):
    """A request was sent at a sponsor's cost.

    sponsor: who paid
    author: who signed the request
    relayer: who sent it and was paid back
    refund_wei: what it was paid back
    success: whether the call that was asked for succeeded
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "Sponsored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("author", "author"), ("relayer", "relayer"), ("refundWei", "refund_wei"), ("success", "success"))

    sponsor: Address
    author: Address
    relayer: Address
    refund_wei: int
    success: bool


class TargetsSet(ContractEvent):
    """`sponsor` pays, or no longer pays, for calls of these contracts.

    sponsor: the sponsor
    targets: the contracts
    sponsored: whether it pays
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "TargetsSet"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("targets", "targets"), ("sponsored", "sponsored"))
    READERS: ClassVar[Mapping[str, Any]] = {"targets": tuple}

    sponsor: Address
    targets: tuple[Address, ...]
    sponsored: bool


class Withdrawn(ContractEvent):
    """`sponsor` took back some of what it holds here.

    sponsor: the sponsor
    value_wei: how much
    """

    CONTRACT: ClassVar = "Forwarder"
    EVENT: ClassVar = "Withdrawn"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("valueWei", "value_wei"))

    sponsor: Address
    value_wei: int


class AuthorBudgetUsedUp(ContractError):
    """The request may cost more than is left of the author's budget of today.

    sponsor: the sponsor
    author: who signed the request
    needed_wei: the most that it may cost
    left_wei: what is left
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "AuthorBudgetUsedUp"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("author", "author"), ("neededWei", "needed_wei"), ("leftWei", "left_wei"))

    sponsor: Address
    author: Address
    needed_wei: int
    left_wei: int


class AuthorNotSponsored(ContractError):
    """The sponsor does not pay for this author: not listed, not registered, suspended, or its key was
    replaced.

    sponsor: the sponsor
    author: who signed the request
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "AuthorNotSponsored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("author", "author"))

    sponsor: Address
    author: Address


class AuthorRequestsUsedUp(ContractError):
    """The author has had all its requests of today sent at this sponsor's cost.

    sponsor: the sponsor
    author: who signed the request
    author_day_requests: how many it may have sent a day
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "AuthorRequestsUsedUp"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("author", "author"), ("authorDayRequests", "author_day_requests"))

    sponsor: Address
    author: Address
    author_day_requests: int


class CalldataLengthWrong(ContractError):
    """The calldata is longer or shorter than the request: somebody would pay for what nobody signed.

    length: bytes that were sent
    expected: bytes that the request takes
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "CalldataLengthWrong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("length", "length"), ("expected", "expected"))

    length: int
    expected: int


class DayBudgetUsedUp(ContractError):
    """The request may cost more than is left of the sponsor's budget of today.

    sponsor: the sponsor
    needed_wei: the most that it may cost
    left_wei: what is left
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "DayBudgetUsedUp"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("neededWei", "needed_wei"), ("leftWei", "left_wei"))

    sponsor: Address
    needed_wei: int
    left_wei: int


class DepositTooSmall(ContractError):
    """The sponsor's deposit is too small.

    sponsor: the sponsor
    needed_wei: what is asked of it
    deposit_wei: what it holds
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "DepositTooSmall"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("neededWei", "needed_wei"), ("depositWei", "deposit_wei"))

    sponsor: Address
    needed_wei: int
    deposit_wei: int


class ERC2771ForwarderExpiredRequest(ContractError):
    """The request `deadline` has expired."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "ERC2771ForwarderExpiredRequest"
    FIELDS: ClassVar[tuple[Field, ...]] = (("deadline", "deadline_s"),)

    deadline_s: int


class ERC2771ForwarderInvalidSigner(ContractError):
    """The request `from` doesn't match with the recovered `signer`."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "ERC2771ForwarderInvalidSigner"
    FIELDS: ClassVar[tuple[Field, ...]] = (("signer", "signer"), ("from", "from_"))

    signer: Address
    from_: Address


class ERC2771ForwarderMismatchedValue(ContractError):
    """The `requestedValue` doesn't match with the available `msgValue`."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "ERC2771ForwarderMismatchedValue"
    FIELDS: ClassVar[tuple[Field, ...]] = (("requestedValue", "requested_value_wei"), ("msgValue", "msg_value_wei"))

    requested_value_wei: int
    msg_value_wei: int


class ERC2771ForwarderNoRefundReceiver(ContractError):
    """A request in the batch failed and no `refundReceiver` was set to handle the leftover value."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "ERC2771ForwarderNoRefundReceiver"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ERC2771UntrustfulTarget(ContractError):
    """The request target doesn't trust the `forwarder`."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "ERC2771UntrustfulTarget"
    FIELDS: ClassVar[tuple[Field, ...]] = (("target", "target"), ("forwarder", "forwarder"))

    target: Address
    forwarder: Address


class FailedCall(ContractError):
    """A call to an address target failed. The target may have reverted."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "FailedCall"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class InsufficientBalance(ContractError):
    """The ETH balance of the account is not enough to perform the operation."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "InsufficientBalance"
    FIELDS: ClassVar[tuple[Field, ...]] = (("balance", "balance_wei"), ("needed", "needed_wei"))

    balance_wei: int
    needed_wei: int


class InvalidAccountNonce(ContractError):
    """The nonce used for an `account` is not the expected current nonce."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "InvalidAccountNonce"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("currentNonce", "current_nonce"))

    account: Address
    current_nonce: int


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class NothingDeposited(ContractError):
    """Nothing was sent along that could be deposited."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "NothingDeposited"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class RelayerIsContract(ContractError):
    """Only an account that signs transactions relays for a sponsor, one request a transaction.

    relayer: the contract that called
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "RelayerIsContract"
    FIELDS: ClassVar[tuple[Field, ...]] = (("relayer", "relayer"),)

    relayer: Address


class RequestGasAboveLimit(ContractError):
    """The request may take more gas than the sponsor allows.

    needed_gas: the most that it may take, with all that surrounds it
    request_gas: what the sponsor allows
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "RequestGasAboveLimit"
    FIELDS: ClassVar[tuple[Field, ...]] = (("neededGas", "needed_gas"), ("requestGas", "request_gas"))

    needed_gas: int
    request_gas: int


class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


class TargetNotSponsored(ContractError):
    """The sponsor does not pay for calls of this contract.

    sponsor: the sponsor
    target: the contract that the request calls
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "TargetNotSponsored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sponsor", "sponsor"), ("target", "target"))

    sponsor: Address
    target: Address


class ValueNotSponsored(ContractError):
    """A sponsor pays fees, not what a request sends along.

    value_wei: what the request sends along
    """

    CONTRACT: ClassVar = "Forwarder"
    ERROR: ClassVar = "ValueNotSponsored"
    FIELDS: ClassVar[tuple[Field, ...]] = (("valueWei", "value_wei"),)

    value_wei: int


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "AuthorsSet": AuthorsSet,
    "Deposited": Deposited,
    "EIP712DomainChanged": EIP712DomainChanged,
    "ExecutedForwardRequest": ExecutedForwardRequest,
    "LimitsSet": LimitsSet,
    "Sponsored": Sponsored,
    "TargetsSet": TargetsSet,
    "Withdrawn": Withdrawn,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AuthorBudgetUsedUp": AuthorBudgetUsedUp,
    "AuthorNotSponsored": AuthorNotSponsored,
    "AuthorRequestsUsedUp": AuthorRequestsUsedUp,
    "CalldataLengthWrong": CalldataLengthWrong,
    "DayBudgetUsedUp": DayBudgetUsedUp,
    "DepositTooSmall": DepositTooSmall,
    "ERC2771ForwarderExpiredRequest": ERC2771ForwarderExpiredRequest,
    "ERC2771ForwarderInvalidSigner": ERC2771ForwarderInvalidSigner,
    "ERC2771ForwarderMismatchedValue": ERC2771ForwarderMismatchedValue,
    "ERC2771ForwarderNoRefundReceiver": ERC2771ForwarderNoRefundReceiver,
    "ERC2771UntrustfulTarget": ERC2771UntrustfulTarget,
    "FailedCall": FailedCall,
    "InsufficientBalance": InsufficientBalance,
    "InvalidAccountNonce": InvalidAccountNonce,
    "InvalidShortString": InvalidShortString,
    "NothingDeposited": NothingDeposited,
    "RelayerIsContract": RelayerIsContract,
    "RequestGasAboveLimit": RequestGasAboveLimit,
    "StringTooLong": StringTooLong,
    "TargetNotSponsored": TargetNotSponsored,
    "ValueNotSponsored": ValueNotSponsored,
}
"""The contract's errors by name."""


class Forwarder:
    """Patients hold no native coin: they sign a request, and somebody else sends it. Whoever sends it
    with `execute` pays the fee itself. With `executeSponsored` a sponsor pays it back from what it
    deposited here, within its limits.
    """

    NAME: ClassVar = "Forwarder"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(identity: Address, system_targets: Sequence[Address]) -> bytes:
        """Return the data of the transaction that creates the contract.

        identity: the registry of people
        system_targets: the contracts that sponsors of the whole system pay for
        """
        return interface(Forwarder.NAME).encode_creation(identity, plain(system_targets))

    def identity(self) -> ContractCall[Address]:
        """Where it is kept who is registered, suspended or retired."""
        data = interface(self.NAME).encode("IDENTITY")
        return ContractCall(self.NAME, "IDENTITY", self.address, data, same)

    def deposit(self, sponsor: Address) -> ContractCall[None]:
        """Add the value that is sent along to what `sponsor` holds here. Anyone may, for any sponsor.

        sponsor: the sponsor
        """
        data = interface(self.NAME).encode("deposit", sponsor)
        return ContractCall(self.NAME, "deposit", self.address, data, same)

    def deposit_of(self, sponsor: Address) -> ContractCall[int]:
        """What a sponsor holds here.

        sponsor: the sponsor
        Returns how much
        """
        data = interface(self.NAME).encode("depositOf", sponsor)
        return ContractCall(self.NAME, "depositOf", self.address, data, same)

    def eip712_domain(self) -> ContractCall[Eip712DomainAnswer]:
        """Returns the fields and values that describe the domain separator used by this contract for
        EIP-712 signature.
        """
        data = interface(self.NAME).encode("eip712Domain")
        return ContractCall(self.NAME, "eip712Domain", self.address, data, lambda values: Eip712DomainAnswer(values[0], values[1], values[2], values[3], values[4], values[5], tuple(values[6])))

    def execute(self, request: ForwardRequestData) -> ContractCall[None]:
        """Executes a `request` on behalf of `signature`'s signer using the ERC-2771 protocol. The gas
        provided to the requested call may not be exactly the amount requested, but the call will not
        run out of gas. Will revert if the request is invalid or the call reverts, in this case the
        nonce is not consumed. Requirements: - The request value should be equal to the provided
        `msg.value`. - The request should be valid according to {verify}.
        """
        data = interface(self.NAME).encode("execute", plain(request))
        return ContractCall(self.NAME, "execute", self.address, data, same)

    def execute_batch(
        self,
        requests: Sequence[ForwardRequestData],
        refund_receiver: Address,
    ) -> ContractCall[None]:
        """Batch version of {execute} with optional refunding. In case a batch contains at least one
        invalid request (see {verify}), the request will be skipped and the `refundReceiver` parameter
        will receive back the unused requested value at the end of the execution. This is done to
        prevent reverting the entire batch when a request is invalid or has already been submitted. If
        the `refundReceiver` is `address(0)`, the function will revert when any request is invalid or
        when a valid request's forwarded call fails while carrying value (since there is no receiver to
        refund the leftover ETH to). Requirements: - The sum of the requests' values should be equal to
        the provided `msg.value`. - All of the requests should be valid (see {verify}) when
        `refundReceiver` is the zero address. NOTE: Setting a zero `refundReceiver` reverts the whole
        batch if any request is invalid or a value-bearing call fails, so it should only be used when
        transaction inclusion is under the caller's control.
        """
        data = interface(self.NAME).encode("executeBatch", plain(requests), refund_receiver)
        return ContractCall(self.NAME, "executeBatch", self.address, data, same)

    def execute_sponsored(self, request: ForwardRequestData, sponsor: Address) -> ContractCall[bool]:
        """Send a signed request at a sponsor's cost. The sender is paid back the gas that its
        transaction takes, at its gas price or the sponsor's ceiling, whichever is lower. A request that
        is not valid, or beyond a limit, reverts and costs the sponsor nothing. A call that fails inside
        is paid back too, and its request is used up.

        request: what the author signed
        sponsor: who pays
        Returns whether the call that was asked for succeeded
        """
        data = interface(self.NAME).encode("executeSponsored", plain(request), sponsor)
        return ContractCall(self.NAME, "executeSponsored", self.address, data, same)

    def limits_of(self, sponsor: Address) -> ContractCall[Limits]:
        """What a sponsor pays for.

        sponsor: the sponsor
        Returns its limits
        """
        data = interface(self.NAME).encode("limitsOf", sponsor)
        return ContractCall(self.NAME, "limitsOf", self.address, data, Limits.from_abi)

    def nonces(self, owner: Address) -> ContractCall[int]:
        """Returns the next unused nonce for an address."""
        data = interface(self.NAME).encode("nonces", owner)
        return ContractCall(self.NAME, "nonces", self.address, data, same)

    def pays_for_author(self, sponsor: Address, author: Address) -> ContractCall[bool]:
        """Whether a sponsor pays for an author now.

        sponsor: the sponsor
        author: who would sign
        Returns whether it is listed, or registered where the sponsor pays for all who are; not while
            suspended
        """
        data = interface(self.NAME).encode("paysForAuthor", sponsor, author)
        return ContractCall(self.NAME, "paysForAuthor", self.address, data, same)

    def pays_for_target(self, sponsor: Address, target: Address) -> ContractCall[bool]:
        """Whether a sponsor pays for calls of a contract.

        sponsor: the sponsor
        target: the contract
        Returns whether it is listed, or one of the system's where the sponsor pays for all of those
        """
        data = interface(self.NAME).encode("paysForTarget", sponsor, target)
        return ContractCall(self.NAME, "paysForTarget", self.address, data, same)

    def set_authors(self, authors: Sequence[Address], sponsored: bool) -> ContractCall[None]:
        """List authors that the sender pays for, or strike them off. A patient who is to register needs
        this.

        authors: the authors; they are paid for while they are not suspended and their key is not
            replaced
        sponsored: whether it pays for them
        """
        data = interface(self.NAME).encode("setAuthors", plain(authors), sponsored)
        return ContractCall(self.NAME, "setAuthors", self.address, data, same)

    def set_limits(self, limits: Limits) -> ContractCall[None]:
        """Set what the sender pays for. What has been spent today stays spent.

        limits: its limits
        """
        data = interface(self.NAME).encode("setLimits", plain(limits))
        return ContractCall(self.NAME, "setLimits", self.address, data, same)

    def set_targets(self, targets: Sequence[Address], sponsored: bool) -> ContractCall[None]:
        """List contracts whose calls the sender pays for, or strike them off.

        targets: the contracts
        sponsored: whether it pays for them
        """
        data = interface(self.NAME).encode("setTargets", plain(targets), sponsored)
        return ContractCall(self.NAME, "setTargets", self.address, data, same)

    def spent_today(self, sponsor: Address) -> ContractCall[int]:
        """What a sponsor has spent today (UTC).

        sponsor: the sponsor
        Returns how much
        """
        data = interface(self.NAME).encode("spentToday", sponsor)
        return ContractCall(self.NAME, "spentToday", self.address, data, same)

    def use_today(self, sponsor: Address, author: Address) -> ContractCall[UseTodayAnswer]:
        """What an author has cost a sponsor today (UTC).

        sponsor: the sponsor
        author: who signed
        """
        data = interface(self.NAME).encode("useToday", sponsor, author)
        return ContractCall(self.NAME, "useToday", self.address, data, lambda values: UseTodayAnswer(values[0], values[1]))

    def verify(self, request: ForwardRequestData) -> ContractCall[bool]:
        """Returns `true` if a request is valid for a provided `signature` at the current block
        timestamp. A transaction is considered valid when the target trusts this forwarder, the request
        hasn't expired (deadline is not met), and the signer matches the `from` parameter of the signed
        request. NOTE: A request may return false here but it won't cause {executeBatch} to revert if a
        refund receiver is provided.
        """
        data = interface(self.NAME).encode("verify", plain(request))
        return ContractCall(self.NAME, "verify", self.address, data, same)

    def withdraw(self, value_wei: int) -> ContractCall[None]:
        """Take back some of what the sender has deposited.

        value_wei: how much
        """
        data = interface(self.NAME).encode("withdraw", value_wei)
        return ContractCall(self.NAME, "withdraw", self.address, data, same)

    @staticmethod
    def event(log: Log) -> ContractEvent | None:
        """Return a log entry as a typed row; None where this contract has no such event."""
        return decode_event(EVENTS, log)

    @staticmethod
    def error(data: bytes) -> ContractError | None:
        """Return revert data as the error and its values; None where this contract declares no such error."""
        return decode_error(ERRORS, data)
