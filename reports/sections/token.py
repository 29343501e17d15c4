"""Section 4: does the token hold; supply by holder class, rewards per epoch, Lorenz curves, the reconciliation."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, GREEN, GREY, HATCHES, INK, ORANGE, PALE, SERIES, absent, draw
from reports.elements import Absent, Element, Figure, Gallery, Paragraph, Section, Table, columns
from reports.measures import gini, lorenz, records
from reports.quantities import DAY_S, UNITS_PER_MED, coin, counted, med, number, share, whole
from reports.run_directory import RunDirectory

_CLASSES: Final = ("treasury", "holders", "pool", "providers", "patients")
_ROLE_CLASS: Final = {"patient": "patients", "provider": "providers", "treasury": "treasury", "pool": "pool"}


def section(run: RunDirectory) -> Section:
    """Supply first, then who got what was minted, then whether the books close."""
    supply = run.table("supply", ("time_s", "supply_med_units", *(f"{name}_med_units" for name in _CLASSES)))
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run, supply)),
        Gallery((_supply_figure(supply), _growth_figure(supply), _epoch_figure(run), _lorenz_figure(run))),
        _reconciliation(run, supply),
        _epoch_table(run),
    )
    return Section(4, "token", "Does the token hold", elements)


def _lead(run: RunDirectory, supply: pd.DataFrame) -> str:
    if supply.empty:
        return "The run recorded no supply."
    first, last = int(supply["supply_med_units"].iloc[0]), int(supply["supply_med_units"].iloc[-1])
    lead = f"Supply went from {med(first)} to {med(last)}, {_signed(last - first)} in {_days(supply)} days"
    inflation = run.kpi("token.inflation_year_share")
    if inflation.number is not None:
        lead += f", {share(inflation.number)} a year at this pace"
    else:
        lead += f" (yearly inflation undefined: {inflation.reason})"
    price = run.kpi("token.price_krw")
    if price.number is None:
        return f"{lead}. Whether the token holds its value is not shown: {price.reason}."
    return f"{lead}. One MED was worth {number(price.number)} KRW at the end."


def _days(supply: pd.DataFrame) -> str:
    return number((float(supply["time_s"].iloc[-1]) - float(supply["time_s"].iloc[0])) / DAY_S)


def _signed(amount_units: int) -> str:
    return f"+{med(amount_units)}" if amount_units >= 0 else f"−{med(-amount_units)}"


def _class_at(supply: pd.DataFrame, name: str, place: int) -> int:
    return int(supply[f"{name}_med_units"].iloc[place])


def _supply_figure(supply: pd.DataFrame) -> Figure | Absent:
    title = "Supply by holder class"
    if supply.empty:
        return absent(title, "Nothing to draw: the run recorded no supply.")
    total = int(supply["supply_med_units"].iloc[-1])
    parts = sorted(((_class_at(supply, name, -1), name) for name in _CLASSES), reverse=True)
    sentence = (
        "At the end "
        + ", ".join(
            f"{name} held {share(amount / total) if total else '0 %'}" for amount, name in parts if amount
        )
        + f" of {med(total)}."
    )

    def paint(axes: Axes) -> None:
        days = supply["time_s"].astype("float64") / DAY_S
        heights = [supply[f"{name}_med_units"].astype("float64") / UNITS_PER_MED / 1e9 for name in _CLASSES]
        areas = axes.stackplot(
            days, heights, labels=_CLASSES, colors=SERIES[: len(_CLASSES)], edgecolor="white"
        )
        for area, hatch in zip(areas, HATCHES, strict=False):
            area.set_hatch(hatch)
        axes.set_ylim(bottom=0)
        axes.margins(x=0)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("supply [billion MED]")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)

    alt = "Stacked areas of supply over time: " + ", ".join(f"{name} {med(amount)}" for amount, name in parts)
    return draw("supply", title=title, alt=alt, sentence=sentence, paint=paint)


def _growth_figure(supply: pd.DataFrame) -> Figure | Absent:
    title = "What patients, providers and the pool hold"
    names = ("patients", "providers", "pool")
    if supply.empty or not any(supply[f"{name}_med_units"].any() for name in names):
        return absent(title, "Nothing to draw: patients, providers and the pool held no MED.")
    ends = {name: _class_at(supply, name, -1) for name in names}
    sentence = (
        f"By the end patients held {med(ends['patients'])}, providers {med(ends['providers'])}; "
        f"{med(ends['pool'])} waited in the pool."
    )

    def paint(axes: Axes) -> None:
        days = supply["time_s"].astype("float64") / DAY_S
        looks = ((BLUE, "-"), (ORANGE, "--"), (GREY, ":"))
        for name, (colour, line) in zip(names, looks, strict=True):
            held = supply[f"{name}_med_units"].astype("float64") / UNITS_PER_MED / 1e6
            axes.step(days, held, where="post", color=colour, linestyle=line, label=name)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("holdings [million MED]")
        axes.legend(loc="upper left")

    alt = "Steps over time of MED held: " + ", ".join(f"{name} {med(ends[name])}" for name in names)
    return draw("holdings", title=title, alt=alt, sentence=sentence, paint=paint)


def _epochs(run: RunDirectory) -> pd.DataFrame:
    needed = (
        "epoch",
        "closed_at_s",
        "points",
        "budget_med_units",
        "paid_med_units",
        "dust_med_units",
        "accounts",
    )
    return run.table("epochs", needed)


def _epoch_figure(run: RunDirectory) -> Figure | Absent:
    title = "Rewards per epoch"
    epochs = _epochs(run)
    if epochs.empty:
        return absent(title, "Nothing to draw: no reward epoch closed in this run.")
    per_point = [
        int(row["paid_med_units"]) / int(row["points"]) / UNITS_PER_MED for row in records(epochs) if row["points"]
    ]
    sentence = (
        f"{counted(len(epochs), 'epoch')} closed and paid {med(int(epochs['paid_med_units'].sum()))} of a budget of "
        f"{med(int((epochs['paid_med_units'] + epochs['dust_med_units']).sum()))}."
    )
    if per_point:
        sentence += (
            f" One Medi Point was worth between {number(min(per_point))} and {number(max(per_point))} MED: the budget "
            "is fixed, so the fewer the visits, the dearer each."
        )

    def paint(axes: Axes) -> None:
        places = range(len(epochs))
        paid = (epochs["paid_med_units"].astype("float64") / UNITS_PER_MED / 1e3).tolist()
        dust = (epochs["dust_med_units"].astype("float64") / UNITS_PER_MED / 1e3).tolist()
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
        for place, points in zip(places, epochs["points"], strict=True):
            axes.text(
                place, paid[place] + dust[place], f"{int(points):,} MP", ha="center", va="bottom", fontsize=8
            )
        axes.set_xticks(list(places), [str(int(epoch)) for epoch in epochs["epoch"]])
        axes.margins(y=0.15)
        axes.set_xlabel("epoch [number]")
        axes.set_ylabel("rewards [thousand MED]")
        axes.grid(axis="x", visible=False)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)

    alt = "Bars of MED paid by epoch: " + ", ".join(
        f"epoch {int(row['epoch'])} {med(int(row['paid_med_units']))} for {int(row['points']):,} points"
        for row in records(epochs)
    )
    return draw("epochs", title=title, alt=alt, sentence=sentence, paint=paint)


def _lorenz_figure(run: RunDirectory) -> Figure | Absent:
    title = "How evenly rewards and holdings are spread"
    rewards = run.table("rewards", ("owner_id", "amount_med_units"))
    balances = run.table("balances", ("role", "closing_med_units"))
    owned = balances[~balances["role"].isin(("treasury", "pool"))]["closing_med_units"].tolist()
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
        f"{'; '.join(found)} (0 is equal, 1 is one owner). {counted(top, 'owner')} together hold more than half of "
        f"the {'holdings' if curves[-1][0].startswith('holdings') else 'rewards'}."
    ).capitalize()

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


def _reconciliation(run: RunDirectory, supply: pd.DataFrame) -> Table:
    balances = run.table("balances", ("role", "opening_med_units", "closing_med_units"))
    caption = "The books: MED at the start, at the end, by holder class"
    titles = columns("Holder class", "#Owners", "#Start [MED]", "#End [MED]", "#Change [MED]")
    if balances.empty or supply.empty:
        return Table(caption, titles, (), empty="The run recorded no balances.")
    classes = balances["role"].map(lambda role: _ROLE_CLASS.get(str(role), "holders"))
    rows, opening_sum, closing_sum = [], 0, 0
    for name in _CLASSES:
        held = balances[classes == name]
        opening, closing = int(held["opening_med_units"].sum()), int(held["closing_med_units"].sum())
        opening_sum, closing_sum = opening_sum + opening, closing_sum + closing
        rows.append((name, whole(len(held)), *_amounts(opening, closing)))
    rows.append(("sum of holders", whole(len(balances)), *_amounts(opening_sum, closing_sum)))
    first, last = int(supply["supply_med_units"].iloc[0]), int(supply["supply_med_units"].iloc[-1])
    rows.append(("supply the contract reports", "", *_amounts(first, last)))
    return Table(caption, titles, tuple(rows), note=_closes(opening_sum - first, closing_sum - last))


def _amounts(opening: int, closing: int) -> tuple[str, str, str]:
    change = closing - opening
    sign = "+" if change > 0 else "−" if change < 0 else ""
    exact = f"{abs(change) / UNITS_PER_MED:,.8f}".rstrip("0").rstrip(".")
    return coin(opening, UNITS_PER_MED), coin(closing, UNITS_PER_MED), f"{sign}{exact}"


def _closes(opening_gap: int, closing_gap: int) -> str:
    if not opening_gap and not closing_gap:
        return "The books close: holders add up to the supply at the start and at the end, to the last unit."
    return (
        f"The books do not close: holders and supply differ by {opening_gap:,} units at the start and "
        f"{closing_gap:,} at the end (1 unit is 0.00000001 MED)."
    )


def _epoch_table(run: RunDirectory) -> Table:
    epochs = _epochs(run)
    titles = columns(
        "Epoch",
        "#Closed on day",
        "#Points [MP]",
        "#Accounts",
        "#Budget [MED]",
        "#Paid [MED]",
        "#Carried over [MED]",
    )
    return Table(
        "Reward epochs",
        titles,
        tuple(
            (
                str(int(row["epoch"])),
                number(float(row["closed_at_s"]) / DAY_S),
                whole(row["points"]),
                whole(row["accounts"]),
                coin(int(row["budget_med_units"]), UNITS_PER_MED),
                coin(int(row["paid_med_units"]), UNITS_PER_MED),
                coin(int(row["dust_med_units"]), UNITS_PER_MED),
            )
            for row in records(epochs)
        ),
        empty="No reward epoch closed in this run.",
    )
