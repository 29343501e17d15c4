"""Figures of section 3: intervals, gas, pool and latency."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, ORANGE, RED, SKY, absent, draw, legend_below, stems, whole_ticks
from reports.elements import Absent, Figure
from reports.measures import Latency, median, peaks, protocol_facts, records
from reports.quantities import DAY_S, counted, day, duration, number, share, whole
from reports.run_directory import RunDirectory


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
            axes.legend(loc="upper right")

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
    if own_s > mean_s:
        sentence += ", later than the others, as long waits catch more transactions"
    sentence += f". Over all blocks the mean interval is {number(mean_s, 4)} s"
    if target_s is not None:
        sentence += f" against a target of {target_s} s"
    if early_s is not None:
        sentence += f"; the protocol's retarget rule itself settles at about {early_s} s"
    return f"{sentence}."


def gas_figure(blocks: pd.DataFrame) -> Figure | Absent:
    """Gas of each block that held transactions, over time."""
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
    times, used = peaks(
        [row["time_s"] / DAY_S for row in rows], [int(row["gas_used_gas"]) / 1e6 for row in rows]
    )

    def paint(axes: Axes) -> None:
        stems(axes, times, used, BLUE)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("gas used per block [million gas]")

    alt = f"Gas used in each of {len(rows)} blocks over time; at most {share(most)} of the limit"
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
    """Median and 99th percentile of the time to finality, a line an act."""
    title = "Time to finality by act"
    medians = [
        (wait, wait.median_s) for wait in waits if wait.median_s is not None and math.isfinite(wait.median_s)
    ]
    if not medians:
        return absent(title, "Nothing to draw: no act became final in this run.")
    commonest, common_s = medians[0]
    slowest, slow_s = max(medians, key=lambda pair: pair[1])
    sentence = (
        f"Half of the {commonest.n:,} “{commonest.act}” transactions were final within {duration(common_s)}; "
        f"the slowest act by median is “{slowest.act}” at {duration(slow_s)}."
    )

    def paint(axes: Axes) -> None:
        for place, (wait, median_s) in enumerate(medians):
            if wait.p99_s is not None and math.isfinite(wait.p99_s):
                axes.hlines(place, median_s / 60, wait.p99_s / 60, color=SKY, linewidth=3)
                axes.plot([wait.p99_s / 60], [place], "|", color=BLUE, markersize=11, markeredgewidth=2)
            axes.plot([median_s / 60], [place], "o", color=BLUE, markersize=6)
        axes.plot([], [], "o", color=BLUE, label="median")
        axes.plot([], [], "|", color=BLUE, markersize=9, markeredgewidth=2, label="99th percentile")
        axes.set_yticks(range(len(medians)), [wait.act for wait, _ in medians])
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel("first submission to finality [min]")
        axes.set_ylabel("act")
        legend_below(axes, 2)

    alt = "Median latency by act: " + ", ".join(f"{wait.act} {duration(median)}" for wait, median in medians)
    height_in = 1.5 + 0.25 * len(medians)
    return draw("latency", title=title, alt=alt, sentence=sentence, paint=paint, height_in=height_in)
