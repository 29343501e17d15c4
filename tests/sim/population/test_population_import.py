"""Folders of FHIR become populations in which nothing is lost, and nothing is half written."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.population.errors import PopulationError
from sim.population.fhir.strict_json import canonical
from sim.population.importing import Origin, import_folder
from sim.population.population import Population

Json = dict[str, Any]


def kinds(resources: list[Json]) -> list[str]:
    return sorted(resource["resourceType"] for resource in resources)


def imported(folder: Path, **options: Any) -> Population:
    target = folder.parent / "population"
    return import_folder(folder, target, **options)


def test_every_resource_of_a_generated_bundle_comes_out_as_it_went_in(
    generated: Population, data: Path
) -> None:
    entries = json.loads(gzip.decompress((data / "generated" / "patient.json.gz").read_bytes()))["entry"]
    source = sorted(canonical(entry["resource"]) for entry in entries)
    assert sorted(canonical(resource) for resource in generated.all_resources()) == source
    assert generated.skipped() == []


def test_every_resource_lies_with_the_encounter_that_it_names(generated: Population) -> None:
    assert len(generated.encounters) == 3
    for encounter in generated.encounters.values():
        resources = generated.resources(encounter.encounter_id)
        assert len(resources) == encounter.resource_count
        assert resources[0]["id"] == encounter.encounter_id
        assert {"Claim", "ExplanationOfBenefit", "DocumentReference"} <= set(kinds(resources))
        for resource in resources:
            named = resource.get("encounter", {}).get("reference")
            assert named in (None, f"urn:uuid:{encounter.encounter_id}")


def test_what_belongs_to_no_encounter_is_counted_apart(generated: Population) -> None:
    counts = generated.manifest["counts"]
    (history,) = generated.histories
    assert counts["resources"] == len(list(generated.all_resources())) == 136
    assert counts["resources_shared"] == len(generated.shared_resources()) == 37
    assert counts["resources_of_patients"] == history.resource_count
    assert {"Patient", "Provenance", "Coverage"} <= set(
        kinds(generated.patient_resources(history.patient_id))
    )


def test_encounters_keep_class_provider_and_moment(generated: Population) -> None:
    for encounter in generated.encounters.values():
        source = generated.resources(encounter.encounter_id)[0]
        assert encounter.class_code == source["class"]["code"]
        assert encounter.type_text == source["type"][0]["coding"][0]["display"]
        assert source["serviceProvider"]["reference"] == f"urn:uuid:{encounter.provider_id}"
        assert generated.providers[encounter.provider_id].name


def test_syntheas_own_layout_is_read_with_its_files_of_hospitals(data: Path, tmp_path: Path) -> None:
    population = import_folder(data / "synthea-java", tmp_path / "java")
    (encounter,) = population.encounters.values()
    provider = population.providers[encounter.provider_id]
    assert (provider.name, provider.kind) == ("HARBOR CLINIC", "Healthcare Provider")
    assert encounter.utc_offset_s == -5 * 3600
    resources = population.resources(encounter.encounter_id)
    assert kinds(resources) == [
        "Claim",
        "DocumentReference",
        "Encounter",
        "ExplanationOfBenefit",
        "MedicationAdministration",
        "Observation",
    ]
    own = population.patient_resources(encounter.patient_id)
    assert kinds(own) == ["CarePlan", "Patient", "Provenance"]
    assert kinds(population.shared_resources()) == [
        "Location",
        "Organization",
        "Practitioner",
        "PractitionerRole",
    ]


def test_ndjson_of_one_type_a_file_is_put_together(tmp_path: Path, history: list[Json]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for resource in history:
        name = f"{resource['resourceType']}.ndjson"
        (folder / name).write_bytes(canonical(resource) + b"\n\n")
    (folder / "Encounter.ndjson.gz").write_bytes(gzip.compress((folder / "Encounter.ndjson").read_bytes()))
    (folder / "Encounter.ndjson").unlink()
    population = imported(folder)
    assert kinds(population.resources("enc")) == ["Encounter", "Observation"]
    assert population.manifest["counts"]["files"] == 4


def test_single_resources_and_a_single_file_can_be_imported(
    tmp_path: Path, history: list[Json], write_bundle: Any
) -> None:
    for resource in history:
        (tmp_path / f"{resource['id']}.json").write_bytes(b"\xef\xbb\xbf" + canonical(resource))
    assert len(import_folder(tmp_path, tmp_path / "a").encounters) == 1
    assert len(import_folder(write_bundle(history), tmp_path / "b").encounters) == 1


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset"])
def test_each_bundle_type_that_holds_histories_is_read(
    kind: str, history: list[Json], write_bundle: Any
) -> None:
    assert len(imported(write_bundle(history, kind=kind).parent).encounters) == 1


def test_repeated_resources_are_kept_once_and_counted(history: list[Json], write_bundle: Any) -> None:
    write_bundle(history, "a.json")
    population = imported(write_bundle(history, "b.json").parent)
    assert population.manifest["counts"]["resources_repeated"] == 4
    assert len(list(population.all_resources())) == 4


def test_files_that_are_no_fhir_files_are_reported(history: list[Json], write_bundle: Any) -> None:
    folder = write_bundle(history).parent
    (folder / "notes.txt").write_text("hello")
    (folder / ".hidden.json").write_text("")
    assert imported(folder).skipped() == [("notes.txt", "whole file", "is not a .json or .ndjson file")]


def test_a_resource_that_breaks_fhir_is_skipped_with_its_place_and_reason(
    history: list[Json], write_bundle: Any
) -> None:
    del history[3]["status"]
    folder = write_bundle(history).parent
    population = imported(folder)
    assert population.skipped() == [("bundle.json", "entry 4", "Observation: needs status")]
    assert kinds(population.resources("enc")) == ["Encounter"]
    with pytest.raises(PopulationError) as caught:
        imported(folder, strict=True, force=True)
    assert str(caught.value) == (
        f"{folder}: bundle.json, entry 4 (entries count from 1): Observation: needs status "
        "(1 would be left out in all, which --strict forbids)"
    )
    (folder / "bundle.json").unlink()
    (folder / "a.ndjson").write_text("".join(f"{json.dumps(resource)}\n" for resource in history))
    with pytest.raises(PopulationError, match="a.ndjson, line 4: Observation: needs status"):
        imported(folder, strict=True, force=True)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "cancelled"}, "its status is cancelled"),
        ({"period": {"start": "2015-03-02"}}, "its start 2015-03-02 has no time of day"),
        ({"period": None}, "it has no period.start"),
        (
            {"period": {"start": "2015-03-02T10:00:00Z", "end": "2015-03-02T09:00:00Z"}},
            "it ends before it starts",
        ),
        ({"period": {"start": "2015-02-31T10:00:00Z"}}, "its period is no moment"),
        ({"serviceProvider": None}, "it names no serviceProvider"),
    ],
)
def test_an_encounter_that_is_no_visit_stays_with_its_patient(
    change: Json, reason: str, history: list[Json], encounter: Json, write_bundle: Any
) -> None:
    other = {**encounter, "id": "other", **change}
    history.append({name: value for name, value in other.items() if value is not None})
    population = imported(write_bundle(history).parent)
    (skipped,) = population.skipped()
    assert skipped[1] == "entry 5, Encounter other"
    assert reason in skipped[2]
    assert kinds(population.patient_resources("pat")) == ["Encounter", "Patient"]


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ({"reference": "Organization/elsewhere", "display": "Elsewhere"}, "Elsewhere"),
        ({"reference": "Organization/elsewhere"}, "Organization/elsewhere"),
        ({"identifier": {"system": "npi", "value": "7"}, "display": "Seven"}, "Seven"),
        ({"display": "A clinic"}, "A clinic"),
        ({"reference": "http://example.org/fhir/Organization/org"}, "Clinic"),
    ],
)
def test_a_provider_is_named_as_well_as_the_folder_can(
    provider: Json, name: str, history: list[Json], write_bundle: Any
) -> None:
    history[2]["serviceProvider"] = provider
    population = imported(write_bundle(history).parent)
    assert population.providers[population.encounters["enc"].provider_id].name == name


def test_an_encounter_without_end_or_class_code_is_kept(history: list[Json], write_bundle: Any) -> None:
    history[2]["period"] = {"start": "2015-03-02T10:00:00Z"}
    history[2]["class"] = {"display": "ambulatory"}
    encounter = imported(write_bundle(history).parent).encounters["enc"]
    assert encounter.start_unix_us == encounter.end_unix_us
    assert encounter.class_code == "unknown"


def test_a_resource_whose_encounter_is_missing_stays_with_its_patient(
    history: list[Json], write_bundle: Any
) -> None:
    history[3]["encounter"] = {"reference": "Encounter/elsewhere"}
    population = imported(write_bundle(history).parent)
    assert kinds(population.patient_resources("pat")) == ["Observation", "Patient"]
    assert population.manifest["counts"]["resources_whose_encounter_is_missing"] == 1


def test_what_belongs_to_nobody_here_is_skipped(
    history: list[Json], observation: Json, write_bundle: Any
) -> None:
    stranger = {"reference": "Patient/stranger"}
    orphan = {
        **observation,
        "id": "orphan",
        "subject": stranger,
        "encounter": {"reference": "Encounter/none"},
    }
    crossed = {**observation, "id": "crossed", "subject": {"reference": "Patient/second"}}
    second = {"resourceType": "Patient", "id": "second"}
    write_bundle([*history, orphan, crossed, second])
    population = imported(write_bundle([*history, orphan, crossed, second]).parent)
    assert [place for _, place, _ in population.skipped()] == [
        "entry 5, Observation orphan",
        "entry 6, Observation crossed",
    ]
    assert [len(history.encounters) for history in population.histories] == [1, 0]


def test_a_chain_of_references_leads_to_the_encounter_and_a_circle_to_none(
    history: list[Json], write_bundle: Any
) -> None:
    who = {"display": "somebody"}
    recorded = {"resourceType": "Provenance", "recorded": "2015-03-02T10:00:00Z", "agent": [{"who": who}]}
    chain = {**recorded, "id": "chain", "target": [{"reference": "Observation/obs"}]}
    first = {**recorded, "id": "first", "target": [{"reference": "Provenance/second"}]}
    second = {**recorded, "id": "second", "target": [{"reference": "Provenance/first"}]}
    shared = {"resourceType": "Basic", "id": "basic", "code": {"text": "x"}}
    population = imported(write_bundle([*history, chain, first, second, shared]).parent)
    assert kinds(population.resources("enc")) == ["Encounter", "Observation", "Provenance"]
    assert [reason for _, _, reason in population.skipped()] == ["belongs to no patient of the folder"] * 2
    assert "Basic" in kinds(population.shared_resources())


def test_resources_without_id_go_by_their_full_url(history: list[Json], tmp_path: Path) -> None:
    entries = [{"fullUrl": f"urn:uuid:{r.pop('id')}", "resource": r} for r in history]
    history[2]["subject"] = history[3]["subject"] = {"reference": "urn:uuid:pat"}
    history[3]["encounter"] = {"reference": "urn:uuid:enc"}
    entries.append({"resource": {"resourceType": "Patient"}})
    entries.append({"resource": {"resourceType": "Basic", "code": {"text": "x"}}})
    path = tmp_path / "in.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}))
    population = import_folder(path, tmp_path / "out")
    assert kinds(population.resources("enc")) == ["Encounter", "Observation"]
    assert population.skipped() == [("in.json", "entry 5", "Patient has neither id nor fullUrl")]


def test_two_versions_of_a_patient_are_an_error_and_of_an_organisation_a_remark(
    history: list[Json], organisation: Json, patient: Json, write_bundle: Any
) -> None:
    write_bundle(history, "a.json")
    folder = write_bundle([{**organisation, "name": "Other"}], "b.json").parent
    population = imported(folder)
    assert population.skipped() == [
        ("b.json", "entry 1", "Organization/org is in a.json already, with other content")
    ]
    assert population.providers["org"].name == "Clinic"
    write_bundle([{**patient, "gender": "male"}], "c.json")
    with pytest.raises(PopulationError, match=r"c.json, entry 1: Patient/pat is in a.json, entry 2 too"):
        imported(folder, force=True)


def test_within_its_file_a_reference_means_the_files_own_resource(
    history: list[Json], observation: Json, write_bundle: Any
) -> None:
    who = [{"who": {"display": "somebody"}}]
    target = [{"reference": "Observation/obs"}]
    provenance = {
        "resourceType": "Provenance",
        "recorded": "2015-03-02T10:00:00Z",
        "agent": who,
        "target": target,
    }
    del observation["encounter"]
    write_bundle([{**observation, "valueQuantity": {"value": 1}}], "a.json")
    population = imported(
        write_bundle(
            [
                *history[:3],
                {**history[3], "encounter": {"reference": "Encounter/enc"}},
                {**provenance, "id": "p"},
            ],
            "b.json",
        ).parent
    )
    assert kinds(population.resources("enc")) == ["Encounter", "Observation", "Provenance"]


DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty.json": (b"", "is empty"),
    "blank.json": (b"  \n", "is empty"),
    "cut.json": (
        b'{"resourceType": "Bundle", "type": "batch", "entry": [{"resource": {"resourceTy',
        "is cut off",
    ),
    "text.json": (b"hello", "is not JSON"),
    "list.json": (b"[1, 2]", "is no FHIR"),
    "other.json": (b'{"name": "package", "version": "1.0.0"}', "is no FHIR: resource: has no resourceType"),
    "strange.json": (b'{"resourceType": "Spaceship"}', "'Spaceship' is not a resource type of FHIR 4.0.1"),
    "hollow.json": (b'{"resourceType": "Bundle", "type": "batch"}', "is an empty bundle"),
    "hollow2.json": (b'{"resourceType": "Bundle", "type": "batch", "entry": []}', "is an empty bundle"),
    "entries.json": (
        b'{"resourceType": "Bundle", "type": "batch", "entry": 7}',
        "is no bundle of FHIR 4.0.1",
    ),
    "entry.json": (
        b'{"resourceType": "Bundle", "type": "batch", "entry": ["x"]}',
        "is no bundle of FHIR 4.0.1",
    ),
    "untyped.json": (b'{"resourceType": "Bundle", "entry": [{"fullUrl": "urn:a"}]}', "Bundle: needs type"),
    "answer.json": (
        b'{"resourceType": "Bundle", "type": "transaction-response", "entry": [{"fullUrl": "urn:a"}]}',
        "holds no histories",
    ),
    "nan.json": (b'{"resourceType": "Bundle", "total": NaN}', "holds NaN"),
    "twice.json": (b'{"resourceType": "Bundle", "resourceType": "Bundle"}', "repeats the key 'resourceType'"),
    "deep.json": (b'{"resourceType":' * 20_000, "nests too deep"),
    "latin.json": (b'{"resourceType": "Bundle", "id": "\xe9"}', "is not UTF-8"),
    "damaged.json.gz": (b"\x1f\x8b\x08\x00 no gzip data at all", "is damaged gzip data"),
    "plain.json.gz": (b"{}", "is damaged gzip data"),
    "cut.json.gz": (gzip.compress(b'{"resourceType": "Bundle"}' * 100)[:-9], "is cut off"),
    "cut.ndjson": (
        b'{"resourceType": "Basic", "code": {"text": "x"}}\n{"resourceType": "Pat',
        "line 2: is cut off",
    ),
    "strange.ndjson": (b"7\n", "line 1: is no FHIR"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_an_error_that_names_it_and_nothing_is_written(
    name: str, history: list[Json], write_bundle: Any, tmp_path: Path
) -> None:
    octets, words = DAMAGED[name]
    folder = write_bundle(history).parent
    (folder / name).write_bytes(octets)
    with pytest.raises(PopulationError) as caught:
        imported(folder)
    assert name in str(caught.value)
    assert words in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize("length", [20, 100, 5_000, 15_000, 18_000])
def test_a_real_file_cut_anywhere_is_named(length: int, data: Path, tmp_path: Path) -> None:
    octets = (data / "generated" / "patient.json.gz").read_bytes()
    (tmp_path / "patient.json.gz").write_bytes(octets[:length])
    with pytest.raises(PopulationError, match=r"patient.json.gz: is cut off"):
        import_folder(tmp_path, tmp_path / "out")
    (tmp_path / "patient.json.gz").unlink()
    (tmp_path / "patient.json").write_bytes(gzip.decompress(octets)[: length * 7])
    with pytest.raises(PopulationError, match=r"patient.json: is cut off"):
        import_folder(tmp_path, tmp_path / "out")


def test_a_file_beyond_all_sizes_is_refused(
    history: list[Json], write_bundle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_bundle(history).parent
    monkeypatch.setattr("sim.population.sources.LARGEST_FILE_BYTES", 100)
    with pytest.raises(PopulationError, match="is too large; allowed: at most 100 bytes"):
        imported(folder)


def test_a_folder_without_fhir_or_without_visits_is_refused(
    tmp_path: Path, patient: Json, encounter: Json, write_bundle: Any
) -> None:
    with pytest.raises(PopulationError, match="there is no such folder"):
        import_folder(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(PopulationError, match="holds no FHIR files"):
        import_folder(tmp_path, tmp_path / "out")
    with pytest.raises(
        PopulationError, match="holds no encounter that can be a visit; allowed: at least one"
    ):
        imported(write_bundle([patient]).parent)
    with pytest.raises(
        PopulationError,
        match=r"a visit, skipped: is no visit, because its status is planned; kept with the patient \(1\); "
        "allowed: at least one Encounter that took place",
    ):
        imported(write_bundle([patient, {**encounter, "status": "planned"}]).parent)


def test_a_population_is_replaced_only_with_force_and_nothing_else_ever(
    history: list[Json], write_bundle: Any, tmp_path: Path
) -> None:
    folder = write_bundle(history).parent
    target = imported(folder).directory
    with pytest.raises(PopulationError, match="exists already"):
        imported(folder)
    assert imported(folder, force=True, origin=Origin(note="again")).manifest["note"] == "again"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "population"]
    shutil.rmtree(target)
    target.mkdir()
    (target / "thesis.txt").write_text("mine")
    with pytest.raises(PopulationError, match="is no population and is not replaced"):
        imported(folder, force=True)
    assert (target / "thesis.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_named(
    history: list[Json], write_bundle: Any, tmp_path: Path
) -> None:
    folder = write_bundle(history).parent
    (tmp_path / "file").write_text("")
    with pytest.raises(PopulationError, match=r"file.* cannot be written to"):
        import_folder(folder, tmp_path / "file" / "out")


def test_the_same_folder_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    manifests = []
    for parent in ("a", "b"):
        population = import_folder(data / "synthea-java", tmp_path / parent / "population")
        manifests.append((population.directory / "population.json").read_bytes())
    assert manifests[0] == manifests[1]


def test_licence_and_country_are_as_told_or_as_the_addresses_say(
    history: list[Json], write_bundle: Any
) -> None:
    history[1]["address"] = [{"city": "Seoul"}, {"country": "KR"}]
    folder = write_bundle(history).parent
    assert imported(folder).manifest["country"] == "KR"
    told = imported(folder, origin=Origin(licence="CC0", country="JP"), force=True).manifest
    assert (told["licence"], told["country"], told["seed"]) == ("CC0", "JP", None)


def test_progress_is_told_stage_by_stage(history: list[Json], write_bundle: Any) -> None:
    stages: list[tuple[str, int]] = []

    def progress(stage: str, steps: list[Any]) -> list[Any]:
        stages.append((stage, len(steps)))
        return steps

    imported(write_bundle(history).parent, progress=progress)
    assert stages == [("reading", 1), ("writing", 1)]
