// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";

/// @title Fee delegation
/// @notice Patients hold no native coin: they sign a request, and somebody else sends it. Whoever sends it with `execute`
/// pays the fee itself. With `executeSponsored` a sponsor pays it back from what it deposited here, within its limits.
/// @dev Every contract of the system trusts this forwarder, and no other, for good.
/// Anyone may relay, so a sponsor must fear relayers and authors that work together. What limits them: the requests are
/// signed; authors are people the sponsor has listed, or active accounts of the registry; targets are contracts that the
/// sponsor has listed, or the system's; and there is a ceiling on the gas price, on a request's whole gas, and on what an
/// author and what all authors may cost a day. A relayer is paid back at most what it paid. Two things no contract can see:
/// a block producer that relays earns the fee itself, so the ceiling belongs near the usual price; and a call that clears
/// storage is given back up to a fifth of its gas after it ends, which its relayer keeps.
/// No guard against reentrance is needed: the most that a request may cost is taken from deposit and budgets before the
/// call and what is left is given back after it, so that whoever calls from inside finds books that already agree; and
/// relayers are no contracts, so that no sponsored request runs inside another.
contract Forwarder is ERC2771Forwarder {
    /// @notice Nothing was sent along that could be deposited.
    error NothingDeposited();
    /// @notice Only an account that signs transactions relays for a sponsor, one request a transaction.
    /// @param relayer the contract that called
    error RelayerIsContract(address relayer);
    /// @notice A sponsor pays fees, not what a request sends along.
    /// @param valueWei what the request sends along
    error ValueNotSponsored(uint256 valueWei);
    /// @notice The calldata is longer or shorter than the request: somebody would pay for what nobody signed.
    /// @param length bytes that were sent
    /// @param expected bytes that the request takes
    error CalldataLengthWrong(uint256 length, uint256 expected);
    /// @notice The sponsor does not pay for calls of this contract.
    /// @param sponsor the sponsor
    /// @param target the contract that the request calls
    error TargetNotSponsored(address sponsor, address target);
    /// @notice The sponsor does not pay for this author: not listed, not registered, suspended, or its key was replaced.
    /// @param sponsor the sponsor
    /// @param author who signed the request
    error AuthorNotSponsored(address sponsor, address author);
    /// @notice The request may take more gas than the sponsor allows.
    /// @param neededGas the most that it may take, with all that surrounds it
    /// @param requestGas what the sponsor allows
    error RequestGasAboveLimit(uint256 neededGas, uint256 requestGas);
    /// @notice The author has had all its requests of today sent at this sponsor's cost.
    /// @param sponsor the sponsor
    /// @param author who signed the request
    /// @param authorDayRequests how many it may have sent a day
    error AuthorRequestsUsedUp(address sponsor, address author, uint256 authorDayRequests);
    /// @notice The request may cost more than is left of the author's budget of today.
    /// @param sponsor the sponsor
    /// @param author who signed the request
    /// @param neededWei the most that it may cost
    /// @param leftWei what is left
    error AuthorBudgetUsedUp(address sponsor, address author, uint256 neededWei, uint256 leftWei);
    /// @notice The request may cost more than is left of the sponsor's budget of today.
    /// @param sponsor the sponsor
    /// @param neededWei the most that it may cost
    /// @param leftWei what is left
    error DayBudgetUsedUp(address sponsor, uint256 neededWei, uint256 leftWei);
    /// @notice The sponsor's deposit is too small.
    /// @param sponsor the sponsor
    /// @param neededWei what is asked of it
    /// @param depositWei what it holds
    error DepositTooSmall(address sponsor, uint256 neededWei, uint256 depositWei);

    /// @notice What a sponsor pays for. All zero: nothing.
    /// @param gasPriceCeilingWei the highest gas price that is paid back, wei
    /// @param requestGas the most gas that a whole transaction with one request may take
    /// @param authorDayRequests how many requests an author may have sent a day (UTC)
    /// @param openToRegistered whether every active account of the registry is an author, not only the listed
    /// @param allSystemTargets whether every contract of the system may be called, not only the listed
    /// @param authorDayWei the most that an author may cost a day (UTC), wei
    /// @param dayWei the most that all authors together may cost a day (UTC), wei
    struct Limits {
        uint64 gasPriceCeilingWei;
        uint32 requestGas;
        uint16 authorDayRequests;
        bool openToRegistered;
        bool allSystemTargets;
        uint128 authorDayWei;
        uint96 dayWei;
    }

    /// @dev A sponsor's money in one storage slot: what it holds, and what it has spent on `day` (days since 1970).
    struct Purse {
        uint128 depositWei;
        uint96 spentWei;
        uint32 day;
    }

    /// @dev What an author has cost a sponsor on `day` (days since 1970), in one storage slot.
    struct Use {
        uint32 day;
        uint16 requests;
        uint128 spentWei;
    }

    /// @dev What a transaction costs before its first instruction: 21,000, and 4 or 16 a byte of calldata (EIP-2028).
    uint256 private constant _TRANSACTION_GAS = 21_000;
    uint256 private constant _ZERO_BYTE_GAS = 4;
    uint256 private constant _NONZERO_BYTE_EXTRA_GAS = 12;
    /// @dev Measured: what `executeSponsored` takes before it looks at the gas for the first time and after it has looked
    /// for the last time: dispatch, settling, the refund's transfer and the event. Rounded down, so that no relayer gains.
    uint256 private constant _UNSEEN_GAS = 11_800;
    /// @dev Above what the checks around a request take; what grows with its length is covered by its calldata's gas.
    uint256 private constant _HANDLING_GAS = 100_000;
    /// @dev The bytes of a call of `executeSponsored` beside the request's data: selector, sponsor, the request's
    /// seven members and two lengths and an offset, and a signature of 65 bytes.
    uint256 private constant _FRAME_BYTES = 4 + 32 * (1 + 1 + 7 + 2 + 3);
    /// @dev A one in every byte.
    uint256 private constant _ONES = type(uint256).max / 255;

    /// @notice Where it is kept who is registered, suspended or retired.
    /// @return identity the registry
    IIdentityRegistry public immutable IDENTITY;

    mapping(address target => bool) private _isSystemTarget;
    mapping(address sponsor => Limits) private _limits;
    mapping(address sponsor => Purse) private _purses;
    mapping(address sponsor => mapping(address target => bool)) private _isTarget;
    mapping(address sponsor => mapping(address author => bool)) private _isAuthor;
    mapping(address sponsor => mapping(address author => Use)) private _uses;

    /// @notice `payer` added to what `sponsor` holds here.
    /// @param sponsor the sponsor
    /// @param payer who sent it
    /// @param valueWei how much
    event Deposited(address indexed sponsor, address indexed payer, uint256 valueWei);
    /// @notice `sponsor` took back some of what it holds here.
    /// @param sponsor the sponsor
    /// @param valueWei how much
    event Withdrawn(address indexed sponsor, uint256 valueWei);
    /// @notice `sponsor` changed what it pays for.
    /// @param sponsor the sponsor
    /// @param limits its limits from now on
    event LimitsSet(address indexed sponsor, Limits limits);
    /// @notice `sponsor` pays, or no longer pays, for calls of these contracts.
    /// @param sponsor the sponsor
    /// @param targets the contracts
    /// @param sponsored whether it pays
    event TargetsSet(address indexed sponsor, address[] targets, bool sponsored);
    /// @notice `sponsor` pays, or no longer pays, for these authors.
    /// @param sponsor the sponsor
    /// @param authors the authors
    /// @param sponsored whether it pays
    event AuthorsSet(address indexed sponsor, address[] authors, bool sponsored);
    /// @notice A request was sent at a sponsor's cost.
    /// @param sponsor who paid
    /// @param author who signed the request
    /// @param relayer who sent it and was paid back
    /// @param refundWei what it was paid back
    /// @param success whether the call that was asked for succeeded
    event Sponsored(
        address indexed sponsor, address indexed author, address indexed relayer, uint256 refundWei, bool success
    );

    /// @notice Fix the EIP-712 domain, name "MedSim Forwarder", version "1".
    /// @param identity the registry of people
    /// @param systemTargets the contracts that sponsors of the whole system pay for
    constructor(IIdentityRegistry identity, address[] memory systemTargets) ERC2771Forwarder("MedSim Forwarder") {
        IDENTITY = identity;
        for (uint256 i; i < systemTargets.length; ++i) {
            _isSystemTarget[systemTargets[i]] = true;
        }
    }

    /// @notice Add the value that is sent along to what `sponsor` holds here. Anyone may, for any sponsor.
    /// @param sponsor the sponsor
    function deposit(address sponsor) external payable {
        if (msg.value == 0) revert NothingDeposited();
        // There is less coin than 2^128 wei.
        _purses[sponsor].depositWei += uint128(msg.value);
        emit Deposited(sponsor, msg.sender, msg.value);
    }

    /// @notice Take back some of what the sender has deposited.
    /// @param valueWei how much
    function withdraw(uint256 valueWei) external {
        Purse storage purse = _purses[msg.sender];
        uint128 depositWei = purse.depositWei;
        if (valueWei > depositWei) revert DepositTooSmall(msg.sender, valueWei, depositWei);
        purse.depositWei = depositWei - uint128(valueWei);
        emit Withdrawn(msg.sender, valueWei);
        Address.sendValue(payable(msg.sender), valueWei);
    }

    /// @notice Set what the sender pays for. What has been spent today stays spent.
    /// @param limits its limits
    function setLimits(Limits calldata limits) external {
        _limits[msg.sender] = limits;
        emit LimitsSet(msg.sender, limits);
    }

    /// @notice List contracts whose calls the sender pays for, or strike them off.
    /// @param targets the contracts
    /// @param sponsored whether it pays for them
    function setTargets(address[] calldata targets, bool sponsored) external {
        for (uint256 i; i < targets.length; ++i) {
            _isTarget[msg.sender][targets[i]] = sponsored;
        }
        emit TargetsSet(msg.sender, targets, sponsored);
    }

    /// @notice List authors that the sender pays for, or strike them off. A patient who is to register needs this.
    /// @param authors the authors; they are paid for while they are not suspended and their key is not replaced
    /// @param sponsored whether it pays for them
    function setAuthors(address[] calldata authors, bool sponsored) external {
        for (uint256 i; i < authors.length; ++i) {
            _isAuthor[msg.sender][authors[i]] = sponsored;
        }
        emit AuthorsSet(msg.sender, authors, sponsored);
    }

    /// @notice Send a signed request at a sponsor's cost. The sender is paid back the gas that its transaction takes, at
    /// its gas price or the sponsor's ceiling, whichever is lower. A request that is not valid, or beyond a limit,
    /// reverts and costs the sponsor nothing. A call that fails inside is paid back too, and its request is used up.
    /// @param request what the author signed
    /// @param sponsor who pays
    /// @return success whether the call that was asked for succeeded
    function executeSponsored(ForwardRequestData calldata request, address sponsor)
        external
        returns (bool success)
    {
        uint256 gasAtStart = gasleft();
        if (msg.sender != tx.origin) revert RelayerIsContract(msg.sender);
        if (request.value != 0) revert ValueNotSponsored(request.value);
        uint256 calldataGas = _requireCalldata(request.data.length);
        Limits memory limits = _limits[sponsor];
        _requireParties(sponsor, limits, request);
        uint256 priceWei = Math.min(tx.gasprice, limits.gasPriceCeilingWei);
        uint256 neededGas = _TRANSACTION_GAS + _HANDLING_GAS + 2 * calldataGas + request.gas;
        if (neededGas > limits.requestGas) revert RequestGasAboveLimit(neededGas, limits.requestGas);
        uint256 reservedWei = neededGas * priceWei;
        _reserve(sponsor, request.from, limits, reservedWei);

        success = _execute(request, true);

        uint256 usedGas = _TRANSACTION_GAS + calldataGas + _UNSEEN_GAS + gasAtStart - gasleft();
        uint256 refundWei = Math.min(usedGas * priceWei, reservedWei);
        _release(sponsor, request.from, reservedWei - refundWei);
        emit Sponsored(sponsor, request.from, msg.sender, refundWei, success);
        Address.sendValue(payable(msg.sender), refundWei);
    }

    /// @notice What a sponsor holds here.
    /// @param sponsor the sponsor
    /// @return depositWei how much
    function depositOf(address sponsor) external view returns (uint256 depositWei) {
        return _purses[sponsor].depositWei;
    }

    /// @notice What a sponsor pays for.
    /// @param sponsor the sponsor
    /// @return limits its limits
    function limitsOf(address sponsor) external view returns (Limits memory limits) {
        return _limits[sponsor];
    }

    /// @notice Whether a sponsor pays for calls of a contract.
    /// @param sponsor the sponsor
    /// @param target the contract
    /// @return sponsored whether it is listed, or one of the system's where the sponsor pays for all of those
    function paysForTarget(address sponsor, address target) external view returns (bool sponsored) {
        return _paysForTarget(sponsor, _limits[sponsor].allSystemTargets, target);
    }

    /// @notice Whether a sponsor pays for an author now.
    /// @param sponsor the sponsor
    /// @param author who would sign
    /// @return sponsored whether it is listed, or registered where the sponsor pays for all who are; not while suspended
    function paysForAuthor(address sponsor, address author) external view returns (bool sponsored) {
        return _paysForAuthor(sponsor, _limits[sponsor].openToRegistered, author);
    }

    /// @notice What a sponsor has spent today (UTC).
    /// @param sponsor the sponsor
    /// @return spentWei how much
    function spentToday(address sponsor) external view returns (uint256 spentWei) {
        Purse storage purse = _purses[sponsor];
        return purse.day == _today() ? purse.spentWei : 0;
    }

    /// @notice What an author has cost a sponsor today (UTC).
    /// @param sponsor the sponsor
    /// @param author who signed
    /// @return requests how many requests
    /// @return spentWei what they cost
    function useToday(address sponsor, address author) external view returns (uint256 requests, uint256 spentWei) {
        Use storage use = _uses[sponsor][author];
        return use.day == _today() ? (use.requests, use.spentWei) : (0, 0);
    }

    /// @dev Take the most that a request may cost out of the deposit and both budgets of today, and count the request.
    function _reserve(address sponsor, address author, Limits memory limits, uint256 reservedWei) private {
        uint32 today = _today();
        Use memory use = _uses[sponsor][author];
        if (use.day != today) use = Use(today, 0, 0);
        if (use.requests >= limits.authorDayRequests) {
            revert AuthorRequestsUsedUp(sponsor, author, limits.authorDayRequests);
        }
        uint256 leftWei = Math.saturatingSub(limits.authorDayWei, use.spentWei);
        if (reservedWei > leftWei) revert AuthorBudgetUsedUp(sponsor, author, reservedWei, leftWei);
        Purse memory purse = _purses[sponsor];
        if (purse.day != today) (purse.day, purse.spentWei) = (today, 0);
        leftWei = Math.saturatingSub(limits.dayWei, purse.spentWei);
        if (reservedWei > leftWei) revert DayBudgetUsedUp(sponsor, reservedWei, leftWei);
        if (reservedWei > purse.depositWei) revert DepositTooSmall(sponsor, reservedWei, purse.depositWei);
        _uses[sponsor][author] = Use(today, use.requests + 1, use.spentWei + uint128(reservedWei));
        _purses[sponsor] =
            Purse(purse.depositWei - uint128(reservedWei), purse.spentWei + uint96(reservedWei), today);
    }

    /// @dev Give back what was reserved for a request and not spent on it.
    function _release(address sponsor, address author, uint256 unspentWei) private {
        _uses[sponsor][author].spentWei -= uint128(unspentWei);
        Purse storage purse = _purses[sponsor];
        (purse.depositWei, purse.spentWei) =
            (purse.depositWei + uint128(unspentWei), purse.spentWei - uint96(unspentWei));
    }

    /// @dev Revert unless the sponsor pays for the request's target and author.
    function _requireParties(address sponsor, Limits memory limits, ForwardRequestData calldata request)
        private
        view
    {
        if (!_paysForTarget(sponsor, limits.allSystemTargets, request.to)) {
            revert TargetNotSponsored(sponsor, request.to);
        }
        if (!_paysForAuthor(sponsor, limits.openToRegistered, request.from)) {
            revert AuthorNotSponsored(sponsor, request.from);
        }
    }

    function _paysForTarget(address sponsor, bool allSystemTargets, address target) private view returns (bool) {
        return (allSystemTargets && _isSystemTarget[target]) || _isTarget[sponsor][target];
    }

    /// @dev Whoever is suspended, or has replaced its key, is paid for by nobody; whoever is not registered yet only where
    /// the sponsor has listed it.
    function _paysForAuthor(address sponsor, bool openToRegistered, address author) private view returns (bool) {
        IIdentityRegistry.Standing standing = IDENTITY.accountStanding(author);
        if (standing == IIdentityRegistry.Standing.Active) return openToRegistered || _isAuthor[sponsor][author];
        return standing == IIdentityRegistry.Standing.Unknown && _isAuthor[sponsor][author];
    }

    /// @dev Days since 1970, UTC.
    function _today() private view returns (uint32) {
        return uint32(block.timestamp / 1 days);
    }

    /// @dev What the transaction's calldata costs. Reverts where it is not as long as the request, whose data has
    /// `dataBytes` bytes: what a relayer adds would be paid by the sponsor.
    function _requireCalldata(uint256 dataBytes) private pure returns (uint256 calldataGas) {
        uint256 expected = _FRAME_BYTES + Math.ceilDiv(dataBytes, 32) * 32;
        if (msg.data.length != expected) revert CalldataLengthWrong(msg.data.length, expected);
        uint256 nonzero;
        for (uint256 offset; offset < expected; offset += 32) {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(offset)
            }
            // Gather each byte's bits in its lowest, then add the bytes up in the highest one.
            word |= word >> 4;
            word |= word >> 2;
            word |= word >> 1;
            unchecked {
                nonzero += ((word & _ONES) * _ONES) >> 248;
            }
        }
        return _ZERO_BYTE_GAS * expected + _NONZERO_BYTE_EXTRA_GAS * nonzero;
    }
}
