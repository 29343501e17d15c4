"""The foundation's bookkeeping: an epoch is closed once its last block is final, then everybody in it is paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from chain.block import Address
from chain.contracts.bindings.reward_pool import Credited, Destination, DustCarried, EpochClosed, LeftOver
from chain.contracts.system import System
from chain.contracts.typed import ContractCall, ContractEvent
from chain.ledger import Block, Ledger, ProducedBlock
from sim.agents.accounts import Account
from sim.agents.acts import SETTLE_GAS_PER_ACCOUNT, Act, gas_allowance
from sim.agents.chain_clock import ChainClock, Observer
from sim.agents.node import Node
from sim.agents.payment import Payment, Sending
from sim.agents.submission import Call, Submission
from sim.calendar import Calendar

ACCOUNTS_PER_SETTLEMENT = 100
"""Keeps a settlement near 2.5 M gas, a sixteenth of a block."""


def accounts_per_settlement(block_gas_limit_gas: int) -> int:
    """Return how many accounts one settlement pays: fewer where its gas limit would not fit into half a block."""
    room_gas = block_gas_limit_gas // 2 - gas_allowance(Act.SETTLE)
    return max(1, min(ACCOUNTS_PER_SETTLEMENT, room_gas // SETTLE_GAS_PER_ACCOUNT))


ATTEMPTS = 3
"""How often the foundation tries to close or settle before it waits for the next epoch's end."""

RETRY_S = 3_600


@dataclass
class ClosedEpoch:
    """One epoch as the chain closed it, whoever sent the transaction, and the foundation's settlements of it.

    `points` and `curation_points` in MP; `budget_med_units` is the `emission_med_units` and what was carried into it;
    `dust_med_units` is what was carried on: what rounding left over, and what nobody earned where that is carried.
    `diverted_med_units` was burned or went to the treasury instead. `closed_at_s` in simulated seconds.
    """

    epoch: int
    closed_at_s: float
    points: int
    curation_points: int
    emission_med_units: int
    budget_med_units: int
    dust_med_units: int = 0
    diverted_med_units: int = 0
    settlements: list[Submission] = field(default_factory=list)

    def note_left_over(self, left: DustCarried | LeftOver) -> None:
        """Enter what was left of the budget; dust is always carried."""
        if isinstance(left, DustCarried) or left.destination is Destination.NEXT_EPOCH:
            self.dust_med_units += left.amount_med_units
        else:
            self.diverted_med_units += left.amount_med_units


class Epochs(Observer):
    """Closes and settles epochs. Learns who earned points from the chain's own events, and unlearns what is removed."""

    def __init__(
        self,
        env: simpy.Environment,
        calendar: Calendar,
        ledger: Ledger,
        clock: ChainClock,
        node: Node,
        system: System,
        payment: Payment,
        foundation: Account,
        *,
        epoch_s: int,
        depth_blocks: int,
    ) -> None:
        self.closed: dict[int, ClosedEpoch] = {}
        self._env = env
        self._calendar = calendar
        self._ledger = ledger
        self._clock = clock
        self._node = node
        self._system = system
        self._payment = payment
        self._foundation = foundation
        self._epoch_s = epoch_s
        self._depth_blocks = depth_blocks
        self._earners: dict[int, Counter[Address]] = {}
        self._sent: dict[int, list[tuple[Submission, Sequence[Address]]]] = {}
        clock.observe(self)

    def close_all(self, epochs: int) -> Generator[simpy.Event, None, None]:
        """Close the first `epochs` epochs and pay them, each when it is over and final; catch up what failed before."""
        for epoch in range(epochs):
            end_s = (epoch + 1) * self._epoch_s
            yield self._env.timeout(max(0, end_s - self._env.now))
            self._clock.catch_up()
            yield self._clock.final(self._ledger.tip.number, self._depth_blocks)
            for attempt in range(ATTEMPTS):
                if attempt:
                    yield self._env.timeout(RETRY_S)
                yield from self._close_up_to(epoch)
                yield from self._settle()
                if epoch < self._next_epoch() and not any(self._unpaid(done) for done in self.closed):
                    break

    def block_produced(self, block: ProducedBlock) -> None:
        """Note who earned points in which epoch, and which epochs were closed, by whomever."""
        closed_at_s = self._calendar.sim_s(block.executed.environment.timestamp_s)
        for event in self._events(block.block):
            match event:
                case Credited():
                    self._earners.setdefault(event.epoch, Counter())[event.account] += 1
                case EpochClosed():
                    self.closed[event.epoch] = _closed(event, closed_at_s)
                case DustCarried() | LeftOver():
                    self.closed[event.epoch].note_left_over(event)

    def blocks_removed(self, blocks: Sequence[Block], now_s: float) -> None:
        """Unlearn what removed blocks said: those points are not earned, those epochs are open."""
        del now_s
        for block in blocks:
            for event in self._events(block):
                if isinstance(event, Credited):
                    earners = self._earners[event.epoch]
                    earners[event.account] -= 1
                    if not earners[event.account]:
                        del earners[event.account]
                elif isinstance(event, EpochClosed):
                    del self.closed[event.epoch]

    def _events(self, block: Block) -> Iterator[ContractEvent]:
        logs = block.executed.receipts.logs if block.executed is not None else ()
        for entries in logs:
            yield from self._system.events(entries, Credited, EpochClosed, DustCarried, LeftOver)

    def _unpaid(self, epoch: int) -> list[Address]:
        """Who earned points in an epoch and is in no settlement that succeeded, in the order of earning."""
        paid = {
            account
            for settlement, batch in self._sent.get(epoch, ())
            if settlement.succeeded
            for account in batch
        }
        return [account for account in self._earners.get(epoch, ()) if account not in paid]

    def _next_epoch(self) -> int:
        return self._node.ask(self._system.typed.rewards.next_epoch())

    def _close_up_to(self, epoch: int) -> Generator[simpy.Event, None, None]:
        """Close what is due; somebody else may have been first, and an epoch before may still be open."""
        due = self._next_epoch()
        while due <= epoch:
            close = yield from self._send(Act.CLOSE_EPOCH, self._system.typed.rewards.close_epoch(due))
            yield self._node.outcome_of(close)
            before, due = due, self._next_epoch()
            if due == before:
                return

    def _settle(self) -> Generator[simpy.Event, None, None]:
        """Pay everybody with points in a closed epoch who has not been paid yet."""
        size = accounts_per_settlement(self._ledger.limits.gas_limit_gas)
        # A copy: while a settlement is on its way, a block may hold somebody else's closing of the next epoch.
        for epoch, done in list(self.closed.items()):
            earners = self._unpaid(epoch)
            sent = []
            for first in range(0, len(earners), size):
                batch = earners[first : first + size]
                call = self._system.typed.rewards.settle(epoch, batch)
                settlement = yield from self._send(Act.SETTLE, call, len(batch))
                sent.append((settlement, batch))
            done.settlements.extend(settlement for settlement, _batch in sent)
            self._sent.setdefault(epoch, []).extend(sent)
            for settlement, _batch in sent:
                yield self._node.outcome_of(settlement)

    def _send(self, act: Act, call: ContractCall[Any], accounts: int = 0) -> Sending:
        return (yield from self._payment.send(self._foundation, Call.of(act, call, accounts=accounts)))


def _closed(event: EpochClosed, closed_at_s: float) -> ClosedEpoch:
    return ClosedEpoch(
        epoch=event.epoch,
        closed_at_s=closed_at_s,
        points=event.points,
        curation_points=event.curation_points,
        emission_med_units=event.emission_med_units,
        budget_med_units=event.budget_med_units,
    )
