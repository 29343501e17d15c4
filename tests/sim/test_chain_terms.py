"""What a scenario's chain opens with, whatever one simulated person stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sim.chain_terms import ChainTerms, chain_terms
from sim.errors import ScenarioError
from sim.scenario import load

POINTS, VOTES = "regression/points-and-seats", "regression/votes-and-slashing"
START_S = 1_538_319_600
PAYERS = {f"p{number}": bytes([number]) * 20 for number in range(3)}


def opened(name: str, weight: int = 1, **changes: object) -> ChainTerms:
    scale: Mapping[str, object] = {"economy.scale": "literal" if weight == 1 else "representative"}
    scenario = load(name, {**scale, "economy.person_weight": weight, **changes})
    return chain_terms(scenario, START_S, bytes(32), PAYERS)


def issued_share(terms: ChainTerms) -> float:
    """What a hundred blocks issue, as a share of the supply before."""
    protocol: Any = terms.protocol
    state, _stretch = protocol.advance_idle(
        terms.state, START_S + 10**9, until_number=terms.state.number + 100
    )
    return protocol.subsidies_sat(state) / terms.state.supply_sat  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", [POINTS, VOTES])
@pytest.mark.parametrize("weight", [100, 5_000, 50_000])
def test_blocks_issue_the_same_share_of_the_supply_whatever_a_person_stands_for(
    name: str, weight: int
) -> None:
    assert issued_share(opened(name, weight)) == pytest.approx(issued_share(opened(name)), rel=1e-3)


@pytest.mark.parametrize("weight", [1_000, 10**6])
def test_who_stakes_the_same_share_has_the_same_part_of_the_votes(weight: int) -> None:
    def parts(terms: ChainTerms) -> list[float]:
        powers = list(terms.protocol.mature_stakes_sat(terms.state).values())
        return [power / sum(powers) for power in powers]

    purse: dict[str, Any] = {"bft.payer_purse_med": 1}
    assert parts(opened(VOTES, weight, **purse)) == pytest.approx(parts(opened(VOTES, **purse)), rel=1e-3)


@pytest.mark.parametrize("weight", [1, 1_000])
def test_a_purse_pays_for_as_many_acts_and_a_stake_for_as_many_points(weight: int) -> None:
    votes, points = opened(VOTES, weight), opened(POINTS, weight)
    address = PAYERS["p1"]
    policy: Any = votes.fee_policy
    acts = policy.in_hand_sat(votes.state, address) / policy.parameters.minimum_gas_price_sat / 300_000
    assert acts == pytest.approx(6_666.67)
    policy = points.fee_policy
    cpu_price, _net_price = policy.prices(policy.opening_state(points.state), points.state.supply_sat)
    full = points.state.stake_sat(address) * 10**4 / cpu_price
    assert full == pytest.approx(15 * 10**12 * 201_600 * 3_000_000 * 100 / 10**22, rel=1e-3)


def test_more_than_there_is_is_refused_by_its_key() -> None:
    with pytest.raises(ScenarioError, match="stakers and payers alone hold") as caught:
        opened(VOTES, **{"bft.payer_purse_med": 1_000_000_000, "token.opening_supply_med": 1_000_000_000})
    assert caught.value.key == "token.opening_supply_med"


def test_producers_who_cannot_put_up_their_collateral_are_refused_by_a_key() -> None:
    with pytest.raises(ScenarioError, match=r"2,000,000 are put up by each") as caught:
        opened(POINTS, 1, **{"dpos.staked_share": 0.001})
    assert caught.value.key == "dpos.staked_share"
