// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signature} from "../Signatures.sol";

/// @title What other contracts ask of the original-proof of records
interface IRecordRegistry {
    /// @notice How far a record has come.
    enum Status {
        None,
        Anchored,
        Credited,
        Revoked,
        Superseded
    }

    /// @notice A record, in one storage slot.
    /// @param anchoredAt when it, or the batch that it was proven from, was anchored, Unix seconds
    /// @param validUntil the last second (Unix) at which it is valid
    /// @param kind the encounter's class, numbered off chain
    /// @param status how far it has come
    /// @param checkInTag the first 16 bytes of its visit's check-in, zero where it belongs to no visit
    struct Record {
        uint40 anchoredAt;
        uint40 validUntil;
        uint16 kind;
        Status status;
        bytes16 checkInTag;
    }

    /// @notice A record as it is anchored: alone, or as a batch's leaf, which commits to all this besides the issuer.
    /// @param root the salted Merkle root of the record
    /// @param patient the patient
    /// @param kind the encounter's class, numbered off chain
    /// @param validUntil the last second (Unix) at which it is valid
    /// @param checkInId the visit's check-in, zero where it belongs to no visit
    /// @param patientSignature the patient's, over the receipt; a leaf's hash holds its hash
    struct Leaf {
        bytes32 root;
        address patient;
        uint16 kind;
        uint40 validUntil;
        bytes32 checkInId;
        Signature patientSignature;
    }

    /// @notice Mark a record as credited, once. Only the reward pool may call.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    /// @param checkInId the visit's check-in, which must be the one that the patient's receipt named
    function markCredited(bytes32 root, address issuer, address patient, bytes32 checkInId) external;

    /// @notice Prove a record of a batch and mark it as credited in one go. Only the reward pool may call. A record that
    /// somebody has proven already is only marked.
    /// @param batchId the identifier of the batch
    /// @param leaf the record
    /// @param proof the sibling hashes from the leaf to the batch's root, pairs sorted
    /// @param checkInId the visit's check-in, which must be the one that the patient's receipt named
    /// @return issuer the provider that anchored the batch
    /// @return patient the patient of the record
    function proveCredited(bytes32 batchId, Leaf calldata leaf, bytes32[] calldata proof, bytes32 checkInId)
        external
        returns (address issuer, address patient);

    /// @notice The record of an identifier; its status is `None` where there is none.
    /// @param recordId the identifier of the record
    /// @return the record
    function recordOf(bytes32 recordId) external view returns (Record memory);

    /// @notice What a record is, as far as its consumers need it.
    /// @param recordId the identifier of the record
    /// @return status how far it has come, `None` where there is none
    /// @return kind the encounter's class, numbered off chain
    /// @return anchoredAt when it was anchored, Unix seconds
    /// @return validUntil the last second (Unix) at which it is valid
    function statusAndKind(bytes32 recordId)
        external
        view
        returns (Status status, uint16 kind, uint40 anchoredAt, uint40 validUntil);

    /// @notice What a record was in the first place: a correction and what it corrects have one origin, so that a
    /// consumer who pays for a record once is not asked to pay again for its correction.
    /// @param recordId the identifier of the record
    /// @return originId the identifier of the first record of its corrections, its own where it corrects none
    function originOf(bytes32 recordId) external view returns (bytes32 originId);

    /// @notice Whether this issuer anchored this root for this patient, and it is neither revoked nor superseded nor past
    /// its time.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    /// @return whether it is valid now
    function isValid(bytes32 root, address issuer, address patient) external view returns (bool);

    /// @notice Whether a leaf belongs to a record that is valid now.
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    /// @param leaf the salted hash of the disclosed part
    /// @param proof the sibling hashes from the leaf to the root, pairs sorted
    /// @return whether both hold
    function verifyLeaf(bytes32 root, address issuer, address patient, bytes32 leaf, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice The identifier of a record, keccak256(abi.encode(root, issuer, patient)).
    /// @param root the root of the record
    /// @param issuer the provider that anchored it
    /// @param patient the patient for whom
    /// @return recordId the identifier of the record
    function recordIdOf(bytes32 root, address issuer, address patient) external pure returns (bytes32 recordId);
}
