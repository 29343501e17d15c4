// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IMedToken} from "./interfaces/IMedToken.sol";
import {ITokenLock} from "./interfaces/ITokenLock.sol";

/// @title The sale of MED: two presales and a main sale
/// @notice Each phase has its own time, price, bonus, minimum purchase, caps and lock. What a phase locks goes to the
/// lock contract, the rest to the buyer at once. A payment that is more than a cap leaves room for buys what there is
/// room for, and the rest comes back in the same transaction, to the last unit.
/// @dev The phases that MED's first sale published as contracts of their own (medibloc/crowdsale: contracts/Presale*.sol,
/// MainSale.sol) are rows here. Prices are whole units of MED a satoshi of native coin (10^-8 coin), as there, so that no
/// purchase rounds but for its bonus. The sale holds its allocation beforehand and can mint nothing: whatever the
/// caps say, it sells no more than it holds. Proceeds and unsold MED have one destination each, fixed for good, which is
/// why anyone may send them there. Where a sponsor pays for a buyer's forwarded purchase, the rest goes to the buyer.
contract TokenSale is Ownable2Step, Pausable, ReentrancyGuardTransient, ERC2771Context {
    using SafeERC20 for IERC20;
    using SafeERC20 for IMedToken;

    /// @notice A phase must begin before it ends, and not before the earlier one has ended.
    /// @param phase the phase
    error PhaseOutOfOrder(Phase phase);
    /// @notice A phase needs a price and a minimum purchase of at least a satoshi.
    /// @param phase the phase
    error PhaseWithoutPrice(Phase phase);
    /// @notice A phase cannot lock more than is bought.
    /// @param phase the phase
    /// @param lockedBasisPoints the share to be locked, basis points
    error LockedShareTooLarge(Phase phase, uint16 lockedBasisPoints);
    /// @notice What a phase locks cannot be released while the phase still sells.
    /// @param phase the phase
    /// @param releaseAt when it would be released, Unix seconds
    error ReleaseBeforeEnd(Phase phase, uint40 releaseAt);
    /// @notice The phase does not sell now.
    /// @param phase the phase
    /// @param start when it begins, Unix seconds
    /// @param end when it has ended, Unix seconds
    error PhaseNotOpen(Phase phase, uint40 start, uint40 end);
    /// @notice The payment is below the phase's minimum purchase.
    /// @param paymentSatoshi what was paid, whole satoshi
    /// @param minimumSatoshi the least that is accepted, satoshi
    error PurchaseTooSmall(uint256 paymentSatoshi, uint256 minimumSatoshi);
    /// @notice The phase has sold what it may, or the sale holds no more MED.
    /// @param phase the phase
    error SoldOut(Phase phase);
    /// @notice The buyer has bought what one buyer may in the phase.
    /// @param phase the phase
    /// @param buyer the buyer
    /// @param buyerCap what one buyer may buy, units of 10^-8 MED
    error BuyerCapReached(Phase phase, address buyer, uint256 buyerCap);
    /// @notice A cap is only raised.
    /// @param cap the cap asked for, units of 10^-8 MED
    /// @param current the cap as it stands, units of 10^-8 MED
    error CapNotRaised(uint256 cap, uint256 current);
    /// @notice The sale does not hold the MED that its phases could still sell under the cap asked for.
    /// @param needed what could still be sold, units of 10^-8 MED
    /// @param held what the sale holds, units of 10^-8 MED
    error CapNotCovered(uint256 needed, uint256 held);
    /// @notice The main sale has ended.
    /// @param end when it ended, Unix seconds
    error SaleOver(uint40 end);
    /// @notice The main sale has not ended.
    /// @param end when it ends, Unix seconds
    error SaleNotOver(uint40 end);
    /// @notice There is nothing left to send.
    error NothingLeft();

    /// @notice The phases, in the order of time.
    enum Phase {
        FirstPresale,
        SecondPresale,
        MainSale
    }

    /// @notice The terms of a phase, in two storage slots.
    /// @param start when it begins, Unix seconds
    /// @param end when it has ended, Unix seconds
    /// @param unitsPerSatoshi the price: units of 10^-8 MED for a satoshi of native coin
    /// @param bonusBasisPoints what is added to a purchase, basis points of it, rounded down
    /// @param lockedBasisPoints the share of purchase and bonus that is locked, basis points, rounded down
    /// @param releaseAt from when anyone may release what is locked, not before the phase's end, Unix seconds
    /// @param revocable whether the owner may take it back until then
    /// @param cap what the phase may sell, bonus included, units of 10^-8 MED
    /// @param buyerCap what it may sell to one buyer, bonus included, units of 10^-8 MED; 0 for no such cap
    /// @param minimumSatoshi the least payment, satoshi
    struct Terms {
        uint40 start;
        uint40 end;
        uint64 unitsPerSatoshi;
        uint16 bonusBasisPoints;
        uint16 lockedBasisPoints;
        uint40 releaseAt;
        bool revocable;
        uint96 cap;
        uint96 buyerCap;
        uint64 minimumSatoshi;
    }

    /// @notice What a phase has sold, in one storage slot.
    /// @param sold units of 10^-8 MED
    /// @param raisedSatoshi what was paid for it, satoshi
    struct Progress {
        uint128 sold;
        uint128 raisedSatoshi;
    }

    /// @notice Basis points in the whole.
    uint256 public constant BASIS_POINTS = 10_000;
    /// @notice The native coin's smallest parts (wei) in a satoshi.
    uint256 public constant WEI_PER_SATOSHI = 10 ** 10;

    /// @notice The token that is sold.
    IMedToken public immutable TOKEN;
    /// @notice Where locked purchases go.
    ITokenLock public immutable LOCK;
    /// @notice Where proceeds go, and unsold MED that is not burned.
    address payable public immutable TREASURY;
    /// @notice Whether unsold MED is burned in the end.
    bool public immutable BURNS_UNSOLD;

    mapping(Phase phase => Terms) private _terms;
    mapping(Phase phase => Progress) private _progress;
    /// @dev Kept only for phases with a cap a buyer: the slot would make every first purchase 22,100 gas dearer.
    mapping(Phase phase => mapping(address buyer => uint256 amount)) private _bought;

    /// @notice MED was bought.
    /// @param phase the phase
    /// @param buyer who bought
    /// @param amount what was bought, bonus included, units of 10^-8 MED
    /// @param lockedAmount what of it was locked, units of 10^-8 MED
    /// @param paymentSatoshi what was paid for it, satoshi
    /// @param refundWei what of the payment came back, wei
    event Bought(
        Phase indexed phase,
        address indexed buyer,
        uint256 amount,
        uint256 lockedAmount,
        uint256 paymentSatoshi,
        uint256 refundWei
    );
    /// @notice The main sale's cap was raised.
    /// @param cap the cap from now on, units of 10^-8 MED
    event CapRaised(uint256 cap);
    /// @notice Proceeds were sent to the treasury.
    /// @param proceedsWei wei
    event ProceedsWithdrawn(uint256 proceedsWei);
    /// @notice Unsold MED was burned or sent to the treasury.
    /// @param amount units of 10^-8 MED
    /// @param burned whether it was burned
    event Finished(uint256 amount, bool burned);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED, of which the sale's allocation must be transferred here
    /// @param lock the lock contract, which takes deposits from this contract alone
    /// @param owner who may pause the sale and raise the main sale's cap
    /// @param treasury where proceeds go, and unsold MED that is not burned
    /// @param burnsUnsold whether unsold MED is burned in the end
    /// @param phases the terms of the three phases
    constructor(
        address forwarder,
        IMedToken token,
        ITokenLock lock,
        address owner,
        address payable treasury,
        bool burnsUnsold,
        Terms[3] memory phases
    ) Ownable(owner) ERC2771Context(forwarder) {
        TOKEN = token;
        LOCK = lock;
        TREASURY = treasury;
        BURNS_UNSOLD = burnsUnsold;
        uint40 free = 0;
        for (uint256 i = 0; i < phases.length; ++i) {
            (Phase phase, Terms memory terms) = (Phase(i), phases[i]);
            if (terms.start < free || terms.end <= terms.start) revert PhaseOutOfOrder(phase);
            if (terms.unitsPerSatoshi == 0 || terms.minimumSatoshi == 0) revert PhaseWithoutPrice(phase);
            if (terms.lockedBasisPoints > BASIS_POINTS) {
                revert LockedShareTooLarge(phase, terms.lockedBasisPoints);
            }
            if (terms.lockedBasisPoints != 0 && terms.releaseAt < terms.end) {
                revert ReleaseBeforeEnd(phase, terms.releaseAt);
            }
            free = terms.end;
            _terms[phase] = terms;
        }
    }

    /// @notice Buy MED in a phase with the native coin that is sent along. What the caps, or the sale's MED, leave no room
    /// for is paid back, and so is what is no whole satoshi.
    /// @param phase the phase, which must be open
    /// @return amount what was bought, bonus included, units of 10^-8 MED
    function buy(Phase phase) external payable nonReentrant whenNotPaused returns (uint256 amount) {
        address buyer = _msgSender();
        Terms memory terms = _terms[phase];
        uint256 paymentSatoshi;
        (paymentSatoshi, amount) = _reckon(phase, terms, buyer, msg.value / WEI_PER_SATOSHI);
        uint256 refundWei = msg.value - paymentSatoshi * WEI_PER_SATOSHI;
        uint256 lockedAmount = amount * terms.lockedBasisPoints / BASIS_POINTS;
        Progress storage progress = _progress[phase];
        // A cap has 96 bits, and all native coin there is has fewer satoshi than 2^128.
        (progress.sold, progress.raisedSatoshi) =
            (progress.sold + uint128(amount), progress.raisedSatoshi + uint128(paymentSatoshi));
        if (terms.buyerCap != 0) _bought[phase][buyer] += amount;
        emit Bought(phase, buyer, amount, lockedAmount, paymentSatoshi, refundWei);
        if (lockedAmount != 0) {
            TOKEN.safeTransfer(address(LOCK), lockedAmount);
            LOCK.deposit(buyer, uint256(phase), lockedAmount, terms.releaseAt, terms.revocable);
        }
        if (amount != lockedAmount) TOKEN.safeTransfer(buyer, amount - lockedAmount);
        if (refundWei != 0) Address.sendValue(payable(buyer), refundWei);
    }

    /// @notice Raise the main sale's cap before its end. Only the owner, and only as far as the sale holds MED for all that
    /// its phases could still sell.
    /// @param cap the new cap, units of 10^-8 MED
    function raiseCap(uint96 cap) external onlyOwner {
        Terms storage main = _terms[Phase.MainSale];
        if (block.timestamp >= main.end) revert SaleOver(main.end);
        if (cap <= main.cap) revert CapNotRaised(cap, main.cap);
        main.cap = cap;
        uint256 needed = _sellable();
        uint256 held = TOKEN.balanceOf(address(this));
        if (needed > held) revert CapNotCovered(needed, held);
        emit CapRaised(cap);
    }

    /// @notice Suspend purchases. Only the owner.
    function pause() external onlyOwner {
        _pause();
    }

    /// @notice Resume purchases. Only the owner.
    function unpause() external onlyOwner {
        _unpause();
    }

    /// @notice Send all proceeds so far to the treasury. Callable by anyone, at any time.
    /// @return proceedsWei what was sent, wei
    function withdrawProceeds() external nonReentrant returns (uint256 proceedsWei) {
        proceedsWei = address(this).balance;
        if (proceedsWei == 0) revert NothingLeft();
        emit ProceedsWithdrawn(proceedsWei);
        Address.sendValue(TREASURY, proceedsWei);
    }

    /// @notice Burn the unsold MED, or send it to the treasury, once the main sale has ended. Callable by anyone.
    /// @return amount units of 10^-8 MED
    function finish() external nonReentrant returns (uint256 amount) {
        uint40 end = _terms[Phase.MainSale].end;
        if (block.timestamp < end) revert SaleNotOver(end);
        amount = TOKEN.balanceOf(address(this));
        if (amount == 0) revert NothingLeft();
        emit Finished(amount, BURNS_UNSOLD);
        if (BURNS_UNSOLD) TOKEN.burn(amount);
        else TOKEN.safeTransfer(TREASURY, amount);
    }

    /// @notice What a payment would buy now, by the rules of `buy`, whether the sale is paused or not.
    /// @param phase the phase, which must be open
    /// @param buyer who would buy
    /// @param paymentSatoshi what would be paid, satoshi
    /// @return acceptedSatoshi what of the payment would be kept, satoshi
    /// @return amount what it would buy, bonus included, units of 10^-8 MED
    function quote(Phase phase, address buyer, uint256 paymentSatoshi)
        external
        view
        returns (uint256 acceptedSatoshi, uint256 amount)
    {
        return _reckon(phase, _terms[phase], buyer, paymentSatoshi);
    }

    /// @notice The terms of a phase.
    /// @param phase the phase
    /// @return terms the terms, with the cap as it stands now
    function termsOf(Phase phase) external view returns (Terms memory terms) {
        return _terms[phase];
    }

    /// @notice What a phase has sold and raised.
    /// @param phase the phase
    /// @return progress MED sold and native coin paid for it
    function progressOf(Phase phase) external view returns (Progress memory progress) {
        return _progress[phase];
    }

    /// @notice What a buyer has bought in a phase that has a cap a buyer.
    /// @param phase the phase
    /// @param buyer the buyer
    /// @return amount units of 10^-8 MED; 0 in a phase without such a cap
    function boughtBy(Phase phase, address buyer) external view returns (uint256 amount) {
        return _bought[phase][buyer];
    }

    /// @notice The MED that this contract owes to others: none, since what is bought leaves it at once.
    /// @return amount units of 10^-8 MED: 0
    function obligations() external pure returns (uint256 amount) {
        return 0;
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

    /// @dev What a payment buys, after all checks but the pause: how much of it is accepted, and the MED for that.
    function _reckon(Phase phase, Terms memory terms, address buyer, uint256 offeredSatoshi)
        private
        view
        returns (uint256 paymentSatoshi, uint256 amount)
    {
        if (block.timestamp < terms.start || block.timestamp >= terms.end) {
            revert PhaseNotOpen(phase, terms.start, terms.end);
        }
        if (offeredSatoshi < terms.minimumSatoshi) revert PurchaseTooSmall(offeredSatoshi, terms.minimumSatoshi);
        uint256 room = Math.min(terms.cap - _progress[phase].sold, TOKEN.balanceOf(address(this)));
        uint256 units = terms.unitsPerSatoshi * (BASIS_POINTS + terms.bonusBasisPoints);
        uint256 affordable = _satoshiFor(room, units);
        if (affordable == 0) revert SoldOut(phase);
        if (terms.buyerCap != 0) {
            affordable = Math.min(affordable, _satoshiFor(terms.buyerCap - _bought[phase][buyer], units));
            if (affordable == 0) revert BuyerCapReached(phase, buyer, terms.buyerCap);
        }
        paymentSatoshi = Math.min(offeredSatoshi, affordable);
        amount = paymentSatoshi * units / BASIS_POINTS;
    }

    /// @dev What the phases could still sell under their caps, those that have ended left out.
    function _sellable() private view returns (uint256 amount) {
        for (uint256 i = 0; i <= uint256(Phase.MainSale); ++i) {
            Terms storage terms = _terms[Phase(i)];
            if (block.timestamp < terms.end) amount += terms.cap - _progress[Phase(i)].sold;
        }
    }

    /// @dev The most satoshi s for which floor(s · units / 10,000) is at most `room`.
    function _satoshiFor(uint256 room, uint256 units) private pure returns (uint256) {
        return ((room + 1) * BASIS_POINTS - 1) / units;
    }
}
