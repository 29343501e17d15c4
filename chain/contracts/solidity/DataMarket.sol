// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";
import {IRecordVersions} from "./interfaces/IRecordVersions.sol";
import {Kinds} from "./Kinds.sol";
import {Offices} from "./Offices.sol";

/// @title Data deals: records for MED, out of an escrow
/// @notice A researcher or insurer puts the price of as many records as it wants into escrow and says which kinds, for
/// which purpose and on which terms. Patients who consent to that submit records; each is paid once, when the consumer
/// accepts it or lets the review period pass. What the consumer disputes an arbiter decides, and what no arbiter
/// decides falls to the patient. A record that its issuer revoked or corrected since is not paid by anybody's silence:
/// it needs the consumer's word or an arbiter's. What is not spent goes back.
/// @dev A deal's escrow is (quota − paid records) · price until its quota is cut to what is taken: nothing is divided,
/// so there is no dust. A record is marked under its person and the root of its first version, so that neither a
/// correction, by whomever it is anchored, nor another key of the same patient has it paid a second time. A submission that was refused stays
/// marked: what an arbiter has looked at does not come back. Consent is asked when a record is submitted; whoever
/// withdraws it later is paid all the same, because access up to then was given.
contract DataMarket is Offices, ERC2771Context, ReentrancyGuardTransient {
    using Kinds for uint64;
    using SafeERC20 for IERC20;

    /// @notice The account is neither a researcher nor an insurer, or suspended, or a key that was replaced.
    /// @param consumer the consumer
    error ConsumerNotActive(address consumer);
    /// @notice The account is no patient, suspended, or a key that was replaced.
    /// @param patient the patient
    error PatientNotActive(address patient);
    /// @notice A deal pays for its records.
    error PriceZero();
    /// @notice A deal takes at least one record.
    error QuotaZero();
    /// @notice A deal names the kinds of records that it takes.
    error KindsMissing();
    /// @notice A deal names its purpose.
    error PurposeMissing();
    /// @notice The deal took records until `deadline` (Unix seconds).
    /// @param deadline the last second (Unix) at which records were taken
    /// @param time now, Unix seconds
    error DeadlinePassed(uint40 deadline, uint256 time);
    /// @notice This consumer has opened a deal on exactly these terms already.
    /// @param dealId the identifier of the deal
    error DealOpenedAlready(bytes32 dealId);
    /// @notice There is no such deal.
    /// @param dealId the identifier of the deal
    error DealUnknown(bytes32 dealId);
    /// @notice The consumer has stopped the deal.
    /// @param dealId the identifier of the deal
    error DealStoppedAlready(bytes32 dealId);
    /// @notice The deal still takes records.
    /// @param dealId the identifier of the deal
    error DealNotEnded(bytes32 dealId);
    /// @notice The deal has taken as many records as it pays for.
    /// @param dealId the identifier of the deal
    /// @param quota how many records it pays for
    error QuotaReached(bytes32 dealId, uint32 quota);
    /// @notice Nothing of the budget is unspent.
    /// @param dealId the identifier of the deal
    error NothingToReturn(bytes32 dealId);
    /// @notice Only the deal's consumer may do this, with its present key.
    /// @param caller who called
    /// @param consumer the consumer
    error NotTheConsumer(address caller, address consumer);
    /// @notice Only the record's patient may do this, with the present key.
    /// @param caller who called
    /// @param patient the patient
    error NotThePatient(address caller, address patient);
    /// @notice Only the deal's consumer or the submission's patient may do this, with the present key.
    /// @param caller who called
    error NotAParty(address caller);
    /// @notice The record is not valid, or the disclosed part is none of it.
    /// @param recordId the identifier of the record
    /// @param leaf the salted hash of the disclosed part
    error DisclosureInvalid(bytes32 recordId, bytes32 leaf);
    /// @notice The deal does not take records of this kind.
    /// @param recordId the identifier of the record
    /// @param kind its kind
    error KindNotWanted(bytes32 recordId, uint16 kind);
    /// @notice No live consent lets the consumer read this record for the deal's purpose.
    /// @param patient the patient
    /// @param consumer the consumer
    /// @param recordId the identifier of the record
    error NotConsented(address patient, address consumer, bytes32 recordId);
    /// @notice This record, another version of it, or the same under another key was submitted to this deal already.
    /// @param submissionId the identifier of the submission
    error SubmittedAlready(bytes32 submissionId);
    /// @notice The submission is in another state than this act needs.
    /// @param submissionId the identifier of the submission
    /// @param status the state it is in
    error SubmissionStatusUnfit(bytes32 submissionId, SubmissionStatus status);
    /// @notice The review period ended at `endsAt` (Unix seconds).
    /// @param submissionId the identifier of the submission
    /// @param endsAt the last second of the term, Unix seconds
    error ReviewOver(bytes32 submissionId, uint256 endsAt);
    /// @notice The arbiter's term ended at `endsAt` (Unix seconds).
    /// @param submissionId the identifier of the submission
    /// @param endsAt the last second of the term, Unix seconds
    error ArbitrationOver(bytes32 submissionId, uint256 endsAt);
    /// @notice The submission falls due after `endsAt` (Unix seconds).
    /// @param submissionId the identifier of the submission
    /// @param endsAt the last second of the term, Unix seconds
    error NotDue(bytes32 submissionId, uint256 endsAt);
    /// @notice A party to a dispute does not decide it.
    /// @param arbiter the arbiter
    error ArbiterIsParty(address arbiter);
    /// @notice The commission must not exceed the highest.
    /// @param commissionBasisPoints the commission that was given, in basis points
    /// @param mostBasisPoints the highest, in basis points
    error CommissionTooHigh(uint16 commissionBasisPoints, uint16 mostBasisPoints);
    /// @notice The treasury is an account.
    error TreasuryMissing();

    /// @notice What a consumer asks for.
    /// @param termsHash the hash of the terms that it publishes
    /// @param price what one record costs, units of 10^-8 MED
    /// @param quota how many records it pays for
    /// @param kinds the kinds of records it takes, bit k for kind k
    /// @param purpose what it reads them for
    /// @param deadline the last second (Unix) at which a record may be submitted
    struct Request {
        bytes32 termsHash;
        uint96 price;
        uint32 quota;
        uint64 kinds;
        IConsentRegistry.Purpose purpose;
        uint40 deadline;
    }

    /// @notice A deal, in two storage slots.
    /// @param consumer the consumer's key that opened it
    /// @param deadline the last second (Unix) at which a record may be submitted
    /// @param commissionBasisPoints what the treasury gets of each price, fixed at the opening
    /// @param purpose what the consumer reads the records for
    /// @param stopped whether the consumer has stopped it
    /// @param price what one record costs, units of 10^-8 MED
    /// @param quota how many records its escrow pays for, cut to `takenCount` when the unspent budget is returned
    /// @param takenCount how many records are paid or pending
    /// @param paidCount how many records are paid
    /// @param kinds the kinds of records it takes, bit k for kind k
    struct Deal {
        address consumer;
        uint40 deadline;
        uint16 commissionBasisPoints;
        IConsentRegistry.Purpose purpose;
        bool stopped;
        uint96 price;
        uint32 quota;
        uint32 takenCount;
        uint32 paidCount;
        uint64 kinds;
    }

    /// @notice What a patient submits: a record of its own and the part that it discloses.
    /// @param root the root of the record
    /// @param issuer the provider that issued it
    /// @param patient the key to which it was issued
    /// @param leaf the salted hash of the disclosed part; the root itself for the whole record
    /// @param proof the sibling hashes from the leaf to the root, pairs sorted
    struct Disclosure {
        bytes32 root;
        address issuer;
        address patient;
        bytes32 leaf;
        bytes32[] proof;
    }

    /// @notice How far a submission has come.
    enum SubmissionStatus {
        None,
        Pending,
        Disputed,
        Paid,
        Refused
    }

    /// @notice A record in a deal, in two storage slots.
    /// @param patient the patient's key that submitted it; whichever key speaks for the patient then is paid
    /// @param submittedAt when, Unix seconds
    /// @param disputedAt when it came before the arbiters, Unix seconds, 0 where it has not
    /// @param status how far it has come
    /// @param recordId the identifier of the record
    struct Submission {
        address patient;
        uint40 submittedAt;
        uint40 disputedAt;
        SubmissionStatus status;
        bytes32 recordId;
    }

    /// @notice The market's terms.
    /// @param reviewPeriod how long a consumer may dispute a submission, in seconds
    /// @param arbitrationPeriod how long an arbiter may decide a dispute, in seconds
    /// @param commissionBasisPoints what the treasury gets of each price of deals opened from now on
    /// @param treasury who gets it
    struct Terms {
        uint40 reviewPeriod;
        uint40 arbitrationPeriod;
        uint16 commissionBasisPoints;
        address treasury;
    }

    /// @notice The role that decides disputes; granted by the admin.
    /// @return its identifier
    bytes32 public constant ARBITER_ROLE = keccak256("ARBITER_ROLE");
    /// @notice The highest commission that the admin can set, in basis points.
    /// @return basis points
    uint16 public constant MOST_COMMISSION_BASIS_POINTS = 2_000;
    /// @dev Basis points in the whole.
    uint256 private constant BASIS_POINTS = 10_000;

    /// @notice MED, in which deals are paid.
    /// @return its address
    IERC20 public immutable TOKEN;
    /// @notice Where records are anchored.
    /// @return its address
    IRecordVersions public immutable RECORDS;
    /// @notice Where consents are kept.
    /// @return its address
    IConsentRegistry public immutable CONSENTS;
    /// @notice How long a consumer may dispute a submission, in seconds.
    /// @return seconds
    uint40 public immutable REVIEW_PERIOD;
    /// @notice How long an arbiter may decide a dispute, in seconds.
    /// @return seconds
    uint40 public immutable ARBITRATION_PERIOD;

    /// @notice Who gets the commissions.
    /// @return the account
    address public treasury;
    /// @notice What the treasury gets of each price of deals opened from now on, in basis points.
    /// @return basis points
    uint16 public commissionBasisPoints;
    /// @notice What is in escrow: all budgets, less what was paid and returned, in units of 10^-8 MED.
    /// @return units of 10^-8 MED
    uint256 public obligations;

    mapping(bytes32 dealId => Deal) private _deals;
    mapping(bytes32 dealId => mapping(bytes32 submissionId => Submission)) private _submissions;

    /// @notice A consumer opened a deal and put its budget into escrow.
    /// @param dealId the identifier of the deal
    /// @param consumer the consumer
    /// @param termsHash the hash of its published terms
    /// @param price what one record costs, units of 10^-8 MED
    /// @param quota how many records it pays for
    /// @param kinds the kinds of records it takes, bit k for kind k
    /// @param purpose what it reads them for
    /// @param deadline the last second (Unix) at which a record may be submitted
    /// @param commissionBasisPoints what the treasury gets of each price
    /// @param budget what went into escrow, units of 10^-8 MED
    event DealOpened(
        bytes32 indexed dealId,
        address indexed consumer,
        bytes32 indexed termsHash,
        uint96 price,
        uint32 quota,
        uint64 kinds,
        IConsentRegistry.Purpose purpose,
        uint40 deadline,
        uint16 commissionBasisPoints,
        uint256 budget
    );
    /// @notice A patient submitted a record; its price is reserved.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param patient the patient's present key
    /// @param recordId the identifier of the record
    /// @param leaf the salted hash of the disclosed part
    event RecordSubmitted(
        bytes32 indexed dealId,
        bytes32 indexed submissionId,
        address indexed patient,
        bytes32 recordId,
        bytes32 leaf
    );
    /// @notice A submission was paid.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param patient the patient's present key
    /// @param amount what the patient got, units of 10^-8 MED
    /// @param commission what the treasury got, units of 10^-8 MED
    event SubmissionPaid(
        bytes32 indexed dealId,
        bytes32 indexed submissionId,
        address indexed patient,
        uint256 amount,
        uint256 commission
    );
    /// @notice The consumer disputes a submission, or was silent while its record was revoked or superseded.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param reason the hash of the consumer's reason, zero where it was silent
    event SubmissionDisputed(bytes32 indexed dealId, bytes32 indexed submissionId, bytes32 reason);
    /// @notice A party to a dispute states evidence.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param party who states it
    /// @param evidence the hash of the evidence
    event EvidenceStated(
        bytes32 indexed dealId, bytes32 indexed submissionId, address indexed party, bytes32 evidence
    );
    /// @notice An arbiter decided a dispute.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param arbiter who decided
    /// @param pay whether the patient is paid; the price goes back into the deal otherwise
    /// @param finding the hash of the arbiter's reasons
    event DisputeDecided(
        bytes32 indexed dealId,
        bytes32 indexed submissionId,
        address indexed arbiter,
        bool pay,
        bytes32 finding
    );
    /// @notice No arbiter decided about a record that is revoked or superseded: the price goes back into the deal.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    event SubmissionLapsed(bytes32 indexed dealId, bytes32 indexed submissionId);
    /// @notice The consumer stopped a deal: it takes no more records.
    /// @param dealId the identifier of the deal
    event DealStopped(bytes32 indexed dealId);
    /// @notice The unspent budget of a deal went back.
    /// @param dealId the identifier of the deal
    /// @param consumer the consumer's present key
    /// @param amount what it got, units of 10^-8 MED
    event BudgetReturned(bytes32 indexed dealId, address indexed consumer, uint256 amount);
    /// @notice Deals opened from now on pay another commission.
    /// @param commissionBasisPoints what the treasury gets of each price
    event CommissionSet(uint16 commissionBasisPoints);
    /// @notice Commissions go to another account from now on.
    /// @param treasury who gets them
    event TreasurySet(address indexed treasury);

    /// @notice Fix the neighbours and the terms.
    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param admin who sets commission and treasury and grants and revokes `ARBITER_ROLE`
    /// @param arbiters who holds `ARBITER_ROLE` from the start
    /// @param token MED
    /// @param identity the registry of roles and keys
    /// @param records the registry of records
    /// @param consents the registry of consents
    /// @param terms the market's terms
    constructor(
        address forwarder,
        address admin,
        address[] memory arbiters,
        IERC20 token,
        IIdentityRegistry identity,
        IRecordVersions records,
        IConsentRegistry consents,
        Terms memory terms
    ) ERC2771Context(forwarder) Offices(identity) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        for (uint256 i = 0; i < arbiters.length; ++i) {
            _grantRole(ARBITER_ROLE, arbiters[i]);
        }
        TOKEN = token;
        RECORDS = records;
        CONSENTS = consents;
        REVIEW_PERIOD = terms.reviewPeriod;
        ARBITRATION_PERIOD = terms.arbitrationPeriod;
        _setCommission(terms.commissionBasisPoints);
        _setTreasury(terms.treasury);
    }

    /// @notice Open a deal: its budget, quota · price, goes from the sender into escrow. The sender is a researcher or
    /// insurer and has allowed the market that much.
    /// @param request what the consumer asks for
    /// @return dealId the identifier of the deal, keccak256(abi.encode(consumer, request))
    function openDeal(Request calldata request) external nonReentrant returns (bytes32 dealId) {
        return _open(_msgSender(), request);
    }

    /// @notice Open a deal and allow its budget in one call, by a permit that the sender has signed for the token.
    /// @dev A permit that somebody has brought before stands as an allowance: only then does opening decide.
    /// @param request what the consumer asks for
    /// @param permitDeadline the last second (Unix) of the permit
    /// @param v the recovery byte of the permit's signature
    /// @param r the first word of the permit's signature
    /// @param s the second word of the permit's signature
    /// @return dealId the identifier of the deal
    function openDealWithPermit(
        Request calldata request,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (bytes32 dealId) {
        address consumer = _msgSender();
        uint256 budget = uint256(request.price) * request.quota;
        try IERC20Permit(address(TOKEN)).permit(consumer, address(this), budget, permitDeadline, v, r, s) {} catch {}
        return _open(consumer, request);
    }

    /// @notice Submit a record that was not submitted yet in any version, and reserve its price. The sender is its
    /// patient, and has consented that the consumer reads it for the deal's purpose.
    /// @param dealId the identifier of the deal
    /// @param disclosure the record and the part of it that is disclosed
    /// @return submissionId the identifier of the submission
    function submit(bytes32 dealId, Disclosure calldata disclosure) external returns (bytes32 submissionId) {
        bytes32 recordId = RECORDS.recordIdOf(disclosure.root, disclosure.issuer, disclosure.patient);
        Deal storage deal = _known(dealId);
        if (deal.stopped) revert DealStoppedAlready(dealId);
        if (block.timestamp > deal.deadline) revert DeadlinePassed(deal.deadline, block.timestamp);
        if (deal.takenCount == deal.quota) revert QuotaReached(dealId, deal.quota);
        address patient = _msgSender();
        if (!IDENTITY.isActive(patient, IIdentityRegistry.Role.Patient)) revert PatientNotActive(patient);
        if (!IDENTITY.samePerson(patient, disclosure.patient)) revert NotThePatient(patient, disclosure.patient);
        _requireDisclosure(deal, disclosure, recordId);
        submissionId = _requireNew(dealId, IDENTITY.personOf(patient), disclosure.root);
        deal.takenCount += 1;
        _submissions[dealId][submissionId] =
            Submission(patient, uint40(block.timestamp), 0, SubmissionStatus.Pending, recordId);
        emit RecordSubmitted(dealId, submissionId, patient, recordId, disclosure.leaf);
    }

    /// @notice Accept a submission that is pending, or that the sender has disputed and no longer does: the patient
    /// gets the price less the commission. The sender is the consumer.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    function accept(bytes32 dealId, bytes32 submissionId) external nonReentrant {
        _requireConsumer(dealId);
        Submission storage submission = _submissions[dealId][submissionId];
        SubmissionStatus status = submission.status;
        if (status != SubmissionStatus.Disputed) _requireStatus(submissionId, status, SubmissionStatus.Pending);
        _pay(dealId, submissionId, submission);
    }

    /// @notice Do what the end of a term brings. Callable by anyone. A submission that the consumer let pass, or no arbiter
    /// decided, is paid while its record is neither revoked nor superseded. Else it comes before the arbiters, and where
    /// none decides its price goes back into the deal.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    function settle(bytes32 dealId, bytes32 submissionId) external nonReentrant {
        Submission storage submission = _submissions[dealId][submissionId];
        SubmissionStatus status = submission.status;
        uint256 end;
        if (status == SubmissionStatus.Pending) {
            end = _reviewEnd(submission);
        } else if (status == SubmissionStatus.Disputed) {
            end = _arbitrationEnd(submission);
        } else {
            revert SubmissionStatusUnfit(submissionId, status);
        }
        if (block.timestamp <= end) revert NotDue(submissionId, end);
        if (_isLive(submission.recordId)) {
            _pay(dealId, submissionId, submission);
        } else if (status == SubmissionStatus.Pending) {
            _dispute(dealId, submissionId, submission, 0);
        } else {
            emit SubmissionLapsed(dealId, submissionId);
            _refuse(dealId, submission);
        }
    }

    /// @notice Dispute a pending submission within its review period. The sender is the consumer.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param reason the hash of the consumer's reason
    function dispute(bytes32 dealId, bytes32 submissionId, bytes32 reason) external {
        _requireConsumer(dealId);
        Submission storage submission = _submissions[dealId][submissionId];
        _requireStatus(submissionId, submission.status, SubmissionStatus.Pending);
        uint256 end = _reviewEnd(submission);
        if (block.timestamp > end) revert ReviewOver(submissionId, end);
        _dispute(dealId, submissionId, submission, reason);
    }

    /// @notice State evidence in a dispute. The sender is the deal's consumer or the submission's patient.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param evidence the hash of the evidence
    function stateEvidence(bytes32 dealId, bytes32 submissionId, bytes32 evidence) external {
        Submission storage submission = _submissions[dealId][submissionId];
        _requireStatus(submissionId, submission.status, SubmissionStatus.Disputed);
        address party = _msgSender();
        bool isParty = IDENTITY.currentKeyOf(submission.patient) == party
            || IDENTITY.currentKeyOf(_deals[dealId].consumer) == party;
        if (!isParty) revert NotAParty(party);
        emit EvidenceStated(dealId, submissionId, party, evidence);
    }

    /// @notice Decide a dispute within the arbiter's term: pay the patient, or put the price back into the deal. Only
    /// an arbiter, no party to it.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @param pay whether the patient is paid
    /// @param finding the hash of the arbiter's reasons
    function decide(bytes32 dealId, bytes32 submissionId, bool pay, bytes32 finding)
        external
        onlyRole(ARBITER_ROLE)
        nonReentrant
    {
        Submission storage submission = _submissions[dealId][submissionId];
        Deal storage deal = _deals[dealId];
        address arbiter = _msgSender();
        _requireStatus(submissionId, submission.status, SubmissionStatus.Disputed);
        uint256 end = _arbitrationEnd(submission);
        if (block.timestamp > end) revert ArbitrationOver(submissionId, end);
        if (IDENTITY.samePerson(arbiter, submission.patient) || IDENTITY.samePerson(arbiter, deal.consumer)) {
            revert ArbiterIsParty(arbiter);
        }
        emit DisputeDecided(dealId, submissionId, arbiter, pay, finding);
        if (pay) {
            _pay(dealId, submissionId, submission);
        } else {
            _refuse(dealId, submission);
        }
    }

    /// @notice Stop a deal: it takes no more records, and what neither is spent nor reserved goes back. The sender is
    /// the consumer.
    /// @param dealId the identifier of the deal
    /// @return amount what went back, units of 10^-8 MED
    function stop(bytes32 dealId) external nonReentrant returns (uint256 amount) {
        Deal storage deal = _requireConsumer(dealId);
        if (deal.stopped) revert DealStoppedAlready(dealId);
        deal.stopped = true;
        emit DealStopped(dealId);
        return _return(dealId, deal);
    }

    /// @notice Send the unspent budget of a deal that takes no more records back to its consumer: after the deadline,
    /// or what an arbiter put back since the deal was stopped. Callable by anyone.
    /// @param dealId the identifier of the deal
    /// @return amount what went back, units of 10^-8 MED
    function returnUnspent(bytes32 dealId) external nonReentrant returns (uint256 amount) {
        Deal storage deal = _known(dealId);
        if (!deal.stopped && block.timestamp <= deal.deadline) revert DealNotEnded(dealId);
        amount = _return(dealId, deal);
        if (amount == 0) revert NothingToReturn(dealId);
    }

    /// @notice Set the commission of deals opened from now on. Only the admin: the timelock, after a vote.
    /// @param newCommissionBasisPoints what the treasury gets of each price, in basis points
    function setCommission(uint16 newCommissionBasisPoints) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setCommission(newCommissionBasisPoints);
    }

    /// @notice Set who gets the commissions from now on. Only the admin: the timelock, after a vote.
    /// @param newTreasury the account
    function setTreasury(address newTreasury) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setTreasury(newTreasury);
    }

    /// @notice The deal of an identifier; its consumer is zero where there is none.
    /// @param dealId the identifier of the deal
    /// @return the deal
    function dealOf(bytes32 dealId) external view returns (Deal memory) {
        return _deals[dealId];
    }

    /// @notice A submission to a deal; its status is `None` where there is none.
    /// @param dealId the identifier of the deal
    /// @param submissionId the identifier of the submission
    /// @return the submission
    function submissionOf(bytes32 dealId, bytes32 submissionId) external view returns (Submission memory) {
        return _submissions[dealId][submissionId];
    }

    /// @notice What of a deal's budget is neither spent nor reserved nor returned.
    /// @param dealId the identifier of the deal
    /// @return amount units of 10^-8 MED
    function unspentOf(bytes32 dealId) external view returns (uint256 amount) {
        Deal storage deal = _deals[dealId];
        return uint256(deal.quota - deal.takenCount) * deal.price;
    }

    /// @notice The identifier of a submission: the hash of the deal, the patient's first key and the root of the
    /// record's first version (`IRecordVersions.firstRootOf`).
    /// @param dealId the identifier of the deal
    /// @param patient the patient, by any of the patient's keys
    /// @param root the root of the record's first version
    /// @return submissionId the identifier, whether there is such a submission or not
    function submissionIdOf(bytes32 dealId, address patient, bytes32 root)
        public
        view
        returns (bytes32 submissionId)
    {
        return keccak256(abi.encode(dealId, IDENTITY.personOf(patient), root));
    }

    /// @notice The identifier of a deal: it commits to all that its consumer asks for.
    /// @param consumer who opens it
    /// @param request what it asks for
    /// @return dealId the identifier, whether there is such a deal or not
    function dealIdOf(address consumer, Request calldata request) public pure returns (bytes32 dealId) {
        return keccak256(abi.encode(consumer, request));
    }

    /// @dev Check a request, note the deal, take its budget.
    function _open(address consumer, Request calldata request) private returns (bytes32 dealId) {
        bool active = IDENTITY.isActive(consumer, IIdentityRegistry.Role.Researcher)
            || IDENTITY.isActive(consumer, IIdentityRegistry.Role.Insurer);
        if (!active) revert ConsumerNotActive(consumer);
        if (request.price == 0) revert PriceZero();
        if (request.quota == 0) revert QuotaZero();
        if (request.kinds == 0) revert KindsMissing();
        if (request.purpose == IConsentRegistry.Purpose.None) revert PurposeMissing();
        if (block.timestamp > request.deadline) revert DeadlinePassed(request.deadline, block.timestamp);
        dealId = dealIdOf(consumer, request);
        if (_deals[dealId].consumer != address(0)) revert DealOpenedAlready(dealId);
        uint256 budget = uint256(request.price) * request.quota;
        _deals[dealId] = Deal({
            consumer: consumer,
            deadline: request.deadline,
            commissionBasisPoints: commissionBasisPoints,
            purpose: request.purpose,
            stopped: false,
            price: request.price,
            quota: request.quota,
            takenCount: 0,
            paidCount: 0,
            kinds: request.kinds
        });
        obligations += budget;
        emit DealOpened(
            dealId,
            consumer,
            request.termsHash,
            request.price,
            request.quota,
            request.kinds,
            request.purpose,
            request.deadline,
            commissionBasisPoints,
            budget
        );
        TOKEN.safeTransferFrom(consumer, address(this), budget);
    }

    /// @dev A person has submitted a root to a deal in no version yet. Returns the identifier of its submission. A root
    /// that was submitted before it became another record's correction stays what it was.
    function _requireNew(bytes32 dealId, address person, bytes32 root) private view returns (bytes32 submissionId) {
        bytes32 firstRoot = RECORDS.firstRootOf(person, root);
        submissionId = _requireFree(dealId, person, firstRoot);
        if (firstRoot != root) _requireFree(dealId, person, root);
    }

    /// @dev There is no submission of this person and root yet. Returns its identifier.
    function _requireFree(bytes32 dealId, address person, bytes32 root) private view returns (bytes32 submissionId) {
        submissionId = keccak256(abi.encode(dealId, person, root));
        if (_submissions[dealId][submissionId].status != SubmissionStatus.None) revert SubmittedAlready(submissionId);
    }

    /// @dev The arbiters' turn.
    function _dispute(bytes32 dealId, bytes32 submissionId, Submission storage submission, bytes32 reason) private {
        (submission.status, submission.disputedAt) = (SubmissionStatus.Disputed, uint40(block.timestamp));
        emit SubmissionDisputed(dealId, submissionId, reason);
    }

    /// @dev Put the price of a submission that is not paid back into its deal.
    function _refuse(bytes32 dealId, Submission storage submission) private {
        submission.status = SubmissionStatus.Refused;
        _deals[dealId].takenCount -= 1;
    }

    /// @dev Pay the present key of a submission's patient, less the commission, out of the escrow.
    function _pay(bytes32 dealId, bytes32 submissionId, Submission storage submission) private {
        Deal storage deal = _deals[dealId];
        submission.status = SubmissionStatus.Paid;
        deal.paidCount += 1;
        uint256 price = deal.price;
        obligations -= price;
        uint256 commission = price * deal.commissionBasisPoints / BASIS_POINTS;
        address patient = IDENTITY.currentKeyOf(submission.patient);
        emit SubmissionPaid(dealId, submissionId, patient, price - commission, commission);
        TOKEN.safeTransfer(patient, price - commission);
        if (commission != 0) TOKEN.safeTransfer(treasury, commission);
    }

    /// @dev Cut a deal's quota to what is taken and send the difference back to the consumer's present key.
    function _return(bytes32 dealId, Deal storage deal) private returns (uint256 amount) {
        amount = uint256(deal.quota - deal.takenCount) * deal.price;
        if (amount == 0) return 0;
        deal.quota = deal.takenCount;
        obligations -= amount;
        address consumer = IDENTITY.currentKeyOf(deal.consumer);
        emit BudgetReturned(dealId, consumer, amount);
        TOKEN.safeTransfer(consumer, amount);
    }

    /// @dev Set the commission of deals to come.
    function _setCommission(uint16 basisPoints) private {
        if (basisPoints > MOST_COMMISSION_BASIS_POINTS) {
            revert CommissionTooHigh(basisPoints, MOST_COMMISSION_BASIS_POINTS);
        }
        commissionBasisPoints = basisPoints;
        emit CommissionSet(basisPoints);
    }

    /// @dev Set who gets the commissions.
    function _setTreasury(address account) private {
        if (account == address(0)) revert TreasuryMissing();
        treasury = account;
        emit TreasurySet(account);
    }

    /// @dev The record is valid, contains the disclosed part, is of a kind that the deal takes, and its patient lets
    /// the consumer read it for the deal's purpose.
    function _requireDisclosure(Deal storage deal, Disclosure calldata disclosure, bytes32 recordId) private view {
        bool proven = RECORDS.verifyLeaf(
            disclosure.root, disclosure.issuer, disclosure.patient, disclosure.leaf, disclosure.proof
        );
        if (!proven) revert DisclosureInvalid(recordId, disclosure.leaf);
        (, uint16 kind,,) = RECORDS.statusAndKind(recordId);
        if (!deal.kinds.contain(kind)) revert KindNotWanted(recordId, kind);
        if (!CONSENTS.permits(disclosure.patient, deal.consumer, deal.purpose, recordId)) {
            revert NotConsented(disclosure.patient, deal.consumer, recordId);
        }
    }

    /// @dev The record is neither revoked nor superseded; it may be past its time.
    function _isLive(bytes32 recordId) private view returns (bool) {
        (IRecordRegistry.Status status,,,) = RECORDS.statusAndKind(recordId);
        return status == IRecordRegistry.Status.Anchored || status == IRecordRegistry.Status.Credited;
    }

    /// @dev The deal of an identifier, which must exist and whose consumer's present key must be the sender.
    function _requireConsumer(bytes32 dealId) private view returns (Deal storage deal) {
        deal = _known(dealId);
        address caller = _msgSender();
        if (IDENTITY.currentKeyOf(deal.consumer) != caller) revert NotTheConsumer(caller, deal.consumer);
    }

    /// @dev The deal of an identifier, which must exist.
    function _known(bytes32 dealId) private view returns (Deal storage deal) {
        deal = _deals[dealId];
        if (deal.consumer == address(0)) revert DealUnknown(dealId);
    }

    /// @dev The last second (Unix) at which the consumer may dispute.
    function _reviewEnd(Submission storage submission) private view returns (uint256) {
        return uint256(submission.submittedAt) + REVIEW_PERIOD;
    }

    /// @dev The last second (Unix) at which an arbiter may decide.
    function _arbitrationEnd(Submission storage submission) private view returns (uint256) {
        return uint256(submission.disputedAt) + ARBITRATION_PERIOD;
    }

    /// @dev The status must be the one that the act needs.
    function _requireStatus(bytes32 submissionId, SubmissionStatus status, SubmissionStatus needed) private pure {
        if (status != needed) revert SubmissionStatusUnfit(submissionId, status);
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
