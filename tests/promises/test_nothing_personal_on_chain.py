"""The promise: no personal string on chain. The search is shown to find one that is put there."""

from __future__ import annotations

from typing import Any

import pytest

from chain.block import Log
from sim import run, runner
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/smoke"


def test_nothing_personal_is_on_chain() -> None:
    assert run(SCENARIO).kpis["privacy.plaintext_on_chain_bytes"] == 0


@pytest.fixture(scope="module")
def world() -> World:
    with World(load(SCENARIO), "medsim run") as world:
        world.run()
    return world


def patient_of(world: World) -> dict[str, Any]:
    """The FHIR Patient of somebody who visited, read without the search's own collection of strings."""
    visitor = world.visits.made[0].planned.patient_id
    history = next(person.history_id for person in world.plan.patients if person.patient_id == visitor)
    resources = world.population.patient_resources(history)
    return next(resource for resource in resources if resource["resourceType"] == "Patient")


def secrets(patient: dict[str, Any]) -> dict[str, str]:
    name, address = patient["name"][0], patient["address"][0]
    social = next(
        entry["value"] for entry in patient["identifier"] if entry.get("system", "").endswith("us-ssn")
    )
    return {
        "full name": f"{name['given'][0]} {name['family']}",
        "social security number": social,
        "street": address["line"][0],
        "telephone": patient["telecom"][0]["value"],
        "birth date": patient["birthDate"],
    }


@pytest.mark.parametrize("kind", ["full name", "social security number", "street", "telephone", "birth date"])
def test_what_identifies_a_patient_is_found_in_calldata(world: World, kind: str) -> None:
    secret = secrets(patient_of(world))[kind].encode()
    sent = world.node.submissions[-1].transaction
    calldata = sent.data
    object.__setattr__(sent, "data", calldata + secret.hex().encode())
    try:
        assert runner.plaintext_on_chain_bytes(world) == 2 * len(secret)
    finally:
        object.__setattr__(sent, "data", calldata)
    assert runner.plaintext_on_chain_bytes(world) == 0


def test_it_is_found_in_an_events_topic_and_in_the_opening_too(world: World) -> None:
    secret = patient_of(world)["birthDate"].encode()
    sent = next(sent for sent in world.node.submissions if sent.logs)
    logs = sent.logs
    sent.logs = (Log(logs[0].address, (secret.ljust(32, b"\0"),), b""), *logs)
    assert runner.plaintext_on_chain_bytes(world) == len(secret)
    sent.logs = logs
    opening = world.opening.transactions[0]
    object.__setattr__(opening, "data", opening.data + secret)
    assert runner.plaintext_on_chain_bytes(world) == len(secret)
