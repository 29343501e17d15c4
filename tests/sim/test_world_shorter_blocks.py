"""The service on `qtum-2021`: the smoke scenario with blocks of 32 s."""

from __future__ import annotations

import pytest

from chain.units import SATOSHI_PER_QTUM
from sim import run
from sim.runs import Run

SETTINGS = {
    "chain.protocol": "qtum-2021",
    "chain.opening_height": 850_000,
    "staking.stakers": 70,
    "staking.coins_per_staker": 30,
    "staking.burn_in_blocks": 2_500,
    "time.days": 1,
    "scenario.name": "shorter-blocks",
}


@pytest.fixture(scope="module")
def shorter() -> Run:
    return run("regression/smoke", **{key.replace(".", "__"): value for key, value in SETTINGS.items()})


def test_visits_end_as_they_do_on_longer_blocks(shorter: Run) -> None:
    visits = shorter.table("visits")
    assert len(visits) >= 2
    assert set(visits["outcome"]) == {"complete"}


def test_blocks_are_on_the_finer_grid_and_pay_one_coin_each(shorter: Run) -> None:
    blocks = shorter.table("blocks")
    assert (blocks["time_s"] % 4 == 0).all()
    assert (blocks["time_s"] % 16 != 0).any()
    made = blocks["number"].max() - 850_000
    assert blocks["count"].sum() == made > 2_000
    assert blocks["subsidy_sat"].sum() == made * SATOSHI_PER_QTUM
    assert blocks["time_s"].max() / made == pytest.approx(32, rel=0.1)
