// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IEmission} from "./interfaces/IEmission.sol";
import {IMedToken} from "./interfaces/IMedToken.sol";

/// @title The schedule by which MED comes into being
/// @notice A year's emission is the supply at the year's start times the year's rate. Each day a 365th of it, rounded
/// down, is minted to the reward pool; the year's last day brings what is left of the year's amount, so that a year
/// emits its amount exactly. Each year's rate is a fixed part of the year's before, unless another schedule was set
/// for it. Emission can be stopped for good once a set time has passed.
/// @dev The schedule published for MED's first token (medibloc/crowdsale: contracts/MedToken.sol), with three
/// differences. Anyone emits, not the owner alone. A year begins by the clock, not when the owner says so. Days that
/// ended before the stop stay due, so that what is emitted depends on no caller's timing but for one thing: a year's
/// supply is that of the moment at which its first day is emitted.
///
/// An emission year has 365 days of 86,400 s, counted from the start; its rate in thousandths of a percent is rounded
/// down. All days of a year but the last emit the same, so a year's sum before and its amount, in one storage slot, tell
/// the sum through every day of it.
contract Emission is IEmission, AccessControl, ERC2771Context {
    using SafeCast for uint256;

    /// @notice A rate, or the part of it that is kept, is more than the whole.
    /// @param value what was given, thousandths of a percent
    /// @param whole 100 %, thousandths of a percent
    error MoreThanTheWhole(uint32 value, uint256 whole);
    /// @notice The schedule of a year that has begun is fixed.
    /// @param year the emission year, counted from 0
    /// @param startedAt when it began, Unix seconds
    error YearHasBegun(uint32 year, uint256 startedAt);
    /// @notice Emission cannot be stopped yet.
    /// @param stoppableAfter after which moment it can be, Unix seconds
    error NotStoppableYet(uint40 stoppableAfter);
    /// @notice Emission has been stopped for good.
    /// @param lastDays how many days it had lasted
    error EmissionStopped(uint256 lastDays);

    /// @notice The schedule at deployment.
    /// @param start when emission year 0 begins, Unix seconds
    /// @param yearlyRate emission of year 0, thousandths of a percent of the supply at its start
    /// @param yearlyRateKept the part of a year's rate that the next year keeps, thousandths of a percent
    /// @param stoppableAfter after which moment emission may be stopped, Unix seconds
    struct Terms {
        uint40 start;
        uint32 yearlyRate;
        uint32 yearlyRateKept;
        uint40 stoppableAfter;
    }

    /// @notice What is set for an emission year and, until another is set, for the years after it.
    /// @param isSet whether anything was set for the year
    /// @param yearlyRate emission of the year, thousandths of a percent of the supply at its start
    /// @param yearlyRateKept the part of a year's rate that the next year keeps, thousandths of a percent
    struct Schedule {
        bool isSet;
        uint32 yearlyRate;
        uint32 yearlyRateKept;
    }

    /// @notice An emission year whose first day has been emitted; zeros before that.
    /// @param emittedBefore what all earlier years emitted, units of 10^-8 MED
    /// @param amount what the year emits through its last day, units of 10^-8 MED
    /// @param yearlyRate the year's rate, thousandths of a percent
    struct Year {
        uint112 emittedBefore;
        uint112 amount;
        uint32 yearlyRate;
    }

    /// @notice The role that sets schedules for years that have not begun.
    bytes32 public constant SCHEDULER_ROLE = keccak256("SCHEDULER_ROLE");
    /// @notice The role that stops emission for good.
    bytes32 public constant STOPPER_ROLE = keccak256("STOPPER_ROLE");
    /// @notice Thousandths of a percent in the whole.
    uint256 public constant RATE_SCALE = 100_000;
    /// @notice Days in an emission year.
    uint256 public constant DAYS_PER_YEAR = 365;

    /// @notice The token that is minted.
    IMedToken public immutable TOKEN;
    /// @notice The reward pool, which receives all emission.
    address public immutable POOL;
    /// @notice When emission year 0 begins, Unix seconds.
    uint40 public immutable START;
    /// @notice After which moment emission may be stopped, Unix seconds.
    uint40 public immutable STOPPABLE_AFTER;

    /// @inheritdoc IEmission
    uint32 public emittedDays;
    /// @notice The part of the latest emitted year's rate that the next year keeps, thousandths of a percent.
    uint32 public yearlyRateKept;
    /// @notice Whether emission has been stopped for good.
    bool public stopped;
    /// @dev The number of days that emission lasted, once it is stopped.
    uint32 private _lastDays;

    mapping(uint256 year => Schedule) private _schedules;
    mapping(uint256 year => Year) private _years;

    /// @notice The emission of `count` days from day `firstDay` on was minted to the reward pool.
    /// @param firstDay the first of the days, counted from 0 at the schedule's start
    /// @param count how many days
    /// @param amount what was minted, units of 10^-8 MED
    event Emitted(uint256 indexed firstDay, uint256 count, uint256 amount);
    /// @notice An emission year's first day is emitted, and its amount is fixed thereby.
    /// @param year the emission year, counted from 0
    /// @param supply the supply before the first day's emission, units of 10^-8 MED
    /// @param yearlyRate the year's rate, thousandths of a percent
    /// @param amount what the year will emit, units of 10^-8 MED
    event YearNoted(uint256 indexed year, uint256 supply, uint32 yearlyRate, uint256 amount);
    /// @notice A schedule was set for a year and those after it.
    /// @param year the emission year, counted from 0
    /// @param yearlyRate the year's rate, thousandths of a percent
    /// @param yearlyRateKept the part of a year's rate that the next year keeps, thousandths of a percent
    event ScheduleSet(uint32 indexed year, uint32 yearlyRate, uint32 yearlyRateKept);
    /// @notice Emission was stopped for good.
    /// @param lastDays how many days it lasted; those of them not yet emitted stay due
    event Stopped(uint256 lastDays);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED, on which this contract holds the minter's role
    /// @param pool the reward pool
    /// @param admin who grants and revokes this contract's roles
    /// @param terms the schedule
    constructor(address forwarder, IMedToken token, address pool, address admin, Terms memory terms)
        ERC2771Context(forwarder)
    {
        TOKEN = token;
        POOL = pool;
        START = terms.start;
        STOPPABLE_AFTER = terms.stoppableAfter;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _set(0, terms.yearlyRate, terms.yearlyRateKept);
    }

    /// @inheritdoc IEmission
    /// @dev The loop has a turn for each emission year that the days touch, of which `maximumDays` bounds the number.
    function emitDue(uint256 maximumDays) external returns (uint256 amount) {
        uint256 firstDay = emittedDays;
        uint256 end = firstDay + Math.min(maximumDays, dueDays());
        if (end == firstDay) return 0;
        for (uint256 day = firstDay; day < end;) {
            uint256 year = day / DAYS_PER_YEAR;
            uint256 yearStart = year * DAYS_PER_YEAR;
            uint256 yearAmount = day == yearStart ? _noteYear(year, amount) : _years[year].amount;
            uint256 next = Math.min(end, yearStart + DAYS_PER_YEAR);
            amount += _ofDays(yearAmount, next - yearStart) - _ofDays(yearAmount, day - yearStart);
            day = next;
        }
        emittedDays = uint32(end); // 2^32 days are eleven million years
        emit Emitted(firstDay, end - firstDay, amount);
        if (amount != 0) TOKEN.mint(POOL, amount);
    }

    /// @notice Set the rate of an emission year that has not begun, and what the years after it keep of it. Only
    /// `SCHEDULER_ROLE`. Replaces what was set for the same year; what is set for a later year stays.
    /// @param year the emission year, counted from 0
    /// @param rate the year's rate, thousandths of a percent of the supply at its start
    /// @param rateKept the part of a year's rate that the next year keeps, thousandths of a percent
    function setSchedule(uint32 year, uint32 rate, uint32 rateKept) external onlyRole(SCHEDULER_ROLE) {
        if (stopped) revert EmissionStopped(_lastDays);
        uint256 yearStart = START + uint256(year) * DAYS_PER_YEAR * 1 days;
        if (block.timestamp >= yearStart) revert YearHasBegun(year, yearStart);
        _set(year, rate, rateKept);
    }

    /// @notice Stop emission for good. Only `STOPPER_ROLE`, after `STOPPABLE_AFTER`. Days that are over stay due; the
    /// day that is running, and all after it, emit nothing, nor is the rest of the year's amount minted.
    function stop() external onlyRole(STOPPER_ROLE) {
        if (stopped) revert EmissionStopped(_lastDays);
        if (block.timestamp <= STOPPABLE_AFTER) revert NotStoppableYet(STOPPABLE_AFTER);
        uint256 lastDays = _daysThrough(block.timestamp);
        (stopped, _lastDays) = (true, uint32(lastDays));
        emit Stopped(lastDays);
    }

    /// @inheritdoc IEmission
    function emittedThrough(uint256 time) external view returns (uint256 amount) {
        uint256 count = Math.min(_daysThrough(time), emittedDays);
        if (count == 0) return 0;
        uint256 index = (count - 1) / DAYS_PER_YEAR;
        Year storage year = _years[index];
        return year.emittedBefore + _ofDays(year.amount, count - index * DAYS_PER_YEAR);
    }

    /// @notice What is noted of an emission year.
    /// @param year the emission year, counted from 0
    /// @return noted the year, zeros where its first day has not been emitted
    function yearOf(uint32 year) external view returns (Year memory noted) {
        return _years[year];
    }

    /// @notice What was set for an emission year itself. A year for which nothing was set follows from the year before.
    /// @param year the emission year, counted from 0
    /// @return schedule what was set
    function scheduleOf(uint32 year) external view returns (Schedule memory schedule) {
        return _schedules[year];
    }

    /// @inheritdoc IEmission
    function dueDays() public view returns (uint256 count) {
        return (stopped ? _lastDays : _daysThrough(block.timestamp)) - emittedDays;
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

    /// @dev Note a year, at its first day, with the supply that includes `pending` units which this call has still to
    /// mint for the year before. Returns the year's amount.
    function _noteYear(uint256 index, uint256 pending) private returns (uint256 amount) {
        Schedule storage schedule = _schedules[index];
        uint32 rate;
        uint256 emittedBefore;
        if (index != 0) {
            Year storage previous = _years[index - 1];
            emittedBefore = uint256(previous.emittedBefore) + previous.amount;
            rate = uint32(uint256(previous.yearlyRate) * yearlyRateKept / RATE_SCALE);
        }
        if (schedule.isSet) (rate, yearlyRateKept) = (schedule.yearlyRate, schedule.yearlyRateKept);
        uint256 supply = TOKEN.totalSupply() + pending;
        amount = supply * rate / RATE_SCALE;
        _years[index] = Year(emittedBefore.toUint112(), amount.toUint112(), rate);
        emit YearNoted(index, supply, rate, amount);
    }

    /// @dev Set a year's schedule.
    function _set(uint32 year, uint32 rate, uint32 rateKept) private {
        if (rate > RATE_SCALE) revert MoreThanTheWhole(rate, RATE_SCALE);
        if (rateKept > RATE_SCALE) revert MoreThanTheWhole(rateKept, RATE_SCALE);
        _schedules[year] = Schedule(true, rate, rateKept);
        emit ScheduleSet(year, rate, rateKept);
    }

    /// @dev How many days of the schedule ended at or before `time`.
    function _daysThrough(uint256 time) private view returns (uint256) {
        return time <= START ? 0 : (time - START) / 1 days;
    }

    /// @dev What the first `count` days of a year emit together: its last day brings the rest.
    function _ofDays(uint256 yearAmount, uint256 count) private pure returns (uint256) {
        return count == DAYS_PER_YEAR ? yearAmount : yearAmount / DAYS_PER_YEAR * count;
    }
}
