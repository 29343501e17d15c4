"""All resources of a folder, checked and laid out on disk, with an index in memory of who names whom."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from sim.population.errors import PopulationError
from sim.population.facts import (
    EncounterFacts,
    NoVisitError,
    PatientFacts,
    encounter_facts,
    patient_facts,
    provider_facts,
)
from sim.population.fhir.conformance import ConformanceError, check
from sim.population.fhir.references import (
    BY_WAY_OF,
    OWN_ENCOUNTER,
    OWN_PATIENT,
    SHARED_TYPES,
    keys_of,
    references,
    spellings,
)
from sim.population.fhir.strict_json import JsonError, canonical
from sim.population.histories import Provider
from sim.population.sources import Found, resources_of

Json = dict[str, Any]

# Two different versions of one of these would tear a history apart or mix two people.
_MUST_BE_ONE: Final = frozenset({"Patient", "Encounter"})


@dataclass(slots=True)
class Item:
    """A resource that was taken: where its canonical text lies on disk, and what it refers to."""

    kind: str
    name: str
    file: int
    place: str
    offset: int
    length: int
    digest: bytes
    encounters: tuple[str, ...]
    by_way_of: tuple[str, ...]
    patients: tuple[str, ...]
    facts: EncounterFacts | PatientFacts | Provider | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or a resource that was not taken."""

    file: str
    place: str
    reason: str


class Gathering:
    """Resources added file by file. Their texts go to `spill`; memory holds about 1 kB for each."""

    def __init__(self, spill: BinaryIO) -> None:
        self.items: list[Item] = []
        self.skipped: list[Skipped] = []
        self.files: list[str] = []
        self.repeated = 0
        self.kinds: Counter[str] = Counter()
        self._spill = spill
        self._end = 0
        self._by_key: dict[str, list[int]] = defaultdict(list)

    def add_file(self, path: Path, name: str) -> None:
        """Take in the resources of one file, called `name` in reports.

        Raises `PopulationError` naming the file where it is empty, cut off, no FHIR, or contradicts another.
        """
        self.files.append(name)
        for found in resources_of(path):
            try:
                check(found.resource)
                assert isinstance(found.resource, dict)
                self._add(found.resource, found)
            except (ConformanceError, JsonError) as error:
                self._skip(found.place, str(error))

    def resolve(self, reference: str, file: int) -> int | None:
        """Return the number of the item that `reference` in `file` means: the file's own, else the first."""
        for key in spellings(reference):
            numbers = self._by_key.get(key)
            if numbers:
                return next((n for n in numbers if self.items[n].file == file), numbers[0])
        return None

    def text(self, number: int) -> bytes:
        """Return the canonical JSON of an item."""
        item = self.items[number]
        self._spill.seek(item.offset)
        return self._spill.read(item.length)

    def skip_item(self, number: int, reason: str) -> None:
        """Note that an item was not taken after all, or not as what it is."""
        item = self.items[number]
        self.skipped.append(Skipped(self.files[item.file], f"{item.place}, {item.kind} {item.name}", reason))

    def _add(self, resource: Json, found: Found) -> None:
        text = canonical(resource)
        digest = hashlib.blake2b(text, digest_size=16).digest()
        kind = resource["resourceType"]
        name = resource.get("id") or (found.full_url or "").removeprefix("urn:uuid:")
        if self._is_known(kind, name, digest, found):
            return
        number = len(self.items)
        self.items.append(
            Item(
                kind=kind,
                name=name,
                file=len(self.files) - 1,
                place=found.place,
                offset=self._end,
                length=len(text),
                digest=digest,
                encounters=references(resource, OWN_ENCOUNTER),
                by_way_of=references(resource, BY_WAY_OF),
                patients=references(resource, OWN_PATIENT),
                facts=None,
            )
        )
        self._spill.seek(self._end)
        self._spill.write(text)
        self._end += len(text)
        self.kinds[kind] += 1
        for key in keys_of(resource, name, found.full_url):
            self._by_key[key].append(number)
        self.items[number].facts = self._facts(resource, number)

    def _facts(self, resource: Json, number: int) -> EncounterFacts | PatientFacts | Provider | None:
        match resource["resourceType"]:
            case "Patient":
                return patient_facts(resource)
            case "Organization":
                return provider_facts(resource, self.items[number].name)
            case "Encounter":
                try:
                    return encounter_facts(resource)
                except NoVisitError as error:
                    self.skip_item(number, f"is no visit, because {error}; kept with the patient")
        return None

    def _is_known(self, kind: str, name: str, digest: bytes, found: Found) -> bool:
        """Is the resource here already? Not taken again; raises where a history has two versions."""
        if not name:
            if kind in _MUST_BE_ONE:
                self._skip(found.place, f"{kind} has neither id nor fullUrl")
            return kind in _MUST_BE_ONE
        own = f"{kind}/{name}"
        others = [self.items[number] for number in self._by_key.get(own, ())]
        if any(other.digest == digest for other in others):
            self.repeated += 1
            return True
        if others and kind in _MUST_BE_ONE:
            raise PopulationError(
                f"{self.files[-1]}, {found.place}",
                f"{own} is in {self.files[others[0].file]}, {others[0].place} too, with other content",
                "one version of each Patient and Encounter",
            )
        if others and kind in SHARED_TYPES:
            self._skip(found.place, f"{own} is in {self.files[others[0].file]} already, with other content")
            return True
        return False

    def _skip(self, place: str, reason: str) -> None:
        self.skipped.append(Skipped(self.files[-1], place, reason))


def leave(gathering: Gathering, names: Iterable[str]) -> None:
    """Note the files that were not read at all."""
    gathering.skipped.extend(Skipped(name, "whole file", "is not a .json or .ndjson file") for name in names)
