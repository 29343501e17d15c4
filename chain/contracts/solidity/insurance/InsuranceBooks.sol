// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {Offices} from "../Offices.sol";
import {Signature} from "../Signatures.sol";

/// @title The insurers' books: what each has put up, what of it is promised, and who may speak for whom
/// @notice Every unit of MED here stands in exactly one insurer's book, either free (`reserve`) or set aside for a claim
/// (`held`). The sum over all books is `obligations()`, and the contract holds at least that.
/// @dev Each insurer's money is its own: nothing that one owes is ever paid from another's book. Books, products and
/// policies are kept under a person's first key, so that they outlive a lost one; the present key speaks for them.
abstract contract InsuranceBooks is Offices, ERC2771Context, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @notice Only the insurer whose product it is may do this.
    /// @param caller who called
    /// @param insurer whose product it is
    error NotTheInsurer(address caller, address insurer);
    /// @notice The account is no insurer in standing.
    /// @param account the account: a caller, or the present key of an insurer
    error InsurerNotActive(address account);
    /// @notice The reserve does not reach: for a new policy, or for what is to be taken out beside what is required.
    /// @param insurer the insurer
    /// @param reserve what its reserve holds, units of 10^-8 MED
    /// @param required what it would have to hold, units of 10^-8 MED
    error ReserveTooSmall(address insurer, uint256 reserve, uint256 required);
    /// @notice An amount of zero moves nothing.
    error AmountZero();
    /// @notice The contract's terms are unusable: without a filing or a second for the arbiter no claim could be decided,
    /// and with too long a shortest appeal term no product offered.
    error TermsInvalid();

    /// @notice What holds for every insurer, fixed for good.
    /// @param reserveBasisPoints the share of its exposure that an insurer keeps in reserve, basis points
    /// @param maximumFilings how often one record may be filed under one policy, refusals counted
    /// @param arbitrationSeconds how long the arbiter has for an appeal
    /// @param maximumReviewSeconds the longest review term that a product may have
    /// @param minimumAppealSeconds the shortest appeal term that a product may have
    struct Terms {
        uint16 reserveBasisPoints;
        uint8 maximumFilings;
        uint32 arbitrationSeconds;
        uint32 maximumReviewSeconds;
        uint32 minimumAppealSeconds;
    }

    /// @notice One insurer's book, in units of 10^-8 MED.
    /// @param reserve what is there and not set aside for a claim
    /// @param held what is set aside for claims
    /// @param exposure the most that live policies may still cost, claims that are open not counted
    /// @param unfunded what claims may cost beyond what is held for them, and refunds that are not paid: the insurer's
    /// debt
    struct Book {
        uint128 reserve;
        uint128 held;
        uint128 exposure;
        uint128 unfunded;
    }

    /// @notice A permit of MED in place of an allowance given beforehand.
    /// @param deadline the last second (Unix) at which it is good; 0 where there is none
    /// @param signature of whoever pays, over MED's permit to this contract for exactly the amount that is due
    struct Permit {
        uint256 deadline;
        Signature signature;
    }

    /// @notice The role that decides appeals and proves fraud; granted by the admin.
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");
    /// @notice Basis points in the whole.
    uint256 public constant BASIS_POINTS = 10_000;

    /// @notice The token of premiums and claims.
    IERC20 public immutable TOKEN;
    /// @notice The share of its exposure that an insurer keeps in reserve, basis points.
    uint16 public immutable RESERVE_BASIS_POINTS;

    /// @notice All MED held for insurers and claimants, units of 10^-8 MED: the reserves and what is held for claims.
    uint256 public obligations;

    mapping(address insurer => Book) private _books;

    /// @notice `payer` added to an insurer's reserve.
    /// @param insurer the insurer
    /// @param payer who paid
    /// @param amount units of 10^-8 MED
    event Deposited(address indexed insurer, address indexed payer, uint256 amount);
    /// @notice An insurer took back what its reserve holds beyond what is required.
    /// @param insurer the insurer
    /// @param to the insurer's present key, which was paid
    /// @param amount units of 10^-8 MED
    event Withdrawn(address indexed insurer, address indexed to, uint256 amount);

    /// @param admin who grants and revokes `ARBITER_ROLE`
    /// @param arbiters who holds `ARBITER_ROLE` from the start
    /// @param token MED
    /// @param identity the registry of people
    /// @param reserveBasisPoints the share of its exposure that an insurer keeps in reserve, basis points
    constructor(
        address admin,
        address[] memory arbiters,
        IERC20 token,
        IIdentityRegistry identity,
        uint16 reserveBasisPoints
    ) Offices(identity) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        for (uint256 i = 0; i < arbiters.length; ++i) {
            _grantRole(ARBITER_ROLE, arbiters[i]);
        }
        TOKEN = token;
        RESERVE_BASIS_POINTS = reserveBasisPoints;
    }

    /// @notice Add to an insurer's reserve. Anyone may, for an insurer in standing; nobody but the insurer gets it back.
    /// @param insurer the insurer, by any of its keys
    /// @param amount units of 10^-8 MED
    /// @param permit the sender's permit, or none
    function deposit(address insurer, uint256 amount, Permit calldata permit) external nonReentrant {
        if (amount == 0) revert AmountZero();
        insurer = _personOf(insurer);
        _requireActiveInsurer(insurer);
        emit Deposited(insurer, _msgSender(), amount);
        _takeIn(insurer, amount, permit);
    }

    /// @notice Take back from the sender's reserve what is not required of it. Only an insurer may.
    /// @param amount units of 10^-8 MED
    function withdraw(uint256 amount) external nonReentrant {
        if (amount == 0) revert AmountZero();
        address insurer = _callingInsurer();
        _requireReserve(insurer, amount);
        _books[insurer].reserve -= uint128(amount);
        emit Withdrawn(insurer, _msgSender(), amount);
        _pay(_msgSender(), amount);
    }

    /// @notice An insurer's book.
    /// @param insurer the insurer, by its first key
    /// @return its book, in units of 10^-8 MED
    function bookOf(address insurer) external view returns (Book memory) {
        return _books[insurer];
    }

    /// @notice What an insurer's reserve must hold before it may sell a policy or take anything back: its share of the
    /// exposure, rounded up, and its debts.
    /// @param insurer the insurer, by its first key
    /// @return required units of 10^-8 MED
    function requiredReserve(address insurer) public view returns (uint256 required) {
        return _required(_books[insurer]);
    }

    /// @dev Count what a policy may still cost.
    function _addExposure(address insurer, uint256 amount) internal {
        Book storage book = _books[insurer];
        book.exposure = (book.exposure + amount).toUint128();
    }

    /// @dev Count no longer what a policy may cost.
    function _dropExposure(address insurer, uint256 amount) internal {
        _books[insurer].exposure -= uint128(amount);
    }

    /// @dev Collect from the sender into a reserve: only MED that there is comes in. A permit that somebody else has used up is no reason to refuse: the
    /// allowance that it gave is there.
    function _takeIn(address insurer, uint256 amount, Permit calldata permit) internal {
        _books[insurer].reserve += uint128(amount);
        obligations += amount;
        address payer = _msgSender();
        if (permit.deadline != 0) {
            uint8 v = 27 + uint8(uint256(permit.signature.vs) >> 255);
            bytes32 s = permit.signature.vs & bytes32(type(uint256).max >> 1);
            try IERC20Permit(address(TOKEN)).permit(
                payer, address(this), amount, permit.deadline, v, permit.signature.r, s
            ) {} catch {}
        }
        TOKEN.safeTransferFrom(payer, address(this), amount);
    }

    /// @dev Rebook one claim or refund: give back what was held for it, pay `due` as far as the reserve reaches, and hold
    /// what it may cost beyond, again as far as the reserve reaches. What is not covered is the insurer's debt. What
    /// comes last is paid only out of what the reserve has beyond `later`, its share of the exposure and all other debt,
    /// and nothing is held for it, so that an insurer cannot give away what others rely on.
    /// @param insurer the insurer
    /// @param heldBefore what was held for it
    /// @param unfundedBefore what was lacking for it
    /// @param due what is to be paid now
    /// @param later what it may cost after that
    /// @param comesLast whether what is due comes last
    /// @return payment what is paid now; the caller transfers it with `_pay`
    /// @return heldAfter what is held for it from now on
    function _rebook(
        address insurer,
        uint256 heldBefore,
        uint256 unfundedBefore,
        uint256 due,
        uint256 later,
        bool comesLast
    ) internal returns (uint256 payment, uint256 heldAfter) {
        Book memory book = _books[insurer];
        uint256 free = book.reserve + heldBefore;
        book.unfunded -= uint128(unfundedBefore);
        payment = Math.min(due, comesLast ? Math.saturatingSub(free, _required(book) + later) : free);
        free -= payment;
        due -= payment;
        heldAfter = Math.min(comesLast ? later : due + later, free);
        Book storage stored = _books[insurer];
        (stored.reserve, stored.held) = (uint128(free - heldAfter), uint128(book.held - heldBefore + heldAfter));
        stored.unfunded = (book.unfunded + due + later - heldAfter).toUint128();
    }

    /// @dev Let MED leave the contract. All state has been written before.
    function _pay(address to, uint256 amount) internal {
        if (amount == 0) return;
        obligations -= amount;
        TOKEN.safeTransfer(to, amount);
    }

    /// @dev The reserve covers what is required of the insurer, and `amount` beside it.
    function _requireReserve(address insurer, uint256 amount) internal view {
        uint256 required = requiredReserve(insurer) + amount;
        uint256 reserve = _books[insurer].reserve;
        if (reserve < required) revert ReserveTooSmall(insurer, reserve, required);
    }

    /// @dev The sender as an insurer: its first key. It is in standing, by its present key.
    function _callingInsurer() internal view returns (address insurer) {
        address caller = _msgSender();
        _requireActiveInsurerKey(caller);
        return _personOf(caller);
    }

    /// @dev The sender is this insurer.
    function _requireInsurer(address insurer) internal view {
        if (_callingInsurer() != insurer) revert NotTheInsurer(_msgSender(), insurer);
    }

    /// @dev The insurer, by its present key, is in standing.
    function _requireActiveInsurer(address insurer) internal view {
        _requireActiveInsurerKey(_keyOf(insurer));
    }

    /// @dev The first key of a person, of any of its keys.
    function _personOf(address account) internal view returns (address person) {
        return IDENTITY.personOf(account);
    }

    /// @dev The present key of a person, of any of its keys.
    function _keyOf(address account) internal view returns (address key) {
        return IDENTITY.currentKeyOf(account);
    }

    /// @dev A key speaks for an insurer in standing.
    function _requireActiveInsurerKey(address key) private view {
        if (!IDENTITY.isActive(key, IIdentityRegistry.Role.Insurer)) revert InsurerNotActive(key);
    }

    /// @dev What a book's reserve must hold: its share of the exposure, and all debt in the book.
    function _required(Book memory book) private view returns (uint256) {
        return Math.ceilDiv(uint256(book.exposure) * RESERVE_BASIS_POINTS, BASIS_POINTS) + book.unfunded;
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
}
