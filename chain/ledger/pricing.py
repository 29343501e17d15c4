"""What gas price gets a transaction into one of the next blocks: from what waits, and from the last blocks.

Two things speak for a price above the minimum: more waits than the next blocks can hold, then one must be dearer
than what would fill them; and the last blocks were full, then one must be dearer than the cheapest in them. Both
are read from the view's own branch, so that a reorganisation changes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chain.block import Transaction
from chain.ledger.block import Block
from chain.ledger.ledger import Ledger
from chain.signing import size_bytes
from chain.units import WEI_PER_SATOSHI

WINDOW_BLOCKS: Final = 10
"""How many of the last blocks are looked at."""

FULL_PERCENT: Final = 90
"""A block that uses as much of its gas or bytes left somebody out, since transactions do not come in crumbs."""

EVERYTHING: Final = 10**9


@dataclass(frozen=True)
class PriceRules:
    """`target_blocks` is how soon a sender wants to be included, `ceiling_sat` what it never exceeds."""

    target_blocks: int
    ceiling_sat: int


class FeeEstimator:
    """Estimates once a block: whoever asks in between sees the same price."""

    def __init__(self, ledger: Ledger, rules: PriceRules) -> None:
        self._ledger = ledger
        self._rules = rules
        self._asked_at: Block | None = None
        self._price_sat = 0

    def price_sat(self) -> int:
        """Return the price, in satoshi per gas, at least the minimum and otherwise at most the ceiling."""
        if self._asked_at is not self._ledger.tip:
            self._asked_at = self._ledger.tip
            wanted_sat = max(self._above_backlog_sat(), self._above_last_blocks_sat())
            minimum_sat = self._ledger.limits.minimum_gas_price_sat
            self._price_sat = max(minimum_sat, min(wanted_sat, self._rules.ceiling_sat))
        return self._price_sat

    def _above_backlog_sat(self) -> int:
        """One satoshi above the cheapest of what would fill the next blocks; 0 where they hold all that waits."""
        ledger, blocks = self._ledger, self._rules.target_blocks
        gas_left = blocks * ledger.limits.gas_limit_gas
        bytes_left = blocks * ledger.room_bytes()
        used, allowed = self._gas_use()
        for tx in ledger.mempool.select(EVERYTHING, EVERYTHING):
            gas_left -= tx.gas_limit_gas * used // allowed
            bytes_left -= size_bytes(tx)
            if gas_left < 0 or bytes_left < 0:
                return _price_sat(tx) + 1
        return 0

    def _gas_use(self) -> tuple[int, int]:
        """Gas that the last transactions used, and that they were allowed: most ask for more than they use."""
        used, allowed = 0, 0
        for block in self._last_blocks():
            if block.executed is not None:
                used += block.executed.gas_used_gas
                allowed += sum(tx.gas_limit_gas for tx in block.transactions)
        return (used, allowed) if allowed else (1, 1)

    def _above_last_blocks_sat(self) -> int:
        """One satoshi above the median of the lowest prices in the full ones; 0 unless most blocks are full."""
        seen, lowest_sat = 0, []
        for block in self._last_blocks():
            seen += block.stretch.count if block.stretch is not None else 1
            if self._is_full(block):
                lowest_sat.append(min(map(_price_sat, block.transactions)))
        if 2 * len(lowest_sat) <= min(seen, WINDOW_BLOCKS):
            return 0
        return sorted(lowest_sat)[len(lowest_sat) // 2] + 1

    def _is_full(self, block: Block) -> bool:
        if block.executed is None or not block.transactions:
            return False
        return (
            100 * block.executed.gas_used_gas >= FULL_PERCENT * block.executed.environment.gas_limit_gas
            or 100 * block.executed.size_bytes >= FULL_PERCENT * self._ledger.protocol.block_limit_bytes
        )

    def _last_blocks(self) -> Iterator[Block]:
        """Yield them, the tip first; the opening was made under no rule and is none of them."""
        block: Block | None = self._ledger.tip
        oldest = self._ledger.tip.number - WINDOW_BLOCKS
        while block is not None and block.number > oldest and (block.proposal or block.stretch):
            yield block
            block = block.parent


def _price_sat(tx: Transaction) -> int:
    return tx.gas_price_wei // WEI_PER_SATOSHI
