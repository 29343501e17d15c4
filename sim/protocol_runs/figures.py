"""The figures of a run: names with units, values, None where a figure is undefined."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from chain.network.distribution import Distribution
from sim.protocol_runs.running import Outcome

PERCENTILES: Final = {
    "p01": 0.01,
    "p05": 0.05,
    "p25": 0.25,
    "p50": 0.5,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
}


def figures(outcome: Outcome) -> dict[str, Any]:
    """Return all figures of a run as plain JSON values."""
    counts = outcome.statistics
    canonical, orphans = sum(counts.canonical), sum(counts.orphans)
    return {
        "preset": outcome.settings.preset.name,
        "seed": outcome.seed,
        "settings": {name: _shown(outcome, name) for name in outcome.settings.given},
        "blocks_canonical": canonical,
        "blocks_orphaned": orphans,
        "duration_s": counts.interval_s.count and _ratio_total(counts.interval_s),
        "interval_mean_s": counts.interval_s.mean,
        "interval_deviation_s": counts.interval_s.deviation,
        "interval_min_s": counts.interval_s.minimum,
        "interval_max_s": counts.interval_s.maximum,
        "interval_percentiles_s": _percentiles(counts.interval_s),
        "interval_percentiles_exact": counts.interval_s.is_exact,
        "orphan_share": ratio(orphans, orphans + canonical),
        "stale_ratio": ratio(orphans, canonical),
        "reorganisations": {
            "depth_max_blocks": max(counts.reorganisations, default=0),
            "nodes_by_depth": _by_depth(counts.reorganisations),
            "observer_by_depth": _by_depth(counts.observed_reorganisations),
        },
        "finality_s": _latency(counts.final_s),
        "confirmation_s": {"blocks": counts.confirmations, **_latency(counts.confirmed_s)},
        "propagation_s": {
            f"{share:.0%} of nodes": _latency(distribution)
            for share, distribution in counts.propagation_s.items()
        },
        "missed": {
            reason: sum(number for (_node, why), number in counts.missed.items() if why == reason)
            for reason in ("away", "idle")
        },
        "empty_slots": _empty_slots(outcome),
        "subsidy_sat": counts.subsidy_sat,
        "fees_sat": counts.fees_sat,
        "validators": validators(outcome),
        "delegators": delegators(outcome),
    }


def validators(outcome: Outcome) -> list[dict[str, Any]]:
    """Return a row a validator: place, stake, blocks, orphans, reward."""
    stage, counts = outcome.stage, outcome.statistics
    stakes_sat = stage.protocol.stakes_sat(outcome.opening)
    total_sat = sum(stakes_sat.values())
    before = stage.protocol.mature_sat_blocks(outcome.opening)
    after = stage.protocol.mature_sat_blocks(outcome.last)
    weights = {owner: after[owner] - before.get(owner, 0) for owner in after}
    paid_sat = sum(counts.rewards_sat.values())
    canonical = sum(counts.canonical)
    delegated_sat: Counter[str] = Counter()
    for staker in stage.stakers:
        if staker.delegates_to is not None:
            delegated_sat[staker.delegates_to] += stakes_sat[staker.owner_id]
    rows = []
    for node, name in enumerate(stage.validators):
        made, lost = counts.canonical[node], counts.orphans[node]
        rows.append(
            {
                "validator": name,
                "region": None if stage.regions is None else stage.regions[node],
                "stake_sat": stakes_sat.get(name, 0),
                "stake_share": ratio(stakes_sat.get(name, 0), total_sat),
                "delegated_sat": delegated_sat[name],
                "mature_weight_share": ratio(weights.get(name, 0), sum(weights.values())),
                "blocks": made,
                "block_share": ratio(made, canonical),
                "orphans": lost,
                "orphan_share": ratio(lost, lost + made),
                "stale_ratio": ratio(lost, made),
                "reward_sat": counts.rewards_sat[name],
                "reward_share": ratio(counts.rewards_sat[name], paid_sat),
                "reward_per_stake": ratio(counts.rewards_sat[name], stakes_sat.get(name, 0)),
                "missed": sum(number for (who, _why), number in counts.missed.items() if who == node),
            }
        )
    return rows


def delegators(outcome: Outcome) -> list[dict[str, Any]]:
    """Return a row for each who delegates: to whom, stake, reward."""
    stakes_sat, counts = outcome.stage.protocol.stakes_sat(outcome.opening), outcome.statistics
    return [
        {
            "delegator": staker.owner_id,
            "super_staker": staker.delegates_to,
            "stake_sat": stakes_sat[staker.owner_id],
            "reward_sat": counts.rewards_sat[staker.owner_id],
            "reward_per_stake": ratio(counts.rewards_sat[staker.owner_id], stakes_sat[staker.owner_id]),
        }
        for staker in outcome.stage.stakers
        if staker.delegates_to is not None
    ]


def ratio(part: float, whole: float) -> float | None:
    """Return part / whole, or None of nothing."""
    return part / whole if whole else None


def _ratio_total(distribution: Distribution) -> float:
    return (distribution.mean or 0.0) * distribution.count


def _percentiles(distribution: Distribution) -> dict[str, float | None]:
    return {name: distribution.percentile(share) for name, share in PERCENTILES.items()}


def _latency(distribution: Distribution) -> dict[str, Any]:
    return {
        "count": distribution.count,
        "mean": distribution.mean,
        "p50": distribution.percentile(0.5),
        "p99": distribution.percentile(0.99),
        "max": distribution.maximum,
    }


def _by_depth(depths: Counter[int]) -> dict[str, int]:
    return {str(depth): depths[depth] for depth in sorted(depths)}


def _empty_slots(outcome: Outcome) -> int | None:
    """Return the slots without a block between the opening and the last block, where the protocol has slots."""
    slot_s = getattr(outcome.settings.parameters, "slot_s", None)
    if slot_s is None:
        return None
    passed: int = (outcome.last.timestamp_s - outcome.opening.timestamp_s) // slot_s
    return passed - sum(outcome.statistics.canonical)


def _shown(outcome: Outcome, name: str) -> Any:
    value = outcome.settings.given[name]
    if isinstance(value, dict):
        return {"-".join(key) if isinstance(key, tuple) else str(key): inner for key, inner in value.items()}
    return value
