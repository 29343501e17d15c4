// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {Offices} from "./Offices.sol";

/// @title MED locked for votes, and MED bonded to validators for consensus
/// @notice Two uses of MED, kept apart. Who locks MED for votes has a vote a unit, which it may delegate, and never
/// loses any. Who bonds MED to a validator shares its rewards and its slashes, and has no votes.
/// @dev Votes come from locked MED only: a slash changes what thousands of bonds are worth in one step, and votes that
/// followed them would need a new checkpoint for each.
///
/// A bond is a share of its validator's pool, and so is what is unbonding, in a second pool of the same validator: a
/// slash and a reward each change one number. A bond takes only what its shares cost, so that nobody loses MED to the
/// price of a share, however high a reward has made it; every other rounding favours the pool. No slash takes a whole
/// pool, so that a pool with shares is never worth nothing.
///
/// There is one unbonding an account and validator, and one unlocking an account: a further one restarts the clock for
/// the whole sum, as on MediBloc's first test network. What is unbonding can be slashed until it is withdrawn.
contract Staking is Votes, Offices, ERC2771Context {
    using SafeCast for uint256;
    using SafeERC20 for ERC20Burnable;

    /// @notice Nothing would move.
    error AmountZero();
    /// @notice The account has locked only `locked` units of 10^-8 MED.
    error MoreThanLocked(address account, uint256 amount, uint256 locked);
    /// @notice The account has nothing that is being released.
    error NothingToWithdraw(address account);
    /// @notice What is being released is ready at `readyAt` (Unix seconds).
    error NotReady(uint256 readyAt, uint256 time);
    /// @notice The account is a validator already.
    error AlreadyValidator(address validator);
    /// @notice The account is no validator.
    error NotValidator(address validator);
    /// @notice A validator bonds at least `ownMinimum` units of 10^-8 MED of its own.
    error OwnBondTooSmall(uint256 amount, uint256 ownMinimum);
    /// @notice A commission lies between the minimum and the whole, in basis points.
    error CommissionOutOfRange(uint16 commissionBasisPoints, uint16 minimumCommissionBasisPoints);
    /// @notice Only the validator itself bonds to a validator that is jailed or has too little of its own.
    error ValidatorNotActive(address validator);
    /// @notice `amount` does not pay for one share, which costs `sharePrice` (units of 10^-8 MED).
    error BondTooSmall(uint256 amount, uint256 sharePrice);
    /// @notice The account holds only `held` shares of the validator's pool.
    error MoreThanBonded(address account, uint256 poolShares, uint256 held);
    /// @notice Nobody has bonded to the validator, so that nobody would own the reward.
    error PoolEmpty(address validator);
    /// @notice A slash takes between 1 and 9,999 basis points.
    error SlashOutOfRange(uint16 slashBasisPoints);
    /// @notice There is no place `index` in a list of `count` validators, which begins with 0.
    error ValidatorUnknown(uint256 index, uint256 count);

    /// @notice The terms, fixed for good.
    /// @param unlockPeriod seconds from an unlocking until the MED can be withdrawn
    /// @param unbondingPeriod seconds from an unbonding until the MED can be withdrawn, and the notice, in seconds, for
    /// a higher commission
    /// @param minimumCommissionBasisPoints the lowest commission of a validator
    /// @param ownMinimum the least that an active validator has bonded of its own, units of 10^-8 MED
    struct Terms {
        uint40 unlockPeriod;
        uint40 unbondingPeriod;
        uint16 minimumCommissionBasisPoints;
        uint128 ownMinimum;
    }

    /// @notice A validator and its two pools.
    /// @param bonded what all bonds are worth, units of 10^-8 MED
    /// @param bondedShares the shares of all bonds
    /// @param unbonding what all that is unbonding is worth, units of 10^-8 MED
    /// @param unbondingShares the shares of all that is unbonding
    /// @param registeredAt when it registered, Unix seconds
    /// @param jailedUntil the second (Unix) from which it may be active again
    /// @param commissionBasisPoints its commission before `nextCommissionAt`
    /// @param nextCommissionBasisPoints its commission from `nextCommissionAt` on
    /// @param nextCommissionAt Unix seconds
    struct Validator {
        uint128 bonded;
        uint128 bondedShares;
        uint128 unbonding;
        uint128 unbondingShares;
        uint40 registeredAt;
        uint40 jailedUntil;
        uint16 commissionBasisPoints;
        uint16 nextCommissionBasisPoints;
        uint40 nextCommissionAt;
    }

    /// @dev One storage slot: MED (units of 10^-8 MED, or shares of the pool of what is unbonding) on its way out.
    struct Release {
        uint128 quantity;
        uint40 readyAt;
    }

    /// @notice The role that slashes and jails validators.
    bytes32 public constant SLASHER_ROLE = keccak256("SLASHER_ROLE");
    /// @notice Basis points in the whole.
    uint16 public constant WHOLE_BASIS_POINTS = 10_000;

    /// @notice The token that is locked and bonded.
    ERC20Burnable public immutable TOKEN;
    /// @notice Who receives slashed MED; the zero address where it is burned.
    address public immutable TREASURY;
    /// @notice Seconds from an unlocking until the MED can be withdrawn.
    uint40 public immutable UNLOCK_PERIOD;
    /// @notice Seconds from an unbonding until the MED can be withdrawn, and the notice for a higher commission.
    uint40 public immutable UNBONDING_PERIOD;
    /// @notice The lowest commission of a validator, basis points.
    uint16 public immutable MINIMUM_COMMISSION;
    /// @notice The least that an active validator has bonded of its own, units of 10^-8 MED.
    uint128 public immutable OWN_MINIMUM;

    uint256 private _owed;
    address[] private _validators;
    mapping(address account => uint256) private _locked;
    mapping(address account => Release) private _unlockings;
    mapping(address validator => Validator) private _pools;
    mapping(address validator => mapping(address account => uint256)) private _bonds;
    mapping(address validator => mapping(address account => Release)) private _unbondings;

    /// @notice `account` locked `amount` (units of 10^-8 MED) for votes.
    event Locked(address indexed account, uint256 amount);
    /// @notice `account` gave up the votes of `amount` (units of 10^-8 MED); all it unlocks is ready at `readyAt`.
    event Unlocking(address indexed account, uint256 amount, uint40 readyAt);
    /// @notice `account` took `amount` (units of 10^-8 MED) that it had unlocked.
    event Unlocked(address indexed account, uint256 amount);
    /// @notice `validator` registered.
    event ValidatorRegistered(address indexed validator, uint16 commissionBasisPoints);
    /// @notice The commission of `validator` changes at `effectiveAt` (Unix seconds).
    event CommissionChanged(address indexed validator, uint16 commissionBasisPoints, uint40 effectiveAt);
    /// @notice `account` paid `amount` (units of 10^-8 MED) for `poolShares` of the pool of `validator`.
    event Bonded(address indexed validator, address indexed account, uint256 amount, uint256 poolShares);
    /// @notice `account` gave back `poolShares`, worth `amount` (units of 10^-8 MED); all it unbonds from `validator`
    /// is ready at `readyAt` (Unix seconds).
    event Unbonding(
        address indexed validator,
        address indexed account,
        uint256 amount,
        uint256 poolShares,
        uint40 readyAt
    );
    /// @notice `account` took `amount` (units of 10^-8 MED) that it had unbonded from `validator`.
    event Unbonded(address indexed validator, address indexed account, uint256 amount);
    /// @notice `payer` added `amount` to the pool of `validator`, which keeps `commission` of it (units of 10^-8 MED).
    event Rewarded(address indexed validator, address indexed payer, uint256 amount, uint256 commission);
    /// @notice `validator` lost `fromBonded` and `fromUnbonding` (units of 10^-8 MED), `slashBasisPoints` of each pool.
    event Slashed(
        address indexed validator,
        uint16 slashBasisPoints,
        uint256 fromBonded,
        uint256 fromUnbonding
    );
    /// @notice `validator` cannot be active before `jailedUntil` (Unix seconds).
    event Jailed(address indexed validator, uint40 jailedUntil);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED
    /// @param identity the registry of people, which tells who may use an office
    /// @param admin who grants and revokes `SLASHER_ROLE`, and holds it
    /// @param slashers who else holds `SLASHER_ROLE` from the start
    /// @param treasury who receives slashed MED; the zero address where it is burned
    /// @param terms the terms, fixed for good
    constructor(
        address forwarder,
        ERC20Burnable token,
        IIdentityRegistry identity,
        address admin,
        address[] memory slashers,
        address treasury,
        Terms memory terms
    ) EIP712("MedSim Staking", "1") ERC2771Context(forwarder) Offices(identity) {
        if (terms.minimumCommissionBasisPoints > WHOLE_BASIS_POINTS) {
            revert CommissionOutOfRange(terms.minimumCommissionBasisPoints, terms.minimumCommissionBasisPoints);
        }
        if (terms.ownMinimum == 0) revert AmountZero();
        TOKEN = token;
        TREASURY = treasury;
        UNLOCK_PERIOD = terms.unlockPeriod;
        UNBONDING_PERIOD = terms.unbondingPeriod;
        MINIMUM_COMMISSION = terms.minimumCommissionBasisPoints;
        OWN_MINIMUM = terms.ownMinimum;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(SLASHER_ROLE, admin);
        for (uint256 i = 0; i < slashers.length; ++i) {
            _grantRole(SLASHER_ROLE, slashers[i]);
        }
    }

    /// @notice Lock the sender's MED for votes. They count once `delegate` has named who casts them, the sender itself
    /// or another.
    /// @param amount units of 10^-8 MED, which the sender has allowed this contract to take
    function lock(uint256 amount) external {
        if (amount == 0) revert AmountZero();
        address account = _msgSender();
        _locked[account] += amount;
        _transferVotingUnits(address(0), account, amount);
        emit Locked(account, amount);
        _receive(account, amount);
    }

    /// @notice Give up votes at once, and their MED after the unlock period. All that the sender has unlocked and not
    /// withdrawn waits for the whole period again.
    /// @param amount units of 10^-8 MED
    function unlock(uint256 amount) external {
        if (amount == 0) revert AmountZero();
        address account = _msgSender();
        uint256 locked = _locked[account];
        if (amount > locked) revert MoreThanLocked(account, amount, locked);
        _locked[account] = locked - amount;
        uint40 readyAt = _release(_unlockings[account], amount, UNLOCK_PERIOD);
        _transferVotingUnits(account, address(0), amount);
        emit Unlocking(account, amount, readyAt);
    }

    /// @notice Take what the sender has unlocked, once it is ready.
    /// @return amount units of 10^-8 MED
    function withdrawUnlocked() external returns (uint256 amount) {
        address account = _msgSender();
        amount = _takeReleased(_unlockings[account], account);
        emit Unlocked(account, amount);
        _pay(account, amount);
    }

    /// @notice Become a validator by bonding MED of one's own.
    /// @param commissionBasisPoints the part of each reward that the validator keeps before its pool shares the rest
    /// @param amount units of 10^-8 MED, at least the own minimum
    function registerValidator(uint16 commissionBasisPoints, uint256 amount) external {
        address validator = _msgSender();
        Validator storage pool = _pools[validator];
        if (pool.registeredAt != 0) revert AlreadyValidator(validator);
        if (amount < OWN_MINIMUM) revert OwnBondTooSmall(amount, OWN_MINIMUM);
        _checkCommission(commissionBasisPoints);
        pool.registeredAt = uint40(block.timestamp);
        pool.commissionBasisPoints = commissionBasisPoints;
        pool.nextCommissionBasisPoints = commissionBasisPoints;
        _validators.push(validator);
        emit ValidatorRegistered(validator, commissionBasisPoints);
        _bond(validator, pool, validator, amount);
    }

    /// @notice Change the sender's commission: at once where it falls, after the unbonding period where it rises, so that
    /// who does not like it can leave before. A later call replaces one that has not taken effect.
    /// @param commissionBasisPoints the new commission
    function setCommission(uint16 commissionBasisPoints) external {
        address validator = _msgSender();
        Validator storage pool = _validator(validator);
        _checkCommission(commissionBasisPoints);
        uint16 present = _commission(pool);
        uint40 effectiveAt = uint40(block.timestamp);
        if (commissionBasisPoints > present) effectiveAt += UNBONDING_PERIOD;
        pool.commissionBasisPoints = present;
        pool.nextCommissionBasisPoints = commissionBasisPoints;
        pool.nextCommissionAt = effectiveAt;
        emit CommissionChanged(validator, commissionBasisPoints, effectiveAt);
    }

    /// @notice Bond MED to a validator for as many whole shares of its pool as `amount` pays for; only what they cost is
    /// taken.
    /// @param validator an active validator, or the sender itself
    /// @param amount the most to pay, units of 10^-8 MED
    /// @return poolShares the shares
    function bond(address validator, uint256 amount) external returns (uint256 poolShares) {
        address account = _msgSender();
        Validator storage pool = _validator(validator);
        if (account != validator && !isActive(validator)) revert ValidatorNotActive(validator);
        return _bond(validator, pool, account, amount);
    }

    /// @notice Give back shares of a validator's pool; their MED can be withdrawn after the unbonding period and is
    /// slashed with the validator until then. All that the sender has unbonded from this validator and not withdrawn
    /// waits for the whole period again.
    /// @param validator the validator
    /// @param poolShares the shares
    /// @return amount what they are worth now, units of 10^-8 MED
    function unbond(address validator, uint256 poolShares) external returns (uint256 amount) {
        address account = _msgSender();
        Validator storage pool = _validator(validator);
        uint256 held = _bonds[validator][account];
        if (poolShares > held) revert MoreThanBonded(account, poolShares, held);
        amount = _worth(poolShares, pool.bonded, pool.bondedShares);
        if (amount == 0) revert AmountZero();
        _bonds[validator][account] = held - poolShares;
        pool.bonded -= amount.toUint128();
        pool.bondedShares -= poolShares.toUint128();
        uint256 released = _sharesFor(amount, pool.unbonding, pool.unbondingShares);
        pool.unbonding += amount.toUint128();
        pool.unbondingShares += released.toUint128();
        uint40 readyAt = _release(_unbondings[validator][account], released, UNBONDING_PERIOD);
        emit Unbonding(validator, account, amount, poolShares, readyAt);
    }

    /// @notice Take what the sender has unbonded from a validator, once it is ready.
    /// @param validator the validator
    /// @return amount what is left of it after slashes, units of 10^-8 MED
    function withdrawUnbonded(address validator) external returns (uint256 amount) {
        address account = _msgSender();
        uint256 released = _takeReleased(_unbondings[validator][account], account);
        Validator storage pool = _pools[validator];
        amount = _worth(released, pool.unbonding, pool.unbondingShares);
        pool.unbonding -= amount.toUint128();
        pool.unbondingShares -= released.toUint128();
        emit Unbonded(validator, account, amount);
        _pay(account, amount);
    }

    /// @notice Pay a reward into a validator's pool: the commission becomes shares of the validator's own, the rest
    /// raises what every share is worth. Callable by anyone who pays.
    /// @param validator a validator to whom somebody has bonded
    /// @param amount units of 10^-8 MED, which the sender has allowed this contract to take
    function reward(address validator, uint256 amount) external {
        if (amount == 0) revert AmountZero();
        Validator storage pool = _validator(validator);
        (uint256 bonded, uint256 bondedShares) = (pool.bonded, pool.bondedShares);
        if (bondedShares == 0) revert PoolEmpty(validator);
        uint256 commission = amount * _commission(pool) / WHOLE_BASIS_POINTS;
        uint256 earned = _sharesFor(commission, bonded + amount - commission, bondedShares);
        _bonds[validator][validator] += earned;
        pool.bonded = (bonded + amount).toUint128();
        pool.bondedShares = (bondedShares + earned).toUint128();
        emit Rewarded(validator, _msgSender(), amount, commission);
        _receive(_msgSender(), amount);
    }

    /// @notice Take a share of all that is bonded to, and unbonding from, a validator; it goes to the treasury or is
    /// burned.
    /// @param validator the validator
    /// @param slashBasisPoints the share, from 1 to 9,999 basis points; what it takes is rounded down
    /// @return amount what was taken, units of 10^-8 MED
    function slash(address validator, uint16 slashBasisPoints)
        external
        onlyRole(SLASHER_ROLE)
        returns (uint256 amount)
    {
        Validator storage pool = _validator(validator);
        if (slashBasisPoints == 0 || slashBasisPoints >= WHOLE_BASIS_POINTS) revert SlashOutOfRange(slashBasisPoints);
        uint256 fromBonded = uint256(pool.bonded) * slashBasisPoints / WHOLE_BASIS_POINTS;
        uint256 fromUnbonding = uint256(pool.unbonding) * slashBasisPoints / WHOLE_BASIS_POINTS;
        pool.bonded -= fromBonded.toUint128();
        pool.unbonding -= fromUnbonding.toUint128();
        amount = fromBonded + fromUnbonding;
        emit Slashed(validator, slashBasisPoints, fromBonded, fromUnbonding);
        if (TREASURY != address(0)) {
            _pay(TREASURY, amount);
        } else {
            _owed -= amount;
            TOKEN.burn(amount);
        }
    }

    /// @notice Keep a validator from being active until a time; an earlier time than before ends its jail sooner.
    /// @param validator the validator
    /// @param jailedUntil the second (Unix) from which it may be active again
    function jail(address validator, uint40 jailedUntil) external onlyRole(SLASHER_ROLE) {
        _validator(validator).jailedUntil = jailedUntil;
        emit Jailed(validator, jailedUntil);
    }

    /// @notice What this contract owes to all accounts: locked, bonded, and on its way out.
    /// @return amount units of 10^-8 MED
    function obligations() external view returns (uint256 amount) {
        return _owed;
    }

    /// @notice What an account has locked for votes.
    /// @param account the account
    /// @return amount units of 10^-8 MED
    function lockedOf(address account) external view returns (uint256 amount) {
        return _locked[account];
    }

    /// @notice What an account has unlocked and not withdrawn.
    /// @param account the account
    /// @return amount units of 10^-8 MED
    /// @return readyAt when it can be withdrawn, Unix seconds
    function unlockingOf(address account) external view returns (uint256 amount, uint40 readyAt) {
        Release storage release = _unlockings[account];
        return (release.quantity, release.readyAt);
    }

    /// @notice How many validators have registered.
    /// @return count the number
    function validatorCount() external view returns (uint256 count) {
        return _validators.length;
    }

    /// @notice The validators in the order in which they registered.
    /// @param index from 0
    /// @return validator its address
    function validatorAt(uint256 index) external view returns (address validator) {
        uint256 count = _validators.length;
        if (index >= count) revert ValidatorUnknown(index, count);
        return _validators[index];
    }

    /// @notice A validator and its pools; zeros where the account is no validator.
    /// @param validator the validator
    /// @return pool the validator and its pools
    function validatorOf(address validator) external view returns (Validator memory pool) {
        return _pools[validator];
    }

    /// @notice The commission of a validator now.
    /// @param validator the validator
    /// @return commissionBasisPoints its commission
    function commissionOf(address validator) external view returns (uint16 commissionBasisPoints) {
        return _commission(_pools[validator]);
    }

    /// @notice The weight of a validator in consensus: all that is bonded to it while it is active, else 0.
    /// @param validator the validator
    /// @return amount units of 10^-8 MED
    function powerOf(address validator) external view returns (uint256 amount) {
        return isActive(validator) ? _pools[validator].bonded : 0;
    }

    /// @notice What an account has unbonded from a validator and not withdrawn.
    /// @param validator the validator
    /// @param account the account
    /// @return amount what it is worth now, units of 10^-8 MED
    /// @return readyAt when it can be withdrawn, Unix seconds
    function unbondingOf(address validator, address account) external view returns (uint256 amount, uint40 readyAt) {
        Release storage release = _unbondings[validator][account];
        Validator storage pool = _pools[validator];
        return (_worth(release.quantity, pool.unbonding, pool.unbondingShares), release.readyAt);
    }

    /// @notice What an account has bonded to a validator.
    /// @param validator the validator
    /// @param account the account
    /// @return amount what it is worth now, units of 10^-8 MED
    /// @return poolShares the shares of the validator's pool
    function bondOf(address validator, address account) public view returns (uint256 amount, uint256 poolShares) {
        Validator storage pool = _pools[validator];
        poolShares = _bonds[validator][account];
        amount = _worth(poolShares, pool.bonded, pool.bondedShares);
    }

    /// @notice Whether a validator takes part in consensus: registered, not jailed, and with enough of its own.
    /// @param validator the validator
    /// @return active whether it does
    function isActive(address validator) public view returns (bool active) {
        (uint256 own,) = bondOf(validator, validator);
        return own >= OWN_MINIMUM && block.timestamp >= _pools[validator].jailedUntil;
    }

    /// @notice The clock of votes: Unix seconds.
    /// @return time the time of this block
    function clock() public view override returns (uint48 time) {
        return Time.timestamp();
    }

    /// @notice The clock of votes in the form of ERC-6372.
    /// @return mode "mode=timestamp"
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory mode) {
        return "mode=timestamp";
    }

    /// @dev A vote a unit that is locked.
    function _getVotingUnits(address account) internal view override returns (uint256) {
        return _locked[account];
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

    /// @dev Add shares for at most `amount`, and take exactly what they cost: rounded up, so that no other bond pays.
    function _bond(address validator, Validator storage pool, address account, uint256 amount)
        private
        returns (uint256 poolShares)
    {
        if (amount == 0) revert AmountZero();
        (uint256 bonded, uint256 bondedShares) = (pool.bonded, pool.bondedShares);
        poolShares = _sharesFor(amount, bonded, bondedShares);
        if (poolShares == 0) revert BondTooSmall(amount, Math.ceilDiv(bonded, bondedShares));
        uint256 cost = bondedShares == 0
            ? amount
            : Math.mulDiv(poolShares, bonded, bondedShares, Math.Rounding.Ceil);
        pool.bonded = (bonded + cost).toUint128();
        pool.bondedShares = (bondedShares + poolShares).toUint128();
        _bonds[validator][account] += poolShares;
        emit Bonded(validator, account, cost, poolShares);
        _receive(account, cost);
    }

    /// @dev Put more on its way out, all of it from now on. Returns when it is ready.
    function _release(Release storage release, uint256 quantity, uint40 period) private returns (uint40 readyAt) {
        readyAt = uint40(block.timestamp) + period;
        (release.quantity, release.readyAt) = (release.quantity + quantity.toUint128(), readyAt);
    }

    /// @dev Take all that was on its way out. Returns how much it was.
    function _takeReleased(Release storage release, address account) private returns (uint256 quantity) {
        quantity = release.quantity;
        if (quantity == 0) revert NothingToWithdraw(account);
        if (block.timestamp < release.readyAt) revert NotReady(release.readyAt, block.timestamp);
        (release.quantity, release.readyAt) = (0, 0);
    }

    function _receive(address account, uint256 amount) private {
        _owed += amount;
        TOKEN.safeTransferFrom(account, address(this), amount);
    }

    function _pay(address account, uint256 amount) private {
        _owed -= amount;
        TOKEN.safeTransfer(account, amount);
    }

    function _validator(address validator) private view returns (Validator storage pool) {
        pool = _pools[validator];
        if (pool.registeredAt == 0) revert NotValidator(validator);
    }

    function _commission(Validator storage pool) private view returns (uint16) {
        return block.timestamp < pool.nextCommissionAt ? pool.commissionBasisPoints : pool.nextCommissionBasisPoints;
    }

    function _checkCommission(uint16 commissionBasisPoints) private view {
        if (commissionBasisPoints < MINIMUM_COMMISSION || commissionBasisPoints > WHOLE_BASIS_POINTS) {
            revert CommissionOutOfRange(commissionBasisPoints, MINIMUM_COMMISSION);
        }
    }

    /// @dev What shares of a pool are worth, rounded down; the last share is worth the whole pool.
    function _worth(uint256 poolShares, uint256 total, uint256 totalShares) private pure returns (uint256) {
        return totalShares == 0 ? 0 : Math.mulDiv(poolShares, total, totalShares);
    }

    /// @dev The shares that `amount` pays for, rounded down; the first ones cost a unit each.
    function _sharesFor(uint256 amount, uint256 total, uint256 totalShares) private pure returns (uint256) {
        return totalShares == 0 ? amount : Math.mulDiv(amount, totalShares, total);
    }
}
