"""FHIR in small: resources that conform, bundles of them, and populations made from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.population.importing import import_folder
from sim.population.population import Population

Json = dict[str, Any]
BundleWriter = Callable[..., Path]

DATA = Path(__file__).with_name("data")


@pytest.fixture
def data() -> Path:
    """The folder of FHIR fixtures."""
    return DATA


@pytest.fixture
def patient() -> Json:
    return {"resourceType": "Patient", "id": "pat", "gender": "female", "birthDate": "1970-05-06"}


@pytest.fixture
def encounter() -> Json:
    return {
        "resourceType": "Encounter",
        "id": "enc",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/pat"},
        "period": {"start": "2015-03-02T10:00:00+09:00", "end": "2015-03-02T10:20:00+09:00"},
        "serviceProvider": {"reference": "Organization/org"},
    }


@pytest.fixture
def organisation() -> Json:
    return {"resourceType": "Organization", "id": "org", "name": "Clinic", "type": [{"text": "clinic"}]}


@pytest.fixture
def observation() -> Json:
    return {
        "resourceType": "Observation",
        "id": "obs",
        "status": "final",
        "code": {"text": "height"},
        "subject": {"reference": "Patient/pat"},
        "encounter": {"reference": "Encounter/enc"},
        "valueQuantity": {"value": 170.5, "unit": "cm"},
    }


@pytest.fixture
def history(patient: Json, encounter: Json, organisation: Json, observation: Json) -> list[Json]:
    """One patient with one encounter of two resources, at one provider."""
    return [organisation, patient, encounter, observation]


def bundle(resources: list[Json], kind: str = "collection") -> Json:
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"resource": resource} for resource in resources],
    }


@pytest.fixture
def write_bundle(tmp_path: Path) -> BundleWriter:
    """Write resources as a bundle into the folder `in` and return its path."""

    def write(resources: list[Json], name: str = "bundle.json", kind: str = "collection") -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(bundle(resources, kind)), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Population:
    """The generated fixture, imported once."""
    return import_folder(DATA / "generated", tmp_path_factory.mktemp("populations") / "generated")
