"""What protocols do alike: limits that are numbers of theirs, headers that commit to the state before, and what is
told of a stretch of empty blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from chain.block import BlockEnvironment, Hash32
from chain.protocols.protocol import FEE_ACCOUNT, IdleStretch, Proposal


class BlockNumbers(Protocol):
    """The numbers of a protocol that say what a block may hold, where nobody governs it."""

    @property
    def gas_limit_gas(self) -> int:
        """Gas limit of a block."""

    @property
    def minimum_gas_price_sat(self) -> int:
        """Lowest gas price, in 10^-8 of the native coin per gas."""

    @property
    def block_limit_bytes(self) -> int:
        """Largest size of a block."""


Numbers = TypeVar("Numbers", bound=BlockNumbers)


class BaseProtocol(Generic[Numbers]):
    """Part of a `chain.protocols.protocol.ConsensusProtocol` whose states have a `root`."""

    def __init__(self, parameters: Numbers) -> None:
        self.parameters = parameters

    @property
    def gas_limit_gas(self) -> int:
        """Gas limit of a block, where nobody governs it."""
        return self.parameters.gas_limit_gas

    @property
    def minimum_gas_price_sat(self) -> int:
        """Lowest gas price, in 10^-8 of the native coin per gas, where nobody governs it."""
        return self.parameters.minimum_gas_price_sat

    @property
    def block_limit_bytes(self) -> int:
        """Largest size of a block."""
        return self.parameters.block_limit_bytes

    @property
    def may_share_a_second(self) -> bool:
        """Whether a block may have its parent's timestamp: none, where moments lie on a grid of seconds."""
        return False

    def environment(
        self,
        state: Any,
        proposal: Proposal,
        *,
        parent_hash: Hash32,
        parent_identity: Hash32,
        gas_limit_gas: int,
    ) -> BlockEnvironment:
        """Return the header fields of the proposed block; `extra_data` commits to the state before it."""
        return BlockEnvironment(
            number=proposal.number,
            timestamp_s=proposal.timestamp_s,
            gas_limit_gas=gas_limit_gas,
            coinbase=FEE_ACCOUNT,
            parent_hash=parent_hash,
            mix_hash=proposal.randomness,
            extra_data=self.state_root(state),
            parent_identity=parent_identity,
        )

    def state_root(self, state: Any) -> Hash32:
        """Return the commitment to a state that the next header carries."""
        root: Hash32 = state.root()
        return root

    def burned_sat(self, _state: Any) -> int:
        """Return what the rules have destroyed of stakes since the opening state: nothing, where none is slashed."""
        return 0


class IssuingState(Protocol):
    """A state that counts what was issued."""

    @property
    def number(self) -> int:
        """Height of the tip."""

    @property
    def timestamp_s(self) -> int:
        """Unix time of the tip."""

    @property
    def subsidies_sat(self) -> int:
        """What blocks have newly issued since the opening."""


def idle_stretch(
    before: IssuingState,
    tip: IssuingState,
    *,
    first_s: int,
    subsidy_by_owner_sat: Mapping[str, int],
    blocks_by_owner: Mapping[str, int],
    difficulty_bits: int = 0,
) -> IdleStretch:
    """Return what is told of the empty blocks after `before` up to `tip`, the first of them at `first_s`."""
    return IdleStretch(
        count=tip.number - before.number,
        first_number=before.number + 1,
        last_number=tip.number,
        parent_timestamp_s=before.timestamp_s,
        first_timestamp_s=first_s,
        last_timestamp_s=tip.timestamp_s,
        subsidy_sat=tip.subsidies_sat - before.subsidies_sat,
        subsidy_by_owner_sat=subsidy_by_owner_sat,
        blocks_by_owner=blocks_by_owner,
        difficulty_bits=difficulty_bits,
    )
