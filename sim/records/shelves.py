"""Where a vault keeps its bytes: in memory, or in an SQLite file. Shelves store and forget; they decrypt
nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sim.records.errors import VaultFileError

_APPLICATION_ID = 0x4D534D56
"""Marks an SQLite file as a vault ("MSMV")."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ciphertexts (address BLOB PRIMARY KEY, content BLOB NOT NULL, erased INTEGER NOT
NULL); CREATE TABLE IF NOT EXISTS sealed_keys (
    address BLOB NOT NULL, reader BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (address, reader)
) WITHOUT ROWID;
"""


class Shelf(Protocol):
    """Ciphertexts by content address, sealed keys by content address and reader's public key; all plain
    bytes."""

    def add(self, address: bytes, ciphertext: bytes, sealed_keys: Mapping[bytes, bytes]) -> None:
        """Store a ciphertext with its first sealed keys, all or nothing; the same address again adds keys."""

    def add_key(self, address: bytes, reader: bytes, sealed: bytes) -> None:
        """Store a sealed key, in place of an earlier one of the same reader."""

    def ciphertext(self, address: bytes) -> bytes | None:
        """Return a ciphertext, or None where there is none."""

    def sealed_key(self, address: bytes, reader: bytes) -> bytes | None:
        """Return a reader's sealed key, or None where there is none."""

    def erase(self, address: bytes) -> None:
        """Forget every sealed key of `address` for good and remember that it was erased."""

    def is_erased(self, address: bytes) -> bool:
        """Return whether `address` was erased."""

    def close(self) -> None:
        """Release what the shelf holds open."""


class MemoryShelf:
    """A shelf that lives as long as the process."""

    def __init__(self) -> None:
        self._ciphertexts: dict[bytes, bytes] = {}
        self._sealed_keys: dict[bytes, dict[bytes, bytes]] = {}
        self._erased: set[bytes] = set()

    def add(self, address: bytes, ciphertext: bytes, sealed_keys: Mapping[bytes, bytes]) -> None:
        """See `Shelf.add`."""
        self._ciphertexts[address] = ciphertext
        self._sealed_keys.setdefault(address, {}).update(sealed_keys)

    def add_key(self, address: bytes, reader: bytes, sealed: bytes) -> None:
        """See `Shelf.add_key`."""
        self._sealed_keys.setdefault(address, {})[reader] = sealed

    def ciphertext(self, address: bytes) -> bytes | None:
        """See `Shelf.ciphertext`."""
        return self._ciphertexts.get(address)

    def sealed_key(self, address: bytes, reader: bytes) -> bytes | None:
        """See `Shelf.sealed_key`."""
        return self._sealed_keys.get(address, {}).get(reader)

    def erase(self, address: bytes) -> None:
        """See `Shelf.erase`."""
        self._sealed_keys.pop(address, None)
        self._erased.add(address)

    def is_erased(self, address: bytes) -> bool:
        """See `Shelf.is_erased`."""
        return address in self._erased

    def close(self) -> None:
        """Nothing is held open."""


class SqliteShelf:
    """A shelf in one SQLite file, readable by its owner only (mode 0600).

    Deleted keys are overwritten in the file (`secure_delete`), and no write-ahead log keeps an older page.
    Nothing waits for the disk: a killed process loses no record, a power failure may, and the run is then made
    again. Raises `VaultFileError` naming the file wherever it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise VaultFileError(f"the vault file {path} cannot be opened: {error.strerror}") from error
        self._database = sqlite3.connect(path)
        try:
            self._prepare()
        except VaultFileError:
            self._database.close()
            raise

    def _prepare(self) -> None:
        with self._naming_the_file():
            found = self._database.execute("PRAGMA application_id").fetchone()[0]
            tables = self._database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if tables and found != _APPLICATION_ID:
                raise VaultFileError(f"{self._path} is an SQLite file, but no vault")
            self._database.execute("PRAGMA journal_mode = TRUNCATE")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            self._database.executescript(_SCHEMA)

    def add(self, address: bytes, ciphertext: bytes, sealed_keys: Mapping[bytes, bytes]) -> None:
        """See `Shelf.add`."""
        keys = [(address, reader, sealed) for reader, sealed in sealed_keys.items()]
        with self._naming_the_file(), self._database:
            self._database.execute(
                "INSERT OR IGNORE INTO ciphertexts VALUES (?, ?, 0)", (address, ciphertext)
            )
            self._database.executemany("INSERT OR REPLACE INTO sealed_keys VALUES (?, ?, ?)", keys)

    def add_key(self, address: bytes, reader: bytes, sealed: bytes) -> None:
        """See `Shelf.add_key`."""
        row = (address, reader, sealed)
        with self._naming_the_file(), self._database:
            self._database.execute("INSERT OR REPLACE INTO sealed_keys VALUES (?, ?, ?)", row)

    def ciphertext(self, address: bytes) -> bytes | None:
        """See `Shelf.ciphertext`."""
        return self._only("SELECT content FROM ciphertexts WHERE address = ?", address)

    def sealed_key(self, address: bytes, reader: bytes) -> bytes | None:
        """See `Shelf.sealed_key`."""
        return self._only("SELECT sealed FROM sealed_keys WHERE address = ? AND reader = ?", address, reader)

    def erase(self, address: bytes) -> None:
        """See `Shelf.erase`."""
        with self._naming_the_file(), self._database:
            self._database.execute("DELETE FROM sealed_keys WHERE address = ?", (address,))
            self._database.execute("UPDATE ciphertexts SET erased = 1 WHERE address = ?", (address,))

    def is_erased(self, address: bytes) -> bool:
        """See `Shelf.is_erased`."""
        with self._naming_the_file():
            query = "SELECT 1 FROM ciphertexts WHERE address = ? AND erased"
            return self._database.execute(query, (address,)).fetchone() is not None

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _only(self, query: str, *values: bytes) -> bytes | None:
        with self._naming_the_file():
            row = self._database.execute(query, values).fetchone()
        return None if row is None else bytes(row[0])

    @contextmanager
    def _naming_the_file(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise VaultFileError(f"the vault file {self._path} cannot be used: {error}") from error
