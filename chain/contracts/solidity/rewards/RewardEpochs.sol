// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IEmission} from "../interfaces/IEmission.sol";
import {IMedToken} from "../interfaces/IMedToken.sol";
import {Curves} from "./Curves.sol";
import {Policy, PolicyWords} from "./PolicyWords.sol";
import {RewardPolicies} from "./RewardPolicies.sol";
import {RewardVesting} from "./RewardVesting.sol";
import {Conversion, Curve, Destination} from "./RewardTypes.sol";

/// @title Epochs: their emission is shared out among the points that were earned in them
/// @notice When an epoch is over, its days' emission and what was carried make its budget. A share of it is the
/// curators', the rest the authors'. Each of the two sides is paid floor(budget · f(points) / Σf).
/// @dev Rounding never mints: what the floors leave over is carried to the next epoch that is closed. Σf grows as points
/// are credited, so that nothing is summed at the end.
///
/// An account has two tallies, one for even and one for odd epochs, so that storage does not grow with time and a
/// credit writes used slots. Points left unpaid for two epochs are paid when their tally is needed again, for which
/// their epoch must be closed.
///
/// Bounds. Points of an epoch and side sum below 2^64 (`Total.points`, checked), so that Σf < 2^128 (`Curves`). All that
/// was ever emitted is below 2^128 (checked when an epoch is closed; MED's supply is about 2^60), and every amount here is
/// a part of that: budgets, what is paid, unpaid, carried or vests. Then budget · f(points) < 2^256, and a payout is at
/// most its budget because f(points) <= Σf. The same holds for rate · Σf, the rate being below 2^128.
abstract contract RewardEpochs is RewardPolicies, RewardVesting {
    using Curves for Curve;
    using PolicyWords for Policy;
    using SafeCast for uint256;
    using SafeERC20 for IMedToken;

    /// @notice Epochs are closed in order.
    /// @param epoch the epoch that was to be closed
    /// @param next the epoch that is closed next
    error EpochNotNext(uint32 epoch, uint32 next);
    /// @notice The epoch is not over.
    /// @param epoch the epoch that was to be closed
    /// @param end when it is over, Unix seconds
    error EpochNotOver(uint32 epoch, uint256 end);
    /// @notice The epoch has not been closed.
    /// @param epoch the epoch whose points were to be paid
    error EpochNotClosed(uint32 epoch);

    /// @notice The points of one side, authors or curators, in one epoch.
    /// @param weight Σf over the accounts' points
    /// @param points the accounts' points, slashed ones left out
    /// @param policy the number of the epoch's policy, the same on both sides, 0 while nobody of this side has earned
    /// anything
    struct Total {
        uint128 weight;
        uint64 points;
        uint32 policy;
    }

    /// @notice The money of one side in one epoch, units of 10^-8 MED; zeros until the epoch is closed.
    /// @param budget what is shared out
    /// @param paid what has been paid out or slashed
    /// @param unsettled the weight of the points that have not been paid
    struct Fund {
        uint128 budget;
        uint128 paid;
        uint128 unsettled;
    }

    /// @notice What an account has earned in `epoch` and not been paid for, in one storage slot.
    /// @param epoch the epoch
    /// @param points its points
    /// @param curationPoints its curation points
    /// @param issued the points that were credited through it as a provider, kept while that is capped
    struct Tally {
        uint32 epoch;
        uint64 points;
        uint64 curationPoints;
        uint64 issued;
    }

    /// @dev A closed epoch while payouts are booked; `_post` stores what became of it.
    struct Book {
        uint32 epoch;
        Curve curve;
        Curve curationCurve;
        uint128 authorsWeight;
        uint128 curatorsWeight;
        Fund authors;
        Fund curators;
        uint256 spent;
        uint256 dust;
    }

    /// @dev The two sides of an epoch.
    uint256 internal constant AUTHORS = 0;
    uint256 internal constant CURATORS = 1;

    /// @notice The schedule that mints each day's emission to this contract.
    IEmission public immutable EMISSION;
    /// @notice Who receives what goes to the treasury.
    address public immutable TREASURY;
    /// @notice How a budget becomes payouts.
    Conversion public immutable CONVERSION;
    /// @notice With a fixed rate: units of 10^-8 MED per weight of one.
    uint128 public immutable FIXED_RATE;
    /// @notice The curators' share of a budget, basis points.
    uint16 public immutable CURATION_SHARE_BASIS_POINTS;
    /// @notice Where a budget goes that no points claim, or that a fixed rate leaves over.
    Destination public immutable LEFTOVER_TO;
    /// @notice Where slashed MED goes.
    Destination public immutable SLASHED_TO;

    /// @notice The epoch that is closed next.
    uint32 public nextEpoch;
    /// @notice All emission that has been part of a budget, units of 10^-8 MED.
    uint128 public budgeted;
    /// @notice What the next epoch's budget starts with, units of 10^-8 MED.
    uint128 public carried;
    /// @notice What closed epochs still owe, units of 10^-8 MED.
    uint128 public unpaid;

    mapping(uint32 epoch => Total[2]) internal _totals;
    mapping(address account => Tally[2]) internal _tallies;
    mapping(uint32 epoch => Fund[2]) private _funds;

    /// @notice An epoch was closed; the two budgets are shared out among its points.
    /// @param epoch the epoch
    /// @param points the authors' points
    /// @param curationPoints the curators' points
    /// @param emission the emission that came with it, units of 10^-8 MED
    /// @param budget emission and what was carried, units of 10^-8 MED
    /// @param authorsBudget what is shared out among the authors, units of 10^-8 MED
    /// @param curatorsBudget what is shared out among the curators, units of 10^-8 MED
    event EpochClosed(
        uint32 indexed epoch,
        uint64 points,
        uint64 curationPoints,
        uint256 emission,
        uint256 budget,
        uint256 authorsBudget,
        uint256 curatorsBudget
    );
    /// @notice A part of an epoch's budget was claimed by no points, or left over by a fixed rate.
    /// @param epoch the epoch
    /// @param amount units of 10^-8 MED
    /// @param destination where it went
    event LeftOver(uint32 indexed epoch, uint256 amount, Destination destination);
    /// @notice An account was paid for its points of an epoch.
    /// @param epoch the epoch
    /// @param account the account under which the points were noted
    /// @param recipient the person's present key, which was paid
    /// @param points its points
    /// @param curationPoints its curation points
    /// @param amount the payout, units of 10^-8 MED
    /// @param vested the part of it that stays in the pool and vests, units of 10^-8 MED
    event Paid(
        uint32 indexed epoch,
        address indexed account,
        address indexed recipient,
        uint64 points,
        uint64 curationPoints,
        uint256 amount,
        uint256 vested
    );
    /// @notice A side of an epoch is fully settled, and rounding left something over for the next budget.
    /// @param epoch the epoch
    /// @param amount units of 10^-8 MED
    event DustCarried(uint32 indexed epoch, uint256 amount);

    constructor(
        IEmission emission,
        address treasury,
        Conversion conversion,
        uint128 fixedRate,
        uint16 curationShareBasisPoints,
        Destination leftoverTo,
        Destination slashedTo
    ) {
        _requireShare(curationShareBasisPoints);
        EMISSION = emission;
        TREASURY = treasury;
        CONVERSION = conversion;
        FIXED_RATE = fixedRate;
        CURATION_SHARE_BASIS_POINTS = curationShareBasisPoints;
        LEFTOVER_TO = leftoverTo;
        SLASHED_TO = slashedTo;
    }

    /// @notice Close the next epoch once it is over: have its days emitted and fix its budgets. Callable by anyone.
    /// @param epoch the epoch, which must be `nextEpoch`
    function closeEpoch(uint32 epoch) external {
        if (epoch != nextEpoch) revert EpochNotNext(epoch, nextEpoch);
        uint256 end = epochStart(epoch) + EPOCH_LENGTH;
        if (block.timestamp < end) revert EpochNotOver(epoch, end);
        EMISSION.emitDue(type(uint256).max);
        uint256 emitted = EMISSION.emittedThrough(end);
        uint256 emission = emitted - budgeted;
        (nextEpoch, budgeted) = (epoch + 1, emitted.toUint128());
        uint256 budget = emission + carried;
        carried = 0;
        Total memory authors = _totals[epoch][AUTHORS];
        Total memory curators = _totals[epoch][CURATORS];
        uint256 curatorsPart = curators.weight == 0 ? 0 : budget * CURATION_SHARE_BASIS_POINTS / BASIS_POINTS;
        Policy policy = _policy(authors.policy | curators.policy);
        uint256 authorsBudget = _endow(_funds[epoch][AUTHORS], authors, policy.curve(), budget - curatorsPart);
        uint256 curatorsBudget = _endow(_funds[epoch][CURATORS], curators, policy.curationCurve(), curatorsPart);
        unpaid += uint128(authorsBudget + curatorsBudget); // parts of the budget
        emit EpochClosed(
            epoch, authors.points, curators.points, emission, budget, authorsBudget, curatorsBudget
        );
        uint256 left = budget - authorsBudget - curatorsBudget;
        if (left == 0) return;
        emit LeftOver(epoch, left, LEFTOVER_TO);
        _send(left, LEFTOVER_TO);
    }

    /// @notice Pay accounts for their points of a closed epoch. Callable by anyone, in any order and in parts.
    /// @dev An account without unpaid points is passed over, so that nobody can spoil a batch by settling one of its
    /// accounts first. So is one whose person is suspended: its points wait until the person is reinstated, or slashed.
    /// @param epoch a closed epoch
    /// @param accounts the accounts under which points were noted; each is paid at its person's present key
    /// @return total the payouts together, what vests included, units of 10^-8 MED
    function settle(uint32 epoch, address[] calldata accounts) external returns (uint256 total) {
        Book memory book = _open(epoch);
        for (uint256 i = 0; i < accounts.length; ++i) {
            Tally storage tally = _tallies[accounts[i]][epoch % 2];
            (uint64 points, uint64 curationPoints) = (tally.points, tally.curationPoints);
            if (tally.epoch != epoch || (points == 0 && curationPoints == 0)) continue;
            if (_isSuspended(accounts[i])) continue;
            _pay(epoch, accounts[i], points, curationPoints, _redeem(book, accounts[i], points, curationPoints));
        }
        _post(book);
        return book.spent;
    }

    /// @notice The points and the money of an epoch.
    /// @param epoch the epoch
    /// @return authors the authors' points
    /// @return curators the curators' points
    /// @return authorsFund the authors' money
    /// @return curatorsFund the curators' money
    function epochOf(uint32 epoch)
        external
        view
        returns (Total memory authors, Total memory curators, Fund memory authorsFund, Fund memory curatorsFund)
    {
        return (
            _totals[epoch][AUTHORS], _totals[epoch][CURATORS], _funds[epoch][AUTHORS], _funds[epoch][CURATORS]
        );
    }

    /// @notice What an account has earned in an epoch and not been paid for.
    /// @param epoch the epoch
    /// @param account the account
    /// @return tally its points; zeros where it has none of this epoch any more
    function tallyOf(uint32 epoch, address account) external view returns (Tally memory tally) {
        tally = _tallies[account][epoch % 2];
        if (tally.epoch != epoch) return Tally(epoch, 0, 0, 0);
    }

    /// @notice Everything that the pool owes: what closed epochs have not paid, what vests, what is carried, and the
    /// emission of days whose epoch is not closed yet.
    /// @return owed units of 10^-8 MED
    function obligations() external view returns (uint256 owed) {
        uint256 unbudgeted = EMISSION.emittedThrough(block.timestamp) - budgeted;
        return uint256(unpaid) + vestingTotal + carried + unbudgeted;
    }

    /// @dev Start booking on a closed epoch that has points.
    function _open(uint32 epoch) internal view returns (Book memory book) {
        if (epoch >= nextEpoch) revert EpochNotClosed(epoch);
        Total memory authors = _totals[epoch][AUTHORS];
        Total memory curators = _totals[epoch][CURATORS];
        Policy policy = _policy(authors.policy | curators.policy);
        (book.epoch, book.curve, book.curationCurve) = (epoch, policy.curve(), policy.curationCurve());
        (book.authorsWeight, book.curatorsWeight) = (authors.weight, curators.weight);
        book.authors = _funds[epoch][AUTHORS];
        if (curators.weight != 0) book.curators = _funds[epoch][CURATORS];
    }

    /// @dev Take points off an account's tally, which has them, and book what they are worth.
    function _redeem(Book memory book, address account, uint64 points, uint64 curationPoints)
        internal
        returns (uint256 amount)
    {
        Tally storage tally = _tallies[account][book.epoch % 2];
        (uint64 before, uint64 curationBefore) = (tally.points, tally.curationPoints);
        (tally.points, tally.curationPoints) = (before - points, curationBefore - curationPoints);
        amount = _draw(book, book.authors, book.authorsWeight, _weighs(book.curve, before, points))
            + _draw(book, book.curators, book.curatorsWeight, _weighs(book.curationCurve, curationBefore, curationPoints));
        book.spent += amount;
    }

    /// @dev Store what was booked. What was fully settled frees what the floors left over.
    function _post(Book memory book) internal {
        if (book.authorsWeight != 0) _funds[book.epoch][AUTHORS] = book.authors;
        if (book.curatorsWeight != 0) _funds[book.epoch][CURATORS] = book.curators;
        // casting to uint128 is safe: both are parts of what the epoch still owed
        unpaid -= uint128(book.spent + book.dust);
        if (book.dust == 0) return;
        carried += uint128(book.dust);
        emit DustCarried(book.epoch, book.dust);
    }

    /// @dev Pay what was booked: a part vests, the rest is transferred. MED calls nobody back.
    function _pay(uint32 epoch, address account, uint64 points, uint64 curationPoints, uint256 amount) internal {
        (uint256 vested, uint256 liquid, address recipient) = _vest(account, amount);
        emit Paid(epoch, account, recipient, points, curationPoints, amount, vested);
        if (liquid != 0) TOKEN.safeTransfer(recipient, liquid);
    }

    /// @dev Send what nobody is paid where the terms say.
    function _send(uint256 amount, Destination destination) internal {
        if (destination == Destination.NextEpoch) carried += uint128(amount); // it was a part of what the pool owed
        else if (destination == Destination.Burn) TOKEN.burn(amount);
        else TOKEN.safeTransfer(TREASURY, amount);
    }

    /// @dev Under which address an account's points are noted: its person's, where two accounts of one person would gain.
    function _holderOf(address account, Curve curve, bool capped) internal view returns (address) {
        return capped || curve != Curve.Linear ? _person(account) : account;
    }

    /// @dev What `points` of `before` add to the weight.
    function _weighs(Curve curve, uint64 before, uint64 points) internal pure returns (uint256) {
        return curve.weightOf(before) - curve.weightOf(before - points);
    }

    /// @dev Fix one side's budget: all of its part, or the fixed rate's sum if that is less. Without points it is 0.
    function _endow(Fund storage fund, Total memory total, Curve curve, uint256 part) private returns (uint256 budget) {
        if (total.weight == 0) return 0;
        budget = CONVERSION == Conversion.PoolShare
            ? part
            : Math.min(part, uint256(FIXED_RATE) * total.weight / curve.unitOf());
        (fund.budget, fund.unsettled) = (uint128(budget), total.weight); // budget <= part
    }

    /// @dev Book a weight's payment on one side. The last one tells the dust.
    function _draw(Book memory book, Fund memory fund, uint128 total, uint256 weight)
        private
        pure
        returns (uint256 amount)
    {
        if (weight == 0) return 0;
        amount = uint256(fund.budget) * weight / total;
        // casting to uint128 is safe: weight <= unsettled, and the floors sum to at most the budget
        fund.unsettled -= uint128(weight);
        fund.paid += uint128(amount);
        if (fund.unsettled == 0) book.dust += fund.budget - fund.paid;
    }
}
