"""How a scenario writes what it proposes."""

from __future__ import annotations

import pytest

from sim.scenario import load
from sim.scenario.planned_proposals import PlannedProposal, planned_proposals


def test_proposals_stand_apart_by_semicolons_in_any_order() -> None:
    text = " day 12: reward_curve = square-root;day 3: block_gas_limit_gas = 20000000 "
    assert planned_proposals(text) == (
        PlannedProposal(12, "reward_curve", "square-root"),
        PlannedProposal(3, "block_gas_limit_gas", 20_000_000),
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_planned_by_default(text: str) -> None:
    assert planned_proposals(text) == () == load("baseline").governance.planned


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("block_gas_limit_gas", "1000000"),
        ("block_gas_limit_gas", "1000000000"),
        ("minimum_gas_price_sat", "1"),
        ("minimum_gas_price_sat", "10000"),
        ("reward_curve", "linear"),
    ],
)
def test_the_ends_of_a_range_belong_to_it(parameter: str, value: str) -> None:
    (planned,) = planned_proposals(f"day 1: {parameter} = {value}")
    assert str(planned.value) == value


@pytest.mark.parametrize(
    "text",
    [
        "day 1 block_gas_limit_gas = 20000000",
        "day one: block_gas_limit_gas = 20000000",
        "day 01: block_gas_limit_gas = 20000000",
        "day 1: block_gas_limit_gas = 1e7",
        "day 1: block_gas_limit_gas = -5",
        "day 1: block_gas_limit_gas = linear",
        "day 1: reward_curve = 1",
        "day 1: block_gas_limit_gas = 20000000;;",
        "day ١: block_gas_limit_gas = 20000000",
    ],
)
def test_anything_else_is_no_proposal(text: str) -> None:
    with pytest.raises(ValueError, match="proposal|governed|curve|between"):
        planned_proposals(text)
