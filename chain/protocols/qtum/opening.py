"""The opening state: stakers' coins, then idle blocks that settle maturity and difficulty."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from chain.hashing import sha256d
from chain.protocols.protocol import ProtocolError, Staker
from chain.protocols.qtum.book import NewBook
from chain.protocols.qtum.coins import CoinBook
from chain.protocols.qtum.compact import compact_from_target
from chain.protocols.qtum.delegation import Delegations
from chain.protocols.qtum.kernel import HASH_BITS
from chain.protocols.qtum.parameters import QtumParameters
from chain.protocols.qtum.retarget import target_limit
from chain.protocols.qtum.rewards import PERCENT
from chain.protocols.qtum.state import Owner, QtumState
from chain.protocols.qtum.versions import BookAt

SEED_BYTES: Final = 32


def first_state(
    parameters: QtumParameters,
    stakers: Sequence[Staker],
    *,
    number: int,
    timestamp_s: int,
    seed: bytes,
    new_book: NewBook = CoinBook,
) -> QtumState:
    """Return the state at block `number` in which every coin is mature and the target fits the mature weight.

    Where coins are delegated the reference's book keeps them, whatever `new_book` makes.

    Raises `ProtocolError` where stakers, seed or height are not what the rules can start from.
    """
    _check(parameters, stakers, number, seed)
    owners = _owners(stakers)
    sizes = (len(stakers), parameters.maturity_blocks, parameters.combine_threshold_sat)
    delegations = _delegations(parameters, owners)
    book = new_book(*sizes) if delegations is None else CoinBook(*sizes, delegations)
    made_s = timestamp_s - parameters.maturity_blocks * parameters.spacing_s
    for owner, staker in enumerate(stakers):
        for value_sat in staker.coins_sat:
            book.open_coin(owner, value_sat, number - parameters.maturity_blocks, made_s, b"opening" + seed)
    book.count_from(number)
    target = 2**HASH_BITS * parameters.grid_s // (parameters.spacing_s * book.mature_sat)
    return QtumState(
        number=number,
        timestamp_s=timestamp_s,
        bits=compact_from_target(min(target, target_limit(parameters, number + 1))),
        modifier=hashlib.sha256(b"modifier" + seed).digest(),
        seed=seed,
        owners=owners,
        book=BookAt(book),
        producers=deque(maxlen=parameters.oldest_sharer_offset_blocks),
        subsidies_sat=0,
        fees_reissued_sat=0,
    )


def settled(state: QtumState, timestamp_s: int) -> QtumState:
    """Return a state moved in time to have its tip at `timestamp_s`; its counts of payments start anew."""
    book = state.coins.shifted(timestamp_s - state.timestamp_s)
    book.count_from(state.number)
    return QtumState(
        number=state.number,
        timestamp_s=timestamp_s,
        bits=state.bits,
        modifier=sha256d(b"opening" + state.modifier),
        seed=state.seed,
        owners=state.owners,
        book=BookAt(book),
        producers=state.producers,
        subsidies_sat=0,
        fees_reissued_sat=0,
    )


def _check(parameters: QtumParameters, stakers: Sequence[Staker], number: int, seed: bytes) -> None:
    first = max(parameters.last_work_block + 1, parameters.shorter_blocks_from)
    if number < first - 1:
        raise ProtocolError(f"staking starts after block {first - 1}; the opening would start at {number}")
    if len(seed) != SEED_BYTES:
        raise ProtocolError(f"the protocol's seed is {SEED_BYTES} bytes, not {len(seed)}")
    names = [staker.owner_id for staker in stakers]
    if len(set(names)) != len(names):
        raise ProtocolError("two stakers share an owner id")
    for staker in stakers:
        _check_delegation(parameters, staker, {each.owner_id: each for each in stakers})
    wins = sum(_wins_before_rest(parameters, staker) for staker in stakers if staker.delegates_to is None)
    if wins <= parameters.maturity_blocks:
        raise ProtocolError(
            f"the coins can make {wins} blocks before all of them rest, and one rests for"
            f" {parameters.maturity_blocks} blocks whenever it has staked, so that the chain could stop;"
            f" more than {parameters.maturity_blocks} keep it going"
        )
    if any(value_sat <= 0 for staker in stakers for value_sat in staker.coins_sat):
        raise ProtocolError("every coin holds at least 1 satoshi")


def _check_delegation(parameters: QtumParameters, staker: Staker, stakers: Mapping[str, Staker]) -> None:
    if staker.delegates_to is None:
        return
    if not parameters.delegation:
        raise ProtocolError(f"staker {staker.owner_id} delegates, and these rules know no delegation")
    if staker.delegates_to not in stakers or staker.delegates_to == staker.owner_id:
        raise ProtocolError(
            f"staker {staker.owner_id} delegates to {staker.delegates_to}, which is no other staker"
        )
    if stakers[staker.delegates_to].delegates_to is not None:
        raise ProtocolError(
            f"staker {staker.owner_id} delegates to {staker.delegates_to}, which delegates itself"
        )
    if not parameters.least_fee_percent <= staker.fee_percent <= PERCENT:
        raise ProtocolError(
            f"a super-staker takes {parameters.least_fee_percent} to {PERCENT} percent, and staker"
            f" {staker.owner_id} offers {staker.fee_percent}"
        )


def _owners(stakers: Sequence[Staker]) -> tuple[Owner, ...]:
    indices = {staker.owner_id: index for index, staker in enumerate(stakers)}
    return tuple(
        Owner(staker.owner_id, staker.address)
        if staker.delegates_to is None
        else Owner(staker.owner_id, staker.address, indices[staker.delegates_to], staker.fee_percent)
        for staker in stakers
    )


def _delegations(parameters: QtumParameters, owners: Sequence[Owner]) -> Delegations | None:
    if all(owner.super_staker is None for owner in owners):
        return None
    producers = [
        index if owner.super_staker is None else owner.super_staker for index, owner in enumerate(owners)
    ]
    return Delegations(producers, parameters.companion_from_sat, parameters.delegated_from_sat)


def _wins_before_rest(parameters: QtumParameters, staker: Staker) -> int:
    """Return how many blocks a staker's coins make at least, when no coin that has staked is mature again.

    A win locks one large coin and takes the small ones along, or locks as many small ones as may be combined. One by a
    delegated coin locks a large coin too, its super-staker's: delegation adds none.
    """
    large = sum(value_sat >= parameters.combine_threshold_sat for value_sat in staker.coins_sat)
    return large or -(-len(staker.coins_sat) // parameters.combined_inputs)
