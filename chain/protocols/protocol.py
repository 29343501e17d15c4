"""What the ledger asks of a consensus protocol.

A protocol is a set of pure functions over immutable states: whoever holds a state may go on from it, so that
a branch is nothing but a second state. All times are Unix seconds, all amounts satoshi of the native coin. A
protocol draws only from the seed and the history that its state carries, never from a clock or a global
generator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from chain.block import Address, BlockEnvironment, Hash32
from chain.errors import ChainError
from chain.hashing import keccak

FEE_ACCOUNT: Final[Address] = keccak(b"medsim unspendable fee account")[-20:]
"""The EVM's coinbase, of which nobody knows the key: what it gains is destroyed and issued again as coins."""


class ProtocolError(ChainError):
    """A protocol was asked for something its rules do not allow."""


class NoEligibleCoins(ProtocolError):
    """No coin is mature, so that no block can ever be made."""


@dataclass(frozen=True)
class Staker:
    """One staker and the coins it brings, each in satoshi, all of them mature at the start.

    Where a protocol knows delegation, `delegates_to` names who stakes these coins, for `fee_percent` of their reward.
    """

    owner_id: str
    address: Address
    coins_sat: tuple[int, ...]
    delegates_to: str | None = None
    fee_percent: int = 10


@dataclass(frozen=True)
class Proposal:
    """The next block as the rules decide it from the parent alone, whatever it will contain.

    `interval_s` is the distance from the parent, `difficulty_bits` the compact target (0 where a protocol has
    none), `randomness` what contracts see as the block's random value.
    """

    number: int
    timestamp_s: int
    interval_s: int
    producer_id: str
    producer_address: Address
    difficulty_bits: int
    randomness: Hash32

    @property
    def made_s(self) -> float:
        """The moment at which the block exists at its producer: its timestamp, unless a protocol says finer."""
        return self.timestamp_s


@dataclass(frozen=True)
class Payouts:
    """What one block paid: new issue, fees issued again, and the sum by owner (only owners who were paid)."""

    subsidy_sat: int
    fees_sat: int
    by_owner_sat: Mapping[str, int]


@dataclass(frozen=True)
class IdleStretch:
    """Empty blocks passed in one step; `count` is at least 1.

    `parent_timestamp_s` is the time of the block before the first, so that the mean interval of the stretch
    is (last_timestamp_s - parent_timestamp_s) / count. Mappings hold only owners with an entry, in owner
    order.
    """

    count: int
    first_number: int
    last_number: int
    parent_timestamp_s: int
    first_timestamp_s: int
    last_timestamp_s: int
    subsidy_sat: int
    subsidy_by_owner_sat: Mapping[str, int]
    blocks_by_owner: Mapping[str, int]
    difficulty_bits: int


class ProtocolState(Protocol):
    """What every protocol's state shows: the tip it stands for. Everything else is the protocol's own."""

    @property
    def number(self) -> int:
        """Height of the tip."""

    @property
    def timestamp_s(self) -> int:
        """Unix time of the tip."""


class ConsensusProtocol(Protocol):
    """Decides who makes which block when, and what it pays. States are followed by others, never changed.

    A state may be followed as often as one likes: two blocks on one state are a fork.
    """

    @property
    def name(self) -> str:
        """The preset's name, as in a scenario."""

    @property
    def gas_limit_gas(self) -> int:
        """Gas limit of a block, where nobody governs it."""

    @property
    def minimum_gas_price_sat(self) -> int:
        """Lowest gas price that a block may include, in satoshi per gas, where nobody governs it."""

    @property
    def block_limit_bytes(self) -> int:
        """Largest size of a block."""

    @property
    def may_share_a_second(self) -> bool:
        """Whether a block may have its parent's timestamp: moments are then finer than a header's seconds."""

    def opening_state(
        self, stakers: Sequence[Staker], *, number: int, timestamp_s: int, burn_in_blocks: int, seed: bytes
    ) -> Any:
        """Return a state at block `number`, at or just before `timestamp_s`, after idle `burn_in_blocks`."""

    def next_proposal(self, state: Any) -> Any:
        """Return the proposal of the block after `state`: always the same one for the same state."""

    def contenders(self, state: Any) -> Iterator[Any]:
        """Yield the lawful blocks on top of `state` in order of `made_s`; the first is `next_proposal`'s.

        A validator makes a contender of its own where `state` is its tip at that moment. Endless, or until
        nothing can follow any more; the same sequence however often it is asked for.
        """

    def environment(
        self, state: Any, proposal: Any, *, parent_hash: Hash32, parent_identity: Hash32, gas_limit_gas: int
    ) -> BlockEnvironment:
        """Return the header fields of the proposed block; its gas limit is the one its parent's state says."""

    def apply(self, state: Any, proposal: Any, fees_sat: int) -> tuple[Any, Payouts]:
        """Return the state after the proposed block, and what it paid; `fees_sat` is issued again in it.

        Raises `ProtocolError` for any proposal that is not among the state's `contenders`.
        """

    def weight(self, state: Any) -> int:
        """Return what fork choice compares: the heavier state wins; of equal ones, the one first seen."""

    def final_number(self, state: Any) -> int:
        """Return the height up to which a node with this tip gives up no block any more."""

    def validators(self, state: Any) -> Sequence[str]:
        """Return the ids of those who may make blocks, in an order that stays: the network's nodes."""

    def advance_idle(
        self, state: Any, until_s: int, until_number: int | None = None
    ) -> tuple[Any, IdleStretch | None]:
        """Pass every empty block with a timestamp of at most `until_s`, exactly as block by block.

        With `until_number` the stretch also ends at that height, so that its time can be told.
        """

    def state_root(self, state: Any) -> Hash32:
        """Return the commitment to a state that the next header carries."""

    def coins_sat(self, state: Any) -> int:
        """Return the sum of all coins, immature ones too."""

    def subsidies_sat(self, state: Any) -> int:
        """Return what blocks have newly issued since the opening state."""

    def fees_reissued_sat(self, state: Any) -> int:
        """Return the fees issued again since the opening state."""

    def burned_sat(self, state: Any) -> int:
        """Return what the rules have destroyed of stakes since the opening state."""

    def stakes_sat(self, state: Any) -> Mapping[str, int]:
        """Return each owner's coins, immature ones too, in owner order."""

    def mature_stakes_sat(self, state: Any) -> Mapping[str, int]:
        """Return the coins that may win the next block by who would make it, in owner order.

        Delegated coins count for whom they are delegated to.
        """

    def mature_sat_blocks(self, state: Any) -> Mapping[str, int]:
        """Return these satoshi summed over the blocks since the opening state, in owner order.

        The difference between two states, over the sum of all owners' differences, is the share of the mature
        weight that an owner held on average in between: what its share of the blocks should be.
        """
