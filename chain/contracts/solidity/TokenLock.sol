// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ITokenLock} from "./interfaces/ITokenLock.sol";

/// @title What buyers bought and cannot move yet
/// @notice Each beneficiary has at most one lock a number; the sale numbers them by its phases. From its time on anyone
/// may release a lock to its beneficiary. Until then the owner may release it early or, where the sale said so, take
/// it back to the treasury.
/// @dev One contract holds all locks where the published sale made a contract a buyer (medibloc/crowdsale:
/// contracts/TokenLock.sol): a lock then costs one storage slot. There the owner alone released, and took back, without
/// a term; here both its powers end when the lock's time has come.
contract TokenLock is ITokenLock, Ownable2Step, ERC2771Context {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @notice Only the sale locks MED.
    /// @param caller who called
    error NotTheSale(address caller);
    /// @notice The MED to be locked has not been transferred here.
    /// @param held what this contract holds, units of 10^-8 MED
    /// @param needed what it would owe with the deposit, units of 10^-8 MED
    error DepositNotCovered(uint256 held, uint256 needed);
    /// @notice A further deposit has other terms than the lock that it would add to.
    /// @param beneficiary whose lock it is
    /// @param lockId the lock's number
    error LockTermsDiffer(address beneficiary, uint256 lockId);
    /// @notice There is no such lock, or it has been released or taken back.
    /// @param beneficiary whose lock was asked for
    /// @param lockId the lock's number
    error NoSuchLock(address beneficiary, uint256 lockId);
    /// @notice Only the owner releases a lock before its time.
    /// @param releaseAt when its time comes, Unix seconds
    error LockNotOver(uint40 releaseAt);
    /// @notice The lock's time has come: the MED is its beneficiary's, and can only be released.
    /// @param releaseAt when its time came, Unix seconds
    error LockOver(uint40 releaseAt);
    /// @notice The lock was made without the owner's power to take it back.
    /// @param beneficiary whose lock it is
    /// @param lockId the lock's number
    error LockNotRevocable(address beneficiary, uint256 lockId);

    /// @notice A lock, in one storage slot.
    /// @param amount what is locked, units of 10^-8 MED
    /// @param releaseAt from when anyone may release it, Unix seconds
    /// @param revocable whether the owner may take it back until then
    struct Lock {
        uint128 amount;
        uint40 releaseAt;
        bool revocable;
    }

    /// @notice The token that is locked.
    IERC20 public immutable TOKEN;
    /// @notice The sale, which alone makes locks.
    address public immutable SALE;
    /// @notice Where MED goes that is taken back.
    address public immutable TREASURY;

    /// @notice What all locks hold together and is owed to their beneficiaries, units of 10^-8 MED.
    uint256 public obligations;

    mapping(address beneficiary => mapping(uint256 lockId => Lock)) private _locks;

    /// @notice MED was locked.
    /// @param beneficiary to whom it will be released
    /// @param lockId the lock's number
    /// @param amount what was added to the lock, units of 10^-8 MED
    /// @param releaseAt from when anyone may release it, Unix seconds
    event Locked(address indexed beneficiary, uint256 indexed lockId, uint256 amount, uint40 releaseAt);
    /// @notice A lock was released to its beneficiary.
    /// @param beneficiary who received the MED
    /// @param lockId the lock's number
    /// @param amount units of 10^-8 MED
    event Released(address indexed beneficiary, uint256 indexed lockId, uint256 amount);
    /// @notice A lock was taken back to the treasury.
    /// @param beneficiary who will not receive the MED
    /// @param lockId the lock's number
    /// @param amount units of 10^-8 MED
    event ClawedBack(address indexed beneficiary, uint256 indexed lockId, uint256 amount);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED
    /// @param sale the sale, which alone makes locks
    /// @param owner who may release locks early and take them back
    /// @param treasury where MED goes that is taken back
    constructor(address forwarder, IERC20 token, address sale, address owner, address treasury)
        Ownable(owner)
        ERC2771Context(forwarder)
    {
        TOKEN = token;
        SALE = sale;
        TREASURY = treasury;
    }

    /// @inheritdoc ITokenLock
    function deposit(address beneficiary, uint256 lockId, uint256 amount, uint40 releaseAt, bool revocable) external {
        if (_msgSender() != SALE) revert NotTheSale(_msgSender());
        Lock memory lock = _locks[beneficiary][lockId];
        if (lock.amount != 0 && (lock.releaseAt != releaseAt || lock.revocable != revocable)) {
            revert LockTermsDiffer(beneficiary, lockId);
        }
        uint256 needed = obligations + amount;
        uint256 held = TOKEN.balanceOf(address(this));
        if (held < needed) revert DepositNotCovered(held, needed);
        obligations = needed;
        _locks[beneficiary][lockId] = Lock((lock.amount + amount).toUint128(), releaseAt, revocable);
        emit Locked(beneficiary, lockId, amount, releaseAt);
    }

    /// @notice Release a lock to its beneficiary: from its time on by anyone, before by the owner.
    /// @param beneficiary whose lock it is
    /// @param lockId the lock's number
    /// @return amount what was released, units of 10^-8 MED
    function release(address beneficiary, uint256 lockId) external returns (uint256 amount) {
        amount = _release(beneficiary, lockId);
        if (amount == 0) revert NoSuchLock(beneficiary, lockId);
    }

    /// @notice Release the locks of one number of several beneficiaries, under the rule of `release`. Whoever has no
    /// such lock, or has it no more, is passed over, so that nobody can spoil a batch by releasing one of its locks.
    /// @param beneficiaries whose locks they are
    /// @param lockId the locks' number
    /// @return total what was released, units of 10^-8 MED
    function releaseMany(address[] calldata beneficiaries, uint256 lockId) external returns (uint256 total) {
        for (uint256 i = 0; i < beneficiaries.length; ++i) {
            total += _release(beneficiaries[i], lockId);
        }
    }

    /// @notice Take a revocable lock back to the treasury before its time. Only the owner.
    /// @param beneficiary whose lock it is
    /// @param lockId the lock's number
    /// @return amount what was taken back, units of 10^-8 MED
    function clawBack(address beneficiary, uint256 lockId) external onlyOwner returns (uint256 amount) {
        Lock memory lock = _locks[beneficiary][lockId];
        if (lock.amount == 0) revert NoSuchLock(beneficiary, lockId);
        if (!lock.revocable) revert LockNotRevocable(beneficiary, lockId);
        if (block.timestamp >= lock.releaseAt) revert LockOver(lock.releaseAt);
        amount = lock.amount;
        emit ClawedBack(beneficiary, lockId, amount);
        _take(beneficiary, lockId, TREASURY, amount);
    }

    /// @notice A lock.
    /// @param beneficiary whose lock it is
    /// @param lockId the lock's number
    /// @return lock the lock, zeros where there is none
    function lockOf(address beneficiary, uint256 lockId) external view returns (Lock memory lock) {
        return _locks[beneficiary][lockId];
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

    /// @dev Release a lock if there is one. Returns its amount, 0 where there is none.
    function _release(address beneficiary, uint256 lockId) private returns (uint256 amount) {
        Lock memory lock = _locks[beneficiary][lockId];
        amount = lock.amount;
        if (amount == 0) return 0;
        if (block.timestamp < lock.releaseAt && _msgSender() != owner()) revert LockNotOver(lock.releaseAt);
        emit Released(beneficiary, lockId, amount);
        _take(beneficiary, lockId, beneficiary, amount);
    }

    /// @dev End a lock and transfer what it held.
    function _take(address beneficiary, uint256 lockId, address to, uint256 amount) private {
        delete _locks[beneficiary][lockId];
        obligations -= amount;
        TOKEN.safeTransfer(to, amount);
    }
}
