"""Figures of section 4: supply, holdings, epochs, Lorenz curves."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import (
    BLUE,
    GREEN,
    GREY,
    HATCHES,
    INK,
    ORANGE,
    PALE,
    SERIES,
    absent,
    draw,
    legend_below,
)
from reports.elements import Absent, Figure
from reports.measures import gini, lorenz, records
from reports.quantities import DAY_S, UNITS_PER_MED, counted, med, number, scale, share
from reports.run_directory import RunDirectory

CLASSES: Final = (
    *("treasury", "holders", "vesting", "locked", "staked", "sale", "escrow", "pool"),
    *("providers", "patients"),
)
"""Holder classes of the supply table, largest first as a rule."""

ALWAYS_DRAWN: Final = ("treasury", "holders", "pool", "providers", "patients")
"""Classes that are shown though they hold nothing; locks, stake and escrow only where there are some."""


NAMES: Final = MappingProxyType(
    {
        "vesting": "the team's vesting",
        "locked": "locks of purchases",
        "staked": "staking",
        "sale": "the sale",
        "escrow": "escrow",
    }
)
"""How classes are called where their column's name would not be understood."""


def _class_at(supply: pd.DataFrame, name: str, place: int) -> int:
    return int(supply[f"{name}_med_units"].iloc[place])


def supply_figure(supply: pd.DataFrame) -> Figure | Absent:
    """Stacked areas of who holds the supply."""
    title = "Supply by holder class"
    if supply.empty:
        return absent(title, "Nothing to draw: the run recorded no supply.")
    total = int(supply["supply_med_units"].iloc[-1])
    drawn = [name for name in CLASSES if name in ALWAYS_DRAWN or supply[f"{name}_med_units"].any()]
    parts = sorted(((_class_at(supply, name, -1), name) for name in drawn), reverse=True)
    sentence = (
        "At the end "
        + ", ".join(
            f"{NAMES.get(name, name)} held {share(amount / total) if total else '0 %'}"
            for amount, name in parts
            if amount
        )
        + f" of {med(total)}."
    )

    def paint(axes: Axes) -> None:
        days = supply["time_s"].astype("float64") / DAY_S
        heights = [supply[f"{name}_med_units"].astype("float64") / UNITS_PER_MED / 1e9 for name in drawn]
        areas = axes.stackplot(
            days, heights, labels=[NAMES.get(name, name) for name in drawn], colors=SERIES, edgecolor="white"
        )
        for area, hatch in zip(areas, HATCHES, strict=False):
            area.set_hatch(hatch)
        axes.set_ylim(bottom=0)
        axes.margins(x=0)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("supply [billion MED]")
        legend_below(axes, 3)

    alt = "Stacked areas of supply over time: " + ", ".join(
        f"{NAMES.get(name, name)} {med(amount)}" for amount, name in parts
    )
    return draw("supply", title=title, alt=alt, sentence=sentence, paint=paint)


def growth_figure(supply: pd.DataFrame) -> Figure | Absent:
    """What the roles that are paid hold over time."""
    title = "What patients, providers and the pool hold"
    names = ("patients", "providers", "pool")
    if supply.empty or not any(supply[f"{name}_med_units"].any() for name in names):
        return absent(title, "Nothing to draw: patients, providers and the pool held no MED.")
    ends = {name: _class_at(supply, name, -1) for name in names}
    sentence = (
        f"By the end patients held {med(ends['patients'])}, providers {med(ends['providers'])}; "
        f"{med(ends['pool'])} waited in the pool."
    )

    divisor, word = scale(max(float(supply[f"{name}_med_units"].max()) for name in names) / UNITS_PER_MED)

    def paint(axes: Axes) -> None:
        days = supply["time_s"].astype("float64") / DAY_S
        looks = ((BLUE, "-"), (ORANGE, "--"), (GREY, ":"))
        for name, (colour, line) in zip(names, looks, strict=True):
            held = supply[f"{name}_med_units"].astype("float64") / UNITS_PER_MED / divisor
            axes.step(days, held, where="post", color=colour, linestyle=line, label=name)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel(f"holdings [{word}MED]")
        axes.legend(loc="upper left")

    alt = "Steps over time of MED held: " + ", ".join(f"{name} {med(ends[name])}" for name in names)
    return draw("holdings", title=title, alt=alt, sentence=sentence, paint=paint)


def epoch_rows(run: RunDirectory) -> pd.DataFrame:
    """Closed reward epochs."""
    needed = (
        "epoch",
        "closed_at_s",
        "points",
        "emission_med_units",
        "budget_med_units",
        "paid_med_units",
        "dust_med_units",
        "diverted_med_units",
        "unpaid_med_units",
        "accounts",
    )
    return run.table("epochs", needed)


def epoch_figure(run: RunDirectory) -> Figure | Absent:
    """Paid, carried-over and unpaid MED by epoch, with the points that shared it."""
    title = "Rewards per epoch"
    epochs = epoch_rows(run)
    if epochs.empty:
        return absent(title, "Nothing to draw: no reward epoch closed in this run.")
    budgets, unpaid = epochs["budget_med_units"], int(epochs["unpaid_med_units"].sum())
    per_point = [
        int(row["paid_med_units"]) / int(row["points"]) / UNITS_PER_MED
        for row in records(epochs)
        if row["points"]
    ]
    sentence = (
        f"{counted(len(epochs), 'epoch')} closed and paid {med(int(epochs['paid_med_units'].sum()))} of an "
        f"emission of {med(int(epochs['emission_med_units'].sum()))}."
    )
    if unpaid:
        sentence += f" {med(unpaid)} were neither paid nor carried on when the run ended."
    if diverted := int(epochs["diverted_med_units"].sum()):
        sentence += f" {med(diverted)} that nobody earned were burned or sent to the treasury."
    if per_point:
        least, most = number(min(per_point)), number(max(per_point))
        sentence += (
            f" One Medi Point was worth {least if least == most else f'between {least} and {most}'} MED"
        )
        shared_out = run.setting("rewards.conversion", "pool-share") == "pool-share"
        sentence += ": the budget is fixed, so the fewer the visits, the dearer each." if shared_out else "."

    def paint(axes: Axes) -> None:
        places = range(len(epochs))
        divisor, word = scale(float(budgets.max()) / UNITS_PER_MED)
        paid = (epochs["paid_med_units"].astype("float64") / UNITS_PER_MED / divisor).tolist()
        dust = (epochs["dust_med_units"].astype("float64") / UNITS_PER_MED / divisor).tolist()
        left = (epochs["unpaid_med_units"].astype("float64") / UNITS_PER_MED / divisor).tolist()
        tops = [sum(parts) for parts in zip(paid, dust, left, strict=True)]
        axes.bar(places, paid, color=BLUE, label="paid", width=0.6)
        axes.bar(
            places,
            dust,
            bottom=paid,
            color=PALE,
            hatch="////",
            edgecolor=GREY,
            label="carried over",
            width=0.6,
        )
        if unpaid:
            lower = [tops[place] - left[place] for place in places]
            axes.bar(
                places,
                left,
                bottom=lower,
                color=ORANGE,
                hatch="....",
                edgecolor="white",
                label="unpaid",
                width=0.6,
            )
        for place, points in zip(places, epochs["points"], strict=True):
            axes.annotate(
                f"{int(points):,} MP",
                (place, tops[place]),
                (0, 4),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8,
            )
        axes.set_ylim(0, 1.2 * max(tops) or 1)
        axes.set_xlim(-0.75, max(len(epochs), 4) - 0.25)
        axes.set_xticks(list(places), [str(int(epoch)) for epoch in epochs["epoch"]])
        axes.set_xlabel("epoch [number]")
        axes.set_ylabel(f"rewards [{word}MED]")
        axes.grid(axis="x", visible=False)
        legend_below(axes, 3 if unpaid else 2)

    alt = "Bars of MED paid by epoch: " + ", ".join(
        f"epoch {int(row['epoch'])} {med(int(row['paid_med_units']))} for {int(row['points']):,} points"
        for row in records(epochs)
    )
    return draw("epochs", title=title, alt=alt, sentence=sentence, paint=paint)


def lorenz_figure(run: RunDirectory) -> Figure | Absent:
    """How evenly rewards and holdings are spread."""
    title = "How evenly rewards and holdings are spread"
    rewards = run.table("rewards", ("owner_id", "amount_med_units"))
    balances = run.table("balances", ("role", "closing_med_units", "closing_bound_med_units"))
    owners = balances[~balances["role"].isin(("treasury", "pool"))]
    owned = (owners["closing_med_units"] + owners["closing_bound_med_units"]).tolist()
    paid = rewards.groupby("owner_id")["amount_med_units"].sum().tolist()
    curves = [
        (label, amounts, colour, line)
        for label, amounts, colour, line in (
            ("rewards paid", paid, BLUE, "-"),
            ("holdings at the end", owned, GREEN, "--"),
        )
        if any(amount > 0 for amount in amounts)
    ]
    if not curves:
        return absent(title, "Nothing to draw: nobody was paid and nobody holds MED.")
    found = [
        f"{label} have a Gini coefficient of {number(gini(amounts) or 0.0)}"
        for label, amounts, _, _ in curves
    ]
    top = _top_half_owners(curves[-1][1])
    sentence = (
        f"{'; '.join(found)} (0 is equal, 1 is one owner). {counted(top, 'owner')} together hold more than "
        "half of "
        f"the {'holdings' if curves[-1][0].startswith('holdings') else 'rewards'}."
    )
    sentence = sentence[0].upper() + sentence[1:]

    def paint(axes: Axes) -> None:
        axes.plot([0, 100], [0, 100], color=GREY, linestyle=":", linewidth=1, label="equal")
        for label, amounts, colour, line in curves:
            owners, held = lorenz(amounts)
            axes.plot(
                [100 * part for part in owners],
                [100 * part for part in held],
                color=colour,
                linestyle=line,
                label=label,
            )
        axes.set_xlabel("owners, poorest first [%]")
        axes.set_ylabel("their part of the sum [%]")
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.legend(loc="upper left", labelcolor=INK)

    return draw(
        "lorenz", title=title, alt=f"Lorenz curves: {'; '.join(found)}", sentence=sentence, paint=paint
    )


def _top_half_owners(amounts: list[int]) -> int:
    """Fewest owners who together hold more than half."""
    ordered = sorted((int(amount) for amount in amounts if amount > 0), reverse=True)
    half, running = sum(ordered) / 2, 0
    for owners, amount in enumerate(ordered, start=1):
        running += amount
        if running > half:
            return owners
    return len(ordered)
