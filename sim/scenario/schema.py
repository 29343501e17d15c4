"""JSON Schema (draft 7) of the scenario file, for editors that complete and check TOML while one types."""

from __future__ import annotations

from typing import Any

from sim.scenario.catalogue import catalogue, chapters
from sim.scenario.parameter import Parameter

_TYPES = {"text": "string", "integer": "integer", "number": "number", "truth": "boolean"}


def json_schema() -> dict[str, Any]:
    """The schema as a JSON object: one property a chapter, closed to unknown keys, no references."""
    properties: dict[str, Any] = {}
    for entry in catalogue().values():
        chapter, _, key = entry.key.rpartition(".")
        home = properties.setdefault(chapter, _table(chapters()[chapter])) if chapter else None
        (home["properties"] if home else properties)[key] = _property(entry)
        if home and entry.default is None:
            home.setdefault("required", []).append(key)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "MedSim scenario",
        **_table("A scenario of MedSim: what is simulated, under which assumptions."),
        "properties": properties,
        "required": ["scenario"],
    }


def _table(doc: str) -> dict[str, Any]:
    return {"type": "object", "description": doc, "additionalProperties": False, "properties": {}}


def _property(entry: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {"type": _TYPES[entry.kind], "description": _description(entry)}
    if entry.default is not None:
        described["default"] = entry.default
    if entry.allowed:
        described["enum"] = list(entry.allowed)
    if entry.minimum is not None:
        described["minimum"] = entry.minimum
    if entry.maximum is not None:
        described["maximum"] = entry.maximum
    if entry.length is not None:
        described["minLength"], described["maxLength"] = entry.length
    if entry.pattern is not None:
        described["pattern"] = entry.pattern
    return described


def _description(entry: Parameter) -> str:
    return f"{entry.doc} Accepts {entry.accepts}. Grade {entry.grade}: {entry.source}."
