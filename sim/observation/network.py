"""Rows of the chain on a network: every block that was made, and what became of it on the gateway's chain."""

from __future__ import annotations

from collections.abc import Sequence

from chain.ledger import Block, Ledger, ProducedBlock
from chain.protocols.protocol import IdleStretch
from sim.calendar import Calendar
from sim.metrics.rows import RowCollector
from sim.observation.chain import ChainRows
from sim.observation.figures import hexadecimal, seconds
from sim.results.journal import Journal


class NetworkRows(ChainRows):
    """A row a block, written once it is known whether everybody's chain contains it.

    The journal follows the gateway: a line for each block that comes into its view, and one for each time that
    blocks leave it. `depths` are the lengths of the gateway's reorganisations.
    """

    def __init__(self, rows: RowCollector, journal: Journal, ledger: Ledger, calendar: Calendar) -> None:
        super().__init__(rows, journal, ledger, calendar)
        self.depths: list[int] = []
        self._open: dict[bytes, dict[str, object]] = {}
        self._lost: dict[bytes, None] = {}
        self._removed_at_s: dict[bytes, float | None] = {}

    def block_made(self, block: Block, _made_s: float) -> None:
        """Take down a block, wherever it was made; the gateway's pool stands for everybody's."""
        if block.identity not in self._open:
            self._open[block.identity] = self.row_of(block, self._ledger.mempool.executable_tx)

    def block_produced(self, block: ProducedBlock) -> None:
        """Count a block that the gateway's chain contains now."""
        self._count(block.block, 1)
        self._tell_executed(block.executed, len(block.transactions))

    def idle_passed(self, block: Block, stretch: IdleStretch) -> None:
        """Count an empty block that the gateway's chain contains now."""
        self._count(block, 1)
        self._tell_idle(block, stretch)

    def blocks_removed(self, blocks: Sequence[Block], now_s: float) -> None:
        """Take back what the gateway's chain does not contain any more."""
        self.depths.append(len(blocks))
        for block in blocks:
            self._count(block, -1)
            self._removed_at_s[block.identity] = now_s
        self._journal.append(
            removed=[hexadecimal(block.identity) for block in blocks],
            block=blocks[0].number,
            time_s=seconds(now_s),
        )

    def settled(self, block: Block, canonical: bool) -> None:
        """Write the row of a block on which all agree; of two equal ones in a slot the canonical one counts."""
        if canonical:
            self._write(block.identity, canonical=True)
        else:
            self._lost[block.identity] = None

    def finish(self) -> None:
        """Write the rows of the blocks that nobody's chain contains."""
        for identity in (*self._lost, *list(self._open)):
            self._write(identity, canonical=False)

    def _write(self, identity: bytes, *, canonical: bool) -> None:
        row = self._open.pop(identity, None)
        if row is not None:
            removed_at_s = self._removed_at_s.pop(identity, None)
            self._rows.append(**row, canonical=canonical, removed_at_s=removed_at_s)
