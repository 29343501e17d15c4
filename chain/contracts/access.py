"""Who may call what, read from the tables in ACCESS.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from chain.contracts.artifact import HOME
from chain.errors import ArtifactError

TABLES: Final = HOME / "ACCESS.md"
OPEN: Final = "-"
READING: Final = "reading: "


@dataclass(frozen=True)
class Access:
    """One row: a function, who may call it, and the error that others get (`-` where anyone may)."""

    function: str
    caller: str
    otherwise: str


@dataclass(frozen=True)
class AccessTable:
    """A contract's state-changing functions in the table's order, and the names of those that only read."""

    changing: tuple[Access, ...]
    reading: tuple[str, ...]


@cache
def access_tables(path: Path = TABLES) -> Mapping[str, AccessTable]:
    """Return the table of each contract; raise `ArtifactError` where the file or a row cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read ({error.strerror})") from error
    rows: dict[str, list[Access]] = {}
    name = ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("## "):
            name = line[3:].strip()
            rows[name] = []
        elif line.startswith("|") and not line.startswith(("| function", "| ---")):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) != 3 or not all(cells) or not name:
                raise ArtifactError(f"{path}, line {number}: a row has a function, a caller and an error")
            rows[name].append(Access(cells[0].replace("`", ""), cells[1], cells[2].strip("`")))
    return {contract: _table(contract, given) for contract, given in rows.items()}


def _table(contract: str, rows: list[Access]) -> AccessTable:
    if not rows or not rows[-1].function.startswith(READING):
        raise ArtifactError(f"{TABLES.name}: the last row of {contract} names what only reads ({READING}…)")
    return AccessTable(tuple(rows[:-1]), tuple(rows[-1].function.removeprefix(READING).split(", ")))
