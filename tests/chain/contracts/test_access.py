"""The access tables name every function of the ABIs, and strangers get the errors they promise."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from random_arguments import Arguments

from chain.contracts.access import OPEN, access_tables
from chain.contracts.artifact import CONTRACTS, load
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.rehearsal.cast import key
from chain.contracts.rehearsal.stage import Call, Outcome, Stage
from chain.contracts.rehearsal.terms import parameters
from chain.errors import ArtifactError

NOBODY_KNOWS = key(9_999)
"""A stranger: in no role, owner of nothing."""

NOBODY = "nobody"
"""What the table says of functions that are inherited and always refuse."""


def functions(name: str, *, changing: bool) -> set[str]:
    return {
        entry["name"]
        for entry in load(name).abi
        if entry["type"] == "function" and (entry["stateMutability"] not in ("view", "pure")) is changing
    }


def test_there_is_a_table_for_each_contract() -> None:
    assert tuple(access_tables()) == CONTRACTS


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_table_names_every_function_once(name: str) -> None:
    table = access_tables()[name]
    assert sorted(row.function for row in table.changing) == sorted(functions(name, changing=True))
    assert sorted(table.reading) == sorted(functions(name, changing=False))


CLOSED = [
    (name, row.function, row.caller, row.otherwise)
    for name, table in access_tables().items()
    for row in table.changing
    if row.otherwise != OPEN
]


@pytest.mark.parametrize(("name", "function", "who", "otherwise"), CLOSED)
def test_a_stranger_is_refused_as_the_table_says(name: str, function: str, who: str, otherwise: str) -> None:
    """With the arguments with which the call succeeds for whom it is meant, just before it does.

    What nobody may call, and so no rehearsal can, is called with any arguments of the right types.
    """
    before = before_the_call(name, function)
    if before is None:
        assert who == NOBODY
        stage = played(name)[-1][0].branch()
        entry = next(entry for entry in load(name).abi if entry.get("name") == function)
        arguments = Arguments(f"{name}.{function}", stage.system, stage.time_s).of(entry)
    else:
        stage, arguments = before[0], list(before[1].arguments)
    outcome = stage.send(NOBODY_KNOWS, stage.system.contract(name), function, *arguments)
    assert outcome.error.partition("(")[0] == otherwise


def before_the_call(name: str, function: str) -> tuple[Stage, Call] | None:
    """Return a stage as it stood before the contract's rehearsal first called the function, and that call."""
    for stage, call in played(name):
        if (call.contract, call.function) == (name, function):
            return stage.branch(), call
    return None


@cache
def played(name: str) -> list[tuple[Stage, Call]]:
    """Return the rehearsal's calls, each with the stage before it."""
    stage = RecordingStage(parameters())
    stage.settle_people()
    stage.before.clear()
    module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    importlib.import_module(f"chain.contracts.rehearsal.{module}").rehearse(stage)
    return stage.before


class RecordingStage(Stage):
    """A stage that keeps a branch of itself from before every successful call."""

    def __init__(self, terms: SystemParameters) -> None:
        self.before: list[tuple[Stage, Call]] = []
        super().__init__(terms)

    def send(self, *arguments: Any, **named: Any) -> Outcome:
        branch, known = self.branch(), len(self.calls)
        outcome = super().send(*arguments, **named)
        self.before += [(branch, call) for call in self.calls[known:]]
        return outcome


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## A\n| `f` | anyone |\n", "line 2: a row has a function, a caller and an error"),
        ("| `f` | anyone | - |\n", "line 1: a row has"),
        ("## A\n| `f` | anyone | - |\n", "last row of A names what only reads"),
        ("## A\n", "last row of A names"),
    ],
)
def test_a_damaged_table_is_told(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "ACCESS.md").write_text(text)
    with pytest.raises(ArtifactError, match=message):
        access_tables(tmp_path / "ACCESS.md")


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="ACCESS.md: cannot be read"):
        access_tables(tmp_path / "ACCESS.md")
