"""Which resources a resource names, and under which names it can be found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.population.fhir.moments import moment
from sim.population.fhir.references import OWN_ENCOUNTER, OWN_PATIENT, keys_of, references, spellings


def named(*names: str) -> list[dict[str, str]]:
    return [{"reference": name} for name in names]


@pytest.mark.parametrize(
    "resource",
    [
        {"encounter": {"reference": "Encounter/1"}},
        {"context": {"reference": "Encounter/1"}},
        {"context": {"encounter": named("Encounter/1")}},
        {"item": [{"encounter": named("Encounter/1")}, {"encounter": named("Encounter/1")}, {}]},
    ],
)
def test_an_encounter_is_found_where_each_type_names_it(resource: dict[str, object]) -> None:
    assert references(resource, OWN_ENCOUNTER) == ("Encounter/1",)


def test_several_references_keep_their_order_and_contained_ones_are_left_out() -> None:
    resource = {"item": [{"encounter": named("Encounter/2", "#here", "", "Encounter/1")}]}
    assert references(resource, OWN_ENCOUNTER) == ("Encounter/2", "Encounter/1")
    assert references({"subject": {"display": "somebody"}}, OWN_PATIENT) == ()


def test_a_resource_goes_by_its_url_its_id_and_its_identifiers() -> None:
    resource = {
        "resourceType": "Organization",
        "identifier": [{"system": "s", "value": "7"}, {"system": "s"}],
    }
    assert keys_of(resource, "a", "urn:uuid:a") == (
        "urn:uuid:a",
        "Organization/a",
        "Organization?identifier=s|7",
    )
    assert keys_of({"resourceType": "Bundle", "identifier": {"value": "7"}}, "", None) == (
        "Bundle?identifier=|7",
    )


@pytest.mark.parametrize(
    ("reference", "meanings"),
    [
        ("Patient/1", ["Patient/1"]),
        ("Patient/1/_history/2", ["Patient/1/_history/2", "Patient/1"]),
        ("http://example.org/fhir/Patient/1", ["http://example.org/fhir/Patient/1", "Patient/1"]),
        ("urn:uuid:1", ["urn:uuid:1"]),
    ],
)
def test_a_reference_means_the_same_thing_in_each_spelling(reference: str, meanings: list[str]) -> None:
    assert list(spellings(reference)) == meanings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", (0, 0)),
        ("1970-01-01T09:00:00+09:00", (0, 32_400)),
        ("1969-12-31T19:00:00.25-05:00", (250_000, -18_000)),
        ("1970-01-01T00:00:00.1234567Z", (123_456, 0)),
        ("2016-12-31T23:59:60Z", (1_483_228_800_000_000, 0)),
        ("2016-12-31", None),
        ("2016", None),
        ("", None),
    ],
)
def test_a_moment_has_microseconds_and_an_offset(text: str, expected: tuple[int, int] | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["2015-02-30T00:00:00Z", "0001-01-01T00:00:00+24:30"])
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|offset|month"):
        moment(text)


@given(
    st.datetimes(timezones=st.timezones()).filter(lambda d: d.utcoffset() and not d.utcoffset().seconds % 60)
)  # type: ignore[union-attr]
def test_a_moment_is_the_instant_that_python_reads(when: object) -> None:
    from datetime import UTC, datetime, timedelta

    assert isinstance(when, datetime)
    offset = when.utcoffset()
    assert offset is not None
    found = moment(when.isoformat(timespec="microseconds"))
    expected = (datetime.fromisoformat(when.isoformat()) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )
    assert found == (expected, int(offset.total_seconds()))
