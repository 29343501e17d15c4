// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

/// @title Fee delegation
/// @notice Patients hold no native coin: they sign a request, and a provider or a sponsor sends it and pays the fee.
/// @dev Every contract of the system trusts this forwarder, and no other, for good.
contract Forwarder is ERC2771Forwarder {
    /// @notice Fix the EIP-712 domain, name "MedSim Forwarder", version "1".
    constructor() ERC2771Forwarder("MedSim Forwarder") {}
}
