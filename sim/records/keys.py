"""Keys of persons: Ed25519 to sign, X25519 to be written to, secp256k1 for the account on chain.

Simulated persons' keys derive from the run's streams, so that a run can be repeated. They are test keys and
nothing else: whoever knows the seed knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

import nacl.exceptions
import nacl.public
import nacl.signing

from chain.keys import PrivateKey
from sim.chance import Stream
from sim.records.errors import SealError

SECRET_BYTES = 32
PUBLIC_KEY_BYTES = 32


@dataclass(frozen=True)
class SimulatedEntropy:
    """Randomness of one simulated act, derived from a stream: salts, data keys, nonces, ephemeral keys.

    It has a type of its own so that code which guards real secrets can refuse it: derived nonces make a run
    replayable and protect nobody. `entity` must be unique to the act (a visit id, say).
    """

    stream: Stream
    entity: str

    def octets(self, purpose: str, length: int = SECRET_BYTES) -> bytes:
        """Return `length` bytes for one `purpose`; another purpose gives other bytes."""
        return self.stream.octets(f"{self.entity}\0{purpose}", 0, length)

    def salts(self, count: int) -> list[bytes]:
        """Return `count` salts of 32 bytes for a record's leaves."""
        drawn = self.octets("salts", SECRET_BYTES * count)
        return [drawn[start : start + SECRET_BYTES] for start in range(0, len(drawn), SECRET_BYTES)]


class _Secret:
    """What hides in repr and refuses to be pickled or copied."""

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and is never pickled or copied")


class AgreementKey(_Secret):
    """An X25519 key: whoever knows its public half can seal something that only this key opens."""

    def __init__(self, secret: bytes) -> None:
        self._key = nacl.public.PrivateKey(secret)

    def __repr__(self) -> str:
        return f"AgreementKey(public={self.public.hex()})"

    @cached_property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return bytes(self._key.public_key)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed to this key; raise `SealError` where it was not, or was changed."""
        try:
            return nacl.public.SealedBox(self._key).decrypt(sealed)
        except nacl.exceptions.CryptoError as error:
            raise SealError("the sealed box was not sealed to this key, or was changed") from error


class PersonKeys(_Secret):
    """The three keys of one simulated person. Made from three secrets of 32 bytes each."""

    def __init__(self, signing_secret: bytes, agreement_secret: bytes, account_secret: bytes) -> None:
        self._secrets = (signing_secret, agreement_secret, account_secret)
        self._signing = nacl.signing.SigningKey(signing_secret)
        self.agreement = AgreementKey(agreement_secret)
        self.account = PrivateKey.from_secret(account_secret)

    @classmethod
    def simulated(cls, stream: Stream, person: str) -> PersonKeys:
        """Return the test keys of `person`, drawn from `stream`."""
        signing, agreement, account = (stream.octets(person, ordinal, SECRET_BYTES) for ordinal in range(3))
        return cls(signing, agreement, account)

    def __repr__(self) -> str:
        return f"PersonKeys(test keys of 0x{self.address.hex()})"

    @property
    def address(self) -> bytes:
        """The account on chain, 20 bytes."""
        return self.account.address

    @cached_property
    def verify_key(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return bytes(self._signing.verify_key)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of `message`, 64 bytes, deterministic."""
        return self._signing.sign(message).signature

    def secrets(self) -> tuple[bytes, bytes, bytes]:
        """Return the three secrets, for an encrypted backup and for nothing else."""
        return self._secrets


def signature_is_valid(verify_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` over `message` was made with the Ed25519 key of `verify_key`."""
    try:
        nacl.signing.VerifyKey(verify_key).verify(message, signature)
    except (nacl.exceptions.CryptoError, ValueError):
        return False
    return True
