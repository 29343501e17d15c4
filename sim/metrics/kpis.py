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

__all__ = ["METADATA", "ONE_RUN", "RESTS_ON", "YEAR_S", "Kpi", "KpiContext", "compute"]

_DEMAND = (
    "population.patients", "population.source", "population.resample", "time.days", "time.warmup_days",
)  # fmt: skip
_RHYTHM = ("dpos.slot_s", "bft.commit_pause_s", "lottery.interval_s", "notary.batch_s")
_ROOM = (
    "chain.gas_limit_gas", "dpos.cpu_limit", "dpos.net_limit_bytes", "bft.block_limit_bytes", "lottery.gas_limit_gas",
)  # fmt: skip
_MEANS = ("dpos.payer_stake_med", "dpos.points_regeneration_days", "bft.payer_purse_med")
_PRICES = ("fees.gas_price_sat", "bft.gas_price_med_units", "lottery.gas_price_sat")
_BLOCKS = ("chain.protocol", "time.days", "time.warmup_days", *_RHYTHM)
_OTHERS = ("background.transactions_per_day", "fees.pricing")
_INCLUDED = (*_DEMAND, *_MEANS)
_LATENCY = (*_INCLUDED, *_OTHERS, *_RHYTHM, *_ROOM, "chain.confirmation_depth_blocks")
_FORKS = (
    *_BLOCKS, "network.views", "network.validator_regions", "network.latency_factor", "network.one_way_trips",
    "network.bandwidth_mbit_per_second", "network.validation_gas_per_second",
)  # fmt: skip
_FINALITY = (*_FORKS, "chain.confirmation_depth_blocks", "dpos.dynasty_seats")
_SHARING = (
    *_DEMAND, "sharing.present_probability", "sharing.forged_share", "sharing.lookback_days",
    "sharing.disclosed_leaves",
)  # fmt: skip
_COST = (*_DEMAND, "checkin.direction", "fees.payer", "rewards.epoch_days")
_EMISSION = ("emission.rate", "economy.person_weight", "rewards.epoch_days", "time.days", "time.warmup_days")
_PUNISHMENT = (
    "bft.signed_window_blocks", "bft.minimum_signed_share", "bft.downtime_jail_s", "bft.downtime_slash_share",
    "bft.double_sign_slash_share",
)  # fmt: skip
_MINTED = (
    "emission.source", "dpos.reward_numerator", "bft.inflation", "bft.inflation_minimum", "bft.inflation_maximum",
    "bft.assumed_block_s", *_RHYTHM,
)  # fmt: skip
_SUPPLY = (*_EMISSION, *_MINTED, *_PUNISHMENT)
_REWARDS = (
    *_DEMAND, *_EMISSION, "token.opening_supply_med", "rewards.patient_points", "rewards.provider_points",
    "rewards.curve",
)  # fmt: skip
_STAKE = (
    "staking.staked_qtum", "staking.stakers", "staking.zipf_exponent", "dpos.producers", "dpos.dynasty_seats",
    "dpos.staked_share", "bft.validators", "bft.staked_share", "lottery.miners", *_PUNISHMENT,
)  # fmt: skip
_STAKED = ("dpos.staked_share", "dpos.payer_stake_med", "bft.staked_share")
_SALE = (
    "sale.buyers", "sale.median_purchase_krw", "sale.purchase_sigma", "sale.largest_purchase_krw", "sale.qtum_krw",
    "sale.allocation_share", "sale.team_share", "sale.team_members", "first_presale.med_per_qtum",
    "second_presale.med_per_qtum", "main_sale.med_per_qtum", "main_sale.cap_med", "main_sale.raised_cap_med",
)  # fmt: skip
_HOLDERS = (
    "token.opening_supply_med", "token.opening", "token.treasury_share", "token.opening_holders",
    "token.zipf_exponent", *_SALE, *_STAKE, *_MEANS, *_MINTED,
)  # fmt: skip
_NO_MARKET = ()

RESTS_ON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "chain.blocks": _BLOCKS,
        "chain.block_interval_mean_s": ("chain.protocol", *_RHYTHM),
        "chain.gas_used_share": (*_DEMAND, *_RHYTHM, *_ROOM),
        "chain.mempool_max_tx": (*_DEMAND, *_RHYTHM, *_ROOM, "mempool.limit_tx", "mempool.account_limit_tx"),
        "chain.tx_offered": _DEMAND,
        "chain.tx_included": _INCLUDED,
        "chain.tx_failed": (*_DEMAND, "checkin.grace_s", "checkin.ticket_validity_s"),
        "chain.tx_expired": (*_INCLUDED, "mempool.expiry_s"),
        "chain.tps_mean": _INCLUDED,
        "chain.acts_per_s": _SHARING,
        "chain.latency_p50_s": _LATENCY,
        "chain.latency_p99_s": _LATENCY,
        "chain.finality_p50_s": _FINALITY,
        "chain.finality_p99_s": _FINALITY,
        "chain.orphan_share": _FORKS,
        "chain.stale_ratio": _FORKS,
        "chain.reorg_depth_max": _FORKS,
        "chain.nakamoto_halt": _STAKE,
        "chain.staked_share": (*_STAKE, *_MINTED, "dpos.payer_stake_med", "chain.opening_height"),
        "act.visits": _DEMAND,
        "act.visits_attempted": _DEMAND,
        "act.records_anchored": _DEMAND,
        "act.shares": _SHARING,
        "act.repeat_tests_avoided": _SHARING,
        "act.gas_per_visit": _COST,
        "act.fee_per_visit_krw": (*_COST, *_PRICES, "economy.qtum_krw", "economy.eth_krw"),
        "token.supply_med": ("token.opening_supply_med", *_SUPPLY),
        "token.circulating_med": (
            *("token.opening_supply_med", "token.opening", "token.treasury_share", "sale.unsold"),
            *("sale.team_first_release", "first_presale.lock_days", "second_presale.lock_days"),
            *(*_SALE, *_SUPPLY, *_STAKED),
        ),
        "token.inflation_year_share": _SUPPLY,
        "token.price_krw": _NO_MARKET,
        "token.price_age_s": _NO_MARKET,
        "token.gini": (*_HOLDERS, *_REWARDS),
        "token.gini_all": (*_HOLDERS, *_REWARDS),
        "token.nakamoto_holders": (*_HOLDERS, *_REWARDS),
        "reward.patient_med": _REWARDS,
        "reward.provider_med": _REWARDS,
        "reward.staker_native": (*_BLOCKS, *_STAKE, *_MINTED, *_PRICES, "chain.opening_height"),
        "reward.per_visit_krw": _NO_MARKET,
        "record.proofs_verified": _SHARING,
        "record.proofs_rejected": _SHARING,
        "record.false_accepts": _SHARING,
        "record.false_rejects": _SHARING,
        "privacy.plaintext_on_chain_bytes": _SHARING,
        "sim.events": (),
        "sim.wall_s": (),
    }
)
"""Parameters whose value moves a KPI; its grade is the worst of theirs, S where it rests on none.

Those of other kinds of protocols than the run's are listed too: the context has no grades of them.
"""

METADATA = ("sim.events", "sim.wall_s")
"""What tells of the computation and not of the simulated world: it has no grade."""

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
    if name in METADATA:
        return ""
    found = {grades[key] for key in RESTS_ON[name] if key in grades}
    return next((grade for grade in _GRADES_FROM_WORST if grade in found), "S")
