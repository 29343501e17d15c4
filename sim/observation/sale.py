"""Rows of the sale: every purchase with what came of it, every part of MED that was or is locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from chain.block import Address, ExecutedBlock
from chain.contracts.reference.vesting import due_s, parts_med_units
from chain.contracts.system import System
from sim.agents.people import People
from sim.audit.lock_book import Grant, LockBook
from sim.calendar import Calendar
from sim.metrics.rows import RowCollector
from sim.observation.figures import hexadecimal
from sim.results.encoding import Json
from sim.sale.history import SaleHistory
from sim.sale.outcome import bought, sale_end
from sim.scenario.sale_calendar import PHASE_NAMES

TEAM = "team"
"""Source of what vests to the team, beside the phases of the sale."""

LOCKED, RELEASED = "locked", "released"


def write_sale(
    rows: RowCollector,
    system: System,
    blocks: Sequence[ExecutedBlock],
    sale: SaleHistory | None,
    calendar: Calendar,
) -> None:
    """Write a row for every purchase that was sent before the run; none where there was no sale."""
    for row in bought(system, blocks, sale.purchases if sale else {}):
        purchase = row.purchase
        rows.append(
            owner_id=purchase.buyer_id,
            country=purchase.country,
            phase=PHASE_NAMES[purchase.phase],
            bought_at_s=calendar.sim_s(row.bought_at_s),
            block_number=row.block_number,
            offered_sat=purchase.offered_sat,
            paid_sat=row.paid_sat,
            med_units=row.med_units,
            locked_med_units=row.locked_med_units,
            outcome=row.outcome,
        )


def write_vesting(
    rows: RowCollector, locks: LockBook, people: People, calendar: Calendar, first_release_at_s: int
) -> None:
    """Write a row for every lock of a purchase and for every part of a grant to the team.

    `first_release_at_s` is when the first part of the grants falls due (Unix seconds).
    """
    names = {account.address: account.owner_id for account in people.accounts}

    def write(
        owner: Address,
        source: str,
        part: int,
        due_at_s: int,
        amount: int,
        ended_at_s: int | None,
        outcome: str,
    ) -> None:
        rows.append(
            owner_id=names.get(owner, hexadecimal(owner)),
            source=source,
            part=part,
            due_at_s=calendar.sim_s(due_at_s),
            amount_med_units=amount,
            ended_at_s=None if ended_at_s is None else calendar.sim_s(ended_at_s),
            outcome=outcome,
        )

    for lock in locks.locks:
        source = PHASE_NAMES[lock.lock_id]
        outcome = lock.ended_by or LOCKED
        write(lock.owner, source, 1, lock.release_at_s, lock.amount_med_units, lock.ended_at_s, outcome)
    for grant in locks.grants.values():
        parts = parts_med_units(grant.amount_med_units)
        for part, (due_at_s, amount, ended_at_s) in enumerate(
            zip(due_s(first_release_at_s), parts, released_at_s(grant), strict=True), start=1
        ):
            outcome = LOCKED if ended_at_s is None else RELEASED
            write(grant.owner, TEAM, part, due_at_s, amount, ended_at_s, outcome)


def released_at_s(grant: Grant) -> Iterator[int | None]:
    """Yield when each part of a grant was released (Unix seconds), None where it was not.

    One release may bring several parts that have fallen due since the release before.
    """
    sums = list(accumulate(amount for _time_s, amount in grant.releases))
    for due in accumulate(parts_med_units(grant.amount_med_units)):
        reached = (
            time_s for (time_s, _amount), total in zip(grant.releases, sums, strict=True) if total >= due
        )
        yield next(reached, None)


def sale_facts(
    system: System, blocks: Sequence[ExecutedBlock], sale: SaleHistory | None, allocation_med_units: int
) -> Mapping[str, Json] | None:
    """Return what a report says of the sale as a whole; None where there was none."""
    if sale is None:
        return None
    end = sale_end(system, blocks)
    return {
        "allocation_med_units": allocation_med_units,
        "unsold_med_units": end.unsold_med_units,
        "unsold_burned": end.burned,
        "proceeds_sat": end.proceeds_sat,
    }
