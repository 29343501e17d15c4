// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signature} from "../Signatures.sol";

/// @title What other contracts ask of the check-ins
interface ICheckIn {
    /// @notice How far a check-in has come.
    enum Status {
        None,
        Recorded,
        Credited
    }

    /// @notice What is shown as a QR code.
    /// @param provider whose code it is, or whom the ticket is for
    /// @param patient the patient of a ticket, zero for the institution's code, which any patient may scan
    /// @param codeId a number used once
    /// @param validFrom the first second (Unix) at which it may be scanned
    /// @param validUntil the last second (Unix) at which it may be scanned
    struct Code {
        address provider;
        address patient;
        bytes32 codeId;
        uint40 validFrom;
        uint40 validUntil;
    }

    /// @notice A check-in, in one storage slot.
    /// @param provider the provider
    /// @param scannedAt when the code was scanned, Unix seconds
    /// @param status how far it has come
    struct Visit {
        address provider;
        uint40 scannedAt;
        Status status;
    }

    /// @notice A check-in as it is sent: alone, or as a batch's leaf, which commits to all this.
    /// @param code the code that was shown; a leaf's hash holds its struct hash
    /// @param patient who signed the scan of the institution's code, or showed the ticket
    /// @param scannedAt when the code was scanned, Unix seconds
    /// @param providerSignature over the code if it is the institution's, over the scan if it is a ticket
    /// @param patientSignature over the scan if the code is the institution's, over the code if it is a ticket; a leaf's
    /// hash holds one hash of both signatures
    struct Leaf {
        Code code;
        address patient;
        uint40 scannedAt;
        Signature providerSignature;
        Signature patientSignature;
    }

    /// @notice Mark a check-in as credited, once. Only the reward pool may call.
    /// @param checkInId the identifier of the check-in
    /// @return provider the provider of the visit
    /// @return scannedAt when the code was scanned, Unix seconds
    function markCredited(bytes32 checkInId) external returns (address provider, uint40 scannedAt);

    /// @notice Prove a check-in of a batch and mark it as credited in one go. Only the reward pool may call. A check-in
    /// that somebody has proven already is only marked.
    /// @param batchId the identifier of the batch
    /// @param leaf the check-in
    /// @param proof the sibling hashes from the leaf to the batch's root, pairs sorted
    /// @return provider the provider of the visit
    /// @return patient the patient of the visit
    /// @return checkInId the identifier of the check-in
    /// @return scannedAt when the code was scanned, Unix seconds
    function proveCredited(bytes32 batchId, Leaf calldata leaf, bytes32[] calldata proof)
        external
        returns (address provider, address patient, bytes32 checkInId, uint40 scannedAt);

    /// @notice The check-in of an identifier; its status is `None` where there is none.
    /// @param checkInId the identifier of the check-in
    /// @return the check-in
    function visitOf(bytes32 checkInId) external view returns (Visit memory);
}
