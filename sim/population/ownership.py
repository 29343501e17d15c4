"""Whose is a resource? Its encounter's, else its patient's, else shared by all.

A resource belongs to the encounter that it names (`OWN_ENCOUNTER`, the first of several). One that names no
encounter but other resources (`BY_WAY_OF`: an ExplanationOfBenefit its Claim) belongs to theirs, if all have
the same. Failing that it belongs to the patient it names, or to whom those others belong, if they agree. One
that names neither is shared. One that names only what is not in the folder, or one patient and another's
encounter, is not taken.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from sim.population.facts import EncounterFacts
from sim.population.fhir.references import SHARED_TYPES
from sim.population.gathering import Gathering

_FURTHEST: Final = 4  # steps from resource to resource; longer chains are not followed


@dataclass
class Ownership:
    """Item numbers by owner. Each list is in the order of reading, an encounter's beginning with itself."""

    of_encounter: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    of_patient: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    encounters_of_patient: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    shared: list[int] = field(default_factory=list)
    without_their_encounter: int = 0


def assign(gathering: Gathering) -> Ownership:
    """Give every item of `gathering` its owner; what belongs to nobody is noted as skipped."""
    return _Assignment(gathering).run()


class _Assignment:
    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._items = gathering.items
        self._owned = Ownership()
        self._patient_of_encounter: dict[int, int] = {}

    def run(self) -> Ownership:
        for number, item in enumerate(self._items):
            if item.kind == "Encounter" and isinstance(item.facts, EncounterFacts):
                self._open(number)
        for number in range(len(self._items)):
            if number not in self._patient_of_encounter:
                self._assign(number)
        return self._owned

    def _open(self, number: int) -> None:
        patient = self._named_patient(number)
        if patient is not None:
            self._patient_of_encounter[number] = patient
            self._owned.of_encounter[number].append(number)
            self._owned.encounters_of_patient[patient].append(number)

    def _assign(self, number: int) -> None:
        item = self._items[number]
        if item.kind == "Patient":
            self._owned.of_patient[number].append(number)
            return
        if item.kind in SHARED_TYPES:
            self._owned.shared.append(number)
            return
        encounter = self._encounter(number)
        patient = self._patient(number)
        if encounter is not None:
            self._give_to_encounter(number, encounter, patient)
        elif patient is not None:
            self._owned.without_their_encounter += bool(item.encounters)
            self._owned.of_patient[patient].append(number)
        elif item.encounters or item.patients or item.by_way_of:
            self._gathering.skip_item(number, "belongs to no patient of the folder")
        else:
            self._owned.shared.append(number)

    def _give_to_encounter(self, number: int, encounter: int, patient: int | None) -> None:
        if patient not in (None, self._patient_of_encounter[encounter]):
            self._gathering.skip_item(number, "names one patient, and an encounter of another")
        else:
            self._owned.of_encounter[encounter].append(number)

    def _encounter(self, number: int, steps: int = 0) -> int | None:
        if number in self._patient_of_encounter:
            return number
        item = self._items[number]
        for reference in item.encounters:
            target = self._gathering.resolve(reference, item.file)
            if target in self._patient_of_encounter:
                return target
        if item.encounters or steps == _FURTHEST:
            return None
        targets = self._targets(number)
        owners = {self._encounter(target, steps + 1) for target in targets}
        return owners.pop() if len(owners) == 1 else None

    def _patient(self, number: int, steps: int = 0) -> int | None:
        if self._items[number].kind == "Patient":
            return number
        patient = self._named_patient(number)
        if patient is not None or steps == _FURTHEST:
            return patient
        owners = {self._patient(target, steps + 1) for target in self._targets(number)} - {None}
        return owners.pop() if len(owners) == 1 else None

    def _named_patient(self, number: int) -> int | None:
        item = self._items[number]
        for reference in item.patients:
            target = self._gathering.resolve(reference, item.file)
            if target is not None and self._items[target].kind == "Patient":
                return target
        return None

    def _targets(self, number: int) -> list[int]:
        item = self._items[number]
        found = (self._gathering.resolve(reference, item.file) for reference in item.by_way_of)
        return [target for target in found if target is not None and target != number]
