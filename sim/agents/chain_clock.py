"""Moves the chain along the simulation's clock.

While nobody waits for a block the chain sleeps, and whoever needs it next has the idle stretch passed in one step.
While somebody waits (a transaction in the pool, a depth to be reached) it goes block by block.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from typing import Protocol

import simpy

from chain.ledger import Ledger, ProducedBlock
from chain.protocols.protocol import IdleStretch
from sim.calendar import Calendar


class Observer(Protocol):
    """Somebody who is told of every block."""

    def block_produced(self, block: ProducedBlock) -> None:
        """A block with transactions is the new tip."""

    def idle_passed(self, stretch: IdleStretch) -> None:
        """Empty blocks were passed; the last of them is the new tip."""


class ChainClock:
    """Produces blocks when their time comes and tells the observers, in the order in which they joined."""

    def __init__(self, env: simpy.Environment, calendar: Calendar, ledger: Ledger) -> None:
        self._env = env
        self._calendar = calendar
        self._ledger = ledger
        self._observers: list[Observer] = []
        self._waiting: list[tuple[int, int, simpy.Event]] = []
        self._serial = 0
        self._alarm = env.event()
        self._asleep = True
        env.process(self._run())

    def observe(self, observer: Observer) -> None:
        """Tell `observer` of every block from now on."""
        self._observers.append(observer)

    def catch_up(self) -> None:
        """Pass the idle blocks up to now, so that the tip is what a node would see at this moment."""
        if self._asleep:
            self._pass_idle(self._calendar.unix_s(self._env.now))

    def wake(self) -> None:
        """Go block by block from now on, until nobody waits any more."""
        if not self._alarm.triggered:
            self._alarm.succeed()
            self._asleep = False

    def reach(self, number: int) -> simpy.Event:
        """Return an event that fires when the block of this height is on the chain."""
        reached = self._env.event()
        self._serial += 1
        heapq.heappush(self._waiting, (number, self._serial, reached))
        self.wake()
        return reached

    def _run(self) -> Generator[simpy.Event, None, None]:
        while True:
            yield self._alarm
            while self._is_needed():
                next_s = self._calendar.sim_s(self._ledger.next_timestamp_s())
                yield self._env.timeout(max(0, next_s - self._env.now))
                self._make_block()
            self._alarm = self._env.event()
            self._asleep = True

    def _is_needed(self) -> bool:
        return bool(self._waiting) or len(self._ledger.mempool) > 0

    def _make_block(self) -> None:
        if len(self._ledger.mempool):
            block = self._ledger.produce()
            for observer in self._observers:
                observer.block_produced(block)
        else:
            self._pass_idle(self._ledger.next_timestamp_s())
        self._call_waiting()

    def _pass_idle(self, until_s: int) -> None:
        stretch = self._ledger.pass_idle(until_s)
        if stretch is not None:
            for observer in self._observers:
                observer.idle_passed(stretch)

    def _call_waiting(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._ledger.tip.number:
            heapq.heappop(self._waiting)[2].succeed()
