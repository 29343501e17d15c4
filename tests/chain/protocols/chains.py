"""Stakers, openings and one-by-one runs that the tests of several protocols share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chain.protocols.protocol import ConsensusProtocol, Payouts, Proposal, Staker
from chain.units import MED_UNITS_PER_MED

OPENING_S = 1_560_384_000
SEED = b"\x05" * 32


def address_of(index: int) -> bytes:
    """Return addresses whose order is not that of their indices."""
    return bytes([(index * 37 + 11) % 256]) * 20


def stakers_of(stakes_med: Sequence[int]) -> list[Staker]:
    """Return stakers p0, p1, … with one coin each, in whole MED."""
    return [
        Staker(f"p{index}", address_of(index), (stake_med * MED_UNITS_PER_MED,))
        for index, stake_med in enumerate(stakes_med)
    ]


def step(protocol: ConsensusProtocol, state: Any, fees_sat: int = 0) -> tuple[Any, Proposal, Payouts]:
    """Return the state after the next block, the block, and what it paid."""
    proposal = protocol.next_proposal(state)
    follower, payouts = protocol.apply(state, proposal, fees_sat)
    return follower, proposal, payouts


def steps(protocol: ConsensusProtocol, state: Any, blocks: int) -> Any:
    """Return the state so many blocks on."""
    for _ in range(blocks):
        state, _proposal, _payouts = step(protocol, state)
    return state


def assert_idle_equals_block_by_block(protocol: ConsensusProtocol, state: Any, blocks: int) -> None:
    """Pass as many blocks in one stretch, in two, and one by one, and compare all that can be seen."""
    tip, made, paid = state, dict[str, int](), dict[str, int]()
    first_s = protocol.next_proposal(state).timestamp_s
    for _ in range(blocks):
        tip, proposal, payouts = step(protocol, tip)
        made[proposal.producer_id] = made.get(proposal.producer_id, 0) + 1
        for owner, amount_sat in payouts.by_owner_sat.items():
            paid[owner] = paid.get(owner, 0) + amount_sat
    whole, stretch = protocol.advance_idle(state, tip.timestamp_s)
    assert whole == tip
    assert protocol.state_root(whole) == protocol.state_root(tip)
    assert stretch is not None
    assert (stretch.count, stretch.first_number, stretch.last_number) == (
        blocks,
        state.number + 1,
        tip.number,
    )
    assert (stretch.parent_timestamp_s, stretch.first_timestamp_s) == (state.timestamp_s, first_s)
    assert stretch.last_timestamp_s == tip.timestamp_s
    assert dict(stretch.blocks_by_owner) == made
    assert dict(stretch.subsidy_by_owner_sat) == {owner: amount for owner, amount in paid.items() if amount}
    assert stretch.subsidy_sat == protocol.subsidies_sat(tip) - protocol.subsidies_sat(state)
    order = [owner for owner in protocol.validators(state) if owner in made]
    assert list(stretch.blocks_by_owner) == order
    half, _first = protocol.advance_idle(state, tip.timestamp_s + 10**6, state.number + blocks // 2)
    assert half.number == state.number + blocks // 2
    assert protocol.advance_idle(half, tip.timestamp_s)[0] == tip
    assert protocol.advance_idle(state, protocol.next_proposal(state).timestamp_s - 1) == (state, None)
    assert protocol.advance_idle(state, tip.timestamp_s, state.number) == (state, None)
