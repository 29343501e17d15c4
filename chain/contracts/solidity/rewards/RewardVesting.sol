// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {IMedToken} from "../interfaces/IMedToken.sol";
import {Offices} from "../Offices.sol";
import {RewardClock} from "./RewardClock.sol";

/// @title What of a payout stays in the pool, and how it leaves
/// @notice A share of each payout vests. It leaves by a power-down, in equal parts, the first one part's time after the
/// start; the last part takes what rounding left.
/// @dev A power-down in weekly parts is Steem's (steemit/steem v0.20.0). Vesting is kept under a person's first key and paid
/// to the key that speaks for the person now: balance and power-down survive a lost phone without being moved.
/// A suspended person is paid nothing. What is withheld stays where it is, payable once the person is reinstated.
/// A person's `leaving - left` never exceeds its `balance`, and the sum of balances is `vestingTotal`.
abstract contract RewardVesting is RewardClock {
    using SafeERC20 for IMedToken;

    /// @notice A share is more than the whole.
    /// @param shareBasisPoints what was given, basis points
    error ShareAboveWhole(uint16 shareBasisPoints);
    /// @notice A power-down has at least one part, of at least a second.
    /// @param parts what was given
    /// @param partLength what was given, seconds
    error PowerDownWithoutParts(uint16 parts, uint40 partLength);
    /// @notice The key has been replaced and speaks for nobody.
    /// @param key the key that asked
    /// @param currentKey the person's present key
    error KeyReplaced(address key, address currentKey);
    /// @notice More should leave than vests.
    /// @param amount what was asked for, units of 10^-8 MED
    /// @param balance what vests, units of 10^-8 MED
    error AboveVestingBalance(uint256 amount, uint256 balance);
    /// @notice The person is suspended: nothing is credited to it or paid until it is reinstated.
    /// @param account any key of the person
    error PersonSuspended(address account);
    /// @notice Nothing is due to leave now.
    /// @param account the account that was asked for
    error NothingDue(address account);

    /// @notice What vests for a person, and the power-down that is running. Amounts are units of 10^-8 MED.
    /// @param balance all that vests, what is to leave included
    /// @param leaving what the running power-down takes out in all, 0 where none is running
    /// @param left what it has taken out
    /// @param startedAt when it was started, Unix seconds
    struct Vesting {
        uint128 balance;
        uint128 leaving;
        uint128 left;
        uint40 startedAt;
    }

    /// @notice Basis points in the whole.
    uint256 public constant BASIS_POINTS = 10_000;

    /// @notice MED.
    IMedToken public immutable TOKEN;
    /// @notice The share of each payout that vests, basis points.
    uint16 public immutable VESTING_SHARE_BASIS_POINTS;
    /// @notice In how many parts a power-down leaves.
    uint16 public immutable POWER_DOWN_PARTS;
    /// @notice The time from part to part, seconds.
    uint40 public immutable POWER_DOWN_PART_LENGTH;

    /// @notice All that vests, units of 10^-8 MED.
    uint128 public vestingTotal;

    mapping(address person => Vesting) private _vestings;

    /// @notice A power-down was started and replaces the one that was running; one of 0 only ends that.
    /// @param person the person's first key
    /// @param amount what is to leave, units of 10^-8 MED
    event PowerDownStarted(address indexed person, uint256 amount);
    /// @notice Parts of a power-down that were due left the pool.
    /// @param person the person's first key
    /// @param recipient the person's present key, which was paid
    /// @param amount units of 10^-8 MED
    event Withdrawn(address indexed person, address indexed recipient, uint256 amount);

    constructor(
        IMedToken token,
        IIdentityRegistry identity,
        uint16 vestingShareBasisPoints,
        uint16 powerDownParts,
        uint40 powerDownPartLength
    ) Offices(identity) {
        _requireShare(vestingShareBasisPoints);
        if (powerDownParts == 0 || powerDownPartLength == 0) {
            revert PowerDownWithoutParts(powerDownParts, powerDownPartLength);
        }
        TOKEN = token;
        VESTING_SHARE_BASIS_POINTS = vestingShareBasisPoints;
        POWER_DOWN_PARTS = powerDownParts;
        POWER_DOWN_PART_LENGTH = powerDownPartLength;
    }

    /// @notice Let a part of what vests leave in parts. What a running power-down had due is paid; the rest of it stays
    /// vesting, and the new one takes its place. Only the person's present key may ask, not while it is suspended.
    /// @param amount what is to leave in all, units of 10^-8 MED; 0 ends the running power-down
    function powerDown(uint256 amount) external {
        address key = _msgSender();
        address currentKey = _currentKey(key);
        if (currentKey != key) revert KeyReplaced(key, currentKey);
        _requireNotSuspended(key);
        address person = _person(key);
        Vesting storage vesting = _vestings[person];
        uint256 due = _takeDue(vesting);
        uint256 balance = vesting.balance;
        if (amount > balance) revert AboveVestingBalance(amount, balance);
        // casting to uint128 is safe: amount <= balance
        (vesting.leaving, vesting.left, vesting.startedAt) = (uint128(amount), 0, uint40(block.timestamp));
        emit PowerDownStarted(person, amount);
        _payDue(person, key, due);
    }

    /// @notice Pay what a person's power-down has due, to the person's present key, unless that is suspended. Callable by
    /// anyone.
    /// @param account any key of the person
    /// @return amount what was paid, units of 10^-8 MED
    function withdraw(address account) external returns (uint256 amount) {
        address person = _person(account);
        amount = _takeDue(_vestings[person]);
        if (amount == 0) revert NothingDue(account);
        _requireNotSuspended(account);
        _payDue(person, _currentKey(account), amount);
    }

    /// @notice What vests for a person.
    /// @param account any key of the person
    /// @return vesting balance and running power-down
    /// @return due what could be withdrawn now, units of 10^-8 MED
    function vestingOf(address account) external view returns (Vesting memory vesting, uint256 due) {
        Vesting storage stored = _vestings[_person(account)];
        (due,) = _dueOf(stored);
        return (stored, due);
    }

    /// @dev Book a payout: a share vests, rounded down. Returns the vesting part and what is to be transferred to whom.
    function _vest(address account, uint256 amount)
        internal
        returns (uint256 vested, uint256 liquid, address recipient)
    {
        recipient = _currentKey(account);
        vested = amount * VESTING_SHARE_BASIS_POINTS / BASIS_POINTS;
        liquid = amount - vested;
        if (vested == 0) return (0, liquid, recipient);
        _vestings[_person(account)].balance += uint128(vested); // vested <= amount < 2^128
        vestingTotal += uint128(vested);
    }

    /// @dev Take up to `amount` of what vests for a person for good; what had been due is the person's and is paid, unless
    /// the person is suspended: then it can be taken too. A power-down ends where it would need more than is left.
    /// Returns what was taken.
    function _slashVesting(address account, uint256 amount) internal returns (address person, uint256 taken) {
        person = _person(account);
        Vesting storage vesting = _vestings[person];
        uint256 due = _isSuspended(account) ? 0 : _takeDue(vesting);
        uint128 balance = vesting.balance;
        taken = amount < balance ? amount : balance;
        vesting.balance = balance - uint128(taken); // taken <= balance
        vestingTotal -= uint128(taken);
        if (vesting.leaving - vesting.left > vesting.balance) (vesting.leaving, vesting.left) = (0, 0);
        _payDue(person, _currentKey(account), due);
    }

    /// @dev The key that speaks for an account's person now.
    function _currentKey(address account) internal view returns (address) {
        return IDENTITY.currentKeyOf(account);
    }

    /// @dev Whether an account's person is suspended: a suspension moves to the present key.
    function _isSuspended(address account) internal view returns (bool) {
        return IDENTITY.accountStanding(_currentKey(account)) == IIdentityRegistry.Standing.Suspended;
    }

    /// @dev Revert where an account's person is suspended.
    function _requireNotSuspended(address account) internal view {
        if (_isSuspended(account)) revert PersonSuspended(account);
    }

    /// @dev The first key of an account's person.
    function _person(address account) internal view returns (address) {
        return IDENTITY.personOf(account);
    }

    /// @dev A share is at most the whole.
    function _requireShare(uint16 shareBasisPoints) internal pure {
        if (shareBasisPoints > BASIS_POINTS) revert ShareAboveWhole(shareBasisPoints);
    }

    /// @dev Book what is due as gone; a power-down whose last part is gone has ended.
    function _takeDue(Vesting storage vesting) private returns (uint256 due) {
        bool last;
        (due, last) = _dueOf(vesting);
        if (due != 0) {
            vesting.balance -= uint128(due); // due <= leaving - left <= balance
            vestingTotal -= uint128(due);
            vesting.left += uint128(due);
        }
        if (last) (vesting.leaving, vesting.left) = (0, 0);
    }

    function _payDue(address person, address recipient, uint256 amount) private {
        if (amount == 0) return;
        emit Withdrawn(person, recipient, amount);
        TOKEN.safeTransfer(recipient, amount);
    }

    /// @dev What a power-down has due: equal parts rounded down, and all of it with the last part.
    function _dueOf(Vesting storage vesting) private view returns (uint256 due, bool last) {
        uint256 leaving = vesting.leaving;
        if (leaving == 0) return (0, false);
        uint256 parts = (block.timestamp - vesting.startedAt) / POWER_DOWN_PART_LENGTH;
        last = parts >= POWER_DOWN_PARTS;
        due = (last ? leaving : leaving / POWER_DOWN_PARTS * parts) - vesting.left;
    }
}
