"""Whole runs in which stakers delegate to super-stakers: who makes the blocks, and whom they pay."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.runner import simulate
from sim.scenario import load

QTUM_2021 = {
    "chain.protocol": "qtum-2021",
    "chain.opening_height": 850_000,
    "population.patients": 2,
    "time.days": 1,
    "network.views": "network",
    "staking.stakers": 20,
    "staking.coins_per_staker": 220,
    "staking.zipf_exponent": 0.3,
    "staking.staked_qtum": 6_400_000,
}
DELEGATED = {"staking.delegating": 8, "staking.super_stakers": 2}


def test_delegators_make_no_block_have_no_node_and_are_paid_what_the_super_stakers_leave() -> None:
    results = simulate(load("regression/smoke", {**QTUM_2021, **DELEGATED}))
    rows = results.tables["stakers"]
    supers, others, delegators = rows.iloc[:2], rows.iloc[2:12], rows.iloc[12:]
    assert delegators["blocks"].sum() == 0
    assert delegators["region"].isna().all()
    assert not rows.iloc[:12]["region"].isna().any()
    assert supers["blocks"].min() > 1.4 * others["blocks"].max()
    for place in range(2):
        behind = delegators.iloc[place::2]["reward_sat"].sum()
        # It keeps a tenth of what these coins earn, and all that its own do.
        assert supers.iloc[place]["reward_sat"] >= round(behind / 9) > 0
    blocks = rows["blocks"].sum()
    assert rows["reward_sat"].sum() >= blocks * 10**8, "a block issues 1 QTUM, and pays its fees besides"


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"staking.delegating": 8, "chain.protocol": "qtum-2018"}, "qtum-2018 knows no delegation"),
        ({"staking.delegating": 19, "staking.super_stakers": 2}, "at most 18"),
        ({"staking.delegating": 12}, "enough for more than 2000 blocks"),
        ({**DELEGATED, "faults.outages_by": "13"}, "staking.stakers - staking.delegating = 12"),
    ],
)
def test_delegation_that_cannot_be_is_refused(changes: dict[str, object], allowed: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        load("regression/smoke", {**QTUM_2021, **changes})
    assert allowed in str(refusal.value)
