// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {KeyRecovery} from "./KeyRecovery.sol";

/// @title Who takes part, in which role, and which providers are certified
/// @notice A person has one role for good. A provider may check patients in and issue records only while certified.
/// Certifiers suspend and reinstate accounts. A person's key can be replaced, by itself or by its guardians.
/// @dev What other contracts ask in every visit (`isCertified`, `isActive`) is answered from one storage slot. The
/// compiler's dispatcher compares selectors in rising order, 22 gas each; the names of this contract's own functions are
/// chosen so that few selectors come before that of `isCertified`, which every check-in pays for.
/// Nothing here says who somebody is: names and licences are checked by certifiers, off the chain.
contract IdentityRegistry is IIdentityRegistry, AccessControl, KeyRecovery {
    /// @notice The account is registered already, in `role`.
    /// @param account the account
    /// @param role its role
    error AlreadyRegistered(address account, Role role);
    /// @notice `Role.None` cannot be registered.
    /// @param role what was asked for
    error RoleNotRegistrable(Role role);
    /// @notice The account is not registered.
    /// @param account the account
    error NotRegistered(address account);
    /// @notice The account is suspended.
    /// @param account the account
    error AccountSuspended(address account);
    /// @notice The account is not suspended.
    /// @param account the account
    error NotSuspended(address account);
    /// @notice The account's key was replaced: it counts nowhere any more.
    /// @param account the retired key
    error KeyRetired(address account);
    /// @notice The key is or was somebody's already.
    /// @param newKey the key that should take over
    error KeyInUse(address newKey);
    /// @notice Only a provider can be certified.
    /// @param account the account
    error NotAProvider(address account);
    /// @notice A certification must end in the future.
    /// @param expiry the end that was given, Unix seconds
    /// @param time now, Unix seconds
    error ExpiryPassed(uint40 expiry, uint256 time);
    /// @notice The provider has no certification that could be revoked.
    /// @param provider the provider
    error NotCertified(address provider);

    /// @dev One storage slot an account; times in Unix seconds. `certifiedUntil` is what counts, 0 where not certified:
    /// a suspension puts it aside in `heldUntil`, so that a check-in asks one thing only.
    struct Account {
        Role role;
        Standing standing;
        uint40 registeredAt;
        uint40 certifiedUntil;
        uint40 heldUntil;
    }

    /// @notice The role that certifies providers, revokes certifications, suspends and reinstates; granted by the admin.
    /// @return role its identifier
    bytes32 public constant CERTIFIER_ROLE = keccak256("CERTIFIER_ROLE");

    mapping(address account => Account) private _accounts;

    /// @notice `account` registered itself in `role`.
    /// @param account the account
    /// @param role its role
    event Registered(address indexed account, Role role);
    /// @notice `certifier` certified `provider` until `expiry`.
    /// @param provider the provider
    /// @param certifier who certified it
    /// @param expiry the last second (Unix) at which the certification holds
    event Certified(address indexed provider, address indexed certifier, uint40 expiry);
    /// @notice `certifier` revoked the certification of `provider`.
    /// @param provider the provider
    /// @param certifier who revoked it
    event CertificationRevoked(address indexed provider, address indexed certifier);
    /// @notice `certifier` suspended `account`.
    /// @param account the account
    /// @param certifier who suspended it
    /// @param reasonHash hash of the reason, which is kept off the chain
    event Suspended(address indexed account, address indexed certifier, bytes32 reasonHash);
    /// @notice `certifier` reinstated `account`.
    /// @param account the account
    /// @param certifier who reinstated it
    /// @param reasonHash hash of the reason, which is kept off the chain
    event Reinstated(address indexed account, address indexed certifier, bytes32 reasonHash);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param admin who grants and revokes `CERTIFIER_ROLE`
    /// @param recoveryPeriodSeconds seconds in which the present key can refuse its guardians' recovery
    /// @param maximumGuardians how many guardians a person may name, 1 to 16
    constructor(address forwarder, address admin, uint32 recoveryPeriodSeconds, uint8 maximumGuardians)
        EIP712("MedSim IdentityRegistry", "1")
        ERC2771Context(forwarder)
        KeyRecovery(recoveryPeriodSeconds, maximumGuardians)
    {
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
        if (entry.standing == Standing.Retired) revert KeyRetired(account);
        if (entry.standing != Standing.Unknown) revert AlreadyRegistered(account, entry.role);
        (entry.role, entry.standing, entry.registeredAt) = (role, Standing.Active, uint40(block.timestamp));
        emit Registered(account, role);
    }

    /// @notice Certify a registered provider until `expiry`, or change the end of its certification.
    /// @param provider the provider's present key, not suspended
    /// @param expiry the last second (Unix) at which the certification holds
    function certify(address provider, uint40 expiry) external onlyRole(CERTIFIER_ROLE) {
        Account storage entry = _accounts[provider];
        if (entry.role != Role.Provider) revert NotAProvider(provider);
        if (entry.standing == Standing.Suspended) revert AccountSuspended(provider);
        if (expiry <= block.timestamp) revert ExpiryPassed(expiry, block.timestamp);
        entry.certifiedUntil = expiry;
        emit Certified(provider, _msgSender(), expiry);
    }

    /// @notice End a provider's certification at once, also while the provider is suspended.
    /// @param provider the provider's present key
    function revokeCertification(address provider) external onlyRole(CERTIFIER_ROLE) {
        Account storage entry = _accounts[provider];
        uint40 expiry = entry.standing == Standing.Suspended ? entry.heldUntil : entry.certifiedUntil;
        if (block.timestamp > expiry) revert NotCertified(provider);
        (entry.certifiedUntil, entry.heldUntil) = (0, 0);
        emit CertificationRevoked(provider, _msgSender());
    }

    /// @notice Suspend an account: it counts as neither active nor certified, and can neither use a role here nor
    /// replace its key, name guardians, approve as one, or refuse a recovery, until a certifier reinstates it. A change of
    /// its guardians that waits is void.
    /// @param account the person's present key
    /// @param reasonHash hash of the reason, which is kept off the chain
    function suspend(address account, bytes32 reasonHash) external onlyRole(CERTIFIER_ROLE) {
        _requireActive(account);
        Account storage entry = _accounts[account];
        entry.standing = Standing.Suspended;
        (entry.certifiedUntil, entry.heldUntil) = (0, entry.certifiedUntil);
        emit Suspended(account, _msgSender(), reasonHash);
        _voidGuardianChange(_personOf(account), account);
    }

    /// @notice End an account's suspension. A certification that has not expired or been revoked holds again.
    /// @param account the person's present key
    /// @param reasonHash hash of the reason, which is kept off the chain
    function reinstate(address account, bytes32 reasonHash) external onlyRole(CERTIFIER_ROLE) {
        Account storage entry = _accounts[account];
        if (entry.standing != Standing.Suspended) revert NotSuspended(account);
        entry.standing = Standing.Active;
        (entry.certifiedUntil, entry.heldUntil) = (entry.heldUntil, 0);
        emit Reinstated(account, _msgSender(), reasonHash);
    }

    /// @inheritdoc IIdentityRegistry
    function isCertified(address provider) external view returns (bool certified) {
        return block.timestamp <= _accounts[provider].certifiedUntil;
    }

    /// @inheritdoc IIdentityRegistry
    function isActive(address account, Role role) external view returns (bool active) {
        Account storage entry = _accounts[account];
        return entry.standing == Standing.Active && entry.role == role;
    }

    /// @inheritdoc IIdentityRegistry
    function roleOf(address account) external view returns (Role role) {
        return _accounts[account].role;
    }

    /// @inheritdoc IIdentityRegistry
    function accountStanding(address account) external view returns (Standing standing) {
        return _accounts[account].standing;
    }

    /// @notice When the person registered whose present key `account` is.
    /// @param account the person's present key
    /// @return time Unix seconds, 0 where it is nobody's present key
    function registeredAt(address account) external view returns (uint40 time) {
        return _accounts[account].registeredAt;
    }

    /// @notice Until when `provider` is certified.
    /// @param provider the provider's present key
    /// @return expiry the last second (Unix) of the certification, 0 where there is none or it is suspended
    function certifiedUntil(address provider) external view returns (uint40 expiry) {
        return _accounts[provider].certifiedUntil;
    }

    /// @inheritdoc IIdentityRegistry
    function currentKeyOf(address account) external view returns (address key) {
        return _keyOf(_personOf(account));
    }

    /// @inheritdoc IIdentityRegistry
    function personOf(address account) external view returns (address person) {
        return _personOf(account);
    }

    /// @inheritdoc IIdentityRegistry
    function samePerson(address first, address second) external view returns (bool same) {
        return _personOf(first) == _personOf(second);
    }

    /// @dev The whole account moves, a suspension too; the old key keeps nothing but that it is retired. Roles of this
    /// contract follow the person.
    function _moveAccount(address oldKey, address newKey) internal override {
        _requireUnused(newKey);
        _accounts[newKey] = _accounts[oldKey];
        _accounts[oldKey] = Account(Role.None, Standing.Retired, 0, 0, 0);
        _moveRole(CERTIFIER_ROLE, oldKey, newKey);
        _moveRole(DEFAULT_ADMIN_ROLE, oldKey, newKey);
    }

    /// @dev Beside holding the role, its user must be neither suspended nor retired.
    function _checkRole(bytes32 role, address account) internal view override {
        super._checkRole(role, account);
        _requireNotBarred(account);
    }

    /// @dev Registered, not suspended, not retired.
    function _requireActive(address account) internal view override {
        if (_accounts[account].standing == Standing.Unknown) revert NotRegistered(account);
        _requireNotBarred(account);
    }

    /// @dev Neither suspended nor retired; it need not be registered.
    function _requireNotBarred(address account) internal view override {
        Standing standing = _accounts[account].standing;
        if (standing == Standing.Suspended) revert AccountSuspended(account);
        if (standing == Standing.Retired) revert KeyRetired(account);
    }

    /// @dev Never registered, and never a person's later key.
    function _requireUnused(address newKey) internal view override {
        if (_accounts[newKey].standing != Standing.Unknown) revert KeyInUse(newKey);
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

    /// @dev Hand a role of this contract on, where `oldKey` holds it.
    function _moveRole(bytes32 role, address oldKey, address newKey) private {
        if (_revokeRole(role, oldKey)) _grantRole(role, newKey);
    }
}
