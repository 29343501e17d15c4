// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Sets of record kinds in one word
/// @dev Bit k stands for kind k. Kinds from 64 on are in no set: a record of such a kind is named one by one.
library Kinds {
    /// @dev Whether `kind` is in the set.
    function contain(uint64 kinds, uint16 kind) internal pure returns (bool) {
        return kind < 64 && (kinds >> kind) & 1 == 1;
    }
}
