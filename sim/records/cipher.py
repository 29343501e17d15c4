"""Authenticated encryption: XChaCha20-Poly1305, the nonce in front of the ciphertext."""

from __future__ import annotations

from typing import Final

import nacl.bindings
import nacl.exceptions

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 24
OVERHEAD_BYTES: Final = NONCE_BYTES + 16
"""What is encrypted grows by the nonce and the authenticator."""


def encrypt(plaintext: bytes, associated_data: bytes, nonce: bytes, key: bytes) -> bytes:
    """Return nonce ‖ ciphertext ‖ authenticator. A nonce (24 bytes) serves one plaintext under one key only."""
    seal = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt
    return nonce + seal(plaintext, associated_data, nonce, key)


def decrypt(ciphertext: bytes, associated_data: bytes, key: bytes) -> bytes | None:
    """Return the plaintext, or None where the key, the associated data or any byte is not what it was."""
    if len(ciphertext) < OVERHEAD_BYTES:
        return None
    open_ = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt
    try:
        return open_(ciphertext[NONCE_BYTES:], associated_data, ciphertext[:NONCE_BYTES], key)
    except nacl.exceptions.CryptoError:
        return None
