"""The capacity law: what a protocol's rules can carry, whatever the network does.

Acts/s = the least over the resources of floor(limit / use an act), over the mean interval that the rules give.
For a mix of acts, an act is a visit with all that it brings.
"""

from __future__ import annotations

from dataclasses import dataclass

from chain.network.maker import ConstantMaker
from chain.network.queue_maker import RESOURCES
from sim.protocol_runs import run
from sim.stress.chains import Chain
from sim.stress.mix import Mix


@dataclass(frozen=True)
class MeanInterval:
    """Mean and standard deviation of the interval that the rules give without load, and the mean's standard error."""

    mean_s: float
    deviation_s: float
    error_s: float
    blocks: int


@dataclass(frozen=True)
class Law:
    """What the law says: visits a block and a second, and the resource that binds; None where nothing binds."""

    interval: MeanInterval
    visits_per_block: int | None
    visits_per_s: float | None
    resource: str | None


def mean_interval(chain: Chain, *, seed: int, blocks: int) -> MeanInterval:
    """Measure the interval between canonical blocks of a chain that carries nothing, block by block."""
    statistics = run(chain.settings, seed=seed, blocks=blocks, maker=ConstantMaker()).statistics
    intervals = statistics.interval_s
    assert intervals.mean is not None
    deviation_s = intervals.deviation or 0.0
    # Successive intervals hardly depend on each other; a retarget rule makes the error smaller still.
    return MeanInterval(intervals.mean, deviation_s, deviation_s / intervals.count**0.5, intervals.count)


def law_of(chain: Chain, mix: Mix, interval: MeanInterval) -> Law:
    """Return the law for a chain and a load; what others use of a block is gone before."""
    uses = mix.use_per_visit()
    others = (*chain.background_per_s(), 0.0)
    fits = {
        RESOURCES[number]: int(
            max(0.0, chain.limits[number] - others[number] * interval.mean_s) // uses[number]
        )
        for number in chain.counted
        if uses[number]
    }
    if not fits:
        return Law(interval, None, None, None)
    resource = min(fits, key=lambda name: fits[name])
    return Law(interval, fits[resource], fits[resource] / interval.mean_s, resource)
