"""Errors of records, vault, wallet and QR codes. Each leaf names the broken rule."""

from __future__ import annotations

from sim.errors import MedSimError


class RecordsError(MedSimError):
    """Something off the chain is not what it should be."""


class BundleError(RecordsError):
    """A FHIR resource is not canonical JSON, or cannot be written as such."""


class RecordError(RecordsError):
    """The bytes of a record or of a disclosure are malformed."""


class SealError(RecordsError):
    """A sealed box does not open with this key, or a public key is unusable."""


class VaultError(RecordsError):
    """Root of the vault's errors."""


class UnknownRecord(VaultError):
    """Nothing is stored under this content address, or the wallet holds no such record."""


class ErasedRecord(VaultError):
    """The record's data keys were destroyed: its ciphertext can never be read again."""


class NotAReader(VaultError):
    """The data key was never sealed to this reader."""


class DamagedRecord(VaultError):
    """The ciphertext fails its authentication: changed bytes, another label, or a key that is not its own."""


class VaultFileError(VaultError):
    """The vault's file cannot be opened, read or written; the text names the file."""


class BackupError(RecordsError):
    """A wallet backup is malformed, damaged, or the passphrase is wrong."""


class QrError(RecordsError):
    """A payload does not fit a QR code, or an image holds no readable one."""


class TicketError(RecordsError):
    """The payload of a QR code is not a check-in code; the text names the field."""
