// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckIn} from "../interfaces/ICheckIn.sol";
import {Curves} from "./Curves.sol";
import {Policy, PolicyWords} from "./PolicyWords.sol";
import {RewardEpochs} from "./RewardEpochs.sol";
import {Contribution, Curve, Destination} from "./RewardTypes.sol";

/// @title Slashing of proven fraud
/// @notice A judge takes points that have not been paid and MED that has not vested. MED that was paid is out of reach.
/// @dev Points of an epoch that is not closed leave its sums: the others' part grows. Points of a closed epoch are
/// redeemed at their worth, and the MED goes where `SLASHED_TO` says: the others' part, fixed by then, stays.
///
/// A slash takes effect at once and there is no appeal in here: points are worth something only until they are paid, and
/// whoever could delay the judge would be paid first. A judge has to give the hash of its evidence, gains nothing that
/// the epoch's other earners do not, and is removed by governance, which appoints it.
abstract contract RewardSlashing is RewardEpochs {
    using Curves for Curve;
    using PolicyWords for Policy;

    /// @notice There is nothing of the account's that can be slashed.
    /// @param account the account
    error NothingToSlash(address account);
    /// @notice The check-in has not been credited.
    /// @param checkInId the identifier of the check-in
    error VisitNotCredited(bytes32 checkInId);
    /// @notice The visit has been slashed already.
    /// @param checkInId the identifier of the check-in
    error VisitSlashedAlready(bytes32 checkInId);
    /// @notice A judge does not judge itself, nor a visit to which it is a party.
    /// @param judge the judge
    error JudgeIsParty(address judge);

    /// @notice The role that slashes.
    bytes32 public constant JUDGE_ROLE = keccak256("JUDGE_ROLE");

    /// @notice Where check-ins are recorded.
    ICheckIn public immutable CHECK_IN;

    mapping(bytes32 checkInId => bool) private _slashedVisits;

    /// @notice Points of an account were slashed.
    /// @param epoch the epoch in which they had been earned
    /// @param account the account
    /// @param points points taken
    /// @param curationPoints curation points taken
    /// @param amount what they were worth in a closed epoch, units of 10^-8 MED; 0 where the epoch is not closed
    /// @param destination where that went
    /// @param evidence the hash of the evidence
    event PointsSlashed(
        uint32 indexed epoch,
        address indexed account,
        uint64 points,
        uint64 curationPoints,
        uint256 amount,
        Destination destination,
        bytes32 evidence
    );
    /// @notice Vesting MED of a person was slashed.
    /// @param person the person's first key
    /// @param amount what was taken, units of 10^-8 MED
    /// @param destination where it went
    /// @param evidence the hash of the evidence
    event VestingSlashed(address indexed person, uint256 amount, Destination destination, bytes32 evidence);
    /// @notice A visit was found to be a fraud; what was taken for it is told by `PointsSlashed`.
    /// @param checkInId the identifier of its check-in
    /// @param evidence the hash of the evidence
    event VisitSlashed(bytes32 indexed checkInId, bytes32 evidence);

    constructor(ICheckIn checkIn) {
        CHECK_IN = checkIn;
    }

    /// @notice Take an account's points of an epoch that has not been paid. Only `JUDGE_ROLE`.
    /// @param epoch the epoch in which they were earned, closed or not
    /// @param account the account under which they were noted
    /// @param points how many points at most
    /// @param curationPoints how many curation points at most
    /// @param evidence the hash of the evidence
    function slashPoints(uint32 epoch, address account, uint64 points, uint64 curationPoints, bytes32 evidence)
        external
        onlyRole(JUDGE_ROLE)
    {
        _requireNoParty(account);
        if (!_slash(epoch, account, points, curationPoints, evidence)) revert NothingToSlash(account);
    }

    /// @notice Take what a credited visit has earned and not been paid for, once a visit. Only `JUDGE_ROLE`.
    /// @dev What a visit earned is told by its `Credited` events; the pool keeps no account of single visits. At most
    /// what any visit earned under the epoch's policy is taken.
    /// @param epoch the epoch in which the visit was credited
    /// @param codeHash the struct hash of the check-in's code
    /// @param patient the patient
    /// @param patientPoints how many points the visit earned the patient, 0 where the patient is innocent
    /// @param providerPoints how many points the visit earned the provider
    /// @param evidence the hash of the evidence
    function slashVisit(
        uint32 epoch,
        bytes32 codeHash,
        address patient,
        uint64 patientPoints,
        uint64 providerPoints,
        bytes32 evidence
    ) external onlyRole(JUDGE_ROLE) {
        bytes32 checkInId = keccak256(abi.encode(codeHash, patient));
        ICheckIn.Visit memory visit = CHECK_IN.visitOf(checkInId);
        if (visit.status != ICheckIn.Status.Credited) revert VisitNotCredited(checkInId);
        if (_slashedVisits[checkInId]) revert VisitSlashedAlready(checkInId);
        _requireNoParty(patient);
        _requireNoParty(visit.provider);
        _slashedVisits[checkInId] = true;
        Policy policy = _policy(_totals[epoch][AUTHORS].policy);
        patientPoints = _least(patientPoints, policy.earns(Contribution.VisitPatient));
        providerPoints = _least(providerPoints, policy.earns(Contribution.VisitProvider));
        patient = _holderOf(patient, policy.curve(), policy.capped());
        address provider = _holderOf(visit.provider, policy.curve(), policy.capped());
        bool found = _slash(epoch, patient, patientPoints, 0, evidence);
        if (!_slash(epoch, provider, providerPoints, 0, evidence) && !found) revert NothingToSlash(provider);
        emit VisitSlashed(checkInId, evidence);
    }

    /// @notice Take MED that vests for a person. What its power-down had due is the person's and is paid, unless the
    /// person is suspended. Only `JUDGE_ROLE`.
    /// @param account any key of the person
    /// @param amount how much at most, units of 10^-8 MED
    /// @param evidence the hash of the evidence
    /// @return taken what was taken, units of 10^-8 MED
    function slashVesting(address account, uint256 amount, bytes32 evidence)
        external
        onlyRole(JUDGE_ROLE)
        returns (uint256 taken)
    {
        _requireNoParty(account);
        address person;
        (person, taken) = _slashVesting(account, amount);
        if (taken == 0) revert NothingToSlash(account);
        emit VestingSlashed(person, taken, SLASHED_TO, evidence);
        _send(taken, SLASHED_TO);
    }

    /// @notice Whether a visit has been slashed.
    /// @param checkInId the identifier of its check-in
    /// @return slashed whether it has been
    function isVisitSlashed(bytes32 checkInId) external view returns (bool slashed) {
        return _slashedVisits[checkInId];
    }

    /// @dev Take at most so many points of an account. Returns whether there were any.
    function _slash(uint32 epoch, address account, uint64 points, uint64 curationPoints, bytes32 evidence)
        private
        returns (bool found)
    {
        Tally storage tally = _tallies[account][epoch % 2];
        if (tally.epoch != epoch) return false;
        points = _least(points, tally.points);
        curationPoints = _least(curationPoints, tally.curationPoints);
        if (points == 0 && curationPoints == 0) return false;
        uint256 amount;
        if (epoch >= nextEpoch) {
            Total[2] storage totals = _totals[epoch];
            Policy policy = _policy(totals[AUTHORS].policy);
            _forget(totals[AUTHORS], policy.curve(), tally.points, points);
            _forget(totals[CURATORS], policy.curationCurve(), tally.curationPoints, curationPoints);
            (tally.points, tally.curationPoints) = (tally.points - points, tally.curationPoints - curationPoints);
        } else {
            Book memory book = _open(epoch);
            amount = _redeem(book, account, points, curationPoints);
            _post(book);
        }
        emit PointsSlashed(epoch, account, points, curationPoints, amount, SLASHED_TO, evidence);
        if (amount != 0) _send(amount, SLASHED_TO);
        return true;
    }

    /// @dev Take points out of a side's sums.
    function _forget(Total storage total, Curve curve, uint64 before, uint64 points) private {
        if (points == 0) return;
        total.points -= points;
        total.weight -= uint128(_weighs(curve, before, points)); // a part of the sum, which has 128 bits
    }

    /// @dev The judge who sends is another person.
    function _requireNoParty(address account) private view {
        address judge = _msgSender();
        if (IDENTITY.samePerson(judge, account)) revert JudgeIsParty(judge);
    }

    function _least(uint64 first, uint64 second) private pure returns (uint64) {
        return first < second ? first : second;
    }
}
