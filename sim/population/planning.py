"""The visits of a run, planned from a population: who comes, when, where, with which encounter.

Each planned patient is given a history and an offset of a whole number of weeks, chosen so that as many of
the history's encounters as possible fall into the run: its busiest window. Everything else stays as the
history tells it: spacing, class, provider, content.

Local time. A FHIR instant carries the offset of its place. The wall clock it shows there (09:30 on a
Monday) is shifted by the whole weeks and read as the scenario's local time, so that weekday and hour stay
the encounter's own. Spacing is therefore that of the wall clock: over a change of daylight saving time, and
only there, elapsed seconds differ from the source's by the hour that the clock jumps. An hour that the
scenario's zone skips is read as if the clock had not jumped; of a repeated hour the first is meant.
Durations are elapsed seconds.

Draws. With resampling each patient draws a history uniformly, with replacement; without, patients take the
histories in a drawn order, each once. Where a history is drawn several times, its copies take its best
offset, its second best and so on, so that two copies coincide only when a history has fewer offsets than
copies. Patients' draws are keyed by their own ids: a larger population begins with the same patients.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sim.calendar import Calendar
from sim.chance import Chance, Stream
from sim.population.errors import PopulationError
from sim.population.histories import Encounter, History, Provider
from sim.population.population import Population

WEEK_S: Final = 7 * 86_400
_MICRO: Final = 1_000_000
_DAY_US: Final = 86_400 * _MICRO
_WEEK_US: Final = 7 * _DAY_US
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  wall clocks have no zone


@dataclass(frozen=True, slots=True)
class PlannedPatient:
    """A person of the run, who lives the history `history_id` shifted by `offset_s` (whole weeks).

    `birth_year` is shifted too, so that the person's age at each visit is the history's; None where unknown.
    """

    patient_id: str
    history_id: str
    offset_s: int
    birth_year: int | None
    gender: str


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """An encounter that falls into the run; `start_s` and `end_s` are simulated seconds, rounded to 1e-6.

    The start lies in the run; the end (the same as the start, where the history says so) may lie after it.
    """

    visit_id: str
    patient_id: str
    provider_id: str
    provider_name: str
    class_code: str
    type_text: str
    start_s: float
    end_s: float
    encounter_id: str


@dataclass(frozen=True)
class VisitPlan:
    """Who comes and when: `patients` by id, `visits` by start, and the `providers` of those visits.

    `histories` is the number of different histories in use, `resampled` whether they were drawn with
    replacement.
    """

    patients: Sequence[PlannedPatient]
    visits: Sequence[PlannedVisit]
    providers: Sequence[Provider]
    histories: int
    resampled: bool


def plan_visits(
    population: Population, *, patients: int, resample: bool, days: int, calendar: Calendar, chance: Chance
) -> VisitPlan:
    """Plan the visits of `patients` people over `days` from second 0 of `calendar`.

    Raises `PopulationError` for fewer than one patient or day, for a population without encounters, and for
    more patients than histories where `resample` is false.
    """
    usable = [history for history in population.histories if history.encounters]
    _require_possible(population.name, usable, patients, resample, days)
    drawn = _drawn_histories(usable, patients, resample, chance)
    weeks = _drawn_weeks(drawn, days, calendar, chance)
    planned: list[PlannedPatient] = []
    visits: list[PlannedVisit] = []
    for number, (history, week) in enumerate(zip(drawn, weeks, strict=True)):
        patient = _planned_patient(_patient_id(number), history, week)
        planned.append(patient)
        visits.extend(_visits(population, patient, history, week, days, calendar))
    visits.sort(key=lambda visit: (visit.start_s, visit.visit_id))
    population.keep(visit.encounter_id for visit in visits)
    serving = sorted({visit.provider_id for visit in visits})
    providers = [population.providers[provider_id] for provider_id in serving]
    return VisitPlan(planned, visits, providers, len({h.patient_id for h in drawn}), resample)


def _require_possible(name: str, usable: list[History], patients: int, resample: bool, days: int) -> None:
    if patients < 1:
        raise PopulationError("population.patients", f"{patients} patients cannot be planned", "at least 1")
    if days < 1:
        raise PopulationError("time.days", f"{days} days cannot be planned", "at least 1")
    if not usable:
        raise PopulationError(name, "has no history with an encounter")
    if not resample and patients > len(usable):
        raise PopulationError(
            "population.patients",
            f"{patients} patients want a history each, and {name} has {len(usable)}",
            f"at most {len(usable)}, or population.resample = true",
        )


def _patient_id(number: int) -> str:
    return f"p{number + 1:05d}"


def _drawn_histories(usable: list[History], patients: int, resample: bool, chance: Chance) -> list[History]:
    stream = chance.stream("population.history")
    if resample:
        return [usable[stream.integer(_patient_id(number), 0, len(usable))] for number in range(patients)]
    return stream.shuffled("all", 0, usable)[:patients]


def _drawn_weeks(drawn: list[History], days: int, calendar: Calendar, chance: Chance) -> list[int]:
    """The shift of each drawn history in weeks; copies of one history go through its offsets, best first."""
    stream = chance.stream("population.offset")
    ranked: dict[str, list[int]] = {}
    copies: dict[str, int] = defaultdict(int)
    weeks: list[int] = []
    for history in drawn:
        key = history.patient_id
        if key not in ranked:
            ranked[key] = _ranked_weeks(history, days, calendar, stream)
        weeks.append(ranked[key][copies[key] % len(ranked[key])])
        copies[key] += 1
    return weeks


def _ranked_weeks(history: History, days: int, calendar: Calendar, stream: Stream) -> list[int]:
    """All shifts (in weeks) that bring an encounter into the run, the most encounters first, ties drawn."""
    run_start_us = _wall_clock_us(calendar.local(0))
    visits: Counter[int] = Counter()
    for encounter in history.encounters:
        before_run_us = encounter.start_local_us - run_start_us
        first = -(before_run_us // _WEEK_US)  # the fewest weeks that bring it past the start
        after = -((before_run_us - days * _DAY_US) // _WEEK_US)  # and past the end
        visits.update(range(first, after))
    by_count: dict[int, list[int]] = defaultdict(list)
    for week in sorted(visits):
        by_count[visits[week]].append(week)
    ranked = [
        week
        for count in sorted(by_count, reverse=True)
        for week in stream.shuffled(history.patient_id, count, by_count[count])
    ]
    return ranked or [first]


def _planned_patient(patient_id: str, history: History, week: int) -> PlannedPatient:
    return PlannedPatient(
        patient_id=patient_id,
        history_id=history.patient_id,
        offset_s=week * WEEK_S,
        birth_year=_shifted_year(history.birth_date, week),
        gender=history.gender,
    )


def _shifted_year(birth_date: str, week: int) -> int | None:
    if not birth_date:
        return None
    year, month, day = [int(part) for part in [*birth_date.split("-"), "7", "1"][:3]]
    return (date(year, month, day) + timedelta(weeks=week)).year


def _visits(
    population: Population,
    patient: PlannedPatient,
    history: History,
    week: int,
    days: int,
    calendar: Calendar,
) -> list[PlannedVisit]:
    visits: list[PlannedVisit] = []
    run_start_us = _wall_clock_us(calendar.local(0))
    for encounter in history.encounters:
        # Most encounters lie years away; a zone's clock never jumps by more than a day.
        into_run_us = encounter.start_local_us + week * _WEEK_US - run_start_us
        if not -2 * _DAY_US < into_run_us < (days + 2) * _DAY_US:
            continue
        start_s = _start_s(encounter, week, calendar)
        if not 0 <= start_s < days * 86_400:
            continue
        visits.append(
            PlannedVisit(
                visit_id=f"{patient.patient_id}-v{len(visits) + 1:03d}",
                patient_id=patient.patient_id,
                provider_id=encounter.provider_id,
                provider_name=population.providers[encounter.provider_id].name,
                class_code=encounter.class_code,
                type_text=encounter.type_text,
                start_s=start_s,
                end_s=round(start_s + (encounter.end_unix_us - encounter.start_unix_us) / _MICRO, 6),
                encounter_id=encounter.encounter_id,
            )
        )
    return visits


def _start_s(encounter: Encounter, week: int, calendar: Calendar) -> float:
    local_us = encounter.start_local_us + week * _WEEK_US
    seconds, micros = divmod(local_us, _MICRO)
    wall_clock = _EPOCH + timedelta(seconds=seconds)
    unix_s = int(wall_clock.replace(tzinfo=calendar.local(0).tzinfo).timestamp())
    return round(calendar.sim_s(unix_s) + micros / _MICRO, 6)


def _wall_clock_us(local: datetime) -> int:
    return (local.replace(tzinfo=None) - _EPOCH) // timedelta(microseconds=1)
