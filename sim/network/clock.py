"""Moves the network along the simulation's clock, and the gateway's view of the chain with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

import simpy

from chain.ledger import Block, Ledger, Move
from chain.ledger.filling import LedgerMaker
from chain.network.events import BlockMade, Event, Reorganised, Settled, SlotMissed, TipMoved
from chain.network.network import Network
from chain.network.tree import Block as NetworkBlock
from sim.agents.chain_clock import ChainClock
from sim.calendar import Calendar

FORGOTTEN_AT_ONCE: Final = 64
"""Blocks that settle before old states are pruned: pruning copies what is kept, and should be rare."""


class Chronicle(Protocol):
    """Who writes down what happens on the network, all times in Unix seconds."""

    def moved(self, move: Move, moment_s: float) -> None:
        """The gateway's view has changed, and its observers know."""

    def settled(self, block: Block, heard: NetworkBlock, canonical: bool) -> None:
        """All agree on a block for good: it is part of everybody's chain, or of nobody's."""

    def reorganised(self, event: Reorganised) -> None:
        """A node, gateway or validator, gave up blocks."""

    def missed(self, event: SlotMissed) -> None:
        """A validator made no block when it could have."""


Forgotten = Callable[[Iterable[Block]], None]
"""Told of blocks to which nobody goes back."""


class NetworkClock(ChainClock):
    """The network does one thing after the other; what concerns the gateway is told to its observers.

    While nobody waits, the network stands still and is caught up later: nothing is lost, since nobody is there
    who would act.
    """

    def __init__(
        self,
        env: simpy.Environment,
        calendar: Calendar,
        ledger: Ledger,
        network: Network,
        maker: LedgerMaker,
        home: int,
        *,
        chronicle: Chronicle,
        before_forgetting: Callable[[], None],
        forgotten: Forgotten,
    ) -> None:
        """`home` is the node of the first gateway, whose chain is everybody's; the others' follow it."""
        super().__init__(env, calendar, ledger)
        self._home = home
        self._network = network
        self._maker = maker
        self._chronicle = chronicle
        self._before_forgetting = before_forgetting
        self._forgotten = forgotten
        self._due_s = 0.0
        self._unforgotten = 0
        self._unsettled: dict[int, NetworkBlock] = {}
        self._base = ledger.tip
        self._is_closed = False

    def submission_s(self) -> float:
        """Return the Unix time at which what is submitted now has come, finer than blocks tell it."""
        return self._calendar.start_unix_s + self._env.now

    def close(self) -> None:
        """End the run: what is under way arrives, and what the gateway holds then stays."""
        self._is_closed = True
        self._take(self._network.drain())

    def _next_s(self) -> float:
        self._due_s = self._network.next_event_s()
        return self._due_s - self._calendar.start_unix_s

    def _act(self, _moment_s: float) -> None:
        # By the network's own number: a sum of waits could come out a breath before it.
        self._step_to(self._due_s)

    def _pass_to(self, moment_s: float) -> None:
        self._step_to(self._calendar.start_unix_s + moment_s)

    def _step_to(self, unix_s: float) -> None:
        while not self._is_closed and self._network.next_event_s() <= unix_s:
            self._take(self._network.step())

    def _take(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case BlockMade():
                    self._unsettled[event.block.serial] = event.block
                case TipMoved() if event.node == self._home:
                    self._follow(event)
                case TipMoved():
                    self._follow_elsewhere(event)
                case Settled():
                    self._settle(event)
                case Reorganised():
                    self._chronicle.reorganised(event)
                case SlotMissed():
                    self._chronicle.missed(event)
        if self._unforgotten >= FORGOTTEN_AT_ONCE:
            self._forget()

    def _follow(self, moved: TipMoved) -> None:
        """Move the gateway's view, and tell what left it, what came, and what was lost on the way."""
        move = self._ledger.move_to(self._maker.block_of(moved.new))
        lost = [*move.departures, *self._ledger.expire(moved.moment_s)]
        now_s = moved.moment_s - self._calendar.start_unix_s
        for observer in self._observers:
            if move.removed:
                observer.blocks_removed(move.removed, now_s)
            for block in move.added:
                if block.executed is not None:
                    observer.block_produced(self._ledger.told(block))
                elif block.stretch is not None:
                    observer.idle_passed(block, block.stretch)
            if lost:
                observer.transactions_lost(lost)
        self._chronicle.moved(move, moved.moment_s)

    def _follow_elsewhere(self, moved: TipMoved) -> None:
        """Move another gateway's view, and tell its senders what its pool has lost."""
        gateway = self._ledger.gateways[moved.node - self._home]
        move = gateway.move_to(self._maker.block_of(moved.new))
        lost = [*move.departures, *gateway.expire(moved.moment_s)]
        for observer in self._observers if lost else ():
            observer.transactions_lost(lost)

    def _settle(self, settled: Settled) -> None:
        block = self._maker.block_of(settled.block)
        self._chronicle.settled(block, settled.block, settled.canonical)
        self._unsettled.pop(settled.block.serial, None)
        self._unforgotten += 1
        if settled.canonical:
            self._base = block
            self._maker.settled(settled.block)

    def _forget(self) -> None:
        """Forget what is neither the last block that is settled nor follows it, but for what is not settled yet."""
        self._unforgotten = 0
        self._before_forgetting()
        live = [self._maker.block_of(block) for block in self._unsettled.values()]
        self._forgotten(self._ledger.forget(live, self._base))
