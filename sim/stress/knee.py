"""Where a chain saturates: load is raised in wide steps, then halved in between until the place is narrow.

The knee is the largest load at which at least 99 % of the visits submitted in the window are on the chain by its
end, what was submitted does become final, and nodes execute no more gas a second than they can. A queue that grows
shows as a share below 99 %: over the window served + growth of the queue = submitted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sim.stress.capacity import Law
from sim.stress.step import Step

CARRIED_SHARE: Final = 0.99
WIDTH_SHARE: Final = 0.02
MOST_HALVINGS: Final = 7
SLOW: Final = 1.25
"""How much longer canonical intervals are, against those without load, where it is the network that limits."""

LOWER: Final = 4.0
"""By how much the load is divided while not even the least is carried."""

Measure = Callable[[float], Step]
"""Takes a load in visits/s."""


@dataclass(frozen=True)
class Knee:
    """Where the chain saturates, with its standard error; None where the largest load was carried.

    `limited_by` is what the first load beyond it ran into: `rules` (blocks are full), `network` (branches do not meet,
    nothing becomes final, or blocks come much slower than without load), `execution` (nodes cannot keep up) or nothing.
    """

    visits_per_s: float | None
    error_visits_per_s: float | None
    limited_by: str | None
    beyond: Step | None


def carries(step: Step) -> bool:
    """Tell whether a chain carried a step's load."""
    return step.served_share >= CARRIED_SHARE and not _broke(step) and not step.overrun


def _broke(step: Step) -> bool:
    return step.diverged or not step.final


def find(
    measure: Measure, loads: Sequence[float], *, interval_s: float, execution_gas_per_s: float
) -> tuple[list[Step], Knee]:
    """Measure all `loads` (rising, visits/s) and what lies around the knee; return the steps by load, and the knee."""
    steps = {load: measure(load) for load in loads}
    load = min(steps)
    for _ in range(MOST_HALVINGS):
        if carries(steps[load]):
            break
        load /= LOWER
        steps[load] = measure(load)
    for _ in range(MOST_HALVINGS):
        low, high = _bracket(steps)
        if low is None or high is None or high <= low * (1 + WIDTH_SHARE):
            break
        middle = (low * high) ** 0.5
        steps[middle] = measure(middle)
    ordered = [steps[load] for load in sorted(steps)]
    return ordered, _knee(steps, interval_s, execution_gas_per_s)


def _bracket(steps: dict[float, Step]) -> tuple[float | None, float | None]:
    """Return the largest load below which all are carried, and the next."""
    low = None
    for load in sorted(steps):
        if not carries(steps[load]):
            return low, load
        low = load
    return low, None


def _limited_by(beyond: Step, interval_s: float) -> str:
    if beyond.overrun:
        return "execution"
    slow = beyond.interval_mean_s > SLOW * interval_s
    return "network" if _broke(beyond) or slow else "rules"


def _knee(steps: dict[float, Step], interval_s: float, execution_gas_per_s: float) -> Knee:
    low, high = _bracket(steps)
    if high is None:
        return Knee(None, None, None, None)
    beyond = steps[high]
    limited_by = _limited_by(beyond, interval_s)
    if low is None:
        return Knee(0.0, 0.0, limited_by, beyond)
    place = _place(steps[low], beyond, limited_by, execution_gas_per_s)
    visits_per_s = low + (high - low) * place
    # The place is somewhere in the bracket; and the blocks of a window come faster or slower than in the long run.
    served = beyond.served_visits_per_s
    spread = 0.0 if limited_by != "rules" or not served else beyond.served_error_visits_per_s / served
    error = ((high - low) ** 2 / 12 + (spread * visits_per_s) ** 2) ** 0.5
    return Knee(visits_per_s, error, limited_by, beyond)


def _place(low: Step, high: Step, limited_by: str, execution_gas_per_s: float) -> float:
    """Return how far from the load that is carried to the one that is not the limit lies, 0 to 1."""
    if limited_by == "execution":
        before, after, limit = low.gas_per_s, high.gas_per_s, execution_gas_per_s
    elif limited_by == "rules":
        before, after, limit = low.served_share, high.served_share, CARRIED_SHARE
    else:
        return 0.5
    if before == after:
        return 0.5
    return min(1.0, max(0.0, (limit - before) / (after - before)))


def gap_share(knee: Knee, law: Law) -> float | None:
    """Return the knee over the law, less 1; None where one of them is not there."""
    if knee.visits_per_s is None or law.visits_per_s is None:
        return None
    return knee.visits_per_s / law.visits_per_s - 1
