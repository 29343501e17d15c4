"""How far a chain has come while empty blocks are passed, and what rules say of each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chain.protocols.qtum.coins import Coin
from chain.protocols.qtum.kernel import Win
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.retarget import next_bits
from chain.protocols.qtum.rewards import split_reward, subsidy_sat
from chain.protocols.qtum.state import Owner, QtumProposal, QtumState
from chain.protocols.qtum.versions import BookAt


@dataclass(slots=True)
class Road:
    """Where the chain stands, who has won the next block, and what blocks on the way have paid and made.

    `paid_sat` and `made` are by owner index: satoshi, and blocks. `last_bits` is the target of the last block, `bits`
    the next one's. `upcoming` is the win of the block after the last, where it was looked for.
    """

    number: int
    timestamp_s: int
    last_bits: int
    bits: int
    modifier: bytes
    producers: deque[int]
    subsidies_sat: int
    work: int
    paid_sat: list[int]
    made: list[int]
    coin: Coin
    interval_s: int
    upcoming: Win | None = None

    @classmethod
    def after(cls, state: QtumState, first: QtumProposal) -> Road:
        """Return the road from a state, on which the proposed block is the next."""
        return cls(
            number=state.number,
            timestamp_s=state.timestamp_s,
            last_bits=state.bits,
            bits=state.bits,
            modifier=state.modifier,
            producers=state.producers.copy(),
            subsidies_sat=state.subsidies_sat,
            work=state.work,
            paid_sat=[0] * len(state.owners),
            made=[0] * len(state.owners),
            coin=first.coin,
            interval_s=first.interval_s,
        )

    def tip(self, start: QtumState, book: BookAt) -> QtumState:
        """Return the state that the road has led to from `start`, with its coins."""
        return QtumState(
            number=self.number,
            timestamp_s=self.timestamp_s,
            bits=self.bits,
            modifier=self.modifier,
            seed=start.seed,
            owners=start.owners,
            book=book,
            producers=self.producers,
            subsidies_sat=self.subsidies_sat,
            fees_reissued_sat=start.fees_reissued_sat,
            work=self.work,
        )


@dataclass(frozen=True)
class Bounds:
    """Up to which time and height, where one is given, blocks are passed; rules, owners and seed decide them."""

    parameters: QtumParameters
    owners: Sequence[Owner]
    seed: bytes
    until_s: int
    until_number: int | None


class Ruled(NamedTuple):
    """What rules say of an empty block: what it issues and how that is divided, and the target of the next."""

    issued_sat: int
    producer_sat: int
    part_sat: int
    sharers: int
    next_bits: int


def ruled(parameters: QtumParameters, number: int, ancestors: int, bits: int, interval_s: int) -> Ruled:
    """Return what the rules say of empty block `number`, with so many known producers before it."""
    issued_sat = subsidy_sat(parameters, number)
    reward = split_reward(parameters, number, issued_sat, ancestors)
    return Ruled(issued_sat, *reward, next_bits(parameters, number + 1, bits, interval_s))


class Leg(NamedTuple):
    """What blocks in one book did to it; whether a bound was met, and not just the book's room for blocks."""

    changes: list[object]
    is_last: bool
