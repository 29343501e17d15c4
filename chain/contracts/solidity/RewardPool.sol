// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {CheckIn} from "./CheckIn.sol";
import {IdentityRegistry} from "./IdentityRegistry.sol";
import {MedToken} from "./MedToken.sol";
import {RecordRegistry} from "./RecordRegistry.sol";

/// @title Medi Points for visits, converted to MED each epoch
/// @notice A visit whose check-in and record agree earns points for its patient and its provider. When an epoch is
/// over, its emission is minted and shared: an account is paid floor(budget · its points / all points).
/// @dev Rounding never mints: what the floors leave over, and the budget of an epoch without points, is carried to
/// the next epoch that is closed. The pool holds exactly what it owes and carries. Only the visit's provider asks
/// for a credit: a check-in does not name its record, and a stranger could pair one visit's with another's. Closing
/// and settling depend on the clock, not on their sender.
///
/// An account has two tallies, one for even and one for odd epochs, so that storage does not grow with time and a
/// credit writes used slots. Points left unpaid for two epochs are paid when their tally is needed again, for which
/// their epoch must be closed.
contract RewardPool is ERC2771Context {
    using SafeCast for uint256;
    using SafeERC20 for MedToken;

    /// @notice Only the provider of the check-in may have it credited.
    error NotTheProvider(address caller, address provider);
    /// @notice An epoch must last at least a second.
    error EpochLengthZero();
    /// @notice The first epoch has not begun.
    error EpochsNotStarted(uint256 time, uint40 firstEpochStart);
    /// @notice Epochs are closed in order.
    error EpochNotNext(uint32 epoch, uint32 next);
    /// @notice The epoch lasts until `end` (Unix seconds).
    error EpochNotOver(uint32 epoch, uint256 end);
    /// @notice The epoch has not been closed.
    error EpochNotClosed(uint32 epoch);

    /// @notice The terms, fixed for good.
    /// @param firstEpochStart when epoch 0 begins, Unix seconds
    /// @param epochLength the length of an epoch in seconds
    /// @param yearlyRate emission a year in thousandths of a percent of the supply at the emission year's start
    /// @param patientPoints points to the patient of a credited visit
    /// @param providerPoints points to the provider of a credited visit
    struct Terms {
        uint40 firstEpochStart;
        uint40 epochLength;
        uint32 yearlyRate;
        uint32 patientPoints;
        uint32 providerPoints;
    }

    /// @notice The account of one epoch. Amounts are in units of 10^-8 MED, 0 until the epoch is closed.
    /// @param points all points of the epoch
    /// @param unsettled points whose accounts have not been paid, counted from closing
    /// @param paid what has been paid out
    /// @param budget what is shared out
    struct Epoch {
        uint64 points;
        uint64 unsettled;
        uint128 paid;
        uint128 budget;
    }

    /// @dev One storage slot: points earned in `epoch` and not paid for.
    struct Tally {
        uint32 epoch;
        uint64 points;
    }

    /// @notice Thousandths of a percent in the whole.
    uint256 public constant RATE_SCALE = 100_000;
    /// @notice An emission year, in seconds.
    uint256 public constant YEAR = 365 days;

    /// @notice The token that is minted and paid.
    MedToken public immutable TOKEN;
    /// @notice Where check-ins are recorded.
    CheckIn public immutable CHECK_IN;
    /// @notice Where records are anchored.
    RecordRegistry public immutable RECORDS;
    /// @notice When epoch 0 begins, Unix seconds.
    uint40 public immutable FIRST_EPOCH_START;
    /// @notice The length of an epoch in seconds.
    uint40 public immutable EPOCH_LENGTH;
    /// @notice Emission a year, thousandths of a percent.
    uint32 public immutable YEARLY_RATE;
    /// @notice Points to the patient of a credited visit.
    uint32 public immutable PATIENT_POINTS;
    /// @notice Points to the provider of a credited visit.
    uint32 public immutable PROVIDER_POINTS;

    /// @notice The epoch that is closed next.
    uint32 public nextEpoch;
    /// @notice The emission year whose supply is noted, counted from 0.
    uint32 public emissionYear;
    /// @notice The supply (units of 10^-8 MED) on which this emission year's emission is reckoned.
    uint128 public yearSupply;
    /// @notice Units of 10^-8 MED that the next epoch's budget starts with.
    uint256 public carried;

    mapping(uint32 epoch => Epoch) private _epochs;
    mapping(address account => Tally[2]) private _tallies;

    /// @notice `account` earned `points` in `epoch` for its part, `role`, in a visit.
    event Credited(
        uint32 indexed epoch,
        address indexed account,
        IdentityRegistry.Role role,
        uint64 points,
        bytes32 checkInId
    );
    /// @notice `epoch` was closed: `emission` was minted, `budget` (with what was carried) is shared among `points`.
    event EpochClosed(uint32 indexed epoch, uint64 points, uint256 emission, uint256 budget);
    /// @notice `account` was paid `amount` for its `points` of `epoch`.
    event Paid(uint32 indexed epoch, address indexed account, uint64 points, uint256 amount);
    /// @notice `epoch` is fully settled and left `amount` over for the next budget.
    event DustCarried(uint32 indexed epoch, uint256 amount);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED, on which this contract holds the minter's role
    /// @param checkIn the registry of check-ins, which trusts this contract
    /// @param records the registry of records, which trusts this contract
    /// @param terms the terms, fixed for good
    constructor(
        address forwarder,
        MedToken token,
        CheckIn checkIn,
        RecordRegistry records,
        Terms memory terms
    ) ERC2771Context(forwarder) {
        if (terms.epochLength == 0) revert EpochLengthZero();
        TOKEN = token;
        CHECK_IN = checkIn;
        RECORDS = records;
        FIRST_EPOCH_START = terms.firstEpochStart;
        EPOCH_LENGTH = terms.epochLength;
        YEARLY_RATE = terms.yearlyRate;
        PATIENT_POINTS = terms.patientPoints;
        PROVIDER_POINTS = terms.providerPoints;
    }

    /// @notice Credit a visit, once, in the epoch of this block. The check-in and the record must be by the same
    /// provider for the same patient, and neither credited before. The sender is that provider.
    /// @param codeHash the struct hash of the check-in's code
    /// @param patient the patient
    /// @param root the root of the visit's record
    function credit(bytes32 codeHash, address patient, bytes32 root) external {
        uint32 epoch = currentEpoch();
        bytes32 checkInId = keccak256(abi.encode(codeHash, patient));
        address provider = CHECK_IN.markCredited(checkInId);
        if (_msgSender() != provider) revert NotTheProvider(_msgSender(), provider);
        RECORDS.markCredited(root, provider, patient);
        _epochs[epoch].points += uint64(PATIENT_POINTS) + PROVIDER_POINTS;
        uint256 owedToPatient = _earn(epoch, patient, PATIENT_POINTS);
        uint256 owedToProvider = _earn(epoch, provider, PROVIDER_POINTS);
        emit Credited(epoch, patient, IdentityRegistry.Role.Patient, PATIENT_POINTS, checkInId);
        emit Credited(epoch, provider, IdentityRegistry.Role.Provider, PROVIDER_POINTS, checkInId);
        _pay(patient, owedToPatient);
        _pay(provider, owedToProvider);
    }

    /// @notice Close the next epoch once it is over: mint its emission and fix its budget. Callable by anyone.
    /// @param epoch the epoch, which must be `nextEpoch`
    function closeEpoch(uint32 epoch) external {
        if (epoch != nextEpoch) revert EpochNotNext(epoch, nextEpoch);
        uint256 end = epochStart(epoch) + EPOCH_LENGTH;
        if (block.timestamp < end) revert EpochNotOver(epoch, end);
        nextEpoch = epoch + 1;
        uint256 emission = _noteYearAndReckonEmission(epoch);
        uint256 budget = emission + carried;
        Epoch storage closed = _epochs[epoch];
        closed.unsettled = closed.points;
        closed.budget = budget.toUint128();
        carried = 0;
        emit EpochClosed(epoch, closed.points, emission, budget);
        if (closed.points == 0) _carry(epoch, budget);
        TOKEN.mint(address(this), emission);
    }

    /// @notice Pay accounts for their points of a closed epoch. Callable by anyone, in any order and in parts.
    /// @dev An account without unpaid points is passed over, so that nobody can spoil a batch by settling one of its
    /// accounts first.
    /// @param epoch a closed epoch
    /// @param accounts the accounts
    /// @return total what was paid, in units of 10^-8 MED
    function settle(uint32 epoch, address[] calldata accounts) external returns (uint256 total) {
        if (epoch >= nextEpoch) revert EpochNotClosed(epoch);
        Epoch memory book = _epochs[epoch];
        uint256[] memory amounts = new uint256[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            Tally storage tally = _tallies[accounts[i]][epoch % 2];
            if (tally.epoch != epoch || tally.points == 0) continue;
            amounts[i] = _book(epoch, book, accounts[i], tally);
            total += amounts[i];
        }
        _epochs[epoch] = book;
        for (uint256 i = 0; i < accounts.length; ++i) {
            _pay(accounts[i], amounts[i]);
        }
    }

    /// @notice The account of an epoch.
    function epochOf(uint32 epoch) external view returns (Epoch memory) {
        return _epochs[epoch];
    }

    /// @notice The points that an account has earned in an epoch and not been paid for.
    function pointsOf(uint32 epoch, address account) external view returns (uint64) {
        Tally storage tally = _tallies[account][epoch % 2];
        return tally.epoch == epoch ? tally.points : 0;
    }

    /// @notice The epoch of this block.
    function currentEpoch() public view returns (uint32) {
        if (block.timestamp < FIRST_EPOCH_START) revert EpochsNotStarted(block.timestamp, FIRST_EPOCH_START);
        return uint32((block.timestamp - FIRST_EPOCH_START) / EPOCH_LENGTH);
    }

    /// @notice When an epoch begins, Unix seconds.
    function epochStart(uint32 epoch) public view returns (uint256) {
        return FIRST_EPOCH_START + uint256(epoch) * EPOCH_LENGTH;
    }

    /// @dev An epoch belongs to the emission year in which it begins. The year's supply is that of the moment when
    /// the year's first epoch is closed, before its emission. Returns the epoch's emission, rounded down.
    function _noteYearAndReckonEmission(uint32 epoch) private returns (uint256) {
        uint32 year = uint32(uint256(epoch) * EPOCH_LENGTH / YEAR);
        if (epoch == 0 || year != emissionYear) {
            emissionYear = year;
            yearSupply = TOKEN.totalSupply().toUint128();
        }
        return uint256(yearSupply) * YEARLY_RATE * EPOCH_LENGTH / (RATE_SCALE * YEAR);
    }

    /// @dev Add points to an account's tally of `epoch`. Returns what is owed for points left in it by an earlier one.
    function _earn(uint32 epoch, address account, uint64 points) private returns (uint256 owed) {
        Tally storage tally = _tallies[account][epoch % 2];
        (uint32 earlier, uint64 before) = (tally.epoch, tally.points);
        if (earlier == epoch) {
            tally.points = before + points;
            return 0;
        }
        if (before != 0) owed = _settleAlone(earlier, account, tally);
        (tally.epoch, tally.points) = (epoch, points);
    }

    /// @dev Book one account's settlement of a closed epoch. Returns the amount to transfer.
    function _settleAlone(uint32 epoch, address account, Tally storage tally) private returns (uint256 amount) {
        if (epoch >= nextEpoch) revert EpochNotClosed(epoch);
        Epoch memory book = _epochs[epoch];
        amount = _book(epoch, book, account, tally);
        _epochs[epoch] = book;
    }

    /// @dev Take an account's points off its tally and book their payment in `book`, which the caller stores. The
    /// epoch's last payment frees what the floors left over.
    function _book(uint32 epoch, Epoch memory book, address account, Tally storage tally)
        private
        returns (uint256 amount)
    {
        uint64 points = tally.points;
        tally.points = 0;
        amount = uint256(book.budget) * points / book.points;
        book.unsettled -= points;
        book.paid += amount.toUint128();
        emit Paid(epoch, account, points, amount);
        if (book.unsettled == 0) _carry(epoch, book.budget - book.paid);
    }

    /// @dev Transfer what is owed, if anything.
    function _pay(address account, uint256 amount) private {
        if (amount != 0) TOKEN.safeTransfer(account, amount);
    }

    /// @dev Carry what `epoch` left over to the next budget.
    function _carry(uint32 epoch, uint256 amount) private {
        carried += amount;
        emit DustCarried(epoch, amount);
    }
}
