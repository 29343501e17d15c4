"""JSON that has one form only: sorted keys, finite numbers, no duplicate keys."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sim.results.errors import RunDamaged

Json = object

DEEPEST = 64
"""Levels of nesting that are read; what a run writes has at most 6."""

_STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def canonical_json(value: Json) -> str:
    """Return `value` as compact JSON with sorted keys; raise `ValueError` for NaN and infinities."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def readable_json(value: Json) -> str:
    """Return `value` as indented JSON with sorted keys and a closing newline."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def parse_json(text: str | bytes) -> Json:
    """Parse strict JSON in UTF-8; raise `ValueError` for anything else, also for what Python lets pass.

    Python accepts NaN, infinities and duplicate keys. Its parser recurses on the C stack, and py-evm raises the
    recursion limit so far that deep nesting crashes the process; so depth is counted first.
    """
    decoded = text.decode() if isinstance(text, bytes) else text
    if decoded.count("[") + decoded.count("{") > DEEPEST and _depth(decoded) > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    return json.loads(decoded, parse_constant=_refuse_constant, object_pairs_hook=_distinct)


def read_json_object(path: Path) -> dict[str, Json]:
    """Return the JSON object in a file of a run; raise `RunDamaged` naming the file otherwise."""
    try:
        value = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunDamaged(f"{path}: cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise RunDamaged(f"{path}: holds no JSON object")
    return value


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _STRINGS_AND_BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON number")


def _distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
