"""What each node holds for the tip of its chain, found out only when somebody asks.

A node takes blocks in the order in which they reach it, never before their parents. It switches only to a
strictly heavier one, so that of equals the first seen stays, and never gives up a block at or below its tip's
final number. While no two blocks compete, a node's tip is simply the last block that has reached it; once two
do, each node's arrivals are replayed in their order, each once.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from chain.network.tree import Block, Tree, common_ancestor

Told = Callable[[int, int, float], None]
"""Takes a node, the number of blocks that it gave up, and when."""


class Views:
    """The tips of all nodes over one tree. Questions about one node come in order of time."""

    def __init__(self, tree: Tree, count: int, reorganised: Told) -> None:
        self._tree = tree
        self._count = count
        self._reorganised = reorganised
        self._pinned: dict[int, Block] = {}
        self._tips: list[Block] | None = None
        self._log: list[Block] = []
        self._read: list[int] = []
        self._waiting: list[list[tuple[float, int, Block]]] = []

    @property
    def is_plain(self) -> bool:
        """Whether every node's tip is the last block that has reached it."""
        return self._tips is None and not self._pinned

    def tip(self, node: int, moment_s: float) -> Block:
        """Return a node's tip at that moment."""
        if self._pinned and node in self._pinned:
            if self._tips is not None:
                self._replayed(node, moment_s)
            return self._pinned[node]
        if self._tips is None:
            for block in reversed(self._tree.recent):
                if block.arrivals_s[node] <= moment_s:
                    return block
            return self._tree.base
        return self._replayed(node, moment_s)

    def note(self, block: Block) -> None:
        """Take notice of a block that was just added to the tree."""
        if self._tips is not None:
            self._log.append(block)
        elif not self._tree.is_chain:
            self._tips = [self._tree.base] * self._count
            self._log = list(self._tree.recent)
            self._read = [0] * self._count
            self._waiting = [[] for _ in range(self._count)]

    def pin(self, node: int, block: Block | None) -> None:
        """Keep a node on a branch of its own whatever reaches it; None lets it follow the rules again."""
        previous = self._pinned.pop(node, None)
        if previous is not None:
            previous.pinned = False
        if block is not None:
            self._pinned[node] = block
            block.pinned = True

    def settled(self) -> None:
        """Follow the tree, whose base has moved on; nodes whose tip was dropped stand on the base from now on."""
        if self._tips is None:
            return
        base = self._tree.base
        if self._tree.is_chain:
            self._give_up_dropped(self._tips, base)
            self._tips = None
            self._log, self._waiting = [], []
            return
        self._give_up_dropped(self._tips, base)
        # Everybody's view was brought up to date before the tree settled, so that nothing is unread.
        self._log.clear()
        self._read = [0] * self._count
        self._wait_anew()

    def sent(self) -> None:
        """Take notice that a block which was kept back is on its way now."""
        self._wait_anew()

    def _wait_anew(self) -> None:
        for node, waiting in enumerate(self._waiting):
            waiting[:] = [
                (float(block.arrivals_s[node]), serial, block)
                for _earlier_s, serial, block in waiting
                if not block.dead
            ]
            heapify(waiting)

    def _give_up_dropped(self, tips: list[Block], base: Block) -> None:
        for node, tip in enumerate(tips):
            if tip.dead or tip.number < base.number:
                tips[node] = base

    def _replayed(self, node: int, moment_s: float) -> Block:
        assert self._tips is not None
        waiting = self._waiting[node]
        for block in self._log[self._read[node] :]:
            heappush(waiting, (float(block.arrivals_s[node]), block.serial, block))
        self._read[node] = len(self._log)
        tip = self._tips[node]
        while waiting and waiting[0][0] <= moment_s:
            block = heappop(waiting)[2]
            if block.weight > tip.weight:
                tip = self._switched(node, tip, block)
        self._tips[node] = tip
        return tip

    def _switched(self, node: int, tip: Block, block: Block) -> Block:
        if block.parent is tip:
            return block
        if tip.number < self._tree.base.number or tip.dead:
            return block
        shared = common_ancestor(tip, block)
        if shared is tip:
            return block
        if shared.number < tip.final_number:
            return tip
        if node not in self._pinned:
            self._reorganised(node, tip.number - shared.number, float(block.arrivals_s[node]))
        return block
