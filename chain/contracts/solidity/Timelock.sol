// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Where accepted proposals wait
/// @notice The admin of all that is governed. Governance alone schedules and cancels operations, anyone executes them
/// once they have waited, and nobody but the timelock itself, by an executed proposal, changes its roles or its delay.
contract Timelock is TimelockController {
    /// @param delay the least number of seconds that an operation waits
    /// @param proposers who schedule and cancel operations: Governance
    /// @param executors who execute operations; the zero address stands for anyone
    constructor(uint256 delay, address[] memory proposers, address[] memory executors)
        TimelockController(delay, proposers, executors, address(0))
    {}
}
