"""Many signed papers under one Merkle root: what a provider anchors once, and how each is proven later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from chain.block import Address, Hash32
from chain.contracts.messages import SignedCheckIn, SignedReceipt, batch_id
from chain.merkle import MerkleTree


@dataclass(frozen=True)
class Batch:
    """Check-ins or records that `author`, their provider, anchors with one transaction, in a fixed order."""

    author: Address
    papers: Sequence[SignedCheckIn | SignedReceipt]

    @cached_property
    def tree(self) -> MerkleTree:
        """The tree over the papers' leaves; raises `ProofError` for none."""
        return MerkleTree.of([paper.leaf for paper in self.papers])

    @property
    def arguments(self) -> tuple[Hash32, int]:
        """What `CheckIn.checkInBatch` and `RecordRegistry.anchorBatch` take: the root and the number of
        leaves."""
        return self.tree.root, len(self.papers)

    @cached_property
    def batch_id(self) -> Hash32:
        """The identifier of the batch once it is anchored."""
        return batch_id(self.tree.root, self.author)

    def proving(self, index: int) -> tuple[Hash32, tuple[object, ...], tuple[Hash32, ...]]:
        """Return what `prove` takes for the paper at `index`: the batch, the paper, its proof.

        Raises `ProofError` where there is no such paper.
        """
        proof = self.tree.proof(index)
        return self.batch_id, self.papers[index].arguments, proof
