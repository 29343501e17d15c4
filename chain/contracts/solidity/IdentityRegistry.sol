// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

/// @title Who takes part, in which role, and which providers are certified
/// @notice An account has one role for good. A provider may check patients in and anchor records only while certified.
contract IdentityRegistry is AccessControl, ERC2771Context {
    /// @notice The account is registered already, in `role`.
    error AlreadyRegistered(address account, Role role);
    /// @notice `Role.None` cannot be registered.
    error RoleNotRegistrable(Role role);
    /// @notice Only a provider can be certified.
    error NotAProvider(address account);
    /// @notice A certification must end in the future.
    error ExpiryPassed(uint40 expiry, uint256 time);
    /// @notice The provider has no certification that could be revoked.
    error NotCertified(address provider);

    /// @notice What an account is in the economy.
    enum Role {
        None,
        Patient,
        Provider,
        Insurer,
        Researcher,
        Device,
        Certifier
    }

    /// @dev One storage slot an account. `certifiedUntil` is Unix seconds, 0 where not certified.
    struct Account {
        Role role;
        uint40 registeredAt;
        uint40 certifiedUntil;
    }

    /// @notice The role that certifies providers and revokes certifications; granted by the admin.
    bytes32 public constant CERTIFIER_ROLE = keccak256("CERTIFIER_ROLE");

    mapping(address account => Account) private _accounts;

    /// @notice `account` registered itself in `role`.
    event Registered(address indexed account, Role role);
    /// @notice `certifier` certified `provider` until `expiry` (Unix seconds).
    event Certified(address indexed provider, address indexed certifier, uint40 expiry);
    /// @notice `certifier` revoked the certification of `provider`.
    event CertificationRevoked(address indexed provider, address indexed certifier);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param admin who grants and revokes `CERTIFIER_ROLE`
    constructor(address forwarder, address admin) ERC2771Context(forwarder) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @notice Register the sender in `role`, once. Anyone may be a patient, provider, insurer, researcher or device;
    /// a certifier needs `CERTIFIER_ROLE` first.
    /// @param role the role, not `None`
    function register(Role role) external {
        address account = _msgSender();
        if (role == Role.None) revert RoleNotRegistrable(role);
        if (role == Role.Certifier) _checkRole(CERTIFIER_ROLE, account);
        Account storage entry = _accounts[account];
        if (entry.role != Role.None) revert AlreadyRegistered(account, entry.role);
        entry.role = role;
        entry.registeredAt = uint40(block.timestamp);
        emit Registered(account, role);
    }

    /// @notice Certify a registered provider until `expiry`, or change the end of its certification.
    /// @param provider the provider
    /// @param expiry the last second (Unix) at which the certification holds
    function certify(address provider, uint40 expiry) external onlyRole(CERTIFIER_ROLE) {
        Account storage entry = _accounts[provider];
        if (entry.role != Role.Provider) revert NotAProvider(provider);
        if (expiry <= block.timestamp) revert ExpiryPassed(expiry, block.timestamp);
        entry.certifiedUntil = expiry;
        emit Certified(provider, _msgSender(), expiry);
    }

    /// @notice End a provider's certification at once.
    /// @param provider the provider
    function revokeCertification(address provider) external onlyRole(CERTIFIER_ROLE) {
        if (!isCertified(provider)) revert NotCertified(provider);
        _accounts[provider].certifiedUntil = 0;
        emit CertificationRevoked(provider, _msgSender());
    }

    /// @notice The role of `account`, `None` where it is not registered.
    function roleOf(address account) external view returns (Role) {
        return _accounts[account].role;
    }

    /// @notice When `account` registered (Unix seconds), 0 where it did not.
    function registeredAt(address account) external view returns (uint40) {
        return _accounts[account].registeredAt;
    }

    /// @notice The last second (Unix) of the certification of `provider`, 0 where there is none.
    function certifiedUntil(address provider) external view returns (uint40) {
        return _accounts[provider].certifiedUntil;
    }

    /// @notice Whether `provider` is certified now.
    function isCertified(address provider) public view returns (bool) {
        return block.timestamp <= _accounts[provider].certifiedUntil;
    }

    /// @dev The sender, taken from the calldata's end when the trusted forwarder calls.
    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    /// @dev The calldata without the sender that the trusted forwarder appends.
    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    /// @dev The length of the appended sender: 20 bytes.
    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
