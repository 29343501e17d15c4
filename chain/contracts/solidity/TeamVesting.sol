// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title The team's MED
/// @notice Of each grant a third is released first, then a twelfth every 7,884,000 s, eight times, and with the eighth
/// whatever rounding left. Each part is rounded down. Nobody can take a grant back or hasten it.
/// @dev The schedule published for MED's first team lock (medibloc/crowdsale: contracts/TokenTeamLock.sol). There the
/// owner could withdraw everything, pause, and name another beneficiary; here grants are their beneficiaries' for good, so
/// there is no owner.
contract TeamVesting is ERC2771Context {
    using SafeERC20 for IERC20;

    /// @notice A grant needs a beneficiary.
    error BeneficiaryZero();
    /// @notice A grant needs an amount.
    /// @param beneficiary whose grant was empty
    error GrantZero(address beneficiary);
    /// @notice An account has at most one grant.
    /// @param beneficiary who has one already
    error GrantExists(address beneficiary);
    /// @notice The account has no grant.
    /// @param account who was named or who called
    error NoSuchGrant(address account);
    /// @notice All that is due to the beneficiary has been released.
    /// @param beneficiary whose grant it is
    /// @param nextReleaseAt when the next part falls due, Unix seconds; 0 where all has been released
    error NothingDue(address beneficiary, uint256 nextReleaseAt);

    /// @notice A grant as it is given at deployment.
    /// @param beneficiary to whom it is released
    /// @param amount units of 10^-8 MED
    struct Award {
        address beneficiary;
        uint256 amount;
    }

    /// @notice The account of a grant, in one storage slot.
    /// @param amount the whole grant, units of 10^-8 MED
    /// @param released what has been released of it, units of 10^-8 MED
    struct Grant {
        uint128 amount;
        uint128 released;
    }

    /// @notice The first release is the grant divided by this.
    uint256 public constant FIRST_DIVISOR = 3;
    /// @notice An instalment is the grant divided by this.
    uint256 public constant INSTALMENT_DIVISOR = 12;
    /// @notice How many instalments follow the first release.
    uint256 public constant INSTALMENTS = 8;
    /// @notice The time between instalments, in seconds: a quarter of 365 days.
    uint256 public constant INSTALMENT_SECONDS = 7_884_000;

    /// @notice The token that is released.
    IERC20 public immutable TOKEN;
    /// @notice When the first part falls due, Unix seconds.
    uint40 public immutable FIRST_RELEASE_AT;

    /// @notice What has been granted and not been released, due or not, units of 10^-8 MED.
    uint256 public obligations;

    mapping(address beneficiary => Grant) private _grants;

    /// @notice A grant was made, at deployment.
    /// @param beneficiary to whom it is released
    /// @param amount units of 10^-8 MED
    event Granted(address indexed beneficiary, uint256 amount);
    /// @notice What was due of a grant was released.
    /// @param beneficiary who received it
    /// @param amount units of 10^-8 MED
    event Released(address indexed beneficiary, uint256 amount);
    /// @notice A beneficiary moved its grant to another account.
    /// @param beneficiary who had the grant
    /// @param successor who has it now
    event BeneficiaryChanged(address indexed beneficiary, address indexed successor);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED, of which the sum of all awards must be transferred here
    /// @param firstReleaseAt when the first part falls due, Unix seconds
    /// @param awards the grants, at most one a beneficiary
    constructor(address forwarder, IERC20 token, uint40 firstReleaseAt, Award[] memory awards)
        ERC2771Context(forwarder)
    {
        TOKEN = token;
        FIRST_RELEASE_AT = firstReleaseAt;
        uint256 granted = 0;
        for (uint256 i = 0; i < awards.length; ++i) {
            (address beneficiary, uint256 amount) = (awards[i].beneficiary, awards[i].amount);
            if (beneficiary == address(0)) revert BeneficiaryZero();
            if (amount == 0) revert GrantZero(beneficiary);
            if (_grants[beneficiary].amount != 0) revert GrantExists(beneficiary);
            _grants[beneficiary].amount = SafeCast.toUint128(amount);
            granted += amount;
            emit Granted(beneficiary, amount);
        }
        obligations = granted;
    }

    /// @notice Release what is due of a grant. Callable by anyone.
    /// @param beneficiary whose grant it is
    /// @return amount what was released, units of 10^-8 MED
    function release(address beneficiary) external returns (uint256 amount) {
        Grant memory grant = _grants[beneficiary];
        if (grant.amount == 0) revert NoSuchGrant(beneficiary);
        uint256 count = _partsDue(block.timestamp);
        amount = _ofParts(grant.amount, count) - grant.released;
        if (amount == 0) revert NothingDue(beneficiary, _partDueAt(count));
        _grants[beneficiary].released = grant.released + uint128(amount);
        obligations -= amount;
        emit Released(beneficiary, amount);
        TOKEN.safeTransfer(beneficiary, amount);
    }

    /// @notice Move the caller's grant, with what has been released of it, to another account that has none.
    /// @param successor the account to which the rest is released from now on
    function changeBeneficiary(address successor) external {
        address beneficiary = _msgSender();
        Grant memory grant = _grants[beneficiary];
        if (grant.amount == 0) revert NoSuchGrant(beneficiary);
        if (successor == address(0)) revert BeneficiaryZero();
        if (_grants[successor].amount != 0) revert GrantExists(successor);
        delete _grants[beneficiary];
        _grants[successor] = grant;
        emit BeneficiaryChanged(beneficiary, successor);
    }

    /// @notice A grant.
    /// @param beneficiary whose grant it is
    /// @return grant the grant, zeros where there is none
    function grantOf(address beneficiary) external view returns (Grant memory grant) {
        return _grants[beneficiary];
    }

    /// @notice What has fallen due of a grant by a moment, released or not.
    /// @param beneficiary whose grant it is
    /// @param time the moment, Unix seconds
    /// @return amount units of 10^-8 MED
    function vestedThrough(address beneficiary, uint256 time) external view returns (uint256 amount) {
        return _ofParts(_grants[beneficiary].amount, _partsDue(time));
    }

    /// @dev How many parts, the first release and the instalments, have fallen due by `time`.
    function _partsDue(uint256 time) private view returns (uint256) {
        if (time < FIRST_RELEASE_AT) return 0;
        return 1 + Math.min((time - FIRST_RELEASE_AT) / INSTALMENT_SECONDS, INSTALMENTS);
    }

    /// @dev When the part after `count` parts falls due, 0 where there is none.
    function _partDueAt(uint256 count) private view returns (uint256) {
        return count > INSTALMENTS ? 0 : FIRST_RELEASE_AT + count * INSTALMENT_SECONDS;
    }

    /// @dev What `count` parts of a grant are together: the last brings the rest.
    function _ofParts(uint256 grantAmount, uint256 count) private pure returns (uint256) {
        if (count == 0) return 0;
        if (count > INSTALMENTS) return grantAmount;
        return grantAmount / FIRST_DIVISOR + (count - 1) * (grantAmount / INSTALMENT_DIVISOR);
    }
}
