"""The KPIs of a run: pure functions of its tables and of a small frozen context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sim.metrics.kpi import ONE_RUN, YEAR_S, Kpi, KpiContext
from sim.metrics.kpis_acts import act_kpis
from sim.metrics.kpis_chain import chain_kpis
from sim.metrics.kpis_records import measured_kpis, record_kpis
from sim.metrics.kpis_token import reward_kpis, token_kpis
from sim.metrics.window import Tables

__all__ = ["ONE_RUN", "RESTS_ON", "YEAR_S", "Kpi", "KpiContext", "compute"]

_DEMAND = ("population.patients", "population.source")
_SHARING = (*_DEMAND, "sharing.present_probability")
_REWARDS = (*_DEMAND, "emission.rate", "rewards.patient_points", "rewards.provider_points")
_STAKE = ("staking.staked_qtum", "staking.stakers", "staking.zipf_exponent")
_HOLDERS = ("token.opening_supply_med", "token.opening_holders", "token.zipf_exponent")

RESTS_ON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "chain.tx_offered": _DEMAND,
        "chain.tx_included": _DEMAND,
        "chain.tx_failed": _DEMAND,
        "chain.tx_expired": (*_DEMAND, "mempool.expiry_s"),
        "chain.tps_mean": _DEMAND,
        "chain.acts_per_s": _SHARING,
        "chain.gas_used_share": (*_DEMAND, "chain.gas_limit_gas"),
        "chain.latency_p50_s": ("chain.confirmation_depth_blocks",),
        "chain.latency_p99_s": ("chain.confirmation_depth_blocks",),
        "chain.mempool_max_tx": _DEMAND,
        "chain.nakamoto_halt": _STAKE,
        "chain.staked_share": (*_STAKE, "chain.opening_height"),
        "act.visits": _DEMAND,
        "act.visits_attempted": _DEMAND,
        "act.records_anchored": _DEMAND,
        "act.shares": _SHARING,
        "act.repeat_tests_avoided": (*_SHARING, "sharing.lookback_days"),
        "act.gas_per_visit": ("rewards.epoch_days",),
        "act.fee_per_visit_krw": ("fees.gas_price_sat", "economy.qtum_krw"),
        "token.supply_med": ("token.opening_supply_med", "emission.rate"),
        "token.circulating_med": ("token.opening_supply_med", "token.treasury_share", "emission.rate"),
        "token.inflation_year_share": ("emission.rate",),
        "token.gini": (*_HOLDERS, *_REWARDS),
        "token.gini_all": (*_HOLDERS, *_REWARDS),
        "token.nakamoto_holders": (*_HOLDERS, *_REWARDS),
        "reward.patient_med": _REWARDS,
        "reward.provider_med": _REWARDS,
        "reward.staker_native": ("chain.opening_height", *_STAKE),
        "record.proofs_verified": _SHARING,
        "record.proofs_rejected": (*_SHARING, "sharing.forged_share"),
    }
)
"""Parameters whose value moves a KPI; its grade is the worst of theirs, S where it rests on none."""

_GRADES_FROM_WORST = ("U", "D", "S")


def compute(tables: Tables, context: KpiContext) -> dict[str, Kpi]:
    """Return every KPI by name, graded; undefined ones are null with a reason.

    `tables` are those of `sim.metrics.tables`, read from a stakeless observer's chain after a drain to
    finality. Raises `ValueError` for an empty window.
    """
    if context.window_s <= 0:
        raise ValueError(f"the window is empty: {context.window_start_s} s to {context.window_end_s} s")
    kpis = {
        **chain_kpis(tables, context),
        **act_kpis(tables, context),
        **token_kpis(tables, context),
        **reward_kpis(tables, context),
        **record_kpis(tables, context),
        **measured_kpis(context),
    }
    return {name: replace(kpi, grade=_grade(name, context.grades)) for name, kpi in kpis.items()}


def _grade(name: str, grades: Mapping[str, str]) -> str:
    found = {grades[key] for key in RESTS_ON.get(name, ()) if key in grades}
    return next((grade for grade in _GRADES_FROM_WORST if grade in found), "S")
