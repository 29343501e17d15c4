"""What became of the purchases, as the chain tells it: receipts and events of the opening's blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chain.block import ExecutedBlock
from chain.contracts.bindings.token_sale import Bought as BoughtEvent
from chain.contracts.bindings.token_sale import Finished, ProceedsWithdrawn
from chain.contracts.system import System
from chain.event_columns import EventColumns
from chain.log_columns import log_columns
from chain.units import satoshi_from_wei
from sim.sale.plan import Purchase

BOUGHT, CUT = "bought", "cut"
"""Outcomes of a purchase that the contract took: whole, or as far as a cap left room. A refused one has the name of
the contract's error."""


@dataclass(frozen=True)
class Bought:
    """One purchase and what came of it; amounts of MED in units of 10^-8 MED.

    `outcome` is "bought", "cut" (part of the payment came back), or the name of the error that refused it.
    """

    purchase: Purchase
    block_number: int
    bought_at_s: int
    paid_sat: int
    med_units: int
    locked_med_units: int
    outcome: str


@dataclass(frozen=True)
class SaleEnd:
    """What was left at the end: unsold units, whether they were burned, and the coin that went to the treasury."""

    unsold_med_units: int
    burned: bool
    proceeds_sat: int


def bought(
    system: System, blocks: Sequence[ExecutedBlock], purchases: Mapping[tuple[int, int], Purchase]
) -> Iterator[Bought]:
    """Yield every purchase with its outcome, in the order of the chain."""
    for block in blocks:
        number, receipts = block.environment.number, block.receipts
        told = _told(system.typed.event_columns(log_columns(receipts.logs), BoughtEvent))
        for index, status in enumerate(receipts.status):
            purchase = purchases.get((number, index))
            if purchase is None:
                continue
            paid_sat = med_units = locked_med_units = 0
            if status:
                paid_sat, med_units, locked_med_units = told[index]
                outcome = BOUGHT if paid_sat == purchase.offered_sat else CUT
            else:
                outcome = _error_name(system, receipts.output[index])
            yield Bought(
                purchase,
                number,
                block.environment.timestamp_s,
                paid_sat,
                med_units,
                locked_med_units,
                outcome,
            )


def _told(events: EventColumns) -> dict[int, tuple[int, int, int]]:
    """Return payment, units and locked units by the transaction that bought, the first time where it bought twice."""
    names = ("payment_sat", "amount_med_units", "locked_amount_med_units")
    values = list(zip(*(events.fields[name].tolist() for name in names), strict=True))
    return dict(zip(events.transactions.tolist()[::-1], values[::-1], strict=True))


def sale_end(system: System, blocks: Sequence[ExecutedBlock]) -> SaleEnd:
    """Return what the sale's own events say of its end."""
    unsold_med_units, burned, proceeds_sat = 0, False, 0
    for block in blocks:
        for logs in block.receipts.logs:
            for event in system.events(logs, Finished, ProceedsWithdrawn):
                match event:
                    case Finished():
                        unsold_med_units += event.amount_med_units
                        burned = event.burned
                    case ProceedsWithdrawn():
                        proceeds_sat += satoshi_from_wei(event.proceeds_wei)
    return SaleEnd(unsold_med_units, burned, proceeds_sat)


def _error_name(system: System, output: bytes) -> str:
    error = system.error(output)
    return error.ERROR if error else system.decode_error(output)
