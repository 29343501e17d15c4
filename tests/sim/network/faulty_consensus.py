"""Consensus alone under the faults of `[faults]`: played until well after they end, every node's finality watched."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pandas as pd

from chain.network.events import BlockMade, Event, Settled
from chain.network.network import network
from chain.network.tree import Block
from sim.metrics.rows import RowCollector
from sim.metrics.tables_network import FAULTS
from sim.network.fault_rows import FaultRows
from sim.network.injectors import Plan, plan_of
from sim.protocol_runs.building import Stage, build
from sim.protocol_runs.settings import resolve
from sim.scenario.chapters.faults import INJECTORS, Faults
from tests.chain.network.finality import FinalityWatch

INTERVAL_S: Final = {"qtum-2018": 144.0, "qtum-2021": 36.0, "medibloc-dpos": 3.0, "panacea-bft": 6.5}
"""Mean distance of blocks where nothing goes wrong, as the grid of steps and the votes make it."""

BLOCKS_TO_MOVE: Final = 20
"""Within so many intervals after healing the chain has moved."""

REFUSED: Final = {"panacea-bft": {"withheld", "skew"}}
"""Faults that mean nothing where votes decide."""

_TAIL_INTERVALS: Final = 60


_STAKERS: Final = ("stakers.count=21", "stakers.coins=120")


@cache
def staged(name: str, seed: int, first_share: float, changes: tuple[str, ...]) -> Stage:
    return build(resolve(name, [f"faults.concentration_share={first_share}", *_STAKERS, *changes]), seed)


@dataclass
class Outcome:
    """What a run under faults left."""

    stage: Stage
    plan: Plan
    events: list[Event]
    canonical: list[Block]
    watch: FinalityWatch
    state: Any
    rows: pd.DataFrame

    def row(self, fault: str) -> dict[str, Any]:
        return dict(self.rows.set_index("fault").loc[fault])


def window(name: str, *, begin: int = 20, length: int = 40) -> tuple[int, int]:
    """Return from and to (s since the start), given in mean intervals."""
    return round(begin * INTERVAL_S[name]), round((begin + length) * INTERVAL_S[name])


def injected(name: str, fault: str, *, begin: int = 20, length: int = 40, **settings: Any) -> dict[str, Any]:
    from_s, to_s = window(name, begin=begin, length=length)
    return {f"{fault}_from_s": from_s, f"{fault}_to_s": to_s, "catch_up_s": INTERVAL_S[name], **settings}


def ran(name: str, seed: int, settings: dict[str, Any], *changes: str) -> Outcome:
    """Play until everybody has heard of what was made long after the last fault."""
    faults = Faults(**settings)
    stage = staged(name, seed, faults.concentration_share, changes)
    start_s = float(stage.state.timestamp_s)
    stakes_sat = stage.protocol.stakes_sat(stage.state)
    assert stage.regions is not None
    plan = plan_of(
        faults,
        [stakes_sat[validator] for validator in stage.validators],
        (*stage.regions, stage.regions[0]),
        start_s=start_s,
        seed=b"faults %d" % seed,
        future_tolerance_s=stage.conditions.future_tolerance_s,
    )
    nodes = range(len(stage.topology))
    playing = network(
        stage.protocol, stage.state, stage.topology,
        conditions=plan.conditions, behaviours=plan.behaviours, watched=(stage.observer, *nodes[:-1]),
    )  # fmt: skip
    watch, rows, events = FinalityWatch(playing, nodes), FaultRows(plan), []
    end_s = max(injector.to_s for injector in plan.injectors) + _TAIL_INTERVALS * INTERVAL_S[name]
    while playing.next_event_s() < end_s:
        events += watch.take(playing.step())
    state = playing.tip(stage.observer).state
    events += playing.drain()
    for event in events:
        _count(rows, event)
    collector = RowCollector(FAULTS)
    rows.write(collector, stage.topology.names, faults.partitions_groups, start_s)
    settled = [event for event in events if isinstance(event, Settled)]
    for event in settled:
        if event.canonical:
            known = watch.settled.setdefault(event.block.number, event.block.serial)
            assert known == event.block.serial
    canonical = [event.block for event in settled if event.canonical]
    return Outcome(stage, plan, events, canonical, watch, state, collector.frame())


def _count(rows: FaultRows, event: Event) -> None:
    match type(event).__name__, event:
        case "SlotMissed", missed:
            rows.missed(missed)
        case "Reorganised", reorganised:
            rows.reorganised(reorganised)
        case "Settled", settled:
            rows.settled(settled.block, settled.canonical)


def check(outcome: Outcome, name: str) -> None:
    """Raise AssertionError unless the run was safe, and live again after each fault."""
    assert len(outcome.rows) == len(outcome.plan.injectors) > 0
    numbers = [block.number for block in outcome.canonical]
    first = outcome.stage.state.number + 1
    assert numbers == list(range(first, first + len(numbers)))
    moments_s = [block.made_s for block in outcome.canonical]
    assert moments_s == sorted(moments_s)
    made = sum(isinstance(event, BlockMade) for event in outcome.events)
    assert made == sum(isinstance(event, Settled) for event in outcome.events)
    assert outcome.stage.protocol.coins_sat(outcome.state) == _owed_sat(outcome)
    within_s = BLOCKS_TO_MOVE * INTERVAL_S[name]
    rows = list(outcome.rows.itertuples())
    for row in rows:
        if any(other.from_s < row.to_s + within_s and row.to_s < other.to_s for other in rows):
            continue  # nothing has healed while another fault lasts
        assert row.moved_after_s < within_s, f"{row.fault}: no block within {within_s} s of healing"


def _owed_sat(outcome: Outcome) -> int:
    """Opening + issued + fees that were issued again - burned."""
    protocol, opening, state = outcome.stage.protocol, outcome.stage.state, outcome.state
    issued_sat = protocol.subsidies_sat(state) - protocol.subsidies_sat(opening)
    reissued_sat = protocol.fees_reissued_sat(state) - protocol.fees_reissued_sat(opening)
    return int(protocol.coins_sat(opening) + issued_sat + reissued_sat - protocol.burned_sat(state))


def mixed(name: str, seed: int) -> dict[str, Any]:
    """Return a random mix of two to five faults whose windows lie anyhow, drawn from `seed`."""
    dice = random.Random(f"{name} {seed}")
    refused = REFUSED.get(name, set())
    names = dice.sample(sorted(INJECTORS.keys() - refused), dice.randint(2, 6 - len(refused) - 1))
    settings: dict[str, Any] = {
        "missed_probability": dice.choice([0.2, 0.7, 1.0]),
        "withheld_depth_blocks": dice.randint(1, 4),
        "withheld_attempts": dice.randint(1, 5),
        "skew_s": dice.choice([-4.0, -0.5, 0.5, 4.0]) * INTERVAL_S[name],
        "concentration_share": dice.choice([0.0, 0.0, 0.3]),
    }
    for fault in names:
        begin, length = dice.randint(1, 40), dice.randint(5, 60)
        settings |= injected(name, fault, begin=begin, length=length)
        settings[INJECTORS[fault]] = _whom(fault, dice)
    return settings


def _whom(fault: str, dice: random.Random) -> str:
    if fault == "partitions":
        return dice.choice(["JP", "JP AS", "EU", "JP | NA", "AS | EU NA"])
    return dice.choice(["1", "2 5", "1 3 7", "10%", "25%", "45%"])
