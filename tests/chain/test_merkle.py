"""Merkle trees: every leaf proves itself, nothing else does, and roots are OpenZeppelin's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.errors import ProofError
from chain.hashing import keccak
from chain.merkle import MerkleTree, node_hash, verify

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


def process_proof(proof: Sequence[bytes], leaf: bytes) -> bytes:
    """`MerkleProof.processProof` and `Hashes.commutativeKeccak256` of OpenZeppelin 5, rewritten on
    integers."""
    computed = int.from_bytes(leaf, "big")
    for sibling in proof:
        a, b = sorted((computed, int.from_bytes(sibling, "big")))
        computed = int.from_bytes(keccak(a.to_bytes(32, "big") + b.to_bytes(32, "big")), "big")
    return computed.to_bytes(32, "big")


@given(LEAVES)
def test_every_leaf_proves_itself(leaves: list[bytes]) -> None:
    tree = MerkleTree.of(leaves)

    for index, leaf in enumerate(leaves):
        proof = tree.proof(index)
        assert verify(tree.root, leaf, proof)
        assert process_proof(proof, leaf) == tree.root
        assert len(proof) <= max(0, len(leaves) - 1).bit_length()


@given(LEAVES, st.data())
def test_any_changed_bit_fails(leaves: list[bytes], data: st.DataObject) -> None:
    tree = MerkleTree.of(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    parts = [tree.root, leaves[index], *tree.proof(index)]
    part = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = int.from_bytes(parts[part], "big") ^ 1 << bit
    parts[part] = changed.to_bytes(32, "big")

    assert not verify(parts[0], parts[1], parts[2:])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True))
def test_a_cut_or_lengthened_proof_fails(leaves: list[bytes]) -> None:
    tree = MerkleTree.of(leaves)
    proof = tree.proof(0)

    assert not verify(tree.root, leaves[0], proof[:-1])
    assert not verify(tree.root, leaves[0], (*proof, tree.root))


def test_a_tree_of_one_leaf_is_the_leaf() -> None:
    leaf = keccak(b"alone")
    tree = MerkleTree.of([leaf])

    assert (tree.root, tree.proof(0)) == (leaf, ())
    assert verify(leaf, leaf, ())
    assert not verify(leaf, keccak(b"other"), ())


def abi_string(text: str) -> bytes:
    data = text.encode()
    return (32).to_bytes(32, "big") + len(data).to_bytes(32, "big") + data.ljust(32, b"\0")


def test_the_tree_is_that_of_openzeppelins_library() -> None:
    """Hashes of the library's own rendering of the tree over 'a', 'b', 'c' (merkle-tree,
    src/standard.test.ts)."""
    tree = MerkleTree.of(sorted(keccak(keccak(abi_string(character))) for character in "abc"))

    assert [node.hex() for node in tree.nodes] == [
        "f2129b5a697531ef818f644564a6552b35c549722385bc52aa7fe46c0b5f46b1",
        "fa914d99a18dc32d9725b3ef1c50426deb40ec8d0885dac8edcc5bfd6d030016",
        "9cf5a63718145ba968a01c1d557020181c5b252f665cf7386d370eddb176517b",
        "9c15a6a0eaeed500fd9eed4cbeab71f797cefcc67bfd46683e4d2e6ff7f06d1c",
        "19ba6c6333e0e9a15bf67523e0676e2f23eb8e574092552d5e888c64a4bb3681",
    ]


def test_the_root_in_the_librarys_quick_start() -> None:
    values = (("11" * 20, 5 * 10**18), ("22" * 20, 25 * 10**17))
    encoded = (bytes(12) + bytes.fromhex(account) + amount.to_bytes(32, "big") for account, amount in values)
    tree = MerkleTree.of(sorted(keccak(keccak(value)) for value in encoded))

    assert tree.root.hex() == "d4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77"


def test_order_of_a_pair_does_not_matter_and_order_of_leaves_does() -> None:
    one, two, three = (keccak(bytes([n])) for n in range(3))

    assert node_hash(one, two) == node_hash(two, one)
    assert MerkleTree.of([one, two, three]).root != MerkleTree.of([three, two, one]).root


def test_hashes_of_a_wrong_length_prove_nothing() -> None:
    leaf = keccak(b"alone")

    assert not verify(leaf[:31], leaf[:31], ())
    assert not verify(node_hash(leaf, b"short"), leaf, [b"short"])


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(ProofError, match="at least one leaf"):
        MerkleTree.of([])
    with pytest.raises(ProofError, match="leaf 2 does not exist: the tree has 2 leaves"):
        MerkleTree.of([bytes(32), bytes(32)]).proof(2)
    with pytest.raises(ProofError, match="leaf -1"):
        MerkleTree.of([bytes(32)]).proof(-1)
