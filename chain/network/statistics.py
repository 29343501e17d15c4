"""Figures of a run, taken from its events as they come, in memory that does not grow with the blocks.

Blocks count when they are settled: canonical ones are on everybody's chain for good, orphans on nobody's. The
observer is a watched node; what it sees when is what finality and confirmation are timed by.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final

from chain.network.distribution import Distribution
from chain.network.events import BlockMade, Event, Reorganised, Settled, SlotMissed, TipMoved
from chain.network.topology import PROPAGATION_SHARES
from chain.network.tree import Block

_KEPT_UNFINAL: Final = 8_192
"""Blocks whose finality is waited for: where none ever comes, the oldest are forgotten."""


class Statistics:
    """Counts and distributions of one run; `validators` are the names of the network's first nodes.

    `confirmations` is the number of blocks, its own included, after which a block counts as confirmed. Intervals lie
    between the headers' timestamps where `is_clocked`, else between the moments at which blocks were made.
    """

    def __init__(
        self, validators: Sequence[str], observer: int, confirmations: int, *, is_clocked: bool = True
    ) -> None:
        self.validators = tuple(validators)
        self.observer = observer
        self.confirmations = confirmations
        self.is_clocked = is_clocked
        self.made = [0] * len(validators)
        self.canonical = [0] * len(validators)
        self.orphans = [0] * len(validators)
        self.missed: Counter[tuple[int, str]] = Counter()
        self.rewards_sat: Counter[str] = Counter()
        self.subsidy_sat = 0
        self.fees_sat = 0
        self.interval_s = Distribution()
        self.final_s = Distribution()
        self.confirmed_s = Distribution()
        self.propagation_s = {share: Distribution() for share in PROPAGATION_SHARES}
        self.reorganisations: Counter[int] = Counter()
        self.observed_reorganisations: Counter[int] = Counter()
        self.last_canonical: Block | None = None
        self._last_made_s: float | None = None
        self._unfinal: deque[tuple[int, float]] = deque()
        self._unconfirmed: deque[tuple[int, float]] = deque()

    def take(self, events: Iterable[Event]) -> None:
        """Count what one step told."""
        for event in events:
            if isinstance(event, BlockMade):
                self.made[event.block.producer] += 1
            elif isinstance(event, Settled):
                self._settled(event.block, event.canonical)
            elif isinstance(event, TipMoved):
                self._moved(event)
            elif isinstance(event, Reorganised):
                self.reorganisations[event.depth_blocks] += 1
            elif isinstance(event, SlotMissed):
                self.missed[event.node, event.reason] += 1

    def _settled(self, block: Block, canonical: bool) -> None:
        for distribution, value_s in zip(self.propagation_s.values(), block.propagation_s, strict=False):
            if value_s < _FOR_EVER_S:
                distribution.add(value_s)
        if not canonical:
            self.orphans[block.producer] += 1
            return
        self.canonical[block.producer] += 1
        self.last_canonical = block
        proposal, payouts = block.proposal, block.payouts
        assert proposal is not None
        assert payouts is not None
        made_s = proposal.timestamp_s if self.is_clocked else proposal.made_s
        if self._last_made_s is not None:
            self.interval_s.add(made_s - self._last_made_s)
        self._last_made_s = made_s
        self.subsidy_sat += payouts.subsidy_sat
        self.fees_sat += payouts.fees_sat
        rewards_sat = self.rewards_sat
        for owner, amount_sat in payouts.by_owner_sat.items():
            rewards_sat[owner] += amount_sat

    def _moved(self, event: TipMoved) -> None:
        if event.node != self.observer:
            return
        if event.removed:
            self.observed_reorganisations[len(event.removed)] += 1
            for waiting in (self._unfinal, self._unconfirmed):
                while waiting and waiting[-1][0] >= event.removed[-1].number:
                    waiting.pop()
        # Numbers and moments only: a block would keep its protocol state alive.
        added = [(block.number, block.made_s) for block in event.added]
        self._unfinal += added
        self._unconfirmed += added
        tip = event.new
        while self._unfinal and self._unfinal[0][0] <= tip.final_number:
            self.final_s.add(event.moment_s - self._unfinal.popleft()[1])
        confirmed = tip.number - self.confirmations + 1
        while self._unconfirmed and self._unconfirmed[0][0] <= confirmed:
            self.confirmed_s.add(event.moment_s - self._unconfirmed.popleft()[1])
        while len(self._unfinal) > _KEPT_UNFINAL:
            self._unfinal.popleft()


_FOR_EVER_S: Final = float("inf")
