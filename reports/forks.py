"""The tree of blocks of a run on a network: where branches grew, how deep, and which of them are worth a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports.measures import records
from reports.run_directory import RunDirectory

_COLUMNS = (
    "number", "block_hash", "parent_hash", "proposer", "made_at_s", "tx_count", "canonical", "removed_at_s",
)  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One block; `removed` tells that the gateway's chain held it and dropped it."""

    name: str
    parent: str
    number: int
    made_s: float
    region: str
    transactions: int
    canonical: bool
    removed: bool


@dataclass(frozen=True)
class Fork:
    """A branch that lost, from the last block it shares with the chain, and all that happened beside it.

    `chain` are the canonical blocks from the shared one to the one after the branch's height, `stale` those of all
    branches that began in between; `depth_blocks` is the length of the branch, `removed_transactions` what the
    gateway's chain held in it and gave up.
    """

    shared: Node
    chain: tuple[Node, ...]
    stale: tuple[Node, ...]
    depth_blocks: int
    removed_transactions: int


def tree_of(run: RunDirectory) -> tuple[Node, ...]:
    """Return every block of a run on a network, in order of height and time; nothing with one view."""
    blocks = run.table("blocks", _COLUMNS)
    blocks = blocks[blocks["parent_hash"].notna()]
    stakers = records(run.table("stakers", ("owner_id", "region")))
    regions = {str(row["owner_id"]): str(row["region"]) for row in stakers}
    nodes = [
        Node(
            name=str(row["block_hash"]),
            parent=str(row["parent_hash"]),
            number=int(row["number"]),
            made_s=float(row["made_at_s"]),
            region=regions.get(str(row["proposer"]), ""),
            transactions=int(row["tx_count"]),
            canonical=bool(row["canonical"]),
            removed=not math.isnan(float(row["removed_at_s"])),
        )
        for row in records(blocks)
    ]
    return tuple(sorted(nodes, key=lambda node: (node.number, node.made_s, node.name)))


def forks(nodes: Sequence[Node]) -> tuple[Fork, ...]:
    """Return a fork for every stale block whose parent is canonical, in order of height and time."""
    by_name = {node.name: node for node in nodes}
    canonical = {node.number: node for node in nodes if node.canonical}
    children: dict[str, list[Node]] = {}
    for node in nodes:
        if not node.canonical:
            children.setdefault(node.parent, []).append(node)
    found = []
    for shared in canonical.values():
        for root in children.get(shared.name, ()):
            found.append(_fork(by_name[shared.name], root, canonical, children))
    return tuple(found)


def _fork(shared: Node, root: Node, canonical: dict[int, Node], children: dict[str, list[Node]]) -> Fork:
    branch = _descendants([root], children)
    height = max(node.number for node in branch)
    chain = [canonical[n] for n in range(shared.number, height + 2) if n in canonical]
    beside = _descendants([child for node in chain[:-1] for child in children.get(node.name, ())], children)
    return Fork(
        shared=shared,
        chain=tuple(chain),
        stale=tuple(node for node in beside if node.number <= height + 1),
        depth_blocks=height - shared.number,
        removed_transactions=sum(node.transactions for node in branch if node.removed),
    )


def _descendants(roots: Iterable[Node], children: dict[str, list[Node]]) -> list[Node]:
    found: list[Node] = []
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += children.get(node.name, ())
    return sorted(found, key=lambda node: (node.number, node.made_s, node.name))


def worth_showing(found: Sequence[Fork], most: int = 4) -> tuple[Fork, ...]:
    """Return at most so many forks that do not overlap, in order of time.

    The two deepest, the one that removed most transactions, then the latest; of equals the later.
    """
    orders: list[Callable[[Fork], tuple[float, ...]]] = [
        lambda fork: (fork.depth_blocks, fork.shared.number),
        lambda fork: (fork.depth_blocks, fork.shared.number),
        lambda fork: (fork.removed_transactions, fork.depth_blocks, fork.shared.number),
        lambda fork: (fork.shared.number, fork.depth_blocks),
    ]
    chosen: list[Fork] = []
    for order in orders[:most]:
        left = [fork for fork in found if not any(_overlap(fork, other) for other in chosen)]
        if left:
            chosen.append(max(left, key=order))
    return tuple(sorted(chosen, key=lambda fork: fork.shared.number))


def _overlap(one: Fork, other: Fork) -> bool:
    return one.shared.number < other.chain[-1].number and other.shared.number < one.chain[-1].number


def lanes(fork: Fork, room_s: float) -> dict[str, int]:
    """Return a lane for each stale block, 1 and on: a child goes on in its parent's where that is free.

    Branches of one lane are at least `room_s` apart.
    """
    ends: dict[int, tuple[float, str]] = {}
    placed: dict[str, int] = {}
    made_s = {node.name: node.made_s for node in (*fork.chain, *fork.stale)}
    for node in sorted(fork.stale, key=lambda node: (node.made_s, node.number, node.name)):
        wanted = placed.get(node.parent)
        if wanted is None or ends[wanted][1] != node.parent:
            # The edge runs along the lane from the parent's moment on: nothing may stand there.
            from_s = made_s[node.parent]
            wanted = next((lane for lane in sorted(ends) if ends[lane][0] + room_s <= from_s), len(ends) + 1)
        ends[wanted] = (node.made_s, node.name)
        placed[node.name] = wanted
    return placed
