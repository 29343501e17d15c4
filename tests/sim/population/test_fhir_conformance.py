"""Resources are checked against FHIR 4.0.1: what conforms passes, what does not is named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.population.fhir import build
from sim.population.fhir.conformance import ConformanceError, check, resource_type, resource_types

Json = dict[str, Any]


def test_fhir_has_its_147_concrete_resource_types() -> None:
    assert len(resource_types()) == 147
    assert {"Patient", "Encounter", "Bundle", "Parameters", "VisionPrescription"} <= resource_types()


def test_every_resource_of_a_generated_history_conforms(data: Path) -> None:
    entries = json.loads(gzip.decompress((data / "generated" / "patient.json.gz").read_bytes()))["entry"]
    assert [check(entry["resource"]) for entry in entries] == [e["resource"]["resourceType"] for e in entries]
    assert len(entries) > 100


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": None}, "Observation: needs status"),
        ({"code": None}, "Observation: needs code"),
        ({"status": "done"}, "'done' is not one of registered, preliminary, final"),
        ({"flavour": "sweet"}, "has no element flavour in FHIR 4.0.1"),
        ({"code": [{"text": "x"}]}, "Observation.code: is not an object"),
        ({"category": {"text": "x"}}, "Observation.category: is not an array"),
        ({"category": []}, "Observation.category: is empty"),
        ({"subject": {}}, "Observation.subject: is empty"),
        ({"issued": "yesterday"}, "Observation.issued: 'yesterday' is not written as FHIR wants it"),
        ({"id": "spaces are not allowed"}, "Observation.id: "),
        ({"valueQuantity": {"value": "7"}}, "Observation.valueQuantity.value: is not a number"),
        ({"valueQuantity": {"value": True}}, "Observation.valueQuantity.value: is not a number"),
        ({"valueString": "x"}, "more than one form of a choice: valueQuantity, valueString"),
        ({"valueQuantity": None, "valueInteger": 2**31}, "must be smaller than or equal to 2147483647"),
        ({"valueQuantity": None, "valueInteger": 1.5}, "is not an integer"),
        (
            {"component": [{"code": {"text": "c"}, "valueQuantity": {"unit": 5}}]},
            r"component\[0\].valueQuantity.unit",
        ),
        ({"text": {"div": "<div/>"}}, "Observation.text: needs status"),
        (
            {"contained": [{"resourceType": "Patient", "gender": "f"}]},
            r"Observation.contained\[0\] Patient.gender",
        ),
        ({"contained": ["x"]}, "Observation.contained"),
    ],
)
def test_a_broken_rule_is_named_with_its_element(observation: Json, change: Json, words: str) -> None:
    changed = {name: value for name, value in {**observation, **change}.items() if value is not None}
    with pytest.raises(ConformanceError, match=words):
        check(changed)
    assert check(observation) == "Observation"


@pytest.mark.parametrize(
    "change",
    [
        {
            "status": None,
            "_status": {"extension": [{"url": "http://example.org/why", "valueCode": "masked"}]},
        },
        {"valueQuantity": None, "valueInteger": -(2**31)},
        {"extension": [{"url": "http://example.org/a", "extension": [{"url": "b", "valueString": "c"}]}]},
    ],
)
def test_what_fhir_allows_passes(observation: Json, change: Json) -> None:
    changed = {name: value for name, value in {**observation, **change}.items() if value is not None}
    assert check(changed) == "Observation"


def test_a_null_may_stand_for_a_name_that_has_only_extensions(patient: Json) -> None:
    extension = {"extension": [{"url": "http://example.org/masked", "valueBoolean": True}]}
    assert check({**patient, "name": [{"given": ["Bo", None], "_given": [None, extension]}]}) == "Patient"


def test_attachments_are_base64() -> None:
    document = {"resourceType": "DocumentReference", "status": "current"}
    good = {**document, "content": [{"attachment": {"data": "Tm90 ZQ=="}}]}
    assert check(good) == "DocumentReference"
    with pytest.raises(ConformanceError, match="attachment.data"):
        check({**document, "content": [{"attachment": {"data": "Tm90ZQ!!" * 1000}}]})


def test_a_name_that_is_a_choice_elsewhere_in_the_type_is_not_taken_for_one() -> None:
    settings = {"type": {"text": "t"}, "valueQuantity": [{"value": 1}], "valueCode": [{"text": "c"}]}
    assert check({"resourceType": "Device", "property": [settings]}) == "Device"


@pytest.mark.parametrize(
    "thing", [None, [], "Patient", 7, {}, {"resourceType": None}, {"resourceType": ["Patient"]}]
)
def test_what_has_no_resource_type_is_no_resource(thing: object) -> None:
    with pytest.raises(ConformanceError):
        resource_type(thing)


@pytest.mark.parametrize("name", ["Element", "ResourceList", "Observation_Component", "patient"])
def test_a_type_of_fhir_that_is_no_resource_is_refused(name: str) -> None:
    with pytest.raises(ConformanceError, match="is not a resource type of FHIR 4.0.1"):
        check({"resourceType": name})


def test_a_resource_that_nests_too_deep_is_refused(observation: Json) -> None:
    inner: Json = {"url": "http://example.org/x", "valueString": "x"}
    for _ in range(80):
        inner = {"url": "http://example.org/x", "extension": [inner]}
    with pytest.raises(ConformanceError, match="deeper than 64 levels"):
        check({**observation, "extension": [inner]})


@given(st.data())
def test_a_damaged_patient_is_refused_by_name_or_still_conforms(draw: st.DataObject) -> None:
    resource: Json = {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": "A", "given": ["B"]}],
        "gender": "male",
        "birthDate": "1970-01-01",
        "address": [{"country": "US", "line": ["x"]}],
    }
    key = draw.draw(st.sampled_from(sorted(set(resource) - {"resourceType"})))
    junk = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.lists(st.text())
        | st.dictionaries(st.text(), st.text())
    )
    resource[key] = draw.draw(junk)
    try:
        named = check(resource)
    except ConformanceError as error:
        named = error.element
    assert named.startswith("Patient")


MINIATURE: Json = {
    "definitions": {
        "ResourceList": {"oneOf": [{"$ref": "#/definitions/Thing"}]},
        "Thing": {
            "description": "prose",
            "properties": {
                "status": {"$ref": "#/definitions/code", "description": "prose"},
                "_status": {"$ref": "#/definitions/Element"},
                "tag": {"items": {"$ref": "#/definitions/code"}, "type": "array"},
                "_tag": {"items": {"$ref": "#/definitions/Element"}, "type": "array"},
                "valueCode": {"pattern": "x", "type": "string"},
                "valueInteger": {"pattern": "^-?([0]|([1-9][0-9]*))$", "type": "number"},
                "part": {"items": {"$ref": "#/definitions/Thing_Part"}, "type": "array"},
            },
        },
        "Thing_Part": {"properties": {"code": {"$ref": "#/definitions/code"}, "_code": {}}},
        "code": {"type": "string", "pattern": "^[^\\s]+$"},
        "Element": {"properties": {}},
    }
}


def structure(**changes: object) -> Json:
    elements = [
        {"path": "Thing", "min": 0, "type": []},
        {"path": "Thing.status", "min": 1, "type": [{"code": "code"}]},
        {"path": "Thing.value[x]", "min": 0, "type": [{"code": "code"}, {"code": "integer"}]},
        {"path": "Thing.part.code", "min": 1, "type": [{"code": "code"}]},
        {"path": "Thing.lost.code", "min": 1, "type": [{"code": "code"}]},
        {"path": "Other.code.code", "min": 1, "type": [{"code": "code"}]},
    ]
    resource = {
        "resourceType": "StructureDefinition",
        "fhirVersion": "4.0.1",
        "snapshot": {"element": elements},
        **changes,
    }
    return {"entry": [{"resource": resource}, {"resource": {"resourceType": "CapabilityStatement"}}]}


def test_the_trimmed_schema_has_the_cardinalities_and_no_prose() -> None:
    thing = build.trimmed(MINIATURE, [structure()])["Thing"]
    assert thing["allOf"] == [{"needed": ["status"]}, {"optional": ["valueCode", "valueInteger"]}]
    assert "description" not in json.dumps(thing)
    assert thing["properties"]["valueInteger"] == {
        "type": "integer",
        "minimum": -(2**31),
        "maximum": 2**31 - 1,
    }
    assert {"type": "null"} in thing["properties"]["tag"]["items"]["anyOf"]


def test_a_needed_element_of_a_part_is_put_with_the_part() -> None:
    assert build.trimmed(MINIATURE, [structure()])["Thing_Part"]["allOf"] == [{"needed": ["code"]}]


@pytest.mark.parametrize("changes", [{"fhirVersion": "4.3.0"}, {"derivation": "constraint"}])
def test_other_versions_and_profiles_add_no_cardinalities(changes: Json) -> None:
    assert "allOf" not in build.trimmed(MINIATURE, [structure(**changes)])["Thing"]


def test_the_schema_is_built_from_files_the_same_bytes_each_time(tmp_path: Path) -> None:
    schema, profile = tmp_path / "schema.json", tmp_path / "profile.json"
    schema.write_text(json.dumps(MINIATURE))
    profile.write_text(json.dumps(structure()))
    written = []
    for name in ("a.xz", "b.xz"):
        assert build.main([str(schema), str(profile), str(tmp_path / name)]) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1] == build.compressed(build.trimmed(MINIATURE, [structure()]))


def test_too_few_files_to_build_from_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["only.json"]) == 2
    assert "usage" in capsys.readouterr().err
