"""Section 1: the question, a verdict by stated rules, three figures, and what breaks first."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.drawing import BLUE, GREY, INK, ORANGE, PALE, absent, decade_ticks, draw
from reports.elements import (
    Absent,
    Column,
    Element,
    Figure,
    Headline,
    Headlines,
    Paragraph,
    Section,
    Table,
)
from reports.measures import Capacity, capacity, visit_stages
from reports.published import NATIONAL_PEAK_SOURCE, national_peak_per_s
from reports.quantities import NONE, duration, number, share, times, whole, with_unit
from reports.run_directory import Kpi, RunDirectory
from reports.sections.verdict import rulings, verdict

SINGLE_RUN = "1 run, no interval"


def section(run: RunDirectory) -> Section:
    """The answer, before anything that explains it."""
    limits = capacity(run)
    elements: list[Element] = [
        Paragraph(verdict(run)),
        Headlines(_headlines(run, limits)),
        Paragraph(_pace(run)),
        Paragraph(_breaks_first(limits)),
        _load_figure(limits),
        Table(
            "The rules behind the verdict",
            (Column("Rule"), Column("Holds"), Column("What the figures say")),
            tuple((ruling.rule, _word(ruling.holds), ruling.finding) for ruling in rulings(run)),
        ),
        Paragraph(
            "Grades say what a figure rests on: S sourced inputs only, D derived ones, U at least one "
            "unsourced input "
            f"(section 9). National peak: {NATIONAL_PEAK_SOURCE}; derived.",
            note=True,
        ),
    ]
    return Section(1, "answer", "Answer", tuple(elements))


def basis(kpi: Kpi) -> str:
    """What a figure rests on: its interval or that there is none, and the grade of its inputs."""
    if kpi.interval is None:
        spread = SINGLE_RUN
    else:
        low, high = (with_unit(bound, kpi.unit) for bound in kpi.interval)
        spread = f"{low} to {high}"
    return f"{spread}; grade {kpi.grade}" if kpi.grade else spread


def _headlines(run: RunDirectory, limits: Capacity | None) -> tuple[Headline, ...]:
    visits, attempted = run.kpi("act.visits"), run.kpi("act.visits_attempted")
    median, tail = run.kpi("chain.latency_p50_s"), run.kpi("chain.latency_p99_s")
    gas, fee = run.kpi("act.gas_per_visit"), run.kpi("act.fee_per_visit_krw")
    tried = f" of {with_unit(attempted.value, '1')} tried" if attempted.number is not None else ""
    slow = f"99 % within {duration(tail.number)}" if tail.number is not None else f"p99: {tail.reason}"
    carries = f"{whole(limits.visits_per_block)} visits fill a block" if limits else "capacity undefined"
    cost = Headline("gas per visit", _shown(gas), f"{carries}. {_detail(gas)}")
    if fee.number is not None:
        burden = f"{_shown(gas)}; {carries}. {_detail(fee)}"
        cost = Headline("chain fees per visit", _shown(fee), burden)
    return (
        Headline("visits checked in on chain", with_unit(visits.value, "1") + tried, _detail(visits)),
        Headline("median time to finality", _shown(median), f"{slow}. {_detail(median)}"),
        cost,
    )


def _shown(kpi: Kpi) -> str:
    return with_unit(kpi.value, kpi.unit)


def _detail(kpi: Kpi) -> str:
    if kpi.value is None:
        return f"undefined: {kpi.reason}"
    return basis(kpi)


def _pace(run: RunDirectory) -> str:
    stages = visit_stages(run)
    if not stages:
        return "No code was scanned, so no visit took any time on the chain."
    told = ", ".join(f"{duration(stage.median_s)} to “{stage.name}”" for stage in stages)
    latest = stages[-1]
    end = f"{latest.never:,} of {latest.n:,} never got to the last" if latest.never else "all got to the last"
    return f"From the scan of the code half of the visits took at most {told}; {end}."


def _word(holds: bool | None) -> str:
    return NONE if holds is None else "yes" if holds else "no"


def _breaks_first(limits: Capacity | None) -> str:
    if limits is None:
        return "What breaks first cannot be said: without a visit there is no gas per visit to divide by."
    peak = national_peak_per_s()
    room = _room(limits)
    if limits.nation_share < 1:
        nation = (
            f"The nation's Monday peak is {peak:.0f} visits/s: the chain carries "
            f"{share(limits.nation_share)} "
            f"of it and falls short of the country by a factor of {number(1 / limits.nation_share)}."
        )
    else:
        carried = times(limits.nation_share)
        nation = f"The nation's Monday peak is {peak:.0f} visits/s: the chain carries {carried} that."
    return (
        f"What breaks first: {_binding(limits)}, at {number(limits.capacity_per_s)} visits/s "
        f"({whole(limits.visits_per_block)} visits of {whole(limits.gas_per_visit_gas)} gas in each block of "
        f"{whole(limits.gas_limit_gas)} gas, a block every {number(limits.interval_mean_s)} s). {room} "
        f"{nation}"
    )


def _room(limits: Capacity) -> str:
    if limits.headroom < 1:
        over = times(1 / limits.headroom)
        return f"The mean load of this run is {over} what it carries: the queue grows without end."
    mean, peak = times(limits.headroom), times(limits.peak_headroom)
    return f"That is {mean} the mean load of this run and {peak} that of its busiest hour."


def _binding(limits: Capacity) -> str:
    by_bytes = limits.visits_per_block_by_bytes
    if by_bytes is None:
        return "the block gas limit (the byte limit of this protocol is not known here)"
    if by_bytes >= limits.visits_per_block:
        return f"the block gas limit (the byte limit would allow at least {whole(by_bytes)} visits a block)"
    return (
        f"the block gas limit or the byte limit (which allows at least {whole(by_bytes)} visits a block; "
        "at light load headers hide how many more)"
    )


def _load_figure(limits: Capacity | None) -> Figure | Absent:
    title = "Offered load against what the chain carries"
    if limits is None:
        return absent(title, "Nothing to draw: the run has no gas per visit.")
    bars = (
        ("nation's Monday peak", national_peak_per_s(), GREY),
        ("gas limit carries", limits.capacity_per_s, BLUE),
        ("busiest hour of the run", limits.busiest_hour_per_s, ORANGE),
        ("mean of the run", limits.offered_per_s, ORANGE),
    )
    shown = [bar for bar in bars if bar[1] > 0]
    below = limits.capacity_per_s / limits.busiest_hour_per_s
    relation = (
        f"{times(below)} the busiest hour" if below >= 1 else f"only {share(below)} of the busiest hour"
    )
    sentence = (
        f"The gas limit carries {number(limits.capacity_per_s)} visits/s: {relation} "
        f"({number(limits.busiest_hour_per_s)} visits/s) and {share(limits.nation_share)} of the nation's "
        "peak. "
        "Each step of the axis is a factor of ten."
    )

    def paint(axes: Axes) -> None:
        lowest = min(value for _, value, _ in shown) / 4
        highest = max(value for _, value, _ in shown) * 12
        for place, (_, value, colour) in enumerate(shown):
            axes.hlines(place, lowest, value, color=PALE, linewidth=1)
            axes.plot([value], [place], "o", color=colour, markersize=8)
            axes.annotate(
                number(value), (value, place), (9, 0), textcoords="offset points", va="center", color=INK
            )
        axes.set_xscale("log")
        axes.set_xlim(lowest, highest)
        decade_ticks(axes.xaxis, lowest, highest)
        axes.set_yticks(range(len(shown)), [name for name, _, _ in shown])
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.axvline(limits.capacity_per_s, color=BLUE, linestyle="--", linewidth=1)
        axes.set_xlabel("visits per second [1/s], logarithmic")
        axes.set_ylabel("load")
        axes.grid(axis="y", visible=False)

    alt = "Points on a logarithmic axis: " + ", ".join(
        f"{name} {number(value)} visits/s" for name, value, _ in shown
    )
    return draw("load", title=title, alt=alt, sentence=sentence, paint=paint, height_in=2.2)
