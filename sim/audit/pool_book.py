"""What the events of the reward pool and the emission schedule say the pool holds, and what of it vests for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chain.block import Address, Log
from chain.contracts.bindings.emission import Emitted
from chain.contracts.bindings.identity_registry import KeyReplaced
from chain.contracts.bindings.med_token import Transfer
from chain.contracts.bindings.reward_pool import (
    Destination,
    LeftOver,
    Paid,
    PointsSlashed,
    VestingSlashed,
    Withdrawn,
)
from chain.contracts.system import System
from sim.audit.med_book import NOBODY
from sim.audit.undo import Book, Kept, Tally, Total, Undo

_KINDS: Final = (
    Emitted,
    Paid,
    Withdrawn,
    LeftOver,
    PointsSlashed,
    VestingSlashed,
    Transfer,
    KeyReplaced,
)


class PoolBook(Book):
    """The pool's money from events alone: emitted or given to it, less what left it."""

    emitted_med_units = Total()
    due_med_units = Total()

    def __init__(self, system: System, undo: Undo | None = None) -> None:
        super().__init__(undo)
        self.vesting_med_units: Tally[Address] = Tally(self.undo)
        """What vests, by the person's first key."""
        self._system = system
        self._pool = system.address_of("RewardPool")
        self._person_of_key: Kept[Address, Address] = Kept(self.undo)

    def note(self, logs: Iterable[Log]) -> None:
        """Enter the events of a block's `logs`."""
        for event in self._system.events(logs, *_KINDS):
            match event:
                case Emitted():
                    self.emitted_med_units += event.amount_med_units
                    self.due_med_units += event.amount_med_units
                case Paid():
                    self._paid(event)
                case Withdrawn():
                    self.due_med_units -= event.amount_med_units
                    self.vesting_med_units[event.person] -= event.amount_med_units
                case LeftOver() | PointsSlashed():
                    self._sent(event)
                case VestingSlashed():
                    self.vesting_med_units[event.person] -= event.amount_med_units
                    self._sent(event)
                case Transfer():
                    self._moved(event)
                case KeyReplaced():
                    self._person_of_key[event.new_key] = event.person

    def _paid(self, event: Paid) -> None:
        self.due_med_units -= event.amount_med_units - event.vested_med_units
        person = self._person_of_key.get(event.account, event.account)
        self.vesting_med_units[person] += event.vested_med_units

    def _sent(self, event: LeftOver | PointsSlashed | VestingSlashed) -> None:
        if event.destination is not Destination.NEXT_EPOCH:
            self.due_med_units -= event.amount_med_units

    def _moved(self, event: Transfer) -> None:
        """What is given to the pool; what is minted to it, the schedule tells."""
        if event.to == self._pool and event.from_ != NOBODY:
            self.due_med_units += event.value_med_units
