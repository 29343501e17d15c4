// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What other contracts ask of the consents
interface IConsentRegistry {
    /// @notice What a record may be read for. Every purpose needs a consent of its own.
    enum Purpose {
        None,
        Care,
        Claim,
        Quote,
        Research,
        Product,
        Relative
    }

    /// @notice Whether a consent is live in this block: granted, not withdrawn, not past its expiry.
    /// @param consentId the identifier of the consent
    /// @return whether it is live now
    function isLive(bytes32 consentId) external view returns (bool);

    /// @notice Whether a patient's live consent lets a grantee in good standing read a record for a purpose in this block.
    /// @dev A record's identifier tells nobody whose record it is: the caller has derived `recordId` from the record's
    /// root, issuer and patient, and asks with that patient. All keys of a person count as one, on both sides.
    /// @param patient the patient of the record, by any of its keys
    /// @param grantee who would read, by any of its keys
    /// @param purpose what for
    /// @param recordId the identifier of the record
    /// @return whether a live consent covers it
    function permits(address patient, address grantee, Purpose purpose, bytes32 recordId)
        external
        view
        returns (bool);
}
