// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Contribution, Curve, Points} from "./RewardTypes.sol";

/// @dev What holds in an epoch, in one storage slot that a credit reads whole. From the lowest bit: the points of
/// `Contribution` n in the n-th 32 bits (160), curve (8), curation curve (8), whether there are caps (8), and the
/// first epoch in which it holds (32).
type Policy is uint256;

/// @title Reading and writing a policy's word
library PolicyWords {
    uint256 private constant CURVE_AT = 160;
    uint256 private constant CURATION_CURVE_AT = 168;
    uint256 private constant CAPPED_AT = 176;
    uint256 private constant FROM_EPOCH_AT = 184;

    /// @dev A policy without caps.
    function make(uint32 fromEpoch_, Curve curve_, Curve curationCurve_, Points memory points_)
        internal
        pure
        returns (Policy)
    {
        uint256 earned = uint256(points_.visitPatient) | uint256(points_.visitProvider) << 32
            | uint256(points_.sharePatient) << 64 | uint256(points_.shareIssuer) << 96
            | uint256(points_.shareAcceptor) << 128;
        return Policy.wrap(
            earned | uint256(curve_) << CURVE_AT | uint256(curationCurve_) << CURATION_CURVE_AT
                | uint256(fromEpoch_) << FROM_EPOCH_AT
        );
    }

    /// @dev The policy with caps, or without.
    function withCaps(Policy policy, bool capped_) internal pure returns (Policy) {
        uint256 word = Policy.unwrap(policy) & ~(uint256(1) << CAPPED_AT);
        return Policy.wrap(capped_ ? word | uint256(1) << CAPPED_AT : word);
    }

    /// @dev The first epoch in which it holds.
    function fromEpoch(Policy policy) internal pure returns (uint32) {
        return uint32(Policy.unwrap(policy) >> FROM_EPOCH_AT);
    }

    /// @dev How points count.
    function curve(Policy policy) internal pure returns (Curve) {
        return Curve(uint8(Policy.unwrap(policy) >> CURVE_AT));
    }

    /// @dev How curation points count.
    function curationCurve(Policy policy) internal pure returns (Curve) {
        return Curve(uint8(Policy.unwrap(policy) >> CURATION_CURVE_AT));
    }

    /// @dev Whether there are caps.
    function capped(Policy policy) internal pure returns (bool) {
        return Policy.unwrap(policy) >> CAPPED_AT & 1 == 1;
    }

    /// @dev What a contribution earns.
    function earns(Policy policy, Contribution contribution) internal pure returns (uint32) {
        return uint32(Policy.unwrap(policy) >> 32 * uint256(contribution));
    }

    /// @dev What every contribution earns.
    function points(Policy policy) internal pure returns (Points memory) {
        return Points({
            visitPatient: earns(policy, Contribution.VisitPatient),
            visitProvider: earns(policy, Contribution.VisitProvider),
            sharePatient: earns(policy, Contribution.SharePatient),
            shareIssuer: earns(policy, Contribution.ShareIssuer),
            shareAcceptor: earns(policy, Contribution.ShareAcceptor)
        });
    }
}
