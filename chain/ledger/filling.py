"""What producers on a network put into their blocks: what has reached them, executed by the ledger's EVM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from chain.ledger.block import Block
from chain.ledger.ledger import Ledger
from chain.network.conditions import Conditions
from chain.network.links import GossipLinks
from chain.network.maker import Content
from chain.network.topology import Topology
from chain.network.tree import Block as NetworkBlock

EMPTY_BLOCK_BYTES: Final = 1_024
"""Header and stake transaction of a block that holds nothing else: about 600 and 400 bytes."""

Made = Callable[[Block, float], None]
"""Told of every block that is made, on whatever branch, and when (Unix seconds)."""


class LedgerMaker:
    """Fills the network's blocks, each from its producer's pool. A block's handle is the ledger's own block."""

    def __init__(
        self,
        ledger: Ledger,
        topology: Topology,
        told: Sequence[Made] = (),
        conditions: Conditions | None = None,
    ) -> None:
        """The ledger's gateways are the topology's last nodes, in their order."""
        self._ledger = ledger
        self._opening = ledger.tip
        self._told = told
        assert ledger.gossip is not None, "nodes of one view have nothing to tell each other"
        self._gossip = ledger.gossip
        first = len(topology) - len(ledger.gateways)
        self._gossip.links = GossipLinks(topology, range(first, len(topology)), conditions)

    def block_of(self, block: NetworkBlock) -> Block:
        """Return the ledger's block behind the network's."""
        handle: Block = self._opening if block.content is None else block.content.handle
        return handle

    def settled(self, block: NetworkBlock) -> None:
        """Take notice that a block is part of everybody's chain: what it holds waits nowhere any more."""
        self._gossip.settled(self.block_of(block).transactions)

    def make(
        self, parent: NetworkBlock, proposal: Any, producer: int, made_s: float, variant: int
    ) -> Content:
        """Execute what the producer knows by then; the second of two blocks in one slot leaves the dearest out."""
        on = self.block_of(parent)
        candidates = self._ledger.candidates(on, proposal.timestamp_s, node=producer, moment_s=made_s)
        load = self._ledger.load_of(on, proposal.timestamp_s)
        block = self._ledger.make(on, proposal, candidates[variant:])
        assert block.payouts is not None
        self._gossip.refuse(producer, [tx for tx, _reason in block.rejected])
        for told in self._told:
            told(block, made_s)
        executed = block.executed
        return Content(
            size_bytes=load.size_bytes + (EMPTY_BLOCK_BYTES if executed is None else executed.size_bytes),
            gas_gas=load.gas_gas + (0 if executed is None else executed.gas_used_gas),
            fees_sat=block.payouts.fees_sat,
            handle=block,
            after=(block.protocol_state, block.payouts),
        )
