"""The wallet's backup: keys and the list of records held, encrypted under a passphrase (Argon2id).

Ciphertexts of records stay in the vault and are not part of it. Layout: magic and version 5 · strength 1 ·
salt 16 · nonce 24 · ciphertext; all before the nonce is authenticated with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from nacl.pwhash import argon2id

from chain.merkle import HASH_BYTES
from sim.records import cipher
from sim.records.errors import BackupError
from sim.records.frames import Frame
from sim.records.keys import SECRET_BYTES, PersonKeys, SimulatedEntropy
from sim.records.record import ADDRESS_BYTES
from sim.records.vault import Vault
from sim.records.wallet import HeldRecord, Wallet

_MAGIC = b"MSWB\x01"
_HEADER_BYTES = len(_MAGIC) + 1 + argon2id.SALTBYTES


class Strength(IntEnum):
    """How costly a guess of the passphrase is: libsodium's two named settings of Argon2id.

    INTERACTIVE takes 64 MiB and about 0.07 s, MODERATE 256 MiB and about 0.4 s.
    """

    INTERACTIVE = 1
    MODERATE = 2


@dataclass(frozen=True)
class _Cost:
    operations: int
    memory_bytes: int


_COSTS = {
    Strength.INTERACTIVE: _Cost(argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE),
    Strength.MODERATE: _Cost(argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE),
}


def export_backup(
    wallet: Wallet, passphrase: str, entropy: SimulatedEntropy, strength: Strength = Strength.MODERATE
) -> bytes:
    """Return the encrypted backup of `wallet`. `entropy` must be another for each backup."""
    salt = entropy.octets("backup salt", argon2id.SALTBYTES)
    nonce = entropy.octets("backup nonce", cipher.NONCE_BYTES)
    header = _MAGIC + bytes([strength]) + salt
    return header + cipher.encrypt(_content(wallet), header, nonce, _key(passphrase, salt, strength))


def import_backup(backup: bytes, passphrase: str, vault: Vault) -> Wallet:
    """Return the wallet of a `backup`, its records lying in `vault`.

    Raises `BackupError` for a wrong passphrase, and for a backup that is cut, changed or none at all.
    """
    frame = Frame(backup, "the backup", BackupError)
    frame.expect(_MAGIC, "magic and version")
    code = frame.integer(1, "strength")
    # Only named settings are accepted: a forged header may not ask for terabytes of memory.
    if code not in tuple(Strength):
        raise BackupError(f"the backup has strength {code}, but 1 or 2 is needed")
    salt = frame.take(argon2id.SALTBYTES, "salt")
    header, ciphertext = backup[:_HEADER_BYTES], backup[_HEADER_BYTES:]
    content = cipher.decrypt(ciphertext, header, _key(passphrase, salt, Strength(code)))
    if content is None:
        raise BackupError("the backup does not open: a wrong passphrase, or changed bytes")
    return _wallet(content, vault)


def _key(passphrase: str, salt: bytes, strength: Strength) -> bytes:
    cost = _COSTS[strength]
    return argon2id.kdf(cipher.KEY_BYTES, passphrase.encode(), salt, cost.operations, cost.memory_bytes)


def _content(wallet: Wallet) -> bytes:
    records = (
        held.issuer + held.patient + held.root + held.content_address + held.version.to_bytes(4, "big")
        for held in wallet.held
    )
    return b"".join((*wallet.keys.secrets(), len(wallet.held).to_bytes(4, "big"), *records))


def _wallet(content: bytes, vault: Vault) -> Wallet:
    frame = Frame(content, "the backup", BackupError)
    signing, agreement, account = (frame.take(SECRET_BYTES, "secret") for _ in range(3))
    held = [_held(frame) for _ in range(frame.integer(4, "number of records"))]
    frame.end()
    return Wallet(PersonKeys(signing, agreement, account), vault, held)


def _held(frame: Frame) -> HeldRecord:
    return HeldRecord(
        issuer=frame.take(ADDRESS_BYTES, "issuer"),
        patient=frame.take(ADDRESS_BYTES, "patient"),
        root=frame.take(HASH_BYTES, "root"),
        content_address=frame.take(HASH_BYTES, "content address"),
        version=frame.integer(4, "version"),
    )
