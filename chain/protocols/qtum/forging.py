"""From a state and its proposal to the next state: stake transaction, earlier producers' shares, maturity."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from chain.hashing import sha256d
from chain.protocols.protocol import ProtocolError
from chain.protocols.qtum.book import Book
from chain.protocols.qtum.coins import Coin
from chain.protocols.qtum.compact import work_of
from chain.protocols.qtum.parameters import SATOSHI_PER_CENT, QtumParameters
from chain.protocols.qtum.retarget import next_bits
from chain.protocols.qtum.rewards import PERCENT, split_delegated, split_reward, subsidy_sat
from chain.protocols.qtum.state import Owner, QtumProposal, QtumState
from chain.protocols.qtum.versions import BookAt

Payment = tuple[int, int]
"""Owner index and satoshi."""


def forge(
    parameters: QtumParameters, state: QtumState, proposal: QtumProposal, fees_sat: int
) -> tuple[QtumState, Sequence[Payment]]:
    """Return the state after the proposed block and what it paid.

    Raises `ProtocolError` where its coin may not stake.
    """
    number, book, coin = proposal.number, state.coins, proposal.coin
    if not book.is_mature(coin):
        raise ProtocolError(
            f"coin {coin.serial} may not stake in block {number}: it is not mature in this state"
        )
    issued_sat = subsidy_sat(parameters, number)
    reward = split_reward(parameters, number, issued_sat + fees_sat, len(state.producers))
    sharers = sharers_of(parameters, state.producers, reward.sharers)
    shares = [(sharer, reward.part_sat) for sharer in sharers]
    stake = stake_of(parameters, state.owners, book, coin, reward.producer_sat)
    producers = state.producers.copy()
    producers.append(stake.producer)
    follower = QtumState(
        number=number,
        timestamp_s=proposal.timestamp_s,
        bits=next_bits(parameters, number + 1, state.bits, proposal.interval_s),
        modifier=proposal.modifier,
        seed=state.seed,
        owners=state.owners,
        book=state.book.followed(
            number,
            proposal.timestamp_s,
            stake_transaction(state.modifier, coin, proposal.timestamp_s),
            [*stake.outputs, *shares],
            stake.spent,
            stake.rested,
        ),
        producers=producers,
        subsidies_sat=state.subsidies_sat + issued_sat,
        fees_reissued_sat=state.fees_reissued_sat + fees_sat,
        work=state.work + work_of(state.bits),
    )
    return follower, [*stake.payments, *shares]


def owned(state: QtumState) -> QtumState:
    """Return an equal state with a book of its own, which may be changed."""
    return replace(state, book=BookAt(state.coins.copy()))


def modifier_after(coin: Coin, modifier: bytes) -> bytes:
    """Return the stake modifier of the block that `coin` makes on a parent with `modifier`."""
    return sha256d(coin.transaction + modifier)


def sharers_of(parameters: QtumParameters, producers: deque[int], count: int) -> list[int]:
    """Return the producers of blocks h - 500, h - 501, … for the block h that follows."""
    nearest = parameters.oldest_sharer_offset_blocks - count + 1
    return [producers[-offset] for offset in range(nearest, nearest + count)]


class Stake(NamedTuple):
    """A stake transaction: who signs it, what it takes, what it makes, and who is paid how much by it."""

    producer: int
    spent: Sequence[Coin]
    rested: Sequence[Coin]
    outputs: Sequence[Payment]
    payments: Sequence[Payment]


def stake_of(
    parameters: QtumParameters, owners: Sequence[Owner], book: Book, kernel: Coin, reward_sat: int
) -> Stake:
    if book.delegations is not None:
        companion = book.delegations.companion_of(kernel)
        if companion is not None:
            return _delegated_stake(owners[kernel.owner], kernel, companion, reward_sat)
    owner = kernel.owner
    more = book.small_coins(owner, other_than=kernel.transaction, limit=parameters.combined_inputs - 1)
    spent = [kernel, *more]
    amount_sat = sum(coin.value_sat for coin in spent) + reward_sat
    outputs = [(owner, each_sat) for each_sat in _split(parameters, amount_sat)]
    return Stake(owner, spent, (), outputs, [(owner, reward_sat)])


def _delegated_stake(delegator: Owner, kernel: Coin, companion: Coin, reward_sat: int) -> Stake:
    """The super-staker's fee goes into its own coin, the rest to the delegator, unspent coin and all."""
    fee_sat, rest_sat = split_delegated(reward_sat, delegator.fee_percent)
    payments = [(companion.owner, fee_sat)]
    if delegator.fee_percent < PERCENT:
        payments.append((kernel.owner, rest_sat))
    outputs = [(companion.owner, companion.value_sat + fee_sat), *payments[1:]]
    return Stake(companion.owner, [companion], [kernel], outputs, payments)


def _split(parameters: QtumParameters, amount_sat: int) -> Sequence[int]:
    """Return the producer's new coins: two from the split threshold on, the first half in whole cents."""
    if amount_sat < parameters.split_threshold_sat:
        return [amount_sat]
    half_sat = amount_sat // 2 // SATOSHI_PER_CENT * SATOSHI_PER_CENT
    return [half_sat, amount_sat - half_sat]


def stake_transaction(modifier: bytes, coin: Coin, timestamp_s: int) -> bytes:
    """Return the hash that names the stake transaction: of the spent outpoint and the time, on a block's modifier."""
    outpoint = coin.transaction + coin.output.to_bytes(4, "little")
    return sha256d(b"stake" + modifier + outpoint + timestamp_s.to_bytes(8, "little"))
