"""The stake kernel: which coin makes the next block, and when.

At every step of the time grid each mature coin has one try; it wins with chance p = target * value / 2^256.
Seen in continuous time the coin has an exponential clock of rate r = -ln(1 - p) per step that rings within
the step with just that chance. Where several coins win a step, the one whose clock rang first makes the
block; on one network view nobody ever sees the others. Both kernels follow this one rule:

- *hashed* reads each clock off the coin's hash: with u = hash / 2^256 it rings at ln(1 - u) / ln(1 - p).
- *sampled* draws from the law that follows. Clocks together ring as one clock of the summed rate, and the
  coin that rang has a chance in proportion to its rate. The rates need not be summed: candidates are drawn
  from a faster clock, proportional to value, and thinned by the ratio of the true rate to the faster one.

A certain win (p of 1 or more) counts as p = 1 - 2^-64, so that two such coins have clocks too.
"""

from __future__ import annotations

from typing import Final

from chain.draws import Draws
from chain.hashing import sha256d
from chain.logarithm import FRACTION_BITS, HALF, ONE, log_ratio, minus_log
from chain.protocols.protocol import NoEligibleCoins
from chain.protocols.qtum.coins import Coin, CoinBook

HASH_BITS: Final = 256
_TO_FRACTION: Final = HASH_BITS - FRACTION_BITS
_DRAW_TO_FRACTION: Final = 128 - FRACTION_BITS


def clock_ratio(winning: int) -> int:
    """Return -ln(1 - p) / p for p = winning / 2^256, in 64-bit fixed point; only the logarithm's p is cut."""
    chance = winning >> _TO_FRACTION
    if chance <= HALF:
        return log_ratio(chance)
    return (minus_log(max(ONE - chance, 1)) << FRACTION_BITS) // chance


def sampled_winner(book: CoinBook, target: int, draws: Draws) -> tuple[int, Coin]:
    """Return the number of grid steps until the next block, at least 1, and the coin that makes it."""
    _check_weight(book)
    fastest_ratio = clock_ratio(min(target * book.largest_sat, 2**HASH_BITS))
    rate = target * book.mature_sat * fastest_ratio
    waited = 0
    while True:
        waited += minus_log((draws.word() >> _DRAW_TO_FRACTION) + 1)
        coin = book.draw(draws)
        height = draws.below(fastest_ratio)
        if height < ONE or height < clock_ratio(target * coin.value_sat):
            return (waited << HASH_BITS) // rate + 1, coin


def hashed_winner(
    book: CoinBook, target: int, modifier: bytes, parent_time_s: int, grid_s: int
) -> tuple[int, Coin]:
    """Return the number of grid steps until the next block, at least 1, and the coin that makes it."""
    _check_weight(book)
    tries = [(coin, target * coin.value_sat, kernel_prefix(coin, modifier)) for coin in book.mature_coins()]
    steps = 0
    while True:
        steps += 1
        time = (parent_time_s + steps * grid_s).to_bytes(4, "little")
        best: tuple[int, int, Coin] | None = None
        for coin, threshold, prefix in tries:
            proof = int.from_bytes(sha256d(prefix + time), "little")
            if proof <= threshold:
                rang = (*_ringing(proof, threshold), coin)
                if best is None or rang[0] * best[1] < best[0] * rang[1]:
                    best = rang
        if best is not None:
            return steps, best[2]


def kernel_prefix(coin: Coin, modifier: bytes) -> bytes:
    """Return what is hashed before the candidate time: modifier, time of the coin's block, outpoint."""
    return modifier + coin.time_s.to_bytes(4, "little") + coin.transaction + coin.output.to_bytes(4, "little")


def _ringing(proof: int, threshold: int) -> tuple[int, int]:
    """Return the moment within the step as numerator and denominator: -ln(1 - u) over -ln(1 - p)."""
    return proof * clock_ratio(proof), threshold * clock_ratio(threshold)


def _check_weight(book: CoinBook) -> None:
    if not book.mature_sat:
        raise NoEligibleCoins(f"of {book.total_sat} satoshi none is mature, so that no block can follow")
