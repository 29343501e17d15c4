"""A population as a directory: what its files and columns are, and how one is written whole or not at all.

| file | holds |
|---|---|
| `encounters.parquet` | one row per encounter, `resources` its own FHIR resources, canonical JSON lines |
| `patients.parquet` | one row per patient, `resources` those that belong to the patient and to no encounter |
| `shared.parquet` | one row per resource that belongs to no patient: organisations, practitioners, … |
| `providers.parquet` | one row per organisation that served an encounter |
| `skipped.parquet` | one row per file or resource that was not taken, with the reason |
| `population.json` | name, origin, licence, country, versions, counts, size and SHA-256 of the files above |

Rows of `encounters.parquet` stand in order of patient and time and are grouped by about 2 MiB of resources,
so that one patient's neighbouring encounters compress together and a reader decompresses only what it
needs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from sim.population.errors import PopulationError
from sim.population.histories import Encounter, History, Provider

FORMAT: Final = 1
MANIFEST: Final = "population.json"
GROUP_BYTES: Final = 2 * 2**20
_PAGE_BYTES: Final = 64 * 2**20  # one page a group: pages are compressed apart

ENCOUNTERS: Final = pa.schema(
    [
        ("encounter_id", pa.string()),
        ("patient_id", pa.string()),
        ("start_unix_us", pa.int64()),
        ("end_unix_us", pa.int64()),
        ("utc_offset_s", pa.int32()),
        ("class_code", pa.string()),
        ("type_text", pa.string()),
        ("provider_id", pa.string()),
        ("resource_count", pa.int32()),
        ("resources", pa.binary()),
    ]
)
PATIENTS: Final = pa.schema(
    [
        ("patient_id", pa.string()),
        ("birth_date", pa.string()),
        ("gender", pa.string()),
        ("resource_count", pa.int32()),
        ("resources", pa.binary()),
    ]
)
SHARED: Final = pa.schema(
    [("resource_type", pa.string()), ("resource_id", pa.string()), ("resource", pa.binary())]
)
PROVIDERS: Final = pa.schema([("provider_id", pa.string()), ("name", pa.string()), ("kind", pa.string())])
SKIPPED: Final = pa.schema([("file", pa.string()), ("place", pa.string()), ("reason", pa.string())])
TABLES: Final = {
    "encounters.parquet": ENCOUNTERS,
    "patients.parquet": PATIENTS,
    "shared.parquet": SHARED,
    "providers.parquet": PROVIDERS,
    "skipped.parquet": SKIPPED,
}

COUNTED: Final = (
    "files",
    "patients",
    "encounters",
    "providers",
    "resources",
    "resources_of_encounters",
    "resources_of_patients",
    "resources_shared",
    "resources_repeated",
    "resources_whose_encounter_is_missing",
    "skipped",
)
"""What `counts` in the manifest says."""

_WORDS: Final = (str, type(None))
STATED: Final[dict[str, type | tuple[type, ...]]] = {
    "name": str,
    "generator": _WORDS,
    "generator_version": _WORDS,
    "seed": (int, type(None)),
    "reference_date": _WORDS,
    "licence": _WORDS,
    "country": _WORDS,
    "note": _WORDS,
    "fhir_version": str,
    "counts": dict,
    "first_encounter": str,
    "last_encounter": str,
    "classes": dict,
    "resource_types": dict,
    "skipped_reasons": dict,
}
"""What the manifest says, and as what."""


class _Table:
    """A Parquet file that grows by rows and closes a group when its resources fill one."""

    def __init__(self, path: Path, schema: pa.Schema, level: int) -> None:
        self._schema = schema
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0
        self._file = pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=level, data_page_size=_PAGE_BYTES,
            use_dictionary=[field.name for field in schema if field.type != pa.binary()],
        )  # fmt: skip

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        self._bytes += sum(len(value) for value in row.values() if isinstance(value, bytes | str))
        if self._bytes >= GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.Table.from_pylist(self._rows, self._schema), len(self._rows))
        self._rows, self._bytes = [], 0


class PopulationWriter:
    """Writes the tables of a population into `directory`; `compression_level` is zstd's, 1 to 22."""

    def __init__(self, directory: Path, compression_level: int = 9) -> None:
        self._directory = directory
        self._tables = {
            name: _Table(directory / name, schema, compression_level) for name, schema in TABLES.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for table in self._tables.values():
            table.close()

    def add_encounter(self, encounter: Encounter, lines: Sequence[bytes]) -> None:
        """Add one encounter with its own resources; patients in order, each patient's encounters by time."""
        row = {name: getattr(encounter, name) for name in ENCOUNTERS.names[:-1]}
        self._tables["encounters.parquet"].add({**row, "resources": b"\n".join(lines)})

    def add_patient(self, history: History, lines: Sequence[bytes]) -> None:
        """Add one patient with the resources that belong to no encounter."""
        row = {name: getattr(history, name) for name in PATIENTS.names[:-1]}
        self._tables["patients.parquet"].add({**row, "resources": b"\n".join(lines)})

    def add_provider(self, provider: Provider) -> None:
        """Add an organisation that served an encounter."""
        self._tables["providers.parquet"].add({name: getattr(provider, name) for name in PROVIDERS.names})

    def add_shared(self, resource_type: str, resource_id: str, line: bytes) -> None:
        """Add a resource that belongs to no patient."""
        row = {"resource_type": resource_type, "resource_id": resource_id, "resource": line}
        self._tables["shared.parquet"].add(row)

    def add_skipped(self, file: str, place: str, reason: str) -> None:
        """Add a file or a resource that was not taken, with the reason."""
        self._tables["skipped.parquet"].add({"file": file, "place": place, "reason": reason})


def write_manifest(directory: Path, facts: Mapping[str, Any]) -> None:
    """Write `population.json`: `facts`, and size and SHA-256 of each table."""
    files = {}
    for name in TABLES:
        path = directory / name
        files[name] = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    text = json.dumps({"format": FORMAT, **facts, "files": files}, indent=2, ensure_ascii=False)
    (directory / MANIFEST).write_text(text + "\n", encoding="utf-8")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_free(target: Path, force: bool) -> None:
    """Raise `PopulationError` unless a population may be written as `target`: free, or one, with `force`."""
    if target.exists() and not force:
        raise PopulationError(str(target), "exists already", "another --out, or --force to replace it")
    if target.exists() and not (target / MANIFEST).is_file():
        raise PopulationError(str(target), "is no population and is not replaced", "another --out")


@contextmanager
def whole_directory(target: Path, force: bool = False) -> Iterator[Path]:
    """Give an empty directory beside `target` that becomes `target` if the block ends well, else vanishes.

    Raises `PopulationError` where `target` exists and `force` is false, or where nothing can be written.
    """
    require_free(target, force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise PopulationError(str(target.parent), f"cannot be written to: {error.strerror}") from error
    try:
        yield draft
        _sync(draft)
        _replace(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sync(directory: Path) -> None:
    for path in [*directory.iterdir(), directory]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace(draft: Path, target: Path) -> None:
    draft.chmod(0o755)
    if target.exists():
        former = Path(tempfile.mkdtemp(prefix=f".{target.name}.former.", dir=target.parent))
        target.rename(former / target.name)
        draft.rename(target)
        shutil.rmtree(former, ignore_errors=True)
    else:
        draft.rename(target)
