"""Acts as they are submitted: independent Poisson streams, made as far ahead as blocks ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chain.network.queue_maker import PRICE_BITS, Acts
from sim.stress.draws import WordStream
from sim.stress.mix import Mix, Stream

NANOSECONDS = 10**9
PRICE_PER_LEAST = 1_000
"""A price is told in thousandths of the least that a chain takes."""

_DEAREST = (1 << PRICE_BITS) - 1
_ACTS_AT_ONCE = 50_000

Moments = NDArray[np.int64]


class PoissonActs:
    """The acts of a mix at a load in visits/s, from `start_s` (Unix seconds) on.

    The same seed draws the same gaps and bids at every load, so that steps differ by the load alone. People bid the
    least price and an exponential premium on top of it; what is sent together bids the same. All acts are submitted
    at node `origin`.
    """

    def __init__(
        self, mix: Mix, visits_per_s: float, *, start_s: float, seed: int, bid_premium: float, origin: int
    ) -> None:
        self._start_s = start_s
        self._origin = origin
        self._slab_ns = max(1, int(_ACTS_AT_ONCE / (visits_per_s * mix.acts_per_visit) * NANOSECONDS))
        self._made_to_ns = 0
        self._sources = []
        first_kind = 0
        for stream in mix.streams:
            self._sources.append(_Source(stream, first_kind, visits_per_s, seed, bid_premium))
            first_kind += len(stream.parts)
        self._waiting = self._slab()
        self._next = 0

    def until(self, moment_s: float) -> Acts:
        """Return the acts submitted after the last call's moment, up to this one (Unix seconds), oldest first."""
        taken = []
        while True:
            end = int(np.searchsorted(self._waiting.submitted_s, moment_s, side="right"))
            taken.append(_part(self._waiting, self._next, max(end, self._next)))
            self._next = max(end, self._next)
            if self._start_s + self._made_to_ns / NANOSECONDS > moment_s:
                break
            self._waiting, self._next = self._slab(), 0
        return taken[0] if len(taken) == 1 else Acts(*map(np.concatenate, zip(*taken, strict=True)))

    def _slab(self) -> Acts:
        """Make the acts of the next stretch of time."""
        self._made_to_ns += self._slab_ns
        moments, kinds, prices = (
            np.concatenate(columns)
            for columns in zip(*(source.until(self._made_to_ns) for source in self._sources), strict=True)
        )
        order = np.argsort(moments, kind="stable")
        return Acts(
            self._start_s + moments[order] / NANOSECONDS,
            kinds[order],
            prices[order],
            np.full(len(order), self._origin, dtype=np.int32),
        )


@dataclass
class _Source:
    """One stream: its moments beyond those handed out wait in `_ahead`."""

    stream: Stream
    first_kind: int
    visits_per_s: float
    seed: int
    bid_premium: float

    def __post_init__(self) -> None:
        name = f"stress/{self.stream.name}"
        self._gaps = WordStream(self.seed, f"{name}/gaps")
        self._bids = WordStream(self.seed, f"{name}/bids")
        self._mean_ns = NANOSECONDS / (self.visits_per_s * self.stream.per_visit)
        self._last_ns = 0
        self._ahead: Moments = np.empty(0, dtype=np.int64)

    def until(self, end_ns: int) -> tuple[Moments, NDArray[np.uint8], NDArray[np.int32]]:
        """Return moments before `end_ns` in order, an act of each part at each, with kinds and prices."""
        while self._last_ns < end_ns:
            count = int((end_ns - self._last_ns) / self._mean_ns * 1.1) + 16
            gaps = np.floor(self._gaps.exponentials(count) * self._mean_ns).astype(np.int64)
            moments = self._last_ns + np.cumsum(gaps)
            self._last_ns = int(moments[-1])
            self._ahead = np.concatenate((self._ahead, moments))
        count = int(np.searchsorted(self._ahead, end_ns))
        here, self._ahead = self._ahead[:count], self._ahead[count:]
        parts = len(self.stream.parts)
        kinds = np.arange(self.first_kind, self.first_kind + parts, dtype=np.uint8)
        premiums = self._bids.exponentials(count) * (self.bid_premium * PRICE_PER_LEAST)
        prices = np.minimum(PRICE_PER_LEAST + np.floor(premiums), _DEAREST).astype(np.int32)
        return np.repeat(here, parts), np.tile(kinds, count), np.repeat(prices, parts)


def _part(acts: Acts, first: int, end: int) -> Acts:
    span = slice(first, end)
    return Acts(acts.submitted_s[span], acts.kind[span], acts.price[span], acts.origin[span])
