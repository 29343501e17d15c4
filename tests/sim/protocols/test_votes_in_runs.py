"""A whole run on Panacea: votes, gas in MED, and what double signing costs, down to the token."""

from __future__ import annotations

import pytest

from sim.errors import InvariantViolated, ScenarioError
from sim.metrics.kpis import compute
from sim.runner import _context, _facts, simulate, write_tables
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/votes-and-slashing"
NOBODY = {"faults.two_blocks_by": "", "faults.outages_by": ""}
OUTAGE_S = (36_000, 39_600)


def played(**changes: object) -> World:
    world = World(load(SCENARIO, changes), "medsim run")
    world.run()
    return world


@pytest.fixture(scope="module")
def faulty() -> World:
    return played()


@pytest.fixture(scope="module")
def honest() -> World:
    return played(**NOBODY)


@pytest.fixture(scope="module")
def faulty_tables(faulty: World) -> dict:  # type: ignore[type-arg]
    return write_tables(faulty)


@pytest.fixture(scope="module")
def honest_tables(honest: World) -> dict:  # type: ignore[type-arg]
    return write_tables(honest)


def burned(world: World) -> int:
    return world.conservation.book.burned_med_units


def test_who_signs_twice_is_slashed_in_the_protocol_s_books_and_in_the_token(faulty: World) -> None:
    facts = _facts(faulty)["protocol"]
    assert isinstance(facts, dict)
    assert facts["convicted"] == ["k00003"]
    stake = faulty.opening_stakes_sat["k00003"]
    assert facts["burned_sat"] == pytest.approx(stake * 0.05, rel=1e-6)
    assert burned(faulty) == facts["burned_sat"]
    assert faulty.native.stakes_sat()["k00003"] == stake - burned(faulty)


def test_all_med_is_somebody_s_or_waits_to_be_shared_out(honest: World, honest_tables: dict) -> None:  # type: ignore[type-arg]
    facts, balances = _facts(honest)["protocol"], honest_tables["balances"]
    assert isinstance(facts, dict)
    held = balances["closing_med_units"].map(int).sum() + balances["closing_bound_med_units"].map(int).sum()
    supply = int(honest_tables["supply"]["supply_med_units"].iloc[-1])
    assert held + facts["undivided_sat"] == supply


def test_who_signs_once_keeps_its_stake(honest: World) -> None:
    facts = _facts(honest)["protocol"]
    assert isinstance(facts, dict)
    assert facts["convicted"] == []
    assert burned(honest) == facts["burned_sat"] == 0
    assert honest.native.stakes_sat() == honest.opening_stakes_sat


def test_a_convicted_validator_proposes_no_more(faulty_tables: dict, honest_tables: dict) -> None:  # type: ignore[type-arg]
    def late(tables: dict) -> int:  # type: ignore[type-arg]
        rows = tables["blocks"]
        mine = rows[(rows["proposer"] == "k00003") & (rows["time_s"] > 20_000) & rows["canonical"]]
        return len(mine)

    assert late(faulty_tables) == 0
    assert late(honest_tables) > 20


def test_without_two_thirds_the_chain_stands_still_and_goes_on_afterwards(faulty_tables: dict) -> None:  # type: ignore[type-arg]
    made = sorted(faulty_tables["blocks"]["made_at_s"].dropna())
    from_s, to_s = OUTAGE_S
    assert not [moment for moment in made if from_s + 120 < moment < to_s]
    assert [moment for moment in made if to_s <= moment < to_s + 180]


def test_nothing_forks_and_every_block_is_final_once_it_is_seen(faulty: World, faulty_tables: dict) -> None:  # type: ignore[type-arg]
    kpis = compute(faulty_tables, _context(faulty, 0, 0.0))
    assert kpis["chain.reorg_depth_max"].value == 0
    assert kpis["chain.finality_p50_s"].value < 2
    assert kpis["chain.nakamoto_halt"].value == 2
    blocks = faulty_tables["blocks"]
    canonical = blocks[blocks["canonical"]]
    assert canonical["number"].is_unique


def test_gas_is_paid_in_med_for_what_was_asked_for(honest: World, honest_tables: dict) -> None:  # type: ignore[type-arg]
    sent = [one for one in honest.node.submissions if one.outcome == "included"]
    price = honest.scenario.bft.gas_price_med_units
    assert all(one.coins_charged_sat == one.transaction.gas_limit_gas * price for one in sent)
    fees = sum(one.coins_charged_sat or 0 for one in sent)
    table = honest_tables["transactions"]
    assert int(table["fee_sat"].sum()) == fees > 0
    paid = {one.account.owner_id for one in sent}
    before, after = honest.opening_kept_sat, honest.native.kept_sat()
    assert sum(before[owner] - after[owner] for owner in paid) == fees
    assert honest.ledger.protocol.fees_reissued_sat(honest.ledger.tip.protocol_state) == fees


def test_who_has_too_little_in_hand_is_refused_by_the_node() -> None:
    world = played(**NOBODY, **{"bft.payer_purse_med": 1, "bft.gas_price_med_units": 5_000})
    assert {sent.failure for sent in world.node.submissions} == {"CannotPay"}


def test_without_block_rewards_fees_are_all_that_validators_earn() -> None:
    world = played(**NOBODY, **{"emission.source": "contract"})
    assert world.ledger.due_at(world.ledger.tip).minted_med_units == 0
    state = world.ledger.tip.protocol_state
    earned = sum(state.outstanding_sat) + state.collector_sat + state.community_sat
    assert earned == sum(one.coins_charged_sat or 0 for one in world.node.submissions) > 0


def test_a_stake_without_med_is_caught_and_named() -> None:
    changes = {**NOBODY, "network.views": "one", "faults.plant": "stake-created", "faults.plant_at_s": 40_000}
    with pytest.raises(InvariantViolated) as caught:
        simulate(load(SCENARIO, changes))
    assert caught.value.name == "med-staked"


def test_more_in_purses_than_there_is_cannot_open() -> None:
    with pytest.raises(ScenarioError) as caught:
        simulate(load(SCENARIO, {"bft.payer_purse_med": 1_000_000_000}))
    assert "supply" in str(caught.value)
