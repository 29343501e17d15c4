"""The protocol state beside the EVM's: one per block, never changed once handed out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from chain.block import Address, Hash32
from chain.hashing import keccak
from chain.protocols.protocol import Proposal
from chain.protocols.qtum.coins import Coin, CoinBook


@dataclass(frozen=True)
class Owner:
    """A staker, as producers and recipients are named."""

    owner_id: str
    address: Address


@dataclass(frozen=True)
class QtumProposal(Proposal):
    """The next block: the coin that won it and the stake modifier that follows from that coin."""

    coin: Coin
    modifier: Hash32


@dataclass(frozen=True)
class QtumState:
    """Everything the next block depends on.

    `bits` is the compact target of the *next* block. `producers` are owner indices of the last blocks since
    the opening, the tip's last, as far back as rewards are shared.

    `proposals` keeps what was asked for already: the next block as each protocol that was asked decides it.
    It says nothing new of the state, and no other state, made from this one, takes it over.
    """

    number: int
    timestamp_s: int
    bits: int
    modifier: Hash32
    seed: bytes
    owners: Sequence[Owner]
    coins: CoinBook
    producers: deque[int]
    subsidies_sat: int
    fees_reissued_sat: int
    proposals: dict[object, QtumProposal] = field(default_factory=dict, init=False, repr=False, compare=False)

    def root(self) -> Hash32:
        """Return a commitment to all of it."""
        numbers = (self.number, self.timestamp_s, self.bits, self.subsidies_sat, self.fees_reissued_sat)
        book = (self.coins.next_serial, self.coins.largest_sat, self.coins.total_sat, self.coins.mature_sat)
        recent = b",".join(b"%d" % producer for producer in self.producers)
        owners = b"".join(owner.owner_id.encode() + owner.address for owner in self.owners)
        head = b",".join(b"%d" % value for value in (*numbers, *book))
        digest = self.coins.digest.to_bytes(32, "big")
        return keccak(b"|".join((head, self.modifier, self.seed, digest, recent, owners)))
