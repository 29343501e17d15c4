// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What others ask of the emission schedule
interface IEmission {
    /// @notice Mint the emission of days that are over and not yet emitted to the reward pool, oldest day first.
    /// Callable by anyone; it mints nothing, and does not revert, where no day is due.
    /// @param maximumDays how many days at most; a day left out stays due
    /// @return amount what was minted, units of 10^-8 MED
    function emitDue(uint256 maximumDays) external returns (uint256 amount);

    /// @notice What has been minted for the days that ended at or before a moment. It never changes for a moment
    /// before which every day has been emitted.
    /// @param time the moment, Unix seconds
    /// @return amount units of 10^-8 MED, counted from the schedule's start
    function emittedThrough(uint256 time) external view returns (uint256 amount);

    /// @notice How many days have been emitted.
    /// @return count whole days, counted from the schedule's start
    function emittedDays() external view returns (uint32 count);

    /// @notice How many days are over and wait to be emitted.
    /// @return count whole days
    function dueDays() external view returns (uint256 count);
}
