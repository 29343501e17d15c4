"""Hash functions of the field, in one place."""

from __future__ import annotations

import hashlib
import os

from eth_hash.auto import keccak as _keccak

# eth-hash would otherwise take pycryptodome, which web3 brings along and which is much slower. It chooses at
# the first hash, so that this holds for py-evm and web3 as well; a user's own choice stands.
os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")


def keccak(data: bytes) -> bytes:
    """Return Keccak-256 of `data` (32 bytes), the hash of Ethereum."""
    return bytes(_keccak(data))


def sha256d(data: bytes) -> bytes:
    """Return SHA-256 of SHA-256 of `data` (32 bytes), the hash of Bitcoin and Qtum."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()
