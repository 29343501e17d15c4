"""A population in words: what was found in it, what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping

from sim.population.population import Population

_LISTED = 12


def describe(population: Population) -> str:
    """Return the description of `population`, several lines long."""
    told = population.manifest
    counts = told["counts"]
    lines = [
        f"population {population.name}: {counts['patients']} patients, {counts['encounters']} encounters, "
        f"{counts['resources']} resources of FHIR {told['fhir_version']}",
        f"  origin      {_origin(told)}",
        f"  licence     {told['licence'] or 'not stated'}",
        f"  country     {told['country'] or 'not stated'}",
        f"  encounters  from {told['first_encounter']} to {told['last_encounter']}",
        f"  classes     {_listed(told['classes'])}",
        f"  providers   {counts['providers']}",
        f"  resources   {_listed(told['resource_types'])}",
        f"  belonging   {counts['resources_of_encounters']} to encounters, "
        f"{counts['resources_of_patients']} to patients only, {counts['resources_shared']} shared",
    ]
    if counts["resources_repeated"]:
        lines.append(f"  repeated    {counts['resources_repeated']} were there already and are kept once")
    if counts["resources_whose_encounter_is_missing"]:
        missing = counts["resources_whose_encounter_is_missing"]
        lines.append(f"  missing     {missing} name an encounter that is none here; kept with their patient")
    return "\n".join([*lines, *_skipped(population)])


def _origin(told: Mapping[str, object]) -> str:
    if told["generator"] is None:
        return str(told["note"] or "imported, generator not stated")
    parts = [f"{told['generator']} {told['generator_version'] or ''}".strip()]
    parts += [f"seed {told['seed']}"] if told["seed"] is not None else []
    parts += [f"histories until {told['reference_date']}"] if told["reference_date"] else []
    return ", ".join(parts)


def _listed(counts: Mapping[str, int]) -> str:
    shown = [f"{name} {count}" for name, count in list(counts.items())[:_LISTED]]
    rest = list(counts.values())[_LISTED:]
    return ", ".join(shown) + (f" and {len(rest)} more kinds {sum(rest)}" if rest else "")


def _skipped(population: Population) -> list[str]:
    """Reason by reason, each with its first places; `skipped.parquet` holds them all."""
    skipped = population.skipped()
    if not skipped:
        return ["  skipped     nothing"]
    places: dict[str, list[str]] = {}
    for file, place, reason in skipped:
        places.setdefault(reason, []).append(f"{file}, {place}")
    lines = [f"  skipped     {len(skipped)}, listed one by one in {population.directory / 'skipped.parquet'}"]
    for reason, where in sorted(places.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        more = f" and {len(where) - 3} more" if len(where) > 3 else ""
        lines.append(f"    {len(where)} × {reason}: {'; '.join(where[:3])}{more}")
    return lines
