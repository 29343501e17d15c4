// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICheckIn} from "./interfaces/ICheckIn.sol";
import {IEmission} from "./interfaces/IEmission.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IMedToken} from "./interfaces/IMedToken.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";
import {IRewardPool} from "./interfaces/IRewardPool.sol";
import {Curves} from "./rewards/Curves.sol";
import {Policy, PolicyWords} from "./rewards/PolicyWords.sol";
import {RewardClock} from "./rewards/RewardClock.sol";
import {RewardEpochs} from "./rewards/RewardEpochs.sol";
import {RewardPolicies} from "./rewards/RewardPolicies.sol";
import {RewardSlashing} from "./rewards/RewardSlashing.sol";
import {Caps, Contribution, Conversion, Curve, Destination, Points} from "./rewards/RewardTypes.sol";
import {RewardVesting} from "./rewards/RewardVesting.sol";
import {Signature, Signatures} from "./Signatures.sol";

/// @title Medi Points for acts that can be proven, converted to MED each epoch
/// @notice A visit whose check-in and record agree earns points for its patient and its provider. A record that is shown
/// to another provider, who accepts it, earns points for the patient and its issuer, and curation points for who accepts.
/// @dev Only the visit's provider asks for a credit, only the accepting provider for a share's. Closing and settling
/// depend on the clock, not on their sender. The key that checked in is not asked whether it was replaced since: that
/// would take a visit beyond its gas, and all that it can do is what its person's present key can, for that key's sake.
/// For the same reason a single credit does not ask whether anybody is suspended: points of suspended persons are not
/// paid. A visit counts in the epoch of its scan or the next, so that nobody can keep visits for an epoch in which few
/// others earn; a provider that lost its certification has that long to bring its last visits.
///
/// A credit may have to pay points that an earner was not paid for two epochs or more: it reverts until that epoch is
/// closed, which anyone may do, and while that earner is suspended.
///
/// In parts, one reason to change each: `Curves` (what points weigh), `RewardPolicies` (what governance changes),
/// `RewardEpochs` (budgets and payouts), `RewardVesting` (what stays in the pool), `RewardSlashing`, and here what earns
/// points.
///
/// Points are noted under the key that acted. Where a curve or a cap makes a difference between one account and two, they
/// are noted under the person's first key instead, so that nobody gains by replacing keys; that costs a look-up, which
/// the linear curve without caps does not need. All are paid to the person's present key.
contract RewardPool is RewardSlashing, EIP712 {
    using Curves for Curve;
    using PolicyWords for Policy;
    using SafeCast for uint256;
    using Signatures for Signature;

    /// @notice Only the provider of the check-in may have it credited, by the key that checked in or its present one.
    /// @param caller the sender
    /// @param provider the provider
    error NotTheProvider(address caller, address provider);
    /// @notice The check-in and the record out of batches are not of one provider and one patient.
    /// @param checkInId the identifier of the check-in
    /// @param recordRoot the root of the record
    error PartiesDiffer(bytes32 checkInId, bytes32 recordRoot);
    /// @notice The visit is of an earlier epoch than the one before the running one.
    /// @param scannedAt when its code was scanned, Unix seconds
    /// @param earliest the earliest scan that counts now, Unix seconds
    error VisitTooOld(uint40 scannedAt, uint256 earliest);
    /// @notice Only a provider that is certified now can accept a record.
    /// @param provider the sender
    error ProviderNotCertified(address provider);
    /// @notice A provider earns nothing for accepting its own record.
    /// @param issuer who issued the record
    /// @param provider the sender
    error OwnRecord(address issuer, address provider);
    /// @notice The presentation is not valid any more.
    /// @param validUntil the last second (Unix) at which it was
    /// @param time the block's time, Unix seconds
    error PresentationExpired(uint40 validUntil, uint256 time);
    /// @notice There is no such record, or it is revoked, superseded or past its time.
    /// @param recordId the identifier of the record
    error RecordNotValid(bytes32 recordId);
    /// @notice This provider has accepted this record, or one that it corrects, already.
    /// @param recordId the identifier of the record
    /// @param provider the sender
    error ShareCreditedAlready(bytes32 recordId, address provider);
    /// @notice The patient's signature is not that of the patient's present key, or not over this presentation.
    /// @param patient the patient's present key
    error InvalidPatientSignature(address patient);

    /// @notice The terms, fixed for good but for curves, points and caps, which are the first policy's.
    /// @param firstEpochStart when epoch 0 begins, Unix seconds
    /// @param epochLength the length of an epoch in seconds, whole days
    /// @param conversion how a budget becomes payouts
    /// @param fixedRate with a fixed rate: units of 10^-8 MED per weight of one
    /// @param curve how points count
    /// @param curationCurve how curation points count
    /// @param curationShareBasisPoints the curators' share of a budget, basis points
    /// @param vestingShareBasisPoints the share of a payout that vests, basis points
    /// @param powerDownParts in how many parts what vests leaves
    /// @param powerDownPartLength from part to part, seconds
    /// @param leftoverTo where a budget goes that no points claim, or that a fixed rate leaves over
    /// @param slashedTo where slashed MED goes
    /// @param points what acts earn
    /// @param caps how many points an epoch lets an account earn and a provider issue, 0 for no cap
    struct Terms {
        uint40 firstEpochStart;
        uint40 epochLength;
        Conversion conversion;
        uint128 fixedRate;
        Curve curve;
        Curve curationCurve;
        uint16 curationShareBasisPoints;
        uint16 vestingShareBasisPoints;
        uint16 powerDownParts;
        uint40 powerDownPartLength;
        Destination leftoverTo;
        Destination slashedTo;
        Points points;
        Caps caps;
    }

    /// @notice A visit to be credited: check-in and record, each out of a batch or recorded alone.
    /// @param codeHash the struct hash of the code, where the check-in was recorded alone
    /// @param checkIn the check-in, where it stands in a batch
    /// @param checkInProof from the check-in's leaf to its batch's root
    /// @param record the record; root and patient suffice where it was anchored alone
    /// @param recordProof from the record's leaf to its batch's root
    struct Item {
        bytes32 codeHash;
        ICheckIn.Leaf checkIn;
        bytes32[] checkInProof;
        IRecordRegistry.Leaf record;
        bytes32[] recordProof;
    }

    /// @dev The running epoch while credits through one provider are written down: sums of the authors, of the curators
    /// where a share is credited, and what the caps leave. `_write` stores it.
    struct Page {
        uint32 epoch;
        uint32 number;
        address provider;
        Policy policy;
        uint256 points;
        uint256 weight;
        uint256 curationPoints;
        uint256 curationWeight;
        uint64 perAccount;
        uint64 perProvider;
        uint64 room;
    }

    /// @notice EIP-712 type of the presentation that a patient signs: who may accept the record, and until when.
    bytes32 public constant PRESENTATION_TYPEHASH =
        keccak256("Presentation(bytes32 recordId,address provider,uint40 validUntil)");

    /// @notice Where records are anchored.
    IRecordRegistry public immutable RECORDS;

    mapping(bytes32 shareId => bool) private _shares;

    /// @notice An account earned points, none where a cap left no room.
    /// @param epoch the epoch in which they count
    /// @param account the account, or its person's first key where a curve or a cap tells persons
    /// @param contribution what for
    /// @param points what was earned; curation points where it is `ShareAcceptor`
    /// @param sourceId the visit's check-in, or the shared record
    event Credited(
        uint32 indexed epoch,
        address indexed account,
        Contribution contribution,
        uint64 points,
        bytes32 sourceId
    );

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param token MED
    /// @param identity the registry of people, which tells whose key is whose
    /// @param checkIn the registry of check-ins, which trusts this contract
    /// @param records the registry of records, which trusts this contract
    /// @param emission the schedule that mints to this contract
    /// @param admin who grants and revokes this contract's roles
    /// @param treasury who receives what goes to the treasury
    /// @param terms the terms
    constructor(
        address forwarder,
        IMedToken token,
        IIdentityRegistry identity,
        ICheckIn checkIn,
        IRecordRegistry records,
        IEmission emission,
        address admin,
        address treasury,
        Terms memory terms
    )
        ERC2771Context(forwarder)
        EIP712("MedSim RewardPool", "1")
        RewardClock(terms.firstEpochStart, terms.epochLength)
        RewardPolicies(terms.curve, terms.curationCurve, terms.points, terms.caps)
        RewardVesting(
            token,
            identity,
            terms.vestingShareBasisPoints,
            terms.powerDownParts,
            terms.powerDownPartLength
        )
        RewardEpochs(
            emission,
            treasury,
            terms.conversion,
            terms.fixedRate,
            terms.curationShareBasisPoints,
            terms.leftoverTo,
            terms.slashedTo
        )
        RewardSlashing(checkIn)
    {
        RECORDS = records;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @notice Credit a visit of this epoch or the one before, once, in the epoch of this block. The check-in and the
    /// record must be by the same provider for the same patient, the record must name the check-in, and neither be
    /// credited before. The sender is that provider: the key that checked in, or the one that speaks for it now.
    /// @param codeHash the struct hash of the check-in's code
    /// @param patient the patient
    /// @param root the root of the visit's record
    function credit(bytes32 codeHash, address patient, bytes32 root) external {
        address sender = _msgSender();
        Page memory page = _turnTo(sender);
        bytes32 checkInId = keccak256(abi.encode(codeHash, patient));
        (address provider, uint40 scannedAt) = CHECK_IN.markCredited(checkInId);
        _requireProvider(sender, provider);
        _requireRecent(page.epoch, scannedAt);
        RECORDS.markCredited(root, provider, patient, checkInId);
        _creditVisit(page, patient, provider, checkInId);
        _write(page);
    }

    /// @notice Credit visits whose check-ins, records or both stand in batches, each once, in the epoch of this block, each
    /// scanned in this epoch or the one before. The sender is the provider of all of them, not suspended: the key that
    /// checked in, or the one that speaks for it now.
    /// @param checkInBatchId the batch of all check-ins, zero where each was recorded alone
    /// @param recordBatchId the batch of all records, zero where each was anchored alone
    /// @param items the visits
    function creditBatch(bytes32 checkInBatchId, bytes32 recordBatchId, Item[] calldata items) external {
        address sender = _msgSender();
        _requireNotSuspended(sender);
        Page memory page = _turnTo(sender);
        for (uint256 i = 0; i < items.length; ++i) {
            Item calldata item = items[i];
            address patient = item.record.patient;
            (address provider, bytes32 checkInId, uint40 scannedAt) = _markCheckIn(checkInBatchId, item);
            _requireProvider(sender, provider);
            _requireRecent(page.epoch, scannedAt);
            _markRecord(recordBatchId, item, provider, checkInId);
            _creditVisit(page, patient, provider, checkInId);
        }
        _write(page);
    }

    /// @notice Credit a share: the sender, a certified provider, accepts another provider's record that its patient
    /// presented to it. Once per record and accepting provider; a record and its corrections are one. Neither patient nor
    /// issuer is suspended.
    /// @param root the root of the record
    /// @param issuer the provider that issued it
    /// @param patient the patient of the record
    /// @param validUntil the last second (Unix) at which the presentation is valid
    /// @param patientSignature over the presentation, by the patient's present key
    function creditShare(
        bytes32 root,
        address issuer,
        address patient,
        uint40 validUntil,
        Signature calldata patientSignature
    ) external {
        address acceptor = _msgSender();
        if (!IDENTITY.isCertified(acceptor)) revert ProviderNotCertified(acceptor);
        address accepting = _person(acceptor);
        if (_person(issuer) == accepting) revert OwnRecord(issuer, acceptor);
        if (block.timestamp > validUntil) revert PresentationExpired(validUntil, block.timestamp);
        bytes32 recordId = keccak256(abi.encode(root, issuer, patient));
        if (!RECORDS.isValid(root, issuer, patient)) revert RecordNotValid(recordId);
        bytes32 shareId = _shareId(recordId, accepting);
        if (_shares[shareId]) revert ShareCreditedAlready(recordId, acceptor);
        _requireNotSuspended(patient);
        _requireNotSuspended(issuer);
        address presenter = _currentKey(patient);
        if (!patientSignature.isBy(presentationDigest(recordId, acceptor, validUntil), presenter)) {
            revert InvalidPatientSignature(presenter);
        }
        _shares[shareId] = true;
        Page memory page = _turnTo(acceptor);
        Total storage curators = _totals[page.epoch][CURATORS];
        (page.curationPoints, page.curationWeight) = (curators.points, curators.weight);
        _earn(page, presenter, Contribution.SharePatient, recordId);
        _earn(page, _currentKey(issuer), Contribution.ShareIssuer, recordId);
        _earn(page, acceptor, Contribution.ShareAcceptor, recordId);
        _store(curators, page.number, page.curationPoints, page.curationWeight);
        _write(page);
    }

    /// @inheritdoc IRewardPool
    function isShareCredited(bytes32 recordId, address provider) external view returns (bool credited) {
        return _shares[_shareId(recordId, _person(provider))];
    }

    /// @notice The digest that a patient signs to present a record.
    /// @param recordId the identifier of the record
    /// @param provider who may accept it
    /// @param validUntil the last second (Unix) at which the presentation is valid
    /// @return digest the EIP-712 digest
    function presentationDigest(bytes32 recordId, address provider, uint40 validUntil)
        public
        view
        returns (bytes32 digest)
    {
        return _hashTypedDataV4(keccak256(abi.encode(PRESENTATION_TYPEHASH, recordId, provider, validUntil)));
    }

    /// @dev A record and its corrections, shown to one person, are one share.
    function _shareId(bytes32 recordId, address person) private view returns (bytes32) {
        return keccak256(abi.encode(RECORDS.originOf(recordId), person));
    }

    /// @dev The sender checked in as `provider`, which costs nothing more to see, or speaks for it now.
    function _requireProvider(address sender, address provider) private view {
        if (sender != provider && sender != _currentKey(provider)) revert NotTheProvider(sender, provider);
    }

    /// @dev The visit was scanned in this epoch or the one before. Scans before the first epoch count in it if they are at
    /// most an epoch older.
    function _requireRecent(uint32 epoch, uint40 scannedAt) private view {
        uint256 start = epochStart(epoch);
        if (uint256(scannedAt) + EPOCH_LENGTH < start) revert VisitTooOld(scannedAt, start - EPOCH_LENGTH);
    }

    /// @dev Mark a check-in, out of its batch or recorded alone.
    function _markCheckIn(bytes32 batchId, Item calldata item)
        private
        returns (address provider, bytes32 checkInId, uint40 scannedAt)
    {
        if (batchId == bytes32(0)) {
            checkInId = keccak256(abi.encode(item.codeHash, item.record.patient));
            (provider, scannedAt) = CHECK_IN.markCredited(checkInId);
            return (provider, checkInId, scannedAt);
        }
        address patient;
        (provider, patient, checkInId, scannedAt) = CHECK_IN.proveCredited(batchId, item.checkIn, item.checkInProof);
        if (patient != item.record.patient) revert PartiesDiffer(checkInId, item.record.root);
    }

    /// @dev Mark a record of that provider and the item's patient, out of its batch or anchored alone.
    function _markRecord(bytes32 batchId, Item calldata item, address provider, bytes32 checkInId) private {
        if (batchId == bytes32(0)) {
            RECORDS.markCredited(item.record.root, provider, item.record.patient, checkInId);
            return;
        }
        (address issuer,) = RECORDS.proveCredited(batchId, item.record, item.recordProof, checkInId);
        if (issuer != provider) revert PartiesDiffer(checkInId, item.record.root);
    }

    /// @dev Open the page of the running epoch for credits through one provider.
    function _turnTo(address provider) private view returns (Page memory page) {
        uint32 epoch = currentEpoch();
        page.epoch = epoch;
        Total storage authors = _totals[epoch][AUTHORS];
        (page.points, page.weight, page.number) = (authors.points, authors.weight, authors.policy);
        if (page.number == 0) page.number = _policyNumber(epoch);
        page.policy = _policy(page.number);
        if (!page.policy.capped()) return page;
        (page.perAccount, page.perProvider) = _capsOf(page.number);
        page.provider = _person(provider);
        Tally storage tally = _tallies[page.provider][epoch % 2];
        page.room = page.perProvider - (tally.epoch == epoch ? tally.issued : 0);
    }

    /// @dev Store the authors' sums of the page, and what the provider has issued. It has earned too, so that its tally
    /// is this epoch's.
    function _write(Page memory page) private {
        _store(_totals[page.epoch][AUTHORS], page.number, page.points, page.weight);
        if (page.policy.capped()) _tallies[page.provider][page.epoch % 2].issued = page.perProvider - page.room;
    }

    /// @dev Store one side's sums. Only the points need a check: see `Curves`.
    function _store(Total storage total, uint32 number, uint256 points, uint256 weight) private {
        (total.points, total.weight, total.policy) = (points.toUint64(), uint128(weight), number);
    }

    /// @dev Write down what a visit earns: the patient's points first where the provider's cap leaves too little room.
    function _creditVisit(Page memory page, address patient, address provider, bytes32 checkInId) private {
        _earn(page, patient, Contribution.VisitPatient, checkInId);
        _earn(page, provider, Contribution.VisitProvider, checkInId);
    }

    /// @dev Add points to an account's tally and to the sums, as many as the caps leave room for.
    function _earn(Page memory page, address account, Contribution contribution, bytes32 sourceId) private {
        bool curates = contribution == Contribution.ShareAcceptor;
        Curve curve = curates ? page.policy.curationCurve() : page.policy.curve();
        bool capped = page.policy.capped();
        account = _holderOf(account, curve, capped);
        Tally storage tally = _tallies[account][page.epoch % 2];
        if (tally.epoch != page.epoch) _turn(tally, page.epoch, account);
        (uint64 before, uint64 curationBefore) = (tally.points, tally.curationPoints);
        uint64 points = page.policy.earns(contribution);
        if (capped) {
            uint64 room = page.perAccount - before - curationBefore;
            if (points > room) points = room;
            if (points > page.room) points = page.room;
            page.room -= points;
        }
        unchecked {
            // A tally is a part of its side's sum, and that fits into 64 bits: `_store`.
            if (curates) {
                tally.curationPoints = curationBefore + points;
                page.curationPoints += points;
                page.curationWeight += _adds(curve, curationBefore, points);
            } else {
                tally.points = before + points;
                page.points += points;
                page.weight += _adds(curve, before, points);
            }
        }
        emit Credited(page.epoch, account, contribution, points, sourceId);
    }

    /// @dev Make an account's tally one of this epoch. Points left in it by an earlier one are paid, for which its person
    /// must not be suspended.
    function _turn(Tally storage tally, uint32 epoch, address account) private {
        (uint32 earlier, uint64 points, uint64 curationPoints) = (tally.epoch, tally.points, tally.curationPoints);
        if (points != 0 || curationPoints != 0) {
            _requireNotSuspended(account);
            Book memory book = _open(earlier);
            uint256 amount = _redeem(book, account, points, curationPoints);
            _post(book);
            _pay(earlier, account, points, curationPoints, amount);
        }
        (tally.epoch, tally.points, tally.curationPoints, tally.issued) = (epoch, 0, 0, 0);
    }

    /// @dev What points add to the weight of those that are there.
    function _adds(Curve curve, uint64 before, uint64 points) private pure returns (uint256) {
        if (curve == Curve.Linear) return points;
        return curve.weightOf(uint256(before) + points) - curve.weightOf(before);
    }
}
