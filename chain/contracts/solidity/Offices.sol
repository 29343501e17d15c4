// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";

/// @title Offices that end with their holder's standing
/// @notice A role counts only while the key that holds it is neither suspended nor retired.
/// @dev An office does not follow its holder to a new key: the admin appoints the new one. A recovery is the guardians'
/// word, who were chosen by the person and not by those who gave the office. Only roles of the identity registry itself
/// follow, since somebody must be able to suspend a stolen key at once.
abstract contract Offices is AccessControl {
    /// @notice The key holds the role, but is suspended or was replaced.
    /// @param account the key
    /// @param standing what the identity registry says of it
    error OfficerBarred(address account, IIdentityRegistry.Standing standing);

    /// @notice Where roles, certifications and keys of people are kept.
    /// @return its address
    IIdentityRegistry public immutable IDENTITY;

    constructor(IIdentityRegistry identity) {
        IDENTITY = identity;
    }

    /// @dev Beside holding the role, its user must be neither suspended nor retired; it need not be registered.
    function _checkRole(bytes32 role, address account) internal view virtual override {
        super._checkRole(role, account);
        IIdentityRegistry.Standing standing = IDENTITY.accountStanding(account);
        if (standing == IIdentityRegistry.Standing.Suspended || standing == IIdentityRegistry.Standing.Retired) {
            revert OfficerBarred(account, standing);
        }
    }
}
