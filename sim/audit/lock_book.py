"""What the events of the lock and the team's vesting say they owe, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from chain.block import Address, Log
from chain.contracts.bindings import team_vesting, token_lock
from chain.contracts.system import System

_KINDS: Final = (
    token_lock.Locked,
    token_lock.Released,
    token_lock.ClawedBack,
    team_vesting.Granted,
    team_vesting.Released,
    team_vesting.BeneficiaryChanged,
)


@dataclass
class Lock:
    """MED of one buyer in one phase's lock. `ended_by` is "released" or "taken back", None while it holds."""

    owner: Address
    lock_id: int
    release_at_s: int
    amount_med_units: int
    ended_at_s: int | None = None
    ended_by: str | None = None


@dataclass
class Grant:
    """A team member's grant; `releases` holds (Unix seconds, units) in the order in which they came."""

    owner: Address
    amount_med_units: int
    releases: list[tuple[int, int]] = field(default_factory=list)

    @property
    def released_med_units(self) -> int:
        """What has been released so far."""
        return sum(amount for _time_s, amount in self.releases)


class LockBook:
    """Locks and grants, from the contracts' events alone."""

    def __init__(self, system: System) -> None:
        self.locks: list[Lock] = []
        self.grants: dict[Address, Grant] = {}
        self.locks_owe_med_units = 0
        self.vesting_owes_med_units = 0
        self.locked_med_units: dict[Address, int] = {}
        """What an owner has in locks and grants together."""
        self._open: dict[tuple[Address, int], Lock] = {}
        self._system = system

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
        lock = self._open.get((owner, lock_id))
        if lock is None:
            lock = self._open[owner, lock_id] = Lock(owner, lock_id, event.release_at_s, 0)
            self.locks.append(lock)
        lock.amount_med_units += amount
        self.locks_owe_med_units += amount
        self._own(owner, amount)

    def _end_lock(
        self, event: token_lock.Released | token_lock.ClawedBack, how: str, timestamp_s: int
    ) -> None:
        lock = self._open.pop((event.beneficiary, event.lock_id))
        lock.ended_at_s, lock.ended_by = timestamp_s, how
        self.locks_owe_med_units -= event.amount_med_units
        self._own(lock.owner, -event.amount_med_units)

    def _grant(self, event: team_vesting.Granted) -> None:
        owner, amount = event.beneficiary, event.amount_med_units
        self.grants[owner] = Grant(owner, amount)
        self.vesting_owes_med_units += amount
        self._own(owner, amount)

    def _release_part(self, event: team_vesting.Released, timestamp_s: int) -> None:
        owner, amount = event.beneficiary, event.amount_med_units
        self.grants[owner].releases.append((timestamp_s, amount))
        self.vesting_owes_med_units -= amount
        self._own(owner, -amount)

    def _hand_on(self, event: team_vesting.BeneficiaryChanged) -> None:
        grant = self.grants.pop(event.beneficiary)
        left = grant.amount_med_units - grant.released_med_units
        self._own(event.beneficiary, -left)
        grant.owner = event.successor
        self.grants[grant.owner] = grant
        self._own(grant.owner, left)

    def _own(self, owner: Address, amount_med_units: int) -> None:
        self.locked_med_units[owner] = self.locked_med_units.get(owner, 0) + amount_med_units
