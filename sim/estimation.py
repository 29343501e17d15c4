"""What a scenario will take: transactions from the visit plan, seconds and megabytes from short real runs."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chain.engines.choice import available_engines
from sim.agents.epochs import ACCOUNTS_PER_SETTLEMENT
from sim.calendar import Calendar
from sim.chance import Chance
from sim.population.planning import plan_visits
from sim.population.population import load as load_population
from sim.results.results import RunResults
from sim.results.writer import ReportMaker, write_run
from sim.scenario import Scenario, override, parameters
from sim.units import SECONDS_PER_DAY

TRANSACTIONS_PER_VISIT = 3
"""Check-in, anchor, credit."""
TRANSACTIONS_PER_PROVIDER = 2
"""Registration and certification."""

CALIBRATION = ((1, 4), (1, 20), (6, 4))
"""Days and patients of the short runs: they tell what opening, transactions and idle blocks each cost."""

Simulate = Callable[[Scenario], RunResults]


@dataclass(frozen=True)
class Demand:
    """What the visit plan asks of the chain.

    Of the planned `visits`, `still_in_care` end after the run; they are not attended and send nothing.
    """

    visits: int
    still_in_care: int
    patients: int
    providers: int
    transactions: int


@dataclass(frozen=True)
class Trial:
    """What one short run took; `size_bytes` is its whole run directory, report included."""

    transactions: int
    blocks: int
    span_s: float
    wall_s: float
    size_bytes: int


@dataclass(frozen=True)
class Estimate:
    """What a run will take on one engine; megabytes are of its whole run directory, report included."""

    engine: str
    transactions: int
    blocks: int
    seconds: float
    megabytes: float


def engines(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the engines that a scenario can run on here."""
    allowed = next(entry.allowed for entry in parameters(scenario) if entry.key == "chain.engine")
    return tuple(name for name in available_engines() if name in allowed)


def demand(scenario: Scenario) -> Demand:
    """Count the visits of a scenario and the transactions they lead to, when none fails.

    Everyone with a visit registers once; every epoch is closed and settled once, with everybody in it.
    """
    plan = plan_visits(
        load_population(scenario.population.source),
        patients=scenario.population.patients,
        resample=scenario.population.resample,
        days=scenario.time.days,
        calendar=Calendar(scenario.time.start, scenario.time.zone),
        chance=Chance(scenario.seed),
    )
    still_in_care = sum(visit.end_s >= scenario.duration_s for visit in plan.visits)
    visitors = len({visit.patient_id for visit in plan.visits})
    settlements = math.ceil((visitors + len(plan.providers)) / ACCOUNTS_PER_SETTLEMENT)
    epochs = scenario.time.days // scenario.rewards.epoch_days
    transactions = (
        visitors
        + TRANSACTIONS_PER_PROVIDER * len(plan.providers)
        + TRANSACTIONS_PER_VISIT * (len(plan.visits) - still_in_care)
        + epochs * (1 + settlements)
    )
    return Demand(len(plan.visits), still_in_care, visitors, len(plan.providers), transactions)


def trials(
    scenario: Scenario, engine: str, simulate: Simulate, make_report: ReportMaker | None
) -> list[Trial]:
    """Run the scenario small, in the sizes of `CALIBRATION`, on one engine, and return what each took.

    Each run directory is written to a temporary folder and measured there, with its report if one is made.
    """
    return [
        _trial(override(scenario, _small(scenario, engine, *size)), simulate, make_report)
        for size in CALIBRATION
    ]


def estimate(scenario: Scenario, engine: str, wanted: Demand, measured: Sequence[Trial]) -> Estimate:
    """Extend what short runs took to the whole: a fixed part, a part a transaction, a part a block."""
    longest = max(measured, key=lambda trial: trial.blocks)
    blocks = round(scenario.time.days * SECONDS_PER_DAY * longest.blocks / longest.span_s)
    size = (1.0, wanted.transactions, blocks)
    return Estimate(
        engine,
        wanted.transactions,
        blocks,
        _extended(measured, [trial.wall_s for trial in measured], size),
        _extended(measured, [trial.size_bytes / 1e6 for trial in measured], size),
    )


def _extended(measured: Sequence[Trial], costs: Sequence[float], size: Sequence[float]) -> float:
    """Value at `size` of the plane through the trials; a part measured below nothing counts as nothing."""
    sizes = np.array([[1.0, trial.transactions, trial.blocks] for trial in measured])
    scale = sizes.max(axis=0)
    parts = np.linalg.lstsq(sizes / scale, np.array(costs), rcond=None)[0]
    return float(np.clip(parts, 0.0, None) @ (np.array(size) / scale))


def _small(scenario: Scenario, engine: str, days: int, patients: int) -> Mapping[str, object]:
    return {
        "time.days": min(days, scenario.time.days),
        "time.warmup_days": 0,
        "population.patients": min(patients, scenario.population.patients),
        "chain.engine": engine,
        "faults.plant": "none",
    }


def _trial(scenario: Scenario, simulate: Simulate, make_report: ReportMaker | None) -> Trial:
    results = simulate(scenario)
    blocks = results.tables["blocks"]
    return Trial(
        transactions=len(results.tables["transactions"]),
        blocks=int(blocks["count"].sum()),
        span_s=float(blocks["time_s"].max()),
        wall_s=results.wall_s,
        size_bytes=_size_bytes(results, make_report),
    )


def _size_bytes(results: RunResults, make_report: ReportMaker | None) -> int:
    with tempfile.TemporaryDirectory(prefix="medsim-estimate-") as folder:
        run = write_run(Path(folder), results, make_report=make_report).path
        return sum(file.stat().st_size for file in run.rglob("*") if file.is_file())
