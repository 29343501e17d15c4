"""Rows of the chain: blocks and idle stretches as they come, and the journal that a repeated run is checked against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from chain.ledger import Ledger, ProducedBlock
from chain.protocols.protocol import IdleStretch, Proposal
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
        environment = block.executed.environment
        proposal: Proposal = block.proposal
        time_s = self._calendar.sim_s(environment.timestamp_s)
        self.blocks[proposal.producer_id] += 1
        self._count(block.payouts.by_owner_sat)
        self._rows.append(
            number=environment.number,
            count=1,
            first_time_s=time_s,
            time_s=time_s,
            interval_s=proposal.interval_s,
            block_hash=hexadecimal(block.executed.identity),
            proposer=proposal.producer_id,
            tx_count=len(block.transactions),
            gas_used_gas=block.executed.gas_used_gas,
            gas_limit_gas=environment.gas_limit_gas,
            size_bytes=block.executed.size_bytes,
            subsidy_sat=block.payouts.subsidy_sat,
            fees_sat=block.payouts.fees_sat,
            mempool_tx=len(block.transactions) + block.mempool_tx,
            bits=_bits(proposal.difficulty_bits),
            canonical=True,
        )
        self._journal.append(
            block=environment.number,
            time_s=time_s,
            identity=hexadecimal(block.executed.identity),
            state=hexadecimal(block.executed.state_root),
            transactions=len(block.transactions),
        )

    def idle_passed(self, stretch: IdleStretch) -> None:
        """Write down empty blocks that were passed in one step."""
        tip = self._ledger.tip
        self.blocks.update(stretch.blocks_by_owner)
        self._count(stretch.subsidy_by_owner_sat)
        last_s = self._calendar.sim_s(stretch.last_timestamp_s)
        only = next(iter(stretch.blocks_by_owner)) if stretch.count == 1 else None
        self._rows.append(
            number=stretch.last_number,
            count=stretch.count,
            first_time_s=self._calendar.sim_s(stretch.first_timestamp_s),
            time_s=last_s,
            interval_s=stretch.last_timestamp_s - stretch.parent_timestamp_s,
            block_hash=hexadecimal(tip.identity),
            proposer=only,
            tx_count=0,
            gas_used_gas=0,
            gas_limit_gas=self._ledger.limits.gas_limit_gas,
            size_bytes=0,
            subsidy_sat=stretch.subsidy_sat,
            fees_sat=0,
            mempool_tx=0,
            bits=_bits(stretch.difficulty_bits),
            canonical=True,
        )
        self._journal.append(
            block=stretch.last_number, time_s=last_s, identity=hexadecimal(tip.identity), idle=stretch.count
        )

    def _count(self, paid_sat: Mapping[str, int]) -> None:
        self.rewards_sat.update(paid_sat)


def _bits(difficulty_bits: int) -> str:
    return f"0x{difficulty_bits:08x}"
