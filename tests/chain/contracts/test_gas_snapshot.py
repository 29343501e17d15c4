"""A function that became more than 2 % dearer or cheaper shows as a change of the committed snapshot."""

from __future__ import annotations

import pytest

from chain.contracts.access import access_tables
from chain.contracts.artifact import CONTRACTS
from chain.contracts.rehearsal.gas import Gas, gas_differences, measure, read_snapshot

NEVER = "nobody"


@pytest.fixture(scope="module")
def measured() -> Gas:
    return measure()


def test_every_function_costs_what_the_snapshot_says_within_two_percent(measured: Gas) -> None:
    assert gas_differences(read_snapshot(), measured) == []


def test_every_function_that_can_succeed_is_measured(measured: Gas) -> None:
    for name in CONTRACTS:
        callable_ = {row.function for row in access_tables()[name].changing if row.caller != NEVER}
        assert callable_ <= set(measured[name]), name


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
