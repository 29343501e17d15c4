"""Figures of the opening distribution: who bought how much, proceeds, countries, what is locked until when."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, GREEN, GREY, INK, ORANGE, PALE, SERIES, absent, draw, legend_below
from reports.elements import Absent, Figure
from reports.measures import gini, lorenz
from reports.published import SALE_PROCEEDS_KRW
from reports.quantities import DAY_S, UNITS_PER_MED, counted, med, number, scale, share

MOST_BARS: Final = 12
MOST_POINTS: Final = 300
"""A Lorenz curve of thousands of buyers is drawn through as many of its points."""


def bought_figure(sale: pd.DataFrame) -> Figure | Absent:
    """Lorenz curves of purchases, all together and by phase."""
    title = "How evenly the sale spread MED"
    phases = [
        phase for phase in sale["phase"].unique() if sale.loc[sale["phase"] == phase, "med_units"].any()
    ]
    if not phases:
        return absent(title, "Nothing to draw: nobody bought anything.")
    everybody = sale["med_units"].tolist()
    found = f"Over all buyers the Gini coefficient is {number(gini(everybody) or 0.0)}"
    apart = ", ".join(
        f"{number(gini(sale.loc[sale['phase'] == phase, 'med_units'].tolist()) or 0.0)} in the {phase}"
        for phase in phases
    )
    curves = [("all buyers", everybody, BLUE, "-")]
    looks = ((ORANGE, "--"), (GREEN, "-."), (GREY, ":"))
    curves += [
        (phase, sale.loc[sale["phase"] == phase, "med_units"].tolist(), colour, line)
        for phase, (colour, line) in zip(phases, looks, strict=False)
    ]

    def paint(axes: Axes) -> None:
        axes.plot([0, 100], [0, 100], color=PALE, linewidth=1)
        for label, amounts, colour, line in curves:
            owners, held = _thinned(*lorenz(amounts))
            axes.plot(
                [100 * part for part in owners],
                [100 * part for part in held],
                color=colour,
                linestyle=line,
                label=label,
            )
        axes.set_xlabel("buyers, smallest first [%]")
        axes.set_ylabel("their part of what was sold [%]")
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.legend(loc="upper left", labelcolor=INK)

    sentence = f"{found} (0 is equal, 1 is one buyer): {apart}."
    return draw(
        "bought", title=title, alt=f"Lorenz curves of purchases. {sentence}", sentence=sentence, paint=paint
    )


def proceeds_figure(
    sale: pd.DataFrame, krw: Callable[[int], float], dated: Callable[[float], str]
) -> Figure | Absent:
    """Cumulative proceeds by day beside the published range."""
    title = "Proceeds"
    by_day = sale.groupby("bought_at_s", sort=True)["paid_sat"].sum()
    times_s = [float(time_s) for time_s in by_day.index]
    sums = [krw(int(amount)) / 1e9 for amount in accumulate(by_day.tolist())]
    low, high = (bound / 1e9 for bound in SALE_PROCEEDS_KRW)
    first_s, last_s = times_s[0], times_s[-1]
    days = [(time_s - first_s) / DAY_S for time_s in times_s]
    sentence = (
        f"From {dated(first_s)} to {dated(last_s)} the sale raised {number(sums[-1])} billion KRW; "
        f"{number(low)} to {number(high)} billion were published."
    )

    def paint(axes: Axes) -> None:
        axes.axhspan(low, high, color=PALE, label="published", linewidth=0)
        axes.step(days, sums, where="post", color=BLUE, label="in this run")
        axes.set_ylim(bottom=0)
        axes.set_xlabel(f"time since {dated(first_s)} [days]")
        axes.set_ylabel("proceeds so far [billion KRW]")
        legend_below(axes, 2)

    return draw("proceeds", title=title, alt=f"A rising line. {sentence}", sentence=sentence, paint=paint)


def countries_figure(sale: pd.DataFrame) -> Figure | Absent:
    """What buyers of each country hold."""
    title = "Where it went"
    held = sale.groupby("country", sort=True)["med_units"].sum()
    ordered = sorted(
        ((int(amount), str(name)) for name, amount in held.items()), key=lambda row: (-row[0], row[1])
    )
    total = sum(amount for amount, _name in ordered)
    if not total:
        return absent(title, "Nothing to draw: nobody bought anything.")
    shown = ordered[:MOST_BARS]
    rest = sum(amount for amount, _name in ordered[MOST_BARS:])
    bars = [*shown, (rest, counted(len(ordered) - len(shown), "other"))] if rest else shown
    sentence = (
        f"Buyers in {shown[0][1]} took {share(shown[0][0] / total)} of what was sold; "
        f"{counted(len(ordered), 'country', 'countries')} shared it."
    )

    def paint(axes: Axes) -> None:
        places = range(len(bars))
        axes.barh(places, [100 * amount / total for amount, _name in bars], color=BLUE, height=0.7)
        axes.set_yticks(list(places), [name for _amount, name in bars])
        axes.invert_yaxis()
        axes.set_xlabel("part of what was sold [%]")
        axes.set_ylabel("country of the buyers")
        axes.grid(axis="y", visible=False)

    alt = "Bars by country: " + ", ".join(f"{name} {share(amount / total)}" for amount, name in bars)
    return draw("countries", title=title, alt=alt, sentence=sentence, paint=paint)


def vesting_figure(vesting: pd.DataFrame, run_days: float, dated: Callable[[float], str]) -> Figure | Absent:
    """What is still locked over time, by the schedule, with the run marked in it."""
    title = "What is locked until when"
    if vesting.empty:
        return absent(title, "Nothing to draw: nothing was ever locked.")
    sources = [
        str(source)
        for source in vesting.groupby("source")["amount_med_units"].sum().sort_values().index[::-1]
    ]
    due_s = sorted({float(time_s) for time_s in vesting["due_at_s"]})
    first_s = min(due_s[0], 0.0) - 30 * DAY_S
    last_s = max(due_s[-1], run_days * DAY_S) + 30 * DAY_S
    moments = [first_s, *due_s, last_s]
    left = {
        source: [
            int(
                vesting.loc[
                    (vesting["source"] == source) & (vesting["due_at_s"] > time_s), "amount_med_units"
                ].sum()
            )
            for time_s in moments
        ]
        for source in sources
    }
    at_start = {
        source: int(
            vesting.loc[(vesting["source"] == source) & (vesting["due_at_s"] > 0), "amount_med_units"].sum()
        )
        for source in sources
    }
    divisor, word = scale(sum(amounts[0] for amounts in left.values()) / UNITS_PER_MED)
    still = ", ".join(f"{med(amount)} of the {source}" for source, amount in at_start.items() if amount)
    sentence = f"The last of it falls due on {dated(due_s[-1])}. Where the run begins, " + (
        f"{still} are still to come." if still else "nothing is still to come."
    )

    def paint(axes: Axes) -> None:
        days = [time_s / DAY_S for time_s in moments]
        heights = [[amount / UNITS_PER_MED / divisor for amount in left[source]] for source in sources]
        axes.stackplot(days, heights, labels=sources, colors=SERIES, edgecolor="white", step="post")
        axes.axvspan(0, run_days, color=INK, alpha=0.18, linewidth=0, label="the run")
        axes.set_ylim(bottom=0)
        axes.margins(x=0)
        axes.set_xlabel("time since the run's start [days]")
        axes.set_ylabel(f"locked [{word}MED]")
        legend_below(axes, 3)

    alt = "Falling steps of what is locked: " + ", ".join(
        f"{source} {med(left[source][0])} at first" for source in sources
    )
    return draw("vesting", title=title, alt=alt, sentence=sentence, paint=paint)


def _thinned(owners: list[float], held: list[float]) -> tuple[list[float], list[float]]:
    """Return at most `MOST_POINTS` and one points of a curve, its ends among them."""
    last = len(owners) - 1
    if last <= MOST_POINTS:
        return owners, held
    kept = sorted({round(step * last / MOST_POINTS) for step in range(MOST_POINTS + 1)} | _steepest(last))
    return [owners[index] for index in kept], [held[index] for index in kept]


def _steepest(last: int) -> set[int]:
    """The largest buyers, where the curve bends most."""
    return set(range(max(0, last - 30), last + 1))
