"""What a block contains is asked of a maker: constants, a queue of acts, or the ledger's EVM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from chain.network.tree import Block
    from chain.protocols.protocol import Payouts


class Content(NamedTuple):
    """What a producer has put into a block: its size, its gas, the fees it collects, and the maker's own handle.

    `after` is the protocol's state and payouts where the maker has them already: it applied the proposal itself.
    """

    size_bytes: int
    gas_gas: int
    fees_sat: int = 0
    handle: Any = None
    after: tuple[Any, Payouts] | None = None


class Maker(Protocol):
    """Fills blocks. It is asked once for each distinct block, at the moment at which its producer makes it."""

    def make(self, parent: Block, proposal: Any, producer: int, made_s: float, variant: int) -> Content:
        """Return the content of the block that `producer` makes on `parent`, which `producer` has as its tip.

        `variant` is 0, or 1 for the second of two blocks that a faulty producer makes in one slot: that one should
        differ where it can.
        """


@dataclass(frozen=True)
class ConstantMaker:
    """Every block has the same size and gas, and no fees."""

    size_bytes: int = 0
    gas_gas: int = 0

    def make(self, _parent: Block, _proposal: Any, _producer: int, _made_s: float, _variant: int) -> Content:
        """Return the constants."""
        return Content(self.size_bytes, self.gas_gas)
