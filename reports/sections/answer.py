"""Section 1: the question, a verdict by stated rules, four figures, and what breaks first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes

from reports.drawing import BLUE, GREY, INK, ORANGE, PALE, absent, decade_ticks, decades, draw
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
from reports.measures import (
    ANCHORED,
    CREDITED,
    PAID,
    Capacity,
    VisitStage,
    capacity,
    limited_by_gas,
    no_chain_answer,
    visit_stages,
)
from reports.published import NATIONAL_PEAK_SOURCE, national_peak_per_s
from reports.quantities import NONE, duration, number, of_days, share, times, whole, with_unit
from reports.run_directory import Kpi, RunDirectory
from reports.sections.verdict import (
    COST_RULE,
    PACE_RULE,
    bands,
    checks,
    cost,
    native_cost,
    pace,
    rulings,
    verdict,
)

SINGLE_RUN: Final = "1 run, no interval"
NOT_REACHED: Final = "not in this run"
_NO_LOAD: Final = "No visit began in the measured time."
_GRADES: Final = (
    "Grades say what a figure rests on: S sourced inputs only, D derived ones, U at least one unsourced input "
    "(section 9)."
)
_ECONOMY_CARDS: Final = (
    ("act.visits", "visits checked in"),
    ("token.supply_med", "supply at the end"),
    ("reward.patient_med", "paid to patients"),
    ("reward.provider_med", "paid to providers"),
)


def section(run: RunDirectory) -> Section:
    """The answer, before anything that explains it."""
    if no_chain_answer(run):
        return Section(1, "answer", "Answer", _without_the_chain(run))
    limits = capacity(run)
    elements: list[Element] = [
        Paragraph(verdict(run)),
        Headlines(_headlines(run, limits)),
        Paragraph(checks(run)),
        Paragraph(_finality(run)),
        Paragraph(_breaks_first(run, limits)),
        _load_figure(limits),
        _rules(
            run,
            (PACE_RULE, bands(run), pace(run)),
            (COST_RULE, _cost_shown(run), cost(run)),
        ),
        Paragraph(f"{_GRADES} National peak: {NATIONAL_PEAK_SOURCE}; derived.", note=True),
    ]
    return Section(1, "answer", "Answer", tuple(elements))


def _cost_shown(run: RunDirectory) -> str:
    fee = run.kpi("act.fee_per_visit_krw")
    return _shown(fee) if fee.number is not None else native_cost(run) or NONE


def _without_the_chain(run: RunDirectory) -> tuple[Element, ...]:
    """The answer of a run whose people stand for many: what it earns and verifies, nothing of the chain."""
    cards = [(label, run.kpi(name)) for name, label in _ECONOMY_CARDS]
    return (
        Paragraph(verdict(run)),
        Headlines(tuple(Headline(label, _shown(kpi), _detail(kpi)) for label, kpi in cards)),
        Paragraph(checks(run)),
        _rules(run),
        Paragraph(_GRADES, note=True),
    )


def _rules(run: RunDirectory, *measured: tuple[str, str, str]) -> Table:
    """What was measured, then each check."""
    checked = tuple((ruling.rule, ruling.word, ruling.finding) for ruling in rulings(run))
    titles = (Column("Rule"), Column("Result"), Column("What the figures say"))
    return Table("The rules behind the verdict", titles, (*measured, *checked))


def basis(kpi: Kpi) -> str:
    """What a figure rests on: its interval or that there is none, and the grade of its inputs."""
    if kpi.interval is None:
        spread = SINGLE_RUN
    else:
        low, high = (with_unit(bound, kpi.unit) for bound in kpi.interval)
        spread = f"{low} to {high}"
    return f"{spread}; grade {kpi.grade}" if kpi.grade else spread


_CARDS: Final = (
    (ANCHORED, "from scan to record anchored", ("chain.latency_p50_s", "act.visits")),
    (CREDITED, "from scan to points credited", ("chain.latency_p50_s", "act.visits")),
    (PAID, "from scan to MED paid", ("chain.latency_p50_s", "act.visits", "reward.patient_med")),
)
"""Stage of a visit, its title, and the KPIs whose weakest grade it shares: it rests on their inputs."""


def _headlines(run: RunDirectory, limits: Capacity | None) -> tuple[Headline, ...]:
    stages = {stage.name: stage for stage in visit_stages(run)}
    waits = [_wait(run, stages.get(name), title, kpis) for name, title, kpis in _CARDS]
    gas, fee = run.kpi("act.gas_per_visit"), run.kpi("act.fee_per_visit_krw")
    endless = "gas fills no block here" if not limited_by_gas(run) else "capacity undefined"
    carries = f"{whole(limits.visits_per_block)} visits fill a block" if limits else endless
    price = Headline("gas per visit", _shown(gas), f"{carries}. {_detail(gas)}")
    native = native_cost(run)
    if fee.number is not None or native:
        burden = f"{_shown(gas)}; {carries}. {_detail(fee if fee.number is not None else gas)}"
        price = Headline("chain fees per visit", native if fee.number is None else _shown(fee), burden)
    return (*waits, price)


def _wait(run: RunDirectory, stage: VisitStage | None, title: str, kpis: Sequence[str]) -> Headline:
    if stage is None:
        return Headline(title, NONE, "undefined: no code was scanned")
    if not stage.reached:
        return Headline(title, NOT_REACHED, f"for none of {stage.n:,} visits")
    grades = [run.kpi(name).grade or "" for name in kpis]
    worst = next((f"; grade {grade}" for grade in "UDS" if grade in grades), "")
    so_far = f"{stage.reached:,} of {stage.n:,} visits got there"
    spread = f", 90 % within {duration(stage.ninetieth_s)}" if math.isfinite(stage.ninetieth_s) else ""
    median = duration(stage.median_s) if math.isfinite(stage.median_s) else NOT_REACHED
    epoch_days = run.setting("rewards.epoch_days")
    batch = f" Paid after each epoch of {of_days(epoch_days)}." if stage.name == PAID and epoch_days else ""
    return Headline(title, median, f"median; {so_far}{spread}.{batch} {SINGLE_RUN}{worst}")


def _shown(kpi: Kpi) -> str:
    return with_unit(kpi.value, kpi.unit)


def _detail(kpi: Kpi) -> str:
    if kpi.value is None:
        return f"undefined: {kpi.reason}"
    return basis(kpi)


def _finality(run: RunDirectory) -> str:
    """How many visits got in, and how long a transaction takes until nothing can undo it."""
    visits, attempted = run.kpi("act.visits"), run.kpi("act.visits_attempted")
    median, tail = run.kpi("chain.latency_p50_s"), run.kpi("chain.latency_p99_s")
    tried = f" of {with_unit(attempted.value, '1')} tried" if attempted.number is not None else ""
    counted_in = (
        f"Visits checked in on chain: {with_unit(visits.value, '1')}{tried} ({basis(visits)})."
        if visits.number is not None
        else f"How many visits were checked in is undefined: {visits.reason}."
    )
    if median.number is None:
        return f"{counted_in} Time to finality is undefined: {median.reason}."
    slow = f"99 % within {duration(tail.number)}" if tail.number is not None else f"p99: {tail.reason}"
    return (
        f"{counted_in} All times above run to the block that holds a step; until a transaction is final, so that no "
        f"reorganisation undoes it, it takes {duration(median.number)} at the median ({slow}; {basis(median)})."
    )


def _breaks_first(run: RunDirectory, limits: Capacity | None) -> str:
    if limits is None:
        missing = (run.kpi(name) for name in ("act.gas_per_visit", "chain.block_interval_mean_s"))
        why = next((kpi.reason for kpi in missing if kpi.number is None), None)
        if why is None and not limited_by_gas(run):
            return "What breaks first is not gas, which the protocol does not limit; a stress test finds what does."
        return f"What breaks first cannot be said: {why or 'the run has no capacity'}."
    if limits.visits_per_block == 0:
        return (
            f"What breaks first: the block gas limit. A whole visit takes {whole(limits.gas_per_visit_gas)} gas, more "
            f"than the {whole(limits.gas_limit_gas)} gas of a block, so that every visit needs several blocks."
            f"{_largest(limits)}"
        )
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
        f"{nation}{_largest(limits)}"
    )


def _largest(limits: Capacity) -> str:
    """The other bound of a block: it must hold the largest transaction whole."""
    if limits.largest_gas is None:
        return ""
    largest, limit = whole(limits.largest_gas), whole(limits.gas_limit_gas)
    fits = (
        "does" if limits.largest_gas <= limits.gas_limit_gas else "does not, so that it can never be included"
    )
    return (
        f" The largest single transaction of the run, of {largest} gas at most, must also fit into a block of "
        f"{limit} gas: it {fits}."
    )


def _room(limits: Capacity) -> str:
    if not limits.offered_per_s:
        return _NO_LOAD
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
        return absent(title, "Nothing to draw: the run has no gas per visit, or gas is no limit.")
    if limits.visits_per_block == 0:
        return absent(title, "Nothing to draw: no block holds a whole visit.")
    bars = (
        ("nation's Monday peak", national_peak_per_s(), GREY),
        ("gas limit carries", limits.capacity_per_s, BLUE),
        ("busiest hour of the run", limits.busiest_hour_per_s, ORANGE),
        ("mean of the run", limits.offered_per_s, ORANGE),
    )
    shown = [bar for bar in bars if bar[1] > 0]
    below = limits.peak_headroom
    relation = (
        f"{times(below)} the busiest hour" if below >= 1 else f"only {share(below)} of the busiest hour"
    )
    sentence = (
        f"The gas limit carries {number(limits.capacity_per_s)} visits/s: {relation} "
        f"({number(limits.busiest_hour_per_s)} visits/s) and {share(limits.nation_share)} of the nation's "
        "peak."
        if limits.busiest_hour_per_s
        else f"The gas limit carries {number(limits.capacity_per_s)} visits/s, {share(limits.nation_share)} of the "
        f"nation's peak. {_NO_LOAD}"
    )
    lowest = min(value for _, value, _ in shown) / 4
    highest = max(value for _, value, _ in shown) * 12
    powers = decades(lowest, highest)
    if len(powers) > 1:
        sentence += f" Each step of the axis is a factor of {whole(10.0**powers.step)}."

    def paint(axes: Axes) -> None:
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
