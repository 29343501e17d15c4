"""The patient's phone: keys, the records held, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.records.errors import DamagedRecord, RecordError, UnknownRecord
from sim.records.keys import PersonKeys, SimulatedEntropy
from sim.records.record import Disclosure, Record, record_id
from sim.records.vault import RecordLabel, Vault


@dataclass(frozen=True)
class HeldRecord:
    """A record that a patient holds: who issued it, its Merkle root, where its ciphertext lies, its
    version."""

    issuer: bytes
    patient: bytes
    root: bytes
    content_address: bytes
    version: int = 1

    @property
    def record_id(self) -> bytes:
        """The id under which the contract keeps the record."""
        return record_id(self.root, self.issuer, self.patient)

    @property
    def label(self) -> RecordLabel:
        """What the ciphertext is bound to."""
        return RecordLabel(self.record_id, self.patient, self.version)


class Wallet:
    """One person's wallet: keys, and the records held, oldest first, whose ciphertexts lie in `vault`."""

    def __init__(self, keys: PersonKeys, vault: Vault, held: Iterable[HeldRecord] = ()) -> None:
        self.keys = keys
        self._vault = vault
        self._held = {record.record_id: record for record in held}

    def __repr__(self) -> str:
        return f"Wallet(0x{self.address.hex()}, {len(self._held)} records)"

    @property
    def address(self) -> bytes:
        """The account on chain, 20 bytes."""
        return self.keys.address

    @property
    def held(self) -> tuple[HeldRecord, ...]:
        """The records held, oldest first."""
        return tuple(self._held.values())

    def receive(
        self, record: Record, issuer: bytes, entropy: SimulatedEntropy, version: int = 1
    ) -> HeldRecord:
        """Encrypt a `record` that `issuer` (address) made into the vault, readable with this wallet's key
        only."""
        identifier = record_id(record.root, issuer, self.address)
        label = RecordLabel(identifier, self.address, version)
        address = self._vault.put(label, record.to_bytes(), [self.keys.agreement.public], entropy)
        held = HeldRecord(issuer, self.address, record.root, address, version)
        self._held[identifier] = held
        return held

    def entry(self, record_id: bytes) -> HeldRecord:
        """Return what the wallet knows of a record; raise `UnknownRecord` where it holds no such record."""
        try:
            return self._held[record_id]
        except KeyError:
            raise UnknownRecord(f"the wallet holds no record {record_id.hex()}") from None

    def record(self, record_id: bytes) -> Record:
        """Decrypt a record; raise `ErasedRecord`, or `DamagedRecord` where it is not the record anchored."""
        held = self.entry(record_id)
        plaintext = self._vault.get(held.content_address, held.label, self.keys.agreement)
        try:
            record = Record.from_bytes(plaintext)
        except RecordError as error:
            raise DamagedRecord(f"record {record_id.hex()} is malformed: {error}") from error
        if record.root != held.root:
            raise DamagedRecord(f"record {record_id.hex()} does not give its Merkle root {held.root.hex()}")
        return record

    def disclose(self, record_id: bytes, indices: Iterable[int]) -> Disclosure:
        """Return chosen resources of a record with their proofs, to be presented."""
        held = self.entry(record_id)
        return self.record(record_id).disclose(indices, held.issuer, held.patient)

    def share(self, record_id: bytes, reader_public_key: bytes, entropy: SimulatedEntropy) -> HeldRecord:
        """Let another reader decrypt the whole record; return what the reader needs to find it."""
        held = self.entry(record_id)
        self._vault.share(held.content_address, reader_public_key, self.keys.agreement, entropy)
        return held

    def erase(self, record_id: bytes) -> None:
        """Destroy the record's keys: neither this wallet nor any other reader can decrypt it again."""
        self._vault.erase(self.entry(record_id).content_address)
