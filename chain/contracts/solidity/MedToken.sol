// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

/// @title MED, the token of the health-data economy
/// @notice Fungible, 8 decimals, permit, burn; minted only by holders of `MINTER_ROLE`.
/// @dev The deployer gives up both its roles when the opening ends. Nobody grants or revokes roles from then on, and
/// the emission schedule stays the only minter: no key and no vote can mint beside it. There is no pause and no blocked
/// account either.
/// No vote checkpoints: they triple the gas of a transfer, so votes live in a staking contract.
contract MedToken is ERC20, ERC20Burnable, ERC20Permit, AccessControl, ERC2771Context {
    /// @notice The role that may mint: the emission schedule, and the deployer while the opening supply is set.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param admin who grants and revokes `MINTER_ROLE` until it renounces `DEFAULT_ADMIN_ROLE`
    constructor(address forwarder, address admin)
        ERC20("MediBloc", "MED")
        ERC20Permit("MediBloc")
        ERC2771Context(forwarder)
    {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @notice Create `amount` units of MED on `to`. Reverts unless the caller holds `MINTER_ROLE`.
    /// @param to the account that receives the new units
    /// @param amount units of 10^-8 MED
    function mint(address to, uint256 amount) external onlyRole(MINTER_ROLE) {
        _mint(to, amount);
    }

    /// @notice The number of decimals of one MED: 8.
    /// @return digits 8
    function decimals() public pure override returns (uint8 digits) {
        return 8;
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
