// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IdentityRegistry} from "./IdentityRegistry.sol";
import {Signature, Signatures} from "./Signatures.sol";

/// @title The original-proof of health records
/// @notice A record is a salted Merkle root, bound to the provider that issued it and the patient who received it.
/// @dev Issuer and patient are part of the identifier, so that whoever sees a root cannot claim it first.
contract RecordRegistry is EIP712, ERC2771Context {
    using Signatures for Signature;

    /// @notice The issuer is not a provider certified now.
    error IssuerNotCertified(address issuer);
    /// @notice The patient is not registered as a patient.
    error PatientNotRegistered(address patient);
    /// @notice The record would not be valid for a single second.
    error ValidityPassed(uint40 validUntil, uint256 time);
    /// @notice This issuer has anchored this root for this patient already.
    error RecordAlreadyAnchored(bytes32 recordId);
    /// @notice The patient's signature is not the patient's, or not over this receipt.
    error InvalidPatientSignature(address patient);
    /// @notice There is no such record.
    error RecordUnknown(bytes32 recordId);
    /// @notice The record has been revoked.
    error RecordRevokedAlready(bytes32 recordId);
    /// @notice Only the reward pool may mark a record as credited.
    error NotRewardPool(address caller);
    /// @notice The record has been credited already.
    error RecordAlreadyCredited(bytes32 recordId);

    /// @notice How far a record has come.
    enum Status {
        None,
        Anchored,
        Credited,
        Revoked
    }

    /// @dev One storage slot a record. Times are Unix seconds; `kind` is the encounter's class, numbered off chain.
    struct Record {
        uint40 anchoredAt;
        uint40 validUntil;
        uint16 kind;
        Status status;
    }

    /// @notice EIP-712 type of the receipt that a patient signs.
    bytes32 public constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 root,address issuer,address patient,uint16 kind,uint40 validUntil)"
    );

    /// @notice Where certifications are kept.
    IdentityRegistry public immutable IDENTITY;
    /// @notice The only caller that may mark records as credited.
    address public immutable REWARD_POOL;

    mapping(bytes32 recordId => Record) private _records;

    /// @notice `issuer` anchored `root` for `patient`, valid until `validUntil` (Unix seconds).
    event RecordAnchored(
        bytes32 indexed recordId,
        address indexed issuer,
        address indexed patient,
        bytes32 root,
        uint16 kind,
        uint40 validUntil
    );
    /// @notice The issuer revoked a record.
    event RecordRevoked(bytes32 indexed recordId, address indexed issuer, address indexed patient);

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param identity the registry of roles and certifications
    /// @param rewardPool the pool that credits records
    constructor(address forwarder, IdentityRegistry identity, address rewardPool)
        EIP712("MedSim RecordRegistry", "1")
        ERC2771Context(forwarder)
    {
        IDENTITY = identity;
        REWARD_POOL = rewardPool;
    }

    /// @notice Anchor a record. The sender is its issuer, a certified provider; the patient signed the receipt.
    /// @param root the salted Merkle root of the record
    /// @param patient the patient
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) at which the record is valid
    /// @param patientSignature over the receipt
    /// @return recordId the identifier of the record
    function anchor(
        bytes32 root,
        address patient,
        uint16 kind,
        uint40 validUntil,
        Signature calldata patientSignature
    ) external returns (bytes32 recordId) {
        address issuer = _msgSender();
        if (!IDENTITY.isCertified(issuer)) revert IssuerNotCertified(issuer);
        if (IDENTITY.roleOf(patient) != IdentityRegistry.Role.Patient) revert PatientNotRegistered(patient);
        if (validUntil < block.timestamp) revert ValidityPassed(validUntil, block.timestamp);
        recordId = recordIdOf(root, issuer, patient);
        if (_records[recordId].status != Status.None) revert RecordAlreadyAnchored(recordId);
        bytes32 digest = receiptDigest(root, issuer, patient, kind, validUntil);
        if (!patientSignature.isBy(digest, patient)) revert InvalidPatientSignature(patient);
        _records[recordId] = Record(uint40(block.timestamp), validUntil, kind, Status.Anchored);
        emit RecordAnchored(recordId, issuer, patient, root, kind, validUntil);
    }

    /// @notice Revoke a record. Only its issuer can, certified still or not.
    /// @param root the root that the sender anchored
    /// @param patient the patient for whom
    function revoke(bytes32 root, address patient) external {
        address issuer = _msgSender();
        bytes32 recordId = recordIdOf(root, issuer, patient);
        Record storage record = _records[recordId];
        _requireLive(record.status, recordId);
        record.status = Status.Revoked;
        emit RecordRevoked(recordId, issuer, patient);
    }

    /// @notice Mark a record as credited, once. Only the reward pool may call.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    function markCredited(bytes32 root, address issuer, address patient) external {
        if (_msgSender() != REWARD_POOL) revert NotRewardPool(_msgSender());
        bytes32 recordId = recordIdOf(root, issuer, patient);
        Record storage record = _records[recordId];
        Status status = record.status;
        _requireLive(status, recordId);
        if (status == Status.Credited) revert RecordAlreadyCredited(recordId);
        record.status = Status.Credited;
    }

    /// @notice The record of an identifier; its status is `None` where there is none.
    function recordOf(bytes32 recordId) external view returns (Record memory) {
        return _records[recordId];
    }

    /// @notice Whether a leaf belongs to a record that is valid now.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    /// @param leaf the salted hash of the disclosed part
    /// @param proof the sibling hashes from the leaf to the root, pairs sorted
    function verifyLeaf(
        bytes32 root,
        address issuer,
        address patient,
        bytes32 leaf,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return isValid(root, issuer, patient) && MerkleProof.verifyCalldata(proof, root, leaf);
    }

    /// @notice Whether this issuer anchored this root for this patient, and it is neither revoked nor past its time.
    function isValid(bytes32 root, address issuer, address patient) public view returns (bool) {
        Record storage record = _records[recordIdOf(root, issuer, patient)];
        Status status = record.status;
        return (status == Status.Anchored || status == Status.Credited) && block.timestamp <= record.validUntil;
    }

    /// @notice The digest of the receipt that a patient signs.
    function receiptDigest(bytes32 root, address issuer, address patient, uint16 kind, uint40 validUntil)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(RECEIPT_TYPEHASH, root, issuer, patient, kind, validUntil)));
    }

    /// @notice The identifier of a record, keccak256(abi.encode(root, issuer, patient)).
    function recordIdOf(bytes32 root, address issuer, address patient) public pure returns (bytes32) {
        return keccak256(abi.encode(root, issuer, patient));
    }

    /// @dev The record exists and is not revoked.
    function _requireLive(Status status, bytes32 recordId) private pure {
        if (status == Status.None) revert RecordUnknown(recordId);
        if (status == Status.Revoked) revert RecordRevokedAlready(recordId);
    }
}
