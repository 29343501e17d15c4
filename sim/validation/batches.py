"""Error bars by batch means: successive blocks depend on each other, batches of many hardly do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from sim.protocol_runs.running import Outcome, Playing

BATCHES: Final = 50


def played_in_batches(
    playing: Playing, blocks: int, count: Callable[[Playing], Sequence[float]]
) -> tuple[Outcome, list[list[float]]]:
    """Play until the chain has `blocks` blocks; return the outcome and what `count` rose by in each batch."""
    marks = [list(count(playing))]
    for batch in range(1, BATCHES + 1):
        until = blocks * batch // BATCHES
        while playing.length < until:
            playing.step()
        marks.append(list(count(playing)))
    rises = [
        [after - before for before, after in zip(earlier, later, strict=True)]
        for earlier, later in pairwise(marks)
    ]
    return playing.finish(blocks), rises


def ratio_of_sums(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, float]:
    """Return sum(parts) / sum(wholes) and its standard error from the batches.

    The error is that of the ratio estimator (Cochran, Sampling Techniques, 1977, section 6.4): the spread of the
    batches around the common ratio. Of no wholes, both are 0.
    """
    whole, count = sum(wholes), len(wholes)
    if not whole:
        return 0.0, 0.0
    ratio = sum(parts) / whole
    squares = sum((part - ratio * size) ** 2 for part, size in zip(parts, wholes, strict=True))
    return ratio, float((count / (count - 1) * squares) ** 0.5 / whole)
