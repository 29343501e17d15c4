"""Part of section 4: the opening distribution as the sale left it, and what of it is still locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from reports.elements import Element, Gallery, Paragraph, Table, columns
from reports.measures import gini, local_time, records
from reports.published import SALE_PROCEEDS_KRW, SALE_PROCEEDS_SOURCE
from reports.quantities import SATOSHI_PER_QTUM, UNITS_PER_MED, coin, counted, med, number, qtum, share, whole
from reports.run_directory import RunDirectory
from reports.sections.opening_figures import (
    bought_figure,
    countries_figure,
    proceeds_figure,
    vesting_figure,
)

PHASES: Final = ("first presale", "second presale", "main sale")
TAKEN: Final = ("bought", "cut")
"""Outcomes of purchases that the sale took, whole or in part."""

COUNTRIES_SHOWN: Final = 8

_SALE_COLUMNS: Final = (
    "owner_id", "country", "phase", "bought_at_s", "offered_sat", "paid_sat", "med_units", "locked_med_units",
    "outcome",
)  # fmt: skip
_VESTING_COLUMNS: Final = (
    "owner_id",
    "source",
    "part",
    "due_at_s",
    "amount_med_units",
    "ended_at_s",
    "outcome",
)


@dataclass(frozen=True)
class SoldBefore:
    """What a sale before the run left: its rows, and the amounts that hang on the scenario.

    In a representative run every amount stands for `weight` as much.
    """

    sale: pd.DataFrame
    vesting: pd.DataFrame
    weight: int
    qtum_krw: float

    def krw(self, paid_sat: int) -> float:
        """Return what a payment was worth in KRW at the sale, for all whom the run stands for."""
        return paid_sat / SATOSHI_PER_QTUM * self.qtum_krw * self.weight

    @property
    def paid_sat(self) -> int:
        """All that was paid."""
        return int(self.sale["paid_sat"].sum())

    @property
    def med_units(self) -> int:
        """All that was bought."""
        return int(self.sale["med_units"].sum())


def opened(run: RunDirectory) -> tuple[Element, ...]:
    """Return how the opening distribution came about; nothing where the opening was direct."""
    sale = run.table("sale", _SALE_COLUMNS)
    if sale.empty:
        return ()
    before = SoldBefore(
        sale,
        run.table("vesting", _VESTING_COLUMNS),
        int(run.setting("economy.person_weight", 1)),
        float(run.setting("sale.qtum_krw", 0.0)),
    )
    dated = _dates(run)
    return (
        Paragraph(_lead(run, before)),
        Paragraph(_concentration(before)),
        Gallery(
            (
                bought_figure(sale),
                proceeds_figure(sale, before.krw, dated),
                countries_figure(sale),
                vesting_figure(before.vesting, float(run.setting("time.days", 0)), dated),
            )
        ),
        _phases(before),
        _countries(before),
        *_schedule(before, dated),
    )


def _lead(run: RunDirectory, before: SoldBefore) -> str:
    sale = before.sale
    took = sale["outcome"].isin(TAKEN)
    krw = before.krw(before.paid_sat)
    low, high = SALE_PROCEEDS_KRW
    verdict = "inside" if low <= krw <= high else "below" if krw < low else "above"
    people = counted(int(took.sum()), "buyer")
    countries = counted(int(sale.loc[took, "country"].nunique()), "country", "countries")
    lead = (
        f"Before the run MED was sold: {people} from {countries} bought {med(before.med_units)} for "
        f"{qtum(before.paid_sat)}. At {number(before.qtum_krw)} KRW a coin that is {number(krw / 1e9)} billion KRW, "
        f"{verdict} the published {number(low / 1e9)} to {number(high / 1e9)} billion "
        f"({SALE_PROCEEDS_SOURCE}); sizes and prices are unsourced, so this is a check and no calibration."
    )
    refused = int((~took).sum())
    if refused:
        names = ", ".join(
            f"{counted(int(count), 'purchase')} {name}"
            for name, count in sale.loc[~took, "outcome"].value_counts(sort=True).items()
        )
        lead += f" Refused were {names}."
    cut = int((sale["outcome"] == "cut").sum())
    if cut:
        lead += f" Of {counted(cut, 'purchase')} a part came back, because a cap left no more room."
    return lead + _unsold(run)


def _unsold(run: RunDirectory) -> str:
    unsold, allocation = run.fact("sale.unsold_med_units"), run.fact("sale.allocation_med_units")
    if not unsold or not allocation:
        return " All that was for sale was sold."
    fate = "was burned" if run.fact("sale.unsold_burned") else "went to the treasury"
    return f" Of {med(int(allocation))} for sale {med(int(unsold))} stayed unsold and {fate}."


def _concentration(before: SoldBefore) -> str:
    amounts = sorted((int(amount) for amount in before.sale["med_units"] if amount > 0), reverse=True)
    if not amounts:
        return "Nobody bought anything."
    largest_tenth = sum(amounts[: max(1, len(amounts) // 10)])
    return (
        f"Who holds how much at the start follows from who bought how much: the purchases have a Gini coefficient of "
        f"{number(gini(amounts) or 0.0)}, the largest tenth of the buyers holds {share(largest_tenth / sum(amounts))} "
        f"of what was sold, the largest buyer {share(amounts[0] / sum(amounts))}."
    )


def _phases(before: SoldBefore) -> Table:
    rows = []
    for phase in PHASES:
        here = before.sale[before.sale["phase"] == phase]
        took = here["outcome"].isin(TAKEN)
        paid_sat = int(here["paid_sat"].sum())
        rows.append(
            (
                phase,
                whole(int(took.sum())),
                whole(int((~took).sum())),
                coin(paid_sat, SATOSHI_PER_QTUM),
                number(before.krw(paid_sat) / 1e9),
                coin(int(here["med_units"].sum()), UNITS_PER_MED),
                coin(int(here["locked_med_units"].sum()), UNITS_PER_MED),
            )
        )
    return Table(
        "The sale by phase",
        columns(
            "Phase",
            "#Purchases taken",
            "#Refused",
            "#Paid [QTUM]",
            "#Paid [billion KRW]",
            "#Bought [MED]",
            "#Of it locked at first [MED]",
        ),
        tuple(rows),
    )


def _countries(before: SoldBefore) -> Table:
    sale = before.sale
    by_country = sale.groupby("country", sort=True)["med_units"].agg(["size", "sum"]).reset_index()
    ordered = by_country.sort_values(["sum", "country"], ascending=[False, True], kind="stable")
    shown, others = ordered.head(COUNTRIES_SHOWN), ordered.iloc[COUNTRIES_SHOWN:]
    rows = [
        _country(str(row["country"]), int(row["size"]), int(row["sum"]), before) for row in records(shown)
    ]
    if len(others):
        name = counted(len(others), "other country", "other countries")
        rows.append(_country(name, int(others["size"].sum()), int(others["sum"].sum()), before))
    return Table(
        "The sale by country",
        columns("Country", "#Buyers", "#Bought [MED]", "#Share of what was sold"),
        tuple(rows),
        note="Korea is the home market; of the others only their number is known, so they are named by rank.",
    )


def _country(name: str, buyers: int, amount: int, before: SoldBefore) -> tuple[str, ...]:
    part = amount / before.med_units if before.med_units else 0.0
    return name, whole(buyers), coin(amount, UNITS_PER_MED), share(part)


def _schedule(before: SoldBefore, dated: Callable[[float], str]) -> tuple[Table, ...]:
    """What is locked, by source and day: due when, how much, and whether it was free at the start and at the end."""
    vesting = before.vesting
    if vesting.empty:
        return ()
    rows = []
    kinds = sorted({(float(row["due_at_s"]), str(row["source"])) for row in records(vesting)})
    for due_at_s, source in kinds:
        group = vesting[(vesting["due_at_s"] == due_at_s) & (vesting["source"] == source)]
        ended = group["ended_at_s"].astype("float64")
        rows.append(
            (
                dated(due_at_s),
                source,
                whole(len(group)),
                coin(int(group["amount_med_units"].sum()), UNITS_PER_MED),
                _when(ended),
            )
        )
    locked = vesting[~(vesting["ended_at_s"].astype("float64") < 0)]
    total = int(vesting["amount_med_units"].sum())
    at_start = int(locked["amount_med_units"].sum())
    return (
        Table(
            "What was locked: purchases, and the team's grants",
            columns("Falls due", "Source", "#Owners", "#Amount [MED]", "Free"),
            tuple(rows),
            note=f"When the run began {med(at_start)} of {med(total)} were still locked. Anybody may release "
            "to its owner what has fallen due; in the run the foundation does.",
        ),
    )


def _when(ended_at_s: pd.Series) -> str:
    if (ended_at_s < 0).all():
        return "before the run"
    if ended_at_s.isna().all():
        return "still locked at the end"
    if ended_at_s.notna().all():
        return f"during the run, by day {number(float(ended_at_s.max()) / 86_400)}"
    return f"{int(ended_at_s.notna().sum())} of {len(ended_at_s)} released"


def _dates(run: RunDirectory) -> Callable[[float], str]:
    def dated(time_s: float) -> str:
        return str(local_time(run, pd.Series([time_s])).dt.strftime("%Y-%m-%d").iloc[0])

    return dated
