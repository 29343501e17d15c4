"""Hash functions of the field, in one place."""

from __future__ import annotations

import hashlib

from eth_hash.auto import keccak as _keccak


def keccak(data: bytes) -> bytes:
    """Return Keccak-256 of `data` (32 bytes), the hash of Ethereum."""
    return bytes(_keccak(data))


def sha256d(data: bytes) -> bytes:
    """Return SHA-256 of SHA-256 of `data` (32 bytes), the hash of Bitcoin and Qtum."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()
