// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @dev One storage slot a batch: who anchored it, when (Unix seconds), and how many leaves it is said to have. Its
/// root needs no slot: the batch's identifier binds it to the author.
struct Batch {
    address author;
    uint40 anchoredAt;
    uint32 count;
}

/// @title Many facts under one Merkle root
/// @notice An author anchors the root once; each leaf is proven when somebody needs it, or never.
/// @dev Trees are OpenZeppelin's: sibling pairs sorted, leaves hashed twice, so that no inner node can pass for a leaf.
library Batches {
    /// @notice A batch has at least one leaf.
    error BatchEmpty();
    /// @notice The author has anchored this root already.
    /// @param batchId the identifier of the batch
    error BatchAlreadyAnchored(bytes32 batchId);
    /// @notice There is no such batch.
    /// @param batchId the identifier that was asked for
    error BatchUnknown(bytes32 batchId);
    /// @notice The proof does not lead from this leaf to the batch's root, or is longer than the batch's size allows.
    /// @param batchId the identifier of the batch
    /// @param leaf the leaf's hash
    error LeafNotInBatch(bytes32 batchId, bytes32 leaf);

    /// @dev Note a batch, once an author: a second time would move its date.
    function anchor(mapping(bytes32 batchId => Batch) storage batches, bytes32 root, address author, uint32 count)
        internal
        returns (bytes32 batchId)
    {
        if (count == 0) revert BatchEmpty();
        batchId = idOf(root, author);
        if (batches[batchId].count != 0) revert BatchAlreadyAnchored(batchId);
        batches[batchId] = Batch(author, uint40(block.timestamp), count);
    }

    /// @dev The batch of an identifier.
    function read(mapping(bytes32 batchId => Batch) storage batches, bytes32 batchId)
        internal
        view
        returns (Batch memory batch)
    {
        batch = batches[batchId];
        if (batch.count == 0) revert BatchUnknown(batchId);
    }

    /// @dev The proof leads from the leaf to the batch's root. A tree of n leaves is no deeper than ⌈log2 n⌉, so that
    /// fewer than twice `count` leaves can ever be proven.
    function requireLeaf(Batch memory batch, bytes32 batchId, bytes32 leaf, bytes32[] calldata proof) internal pure {
        bool tooLong = (2 * uint256(batch.count) - 1) >> proof.length == 0;
        if (tooLong || idOf(MerkleProof.processProofCalldata(proof, leaf), batch.author) != batchId) {
            revert LeafNotInBatch(batchId, leaf);
        }
    }

    /// @dev The identifier of a batch: bound to its author, so that a seen root cannot be claimed.
    function idOf(bytes32 root, address author) internal pure returns (bytes32) {
        return keccak256(abi.encode(root, author));
    }

    /// @dev The hash of a leaf with these contents.
    function leafOf(bytes memory contents) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(contents)));
    }
}
