"""What contracts are deployed with comes from the scenario, and their offices are held by different people."""

from __future__ import annotations

from typing import Any

import pytest

from chain.contracts.system import JUDGE_ROLE, REVIEWER_ROLE, SLASHER_ROLE
from sim.scenario import load
from sim.world import World

DAY_S = 86_400
CHANGED: dict[str, Any] = {
    "identity.recovery_days": 3,
    "identity.maximum_guardians": 5,
    "consents.longest_days": 400,
    "consents.emergency_hours": 6,
    "consents.answer_days": 4,
    "market.review_days": 5,
    "market.arbitration_days": 9,
    "market.commission_share": 0.0125,
    "insurance.reserve_share": 0.75,
    "insurance.maximum_filings": 2,
    "insurance.arbitration_days": 21,
    "insurance.longest_review_days": 11,
    "insurance.shortest_appeal_days": 13,
    "rewards.slashed": "burn",
    "emission.stoppable_after_days": 500,
    "offices.reviewers": 3,
    "offices.arbiters": 2,
    "offices.slashers": 1,
}
BURN = 1


@pytest.fixture(scope="module")
def world() -> Any:
    with World(load("regression/smoke", CHANGED), "medsim run") as world:
        yield world


def read(world: Any, contract: str, function: str, *arguments: object) -> Any:
    abi = world.system.contract(contract)
    result = world.ledger.call(abi.address, abi.encode(function, *arguments))
    return abi.decode_output(function, result.output)


@pytest.mark.parametrize(
    ("contract", "function", "value"),
    [
        ("IdentityRegistry", "RECOVERY_PERIOD", 3 * DAY_S),
        ("IdentityRegistry", "MAXIMUM_GUARDIANS", 5),
        ("ConsentRegistry", "LONGEST_PERIOD", 400 * DAY_S),
        ("ConsentRegistry", "EMERGENCY_PERIOD", 6 * 3_600),
        ("ConsentRegistry", "ANSWER_PERIOD", 4 * DAY_S),
        ("DataMarket", "REVIEW_PERIOD", 5 * DAY_S),
        ("DataMarket", "ARBITRATION_PERIOD", 9 * DAY_S),
        ("DataMarket", "commissionBasisPoints", 125),
        ("Insurance", "RESERVE_BASIS_POINTS", 7_500),
        ("Insurance", "MAXIMUM_FILINGS", 2),
        ("Insurance", "ARBITRATION_SECONDS", 21 * DAY_S),
        ("Insurance", "MAXIMUM_REVIEW_SECONDS", 11 * DAY_S),
        ("Insurance", "MINIMUM_APPEAL_SECONDS", 13 * DAY_S),
        ("RewardPool", "SLASHED_TO", BURN),
    ],
)
def test_the_contracts_have_the_scenarios_terms(world: Any, contract: str, function: str, value: int) -> None:
    assert read(world, contract, function) == value


def test_emission_can_be_stopped_after_the_scenarios_time(world: Any) -> None:
    start_s = world.calendar.start_unix_s
    assert read(world, "Emission", "STOPPABLE_AFTER") == start_s + 500 * DAY_S


def test_offices_are_held_by_different_people(world: Any) -> None:
    people = world.people
    officers = people.officers
    counts = [
        len(held) for held in (officers.reviewers, officers.arbiters, officers.judges, officers.slashers)
    ]
    assert counts == [3, 2, 1, 1]
    holders = [*officers.reviewers, *officers.arbiters, *officers.judges, *officers.slashers]
    everybody = [*holders, *people.accounts]
    assert len({account.address for account in everybody}) == len(everybody)
    assert len({account.owner_id for account in everybody}) == len(everybody)


@pytest.mark.parametrize(
    ("contract", "role", "office"),
    [
        ("ConsentRegistry", REVIEWER_ROLE, "reviewers"),
        ("RewardPool", JUDGE_ROLE, "judges"),
        ("Staking", SLASHER_ROLE, "slashers"),
    ],
)
def test_who_holds_an_office_holds_no_other(world: Any, contract: str, role: bytes, office: str) -> None:
    officers = world.people.officers
    for name in ("reviewers", "arbiters", "judges", "slashers"):
        for holder in getattr(officers, name):
            assert read(world, contract, "hasRole", role, holder.address) is (name == office)
    assert not read(world, contract, "hasRole", role, world.people.certifier.address)
