"""Time as the protocol sees it: slots, dynasties, and whose turn a slot is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chain.block import Address
from chain.protocols.dpos.accounts import Candidate, Seats
from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.state import DposState


def seats_at(parameters: DposParameters, state: DposState, slot: int) -> Seats:
    """Return who sits in a later slot's dynasty: the tip's own, or whom its books elect into the next one."""
    if slot // parameters.dynasty_seats == state.dynasty:
        return state.seats
    return state.books.elected(parameters.dynasty_seats)


def producer_at(parameters: DposParameters, state: DposState, slot: int) -> Candidate | None:
    """Return whose turn a slot after the tip is, or None where its seat is empty."""
    return seats_at(parameters, state, slot)[slot % parameters.dynasty_seats]


def turns_until(parameters: DposParameters, state: DposState, slot: int) -> tuple[int, ...]:
    """Return the turns of each producer, with those in the slots after the tip up to and with `slot` added."""
    turns = list(state.turns)
    places = state.books.places
    size = parameters.dynasty_seats
    first = state.timestamp_s // parameters.slot_s + 1
    own_end = min(slot + 1, max(first, (state.dynasty + 1) * size))
    _count(turns, places_of(state.seats, places), range(first, own_end), size)
    if own_end <= slot:
        _count(turns, places_of(state.books.elected(size), places), range(own_end, slot + 1), size)
    return tuple(turns)


def places_of(seats: Seats, places: Mapping[Address, int]) -> list[int | None]:
    """Return each seat's place among the producers, None for an empty one."""
    return [None if seat is None else places[seat.address] for seat in seats]


def _count(turns: list[int], seated: Sequence[int | None], slots: range, size: int) -> None:
    rounds, rest = divmod(len(slots), size)
    if rounds:
        for place in seated:
            if place is not None:
                turns[place] += rounds
    for slot in slots[:rest]:
        place = seated[slot % size]
        if place is not None:
            turns[place] += 1
