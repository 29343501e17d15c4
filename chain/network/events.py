"""What a network tells whoever drives it, in the order in which it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from chain.network.tree import Block


class BlockMade(NamedTuple):
    """A block came into being at its producer; others hear of it later, or never."""

    block: Block


class TipMoved(NamedTuple):
    """A watched node has another tip: `removed` fell out of its chain (tip first), `added` came (oldest first)."""

    node: int
    moment_s: float
    old: Block
    new: Block
    removed: tuple[Block, ...]
    added: tuple[Block, ...]


class Settled(NamedTuple):
    """Every node agrees on a block for good: it is part of everybody's chain (`canonical`), or of nobody's."""

    block: Block
    canonical: bool


class Reorganised(NamedTuple):
    """A node, watched or not, gave up `depth` blocks of its chain for a heavier branch that reached it then.

    Nobody looks at a node that is not watched before it matters: it is told later than `moment_s`.
    """

    node: int
    depth_blocks: int
    moment_s: float


class SlotMissed(NamedTuple):
    """A validator could have made a block at that moment and made none: it was `away`, or did not act (`idle`)."""

    node: int
    moment_s: float
    reason: str


Event = BlockMade | TipMoved | Settled | Reorganised | SlotMissed
