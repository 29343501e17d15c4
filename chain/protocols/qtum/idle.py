"""Many empty blocks at once: what `forge` does to one after the other, without a state and a proposal for each.

Only for the sampled kernel and coins that nobody has delegated; the rules are those of the files beside this one.
Nobody asks for a state within an idle stretch, so that none is made: the coin book goes from block to block,
and the place where it started keeps all changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from chain.draws import Draws
from chain.protocols.qtum import native
from chain.protocols.qtum.book import Book
from chain.protocols.qtum.coins import CoinBook
from chain.protocols.qtum.compact import target_from_compact, work_of
from chain.protocols.qtum.forging import modifier_after, sharers_of, stake_of, stake_transaction
from chain.protocols.qtum.kernel import Win, sampled_wins
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.road import Bounds, Leg, Road, ruled
from chain.protocols.qtum.state import QtumProposal, QtumState


@dataclass(frozen=True)
class Passed:
    """The state after some empty blocks, at least one, and what they were.

    `paid_sat` and `made` are by owner index: satoshi, and blocks. `bits` is the target of the last block, `upcoming`
    the win of the block after it, where it was looked for.
    """

    tip: QtumState
    bits: int
    paid_sat: list[int]
    made: list[int]
    upcoming: Win | None


def can_pass(state: QtumState) -> bool:
    """Whether `pass_blocks` knows the rules for a state: not where coins are delegated."""
    return state.coins.delegations is None


def pass_blocks(
    parameters: QtumParameters, state: QtumState, first: QtumProposal, until_s: int, until_number: int | None
) -> Passed:
    """Pass the proposed block and the empty ones after it up to `until_s`, and to height `until_number` at most.

    The sampled kernel decides who makes them.
    """
    bounds = Bounds(parameters, state.owners, state.seed, until_s, until_number)
    road, at, is_last = Road.after(state, first), state.book, False
    while not is_last:
        at, book = at.ready()
        pass_leg = _pass_leg if isinstance(book, CoinBook) else native.pass_leg
        changes, is_last = pass_leg(bounds, road, book, at.room_blocks)
        at = at.passed(changes)
    return Passed(road.tip(state, at), road.last_bits, road.paid_sat, road.made, road.upcoming)


def _pass_leg(bounds: Bounds, road: Road, book: Book, room_blocks: int) -> Leg:
    """Pass the road's next block and the empty ones after it, at most as many as there is room for in the book."""
    parameters, seed = bounds.parameters, bounds.seed
    changes: list[object] = []
    bits, target, block_work = 0, 0, 0
    while True:
        coin, interval_s = road.coin, road.interval_s
        road.number += 1
        road.timestamp_s += interval_s
        if road.bits != bits:
            bits = road.bits
            block_work = work_of(bits)
        rules = ruled(parameters, road.number, len(road.producers), bits, interval_s)
        sharers = sharers_of(parameters, road.producers, rules.sharers)
        stake = stake_of(parameters, bounds.owners, book, coin, rules.producer_sat)
        transaction = stake_transaction(road.modifier, coin, road.timestamp_s)
        outputs = [*stake.outputs, *[(sharer, rules.part_sat) for sharer in sharers]]
        changes.append(book.close_block(road.number, road.timestamp_s, transaction, outputs, stake.spent))
        for owner, amount_sat in stake.payments:
            road.paid_sat[owner] += amount_sat
        for owner in sharers:
            road.paid_sat[owner] += rules.part_sat
        road.made[stake.producer] += 1
        road.producers.append(stake.producer)
        road.subsidies_sat += rules.issued_sat
        road.work += block_work
        road.modifier = modifier_after(coin, road.modifier)
        road.last_bits, road.bits = bits, rules.next_bits
        if road.bits != bits or not target:
            target = target_from_compact(road.bits)
        road.upcoming = None
        if bounds.until_number is not None and road.number >= bounds.until_number:
            return Leg(changes, True)
        road.upcoming = next(sampled_wins(_Here(book), target, Draws(seed + road.modifier)), None)
        if road.upcoming is None:
            return Leg(changes, True)
        road.coin, road.interval_s = road.upcoming.coin, road.upcoming.steps * parameters.grid_s
        if road.timestamp_s + road.interval_s > bounds.until_s:
            return Leg(changes, True)
        if len(changes) == room_blocks:
            return Leg(changes, False)


class _Here:
    """A book where it stands, as the kernel asks for it."""

    __slots__ = ("_book",)

    def __init__(self, book: Book) -> None:
        self._book = book

    def book(self) -> Book:
        return self._book
