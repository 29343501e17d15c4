"""From a folder of FHIR R4 bundles to a population directory, whole or not at all."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from sim.population.errors import PopulationError
from sim.population.facts import EncounterFacts, PatientFacts
from sim.population.fhir.conformance import FHIR_VERSION
from sim.population.gathering import Gathering, leave
from sim.population.histories import Encounter, History, Provider
from sim.population.ownership import Ownership, assign
from sim.population.population import Population, load
from sim.population.sources import fhir_files
from sim.population.store import PopulationWriter, whole_directory, write_manifest

Thing = TypeVar("Thing")
Progress = Callable[[str, Sequence[Thing]], Iterable[Thing]]
"""Shows a stage (its name, its steps) while the steps are gone through."""

_VISIT: Final = (
    "at least one Encounter that took place, of a patient in the folder, with period.start as a moment and "
    "serviceProvider"
)


@dataclass(frozen=True)
class Origin:
    """Where a population comes from, as far as its importer knows: words for `population.json`."""

    generator: str | None = None
    generator_version: str | None = None
    seed: int | None = None
    reference_date: str | None = None
    licence: str | None = None
    country: str | None = None
    note: str | None = None


def silent(_stage: str, steps: Sequence[Thing]) -> Iterable[Thing]:
    """Show nothing."""
    return steps


def import_folder(
    folder: Path,
    target: Path,
    *,
    origin: Origin | None = None,
    strict: bool = False,
    force: bool = False,
    compression_level: int = 9,
    progress: Progress[Any] = silent,
) -> Population:
    """Read the FHIR R4 bundles in `folder` into the new population directory `target`.

    `country` is that of most patients' addresses where `origin` names none. Raises `PopulationError` naming
    the file that is empty, cut off, damaged or no FHIR, or saying that nothing is left to plan visits from;
    then nothing is written. Single resources that break FHIR 4.0.1 are left out, and `skipped.parquet` says
    why.
    """
    taken, others = fhir_files(folder)
    base = folder if folder.is_dir() else folder.parent
    with whole_directory(target, force) as draft, tempfile.TemporaryFile(dir=draft.parent) as spill:
        gathering = Gathering(spill)
        for path in progress("reading", taken):
            gathering.add_file(path, str(path.relative_to(base)))
        leave(gathering, (str(path.relative_to(base)) for path in others))
        ownership = assign(gathering)
        if strict and gathering.skipped:
            raise _first_skipped(folder, gathering)
        if not ownership.of_encounter:
            raise _without_visits(folder, gathering)
        facts = _Writing(gathering, ownership).write(draft, compression_level, progress)
        write_manifest(draft, {"name": target.name, **_origin(origin or Origin(), facts), **facts})
    return load(target)


def _first_skipped(folder: Path, gathering: Gathering) -> PopulationError:
    first = gathering.skipped[0]
    counted = " (entries count from 1)" if first.place.startswith("entry ") else ""
    subject = f"{folder}: {first.file}, {first.place}{counted}"
    left_out = f"{len(gathering.skipped)} would be left out in all, which --strict forbids"
    return PopulationError(subject, f"{first.reason} ({left_out})")


def _without_visits(folder: Path, gathering: Gathering) -> PopulationError:
    reasons = Counter(skipped.reason for skipped in gathering.skipped)
    skipped = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
    problem = f"holds no encounter that can be a visit{', skipped: ' if skipped else ''}{skipped}"
    return PopulationError(str(folder), problem, _VISIT)


def _origin(origin: Origin, facts: dict[str, Any]) -> dict[str, Any]:
    countries: dict[str, int] = facts.pop("countries")
    commonest = max(countries, key=lambda country: (countries[country], country), default=None)
    return {
        "generator": origin.generator,
        "generator_version": origin.generator_version,
        "seed": origin.seed,
        "reference_date": origin.reference_date,
        "licence": origin.licence,
        "country": origin.country or commonest,
        "note": origin.note,
        "fhir_version": FHIR_VERSION,
    }


class _Writing:
    def __init__(self, gathering: Gathering, ownership: Ownership) -> None:
        self._gathering = gathering
        self._owned = ownership
        self._providers: dict[str, Provider] = {}
        self._classes: Counter[str] = Counter()
        self._countries: Counter[str] = Counter()
        self._starts_us: list[int] = []

    def write(self, draft: Path, compression_level: int, progress: Progress[Any]) -> dict[str, Any]:
        """Write the tables into `draft` and return what the manifest is to say of them."""
        items = self._gathering.items
        patients = sorted(self._owned.of_patient, key=lambda number: items[number].name)
        with PopulationWriter(draft, compression_level) as writer:
            for patient in progress("writing", patients):
                self._write_patient(writer, patient)
            for provider_id in sorted(self._providers):
                writer.add_provider(self._providers[provider_id])
            for number in self._owned.shared:
                writer.add_shared(items[number].kind, items[number].name, self._gathering.text(number))
            for skipped in self._gathering.skipped:
                writer.add_skipped(skipped.file, skipped.place, skipped.reason)
        return self._facts(len(patients))

    def _write_patient(self, writer: PopulationWriter, patient: int) -> None:
        item = self._gathering.items[patient]
        assert isinstance(item.facts, PatientFacts)
        encounters = [self._encounter(n, item.name) for n in self._owned.encounters_of_patient[patient]]
        encounters.sort(key=lambda pair: (pair[1].start_unix_us, pair[1].encounter_id))
        for number, encounter in encounters:
            writer.add_encounter(encounter, self._texts(self._owned.of_encounter[number]))
        own = self._owned.of_patient[patient]
        history = History(item.name, item.facts.birth_date, item.facts.gender, len(own), ())
        writer.add_patient(history, self._texts(own))
        self._countries[item.facts.country] += bool(item.facts.country)

    def _encounter(self, number: int, patient_id: str) -> tuple[int, Encounter]:
        item = self._gathering.items[number]
        facts = item.facts
        assert isinstance(facts, EncounterFacts)
        self._classes[facts.class_code] += 1
        self._starts_us.append(facts.start_unix_us)
        return number, Encounter(
            encounter_id=item.name,
            patient_id=patient_id,
            start_unix_us=facts.start_unix_us,
            end_unix_us=facts.end_unix_us,
            utc_offset_s=facts.utc_offset_s,
            class_code=facts.class_code,
            type_text=facts.type_text,
            provider_id=self._provider_id(facts, item.file),
            resource_count=len(self._owned.of_encounter[number]),
        )

    def _provider_id(self, facts: EncounterFacts, file: int) -> str:
        """The id of the Organization that is named; the reference itself where the folder has none."""
        number = self._gathering.resolve(facts.provider_reference, file)
        provider = None if number is None else self._gathering.items[number].facts
        if not isinstance(provider, Provider):
            name = facts.provider_display or facts.provider_reference
            provider = Provider(facts.provider_reference, name, "")
        self._providers.setdefault(provider.provider_id, provider)
        return provider.provider_id

    def _texts(self, numbers: Iterable[int]) -> list[bytes]:
        return [self._gathering.text(number) for number in numbers]

    def _facts(self, patients: int) -> dict[str, Any]:
        owned = self._owned
        with_encounter = sum(map(len, owned.of_encounter.values()))
        with_patient = sum(map(len, owned.of_patient.values()))
        return {
            "counts": {
                "files": len(self._gathering.files),
                "patients": patients,
                "encounters": len(owned.of_encounter),
                "providers": len(self._providers),
                "resources": with_encounter + with_patient + len(owned.shared),
                "resources_of_encounters": with_encounter,
                "resources_of_patients": with_patient,
                "resources_shared": len(owned.shared),
                "resources_repeated": self._gathering.repeated,
                "resources_whose_encounter_is_missing": owned.without_their_encounter,
                "skipped": len(self._gathering.skipped),
            },
            "first_encounter": _text(min(self._starts_us)),
            "last_encounter": _text(max(self._starts_us)),
            "classes": _descending(self._classes),
            "resource_types": _descending(self._gathering.kinds),
            "countries": {country: count for country, count in self._countries.items() if count},
            "skipped_reasons": _descending(Counter(s.reason for s in self._gathering.skipped)),
        }


def _text(unix_us: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=unix_us)).isoformat(timespec="seconds")


def _descending(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
