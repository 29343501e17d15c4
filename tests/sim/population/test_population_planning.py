"""Visits are planned by whole weeks: spacing, weekday, hour and content stay, and the busiest window falls in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import Calendar
from sim.chance import Chance
from sim.population.errors import PopulationError
from sim.population.histories import Encounter, History, Provider
from sim.population.planning import WEEK_S, VisitPlan, plan_visits
from sim.population.population import Population

SEOUL = Calendar("2018-10-01T00:00:00", "Asia/Seoul")
DAY_S = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MadeUp(Population):
    """Histories made up in memory, so that plans can be drawn for thousands of them."""

    def __init__(self, starts: Sequence[Sequence[datetime]], duration_s: int = 900) -> None:
        super().__init__(Path("made-up"), {"name": "made-up"})
        self.histories = tuple(
            history(f"h{number}", moments, duration_s) for number, moments in enumerate(starts)
        )
        self.encounters = {e.encounter_id: e for h in self.histories for e in h.encounters}
        self.providers = {"clinic": Provider("clinic", "Clinic", "clinic")}


def history(name: str, moments: Sequence[datetime], duration_s: int = 900) -> History:
    encounters = []
    for number, moment in enumerate(sorted(moments)):
        offset = moment.utcoffset() or timedelta(0)
        start = (moment - EPOCH) // timedelta(microseconds=1)
        encounters.append(
            Encounter(
                encounter_id=f"{name}-e{number}",
                patient_id=name,
                start_unix_us=start,
                end_unix_us=start + duration_s * 1_000_000,
                utc_offset_s=int(offset.total_seconds()),
                class_code="AMB",
                type_text="",
                provider_id="clinic",
                resource_count=1,
            )
        )
    return History(name, "1980-03-15", "female", 1, tuple(encounters))


def plan(population: Population, patients: int = 1, seed: int = 1, **changes: Any) -> VisitPlan:
    wishes = {"resample": True, "days": 30, "calendar": SEOUL, "chance": Chance(seed), **changes}
    return plan_visits(population, patients=patients, **wishes)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_monday_half_past_nine_stays_one_in_the_scenarios_own_time() -> None:
    population = MadeUp([[at("1999-03-08T09:30:00-05:00")]])
    (visit,) = plan(population).visits
    local = SEOUL.local(visit.start_s)
    assert (local.weekday(), local.hour, local.minute) == (0, 9, 30)
    assert visit.end_s - visit.start_s == 900


def test_over_a_clock_change_the_wall_clock_is_kept() -> None:
    """New York leaves daylight saving time on 4 November 2018: the same hour a day later is 25 hours later."""
    new_york = Calendar("2018-11-01T00:00:00", "America/New_York")
    moments = [at("2015-06-06T10:00:00+09:00"), at("2015-06-08T10:00:00+09:00")]  # Saturday, Monday
    first, second = plan(MadeUp([moments]), calendar=new_york, days=7).visits
    assert [new_york.hour(visit.start_s) for visit in (first, second)] == [10, 10]
    assert second.start_s - first.start_s == 2 * DAY_S + 3600


def test_the_busiest_window_falls_into_the_run() -> None:
    quiet = [at(f"{year}-05-05T12:00:00+00:00") for year in range(1980, 2010)]
    busy = [at("2010-01-04T08:00:00+00:00") + timedelta(days=3 * number) for number in range(8)]
    visits = plan(MadeUp([quiet + busy])).visits
    assert len(visits) == 8
    assert [b.start_s - a.start_s for a, b in pairwise(visits)] == [3 * DAY_S] * 7


MOMENTS = st.lists(
    st.datetimes(datetime(1930, 1, 1), datetime(2018, 9, 30)).map(lambda moment: moment.replace(tzinfo=UTC)),  # noqa: DTZ001
    min_size=1,
    max_size=12,
)


@given(MOMENTS, st.integers(1, 60), st.integers(0, 5))
def test_no_whole_week_shift_would_bring_more_visits(moments: list[datetime], days: int, seed: int) -> None:
    population = MadeUp([moments])
    planned = plan(population, days=days, seed=seed)
    start = at("2018-10-01T00:00:00+00:00")
    local = [moment - start for moment in moments]
    best = 0
    for anchor in local:
        for late in range(days // 7 + 1):
            week = -(anchor // timedelta(weeks=1)) + late
            shifted = [moment + week * timedelta(weeks=1) for moment in local]
            best = max(best, sum(timedelta(0) <= moment < timedelta(days=days) for moment in shifted))
    assert len(planned.visits) == best


@given(st.lists(MOMENTS, min_size=1, max_size=6), st.integers(1, 20), st.integers(0, 3), st.integers(1, 40))
def test_visits_are_their_encounters_moved_by_whole_weeks(
    starts: list[list[datetime]], patients: int, seed: int, days: int
) -> None:
    population = MadeUp(starts)
    planned = plan(population, patients, seed, days=days)
    people = {patient.patient_id: patient for patient in planned.patients}
    assert len(people) == patients
    assert list(planned.visits) == sorted(planned.visits, key=lambda visit: (visit.start_s, visit.visit_id))
    assert len({visit.visit_id for visit in planned.visits}) == len(planned.visits)
    for visit in planned.visits:
        encounter = population.encounters[visit.encounter_id]
        patient = people[visit.patient_id]
        assert encounter.patient_id == patient.history_id
        assert patient.offset_s % WEEK_S == 0
        assert 0 <= visit.start_s < days * DAY_S
        elsewhere = encounter.start_local_us / 1e6 + patient.offset_s - SEOUL.start_unix_s - 9 * 3600
        assert visit.start_s == pytest.approx(elsewhere, abs=2e-6)
        assert visit.end_s - visit.start_s == pytest.approx(900, abs=2e-6)


def test_copies_of_a_history_get_different_weeks_while_there_are_any() -> None:
    moments = [at("2015-03-02T10:00:00+00:00"), at("2015-03-20T10:00:00+00:00")]
    offsets = [patient.offset_s for patient in plan(MadeUp([moments]), patients=7).patients]
    assert len(set(offsets)) == 7
    many = Counter(patient.offset_s for patient in plan(MadeUp([moments]), patients=50).patients)
    assert max(many.values()) - min(many.values()) <= 1


def test_a_larger_population_begins_with_the_same_patients() -> None:
    population = MadeUp([[at(f"20{number:02d}-03-02T10:00:00+00:00")] for number in range(15)])
    for resample in (True, False):
        few = plan(population, patients=5, resample=resample)
        many = plan(population, patients=15, resample=resample)
        assert list(many.patients)[:5] == few.patients
        assert set(few.visits) <= set(many.visits)


def test_the_same_chance_gives_the_same_plan_and_another_a_different_one() -> None:
    population = MadeUp([[at(f"20{number:02d}-03-02T10:00:00+00:00")] for number in range(15)])
    assert plan(population, 10, seed=1) == plan(population, 10, seed=1)
    assert plan(population, 10, seed=1).patients != plan(population, 10, seed=2).patients


def test_histories_are_drawn_evenly_with_replacement_and_once_each_without() -> None:
    population = MadeUp([[at(f"20{number:02d}-03-02T10:00:00+00:00")] for number in range(10)])
    drawn = Counter(patient.history_id for patient in plan(population, 2_000).patients)
    assert len(drawn) == 10
    assert all(130 < count < 270 for count in drawn.values())  # 200 ± 5 standard deviations
    once = plan(population, 10, resample=False)
    assert len({patient.history_id for patient in once.patients}) == once.histories == 10
    assert not once.resampled


def test_a_history_without_encounters_is_never_drawn() -> None:
    population = MadeUp([[], [at("2015-03-02T10:00:00+00:00")]])
    assert {patient.history_id for patient in plan(population, 20).patients} == {"h1"}


def test_a_run_of_a_few_days_may_miss_a_history_altogether() -> None:
    """An encounter on a Thursday cannot fall into a run from Monday to Tuesday by whole weeks."""
    planned = plan(MadeUp([[at("2015-03-05T10:00:00+00:00")]]), days=2)
    assert planned.visits == []
    assert planned.patients[0].offset_s % WEEK_S == 0
    assert planned.providers == []


@pytest.mark.parametrize(
    ("birth_date", "year"), [("1980-03-15", 1983), ("1980-03", 1983), ("1980", 1983), ("", None)]
)
def test_people_are_as_old_in_the_run_as_in_their_history(birth_date: str, year: int | None) -> None:
    population = MadeUp([[at("2015-10-05T10:00:00+00:00")]])
    source = population.histories[0]
    population.histories = (History("h0", birth_date, source.gender, 1, source.encounters),)
    assert plan(population).patients[0].birth_year == year


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"patients": 0}, "population.patients: 0 patients cannot be planned; allowed: at least 1"),
        ({"days": 0}, "time.days: 0 days cannot be planned; allowed: at least 1"),
        (
            {"patients": 3, "resample": False},
            "made-up has 2; allowed: at most 2, or population.resample = true",
        ),
    ],
)
def test_an_impossible_wish_is_named(wishes: dict[str, Any], words: str) -> None:
    with pytest.raises(PopulationError, match=words):
        plan(MadeUp([[at("2015-03-02T10:00:00+00:00")]] * 2), **wishes)


def test_a_population_without_encounters_plans_nothing() -> None:
    with pytest.raises(PopulationError, match="made-up: has no history with an encounter"):
        plan(MadeUp([[], []]))


def test_the_planned_visits_lead_to_their_resources(generated: Population) -> None:
    planned = plan(generated, 4)
    assert {provider.provider_id for provider in planned.providers} == {v.provider_id for v in planned.visits}
    for visit in planned.visits:
        assert generated.resources(visit.encounter_id)[0]["class"]["code"] == visit.class_code
        assert generated.providers[visit.provider_id].name == visit.provider_name
