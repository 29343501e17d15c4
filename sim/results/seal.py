"""DONE: the list of all files of a run with size and SHA-256, closed by the hash of the list itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SEAL_NAME = "DONE"
REPORT_NAME = "report.html"
REPORT_SEAL_NAME = "report.sha256"
UNSEALED_NAMES = (SEAL_NAME, REPORT_NAME, REPORT_SEAL_NAME)
"""The report may be made again, so its hash stands beside DONE, not in it."""

_FIRST_LINE = "medsim run 1"
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,15}) ([^\n]+)")
_LAST_LINE = re.compile(r"total ([0-9a-f]{64})")


@dataclass(frozen=True)
class SealedFile:
    """Size and SHA-256 (hex) of a file as it was written."""

    sha256: str
    size_bytes: int


class SealError(Exception):
    """A DONE file is torn or changed; says where."""


def sealed_file(content: bytes) -> SealedFile:
    """Return size and hash of a file's content."""
    return SealedFile(hashlib.sha256(content).hexdigest(), len(content))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def seal_text(files: Mapping[str, SealedFile]) -> str:
    """Return the content of DONE for files by their path inside the run, with / between folders."""
    lines = [_FIRST_LINE]
    lines += [f"{entry.sha256} {entry.size_bytes} {name}" for name, entry in sorted(files.items())]
    listing = "\n".join(lines) + "\n"
    return f"{listing}total {hashlib.sha256(listing.encode()).hexdigest()}\n"


def parse_seal(content: bytes) -> dict[str, SealedFile]:
    """Return the files that DONE lists; raise `SealError` unless it is whole and unchanged."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise SealError("is not text") from error
    listing, _, last = text.removesuffix("\n").rpartition("\n")
    claimed = _LAST_LINE.fullmatch(last)
    if claimed is None or not text.endswith("\n"):
        raise SealError("is cut: its closing line is missing")
    if hashlib.sha256(f"{listing}\n".encode()).hexdigest() != claimed[1]:
        raise SealError("is changed: its closing hash does not fit")
    return _parse_listing(listing.split("\n"))


def _parse_listing(lines: list[str]) -> dict[str, SealedFile]:
    if lines[0] != _FIRST_LINE:
        raise SealError(f"is of an unknown version: {lines[0]!r}, known is {_FIRST_LINE!r}")
    files: dict[str, SealedFile] = {}
    for line in lines[1:]:
        found = _LINE.fullmatch(line)
        if found is None or found[3] in files or not _inside(found[3]):
            raise SealError(f"holds a line that is none of its own: {line!r}")
        files[found[3]] = SealedFile(found[1], int(found[2]))
    return files


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
