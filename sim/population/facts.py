"""What planning needs to know of an Encounter, a Patient and an Organization, from their FHIR resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sim.population.fhir.moments import moment
from sim.population.histories import Provider

Json = dict[str, Any]

NEVER_HAPPENED: Final = ("planned", "cancelled", "entered-in-error")
UNKNOWN_CLASS: Final = "unknown"


class NoVisitError(ValueError):
    """An Encounter that cannot be a visit; the message says why."""


@dataclass(frozen=True, slots=True)
class EncounterFacts:
    """When, of what class and type and with whom an encounter was; `provider_reference` as written."""

    start_unix_us: int
    end_unix_us: int
    utc_offset_s: int
    class_code: str
    type_text: str
    provider_reference: str
    provider_display: str


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Birth date (a FHIR date, or empty), administrative gender and the country of the first address."""

    birth_date: str
    gender: str
    country: str


def encounter_facts(encounter: Json) -> EncounterFacts:
    """Return the facts of a conforming Encounter; raise `NoVisitError` where it cannot be a visit."""
    if encounter.get("status") in NEVER_HAPPENED:
        raise NoVisitError(f"its status is {encounter['status']}")
    start_unix_us, utc_offset_s = _start(encounter)
    end_unix_us = _end(encounter, start_unix_us)
    provider = encounter.get("serviceProvider", {})
    reference = provider.get("reference") or _logical(provider) or provider.get("display")
    if not reference:
        raise NoVisitError("it names no serviceProvider")
    return EncounterFacts(
        start_unix_us=start_unix_us,
        end_unix_us=end_unix_us,
        utc_offset_s=utc_offset_s,
        class_code=encounter["class"].get("code") or UNKNOWN_CLASS,
        type_text=in_words(encounter.get("type")),
        provider_reference=reference,
        provider_display=provider.get("display", ""),
    )


def patient_facts(patient: Json) -> PatientFacts:
    """Return the facts of a conforming Patient."""
    countries = [address.get("country", "") for address in patient.get("address", ())]
    return PatientFacts(
        birth_date=patient.get("birthDate", ""),
        gender=patient.get("gender", "unknown"),
        country=next(filter(None, countries), ""),
    )


def provider_facts(organisation: Json, provider_id: str) -> Provider:
    """Return a conforming Organization as a provider."""
    return Provider(provider_id, organisation.get("name", provider_id), in_words(organisation.get("type")))


def in_words(concepts: list[Json] | None) -> str:
    """Return the first CodeableConcept of a list in words: its text, else a coding's display or code."""
    for concept in concepts or ():
        codings = concept.get("coding", ())
        words = [concept.get("text"), *(c.get("display") for c in codings), *(c.get("code") for c in codings)]
        for word in filter(None, words):
            return str(word)
    return ""


def _logical(reference: Json) -> str:
    """A reference by identifier alone, written as a search; empty where there is none."""
    identifier = reference.get("identifier", {})
    if "value" not in identifier:
        return ""
    return f"Organization?identifier={identifier.get('system', '')}|{identifier['value']}"


def _start(encounter: Json) -> tuple[int, int]:
    text = encounter.get("period", {}).get("start")
    if text is None:
        raise NoVisitError("it has no period.start")
    start = _moment(text)
    if start is None:
        raise NoVisitError(f"its start {text} has no time of day")
    return start


def _end(encounter: Json, start_unix_us: int) -> int:
    """The end of the encounter; its start, where no end with a time of day is stated."""
    end = _moment(encounter.get("period", {}).get("end", ""))
    if end is None:
        return start_unix_us
    if end[0] < start_unix_us:
        raise NoVisitError("it ends before it starts")
    return end[0]


def _moment(text: str) -> tuple[int, int] | None:
    try:
        return moment(text)
    except ValueError as error:
        raise NoVisitError(f"its period is no moment: {error}") from None
