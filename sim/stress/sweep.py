"""All of a stress test: every protocol with and without batching, limits and intervals, claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from chain.contracts.rehearsal.acts import MeasuredAct, batch_name, measure_batches, read_snapshot
from sim.scenario import Scenario
from sim.stress.capacity import Law, MeanInterval, law_of, mean_interval
from sim.stress.chains import MANNERS, Chain, chain_of
from sim.stress.claims import Claim, check, saturated
from sim.stress.knee import Knee, find
from sim.stress.mix import Mix, health_mix
from sim.stress.step import Load, Step, blocks_of_step, play

LOADS: Final = (0.02, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.05, 1.2, 1.6, 2.5)
"""Loads of a protocol over what the law says, before those around the knee."""

LOADS_BATCHED: Final = (0.1, 0.5, 0.8, 0.95, 1.05, 1.3)

LOADS_WITHOUT_LAW: Final = (0.02, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0)
"""Loads over the nation's peak, where no rule limits a block."""

Told = Callable[[str, float, float], None]
"""Takes what is being done, and how much of all work is done, of how much, in parts of any size."""


@dataclass(frozen=True)
class Curve:
    """A protocol under one load mix: its law, steps by load, and knee."""

    chain: Chain
    mix: Mix
    law: Law
    steps: tuple[Step, ...]
    knee: Knee


@dataclass(frozen=True)
class GridPoint:
    """A saturated chain with another limit or interval; the law for these numbers beside it."""

    chain: Chain
    limit_factor: float
    interval_factor: float
    limit: int
    law: Law
    step: Step


@dataclass(frozen=True)
class Outcome:
    """A whole stress test."""

    scenario: Scenario
    acts: dict[str, MeasuredAct]
    curves: tuple[Curve, ...]
    grid: tuple[GridPoint, ...]
    claims: tuple[Claim, ...]


def measured_acts(batch_size: int) -> dict[str, MeasuredAct]:
    """Return gas and bytes of all acts; batches of a size that the snapshot lacks are measured now."""
    acts = read_snapshot()
    sizes = [size for size in (1, batch_size) if batch_name("anchor_batch", size) not in acts]
    return acts | (measure_batches(sizes) if sizes else {})


def run(scenario: Scenario, told: Told | None = None) -> Outcome:
    """Play all of it; raises `InputError` where a protocol's numbers do not allow a factor's change."""
    stress = scenario.stress
    protocols = stress.protocols.split()
    acts = measured_acts(stress.batch_size)
    alone = health_mix(stress, acts, batched=False)
    batched = health_mix(stress, acts, batched=True)
    mixes = [alone] if batched.batching == "none" else [alone, batched]
    points = [point for protocol in protocols for point in _points(scenario, protocol)]
    work = _Work(told, _curve_work(protocols, len(mixes)) + len(points) + _CLAIMS_WORK)

    @cache
    def plain(protocol: str) -> Chain:
        return chain_of(scenario, protocol)

    @cache
    def interval(protocol: str) -> MeanInterval:
        blocks = MANNERS[protocol].blocks_factor * stress.interval_blocks
        return mean_interval(plain(protocol), seed=scenario.seed, blocks=blocks)

    curves = []
    for protocol in protocols:
        for mix in mixes:
            law = law_of(plain(protocol), mix, interval(protocol))
            curves.append(_curve(scenario, plain(protocol), mix, law, work))
    grid = []
    for protocol, changes, limit_factor, interval_factor, limit in points:
        chain = chain_of(scenario, protocol, changes)
        work.begin(f"{protocol}, limit × {limit_factor:g}, interval × {interval_factor:g}")
        blocks = max(100, MANNERS[protocol].blocks_factor * stress.interval_blocks // 3)
        pace = mean_interval(chain, seed=scenario.seed, blocks=blocks)
        law, step = saturated(scenario, chain, alone, pace)
        work.done(1)
        if step is not None:
            grid.append(GridPoint(chain, limit_factor, interval_factor, limit, law, step))
    work.begin("claims")
    claims = check(scenario, protocols, plain, lambda chain: interval(chain.protocol), alone)
    work.done(_CLAIMS_WORK)
    return Outcome(scenario, acts, tuple(curves), tuple(grid), tuple(claims))


_CLAIMS_WORK: Final = 4
_HALVINGS_EXPECTED: Final = 4


def _curve_work(protocols: list[str], mixes: int) -> int:
    """Return about how many steps the curves take."""
    return len(protocols) * (len(LOADS) + (mixes - 1) * len(LOADS_BATCHED) + mixes * _HALVINGS_EXPECTED)


class _Work:
    """Tells how far the work has come, in steps."""

    def __init__(self, told: Told | None, total: float) -> None:
        self._told, self._total, self._sum, self._title = told, total, 0.0, ""

    def begin(self, title: str) -> None:
        self._title = title
        self.within(0, 1)

    def within(self, part: int, whole: int) -> None:
        if self._told is not None:
            self._told(self._title, min(self._sum + part / whole, self._total), self._total)

    def done(self, steps: float) -> None:
        self._sum += steps
        self.within(0, 1)


def _curve(scenario: Scenario, chain: Chain, mix: Mix, law: Law, work: _Work) -> Curve:
    base = law.visits_per_s or scenario.stress.national_peak_visit_rate
    factors: Sequence[float] = LOADS if mix.batching == "none" else LOADS_BATCHED
    if not law.visits_per_s:
        factors = LOADS_WITHOUT_LAW

    def measure(load: float) -> Step:
        work.begin(f"{chain.protocol} at {load:,.3g} visits/s, batching: {mix.batching}")
        blocks = blocks_of_step(scenario, chain, mix, load, law.interval.mean_s)
        warmup = min(scenario.stress.warmup_blocks, blocks // 4)
        step = play(scenario, chain, Load(mix, load, blocks, warmup), work.within)
        work.done(1)
        return step

    execution = float(scenario.network.validation_gas_per_second)
    loads = [base * factor for factor in factors]
    steps, knee = find(measure, loads, interval_s=law.interval.mean_s, execution_gas_per_s=execution)
    return Curve(chain, mix, law, tuple(steps), knee)


def _points(scenario: Scenario, protocol: str) -> list[tuple[str, dict[str, object], float, float, int]]:
    """Return what is changed at each point of the grid: one number at a time, and the unchanged chain once."""
    manners, parameters = MANNERS[protocol], chain_of(scenario, protocol).settings.parameters
    key = manners.limit_key
    if key is None:
        return []
    limit = getattr(parameters, key)
    points: dict[tuple[float, float], tuple[str, dict[str, object], float, float, int]] = {}
    for factor in map(float, scenario.stress.gas_limit_factors.split()):
        changed = max(1, int(limit * factor))
        points[factor, 1.0] = (protocol, {key: changed}, factor, 1.0, changed)
    if manners.interval_key is not None:
        interval = getattr(parameters, manners.interval_key)
        for factor in map(float, scenario.stress.interval_factors.split()):
            value = max(1, round(interval * factor)) if manners.whole_interval else interval * factor
            actual = value / interval
            points[1.0, actual] = (protocol, {manners.interval_key: value}, 1.0, actual, limit)
    return [points[place] for place in sorted(points)]
