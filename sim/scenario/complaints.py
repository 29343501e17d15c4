"""From what the model refuses to a `ScenarioError` that a person can act on."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import ValidationError

from sim.errors import ScenarioError
from sim.scenario.catalogue import catalogue, chapter_keys, chapters, nearest_key

LONGEST_VALUE: Final = 80
LONGEST_NUMBER_BITS: Final = 400
_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (dict, "a table"),
    (list, "a list"),
    (tuple, "a list"),
    (type(None), "nothing"),
)


def shown(value: object) -> str:
    """A value as TOML would write it, cut to one readable line, whatever a file or caller hands in."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() <= LONGEST_NUMBER_BITS else "a number of hundreds of digits"
    if isinstance(value, str):
        return _quoted(value)
    for kind, words in _NAMES:
        if isinstance(value, kind):
            return words
    return _cut(str(value)) if isinstance(value, float) else f"{type(value).__name__} {_quoted(str(value))}"


def scenario_error(refusal: ValidationError, source: str) -> ScenarioError:
    """One error for all that the model refuses, the first in front."""
    errors = [error for detail in refusal.errors(include_url=False) for error in _errors(detail, source)]
    first, *further = errors
    return ScenarioError(
        first.key, first.value, first.allowed, source, hint=first.hint, further=tuple(further)
    )


def unknown_key(key: str, value: object, source: str) -> ScenarioError:
    """The error for a key that does not exist, with the nearest one that does."""
    chapter = key.rpartition(".")[0]
    chapter = chapter if chapter in chapters() else ""
    near = nearest_key(key)
    place = f"the keys of [{chapter}]" if chapter else "the keys and tables"
    return ScenarioError(
        printable(key),
        shown(value),
        f"{place} {', '.join(chapter_keys(chapter))}",
        source,
        hint=f"did you mean {near}?" if near else "no such key",
    )


def _errors(detail: Any, source: str) -> list[ScenarioError]:
    if detail["type"] == "scenario_rules":
        return [
            ScenarioError(breach.key, shown(breach.value), breach.allowed, source)
            for breach in detail["ctx"]["breaches"]
        ]
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return [unknown_key(key, detail["input"], source)]
    if detail["type"] == "missing":
        return [ScenarioError(key, None, _allowed(key), source)]
    return [ScenarioError(key, shown(detail["input"]), _allowed(key), source)]


def _allowed(key: str) -> str:
    entry = catalogue().get(key)
    return entry.accepts if entry else f"a table [{key}] with the keys {', '.join(chapter_keys(key))}"


def _quoted(text: str) -> str:
    text = text[: LONGEST_VALUE + 1]
    return _cut(json.dumps(text, ensure_ascii=not text.isprintable()))


def printable(key: str) -> str:
    """A key as a person may read it, cut to one line, whatever a file or caller hands in."""
    return _cut(key if key.isprintable() else _quoted(key))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
