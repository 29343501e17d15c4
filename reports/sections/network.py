"""The part of section 3 on the network: forks, propagation, finality, and who is paid for keeping the chain."""

from __future__ import annotations

from typing import Final

from reports.chain_words import words_of
from reports.elements import Element, Gallery, Paragraph, Table, columns
from reports.forks import Node, tree_of
from reports.quantities import NONE, counted, duration, share, whole, with_unit
from reports.run_directory import RunDirectory
from reports.sections.network_figures import finality_figure, propagation_figure
from reports.sections.stake import stake_figure, stake_table, stakers_of
from reports.sections.tree_figure import tree_figure

_GATEWAY = "gateway"
ONE_VIEW = (
    "This run has one network view: everybody sees each block at once, so that forks cannot occur and nothing travels; "
    'with network.views = "network" every validator has a tip of its own.'
)

_FORKS: Final = (
    ("chain.orphan_share", "blocks that no chain contains any more, of all distinct valid blocks"),
    ("chain.stale_ratio", "the same blocks, for each block that stayed in the chain"),
    (
        "chain.reorg_depth_max",
        "most blocks that any node gave up at once, from its old tip to the last block that both branches share",
    ),
)
_FINALITY: Final = (
    (
        "chain.finality_p50_s",
        "half of the blocks are final so long after they were made, at the node that agents ask; with one network view "
        "of the blocks with transactions, after their timestamp",
    ),
    ("chain.finality_p99_s", "99 % of them are; not named below 299 blocks"),
)


def network(run: RunDirectory) -> tuple[Element, ...]:
    """What the run says of its network; of one view in a line that there is none."""
    stakers = stakers_of(run)
    words = words_of(run)
    kept = (finality_figure(run), stake_figure(stakers, words))
    if run.setting("network.views", "one") == "one":
        return Paragraph(ONE_VIEW), Gallery(kept), _meanings(run, _FINALITY), stake_table(stakers, words)
    nodes = tree_of(run)
    return (
        Paragraph(_lead(run, nodes)),
        tree_figure(nodes),
        Gallery((propagation_figure(run), *kept)),
        _meanings(run, (*_FORKS, *_FINALITY)),
        _reorganisations(run),
        stake_table(stakers, words),
    )


def _meanings(run: RunDirectory, meanings: tuple[tuple[str, str], ...]) -> Table:
    """The figures that compare runs, each with what it counts."""
    rows = []
    for name, meaning in meanings:
        kpi = run.kpi(name)
        value = f"undefined: {kpi.reason}" if kpi.value is None else with_unit(kpi.value, kpi.unit)
        rows.append((name, value, meaning))
    return Table(
        "What is counted in the measured time", columns("Figure", "#Value", "What it counts"), tuple(rows)
    )


def _lead(run: RunDirectory, nodes: tuple[Node, ...]) -> str:
    orphans, ratio = run.kpi("chain.orphan_share"), run.kpi("chain.stale_ratio")
    deepest, final = run.kpi("chain.reorg_depth_max"), run.kpi("chain.finality_p50_s")
    if orphans.number is None or deepest.number is None:
        return f"What competed on the network cannot be said: {orphans.reason or deepest.reason}."
    made = f"{counted(len(nodes), 'block')} were made by validators with tips of their own, "
    lost = (
        f"{share(orphans.number)} of the measured ones for nothing (stale to canonical: {share(ratio.number or 0)})"
        if orphans.number
        else "none of them for nothing"
    )
    depth = (
        f"the longest chain that any node gave up had {counted(int(deepest.number), 'block')}"
        if deepest.number
        else "no node gave up a block"
    )
    waited = f"; half of the blocks were final within {duration(final.number)}" if final.number else ""
    return f"{made}{lost}; {depth}{waited}."


def _reorganisations(run: RunDirectory) -> Table:
    needed = ("node", "depth_blocks", "transactions_removed", "transactions_returned")
    rows = run.table("reorganisations", needed)
    cells = []
    for depth_blocks in sorted(set(rows["depth_blocks"].tolist())):
        part = rows[rows["depth_blocks"] == depth_blocks]
        own = part[part["node"] == _GATEWAY]
        removed, returned = (
            int(own[column].sum()) for column in ("transactions_removed", "transactions_returned")
        )
        cells.append(
            (
                whole(depth_blocks),
                whole(len(part)),
                whole(len(own)),
                whole(removed) if len(own) else NONE,
                whole(returned) if len(own) else NONE,
            )
        )
    return Table(
        "Reorganisations by depth",
        columns(
            "#Blocks given up",
            "#At all nodes",
            "#At the gateway",
            "#Transactions removed",
            "#That waited again",
        ),
        tuple(cells),
        note="A node gives up blocks when a heavier branch reaches it. Agents see the gateway's chain: what its new "
        "branch does not hold waits in the pool again, the rest is in another block.",
        empty="No node gave up a block in this run.",
    )
