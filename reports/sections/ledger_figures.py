"""Figures of section 3: intervals, gas, pool and latency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, INK, ORANGE, RED, SKY, absent, draw, legend_below, stems, whole_ticks
from reports.elements import Absent, Figure
from reports.measures import Latency, Waits, median, peaks, protocol_facts, records
from reports.quantities import DAY_S, NONE, counted, day, duration, number, share, whole
from reports.run_directory import RunDirectory

_CLEARLY_LATER: Final = 1.05
"""Waits that are longer by less than this factor are as long as the others'."""


def interval_figure(run: RunDirectory, blocks: pd.DataFrame) -> Figure | Absent:
    """Histogram of waits before blocks with transactions, beside the mean of all blocks and the target."""
    title = "Waiting time before blocks with transactions"
    rows = blocks[(blocks["count"] == 1) & (blocks["tx_count"] > 0)]
    waits = rows["interval_s"].astype("float64").tolist()
    if not waits:
        return absent(title, "Nothing to draw: no block held a transaction.")
    facts, mean_s = protocol_facts(run), run.kpi("chain.block_interval_mean_s").number
    grid_s = facts.grid_s if facts else 1
    target_s = facts.target_interval_s if facts else None
    opening_height = run.setting("chain.opening_height", 0)
    early_s = facts.early_interval_s if facts and opening_height < facts.early_until_height else None
    median_s = median(waits)

    def paint(axes: Axes) -> None:
        width_s = grid_s * max(1, math.ceil(max(waits) / grid_s / 40))
        edges = [width_s * step for step in range(math.ceil(max(waits) / width_s) + 2)]
        axes.hist(waits, bins=edges, color=SKY, edgecolor="white", linewidth=0.4)
        if mean_s is not None:
            axes.axvline(mean_s, color=BLUE, linewidth=2.2, label=f"mean of all blocks {number(mean_s)} s")
        if target_s is not None:
            axes.axvline(target_s, color=RED, linestyle="--", label=f"target {target_s} s")
        axes.set_xlabel(f"time since the block before [s], bins of {width_s} s")
        axes.set_ylabel("blocks [1]")
        whole_ticks(axes.yaxis)
        if mean_s is not None or target_s is not None:
            legend_below(axes, 2)

    alt = (
        f"Histogram of {len(waits)} block intervals, median {number(median_s)} s, most {number(max(waits))} s"
    )
    sentence = _interval_sentence(waits, median_s, mean_s, target_s, early_s)
    return draw("intervals", title=title, alt=alt, sentence=sentence, paint=paint)


def _interval_sentence(
    waits: Sequence[float], median_s: float, mean_s: float | None, target_s: int | None, early_s: int | None
) -> str:
    own_s = sum(waits) / len(waits)
    sentence = (
        f"{counted(len(waits), 'block')} with transactions came after {number(own_s)} s on average "
        f"(median {number(median_s)} s, longest {number(max(waits))} s)"
    )
    if mean_s is None:
        return f"{sentence}."
    if own_s > mean_s * _CLEARLY_LATER:
        sentence += ", later than the others, as long waits catch more transactions"
    sentence += f". Over all blocks the mean interval is {number(mean_s, 4)} s"
    if target_s is not None:
        sentence += f" against a target of {target_s} s"
    if early_s is not None:
        sentence += f"; the protocol's retarget rule itself settles at about {early_s} s"
    return f"{sentence}."


def gas_figure(blocks: pd.DataFrame, limited: bool = True) -> Figure | Absent:
    """Gas of each block that held transactions, over time; its share of the limit where gas is `limited`."""
    title = "Gas used per block"
    rows = records(blocks[blocks["tx_count"] > 0])
    if not rows:
        return absent(title, "Nothing to draw: no block used gas.")
    shares = [int(row["gas_used_gas"]) / int(row["gas_limit_gas"]) for row in rows]
    most = max(shares)
    fullest = rows[shares.index(most)]
    sentence = (
        f"The fullest block used {whole(fullest['gas_used_gas'])} gas, {share(most)} of its limit, on "
        f"{day(fullest['time_s'])}; blocks with transactions used {share(sum(shares) / len(shares))} on "
        "average."
    )
    if not limited:
        sentence = (
            f"The fullest block used {whole(fullest['gas_used_gas'])} gas, on {day(fullest['time_s'])}; the protocol "
            "sets gas no limit."
        )
    times, used = peaks(
        [row["time_s"] / DAY_S for row in rows], [int(row["gas_used_gas"]) / 1e6 for row in rows]
    )

    def paint(axes: Axes) -> None:
        stems(axes, times, used, BLUE)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("gas used per block [million gas]")

    alt = f"Gas used in each of {len(rows)} blocks over time"
    alt += f"; at most {share(most)} of the limit" if limited else ""
    return draw("gas-used", title=title, alt=alt, sentence=sentence, paint=paint)


def pool_figure(blocks: pd.DataFrame) -> Figure | Absent:
    """Executable transactions in the pool just before each block, over time."""
    title = "Transactions waiting when a block was made"
    rows = records(blocks)
    if not rows:
        return absent(title, "Nothing to draw: the run made no block.")
    deepest = max(rows, key=lambda row: row["mempool_tx"])
    most = int(deepest["mempool_tx"])
    if not most:
        return absent(title, "Nothing to draw: no transaction ever waited.")
    sentence = (
        f"At most {counted(most, 'transaction')} waited, on {day(deepest['time_s'])}, just before block "
        f"{whole(deepest['number'])} took {int(deepest['tx_count']):,} of them."
    )
    times, waiting = peaks(
        [row["time_s"] / DAY_S for row in rows], [float(row["mempool_tx"]) for row in rows]
    )

    def paint(axes: Axes) -> None:
        stems(axes, times, waiting, ORANGE)
        whole_ticks(axes.yaxis)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("executable transactions [tx]")

    alt = f"Executable transactions in the pool over time, at most {most}"
    return draw("mempool", title=title, alt=alt, sentence=sentence, paint=paint)


def latency_figure(waits: Sequence[Latency]) -> Figure | Absent:
    """Median, 90th and 99th percentile of the time to a block and to finality, two rows an act."""
    title = "Time to a block and to finality by act"
    shown = [(wait, wait.final.median_s) for wait in waits]
    medians = [
        (wait, median_s) for wait, median_s in shown if median_s is not None and math.isfinite(median_s)
    ]
    if not medians:
        return absent(title, "Nothing to draw: no act became final in this run.")
    commonest, common_s = medians[0]
    slowest, slow_s = max(medians, key=lambda pair: pair[1])
    included_s = commonest.included.median_s
    sentence = (
        f"Half of the {commonest.final.n:,} “{commonest.act}” transactions were in a block within "
        f"{duration(included_s) if included_s is not None else NONE} and final within {duration(common_s)}; "
        f"the slowest act to finality by median is “{slowest.act}” at {duration(slow_s)}."
    )
    minutes = slow_s >= 120
    unit_s = 60.0 if minutes else 1.0

    def paint(axes: Axes) -> None:
        for place, (wait, _) in enumerate(medians):
            _quantile_row(axes, wait.included, place - 0.17, unit_s, (ORANGE, _PALE_ORANGE))
            _quantile_row(axes, wait.final, place + 0.17, unit_s, (BLUE, SKY))
        for colour, label in ((ORANGE, "in a block"), (BLUE, "final")):
            axes.plot([], [], "o", color=colour, label=f"{label}: median")
        for mark, label in (("|", "90 %"), ("D", "99 %")):
            axes.plot([], [], mark, color=INK, markersize=_MARKS[mark], markeredgewidth=1.6, label=label)
        axes.set_yticks(range(len(medians)), [wait.act for wait, _ in medians])
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel(f"since first submission [{'min' if minutes else 's'}]")
        axes.set_ylabel("act")
        axes.grid(axis="y", visible=False)
        legend_below(axes, 4)

    alt = "Median latency to finality by act: " + ", ".join(
        f"{wait.act} {duration(median)}" for wait, median in medians
    )
    height_in = 1.5 + 0.34 * len(medians)
    return draw("latency", title=title, alt=alt, sentence=sentence, paint=paint, height_in=height_in)


_PALE_ORANGE: Final = "#f6d795"
_MARKS: Final = {"|": 8.0, "D": 3.2}


def _quantile_row(axes: Axes, waits: Waits, place: float, unit_s: float, colours: tuple[str, str]) -> None:
    """A dot at the median, a bar and marks to the percentiles that are known and finite."""
    colour, pale = colours
    ends = [
        (mark, value) for mark, value in (("|", waits.ninetieth_s), ("D", waits.p99_s)) if value is not None
    ]
    known = [(mark, value / unit_s) for mark, value in ends if math.isfinite(value)]
    if waits.median_s is None or not math.isfinite(waits.median_s):
        return
    middle = waits.median_s / unit_s
    axes.hlines(place, middle, max([middle, *(value for _, value in known)]), color=pale, linewidth=2.4)
    for mark, value in known:
        axes.plot([value], [place], mark, color=colour, markersize=_MARKS[mark], markeredgewidth=1.6)
    axes.plot([middle], [place], "o", color=colour, markersize=5)
