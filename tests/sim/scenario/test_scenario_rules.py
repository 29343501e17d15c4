"""Rules between keys: the last scenario that keeps each one, and the first that breaks it."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario import load

EQUAL_COINS = {"staking.zipf_exponent": 0.0, "staking.stakers": 10}

SHORTER_BLOCKS = {
    "chain.protocol": "qtum-2021",
    "chain.opening_height": 850_000,
    "staking.coins_per_staker": 30,
}

ON_A_NETWORK = {
    "network.views": "network",
    "time.days": 2,
    "staking.stakers": 10,
    "staking.coins_per_staker": 60,
}

SKEWED = ON_A_NETWORK | {"faults.skew_by": "50%", "faults.skew_s": 1.0}

ONE_STAKER = {"staking.stakers": 1, "staking.coins_per_staker": 600}

TWINS = [
    ("time.warmup_days", {"time.days": 3}, 2, 3),
    ("time.start", {"time.zone": "America/New_York"}, "2018-03-11T03:00:00", "2018-03-11T02:30:00"),
    ("chain.kernel", {"staking.stakers": 143, "staking.coins_per_staker": 7}, "sampled", "hashed"),
    ("staking.coins_per_staker", EQUAL_COINS, 51, 50),
    ("staking.staked_qtum", {"chain.opening_height": 5510}, 99_992_039, 99_992_040),
    ("chain.opening_height", {"time.days": 30}, 822_499, 822_500),
    ("chain.opening_height", SHORTER_BLOCKS, 845_000, 844_999),
    ("staking.coins_per_staker", SHORTER_BLOCKS | EQUAL_COINS, 201, 200),
    ("fees.gas_price_sat", {"chain.minimum_gas_price_sat": 50}, 50, 49),
    ("mempool.account_limit_tx", {"mempool.limit_tx": 100}, 100, 101),
    ("economy.person_weight", {}, 1, 2),
    ("faults.plant_at_s", {"time.days": 1}, 86_399, 86_400),
    ("faults.plant", {"network.views": "network"}, "none", "coin-lost"),
    ("faults.outages_by", {"network.views": "one"}, "", "1"),
    ("faults.outages_by", ON_A_NETWORK, "10", "11"),
    ("faults.missed_by", ON_A_NETWORK, "1 2", "2 2"),
    (
        "faults.skew_to_s",
        ON_A_NETWORK | {"faults.skew_by": "50%", "faults.skew_s": 1.0, "faults.skew_from_s": 9},
        10,
        9,
    ),
    ("faults.two_blocks_to_s", ON_A_NETWORK | {"faults.two_blocks_by": "1"}, 172_800, 172_801),
    ("faults.skew_s", ON_A_NETWORK | {"faults.skew_by": "1"}, 0.5, 0.0),
    ("faults.partitions_groups", ON_A_NETWORK, "JP AS | NA", "JP SA"),
    ("faults.partitions_groups", ON_A_NETWORK, "JP AS NA", "JP AS NA EU"),
    ("faults.partitions_groups", ON_A_NETWORK, "JP AS NA | EU", "JP | JP"),
    ("faults.concentration_share", ONE_STAKER, 0.0, 0.5),
    (
        "governance.proposals",
        {"time.days": 12},
        "day 1: minimum_gas_price_sat = 60",
        "day 2: minimum_gas_price_sat = 60",
    ),
]


@pytest.mark.parametrize(("key", "setting", "kept", "broken"), TWINS)
def test_a_rule_holds_up_to_its_bound_and_not_beyond(
    key: str, setting: dict[str, object], kept: object, broken: object
) -> None:
    assert load("baseline", {**setting, key: kept}).values[key] == kept
    with pytest.raises(ScenarioError) as caught:
        load("baseline", {**setting, key: broken})
    assert caught.value.keys == (key,)
    assert str(broken).strip('"') in str(caught.value.value)


def test_weight_is_for_representative_runs() -> None:
    scenario = load("baseline", {"economy.person_weight": 1000, "economy.scale": "representative"})
    assert scenario.economy.person_weight == 1000


def test_a_kernel_of_a_thousand_coins_may_be_hashed_or_sampled() -> None:
    assert load("baseline", {"chain.kernel": "hashed"}).chain.kernel == "hashed"


def test_every_coin_has_at_least_one_qtum() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", {"staking.staked_qtum": 999})
    assert "at least 1 QTUM for each of the 1,000 coins" in caught.value.allowed


def test_small_coins_of_one_owner_go_into_one_block() -> None:
    coins = {"staking.stakers": 10, "staking.coins_per_staker": 60, "staking.zipf_exponent": 0.0}
    assert load("baseline", {**coins, "staking.staked_qtum": 60_000}).staking.staked_qtum == 60_000
    with pytest.raises(ScenarioError, match=r"staking\.stakers = 10 with as many coins each can make 10 "):
        load("baseline", {**coins, "staking.staked_qtum": 59_999})


def test_several_broken_rules_are_told_together() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("baseline", {"time.warmup_days": 30, "fees.gas_price_sat": 1, "economy.person_weight": 2})
    assert caught.value.keys == ("time.warmup_days", "fees.gas_price_sat", "economy.person_weight")


def test_coin_issued_follows_the_subsidies_of_the_protocol() -> None:
    assert load("baseline").issued_qtum == 100_000_000 + 4 * (238_000 - 5_000)
    assert load("baseline", SHORTER_BLOCKS).issued_qtum == 100_000_000 + 4 * 839_999 + 5_001


def test_the_least_opening_height_leaves_room_for_the_burn_in() -> None:
    with pytest.raises(ScenarioError) as raised:
        load("baseline", {"chain.protocol": "qtum-2021", "staking.coins_per_staker": 60})
    assert raised.value.keys == ("chain.opening_height",)
    assert raised.value.allowed.startswith(
        "at least 847,000, because the rules of qtum-2021 begin at 845,000"
    )
    load(
        "baseline",
        {"chain.protocol": "qtum-2021", "staking.coins_per_staker": 60, "chain.opening_height": 847_000},
    )
