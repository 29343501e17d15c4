"""Section 5: people; visits by day and hour, and the funnel from a tried visit to a shared record."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, INK, SKY, absent, draw
from reports.elements import Absent, Element, Figure, Gallery, Paragraph, Section, Table, columns
from reports.measures import local_time
from reports.quantities import NONE, counted, number, octets, plain, share, whole
from reports.run_directory import RunDirectory

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLASS_NAMES: Final = {
    "AMB": "ambulatory", "EMER": "emergency", "IMP": "inpatient", "HH": "home health", "VR": "virtual",
    "OBSENC": "observation", "SS": "short stay", "ACUTE": "inpatient, acute",
}  # fmt: skip
_MOST_PROVIDERS: Final = 10


def section(run: RunDirectory) -> Section:
    """Who came, when, and how far each visit got."""
    needed = (
        "visit_id", "patient_id", "provider_id", "provider_name", "encounter_class", "started_at_s", "checked_in_at_s",
        "anchored_at_s", "credited_at_s", "outcome", "resources", "record_bytes",
    )  # fmt: skip
    visits = run.table("visits", needed)
    shared = _shared_visits(run)
    elements: list[Element] = [
        Paragraph(_lead(visits)),
        Gallery((_funnel_figure(visits, shared), _day_figure(run, visits), _hour_figure(run, visits))),
        _group_table(
            "By class of encounter", "Class", visits, visits["encounter_class"].map(_class_name), shared
        ),
        _provider_table(visits, shared),
        _outcome_table(visits),
        Paragraph(_population(run), note=True),
    ]
    return Section(5, "people", "People", tuple(elements))


def _class_name(code: object) -> str:
    return f"{_CLASS_NAMES[str(code)]} ({code})" if str(code) in _CLASS_NAMES else str(code)


def _shared_visits(run: RunDirectory) -> set[str]:
    """Records accepted elsewhere, named by record id; forged presentations do not count."""
    shares = run.table("shares", ("record_id", "origin", "accepted", "from_provider_id", "to_provider_id"))
    good = shares[shares["accepted"] & (shares["origin"] != "forged")]
    good = good[good["from_provider_id"] != good["to_provider_id"]]
    visits = run.table("visits", ("visit_id", "record_id"))
    return set(visits.loc[visits["record_id"].isin(good["record_id"]), "visit_id"])


def _lead(visits: pd.DataFrame) -> str:
    if visits.empty:
        return "Nobody visited anybody in this run."
    patients, providers = visits["patient_id"].nunique(), visits["provider_id"].nunique()
    done = int(visits["credited_at_s"].notna().sum())
    return (
        f"{counted(patients, 'patient')} tried {counted(len(visits), 'visit')} at {counted(providers, 'provider')}; "
        f"{done:,} ({share(done / len(visits))}) went all the way to credited points. A record held "
        f"{number(float(visits['resources'].median()))} resources and {octets(float(visits['record_bytes'].median()))} "
        "at the median."
    )


def _stages(visits: pd.DataFrame, shared: set[str]) -> tuple[tuple[str, int], ...]:
    return (
        ("tried", len(visits)),
        ("checked in", int(visits["checked_in_at_s"].notna().sum())),
        ("record anchored", int(visits["anchored_at_s"].notna().sum())),
        ("points credited", int(visits["credited_at_s"].notna().sum())),
        ("record shared", int(visits["visit_id"].isin(shared).sum())),
    )


def _funnel_figure(visits: pd.DataFrame, shared: set[str]) -> Figure | Absent:
    title = "From a tried visit to a shared record"
    if visits.empty:
        return absent(title, "Nothing to draw: no visit was tried.")
    stages = _stages(visits, shared)
    lost = [(before - after, name) for (_, before), (name, after) in zip(stages, stages[1:-1], strict=False)]
    most, where = max(lost, key=lambda pair: pair[0])
    sentence = (
        f"Most visits are lost before “{where}” ({most:,})."
        if most
        else "No visit was lost on its way to its points."
    ) + f" The records of {stages[-1][1]:,} visits were later accepted at another institution."

    def paint(axes: Axes) -> None:
        names, counts = [name for name, _ in stages], [count for _, count in stages]
        axes.barh(names, counts, color=[BLUE] * 4 + [SKY], height=0.6)
        for place, count in enumerate(counts):
            axes.text(count, place, f" {count:,} ({share(count / len(visits))})", va="center", color=INK)
        axes.set_xlim(0, len(visits) * 1.35)
        axes.invert_yaxis()
        axes.set_xlabel("visits [1]")
        axes.set_ylabel("stage")
        axes.grid(axis="y", visible=False)

    alt = "Bars of visits by stage: " + ", ".join(f"{name} {count:,}" for name, count in stages)
    return draw("funnel", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def _day_figure(run: RunDirectory, visits: pd.DataFrame) -> Figure | Absent:
    title = "Visits per day"
    if visits.empty:
        return absent(title, "Nothing to draw: no visit was tried.")
    started = local_time(run, visits["started_at_s"])
    dates = started.dt.date
    span = pd.date_range(dates.min(), dates.max(), freq="D")
    per_day = dates.value_counts().reindex(span.date, fill_value=0)
    busiest = per_day.idxmax()
    sentence = (
        f"{number(float(per_day.mean()))} visits a day on average over {counted(len(per_day), 'day')}; the busiest day was "
        f"{busiest:%a %Y-%m-%d} with {int(per_day.max()):,}."
    )

    def paint(axes: Axes) -> None:
        weekend = [day.weekday() >= 5 for day in per_day.index]
        colours = [SKY if free else BLUE for free in weekend]
        axes.bar(range(len(per_day)), per_day.tolist(), color=colours, width=0.8)
        step = max(1, len(per_day) // 5)
        ticks = list(range(0, len(per_day), step))
        axes.set_xticks(ticks, [f"{per_day.index[tick]:%d %b}" for tick in ticks])
        axes.set_xlabel(f"local date in {span[0].year} (pale: Saturday, Sunday)")
        axes.set_ylabel("visits [1/day]")
        axes.grid(axis="x", visible=False)

    alt = f"Bars of visits per local day, at most {int(per_day.max())} on {busiest}"
    return draw("days", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def _hour_figure(run: RunDirectory, visits: pd.DataFrame) -> Figure | Absent:
    title = "Visits by weekday and hour"
    if visits.empty:
        return absent(title, "Nothing to draw: no visit was tried.")
    started = local_time(run, visits["started_at_s"])
    counts = np.zeros((7, 24), dtype=np.int64)
    np.add.at(counts, (started.dt.day_of_week.to_numpy(), started.dt.hour.to_numpy()), 1)
    day, hour = np.unravel_index(int(counts.argmax()), counts.shape)
    by_day = counts.sum(axis=1)
    sentence = (
        f"The busiest hour of the week is {_WEEKDAYS[day]} {hour:02d}:00 to {hour + 1:02d}:00 with "
        f"{counted(int(counts.max()), 'visit')}; {_WEEKDAYS[int(by_day.argmax())]} is the busiest day "
        f"({share(float(by_day.max()) / len(visits))} of all visits)."
    )

    def paint(axes: Axes) -> None:
        mesh = axes.pcolormesh(
            np.arange(25), np.arange(8), counts, cmap="Blues", edgecolors="white", linewidth=0.4, vmin=0
        )
        axes.set_yticks(np.arange(7) + 0.5, _WEEKDAYS)
        axes.set_xticks(range(0, 25, 4))
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.set_xlabel("local hour of the day [h]")
        axes.set_ylabel("weekday")
        bar = axes.figure.colorbar(mesh, ax=axes)
        bar.ax.set_ylabel("visits [1]")
        bar.ax.set_xlabel(" ")

    alt = f"Heat map of visits by weekday and local hour, most on {_WEEKDAYS[day]} at {hour:02d}:00"
    return draw("hours", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def _group_table(
    caption: str, title: str, visits: pd.DataFrame, groups: pd.Series, shared: set[str]
) -> Table:
    titles = columns(f"{title}", "#Tried", "#Checked in", "#Anchored", "#Credited", "#Shared")
    rows = []
    for name, part in visits.groupby(groups, sort=True):
        rows.append((len(part), str(name), _stages(part, shared)))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return Table(
        caption,
        titles,
        tuple((name, *(whole(count) for _, count in stages)) for _, name, stages in rows),
        empty="No visit was tried in this run.",
    )


def _provider_table(visits: pd.DataFrame, shared: set[str]) -> Table:
    busiest = visits["provider_id"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    kept = visits[visits["provider_id"].isin(busiest.index[:_MOST_PROVIDERS])]
    names = kept["provider_name"].astype("str") + " · " + kept["provider_id"].astype("str")
    caption = f"By provider, the {_MOST_PROVIDERS} busiest of {len(busiest):,}"
    if len(busiest) <= _MOST_PROVIDERS:
        caption = "By provider"
    return _group_table(caption, "Provider", kept, names, shared)


def _outcome_table(visits: pd.DataFrame) -> Table:
    outcomes = visits["outcome"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return Table(
        "How visits ended",
        columns("Outcome", "#Visits", "#Share"),
        tuple((str(name), whole(count), share(count / len(visits))) for name, count in outcomes.items()),
        empty="No visit was tried in this run.",
    )


def _population(run: RunDirectory) -> str:
    facts = run.manifest.get("facts")
    population = facts.get("population") if isinstance(facts, dict) else None
    about = f"Histories: {plain(run.setting('population.source'))}"
    if isinstance(population, dict):
        known = ", ".join(
            f"{name} {plain(value)}" for name, value in population.items() if not isinstance(value, dict)
        )
        about += f" ({known})" if known else ""
    again = run.setting("population.resample")
    drawn = {True: "drawn with replacement", False: "each used at most once"}.get(again, NONE)
    return (
        f"{about}, synthetic, {drawn}. Each history keeps its true spacing, class, provider and content, and is shifted "
        "as a whole by its own number of weeks so that its busiest window falls into the run; visit counts are "
        "therefore busier than an average month of the same people."
    )
