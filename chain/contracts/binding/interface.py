"""What an ABI says of a contract, and what the compiler's NatSpec says of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chain.contracts.artifact import Artifact
from chain.contracts.naming import snake
from chain.errors import ArtifactError

Entry = Mapping[str, Any]
"""A function, event, error or constructor of an ABI; also one of its parameters or of a struct's members."""


@dataclass(frozen=True)
class Interface:
    """One contract's ABI, read in the order of names, with the NatSpec of each entry."""

    artifact: Artifact

    @property
    def name(self) -> str:
        """The contract's name."""
        return self.artifact.name

    def entries(self, kind: str) -> list[Entry]:
        """Return the entries of a kind by name; raise `ArtifactError` where two have one Python name."""
        entries = [entry for entry in self.artifact.abi if entry["type"] == kind]
        names = (
            [self.method_name(entry) for entry in entries]
            if kind == "function"
            else [snake(entry.get("name", "")) for entry in entries]
        )
        if kind != "constructor" and len(set(names)) != len(names):
            raise ArtifactError(f"{self.name}: two {kind}s have the same Python name")
        return sorted(entries, key=lambda entry: str(entry.get("name", "")))

    def is_overloaded(self, function: Entry) -> bool:
        """Return whether another function has the same name."""
        name: str = function["name"]
        return [e["name"] for e in self.artifact.abi if e["type"] == "function"].count(name) > 1

    def method_name(self, function: Entry) -> str:
        """Return the Python name; of overloaded functions those with arguments name them."""
        by = "_and_".join(snake(part["name"]) for part in function["inputs"])
        return snake(function["name"]) + (f"_by_{by}" if by and self.is_overloaded(function) else "")

    @property
    def event_names(self) -> set[str]:
        """The names of the contract's events."""
        return {entry["name"] for entry in self.artifact.abi if entry["type"] == "event"}

    def told(self, kind: str, key: str) -> tuple[Entry, Entry]:
        """Return user's and developer's NatSpec of what has the signature `key`.

        `kind` is "methods", "events" or "errors". An error that several sources declare is told by the first.
        """
        user: Any = self.artifact.userdoc.get(kind, {}).get(key) or {}
        developer: Any = self.artifact.devdoc.get(kind, {}).get(key) or {}
        first, second = (value[0] if isinstance(value, list) else value for value in (user, developer))
        return first, second


def signature_of(entry: Entry) -> str:
    """Return `name(types)`, under which NatSpec is kept."""
    name: str = entry["name"]
    return f"{name}({','.join(map(_abi_type, entry['inputs']))})"


def struct_types(parts: Sequence[Entry]) -> Iterator[str]:
    """Yield the full name of every struct among ABI entries or parameters, at any depth."""
    for part in parts:
        if str(part.get("type", "")).startswith("tuple"):
            yield part["internalType"].removeprefix("struct ").split("[")[0]
        for inner in ("inputs", "outputs", "components"):
            yield from struct_types(part.get(inner, ()))


def _abi_type(part: Entry) -> str:
    kind: str = part["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_abi_type(inner) for inner in part['components'])}){kind[len('tuple') :]}"
