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
_AXIS_IN: Final = 0.62
_MOST_ROOMS: Final = 3
"""Blocks are moved apart by so many times their size; where that is not enough they are small and bare."""


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
    rows = [(fork, _elapsed_s(fork)[-1], _room_s(fork)) for fork in shown]
    placed = [lanes(fork, room_s) for fork, _, room_s in rows]
    heights_in = [_AXIS_IN + _LANE_IN * (max(lane.values()) + 1) for lane in placed]

    def paint(axes: Axes) -> None:
        canvas = axes.figure
        axes.remove()
        parts = canvas.subplots(len(rows), 1, squeeze=False, gridspec_kw={"height_ratios": heights_in})
        for part, (fork, span_s, room_s), lane in zip(parts[:, 0], rows, placed, strict=True):
            minutes = span_s >= 180
            unit_s = 60.0 if minutes else 1.0
            _paint_fork(part, fork, lane, room_s, unit_s)
            part.set_yticks([])
            part.set_ylim(-max(lane.values()) - 0.7, 0.6)
            part.set_xlim(-1.2 * room_s / unit_s, (span_s + 2.5 * room_s) / unit_s)
            part.grid(axis="y", visible=False)
            part.spines["left"].set_visible(False)
            part.set_xlabel(
                f"since block {fork.shared.number:,} was made, on {day(fork.shared.made_s)} "
                f"[{'min' if minutes else 's'}]"
            )
            part.set_ylabel("branches")
        _key(parts[-1, 0], [node for fork in shown for node in (*fork.chain, *fork.stale)])

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
    height_in = 0.5 + sum(heights_in)
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


def _room_s(fork: Fork) -> float:
    """What the width of a block is in time."""
    return _elapsed_s(fork)[-1] * _BLOCK_POINTS / (0.84 * 72 * WIDE_IN)


def _paint_fork(axes: Axes, fork: Fork, placed: dict[str, int], room_s: float, unit_s: float) -> None:
    """Draw edges first, blocks over them; blocks of a row stand apart where they would hide each other."""
    rows: dict[int, list[Node]] = {0: list(fork.chain)}
    for node in sorted(fork.stale, key=lambda node: node.made_s):
        rows.setdefault(placed[node.name], []).append(node)
    made_s = {node.name: node.made_s - fork.shared.made_s for nodes in rows.values() for node in nodes}
    apart_s = _moved_apart(rows, made_s, room_s)
    crowded = any(apart_s[name] - made_s[name] > _MOST_ROOMS * room_s for name in made_s)
    at_s = made_s if crowded else apart_s
    place = {node.name: (at_s[node.name] / unit_s, -lane) for lane, nodes in rows.items() for node in nodes}
    for one, other in pairwise(fork.chain):
        _edge(axes, place[one.name], place[other.name], INK, 2.2)
    for node in fork.stale:
        if node.parent in place:
            _edge(axes, place[node.parent], place[node.name], GREY, 1.1)
    for lane, nodes in rows.items():
        for node in nodes:
            _block(axes, node, place[node.name], 4.5 if crowded else _BLOCK_POINTS - 2)
            if not crowded:
                height = node.number - fork.shared.number
                _word(axes, f"+{height}" if height else "0", place[node.name], 0, INK)
        lost = [node for node in nodes if lane and node.removed and node.transactions]
        if crowded:
            above = f"+{nodes[-1].number - fork.shared.number}"
            _word(axes, above, place[nodes[-1].name], 9, INK)
            if lost:
                acts = counted(sum(node.transactions for node in lost), "act")
                _word(axes, acts, place[lost[0].name], -10, RED)
        else:
            for node in lost:
                _word(axes, counted(node.transactions, "act"), place[node.name], -14, RED)


def _moved_apart(rows: dict[int, list[Node]], made_s: dict[str, float], room_s: float) -> dict[str, float]:
    """Moments at which blocks are drawn so that each row shows all of its own."""
    at_s: dict[str, float] = {}
    for nodes in rows.values():
        last_s = -math.inf
        for node in nodes:
            last_s = at_s[node.name] = max(made_s[node.name], last_s + room_s)
    return at_s


def _word(axes: Axes, text: str, place: tuple[float, float], up_points: float, colour: str) -> None:
    axes.annotate(
        text, place, (0, up_points), textcoords="offset points", ha="center", va="center", fontsize=7,
        color=colour, zorder=4,
    )  # fmt: skip


def _edge(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, width: float
) -> None:
    """Down from the parent, then along the row."""
    axes.plot(
        [start[0], start[0], end[0]], [start[1], end[1], end[1]], color=colour, linewidth=width, zorder=1
    )


def _block(axes: Axes, node: Node, place: tuple[float, float], size_points: float) -> None:
    axes.plot(
        [place[0]],
        [place[1]],
        "s",
        markersize=size_points,
        color=REGION_COLOURS.get(node.region, PALE),
        markeredgecolor=RED if node.removed else INK if node.canonical else GREY,
        markeredgewidth=(1.6 if node.removed or node.canonical else 0.8) if size_points > 6 else 0.6,
        zorder=3,
    )


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
