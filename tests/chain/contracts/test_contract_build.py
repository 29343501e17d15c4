"""The pinned compiler gives the committed artifacts, byte for byte; what stops it is told in words."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from chain.contracts.artifact import ARTIFACTS, CONTRACTS, HOME, load
from chain.contracts.build import build, rebuild_differences
from chain.errors import ArtifactError

FAKE_TOOL = """#!{python}
import sys
{body}
"""
COMPLAINT = (
    '{"version": "x", "contracts": {},'
    ' "errors": [{"formattedMessage": "Warning: odd"}, {"formattedMessage": "Warning: odd"}]}'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(HOME / "solidity", tmp_path / "home" / "solidity")
    shutil.copytree(ARTIFACTS, tmp_path / "home" / "artifacts")
    for name in ("compile.mjs", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HOME / name, tmp_path / "home" / name)
    return tmp_path / "home"


def tools(monkeypatch: pytest.MonkeyPatch, directory: Path, **bodies: str) -> None:
    """Put commands of the given Python bodies on the path, and nothing else."""
    directory.mkdir()
    for name, body in bodies.items():
        (directory / name).write_text(FAKE_TOOL.format(python=sys.executable, body=body))
        (directory / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))


def test_without_node_the_reason_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tools(monkeypatch, tmp_path / "bin")
    with pytest.raises(ArtifactError, match=r"needs Node\.js: no command `node` on this machine"):
        build(tmp_path)


def test_a_failing_installation_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> None:
    tools(monkeypatch, tmp_path / "bin", node="", npm="sys.exit('no network')")
    with pytest.raises(ArtifactError, match=r"npm ci .* ended with 1:\nno network"):
        build(tmp_path / "out", home)
    assert not (tmp_path / "out").exists()


def test_warnings_of_the_compiler_count_as_failures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    tools(monkeypatch, tmp_path / "bin", node=f"print({COMPLAINT!r})", npm="")
    with pytest.raises(ArtifactError, match=r"warnings count.*\nWarning: odd"):
        build(tmp_path / "out", home)


def recorded_answer() -> str:
    """What the compiler answered when the committed artifacts were made."""
    artifacts = [load(name) for name in CONTRACTS]
    contracts = {
        artifact.name: {
            "abi": artifact.abi,
            "evm": {
                "bytecode": {"object": artifact.bytecode.hex()},
                "deployedBytecode": {"object": artifact.deployed_bytecode.hex()},
            },
            "storageLayout": artifact.storage_layout,
            "devdoc": artifact.devdoc,
            "userdoc": artifact.userdoc,
            "settings": artifact.compiler["settings"],
        }
        for artifact in artifacts
    }
    version = artifacts[0].compiler["version"]
    return json.dumps({"version": version, "contracts": contracts, "errors": []})


def test_an_equal_answer_gives_equal_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "answer.json").write_text(recorded_answer())
    tools(
        monkeypatch, tmp_path / "bin", node=f"print(open({str(tmp_path / 'answer.json')!r}).read())", npm=""
    )
    written = build(tmp_path / "out", home)
    assert [path.stem for path in written] == list(CONTRACTS)
    assert [path.read_bytes() for path in written] == [
        (ARTIFACTS / path.name).read_bytes() for path in written
    ]
    assert rebuild_differences(home) == []
    (home / "artifacts" / "CheckIn.json").write_text("{}")
    assert rebuild_differences(home) == ["CheckIn.json: a rebuild gives other bytes"]


def test_an_artifact_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "answer.json").write_text(recorded_answer())
    tools(
        monkeypatch, tmp_path / "bin", node=f"print(open({str(tmp_path / 'answer.json')!r}).read())", npm=""
    )
    (tmp_path / "out").write_text("a file where a directory should be")
    with pytest.raises(ArtifactError, match=r"Forwarder\.json: cannot be written"):
        build(tmp_path / "out", home)


@pytest.mark.long
def test_a_rebuild_gives_the_committed_bytes() -> None:
    """Needs Node.js, and npm's packages or a way to them."""
    assert rebuild_differences() == []
