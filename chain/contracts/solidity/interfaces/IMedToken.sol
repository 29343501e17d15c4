// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title What others ask of MED beside an ERC-20 token's functions
interface IMedToken is IERC20 {
    /// @notice Create units of MED. Reverts unless the caller holds the token's `MINTER_ROLE`.
    /// @param to the account that receives the new units
    /// @param amount units of 10^-8 MED
    function mint(address to, uint256 amount) external;

    /// @notice Destroy units of MED that the caller holds.
    /// @param amount units of 10^-8 MED
    function burn(uint256 amount) external;
}
