"""The lottery's state: a tip, a seed, and what each miner has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from chain.block import Address, Hash32
from chain.hashing import keccak
from chain.protocols.protocol import Proposal

NANOSECONDS: Final = 10**9


@dataclass(frozen=True)
class Miners:
    """Who takes part since the opening. `shares` are weights as whole numbers; they stay as they are."""

    ids: tuple[str, ...]
    addresses: tuple[Address, ...]
    shares: tuple[int, ...]
    bounds: tuple[int, ...]
    total: int
    opening_number: int

    def at(self, ticket: int) -> int:
        """Return the miner that a ticket of 0 to `total` - 1 belongs to."""
        return bisect_right(self.bounds, ticket)


def miners_of(
    ids: Sequence[str], addresses: Sequence[Address], shares: Sequence[int], opening_number: int
) -> Miners:
    """Return the miners with their shares added up."""
    bounds, total = [], 0
    for share in shares:
        total += share
        bounds.append(total)
    return Miners(tuple(ids), tuple(addresses), tuple(shares), tuple(bounds), total, opening_number)


@dataclass(frozen=True)
class PoissonProposal(Proposal):
    """A win: its miner's place, and its moment in nanoseconds, of which the timestamp is the whole seconds."""

    made_ns: int
    miner: int

    @property
    def made_s(self) -> float:
        """The moment of the win."""
        return self.made_ns / NANOSECONDS


class PoissonState(NamedTuple):
    """Everything the next block depends on. `draw` names the stream of wins on this tip."""

    number: int
    timestamp_s: int
    made_ns: int
    draw: Hash32
    miners: Miners
    earned_sat: tuple[int, ...]
    subsidies_sat: int
    fees_reissued_sat: int

    def root(self) -> Hash32:
        """Return a commitment to all of it."""
        numbers = (*self[:3], *self[5:], self.miners.ids, self.miners.shares)
        return keccak(repr(numbers).encode() + self.draw + b"".join(self.miners.addresses))
