"""One block: who may make it, and the state that follows."""

from __future__ import annotations

import hashlib

from chain.protocols.dpos.accounts import Candidate
from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.rewards import reward_sat
from chain.protocols.dpos.slots import producer_at, seats_at, turns_until
from chain.protocols.dpos.state import DposProposal, DposState


def proposal_at(state: DposState, slot: int, slot_s: int, producer: Candidate) -> DposProposal:
    """Return the producer's block of a slot.

    The chain has no randomness of its own; what contracts see is hashed from seed, slot and height.
    """
    timestamp_s = slot * slot_s
    number = state.number + 1
    return DposProposal(
        number=number,
        timestamp_s=timestamp_s,
        interval_s=timestamp_s - state.timestamp_s,
        producer_id=producer.owner_id,
        producer_address=producer.address,
        difficulty_bits=0,
        randomness=hashlib.sha256(state.seed + b"%d/%d" % (slot, number)).digest(),
        slot=slot,
    )


def broken_rule(parameters: DposParameters, state: DposState, proposal: DposProposal) -> str | None:
    """Return in words why a block cannot follow a state, or None where it can."""
    slot = proposal.slot
    if proposal.number != state.number + 1:
        return f"it cannot follow block {state.number}"
    if proposal.timestamp_s <= state.timestamp_s:
        return f"its time {proposal.timestamp_s} s is not after its parent's {state.timestamp_s} s"
    if proposal.timestamp_s != slot * parameters.slot_s:
        return f"its time {proposal.timestamp_s} s is not that of slot {slot}"
    producer = producer_at(parameters, state, slot)
    if producer is None:
        return f"slot {slot} belongs to an empty seat"
    if producer.owner_id != proposal.producer_id:
        return f"slot {slot} belongs to {producer.owner_id}, not to {proposal.producer_id}"
    if proposal != proposal_at(state, slot, parameters.slot_s, producer):
        return "its header says something else than the rules"
    return None


def followed(parameters: DposParameters, state: DposState, slot: int) -> tuple[DposState, int]:
    """Return the state after the block of a slot whose seat is filled, and the reward of its producer."""
    seats = seats_at(parameters, state, slot)
    dynasty, seat = divmod(slot, parameters.dynasty_seats)
    producer = seats[seat]
    assert producer is not None
    reward = reward_sat(parameters, state.supply_sat)
    place = state.books.places[producer.address]
    earned = list(state.earned_sat)
    earned[place] += reward
    number = state.number + 1
    made = state.dynasty_blocks + 1 if dynasty == state.dynasty else 1
    confirming = parameters.confirming_producers
    if slot * parameters.slot_s == state.timestamp_s + parameters.slot_s:
        counted = list(state.turns)
        counted[place] += 1
        turns = tuple(counted)
    else:
        turns = turns_until(parameters, state, slot)
    follower = DposState(
        number=number,
        timestamp_s=slot * parameters.slot_s,
        seed=state.seed,
        books=state.books,
        dynasty=dynasty,
        seats=seats,
        dynasty_blocks=made,
        # A seat has one slot in its dynasty, so that each of its blocks has another producer: walking back
        # from the tip, as many blocks as it takes are as many producers.
        final_number=number - confirming + 1 if made >= confirming else state.final_number,
        supply_sat=state.supply_sat + reward,
        subsidies_sat=state.subsidies_sat + reward,
        earned_sat=tuple(earned),
        turns=turns,
    )
    return follower, reward
