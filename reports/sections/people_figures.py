"""Figures of section 5: the funnel, visits by day, by hour, by patient."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, INK, SKY, absent, draw, whole_ticks
from reports.elements import Absent, Figure
from reports.measures import local_time, median
from reports.quantities import counted, number, share
from reports.run_directory import RunDirectory

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_OPENS_H: Final = 8
_CLOSES_H: Final = 18
"""Hours between which a clinic is thought to be open; the histories need not know them."""
_NOBODY: Final = "Nothing to draw: no visit was tried."


def stages(visits: pd.DataFrame, shared: set[str]) -> tuple[tuple[str, int], ...]:
    """Visits that got as far as each stage; `shared` names those whose record was accepted elsewhere."""
    return (
        ("tried", len(visits)),
        ("checked in", int(visits["checked_in_at_s"].notna().sum())),
        ("record anchored", int(visits["anchored_at_s"].notna().sum())),
        ("points credited", int(visits["credited_at_s"].notna().sum())),
        ("record shared", int(visits["visit_id"].isin(shared).sum())),
    )


def funnel_figure(visits: pd.DataFrame, shared: set[str]) -> Figure | Absent:
    """How many visits reached each stage."""
    title = "From a tried visit to a shared record"
    if visits.empty:
        return absent(title, _NOBODY)
    reached = stages(visits, shared)
    lost = [(before - after, name) for (_, before), (name, after) in pairwise(reached[:-1])]
    most, where = max(lost, key=lambda pair: pair[0])
    sentence = (
        f"Most visits are lost before “{where}” ({most:,})."
        if most
        else "No visit was lost on its way to its points."
    ) + f" {_shared(reached[-1][1])} later accepted at another institution."

    def paint(axes: Axes) -> None:
        names, counts = [name for name, _ in reached], [count for _, count in reached]
        axes.barh(names, counts, color=[BLUE] * 4 + [SKY], height=0.6)
        for place, count in enumerate(counts):
            axes.annotate(
                f"{count:,} ({share(count / len(visits))})",
                (count, place),
                (7, 0),
                textcoords="offset points",
                va="center",
                color=INK,
            )
        axes.set_xlim(0, len(visits) * 1.45)
        axes.invert_yaxis()
        whole_ticks(axes.xaxis)
        axes.set_xlabel("visits [1]")
        axes.set_ylabel("stage")
        axes.grid(axis="y", visible=False)

    alt = "Bars of visits by stage: " + ", ".join(f"{name} {count:,}" for name, count in reached)
    return draw("funnel", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def day_figure(run: RunDirectory, visits: pd.DataFrame) -> Figure | Absent:
    """Visits tried on each local date."""
    title = "Visits per day"
    if visits.empty:
        return absent(title, _NOBODY)
    started = local_time(run, visits["started_at_s"])
    dates = started.dt.date
    span = pd.date_range(dates.min(), dates.max(), freq="D")
    per_day = dates.value_counts().reindex(span.date, fill_value=0)
    busiest = per_day.idxmax()
    sentence = (
        f"{number(float(per_day.mean()))} visits a day on average over {counted(len(per_day), 'day')}; the "
        "busiest day was "
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
        whole_ticks(axes.yaxis)
        axes.grid(axis="x", visible=False)

    alt = f"Bars of visits per local day, at most {int(per_day.max())} on {busiest}"
    return draw("days", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def hour_figure(run: RunDirectory, visits: pd.DataFrame) -> Figure | Absent:
    """Heat map of visits by weekday and local hour."""
    title = "Visits by weekday and hour"
    if visits.empty:
        return absent(title, _NOBODY)
    started = local_time(run, visits["started_at_s"])
    counts = np.zeros((7, 24), dtype=np.int64)
    np.add.at(counts, (started.dt.day_of_week.to_numpy(), started.dt.hour.to_numpy()), 1)
    day, hour = np.unravel_index(int(counts.argmax()), counts.shape)
    by_day = counts.sum(axis=1)
    daytime = int(counts[:, _OPENS_H:_CLOSES_H].sum())
    sentence = (
        f"The busiest hour of the week is {_WEEKDAYS[day]} {hour:02d}:00 to {hour + 1:02d}:00 with "
        f"{counted(int(counts.max()), 'visit')}; {_WEEKDAYS[int(by_day.argmax())]} is the busiest day "
        f"({share(float(by_day.max()) / len(visits))} of all visits). {share(daytime / len(visits))} of them begin "
        f"between {_OPENS_H:02d}:00 and {_CLOSES_H:02d}:00.{_clock_origin(run)}"
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
        whole_ticks(bar.ax.yaxis)

    alt = f"Heat map of visits by weekday and local hour, most on {_WEEKDAYS[day]} at {hour:02d}:00"
    return draw("hours", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def _clock_origin(run: RunDirectory) -> str:
    """Whose times of day these are, where a generator made the bundled histories."""
    generator = run.fact("population.generator")
    if run.setting("population.source") != "sample" or not generator:
        return ""
    return f" Times of day are those that the histories' generator ({generator}) wrote, not a clinic's hours."


def frequency_figure(visits: pd.DataFrame) -> Figure | Absent:
    """How many visits each patient tried."""
    title = "Visits per patient"
    if visits.empty:
        return absent(title, _NOBODY)
    per_patient = sorted(visits["patient_id"].value_counts().tolist())
    busiest, n = per_patient[-1], len(per_patient)
    top = sum(per_patient[-max(1, n // 10) :])
    sentence = (
        f"A patient who came at all tried {_visits(len(visits) / n)} on average (median "
        f"{median(per_patient):,}, most "
        f"{busiest:,}); the busiest tenth of them tried {share(top / len(visits))} of all visits."
    )

    def paint(axes: Axes) -> None:
        axes.hist(
            per_patient, bins=[edge + 0.5 for edge in range(busiest + 1)], color=BLUE, edgecolor="white"
        )
        whole_ticks(axes.xaxis)
        whole_ticks(axes.yaxis)
        axes.set_xlabel("visits tried in the run [1]")
        axes.set_ylabel("patients [1]")

    alt = f"Histogram of visits per patient, {n} patients, most {busiest}"
    return draw("frequency", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.4)


def _shared(visits: int) -> str:
    if not visits:
        return "No visit's record was"
    return f"The records of {visits:,} visits were" if visits > 1 else "The record of 1 visit was"


def _visits(mean: float) -> str:
    told = number(mean)
    return f"{told} visit" if told == "1" else f"{told} visits"
