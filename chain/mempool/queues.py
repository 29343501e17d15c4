"""One sender's waiting transactions, and the keys by which the pool's heaps order them."""

from __future__ import annotations

from dataclasses import dataclass, field

from chain.block import Address, Transaction

Key = tuple[float, int, Address, int]
"""Heap entry: what it is ordered by, twice, then sender and nonce."""


@dataclass(frozen=True)
class Waiting:
    """A transaction, when it was handed in, and its place among all that came."""

    transaction: Transaction
    submitted_at_s: float
    arrival: int

    @property
    def cost_wei(self) -> int:
        """What it may take from its sender: the gas limit at its price, and the value."""
        tx = self.transaction
        return tx.gas_limit_gas * tx.gas_price_wei + tx.value_wei


@dataclass
class Queue:
    """One sender's transactions by nonce; those from `next_nonce` to before `ready_nonce` are executable.

    `cost_wei` is the sum over all of them, those behind a missing nonce too.
    """

    next_nonce: int
    ready_nonce: int
    cost_wei: int = 0
    waiting: dict[int, Waiting] = field(default_factory=dict)

    @property
    def executable(self) -> int:
        """How many are executable."""
        return self.ready_nonce - self.next_nonce

    def is_executable(self, nonce: int) -> bool:
        """Tell whether what waits under a nonce is executable."""
        return self.next_nonce <= nonce < self.ready_nonce


def price_key(waiting: Waiting) -> Key:
    """Return the heap entry that puts the cheapest first, and of equals the last come."""
    tx = waiting.transaction
    return (tx.gas_price_wei, -waiting.arrival, tx.sender, tx.nonce)


def age_key(waiting: Waiting) -> Key:
    """Return the heap entry that puts first what came first."""
    tx = waiting.transaction
    return (waiting.submitted_at_s, waiting.arrival, tx.sender, tx.nonce)
