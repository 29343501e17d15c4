"""Chance: every random draw of a run, keyed and counter-based.

A draw is a pure function of (root seed, replication, stream name, entity, ordinal of that entity's
decision). There is no state to advance, so that adding a stream, an entity or a decision shifts nobody
else's draws, and two policies can be compared on common random numbers. Use one stream for one kind of
decision: two kinds of draw at the same stream, entity and ordinal read the same underlying words.

The generator is Philox4x64-10 (Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011), word
for word that of `numpy.random.Philox`; NumPy's distributions are not used, because they may change and use
the processor's own logarithms.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, TypeVar

import numpy as np

from sim import maths

Item = TypeVar("Item")

WORD_BITS: Final = 64
_WORD_MASK: Final = 2**WORD_BITS - 1
_BLOCK_WORDS: Final = 4
_NANO: Final = 10**9

# Multipliers and Weyl increments of Philox4x64 (Salmon et al. 2011, table 2 and section 4.3), and its ten
# round keys' offsets, made once.
_MULTIPLIER_0: Final = 0xD2E7470EE14C6C93
_MULTIPLIER_1: Final = 0xCA5A826395121157
_ROUND_OFFSETS: Final = tuple((n * 0x9E3779B97F4A7C15, n * 0xBB67AE8584CAA73B) for n in range(10))

# Beyond this many words, constructing NumPy's generator (13 µs) beats running the rounds here (5 µs a block).
_NUMPY_PAYS_FROM_WORDS: Final = 12


def philox_block(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return the four 64-bit words of Philox4x64-10 for `key` and `counter` (lowest word first).

    NumPy's generator steps its counter before its first block: `Philox(key=k, counter=c).random_raw(4)` is
    the block of c + 1.
    """
    key_0, key_1 = key
    word_0, word_1, word_2, word_3 = counter
    for offset_0, offset_1 in _ROUND_OFFSETS:
        product_0 = _MULTIPLIER_0 * word_0
        product_1 = _MULTIPLIER_1 * word_2
        word_0 = (product_1 >> WORD_BITS) ^ word_1 ^ ((key_0 + offset_0) & _WORD_MASK)
        word_2 = (product_0 >> WORD_BITS) ^ word_3 ^ ((key_1 + offset_1) & _WORD_MASK)
        word_1 = product_1 & _WORD_MASK
        word_3 = product_0 & _WORD_MASK
    return word_0, word_1, word_2, word_3


@dataclass(frozen=True)
class Chance:
    """The root of all draws of one run: a seed and the number of the replication."""

    seed: int
    replication: int = 0

    def stream(self, name: str) -> Stream:
        """Return the stream called `name`: the same name gives the same draws, whatever else exists."""
        label = f"{self.seed}/{self.replication}/{name}".encode()
        key = hashlib.blake2b(label, digest_size=16, person=b"medsim stream").digest()
        return Stream(name, (int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")))


@dataclass(frozen=True)
class Stream:
    """One named kind of decision. A draw names its entity and the ordinal of that entity's decision."""

    name: str
    key: tuple[int, int] = field(repr=False)

    def integer(self, entity: str | int, ordinal: int, below: int) -> int:
        """Return an integer exactly uniform on 0 .. `below` - 1 (Lemire 2019, with rejection)."""
        return _bounded(self._words(entity, ordinal), below)

    def uniform(self, entity: str | int, ordinal: int) -> float:
        """Return a value uniform on [0, 1), rounded down to a multiple of 1e-9, so that 1 is never drawn."""
        return ((self._first_word(entity, ordinal) * _NANO) >> WORD_BITS) / _NANO

    def happens(self, entity: str | int, ordinal: int, probability: float) -> bool:
        """Return True with `probability` (0 to 1), decided on integers: 0 never happens, 1 always."""
        if not 0 <= probability <= 1:
            raise ValueError(f"a probability lies between 0 and 1, got {probability}")
        return self._first_word(entity, ordinal) < int(probability * 2.0**WORD_BITS)

    def octets(self, entity: str | int, ordinal: int, length: int) -> bytes:
        """Return `length` uniform bytes: nonces, salts and secrets of simulated persons."""
        if length < 0:
            raise ValueError(f"a length is at least 0, got {length}")
        count = -(-length // 8)
        if count >= _NUMPY_PAYS_FROM_WORDS:
            return self._generator(entity, ordinal).random_raw(count).astype("<u8").tobytes()[:length]
        words = self._words(entity, ordinal)
        return b"".join(next(words).to_bytes(8, "little") for _ in range(count))[:length]

    def weighted(self, entity: str | int, ordinal: int, weights: Sequence[int]) -> int:
        """Return an index drawn in proportion to integer `weights` (>= 0, not all 0)."""
        sums = list(accumulate(weights))
        if not sums or sums[-1] <= 0 or min(weights) < 0:
            raise ValueError("weights are integers of at least 0, and not all 0")
        return bisect_right(sums, self.integer(entity, ordinal, sums[-1]))

    def exponential(self, entity: str | int, ordinal: int, mean: float) -> float:
        """Return an exponential value of `mean`, in its unit, rounded to 1e-9."""
        return maths.rounded(-maths.ln(self._open_uniform(entity, ordinal)) * mean)

    def normal(self, entity: str | int, ordinal: int, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Return a normal value of `mean` and standard `deviation` (>= 0), rounded to 1e-9."""
        quantile = maths.normal_quantile(self._open_uniform(entity, ordinal))
        return maths.rounded(mean + deviation * quantile)

    def lognormal(self, entity: str | int, ordinal: int, median: float, sigma: float) -> float:
        """Return a log-normal value: `median` × e^(sigma × standard normal), rounded to 1e-9."""
        return maths.rounded(median * maths.exp(self.normal(entity, ordinal, 0.0, sigma)))

    def shuffled(self, entity: str | int, ordinal: int, items: Sequence[Item]) -> list[Item]:
        """Return `items` in a uniformly random order (Fisher-Yates)."""
        order = list(items)
        words = self._words(entity, ordinal, len(order))
        for last in range(len(order) - 1, 0, -1):
            other = _bounded(words, last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def _open_uniform(self, entity: str | int, ordinal: int) -> float:
        """A uniform value strictly between 0 and 1: the middle of one of 2^52 equal cells."""
        return float(2 * (self._first_word(entity, ordinal) >> 12) + 1) * 2.0**-53

    def _first_word(self, entity: str | int, ordinal: int) -> int:
        return next(self._words(entity, ordinal))

    def _words(self, entity: str | int, ordinal: int, expected: int = 1) -> Iterator[int]:
        """Yield a draw's words without end; about so many are `expected` to be taken."""
        if expected >= _NUMPY_PAYS_FROM_WORDS:
            generator = self._generator(entity, ordinal)
            while True:
                yield from generator.random_raw(expected).tolist()
        counter = _counter(entity, ordinal)
        words = [(counter >> shift) & _WORD_MASK for shift in (64, 128, 192)]
        block = 0
        while True:
            block += 1
            yield from philox_block(self.key, (block, words[0], words[1], words[2]))

    def _generator(self, entity: str | int, ordinal: int) -> np.random.Philox:
        low, high = self.key
        return np.random.Philox(key=low | high << WORD_BITS, counter=_counter(entity, ordinal))


def _counter(entity: str | int, ordinal: int) -> int:
    """The 256-bit counter of a decision: 128 bits of entity, 64 of ordinal, 64 for the blocks of one draw."""
    if not 0 <= ordinal <= _WORD_MASK:
        raise ValueError(f"an ordinal lies between 0 and 2^64 - 1, got {ordinal}")
    label = entity if isinstance(entity, str) else f"\0{entity}"
    digest = hashlib.blake2b(label.encode(), digest_size=16, person=b"medsim entity").digest()
    return int.from_bytes(digest, "little") << 128 | ordinal << WORD_BITS


def _bounded(words: Iterator[int], below: int) -> int:
    if below < 1:
        raise ValueError(f"an integer is drawn below at least 1, got {below}")
    count = max(1, -(-below.bit_length() // WORD_BITS))
    space = 1 << (WORD_BITS * count)
    rejected_below = None
    while True:
        value = 0
        for _ in range(count):
            value = value << WORD_BITS | next(words)
        result, remainder = divmod(value * below, space)
        if remainder >= below:
            return result
        if rejected_below is None:
            rejected_below = space % below
        if remainder >= rejected_below:
            return result
