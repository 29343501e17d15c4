"""A function that became more than 2 % dearer or cheaper shows as a change of the committed snapshot."""

from __future__ import annotations

import pytest

from chain.contracts.access import access_tables
from chain.contracts.artifact import CONTRACTS
from chain.contracts.rehearsal.gas import (
    PROPOSAL,
    Gas,
    by_timelock,
    gas_differences,
    measure,
    read_snapshot,
)
from chain.contracts.rehearsal.governed import WHOLE

NEVER = "nobody"


@pytest.fixture(scope="module")
def measured() -> Gas:
    return measure()


def test_every_function_costs_what_the_snapshot_says_within_two_percent(measured: Gas) -> None:
    assert gas_differences(read_snapshot(), measured) == []


def test_every_function_that_can_succeed_is_measured(measured: Gas) -> None:
    for name in CONTRACTS:
        callable_ = {row.function for row in access_tables()[name].changing if row.caller != NEVER}
        assert callable_ <= {*measured[name], *measured.get(by_timelock(name), ())}, name


def test_what_the_timelock_calls_is_measured_by_itself(measured: Gas) -> None:
    """No governed function takes what another of the same proposal takes, nor all of what carries it out."""
    for name in CONTRACTS:
        governed = measured.get(by_timelock(name), {})
        assert not set(governed) & set(measured[name]) - {"jail", "slash", "renounceRole"}, name
        assert all(21_000 < gas_gas < 80_000 for gas_gas in governed.values()), governed
        assert len(set(governed.values())) == len(governed), governed
    settings = measured[by_timelock("Governance")]
    assert {"relay", "setBlockGasLimit", "setVotingDelay", "updateTimelock"} <= set(settings)


def test_a_change_of_a_governed_function_shows(measured: Gas) -> None:
    section = by_timelock("RewardPool")
    dearer = {**measured, section: {**measured[section], "setCurve": measured[section]["setCurve"] + 2_000}}
    (told,) = gas_differences(measured, dearer)
    assert told.startswith(f"{section}.setCurve: ")


def test_a_whole_proposal_takes_its_four_transactions(measured: Gas) -> None:
    """Its execution takes the base gas once, and the call that it makes."""
    gas = dict(measured[PROPOSAL])
    whole_gas = gas.pop(WHOLE)
    assert set(gas) == {"propose", "castVote", "queue", "execute"}
    assert whole_gas == sum(gas.values())
    assert gas["execute"] > measured[by_timelock("RewardPool")]["setCurve"] - 21_000


@pytest.mark.parametrize(
    ("contract", "function", "most_gas"),
    [
        ("RecordRegistry", "anchor", 70_000),
        ("CheckIn", "checkIn", 65_000),
        ("ConsentRegistry", "grant", 90_000),
    ],
)
def test_the_acts_of_every_day_stay_within_their_bounds(
    measured: Gas, contract: str, function: str, most_gas: int
) -> None:
    assert measured[contract][function] <= most_gas
