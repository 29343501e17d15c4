"""Each fault in a whole run: money and contracts are right, nothing final changes, and people come through it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import pytest

from chain.network.events import Event
from sim.runner import write_tables
from sim.scenario import load
from sim.world import World
from tests.chain.network.finality import FinalityWatch

SEEDS: Final = (1, 2, 3)
TINY: Final = {"population.patients": 3}
MOVES_WITHIN_S: Final = 20 * 144
"""Twenty blocks: 128 s, and what the grid of 16 s adds."""

FAULTS: Final = {
    "missed": "missed-slots",
    "outages": "crash",
    "two_blocks": "two-blocks",
    "withheld": "withheld",
    "partitions": "partition",
    "skew": "skew",
}
DEEPEST: Final = {"two_blocks": 1, "withheld": 2, "partitions": 10, "skew": 2}
"""Blocks that some node gives up at the least."""


def watched(world: World) -> FinalityWatch:
    """Let every node of a run be asked for its tip after each step."""
    assert world.network is not None
    race = world.network.clock._network
    watch = FinalityWatch(race, range(len(race.topology)))
    step = race.step

    def watched_step() -> list[Event]:
        return watch.take(step())

    race.step = watched_step  # type: ignore[method-assign]
    return watch


def ran(scenario: str, changes: dict[str, Any]) -> tuple[World, dict[str, pd.DataFrame], FinalityWatch]:
    """Run with the auditor, which stops the run at the first broken invariant."""
    with World(load(scenario, {**TINY, **changes}), "medsim run") as world:
        watch = watched(world)
        world.run()
        return world, write_tables(world), watch


def check(world: World, tables: dict[str, pd.DataFrame], watch: FinalityWatch) -> None:
    """Raise AssertionError unless the run was safe and live."""
    assert world.ledger.imbalance_wei() == 0
    blocks, sent = tables["blocks"], tables["transactions"]
    canonical = blocks[blocks["canonical"]].sort_values("number")
    assert canonical["number"].diff().dropna().eq(1).all()
    hashes = canonical.set_index("number")["block_hash"]
    assert len(watch.settled) > 100
    assert set(watch.settled) <= set(hashes.index)
    assert (sent["outcome"] == "included").all(), "what was removed came back"
    included = sent[sent["outcome"] == "included"]
    assert set(included["block_hash"]) <= set(hashes)
    for row in tables["faults"].itertuples():
        assert row.fault == "concentration" or row.moved_after_s < MOVES_WITHIN_S


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_survives_each_fault(fault: str, seed: int) -> None:
    world, tables, watch = ran(f"regression/fault-{FAULTS[fault]}", {"seed": seed})
    check(world, tables, watch)
    row = tables["faults"].set_index("fault").loc[fault]
    assert row["effects"] > 0, "the fault fires"
    assert row["reorganisation_max_blocks"] >= DEEPEST.get(fault, 0)
    _fired(fault, world, tables)


def _fired(fault: str, world: World, tables: dict[str, pd.DataFrame]) -> None:
    """See the effect in the rows of the run itself, not in the fault's own count."""
    blocks, stakers = tables["blocks"], tables["stakers"].set_index("owner_id")
    faults = tables["faults"].set_index("fault").loc[fault]
    inside = blocks[blocks["made_at_s"].between(faults["from_s"], faults["to_s"], inclusive="left")]
    whom = faults["concerned"].split()
    if fault == "outages":
        back_s = faults["to_s"] + world.scenario.faults.catch_up_s
        down = blocks[blocks["made_at_s"].between(faults["from_s"], back_s, inclusive="left")]
        assert not down["proposer"].isin(whom).any()
    if fault in ("missed", "outages"):
        assert stakers.loc[whom, "missed_blocks"].sum() == stakers["missed_blocks"].sum() == faults["effects"]
    elif fault == "two_blocks":
        assert stakers.loc[whom, "stale_blocks"].sum() >= faults["effects"], "one of each two is in vain"
    elif fault == "withheld":
        undone = inside[~inside["canonical"]]
        assert (~undone["proposer"].isin(whom)).sum() >= 2, "blocks of others"
    elif fault == "partitions":
        regions = inside["proposer"].map(stakers["region"])
        apart = regions.isin(world.scenario.faults.partitions_groups.split())
        assert inside[apart & ~inside["canonical"]].shape[0] > 10
        assert inside[~apart]["canonical"].mean() > 0.9, "the larger side's branch is everybody's"
    elif fault == "skew":
        late_s = (blocks["made_at_s"] - blocks["time_s"])[blocks["proposer"].isin(whom)]
        assert (late_s > 200).sum() > 0
        assert (blocks["made_at_s"] - blocks["time_s"])[~blocks["proposer"].isin(whom)].max() <= 16


@pytest.mark.parametrize("seed", SEEDS)
def test_concentrated_stake_wins_less_than_its_share_because_its_coins_rest(seed: int) -> None:
    with World(load("regression/fault-concentration", {**TINY, "seed": seed}), "medsim run") as world:
        world.run()
        tables = write_tables(world)
    stakers, row = tables["stakers"], tables["faults"].iloc[0]
    assert stakers["opening_stake_sat"][0] / stakers["opening_stake_sat"].sum() == pytest.approx(
        0.6, abs=0.01
    )
    assert row["concerned"] == stakers["owner_id"][0]
    assert row["effects"] == stakers["blocks"][0]
    assert 0.1 < row["effects"] / stakers["blocks"].sum() < 0.5


def test_acts_on_the_losing_side_of_a_partition_come_back_on_the_winning_one() -> None:
    _world, tables, _watch = ran("regression/fault-partition", {"population.patients": 12})
    sent = tables["transactions"]
    removed = sent[sent["removed_at_s"].notna()]
    assert len(removed) >= 3
    assert (removed["included_at_s"] >= tables["faults"]["to_s"][0] - 600).all()


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_survives_each_fault_with_fifty_seeds(fault: str) -> None:
    for seed in range(100, 150):
        check(*ran(f"regression/fault-{FAULTS[fault]}", {"seed": seed}))
