// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Curve} from "../rewards/RewardTypes.sol";

/// @title What other contracts, and governance, ask of the reward pool
interface IRewardPool {
    /// @notice Change how points count, from the next epoch that has not begun. Only `GOVERNOR_ROLE`.
    /// @param curve linear, square root or quadratic
    function setCurve(Curve curve) external;

    /// @notice Close the next epoch once it is over: have its days emitted and fix its budgets. Callable by anyone.
    /// @param epoch the epoch, which must be `nextEpoch`
    function closeEpoch(uint32 epoch) external;

    /// @notice Whether a provider has accepted a record, or another of its corrections, and been credited for it.
    /// @param recordId the identifier of the record
    /// @param provider the provider, by any of its keys
    /// @return credited whether it has
    function isShareCredited(bytes32 recordId, address provider) external view returns (bool credited);

    /// @notice Everything that the pool owes.
    /// @return owed units of 10^-8 MED
    function obligations() external view returns (uint256 owed);
}
