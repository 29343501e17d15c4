"""Watches what each node holds for final, and what all agree on: none of it may ever change."""

from __future__ import annotations

from collections.abc import Iterable

from chain.network.events import Event, Settled
from chain.network.network import Network
from chain.network.tree import Block


class FinalityWatch:
    """Asks every node for its tip after each step in which something happened.

    `checked` counts blocks that a node held for final and `settled` those that all agreed on.
    """

    def __init__(self, network: Network, nodes: Iterable[int]) -> None:
        self.checked = 0
        self.settled: dict[int, int] = {}
        self._network = network
        self._tips: dict[int, Block | None] = dict.fromkeys(nodes)
        self._final: dict[int, dict[int, int]] = {node: {} for node in self._tips}
        self._opening_number = min(network.tip(node).number for node in self._tips)

    def take(self, events: list[Event]) -> list[Event]:
        """Compare with all that was final before; raises AssertionError where it changed. Returns the events."""
        for event in events:
            if isinstance(event, Settled) and event.canonical:
                self._agreed(event.block)
        if events:
            for node in self._tips:
                self._look(node)
        return events

    def _agreed(self, block: Block) -> None:
        number, serial = block.number, block.serial
        assert self.settled.setdefault(number, serial) == serial, f"block {number} was settled as another one"
        for node, final in self._final.items():
            assert final.pop(number, serial) == serial, f"node {node} held another block {number} for final"

    def _look(self, node: int) -> None:
        tip, final = self._network.tip(node), self._final[node]
        if tip is self._tips[node]:
            return
        self._tips[node] = tip
        above: dict[int, int] = {}
        block: Block | None = tip
        while block is not None and block.number > self._opening_number and block.number not in self.settled:
            above[block.number] = block.serial
            block = block.parent
        if block is not None and block.number in self.settled:
            assert self.settled[block.number] == block.serial, f"node {node} left what all had agreed on"
        for number, serial in final.items():
            assert above.get(number) == serial, f"node {node} gave up block {number}, which was final"
        fresh = {number: serial for number, serial in above.items() if number <= tip.final_number}
        self.checked += len(fresh.keys() - final.keys())
        final.update(fresh)
        for other, theirs in self._final.items():
            shared = theirs.keys() & fresh.keys()
            assert all(theirs[number] == fresh[number] for number in shared), (
                f"nodes {node} and {other} differ"
            )
