"""From a state and its proposal to the next state: stake transaction, earlier producers' shares, maturity."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from chain.hashing import sha256d
from chain.protocols.protocol import ProtocolError
from chain.protocols.qtum.coins import Coin, CoinBook
from chain.protocols.qtum.parameters import SATOSHI_PER_CENT, QtumParameters
from chain.protocols.qtum.retarget import next_bits
from chain.protocols.qtum.rewards import split_reward, subsidy_sat
from chain.protocols.qtum.state import QtumProposal, QtumState

Payment = tuple[int, int]
"""Owner index and satoshi."""


def forge(
    parameters: QtumParameters, state: QtumState, proposal: QtumProposal, fees_sat: int
) -> tuple[QtumState, Sequence[Payment]]:
    """Return the state after the proposed block and what it paid.

    Takes the parent's book and producers over: the caller hands in a state that it owns (see `owned`).
    """
    number, book = proposal.number, state.coins
    issued_sat = subsidy_sat(parameters, number)
    reward = split_reward(parameters, number, issued_sat + fees_sat, len(state.producers))
    sharers = _sharers(parameters, state.producers, reward.sharers)
    shares = [(sharer, reward.part_sat) for sharer in sharers]
    staked_sat = _spend_stake(parameters, book, proposal.coin, number)
    stake = _stake_outputs(parameters, proposal.coin.owner, staked_sat + reward.producer_sat)
    book.close_block(number, proposal.timestamp_s, _stake_transaction(state, proposal), stake + shares)
    state.producers.append(proposal.coin.owner)
    follower = QtumState(
        number=number,
        timestamp_s=proposal.timestamp_s,
        bits=next_bits(parameters, number + 1, state.bits, proposal.interval_s),
        modifier=proposal.modifier,
        seed=state.seed,
        owners=state.owners,
        coins=book,
        producers=state.producers,
        subsidies_sat=state.subsidies_sat + issued_sat,
        fees_reissued_sat=state.fees_reissued_sat + fees_sat,
    )
    return follower, [(proposal.coin.owner, reward.producer_sat), *shares]


def owned(state: QtumState) -> QtumState:
    """Return an equal state whose book and producers may be taken over."""
    return QtumState(
        number=state.number,
        timestamp_s=state.timestamp_s,
        bits=state.bits,
        modifier=state.modifier,
        seed=state.seed,
        owners=state.owners,
        coins=state.coins.copy(),
        producers=state.producers.copy(),
        subsidies_sat=state.subsidies_sat,
        fees_reissued_sat=state.fees_reissued_sat,
    )


def modifier_after(coin: Coin, modifier: bytes) -> bytes:
    """Return the stake modifier of the block that `coin` makes on a parent with `modifier`."""
    return sha256d(coin.transaction + modifier)


def _sharers(parameters: QtumParameters, producers: deque[int], count: int) -> list[int]:
    """Return the producers of blocks h - 500, h - 501, … for the block h that follows."""
    nearest = parameters.oldest_sharer_offset_blocks - count + 1
    return [producers[-offset] for offset in range(nearest, nearest + count)]


def _spend_stake(parameters: QtumParameters, book: CoinBook, kernel: Coin, number: int) -> int:
    """Spend the winning coin and its owner's small coins; return their sum."""
    try:
        book.spend(kernel, number)
    except KeyError as error:
        raise ProtocolError(
            f"coin {kernel.serial} may not stake in block {number}: it is not mature in this state"
        ) from error
    staked_sat = kernel.value_sat
    more = book.small_coins(kernel.owner, other_than=kernel.transaction, limit=parameters.combined_inputs - 1)
    for coin in more:
        book.spend(coin, number)
        staked_sat += coin.value_sat
    return staked_sat


def _stake_outputs(parameters: QtumParameters, owner: int, amount_sat: int) -> list[Payment]:
    """Return the producer's new coins: two from the split threshold on, the first half in whole cents."""
    if amount_sat < parameters.split_threshold_sat:
        return [(owner, amount_sat)]
    half_sat = amount_sat // 2 // SATOSHI_PER_CENT * SATOSHI_PER_CENT
    return [(owner, half_sat), (owner, amount_sat - half_sat)]


def _stake_transaction(state: QtumState, proposal: QtumProposal) -> bytes:
    """Return the hash that names the stake transaction: of the spent outpoint and the time."""
    outpoint = proposal.coin.transaction + proposal.coin.output.to_bytes(4, "little")
    return sha256d(b"stake" + state.modifier + outpoint + proposal.timestamp_s.to_bytes(8, "little"))
