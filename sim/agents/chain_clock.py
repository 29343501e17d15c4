"""Moves the chain along the simulation's clock.

While nobody waits for a block the chain sleeps, and whoever needs it next has the idle stretch passed in one step.
While somebody waits (a transaction in the pool, a depth to be reached) it goes block by block.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Generator, Sequence

import simpy

from chain.ledger import Block, Ledger, ProducedBlock
from chain.mempool import Departure
from chain.protocols.protocol import IdleStretch
from sim.calendar import Calendar


class Observer:
    """Somebody who is told of how the chain moves; what does not concern them they leave as it is here."""

    def block_produced(self, block: ProducedBlock) -> None:
        """A block with transactions is the new tip."""

    def idle_passed(self, block: Block, stretch: IdleStretch) -> None:
        """Empty blocks were passed, for which `block` stands; the last of them is the new tip."""

    def blocks_removed(self, blocks: Sequence[Block], now_s: float) -> None:
        """A reorganisation has removed blocks, the old tip first; those that replace them are told of next."""

    def transactions_lost(self, departures: Sequence[Departure]) -> None:
        """Transactions left the pool without a block."""


class ChainClock(ABC):
    """Lets blocks come when their time comes and tells the observers, in the order in which they joined."""

    def __init__(self, env: simpy.Environment, calendar: Calendar, ledger: Ledger) -> None:
        self._env = env
        self._calendar = calendar
        self._ledger = ledger
        self._observers: list[Observer] = []
        self._waiting: list[tuple[int, int, simpy.Event]] = []
        self._unfinal: list[tuple[int, int, int, simpy.Event]] = []
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
            self._pass_to(self._env.now)

    def wake(self) -> None:
        """Go block by block from now on, until nobody waits any more."""
        if not self._alarm.triggered:
            self._alarm.succeed()
            self._asleep = False

    def reach(self, number: int) -> simpy.Event:
        """Return an event that fires when the chain has a block of this height."""
        reached = self._env.event()
        self._serial += 1
        heapq.heappush(self._waiting, (number, self._serial, reached))
        self.wake()
        return reached

    def final(self, number: int, depth_blocks: int) -> simpy.Event:
        """Return an event that fires when `depth_blocks` lie on the block of this height, or it is final before."""
        final = self._env.event()
        self._serial += 1
        heapq.heappush(self._unfinal, (number + depth_blocks, self._serial, number, final))
        self.wake()
        return final

    def submission_s(self) -> float:
        """Return the Unix time at which what is submitted now has come."""
        return self._calendar.unix_s(self._env.now)

    @abstractmethod
    def _next_s(self) -> float:
        """Return the simulated second at which the chain next does something."""

    @abstractmethod
    def _act(self, moment_s: float) -> None:
        """Let happen what is due at that second."""

    @abstractmethod
    def _pass_to(self, moment_s: float) -> None:
        """Let everything happen up to that second, while nobody waits for anything."""

    def _run(self) -> Generator[simpy.Event, None, None]:
        while True:
            yield self._alarm
            while self._is_needed():
                next_s = self._next_s()
                yield self._env.timeout(max(0, next_s - self._env.now))
                self._act(next_s)
                self._call_waiting()
            self._alarm = self._env.event()
            self._asleep = True

    def _is_needed(self) -> bool:
        return bool(self._waiting or self._unfinal) or self._ledger.waiting_tx > 0

    def _call_waiting(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._ledger.tip.number:
            heapq.heappop(self._waiting)[2].succeed()
        while self._unfinal and self._is_final(*self._unfinal[0]):
            heapq.heappop(self._unfinal)[3].succeed()

    def _is_final(self, deep_number: int, _serial: int, number: int, _event: simpy.Event) -> bool:
        return deep_number <= self._ledger.tip.number or number <= self._ledger.final_number


class OneViewClock(ChainClock):
    """One view of the whole network: the tip says when the next block comes, and everybody sees it at once.

    Idle stretches end before each of the `bounds_s` (simulated seconds, ascending): a block of that very second begins
    another, so that no stretch lies on both sides.
    """

    def __init__(
        self, env: simpy.Environment, calendar: Calendar, ledger: Ledger, bounds_s: Sequence[int] = ()
    ) -> None:
        super().__init__(env, calendar, ledger)
        self._bounds_s = deque(bounds_s)

    def _next_s(self) -> float:
        return self._calendar.sim_s(self._ledger.next_timestamp_s())

    def _act(self, _moment_s: float) -> None:
        if len(self._ledger.mempool) and self._ledger.takes_something():
            block = self._ledger.produce()
            for observer in self._observers:
                observer.block_produced(block)
            return
        self._pass_idle(self._ledger.next_timestamp_s())
        lost = self._ledger.expire(self._ledger.tip.timestamp_s)
        if lost:
            for observer in self._observers:
                observer.transactions_lost(lost)

    def _pass_to(self, moment_s: float) -> None:
        while self._bounds_s and self._bounds_s[0] <= moment_s:
            self._pass_idle(self._calendar.unix_s(self._bounds_s.popleft()) - 1)
        self._pass_idle(self._calendar.unix_s(moment_s))

    def _pass_idle(self, until_s: int) -> None:
        stretch = self._ledger.pass_idle(until_s)
        if stretch is not None:
            for observer in self._observers:
                observer.idle_passed(self._ledger.tip, stretch)
