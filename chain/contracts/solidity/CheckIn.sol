// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {Batch, Batches} from "./Batches.sol";
import {ICheckIn} from "./interfaces/ICheckIn.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {Signature, Signatures} from "./Signatures.sol";

/// @title Check-in by QR code
/// @notice A visit is proven by two signatures: one side signs a code and shows it, the other scans it and signs the
/// scan. The institution shows a rotating code that patients scan (`Code.patient` is zero), or the patient shows a
/// ticket that the desk scans (`Code.patient` is the patient).
/// @dev Only the provider sends, by itself or through the forwarder. Signatures are public once they are in calldata,
/// and all who see a rotating code's could otherwise claim, from afar and after the fact, to have scanned it.
/// Care never waits for a block: a scan is accepted up to `GRACE` seconds after it was made. Whether the patient is
/// registered is asked when the visit's record is anchored, without which nothing is earned.
///
/// A provider may anchor many check-ins at once. A leaf commits to the code's hash, the patient, the scan's time and the
/// hash of both signatures; when it is proven, it must satisfy every rule of a single check-in at the batch's time.
contract CheckIn is ICheckIn, EIP712, ERC2771Context {
    using Batches for Batch;
    using Batches for mapping(bytes32 batchId => Batch);
    using MessageHashUtils for bytes32;
    using Signatures for Signature;

    /// @notice Only the provider that the code names may send its check-in, alone or in a batch.
    /// @param caller who sent it
    /// @param provider the code's provider
    error NotTheProvider(address caller, address provider);
    /// @notice The provider is not certified now.
    /// @param provider the sender
    error ProviderNotCertified(address provider);
    /// @notice The ticket is another patient's.
    /// @param ticketPatient whose ticket it is
    /// @param patient who was to be checked in with it
    error TicketOfAnotherPatient(address ticketPatient, address patient);
    /// @notice The scan lies outside the time in which the code is valid. All are Unix seconds.
    /// @param scannedAt when the code was scanned
    /// @param validFrom the first second at which it may be
    /// @param validUntil the last second at which it may be
    error ScanOutsideWindow(uint40 scannedAt, uint40 validFrom, uint40 validUntil);
    /// @notice The scan claims a time that had not come. Both are Unix seconds.
    /// @param scannedAt when the code is said to have been scanned
    /// @param time when the check-in, or its batch, was sent
    error ScanInFuture(uint40 scannedAt, uint256 time);
    /// @notice The scan was sent later than `grace` seconds after it was made.
    /// @param scannedAt when the code was scanned, Unix seconds
    /// @param time when the check-in, or its batch, was sent, Unix seconds
    /// @param grace the seconds within which it is accepted
    error GracePassed(uint40 scannedAt, uint256 time, uint40 grace);
    /// @notice This patient has used this code already.
    /// @param checkInId the identifier of the check-in
    error AlreadyCheckedIn(bytes32 checkInId);
    /// @notice The provider's signature is not the provider's, or not over this code or scan.
    /// @param provider the provider
    error InvalidProviderSignature(address provider);
    /// @notice The patient's signature is not the patient's, or not over this code or scan.
    /// @param patient the patient
    error InvalidPatientSignature(address patient);
    /// @notice Only the reward pool may mark a check-in as credited.
    /// @param caller the sender
    error NotRewardPool(address caller);
    /// @notice There is no such check-in.
    /// @param checkInId the identifier that was asked for
    error CheckInUnknown(bytes32 checkInId);
    /// @notice The check-in has been credited already.
    /// @param checkInId the identifier of the check-in
    error CheckInAlreadyCredited(bytes32 checkInId);

    /// @notice EIP-712 type of a code.
    bytes32 public constant CODE_TYPEHASH = keccak256(
        "Code(address provider,address patient,bytes32 codeId,uint40 validFrom,uint40 validUntil)"
    );
    /// @notice EIP-712 type of a scan: `codeHash` is the struct hash of the code.
    bytes32 public constant SCAN_TYPEHASH = keccak256("Scan(bytes32 codeHash,address scanner,uint40 scannedAt)");

    /// @notice Where roles and certifications are kept.
    IIdentityRegistry public immutable IDENTITY;
    /// @notice The only caller that may mark check-ins as credited.
    address public immutable REWARD_POOL;
    /// @notice How many seconds after a scan its check-in is still accepted.
    uint40 public immutable GRACE;

    /// @dev A visit is packed by hand, `provider | scannedAt << 160 | status << 200`: as a struct the compiler would write
    /// its slot twice, and a check-in has no gas to spare. Zero where there is none.
    mapping(bytes32 checkInId => uint256 packed) private _visits;
    mapping(bytes32 batchId => Batch) private _batches;

    /// @notice A patient checked in at a provider, alone or as proven from a batch.
    /// @param checkInId the identifier of the check-in
    /// @param provider the provider
    /// @param patient the patient
    /// @param scannedAt when the code was scanned, Unix seconds
    event CheckedIn(
        bytes32 indexed checkInId, address indexed provider, address indexed patient, uint40 scannedAt
    );
    /// @notice A provider anchored a batch of check-ins.
    /// @param batchId the identifier of the batch
    /// @param provider the provider
    /// @param batchRoot the Merkle root over the batch's leaves
    /// @param count how many leaves the provider says it has
    event BatchCheckedIn(bytes32 indexed batchId, address indexed provider, bytes32 batchRoot, uint32 count);

    /// @notice Fix whom this registry trusts, and its grace period, for good.
    /// @param forwarder the only forwarder whose appended sender is believed
    /// @param identity the registry of roles and certifications
    /// @param rewardPool the pool that credits check-ins
    /// @param grace seconds after a scan within which it is accepted
    constructor(address forwarder, IIdentityRegistry identity, address rewardPool, uint40 grace)
        EIP712("MedSim CheckIn", "1")
        ERC2771Context(forwarder)
    {
        IDENTITY = identity;
        REWARD_POOL = rewardPool;
        GRACE = grace;
    }

    /// @notice Record a visit. The sender is the provider that the code names, in both directions.
    /// @param visit the code that was shown, who scanned it or showed it and when, and both signatures
    /// @return checkInId the identifier of the check-in, keccak256(abi.encode(codeHash, patient))
    function checkIn(Leaf calldata visit) external returns (bytes32 checkInId) {
        address provider = visit.code.provider;
        if (_msgSender() != provider) revert NotTheProvider(_msgSender(), provider);
        if (!IDENTITY.isCertified(provider)) revert ProviderNotCertified(provider);
        bytes32 codeHash = hashCode(visit.code);
        checkInId = _checkInIdOf(codeHash, visit.patient);
        _record(visit, codeHash, checkInId, block.timestamp, Status.Recorded);
    }

    /// @notice Anchor a batch of check-ins. The sender is the provider that all their codes name, certified now.
    /// @param batchRoot the Merkle root over the batch's leaves (`leafOf`)
    /// @param count how many leaves there are, which limits how long a proof may be
    /// @return batchId the identifier of the batch, keccak256(abi.encode(batchRoot, provider))
    function checkInBatch(bytes32 batchRoot, uint32 count) external returns (bytes32 batchId) {
        address provider = _msgSender();
        if (!IDENTITY.isCertified(provider)) revert ProviderNotCertified(provider);
        batchId = _batches.anchor(batchRoot, provider, count);
        emit BatchCheckedIn(batchId, provider, batchRoot, count);
    }

    /// @notice Make a leaf of a batch a check-in of its own, as if it had been sent alone when the batch was. Anyone who
    /// knows leaf and signatures may.
    /// @param batchId the identifier of the batch
    /// @param leaf the check-in
    /// @param proof the sibling hashes from the leaf to the batch's root, pairs sorted
    /// @return checkInId the identifier of the check-in
    function prove(bytes32 batchId, Leaf calldata leaf, bytes32[] calldata proof)
        external
        returns (bytes32 checkInId)
    {
        bytes32 codeHash = hashCode(leaf.code);
        checkInId = _checkInIdOf(codeHash, leaf.patient);
        _prove(batchId, checkInId, codeHash, leaf, proof, Status.Recorded);
    }

    /// @inheritdoc ICheckIn
    function markCredited(bytes32 checkInId) external returns (address provider, uint40 scannedAt) {
        if (_msgSender() != REWARD_POOL) revert NotRewardPool(_msgSender());
        return _markCredited(checkInId);
    }

    /// @inheritdoc ICheckIn
    function proveCredited(bytes32 batchId, Leaf calldata leaf, bytes32[] calldata proof)
        external
        returns (address provider, address patient, bytes32 checkInId, uint40 scannedAt)
    {
        if (_msgSender() != REWARD_POOL) revert NotRewardPool(_msgSender());
        bytes32 codeHash = hashCode(leaf.code);
        (provider, patient) = (leaf.code.provider, leaf.patient);
        checkInId = _checkInIdOf(codeHash, patient);
        if (_visits[checkInId] == 0) {
            scannedAt = leaf.scannedAt;
            _prove(batchId, checkInId, codeHash, leaf, proof, Status.Credited);
        } else {
            (, scannedAt) = _markCredited(checkInId); // not the leaf's, which nobody has checked
        }
    }

    /// @inheritdoc ICheckIn
    function visitOf(bytes32 checkInId) external view returns (Visit memory) {
        return _unpack(_visits[checkInId]);
    }

    /// @notice Who anchored a batch, when, and how many leaves it is said to have.
    /// @param batchId the identifier of the batch
    /// @return provider the provider, zero where there is no such batch
    /// @return anchoredAt when it was anchored, Unix seconds
    /// @return count the number of leaves
    function batchOf(bytes32 batchId)
        external
        view
        returns (address provider, uint40 anchoredAt, uint32 count)
    {
        Batch memory batch = _batches[batchId];
        return (batch.author, batch.anchoredAt, batch.count);
    }

    /// @notice The digest that is signed over a code.
    /// @param code the code
    /// @return the EIP-712 digest
    function codeDigest(Code calldata code) external view returns (bytes32) {
        return _hashTypedDataV4(hashCode(code));
    }

    /// @notice The digest that is signed over a scan.
    /// @param codeHash the struct hash of the code
    /// @param scanner who scans: the patient of an institution's code, the provider of a ticket
    /// @param scannedAt when the code was scanned, Unix seconds
    /// @return the EIP-712 digest
    function scanDigest(bytes32 codeHash, address scanner, uint40 scannedAt) external view returns (bytes32) {
        return _hashTypedDataV4(_hashScan(codeHash, scanner, scannedAt));
    }

    /// @notice The hash of a batch's leaf: keccak256 twice over the code's hash, patient, scannedAt and the hash of
    /// the provider's and the patient's signature.
    /// @param leaf the check-in
    /// @return the leaf's hash
    function leafOf(Leaf calldata leaf) external pure returns (bytes32) {
        return _leafOf(hashCode(leaf.code), leaf);
    }

    /// @notice The EIP-712 struct hash of a code.
    /// @param code the code
    /// @return the struct hash
    function hashCode(Code calldata code) public pure returns (bytes32) {
        return keccak256(
            abi.encode(CODE_TYPEHASH, code.provider, code.patient, code.codeId, code.validFrom, code.validUntil)
        );
    }

    /// @dev Note a check-in that stands nowhere yet from a leaf of a batch.
    function _prove(
        bytes32 batchId,
        bytes32 checkInId,
        bytes32 codeHash,
        Leaf calldata leaf,
        bytes32[] calldata proof,
        Status status
    ) private {
        Batch memory batch = _batches.read(batchId);
        batch.requireLeaf(batchId, _leafOf(codeHash, leaf), proof);
        address provider = leaf.code.provider;
        if (batch.author != provider) revert NotTheProvider(batch.author, provider);
        _record(leaf, codeHash, checkInId, batch.anchoredAt, status);
    }

    /// @dev Note a check-in that stands nowhere yet, if it is timely and signed by both: whoever shows the code signed the
    /// code, whoever scans it signed the scan. `time` is when it was sent, Unix seconds.
    function _record(Leaf calldata visit, bytes32 codeHash, bytes32 checkInId, uint256 time, Status status) private {
        if (_visits[checkInId] != 0) revert AlreadyCheckedIn(checkInId);
        uint40 scannedAt = visit.scannedAt;
        address provider = visit.code.provider;
        address patient = visit.patient;
        _requireTimely(visit.code, scannedAt, time);
        address ticketPatient = visit.code.patient;
        bytes32 domain = _domainSeparatorV4();
        bytes32 shown = domain.toTypedDataHash(codeHash);
        if (ticketPatient == address(0)) {
            bytes32 scanned = domain.toTypedDataHash(_hashScan(codeHash, patient, scannedAt));
            if (!visit.providerSignature.isBy(shown, provider)) revert InvalidProviderSignature(provider);
            if (!visit.patientSignature.isBy(scanned, patient)) revert InvalidPatientSignature(patient);
        } else {
            if (ticketPatient != patient) revert TicketOfAnotherPatient(ticketPatient, patient);
            bytes32 scanned = domain.toTypedDataHash(_hashScan(codeHash, provider, scannedAt));
            if (!visit.patientSignature.isBy(shown, patient)) revert InvalidPatientSignature(patient);
            if (!visit.providerSignature.isBy(scanned, provider)) revert InvalidProviderSignature(provider);
        }
        _visits[checkInId] = _pack(provider, scannedAt, status);
        emit CheckedIn(checkInId, provider, patient, scannedAt);
    }

    /// @dev Mark a check-in as credited. Returns its provider and the time of its scan.
    function _markCredited(bytes32 checkInId) private returns (address, uint40) {
        Visit memory visit = _unpack(_visits[checkInId]);
        if (visit.status == Status.None) revert CheckInUnknown(checkInId);
        if (visit.status == Status.Credited) revert CheckInAlreadyCredited(checkInId);
        _visits[checkInId] = _pack(visit.provider, visit.scannedAt, Status.Credited);
        return (visit.provider, visit.scannedAt);
    }

    /// @dev The scan lies in the code's window, and `time` between the scan and the end of its grace.
    function _requireTimely(Code calldata code, uint40 scannedAt, uint256 time) private view {
        if (scannedAt < code.validFrom || scannedAt > code.validUntil) {
            revert ScanOutsideWindow(scannedAt, code.validFrom, code.validUntil);
        }
        if (scannedAt > time) revert ScanInFuture(scannedAt, time);
        unchecked {
            if (time - scannedAt > GRACE) revert GracePassed(scannedAt, time, GRACE);
        }
    }

    /// @dev The EIP-712 struct hash of a scan.
    function _hashScan(bytes32 codeHash, address scanner, uint40 scannedAt) private pure returns (bytes32) {
        return keccak256(abi.encode(SCAN_TYPEHASH, codeHash, scanner, scannedAt));
    }

    /// @dev The identifier of a patient's check-in with a code.
    function _checkInIdOf(bytes32 codeHash, address patient) private pure returns (bytes32) {
        return Hashes.efficientKeccak256(codeHash, bytes32(uint256(uint160(patient))));
    }

    /// @dev The hash of a batch's leaf whose code has the struct hash `codeHash`.
    function _leafOf(bytes32 codeHash, Leaf calldata leaf) private pure returns (bytes32) {
        bytes32 signaturesHash = keccak256(abi.encode(leaf.providerSignature, leaf.patientSignature));
        return Batches.leafOf(abi.encode(codeHash, leaf.patient, leaf.scannedAt, signaturesHash));
    }

    /// @dev A visit as it is stored.
    function _pack(address provider, uint40 scannedAt, Status status) private pure returns (uint256) {
        return uint256(uint160(provider)) | uint256(scannedAt) << 160 | uint256(status) << 200;
    }

    /// @dev The visit of a stored word.
    function _unpack(uint256 packed) private pure returns (Visit memory) {
        return Visit(address(uint160(packed)), uint40(packed >> 160), Status(packed >> 200));
    }
}
