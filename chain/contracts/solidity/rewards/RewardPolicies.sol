// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RewardClock} from "./RewardClock.sol";
import {Policy, PolicyWords} from "./PolicyWords.sol";
import {Caps, Curve, Points} from "./RewardTypes.sol";

/// @title What governance may change: curves, points and caps
/// @notice A change holds from the next epoch that has not begun, so that nobody's points change their worth after
/// they were earned.
/// @dev Policies are numbered from 1. At most one waits for its epoch, the last. An epoch notes the number of its
/// policy with its first points, so that it finds it again however many changes come after. A policy is one storage
/// slot; its caps are another, which is read only where there are any.
abstract contract RewardPolicies is RewardClock {
    using PolicyWords for Policy;

    /// @notice The role that sets curves, points and caps.
    bytes32 public constant GOVERNOR_ROLE = keccak256("GOVERNOR_ROLE");

    /// @notice The number of the policy that was set last; the first policy has number 1.
    uint32 public lastPolicy;

    mapping(uint32 number => Policy) private _policies;
    mapping(uint32 number => Caps) private _caps;

    /// @notice A policy was set; one that waited for the same epoch is replaced.
    /// @param number the policy's number
    /// @param fromEpoch the first epoch in which it holds
    /// @param curve how points count
    /// @param curationCurve how curation points count
    /// @param points what acts earn
    /// @param caps how many points an epoch lets an account earn and a provider issue, 0 for no cap
    event PolicySet(
        uint32 indexed number, uint32 fromEpoch, Curve curve, Curve curationCurve, Points points, Caps caps
    );

    constructor(Curve curve, Curve curationCurve, Points memory points, Caps memory caps) {
        lastPolicy = 1;
        _set(1, PolicyWords.make(0, curve, curationCurve, points), caps);
    }

    /// @notice Change how points count, from the next epoch that has not begun. Only `GOVERNOR_ROLE`.
    /// @param curve linear, square root or quadratic
    function setCurve(Curve curve) external onlyRole(GOVERNOR_ROLE) {
        (uint32 number, Policy last) = _next();
        _set(number, PolicyWords.make(last.fromEpoch(), curve, last.curationCurve(), last.points()), _caps[number]);
    }

    /// @notice Change how curation points count, from the next epoch that has not begun. Only `GOVERNOR_ROLE`.
    /// @param curationCurve linear, square root or quadratic
    function setCurationCurve(Curve curationCurve) external onlyRole(GOVERNOR_ROLE) {
        (uint32 number, Policy last) = _next();
        _set(number, PolicyWords.make(last.fromEpoch(), last.curve(), curationCurve, last.points()), _caps[number]);
    }

    /// @notice Change what acts earn, from the next epoch that has not begun. Only `GOVERNOR_ROLE`.
    /// @param points the points by act and role
    function setPoints(Points calldata points) external onlyRole(GOVERNOR_ROLE) {
        (uint32 number, Policy last) = _next();
        _set(number, PolicyWords.make(last.fromEpoch(), last.curve(), last.curationCurve(), points), _caps[number]);
    }

    /// @notice Change how many points an epoch lets an account earn and a provider issue, from the next epoch that has
    /// not begun. Only `GOVERNOR_ROLE`.
    /// @param caps the caps, 0 for none
    function setCaps(Caps calldata caps) external onlyRole(GOVERNOR_ROLE) {
        (uint32 number, Policy last) = _next();
        _set(number, last, caps);
    }

    /// @notice A policy by its number.
    /// @param number counted from 1
    /// @return fromEpoch the first epoch in which it holds
    /// @return curve how points count
    /// @return curationCurve how curation points count
    /// @return points what acts earn; zeros where there is no such policy
    /// @return caps how many points an epoch lets an account earn and a provider issue, 0 for no cap
    function policyOf(uint32 number)
        external
        view
        returns (uint32 fromEpoch, Curve curve, Curve curationCurve, Points memory points, Caps memory caps)
    {
        Policy policy = _policies[number];
        return (policy.fromEpoch(), policy.curve(), policy.curationCurve(), policy.points(), _caps[number]);
    }

    /// @dev The number of the policy of an epoch that is running: the last, unless that waits for a later epoch.
    function _policyNumber(uint32 epoch) internal view returns (uint32 number) {
        number = lastPolicy;
        if (_policies[number].fromEpoch() > epoch) --number;
    }

    /// @dev The policy of a number, which is not 0.
    function _policy(uint32 number) internal view returns (Policy) {
        return _policies[number];
    }

    /// @dev The caps of a policy that has any; no cap is as good as the highest number.
    function _capsOf(uint32 number) internal view returns (uint64 perAccount, uint64 perProvider) {
        Caps storage caps = _caps[number];
        (perAccount, perProvider) = (caps.perAccount, caps.perProvider);
        if (perAccount == 0) perAccount = type(uint64).max;
        if (perProvider == 0) perProvider = type(uint64).max;
    }

    /// @dev The policy that waits for the next epoch; if none waits, a copy of the last is made to wait. Before the first
    /// epoch the first policy itself waits.
    function _next() private returns (uint32 number, Policy policy) {
        number = lastPolicy;
        policy = _policies[number];
        if (block.timestamp < FIRST_EPOCH_START) return (number, policy);
        uint32 epoch = currentEpoch() + 1;
        if (policy.fromEpoch() == epoch) return (number, policy);
        _caps[number + 1] = _caps[number];
        lastPolicy = ++number;
        policy = PolicyWords.make(epoch, policy.curve(), policy.curationCurve(), policy.points());
    }

    function _set(uint32 number, Policy policy, Caps memory caps) private {
        _policies[number] = policy.withCaps(caps.perAccount != 0 || caps.perProvider != 0);
        _caps[number] = caps;
        emit PolicySet(number, policy.fromEpoch(), policy.curve(), policy.curationCurve(), policy.points(), caps);
    }
}
