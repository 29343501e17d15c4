"""The blocks that not everybody has settled on yet, and the last one on which everybody has.

`base` is a block that every node's chain contains and will contain; `recent` are the blocks made since that
could still matter, oldest first. Settling moves the base on and drops what lies beside it, so that memory is
bounded by what is in dispute or in flight, however long the chain grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from chain.network.topology import Vector
from chain.protocols.protocol import Payouts, Proposal

_GONE_S: Final = float("-inf")


class Block:
    """One distinct block. Arrivals are by node; infinity stands for a node that will not hear of it.

    `state` is the protocol's state after the block. `last_arrival_s` is the moment at which every node that is
    there has it. `proposal`, `payouts` and `content` are None at the opening, and `parent` once settled.
    """

    __slots__ = (
        "arrivals_s",
        "children",
        "contenders",
        "content",
        "dead",
        "final_number",
        "gone_s",
        "last_arrival_s",
        "made_s",
        "number",
        "parent",
        "payouts",
        "pinned",
        "producer",
        "propagation_s",
        "proposal",
        "serial",
        "state",
        "timestamp_s",
        "weight",
    )

    def __init__(
        self,
        serial: int,
        parent: Block | None,
        state: Any,
        weight: int,
        final_number: int,
        *,
        producer: int,
        made_s: float,
        arrivals_s: Vector,
        last_arrival_s: float,
        propagation_s: tuple[float, ...] = (),
        proposal: Proposal | None = None,
        payouts: Payouts | None = None,
        content: Any = None,
    ) -> None:
        self.serial = serial
        self.parent = parent
        self.state = state
        self.number: int = state.number
        self.timestamp_s: int = state.timestamp_s
        self.weight = weight
        self.final_number = final_number
        self.producer = producer
        self.made_s = made_s
        self.arrivals_s = arrivals_s
        self.last_arrival_s = last_arrival_s
        self.propagation_s = propagation_s
        self.proposal = proposal
        self.payouts = payouts
        self.content = content
        self.contenders: Iterator[Any] | None = None
        self.children = 0
        self.gone_s = float("inf")
        self.pinned = False
        self.dead = False

    def __repr__(self) -> str:
        return f"Block(number={self.number}, producer={self.producer}, made_s={self.made_s})"


class Tree:
    """Base and recent blocks. While `is_chain`, no two of them compete, and the last of them is `end`."""

    def __init__(self, opening: Block) -> None:
        self.base = opening
        self.end = opening
        self.recent: list[Block] = []
        self.is_chain = True

    def add(self, block: Block) -> None:
        """Add a block on a parent that is here."""
        parent = block.parent
        assert parent is not None
        if parent is not self.end:
            self.is_chain = False
        parent.children += 1
        self.recent.append(block)
        self.end = block

    def settle_first(self) -> Block:
        """Move the base on by the first recent block, while no two compete, and return it."""
        self.base.gone_s = _GONE_S
        self.base = self.recent.pop(0)
        self.base.parent = None
        return self.base

    def settle(self, base: Block) -> tuple[list[Block], list[Block]]:
        """Move the base on; return the canonical blocks up to it, oldest first, and those dropped beside them."""
        canonical = path(self.base, base)
        kept, dropped = [], []
        chain = {id(block) for block in canonical}
        alive = {id(base)}
        for block in self.recent:
            if id(block.parent) in alive:
                alive.add(id(block))
                kept.append(block)
            elif id(block) not in chain:
                block.dead = True
                dropped.append(block)
        for block in (self.base, *canonical[:-1], *dropped):
            block.gone_s = _GONE_S
        for block in (*canonical, *dropped):
            block.parent = None
        self.base, self.recent = base, kept
        self.end = kept[-1] if kept else base
        self.is_chain = _is_chain(base, kept)
        return canonical, dropped


def path(ancestor: Block, block: Block) -> list[Block]:
    """Return the blocks after `ancestor` up to `block`, oldest first; `ancestor` must be one."""
    blocks = []
    while block is not ancestor:
        blocks.append(block)
        assert block.parent is not None
        block = block.parent
    blocks.reverse()
    return blocks


def common_ancestor(one: Block, other: Block) -> Block:
    """Return the last block that both chains contain."""
    while one is not other:
        if one.number < other.number:
            one, other = other, one
        assert one.parent is not None
        one = one.parent
    return one


def last_shared(blocks: Iterable[Block], base: Block) -> Block:
    """Return the last block that the chains of all `blocks` contain; `base` where there are none."""
    shared: Block | None = None
    for block in blocks:
        shared = block if shared is None else common_ancestor(shared, block)
        if shared is base:
            break
    return base if shared is None else shared


def _is_chain(base: Block, recent: list[Block]) -> bool:
    previous = base
    for block in recent:
        if block.parent is not previous:
            return False
        previous = block
    return True
