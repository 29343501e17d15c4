"""Statistics that KPIs rest on, in integers and exactly rounded sums: no machine changes a last bit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction


def gini(amounts: Sequence[int]) -> float | None:
    """Return the Gini coefficient of whole amounts ≥ 0, None where they are none or sum to 0.

    G = Σ (2i − n − 1)·x_i / (n·Σ x_i) over ascending x_i: the mean absolute difference of two owners over
    twice the mean, without small-sample correction; 0 is equality, (n − 1)/n is one owner of everything.
    """
    total = sum(amounts)
    if total == 0:
        return None
    count = len(amounts)
    weighted = sum((2 * rank - count - 1) * amount for rank, amount in enumerate(sorted(amounts), start=1))
    return weighted / (count * total)


def fewest_above_half(amounts: Iterable[int]) -> int | None:
    """Return how many of the largest whole amounts make more than half of all, None where all is 0."""
    ordered = sorted(amounts, reverse=True)
    total, held = sum(ordered), 0
    for count, amount in enumerate(ordered, start=1):
        held += amount
        if 2 * held > total:
            return count
    return None


def fewest_with(amounts: Iterable[int], share: Fraction) -> int | None:
    """Return how many of the largest whole amounts make at least a share of all, None where all is 0."""
    ordered = sorted(amounts, reverse=True)
    total, held = sum(ordered), 0
    for count, amount in enumerate(ordered, start=1):
        held += amount
        if total and held >= share * total:
            return count
    return None


def quantile(values: Sequence[float], share: Fraction) -> float:
    """Return the smallest value that at least `share` of `values` do not exceed (order statistic ⌈share·n⌉).

    Infinite values count; `values` must not be empty.
    """
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def median(amounts: Sequence[int]) -> float | None:
    """Return the median, the mean of the middle two of an even number, None of nothing."""
    if not amounts:
        return None
    ordered, middle = sorted(amounts), len(amounts) // 2
    return ordered[middle] / 1 if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def time_mean(times_s: Sequence[float], values: Sequence[float]) -> float | None:
    """Return the mean over time, linear between readings, None with fewer than two distinct times."""
    spans = [
        (later - earlier, (first + second) / 2)
        for earlier, later, first, second in zip(times_s, times_s[1:], values, values[1:], strict=False)
    ]
    whole_s = math.fsum(span for span, _ in spans)
    if whole_s <= 0:
        return None
    return math.fsum(span * value for span, value in spans) / whole_s
