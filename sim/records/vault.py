"""The vault: ciphertexts by content address, their data keys sealed to each reader.

A record is encrypted once under a data key of its own (XChaCha20-Poly1305), with record id, patient and
version as associated data. The data key is sealed to each reader's X25519 key. Erasure destroys the sealed
keys: the ciphertext may live on in copies and backups, and is noise from then on (crypto-shredding). Who
read a record before keeps what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from sim.records import cipher
from sim.records.errors import DamagedRecord, ErasedRecord, NotAReader, SealError, UnknownRecord, VaultError
from sim.records.frames import block
from sim.records.keys import AgreementKey, SimulatedEntropy
from sim.records.sealed import seal
from sim.records.shelves import Shelf

OVERHEAD_BYTES = cipher.OVERHEAD_BYTES
"""A ciphertext is longer than its plaintext by the nonce and the authenticator."""


@dataclass(frozen=True)
class RecordLabel:
    """What a ciphertext is bound to: record id (32 bytes), patient's address (20 bytes), version (1, 2,
    …)."""

    record_id: bytes
    patient: bytes
    version: int = 1

    def associated_data(self) -> bytes:
        """Return the label as the bytes that are authenticated with the ciphertext."""
        return block(self.record_id) + block(self.patient) + self.version.to_bytes(4, "big")


class Vault:
    """Ciphertexts and sealed keys on one shelf (in memory or in an SQLite file)."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def put(
        self, label: RecordLabel, plaintext: bytes, readers: Sequence[bytes], entropy: SimulatedEntropy
    ) -> bytes:
        """Encrypt `plaintext` for `readers` (public keys, at least one); return its content address (32
        bytes).

        Key and nonce derive from `entropy` and from what is encrypted, so that no pair is used for two
        contents. Putting the same again is harmless; an erased record cannot be put back (`ErasedRecord`).
        """
        if not readers:
            raise VaultError("a record needs at least one reader")
        associated = label.associated_data()
        fingerprint = hashlib.blake2b(associated + plaintext, digest_size=32).hexdigest()
        data_key = entropy.octets(f"data key {fingerprint}", cipher.KEY_BYTES)
        nonce = entropy.octets(f"nonce {fingerprint}", cipher.NONCE_BYTES)
        ciphertext = cipher.encrypt(plaintext, associated, nonce, data_key)
        address = content_address(ciphertext)
        self._refuse_erased(address)
        keys = {reader: _sealed_key(data_key, address, reader, entropy) for reader in readers}
        self._shelf.add(address, ciphertext, keys)
        return address

    def get(self, address: bytes, label: RecordLabel, reader: AgreementKey) -> bytes:
        """Return the plaintext at `address` to a `reader`.

        Raises `UnknownRecord`, `ErasedRecord`, `NotAReader`, or `DamagedRecord` where the ciphertext was
        changed or does not belong to `label`.
        """
        ciphertext = self.ciphertext(address)
        if content_address(ciphertext) != address:
            raise DamagedRecord(f"the ciphertext at {address.hex()} was changed: its address does not match")
        data_key = self._data_key(address, reader)
        plaintext = cipher.decrypt(ciphertext, label.associated_data(), data_key)
        if plaintext is None:
            raise DamagedRecord(
                f"the ciphertext at {address.hex()} does not belong to record {label.record_id.hex()} "
                f"of patient {label.patient.hex()}, version {label.version}"
            )
        return plaintext

    def share(
        self, address: bytes, reader_public_key: bytes, by: AgreementKey, entropy: SimulatedEntropy
    ) -> None:
        """Let another reader in: `by`, who can read the record, seals its data key to `reader_public_key`."""
        self.ciphertext(address)
        data_key = self._data_key(address, by)
        sealed = _sealed_key(data_key, address, reader_public_key, entropy)
        self._shelf.add_key(address, reader_public_key, sealed)

    def erase(self, address: bytes) -> None:
        """Destroy every sealed key of the record: nobody can read it again. Erasing twice is harmless."""
        self.ciphertext(address)
        self._shelf.erase(address)

    def ciphertext(self, address: bytes) -> bytes:
        """Return the stored ciphertext, nonce first, as anyone may see it; raise `UnknownRecord`."""
        ciphertext = self._shelf.ciphertext(address)
        if ciphertext is None:
            raise UnknownRecord(f"nothing is stored at {address.hex()}")
        return ciphertext

    def close(self) -> None:
        """Release the shelf's file, if it has one."""
        self._shelf.close()

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _data_key(self, address: bytes, reader: AgreementKey) -> bytes:
        self._refuse_erased(address)
        sealed = self._shelf.sealed_key(address, reader.public)
        if sealed is None:
            raise NotAReader(f"the record at {address.hex()} was not shared with {reader.public.hex()}")
        try:
            data_key = reader.open(sealed)
        except SealError as error:
            raise DamagedRecord(f"the sealed key of {address.hex()} was changed") from error
        if len(data_key) != cipher.KEY_BYTES:
            raise DamagedRecord(f"the sealed key of {address.hex()} has {len(data_key)} bytes")
        return data_key

    def _refuse_erased(self, address: bytes) -> None:
        if self._shelf.is_erased(address):
            raise ErasedRecord(f"the record at {address.hex()} was erased: its keys no longer exist")


def content_address(ciphertext: bytes) -> bytes:
    """Return the address of a ciphertext: its BLAKE2b-256."""
    return hashlib.blake2b(ciphertext, digest_size=32).digest()


def _sealed_key(data_key: bytes, address: bytes, reader: bytes, entropy: SimulatedEntropy) -> bytes:
    ephemeral_secret = entropy.octets(f"ephemeral {address.hex()} {reader.hex()}")
    return seal(data_key, reader, ephemeral_secret)
