"""A row a staker: what it had at stake, what fell to it, and what it was paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.metrics.rows import RowCollector
from sim.observation.chain import ChainRows
from sim.observation.network import NetworkRows


@dataclass(frozen=True)
class Stakes:
    """Stakes by owner in satoshi: at the start, at the end, and what of the latter may win a block."""

    opening_sat: Mapping[str, int]
    closing_sat: Mapping[str, int]
    mature_sat: Mapping[str, int]


def gains(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return by how much each owner's sum has grown."""
    return {owner_id: amount - before.get(owner_id, 0) for owner_id, amount in after.items()}


def write_stakers(
    rows: RowCollector,
    stakes: Stakes,
    weights: Mapping[str, int],
    chain: ChainRows,
    regions: Mapping[str, str] | None,
) -> None:
    """Write a row for every staker. `weights` are the mature satoshi of each, summed over the run's blocks.

    `regions` say where their nodes are; without them there is one network view, and no block is made in vain.
    """
    for owner_id, stake_sat in stakes.closing_sat.items():
        rows.append(
            owner_id=owner_id,
            opening_stake_sat=stakes.opening_sat[owner_id],
            closing_stake_sat=stake_sat,
            mature_share=_share(owner_id, stakes.mature_sat),
            weight_share=_share(owner_id, weights),
            region=None if regions is None else regions.get(owner_id),
            blocks=chain.blocks[owner_id],
            stale_blocks=chain.stale[owner_id] if isinstance(chain, NetworkRows) else None,
            missed_blocks=chain.missed[owner_id] if isinstance(chain, NetworkRows) else None,
            reward_sat=chain.rewards_sat[owner_id],
        )


def _share(owner_id: str, amounts: Mapping[str, int]) -> float:
    whole = sum(amounts.values())
    return round(amounts.get(owner_id, 0) / whole, 9) if whole else 0.0
