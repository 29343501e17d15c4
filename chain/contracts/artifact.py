"""Committed compiler output: what a contract's artifact holds, and how it is read and written.

An artifact is a JSON file with sorted keys. It names the SHA-256 of every file it was made from (`inputs`),
so that a changed source is noticed without a compiler, and of its own other fields (`digest`), so that damage
is noticed too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from chain.errors import ArtifactError

HOME: Final = Path(__file__).parent
"""The directory of the contracts: package.json, compile.mjs, solidity/ and artifacts/."""

ARTIFACTS: Final = HOME / "artifacts"

CONTRACTS: Final = (
    "Forwarder",
    "MedToken",
    "IdentityRegistry",
    "RecordRegistry",
    "CheckIn",
    "RewardPool",
    "Emission",
    "TokenSale",
    "TokenLock",
    "TeamVesting",
    "ConsentRegistry",
    "DataMarket",
    "Insurance",
    "Staking",
    "Governance",
    "Timelock",
)
"""Every contract that has an artifact, in the order in which the opening deploys them."""

_FIELDS: Final = (
    "name",
    "abi",
    "bytecode",
    "deployedBytecode",
    "storageLayout",
    "devdoc",
    "userdoc",
    "compiler",
    "inputs",
)


@dataclass(frozen=True)
class Artifact:
    """One compiled contract.

    `bytecode` is the creation code without constructor arguments; `deployed_bytecode` is the code on chain
    with immutables left zero. `devdoc` and `userdoc` are its NatSpec. `compiler` holds version and settings.
    `inputs` maps each source file to its SHA-256.
    """

    name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes
    storage_layout: Mapping[str, Any]
    devdoc: Mapping[str, Any]
    userdoc: Mapping[str, Any]
    compiler: Mapping[str, Any]
    inputs: Mapping[str, str]

    def to_json(self) -> str:
        """Return the artifact as it is committed: equal artifacts give equal bytes."""
        fields = {
            "name": self.name,
            "abi": list(self.abi),
            "bytecode": "0x" + self.bytecode.hex(),
            "deployedBytecode": "0x" + self.deployed_bytecode.hex(),
            "storageLayout": self.storage_layout,
            "devdoc": self.devdoc,
            "userdoc": self.userdoc,
            "compiler": self.compiler,
            "inputs": self.inputs,
        }
        return _dump({**fields, "digest": _digest(fields)})


def read(path: Path) -> Artifact:
    """Return the artifact in a file; raise `ArtifactError` where it is missing, damaged or incomplete."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ArtifactError(f"{path}: is not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise ArtifactError(f"{path}: is not a JSON object")
    if missing := [key for key in (*_FIELDS, "digest") if key not in fields]:
        raise ArtifactError(f"{path}: lacks {', '.join(missing)}")
    if fields.pop("digest") != _digest(fields):
        raise ArtifactError(f"{path}: its content does not match its digest; run `medsim contracts build`")
    return Artifact(
        name=fields["name"],
        abi=tuple(fields["abi"]),
        bytecode=bytes.fromhex(fields["bytecode"][2:]),
        deployed_bytecode=bytes.fromhex(fields["deployedBytecode"][2:]),
        storage_layout=fields["storageLayout"],
        devdoc=fields["devdoc"],
        userdoc=fields["userdoc"],
        compiler=fields["compiler"],
        inputs=fields["inputs"],
    )


@cache
def load(name: str) -> Artifact:
    """Return the committed artifact of contract `name`; raise `ArtifactError` where there is none."""
    if name not in CONTRACTS:
        raise ArtifactError(f"no contract {name!r}; there are {', '.join(CONTRACTS)}")
    return read(ARTIFACTS / f"{name}.json")


def _dump(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(_dump(fields).encode()).hexdigest()
