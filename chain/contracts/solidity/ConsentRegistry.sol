// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

import {IConsentRegistry} from "./interfaces/IConsentRegistry.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";
import {Kinds} from "./Kinds.sol";
import {Offices} from "./Offices.sol";
import {Signature, Signatures} from "./Signatures.sol";

/// @title Who may read what, for which purpose, until when; and who broke the glass
/// @notice A consent names its recipient, one purpose, its items (kinds of records, or one record) and its period. The
/// patient narrows or withdraws it at any time. Whoever reads logs it here, and cannot without a live consent. In an
/// emergency a certified provider may read without one, for a short time, and has to answer for it.
/// @dev Consents are kept under persons, not keys, so that they outlive a lost phone on either side: one slot for each
/// patient, grantee, purpose and record (or no record, for consents by kind). Granting again replaces what stood there.
/// Each word of the patient on a consent is an edition of its own, and a signed one is good for the next edition only,
/// so that a signature which was never brought cannot undo what the patient narrowed or withdrew since. What lies in
/// the past stays in the log, as events.
contract ConsentRegistry is IConsentRegistry, Offices, EIP712, ERC2771Context {
    using Kinds for uint64;
    using Signatures for Signature;

    /// @notice The account is no patient, suspended, or a key that was replaced.
    /// @param patient the patient
    error PatientNotActive(address patient);
    /// @notice The account is not registered, suspended, or a key that was replaced.
    /// @param grantee who may read
    error GranteeNotActive(address grantee);
    /// @notice A consent is for a purpose.
    error PurposeMissing();
    /// @notice A consent covers kinds of records or one record: neither was given.
    error ScopeEmpty();
    /// @notice A consent covers kinds of records or one record, and one record needs no period.
    /// @param recordId the identifier of the record
    /// @param kinds the kinds of records, bit k for kind k
    /// @param anchoredFrom the first second (Unix) of anchoring
    /// @param anchoredUntil the last second (Unix) of anchoring
    error ScopeAmbiguous(bytes32 recordId, uint64 kinds, uint40 anchoredFrom, uint40 anchoredUntil);
    /// @notice No record can be anchored in a period that ends before it begins.
    /// @param anchoredFrom the first second (Unix) of anchoring
    /// @param anchoredUntil the last second (Unix) of anchoring
    error ScopePeriodEmpty(uint40 anchoredFrom, uint40 anchoredUntil);
    /// @notice A consent must not have expired already.
    /// @param expiry the last second (Unix) of the consent
    /// @param time now, Unix seconds
    error ExpiryPassed(uint40 expiry, uint256 time);
    /// @notice A consent's period is limited: it must expire at `latestExpiry` (Unix seconds) or before.
    /// @param expiry the last second (Unix) of the consent
    /// @param latestExpiry the latest expiry, Unix seconds
    error ExpiryTooFar(uint40 expiry, uint256 latestExpiry);
    /// @notice The signature was to be used until `deadline` (Unix seconds).
    /// @param deadline the last second (Unix) at which the signature counted
    /// @param time now, Unix seconds
    error DeadlinePassed(uint40 deadline, uint256 time);
    /// @notice The signature is not the patient's, or not over this consent and its next edition.
    /// @param patient the patient
    error InvalidPatientSignature(address patient);
    /// @notice There is no consent, or it was withdrawn or has expired.
    /// @param consentId the identifier of the consent
    error ConsentNotLive(bytes32 consentId);
    /// @notice Narrowing takes something away and adds nothing.
    /// @param consentId the identifier of the consent
    error NotNarrower(bytes32 consentId);
    /// @notice No live consent covers this record for this purpose.
    /// @param patient the patient
    /// @param grantee who may read
    /// @param purpose what for
    /// @param recordId the identifier of the record
    error AccessNotPermitted(address patient, address grantee, Purpose purpose, bytes32 recordId);

    /// @notice The provider is not certified now.
    /// @param provider the provider
    error ProviderNotCertified(address provider);
    /// @notice The account was never registered as a patient.
    /// @param patient the patient
    error PatientNotRegistered(address patient);
    /// @notice An emergency has a reason.
    error ReasonMissing();
    /// @notice The provider has opened this patient's records for this reason already.
    /// @param emergencyId the identifier of the emergency
    error EmergencyOpenedAlready(bytes32 emergencyId);
    /// @notice There is no such emergency.
    /// @param emergencyId the identifier of the emergency
    error EmergencyUnknown(bytes32 emergencyId);
    /// @notice The emergency is in another state than this act needs.
    /// @param emergencyId the identifier of the emergency
    /// @param status the state it is in
    error EmergencyStatusUnfit(bytes32 emergencyId, EmergencyStatus status);
    /// @notice The emergency's access ended at `endsAt` (Unix seconds).
    /// @param emergencyId the identifier of the emergency
    /// @param endsAt the last second (Unix) of its access
    error EmergencyOver(bytes32 emergencyId, uint256 endsAt);
    /// @notice The answer was due at `dueAt` (Unix seconds).
    /// @param emergencyId the identifier of the emergency
    /// @param dueAt the last second (Unix) for the answer
    error AnswerOverdue(bytes32 emergencyId, uint256 dueAt);
    /// @notice The answer is due at `dueAt` (Unix seconds), which has not passed.
    /// @param emergencyId the identifier of the emergency
    /// @param dueAt the last second (Unix) for the answer
    error AnswerNotOverdue(bytes32 emergencyId, uint256 dueAt);
    /// @notice An answer gives a justification.
    error JustificationMissing();
    /// @notice Only the provider that broke the glass may do this, with its present key.
    /// @param caller who called
    /// @param provider the provider
    error NotTheProvider(address caller, address provider);
    /// @notice Only the patient may do this, with the present key.
    /// @param caller who called
    /// @param patient the patient
    error NotThePatient(address caller, address patient);
    /// @notice The record is another patient's than the emergency.
    /// @param recordPatient the patient of the record
    /// @param patient the patient
    error RecordOutsideEmergency(address recordPatient, address patient);
    /// @notice There is no such record.
    /// @param recordId the identifier of the record
    error RecordUnknown(bytes32 recordId);
    /// @notice The patient has contested this emergency already: before its verdict, or that verdict.
    /// @param emergencyId the identifier of the emergency
    error ContestedAlready(bytes32 emergencyId);
    /// @notice A party to an emergency does not judge it.
    /// @param reviewer the reviewer
    error ReviewerIsParty(address reviewer);
    /// @notice A contested verdict is reviewed by somebody else.
    /// @param reviewer the reviewer
    error ReviewerJudgedAlready(address reviewer);

    /// @notice What a consent covers: kinds of records, or one record.
    /// @param recordId the one record, of which a correction is another; zero for a consent by kind
    /// @param kinds the kinds, bit k for kind k; 0 for a consent to one record
    /// @param anchoredFrom records anchored before this (Unix seconds) are not covered; 0 for a consent to one record
    /// @param anchoredUntil records anchored after this (Unix seconds) are not covered; 0 for a consent to one record
    struct Scope {
        bytes32 recordId;
        uint64 kinds;
        uint40 anchoredFrom;
        uint40 anchoredUntil;
    }

    /// @notice A consent, in one storage slot.
    /// @param kinds the kinds of records that it covers, bit k for kind k; 0 where it covers one record
    /// @param anchoredFrom the first second (Unix) of anchoring that it covers
    /// @param anchoredUntil the last second (Unix) of anchoring that it covers
    /// @param grantedAt when it was granted last, Unix seconds
    /// @param expiry the last second (Unix) at which it is live
    /// @param edition how often the patient has granted, narrowed or withdrawn it, 0 where there never was a consent
    /// @param revoked whether it was withdrawn since
    struct Consent {
        uint64 kinds;
        uint40 anchoredFrom;
        uint40 anchoredUntil;
        uint40 grantedAt;
        uint40 expiry;
        uint24 edition;
        bool revoked;
    }

    /// @notice How far an emergency has come. `Unanswered` was reported after the answer's term; `UnderReview` was
    /// judged justified, which the patient contests.
    enum EmergencyStatus {
        None,
        Open,
        Answered,
        Unanswered,
        Justified,
        Unjustified,
        UnderReview
    }

    /// @notice A provider's access to all records of a patient without consent.
    /// @param provider the provider's key that opened it
    /// @param openedAt when, Unix seconds
    /// @param status how far it has come
    /// @param objected whether the patient contested it before its first verdict
    /// @param contested whether the patient contested a verdict
    /// @param accessCount how many accesses were logged
    /// @param patient the patient, by the key that the provider named
    /// @param reviewer who judged it last, zero where nobody has
    struct Emergency {
        address provider;
        uint40 openedAt;
        EmergencyStatus status;
        bool objected;
        bool contested;
        uint32 accessCount;
        address patient;
        address reviewer;
    }

    /// @notice What a provider has to answer for, counted over all its emergencies. Those that are neither answered nor
    /// reported as unanswered are open. Verdicts count as they stand: a contested one leaves the count until the next.
    /// @param openedCount how many it opened
    /// @param answeredCount how many it answered in time
    /// @param unansweredCount how many were reported as unanswered
    /// @param justifiedCount how many stand judged justified
    /// @param unjustifiedCount how many stand judged unjustified
    /// @param objectedCount how many were contested by their patients before a verdict
    /// @param contestedCount how many verdicts were contested by their patients
    struct Accountability {
        uint32 openedCount;
        uint32 answeredCount;
        uint32 unansweredCount;
        uint32 justifiedCount;
        uint32 unjustifiedCount;
        uint32 objectedCount;
        uint32 contestedCount;
    }

    /// @notice The registry's terms, fixed for good. All in seconds.
    /// @param longestPeriod the longest period of a consent
    /// @param emergencyPeriod how long an emergency gives access
    /// @param answerPeriod how long after that the provider may answer
    struct Terms {
        uint40 longestPeriod;
        uint40 emergencyPeriod;
        uint40 answerPeriod;
    }

    /// @notice The role that judges emergencies; granted by the admin.
    /// @return its identifier
    bytes32 public constant REVIEWER_ROLE = keccak256("REVIEWER_ROLE");
    /// @notice EIP-712 type of a consent that a patient signs and somebody else sends.
    /// @return the hash of the type's text
    bytes32 public constant CONSENT_TYPEHASH = keccak256(
        "Consent(address patient,address grantee,uint8 purpose,bytes32 recordId,uint64 kinds,uint40 anchoredFrom,uint40 anchoredUntil,uint40 expiry,uint24 edition,uint40 deadline)"
    );

    /// @notice Where records are anchored.
    /// @return its address
    IRecordRegistry public immutable RECORDS;
    /// @notice The longest period of a consent, in seconds.
    /// @return seconds
    uint40 public immutable LONGEST_PERIOD;
    /// @notice How long an emergency gives access, in seconds.
    /// @return seconds
    uint40 public immutable EMERGENCY_PERIOD;
    /// @notice How long after the end of its access an emergency may be answered, in seconds.
    /// @return seconds
    uint40 public immutable ANSWER_PERIOD;

    mapping(bytes32 consentId => Consent) private _consents;
    mapping(bytes32 emergencyId => Emergency) private _emergencies;
    mapping(address provider => Accountability) private _accountability;

    /// @notice A patient consents: `grantee` may read what the scope covers, for `purpose`, until `expiry`.
    /// @param consentId the identifier of the consent
    /// @param patient the patient's key that granted it
    /// @param grantee who may read
    /// @param purpose what for
    /// @param recordId the one record that is covered, zero where kinds are
    /// @param kinds the kinds of records that are covered, bit k for kind k
    /// @param anchoredFrom the first second (Unix) of anchoring that is covered
    /// @param anchoredUntil the last second (Unix) of anchoring that is covered
    /// @param expiry the last second (Unix) at which the consent is live
    /// @param edition the consent's edition from now on
    event ConsentGranted(
        bytes32 indexed consentId,
        address indexed patient,
        address indexed grantee,
        Purpose purpose,
        bytes32 recordId,
        uint64 kinds,
        uint40 anchoredFrom,
        uint40 anchoredUntil,
        uint40 expiry,
        uint24 edition
    );
    /// @notice The patient took something away from a consent; this is what is left.
    /// @param consentId the identifier of the consent
    /// @param kinds the kinds of records that are still covered, bit k for kind k
    /// @param anchoredFrom the first second (Unix) of anchoring that is still covered
    /// @param anchoredUntil the last second (Unix) of anchoring that is still covered
    /// @param expiry the last second (Unix) at which the consent is live
    /// @param edition the consent's edition from now on
    event ConsentNarrowed(
        bytes32 indexed consentId,
        uint64 kinds,
        uint40 anchoredFrom,
        uint40 anchoredUntil,
        uint40 expiry,
        uint24 edition
    );
    /// @notice The patient withdrew a consent.
    /// @param consentId the identifier of the consent
    /// @param patient the patient's present key
    /// @param edition the consent's edition from now on
    event ConsentRevoked(bytes32 indexed consentId, address indexed patient, uint24 edition);
    /// @notice A grantee read a record under a live consent.
    /// @param consentId the identifier of the consent
    /// @param recordId the identifier of the record
    /// @param grantee who read
    /// @param patient the patient of the record
    /// @param purpose what for
    /// @param edition the edition of the consent
    event AccessLogged(
        bytes32 indexed consentId,
        bytes32 indexed recordId,
        address indexed grantee,
        address patient,
        Purpose purpose,
        uint24 edition
    );
    /// @notice A provider broke the glass: it may read all records of a patient until `endsAt`.
    /// @param emergencyId the identifier of the emergency
    /// @param provider the provider
    /// @param patient the patient
    /// @param reason the salted hash of the reason
    /// @param endsAt the last second (Unix) of the access
    event EmergencyOpened(
        bytes32 indexed emergencyId,
        address indexed provider,
        address indexed patient,
        bytes32 reason,
        uint256 endsAt
    );
    /// @notice A provider read a record in an emergency.
    /// @param emergencyId the identifier of the emergency
    /// @param recordId the identifier of the record
    /// @param provider the provider
    /// @param patient the patient of the record
    event EmergencyAccessLogged(
        bytes32 indexed emergencyId, bytes32 indexed recordId, address indexed provider, address patient
    );
    /// @notice The provider answered for an emergency, which ends its access.
    /// @param emergencyId the identifier of the emergency
    /// @param provider the provider's present key
    /// @param justification the salted hash of the justification
    event EmergencyAnswered(bytes32 indexed emergencyId, address indexed provider, bytes32 justification);
    /// @notice An emergency was not answered in time.
    /// @param emergencyId the identifier of the emergency
    /// @param provider the provider
    event EmergencyUnanswered(bytes32 indexed emergencyId, address indexed provider);
    /// @notice A reviewer judged an emergency.
    /// @param emergencyId the identifier of the emergency
    /// @param reviewer who judged
    /// @param justified whether the glass was rightly broken
    /// @param finding the hash of the reviewer's reasons
    event EmergencyJudged(
        bytes32 indexed emergencyId, address indexed reviewer, bool justified, bytes32 finding
    );
    /// @notice The patient contests an emergency before its verdict, or that verdict, which is set aside.
    /// @param emergencyId the identifier of the emergency
    /// @param patient the patient's present key
    /// @param reason the salted hash of the patient's reason
    event EmergencyContested(bytes32 indexed emergencyId, address indexed patient, bytes32 reason);

    /// @notice Fix the neighbours and the terms.
    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param admin who grants and revokes `REVIEWER_ROLE`
    /// @param reviewers who holds `REVIEWER_ROLE` from the start
    /// @param identity the registry of roles, certifications and keys
    /// @param records the registry of records
    /// @param terms the terms, fixed for good
    constructor(
        address forwarder,
        address admin,
        address[] memory reviewers,
        IIdentityRegistry identity,
        IRecordRegistry records,
        Terms memory terms
    ) EIP712("MedSim ConsentRegistry", "1") ERC2771Context(forwarder) Offices(identity) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        for (uint256 i = 0; i < reviewers.length; ++i) {
            _grantRole(REVIEWER_ROLE, reviewers[i]);
        }
        RECORDS = records;
        LONGEST_PERIOD = terms.longestPeriod;
        EMERGENCY_PERIOD = terms.emergencyPeriod;
        ANSWER_PERIOD = terms.answerPeriod;
    }

    /// @notice Consent to a grantee's reading of one's records. What stood for the same grantee, purpose and record
    /// before is replaced. The sender is a patient.
    /// @param grantee who may read
    /// @param purpose what for
    /// @param scope which records
    /// @param expiry the last second (Unix) at which the consent is live
    /// @return consentId the identifier of the consent
    function grant(address grantee, Purpose purpose, Scope calldata scope, uint40 expiry)
        external
        returns (bytes32 consentId)
    {
        address patient = _msgSender();
        consentId = consentIdOf(patient, grantee, purpose, scope.recordId);
        _grant(consentId, patient, grantee, purpose, scope, expiry);
    }

    /// @notice Bring a consent that its patient signed. Anyone may send it, once, until `deadline`: the signature holds
    /// for the consent's next edition only. A patient takes an unused signature back by granting and withdrawing.
    /// @param patient who signed: the patient's present key
    /// @param grantee who may read
    /// @param purpose what for
    /// @param scope which records
    /// @param expiry the last second (Unix) at which the consent is live
    /// @param deadline the last second (Unix) at which the signature may be brought
    /// @param patientSignature over the consent and its next edition
    /// @return consentId the identifier of the consent
    function grantSigned(
        address patient,
        address grantee,
        Purpose purpose,
        Scope calldata scope,
        uint40 expiry,
        uint40 deadline,
        Signature calldata patientSignature
    ) external returns (bytes32 consentId) {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
        consentId = consentIdOf(patient, grantee, purpose, scope.recordId);
        uint24 edition = _consents[consentId].edition + 1;
        bytes32 digest = consentDigest(patient, grantee, purpose, scope, expiry, edition, deadline);
        if (!patientSignature.isBy(digest, patient)) revert InvalidPatientSignature(patient);
        _grant(consentId, patient, grantee, purpose, scope, expiry);
    }

    /// @notice Take something away from a live consent: kinds, parts of the period of anchoring, time. The sender is
    /// its patient, by the present key.
    /// @param grantee who may read, by any of its keys
    /// @param purpose what for
    /// @param scope what is left; of a consent to one record the expiry alone can be narrowed
    /// @param expiry the last second (Unix) at which the consent is live, in the future
    function narrow(address grantee, Purpose purpose, Scope calldata scope, uint40 expiry) external {
        bytes32 consentId = _ownConsent(grantee, purpose, scope.recordId);
        Consent storage consent = _consents[consentId];
        Consent memory before = consent;
        if (!_isLive(before)) revert ConsentNotLive(consentId);
        _requireScope(scope);
        if (expiry < block.timestamp) revert ExpiryPassed(expiry, block.timestamp);
        bool adds = scope.kinds & ~before.kinds != 0 || scope.anchoredFrom < before.anchoredFrom
            || scope.anchoredUntil > before.anchoredUntil || expiry > before.expiry;
        bool same = scope.kinds == before.kinds && scope.anchoredFrom == before.anchoredFrom
            && scope.anchoredUntil == before.anchoredUntil && expiry == before.expiry;
        if (adds || same) revert NotNarrower(consentId);
        uint24 edition = before.edition + 1;
        (consent.kinds, consent.anchoredFrom, consent.anchoredUntil, consent.expiry, consent.edition) =
            (scope.kinds, scope.anchoredFrom, scope.anchoredUntil, expiry, edition);
        emit ConsentNarrowed(consentId, scope.kinds, scope.anchoredFrom, scope.anchoredUntil, expiry, edition);
    }

    /// @notice Withdraw a live consent, from this block on. The sender is its patient, by the present key, suspended or
    /// not.
    /// @param grantee who may read, by any of its keys
    /// @param purpose what for
    /// @param recordId the one record of the consent, zero for a consent by kind
    function revoke(address grantee, Purpose purpose, bytes32 recordId) external {
        bytes32 consentId = _ownConsent(grantee, purpose, recordId);
        if (!isLive(consentId)) revert ConsentNotLive(consentId);
        Consent storage consent = _consents[consentId];
        uint24 edition = consent.edition + 1;
        (consent.revoked, consent.edition) = (true, edition);
        emit ConsentRevoked(consentId, _msgSender(), edition);
    }

    /// @notice Log that the sender reads a record now. Refused where no live consent covers it.
    /// @param patient the patient of the record
    /// @param purpose what for
    /// @param root the root of the record
    /// @param issuer the provider that issued the record
    /// @return consentId the consent that covers it
    function logAccess(address patient, Purpose purpose, bytes32 root, address issuer)
        external
        returns (bytes32 consentId)
    {
        address grantee = _msgSender();
        if (IDENTITY.accountStanding(grantee) != IIdentityRegistry.Standing.Active) revert GranteeNotActive(grantee);
        bytes32 recordId = RECORDS.recordIdOf(root, issuer, patient);
        consentId = _covering(patient, grantee, purpose, recordId);
        if (consentId == 0) revert AccessNotPermitted(patient, grantee, purpose, recordId);
        emit AccessLogged(consentId, recordId, grantee, patient, purpose, _consents[consentId].edition);
    }

    /// @notice Break the glass: open all records of a patient for a short time. The sender is a provider certified now.
    /// @dev Never refused for what the provider owes: an emergency does not wait for paperwork. Whoever abuses it is
    /// counted here and loses its certification elsewhere.
    /// @param patient the patient, by any of the patient's keys
    /// @param reason the salted hash of the reason; an emergency of the same provider and patient needs a new one
    /// @return emergencyId the identifier of the emergency, keccak256(abi.encode(provider, patient, reason))
    function openEmergency(address patient, bytes32 reason) external returns (bytes32 emergencyId) {
        address provider = _msgSender();
        if (!IDENTITY.isCertified(provider)) revert ProviderNotCertified(provider);
        if (IDENTITY.roleOf(IDENTITY.currentKeyOf(patient)) != IIdentityRegistry.Role.Patient) {
            revert PatientNotRegistered(patient);
        }
        if (reason == 0) revert ReasonMissing();
        emergencyId = keccak256(abi.encode(provider, patient, reason));
        Emergency storage emergency = _emergencies[emergencyId];
        if (emergency.status != EmergencyStatus.None) revert EmergencyOpenedAlready(emergencyId);
        (emergency.provider, emergency.openedAt, emergency.status) =
            (provider, uint40(block.timestamp), EmergencyStatus.Open);
        emergency.patient = patient;
        _accountabilityOf(provider).openedCount += 1;
        emit EmergencyOpened(emergencyId, provider, patient, reason, _accessEnd(emergency));
    }

    /// @notice Log that the sender reads a record in an emergency that it opened. Refused once it is over or answered,
    /// or the provider's certification is. A record that stands in a batch has to be proven first.
    /// @param emergencyId the identifier of the emergency
    /// @param recordPatient the patient of the record: any key of the emergency's patient
    /// @param root the root of the record
    /// @param issuer the provider that issued the record
    function logEmergencyAccess(bytes32 emergencyId, address recordPatient, bytes32 root, address issuer)
        external
    {
        Emergency storage emergency = _known(emergencyId);
        address provider = _requireProvider(emergency);
        if (!IDENTITY.isCertified(provider)) revert ProviderNotCertified(provider);
        _requireStatus(emergencyId, emergency.status, EmergencyStatus.Open);
        uint256 end = _accessEnd(emergency);
        if (block.timestamp > end) revert EmergencyOver(emergencyId, end);
        if (!IDENTITY.samePerson(recordPatient, emergency.patient)) {
            revert RecordOutsideEmergency(recordPatient, emergency.patient);
        }
        bytes32 recordId = RECORDS.recordIdOf(root, issuer, recordPatient);
        (IRecordRegistry.Status recordStatus,,,) = RECORDS.statusAndKind(recordId);
        if (recordStatus == IRecordRegistry.Status.None) revert RecordUnknown(recordId);
        emergency.accessCount += 1;
        emit EmergencyAccessLogged(emergencyId, recordId, provider, recordPatient);
    }

    /// @notice Answer for an emergency, which ends its access. The sender is its provider, certified still or not.
    /// @param emergencyId the identifier of the emergency
    /// @param justification the salted hash of the justification
    function answerEmergency(bytes32 emergencyId, bytes32 justification) external {
        Emergency storage emergency = _known(emergencyId);
        address provider = _requireProvider(emergency);
        _requireStatus(emergencyId, emergency.status, EmergencyStatus.Open);
        uint256 due = _answerDue(emergency);
        if (block.timestamp > due) revert AnswerOverdue(emergencyId, due);
        if (justification == 0) revert JustificationMissing();
        emergency.status = EmergencyStatus.Answered;
        _accountabilityOf(provider).answeredCount += 1;
        emit EmergencyAnswered(emergencyId, provider, justification);
    }

    /// @notice Put on record that an emergency was not answered in time. Anyone may.
    /// @param emergencyId the identifier of the emergency
    function reportUnanswered(bytes32 emergencyId) external {
        Emergency storage emergency = _known(emergencyId);
        _requireStatus(emergencyId, emergency.status, EmergencyStatus.Open);
        uint256 due = _answerDue(emergency);
        if (block.timestamp <= due) revert AnswerNotOverdue(emergencyId, due);
        emergency.status = EmergencyStatus.Unanswered;
        _accountabilityOf(emergency.provider).unansweredCount += 1;
        emit EmergencyUnanswered(emergencyId, emergency.provider);
    }

    /// @notice Judge an emergency that was answered, or reported as unanswered. Only a reviewer, no party to it, and
    /// another one where a first verdict was contested.
    /// @param emergencyId the identifier of the emergency
    /// @param justified whether the glass was rightly broken
    /// @param finding the hash of the reviewer's reasons
    function judgeEmergency(bytes32 emergencyId, bool justified, bytes32 finding)
        external
        onlyRole(REVIEWER_ROLE)
    {
        Emergency storage emergency = _known(emergencyId);
        address reviewer = _msgSender();
        EmergencyStatus status = emergency.status;
        bool judgeable = status == EmergencyStatus.Answered || status == EmergencyStatus.Unanswered
            || status == EmergencyStatus.UnderReview;
        if (!judgeable) revert EmergencyStatusUnfit(emergencyId, status);
        if (IDENTITY.samePerson(reviewer, emergency.provider) || IDENTITY.samePerson(reviewer, emergency.patient)) {
            revert ReviewerIsParty(reviewer);
        }
        if (IDENTITY.samePerson(reviewer, emergency.reviewer)) revert ReviewerJudgedAlready(reviewer);
        emergency.reviewer = reviewer;
        Accountability storage tally = _accountabilityOf(emergency.provider);
        if (justified) {
            emergency.status = EmergencyStatus.Justified;
            tally.justifiedCount += 1;
        } else {
            emergency.status = EmergencyStatus.Unjustified;
            tally.unjustifiedCount += 1;
        }
        emit EmergencyJudged(emergencyId, reviewer, justified, finding);
    }

    /// @notice Contest an emergency: once before its verdict, which tells the reviewer, and once a verdict that it was
    /// justified, which is set aside until another reviewer has judged. The sender is its patient, by the present key.
    /// @param emergencyId the identifier of the emergency
    /// @param reason the salted hash of the patient's reason
    function contestEmergency(bytes32 emergencyId, bytes32 reason) external {
        Emergency storage emergency = _known(emergencyId);
        address caller = _msgSender();
        if (IDENTITY.currentKeyOf(emergency.patient) != caller) revert NotThePatient(caller, emergency.patient);
        EmergencyStatus status = emergency.status;
        if (status == EmergencyStatus.Unjustified) revert EmergencyStatusUnfit(emergencyId, status);
        bool judged = emergency.reviewer != address(0);
        if (judged ? emergency.contested : emergency.objected) revert ContestedAlready(emergencyId);
        Accountability storage tally = _accountabilityOf(emergency.provider);
        if (judged) {
            (emergency.contested, emergency.status) = (true, EmergencyStatus.UnderReview);
            tally.contestedCount += 1;
            tally.justifiedCount -= 1;
        } else {
            emergency.objected = true;
            tally.objectedCount += 1;
        }
        emit EmergencyContested(emergencyId, caller, reason);
    }

    /// @inheritdoc IConsentRegistry
    function permits(address patient, address grantee, Purpose purpose, bytes32 recordId)
        external
        view
        returns (bool)
    {
        IIdentityRegistry.Standing standing = IDENTITY.accountStanding(IDENTITY.currentKeyOf(grantee));
        return standing == IIdentityRegistry.Standing.Active && _covering(patient, grantee, purpose, recordId) != 0;
    }

    /// @notice The consent of an identifier; its edition is 0 where there is none.
    /// @param consentId the identifier of the consent
    /// @return the consent, live or not
    function consentOf(bytes32 consentId) external view returns (Consent memory) {
        return _consents[consentId];
    }

    /// @notice The emergency of an identifier; its status is `None` where there is none.
    /// @param emergencyId the identifier of the emergency
    /// @return the emergency
    function emergencyOf(bytes32 emergencyId) external view returns (Emergency memory) {
        return _emergencies[emergencyId];
    }

    /// @notice Whether an emergency gives access in this block, as long as its provider stays certified.
    /// @param emergencyId the identifier of the emergency
    /// @return whether it is open and its time is not over
    function isEmergencyLive(bytes32 emergencyId) external view returns (bool) {
        Emergency storage emergency = _emergencies[emergencyId];
        return emergency.status == EmergencyStatus.Open && block.timestamp <= _accessEnd(emergency);
    }

    /// @notice What a provider has to answer for, over all its keys.
    /// @param provider the provider, by any of its keys
    /// @return counts of its emergencies by what became of them
    function accountabilityOf(address provider) external view returns (Accountability memory) {
        return _accountabilityOf(provider);
    }

    /// @inheritdoc IConsentRegistry
    function isLive(bytes32 consentId) public view returns (bool) {
        return _isLive(_consents[consentId]);
    }

    /// @notice The identifier of the consent of a patient to a grantee for a purpose and a record: the hash of both
    /// persons' first keys, the purpose and the record.
    /// @param patient the patient, by any of the patient's keys
    /// @param grantee who may read, by any of its keys
    /// @param purpose what for
    /// @param recordId the one record, zero for the consent by kind
    /// @return consentId the identifier, whether there is such a consent or not
    function consentIdOf(address patient, address grantee, Purpose purpose, bytes32 recordId)
        public
        view
        returns (bytes32 consentId)
    {
        return _idOf(IDENTITY.personOf(patient), IDENTITY.personOf(grantee), purpose, recordId);
    }

    /// @notice The digest that a patient signs over a consent which somebody else sends.
    /// @param patient the patient's present key
    /// @param grantee who may read
    /// @param purpose what for
    /// @param scope which records
    /// @param expiry the last second (Unix) at which the consent is live
    /// @param edition the consent's next edition: one more than the present one
    /// @param deadline the last second (Unix) at which the signature may be brought
    /// @return the EIP-712 digest
    function consentDigest(
        address patient,
        address grantee,
        Purpose purpose,
        Scope calldata scope,
        uint40 expiry,
        uint24 edition,
        uint40 deadline
    ) public view returns (bytes32) {
        bytes memory parties = abi.encode(CONSENT_TYPEHASH, patient, grantee, purpose);
        bytes memory items = abi.encode(scope.recordId, scope.kinds, scope.anchoredFrom, scope.anchoredUntil);
        bytes memory period = abi.encode(expiry, edition, deadline);
        return _hashTypedDataV4(keccak256(bytes.concat(parties, items, period)));
    }

    /// @dev Check and write a consent in its next edition.
    function _grant(
        bytes32 consentId,
        address patient,
        address grantee,
        Purpose purpose,
        Scope calldata scope,
        uint40 expiry
    ) private {
        if (!IDENTITY.isActive(patient, IIdentityRegistry.Role.Patient)) revert PatientNotActive(patient);
        if (IDENTITY.accountStanding(grantee) != IIdentityRegistry.Standing.Active) revert GranteeNotActive(grantee);
        if (purpose == Purpose.None) revert PurposeMissing();
        _requireScope(scope);
        if (expiry < block.timestamp) revert ExpiryPassed(expiry, block.timestamp);
        uint256 latest = block.timestamp + LONGEST_PERIOD;
        if (expiry > latest) revert ExpiryTooFar(expiry, latest);
        uint24 edition = _consents[consentId].edition + 1;
        _consents[consentId] = Consent({
            kinds: scope.kinds,
            anchoredFrom: scope.anchoredFrom,
            anchoredUntil: scope.anchoredUntil,
            grantedAt: uint40(block.timestamp),
            expiry: expiry,
            edition: edition,
            revoked: false
        });
        emit ConsentGranted(
            consentId,
            patient,
            grantee,
            purpose,
            scope.recordId,
            scope.kinds,
            scope.anchoredFrom,
            scope.anchoredUntil,
            expiry,
            edition
        );
    }

    /// @dev The identifier of the sender's own consent. Reverts where the sender's key was replaced.
    function _ownConsent(address grantee, Purpose purpose, bytes32 recordId) private view returns (bytes32) {
        address patient = _msgSender();
        if (IDENTITY.currentKeyOf(patient) != patient) revert PatientNotActive(patient);
        return consentIdOf(patient, grantee, purpose, recordId);
    }

    /// @dev The live consent that covers a record, zero where none does: the one to this record, or the one to its
    /// kind.
    function _covering(address patient, address grantee, Purpose purpose, bytes32 recordId)
        private
        view
        returns (bytes32 consentId)
    {
        if (recordId == 0) return 0;
        (address person, address reader) = (IDENTITY.personOf(patient), IDENTITY.personOf(grantee));
        consentId = _idOf(person, reader, purpose, recordId);
        if (isLive(consentId)) return consentId;
        consentId = _idOf(person, reader, purpose, 0);
        Consent memory consent = _consents[consentId];
        if (!_isLive(consent)) return 0;
        (IRecordRegistry.Status status, uint16 kind, uint40 anchoredAt,) = RECORDS.statusAndKind(recordId);
        bool covered = status != IRecordRegistry.Status.None && consent.kinds.contain(kind)
            && consent.anchoredFrom <= anchoredAt && anchoredAt <= consent.anchoredUntil;
        return covered ? consentId : bytes32(0);
    }

    /// @dev The emergency of an identifier, which must exist.
    function _known(bytes32 emergencyId) private view returns (Emergency storage emergency) {
        emergency = _emergencies[emergencyId];
        if (emergency.status == EmergencyStatus.None) revert EmergencyUnknown(emergencyId);
    }

    /// @dev The sender, which must be the present key of the emergency's provider.
    function _requireProvider(Emergency storage emergency) private view returns (address caller) {
        caller = _msgSender();
        address provider = emergency.provider;
        if (IDENTITY.currentKeyOf(provider) != caller) revert NotTheProvider(caller, provider);
    }

    /// @dev The counts of a provider, kept under its first key.
    function _accountabilityOf(address provider) private view returns (Accountability storage) {
        return _accountability[IDENTITY.personOf(provider)];
    }

    /// @dev The last second (Unix) of an emergency's access.
    function _accessEnd(Emergency storage emergency) private view returns (uint256) {
        return uint256(emergency.openedAt) + EMERGENCY_PERIOD;
    }

    /// @dev The last second (Unix) at which an emergency may be answered.
    function _answerDue(Emergency storage emergency) private view returns (uint256) {
        return _accessEnd(emergency) + ANSWER_PERIOD;
    }

    /// @dev Granted, not withdrawn, not expired.
    function _isLive(Consent memory consent) private view returns (bool) {
        return consent.edition != 0 && !consent.revoked && block.timestamp <= consent.expiry;
    }

    /// @dev The status must be the one that the act needs.
    function _requireStatus(bytes32 emergencyId, EmergencyStatus status, EmergencyStatus needed) private pure {
        if (status != needed) revert EmergencyStatusUnfit(emergencyId, status);
    }

    /// @dev Kinds and a period that is not empty, or one record and nothing else.
    function _requireScope(Scope calldata scope) private pure {
        if (scope.recordId == 0) {
            if (scope.kinds == 0) revert ScopeEmpty();
            if (scope.anchoredFrom > scope.anchoredUntil) {
                revert ScopePeriodEmpty(scope.anchoredFrom, scope.anchoredUntil);
            }
        } else if (scope.kinds | scope.anchoredFrom | scope.anchoredUntil != 0) {
            revert ScopeAmbiguous(scope.recordId, scope.kinds, scope.anchoredFrom, scope.anchoredUntil);
        }
    }

    /// @dev The identifier of a consent, from both persons' first keys.
    function _idOf(address person, address reader, Purpose purpose, bytes32 recordId)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(person, reader, purpose, recordId));
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
