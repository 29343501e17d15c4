"""JSON that has one form only: sorted keys, finite numbers, no duplicate keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from sim.results.errors import RunDamaged

Json = object

_COMPACT: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def canonical_json(value: Json) -> str:
    """Return `value` as compact JSON with sorted keys; raise `ValueError` for NaN and infinities."""
    return _COMPACT.encode(value)


def readable_json(value: Json) -> str:
    """Return `value` as indented JSON with sorted keys and a closing newline."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def parse_json(text: str | bytes) -> Json:
    """Parse strict JSON in UTF-8; raise `ValueError` for anything else, also for what Python lets pass.

    Python accepts NaN, infinities and duplicate keys, and raises `RecursionError` on deep nesting.
    """
    decoded = text.decode() if isinstance(text, bytes) else text
    try:
        return json.loads(decoded, parse_constant=_refuse_constant, object_pairs_hook=_distinct)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def read_json_object(path: Path) -> dict[str, Json]:
    """Return the JSON object in a file of a run; raise `RunDamaged` naming the file otherwise."""
    try:
        value = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunDamaged(f"{path}: cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise RunDamaged(f"{path}: holds no JSON object")
    return value


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON number")


def _distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
