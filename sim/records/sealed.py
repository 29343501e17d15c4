"""Sealed boxes (libsodium's `crypto_box_seal`) whose ephemeral key is given instead of drawn.

The box is epk ‖ box(plaintext, nonce = BLAKE2b-192(epk ‖ pk), pk, esk) and opens with PyNaCl's `SealedBox`.
Source: libsodium documentation, Public-key cryptography, Sealed boxes, "Algorithm details".
"""

from __future__ import annotations

import hashlib

import nacl.exceptions
import nacl.public

from sim.records.errors import SealError
from sim.records.keys import PUBLIC_KEY_BYTES

OVERHEAD_BYTES = 48
"""A sealed box is longer than its plaintext by the ephemeral public key (32) and the authenticator (16)."""

_NONCE_BYTES = 24


def seal(plaintext: bytes, reader_public_key: bytes, ephemeral_secret: bytes) -> bytes:
    """Return `plaintext` sealed to the X25519 key `reader_public_key`.

    `ephemeral_secret` (32 bytes) must be used for one plaintext and reader only. Raises `SealError` for a
    public key that is not 32 bytes, or is a point of low order, with which anyone could open the box.
    """
    if len(reader_public_key) != PUBLIC_KEY_BYTES:
        raise SealError(f"a reader's public key has {PUBLIC_KEY_BYTES} bytes, got {len(reader_public_key)}")
    ephemeral = nacl.public.PrivateKey(ephemeral_secret)
    ephemeral_public = bytes(ephemeral.public_key)
    nonce = hashlib.blake2b(ephemeral_public + reader_public_key, digest_size=_NONCE_BYTES).digest()
    try:
        box = nacl.public.Box(ephemeral, nacl.public.PublicKey(reader_public_key))
    except nacl.exceptions.CryptoError as error:
        raise SealError(f"the public key {reader_public_key.hex()} is no usable X25519 key") from error
    return ephemeral_public + box.encrypt(plaintext, nonce).ciphertext
