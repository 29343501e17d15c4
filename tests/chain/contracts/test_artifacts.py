"""Artifacts are read whole or refused by name, and betray every change of a source, without a compiler."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chain.contracts.artifact import ARTIFACTS, CONTRACTS, HOME, load, read
from chain.contracts.build import differences, inputs_of
from chain.errors import ArtifactError

SOURCES = sorted(
    path.relative_to(HOME / "solidity").as_posix() for path in (HOME / "solidity").rglob("*.sol")
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of sources and artifacts that may be damaged."""
    for part in ("solidity", "artifacts"):
        shutil.copytree(HOME / part, tmp_path / part)
    for name in ("compile.mjs", "package-lock.json"):
        shutil.copy(HOME / name, tmp_path / name)
    return tmp_path


def test_committed_artifacts_match_their_sources() -> None:
    assert differences() == []


@pytest.mark.parametrize("name", CONTRACTS)
def test_an_artifact_holds_code_of_the_pinned_compiler_and_level(name: str) -> None:
    artifact = load(name)
    assert artifact.name == name
    assert artifact.compiler["version"].startswith("0.8.37+")
    assert artifact.compiler["settings"]["evmVersion"] == "cancun"
    assert 0 < len(artifact.deployed_bytecode) <= 24_576 < 49_152 >= len(artifact.bytecode)
    assert f"solidity/{name}.sol" in artifact.inputs


@pytest.mark.parametrize("name", CONTRACTS)
def test_an_artifact_written_again_is_the_same_file(name: str) -> None:
    path = ARTIFACTS / f"{name}.json"
    assert read(path).to_json().encode() == path.read_bytes()


def test_inputs_include_imported_sources_of_our_own_and_the_contracts_settings() -> None:
    own = ("Offices.sol", "RewardPool.settings.json", "RewardPool.sol", "Signatures.sol")
    interfaces = ("CheckIn", "Emission", "IdentityRegistry", "MedToken", "RecordRegistry", "RewardPool")
    parts = (
        "Curves", "PolicyWords", "RewardClock", "RewardEpochs", "RewardPolicies", "RewardSlashing",
        "RewardTypes", "RewardVesting",
    )  # fmt: skip
    assert set(inputs_of("RewardPool")) == {
        "compile.mjs",
        "package-lock.json",
        *(f"solidity/{name}" for name in own),
        *(f"solidity/interfaces/I{name}.sol" for name in interfaces),
        *(f"solidity/rewards/{name}.sol" for name in parts),
    }


def test_every_source_belongs_to_an_artifact() -> None:
    used = {path for name in CONTRACTS for path in inputs_of(name)}
    assert {f"solidity/{source}" for source in SOURCES} <= used


def test_imports_are_followed_into_and_out_of_subdirectories(home: Path) -> None:
    """From solidity/ into a directory, beside each other in it, back out of it, and over several lines."""
    sources = home / "solidity"
    (sources / "deep").mkdir()
    (sources / "Low.sol").write_text('import {\n    A,\n    B\n} from "./deep/Upper.sol";\n')
    (sources / "deep" / "Upper.sol").write_text('import {C} from "./Beside.sol";\n')
    (sources / "deep" / "Beside.sol").write_text(
        'import {D} from "../Signatures.sol";\nimport {E} from "@openzeppelin/contracts/E.sol";\n'
    )
    assert [path for path in inputs_of("Low", home) if path.startswith("solidity/")] == [
        "solidity/Low.sol",
        "solidity/Signatures.sol",
        "solidity/deep/Beside.sol",
        "solidity/deep/Upper.sol",
    ]


@pytest.mark.parametrize("source", SOURCES)
def test_a_changed_source_is_named(home: Path, source: str) -> None:
    path = home / "solidity" / source
    path.write_text(path.read_text() + "\n// changed\n")
    found = differences(home)
    assert found
    assert all(f"solidity/{source}" in difference for difference in found)


@pytest.mark.parametrize("pin", ["compile.mjs", "package-lock.json"])
def test_changed_settings_or_versions_concern_every_artifact(home: Path, pin: str) -> None:
    (home / pin).write_text((home / pin).read_text() + " ")
    assert len(differences(home)) == len(CONTRACTS)


def test_a_contracts_own_settings_concern_that_contract_alone(home: Path) -> None:
    before = differences(home)
    (home / "solidity" / "Timelock.settings.json").write_text('{ "runs": 200 }')
    stale = "Timelock: artifact was not made from the present solidity/Timelock.settings.json"
    assert sorted(differences(home)) == sorted([*before, stale])


def test_missing_files_and_strays_are_named(home: Path) -> None:
    (home / "artifacts" / "CheckIn.json").rename(home / "artifacts" / "Checkin2.json")
    (home / "solidity" / "Forwarder.sol").unlink()
    missing_artifact, missing_source, stray = sorted(
        differences(home), key=lambda text: "CheckIn" not in text
    )
    assert "CheckIn.json: cannot be read" in missing_artifact
    assert "Forwarder.sol: cannot be read" in missing_source
    assert stray == "Checkin2.json: no contract of this name"


def test_changed_code_is_noticed_without_its_source(home: Path) -> None:
    path = home / "artifacts" / "MedToken.json"
    fields = json.loads(path.read_text())
    fields["bytecode"] = fields["bytecode"][:-1] + ("0" if fields["bytecode"][-1] != "0" else "1")
    path.write_text(json.dumps(fields))
    assert differences(home) == [
        f"{path}: its content does not match its digest; run `medsim contracts build`"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"{}", "lacks name, abi, bytecode"),
    ],
)
def test_damage_is_told_by_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "MedToken.json"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=f"MedToken.json: {message}"):
        read(path)


def test_an_unknown_contract_is_told_what_there_is() -> None:
    with pytest.raises(ArtifactError, match="no contract 'Medtoken'; there are Forwarder, MedToken"):
        load("Medtoken")
