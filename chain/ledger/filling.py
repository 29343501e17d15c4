"""What producers on a network put into their blocks: what has reached them, executed by the ledger's EVM."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from chain.ledger.block import Block
from chain.ledger.ledger import Ledger
from chain.network.conditions import Conditions
from chain.network.maker import Content
from chain.network.topology import Topology
from chain.network.tree import Block as NetworkBlock

TRANSACTION_BYTES: Final = 400
"""Size by which the gossip of a transaction is timed: those of the health acts take 300 to 900 bytes."""

EMPTY_BLOCK_BYTES: Final = 1_024
"""Header and stake transaction of a block that holds nothing else: about 600 and 400 bytes."""

Made = Callable[[Block, float], None]
"""Told of every block that is made, on whatever branch, and when (Unix seconds)."""


class LedgerMaker:
    """Fills the network's blocks from the gateway's pool. A block's handle is the ledger's own block."""

    def __init__(
        self,
        ledger: Ledger,
        topology: Topology,
        told: Sequence[Made] = (),
        conditions: Conditions | None = None,
    ) -> None:
        """The gateway is the topology's last node; what crosses a partition of the conditions waits for its end."""
        self._ledger = ledger
        self._opening = ledger.tip
        self._told = told
        self._gateway = len(topology) - 1
        self._gossip_s: list[float] = topology.votes_s(TRANSACTION_BYTES)[self._gateway].tolist()
        self._walls = sorted((conditions or Conditions()).partitions, key=lambda wall: wall.from_s)

    def block_of(self, block: NetworkBlock) -> Block:
        """Return the ledger's block behind the network's."""
        handle: Block = self._opening if block.content is None else block.content.handle
        return handle

    def make(
        self, parent: NetworkBlock, proposal: Any, producer: int, made_s: float, variant: int
    ) -> Content:
        """Execute what the producer knows by then; the second of two blocks in one slot leaves the dearest out."""
        on = self.block_of(parent)
        candidates = self._ledger.candidates(
            on, proposal.timestamp_s, arrived_by_s=self._arrived_by_s(producer, made_s)
        )
        load = self._ledger.load_of(on, proposal.timestamp_s)
        block = self._ledger.make(on, proposal, candidates[variant:])
        assert block.payouts is not None
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

    def _arrived_by_s(self, producer: int, made_s: float) -> float:
        """Return up to which submission time a producer knows everything."""
        by_s = made_s - self._gossip_s[producer]
        for wall in reversed(self._walls):
            sides = [side for side in wall.groups if producer in side or self._gateway in side]
            apart = bool(sides) and not (producer in sides[0] and self._gateway in sides[0])
            if apart and wall.from_s <= by_s < wall.to_s:
                by_s = math.nextafter(wall.from_s, 0.0)
        return by_s
