// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {Signature, Signatures} from "./Signatures.sol";

/// @title Which keys are one person's
/// @notice A person speaks through one key at a time and is known by its first. The present key may name a new one,
/// which must consent by signature, so that nobody can be given an identity. A replaced key is retired for good.
/// @dev Only replaced keys take storage: a person that never changed its key has no entry here.
abstract contract PersonKeys is EIP712, ERC2771Context {
    using Signatures for Signature;

    /// @notice The new key's consent is no longer good.
    /// @param deadline the last second (Unix) at which it counted
    /// @param time now, Unix seconds
    error ConsentExpired(uint40 deadline, uint256 time);
    /// @notice The consent is not the new key's, or not to become the key of this person.
    /// @param newKey the key that should have signed
    error ConsentInvalid(address newKey);

    /// @notice EIP-712 type of a new key's consent to replace `account`, a person's present key.
    /// @return typehash the hash of the type's text
    bytes32 public constant CONSENT_TYPEHASH =
        keccak256("KeyConsent(address account,address newKey,uint40 deadline)");

    /// @dev A later key's person: its first key. Zero where the key itself is the first.
    mapping(address key => address person) private _persons;
    /// @dev The present key of a person whose key was replaced.
    mapping(address person => address key) private _keys;

    /// @notice `newKey` speaks for the person from now on; `oldKey` never again.
    /// @param person the person's first key
    /// @param oldKey the key until now
    /// @param newKey the key from now on
    event KeyReplaced(address indexed person, address indexed oldKey, address indexed newKey);

    /// @notice Replace the sender's key by `newKey`: role, certification and guardians move, the sender is retired.
    /// The sender is a registered, unsuspended person's present key.
    /// @param newKey the key that takes over: not registered, never replaced, and none of the person's guardians
    /// @param deadline the last second (Unix) at which the consent counts
    /// @param consent the signature of `newKey` over `KeyConsent`, naming the sender
    function replaceKey(address newKey, uint40 deadline, Signature calldata consent) external {
        address oldKey = _msgSender();
        _requireActive(oldKey);
        _requireConsent(oldKey, newKey, deadline, consent);
        _replaceKey(_personOf(oldKey), oldKey, newKey);
    }

    /// @notice The digest that a new key signs to consent.
    /// @param account the present key of the person
    /// @param newKey the key that consents to replace it
    /// @param deadline the last second (Unix) at which the consent counts
    /// @return digest what is signed
    function consentDigest(address account, address newKey, uint40 deadline)
        public
        view
        returns (bytes32 digest)
    {
        return _hashTypedDataV4(keccak256(abi.encode(CONSENT_TYPEHASH, account, newKey, deadline)));
    }

    /// @dev Retire `oldKey` and let `newKey` speak for `person`.
    function _replaceKey(address person, address oldKey, address newKey) internal virtual {
        _moveAccount(oldKey, newKey);
        _persons[newKey] = person;
        _keys[person] = newKey;
        emit KeyReplaced(person, oldKey, newKey);
    }

    /// @dev Revert unless `newKey` is free and has signed, in time, that it becomes the key of this person.
    function _requireConsent(
        address presentKey,
        address newKey,
        uint40 deadline,
        Signature calldata consent
    ) internal view {
        _requireUnused(newKey);
        if (block.timestamp > deadline) revert ConsentExpired(deadline, block.timestamp);
        if (!consent.isBy(consentDigest(presentKey, newKey, deadline), newKey)) revert ConsentInvalid(newKey);
    }

    /// @dev The first key of the person whose key `account` is or was; itself where it never replaced another.
    function _personOf(address account) internal view returns (address person) {
        person = _persons[account];
        return person == address(0) ? account : person;
    }

    /// @dev The present key of `person`.
    function _keyOf(address person) internal view returns (address key) {
        key = _keys[person];
        return key == address(0) ? person : key;
    }

    /// @dev Revert unless `account` is registered, not suspended and not retired.
    function _requireActive(address account) internal view virtual;

    /// @dev Revert where `account` is suspended or retired; it need not be registered.
    function _requireNotBarred(address account) internal view virtual;

    /// @dev Revert where `newKey` is or was anybody's key.
    function _requireUnused(address newKey) internal view virtual;

    /// @dev Move what is recorded of `oldKey` to `newKey`, which must be unused, and retire `oldKey`.
    function _moveAccount(address oldKey, address newKey) internal virtual;
}
