"""What of locks and grants falls due during a run, from the books of the events."""

from __future__ import annotations

from collections.abc import Sequence

from chain.block import Address
from chain.contracts.reference.vesting import parts_med_units
from sim.agents.releases import DueLocks, DuePart
from sim.audit.lock_book import LockBook
from sim.calendar import Calendar


def due_locks(book: LockBook, calendar: Calendar, until_s: float) -> list[DueLocks]:
    """Return the locks that still hold and whose time comes before `until_s`, by number and time."""
    owners: dict[tuple[int, int], list[Address]] = {}
    for lock in book.locks:
        due_at_s = max(0, calendar.sim_s(lock.release_at_s))
        if lock.ended_at_s is None and due_at_s < until_s:
            owners.setdefault((due_at_s, lock.lock_id), []).append(lock.owner)
    return [
        DueLocks(due_at_s, lock_id, tuple(owners[due_at_s, lock_id])) for due_at_s, lock_id in sorted(owners)
    ]


def due_parts(book: LockBook, calendar: Calendar, until_s: float, times_s: Sequence[int]) -> list[DuePart]:
    """Return the parts of grants that fall due from the run's start until before `until_s`.

    `times_s` is when the parts fall due (Unix seconds); a part of nothing is no release.
    """
    due = []
    for number, time_s in enumerate(times_s):
        due_at_s = calendar.sim_s(time_s)
        owners = tuple(
            grant.owner for grant in book.grants.values() if parts_med_units(grant.amount_med_units)[number]
        )
        if owners and 0 <= due_at_s < until_s:
            due.append(DuePart(due_at_s, owners))
    return due
