"""Rows of the chain on a network: every block that was made, and what became of it on the gateway's chain."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from chain.ledger import Block, Ledger, Move, ProducedBlock
from chain.network.events import Reorganised
from chain.network.tree import Block as NetworkBlock
from chain.protocols.protocol import IdleStretch
from sim.calendar import Calendar
from sim.metrics.rows import RowCollector
from sim.metrics.tables_network import GATEWAY
from sim.observation.chain import ChainRows
from sim.observation.figures import hexadecimal, seconds
from sim.results.journal import Journal


class NetworkRows(ChainRows):
    """A row a block, written once it is known whether everybody's chain contains it and when it was final.

    The journal follows the gateway: a line for each block that comes into its view, and one for each time that
    blocks leave it. `depths` are the lengths of the gateway's reorganisations; `stale` and `missed` count what
    each validator made in vain, and did not make. A block is final when `depth_blocks` lie on it at the gateway,
    or when the protocol says so.
    """

    def __init__(
        self,
        rows: RowCollector,
        reorganisations: RowCollector,
        journal: Journal,
        ledger: Ledger,
        calendar: Calendar,
        depth_blocks: int,
    ) -> None:
        super().__init__(rows, journal, ledger, calendar)
        self.depths: list[int] = []
        self.reorganised_by_depth: Counter[int] = Counter()
        self.stale: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self._reorganisations = reorganisations
        self._depth_blocks = depth_blocks
        self._open: dict[bytes, dict[str, object]] = {}
        self._canonical: set[bytes] = set()
        self._unfinal: deque[tuple[int, bytes]] = deque()

    def block_made(self, block: Block, made_s: float) -> None:
        """Take down a block, wherever it was made, with what waited at the median gateway."""
        if block.identity not in self._open:
            assert block.parent is not None
            self._open[block.identity] = {
                **self.row_of(block, self._ledger.executable_tx),
                "parent_hash": hexadecimal(block.parent.identity),
                "made_at_s": self._sim_s(made_s),
            }

    def block_produced(self, block: ProducedBlock) -> None:
        """Count a block that the gateway's chain contains now."""
        self._count(block.block, 1)
        self._unfinal.append((block.block.number, block.block.identity))
        self._tell_executed(block.executed, block.block.sent_tx)

    def idle_passed(self, block: Block, stretch: IdleStretch) -> None:
        """Count an empty block that the gateway's chain contains now."""
        self._count(block, 1)
        self._unfinal.append((block.number, block.identity))
        self._tell_idle(block, stretch)

    def blocks_removed(self, blocks: Sequence[Block], now_s: float) -> None:
        """Take back what the gateway's chain does not contain any more."""
        for block in blocks:
            self._count(block, -1)
            if self._unfinal and self._unfinal[-1][1] == block.identity:
                self._unfinal.pop()
            if block.identity in self._open:
                self._open[block.identity]["removed_at_s"] = now_s
        self._journal.append(
            removed=[hexadecimal(block.identity) for block in blocks],
            block=blocks[0].number,
            time_s=seconds(now_s),
        )

    def moved(self, move: Move, moment_s: float) -> None:
        """Note what became final when the gateway's view changed, and what a reorganisation cost."""
        now_s = self._sim_s(moment_s)
        if move.removed:
            depth_blocks = len(move.removed)
            self.depths.append(depth_blocks)
            self._reorganisations.append(
                at_s=now_s,
                node=GATEWAY,
                depth_blocks=depth_blocks,
                transactions_removed=sum(block.sent_tx for block in move.removed),
                transactions_returned=len(move.returned),
            )
        final_number = max(self._ledger.tip.number - self._depth_blocks, self._ledger.final_number)
        while self._unfinal and self._unfinal[0][0] <= final_number:
            _number, identity = self._unfinal.popleft()
            if identity in self._open:
                self._open[identity].setdefault("final_at_s", now_s)
                self._write_if_done(identity)

    def reorganised(self, event: Reorganised, node: str) -> None:
        """Note that a node gave up blocks; what the gateway gave up is told by its moves."""
        self.reorganised_by_depth[event.depth_blocks] += 1
        if node != GATEWAY:
            self._reorganisations.append(
                at_s=self._sim_s(event.moment_s), node=node, depth_blocks=event.depth_blocks
            )

    def settled(self, block: Block, heard: NetworkBlock, seen_s: float, canonical: bool) -> None:
        """Note that all agree on a block; of two equal ones in a slot the canonical one counts."""
        assert heard.proposal is not None
        if not canonical:
            self.stale[heard.proposal.producer_id] += 1
        row = self._open.get(block.identity)
        if row is None:
            return
        if seen_s < float("inf"):
            row["seen_at_s"] = self._sim_s(seen_s)
        if canonical:
            self._canonical.add(block.identity)
            self._write_if_done(block.identity)

    def finish(self) -> None:
        """Write the rows of blocks that nobody's chain contains, and of those that were not final by the end."""
        for identity in list(self._open):
            self._write(identity)

    def _write_if_done(self, identity: bytes) -> None:
        if identity in self._canonical and "final_at_s" in self._open[identity]:
            self._write(identity)

    def _write(self, identity: bytes) -> None:
        canonical = identity in self._canonical
        self._canonical.discard(identity)
        self._rows.append(**self._open.pop(identity), canonical=canonical)

    def _sim_s(self, unix_s: float) -> float:
        return unix_s - self._calendar.start_unix_s
