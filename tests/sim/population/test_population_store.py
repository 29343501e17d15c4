"""A population is read back as it was written, and a damaged one is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.population import bundled_names, load
from sim.population.description import describe
from sim.population.errors import PopulationError
from sim.population.importing import import_folder
from sim.population.population import Population
from sim.population.store import TABLES, sha256_of

Json = dict[str, Any]


@pytest.fixture
def copy(generated: Population, tmp_path: Path) -> Path:
    """A copy of the generated population that may be damaged."""
    return shutil.copytree(generated.directory, tmp_path / "copy")


def rewrite(directory: Path, change: Any) -> None:
    path = directory / "population.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_changed_or_missing_table_is_named(copy: Path, name: str) -> None:
    octets = bytearray((copy / name).read_bytes())
    octets[len(octets) // 2] ^= 1
    (copy / name).write_bytes(octets)
    with pytest.raises(PopulationError, match=f"{name}: is changed or damaged"):
        load(copy)
    (copy / name).unlink()
    with pytest.raises(PopulationError, match=f"{name}: is missing"):
        load(copy)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "is not of a known format"),
        ('{"format": 99}', "is not of a known format"),
        ('{"format": 1}', "does not name all its files"),
        ('{"format": 1, "files": {"encounters.parquet": 7}}', "does not name all its files"),
    ],
)
def test_a_manifest_that_is_none_is_refused(copy: Path, text: str, words: str) -> None:
    (copy / "population.json").write_text(text)
    with pytest.raises(PopulationError, match=words):
        load(copy)


def test_what_a_manifest_fails_to_say_is_named(copy: Path) -> None:
    rewrite(copy, lambda manifest: manifest["counts"].pop("encounters"))
    with pytest.raises(PopulationError, match=r"does not say its counts.encounters"):
        load(copy)
    rewrite(copy, lambda manifest: manifest.update(name=7, counts=None))
    with pytest.raises(PopulationError, match="does not say its name, counts"):
        load(copy)


def test_a_table_of_other_columns_is_refused(copy: Path) -> None:
    path = copy / "providers.parquet"
    pq.write_table(pa.table({"provider_id": ["a"]}), path)
    rewrite(copy, lambda manifest: manifest["files"]["providers.parquet"].update(sha256=sha256_of(path)))
    with pytest.raises(PopulationError, match=r"has other columns; allowed: provider_id, name, kind"):
        _ = load(copy).providers
    path.write_bytes(b"no Parquet")
    rewrite(copy, lambda manifest: manifest["files"]["providers.parquet"].update(sha256=sha256_of(path)))
    with pytest.raises(PopulationError, match="cannot be read"):
        _ = load(copy).providers


def test_a_population_that_is_not_there_is_named_with_the_names_that_are(tmp_path: Path) -> None:
    with pytest.raises(PopulationError, match=r"nowhere: there is no such population; allowed: .*sample"):
        load("nowhere")
    with pytest.raises(PopulationError, match=r"holds no population.json"):
        load(tmp_path)
    assert "sample" in bundled_names()


def test_unknown_patients_and_encounters_are_named(generated: Population) -> None:
    with pytest.raises(PopulationError, match="has no encounter 'none'"):
        generated.resources("none")
    with pytest.raises(PopulationError, match="has no patient 'none'"):
        generated.patient_resources("none")


def test_encounters_in_many_groups_are_each_found_again(
    history: list[Json], write_bundle: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.population.store.GROUP_BYTES", 600)
    organisation, patient, encounter, observation = history
    resources = [organisation, patient]
    for number in range(20):
        name = f"e{number:02d}"
        period = {"start": f"2015-03-{number + 1:02d}T10:00:00Z"}
        resources.append({**encounter, "id": name, "period": period})
        reference = {"reference": f"Encounter/{name}"}
        resources.append({**observation, "id": f"o{number:02d}", "encounter": reference})
    population = import_folder(write_bundle(resources).parent, tmp_path / "out")
    assert pq.ParquetFile(population.directory / "encounters.parquet").num_row_groups > 5
    population.keep(["e03", "e19"])
    for name in ["e03", "e19", "e00", "e07", "e11", "e03", "e04", "e19"]:
        assert [resource["id"] for resource in population.resources(name)] == [name, name.replace("e", "o")]


def test_the_description_says_what_was_found_and_what_was_skipped(
    generated: Population, history: list[Json], observation: Json, write_bundle: Any, tmp_path: Path
) -> None:
    assert "skipped     nothing" in describe(generated)
    assert "1 patients, 3 encounters, 136 resources of FHIR 4.0.1" in describe(generated)
    broken = [{**observation, "id": f"b{number}", "status": "?"} for number in range(5)]
    homeless = {**observation, "id": "h", "encounter": {"reference": "Encounter/none"}}
    write_bundle(history, "again.json")
    folder = write_bundle([*history, *broken, homeless]).parent
    text = describe(import_folder(folder, tmp_path / "out"))
    assert "5 × Observation.status: '?' is not one of" in text
    assert "bundle.json, entry 5; bundle.json, entry 6; bundle.json, entry 7 and 2 more" in text
    assert "4 were there already" in text
    assert "1 name an encounter that is none here" in text
    assert "imported, generator not stated" in text
