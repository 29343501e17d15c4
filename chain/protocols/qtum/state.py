"""The protocol state beside the EVM's: one per block, never changed once handed out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from chain.block import Address, Hash32
from chain.hashing import keccak
from chain.protocols.protocol import Proposal
from chain.protocols.qtum.book import Book
from chain.protocols.qtum.coins import Coin
from chain.protocols.qtum.versions import BookAt

if TYPE_CHECKING:
    from chain.protocols.qtum.race import Race


@dataclass(frozen=True)
class Owner:
    """A staker, as producers and recipients are named.

    `super_staker` is the index of the owner that its coins are delegated to, if they are, for `fee_percent` of what
    they earn.
    """

    owner_id: str
    address: Address
    super_staker: int | None = None
    fee_percent: int = 0

    def producer(self, owners: Sequence[Owner]) -> Owner:
        """Return who makes the blocks that this owner's coins win."""
        return self if self.super_staker is None else owners[self.super_staker]

    @cached_property
    def digest_part(self) -> bytes:
        """Return what the state's commitment says of an owner."""
        if self.super_staker is None:
            return self.owner_id.encode() + self.address
        return self.owner_id.encode() + self.address + b">%d,%d;" % (self.super_staker, self.fee_percent)


@dataclass(frozen=True)
class QtumProposal(Proposal):
    """A block that may come next: the coin that won it and the stake modifier that follows from that coin.

    `place` counts the wins on the same state before this one. Producers look every few seconds whether the time of
    their block has come, so it exists `published_after_ms` after its timestamp.
    """

    coin: Coin
    modifier: Hash32
    place: int
    published_after_ms: int

    @property
    def made_s(self) -> float:
        """The moment at which the block exists at its producer."""
        return self.timestamp_s + self.published_after_ms / 1_000


class _Numerals(dict[int, bytes]):
    """Owners' indices as a commitment writes them: there are few owners, and many blocks."""

    def __missing__(self, number: int) -> bytes:
        self[number] = b"%d" % number
        return self[number]


_NUMERALS: Final = _Numerals()


@dataclass(frozen=True)
class QtumState:
    """Everything the next block depends on.

    `bits` is the compact target of the *next* block. `producers` are owner indices of the last blocks since
    the opening, the tip's last, as far back as rewards are shared. `work` is the sum of the blocks' work since the
    opening; it follows from what the modifier commits to.

    `races` keeps what was asked for already: the next blocks as each protocol that was asked decides them. It says
    nothing new of the state, and no other state, made from this one, takes it over.
    """

    number: int
    timestamp_s: int
    bits: int
    modifier: Hash32
    seed: bytes
    owners: Sequence[Owner]
    book: BookAt
    producers: deque[int]
    subsidies_sat: int
    fees_reissued_sat: int
    work: int = 0
    races: dict[object, Race] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def coins(self) -> Book:
        """The state's coins, to be read at once: another state that is asked for its own may take the book away."""
        return self.book.book()

    def root(self) -> Hash32:
        """Return a commitment to all of it, worked out once."""
        return self._root

    @cached_property
    def _root(self) -> Hash32:
        coins = self.coins
        numbers = (self.number, self.timestamp_s, self.bits, self.subsidies_sat, self.fees_reissued_sat)
        book = (coins.next_serial, coins.largest_sat, coins.total_sat, coins.mature_sat)
        recent = b",".join(map(_NUMERALS.__getitem__, self.producers))
        owners = b"".join([owner.digest_part for owner in self.owners])
        head = b",".join(b"%d" % value for value in (*numbers, *book))
        digest = coins.digest.to_bytes(32, "big")
        return keccak(b"|".join((head, self.modifier, self.seed, digest, recent, owners)))
