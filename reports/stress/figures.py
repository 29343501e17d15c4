"""Figures of a stress test. Loads are on a logarithmic axis, on which chain and nation both fit; the nation's
busiest hour is a line in every figure over load or throughput.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from reports.drawing import GREY, INK, absent, decade_ticks, draw, legend_below
from reports.elements import Absent, Figure
from reports.quantities import duration, number, share, times
from reports.stress.reading import NONE_BATCHED, PEAK_COLOUR, Row, StressReading, rate

OFFERED = "offered load [visits/s]"
_PEAK = "the nation's busiest hour"


def throughput(reading: StressReading, protocol: str) -> Figure | Absent:
    """Served over offered load of one protocol, with the capacity law and the nation's peak."""
    title = f"{protocol}: throughput over load"
    curves = [
        (batching, reading.steps(protocol, batching), reading.knee(protocol, batching))
        for batching in reading.batchings
    ]
    curves = [(batching, steps, knee) for batching, steps, knee in curves if steps and knee is not None]
    if not curves:
        return absent(title, "Nothing to draw: the protocol was not loaded.")
    everything = [
        float(row[name])
        for _, steps, _ in curves
        for row in steps
        for name in ("offered_visits_per_s", "served_visits_per_s")
        if row[name] > 0
    ]
    laws = [float(knee["law_visits_per_s"]) for _, _, knee in curves if knee and knee["law_visits_per_s"]]
    low, high = min(everything) / 1.5, max(*everything, *laws, reading.peak) * 2

    def paint(axes: Axes) -> None:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.plot([low, high], [low, high], color=GREY, linewidth=0.8, linestyle=":", label="all served")
        for place, (batching, steps, knee) in enumerate(curves):
            colour, style = reading.colour(protocol), "-" if batching == NONE_BATCHED else "--"
            name = "without batching" if batching == NONE_BATCHED else "with batching"
            shown = [row for row in steps if row["served_visits_per_s"] > 0]
            axes.errorbar(
                [row["offered_visits_per_s"] for row in shown],
                [row["served_visits_per_s"] for row in shown],
                yerr=[_error(row) for row in shown],
                color=colour, linestyle=style, marker="os"[place % 2], markersize=4,
                markerfacecolor="white" if place else colour, capsize=2, label=name,
            )  # fmt: skip
            if knee and knee["law_visits_per_s"]:
                axes.axhline(
                    knee["law_visits_per_s"], color=INK, linewidth=1.0, linestyle=style,
                    label=f"capacity law, {name}",
                )  # fmt: skip
        axes.axhline(reading.peak, color=PEAK_COLOUR, linewidth=1.8, label=_PEAK)
        axes.axvline(reading.peak, color=PEAK_COLOUR, linewidth=0.8, linestyle=":")
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        decade_ticks(axes.xaxis, low, high)
        decade_ticks(axes.yaxis, low, high)
        axes.set_xlabel(OFFERED)
        axes.set_ylabel("served [visits/s]")
        legend_below(axes, 2)

    sentence = " ".join(_sentence(knee, batching) for batching, _, knee in curves if knee)
    alt = f"Served against offered visits a second on {protocol}, the capacity law, and the nation's {reading.peak:g}"
    return draw(f"throughput-{protocol}", title=title, alt=alt, sentence=sentence, paint=paint, height_in=3.7)


def _error(row: Row) -> float:
    # A bar that reaches below zero has no place on a logarithmic axis.
    return float(min(row["served_error_visits_per_s"], 0.9 * row["served_visits_per_s"]))


def _sentence(knee: Row, batching: str) -> str:
    how = "Without batching" if batching == NONE_BATCHED else "With batching"
    if knee["knee_visits_per_s"] is None:
        return f"{how} every load up to {rate(knee['largest_load_visits_per_s'])} was carried."
    place = f"{how} it carries {rate(knee['knee_visits_per_s'])}"
    if knee["peak_ratio"] is None:
        return f"{place}."
    if knee["peak_ratio"] <= 1:
        return f"{place}, {times(1 / knee['peak_ratio'])} the nation's busiest hour."
    return f"{place}; the nation's busiest hour is {times(knee['peak_ratio'])} that."


def over_load(
    reading: StressReading,
    name: str,
    *,
    title: str,
    label: str,
    sentence: str,
    series: Sequence[tuple[str, str]],
    logarithmic: bool = False,
    scale: float = 1.0,
) -> Figure | Absent:
    """One or two columns of the steps without batching, over load, a colour a protocol.

    `series` names columns and the line styles they are drawn in.
    """
    drawn: list[tuple[str, str, list[tuple[float, float]]]] = []
    for protocol in reading.protocols:
        for column, style in series:
            points = [
                (float(row["offered_visits_per_s"]), float(row[column]) * scale)
                for row in reading.steps(protocol, NONE_BATCHED)
                if row[column] is not None and (row[column] > 0 or not logarithmic)
            ]
            if points:
                drawn.append((protocol, style, points))
    if not drawn:
        return absent(title, "Nothing to draw: no step has this figure.")
    loads = [load for _, _, points in drawn for load, _ in points]
    values = [value for _, _, points in drawn for _, value in points]
    low, high = min(loads) / 1.5, max(*loads, reading.peak) * 1.5

    def paint(axes: Axes) -> None:
        axes.set_xscale("log")
        named: set[str] = set()
        for protocol, style, points in drawn:
            axes.plot(
                *zip(*points, strict=True), style, color=reading.colour(protocol), marker="o", markersize=3,
                label="_" if protocol in named else protocol,
            )  # fmt: skip
            named.add(protocol)
        axes.axvline(reading.peak, color=PEAK_COLOUR, linewidth=1.8, label=_PEAK)
        axes.set_xlim(low, high)
        decade_ticks(axes.xaxis, low, high)
        if logarithmic:
            axes.set_yscale("log")
            decade_ticks(axes.yaxis, min(values) / 1.2, max(values) * 1.2)
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlabel(OFFERED)
        axes.set_ylabel(label)
        legend_below(axes, 3)

    alt = f"{title}, by protocol, over offered visits a second"
    return draw(f"load-{name}", title=title, alt=alt, sentence=sentence, paint=paint, height_in=3.5)


def over_factor(reading: StressReading, which: str) -> Figure | Absent:
    """Served and law of saturated chains over the block limit or the interval."""
    other = {"limit_factor": "interval_factor", "interval_factor": "limit_factor"}[which]
    noun = {"limit_factor": "block limit", "interval_factor": "block interval"}[which]
    title = f"Saturated throughput over the {noun}"
    rows = [row for row in reading.grid if row[other] == 1 and row["served_visits_per_s"] > 0]
    by_protocol = {
        protocol: sorted((row for row in rows if row["protocol"] == protocol), key=lambda row: row[which])
        for protocol in reading.protocols
    }
    by_protocol = {protocol: found for protocol, found in by_protocol.items() if len(found) > 1}
    if not by_protocol:
        return absent(title, f"Nothing to draw: no chain was measured at several {noun}s.")
    factors = sorted({float(row[which]) for found in by_protocol.values() for row in found})
    values = [
        float(value)
        for found in by_protocol.values()
        for row in found
        for value in (row["served_visits_per_s"], row["law_visits_per_s"])
        if value
    ]

    def paint(axes: Axes) -> None:
        axes.set_xscale("log")
        axes.set_yscale("log")
        for protocol, found in by_protocol.items():
            places = [row[which] for row in found]
            colour = reading.colour(protocol)
            axes.plot(places, [row["law_visits_per_s"] for row in found], ":", color=colour)
            axes.plot(
                places, [row["served_visits_per_s"] for row in found], "-o", color=colour, markersize=4,
                label=protocol,
            )  # fmt: skip
        axes.axhline(reading.peak, color=PEAK_COLOUR, linewidth=1.8, label=_PEAK)
        low, high = min(*values, reading.peak) / 1.5, max(*values, reading.peak) * 1.5
        axes.set_ylim(low, high)
        decade_ticks(axes.yaxis, low, high)
        axes.set_xticks(factors, [f"{factor:.3g} ×" for factor in factors])
        axes.minorticks_off()
        axes.set_xlabel(f"{noun}, over the protocol's own [1]")
        axes.set_ylabel("served [visits/s]")
        legend_below(axes, 3)

    best = max(
        (row for found in by_protocol.values() for row in found), key=lambda row: row["served_visits_per_s"]
    )
    sentence = (
        f"Dots are measured, dotted lines are the capacity law. Most was served by {best['protocol']} at "
        f"{number(best[which])} × its {noun}: {rate(best['served_visits_per_s'])}, where "
        f"the law has {rate(best['law_visits_per_s'])}; {share(best['orphan_share'])} of its blocks were orphans."
    )
    alt = f"Served visits a second of saturated chains over their {noun}, with the nation's {reading.peak:g}"
    return draw(
        f"over-{which.replace('_', '-')}", title=title, alt=alt, sentence=sentence, paint=paint, height_in=3.5
    )


def latency_sentence(reading: StressReading) -> str:
    """Say the shortest and the longest median at a load that is carried."""
    carried = [
        (float(row["latency_p50_s"]), str(row["protocol"]))
        for protocol in reading.protocols
        for row in reading.steps(protocol, NONE_BATCHED)[:1]
        if row["latency_p50_s"] is not None
    ]
    if not carried:
        return "Nothing became final."
    (least_s, fast), (most_s, slow) = min(carried), max(carried)
    return (
        f"Solid: half of the acts were final within; dashed: 99 %. At the least load the median is {duration(least_s)} "
        f"on {fast} and {duration(most_s)} on {slow}. A line ends where more than half, or more than 1 %, never became "
        "final."
    )
