"""A medical record of one encounter, and what a patient shows of it.

Each FHIR resource is one leaf of the record's Merkle tree, under a salt of its own: a single laboratory
value can be shown with a proof and nothing else is disclosed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chain.contracts import messages
from chain.merkle import HASH_BYTES, MerkleTree, verify
from sim.records import bundle, merkle
from sim.records.errors import RecordError
from sim.records.frames import Frame, block

ADDRESS_BYTES = 20
_RECORD_MAGIC = b"MR\x01"
_DISCLOSURE_MAGIC = b"MD\x01"
_COUNT_BYTES = 4
_LEAST_LEAF_BYTES = merkle.SALT_BYTES + 4


def record_id(root: bytes, issuer: bytes, patient: bytes) -> bytes:
    """Return keccak256(abi.encode(root, issuer, patient)), the id under which the contract keeps a record.

    Issuer and patient are part of it, so that a root seen in the mempool cannot be claimed by somebody else.
    """
    if len(root) != HASH_BYTES or len(issuer) != ADDRESS_BYTES or len(patient) != ADDRESS_BYTES:
        raise RecordError("a record's id needs a root of 32 bytes and two addresses of 20 bytes")
    return messages.record_id(root, issuer, patient)


@dataclass(frozen=True)
class Record:
    """The resources of one encounter as canonical JSON, each with its 32-byte salt, in the given order."""

    contents: tuple[bytes, ...]
    salts: tuple[bytes, ...]

    @classmethod
    def of(cls, resources: Sequence[bundle.Resource], salts: Sequence[bytes]) -> Record:
        """Make the record of FHIR `resources`, at least one, with one fresh salt of 32 bytes for each."""
        return cls(tuple(bundle.canonical(resource) for resource in resources), tuple(salts))

    def __post_init__(self) -> None:
        if not self.contents or len(self.contents) != len(self.salts):
            raise RecordError(
                f"a record needs at least one resource and a salt for each, got {len(self.contents)} "
                f"resources and {len(self.salts)} salts"
            )

    @cached_property
    def leaves(self) -> tuple[bytes, ...]:
        """The leaf hashes, in the order of the resources."""
        return tuple(
            merkle.leaf_hash(salt, content) for salt, content in zip(self.salts, self.contents, strict=True)
        )

    @cached_property
    def tree(self) -> MerkleTree:
        """The Merkle tree over the leaves."""
        return MerkleTree.of(self.leaves)

    @property
    def root(self) -> bytes:
        """The 32 bytes that are anchored on chain."""
        return self.tree.root

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The FHIR resources, parsed anew."""
        return [bundle.parse(content) for content in self.contents]

    @property
    def content_bytes(self) -> int:
        """Length of the resources alone, without salts and framing."""
        return sum(map(len, self.contents))

    def disclose(self, indices: Iterable[int], issuer: bytes, patient: bytes) -> Disclosure:
        """Return the resources at `indices` with salts and proofs; raise `ProofError` for one not there."""
        shown = tuple(
            DisclosedLeaf(self.tree.proof(index), self.salts[index], self.contents[index])
            for index in indices
        )
        return Disclosure(self.root, issuer, patient, shown)

    def to_bytes(self) -> bytes:
        """Return the record as the bytes that are encrypted into the vault."""
        parts = [_RECORD_MAGIC, len(self.contents).to_bytes(_COUNT_BYTES, "big")]
        for salt, content in zip(self.salts, self.contents, strict=True):
            parts += [salt, block(content)]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Read what `to_bytes` wrote; raise `RecordError` for anything else."""
        frame = Frame(data, "the record", RecordError)
        frame.expect(_RECORD_MAGIC, "magic and version")
        contents, salts = [], []
        for _ in range(_count(frame, data)):
            salts.append(frame.take(merkle.SALT_BYTES, "salt"))
            contents.append(frame.block("resource"))
        frame.end()
        return cls(tuple(contents), tuple(salts))


@dataclass(frozen=True)
class DisclosedLeaf:
    """One resource that is shown: its canonical JSON, its salt, and the proof that leads to the root."""

    proof: tuple[bytes, ...]
    salt: bytes
    content: bytes

    def belongs_to(self, root: bytes) -> bool:
        """Return whether this very content is part of the record with this `root`."""
        return verify(root, merkle.leaf_hash(self.salt, self.content), self.proof)


@dataclass(frozen=True)
class Disclosure:
    """What a patient presents: chosen leaves of the record that `issuer` anchored for `patient` (addresses).

    A verifier checks `is_consistent()` here and asks the chain whether (root, issuer, patient) is a valid
    record.
    """

    root: bytes
    issuer: bytes
    patient: bytes
    leaves: tuple[DisclosedLeaf, ...]

    @property
    def record_id(self) -> bytes:
        """The id under which the contract keeps the record."""
        return record_id(self.root, self.issuer, self.patient)

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources that are shown, parsed; raises `BundleError` where a content is no FHIR resource."""
        return [bundle.parse(leaf.content) for leaf in self.leaves]

    @property
    def proof_bytes(self) -> int:
        """Length of salts and sibling hashes: what the proof costs beyond the contents."""
        return sum(len(leaf.salt) + HASH_BYTES * len(leaf.proof) for leaf in self.leaves)

    def is_consistent(self) -> bool:
        """Return whether at least one leaf is shown and every one belongs to the root."""
        return bool(self.leaves) and all(leaf.belongs_to(self.root) for leaf in self.leaves)

    def to_bytes(self) -> bytes:
        """Return the disclosure as it is handed over."""
        count = len(self.leaves).to_bytes(_COUNT_BYTES, "big")
        parts = [_DISCLOSURE_MAGIC, self.root, self.issuer, self.patient, count]
        for leaf in self.leaves:
            parts += [leaf.salt, block(leaf.content), bytes([len(leaf.proof)]), *leaf.proof]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Disclosure:
        """Read what `to_bytes` wrote; raise `RecordError` for anything else. Proofs are not checked here."""
        frame = Frame(data, "the disclosure", RecordError)
        frame.expect(_DISCLOSURE_MAGIC, "magic and version")
        root = frame.take(HASH_BYTES, "root")
        issuer = frame.take(ADDRESS_BYTES, "issuer")
        patient = frame.take(ADDRESS_BYTES, "patient")
        leaves = []
        for _ in range(_count(frame, data)):
            salt = frame.take(merkle.SALT_BYTES, "salt")
            content = frame.block("resource")
            depth = frame.integer(1, "length of the proof")
            proof = tuple(frame.take(HASH_BYTES, "proof") for _ in range(depth))
            leaves.append(DisclosedLeaf(proof, salt, content))
        frame.end()
        return cls(root, issuer, patient, tuple(leaves))


def _count(frame: Frame, data: bytes) -> int:
    """Read a number of leaves; refuse at once one that the data cannot hold."""
    count = frame.integer(_COUNT_BYTES, "number of leaves")
    if count * _LEAST_LEAF_BYTES > len(data):
        raise RecordError(f"{count} leaves do not fit into {len(data)} bytes")
    return count
