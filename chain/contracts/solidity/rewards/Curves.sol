// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Curve} from "./RewardTypes.sol";

/// @title How points count
/// @notice The weight of an account's points in an epoch: p, floor(10^6 · √p), or p².
/// @dev With p < 2^64 every weight fits into 128 bits, and so does a sum of weights whose points sum to P < 2^64:
/// Σp = P; Σp² <= P²; and √p <= p for whole p, so that Σ floor(10^6 · √p) <= 10^6 · P < 2^84. A point always weighs
/// something: no curve maps p >= 1 to 0.
library Curves {
    /// @dev What a square root is multiplied with, so that its fraction counts.
    uint256 internal constant ROOT_SCALE = 10 ** 6;

    /// @dev The weight of `points`, which are below 2^64.
    function weightOf(Curve curve, uint256 points) internal pure returns (uint256) {
        if (curve == Curve.Linear) return points;
        if (curve == Curve.Quadratic) return points * points;
        return Math.sqrt(points * ROOT_SCALE ** 2);
    }

    /// @dev The weight that counts as one where a rate is paid per weight.
    function unitOf(Curve curve) internal pure returns (uint256) {
        return curve == Curve.SquareRoot ? ROOT_SCALE : 1;
    }
}
