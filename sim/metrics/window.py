"""Which rows of a table lie in the window, and columns as Python values."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.metrics.kpi import KpiContext, Number

Tables = Mapping[str, pd.DataFrame]


def within(rows: pd.DataFrame, time_column: str, context: KpiContext) -> pd.DataFrame:
    """Return the rows whose time lies in [start, end) of the window; null lies nowhere."""
    times_s = rows[time_column]
    return rows[(times_s >= context.window_start_s) & (times_s < context.window_end_s)]


def readings_within(supply: pd.DataFrame, context: KpiContext) -> pd.DataFrame:
    """Return the readings of the supply table in [start, end] of the window, in order of time."""
    times_s = supply["time_s"]
    inside = (times_s >= context.window_start_s) & (times_s <= context.window_end_s)
    return supply[inside].sort_values("time_s")


def whole_numbers(values: pd.Series) -> list[int]:
    """Return a column of whole numbers as Python integers, nulls left out."""
    return [int(value) for value in values.dropna().tolist()]


def total(values: pd.Series) -> int:
    """Return the exact sum of a column of whole numbers, nulls left out."""
    return sum(whole_numbers(values))


def ratio(numerator: Number, denominator: Number) -> float | None:
    """Return the quotient, None over 0."""
    return numerator / denominator if denominator else None
