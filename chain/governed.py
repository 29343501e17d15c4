"""Protocol parameters under governance, as the chain reads them: from the state of a block's parent.

They are words in Governance's storage. A block is built and checked under what its parent's state says, so that a
change holds from the block after the one that made it, and a reorganisation undoes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from chain.block import Address, Hash32
from chain.contracts.artifact import Artifact
from chain.contracts.system import System
from chain.engines.protocol import Engine
from chain.errors import ArtifactError, InvalidBlock
from chain.units import wei_from_satoshi

REMEMBERED_STATES: Final = 256
"""States whose limits are remembered; idle stretches and calls ask for the same ones again and again."""


@dataclass(frozen=True)
class BlockLimits:
    """What a block may use, and the least that its transactions pay per gas."""

    gas_limit_gas: int
    minimum_gas_price_sat: int

    @property
    def minimum_gas_price_wei(self) -> int:
        """The minimum gas price as the EVM counts it."""
        return wei_from_satoshi(self.minimum_gas_price_sat)


class Limits(Protocol):
    """Says which limits hold for the block after a state."""

    def after(self, state_root: Hash32) -> BlockLimits:
        """Return the limits of a block whose parent has this state."""


@dataclass(frozen=True)
class FixedLimits:
    """Limits that nobody governs."""

    limits: BlockLimits

    def after(self, _state_root: Hash32) -> BlockLimits:
        """Return the limits, the same for every state."""
        return self.limits


@dataclass(frozen=True)
class StoredNumber:
    """Where an unsigned state variable lies: its slot, and its place within the slot's word."""

    slot: int
    offset_bytes: int
    size_bytes: int

    def of(self, word: int) -> int:
        """Return the number in the slot's word."""
        return word >> 8 * self.offset_bytes & (1 << 8 * self.size_bytes) - 1


class GovernedLimits:
    """Reads the limits from the storage of the system's Governance."""

    def __init__(self, engine: Engine, system: System) -> None:
        """Find the words by the contract's storage layout; raise `ArtifactError` where it lacks them."""
        contract = system.governance
        self._engine = engine
        self._address: Address = contract.address or bytes(20)
        self._gas_limit = stored_number(contract.artifact, "blockGasLimit")
        self._gas_price = stored_number(contract.artifact, "minimumGasPrice")
        self._remembered = lru_cache(REMEMBERED_STATES)(self._read)

    def after(self, state_root: Hash32) -> BlockLimits:
        """Return the limits of a block whose parent has this state.

        Raises `UnknownState` for a state that the engine has pruned, `InvalidBlock` for one without Governance.
        """
        return self._remembered(state_root)

    def _read(self, state_root: Hash32) -> BlockLimits:
        limits = BlockLimits(
            gas_limit_gas=self._number(state_root, self._gas_limit),
            minimum_gas_price_sat=self._number(state_root, self._gas_price),
        )
        if not limits.gas_limit_gas:
            raise InvalidBlock(f"no Governance at 0x{self._address.hex()} says what a block may use")
        return limits

    def _number(self, state_root: Hash32, place: StoredNumber) -> int:
        return place.of(self._engine.storage(state_root, self._address, place.slot))


def stored_number(artifact: Artifact, variable: str) -> StoredNumber:
    """Return where a contract keeps an unsigned state variable; raise `ArtifactError` where it has none such."""
    types: Mapping[str, Any] = artifact.storage_layout["types"]
    for entry in artifact.storage_layout["storage"]:
        if entry["label"] == variable and entry["type"].startswith("t_uint"):
            size_bytes = int(types[entry["type"]]["numberOfBytes"])
            return StoredNumber(int(entry["slot"]), int(entry["offset"]), size_bytes)
    raise ArtifactError(f"{artifact.name}: its storage has no unsigned number {variable!r}")
