"""Leaves of a record: salted, and hashed twice, so that no inner node passes for one."""

from __future__ import annotations

import pytest

from chain.errors import ProofError
from chain.hashing import keccak
from chain.merkle import MerkleTree, verify
from sim.records.merkle import leaf_hash


def test_no_inner_node_passes_for_a_leaf() -> None:
    contents = [(bytes([n]) * 32, b"content") for n in range(4)]
    tree = MerkleTree.of([leaf_hash(salt, content) for salt, content in contents])
    left, right = tree.nodes[3], tree.nodes[4]
    inner = min(left, right) + max(left, right)

    # Without the second hash of a leaf, salt = first half and content = second half would prove themselves.
    assert verify(tree.root, keccak(inner), [tree.nodes[2]])
    assert not verify(tree.root, leaf_hash(inner[:32], inner[32:]), [tree.nodes[2]])


def test_the_salt_changes_the_leaf() -> None:
    assert leaf_hash(bytes(32), b"70 kg") == keccak(keccak(bytes(32) + b"70 kg"))
    assert leaf_hash(bytes(31) + b"\1", b"70 kg") != leaf_hash(bytes(32), b"70 kg")


def test_a_salt_has_32_bytes() -> None:
    with pytest.raises(ProofError, match="a salt has 32 bytes, got 16"):
        leaf_hash(bytes(16), b"")
