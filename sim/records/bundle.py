"""FHIR R4 resources as canonical JSON, so that equal resources are equal bytes and give equal hashes.

Canonical means: keys sorted by code point, no spaces, UTF-8 without escapes, numbers as Python writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sim.records.errors import BundleError

Resource = Mapping[str, Any]


def canonical(resource: Resource) -> bytes:
    """Return `resource` as canonical JSON; raise `BundleError` for what JSON or UTF-8 cannot hold."""
    try:
        text = json.dumps(
            resource, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise BundleError(f"{_name(resource)} cannot be written as canonical JSON: {error}") from error


def parse(content: bytes) -> dict[str, Any]:
    """Return the resource that `content` holds; raise `BundleError` unless it is one JSON object.

    Repeated keys, NaN and infinities are refused: two readers would understand them differently.
    """
    try:
        resource = json.loads(content, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"not a FHIR resource in JSON: {error}") from error
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise BundleError("not a FHIR resource: a JSON object with a resourceType is needed")
    return resource


def collection(resources: Sequence[Resource]) -> dict[str, Any]:
    """Return `resources` as one FHIR Bundle of type collection, as a patient would hand it on whole."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": dict(resource)} for resource in resources],
    }


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {repeated!r} stands there twice")
    return fields


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _name(resource: object) -> str:
    kind = resource.get("resourceType") if isinstance(resource, Mapping) else None
    return f"resource {kind}" if isinstance(kind, str) else "a resource"
