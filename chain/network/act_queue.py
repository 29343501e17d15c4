"""A maker that serves a queue: acts come at random, wait in the order in which they came, and fill blocks.

What a block has served is told from its parent, so that on every branch each act is served once: acts of an
orphaned block wait again, at the head of the queue. Every producer knows an act at the moment it comes.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, islice
from typing import Any, Final, NamedTuple

from chain.network.distribution import Distribution
from chain.network.errors import NetworkError
from chain.network.maker import Content
from chain.network.tree import Block
from chain.network.waits import Waits

_TRIMMED_AT_ONCE: Final = 4096


class Served(NamedTuple):
    """A block's handle: how many acts its chain has served with it, and how many of them it did itself."""

    total: int
    here: int


class ActQueue:
    """Acts as a Poisson stream of `rate_per_s` from `start_s` on, each of the same gas and bytes.

    A block takes as many as its limits hold: floor(limit / use) of the resource that binds. Feed `settled` with the
    canonical blocks in their order; the figures are those of their chain.
    """

    def __init__(
        self,
        rate_per_s: float,
        *,
        seed: bytes,
        start_s: float,
        gas_per_act_gas: int,
        bytes_per_act: int,
        gas_limit_gas: int,
        block_limit_bytes: int,
    ) -> None:
        """Describe acts and limits; raises `NetworkError` where not one act fits, or none ever comes."""
        fits = [
            limit // use
            for limit, use in ((gas_limit_gas, gas_per_act_gas), (block_limit_bytes, bytes_per_act))
            if use > 0
        ]
        if not fits or min(fits) < 1:
            raise NetworkError("a block holds at least one act, and an act uses gas or bytes")
        if not rate_per_s > 0:
            raise NetworkError(f"acts come at more than 0 a second, not {rate_per_s}")
        self.acts_per_block = min(fits)
        self.latency_s = Distribution()
        self.served = 0
        self.system_act_s = 0.0
        self.queue_act_s = 0.0
        self.observed_s = 0.0
        self._gas = gas_per_act_gas
        self._bytes = bytes_per_act
        self._waits = Waits(1 / rate_per_s, b"acts" + seed)
        self._last_s = self._from_s = start_s
        self._arrivals_s: list[float] = []
        self._first = 0

    def make(self, parent: Block, _proposal: Any, _producer: int, made_s: float, _variant: int) -> Content:
        """Fill a block with the acts that wait on its branch."""
        before = parent.content.handle.total if parent.content is not None else 0
        here = min(self.acts_per_block, self._arrived(made_s) - before)
        return Content(here * self._bytes, here * self._gas, handle=Served(before + here, here))

    def waiting(self, block: Block) -> int:
        """Return how many acts a block leaves waiting."""
        return self._arrived(block.made_s) - (block.content.handle.total if block.content is not None else 0)

    def settled(self, block: Block) -> None:
        """Take the next canonical block: its acts are done, and how many waited since the one before is added up.

        An act is in the system from when it comes until its block is made; in the queue, while others are ahead.
        """
        upto = self._arrived(block.made_s) - self._first
        since = bisect_right(self._arrivals_s, self._from_s)
        came_s = self._arrivals_s[since:upto]
        there = self._first + since - self.served
        length_s = block.made_s - self._from_s
        busy_s = length_s if there else block.made_s - came_s[0] if came_s else 0.0
        in_system_s = there * length_s + sum(block.made_s - moment_s for moment_s in came_s)
        self.system_act_s += in_system_s
        self.queue_act_s += in_system_s - busy_s
        self.observed_s += length_s
        self._from_s = block.made_s
        here = block.content.handle.here
        for moment_s in self._arrivals_s[self.served - self._first : self.served - self._first + here]:
            self.latency_s.add(block.made_s - moment_s)
        self.served += here
        self._trim()

    def _arrived(self, moment_s: float) -> int:
        """Return how many acts have come up to a moment."""
        while self._last_s <= moment_s:
            moments_s = accumulate(self._waits.more_s().tolist(), initial=self._last_s)
            self._arrivals_s += islice(moments_s, 1, None)
            self._last_s = self._arrivals_s[-1]
        return self._first + bisect_right(self._arrivals_s, moment_s)

    def _trim(self) -> None:
        """Forget the arrivals of acts that are done, and that lie before the last canonical block."""
        done = min(self.served - self._first, bisect_right(self._arrivals_s, self._from_s))
        if done >= _TRIMMED_AT_ONCE:
            del self._arrivals_s[:done]
            self._first += done
