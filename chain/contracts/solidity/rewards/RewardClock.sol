// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

import {IRewardPool} from "../interfaces/IRewardPool.sol";
import {Offices} from "../Offices.sol";

/// @title Epochs, and who speaks
/// @notice Epochs have whole days, so that the emission of an epoch is that of its days.
abstract contract RewardClock is IRewardPool, Offices, ERC2771Context {
    /// @notice An epoch must last at least a day, and whole days.
    /// @param epochLength what was given, seconds
    error EpochNotWholeDays(uint40 epochLength);
    /// @notice The first epoch has not begun.
    /// @param time the block's time, Unix seconds
    /// @param firstEpochStart when it begins, Unix seconds
    error EpochsNotStarted(uint256 time, uint40 firstEpochStart);

    /// @notice When epoch 0 begins, Unix seconds.
    uint40 public immutable FIRST_EPOCH_START;
    /// @notice The length of an epoch in seconds.
    uint40 public immutable EPOCH_LENGTH;

    constructor(uint40 firstEpochStart, uint40 epochLength) {
        if (epochLength == 0 || epochLength % 1 days != 0) revert EpochNotWholeDays(epochLength);
        FIRST_EPOCH_START = firstEpochStart;
        EPOCH_LENGTH = epochLength;
    }

    /// @notice The epoch of this block.
    /// @return epoch counted from 0
    function currentEpoch() public view returns (uint32 epoch) {
        if (block.timestamp < FIRST_EPOCH_START) revert EpochsNotStarted(block.timestamp, FIRST_EPOCH_START);
        return uint32((block.timestamp - FIRST_EPOCH_START) / EPOCH_LENGTH);
    }

    /// @notice When an epoch begins.
    /// @param epoch counted from 0
    /// @return startsAt Unix seconds
    function epochStart(uint32 epoch) public view returns (uint256 startsAt) {
        return FIRST_EPOCH_START + uint256(epoch) * EPOCH_LENGTH;
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
