"""Make the trimmed, compressed copy of HL7's JSON schema of FHIR 4.0.1 that `conformance` checks against.

HL7 publishes FHIR R4 under CC0. Two kinds of its files go in: `fhir.schema.json` (shapes, patterns of
primitives, closed code lists) and the StructureDefinitions in `profiles-types.json` and
`profiles-resources.json` (cardinalities). The schema leaves out what JSON schema says clumsily, and the
StructureDefinitions fill it in: needed primitives (a value, or an extension in its place) and choice elements
(at most one form of value[x]).

    python -m sim.population.fhir.build SCHEMA PROFILE [PROFILE …] OUT.xz
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

# A choice among resources is checked one resource at a time, by the type that each one names.
_ANY_RESOURCE: Final[Json] = {"type": "object", "required": ["resourceType"]}
_BASE64: Final[Json] = {"type": "string", "format": "base64Binary"}
_LARGEST: Final = 2**31 - 1

# JSON schema ignores `pattern` on a number. FHIR's integers are 32 bits wide (FHIR R4, data types, integer).
_INTEGERS: Final[dict[str, Json]] = {
    "^-?([0]|([1-9][0-9]*))$": {"type": "integer", "minimum": -_LARGEST - 1, "maximum": _LARGEST},
    "^[0]|([1-9][0-9]*)$": {"type": "integer", "minimum": 0, "maximum": _LARGEST},
    "^[1-9][0-9]*$": {"type": "integer", "minimum": 1, "maximum": _LARGEST},
}


def trimmed(schema: Json, profiles: Iterable[Json]) -> Json:
    """Return the definitions by type name: HL7's without prose, with the cardinalities of `profiles`."""
    definitions: Json = {name: _trimmed(node) for name, node in schema["definitions"].items()}
    definitions["ResourceList"] = _ANY_RESOURCE
    definitions["base64Binary"] = _BASE64
    definitions["xhtml"] = {"type": "string"}
    for definition in definitions.values():
        _let_extensions_stand_in(definition.get("properties", {}))
    for profile in profiles:
        for entry in profile["entry"]:
            if entry["resource"]["resourceType"] == "StructureDefinition":
                _add_cardinalities(definitions, entry["resource"])
    return definitions


def compressed(definitions: Json) -> bytes:
    """Return `definitions` as compact JSON in an xz container, the same bytes for the same content."""
    text = json.dumps(definitions, sort_keys=True, separators=(",", ":"))
    return lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)


def _trimmed(node: Any) -> Any:
    if isinstance(node, list):
        return [_trimmed(child) for child in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "number" and node.get("pattern") in _INTEGERS:
        return dict(_INTEGERS[node["pattern"]])
    if "0-9a-zA-Z\\+/=" in str(node.get("pattern", "")):
        return dict(_BASE64)  # HL7's pattern takes exponential time on long damaged data
    kept = {k: _trimmed(v) for k, v in node.items() if not (k == "description" and isinstance(v, str))}
    if kept.get("type") == "array":
        kept["minItems"] = 1
    return kept


def _let_extensions_stand_in(properties: Json) -> None:
    """In a list of primitives a null marks the place of a value that has only extensions, and the reverse."""
    for name in [name for name in properties if f"_{name}" in properties]:
        for side in (name, f"_{name}"):
            if properties[side].get("type") == "array":
                properties[side]["items"] = {"anyOf": [properties[side]["items"], {"type": "null"}]}


def _add_cardinalities(definitions: Json, structure: Json) -> None:
    if structure.get("fhirVersion") != "4.0.1" or structure.get("derivation") == "constraint":
        return
    for element in structure["snapshot"]["element"]:
        owner, _, name = element["path"].rpartition(".")
        definition = _definition_at(definitions, owner)
        if definition is None:
            continue
        rule = _rule(definition["properties"], name, element)
        if rule is not None:
            definition.setdefault("allOf", []).append(rule)


def _rule(properties: Json, name: str, element: Json) -> Json | None:
    """The rule that `properties` alone do not state for one element, or None."""
    needed = element["min"] > 0
    if name.endswith("[x]"):
        names = [name[:-3] + kind["code"][0].upper() + kind["code"][1:] for kind in element["type"]]
        names = [choice for choice in names if choice in properties]
        return {"needed" if needed else "optional": names} if len(names) > 1 or needed else None
    if needed and f"_{name}" in properties:
        return {"needed": [name]}
    return None


def _definition_at(definitions: Json, path: str) -> Json | None:
    """The definition of the element at a StructureDefinition's `path`, such as Observation.component."""
    root, *steps = path.split(".")
    definition = definitions.get(root)
    for step in steps:
        if definition is None:
            return None
        child = definition.get("properties", {}).get(step, {})
        reference = child.get("$ref") or child.get("items", {}).get("$ref", "")
        definition = definitions.get(reference.rpartition("/")[2])
    return definition if definition is not None and "properties" in definition else None


def main(arguments: Sequence[str]) -> int:
    """Read the schema and the profiles, write the copy; return the exit code."""
    if len(arguments) < 3:
        print("usage: python -m sim.population.fhir.build SCHEMA PROFILE [PROFILE …] OUT.xz", file=sys.stderr)
        return 2
    schema, *profiles, out = (Path(argument) for argument in arguments)
    structures = (json.loads(path.read_bytes()) for path in profiles)
    definitions = trimmed(json.loads(schema.read_bytes()), structures)
    out.write_bytes(compressed(definitions))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
