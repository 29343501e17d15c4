"""Which encounter and which patient a resource names, by the reference elements of FHIR R4.

The elements are data: a path per row, `a.b` for a step into an element, lists stepped into on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import Any, Final

Json = dict[str, Any]

OWN_ENCOUNTER: Final = (
    "encounter",  # Observation, Condition, Procedure, MedicationRequest, DiagnosticReport, CarePlan, …
    "context",  # MedicationAdministration, MedicationDispense, MedicationStatement, ChargeItem
    "context.encounter",  # DocumentReference
    "item.encounter",  # Claim, ExplanationOfBenefit
)
"""Elements that name the encounter during which a resource came about."""

BY_WAY_OF: Final = (
    "claim",  # ExplanationOfBenefit
    "request",  # ClaimResponse; MedicationAdministration
    "target",  # Provenance
    "entity.what",  # AuditEvent
    "authorizingPrescription",  # MedicationDispense
)
"""Elements that name another resource, whose encounter counts if all of them have the same one."""

OWN_PATIENT: Final = (
    "subject",
    "patient",
    "beneficiary",  # Coverage
    "for",  # Task
    "individual",  # ResearchSubject
    "context.sourcePatientInfo",  # DocumentReference
    "participant.actor",  # Appointment
)
"""Elements that name the patient a resource is about."""

SHARED_TYPES: Final = frozenset(
    {
        "Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Medication",
        "Substance", "Endpoint", "OrganizationAffiliation", "InsurancePlan", "PlanDefinition",
        "ActivityDefinition", "ValueSet", "CodeSystem", "Questionnaire", "ResearchStudy",
    }
)  # fmt: skip
"""Types that many patients' bundles repeat; the first one read with an id stands for all."""


def references(resource: Json, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the elements at `paths` refer to, in order, each once."""
    found: dict[str, None] = {}
    for path in paths:
        for node in _nodes(resource, path.split(".")):
            target = node.get("reference")
            if isinstance(target, str) and target and not target.startswith("#"):
                found[intern(target)] = None
    return tuple(found)


def keys_of(resource: Json, name: str, full_url: str | None) -> tuple[str, ...]:
    """Return the references by which others may name this resource, whose id is `name` (empty for none)."""
    kind = resource["resourceType"]
    keys = [full_url] if full_url else []
    keys += [f"{kind}/{name}"] if name else []
    identifiers = resource.get("identifier", ())
    for identifier in identifiers if isinstance(identifiers, list) else [identifiers]:
        if "value" in identifier:
            keys.append(f"{kind}?identifier={identifier.get('system', '')}|{identifier['value']}")
    return tuple(intern(key) for key in dict.fromkeys(keys))


def spellings(reference: str) -> Iterator[str]:
    """Yield the keys that a reference may mean, likeliest first: as written, unversioned, relative."""
    yield reference
    unversioned = reference.partition("/_history/")[0]
    if unversioned != reference:
        yield unversioned
    steps = unversioned.split("/")
    if "://" in unversioned and len(steps) > 4:
        yield "/".join(steps[-2:])


def _nodes(node: Any, steps: list[str]) -> Iterator[Json]:
    if isinstance(node, list):
        for child in node:
            yield from _nodes(child, steps)
    elif isinstance(node, dict):
        if not steps:
            yield node
        elif steps[0] in node:
            yield from _nodes(node[steps[0]], steps[1:])
