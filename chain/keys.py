"""secp256k1 keys: accounts, deterministic signatures and the recovery of signers, through libsecp256k1."""

from __future__ import annotations

from typing import Final, NoReturn, Self

import coincurve

from chain.block import Address, Hash32
from chain.encoding import encode
from chain.errors import InvalidSignature
from chain.hashing import keccak

SIGNATURE_BYTES: Final = 65
SECRET_BYTES: Final = 32

GROUP_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Order of secp256k1 (SEC 2, version 2.0, section 2.4.1)."""


class PrivateKey:
    """A secp256k1 secret and the account it owns.

    The secret never shows: not in `repr`, not in a pickle, not in a copy.
    """

    __slots__ = ("_key", "address")

    address: Address
    """The account: last 20 bytes of the Keccak-256 of the public key."""

    def __init__(self, key: coincurve.PrivateKey) -> None:
        self._key = key
        self.address = address_of(key.public_key)

    @classmethod
    def from_secret(cls, secret: bytes) -> Self:
        """Return the key of a 32-byte secret.

        Raises `InvalidSignature` where the secret is no number from 1 to the group order less 1.
        """
        if len(secret) != SECRET_BYTES or not 0 < int.from_bytes(secret, "big") < GROUP_ORDER:
            raise InvalidSignature(
                f"a secret key is {SECRET_BYTES} bytes, a number from 1 to below the group order;"
                f" got {len(secret)} bytes"
            )
        return cls(coincurve.PrivateKey(secret))

    def sign(self, digest: Hash32) -> bytes:
        """Return r ‖ s ‖ recovery bit (65 bytes) over a 32-byte digest: always the same (RFC 6979), low s."""
        return bytes(self._key.sign_recoverable(digest, hasher=None))

    def __repr__(self) -> str:
        return f"PrivateKey(0x{self.address.hex()}, secret hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key does not pickle or copy: derive it again from its secret")


def address_of(public_key: coincurve.PublicKey) -> Address:
    """Return the account that a public key owns."""
    return keccak(public_key.format(compressed=False)[1:])[-20:]


def creation_address(sender: Address, nonce: int) -> Address:
    """Return the address of the contract that `sender` creates by a transaction, or CREATE, of this nonce."""
    return keccak(encode([sender, nonce]))[-20:]


def recover(digest: Hash32, signature: bytes) -> Address:
    """Return the account that signed a 32-byte digest with r ‖ s ‖ recovery bit (65 bytes).

    Raises `InvalidSignature` for another length, a recovery bit beyond 1, r or s outside the group, s in its
    upper half (EIP-2), or where no public key fits.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise InvalidSignature(f"a signature is {SIGNATURE_BYTES} bytes, got {len(signature)}")
    if signature[64] > 1:
        raise InvalidSignature(f"a signature's recovery bit is 0 or 1, got {signature[64]}")
    if int.from_bytes(signature[32:64], "big") > GROUP_ORDER // 2:
        raise InvalidSignature("a signature's s is at most half the group order (EIP-2)")
    try:
        return address_of(coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None))
    except ValueError as error:
        raise InvalidSignature(f"no public key fits signature 0x{signature.hex()}: {error}") from error
