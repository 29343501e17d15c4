"""`medsim contracts`: what it prints and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chain.contracts import artifact, binding, build
from chain.contracts.rehearsal import gas
from chain.errors import ArtifactError
from sim.cli import main


def test_list_shows_address_size_roles_and_gas_of_every_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "list"]) == 0
    sections = capsys.readouterr().out.split("\n\n")
    assert [section.partition(":")[0] for section in sections] == list(artifact.CONTRACTS)
    size = len(artifact.load("CheckIn").deployed_bytecode)
    check_in = sections[artifact.CONTRACTS.index("CheckIn")]
    assert f"{size:,} bytes" in check_in
    assert re.search(r"^  checkIn +6\d,\d{3} gas  the certified provider", check_in, re.MULTILINE)
    assert "REVIEWER_ROLE" in sections[artifact.CONTRACTS.index("ConsentRegistry")]
    assert all(re.search(r"^  address 0x[0-9a-f]{40}$", section, re.MULTILINE) for section in sections)


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "list", "CheckIn", "MedToken", "--json"]) == 0
    check_in, token = json.loads(capsys.readouterr().out)
    assert (check_in["name"], token["name"]) == ("CheckIn", "MedToken")
    assert token["roles"] == ["DEFAULT_ADMIN_ROLE", "MINTER_ROLE"]
    costs = {function["name"]: function["gas"] for function in check_in["functions"]}
    assert 60_000 < costs["checkIn"] <= 65_000
    assert "visitOf" in check_in["reading"]


def test_list_marks_what_is_measured_how(capsys: pytest.CaptureFixture[str]) -> None:
    """What governance alone may call shows its own gas, and the whole proposal's stands beside."""
    assert main(["contracts", "list", "RewardPool", "Governance"]) == 0
    pool, governance = capsys.readouterr().out.split("\n\n")
    assert re.search(r"^  setCurve +[4-9]\d,\d{3} gas\* `GOVERNOR_ROLE`", pool, re.MULTILINE)
    assert re.search(r"^  credit +[\d,]+ gas  ", pool, re.MULTILINE)
    assert "  * called by itself from the timelock's address; a proposal" in pool
    assert "a proposal of one call" not in pool
    told = re.search(r"a proposal of one call with one vote: ([\d,]+) gas \((.*)\)", governance)
    assert told is not None
    parts = [int(part.rpartition(" ")[2].replace(",", "")) for part in told[2].split(", ")]
    assert len(parts) == 4
    assert sum(parts) == int(told[1].replace(",", "")) > 300_000
    assert main(["contracts", "list", "RewardPool", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    measured = {function["name"]: function["measured"] for function in listed["functions"]}
    assert "timelock" in measured["setCurve"]
    assert "transaction" in measured["credit"]


def test_addresses_are_those_of_the_scenario_s_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Another seed has another foundation, hence other addresses."""
    (tmp_path / "other.toml").write_text(
        'seed = 5\n[scenario]\nname = "other"\ntitle = "Other"\nquestion = "Where?"\n'
    )
    addresses = []
    for scenario in ("baseline", "baseline", str(tmp_path / "other.toml")):
        assert main(["contracts", "list", "MedToken", "--json", "--scenario", scenario]) == 0
        addresses.append(json.loads(capsys.readouterr().out)[0]["address"])
    assert addresses[0] == addresses[1] != addresses[2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Lottery"], "no contract 'Lottery'; there are Forwarder, MedToken"),
        (["--scenario", "nowhere"], "nowhere"),
    ],
)
def test_list_refuses_what_does_not_exist(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["contracts", "list", *arguments]) == 2
    assert told in capsys.readouterr().err


MEASURED = {"MedToken": {"burn": 30_000, "transfer": 50_000}}


@pytest.mark.parametrize(
    ("snapshot", "code", "told"),
    [
        (MEASURED, 0, ""),
        ({"MedToken": {"burn": 30_600, "transfer": 49_100}}, 0, ""),
        (
            {"MedToken": {"burn": 30_000, "transfer": 40_000}},
            1,
            "MedToken.transfer: 40000 gas before, 50000 now (+25.0%)",
        ),
        ({"MedToken": {"burn": 30_000}}, 1, "MedToken.transfer: is not in the snapshot (50000 gas now)"),
        (
            {"MedToken": {**MEASURED["MedToken"], "mint": 9}},
            1,
            "MedToken.mint: is no longer measured (9 gas before)",
        ),
    ],
)
def test_gas_is_held_against_the_snapshot(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    snapshot: gas.Gas,
    code: int,
    told: str,
) -> None:
    gas.write_snapshot(snapshot, tmp_path / "gas.json")
    monkeypatch.setattr(gas, "measure", lambda: MEASURED)
    monkeypatch.setattr(gas, "read_snapshot", lambda: snapshot)
    assert gas.read_snapshot() == json.loads((tmp_path / "gas.json").read_text())
    assert main(["contracts", "gas"]) == code
    captured = capsys.readouterr()
    assert captured.err.partition("\n")[0] == told
    assert ("2 measures are what the snapshot says" in captured.out) is (code == 0)


def test_measured_gas_is_printed_or_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(gas, "measure", lambda: MEASURED)
    assert main(["contracts", "gas", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == MEASURED
    monkeypatch.setattr(gas, "SNAPSHOT", tmp_path / "gas.json")
    written: list[gas.Gas] = []
    monkeypatch.setattr(gas, "write_snapshot", written.append)
    assert main(["contracts", "gas", "--write"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'gas.json'}\n"
    assert written == [MEASURED]


def test_a_missing_snapshot_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no gas snapshot .*run `medsim contracts gas --write`"):
        gas.read_snapshot(tmp_path / "gas.json")


def test_check_is_well_with_the_committed_artifacts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "check"]) == 0
    assert capsys.readouterr().out == "artifacts and bindings match their sources\n"


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
    assert capsys.readouterr().out == "artifacts and bindings match their sources, byte for byte\n"


def test_build_prints_what_it_wrote(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(binding, "write", list)
    monkeypatch.setattr(build, "build", lambda directory, names: [directory / f"{names[4]}.json"])
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
