"""What the events of the lock and the team's vesting say they owe, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chain.abi import Event
from chain.block import Address, Log
from chain.contracts.system import System


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
        self._lock = system.lock
        self._vesting = system.vesting
        self._writers = (system.lock.address, system.vesting.address)

    def note(self, logs: Iterable[Log], timestamp_s: int) -> None:
        """Enter the events of the two contracts among the `logs` of a block."""
        for log in logs:
            if log.address not in self._writers:
                continue
            event = self._lock.decode_log(log)
            if event is not None:
                self._note_lock(event, timestamp_s)
            event = self._vesting.decode_log(log)
            if event is not None:
                self._note_grant(event, timestamp_s)

    def _note_lock(self, event: Event, timestamp_s: int) -> None:
        told = event.arguments
        if event.name == "Locked":
            owner, lock_id, amount = told["beneficiary"], told["lockId"], told["amount"]
            lock = self._open.get((owner, lock_id))
            if lock is None:
                lock = self._open[owner, lock_id] = Lock(owner, lock_id, told["releaseAt"], 0)
                self.locks.append(lock)
            lock.amount_med_units += amount
            self.locks_owe_med_units += amount
            self._own(owner, amount)
        elif event.name in ("Released", "ClawedBack"):
            lock = self._open.pop((told["beneficiary"], told["lockId"]))
            lock.ended_at_s = timestamp_s
            lock.ended_by = "released" if event.name == "Released" else "taken back"
            self.locks_owe_med_units -= told["amount"]
            self._own(lock.owner, -told["amount"])

    def _note_grant(self, event: Event, timestamp_s: int) -> None:
        told = event.arguments
        owner = told["beneficiary"]
        if event.name == "Granted":
            self.grants[owner] = Grant(owner, told["amount"])
            self.vesting_owes_med_units += told["amount"]
            self._own(owner, told["amount"])
        elif event.name == "Released":
            self.grants[owner].releases.append((timestamp_s, told["amount"]))
            self.vesting_owes_med_units -= told["amount"]
            self._own(owner, -told["amount"])
        elif event.name == "BeneficiaryChanged":
            grant = self.grants.pop(owner)
            left = grant.amount_med_units - grant.released_med_units
            self._own(owner, -left)
            grant.owner = told["successor"]
            self.grants[grant.owner] = grant
            self._own(grant.owner, left)

    def _own(self, owner: Address, amount_med_units: int) -> None:
        self.locked_med_units[owner] = self.locked_med_units.get(owner, 0) + amount_med_units
