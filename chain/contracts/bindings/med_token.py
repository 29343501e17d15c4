"""MedToken: MED, the token of the health-data economy.

Generated from the ABI by `medsim contracts build`; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from chain.block import Address, Hash32, Log
from chain.contracts.rows import Row
from chain.contracts.typed import ContractCall, ContractError, ContractEvent, Field, decode_error, decode_event, interface, same


class Eip712DomainAnswer(Row):
    """What `eip712_domain` answers."""

    fields: bytes
    name: str
    version: str
    chain_id: int
    verifying_contract: Address
    salt: Hash32
    extensions: tuple[int, ...]


class Approval(ContractEvent):
    """Emitted when the allowance of a `spender` for an `owner` is set by a call to {approve}. `value`
    is the new allowance.
    """

    CONTRACT: ClassVar = "MedToken"
    EVENT: ClassVar = "Approval"
    FIELDS: ClassVar[tuple[Field, ...]] = (("owner", "owner"), ("spender", "spender"), ("value", "value_med_units"))

    owner: Address
    spender: Address
    value_med_units: int


class EIP712DomainChanged(ContractEvent):
    """MAY be emitted to signal that the domain could have changed."""

    CONTRACT: ClassVar = "MedToken"
    EVENT: ClassVar = "EIP712DomainChanged"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class RoleAdminChanged(ContractEvent):
    """Emitted when `newAdminRole` is set as ``role``'s admin role, replacing `previousAdminRole`
    `DEFAULT_ADMIN_ROLE` is the starting admin for all roles, despite {RoleAdminChanged} not being
    emitted to signal this.
    """

    CONTRACT: ClassVar = "MedToken"
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

    CONTRACT: ClassVar = "MedToken"
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

    CONTRACT: ClassVar = "MedToken"
    EVENT: ClassVar = "RoleRevoked"
    FIELDS: ClassVar[tuple[Field, ...]] = (("role", "role"), ("account", "account"), ("sender", "sender"))

    role: Hash32
    account: Address
    sender: Address


class Transfer(ContractEvent):
    """Emitted when `value` tokens are moved from one account (`from`) to another (`to`). Note that
    `value` may be zero.
    """

    CONTRACT: ClassVar = "MedToken"
    EVENT: ClassVar = "Transfer"
    FIELDS: ClassVar[tuple[Field, ...]] = (("from", "from_"), ("to", "to"), ("value", "value_med_units"))

    from_: Address
    to: Address
    value_med_units: int


class AccessControlBadConfirmation(ContractError):
    """The caller of a function is not the expected one. NOTE: Don't confuse with
    {AccessControlUnauthorizedAccount}.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "AccessControlBadConfirmation"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class AccessControlUnauthorizedAccount(ContractError):
    """The `account` is missing a role."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "AccessControlUnauthorizedAccount"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("neededRole", "needed_role"))

    account: Address
    needed_role: Hash32


class ECDSAInvalidSignature(ContractError):
    """The signature is invalid."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ECDSAInvalidSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class ECDSAInvalidSignatureLength(ContractError):
    """The signature has an invalid length."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ECDSAInvalidSignatureLength"
    FIELDS: ClassVar[tuple[Field, ...]] = (("length", "length"),)

    length: int


class ECDSAInvalidSignatureS(ContractError):
    """The signature has an S value that is in the upper half order."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ECDSAInvalidSignatureS"
    FIELDS: ClassVar[tuple[Field, ...]] = (("s", "s"),)

    s: Hash32


class ERC20InsufficientAllowance(ContractError):
    """Indicates a failure with the `spender`’s `allowance`. Used in transfers.

    spender: Address that may be allowed to operate on tokens without being their owner.
    allowance_med_units: Amount of tokens a `spender` is allowed to operate with.
    needed_med_units: Minimum amount required to perform a transfer.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC20InsufficientAllowance"
    FIELDS: ClassVar[tuple[Field, ...]] = (("spender", "spender"), ("allowance", "allowance_med_units"), ("needed", "needed_med_units"))

    spender: Address
    allowance_med_units: int
    needed_med_units: int


class ERC20InsufficientBalance(ContractError):
    """Indicates an error related to the current `balance` of a `sender`. Used in transfers.

    sender: Address whose tokens are being transferred.
    balance_med_units: Current balance for the interacting account.
    needed_med_units: Minimum amount required to perform a transfer.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC20InsufficientBalance"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sender", "sender"), ("balance", "balance_med_units"), ("needed", "needed_med_units"))

    sender: Address
    balance_med_units: int
    needed_med_units: int


class ERC20InvalidApprover(ContractError):
    """Indicates a failure with the `approver` of a token to be approved. Used in approvals.

    approver: Address initiating an approval operation.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC20InvalidApprover"
    FIELDS: ClassVar[tuple[Field, ...]] = (("approver", "approver"),)

    approver: Address


class ERC20InvalidReceiver(ContractError):
    """Indicates a failure with the token `receiver`. Used in transfers.

    receiver: Address to which tokens are being transferred.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC20InvalidReceiver"
    FIELDS: ClassVar[tuple[Field, ...]] = (("receiver", "receiver"),)

    receiver: Address


class ERC20InvalidSender(ContractError):
    """Indicates a failure with the token `sender`. Used in transfers.

    sender: Address whose tokens are being transferred.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC20InvalidSender"
    FIELDS: ClassVar[tuple[Field, ...]] = (("sender", "sender"),)

    sender: Address


class ERC20InvalidSpender(ContractError):
    """Indicates a failure with the `spender` to be approved. Used in approvals.

    spender: Address that may be allowed to operate on tokens without being their owner.
    """

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC20InvalidSpender"
    FIELDS: ClassVar[tuple[Field, ...]] = (("spender", "spender"),)

    spender: Address


class ERC2612ExpiredSignature(ContractError):
    """Permit deadline has expired."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC2612ExpiredSignature"
    FIELDS: ClassVar[tuple[Field, ...]] = (("deadline", "deadline_s"),)

    deadline_s: int


class ERC2612InvalidSigner(ContractError):
    """Mismatched signature."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "ERC2612InvalidSigner"
    FIELDS: ClassVar[tuple[Field, ...]] = (("signer", "signer"), ("owner", "owner"))

    signer: Address
    owner: Address


class InvalidAccountNonce(ContractError):
    """The nonce used for an `account` is not the expected current nonce."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "InvalidAccountNonce"
    FIELDS: ClassVar[tuple[Field, ...]] = (("account", "account"), ("currentNonce", "current_nonce"))

    account: Address
    current_nonce: int


class InvalidShortString(ContractError):
    """The bytes are not those of a string of at most 31 bytes."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "InvalidShortString"
    FIELDS: ClassVar[tuple[Field, ...]] = ()



class StringTooLong(ContractError):
    """The string has more than 31 bytes."""

    CONTRACT: ClassVar = "MedToken"
    ERROR: ClassVar = "StringTooLong"
    FIELDS: ClassVar[tuple[Field, ...]] = (("str", "str"),)

    str: str


EVENTS: Final[Mapping[str, type[ContractEvent]]] = {
    "Approval": Approval,
    "EIP712DomainChanged": EIP712DomainChanged,
    "RoleAdminChanged": RoleAdminChanged,
    "RoleGranted": RoleGranted,
    "RoleRevoked": RoleRevoked,
    "Transfer": Transfer,
}
"""The contract's events by name."""


ERRORS: Final[Mapping[str, type[ContractError]]] = {
    "AccessControlBadConfirmation": AccessControlBadConfirmation,
    "AccessControlUnauthorizedAccount": AccessControlUnauthorizedAccount,
    "ECDSAInvalidSignature": ECDSAInvalidSignature,
    "ECDSAInvalidSignatureLength": ECDSAInvalidSignatureLength,
    "ECDSAInvalidSignatureS": ECDSAInvalidSignatureS,
    "ERC20InsufficientAllowance": ERC20InsufficientAllowance,
    "ERC20InsufficientBalance": ERC20InsufficientBalance,
    "ERC20InvalidApprover": ERC20InvalidApprover,
    "ERC20InvalidReceiver": ERC20InvalidReceiver,
    "ERC20InvalidSender": ERC20InvalidSender,
    "ERC20InvalidSpender": ERC20InvalidSpender,
    "ERC2612ExpiredSignature": ERC2612ExpiredSignature,
    "ERC2612InvalidSigner": ERC2612InvalidSigner,
    "InvalidAccountNonce": InvalidAccountNonce,
    "InvalidShortString": InvalidShortString,
    "StringTooLong": StringTooLong,
}
"""The contract's errors by name."""


class MedToken:
    """Fungible, 8 decimals, permit, burn; minted only by holders of `MINTER_ROLE`."""

    NAME: ClassVar = "MedToken"

    def __init__(self, address: Address) -> None:
        """Speak to the contract at `address`."""
        self.address = address

    @staticmethod
    def creation(forwarder: Address, admin: Address) -> bytes:
        """Return the data of the transaction that creates the contract.

        forwarder: the only forwarder whose appended sender is believed, for good
        admin: who grants and revokes `MINTER_ROLE` until it renounces `DEFAULT_ADMIN_ROLE`
        """
        return interface(MedToken.NAME).encode_creation(forwarder, admin)

    def default_admin_role(self) -> ContractCall[Hash32]:
        """The role that grants and revokes the contract's roles, itself too."""
        data = interface(self.NAME).encode("DEFAULT_ADMIN_ROLE")
        return ContractCall(self.NAME, "DEFAULT_ADMIN_ROLE", self.address, data, same)

    def domain_separator(self) -> ContractCall[Hash32]:
        """Returns the domain separator used in the encoding of the signature for {permit}, as defined
        by {EIP712}.
        """
        data = interface(self.NAME).encode("DOMAIN_SEPARATOR")
        return ContractCall(self.NAME, "DOMAIN_SEPARATOR", self.address, data, same)

    def minter_role(self) -> ContractCall[Hash32]:
        """The role that may mint: the emission schedule, and the deployer while the opening supply is
        set.
        """
        data = interface(self.NAME).encode("MINTER_ROLE")
        return ContractCall(self.NAME, "MINTER_ROLE", self.address, data, same)

    def allowance(self, owner: Address, spender: Address) -> ContractCall[int]:
        """Returns the remaining number of tokens that `spender` will be allowed to spend on behalf of
        `owner` through {transferFrom}. This is zero by default. This value changes when {approve} or
        {transferFrom} are called.
        """
        data = interface(self.NAME).encode("allowance", owner, spender)
        return ContractCall(self.NAME, "allowance", self.address, data, same)

    def approve(self, spender: Address, value_med_units: int) -> ContractCall[bool]:
        """See {IERC20-approve}. NOTE: If `value` is the maximum `uint256`, the allowance is not updated
        on `transferFrom`. This is semantically equivalent to an infinite approval. Requirements: -
        `spender` cannot be the zero address.
        """
        data = interface(self.NAME).encode("approve", spender, value_med_units)
        return ContractCall(self.NAME, "approve", self.address, data, same)

    def balance_of(self, account: Address) -> ContractCall[int]:
        """Returns the value of tokens owned by `account`."""
        data = interface(self.NAME).encode("balanceOf", account)
        return ContractCall(self.NAME, "balanceOf", self.address, data, same)

    def burn(self, value_med_units: int) -> ContractCall[None]:
        """Destroys a `value` amount of tokens from the caller. See {ERC20-_burn}."""
        data = interface(self.NAME).encode("burn", value_med_units)
        return ContractCall(self.NAME, "burn", self.address, data, same)

    def burn_from(self, account: Address, value_med_units: int) -> ContractCall[None]:
        """Destroys a `value` amount of tokens from `account`, deducting from the caller's allowance.
        See {ERC20-_burn} and {ERC20-allowance}. Requirements: - the caller must have allowance for
        `account`'s tokens of at least `value`.
        """
        data = interface(self.NAME).encode("burnFrom", account, value_med_units)
        return ContractCall(self.NAME, "burnFrom", self.address, data, same)

    def decimals(self) -> ContractCall[int]:
        """The number of decimals of one MED: 8.

        Returns 8
        """
        data = interface(self.NAME).encode("decimals")
        return ContractCall(self.NAME, "decimals", self.address, data, same)

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

    def has_role(self, role: Hash32, account: Address) -> ContractCall[bool]:
        """Returns `true` if `account` has been granted `role`."""
        data = interface(self.NAME).encode("hasRole", role, account)
        return ContractCall(self.NAME, "hasRole", self.address, data, same)

    def is_trusted_forwarder(self, forwarder: Address) -> ContractCall[bool]:
        """Indicates whether any particular address is the trusted forwarder."""
        data = interface(self.NAME).encode("isTrustedForwarder", forwarder)
        return ContractCall(self.NAME, "isTrustedForwarder", self.address, data, same)

    def mint(self, to: Address, amount_med_units: int) -> ContractCall[None]:
        """Create `amount` units of MED on `to`. Reverts unless the caller holds `MINTER_ROLE`.

        to: the account that receives the new units
        amount_med_units: units of 10^-8 MED
        """
        data = interface(self.NAME).encode("mint", to, amount_med_units)
        return ContractCall(self.NAME, "mint", self.address, data, same)

    def name(self) -> ContractCall[str]:
        """Returns the name of the token."""
        data = interface(self.NAME).encode("name")
        return ContractCall(self.NAME, "name", self.address, data, same)

    def nonces(self, owner: Address) -> ContractCall[int]:
        """Returns the current nonce for `owner`. This value must be included whenever a signature is
        generated for {permit}. Every successful call to {permit} increases ``owner``'s nonce by one.
        This prevents a signature from being used multiple times.
        """
        data = interface(self.NAME).encode("nonces", owner)
        return ContractCall(self.NAME, "nonces", self.address, data, same)

    def permit(
        self,
        owner: Address,
        spender: Address,
        value_med_units: int,
        deadline_s: int,
        v: int,
        r: Hash32,
        s: Hash32,
    ) -> ContractCall[None]:
        """Sets `value` as the allowance of `spender` over ``owner``'s tokens, given ``owner``'s signed
        approval. IMPORTANT: The same issues {IERC20-approve} has related to transaction ordering also
        applies here. Emits an {Approval} event. Requirements: - `spender` cannot be the zero address. -
        `deadline` must be a timestamp in the future. - `v`, `r` and `s` must be a valid `secp256k1`
        signature from `owner` over the EIP712-formatted function arguments. - the signature must use
        ``owner``'s current nonce (see {nonces}). For more information on the signature format, see the
        https://eips.ethereum.org/EIPS/eip-2612#specification[relevant EIP section]. CAUTION: See
        Security Considerations above.
        """
        data = interface(self.NAME).encode("permit", owner, spender, value_med_units, deadline_s, v, r, s)
        return ContractCall(self.NAME, "permit", self.address, data, same)

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

    def supports_interface(self, interface_id: bytes) -> ContractCall[bool]:
        """Returns true if this contract implements the interface defined by `interfaceId`. See the
        corresponding https://eips.ethereum.org/EIPS/eip-165#how-interfaces-are-identified[ERC section]
        to learn more about how these ids are created. This function call must use less than 30 000 gas.
        """
        data = interface(self.NAME).encode("supportsInterface", interface_id)
        return ContractCall(self.NAME, "supportsInterface", self.address, data, same)

    def symbol(self) -> ContractCall[str]:
        """Returns the symbol of the token, usually a shorter version of the name."""
        data = interface(self.NAME).encode("symbol")
        return ContractCall(self.NAME, "symbol", self.address, data, same)

    def total_supply(self) -> ContractCall[int]:
        """Returns the value of tokens in existence."""
        data = interface(self.NAME).encode("totalSupply")
        return ContractCall(self.NAME, "totalSupply", self.address, data, same)

    def transfer(self, to: Address, value_med_units: int) -> ContractCall[bool]:
        """See {IERC20-transfer}. Requirements: - `to` cannot be the zero address. - the caller must
        have a balance of at least `value`.
        """
        data = interface(self.NAME).encode("transfer", to, value_med_units)
        return ContractCall(self.NAME, "transfer", self.address, data, same)

    def transfer_from(self, from_: Address, to: Address, value_med_units: int) -> ContractCall[bool]:
        """See {IERC20-transferFrom}. Skips emitting an {Approval} event indicating an allowance update.
        This is not required by the ERC. See
        {xref-ERC20-_approve-address-address-uint256-bool-}[_approve]. NOTE: Does not update the
        allowance if the current allowance is the maximum `uint256`. Requirements: - `from` and `to`
        cannot be the zero address. - `from` must have a balance of at least `value`. - the caller must
        have allowance for ``from``'s tokens of at least `value`.
        """
        data = interface(self.NAME).encode("transferFrom", from_, to, value_med_units)
        return ContractCall(self.NAME, "transferFrom", self.address, data, same)

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
