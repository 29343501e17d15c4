"""What the events of the lock and the team's vesting say they owe, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from chain.block import Address, Log
from chain.contracts.bindings import team_vesting, token_lock
from chain.contracts.system import System
from sim.audit.undo import Book, Kept, Total, Undo

_KINDS: Final = (
    token_lock.Locked,
    token_lock.Released,
    token_lock.ClawedBack,
    team_vesting.Granted,
    team_vesting.Released,
    team_vesting.BeneficiaryChanged,
)


@dataclass(frozen=True)
class Lock:
    """MED of one buyer in one phase's lock. `ended_by` is "released" or "taken back", None while it holds."""

    owner: Address
    lock_id: int
    release_at_s: int
    amount_med_units: int
    ended_at_s: int | None = None
    ended_by: str | None = None


@dataclass(frozen=True)
class Grant:
    """A team member's grant; `releases` holds (Unix seconds, units) in the order in which they came."""

    owner: Address
    amount_med_units: int
    releases: list[tuple[int, int]] = field(default_factory=list)

    @property
    def released_med_units(self) -> int:
        """What has been released so far."""
        return sum(amount for _time_s, amount in self.releases)


class LockBook(Book):
    """Locks and grants, from the contracts' events alone."""

    locks_owe_med_units = Total()
    vesting_owes_med_units = Total()

    def __init__(self, system: System, undo: Undo | None = None) -> None:
        super().__init__(undo)
        self.grants: Kept[Address, Grant] = Kept(self.undo)
        self.locked_med_units: Kept[Address, int] = Kept(self.undo)
        """What an owner has in locks and grants together."""
        self._locks: Kept[int, Lock] = Kept(self.undo)
        self._open: Kept[tuple[Address, int], int] = Kept(self.undo)
        self._system = system

    @property
    def locks(self) -> list[Lock]:
        """All locks, in the order in which they were made."""
        return list(self._locks.values())

    def note(self, logs: Iterable[Log], timestamp_s: int) -> None:
        """Enter the events of the two contracts among the `logs` of a block."""
        for event in self._system.events(logs, *_KINDS):
            match event:
                case token_lock.Locked():
                    self._lock(event)
                case token_lock.Released():
                    self._end_lock(event, "released", timestamp_s)
                case token_lock.ClawedBack():
                    self._end_lock(event, "taken back", timestamp_s)
                case team_vesting.Granted():
                    self._grant(event)
                case team_vesting.Released():
                    self._release_part(event, timestamp_s)
                case team_vesting.BeneficiaryChanged():
                    self._hand_on(event)

    def _lock(self, event: token_lock.Locked) -> None:
        owner, lock_id, amount = event.beneficiary, event.lock_id, event.amount_med_units
        place = self._open.get((owner, lock_id))
        if place is None:
            place = self._open[owner, lock_id] = len(self._locks)
            self._locks[place] = Lock(owner, lock_id, event.release_at_s, 0)
        lock = self._locks[place]
        self._locks[place] = replace(lock, amount_med_units=lock.amount_med_units + amount)
        self.locks_owe_med_units += amount
        self._own(owner, amount)

    def _end_lock(
        self, event: token_lock.Released | token_lock.ClawedBack, how: str, timestamp_s: int
    ) -> None:
        place = self._open[event.beneficiary, event.lock_id]
        del self._open[event.beneficiary, event.lock_id]
        lock = self._locks[place]
        self._locks[place] = replace(lock, ended_at_s=timestamp_s, ended_by=how)
        self.locks_owe_med_units -= event.amount_med_units
        self._own(lock.owner, -event.amount_med_units)

    def _grant(self, event: team_vesting.Granted) -> None:
        owner, amount = event.beneficiary, event.amount_med_units
        self.grants[owner] = Grant(owner, amount)
        self.vesting_owes_med_units += amount
        self._own(owner, amount)

    def _release_part(self, event: team_vesting.Released, timestamp_s: int) -> None:
        owner, amount = event.beneficiary, event.amount_med_units
        grant = self.grants[owner]
        self.grants[owner] = replace(grant, releases=[*grant.releases, (timestamp_s, amount)])
        self.vesting_owes_med_units -= amount
        self._own(owner, -amount)

    def _hand_on(self, event: team_vesting.BeneficiaryChanged) -> None:
        grant = self.grants[event.beneficiary]
        del self.grants[event.beneficiary]
        left = grant.amount_med_units - grant.released_med_units
        self._own(event.beneficiary, -left)
        self.grants[event.successor] = replace(grant, owner=event.successor)
        self._own(event.successor, left)

    def _own(self, owner: Address, amount_med_units: int) -> None:
        self.locked_med_units[owner] = self.locked_med_units.get(owner, 0) + amount_med_units
