"""The access tables name every function of the ABIs, and strangers get the errors they promise."""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

import pytest
from random_arguments import Arguments

from chain.contracts.artifact import CONTRACTS, HOME, load
from chain.contracts.deployment.parameters import SystemParameters
from chain.contracts.rehearsal.cast import key
from chain.contracts.rehearsal.stage import Call, Outcome, Stage
from chain.contracts.rehearsal.terms import parameters

NOBODY_KNOWS = key(9_999)
"""A stranger: in no role, owner of nothing."""

OPEN = "-"
NOBODY = "nobody"
"""What the table says of functions that are inherited and always refuse."""


@cache
def tables() -> dict[str, list[tuple[str, str, str]]]:
    """Return each contract's rows: function, who may call it, the error that others get."""
    sections: dict[str, list[tuple[str, str, str]]] = {}
    name = ""
    for line in (HOME / "ACCESS.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif line.startswith("|") and not line.startswith(("| function", "| ---")):
            function, who, otherwise = (cell.strip() for cell in line.strip("|").split("|"))
            sections[name].append((function.strip("`"), who, otherwise.strip("`")))
    return sections


def functions(name: str, *, changing: bool) -> set[str]:
    return {
        entry["name"]
        for entry in load(name).abi
        if entry["type"] == "function" and (entry["stateMutability"] not in ("view", "pure")) is changing
    }


def test_there_is_a_table_for_each_contract() -> None:
    assert tuple(tables()) == CONTRACTS


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_table_names_every_function_once(name: str) -> None:
    *rows, (reading, _who, _otherwise) = tables()[name]
    assert sorted(function for function, _who, _otherwise in rows) == sorted(functions(name, changing=True))
    assert reading.startswith("reading: ")
    named = reading.removeprefix("reading: ").replace("`", "").split(", ")
    assert sorted(named) == sorted(functions(name, changing=False))


@pytest.mark.parametrize("name", CONTRACTS)
def test_who_may_call_is_said(name: str) -> None:
    assert all(who for _function, who, _otherwise in tables()[name])


CLOSED = [
    (name, function, who, otherwise)
    for name, rows in tables().items()
    for function, who, otherwise in rows
    if otherwise != OPEN
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
