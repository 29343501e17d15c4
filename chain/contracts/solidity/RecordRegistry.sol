// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {Batch, Batches} from "./Batches.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IRecordRegistry} from "./interfaces/IRecordRegistry.sol";
import {IRecordVersions} from "./interfaces/IRecordVersions.sol";
import {Signature, Signatures} from "./Signatures.sol";

/// @title The original-proof of health records
/// @notice A record is a salted Merkle root, bound to the provider that issued it and the patient who received it. It is
/// anchored alone, or with others in a batch, from which it is proven when somebody first needs it.
/// @dev Issuer and patient are part of the identifier, so that whoever sees a root cannot claim it first. They are the
/// keys of their time: where a key was replaced since, `IIdentityRegistry.samePerson` knows whose it was.
///
/// In a batch the provider signs once, by sending its root. A leaf commits to what a receipt says and to the hash of the
/// patient's signature over it; the signature is checked, and a duplicate refused, when the leaf is proven. Whoever
/// copies a seen batch makes one in its own name, in which no leaf is proven: patients sign the issuer too.
contract RecordRegistry is IRecordVersions, EIP712, ERC2771Context {
    using Batches for Batch;
    using Batches for mapping(bytes32 batchId => Batch);
    using Signatures for Signature;

    /// @notice The issuer is not a provider certified now.
    /// @param issuer the sender
    error IssuerNotCertified(address issuer);
    /// @notice The patient is not registered as a patient, is suspended, or has replaced this key.
    /// @param patient the patient
    error PatientNotActive(address patient);
    /// @notice The record would not be valid for a single second.
    /// @param validUntil the last second (Unix) of its validity
    /// @param time when it was anchored, Unix seconds
    error ValidityPassed(uint40 validUntil, uint256 time);
    /// @notice This issuer has anchored this root for this patient already.
    /// @param recordId the identifier of the record
    error RecordAlreadyAnchored(bytes32 recordId);
    /// @notice The patient's signature is not the patient's, or not over this receipt or correction.
    /// @param patient the patient
    error InvalidPatientSignature(address patient);
    /// @notice There is no such record.
    /// @param recordId the identifier that was asked for
    error RecordUnknown(bytes32 recordId);
    /// @notice The record has been revoked.
    /// @param recordId the identifier of the record
    error RecordRevokedAlready(bytes32 recordId);
    /// @notice The record has been corrected by another.
    /// @param recordId the identifier of the record
    /// @param successorId the identifier of its correction
    error RecordSupersededAlready(bytes32 recordId, bytes32 successorId);
    /// @notice The root is a correction of another record of this patient: it is a version of one record for good.
    /// @param root the root
    /// @param firstRoot the root of that record's first version
    error RootOfAnotherRecord(bytes32 root, bytes32 firstRoot);
    /// @notice Only the issuer, with the key that speaks for it now, corrects and revokes.
    /// @param caller the sender
    /// @param issuer the provider that anchored the record
    error NotTheIssuer(address caller, address issuer);
    /// @notice Only the reward pool may mark a record as credited.
    /// @param caller the sender
    error NotRewardPool(address caller);
    /// @notice The record has been credited already.
    /// @param recordId the identifier of the record
    error RecordAlreadyCredited(bytes32 recordId);
    /// @notice The record is of another visit, or of none.
    /// @param recordId the identifier of the record
    /// @param checkInId the check-in with which it was to be credited
    error RecordOfAnotherVisit(bytes32 recordId, bytes32 checkInId);

    /// @notice EIP-712 type of the receipt that a patient signs for a record. `checkInId` is zero where it belongs to no
    /// visit.
    bytes32 public constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 root,address issuer,address patient,uint16 kind,uint40 validUntil,bytes32 checkInId)"
    );
    /// @notice EIP-712 type of what a patient signs for a correction: `recordId` is the corrected record.
    bytes32 public constant CORRECTION_TYPEHASH = keccak256(
        "Correction(bytes32 recordId,bytes32 root,address issuer,address patient,uint16 kind,uint40 validUntil)"
    );

    /// @notice Where roles, keys and certifications are kept.
    IIdentityRegistry public immutable IDENTITY;
    /// @notice The only caller that may mark records as credited.
    address public immutable REWARD_POOL;

    /// @dev A record is packed by hand (`_pack`): as a struct the compiler would write its slot three times. Zero where
    /// there is none.
    mapping(bytes32 recordId => uint256 packed) private _records;
    mapping(bytes32 batchId => Batch) private _batches;
    mapping(bytes32 recordId => bytes32) private _successors;
    mapping(bytes32 recordId => bytes32) private _origins;
    /// @dev Written by corrections alone, so that an anchoring costs what it did.
    mapping(address person => mapping(bytes32 root => bytes32 firstRoot)) private _firstRoots;

    /// @notice A provider anchored a record for a patient.
    /// @param recordId the identifier of the record
    /// @param issuer the provider
    /// @param patient the patient
    /// @param root the salted Merkle root of the record
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) of its validity
    event RecordAnchored(
        bytes32 indexed recordId,
        address indexed issuer,
        address indexed patient,
        bytes32 root,
        uint16 kind,
        uint40 validUntil
    );
    /// @notice A provider anchored a batch of records.
    /// @param batchId the identifier of the batch
    /// @param issuer the provider
    /// @param batchRoot the Merkle root over the batch's leaves
    /// @param count how many leaves the issuer says it has
    event BatchAnchored(bytes32 indexed batchId, address indexed issuer, bytes32 batchRoot, uint32 count);
    /// @notice A record was proven from its batch, and stands from now on as if anchored alone when the batch was.
    /// @param recordId the identifier of the record
    /// @param issuer the provider that anchored the batch
    /// @param patient the patient
    /// @param root the salted Merkle root of the record
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) of its validity
    /// @param batchId the identifier of the batch
    event RecordProven(
        bytes32 indexed recordId,
        address indexed issuer,
        address indexed patient,
        bytes32 root,
        uint16 kind,
        uint40 validUntil,
        bytes32 batchId
    );
    /// @notice The issuer corrected a record: another stands in its place. `RecordAnchored` tells of that one.
    /// @param recordId the identifier of the record
    /// @param successorId the identifier of its correction
    event RecordSuperseded(bytes32 indexed recordId, bytes32 indexed successorId);
    /// @notice The issuer revoked a record.
    /// @param recordId the identifier of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    event RecordRevoked(bytes32 indexed recordId, address indexed issuer, address indexed patient);

    /// @notice Fix whom this registry trusts, for good.
    /// @param forwarder the only forwarder whose appended sender is believed
    /// @param identity the registry of roles, keys and certifications
    /// @param rewardPool the pool that credits records
    constructor(address forwarder, IIdentityRegistry identity, address rewardPool)
        EIP712("MedSim RecordRegistry", "1")
        ERC2771Context(forwarder)
    {
        IDENTITY = identity;
        REWARD_POOL = rewardPool;
    }

    /// @notice Anchor a record. The sender is its issuer, a certified provider; the patient signed the receipt.
    /// @param record the record
    /// @return recordId the identifier of the record
    function anchor(Leaf calldata record) external returns (bytes32 recordId) {
        address issuer = _msgSender();
        address patient = record.patient;
        if (!IDENTITY.isCertified(issuer)) revert IssuerNotCertified(issuer);
        if (!_isActivePatient(patient)) revert PatientNotActive(patient);
        recordId = recordIdOf(record.root, issuer, patient);
        _record(record, recordId, issuer, uint40(block.timestamp), Status.Anchored);
        emit RecordAnchored(recordId, issuer, patient, record.root, record.kind, record.validUntil);
    }

    /// @notice Anchor a batch of records. The sender is their issuer, a certified provider, and needs its certification
    /// no longer when they are proven.
    /// @param batchRoot the Merkle root over the batch's leaves (`leafOf`)
    /// @param count how many leaves there are, which limits how long a proof may be
    /// @return batchId the identifier of the batch, keccak256(abi.encode(batchRoot, issuer))
    function anchorBatch(bytes32 batchRoot, uint32 count) external returns (bytes32 batchId) {
        address issuer = _msgSender();
        if (!IDENTITY.isCertified(issuer)) revert IssuerNotCertified(issuer);
        batchId = _batches.anchor(batchRoot, issuer, count);
        emit BatchAnchored(batchId, issuer, batchRoot, count);
    }

    /// @notice Make a leaf of a batch a record of its own, anchored when the batch was. Anyone who knows leaf and
    /// signature may. Where the patient has replaced its key since, only the patient, with the present one.
    /// @param batchId the identifier of the batch
    /// @param leaf the record
    /// @param proof the sibling hashes from the leaf to the batch's root, pairs sorted
    /// @return recordId the identifier of the record
    function prove(bytes32 batchId, Leaf calldata leaf, bytes32[] calldata proof)
        external
        returns (bytes32 recordId)
    {
        Batch memory batch = _batches.read(batchId);
        recordId = recordIdOf(leaf.root, batch.author, leaf.patient);
        _prove(batch, batchId, recordId, leaf, proof, Status.Anchored);
    }

    /// @notice Replace a live record by its correction, which is of the same visit and as good as credited where the
    /// record was, and whose root is from now on a version of that record, whoever anchors it. The sender is its issuer, with the key that speaks for it now, and certified; the patient signed the
    /// correction, with the key that speaks for the patient now. The new record is bound to these two keys.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    /// @param correctedRoot the salted Merkle root of the correction
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) at which the correction is valid
    /// @param patientSignature over the correction
    /// @return successorId the identifier of the new record
    function supersede(
        bytes32 root,
        address issuer,
        address patient,
        bytes32 correctedRoot,
        uint16 kind,
        uint40 validUntil,
        Signature calldata patientSignature
    ) external returns (bytes32 successorId) {
        bytes32 recordId = recordIdOf(root, issuer, patient);
        issuer = _requireIssuer(issuer);
        patient = IDENTITY.currentKeyOf(patient);
        if (!IDENTITY.isCertified(issuer)) revert IssuerNotCertified(issuer);
        if (!_isActivePatient(patient)) revert PatientNotActive(patient);
        if (validUntil < block.timestamp) revert ValidityPassed(validUntil, block.timestamp);
        Record memory record = _liveRecord(recordId);
        Status status = record.status;
        successorId = recordIdOf(correctedRoot, issuer, patient);
        _requireNew(successorId);
        bytes32 digest = correctionDigest(recordId, correctedRoot, issuer, patient, kind, validUntil);
        if (!patientSignature.isBy(digest, patient)) revert InvalidPatientSignature(patient);
        _setStatus(recordId, record, Status.Superseded);
        _successors[recordId] = successorId;
        _origins[successorId] = originOf(recordId);
        _noteVersion(IDENTITY.personOf(patient), root, correctedRoot);
        _records[successorId] = _pack(uint40(block.timestamp), validUntil, kind, status, record.checkInTag);
        emit RecordSuperseded(recordId, successorId);
        emit RecordAnchored(successorId, issuer, patient, correctedRoot, kind, validUntil);
    }

    /// @notice Revoke a record. Only its issuer can, with the key that speaks for it now, certified still or not.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    function revoke(bytes32 root, address issuer, address patient) external {
        _requireIssuer(issuer);
        bytes32 recordId = recordIdOf(root, issuer, patient);
        _setStatus(recordId, _liveRecord(recordId), Status.Revoked);
        emit RecordRevoked(recordId, issuer, patient);
    }

    /// @inheritdoc IRecordRegistry
    function markCredited(bytes32 root, address issuer, address patient, bytes32 checkInId) external {
        if (_msgSender() != REWARD_POOL) revert NotRewardPool(_msgSender());
        _markCredited(recordIdOf(root, issuer, patient), checkInId);
    }

    /// @inheritdoc IRecordRegistry
    function proveCredited(bytes32 batchId, Leaf calldata leaf, bytes32[] calldata proof, bytes32 checkInId)
        external
        returns (address issuer, address patient)
    {
        if (_msgSender() != REWARD_POOL) revert NotRewardPool(_msgSender());
        Batch memory batch = _batches.read(batchId);
        (issuer, patient) = (batch.author, leaf.patient);
        bytes32 recordId = recordIdOf(leaf.root, issuer, patient);
        if (_records[recordId] == 0) {
            if (leaf.checkInId != checkInId) revert RecordOfAnotherVisit(recordId, checkInId);
            _prove(batch, batchId, recordId, leaf, proof, Status.Credited);
        } else {
            _markCredited(recordId, checkInId);
        }
    }

    /// @inheritdoc IRecordRegistry
    function recordOf(bytes32 recordId) external view returns (Record memory) {
        return _unpack(_records[recordId]);
    }

    /// @inheritdoc IRecordRegistry
    function statusAndKind(bytes32 recordId)
        external
        view
        returns (Status status, uint16 kind, uint40 anchoredAt, uint40 validUntil)
    {
        Record memory record = _unpack(_records[recordId]);
        return (record.status, record.kind, record.anchoredAt, record.validUntil);
    }

    /// @notice The correction of a record.
    /// @param recordId the identifier of the record
    /// @return successorId the identifier of its correction, zero where it has none
    function successorOf(bytes32 recordId) external view returns (bytes32 successorId) {
        return _successors[recordId];
    }

    /// @notice Who anchored a batch, when, and how many leaves it is said to have.
    /// @param batchId the identifier of the batch
    /// @return issuer the provider, zero where there is no such batch
    /// @return anchoredAt when it was anchored, Unix seconds
    /// @return count the number of leaves
    function batchOf(bytes32 batchId) external view returns (address issuer, uint40 anchoredAt, uint32 count) {
        Batch memory batch = _batches[batchId];
        return (batch.author, batch.anchoredAt, batch.count);
    }

    /// @inheritdoc IRecordRegistry
    function verifyLeaf(bytes32 root, address issuer, address patient, bytes32 leaf, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return isValid(root, issuer, patient) && MerkleProof.verifyCalldata(proof, root, leaf);
    }

    /// @inheritdoc IRecordRegistry
    function isValid(bytes32 root, address issuer, address patient) public view returns (bool) {
        Record memory record = _unpack(_records[recordIdOf(root, issuer, patient)]);
        return (record.status == Status.Anchored || record.status == Status.Credited)
            && block.timestamp <= record.validUntil;
    }

    /// @inheritdoc IRecordRegistry
    function originOf(bytes32 recordId) public view returns (bytes32 originId) {
        originId = _origins[recordId];
        if (originId == 0) originId = recordId;
    }

    /// @inheritdoc IRecordVersions
    function firstRootOf(address patient, bytes32 root) public view returns (bytes32 firstRoot) {
        firstRoot = _firstRoots[patient][root];
        if (firstRoot == 0) firstRoot = root;
    }

    /// @notice The digest of the receipt that a patient signs.
    /// @param root the salted Merkle root of the record
    /// @param issuer the provider that anchors it
    /// @param patient the patient
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) of its validity
    /// @param checkInId the visit's check-in, zero where the record belongs to no visit
    /// @return the EIP-712 digest
    function receiptDigest(
        bytes32 root,
        address issuer,
        address patient,
        uint16 kind,
        uint40 validUntil,
        bytes32 checkInId
    ) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(abi.encode(RECEIPT_TYPEHASH, root, issuer, patient, kind, validUntil, checkInId))
        );
    }

    /// @notice The digest of the correction that a patient signs.
    /// @param recordId the identifier of the corrected record
    /// @param root the salted Merkle root of the correction
    /// @param issuer the provider that anchors it
    /// @param patient the patient
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) of its validity
    /// @return the EIP-712 digest
    function correctionDigest(
        bytes32 recordId,
        bytes32 root,
        address issuer,
        address patient,
        uint16 kind,
        uint40 validUntil
    ) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(abi.encode(CORRECTION_TYPEHASH, recordId, root, issuer, patient, kind, validUntil))
        );
    }

    /// @inheritdoc IRecordRegistry
    function recordIdOf(bytes32 root, address issuer, address patient) public pure returns (bytes32 recordId) {
        return keccak256(abi.encode(root, issuer, patient));
    }

    /// @notice The hash of a batch's leaf: keccak256 twice over root, patient, kind, validUntil, checkInId and the
    /// hash of the patient's signature.
    /// @param leaf the record
    /// @return the leaf's hash
    function leafOf(Leaf calldata leaf) public pure returns (bytes32) {
        bytes32 signatureHash = keccak256(abi.encode(leaf.patientSignature));
        return Batches.leafOf(
            abi.encode(leaf.root, leaf.patient, leaf.kind, leaf.validUntil, leaf.checkInId, signatureHash)
        );
    }

    /// @dev Note a record from a leaf of a batch, by the rules of a single anchoring as of the batch's time. A key that was stolen and replaced can still sign, and its thief could have a batch anchored late:
    /// hence a retired key's leaf counts only if the patient itself brings it.
    function _prove(
        Batch memory batch,
        bytes32 batchId,
        bytes32 recordId,
        Leaf calldata leaf,
        bytes32[] calldata proof,
        Status status
    ) private {
        batch.requireLeaf(batchId, leafOf(leaf), proof);
        (address issuer, address patient) = (batch.author, leaf.patient);
        if (!_isActivePatient(patient) && !_isSenderFor(patient)) revert PatientNotActive(patient);
        _record(leaf, recordId, issuer, batch.anchoredAt, status);
        emit RecordProven(recordId, issuer, patient, leaf.root, leaf.kind, leaf.validUntil, batchId);
    }

    /// @dev Note a record that stands nowhere yet, valid at `anchoredAt` (Unix seconds) and signed for by the patient.
    function _record(Leaf calldata record, bytes32 recordId, address issuer, uint40 anchoredAt, Status status) private {
        (uint16 kind, uint40 validUntil, bytes32 checkInId) = (record.kind, record.validUntil, record.checkInId);
        if (validUntil < anchoredAt) revert ValidityPassed(validUntil, anchoredAt);
        _requireNew(recordId);
        bytes32 digest = receiptDigest(record.root, issuer, record.patient, kind, validUntil, checkInId);
        if (!record.patientSignature.isBy(digest, record.patient)) revert InvalidPatientSignature(record.patient);
        _records[recordId] = _pack(anchoredAt, validUntil, kind, status, bytes16(checkInId));
    }

    /// @dev Mark a live record as credited for the visit that it belongs to.
    function _markCredited(bytes32 recordId, bytes32 checkInId) private {
        Record memory record = _liveRecord(recordId);
        if (record.status == Status.Credited) revert RecordAlreadyCredited(recordId);
        if (record.checkInTag != bytes16(checkInId)) revert RecordOfAnotherVisit(recordId, checkInId);
        _setStatus(recordId, record, Status.Credited);
    }

    /// @dev Note for good that a person's `correctedRoot` is a version of what `root` is a version of.
    function _noteVersion(address person, bytes32 root, bytes32 correctedRoot) private {
        bytes32 firstRoot = firstRootOf(person, root);
        bytes32 noted = _firstRoots[person][correctedRoot];
        if (noted != 0 && noted != firstRoot) revert RootOfAnotherRecord(correctedRoot, noted);
        _firstRoots[person][correctedRoot] = firstRoot;
    }

    /// @dev Store a record that was just read with another status.
    function _setStatus(bytes32 recordId, Record memory record, Status status) private {
        _records[recordId] = _pack(record.anchoredAt, record.validUntil, record.kind, status, record.checkInTag);
    }

    /// @dev The sender speaks now for `issuer`. Returns the sender.
    function _requireIssuer(address issuer) private view returns (address sender) {
        sender = _msgSender();
        if (IDENTITY.currentKeyOf(issuer) != sender) revert NotTheIssuer(sender, issuer);
    }

    /// @dev The record exists and is neither revoked nor superseded.
    function _liveRecord(bytes32 recordId) private view returns (Record memory record) {
        record = _unpack(_records[recordId]);
        if (record.status == Status.None) revert RecordUnknown(recordId);
        if (record.status == Status.Revoked) revert RecordRevokedAlready(recordId);
        if (record.status == Status.Superseded) revert RecordSupersededAlready(recordId, _successors[recordId]);
    }

    /// @dev There is no such record yet, in whatever state.
    function _requireNew(bytes32 recordId) private view {
        if (_records[recordId] != 0) revert RecordAlreadyAnchored(recordId);
    }

    /// @dev Whether `patient` is a patient's present key, in good standing.
    function _isActivePatient(address patient) private view returns (bool) {
        return IDENTITY.isActive(patient, IIdentityRegistry.Role.Patient);
    }

    /// @dev Whether the sender is the patient whose key `patient` was.
    function _isSenderFor(address patient) private view returns (bool) {
        address sender = _msgSender();
        return IDENTITY.currentKeyOf(patient) == sender && _isActivePatient(sender);
    }

    /// @dev A record as it is stored, the members of `Record` from the lowest bit on.
    function _pack(uint40 anchoredAt, uint40 validUntil, uint16 kind, Status status, bytes16 checkInTag)
        private
        pure
        returns (uint256)
    {
        return uint256(anchoredAt) | uint256(validUntil) << 40 | uint256(kind) << 80 | uint256(status) << 96
            | uint256(uint128(checkInTag)) << 104;
    }

    /// @dev The record of a stored word.
    function _unpack(uint256 packed) private pure returns (Record memory) {
        return Record(
            uint40(packed),
            uint40(packed >> 40),
            uint16(packed >> 80),
            Status(uint8(packed >> 96)),
            bytes16(uint128(packed >> 104))
        );
    }
}
