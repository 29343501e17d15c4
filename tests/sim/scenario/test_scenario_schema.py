"""The JSON Schema for editors: a valid schema, as strict as the model on single keys, and current."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest

from sim.errors import ScenarioError
from sim.paths import scenarios_directory
from sim.scenario import available, catalogue, chapters, from_tables
from sim.scenario.schema import json_schema

VALIDATOR = jsonschema.Draft7Validator(json_schema())
ABOUT = {"name": "x", "title": "X", "question": "Why?"}


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", sorted(available()))
def test_packaged_scenarios_fit(name: str) -> None:
    VALIDATOR.validate(tomllib.loads(available()[name].read_text(encoding="utf-8")))


def test_every_key_is_described_with_its_default() -> None:
    properties = json_schema()["properties"]
    assert set(properties) == {*chapters(), "seed"}
    for key, entry in catalogue().items():
        chapter, _, name = key.rpartition(".")
        described = properties[chapter]["properties"][name] if chapter else properties[name]
        assert described["description"].startswith(entry.doc)
        assert described.get("default") == entry.default


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"scenario": {"name": "x"}},
        {"scenario": {**ABOUT, "name": "X Y"}},
        {"scenario": ABOUT, "seed": -1},
        {"scenario": ABOUT, "time": {"days": 0}},
        {"scenario": ABOUT, "time": {"days": True}},
        {"scenario": ABOUT, "time": {"dayz": 1}},
        {"scenario": ABOUT, "time": 5},
        {"scenario": ABOUT, "fees": {"payer": "x"}},
        {"scenario": ABOUT, "sharing": {"forged_share": 1.1}},
        {"scenario": ABOUT, "population": {"resample": "yes"}},
        {"scenario": ABOUT, "time": {"start": "2018"}},
        {"scenario": ABOUT, "zzz": {}},
    ],
)
def test_what_the_model_refuses_of_single_keys_the_schema_refuses(tables: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid(tables)
    with pytest.raises(ScenarioError):
        from_tables(tables)


def test_the_committed_schema_is_current() -> None:
    path = scenarios_directory() / "scenario.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == json_schema(), (
        "run: medsim scenario schema > scenarios/scenario.schema.json"
    )
