"""The summary of the machines' counts fails a long run that shows too little of any function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from summary import callable_functions, functions, main

ENOUGH = {name: [100, 50, 50] for name in functions()}


def ended(tmp_path: Path, profile: str, changed: Mapping[str, list[int]]) -> int:
    (tmp_path / profile).mkdir()
    rows = {name: row for name, row in {**ENOUGH, **changed}.items() if row}
    (tmp_path / profile / "OneMachine.json").write_text(json.dumps(rows))
    return main(profile, tmp_path)


@pytest.mark.parametrize(
    ("changed", "code", "told"),
    [
        ({}, 0, "never with success: 0"),
        ({"Staking.lock": [50, 1, 0]}, 0, "called fewer than 50 times: 0"),
        ({"Staking.lock": [49, 1, 0]}, 1, "  Staking.lock   "),
        ({"Staking.lockedOf": []}, 1, "  Staking.lockedOf   "),
        ({"Staking.lock": [500, 0, 0]}, 1, "never with success: 1\n  Staking.lock   "),
        (
            {"Governance.onERC721Received": [500, 0, 0], "MedToken.grantRole": [500, 0, 0]},
            0,
            "never with success: 0",
        ),
        ({"Staking.lockedOf": [500, 0, 500]}, 0, "never with success: 0"),
    ],
)
def test_a_long_run_shows_every_function_often_and_with_success(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changed: Mapping[str, list[int]],
    code: int,
    told: str,
) -> None:
    assert ended(tmp_path, "long", changed) == code
    assert told in capsys.readouterr().out


def test_a_short_run_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(tmp_path, "short", {"Staking.lock": [3, 0, 0]}) == 0
    assert capsys.readouterr().out.count("  Staking.lock   ") == 2


def test_counts_of_several_machines_are_added_up(tmp_path: Path) -> None:
    directory = tmp_path / "long"
    directory.mkdir()
    half = {name: [25, 1 if "lock" in name else 0, 0] for name in functions()}
    for name, other in (("One", 0), ("Other", 1)):
        rows = {function: [25, success or other, 0] for function, (_calls, success, _looks) in half.items()}
        (directory / f"{name}.json").write_text(json.dumps(rows))
    assert main("long", tmp_path) == 0


def test_what_nobody_may_call_is_left_out() -> None:
    named = set(callable_functions())
    assert {"Staking.grantRole", "TokenSale.finish", "RecordRegistry.markCredited"} <= named
    assert not {"MedToken.grantRole", "Governance.onERC1155Received"} & named


def test_no_counts_are_no_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("long", tmp_path) == 2
    assert "no machine has left counts" in capsys.readouterr().err
