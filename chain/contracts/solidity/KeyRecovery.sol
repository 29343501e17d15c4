// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PersonKeys} from "./PersonKeys.sol";
import {Signature} from "./Signatures.sol";

/// @title Recovery of a lost phone by guardians
/// @notice A person names guardians and how many of them must agree. Guardians propose a new key, which has consented
/// by signature, and approve it. When enough of them have, a period runs in which the present key can refuse; after it
/// anyone may carry the recovery out.
/// @dev Proposals gather approvals side by side, so that one dishonest guardian cannot keep the others from proposing, but
/// only one recovery of a person runs at a time. Guardians are counted as persons: one that has replaced its own key
/// approves with its present key, once. A proposal belongs to an attempt. Other guardians, refusing and replacing the key
/// each begin a new attempt, which voids every proposal and approval of the earlier ones without touching their storage.
///
/// Whoever holds a stolen phone could rid itself of the guardians. So a person that has guardians changes them with
/// notice: the change waits as long as a recovery does, the old guardians act until then, and it is void once the key is
/// suspended or replaced. Nor does it take effect while a recovery runs.
abstract contract KeyRecovery is PersonKeys {
    /// @notice The period must be at least a second, so that the present key has time to refuse.
    error RecoveryPeriodZero();
    /// @notice At least 1 guardian and at most 16 must be allowed.
    /// @param maximumGuardians the number that was given
    error MaximumGuardiansOutOfRange(uint8 maximumGuardians);
    /// @notice More guardians are named than are allowed.
    /// @param count how many are named
    /// @param maximumGuardians how many are allowed
    error TooManyGuardians(uint256 count, uint8 maximumGuardians);
    /// @notice The threshold is 1 to the number of guardians, or 0 where none is named.
    /// @param threshold the threshold that was given
    /// @param count how many guardians are named
    error ThresholdOutOfRange(uint8 threshold, uint256 count);
    /// @notice The zero address cannot be a guardian.
    error GuardianZero();
    /// @notice Nobody is its own guardian, under any of its keys.
    /// @param guardian the key of the person itself
    error GuardianIsSelf(address guardian);
    /// @notice Two of the named guardians are one person.
    /// @param guardian the second of them
    error GuardianNamedTwice(address guardian);
    /// @notice The caller is not a guardian of this person.
    /// @param account the person's present key
    /// @param caller who called
    error NotGuardian(address account, address caller);
    /// @notice A guardian cannot become the person's key.
    /// @param newKey the guardian that was proposed as a key
    error KeyIsGuardian(address newKey);
    /// @notice This key has been proposed already, and its consent has not expired.
    /// @param recoveryId the proposal
    error AlreadyProposed(bytes32 recoveryId);
    /// @notice There is no such proposal.
    /// @param recoveryId what was asked for
    error RecoveryUnknown(bytes32 recoveryId);
    /// @notice There is no change of guardians that waits: it took effect, or became void with a suspension or a new key.
    /// @param account the person's present key
    error NoGuardianChange(address account);
    /// @notice The notice of the change has not passed.
    /// @param effectiveAt the first second (Unix) at which the change can take effect
    /// @param time now, Unix seconds
    error GuardianChangeNotReady(uint40 effectiveAt, uint256 time);
    /// @notice The proposal belongs to an earlier attempt: guardians were changed, it was refused, or a key was
    /// replaced since.
    /// @param recoveryId the proposal
    error RecoveryVoid(bytes32 recoveryId);
    /// @notice The guardian has approved this proposal already.
    /// @param recoveryId the proposal
    /// @param guardian the guardian
    error AlreadyApproved(bytes32 recoveryId, address guardian);
    /// @notice The guardian has not approved this proposal.
    /// @param recoveryId the proposal
    /// @param guardian the guardian
    error NotApproved(bytes32 recoveryId, address guardian);
    /// @notice A recovery of this person runs already; it can be carried out, refused, or its approvals retracted.
    /// @param account the person's present key
    /// @param newKey the key that will replace it
    error RecoveryRunning(address account, address newKey);
    /// @notice No recovery of this person runs.
    /// @param account the person's present key
    error NoRecoveryRunning(address account);
    /// @notice Nothing has been proposed that could be refused.
    /// @param account the person's present key
    error NothingProposed(address account);
    /// @notice The period has not passed.
    /// @param readyAt the first second (Unix) at which the recovery can be carried out
    /// @param time now, Unix seconds
    error RecoveryNotReady(uint40 readyAt, uint256 time);

    /// @dev A person's guardians and the recovery that runs; all but the list in one storage slot. `newKey` and
    /// `readyAt` (Unix seconds) are zero while none runs.
    struct Guardianship {
        address newKey;
        uint40 readyAt;
        uint40 attempt;
        uint8 threshold;
        bool proposed;
        address[] guardians;
    }

    /// @dev Guardians that a person has named in place of others; `effectiveAt` (Unix seconds) is zero where none wait.
    struct GuardianChange {
        uint40 effectiveAt;
        uint8 threshold;
        address[] guardians;
    }

    /// @dev `approvals` has a bit for each guardian, in the order of the list; `deadline` is that of the consent.
    struct Proposal {
        address person;
        uint40 attempt;
        address newKey;
        uint40 deadline;
        uint16 approvals;
    }

    /// @notice Seconds between the last approval that a recovery needs and the time at which it can be carried out, and
    /// the notice of a change of guardians.
    /// @return period seconds
    uint32 public immutable RECOVERY_PERIOD;
    /// @notice How many guardians a person may name.
    /// @return maximumGuardians 1 to 16
    uint8 public immutable MAXIMUM_GUARDIANS;

    mapping(address person => Guardianship) private _guardianships;
    mapping(bytes32 recoveryId => Proposal) private _proposals;
    mapping(address person => GuardianChange) private _guardianChanges;

    /// @notice `account` gave notice of other guardians; a change that waited before is void.
    /// @param account the person's present key
    /// @param guardians all of them, none where the person gives up being recoverable
    /// @param threshold how many approvals will start a recovery
    /// @param effectiveAt the first second (Unix) at which the change can take effect
    event GuardianChangeAnnounced(
        address indexed account, address[] guardians, uint8 threshold, uint40 effectiveAt
    );
    /// @notice A change of guardians that waited is void: the key was suspended or replaced.
    /// @param account the key that had announced it
    event GuardianChangeVoided(address indexed account);
    /// @notice These are the guardians of `account` now, of which `threshold` must agree; what was proposed before is void.
    /// @param account the person's present key
    /// @param guardians all of them, none where the person gives up being recoverable
    /// @param threshold how many approvals start a recovery
    event GuardiansNamed(address indexed account, address[] guardians, uint8 threshold);
    /// @notice `guardian` proposed that `newKey` replaces `account`, and thereby approved it.
    /// @param recoveryId the proposal
    /// @param account the person's present key
    /// @param newKey the key that has consented to replace it
    /// @param guardian who proposed
    /// @param deadline the last second (Unix) at which others may approve
    event RecoveryProposed(
        bytes32 indexed recoveryId,
        address indexed account,
        address indexed newKey,
        address guardian,
        uint40 deadline
    );
    /// @notice `guardian` approved a proposal.
    /// @param recoveryId the proposal
    /// @param guardian who approved
    /// @param approvals how many have approved now
    event RecoveryApproved(bytes32 indexed recoveryId, address indexed guardian, uint256 approvals);
    /// @notice `guardian` took its approval back; if too few are left, the recovery no longer runs.
    /// @param recoveryId the proposal
    /// @param guardian who had approved
    /// @param approvals how many approve still
    event ApprovalRetracted(bytes32 indexed recoveryId, address indexed guardian, uint256 approvals);
    /// @notice Enough guardians have approved: the period runs.
    /// @param recoveryId the proposal
    /// @param account the person's present key, which can refuse
    /// @param newKey the key that will replace it
    /// @param readyAt the first second (Unix) at which the recovery can be carried out
    event RecoveryStarted(
        bytes32 indexed recoveryId, address indexed account, address indexed newKey, uint40 readyAt
    );
    /// @notice The present key refused what its guardians had proposed: all of it is void.
    /// @param account the person's present key
    /// @param newKey the key of the recovery that ran, zero where none did
    event RecoveryRefused(address indexed account, address newKey);
    /// @notice A recovery was carried out: `newKey` has replaced `account`.
    /// @param recoveryId the proposal
    /// @param account the person's key until now
    /// @param newKey the person's key from now on
    event RecoveryCompleted(bytes32 indexed recoveryId, address indexed account, address indexed newKey);

    /// @param recoveryPeriodSeconds seconds in which the present key can refuse
    /// @param maximumGuardians how many guardians a person may name, 1 to 16
    constructor(uint32 recoveryPeriodSeconds, uint8 maximumGuardians) {
        if (recoveryPeriodSeconds == 0) revert RecoveryPeriodZero();
        if (maximumGuardians == 0 || maximumGuardians > 16) revert MaximumGuardiansOutOfRange(maximumGuardians);
        RECOVERY_PERIOD = recoveryPeriodSeconds;
        MAXIMUM_GUARDIANS = maximumGuardians;
    }

    /// @notice Name the sender's guardians and how many of them must agree. The first ones are guardians at once; in place
    /// of others they wait for the recovery period, see `confirmGuardians`, and a change that waited before is void. The
    /// sender is a registered, unsuspended person's present key.
    /// @param guardians the guardians, each another person; they need not be registered. None: no recovery any more
    /// @param threshold how many must approve, 1 to the number of guardians, 0 where there are none
    function setGuardians(address[] calldata guardians, uint8 threshold) external {
        address account = _msgSender();
        _requireActive(account);
        uint256 count = guardians.length;
        if (count > MAXIMUM_GUARDIANS) revert TooManyGuardians(count, MAXIMUM_GUARDIANS);
        if (threshold > count || (threshold == 0) != (count == 0)) revert ThresholdOutOfRange(threshold, count);
        address person = _personOf(account);
        _requireOthers(person, guardians);
        if (_guardianships[person].threshold == 0) {
            _seat(person, account, guardians, threshold);
            return;
        }
        uint40 effectiveAt = uint40(block.timestamp) + RECOVERY_PERIOD;
        GuardianChange storage change = _guardianChanges[person];
        (change.effectiveAt, change.threshold, change.guardians) = (effectiveAt, threshold, guardians);
        emit GuardianChangeAnnounced(account, guardians, threshold, effectiveAt);
    }

    /// @notice Let a change of guardians take effect whose notice has passed. Voids what the old ones have proposed; a
    /// recovery that runs has to be carried out or refused first. Anyone may call.
    /// @param account any key of the person
    function confirmGuardians(address account) external {
        address person = _personOf(account);
        address presentKey = _keyOf(person);
        GuardianChange memory change = _guardianChanges[person];
        if (change.effectiveAt == 0) revert NoGuardianChange(presentKey);
        if (block.timestamp < change.effectiveAt) {
            revert GuardianChangeNotReady(change.effectiveAt, block.timestamp);
        }
        address newKey = _guardianships[person].newKey;
        if (newKey != address(0)) revert RecoveryRunning(presentKey, newKey);
        delete _guardianChanges[person];
        _seat(person, presentKey, change.guardians, change.threshold);
    }

    /// @notice Propose that `newKey` replaces the key of the person that `account` is or was a key of, and approve it.
    /// The sender is one of the person's guardians.
    /// @param account any key of the person
    /// @param newKey the key of the new phone: not registered, never replaced, and no guardian
    /// @param deadline the last second (Unix) at which the consent counts and others may approve
    /// @param consent the signature of `newKey` over `KeyConsent`, naming the person's present key
    /// @return recoveryId the proposal, which the other guardians approve
    function proposeNewKey(address account, address newKey, uint40 deadline, Signature calldata consent)
        external
        returns (bytes32 recoveryId)
    {
        address guardian = _msgSender();
        address person = _personOf(account);
        address presentKey = _keyOf(person);
        uint256 seats = _requireGuardian(person, guardian);
        Guardianship storage guardianship = _guardianships[person];
        if (guardianship.newKey != address(0)) revert RecoveryRunning(presentKey, guardianship.newKey);
        _requireConsent(presentKey, newKey, deadline, consent);
        _requireNoGuardian(person, newKey);
        recoveryId = recoveryIdentifier(person, newKey, guardianship.attempt);
        Proposal storage proposal = _proposals[recoveryId];
        if (block.timestamp <= proposal.deadline) revert AlreadyProposed(recoveryId);
        guardianship.proposed = true;
        (proposal.person, proposal.attempt) = (person, guardianship.attempt);
        (proposal.newKey, proposal.deadline, proposal.approvals) = (newKey, deadline, 0);
        emit RecoveryProposed(recoveryId, presentKey, newKey, guardian, deadline);
        _approve(recoveryId, guardianship, proposal, guardian, seats);
    }

    /// @notice Approve a proposal, once a guardian. The approval that reaches the threshold starts the period; more may
    /// follow, so that one that is retracted does not stop the recovery.
    /// @param recoveryId the proposal
    function approveNewKey(bytes32 recoveryId) external {
        (Guardianship storage guardianship, Proposal storage proposal) = _open(recoveryId);
        address guardian = _msgSender();
        uint256 seats = _requireGuardian(proposal.person, guardian);
        address running = guardianship.newKey;
        if (running != address(0) && running != proposal.newKey) {
            revert RecoveryRunning(_keyOf(proposal.person), running);
        }
        if (block.timestamp > proposal.deadline) revert ConsentExpired(proposal.deadline, block.timestamp);
        if (proposal.approvals & seats != 0) revert AlreadyApproved(recoveryId, guardian);
        _approve(recoveryId, guardianship, proposal, guardian, seats);
    }

    /// @notice Take an approval back. A running recovery stops where fewer than the threshold are left.
    /// @param recoveryId the proposal
    function retractApproval(bytes32 recoveryId) external {
        (Guardianship storage guardianship, Proposal storage proposal) = _open(recoveryId);
        address guardian = _msgSender();
        uint256 seats = _requireGuardian(proposal.person, guardian);
        uint256 approvals = proposal.approvals;
        if (approvals & seats == 0) revert NotApproved(recoveryId, guardian);
        approvals &= ~seats;
        proposal.approvals = uint16(approvals);
        uint256 count = _countBits(approvals);
        if (guardianship.newKey == proposal.newKey && count < guardianship.threshold) _stop(guardianship);
        emit ApprovalRetracted(recoveryId, guardian, count);
    }

    /// @notice Refuse, as the present key, everything that the guardians have proposed: a recovery that runs, and
    /// proposals that still gather approvals. A suspended key cannot: a certifier suspends a stolen phone.
    function refuseRecovery() external {
        address account = _msgSender();
        _requireActive(account);
        Guardianship storage guardianship = _guardianships[_personOf(account)];
        if (!guardianship.proposed) revert NothingProposed(account);
        address newKey = guardianship.newKey;
        _beginAttempt(guardianship);
        emit RecoveryRefused(account, newKey);
    }

    /// @notice Carry out a recovery whose period has passed. Anyone may call.
    /// @param account any key of the person
    function completeRecovery(address account) external {
        address person = _personOf(account);
        address presentKey = _keyOf(person);
        Guardianship storage guardianship = _guardianships[person];
        address newKey = guardianship.newKey;
        if (newKey == address(0)) revert NoRecoveryRunning(presentKey);
        if (block.timestamp < guardianship.readyAt) {
            revert RecoveryNotReady(guardianship.readyAt, block.timestamp);
        }
        bytes32 recoveryId = recoveryIdentifier(person, newKey, guardianship.attempt);
        _replaceKey(person, presentKey, newKey);
        emit RecoveryCompleted(recoveryId, presentKey, newKey);
    }

    /// @notice The guardians of the person that `account` is or was a key of.
    /// @param account any key of the person
    /// @return guardians as they were named
    /// @return threshold how many must approve
    function guardiansOf(address account)
        external
        view
        returns (address[] memory guardians, uint8 threshold)
    {
        Guardianship storage guardianship = _guardianships[_personOf(account)];
        return (guardianship.guardians, guardianship.threshold);
    }

    /// @notice The change of guardians that waits for the person that `account` is or was a key of.
    /// @param account any key of the person
    /// @return guardians as they were named
    /// @return threshold how many will have to approve
    /// @return effectiveAt the first second (Unix) at which the change can take effect, zero where none waits
    function comingGuardiansOf(address account)
        external
        view
        returns (address[] memory guardians, uint8 threshold, uint40 effectiveAt)
    {
        GuardianChange storage change = _guardianChanges[_personOf(account)];
        return (change.guardians, change.threshold, change.effectiveAt);
    }

    /// @notice The recovery that runs for the person that `account` is or was a key of.
    /// @param account any key of the person
    /// @return newKey the key that will replace the present one, zero where none runs
    /// @return readyAt the first second (Unix) at which it can be carried out, zero where none runs
    function recoveryOf(address account) external view returns (address newKey, uint40 readyAt) {
        Guardianship storage guardianship = _guardianships[_personOf(account)];
        return (guardianship.newKey, guardianship.readyAt);
    }

    /// @notice A person's attempt number, which rises whenever all its proposals become void.
    /// @param account any key of the person
    /// @return attempt how often that has happened
    function attemptOf(address account) external view returns (uint40 attempt) {
        return _guardianships[_personOf(account)].attempt;
    }

    /// @notice A proposal; all zero where there is none of this identifier.
    /// @param recoveryId the proposal
    /// @return account the first key of the person
    /// @return newKey the proposed key
    /// @return deadline the last second (Unix) at which guardians may approve
    /// @return approvals how many guardians have approved
    /// @return open whether it belongs to the person's present attempt
    function proposalOf(bytes32 recoveryId)
        external
        view
        returns (address account, address newKey, uint40 deadline, uint256 approvals, bool open)
    {
        Proposal storage proposal = _proposals[recoveryId];
        account = proposal.person;
        open = account != address(0) && proposal.attempt == _guardianships[account].attempt;
        return (account, proposal.newKey, proposal.deadline, _countBits(proposal.approvals), open);
    }

    /// @notice The identifier of a proposal.
    /// @param account the first key of the person
    /// @param newKey the proposed key
    /// @param attempt the person's attempt that it belongs to
    /// @return recoveryId keccak256(abi.encode(account, newKey, attempt))
    function recoveryIdentifier(address account, address newKey, uint40 attempt)
        public
        pure
        returns (bytes32 recoveryId)
    {
        return keccak256(abi.encode(account, newKey, attempt));
    }

    /// @dev A change of guardians that waits is void.
    function _voidGuardianChange(address person, address account) internal {
        if (_guardianChanges[person].effectiveAt == 0) return;
        delete _guardianChanges[person];
        emit GuardianChangeVoided(account);
    }

    /// @dev A replaced key voids whatever the guardians have proposed and a change of guardians; none of them becomes the
    /// person's key.
    function _replaceKey(address person, address oldKey, address newKey) internal override {
        _requireNoGuardian(person, newKey);
        _voidGuardianChange(person, oldKey);
        _beginAttempt(_guardianships[person]);
        super._replaceKey(person, oldKey, newKey);
    }

    /// @dev Make these the guardians of a person.
    function _seat(address person, address account, address[] memory guardians, uint8 threshold) private {
        Guardianship storage guardianship = _guardianships[person];
        (guardianship.guardians, guardianship.threshold) = (guardians, threshold);
        _beginAttempt(guardianship);
        emit GuardiansNamed(account, guardians, threshold);
    }

    /// @dev Count an approval, and start the period where it is the one that was still needed.
    function _approve(
        bytes32 recoveryId,
        Guardianship storage guardianship,
        Proposal storage proposal,
        address guardian,
        uint256 seats
    ) private {
        uint256 approvals = proposal.approvals | _lowestBit(seats);
        proposal.approvals = uint16(approvals);
        uint256 count = _countBits(approvals);
        emit RecoveryApproved(recoveryId, guardian, count);
        if (count < guardianship.threshold || guardianship.newKey != address(0)) return;
        uint40 readyAt = uint40(block.timestamp) + RECOVERY_PERIOD;
        (guardianship.newKey, guardianship.readyAt) = (proposal.newKey, readyAt);
        emit RecoveryStarted(recoveryId, _keyOf(proposal.person), proposal.newKey, readyAt);
    }

    /// @dev Void all proposals of a person.
    function _beginAttempt(Guardianship storage guardianship) private {
        guardianship.attempt += 1;
        guardianship.proposed = false;
        _stop(guardianship);
    }

    /// @dev No recovery runs any more.
    function _stop(Guardianship storage guardianship) private {
        (guardianship.newKey, guardianship.readyAt) = (address(0), 0);
    }

    /// @dev A proposal that still counts, and the guardianship of its person.
    function _open(bytes32 recoveryId)
        private
        view
        returns (Guardianship storage guardianship, Proposal storage proposal)
    {
        proposal = _proposals[recoveryId];
        address person = proposal.person;
        if (person == address(0)) revert RecoveryUnknown(recoveryId);
        guardianship = _guardianships[person];
        if (proposal.attempt != guardianship.attempt) revert RecoveryVoid(recoveryId);
    }

    /// @dev The seats of `guardian` among the guardians of `person`; reverts where it has none or may not act.
    function _requireGuardian(address person, address guardian) private view returns (uint256 seats) {
        _requireNotBarred(guardian);
        seats = _seatsOf(person, guardian);
        if (seats == 0) revert NotGuardian(_keyOf(person), guardian);
    }

    /// @dev Revert where `newKey` is one of the guardians of `person`.
    function _requireNoGuardian(address person, address newKey) private view {
        if (_seatsOf(person, newKey) != 0) revert KeyIsGuardian(newKey);
    }

    /// @dev Revert unless the named guardians are persons other than `person` and each other.
    function _requireOthers(address person, address[] calldata guardians) private view {
        address[] memory persons = new address[](guardians.length);
        for (uint256 i; i < persons.length; ++i) {
            address guardian = guardians[i];
            if (guardian == address(0)) revert GuardianZero();
            address other = _personOf(guardian);
            if (other == person) revert GuardianIsSelf(guardian);
            for (uint256 j; j < i; ++j) {
                if (persons[j] == other) revert GuardianNamedTwice(guardian);
            }
            persons[i] = other;
        }
    }

    /// @dev A bit for each guardian of `person` that is the same person as `account`: an unregistered guardian may have
    /// become the new key of another guardian since they were named.
    function _seatsOf(address person, address account) private view returns (uint256 seats) {
        address other = _personOf(account);
        address[] storage guardians = _guardianships[person].guardians;
        uint256 count = guardians.length;
        for (uint256 i; i < count; ++i) {
            if (_personOf(guardians[i]) == other) seats |= 1 << i;
        }
    }

    /// @dev The lowest bit that is set, 0 where none is.
    function _lowestBit(uint256 bits) private pure returns (uint256) {
        unchecked {
            return bits & (0 - bits);
        }
    }

    /// @dev How many bits are set.
    function _countBits(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) ++count;
    }
}
