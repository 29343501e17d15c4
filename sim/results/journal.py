"""The journal: a line a block with a running hash, against which a repeated run is checked block by block."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sim.results.encoding import Json, canonical_json, parse_json
from sim.results.errors import JournalDiffers, RunDamaged

OPENING = "0" * 64
_RUNNING = "running"


class Journal:
    """Lines written so far. With `expected`, the first line that differs raises `JournalDiffers`."""

    def __init__(self, expected: Sequence[str] | None = None) -> None:
        self.lines: list[str] = []
        self.head = OPENING
        self._expected = expected

    def append(self, **entry: Json) -> None:
        """Add a block or an idle stretch; values are JSON and must not tell of machine or wall time.

        Raises `JournalDiffers` naming the line where a repeated run leaves the one it repeats.
        """
        self.head = _running(self.head, entry)
        self.lines.append(canonical_json({**entry, _RUNNING: self.head}))
        if self._expected is not None:
            _compare(self._expected, self.lines, len(self.lines) - 1)

    def close(self) -> None:
        """Raise `JournalDiffers` if the run that is repeated went on for longer."""
        if self._expected is not None and len(self._expected) != len(self.lines):
            raise JournalDiffers(
                f"journal ends after line {len(self.lines)}, the earlier run has {len(self._expected)}"
            )


def checked_head(lines: Sequence[str]) -> str:
    """Return the last running hash; raise `RunDamaged` naming the first line that breaks the chain."""
    head = OPENING
    for position, line in enumerate(lines, start=1):
        try:
            entry = parse_json(line)
        except ValueError as error:
            raise RunDamaged(f"journal line {position}: {error}") from error
        if not isinstance(entry, dict) or _RUNNING not in entry:
            raise RunDamaged(f"journal line {position}: no running hash")
        claimed = entry.pop(_RUNNING)
        head = _running(head, entry)
        if claimed != head:
            raise RunDamaged(f"journal line {position}: running hash is {claimed}, should be {head}")
    return head


def _running(head: str, entry: dict[str, Json]) -> str:
    return hashlib.sha256(f"{head}\n{canonical_json(entry)}".encode()).hexdigest()


def _compare(expected: Sequence[str], lines: Sequence[str], index: int) -> None:
    if index >= len(expected):
        raise JournalDiffers(f"journal line {index + 1}: the earlier run ended before it")
    if expected[index] != lines[index]:
        raise JournalDiffers(f"journal line {index + 1}: was {expected[index]}, now {lines[index]}")
