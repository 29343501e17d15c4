"""How fast blocks were heard of, in memory that does not grow with them: counts in narrow steps, by region."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from chain.network.tree import Block
from sim.metrics.rows import RowCollector

STEPS_PER_DOUBLING: Final = 32
"""So many equal steps lie between a time and its double: a time is known within 3.2 %."""


class Propagation:
    """Counts, block by block, when each node heard of it; `regions` are those of the network's nodes, in order."""

    def __init__(self, regions: Sequence[str]) -> None:
        self._regions = tuple(regions)
        self._counts: Counter[tuple[str, float]] = Counter()

    def heard(self, block: Block) -> None:
        """Count a block that nothing is going to happen to any more."""
        arrivals_s = block.arrivals_s.tolist()
        for node, (region, arrival_s) in enumerate(zip(self._regions, arrivals_s, strict=True)):
            if node != block.producer:
                self._counts[region, step_end_s(arrival_s - block.made_s)] += 1

    def write(self, rows: RowCollector) -> None:
        """Write a row for every region and step in which anything was heard."""
        for (region, within_s), deliveries in sorted(self._counts.items()):
            rows.append(
                region=region,
                within_s=within_s if math.isfinite(within_s) else None,
                deliveries=deliveries,
            )


def step_end_s(time_s: float) -> float:
    """Return the upper end of the step in which a time lies, by its exponent and leading bits alone."""
    if time_s <= 0:
        return 0.0
    if not math.isfinite(time_s):
        return math.inf
    mantissa, exponent = math.frexp(time_s)
    steps = math.ceil(mantissa * 2 * STEPS_PER_DOUBLING)
    return math.ldexp(steps / (2 * STEPS_PER_DOUBLING), exponent)
