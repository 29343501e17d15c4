"""Merkle trees with sorted pairs, as OpenZeppelin's `MerkleProof` checks them on chain.

The tree has the shape of OpenZeppelin's `merkle-tree` library (a complete binary tree in one array, leaves
in the order given), so that roots and proofs are the same as that library's. A leaf is hashed twice before it
comes here, an inner node once: no inner node can pass for a leaf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chain.errors import ProofError
from chain.hashing import keccak

HASH_BYTES: Final = 32


def node_hash(one: bytes, other: bytes) -> bytes:
    """Return the parent of two nodes, the same in either order (OpenZeppelin
    `Hashes.commutativeKeccak256`)."""
    return keccak(one + other) if one < other else keccak(other + one)


@dataclass(frozen=True)
class MerkleTree:
    """A tree over `leaf_count` leaves. `nodes` has 2n - 1 hashes: the root first, the leaves last,
    reversed."""

    nodes: tuple[bytes, ...]
    leaf_count: int

    @classmethod
    def of(cls, leaves: Sequence[bytes]) -> MerkleTree:
        """Build the tree over `leaves` (hashes of 32 bytes, at least one)."""
        count = len(leaves)
        if count == 0:
            raise ProofError("a Merkle tree needs at least one leaf")
        nodes = [b""] * (count - 1) + list(reversed(leaves))
        for index in range(count - 2, -1, -1):
            nodes[index] = node_hash(nodes[2 * index + 1], nodes[2 * index + 2])
        return cls(tuple(nodes), count)

    @property
    def root(self) -> bytes:
        """The 32 bytes that are anchored on chain."""
        return self.nodes[0]

    def proof(self, leaf_index: int) -> tuple[bytes, ...]:
        """Return the sibling hashes from leaf `leaf_index` up to the root; empty for a tree of one leaf."""
        if not 0 <= leaf_index < self.leaf_count:
            raise ProofError(f"leaf {leaf_index} does not exist: the tree has {self.leaf_count} leaves")
        index = len(self.nodes) - 1 - leaf_index
        siblings = []
        while index > 0:
            siblings.append(self.nodes[index + 1 if index % 2 else index - 1])
            index = (index - 1) // 2
        return tuple(siblings)


def verify(root: bytes, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` leads from `leaf` to `root` (OpenZeppelin `MerkleProof.verify`)."""
    if len(leaf) != HASH_BYTES or any(len(sibling) != HASH_BYTES for sibling in proof):
        return False
    node = leaf
    for sibling in proof:
        node = node_hash(node, sibling)
    return node == root
