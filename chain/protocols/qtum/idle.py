"""Many empty blocks at once: what `forge` does to one after the other, without a state and a proposal for each.

Only for the sampled kernel and coins that nobody has delegated; the rules are those of the files beside this one.
Nobody asks for a state within an idle stretch, so that none is made: the coin book goes from block to block,
and the place where it started keeps all changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from chain.draws import Draws
from chain.protocols.qtum.coins import Change, CoinBook
from chain.protocols.qtum.compact import target_from_compact, work_of
from chain.protocols.qtum.forging import modifier_after, sharers_of, stake_of, stake_transaction
from chain.protocols.qtum.kernel import Win, sampled_wins
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.retarget import next_bits
from chain.protocols.qtum.rewards import split_reward, subsidy_sat
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
    grid_s, owners, seed = parameters.grid_s, state.owners, state.seed
    number, timestamp_s, bits, modifier = state.number, state.timestamp_s, state.bits, state.modifier
    subsidies_sat, work = state.subsidies_sat, state.work
    producers = state.producers.copy()
    paid_sat, made = [0] * len(owners), [0] * len(owners)
    at, book = state.book.ready()
    room_blocks = at.room_blocks
    changes: list[Change] = []
    target, block_work = target_from_compact(bits), work_of(bits)
    coin, interval_s = first.coin, first.interval_s
    while True:
        if len(changes) == room_blocks:
            at, book = at.passed(changes).ready()
            room_blocks, changes = at.room_blocks, []
        number += 1
        timestamp_s += interval_s
        issued_sat = subsidy_sat(parameters, number)
        reward = split_reward(parameters, number, issued_sat, len(producers))
        part_sat = reward.part_sat
        sharers = sharers_of(parameters, producers, reward.sharers)
        stake = stake_of(parameters, owners, book, coin, reward.producer_sat)
        transaction = stake_transaction(modifier, coin, timestamp_s)
        outputs = [*stake.outputs, *[(sharer, part_sat) for sharer in sharers]]
        changes.append(book.close_block(number, timestamp_s, transaction, outputs, stake.spent))
        for owner, amount_sat in stake.payments:
            paid_sat[owner] += amount_sat
        for owner in sharers:
            paid_sat[owner] += part_sat
        made[stake.producer] += 1
        producers.append(stake.producer)
        subsidies_sat += issued_sat
        work += block_work
        last_bits = bits
        modifier = modifier_after(coin, modifier)
        bits = next_bits(parameters, number + 1, bits, interval_s)
        if bits != last_bits:
            target, block_work = target_from_compact(bits), work_of(bits)
        upcoming = None
        if until_number is not None and number >= until_number:
            break
        upcoming = next(sampled_wins(_Here(book), target, Draws(seed + modifier)), None)
        if upcoming is None:
            break
        coin, interval_s = upcoming.coin, upcoming.steps * grid_s
        if timestamp_s + interval_s > until_s:
            break
    tip = QtumState(
        number=number,
        timestamp_s=timestamp_s,
        bits=bits,
        modifier=modifier,
        seed=seed,
        owners=owners,
        book=at.passed(changes),
        producers=producers,
        subsidies_sat=subsidies_sat,
        fees_reissued_sat=state.fees_reissued_sat,
        work=work,
    )
    return Passed(tip, last_bits, paid_sat, made, upcoming)


class _Here:
    """A book where it stands, as the kernel asks for it."""

    __slots__ = ("_book",)

    def __init__(self, book: CoinBook) -> None:
        self._book = book

    def book(self) -> CoinBook:
        return self._book
