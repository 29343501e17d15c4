"""The stake kernel: which coins may make the next block, and when.

At every step of the time grid each mature coin has one try; it wins with chance p = target * value / 2^256.
Seen in continuous time the coin has an exponential clock of rate r = -ln(1 - p) per step that rings within
the step with just that chance. Where several coins win a step, they come in the order in which their clocks rang;
on one network view nobody ever sees any but the first. Both kernels follow this one rule:

- *hashed* reads each clock off the coin's hash: with u = hash / 2^256 it rings at ln(1 - u) / ln(1 - p).
- *sampled* draws from the law that follows. Clocks together ring as one clock of the summed rate, and the
  coin that rang has a chance in proportion to its rate. The rates need not be summed: candidates are drawn
  from a faster clock, proportional to value, and thinned by the ratio of the true rate to the faster one.
  Clocks forget: after a ring the race goes on as it began. A coin that rings again within one step has won it
  once.

A certain win (p of 1 or more) counts as p = 1 - 2^-64, so that two such coins have clocks too.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple, Protocol

from chain.draws import Draws
from chain.hashing import sha256d
from chain.logarithm import FRACTION_BITS, HALF, ONE, log_ratio, minus_log
from chain.protocols.qtum.book import Book
from chain.protocols.qtum.coins import Coin

HASH_BITS: Final = 256
MOMENT_BITS: Final = 32
_TO_FRACTION: Final = HASH_BITS - FRACTION_BITS
_DRAW_TO_FRACTION: Final = 128 - FRACTION_BITS
_MOMENT_MASK: Final = (1 << MOMENT_BITS) - 1


class Win(NamedTuple):
    """A coin that wins a step: `steps` after the parent, at least 1, and `moment` / 2^32 of the way into it."""

    steps: int
    moment: int
    coin: Coin


class Place(Protocol):
    """Where a coin book can be had, such as a state's `BookAt`."""

    def book(self) -> Book:
        """Return the book as it is there, to be read at once."""


def clock_ratio(winning: int) -> int:
    """Return -ln(1 - p) / p for p = winning / 2^256, in 64-bit fixed point; only the logarithm's p is cut."""
    chance = winning >> _TO_FRACTION
    if chance <= HALF:
        return log_ratio(chance)
    return (minus_log(max(ONE - chance, 1)) << FRACTION_BITS) // chance


def sampled_wins(at: Place, target: int, draws: Draws) -> Iterator[Win]:
    """Yield the wins on one state in their order, without end; nothing where no coin is mature."""
    book = at.book()
    if not book.mature_sat:
        return
    fastest_ratio = clock_ratio(min(target * book.largest_sat, 2**HASH_BITS))
    rate = target * book.drawable_sat * fastest_ratio
    delegations = book.delegations
    waited, step, won = 0, 0, set[int]()
    while True:
        waited += minus_log((draws.word() >> _DRAW_TO_FRACTION) + 1)
        coin = book.draw(draws)
        height = draws.below(fastest_ratio)
        if height >= ONE and height >= clock_ratio(target * coin.value_sat):
            continue
        if delegations is not None and not delegations.may_stake(coin):
            continue
        at_moment = (waited << HASH_BITS + MOMENT_BITS) // rate
        steps = (at_moment >> MOMENT_BITS) + 1
        if steps != step:
            step = steps
            won.clear()
        if coin.serial not in won:
            won.add(coin.serial)
            yield Win(steps, at_moment & _MOMENT_MASK, coin)
            book = at.book()
            delegations = book.delegations


def hashed_wins(at: Place, target: int, modifier: bytes, parent_time_s: int, grid_s: int) -> Iterator[Win]:
    """Yield the wins on one state in their order, without end; nothing where no coin is mature."""
    tries = [
        (coin, target * coin.value_sat, kernel_prefix(coin, modifier)) for coin in at.book().mature_coins()
    ]
    steps = 0
    while tries:
        steps += 1
        time = (parent_time_s + steps * grid_s).to_bytes(4, "little")
        rang: list[tuple[Fraction, Coin]] = []
        for coin, threshold, prefix in tries:
            proof = int.from_bytes(sha256d(prefix + time), "little")
            if proof <= threshold:
                rang.append((_ringing(proof, threshold), coin))
        rang.sort(key=lambda ring: ring[0])
        for moment, coin in rang:
            yield Win(steps, min(int(moment * (1 << MOMENT_BITS)), _MOMENT_MASK), coin)


def kernel_prefix(coin: Coin, modifier: bytes) -> bytes:
    """Return what is hashed before the candidate time: modifier, time of the coin's block, outpoint."""
    return modifier + coin.time_s.to_bytes(4, "little") + coin.transaction + coin.output.to_bytes(4, "little")


def _ringing(proof: int, threshold: int) -> Fraction:
    """Return the moment within the step: -ln(1 - u) over -ln(1 - p)."""
    return Fraction(proof * clock_ratio(proof), threshold * clock_ratio(threshold))
