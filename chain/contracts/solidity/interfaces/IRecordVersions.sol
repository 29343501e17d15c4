// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRecordRegistry} from "./IRecordRegistry.sol";

/// @title What those ask of records besides who pay for each but once
interface IRecordVersions is IRecordRegistry {
    /// @notice The root under which a record was known before it was corrected. Known by person and root, so that it is
    /// the same for whoever anchors a correction's root again, and for all the patient's keys.
    /// @param patient the patient, by its first key
    /// @param root the root of a record, or any other
    /// @return firstRoot the root of the first version, `root` itself where it is no correction's
    function firstRootOf(address patient, bytes32 root) external view returns (bytes32 firstRoot);
}
