"""Terms under which no pool could keep its promises are refused at deployment; the others are read back as given."""

from __future__ import annotations

from typing import Any

import pytest
from rewarding import governed, staged, visit

from chain.contracts.deployment import reward_pool
from chain.contracts.deployment.reward_pool import Conversion, Curve, Destination
from chain.contracts.rehearsal.cast import ARBITER, DEPLOYER, TREASURY
from chain.contracts.rehearsal.fresh import deploy
from chain.contracts.rehearsal.stage import Stage
from chain.contracts.rehearsal.terms import DAY_S, START_S, WEEK_S, parameters, reward_terms
from chain.contracts.rehearsal.visit import Visit
from chain.contracts.system import DEFAULT_ADMIN_ROLE, GOVERNOR_ROLE, JUDGE_ROLE
from chain.errors import CallReverted


def deployed(stage: Stage, **changes: Any) -> Any:
    arguments = reward_pool.arguments(stage.system, reward_terms(**changes), TREASURY.address)
    return deploy(stage, "RewardPool", *arguments)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"epoch_length_s": 0}, "EpochNotWholeDays(epochLength=0)"),
        ({"epoch_length_s": DAY_S + 1}, "EpochNotWholeDays(epochLength=86401)"),
        ({"curation_share_basis_points": 10_001}, "ShareAboveWhole(shareBasisPoints=10001)"),
        ({"vesting_share_basis_points": 10_001}, "ShareAboveWhole(shareBasisPoints=10001)"),
        ({"power_down_parts": 0}, "PowerDownWithoutParts(parts=0, partLength=604800)"),
        ({"power_down_part_s": 0}, "PowerDownWithoutParts(parts=13, partLength=0)"),
    ],
)
def test_impossible_terms_are_refused(stage: Stage, changes: dict[str, int], error: str) -> None:
    with pytest.raises(CallReverted) as refused:
        deployed(stage.branch(), **changes)
    assert str(refused.value) == f"RewardPool: {error}"


@pytest.mark.parametrize(
    "changes",
    [
        {"epoch_length_s": DAY_S},
        {"curation_share_basis_points": 10_000},
        {"vesting_share_basis_points": 10_000},
        {"power_down_parts": 1, "power_down_part_s": 1},
    ],
)
def test_the_utmost_terms_are_taken(stage: Stage, changes: dict[str, int]) -> None:
    assert deployed(stage.branch(), **changes).address is not None


def test_terms_are_read_back() -> None:
    terms = reward_terms(
        conversion=Conversion.FIXED_RATE, fixed_rate_med_units=11, curve=Curve.QUADRATIC,
        curation_curve=Curve.LINEAR, curation_share_basis_points=12, vesting_share_basis_points=13,
        power_down_parts=14, power_down_part_s=15, leftover_to=Destination.BURN,
        slashed_to=Destination.TREASURY, account_cap_points=16, provider_cap_points=17,
    )  # fmt: skip
    stage = Stage(parameters(rewards=terms))
    rewards, at = stage.system.rewards, stage.system.address_of
    expected = {
        "FIRST_EPOCH_START": START_S,
        "EPOCH_LENGTH": WEEK_S,
        "CONVERSION": Conversion.FIXED_RATE,
        "FIXED_RATE": 11,
        "CURATION_SHARE_BASIS_POINTS": 12,
        "VESTING_SHARE_BASIS_POINTS": 13,
        "POWER_DOWN_PARTS": 14,
        "POWER_DOWN_PART_LENGTH": 15,
        "LEFTOVER_TO": Destination.BURN,
        "SLASHED_TO": Destination.TREASURY,
        "TREASURY": TREASURY.address,
        "TOKEN": at("MedToken"),
        "IDENTITY": at("IdentityRegistry"),
        "CHECK_IN": at("CheckIn"),
        "RECORDS": at("RecordRegistry"),
        "EMISSION": at("Emission"),
    }
    assert {name: stage.read(rewards, name) for name in expected} == expected
    policy = stage.read(rewards, "policyOf", 1)
    assert policy[:3] == (0, Curve.QUADRATIC, Curve.LINEAR)
    assert (tuple(policy[3].values()), tuple(policy[4].values())) == (terms.points, (16, 17))


def test_the_opening_leaves_the_pool_to_governance_and_the_judges(stage: Stage) -> None:
    rewards, timelock = stage.system.rewards, stage.system.address_of("Timelock")
    held = {
        (name, account)
        for name, role in (("admin", DEFAULT_ADMIN_ROLE), ("governor", GOVERNOR_ROLE), ("judge", JUDGE_ROLE))
        for account in (DEPLOYER.address, timelock, ARBITER.address)
        if stage.read(rewards, "hasRole", role, account)
    }
    assert held == {("admin", timelock), ("governor", timelock), ("judge", ARBITER.address)}


def test_points_earned_before_the_first_epoch_do_not_exist() -> None:
    stage = staged(first_epoch_start_s=START_S + 2 * WEEK_S)
    stage.time_s += WEEK_S
    made = Visit.at(stage)
    made.check_in(stage)
    made.anchor(stage)
    refused = made.credit(stage).error
    assert refused == f"EpochsNotStarted(time={stage.time_s}, firstEpochStart={START_S + 2 * WEEK_S})"
    stage.time_s = START_S + 2 * WEEK_S - 16
    assert made.credit(stage).status == 1
    assert stage.read(stage.system.rewards, "currentEpoch") == 0


def test_emission_before_the_first_epoch_is_the_first_epochs() -> None:
    stage = governed(first_epoch_start_s=START_S + 2 * WEEK_S)
    stage.time_s = START_S + 2 * WEEK_S
    visit(stage, 1)
    stage.time_s = START_S + 3 * WEEK_S
    stage.do(ARBITER, stage.system.rewards, "closeEpoch", 0)
    emitted = stage.read(stage.system.emission, "emittedThrough", START_S + 3 * WEEK_S)
    assert stage.read(stage.system.rewards, "unpaid") == emitted > 0
