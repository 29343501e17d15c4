"""How far a count may lie from what is expected, when each of n draws falls to somebody with the same chance."""

from __future__ import annotations

import math

LEVEL = 0.95
_DEVIATIONS = 12
"""So many standard deviations around the mean hold all of the probability that a double can tell from 0."""


def bounds(draws: int, chance: float, level: float = LEVEL) -> tuple[int, int]:
    """Return the least counts that are not exceeded with (1 - level)/2 and (1 + level)/2 of the probability.

    Exact but for the tails beyond 12 standard deviations. `chance` is between 0 and 1.
    """
    if draws <= 0 or chance <= 0:
        return 0, 0
    if chance >= 1:
        return draws, draws
    mean = draws * chance
    reach = _DEVIATIONS * math.sqrt(mean * (1 - chance)) + _DEVIATIONS
    first, last = max(0, math.floor(mean - reach)), min(draws, math.ceil(mean + reach))
    whole = math.lgamma(draws + 1)
    below, low = 0.0, first
    for count in range(first, last + 1):
        below += math.exp(
            whole
            - math.lgamma(count + 1)
            - math.lgamma(draws - count + 1)
            + count * math.log(chance)
            + (draws - count) * math.log1p(-chance)
        )
        if below < (1 - level) / 2:
            low = count + 1
        if below >= (1 + level) / 2:
            return low, count
    return low, last
