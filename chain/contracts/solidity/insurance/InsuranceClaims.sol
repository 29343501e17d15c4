// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IConsentRegistry} from "../interfaces/IConsentRegistry.sol";
import {IRecordRegistry} from "../interfaces/IRecordRegistry.sol";
import {IRecordVersions} from "../interfaces/IRecordVersions.sol";
import {Kinds} from "../Kinds.sol";
import {InsurancePolicies} from "./InsurancePolicies.sol";

/// @title Claims: filed with the original, paid by rule or on review, appealed, and never paid twice
/// @notice A claim shows one leaf of an anchored record: the bill. Where the leaf is the bill's plain form
/// (`billLeafOf`), the amount is proven, as the provider signed it; only such claims are paid without anybody's decision,
/// at once by the product's rule or because the insurer let its term pass. Any other leaf is for the insurer to read.
///
/// What a claim may cost at most (its ceiling) is taken from the policy's cover and set aside from the insurer's reserve
/// when it is filed. If the reserve is too small, the claim stands all the same: what is lacking is the insurer's debt,
/// which comes before new policies and withdrawals, and is paid from whatever the reserve gets next (`collect`).
/// @dev Every way of a claim ends: after the insurer's term, the claimant's term to appeal and the arbiter's, anybody may
/// settle it. What is claimed is a case: a record is known by its person and the root of its first version, so that neither
/// a correction nor the same root under another key of the patient is paid again; and a correction does not bring an old
/// bill into the term of a new policy. The patient hands the leaf over by filing it, which is consent to
/// that; a product may ask for a consent on chain besides, as one whose adjusters read the whole record should.
abstract contract InsuranceClaims is InsurancePolicies {
    using Kinds for uint64;

    /// @notice The time to file claims under this policy is over.
    /// @param policyId the identifier
    /// @param filingUntil its last second (Unix)
    error FilingOver(bytes32 policyId, uint256 filingUntil);
    /// @notice The record is not the policy holder's.
    /// @param patient the record's patient
    /// @param holder the holder, by its first key
    error RecordOfAnotherPatient(address patient, address holder);
    /// @notice The record is not valid now, or the leaf is not part of it.
    /// @param recordId the identifier of the record
    error ProofInvalid(bytes32 recordId);
    /// @notice The product does not cover records of this kind.
    /// @param kind the kind of the record
    error KindNotCovered(uint16 kind);
    /// @notice The record, or the one that it corrects, was not anchored within the policy's cover.
    /// @param anchoredAt when it was anchored, Unix seconds
    /// @param startsAt the first second (Unix) of cover
    /// @param endsAt when cover is over, Unix seconds
    error RecordOutsideTerm(uint40 anchoredAt, uint40 startsAt, uint40 endsAt);
    /// @notice The product needs a consent of the patient to the insurer for the purpose Claim, and none is live.
    /// @param patient the record's patient
    /// @param insurer the insurer
    /// @param recordId the identifier of the record
    error ConsentMissing(address patient, address insurer, bytes32 recordId);
    /// @notice The record was the means of a proven fraud: no claim is ever paid for it.
    /// @param caseId the identifier of its case
    error RecordFraudulent(bytes32 caseId);
    /// @notice The record was paid under this policy, or a claim for it is open.
    /// @param policyId the identifier of the policy
    /// @param caseId the identifier of its case
    error RecordClaimedAlready(bytes32 policyId, bytes32 caseId);
    /// @notice The record is claimed under another policy, and one of the two forbids the other.
    /// @param caseId the identifier of its case
    error RecordClaimedElsewhere(bytes32 caseId);
    /// @notice The record was filed under this policy as often as allowed.
    /// @param policyId the identifier of the policy
    /// @param caseId the identifier of its case
    /// @param count how often
    error TooManyFilings(bytes32 policyId, bytes32 caseId, uint8 count);
    /// @notice The bill does not exceed the deductible, or the policy's cover is used up.
    /// @param amount the claimed amount, units of 10^-8 MED
    error NothingPayable(uint256 amount);
    /// @notice There is no such claim.
    /// @param claimId the identifier
    error ClaimUnknown(bytes32 claimId);
    /// @notice The claim has not come so far, or has gone further.
    /// @param claimId the identifier
    /// @param status how far it has come
    error ClaimStatusWrong(bytes32 claimId, ClaimStatus status);
    /// @notice The caller's time to act on the claim is over.
    /// @param claimId the identifier
    /// @param until its last second (Unix)
    error TermOver(bytes32 claimId, uint256 until);
    /// @notice Somebody still has time to act on the claim.
    /// @param claimId the identifier
    /// @param until its last second (Unix)
    error TermNotOver(bytes32 claimId, uint256 until);
    /// @notice The award is below what was awarded before, or above what the claim may cost.
    /// @param amount the award, units of 10^-8 MED
    /// @param minimumAmount what was awarded before, units of 10^-8 MED
    /// @param maximumAmount what the claim may cost, units of 10^-8 MED
    error AwardOutOfBounds(uint256 amount, uint256 minimumAmount, uint256 maximumAmount);
    /// @notice Nobody needs an arbiter: the claim is due, and `settle` pays it.
    /// @param claimId the identifier
    error ClaimDue(bytes32 claimId);
    /// @notice Nothing is lacking for the claim, or the reserve has nothing.
    /// @param claimId the identifier
    error NothingToCollect(bytes32 claimId);
    /// @notice An arbiter does not judge its own case.
    /// @param arbiter the arbiter, who is the policy's holder or insurer
    error ArbiterIsParty(address arbiter);
    /// @notice The policy was ended by fraud already.
    /// @param policyId the identifier
    error FraudProvenAlready(bytes32 policyId);

    /// @notice How far a claim has come. `Filed`: the insurer's turn. `Decided`: the insurer awarded less than the most,
    /// the claimant's turn. `Appealed`: the arbiter's turn. `Closed`: what is awarded is final. `Condemned`: closed, and
    /// itself proven to be a fraud.
    enum ClaimStatus {
        None,
        Filed,
        Decided,
        Appealed,
        Closed,
        Condemned
    }

    /// @notice A claim. Amounts are in units of 10^-8 MED.
    /// @param policyId the policy
    /// @param recordId the identifier of the record
    /// @param caseId the identifier of its case
    /// @param ceiling what it may cost at most
    /// @param awarded what is granted so far, by the rule, the insurer or the arbiter
    /// @param until the last second (Unix) of the term that runs, 0 where it is closed
    /// @param status how far it has come
    /// @param proven whether the amount is the record's own
    /// @param paid what has been paid
    /// @param held what is set aside for it
    /// @param discretionary whether its award is the insurer's word alone, without proof of the amount: paid last
    struct Claim {
        bytes32 policyId;
        bytes32 recordId;
        bytes32 caseId;
        uint96 ceiling;
        uint96 awarded;
        uint40 until;
        ClaimStatus status;
        bool proven;
        uint96 paid;
        uint96 held;
        bool discretionary;
    }

    /// @notice What a patient files.
    /// @param policyId the policy
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom, by the key of that time
    /// @param amount what the bill says, units of 10^-8 MED
    /// @param salt the salt of the bill's plain form; anything where the leaf is another
    /// @param leaf the salted hash of the bill
    /// @param proof the sibling hashes from the leaf to the root, pairs sorted
    struct Filing {
        bytes32 policyId;
        bytes32 root;
        address issuer;
        address patient;
        uint96 amount;
        bytes32 salt;
        bytes32 leaf;
        bytes32[] proof;
    }

    /// @notice One case under one policy.
    /// @param count how often it was filed
    /// @param taken whether a claim for it is open or was granted
    struct Filings {
        uint8 count;
        bool taken;
    }

    /// @notice One case across all insurers.
    /// @param claims how many claims for it are open or were granted
    /// @param exclusive whether one of them forbids any other
    /// @param fraudulent whether it was the means of a proven fraud
    struct RecordUse {
        uint32 claims;
        bool exclusive;
        bool fraudulent;
    }

    /// @notice Where records are anchored.
    IRecordVersions public immutable RECORDS;
    /// @notice Where consents are kept.
    IConsentRegistry public immutable CONSENTS;
    /// @notice How often one record may be filed under one policy, refusals counted.
    uint8 public immutable MAXIMUM_FILINGS;
    /// @notice How long the arbiter has for an appeal, in seconds.
    uint32 public immutable ARBITRATION_SECONDS;

    mapping(bytes32 claimId => Claim) private _claims;
    mapping(bytes32 policyId => mapping(bytes32 caseId => Filings)) private _filings;
    mapping(bytes32 caseId => RecordUse) private _uses;

    /// @notice A holder claimed a bill.
    /// @param claimId the identifier
    /// @param policyId the policy
    /// @param recordId the identifier of the record
    /// @param leaf the salted hash of the bill
    /// @param amount what the bill says, units of 10^-8 MED
    /// @param ceiling what the claim may cost at most, units of 10^-8 MED
    /// @param proven whether the leaf proves the amount
    /// @param until the last second (Unix) at which the insurer may answer
    event ClaimFiled(
        bytes32 indexed claimId,
        bytes32 indexed policyId,
        bytes32 indexed recordId,
        bytes32 leaf,
        uint256 amount,
        uint256 ceiling,
        bool proven,
        uint40 until
    );
    /// @notice The insurer answered a claim.
    /// @param claimId the identifier
    /// @param awarded what it grants, units of 10^-8 MED; 0 refuses
    /// @param reasonHash the hash of the reasons, which the claimant gets off chain
    event ClaimDecided(bytes32 indexed claimId, uint256 awarded, bytes32 reasonHash);
    /// @notice The claimant asked the arbiter.
    /// @param claimId the identifier
    /// @param groundsHash the hash of the grounds, which the arbiter gets off chain
    /// @param until the last second (Unix) at which the arbiter may decide
    event ClaimAppealed(bytes32 indexed claimId, bytes32 groundsHash, uint40 until);
    /// @notice The arbiter decided an appeal for good.
    /// @param claimId the identifier
    /// @param arbiter who decided
    /// @param awarded the whole award, units of 10^-8 MED
    /// @param reasonHash the hash of the reasons
    event ClaimArbitrated(bytes32 indexed claimId, address indexed arbiter, uint256 awarded, bytes32 reasonHash);
    /// @notice The claimant took a claim back, content with what was granted so far.
    /// @param claimId the identifier
    event ClaimWithdrawn(bytes32 indexed claimId);
    /// @notice A claim is decided for good; once more, and at what was paid, where its record turns out a fraud after that.
    /// @param claimId the identifier
    /// @param awarded what is granted, units of 10^-8 MED
    event ClaimClosed(bytes32 indexed claimId, uint256 awarded);
    /// @notice A claimant was paid.
    /// @param claimId the identifier
    /// @param patient the claimant's present key, which was paid
    /// @param insurer who bears it
    /// @param amount units of 10^-8 MED
    event ClaimPaid(bytes32 indexed claimId, address indexed patient, address indexed insurer, uint256 amount);
    /// @notice An arbiter holds a fraud for proven. The policy is ended.
    /// @param policyId the identifier
    /// @param claimId the fraudulent claim, zero where the facts of a quote were false
    /// @param arbiter who decided
    /// @param evidenceHash the hash of the evidence
    event FraudProven(
        bytes32 indexed policyId, bytes32 indexed claimId, address indexed arbiter, bytes32 evidenceHash
    );

    /// @param records the registry of records
    /// @param consents the registry of consents
    /// @param maximumFilings how often one record may be filed under one policy
    /// @param arbitrationSeconds how long the arbiter has for an appeal
    constructor(IRecordVersions records, IConsentRegistry consents, uint8 maximumFilings, uint32 arbitrationSeconds) {
        if (maximumFilings == 0 || arbitrationSeconds == 0) revert TermsInvalid();
        RECORDS = records;
        CONSENTS = consents;
        MAXIMUM_FILINGS = maximumFilings;
        ARBITRATION_SECONDS = arbitrationSeconds;
    }

    /// @notice Claim a bill. The sender is the policy's holder. A proven bill within the product's rule is paid at once.
    /// @param filing the policy, the record and the bill
    /// @return claimId the identifier of the claim
    function file(Filing calldata filing) external nonReentrant returns (bytes32 claimId) {
        Policy storage policy = _livePolicy(filing.policyId);
        _requireHolder(policy);
        Product storage product = _products[policy.productId];
        uint256 filingUntil = _filingUntil(policy);
        if (block.timestamp > filingUntil) revert FilingOver(filing.policyId, filingUntil);
        (bytes32 recordId, bytes32 caseId) = _requireCovered(filing, policy, product);
        claimId = _occupy(filing.policyId, caseId, product.terms.exclusive);
        uint96 ceiling = uint96(payoutOf(filing.policyId, filing.amount));
        if (ceiling == 0) revert NothingPayable(filing.amount);
        Claim storage claim = _claims[claimId];
        claim.policyId = filing.policyId;
        claim.recordId = recordId;
        claim.caseId = caseId;
        claim.ceiling = ceiling;
        claim.until = uint40(block.timestamp) + product.terms.reviewSeconds;
        claim.status = ClaimStatus.Filed;
        claim.proven = filing.leaf == billLeafOf(filing.salt, filing.amount);
        policy.cover -= ceiling;
        ++policy.openClaims;
        ++policy.filings;
        _dropExposure(product.insurer, ceiling);
        emit ClaimFiled(
            claimId, filing.policyId, recordId, filing.leaf, filing.amount, ceiling, claim.proven, claim.until
        );
        _rebookClaim(claimId, claim, 0);
        if (!claim.proven || filing.amount > product.terms.automaticLimit) return claimId;
        if (policy.automaticClaims >= product.terms.automaticClaims || claim.held < ceiling) return claimId;
        ++policy.automaticClaims;
        _close(claimId, claim, ceiling);
    }

    /// @notice Grant a claim, whole or in part, or refuse it, within the review term. Only the policy's insurer may. What is
    /// granted is paid at once, but where nothing proves the amount only out of what the reserve holds beyond what others
    /// rely on; against less than the whole the claimant may appeal.
    /// @param claimId the claim
    /// @param amount what is granted, units of 10^-8 MED; 0 refuses
    /// @param reasonHash the hash of the reasons
    function decide(bytes32 claimId, uint96 amount, bytes32 reasonHash) external nonReentrant {
        (Claim storage claim,, Product storage product) = _parties(claimId);
        _requireInsurer(product.insurer);
        _requireTurn(claimId, claim, ClaimStatus.Filed);
        uint96 ceiling = claim.ceiling;
        if (amount > ceiling) revert AwardOutOfBounds(amount, 0, ceiling);
        emit ClaimDecided(claimId, amount, reasonHash);
        claim.discretionary = !claim.proven;
        if (amount == ceiling) return _close(claimId, claim, amount);
        uint256 lacking = _lacking(claim);
        claim.awarded = amount;
        claim.status = ClaimStatus.Decided;
        claim.until = uint40(block.timestamp) + product.terms.appealSeconds;
        _rebookClaim(claimId, claim, lacking);
    }

    /// @notice Ask the arbiter: within the appeal term after the insurer granted less than the claim may cost, or after it
    /// left a claim unanswered which its proof alone does not make due. The sender is the policy's holder.
    /// @param claimId the claim
    /// @param groundsHash the hash of the grounds
    function appeal(bytes32 claimId, bytes32 groundsHash) external {
        (Claim storage claim, Policy storage policy, Product storage product) = _parties(claimId);
        _requireHolder(policy);
        _requireNoFraud(claim.caseId);
        uint256 until = claim.until;
        if (claim.status == ClaimStatus.Filed) {
            if (block.timestamp <= until) revert TermNotOver(claimId, until);
            if (_isDue(claim, policy)) revert ClaimDue(claimId);
            until += product.terms.appealSeconds;
        } else if (claim.status != ClaimStatus.Decided) {
            revert ClaimStatusWrong(claimId, claim.status);
        }
        if (block.timestamp > until) revert TermOver(claimId, until);
        claim.status = ClaimStatus.Appealed;
        claim.until = uint40(block.timestamp) + ARBITRATION_SECONDS;
        emit ClaimAppealed(claimId, groundsHash, claim.until);
    }

    /// @notice Decide an appeal for good, within the arbiter's term. Only an arbiter may who is neither party.
    /// @param claimId the claim
    /// @param amount the whole award, not below what the insurer granted, units of 10^-8 MED
    /// @param reasonHash the hash of the reasons
    function arbitrate(bytes32 claimId, uint96 amount, bytes32 reasonHash)
        external
        nonReentrant
        onlyRole(ARBITER_ROLE)
    {
        (Claim storage claim, Policy storage policy, Product storage product) = _parties(claimId);
        _requireNoParty(policy, product);
        _requireTurn(claimId, claim, ClaimStatus.Appealed);
        if (amount < claim.awarded || amount > claim.ceiling) {
            revert AwardOutOfBounds(amount, claim.awarded, claim.ceiling);
        }
        if (amount > claim.awarded) claim.discretionary = false;
        emit ClaimArbitrated(claimId, _msgSender(), amount, reasonHash);
        _close(claimId, claim, amount);
    }

    /// @notice Take a claim back, or end it content with what was granted so far. The sender is the policy's holder.
    /// @param claimId the claim
    function withdrawClaim(bytes32 claimId) external nonReentrant {
        (Claim storage claim, Policy storage policy,) = _parties(claimId);
        _requireHolder(policy);
        _requireOpen(claimId, claim);
        emit ClaimWithdrawn(claimId);
        _close(claimId, claim, claim.awarded);
    }

    /// @notice Do what the end of a term brings. Callable by anyone. An unanswered claim is paid in full where its proof
    /// makes it due, and else closed after the appeal term; a decision that nobody appealed against stands, and so
    /// it does where the arbiter was silent.
    /// @dev Due is a proven amount under a policy that no fraud ended, whose record is still neither revoked nor superseded.
    /// Where the record was the means of a fraud, also under another policy, nothing is paid all the same (`_close`).
    /// @param claimId the claim
    function settle(bytes32 claimId) external nonReentrant {
        (Claim storage claim, Policy storage policy, Product storage product) = _parties(claimId);
        _requireOpen(claimId, claim);
        uint256 until = claim.until;
        uint96 awarded = claim.awarded;
        if (claim.status == ClaimStatus.Filed) {
            if (_isDue(claim, policy)) awarded = claim.ceiling;
            else until += product.terms.appealSeconds;
        }
        if (block.timestamp <= until) revert TermNotOver(claimId, until);
        _close(claimId, claim, awarded);
    }

    /// @notice Pay what is overdue on a claim, and set aside what was lacking for it, as far as the reserve reaches. Callable
    /// by anyone. For a record that was the means of a fraud nothing is paid: what was lacking is no debt any more.
    /// @param claimId the claim
    function collect(bytes32 claimId) external nonReentrant {
        (Claim storage claim,,) = _parties(claimId);
        uint256 lacking = _lacking(claim);
        if (_uses[claim.caseId].fraudulent) _close(claimId, claim, 0);
        else _rebookClaim(claimId, claim, lacking);
        if (_lacking(claim) == lacking) revert NothingToCollect(claimId);
    }

    /// @notice Hold a fraud for proven: by a claim, or in the facts of a quote. Only an arbiter may who is neither party. The
    /// policy ends at once without a refund, the claim is paid no further, and its record never again anywhere: no claim
    /// for it is, under whatever policy. A refund that is not paid yet is void.
    /// @dev Moves no MED.
    /// @param policyId the policy
    /// @param claimId the fraudulent claim under it, zero where the facts of a quote were false
    /// @param evidenceHash the hash of the evidence
    function proveFraud(bytes32 policyId, bytes32 claimId, bytes32 evidenceHash)
        external
        onlyRole(ARBITER_ROLE)
    {
        Policy storage policy = _policy(policyId);
        _requireNoParty(policy, _products[policy.productId]);
        Claim storage claim = _claims[claimId];
        if (claimId != 0 && claim.policyId != policyId) revert ClaimUnknown(claimId);
        if (policy.status == PolicyStatus.Live) _dropCover(policy);
        else if (policy.status == PolicyStatus.Fraud && claimId == 0) revert FraudProvenAlready(policyId);
        policy.status = PolicyStatus.Fraud;
        if (block.timestamp < policy.endsAt) policy.endsAt = uint40(block.timestamp);
        if (policy.refundDue != 0) _payRefund(policyId, policy, 0);
        emit FraudProven(policyId, claimId, _msgSender(), evidenceHash);
        if (claimId == 0) return;
        if (claim.status == ClaimStatus.Condemned) revert ClaimStatusWrong(claimId, ClaimStatus.Condemned);
        _uses[claim.caseId].fraudulent = true;
        _close(claimId, claim, 0);
        claim.status = ClaimStatus.Condemned;
    }

    /// @notice The claim of an identifier; its status is `None` where there is none.
    /// @param claimId the identifier
    /// @return the claim
    function claimOf(bytes32 claimId) external view returns (Claim memory) {
        return _claims[claimId];
    }

    /// @notice What is claimed for a record across all insurers.
    /// @param caseId the identifier of the record's case
    /// @return the use
    function recordUseOf(bytes32 caseId) external view returns (RecordUse memory) {
        return _uses[caseId];
    }

    /// @notice What a bill would be paid at most under a policy now: what exceeds the deductible, of that the insurer's share
    /// rounded down, at most the limit per claim and the cover that is left.
    /// @param policyId the policy
    /// @param amount what the bill says, units of 10^-8 MED
    /// @return payout units of 10^-8 MED
    function payoutOf(bytes32 policyId, uint96 amount) public view returns (uint256 payout) {
        Policy storage policy = _policies[policyId];
        ProductTerms storage terms = _products[policy.productId].terms;
        uint256 excess = Math.saturatingSub(amount, terms.deductible);
        payout = excess * terms.coinsuranceBasisPoints / BASIS_POINTS;
        return Math.min(payout, Math.min(policy.claimLimit, policy.cover));
    }

    /// @notice The leaf of a bill in its plain form, from which this contract reads the amount: keccak256(keccak256(salt ‖
    /// content)), as every leaf of a record, over a FHIR Invoice in canonical JSON that holds nothing but the amount.
    /// @param salt the salt of the leaf
    /// @param amount what the bill says, units of 10^-8 MED
    /// @return leaf the leaf
    function billLeafOf(bytes32 salt, uint256 amount) public pure returns (bytes32 leaf) {
        bytes32 inner = keccak256(
            abi.encodePacked(
                salt,
                '{"resourceType":"Invoice","status":"issued","totalNet":{"currency":"1e-8 MED","value":',
                Strings.toString(amount),
                "}}"
            )
        );
        return keccak256(abi.encode(inner));
    }

    /// @dev The identifier of a claim, keccak256(abi.encode(policyId, caseId, count)).
    /// @param policyId the policy
    /// @param caseId the identifier of the record's case
    /// @param count which filing of that case under that policy it is, from 1
    /// @return claimId the identifier
    function _claimIdOf(bytes32 policyId, bytes32 caseId, uint8 count) internal pure returns (bytes32 claimId) {
        return keccak256(abi.encode(policyId, caseId, count));
    }

    /// @dev The identifier of a case, keccak256(abi.encode(patient, root)): a record in all its versions, under all its
    /// patient's keys, whoever anchored it.
    /// @param patient the patient, by its first key
    /// @param root the root of the first version
    /// @return caseId the identifier
    function _caseIdOf(address patient, bytes32 root) internal pure returns (bytes32 caseId) {
        return keccak256(abi.encode(patient, root));
    }

    /// @dev The record is the holder's, valid, shown, of a covered kind and of the policy's term, and the insurer may see it.
    function _requireCovered(Filing calldata filing, Policy storage policy, Product storage product)
        private
        view
        returns (bytes32 recordId, bytes32 caseId)
    {
        (bytes32 root, address issuer, address patient) = (filing.root, filing.issuer, filing.patient);
        if (_personOf(patient) != policy.patient) revert RecordOfAnotherPatient(patient, policy.patient);
        recordId = RECORDS.recordIdOf(root, issuer, patient);
        if (!RECORDS.verifyLeaf(root, issuer, patient, filing.leaf, filing.proof)) revert ProofInvalid(recordId);
        (, uint16 kind, uint40 anchoredAt) = _recordOf(recordId);
        if (!product.terms.kinds.contain(kind)) revert KindNotCovered(kind);
        bytes32 originId = RECORDS.originOf(recordId);
        if (originId != recordId) (,, anchoredAt) = _recordOf(originId);
        caseId = _caseOf(policy.patient, root);
        if (anchoredAt < policy.startsAt || anchoredAt >= policy.endsAt) {
            revert RecordOutsideTerm(anchoredAt, policy.startsAt, policy.endsAt);
        }
        if (product.terms.consentNeeded) {
            address insurer = product.insurer;
            if (!CONSENTS.permits(patient, insurer, IConsentRegistry.Purpose.Claim, recordId)) {
                revert ConsentMissing(patient, insurer, recordId);
            }
        }
    }

    /// @dev The case of a person's root: that of the first version, but its own where it was claimed before it became
    /// another record's correction.
    function _caseOf(address person, bytes32 root) private view returns (bytes32 caseId) {
        caseId = _caseIdOf(person, root);
        RecordUse storage use = _uses[caseId];
        if (use.claims == 0 && !use.fraudulent) caseId = _caseIdOf(person, RECORDS.firstRootOf(person, root));
    }

    /// @dev Take a case for a claim: nowhere else where the product or another claim forbids it. Returns the claim's
    /// identifier.
    function _occupy(bytes32 policyId, bytes32 caseId, bool exclusive) private returns (bytes32 claimId) {
        RecordUse storage use = _uses[caseId];
        Filings storage filings = _filings[policyId][caseId];
        _requireNoFraud(caseId);
        if (filings.taken) revert RecordClaimedAlready(policyId, caseId);
        if (filings.count >= MAXIMUM_FILINGS) revert TooManyFilings(policyId, caseId, filings.count);
        if (use.exclusive || (exclusive && use.claims != 0)) revert RecordClaimedElsewhere(caseId);
        (filings.count, filings.taken) = (filings.count + 1, true);
        (use.claims, use.exclusive) = (use.claims + 1, exclusive);
        return _claimIdOf(policyId, caseId, filings.count);
    }

    /// @dev Free a case of a claim that granted nothing: it may be filed again, with another proof or elsewhere.
    function _vacate(Claim storage claim) private {
        _filings[claim.policyId][claim.caseId].taken = false;
        RecordUse storage use = _uses[claim.caseId];
        (use.claims, use.exclusive) = (use.claims - 1, false);
    }

    /// @dev Decide a claim for good: what is not awarded goes back to the policy's cover and the insurer's reserve. A claim
    /// for a fraudulent record ends, also after it was closed, at what was paid already.
    function _close(bytes32 claimId, Claim storage claim, uint96 awarded) private {
        Policy storage policy = _policies[claim.policyId];
        uint256 lacking = _lacking(claim);
        if (_uses[claim.caseId].fraudulent) awarded = claim.paid;
        uint96 unused = claim.ceiling - awarded;
        if (claim.status < ClaimStatus.Closed) {
            --policy.openClaims;
            (claim.status, claim.until) = (ClaimStatus.Closed, 0);
            if (awarded == 0) _vacate(claim);
        }
        if (policy.status == PolicyStatus.Live) {
            policy.cover += unused;
            _addExposure(_products[policy.productId].insurer, unused);
        }
        (claim.ceiling, claim.awarded) = (awarded, awarded);
        emit ClaimClosed(claimId, awarded);
        _rebookClaim(claimId, claim, lacking);
    }

    /// @dev Book what a claim may cost, after it changed: pay what is awarded, hold the rest.
    /// @param claimId the identifier
    /// @param claim the claim, its ceiling and award changed already
    /// @param lackingBefore what was lacking for it before
    function _rebookClaim(bytes32 claimId, Claim storage claim, uint256 lackingBefore) private {
        Policy storage policy = _policies[claim.policyId];
        address insurer = _products[policy.productId].insurer;
        uint256 due = claim.awarded - claim.paid;
        uint256 later = claim.ceiling - claim.awarded;
        (uint256 payment, uint256 held) = _rebook(insurer, claim.held, lackingBefore, due, later, claim.discretionary);
        (claim.paid, claim.held) = (claim.paid + uint96(payment), uint96(held));
        if (payment == 0) return;
        address patient = _keyOf(policy.patient);
        emit ClaimPaid(claimId, patient, insurer, payment);
        _pay(patient, payment);
    }

    /// @dev The claim of an identifier, which exists, with its policy and product.
    function _parties(bytes32 claimId)
        private
        view
        returns (Claim storage claim, Policy storage policy, Product storage product)
    {
        claim = _claims[claimId];
        if (claim.status == ClaimStatus.None) revert ClaimUnknown(claimId);
        policy = _policies[claim.policyId];
        product = _products[policy.productId];
    }

    /// @dev The sender is neither the policy's holder nor its insurer.
    function _requireNoParty(Policy storage policy, Product storage product) private view {
        address person = _personOf(_msgSender());
        if (person == policy.patient || person == product.insurer) revert ArbiterIsParty(_msgSender());
    }

    /// @dev Whether an unanswered claim is due by its proof alone.
    function _isDue(Claim storage claim, Policy storage policy) private view returns (bool) {
        if (!claim.proven || policy.status != PolicyStatus.Live) return false;
        (IRecordRegistry.Status status,,) = _recordOf(claim.recordId);
        return status == IRecordRegistry.Status.Anchored || status == IRecordRegistry.Status.Credited;
    }

    /// @dev How a record stands, its kind, and when it was anchored (Unix seconds).
    function _recordOf(bytes32 recordId)
        private
        view
        returns (IRecordRegistry.Status status, uint16 kind, uint40 anchoredAt)
    {
        (status, kind, anchoredAt,) = RECORDS.statusAndKind(recordId);
    }

    /// @dev It is the turn of whoever decides in this state, in time, and about no fraud.
    function _requireTurn(bytes32 claimId, Claim storage claim, ClaimStatus status) private view {
        if (claim.status != status) revert ClaimStatusWrong(claimId, claim.status);
        if (block.timestamp > claim.until) revert TermOver(claimId, claim.until);
        _requireNoFraud(claim.caseId);
    }

    /// @dev A claim is not closed.
    function _requireOpen(bytes32 claimId, Claim storage claim) private view {
        if (claim.status >= ClaimStatus.Closed) revert ClaimStatusWrong(claimId, claim.status);
    }

    /// @dev The record of a case was not the means of a fraud.
    function _requireNoFraud(bytes32 caseId) private view {
        if (_uses[caseId].fraudulent) revert RecordFraudulent(caseId);
    }

    /// @dev What a claim may still cost beyond what is held for it.
    function _lacking(Claim storage claim) private view returns (uint256) {
        return uint256(claim.ceiling) - claim.paid - claim.held;
    }
}
