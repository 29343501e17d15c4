"""Section 3: will the chain carry it; block intervals, gas, pool, latency and gas per act."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from reports.drawing import BLUE, ORANGE, RED, SKY, absent, draw
from reports.elements import Absent, Element, Figure, Gallery, Paragraph, Section, Table, columns
from reports.measures import Latency, latencies, protocol_facts, records
from reports.published import ANCHOR_EXPECTED_GAS, PUBLISHED_GAS
from reports.quantities import DAY_S, NONE, counted, duration, number, share, whole
from reports.run_directory import RunDirectory

_BLOCK_COLUMNS = (
    "number", "count", "time_s", "interval_s", "tx_count", "gas_used_gas", "gas_limit_gas", "mempool_tx", "canonical",
)  # fmt: skip


def section(run: RunDirectory) -> Section:
    """From blocks to latencies to what each act costs."""
    blocks = run.table("blocks", _BLOCK_COLUMNS)
    blocks = blocks[blocks["canonical"]]
    waits = latencies(run)
    elements: tuple[Element, ...] = (
        Paragraph(_lead(run, blocks)),
        Gallery(
            (_interval_figure(run, blocks), _gas_figure(blocks), _pool_figure(blocks), _latency_figure(waits))
        ),
        _latency_table(waits),
        _gas_table(run),
        _published_table(run),
    )
    return Section(3, "chain", "Will the chain carry it", elements)


def _lead(run: RunDirectory, blocks: pd.DataFrame) -> str:
    if blocks.empty:
        return "The run made no block."
    total, single = int(blocks["count"].sum()), int((blocks["tx_count"] > 0).sum())
    used = run.kpi("chain.gas_used_share")
    failed = run.kpi("chain.tx_failed").number
    lead = (
        f"{counted(total, 'block')} were made, {single:,} of them with transactions; the others passed empty, whole "
        "stretches in one step. "
    )
    lead += (
        f"{share(used.number)} of the gas on offer was used"
        if used.number is not None
        else "No gas was on offer"
    )
    return lead + (f"; {counted(int(failed), 'transaction')} failed." if failed is not None else ".")


def _interval_figure(run: RunDirectory, blocks: pd.DataFrame) -> Figure | Absent:
    title = "Waiting time before blocks with transactions"
    rows = blocks[(blocks["count"] == 1) & (blocks["tx_count"] > 0)]
    waits = rows["interval_s"].astype("float64").tolist()
    if not waits:
        return absent(title, "Nothing to draw: no block held a transaction.")
    facts, mean_s = protocol_facts(run), run.kpi("chain.block_interval_mean_s").number
    grid_s = facts.grid_s if facts else 16
    median_s = sorted(waits)[len(waits) // 2]
    sentence = (
        f"{counted(len(waits), 'block')} with transactions came after {number(sum(waits) / len(waits))} s on average "
        f"(median {number(median_s)} s, longest {number(max(waits))} s)."
    )
    if mean_s is not None:
        target = f" against the protocol's {facts.target_interval_s} s target" if facts else ""
        sentence += (
            f" Over all blocks the mean interval is {number(mean_s, 4)} s{target}; blocks that hold something lie "
            "higher, since a transaction is likelier to fall into a long wait."
        )

    def paint(axes: Axes) -> None:
        width_s = grid_s * max(1, math.ceil(max(waits) / grid_s / 40))
        edges = [width_s * step for step in range(math.ceil(max(waits) / width_s) + 2)]
        axes.hist(waits, bins=edges, color=SKY, edgecolor="white", linewidth=0.4)
        if facts:
            axes.axvline(
                facts.target_interval_s,
                color=RED,
                linestyle="--",
                label=f"target {facts.target_interval_s} s",
            )
        if mean_s is not None:
            axes.axvline(mean_s, color=BLUE, linestyle="-", label=f"mean of all blocks {number(mean_s)} s")
        axes.set_xlabel(f"time since the block before [s], bins of {width_s} s")
        axes.set_ylabel("blocks [1]")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper right")

    alt = f"Histogram of {len(waits)} block intervals, median {number(median_s)} s, longest {number(max(waits))} s"
    return draw("intervals", title=title, alt=alt, sentence=sentence, paint=paint)


def _gas_figure(blocks: pd.DataFrame) -> Figure | Absent:
    title = "Gas used per block"
    rows = blocks[blocks["tx_count"] > 0]
    if rows.empty:
        return absent(title, "Nothing to draw: no block used gas.")
    used = (rows["gas_used_gas"] / rows["gas_limit_gas"]).astype("float64")
    fullest = max(records(rows), key=lambda row: row["gas_used_gas"] / row["gas_limit_gas"])
    sentence = (
        f"The fullest block used {whole(fullest['gas_used_gas'])} gas, {share(float(used.max()))} of its limit, on day "
        f"{number(float(fullest['time_s']) / DAY_S)}; blocks with transactions used {share(float(used.mean()))} on average."
    )

    def paint(axes: Axes) -> None:
        axes.plot(
            rows["time_s"].astype("float64") / DAY_S, rows["gas_used_gas"].astype("float64") / 1e6, ".",
            color=BLUE, markersize=3, alpha=0.7,
        )  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("gas used per block [million gas]")

    alt = f"Gas used in each of {len(rows)} blocks over time; at most {share(float(used.max()))} of the limit"
    return draw("gas-used", title=title, alt=alt, sentence=sentence, paint=paint)


def _pool_figure(blocks: pd.DataFrame) -> Figure | Absent:
    title = "Transactions waiting when a block was made"
    if blocks.empty:
        return absent(title, "Nothing to draw: the run made no block.")
    deepest = max(records(blocks), key=lambda row: row["mempool_tx"])
    most = int(deepest["mempool_tx"])
    if not most:
        return absent(title, "Nothing to draw: no transaction ever waited.")
    sentence = (
        f"At most {counted(most, 'transaction')} waited, on day {number(float(deepest['time_s']) / DAY_S)}, just before "
        f"block {whole(deepest['number'])} took {counted(int(deepest['tx_count']), 'transaction')}."
    )

    def paint(axes: Axes) -> None:
        axes.vlines(
            blocks["time_s"].astype("float64") / DAY_S, 0, blocks["mempool_tx"].astype("float64"),
            color=ORANGE, linewidth=0.9,
        )  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.set_xlabel("time since the start [days]")
        axes.set_ylabel("executable transactions [tx]")

    alt = f"Executable transactions in the pool over time, at most {most}"
    return draw("mempool", title=title, alt=alt, sentence=sentence, paint=paint)


def _latency_figure(waits: tuple[Latency, ...]) -> Figure | Absent:
    title = "Time to finality by act"
    drawn = [wait for wait in waits if wait.median_s is not None and math.isfinite(wait.median_s)]
    if not drawn:
        return absent(title, "Nothing to draw: no act became final in this run.")
    slowest = max(drawn, key=lambda wait: wait.median_s or 0.0)
    commonest = drawn[0]
    sentence = (
        f"Half of the {commonest.n:,} “{commonest.act}” transactions were final within "
        f"{duration(commonest.median_s or 0.0)}; the slowest act by median is “{slowest.act}” at "
        f"{duration(slowest.median_s or 0.0)}."
    )

    def paint(axes: Axes) -> None:
        for place, wait in enumerate(drawn):
            median_min = (wait.median_s or 0.0) / 60
            tail = wait.p99_s if wait.p99_s is not None and math.isfinite(wait.p99_s) else None
            if tail is not None:
                axes.hlines(place, median_min, tail / 60, color=SKY, linewidth=3)
                axes.plot([tail / 60], [place], "|", color=BLUE, markersize=11, markeredgewidth=2)
            axes.plot([median_min], [place], "o", color=BLUE, markersize=6)
        axes.plot([], [], "o", color=BLUE, label="median")
        axes.plot([], [], "|", color=BLUE, markersize=9, markeredgewidth=2, label="99th percentile")
        axes.set_yticks(range(len(drawn)), [wait.act for wait in drawn])
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel("first submission to finality [min]")
        axes.set_ylabel("act")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)

    alt = "Median latency by act: " + ", ".join(
        f"{wait.act} {duration(wait.median_s or 0.0)}" for wait in drawn
    )
    height_in = 1.6 + 0.25 * len(drawn)
    return draw("latency", title=title, alt=alt, sentence=sentence, paint=paint, height_in=height_in)


def _latency_table(waits: tuple[Latency, ...]) -> Table:
    return Table(
        "Latency by act, first submission to finality",
        columns("Act", "#Transactions", "#Median", "#99th percentile", "#Never final"),
        tuple(
            (
                wait.act,
                whole(wait.n),
                duration(wait.median_s) if wait.median_s is not None else NONE,
                duration(wait.p99_s) if wait.p99_s is not None else NONE,
                whole(wait.never),
            )
            for wait in waits
        ),
        note="No 99th percentile is named below 299 transactions. What never became final counts as endless.",
        empty="No transaction was submitted in this run.",
    )


def _gas_table(run: RunDirectory) -> Table:
    gas = run.table("gas", ("act", "calls", "gas_min", "gas_mean", "gas_max"))
    return Table(
        "Gas per act in this run",
        columns("Act", "#Calls", "#Least [gas]", "#Mean [gas]", "#Most [gas]"),
        tuple(
            (str(row["act"]), whole(row["calls"]), whole(row["gas_min"]), whole(row["gas_mean"]), whole(row["gas_max"]))
            for row in records(gas.sort_values(["calls", "act"], ascending=[False, True]))
        ),
        empty="No call succeeded in this run.",
    )


def _published_table(run: RunDirectory) -> Table:
    gas = run.table("gas", ("act", "gas_mean"))
    per_visit = run.kpi("act.gas_per_visit").number
    rows = []
    if per_visit is not None:
        rows.append(
            (
                "a whole visit here",
                whole(per_visit),
                "this run: check-in, anchor, credit and their share of payout",
            )
        )
    anchor = gas.loc[gas["act"] == "anchor", "gas_mean"]
    if len(anchor):
        low, high = ANCHOR_EXPECTED_GAS
        rows.append(
            ("an anchored record here", whole(anchor.iloc[0]), f"this run; {low:,} to {high:,} expected")
        )
    for published in PUBLISHED_GAS:
        span = f"{published.low_gas:,}"
        if published.high_gas != published.low_gas:
            span += f" to {published.high_gas:,}"
        rows.append((published.act, span, published.source))
    note = "Other systems do other things on chain: the figures give an order of magnitude, not a race."
    return Table("Beside published health chains", columns("Act", "#Gas", "Source"), tuple(rows), note=note)
