// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";

/// @title Protocol parameters under governance
/// @notice The block gas limit and the minimum gas price. The chain reads them from a block's parent state: a change
/// holds from the block after the one that executed it, and a reorganisation undoes it.
/// @dev Both lie in one storage slot, which nodes read directly. Their ranges are those of Qtum's on-chain governance.
abstract contract GovernedParameters is Governor {
    /// @notice A block's gas limit lies between 1,000,000 and 1,000,000,000.
    error BlockGasLimitOutOfRange(uint64 blockGasLimit);
    /// @notice The minimum gas price lies between 1 and 10,000 satoshi.
    error MinimumGasPriceOutOfRange(uint64 minimumGasPrice);

    /// @notice The lowest block gas limit that can be chosen, gas.
    uint64 public constant LOWEST_BLOCK_GAS_LIMIT = 1_000_000;
    /// @notice The highest block gas limit that can be chosen, gas.
    uint64 public constant HIGHEST_BLOCK_GAS_LIMIT = 1_000_000_000;
    /// @notice The lowest minimum gas price that can be chosen, satoshi per gas.
    uint64 public constant LOWEST_MINIMUM_GAS_PRICE = 1;
    /// @notice The highest minimum gas price that can be chosen, satoshi per gas.
    uint64 public constant HIGHEST_MINIMUM_GAS_PRICE = 10_000;

    /// @notice The gas limit of a block whose parent has this state, gas.
    uint64 public blockGasLimit;
    /// @notice The lowest gas price in a block whose parent has this state, satoshi per gas.
    uint64 public minimumGasPrice;

    /// @notice The block gas limit is `blockGasLimit` (gas) from the next block on; it was `previousBlockGasLimit`.
    event BlockGasLimitChanged(uint64 previousBlockGasLimit, uint64 blockGasLimit);
    /// @notice The minimum gas price is `minimumGasPrice` (satoshi per gas) from the next block on; it was
    /// `previousMinimumGasPrice`.
    event MinimumGasPriceChanged(uint64 previousMinimumGasPrice, uint64 minimumGasPrice);

    /// @param firstBlockGasLimit the block gas limit at the start, gas
    /// @param firstMinimumGasPrice the minimum gas price at the start, satoshi per gas
    constructor(uint64 firstBlockGasLimit, uint64 firstMinimumGasPrice) {
        _setBlockGasLimit(firstBlockGasLimit);
        _setMinimumGasPrice(firstMinimumGasPrice);
    }

    /// @notice Change the block gas limit from the next block on. Only an executed proposal does it.
    /// @param newBlockGasLimit gas, from 1,000,000 to 1,000,000,000
    function setBlockGasLimit(uint64 newBlockGasLimit) external onlyGovernance {
        _setBlockGasLimit(newBlockGasLimit);
    }

    /// @notice Change the minimum gas price from the next block on. Only an executed proposal does it.
    /// @param newMinimumGasPrice satoshi per gas, from 1 to 10,000
    function setMinimumGasPrice(uint64 newMinimumGasPrice) external onlyGovernance {
        _setMinimumGasPrice(newMinimumGasPrice);
    }

    function _setBlockGasLimit(uint64 newBlockGasLimit) private {
        if (newBlockGasLimit < LOWEST_BLOCK_GAS_LIMIT || newBlockGasLimit > HIGHEST_BLOCK_GAS_LIMIT) {
            revert BlockGasLimitOutOfRange(newBlockGasLimit);
        }
        emit BlockGasLimitChanged(blockGasLimit, newBlockGasLimit);
        blockGasLimit = newBlockGasLimit;
    }

    function _setMinimumGasPrice(uint64 newMinimumGasPrice) private {
        if (newMinimumGasPrice < LOWEST_MINIMUM_GAS_PRICE || newMinimumGasPrice > HIGHEST_MINIMUM_GAS_PRICE) {
            revert MinimumGasPriceOutOfRange(newMinimumGasPrice);
        }
        emit MinimumGasPriceChanged(minimumGasPrice, newMinimumGasPrice);
        minimumGasPrice = newMinimumGasPrice;
    }
}
