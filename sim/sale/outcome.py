"""What became of the purchases, as the chain tells it: receipts and events of the opening's blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chain.block import ExecutedBlock
from chain.contracts.system import System
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
        for index, status in enumerate(receipts.status):
            purchase = purchases.get((number, index))
            if purchase is None:
                continue
            paid_sat = med_units = locked_med_units = 0
            if status:
                events = (system.sale.decode_log(log) for log in receipts.logs[index])
                told = next(
                    event.arguments for event in events if event is not None and event.name == "Bought"
                )
                paid_sat, med_units = told["paymentSatoshi"], told["amount"]
                locked_med_units = told["lockedAmount"]
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


def sale_end(system: System, blocks: Sequence[ExecutedBlock]) -> SaleEnd:
    """Return what the sale's own events say of its end."""
    unsold_med_units, burned, proceeds_sat = 0, False, 0
    for block in blocks:
        for logs in block.receipts.logs:
            for log in logs:
                event = system.sale.decode_log(log)
                if event is None:
                    continue
                if event.name == "Finished":
                    unsold_med_units += event.arguments["amount"]
                    burned = event.arguments["burned"]
                elif event.name == "ProceedsWithdrawn":
                    proceeds_sat += satoshi_from_wei(event.arguments["proceedsWei"])
    return SaleEnd(unsold_med_units, burned, proceeds_sat)


def _error_name(system: System, output: bytes) -> str:
    named = system.sale.named_error(output)
    return named.name if named is not None else system.decode_error(output)
