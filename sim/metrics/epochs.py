"""Which epochs lie in the window, and what belongs to them.

An epoch belongs to the window when it starts at or after the window's start and ends at or before its end, so that
no figure depends on how epochs fall into the window. What is closed, paid and spent for such an epoch counts
whenever that was, the drain included; what belongs to any other epoch does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import pandas as pd

from sim.metrics.kpi import KpiContext
from sim.metrics.window import Tables, total, whole_numbers

NO_WHOLE_EPOCH = "no whole epoch in the window"

CONVERSION_ACTS = ("close-epoch", "settle")
"""Conversion of points to MED: every point comes from a visit, so the visits bear it wholly."""


POINTS_OF_ROLE: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "patient": (("visits", "patient_points"), ("shares", "patient_points")),
        "provider": (
            ("visits", "provider_points"),
            ("shares", "issuer_points"),
            ("shares", "acceptor_points"),
        ),
    }
)
"""Tables and columns of what each role earns."""


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

    def points_outside(self, tables: Tables, context: KpiContext, *roles: str) -> int:
        """Return the points credited from the window's start on, drain included, outside these epochs."""
        return sum(
            total(self._outside(tables[table], context)[column])
            for role in roles
            for table, column in POINTS_OF_ROLE[role]
        )

    def _outside(self, acts: pd.DataFrame, context: KpiContext) -> pd.DataFrame:
        late = acts["credited_at_s"] >= context.window_start_s
        return acts[late & ~self._credited_here(acts)]

    def _credited_here(self, acts: pd.DataFrame) -> pd.Series:
        if not self.numbers:
            return pd.Series(False, index=acts.index)
        return (acts["credited_at_s"] // self.epoch_s).isin(self.numbers)

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
