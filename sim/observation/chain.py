"""Rows of the chain: blocks and idle stretches as they come, and the journal that a repeated run is checked against."""

from __future__ import annotations

from collections import Counter

from chain.block import ExecutedBlock
from chain.ledger import Block, Ledger, ProducedBlock
from chain.protocols.protocol import IdleStretch
from sim.agents.chain_clock import Observer
from sim.calendar import Calendar
from sim.metrics.rows import RowCollector
from sim.observation.figures import hexadecimal
from sim.results.journal import Journal


class ChainRows(Observer):
    """Writes a row a block or stretch, and a line of the journal; counts what producers made and earned."""

    def __init__(self, rows: RowCollector, journal: Journal, ledger: Ledger, calendar: Calendar) -> None:
        self.blocks: Counter[str] = Counter()
        self.rewards_sat: Counter[str] = Counter()
        self._rows = rows
        self._journal = journal
        self._ledger = ledger
        self._calendar = calendar

    def block_produced(self, block: ProducedBlock) -> None:
        """Write down a block with transactions."""
        self._count(block.block, 1)
        mempool_tx = block.block.sent_tx + block.mempool_tx
        self._rows.append(**self.row_of(block.block, mempool_tx), canonical=True)
        self._tell_executed(block.executed, block.block.sent_tx)

    def idle_passed(self, block: Block, stretch: IdleStretch) -> None:
        """Write down empty blocks that were passed in one step."""
        self._count(block, 1)
        self._rows.append(**self.row_of(block, 0), canonical=True)
        self._tell_idle(block, stretch)

    def row_of(self, block: Block, mempool_tx: int) -> dict[str, object]:
        """Return the row of a block or stretch, but for what became of it."""
        if block.executed is not None:
            return self._executed_row(block, block.executed, mempool_tx)
        assert block.stretch is not None
        return self._idle_row(block, block.stretch, mempool_tx)

    def _executed_row(self, block: Block, executed: ExecutedBlock, mempool_tx: int) -> dict[str, object]:
        environment = executed.environment
        proposal, payouts = block.proposal, block.payouts
        assert proposal is not None
        assert payouts is not None
        time_s = self._calendar.sim_s(environment.timestamp_s)
        return {
            "number": environment.number,
            "count": 1,
            "first_time_s": time_s,
            "time_s": time_s,
            "interval_s": proposal.interval_s,
            "block_hash": hexadecimal(executed.identity),
            "proposer": proposal.producer_id,
            "tx_count": block.sent_tx,
            "gas_used_gas": executed.gas_used_gas,
            "gas_limit_gas": environment.gas_limit_gas,
            "size_bytes": executed.size_bytes,
            "subsidy_sat": payouts.subsidy_sat,
            "fees_sat": payouts.fees_sat,
            "mempool_tx": mempool_tx,
            "bits": _bits(proposal.difficulty_bits),
        }

    def _idle_row(self, block: Block, stretch: IdleStretch, mempool_tx: int) -> dict[str, object]:
        only = next(iter(stretch.blocks_by_owner)) if stretch.count == 1 else None
        return {
            "number": stretch.last_number,
            "count": stretch.count,
            "first_time_s": self._calendar.sim_s(stretch.first_timestamp_s),
            "time_s": self._calendar.sim_s(stretch.last_timestamp_s),
            "interval_s": stretch.last_timestamp_s - stretch.parent_timestamp_s,
            "block_hash": hexadecimal(block.identity),
            "proposer": only,
            "tx_count": 0,
            "gas_used_gas": 0,
            "gas_limit_gas": self._ledger.limits_after(block).gas_limit_gas,
            "size_bytes": 0,
            "subsidy_sat": stretch.subsidy_sat,
            "fees_sat": 0,
            "mempool_tx": mempool_tx,
            "bits": _bits(stretch.difficulty_bits),
        }

    def _tell_executed(self, executed: ExecutedBlock, transactions: int) -> None:
        environment = executed.environment
        self._journal.append(
            block=environment.number,
            time_s=self._calendar.sim_s(environment.timestamp_s),
            identity=hexadecimal(executed.identity),
            state=hexadecimal(executed.state_root),
            transactions=transactions,
        )

    def _tell_idle(self, block: Block, stretch: IdleStretch) -> None:
        self._journal.append(
            block=stretch.last_number,
            time_s=self._calendar.sim_s(stretch.last_timestamp_s),
            identity=hexadecimal(block.identity),
            idle=stretch.count,
        )

    def _count(self, block: Block, sign: int) -> None:
        """Count what a block's producers made and who was paid, or take it back."""
        if block.stretch is not None:
            made, paid_sat = block.stretch.blocks_by_owner, block.stretch.subsidy_by_owner_sat
        else:
            assert block.proposal is not None
            assert block.payouts is not None
            made, paid_sat = {block.proposal.producer_id: 1}, block.payouts.by_owner_sat
        for counter, changes in ((self.blocks, made), (self.rewards_sat, paid_sat)):
            for owner, amount in changes.items():
                counter[owner] += sign * amount


def _bits(difficulty_bits: int) -> str:
    return f"0x{difficulty_bits:08x}"
