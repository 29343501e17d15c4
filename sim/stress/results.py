"""A stress test as a directory: tables, KPIs, scenario, manifest; whole or not at all, like a run's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

import pandas as pd

from sim.metrics.kpi import Kpi
from sim.metrics.rows import RowCollector
from sim.metrics.stress_tables import ACTS, CLAIMS, GRID, KNEES, STEPS, STRESS_SCHEMAS
from sim.results.digest import Digested
from sim.results.encoding import Json, readable_json
from sim.results.files import (
    SCHEMA_VERSION,
    STRESS_KIND,
    kpis_detail_json,
    kpis_json,
    parquet,
    table_path,
)
from sim.results.results import directory_name
from sim.scenario import Scenario, parameters
from sim.stress.knee import carries, gap_share
from sim.stress.step import Step
from sim.stress.sweep import Curve, GridPoint, Outcome

ENGINE = "stress"
"""Stands where a run's directory names its engine: no EVM executes the load."""

NOT_REACHED = "every load that was tried was carried"
NO_LAW = "no rule limits a block"

_DIGITS = 9


@dataclass(frozen=True)
class StressResults(Digested):
    """A whole stress test in memory; `versions` and `wall_s` are metadata outside the digest."""

    outcome: Outcome
    wall_s: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """What was stressed."""
        return self.outcome.scenario

    @property
    def directory_name(self) -> str:
        """Name of the directory it is written to."""
        return stress_directory_name(self.scenario)

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table of a stress test."""
        rows = {name: RowCollector(schema) for name, schema in STRESS_SCHEMAS.items()}
        for place, curve in enumerate(self.outcome.curves):
            for step in curve.steps:
                rows[STEPS.name].append(**_step_row(curve, step))
            rows[KNEES.name].append(**_knee_row(self.scenario, curve, place))
        for point in self.outcome.grid:
            rows[GRID.name].append(**_grid_row(point))
        for row in _act_rows(self.outcome.curves):
            rows[ACTS.name].append(**row)
        for claim in self.outcome.claims:
            rows[CLAIMS.name].append(
                claim=claim.claim,
                source=claim.source,
                unit=claim.unit,
                claimed_least=claim.least,
                claimed_most=claim.most,
                measured=_real(claim.measured),
                error=_real(claim.error),
                holds=claim.holds,
                remark=claim.remark,
            )
        return {name: collector.frame() for name, collector in rows.items()}

    @cached_property
    def kpis(self) -> Mapping[str, Kpi]:
        """The figures by which a stress test is compared: `chain.<what>.<protocol>[.batched]`."""
        found: dict[str, Kpi] = {}
        for curve in self.outcome.curves:
            name = curve.chain.protocol + ("" if curve.mix.batching == "none" else ".batched")
            row = _knee_row(self.scenario, curve, 0)
            for what, unit, missing in (
                ("knee_visits_per_s", "visits/s", NOT_REACHED),
                ("law_visits_per_s", "visits/s", NO_LAW),
                ("gap_share", "0–1", NO_LAW),
                ("peak_ratio", "1", NOT_REACHED),
            ):
                value = row[what]
                assert value is None or isinstance(value, float)
                found[f"chain.{what}.{name}"] = Kpi(
                    value, unit, None if value is not None else missing, n=len(curve.steps), grade="U"
                )
            found[f"chain.block_interval_mean_s.{name}"] = Kpi(
                _real(curve.law.interval.mean_s), "s", n=curve.law.interval.blocks, grade="S"
            )
        return found

    def files(self, *, report: bool) -> dict[str, bytes]:
        """Return all files that DONE seals, by path; `report` is whether a report will stand beside them."""
        manifest: dict[str, Json] = {
            "schema_version": SCHEMA_VERSION,
            "kind": STRESS_KIND,
            "scenario": self.scenario.name,
            "scenario_hash": self.scenario.stress_digest,
            "seed": self.scenario.seed,
            "engine": ENGINE,
            "versions": dict(self.versions),
            "wall_s": self.wall_s,
            "digest": self.digest,
            "table_digests": dict(self.table_digests),
            "report": report,
        }
        inputs: list[Json] = [asdict(parameter) for parameter in parameters(self.scenario)]
        files = {
            "manifest.json": readable_json(manifest).encode(),
            "scenario.toml": self.scenario.to_toml().encode(),
            "inputs.json": readable_json(inputs).encode(),
            "kpis.json": readable_json(kpis_json(self.kpis)).encode(),
            "kpis_detail.json": readable_json(kpis_detail_json(self.kpis)).encode(),
        }
        return files | {table_path(name): parquet(name, frame) for name, frame in self.tables.items()}


def stress_directory_name(scenario: Scenario) -> str:
    """Return the name of the directory of a scenario's stress test."""
    return directory_name(scenario.name, scenario.stress_digest, scenario.seed, ENGINE)


def _real(value: float | None) -> float | None:
    """Return a figure as it is kept: rounded beyond what anybody reads, so that no last bit matters."""
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def _step_row(curve: Curve, step: Step) -> dict[str, object]:
    fullest = max(step.fullness, key=lambda name: step.fullness[name], default=None)
    return {
        "protocol": curve.chain.protocol,
        "batching": curve.mix.batching,
        "offered_visits_per_s": _real(step.offered_visits_per_s),
        "submitted_visits_per_s": _real(step.submitted_visits_per_s),
        "served_visits_per_s": _real(step.served_visits_per_s),
        "served_error_visits_per_s": _real(step.served_error_visits_per_s),
        "served_share": _real(step.served_share),
        "acts_per_s": _real(step.acts_per_s),
        "gas_per_s": _real(step.gas_per_s),
        "blocks": step.blocks,
        "window_s": step.window_s,
        "interval_mean_s": step.interval_mean_s,
        "visits_per_block": _real(step.visits_per_block),
        "fullness": None if fullest is None else _real(step.fullness[fullest]),
        "fullest_resource": fullest,
        "latency_p50_s": step.latency.p50_s,
        "latency_p90_s": step.latency.p90_s,
        "latency_p99_s": step.latency.p99_s,
        "never_final_tx": step.latency.never,
        "mempool_mean_tx": _real(step.waiting_mean_tx),
        "mempool_max_tx": step.waiting_max_tx,
        "backlog_tx_per_s": _real(step.backlog_per_s),
        "evicted_tx": step.evicted_tx,
        "expired_tx": step.expired_tx,
        "fee_p10": step.fee_p10,
        "fee_p50": step.fee_p50,
        "fee_p90": step.fee_p90,
        "fee_least": step.fee_least,
        "orphan_share": _real(step.orphan_share),
        "reorganisation_max_blocks": step.reorganisation_max_blocks,
        "propagation_p90_s": step.propagation_p90_s,
        "block_mean_bytes": _real(step.block_mean_bytes),
        "final": step.final,
        "diverged": step.diverged,
        "overrun": step.overrun,
        "carried": carries(step),
    }


def _knee_row(scenario: Scenario, curve: Curve, place: int) -> dict[str, object]:
    law, knee, interval = curve.law, curve.knee, curve.law.interval
    gas, size_bytes, cpu = curve.mix.use_per_visit()
    factors: dict[str, float | None] = dict.fromkeys(("filling_factor", "orphan_factor", "pace_factor"))
    if knee.beyond is not None and law.visits_per_block:
        counting = 1 - knee.beyond.orphan_share
        factors["filling_factor"] = knee.beyond.visits_per_block / law.visits_per_block
        factors["orphan_factor"] = counting
        factors["pace_factor"] = (
            interval.mean_s / (knee.beyond.interval_mean_s * counting) if counting else None
        )
    peak = scenario.stress.national_peak_visit_rate
    return {
        "protocol": curve.chain.protocol,
        "batching": curve.mix.batching,
        "place": place,
        "knee_visits_per_s": _real(knee.visits_per_s),
        "knee_error_visits_per_s": _real(knee.error_visits_per_s),
        "limited_by": knee.limited_by,
        "largest_load_visits_per_s": _real(curve.steps[-1].offered_visits_per_s),
        "law_visits_per_s": _real(law.visits_per_s),
        "law_visits_per_block": law.visits_per_block,
        "law_resource": law.resource,
        "interval_mean_s": interval.mean_s,
        "interval_deviation_s": interval.deviation_s,
        "interval_error_s": interval.error_s,
        "gap_share": _real(gap_share(knee, law)),
        **{name: _real(value) for name, value in factors.items()},
        "gas_per_visit": _real(gas),
        "bytes_per_visit": _real(size_bytes),
        "cpu_per_visit": _real(cpu),
        "acts_per_visit": _real(curve.mix.acts_per_visit),
        "peak_ratio": _real(peak / knee.visits_per_s) if knee.visits_per_s else None,
    }


def _grid_row(point: GridPoint) -> dict[str, object]:
    step, law = point.step, point.law
    return {
        "protocol": point.chain.protocol,
        "limit_factor": _real(point.limit_factor),
        "interval_factor": _real(point.interval_factor),
        "limit": point.limit,
        "resource": law.resource,
        "interval_mean_s": law.interval.mean_s,
        "law_visits_per_s": _real(law.visits_per_s),
        "served_visits_per_s": _real(step.served_visits_per_s),
        "served_error_visits_per_s": _real(step.served_error_visits_per_s),
        "orphan_share": _real(step.orphan_share),
        "final": step.final,
        "diverged": step.diverged,
        "overrun": step.overrun,
    }


def _act_rows(curves: tuple[Curve, ...]) -> list[dict[str, object]]:
    mixes = {curve.mix.batching: curve.mix for curve in curves}
    return [
        {
            "batching": batching,
            "stream": stream.name,
            "act": part.kind.name,
            "per_visit": _real(stream.per_visit),
            "gas": part.kind.gas_gas,
            "gas_limit_gas": part.kind.reserves[0],
            "size_bytes": part.kind.size_bytes,
            "cpu": part.kind.cpu,
        }
        for batching, mix in mixes.items()
        for stream in mix.streams
        for part in stream.parts
    ]
