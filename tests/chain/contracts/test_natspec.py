"""Every function, event and error says what it does and what goes in and out, in the artifact itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from chain.contracts.artifact import CONTRACTS, HOME, load
from chain.contracts.build import inputs_of
from chain.contracts.inherited import WORDS

OWN_FUNCTION = re.compile(r"^\s*function (\w+)\(", re.MULTILINE)
OWN_VARIABLE = re.compile(
    r"^\s*[\w\[\]().=> ]+ public (?:constant |immutable |override )*(\w+)(?: =|;)", re.MULTILINE
)


def signature(entry: Mapping[str, Any]) -> str:
    return f"{entry['name']}({','.join(type_of(part) for part in entry['inputs'])})"


def type_of(parameter: Mapping[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(type_of(part) for part in parameter['components'])}){kind[len('tuple') :]}"


def own_source(name: str) -> str:
    """The contract's own text and that of the files it imports from us."""
    paths = [path for path in inputs_of(name) if path.startswith("solidity/")]
    return "\n".join((HOME / path).read_text() for path in paths)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_function_is_explained(name: str) -> None:
    artifact, source = load(name), own_source(name)
    own = {*OWN_FUNCTION.findall(source)}
    variables = {*OWN_VARIABLE.findall(source)}
    user, developer = artifact.userdoc.get("methods", {}), artifact.devdoc.get("methods", {})
    lacking = []
    for entry in artifact.abi:
        if entry["type"] != "function":
            continue
        key = signature(entry)
        notice = user.get(key, {}).get("notice")
        details = developer.get(key, {})
        if entry["name"] not in own:
            explained = notice or details.get("details") or key in WORDS
            lacking += [] if explained else [f"{key}: no word about it"]
            continue
        lacking += [] if notice else [f"{key}: no @notice"]
        if entry["name"] in variables:
            continue
        parameters, returned = details.get("params", {}), details.get("returns", {})
        lacking += [
            f"{key}: no @param {part['name']}"
            for part in entry["inputs"]
            if part["name"] and part["name"] not in parameters
        ]
        lacking += [f"{key}: an argument has no name" for part in entry["inputs"] if not part["name"]]
        lacking += [f"{key}: no @return"] if len(returned) < len(entry["outputs"]) else []
    assert lacking == []


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_event_and_error_is_explained(name: str) -> None:
    artifact = load(name)
    lacking = []
    for kind, plural in (("event", "events"), ("error", "errors")):
        for entry in artifact.abi:
            if entry["type"] != kind:
                continue
            key = signature(entry)
            told = artifact.userdoc.get(plural, {}).get(key), artifact.devdoc.get(plural, {}).get(key)
            if not any(told) and key not in WORDS:
                lacking.append(f"{kind} {key}: no word about it")
    assert lacking == []


def test_no_word_is_ours_that_the_library_has() -> None:
    """Each inherited member that we explain exists, and its own NatSpec says nothing."""
    silent = set()
    for name in CONTRACTS:
        artifact = load(name)
        for entry in artifact.abi:
            if entry["type"] in ("function", "event", "error"):
                key, plural = signature(entry), {"function": "methods", "event": "events", "error": "errors"}
                docs = (
                    doc.get(plural[entry["type"]], {}).get(key) for doc in (artifact.userdoc, artifact.devdoc)
                )
                if not any(docs):
                    silent.add(key)
    assert set(WORDS) <= silent
