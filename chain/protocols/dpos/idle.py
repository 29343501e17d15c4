"""Stretches in which every producer makes its block: whole dynasties at once, the rest block by block."""

from __future__ import annotations

from dataclasses import replace

from chain.protocols.dpos.parameters import DposParameters
from chain.protocols.dpos.producing import followed
from chain.protocols.dpos.rewards import reward_runs
from chain.protocols.dpos.slots import places_of, producer_at
from chain.protocols.dpos.state import DposState


class Stretch:
    """A stretch on the way: its tip, and rewards (10^-8 MED) and blocks so far by producer's place."""

    def __init__(self, parameters: DposParameters, start: DposState) -> None:
        self.tip = start
        self.paid_sat = [0] * len(start.books.producers)
        self.made = [0] * len(start.books.producers)
        self._parameters = parameters
        self._start = start

    @property
    def blocks(self) -> int:
        """Blocks passed."""
        return self.tip.number - self._start.number

    def pass_until(self, last_slot: int, most_blocks: int | None) -> None:
        """Pass the blocks of all slots up to `last_slot`, `most_blocks` of them at most."""
        size = self._parameters.dynasty_seats
        slot = self.tip.timestamp_s // self._parameters.slot_s + 1
        while slot <= last_slot and (most_blocks is None or self.blocks < most_blocks):
            if slot % size == 0:
                filled = size - self.tip.books.elected(size).count(None)
                if not filled:
                    return
                dynasties = (last_slot + 1 - slot) // size
                if most_blocks is not None:
                    dynasties = min(dynasties, (most_blocks - self.blocks) // filled)
                if dynasties:
                    self._leap(dynasties)
                    slot += dynasties * size
                    continue
            self._step(slot)
            slot += 1

    def _step(self, slot: int) -> None:
        producer = producer_at(self._parameters, self.tip, slot)
        if producer is not None:
            place = self.tip.books.places[producer.address]
            self.tip, reward_sat = followed(self._parameters, self.tip, slot)
            self.paid_sat[place] += reward_sat
            self.made[place] += 1

    def _leap(self, dynasties: int) -> None:
        """Pass whole dynasties, beginning with the one after the tip's, which is over."""
        parameters, tip, size = self._parameters, self.tip, self._parameters.dynasty_seats
        seats = tip.books.elected(size)
        seated = [place for place in places_of(seats, tip.books.places) if place is not None]
        self._pay(seated, dynasties * len(seated))
        turns = list(tip.turns)
        for place in seated:
            self.made[place] += dynasties
            turns[place] += dynasties
        earned_sat = zip(self._start.earned_sat, self.paid_sat, strict=True)
        issued_sat = sum(self.paid_sat)
        dynasty, number = tip.dynasty + dynasties, tip.number + dynasties * len(seated)
        last_filled = max(index for index, seat in enumerate(seats) if seat is not None)
        confirming = parameters.confirming_producers
        self.tip = replace(
            tip,
            number=number,
            timestamp_s=(dynasty * size + last_filled) * parameters.slot_s,
            dynasty=dynasty,
            seats=seats,
            dynasty_blocks=len(seated),
            final_number=number - confirming + 1 if len(seated) >= confirming else tip.final_number,
            supply_sat=self._start.supply_sat + issued_sat,
            subsidies_sat=self._start.subsidies_sat + issued_sat,
            earned_sat=tuple(before + paid for before, paid in earned_sat),
            turns=tuple(turns),
        )

    def _pay(self, seated: list[int], blocks: int) -> None:
        passed = 0
        for reward_sat, count in reward_runs(self._parameters, self.tip.supply_sat, blocks):
            rounds, rest = divmod(count, len(seated))
            for offset in range(len(seated)):
                place = seated[(passed + offset) % len(seated)]
                self.paid_sat[place] += reward_sat * (rounds + (offset < rest))
            passed += count


def slots_before(parameters: DposParameters, state: DposState, blocks: int) -> int:
    """Return the slot after which exactly `blocks` blocks end with the tip's, if its books elect all along.

    The tip's slot must be one of a filled seat.
    """
    size = parameters.dynasty_seats
    seats = state.books.elected(size)
    filled = size - seats.count(None)
    rounds, rest = divmod(blocks, filled)
    slot = state.timestamp_s // parameters.slot_s - rounds * size
    while rest:
        rest -= seats[slot % size] is not None
        slot -= 1
    return slot
