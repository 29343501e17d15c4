"""A block in the tree, what is told of a new one, and what a change of branch does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chain.block import ExecutedBlock, Hash32, Rejection, Transaction
from chain.ledger.issue import NOTHING_DUE, Due
from chain.mempool import Departure
from chain.protocols.protocol import IdleStretch, Payouts, Proposal


@dataclass(eq=False, slots=True)
class Block:
    """A block, or an idle stretch of several, and the states that it leads to; two of them are never equal.

    After an idle block or stretch, hash and identity stand for all empty blocks since the last executed one,
    `sealed`, and the EVM's state is the one before. `executed` is None where the EVM was not asked. The opening
    has no proposal and no payouts, a stretch of several has `stretch` instead. `fees_destroyed_sat` is what has
    been destroyed in the fee account, and issued again as coins, on this branch since the opening.

    Where a fee policy decides, `fee_state` is its state after the block, and `charges` what it took for each of the
    transactions, in its own units. Where MED is staked, the first `system_tx` transactions are the protocol's own, and
    `issued` is what the token has followed so far of what the protocol issued and burned.

    Only the tree changes a block: `parent` is None for the opening, and for the oldest block that is kept.
    """

    parent: Block | None
    number: int
    timestamp_s: int
    block_hash: Hash32
    identity: Hash32
    state_root: Hash32
    protocol_state: Any
    sealed: ExecutedBlock
    fees_destroyed_sat: int = 0
    executed: ExecutedBlock | None = None
    transactions: Sequence[Transaction] = ()
    rejected: Sequence[tuple[Transaction, str]] = ()
    proposal: Proposal | None = None
    payouts: Payouts | None = None
    stretch: IdleStretch | None = None
    offered: Hash32 = b""
    fee_state: Any = None
    charges: Sequence[int] = ()
    system_tx: int = 0
    issued: Due = NOTHING_DUE
    children: list[Block] = field(default_factory=list)

    @property
    def sent_tx(self) -> int:
        """How many of its transactions somebody sent; the others are the protocol's own."""
        return len(self.transactions) - self.system_tx

    def __repr__(self) -> str:
        return f"Block({self.number}, 0x{self.identity.hex()[:12]}, {len(self.transactions)} transactions)"


@dataclass(frozen=True)
class ProducedBlock:
    """One executed block as it comes into view: its transactions in order, who made it and what it paid.

    `departures` left the mempool without a block since the block before; `mempool_tx` are executable after
    it.
    """

    block: Block
    executed: ExecutedBlock
    transactions: Sequence[Transaction]
    proposal: Proposal
    payouts: Payouts
    departures: Sequence[Departure]
    mempool_tx: int


@dataclass(frozen=True)
class Move:
    """How a view changed: what it gave up, the tip first, and what it took instead, the tip last.

    `returned` wait in the mempool again; `departures` left it without a block of the new branch.
    """

    removed: Sequence[Block]
    added: Sequence[Block]
    returned: Sequence[Transaction]
    departures: Sequence[Departure]


def rejections(
    candidates: Sequence[Transaction], rejected: Sequence[Rejection]
) -> list[tuple[Transaction, str]]:
    """Return the refused candidates with the reasons."""
    return [(candidates[rejection.index], rejection.reason) for rejection in rejected]
