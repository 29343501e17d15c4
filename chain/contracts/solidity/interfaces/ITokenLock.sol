// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the sale asks of the lock
interface ITokenLock {
    /// @notice Lock MED that the caller, the sale, has just transferred here. A lock grows by further deposits.
    /// @param beneficiary to whom the MED will be released
    /// @param lockId the number of the lock among the beneficiary's
    /// @param amount units of 10^-8 MED
    /// @param releaseAt from when anyone may release the lock, Unix seconds
    /// @param revocable whether the owner may take it back until then
    function deposit(address beneficiary, uint256 lockId, uint256 amount, uint40 releaseAt, bool revocable) external;
}
