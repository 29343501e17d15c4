"""Figures of a run's network: how fast blocks are heard of, and how long until they are final."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes

from reports.chain_words import words_of
from reports.drawing import BLUE, GREY, INK, RED, SKY, absent, decade_ticks, draw, legend_below, whole_ticks
from reports.elements import Absent, Figure
from reports.measures import Waits, records
from reports.quantities import JOIN, counted, duration, share, times
from reports.run_directory import RunDirectory
from reports.sections.tree_figure import REGION_COLOURS, region_name

Step = tuple[float, int]
"""An upper end in seconds (endless: never) and how many deliveries lie below it and above the step before."""

_BINS: Final = 36
_MOST_LINEAR: Final = 30
"""Where the last delivery took more than so many times the median, only a logarithmic axis shows both."""


def propagation_figure(run: RunDirectory) -> Figure | Absent:
    """Cumulative share of nodes that know a block, against the time since it was made, by the nodes' region."""
    title = "How fast nodes hear of a block"
    by_region = _steps(run)
    if not by_region:
        return absent(title, "Nothing to draw: no block went from one node to another.")
    everybody = sorted(step for steps in by_region.values() for step in steps)
    deliveries = sum(count for _, count in everybody)
    half_s, most_s, last_s = (_within(everybody, level) for level in (0.5, 0.9, 1.0))
    known_s = max((end_s for end_s, _ in everybody if math.isfinite(end_s)), default=0.0)
    slowest = max(by_region, key=lambda region: (_within(by_region[region], 0.5), region))
    interval_s = run.kpi("chain.block_interval_mean_s").number
    wide = known_s > _MOST_LINEAR * half_s > 0
    unit_s, unit = (
        (60.0, "min") if known_s >= 300 and not wide else (1.0, "s") if known_s >= 1 else (0.001, "ms")
    )
    soonest_s = min((end_s for end_s, _ in everybody if end_s > 0), default=1.0)
    logarithmic = ", logarithmic" if wide else ""
    everywhere = f"all within {duration(last_s)}" if math.isfinite(last_s) else "some never"
    sentence = (
        f"Of {deliveries:,} times that a node was to hear of a block, half came within {duration(half_s)}, "
        f"90{JOIN}% within {duration(most_s)}, {everywhere}"
    )
    if interval_s is not None and math.isfinite(most_s):
        ratio = most_s / interval_s
        part = f"{share(ratio)} of" if ratio < 2 else times(ratio)
        sentence += f"; 90{JOIN}% took {part} the mean interval, while others may compete"
    sentence += "."
    if len(by_region) > 1:
        sentence += f" Nodes in {region_name(slowest)} wait longest. Times are known within 3.2 %."

    def paint(axes: Axes) -> None:
        for region, steps in by_region.items():
            axes.plot(
                *_curve(steps, known_s, unit_s),
                drawstyle="steps-post",
                color=REGION_COLOURS.get(region, GREY),
                linewidth=1.4,
                label=region_name(region),
            )
        axes.plot(
            *_curve(everybody, known_s, unit_s),
            drawstyle="steps-post",
            color=INK,
            linewidth=2.2,
            label="all nodes",
        )
        axes.set_xlim(0, known_s / unit_s * 1.03)
        if wide:
            axes.set_xscale("log")
            axes.set_xlim(soonest_s / 2 / unit_s, known_s / unit_s * 1.5)
            decade_ticks(axes.xaxis, soonest_s / 2 / unit_s, known_s / unit_s * 1.5)
        axes.set_ylim(0, 103)
        axes.set_xlabel(f"time since the block was made [{unit}]{logarithmic}")
        axes.set_ylabel("nodes that know it [%]")
        legend_below(axes, 3)

    alt = f"Rising steps: half of all nodes know a block within {duration(half_s)}, 90{JOIN}% within {duration(most_s)}"
    return draw("propagation", title=title, alt=alt, sentence=sentence, paint=paint, height_in=3.1)


def _steps(run: RunDirectory) -> dict[str, list[Step]]:
    """Steps by region, the region with most deliveries first."""
    found: dict[str, list[Step]] = {}
    for row in records(run.table("propagation", ("region", "within_s", "deliveries"))):
        within_s = float(row["within_s"])
        end_s = math.inf if math.isnan(within_s) else within_s
        found.setdefault(str(row["region"]), []).append((end_s, int(row["deliveries"])))
    busiest = sorted(found, key=lambda region: (-sum(count for _, count in found[region]), region))
    return {region: sorted(found[region]) for region in busiest}


def _within(steps: Sequence[Step], level: float) -> float:
    """The least end of a step below which at least that share of the deliveries lies."""
    needed, reached = level * sum(count for _, count in steps) - 1e-9, 0
    for end_s, count in steps:
        reached += count
        if reached >= needed:
            return end_s
    return math.inf


def _curve(steps: Sequence[Step], last_s: float, unit_s: float) -> tuple[list[float], list[float]]:
    """Ends of steps and per cent up to there, from nothing to the end of the axis."""
    whole = sum(count for _, count in steps)
    xs, ys, reached = [0.0], [0.0], 0
    for end_s, count in steps:
        if math.isfinite(end_s):
            reached += count
            xs.append(end_s / unit_s)
            ys.append(100 * reached / whole)
    return [*xs, last_s / unit_s * 1.03], [*ys, ys[-1]]


def finality_waits(run: RunDirectory) -> tuple[list[float], str]:
    """Seconds from each block to its finality, endless where it never came, and what the blocks are.

    On a network every canonical block, from when it was made; with one view those that hold agents' transactions, from
    their timestamp.
    """
    blocks = run.table("blocks", ("canonical", "made_at_s", "final_at_s"))
    made = blocks[blocks["canonical"].astype(bool) & blocks["made_at_s"].notna()]
    if len(made):
        waits = (made["final_at_s"] - made["made_at_s"]).astype("float64").tolist()
        return [math.inf if math.isnan(wait) else wait for wait in waits], "block"
    needed = ("block_number", "included_at_s", "final_at_s", "canonical")
    sent = run.table("transactions", needed)
    held = sent[sent["canonical"].astype(bool) & sent["included_at_s"].notna()]
    first = held.groupby("block_number")[["included_at_s", "final_at_s"]].first()
    waits = (first["final_at_s"] - first["included_at_s"]).astype("float64").tolist()
    return [math.inf if math.isnan(wait) else wait for wait in waits], "block with transactions"


def finality_figure(run: RunDirectory) -> Figure | Absent:
    """Histogram of the time from a block to its finality."""
    title = "How long until a block is final"
    values, what = finality_waits(run)
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return absent(title, "Nothing to draw: no block became final in this run.")
    waits = Waits.of(values)
    middle_s, tail_s = waits.median_s, waits.p99_s
    depth, longest_s = run.setting("chain.confirmation_depth_blocks"), max(known)
    unit_s, unit = (60.0, "min") if longest_s >= 300 else (1.0, "s")
    plural = what.replace("block", "blocks", 1)
    sentence = (
        f"{_within_words(waits, plural)}, the slowest that became final within {duration(longest_s)}."
        if waits.never
        else f"{_within_words(waits, plural)}, the slowest within {duration(longest_s)}."
    )
    sentence += _called_final(run, depth)
    if waits.never:
        sentence += f" The run ended before the last {waits.never:,} could be: they count as endless."

    def paint(axes: Axes) -> None:
        least, most = min(known) / unit_s, longest_s / unit_s
        width = max((most - least) / _BINS, 1e-3)
        edges = [least + width * step for step in range(_BINS + 2)]
        axes.hist(
            [value / unit_s for value in known], bins=edges, color=SKY, edgecolor="white", linewidth=0.4
        )
        if middle_s is not None and math.isfinite(middle_s):
            axes.axvline(middle_s / unit_s, color=BLUE, linewidth=2.2, label=f"median {duration(middle_s)}")
        if tail_s is not None and math.isfinite(tail_s):
            axes.axvline(tail_s / unit_s, color=RED, linestyle="--", label=f"99 % {duration(tail_s)}")
        axes.set_xlim(left=0)
        axes.set_xlabel(f"from the block to its finality [{unit}]")
        axes.set_ylabel(f"{plural} [1]")
        whole_ticks(axes.yaxis)
        legend_below(axes, 2)

    alt = f"Histogram of the time from {len(known)} blocks to their finality"
    if middle_s is not None and math.isfinite(middle_s):
        alt += f", median {duration(middle_s)}"
    return draw("finality", title=title, alt=alt, sentence=sentence, paint=paint, height_in=3.1)


def _within_words(waits: Waits, plural: str) -> str:
    """Half of the blocks and 99 % of them, those counted that never became final: as the KPIs count."""
    if waits.median_s is None or not math.isfinite(waits.median_s):
        return f"More than half of {waits.n:,} {plural} never became final"
    words = f"Half of {waits.n:,} {plural} were final within {duration(waits.median_s)}"
    if waits.p99_s is None or not math.isfinite(waits.p99_s):
        return words
    return f"{words}, 99{JOIN}% within {duration(waits.p99_s)}"


def _called_final(run: RunDirectory, depth: object) -> str:
    """What final means: by votes or a signature at once, by seats' majority, or by depth."""
    own = words_of(run).final
    if own:
        return f" {own}"
    return f" Final is what {counted(depth, 'block')} lie on." if isinstance(depth, int) and depth else ""
