"""Proposals to Governance: the calls they would make, their identity, and the arguments of the contract's functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from typing import Any, Final, Self

from chain.abi import Fields
from chain.block import Address, Hash32
from chain.contracts.artifact import load
from chain.contracts.system import System
from chain.contracts.typed import ContractCall
from chain.hashing import keccak

_IDENTITY: Final = Fields([{"type": kind} for kind in ("address[]", "uint256[]", "bytes[]", "bytes32")])


class ProposalState(IntEnum):
    """Where a proposal stands, as `Governance.state` answers."""

    PENDING = 0
    ACTIVE = 1
    CANCELED = 2
    DEFEATED = 3
    SUCCEEDED = 4
    QUEUED = 5
    EXPIRED = 6
    EXECUTED = 7


class Support(IntEnum):
    """How a vote is cast."""

    AGAINST = 0
    FOR = 1
    ABSTAIN = 2


@dataclass(frozen=True)
class GovernanceProposal:
    """Calls that the timelock makes, in order, once the proposal is accepted and has waited.

    A call is its target and its calldata; none carries native coin. Equal calls are told apart by their description.
    """

    calls: tuple[tuple[Address, bytes], ...]
    description: str

    @classmethod
    def of(cls, description: str, *calls: ContractCall[Any]) -> Self:
        """Return a proposal of these calls."""
        return cls(tuple((call.to, call.data) for call in calls), description)

    @cached_property
    def proposal_id(self) -> int:
        """The number under which Governance knows it."""
        return int.from_bytes(keccak(_IDENTITY.encode((*self._calls, self.description_hash))), "big")

    @property
    def description_hash(self) -> Hash32:
        """Keccak-256 of the description."""
        return keccak(self.description.encode())

    @property
    def proposed(self) -> tuple[Sequence[Address], Sequence[int], Sequence[bytes], str]:
        """The arguments of `propose`."""
        return (*self._calls, self.description)

    @property
    def decided(self) -> tuple[Sequence[Address], Sequence[int], Sequence[bytes], Hash32]:
        """The arguments of `queue`, `execute` and `cancel`."""
        return (*self._calls, self.description_hash)

    @property
    def _calls(self) -> tuple[Sequence[Address], Sequence[int], Sequence[bytes]]:
        targets, calldatas = zip(*self.calls, strict=True) if self.calls else ((), ())
        return targets, (0,) * len(targets), calldatas


def proposal(
    system: System, description: str, *calls: tuple[str, str, Sequence[object]]
) -> GovernanceProposal:
    """Return a proposal of calls, each given by contract, function and arguments.

    Raises `InvalidEncoding` for an unknown function or an argument that does not fit.
    """
    return GovernanceProposal(
        tuple(
            (system.address_of(name), system.contract(name).encode(function, *arguments))
            for name, function, arguments in calls
        ),
        description,
    )


def call_of(system: System, target: Address, data: bytes) -> tuple[str, str, tuple[Any, ...]] | None:
    """Return contract, function and arguments of a call to one of the system's contracts, None of any other."""
    for contract in system.contracts:
        if contract.address == target and data[:4] in (functions := _functions(contract.artifact.name)):
            function, inputs = functions[data[:4]]
            return contract.artifact.name, function, tuple(map(_plain, inputs.decode(data[4:])))
    return None


@cache
def _functions(contract: str) -> dict[bytes, tuple[str, Fields]]:
    entries = [entry for entry in load(contract).abi if entry["type"] == "function"]
    known = [(entry["name"], Fields(entry["inputs"])) for entry in entries]
    return {keccak(f"{name}{inputs.signature}".encode())[:4]: (name, inputs) for name, inputs in known}


def _plain(value: Any) -> Any:
    """Return a struct as the tuple that goes into a call."""
    if isinstance(value, dict):
        return tuple(map(_plain, value.values()))
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
