// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IdentityRegistry} from "./IdentityRegistry.sol";
import {Signature, Signatures} from "./Signatures.sol";

/// @title Check-in by QR code
/// @notice A visit is proven by two signatures: one side signs a code and shows it, the other scans it and signs the
/// scan. The institution shows a rotating code that patients scan (`Code.patient` is zero), or the patient shows a
/// ticket that the desk scans (`Code.patient` is the patient).
/// @dev Only the provider sends, by itself or through the forwarder. Signatures are public once they are in calldata,
/// and all who see a rotating code's could otherwise claim, from afar and after the fact, to have scanned it.
/// Care never waits for a block: a scan is accepted up to `GRACE` seconds after it was made. Whether the patient is
/// registered is asked when the visit's record is anchored, without which nothing is earned.
contract CheckIn is EIP712, ERC2771Context {
    using MessageHashUtils for bytes32;
    using Signatures for Signature;

    /// @notice Only the provider that the code names may send its check-in.
    error NotTheProvider(address caller, address provider);
    /// @notice The provider is not certified now.
    error ProviderNotCertified(address provider);
    /// @notice The ticket is another patient's.
    error TicketOfAnotherPatient(address ticketPatient, address patient);
    /// @notice The scan lies outside the time in which the code is valid.
    error ScanOutsideWindow(uint40 scannedAt, uint40 validFrom, uint40 validUntil);
    /// @notice The scan claims a time that has not come.
    error ScanInFuture(uint40 scannedAt, uint256 time);
    /// @notice The scan was sent later than `grace` seconds after it was made.
    error GracePassed(uint40 scannedAt, uint256 time, uint40 grace);
    /// @notice This patient has used this code already.
    error AlreadyCheckedIn(bytes32 checkInId);
    /// @notice The provider's signature is not the provider's, or not over this code or scan.
    error InvalidProviderSignature(address provider);
    /// @notice The patient's signature is not the patient's, or not over this code or scan.
    error InvalidPatientSignature(address patient);
    /// @notice Only the reward pool may mark a check-in as credited.
    error NotRewardPool(address caller);
    /// @notice There is no such check-in.
    error CheckInUnknown(bytes32 checkInId);
    /// @notice The check-in has been credited already.
    error CheckInAlreadyCredited(bytes32 checkInId);

    /// @notice How far a check-in has come.
    enum Status {
        None,
        Recorded,
        Credited
    }

    /// @notice What is shown as a QR code. Times are Unix seconds, both ends included.
    struct Code {
        address provider;
        address patient;
        bytes32 codeId;
        uint40 validFrom;
        uint40 validUntil;
    }

    /// @dev One storage slot a check-in.
    struct Visit {
        address provider;
        uint40 scannedAt;
        Status status;
    }

    /// @notice EIP-712 type of a code.
    bytes32 public constant CODE_TYPEHASH = keccak256(
        "Code(address provider,address patient,bytes32 codeId,uint40 validFrom,uint40 validUntil)"
    );
    /// @notice EIP-712 type of a scan: `codeHash` is the struct hash of the code.
    bytes32 public constant SCAN_TYPEHASH = keccak256("Scan(bytes32 codeHash,address scanner,uint40 scannedAt)");

    /// @notice Where roles and certifications are kept.
    IdentityRegistry public immutable IDENTITY;
    /// @notice The only caller that may mark check-ins as credited.
    address public immutable REWARD_POOL;
    /// @notice How many seconds after a scan its check-in is still accepted.
    uint40 public immutable GRACE;

    mapping(bytes32 checkInId => Visit) private _visits;

    /// @notice `patient` checked in at `provider`; the scan was made at `scannedAt` (Unix seconds).
    event CheckedIn(
        bytes32 indexed checkInId, address indexed provider, address indexed patient, uint40 scannedAt
    );

    /// @param forwarder the only forwarder whose appended sender is believed, for good
    /// @param identity the registry of roles and certifications
    /// @param rewardPool the pool that credits check-ins
    /// @param grace seconds after a scan within which it is accepted
    constructor(address forwarder, IdentityRegistry identity, address rewardPool, uint40 grace)
        EIP712("MedSim CheckIn", "1")
        ERC2771Context(forwarder)
    {
        IDENTITY = identity;
        REWARD_POOL = rewardPool;
        GRACE = grace;
    }

    /// @notice Record a visit. The sender is the provider that the code names, in both directions.
    /// @param code the code that was shown
    /// @param patient who signed the scan of the institution's code, or shows the ticket
    /// @param scannedAt when the code was scanned, Unix seconds
    /// @param providerSignature over the code if it is the institution's, over the scan if it is a ticket
    /// @param patientSignature over the scan if the code is the institution's, over the code if it is a ticket
    /// @return checkInId the identifier of the check-in, keccak256(abi.encode(codeHash, patient))
    function checkIn(
        Code calldata code,
        address patient,
        uint40 scannedAt,
        Signature calldata providerSignature,
        Signature calldata patientSignature
    ) external returns (bytes32 checkInId) {
        address provider = code.provider;
        if (_msgSender() != provider) revert NotTheProvider(_msgSender(), provider);
        _requireTimely(code, scannedAt);
        if (!IDENTITY.isCertified(provider)) revert ProviderNotCertified(provider);
        bytes32 codeHash = hashCode(code);
        checkInId = keccak256(abi.encode(codeHash, patient));
        Visit storage visit = _visits[checkInId];
        if (visit.status != Status.None) revert AlreadyCheckedIn(checkInId);
        _requireSignatures(code, codeHash, patient, scannedAt, providerSignature, patientSignature);
        (visit.provider, visit.scannedAt, visit.status) = (provider, scannedAt, Status.Recorded);
        emit CheckedIn(checkInId, provider, patient, scannedAt);
    }

    /// @notice Mark a check-in as credited, once. Only the reward pool may call.
    /// @param checkInId the identifier of the check-in
    /// @return provider the provider of the visit
    function markCredited(bytes32 checkInId) external returns (address provider) {
        if (_msgSender() != REWARD_POOL) revert NotRewardPool(_msgSender());
        Visit storage visit = _visits[checkInId];
        Status status = visit.status;
        if (status == Status.None) revert CheckInUnknown(checkInId);
        if (status == Status.Credited) revert CheckInAlreadyCredited(checkInId);
        visit.status = Status.Credited;
        return visit.provider;
    }

    /// @notice The check-in of an identifier; its status is `None` where there is none.
    function visitOf(bytes32 checkInId) external view returns (Visit memory) {
        return _visits[checkInId];
    }

    /// @notice The digest that is signed over a code.
    function codeDigest(Code calldata code) external view returns (bytes32) {
        return _hashTypedDataV4(hashCode(code));
    }

    /// @notice The digest that is signed over a scan.
    function scanDigest(bytes32 codeHash, address scanner, uint40 scannedAt) external view returns (bytes32) {
        return _hashTypedDataV4(_hashScan(codeHash, scanner, scannedAt));
    }

    /// @notice The EIP-712 struct hash of a code.
    function hashCode(Code calldata code) public pure returns (bytes32) {
        return keccak256(
            abi.encode(CODE_TYPEHASH, code.provider, code.patient, code.codeId, code.validFrom, code.validUntil)
        );
    }

    /// @dev The scan lies in the code's window, and now lies between the scan and the end of its grace.
    function _requireTimely(Code calldata code, uint40 scannedAt) private view {
        if (scannedAt < code.validFrom || scannedAt > code.validUntil) {
            revert ScanOutsideWindow(scannedAt, code.validFrom, code.validUntil);
        }
        if (scannedAt > block.timestamp) revert ScanInFuture(scannedAt, block.timestamp);
        if (block.timestamp > uint256(scannedAt) + GRACE) revert GracePassed(scannedAt, block.timestamp, GRACE);
    }

    /// @dev Whoever shows the code signed the code; whoever scans it signed the scan.
    function _requireSignatures(
        Code calldata code,
        bytes32 codeHash,
        address patient,
        uint40 scannedAt,
        Signature calldata providerSignature,
        Signature calldata patientSignature
    ) private view {
        address provider = code.provider;
        address ticketPatient = code.patient;
        bytes32 domain = _domainSeparatorV4();
        bytes32 shown = domain.toTypedDataHash(codeHash);
        if (ticketPatient == address(0)) {
            bytes32 scanned = domain.toTypedDataHash(_hashScan(codeHash, patient, scannedAt));
            if (!providerSignature.isBy(shown, provider)) revert InvalidProviderSignature(provider);
            if (!patientSignature.isBy(scanned, patient)) revert InvalidPatientSignature(patient);
        } else {
            if (ticketPatient != patient) revert TicketOfAnotherPatient(ticketPatient, patient);
            bytes32 scanned = domain.toTypedDataHash(_hashScan(codeHash, provider, scannedAt));
            if (!patientSignature.isBy(shown, patient)) revert InvalidPatientSignature(patient);
            if (!providerSignature.isBy(scanned, provider)) revert InvalidProviderSignature(provider);
        }
    }

    /// @dev The EIP-712 struct hash of a scan.
    function _hashScan(bytes32 codeHash, address scanner, uint40 scannedAt) private pure returns (bytes32) {
        return keccak256(abi.encode(SCAN_TYPEHASH, codeHash, scanner, scannedAt));
    }
}
