"""People, resources and vaults that the tests of records share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.chance import Chance
from sim.records.keys import PersonKeys, SimulatedEntropy
from sim.records.shelves import MemoryShelf, SqliteShelf
from sim.records.vault import Vault

ENTROPY = Chance(2018).stream("tests of records")


@pytest.fixture
def entropy() -> SimulatedEntropy:
    return SimulatedEntropy(ENTROPY, "v00001")


@pytest.fixture(scope="session")
def patient() -> PersonKeys:
    return PersonKeys.simulated(ENTROPY, "p00001")


@pytest.fixture(scope="session")
def doctor() -> PersonKeys:
    return PersonKeys.simulated(ENTROPY, "d00001")


@pytest.fixture(scope="session")
def stranger() -> PersonKeys:
    return PersonKeys.simulated(ENTROPY, "x00001")


@pytest.fixture
def resources() -> list[dict[str, Any]]:
    """Five resources of one encounter: an odd number, so that the tree is not perfect."""
    names = ("Blutdruck", "Glucose [Mass/volume] in Blood", "혈압", "Body Weight")
    observations = [
        {
            "resourceType": "Observation",
            "id": f"o{rank}",
            "code": {"text": name},
            "valueQuantity": {"value": 71.5 + rank, "unit": "kg"},
        }
        for rank, name in enumerate(names)
    ]
    return [{"resourceType": "Encounter", "id": "e1", "status": "finished"}, *observations]


@pytest.fixture(params=["memory", "sqlite"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    shelf = MemoryShelf() if request.param == "memory" else SqliteShelf(tmp_path / "vault.sqlite")
    with Vault(shelf) as opened:
        yield opened
