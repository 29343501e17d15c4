"""Is this a resource of FHIR R4 (4.0.1)? By HL7's JSON schema and cardinalities, compiled when a type is met.

Checked: resource type and element names, the shape and type of every element, patterns of primitives (dates,
instants, ids, codes, …), 32-bit integers, closed code lists that the schema spells out, needed elements, at
most one form of each choice element, no empty lists or objects, contained resources one by one.

Not checked: terminology (whether a SNOMED CT or LOINC code exists, value sets by reference), profiles such as
US Core, invariants in FHIRPath, the XHTML of narratives, slicing, whether a reference leads anywhere.

Source of the rules: `r4-4.0.1.schema.json.xz`, made by `build.py` from HL7's CC0 files (NOTICE.md beside it).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import fastjsonschema

FHIR_VERSION: Final = "4.0.1"
DEEPEST_LEVELS: Final = 64
"""No real resource nests this deep; anything deeper would only exhaust the stacks of those who read it."""

# What nearly every folder of histories holds.
_COMMON: Final = (
    "AllergyIntolerance", "Bundle", "CarePlan", "CareTeam", "Claim", "Condition", "Coverage", "Device",
    "DiagnosticReport", "DocumentReference", "Encounter", "ExplanationOfBenefit", "Goal", "ImagingStudy",
    "Immunization", "Location", "Medication", "MedicationAdministration", "MedicationRequest", "Observation",
    "Organization", "Patient", "Practitioner", "PractitionerRole", "Procedure", "Provenance", "SupplyDelivery",
)  # fmt: skip

_SCHEMA: Final = Path(__file__).with_name("r4-4.0.1.schema.json.xz")
_BASE64: Final = r"^[0-9a-zA-Z+/=\s]*\Z"
_PREFIX: Final = "#/definitions/"

Json = dict[str, Any]


class ConformanceError(ValueError):
    """A resource breaks a rule of FHIR 4.0.1. `element` is its path, `rule` says what is wrong."""

    def __init__(self, element: str, rule: str) -> None:
        super().__init__(f"{element}: {rule}")
        self.element = element
        self.rule = rule


def check(resource: object) -> str:
    """Return the type of a resource that conforms to FHIR 4.0.1; raise `ConformanceError` otherwise."""
    kind = resource_type(resource)
    assert isinstance(resource, dict)
    _require_shallow_and_decided(kind, resource)
    try:
        _validator(kind)({kind: resource})
    except fastjsonschema.JsonSchemaValueException as error:
        raise ConformanceError(_element(kind, error), _rule(error)) from None
    for number, contained in enumerate(resource.get("contained", ())):
        try:
            check(contained)
        except ConformanceError as error:
            raise ConformanceError(f"{kind}.contained[{number}] {error.element}", error.rule) from None
    return kind


def resource_type(resource: object) -> str:
    """Return the `resourceType` of `resource` if FHIR 4.0.1 knows it; raise `ConformanceError` otherwise."""
    if not isinstance(resource, dict):
        raise ConformanceError("resource", "is not a JSON object")
    kind = resource.get("resourceType")
    if kind is None:
        raise ConformanceError("resource", "has no resourceType")
    if not isinstance(kind, str) or kind not in resource_types():
        rule = f"{str(kind)[:60]!r} is not a resource type of FHIR {FHIR_VERSION}"
        raise ConformanceError("resourceType", rule)
    return kind


@cache
def resource_types() -> frozenset[str]:
    """The names of the 147 resource types of FHIR 4.0.1."""
    return frozenset(n for n, d in _definitions().items() if "resourceType" in d.get("properties", {}))


@cache
def _definitions() -> Json:
    definitions: Json = json.loads(lzma.decompress(_SCHEMA.read_bytes()))
    return definitions


@cache
def _closure(kinds: tuple[str, ...]) -> Json:
    """The definitions that resource types need: about 60 of 680 for one, most of them shared by all."""
    needed: Json = {}
    waiting = [*kinds]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = _definitions()[name]
            waiting.extend(_references(needed[name]))
    return needed


def _validator(kind: str) -> Callable[[object], object]:
    return _validator_of(_COMMON if kind in _COMMON else (kind,))


@cache
def _validator_of(kinds: tuple[str, ...]) -> Callable[[object], object]:
    """Compile a check of {type: resource} for all `kinds` at once: their shared definitions cost the most."""
    schema = {
        "$schema": "http://json-schema.org/draft-06/schema#",
        "properties": {kind: {"$ref": _PREFIX + kind} for kind in kinds},
        "definitions": {name: _with_needed(definition) for name, definition in _closure(kinds).items()},
    }
    validator: Callable[[object], object] = fastjsonschema.compile(
        schema, formats={"base64Binary": _BASE64}, use_default=False
    )
    return validator


def _with_needed(definition: Json) -> Json:
    """Spell out in JSON schema the needed elements, which the trimmed copy holds as lists of names."""
    if "properties" not in definition:
        return definition
    rules: list[Json] = []
    for names in [rule["needed"] for rule in definition.get("allOf", ()) if "needed" in rule]:
        stand_ins = [f"_{name}" for name in names if f"_{name}" in definition["properties"]]
        rules.append({"anyOf": [{"required": [name]} for name in [*names, *stand_ins]]})
    spelled = {key: value for key, value in definition.items() if key != "allOf"}
    return {**spelled, "type": "object", "minProperties": 1, **({"allOf": rules} if rules else {})}


@cache
def _choices(kind: str) -> dict[str, str]:
    """From the name of a choice element's form (valueString) to its element (value), in one resource type.

    By name alone, because spelling it out in JSON schema doubles the time to compile a type. A name that is
    also an ordinary element somewhere in the type (Device.property.valueCode) is left out.
    """
    element_of: dict[str, str] = {}
    for definition in _closure((kind,)).values():
        for group in _groups(definition):
            element_of.update(dict.fromkeys(group, _stem(group)))
    for definition in _closure((kind,)).values():
        chosen = {name for group in _groups(definition) for name in group}
        for name in set(definition.get("properties", ())) - chosen:
            element_of.pop(name, None)
    return element_of


def _stem(names: list[str]) -> str:
    """What all `names` begin with: value, of valueString and valueQuantity."""
    first, last = min(names), max(names)
    return next((first[:n] for n in range(len(first)) if first[n] != last[n]), first)


def _groups(definition: Json) -> list[list[str]]:
    groups = [rule.get("needed") or rule["optional"] for rule in definition.get("allOf", ())]
    return [group for group in groups if len(group) > 1]


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(_PREFIX)
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _require_shallow_and_decided(kind: str, resource: Json) -> None:
    """Refuse a resource that nests too deep, or holds two forms of one choice element."""
    level: list[Any] = [resource]
    levels = 0
    choices = _choices(kind)
    while level:
        levels += 1
        if levels > DEEPEST_LEVELS:
            raise ConformanceError(kind, f"nests deeper than {DEEPEST_LEVELS} levels")
        children: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                _require_decided(kind, node, choices)
                node = node.values()
            children.extend(child for child in node if isinstance(child, dict | list))
        level = children


def _require_decided(kind: str, node: Json, choices: dict[str, str]) -> None:
    forms = [name for name in node if name in choices]
    if len(forms) > len({choices[name] for name in forms}):
        names = ", ".join(sorted(forms))[:160]
        raise ConformanceError(kind, f"holds more than one form of a choice: {names}")


def _element(kind: str, error: fastjsonschema.JsonSchemaValueException) -> str:
    steps = [f"[{step}]" if step.isdigit() else f".{step}" for step in error.path[2:]]
    return kind + "".join(steps)


def _rule(error: fastjsonschema.JsonSchemaValueException) -> str:
    """Say in FHIR's words which rule was broken, the same words in every process."""
    rule, value, limit = error.rule, error.value, error.rule_definition
    match rule:
        case "required":
            return f"needs {', '.join(sorted(set(limit) - set(value)))}"
        case "additionalProperties":
            unknown = sorted(str(name) for name in set(value) - set(error.definition["properties"]))
            return f"has no element {', '.join(unknown)[:120]} in FHIR {FHIR_VERSION}"
        case "enum" | "const":
            allowed = limit if isinstance(limit, list) else [limit]
            return f"{str(value)[:60]!r} is not one of {', '.join(map(str, allowed))[:300]}"
        case "pattern" | "format":
            return f"{str(value)[:60]!r} is not written as FHIR wants it"
        case "anyOf" if all("required" in choice for choice in limit):
            return f"needs {limit[0]['required'][0]}" + (" or one of its kin" if len(limit) > 2 else "")
        case "minItems" | "minProperties":
            return "is empty"
        case "type":
            return f"is not {_article(limit)}"
        case _:
            return str(error.message).partition(" ")[2]


def _article(json_type: str) -> str:
    return f"{'an' if json_type[0] in 'aeio' else 'a'} {json_type}"
