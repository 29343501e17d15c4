"""The tree of blocks: every block by its hash, the way from one to another, and what can be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chain.block import Hash32
from chain.ledger.block import Block
from chain.ledger.errors import UnknownBlock


class BlockTree:
    """Blocks that descend from one `root`, the oldest that is kept."""

    def __init__(self, root: Block) -> None:
        self.root = root
        self._blocks: dict[Hash32, Block] = {root.block_hash: root}

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks.values())

    def __contains__(self, block: Block) -> bool:
        return self._blocks.get(block.block_hash) is block

    def __getitem__(self, block_hash: Hash32) -> Block:
        """Return the block with a hash; raise `UnknownBlock` where none is kept."""
        block = self._blocks.get(block_hash)
        if block is None:
            raise UnknownBlock(f"no block 0x{block_hash.hex()}: never made, or forgotten")
        return block

    def require(self, block: Block) -> None:
        """Raise `UnknownBlock` where a block is not kept."""
        if block not in self:
            raise UnknownBlock(f"block {block.number}, 0x{block.block_hash.hex()}, is not kept any more")

    def add(self, block: Block) -> Block:
        """Add a block to its parent; return it, or the one with its hash that was there before."""
        known = self._blocks.get(block.block_hash)
        if known is not None:
            return known
        assert block.parent is not None
        block.parent.children.append(block)
        self._blocks[block.block_hash] = block
        return block

    def replace(self, old: Block, new: Block) -> None:
        """Put a block with the same hash into the place of one without children."""
        if old.parent is None:
            self.root = new
        else:
            old.parent.children.remove(old)
            old.parent.children.append(new)
        self._blocks[new.block_hash] = new

    def path(self, start: Block, end: Block) -> tuple[Block, Sequence[Block], Sequence[Block]]:
        """Return the latest common ancestor, the blocks down to it from `start`, and those up from it to `end`.

        Raises `UnknownBlock` where one of the two is not kept.
        """
        self.require(start)
        self.require(end)
        down: list[Block] = []
        up: list[Block] = []
        while start is not end:
            if start.number >= end.number and start.parent is not None:
                down.append(start)
                start = start.parent
            else:
                up.append(end)
                assert end.parent is not None
                end = end.parent
        return start, down, up[::-1]

    def ancestor(self, block: Block, number: int) -> Block:
        """Return the latest block on the way from the root to `block` that is not above a height, or the root."""
        while block.number > number and block.parent is not None:
            block = block.parent
        return block

    def common_ancestor(self, blocks: Iterable[Block]) -> Block:
        """Return the latest block from which all of `blocks`, at least one, descend, itself perhaps among them."""
        first, *others = blocks
        for other in others:
            first, _down, _up = self.path(first, other)
        return first

    def move_root(self, root: Block) -> list[Block]:
        """Forget what does not descend from a block; return what was forgotten."""
        self.require(root)
        if root is self.root:
            return []
        kept: dict[Hash32, Block] = {}
        waiting = [root]
        while waiting:
            block = waiting.pop()
            kept[block.block_hash] = block
            waiting += block.children
        forgotten = [block for block_hash, block in self._blocks.items() if block_hash not in kept]
        # In the order in which they came, so that whoever walks the tree does not depend on its shape.
        self._blocks = {block_hash: block for block_hash, block in self._blocks.items() if block_hash in kept}
        root.parent, self.root = None, root
        return forgotten
