"""Which epochs lie in the window, and what belongs to them.

An epoch belongs to the window when it starts at or after the window's start and ends at or before its end, so that
no figure depends on how epochs fall into the window. What is closed, paid and spent for such an epoch counts
whenever that was, the drain included; what belongs to any other epoch does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from sim.metrics.kpi import KpiContext
from sim.metrics.window import Tables, total, whole_numbers

NO_WHOLE_EPOCH = "no whole epoch in the window"

CONVERSION_ACTS = ("close-epoch", "settle")
"""Conversion of points to MED: every point comes from a visit, so the visits bear it wholly."""


@dataclass(frozen=True)
class WholeEpochs:
    """The closed epochs that lie wholly in the window, by number, and their length (0 where it is not known)."""

    numbers: frozenset[int]
    epoch_s: float

    @property
    def covered_s(self) -> float:
        """Seconds that the epochs cover together."""
        return len(self.numbers) * self.epoch_s

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of `epochs` or `rewards` that belong to these epochs."""
        return table[table["epoch"].isin(self.numbers)]

    def credited(self, visits: pd.DataFrame) -> pd.DataFrame:
        """Return the visits whose points were credited in these epochs."""
        return visits[self._credited_here(visits)]

    def points_outside(self, visits: pd.DataFrame, context: KpiContext, *roles: str) -> int:
        """Return the points credited from the window's start on, drain included, outside these epochs."""
        late = visits["credited_at_s"] >= context.window_start_s
        outside = visits[late & ~self._credited_here(visits)]
        return sum(total(outside[f"{role}_points"]) for role in roles)

    def _credited_here(self, visits: pd.DataFrame) -> pd.Series:
        if not self.numbers:
            return pd.Series(False, index=visits.index)
        return (visits["credited_at_s"] // self.epoch_s).isin(self.numbers)

    def conversion(self, tables: Tables) -> tuple[Fraction, Fraction]:
        """Return gas and satoshi of closing and settling these epochs.

        A settlement belongs to the epochs that its block paid, in proportion to the payments; a closing to the
        epochs closed at its time. One that neither closed nor paid anything belongs to the epoch that ended last.
        """
        canonical = tables["transactions"][tables["transactions"]["canonical"]]
        conversion = canonical[canonical["act"].isin(CONVERSION_ACTS)]
        closed = self._shares(tables["epochs"], "closed_at_s")
        paid = self._shares(tables["rewards"], "block_number")
        gas, fee_sat = Fraction(), Fraction()
        columns = ("act", "included_at_s", "block_number", "gas_used_gas", "fee_sat")
        for act, included_at_s, block_number, used, fee in zip(
            *(conversion[column].tolist() for column in columns), strict=True
        ):
            share = closed.get(included_at_s) if act == "close-epoch" else paid.get(block_number)
            if share is None:
                share = Fraction(
                    int(included_at_s // self.epoch_s) - 1 in self.numbers if self.numbers else 0
                )
            gas += share * int(used)
            fee_sat += share * int(fee)
        return gas, fee_sat

    def _shares(self, table: pd.DataFrame, column: str) -> Mapping[float, Fraction]:
        """Return, by value of a column, which part of its rows belongs to these epochs."""
        counts: dict[float, tuple[int, int]] = {}
        for key, epoch in zip(table[column].tolist(), whole_numbers(table["epoch"]), strict=True):
            here, of_all = counts.get(key, (0, 0))
            counts[key] = (here + (epoch in self.numbers), of_all + 1)
        return {key: Fraction(here, of_all) for key, (here, of_all) in counts.items()}


def whole_epochs(tables: Tables, context: KpiContext) -> WholeEpochs:
    """Return the closed epochs that start at or after the window's start and end at or before its end."""
    epochs = tables["epochs"]
    if context.epoch_s is None:
        return WholeEpochs(frozenset(), 0)
    starts_s = epochs["starts_at_s"]
    inside = (starts_s >= context.window_start_s) & (starts_s + context.epoch_s <= context.window_end_s)
    return WholeEpochs(frozenset(whole_numbers(epochs["epoch"][inside])), context.epoch_s)
