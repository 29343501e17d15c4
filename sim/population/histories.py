"""What a population is made of: histories of patients, their encounters, the providers that served them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation that served encounters. `kind` is its first type in words, empty where unstated."""

    provider_id: str
    name: str
    kind: str


class Encounter(NamedTuple):
    """One encounter as its history tells it. A tuple, because a population has a great many.

    `start_unix_us` and `end_unix_us` are instants in microseconds since 1970 (UTC), `utc_offset_s` the
    offset that its start was written with, `class_code` the code of `Encounter.class` (AMB, EMER, IMP, …),
    `resource_count` the number of FHIR resources that are its own, the Encounter included.
    """

    encounter_id: str
    patient_id: str
    start_unix_us: int
    end_unix_us: int
    utc_offset_s: int
    class_code: str
    type_text: str
    provider_id: str
    resource_count: int

    @property
    def start_local_us(self) -> int:
        """The wall clock at the encounter's start, as microseconds since 1970 on that same wall clock."""
        return self.start_unix_us + self.utc_offset_s * 1_000_000


@dataclass(frozen=True, slots=True)
class History:
    """One patient's whole history, encounters in order of time.

    `birth_date` is a FHIR date (year, year-month or full) and empty where unknown; `resource_count` counts
    the resources that belong to the patient and to no encounter.
    """

    patient_id: str
    birth_date: str
    gender: str
    resource_count: int
    encounters: Sequence[Encounter]
