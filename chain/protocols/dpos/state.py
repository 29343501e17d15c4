"""The protocol state beside the EVM's: one per block, never changed once handed out."""

from __future__ import annotations

from dataclasses import dataclass

from chain.block import Address, Hash32
from chain.hashing import keccak
from chain.protocols.dpos.accounts import Books, Seats
from chain.protocols.protocol import Proposal


@dataclass(frozen=True)
class DposProposal(Proposal):
    """A block of one slot, which is its timestamp in whole slots since 1970."""

    slot: int


@dataclass(frozen=True)
class DposState:
    """Everything the next block depends on.

    `seats` and `dynasty_blocks` (blocks made so far) belong to the tip's dynasty. `final_number` is the height
    of the last irreversible block. `earned_sat` and `turns` go by the places in `books.producers`: rewards not
    yet taken into an account, and slots that fell to the producer since the opening.
    """

    number: int
    timestamp_s: int
    seed: bytes
    books: Books
    dynasty: int
    seats: Seats
    dynasty_blocks: int
    final_number: int
    supply_sat: int
    subsidies_sat: int
    earned_sat: tuple[int, ...]
    turns: tuple[int, ...]

    def stake_sat(self, address: Address) -> int:
        """Return what an account stakes."""
        account = self.books.account(address)
        return 0 if account is None else account.stake_sat

    def root(self) -> Hash32:
        """Return a commitment to all of it."""
        numbers = (
            self.number, self.timestamp_s, self.dynasty, self.dynasty_blocks, self.final_number, self.supply_sat,
            self.subsidies_sat, self.earned_sat, self.turns,
            tuple(-1 if seat is None else seat.serial for seat in self.seats),
        )  # fmt: skip
        return keccak(repr(numbers).encode() + self.books.root() + self.seed)
