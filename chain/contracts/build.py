"""Artifacts from sources, and the proof that the two belong together.

`differences` compares hashes and needs no compiler. `rebuild_differences` compiles with the pinned npm
compiler and compares byte for byte. Only `build` writes.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from chain.contracts.artifact import ARTIFACTS, CONTRACTS, HOME, Artifact, read
from chain.errors import ArtifactError

_PINS: Final = ("compile.mjs", "package-lock.json")
"""Files beside the sources that decide the output: settings, and the versions of compiler and libraries."""

_OWN_IMPORT: Final = re.compile(r'^import [^;]*"(\.\.?/[^"]+\.sol)";', re.MULTILINE)
"""Our own sources import each other by relative paths, libraries' by their package's name."""


def inputs_of(name: str, home: Path = HOME) -> dict[str, str]:
    """Return the SHA-256 of every own file that contract `name` is made from, by path relative to `home`.

    The libraries are covered by the integrity hashes in package-lock.json, a contract's own compiler settings by
    its `.settings.json`, where it has one. Raises `ArtifactError` for a missing file.
    """
    sources: list[str] = []
    waiting = [f"{name}.sol"]
    while waiting:
        source = waiting.pop()
        if source not in sources:
            sources.append(source)
            found = _OWN_IMPORT.findall(_text(home / "solidity" / source))
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) for path in found]
    if (home / "solidity" / f"{name}.settings.json").is_file():
        sources.append(f"{name}.settings.json")
    paths = [*_PINS, *(f"solidity/{source}" for source in sources)]
    return {path: hashlib.sha256(_text(home / path).encode()).hexdigest() for path in sorted(paths)}


def differences(home: Path = HOME) -> list[str]:
    """Return a sentence for each artifact that is missing, damaged, or older than its sources."""
    found: list[str] = []
    for name in CONTRACTS:
        try:
            recorded, actual = read(home / "artifacts" / f"{name}.json").inputs, inputs_of(name, home)
        except ArtifactError as error:
            found.append(str(error))
            continue
        changed = sorted(path for path in {**recorded, **actual} if recorded.get(path) != actual.get(path))
        if changed:
            found.append(f"{name}: artifact was not made from the present {', '.join(changed)}")
    strays = sorted(path.name for path in (home / "artifacts").glob("*.json") if path.stem not in CONTRACTS)
    return found + [f"{stray}: no contract of this name" for stray in strays]


def rebuild_differences(home: Path = HOME) -> list[str]:
    """Compile in a temporary directory; return a sentence for each artifact whose bytes differ."""
    found = []
    with tempfile.TemporaryDirectory(prefix="medsim-contracts-") as scratch:
        for fresh in build(Path(scratch), home):
            committed = home / "artifacts" / fresh.name
            if not committed.is_file() or committed.read_bytes() != fresh.read_bytes():
                found.append(f"{fresh.name}: a rebuild gives other bytes")
    return found


def build(directory: Path = ARTIFACTS, home: Path = HOME, names: Sequence[str] = CONTRACTS) -> list[Path]:
    """Compile the named contracts, write an artifact each into `directory`, and return the files in order.

    Raises `ArtifactError` where a contract is unknown, Node is missing, the compiler or its packages fail, or
    a file cannot be written.
    """
    for name in names:
        if name not in CONTRACTS:
            raise ArtifactError(f"no contract {name!r}; there are {', '.join(CONTRACTS)}")
    answer = _compile(home, names)
    written = []
    for name in names:
        path = directory / f"{name}.json"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            path.write_text(_artifact(name, answer, home).to_json(), encoding="utf-8")
        except OSError as error:
            raise ArtifactError(f"{path}: cannot be written ({error.strerror})") from error
        written.append(path)
    return written


def _artifact(name: str, answer: Mapping[str, Any], home: Path) -> Artifact:
    compiled = answer["contracts"][name]
    return Artifact(
        name=name,
        abi=tuple(compiled["abi"]),
        bytecode=bytes.fromhex(compiled["evm"]["bytecode"]["object"]),
        deployed_bytecode=bytes.fromhex(compiled["evm"]["deployedBytecode"]["object"]),
        storage_layout=compiled["storageLayout"],
        devdoc=compiled["devdoc"],
        userdoc=compiled["userdoc"],
        compiler={"version": answer["version"], "settings": compiled["settings"]},
        inputs=inputs_of(name, home),
    )


def _compile(home: Path, names: Sequence[str]) -> dict[str, Any]:
    node, npm = _tool("node"), _tool("npm")
    if not (home / "node_modules" / "solc").is_dir():
        _run([npm, "ci", "--no-audit", "--no-fund"], home)
    answer: dict[str, Any] = json.loads(_run([node, "compile.mjs", *names], home))
    messages = list(dict.fromkeys(e["formattedMessage"].strip() for e in answer["errors"] if _counts(e)))
    if messages:
        raise ArtifactError("the compiler complains (warnings count):\n" + "\n".join(messages))
    return answer


def _counts(complaint: Mapping[str, Any]) -> bool:
    """Tell whether a complaint stops a build: anything but a warning about a library's own file."""
    file = (complaint.get("sourceLocation") or {}).get("file", "")
    return complaint.get("severity") != "warning" or not file.startswith("@")


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ArtifactError(f"building contracts needs Node.js: no command `{name}` on this machine")
    return path


def _run(command: Sequence[str], home: Path) -> str:
    result = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    if result.returncode:
        tail = "\n".join((result.stderr or result.stdout).strip().splitlines()[-8:])
        raise ArtifactError(f"`{' '.join(command)}` ended with {result.returncode}:\n{tail}")
    return result.stdout


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read ({error.strerror})") from error
