"""Salted leaves of a record's Merkle tree.

A leaf is hashed twice, an inner node once: no inner node can pass for a leaf. The salt keeps a record of few
possible contents from being guessed from its leaf.
"""

from __future__ import annotations

from chain.errors import ProofError
from chain.hashing import keccak

SALT_BYTES = 32


def leaf_hash(salt: bytes, content: bytes) -> bytes:
    """Return the leaf of `content` under a 32-byte `salt`: keccak(keccak(salt ‖ content))."""
    if len(salt) != SALT_BYTES:
        raise ProofError(f"a salt has {SALT_BYTES} bytes, got {len(salt)}")
    return keccak(keccak(salt + content))
