"""The foundation's bookkeeping: an epoch is closed once its last block is final, then everybody in it is paid."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import simpy

from chain.block import Address
from chain.contracts.system import System
from chain.ledger import Ledger, ProducedBlock
from chain.protocols.protocol import IdleStretch
from sim.agents.accounts import Account
from sim.agents.acts import Act
from sim.agents.chain_clock import ChainClock
from sim.agents.node import Node
from sim.agents.payment import Payment
from sim.agents.submission import Call, Submission

ACCOUNTS_PER_SETTLEMENT = 100
"""Keeps a settlement near 7 M gas, a sixth of a block."""


@dataclass(frozen=True)
class ClosedEpoch:
    """One epoch that was closed: its transactions. `settlements` is empty where nobody earned points."""

    epoch: int
    close: Submission
    settlements: tuple[Submission, ...]


class Epochs:
    """Closes and settles epochs. Learns who earned points from the chain's own events."""

    def __init__(
        self, env: simpy.Environment, ledger: Ledger, clock: ChainClock, node: Node, system: System, payment: Payment,
        foundation: Account, *, epoch_s: int, depth_blocks: int,
    ) -> None:  # fmt: skip
        self.closed: list[ClosedEpoch] = []
        self._env = env
        self._ledger = ledger
        self._clock = clock
        self._node = node
        self._system = system
        self._payment = payment
        self._foundation = foundation
        self._epoch_s = epoch_s
        self._depth_blocks = depth_blocks
        self._earners: dict[int, dict[Address, None]] = {}
        clock.observe(self)

    def close_all(self, epochs: int) -> Generator[simpy.Event, None, None]:
        """Close the first `epochs` epochs one after the other, each when it is over and final."""
        for epoch in range(epochs):
            end_s = (epoch + 1) * self._epoch_s
            yield self._env.timeout(max(0, end_s - self._env.now))
            self._clock.catch_up()
            yield self._clock.reach(self._ledger.tip.number + self._depth_blocks)
            yield from self._close(epoch)

    def block_produced(self, block: ProducedBlock) -> None:
        """Note who earned points in which epoch."""
        for logs in block.executed.receipts.logs:
            for log in logs:
                event = self._system.rewards.decode_log(log)
                if event is not None and event.name == "Credited":
                    arguments = event.arguments
                    self._earners.setdefault(arguments["epoch"], {})[arguments["account"]] = None

    def idle_passed(self, stretch: IdleStretch) -> None:
        """Nobody earns anything in an idle stretch."""

    def _close(self, epoch: int) -> Generator[simpy.Event, None, None]:
        close = self._send(Act.CLOSE_EPOCH, self._system.rewards.encode("closeEpoch", epoch))
        yield close.settled
        settlements: Sequence[Submission] = ()
        if close.succeeded:
            earners = list(self._earners.pop(epoch, {}))
            batches = [
                earners[first : first + ACCOUNTS_PER_SETTLEMENT]
                for first in range(0, len(earners), ACCOUNTS_PER_SETTLEMENT)
            ]
            settlements = [
                self._send(Act.SETTLE, self._system.rewards.encode("settle", epoch, batch), len(batch))
                for batch in batches
            ]
            for settlement in settlements:
                yield settlement.settled
        self.closed.append(ClosedEpoch(epoch, close, tuple(settlements)))

    def _send(self, act: Act, data: bytes, accounts: int = 0) -> Submission:
        call = Call(act, self._system.address_of("RewardPool"), data, accounts=accounts)
        return self._payment.send(self._foundation, call)
