"""The files of a folder of FHIR R4 data, and the resources that each of them holds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.population.errors import PopulationError
from sim.population.fhir.conformance import FHIR_VERSION, ConformanceError, check, resource_type
from sim.population.fhir.strict_json import JsonError, parse

Json = dict[str, Any]

SUFFIXES: Final = (".json", ".json.gz", ".ndjson", ".ndjson.gz")
BUNDLE_TYPES: Final = ("transaction", "batch", "collection", "document", "message", "searchset")
LARGEST_FILE_BYTES: Final = 2**30
"""A file, unpacked, is read whole; more than a gibibyte is refused, gzip bombs included."""


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as a file holds it: `place` says where, `full_url` is the entry's name for it, if any.

    Places are lines of NDJSON or entries of a bundle, both counted from 1.
    """

    place: str
    resource: object
    full_url: str | None


def fhir_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return (FHIR files, other files) under `folder`, both in order of name.

    A folder `fhir` inside, as Synthea lays out its output, is read in place of `folder`; hidden files are
    left out. Raises `PopulationError` where there is no such folder or no FHIR file in it.
    """
    if folder.is_file():
        return [folder], []
    if not folder.is_dir():
        raise PopulationError(str(folder), "there is no such folder")
    root = folder / "fhir" if (folder / "fhir").is_dir() else folder
    inside = sorted(
        path for path in root.rglob("*") if path.is_file() and not _hidden(path.relative_to(root))
    )
    taken = [path for path in inside if path.name.lower().endswith(SUFFIXES)]
    if not taken:
        raise PopulationError(str(root), "holds no FHIR files", f"files ending in {', '.join(SUFFIXES)}")
    return taken, [path for path in inside if path not in set(taken)]


def resources_of(path: Path) -> Iterator[Found]:
    """Yield what a file holds: a bundle's entries, one resource, or NDJSON's one resource a line.

    Raises `PopulationError` naming the file where it is empty, cut off, damaged or no FHIR.
    """
    octets = _octets(path)
    if path.name.lower().removesuffix(".gz").endswith(".ndjson"):
        yield from _lines(path, octets)
    else:
        yield from _whole(path, _parsed(path, octets, ""))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _octets(path: Path) -> bytes:
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path) as unpacked:
                octets = unpacked.read(LARGEST_FILE_BYTES + 1)
        else:
            with path.open("rb") as file:
                octets = file.read(LARGEST_FILE_BYTES + 1)
    except EOFError:
        raise PopulationError(str(path), "is cut off: its gzip data ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise PopulationError(str(path), f"is damaged gzip data: {error}") from None
    except OSError as error:
        raise PopulationError(str(path), f"cannot be read: {error.strerror or error}") from None
    if len(octets) > LARGEST_FILE_BYTES:
        raise PopulationError(str(path), "is too large", f"at most {LARGEST_FILE_BYTES} bytes unpacked")
    if not octets.strip():
        raise PopulationError(str(path), "is empty", "a FHIR R4 bundle")
    return octets


def _parsed(path: Path, octets: bytes, place: str) -> Any:
    try:
        return parse(octets)
    except JsonError as error:
        raise PopulationError(f"{path}{place}", str(error), "one whole JSON text in UTF-8") from None


def _lines(path: Path, octets: bytes) -> Iterator[Found]:
    for number, line in enumerate(octets.split(b"\n"), start=1):
        if line.strip():
            resource = _parsed(path, line, f", line {number}")
            _require_fhir(f"{path}, line {number}", resource)
            yield Found(f"line {number}", resource, None)


def _whole(path: Path, content: Any) -> Iterator[Found]:
    if _require_fhir(str(path), content) != "Bundle":
        yield Found("whole file", content, None)
        return
    entries = content.get("entry")
    if not entries:
        raise PopulationError(str(path), "is an empty bundle", "a bundle with entries")
    _require_bundle(path, content)
    for number, entry in enumerate(entries, start=1):
        yield Found(f"entry {number}", entry.get("resource"), entry.get("fullUrl"))


def _require_fhir(subject: str, content: object) -> str:
    try:
        return resource_type(content)
    except ConformanceError as error:
        raise PopulationError(subject, f"is no FHIR: {error}", f"a bundle of FHIR {FHIR_VERSION}") from None


def _require_bundle(path: Path, bundle: Json) -> None:
    """Check the bundle around its entries; the resources in it are checked one by one."""
    entries = bundle["entry"]
    bare = bundle
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        bare = {
            **bundle,
            "entry": [{k: v for k, v in e.items() if k != "resource"} or {"id": "-"} for e in entries],
        }
    try:
        check(bare)
    except ConformanceError as error:
        raise PopulationError(str(path), f"is no bundle of FHIR {FHIR_VERSION}: {error}") from None
    if bundle["type"] not in BUNDLE_TYPES:
        problem = f"is a bundle of type {bundle['type']}, which holds no histories"
        raise PopulationError(str(path), problem, ", ".join(BUNDLE_TYPES))
