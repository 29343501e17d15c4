"""One step: a chain under a constant load, from an empty queue through a warm-up to figures with error bars."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from chain.network.events import BlockMade, Event, Settled, TipMoved
from chain.network.queue_maker import BYTES, RESOURCES, Filled, QueueMaker
from chain.network.statistics import Statistics
from sim.network.places import topology_of
from sim.protocol_runs.building import build
from sim.protocol_runs.running import network_of
from sim.scenario import Scenario
from sim.stress.arrivals import PoissonActs
from sim.stress.chains import Chain
from sim.stress.mix import PAPERS, Mix

BATCHES: Final = 20
"""Parts of a step whose figures tell the error of the whole."""

LEAST_BLOCKS: Final = 60
DRAIN_BLOCKS: Final = 20
"""Blocks after the measured ones, beside the confirmations, in which what was submitted before may become final."""

MOST_UNSETTLED_BLOCKS: Final = 150
"""A step ends where so many blocks wait for everybody to agree on them: its branches run side by side for good."""

ACTS_BEYOND: Final = 2
"""A step ends early where so many times the acts were submitted that it was planned for at most."""

LEAST_FOR_P99: Final = 299

Told = Callable[[int, int], None]
"""Takes the blocks by which the chain has grown, and those wanted."""


@dataclass(frozen=True)
class Load:
    """What is offered for how long."""

    mix: Mix
    visits_per_s: float
    blocks: int
    warmup_blocks: int


@dataclass(frozen=True)
class Latency:
    """Times from submission to finality in seconds; None where more acts than that never got there, or too few."""

    p50_s: float | None
    p90_s: float | None
    p99_s: float | None
    acts: int
    never: int


@dataclass(frozen=True)
class Step:
    """What a step measured. Rates are per second of the window; shares 0 to 1; fees in multiples of the least price.

    `served` counts visits all of whose papers are on the canonical chain, `error` is the standard error of the served
    rate by batch means. `backlog_per_s` is what the queue grew by, in acts a second. `final` is whether at least half
    of the canonical blocks became final. Where the branches of the chain never met again the step was `diverged` and
    ended early; where blocks held more gas a second than a node executes,
    nodes were `overrun`: a block's execution delays that block alone here, and the rate stands as if they kept up.
    """

    offered_visits_per_s: float
    submitted_visits_per_s: float
    served_visits_per_s: float
    served_error_visits_per_s: float
    acts_per_s: float
    gas_per_s: float
    window_s: float
    blocks: int
    visits_per_block: float
    interval_mean_s: float
    fullness: dict[str, float]
    latency: Latency
    waiting_mean_tx: float
    waiting_max_tx: int
    backlog_per_s: float
    evicted_tx: int
    expired_tx: int
    fee_p10: float | None
    fee_p50: float | None
    fee_p90: float | None
    fee_least: float | None
    orphan_share: float
    reorganisation_max_blocks: int
    propagation_p90_s: float | None
    block_mean_bytes: float
    final: bool
    diverged: bool
    overrun: bool

    @property
    def served_share(self) -> float:
        """Served over submitted visits."""
        if not self.submitted_visits_per_s:
            return 1.0
        return self.served_visits_per_s / self.submitted_visits_per_s


def blocks_of_step(scenario: Scenario, chain: Chain, mix: Mix, visits_per_s: float, interval_s: float) -> int:
    """Return how many blocks a step of this load is measured over."""
    acts_per_block = visits_per_s * mix.acts_per_visit * interval_s
    affordable = int(scenario.stress.most_acts_per_step / max(acts_per_block, 1e-9))
    return max(LEAST_BLOCKS, min(chain.manners.blocks_factor * scenario.stress.blocks_per_step, affordable))


def play(scenario: Scenario, chain: Chain, load: Load, told: Told | None = None) -> Step:
    """Play one step and return its figures; the same arguments give the same figures."""
    stage = build(chain.settings, scenario.seed)
    stage = replace(stage, topology=topology_of(scenario.network, stage.validators))
    mix = load.mix
    arrivals = PoissonActs(
        mix,
        load.visits_per_s,
        start_s=float(stage.state.timestamp_s),
        seed=scenario.seed,
        bid_premium=scenario.stress.bid_premium,
        origin=stage.observer,
    )
    mean_bytes = int(mix.use_per_visit()[BYTES] / mix.acts_per_visit)
    maker = QueueMaker(
        arrivals,
        [part.kind for part in mix.parts],
        chain.limits,
        order=chain.manners.order,
        delays_s=stage.topology.votes_s(mean_bytes),
        most_waiting_tx=scenario.mempool.limit_tx,
        expiry_s=scenario.mempool.expiry_s,
        background=chain.background_of(),
        fees_sat=chain.fees_sat_of(),
        executes_first=chain.manners.execution == "first",
    )
    network = network_of(stage, maker)
    recorder = _Recorder(chain, stage, load, scenario.network.validation_gas_per_second)
    # A chain that falls behind takes longer for its blocks, while acts keep coming: memory sets an end.
    most_acts = ACTS_BEYOND * scenario.stress.most_acts_per_step
    while not recorder.is_over and maker.count < most_acts:
        recorder.take(network.step())
        if told is not None and recorder.grown != recorder.told:
            recorder.told = recorder.grown
            told(recorder.grown, recorder.wanted)
    recorder.take(network.drain())
    return recorder.figures(maker)


class _Recorder:
    """Follows the events of a step and keeps what its figures need."""

    def __init__(self, chain: Chain, stage: Any, load: Load, execution_gas_per_s: int) -> None:
        self._chain, self._load = chain, load
        self._execution_gas_per_s = execution_gas_per_s
        self.statistics = Statistics(
            stage.validators, stage.observer, chain.settings["statistics.confirmations"]
        )
        self._observer = stage.observer
        self._opening = stage.state.number
        self._depth = None if chain.manners.final else chain.settings["statistics.confirmations"]
        drain = DRAIN_BLOCKS + chain.settings["statistics.confirmations"]
        self._from = self._opening + load.warmup_blocks
        self._to = self._from + load.blocks
        self.wanted = load.warmup_blocks + load.blocks + drain
        self.grown = self.told = 0
        self._unsettled = self._most_unsettled = 0
        self._opening_s = self._from_s = self._to_s = float(stage.state.timestamp_s)
        self._canonical: list[tuple[float, Filled]] = []
        self._unfinal: deque[tuple[int, Filled]] = deque()
        self._final: list[tuple[float, Filled]] = []

    @property
    def is_over(self) -> bool:
        return self.grown >= self.wanted or self.diverged

    @property
    def diverged(self) -> bool:
        return self._most_unsettled > MOST_UNSETTLED_BLOCKS

    def take(self, events: Iterable[Event]) -> None:
        if not events:
            return
        self.statistics.take(events)
        for event in events:
            if type(event) is BlockMade:
                self._unsettled += 1
                self._most_unsettled = max(self._most_unsettled, self._unsettled)
                number = event.block.number
                if number - self._opening > self.grown:
                    self.grown = number - self._opening
                    if number == self._from:
                        self._from_s = event.block.made_s
                    if number <= self._to:
                        self._to_s = event.block.made_s
            elif type(event) is Settled:
                self._unsettled -= 1
                if event.canonical:
                    self._canonical.append((event.block.made_s, event.block.content.handle))
            elif type(event) is TipMoved and event.node == self._observer:
                self._moved(event)

    def _moved(self, event: TipMoved) -> None:
        if event.removed:
            first = event.removed[-1].number
            while self._unfinal and self._unfinal[-1][0] >= first:
                self._unfinal.pop()
        self._unfinal += [(block.number, block.content.handle) for block in event.added]
        tip = event.new
        last = tip.final_number if self._depth is None else tip.number - self._depth + 1
        while self._unfinal and self._unfinal[0][0] <= last:
            self._final.append((event.moment_s, self._unfinal.popleft()[1]))

    def figures(self, maker: QueueMaker) -> Step:
        if self._to_s <= self._from_s:
            # It diverged within the warm-up: all there is counts.
            self._from_s = self._opening_s
        window_s = max(self._to_s - self._from_s, 1e-9)
        inside = [
            (made_s, filled) for made_s, filled in self._canonical if self._from_s < made_s <= self._to_s
        ]
        submitted = (maker.submitted_s > self._from_s) & (maker.submitted_s <= self._to_s)
        asked = self._visits(np.bincount(maker.kind[submitted], minlength=len(maker.kinds)))
        served, error = self._served(inside, maker, window_s)
        acts = (
            np.concatenate([filled.acts for _, filled in inside]) if inside else np.empty(0, dtype=np.int64)
        )
        waiting = [filled.waiting_tx for _, filled in inside]
        counts = self.statistics
        orphans, canonical = sum(counts.orphans), sum(counts.canonical)
        propagation = counts.propagation_s[0.9]
        fees = self._fees(maker, acts)
        blocks = len(inside)
        gas_per_s = sum(filled.gas_gas for _, filled in inside) / window_s
        executes = self._chain.manners.execution != "never"
        return Step(
            offered_visits_per_s=self._load.visits_per_s,
            submitted_visits_per_s=asked / window_s,
            served_visits_per_s=served / window_s,
            served_error_visits_per_s=error,
            acts_per_s=len(acts) / window_s,
            gas_per_s=gas_per_s,
            window_s=window_s,
            blocks=blocks,
            visits_per_block=served / blocks if blocks else 0.0,
            interval_mean_s=window_s / blocks if blocks else window_s,
            fullness=self._fullness(maker, inside, acts),
            latency=self._latency(maker, submitted),
            waiting_mean_tx=sum(waiting) / blocks if blocks else 0.0,
            waiting_max_tx=max(waiting, default=0),
            backlog_per_s=(waiting[-1] - waiting[0]) / window_s if blocks else 0.0,
            evicted_tx=maker.evicted_tx,
            expired_tx=maker.expired_tx,
            fee_p10=fees[0],
            fee_p50=fees[1],
            fee_p90=fees[2],
            fee_least=fees[3],
            orphan_share=orphans / (orphans + canonical) if canonical else 1.0,
            reorganisation_max_blocks=max(counts.reorganisations, default=0),
            propagation_p90_s=propagation.mean,
            block_mean_bytes=sum(filled.size_bytes for _, filled in inside) / blocks if blocks else 0.0,
            final=len(self._final) * 2 >= len(self._canonical),
            diverged=self.diverged,
            overrun=executes and gas_per_s > self._execution_gas_per_s,
        )

    def _visits(self, by_kind: NDArray[np.int64]) -> float:
        """Return the visits all of whose papers are among so many acts by kind."""
        papers = dict.fromkeys(PAPERS, 0)
        for part, count in zip(self._load.mix.parts, by_kind.tolist(), strict=True):
            if part.paper is not None:
                papers[part.paper] += part.visits * count
        brought = {part.paper for part in self._load.mix.parts}
        return float(min(number for paper, number in papers.items() if paper in brought))

    def _served(
        self, inside: list[tuple[float, Filled]], maker: QueueMaker, window_s: float
    ) -> tuple[float, float]:
        """Return the served visits, and the standard error of their rate by batch means."""
        kinds = len(maker.kinds)
        total = np.zeros(kinds, dtype=np.int64)
        batches = [np.zeros(kinds, dtype=np.int64) for _ in range(BATCHES)]
        for made_s, filled in inside:
            counts = np.bincount(maker.kind[filled.acts], minlength=kinds)
            total += counts
            place = int((made_s - self._from_s) / window_s * BATCHES)
            batches[min(place, BATCHES - 1)] += counts
        rates = [self._visits(batch) / (window_s / BATCHES) for batch in batches]
        mean = sum(rates) / BATCHES
        variance = sum((rate - mean) ** 2 for rate in rates) / (BATCHES - 1)
        return self._visits(total), (variance / BATCHES) ** 0.5

    def _fullness(
        self, maker: QueueMaker, inside: list[tuple[float, Filled]], acts: NDArray[np.int64]
    ) -> dict[str, float]:
        """Return the share of each limited resource that the blocks used."""
        cpu = int(
            np.bincount(maker.kind[acts], minlength=len(maker.kinds)) @ np.array([k.cpu for k in maker.kinds])
        )
        used = (
            sum(filled.gas_gas for _, filled in inside),
            sum(filled.size_bytes for _, filled in inside),
            cpu,
        )
        return {
            RESOURCES[number]: used[number] / (self._chain.limits[number] * len(inside)) if inside else 0.0
            for number in self._chain.counted
        }

    def _latency(self, maker: QueueMaker, submitted: NDArray[np.bool_]) -> Latency:
        """Return times to finality of what was submitted in the window; what never became final is endless."""
        final_s = np.full(maker.count, np.inf)
        for moment_s, filled in self._final:
            final_s[filled.acts] = moment_s
        waits_s = np.sort((final_s - maker.submitted_s)[submitted])
        count = len(waits_s)
        never = int(np.isinf(waits_s).sum())

        def percentile(percent: int, least: int) -> float | None:
            if count < least:
                return None
            value = float(waits_s[min(count - 1, -(-count * percent // 100) - 1)])
            return value if value < float("inf") else None

        return Latency(percentile(50, 1), percentile(90, 10), percentile(99, LEAST_FOR_P99), count, never)

    def _fees(self, maker: QueueMaker, acts: NDArray[np.int64]) -> Sequence[float | None]:
        """Return the 10th, 50th and 90th percentile and the least of the prices that blocks took, over the least."""
        if self._chain.manners.order != "price" or not len(acts):
            return [None] * 4
        prices = np.sort(maker.price[acts])
        places = [-(-len(prices) * percent // 100) - 1 for percent in (10, 50, 90)]
        return [float(prices[max(place, 0)]) / 1_000 for place in places] + [float(prices[0]) / 1_000]
