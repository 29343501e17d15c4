"""The picture of blocks that competed: a few forks on a common axis of time, the chain above, branches below it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from matplotlib.axes import Axes

from reports.drawing import GREEN, GREY, INK, ORANGE, PALE, RED, WIDE_IN, absent, draw, legend_below
from reports.elements import Absent, Figure
from reports.forks import Fork, Node, forks, lanes, worth_showing
from reports.quantities import counted, day, share

REGIONS: Final = {
    "NA": "North America",
    "EU": "Europe",
    "SA": "South America",
    "AS": "Asia and Pacific",
    "JP": "Japan and Korea",
    "AU": "Australia",
}
REGION_COLOURS: Final = {
    "JP": "#62aee6", "AS": ORANGE, "NA": GREEN, "EU": "#d987b5", "SA": GREY, "AU": "#d9c92e",
}  # fmt: skip
_BLOCK_POINTS: Final = 16.0
_LANE_IN: Final = 0.42
_BETWEEN_LANES: Final = 1.5


def region_name(region: str) -> str:
    """The region as a reader knows it."""
    return REGIONS.get(region, region or "unknown")


def tree_figure(nodes: Sequence[Node]) -> Figure | Absent:
    """A few of the forks of a run on a network, each from the last block that its branches share."""
    title = "Where blocks competed"
    found = forks(nodes)
    if not found:
        return absent(title, "Nothing to draw: no two blocks ever had the same parent.")
    shown = worth_showing(found)
    span_s = max(_elapsed_s(fork)[-1] for fork in shown)
    room_s = span_s * _BLOCK_POINTS / (0.84 * 72 * WIDE_IN)
    rows = [(fork, lanes(fork, room_s)) for fork in shown]
    heights = [max(placed.values()) + _BETWEEN_LANES for _, placed in rows]
    minutes = span_s >= 180
    unit_s = 60.0 if minutes else 1.0

    def paint(axes: Axes) -> None:
        top = 0.0
        ticks = []
        for (fork, placed), height in zip(rows, heights, strict=True):
            _paint_fork(axes, fork, placed, top, room_s, unit_s)
            ticks.append((top, f"block {fork.shared.number:,}\n{day(fork.shared.made_s)}"))
            top -= height
        axes.set_yticks([place for place, _ in ticks], [label for _, label in ticks])
        axes.set_ylim(top + _BETWEEN_LANES - 0.8, 0.8)
        axes.set_xlim(-1.2 * room_s / unit_s, (span_s + 2.5 * room_s) / unit_s)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(f"time since the last shared block was made [{'min' if minutes else 's'}]")
        axes.set_ylabel("last shared block")
        _key(axes, [node for fork in shown for node in (*fork.chain, *fork.stale)])

    total = Counter(fork.depth_blocks for fork in found)
    deepest = max(total)
    alt = f"{len(shown)} forks drawn as trees over time: " + "; ".join(
        f"after block {fork.shared.number:,} a branch of {counted(fork.depth_blocks, 'block')} lost"
        for fork in shown
    )
    one_deep = (
        "All were one block deep."
        if deepest == 1
        else f"{share(total[1] / len(found))} of the forks were one block deep, the deepest had {deepest:,} blocks."
    )
    sentence = (
        f"{len(shown)} of {counted(len(found), 'fork')}: the deepest, the one that undid most, the latest. Upper rows "
        "are the chain that stayed, lower rows branches that lost; +n is the height above the shared block, the "
        f"colour where its producer is. {one_deep} {_undone(found)}"
    )
    height_in = 1.1 + _LANE_IN * (sum(heights) + 0.4)
    return draw("forks", title=title, alt=alt, sentence=sentence, paint=paint, height_in=height_in, wide=True)


def _undone(found: Sequence[Fork]) -> str:
    removed = sum(fork.removed_transactions for fork in found)
    hit = sum(fork.removed_transactions > 0 for fork in found)
    if not removed:
        return "With none of them the gateway's chain lost a transaction."
    return (
        f"With {counted(hit, 'branch', 'branches')} the gateway's chain lost {counted(removed, 'transaction')}; blocks "
        "that it gave up have a red rim, the acts in them stand below."
    )


def _elapsed_s(fork: Fork) -> list[float]:
    return sorted(node.made_s - fork.shared.made_s for node in (*fork.chain, *fork.stale))


def _paint_fork(
    axes: Axes, fork: Fork, placed: dict[str, int], top: float, room_s: float, unit_s: float
) -> None:
    """Draw edges first, blocks over them; blocks of a row stand apart where they would hide each other."""
    at_s: dict[str, float] = {}
    rows: dict[int, list[Node]] = {0: list(fork.chain)}
    for node in sorted(fork.stale, key=lambda node: node.made_s):
        rows.setdefault(placed[node.name], []).append(node)
    for nodes in rows.values():
        last_s = -math.inf
        for node in nodes:
            last_s = max(node.made_s - fork.shared.made_s, last_s + room_s)
            at_s[node.name] = last_s
    place = {
        node.name: (at_s[node.name] / unit_s, top - lane) for lane, nodes in rows.items() for node in nodes
    }
    for one, other in pairwise(fork.chain):
        _edge(axes, place[one.name], place[other.name], INK, 2.2)
    for node in fork.stale:
        if node.parent in place:
            _edge(axes, place[node.parent], place[node.name], GREY, 1.1)
    for node in (*fork.chain, *fork.stale):
        _block(axes, node, place[node.name], node.number - fork.shared.number)
    lost = [node for node in fork.stale if node.removed and node.transactions]
    for node in lost:
        axes.annotate(
            counted(node.transactions, "act"),
            place[node.name],
            (0, -0.6 * _BLOCK_POINTS),
            textcoords="offset points",
            ha="center",
            va="top",
            color=RED,
            fontsize=7.5,
            zorder=5,
        )


def _edge(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, width: float
) -> None:
    """Down from the parent, then along the row."""
    axes.plot(
        [start[0], start[0], end[0]], [start[1], end[1], end[1]], color=colour, linewidth=width, zorder=1
    )


def _block(axes: Axes, node: Node, place: tuple[float, float], above: int) -> None:
    axes.plot(
        [place[0]],
        [place[1]],
        "s",
        markersize=_BLOCK_POINTS - 2,
        color=REGION_COLOURS.get(node.region, PALE),
        markeredgecolor=RED if node.removed else INK if node.canonical else GREY,
        markeredgewidth=1.6 if node.removed or node.canonical else 0.8,
        zorder=3,
    )
    axes.annotate(f"+{above}" if above else "0", place, ha="center", va="center", fontsize=7, zorder=4)


def _key(axes: Axes, nodes: Sequence[Node]) -> None:
    """A legend of the regions that are there, the commonest first."""
    regions = [region for region, _ in Counter(node.region for node in nodes).most_common()]
    for region in regions:
        axes.plot(
            [],
            [],
            "s",
            color=REGION_COLOURS.get(region, PALE),
            markeredgecolor=INK,
            label=region_name(region),
        )
    if any(node.removed for node in nodes):
        axes.plot(
            [],
            [],
            "s",
            color="white",
            markeredgecolor=RED,
            markeredgewidth=1.6,
            label="the gateway gave it up",
        )
    legend_below(axes, 7)
