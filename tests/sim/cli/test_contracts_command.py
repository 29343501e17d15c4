"""`medsim contracts`: what it prints and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chain.contracts import artifact, build
from sim.cli import main


def test_list_names_every_contract_with_its_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(artifact.CONTRACTS)
    size = len(artifact.load("CheckIn").deployed_bytecode)
    assert any(f"{size} bytes" in line and " checkIn " in line for line in lines)


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(artifact.CONTRACTS)
    assert all(row["deployed_bytes"] > 0 and row["functions"] for row in rows)


def test_check_is_well_with_the_committed_artifacts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "check"]) == 0
    assert capsys.readouterr().out == "artifacts match their sources\n"


@pytest.mark.parametrize(
    ("hashes", "bytes_", "arguments", "told"),
    [
        (["CheckIn: changed"], [], [], "CheckIn: changed"),
        (["CheckIn: changed"], ["unused"], ["--rebuild"], "CheckIn: changed"),
        ([], ["CheckIn.json: other bytes"], ["--rebuild"], "CheckIn.json: other bytes"),
    ],
)
def test_check_fails_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    hashes: list[str],
    bytes_: list[str],
    arguments: list[str],
    told: str,
) -> None:
    monkeypatch.setattr(build, "differences", lambda: hashes)
    monkeypatch.setattr(build, "rebuild_differences", lambda: bytes_)
    assert main(["contracts", "check", *arguments]) == 1
    told_lines = capsys.readouterr().err.splitlines()
    assert told_lines == [told, "run `medsim contracts build` and commit the artifacts"]


def test_check_says_that_it_compared_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "rebuild_differences", list)
    assert main(["contracts", "check", "--rebuild"]) == 0
    assert capsys.readouterr().out == "artifacts match their sources, byte for byte\n"


def test_build_prints_what_it_wrote(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "build", lambda directory: [directory / "CheckIn.json"])
    assert main(["contracts", "build", "--out", str(tmp_path)]) == 0
    assert main(["contracts", "build"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(tmp_path / "CheckIn.json"),
        str(artifact.ARTIFACTS / "CheckIn.json"),
    ]


def test_build_without_node_tells_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["contracts", "build", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("medsim: building contracts needs Node.js")
