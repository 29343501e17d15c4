"""Fees that are not gas: what a chain asks of whoever acts, kept beside the protocol's state, block by block.

A policy's state is immutable like a protocol's: a branch has its own. A block is filled on a meter that starts
from the parent's fee state and closes into the block's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chain.block import Address, Transaction
from chain.protocols.protocol import ProtocolError


class FeeRefused(ProtocolError):
    """An act cannot be in this block."""


class BlockFull(FeeRefused):
    """The block has no room left for the act; another block may have."""


class NotEnoughPoints(FeeRefused):
    """Whoever pays has too few points at this block's prices; they grow with time."""


class NotEnoughCoins(FeeRefused):
    """Whoever pays has too few coins in hand."""


@dataclass(frozen=True)
class Act:
    """What a transaction takes: `cpu` in the protocol's units, `size_bytes` as it travels.

    The payer, where there is one, pays instead of the sender. `stake_change_sat` is what the act adds to the
    sender's stake (negative: takes from it), in 10^-8 MED; points follow the stake.
    """

    sender: Address
    cpu: int
    size_bytes: int
    payer: Address | None = None
    stake_change_sat: int = 0

    @property
    def charged(self) -> Address:
        """Whoever pays."""
        return self.sender if self.payer is None else self.payer


class BlockMeter(Protocol):
    """One block being filled."""

    @property
    def usage(self) -> Mapping[str, int]:
        """What the acts so far have taken, by resource."""

    def admit(self, act: Act) -> int:
        """Return what the act would cost, in the policy's units; raise a leaf of `FeeRefused`, change nothing."""

    def charge(self, act: Act, *, executed: bool = True) -> int:
        """Take the act into the block and return its cost; one that failed when executed costs the same.

        Raises a leaf of `FeeRefused` and changes nothing where the block cannot take it.
        """

    def close(self) -> Any:
        """Return the fee state after the block."""

    def paid(self, protocol_state: Any) -> tuple[Any, int]:
        """Return the parent's protocol state less the coins that acts were charged, and their sum (10^-8 MED).

        The protocol hands the sum on as the block's fees. Nothing is taken where points pay.
        """


class FeePolicy(Protocol):
    """Who may act, and what it costs."""

    @property
    def name(self) -> str:
        """The policy's name."""

    @property
    def takes_coins(self) -> bool:
        """Whether acts cost coins, in 10^-8 MED; else what they cost is never money."""

    def limits(self) -> Mapping[str, int]:
        """Return the most that a block may take, by resource."""

    def act(self, transaction: Transaction) -> Act:
        """Return what a transaction of the EVM takes; its sender pays."""

    def check(self, fee_state: Any, protocol_state: Any, act: Act) -> None:
        """Raise a leaf of `FeeRefused` for what nodes do not take into their pools on top of the tip's states."""

    def opening_state(self, protocol_state: Any) -> Any:
        """Return the fee state beside an opening protocol state."""

    def open_block(self, fee_state: Any, protocol_state: Any, timestamp_s: int) -> BlockMeter:
        """Return the meter of a block at `timestamp_s` on top of the parent's two states."""

    def pass_idle(self, fee_state: Any, protocol_state: Any, stretch_blocks: int) -> Any:
        """Return the fee state after so many empty blocks; `protocol_state` is the one they started from."""

    def state_root(self, fee_state: Any) -> bytes:
        """Return a commitment to a fee state."""
