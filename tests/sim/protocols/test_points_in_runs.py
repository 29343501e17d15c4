"""A whole run on MediBloc's own test chain: points pay, seats are elected, and blocks issue MED."""

from __future__ import annotations

import pytest

from chain.ledger.issue import PROTOCOL_ACCOUNT
from chain.protocols.dpos.points import POINTS_PER_SAT
from sim.errors import InvariantViolated
from sim.metrics.kpis import compute
from sim.runner import _context, simulate, write_tables
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/points-and-seats"
DAY = {"time.days": 1, "population.patients": 6}
RICH = {**DAY, "dpos.payer_stake_med": 1_000}


def played(**changes: object) -> World:
    world = World(load(SCENARIO, {**RICH, **changes}), "medsim run")
    world.run()
    return world


@pytest.fixture(scope="module")
def rich() -> World:
    return played()


@pytest.fixture(scope="module")
def poor() -> World:
    return played(**{"dpos.payer_stake_med": 4})


def waits_s(world: World) -> list[float]:
    return [
        sent.included_at_s - sent.submitted_at_s
        for sent in world.node.submissions
        if sent.included_at_s is not None
    ]


def test_who_has_points_is_in_the_next_block_whose_seat_is_filled(rich: World) -> None:
    slot_s = rich.scenario.dpos.slot_s
    assert len(waits_s(rich)) == len(rich.node.submissions) > 20
    assert max(waits_s(rich)) <= slot_s
    assert {visit.outcome for visit in rich.visits.made} == {"complete"}


def test_who_has_spent_its_points_waits_until_they_come_back(poor: World) -> None:
    late = [wait for wait in waits_s(poor) if wait > poor.scenario.dpos.slot_s]
    assert len(late) >= 3
    assert max(late) > 3_600
    assert all(sent.outcome == "included" for sent in poor.node.submissions)


def test_points_are_charged_and_no_fee_is_paid(rich: World) -> None:
    sent = [one for one in rich.node.submissions if one.outcome == "included"]
    assert all(one.points_charged is not None and one.points_charged > 0 for one in sent)
    assert all(one.coins_charged_sat is None and one.transaction.gas_price_wei == 0 for one in sent)
    purse = rich.ledger.tip.fee_state.purses.get(rich.people.sponsor.address)
    stake = rich.ledger.tip.protocol_state.stake_sat(rich.people.sponsor.address)
    assert 0 < purse.points < stake * POINTS_PER_SAT


def test_who_stakes_less_than_an_act_can_ever_cost_is_refused_by_the_node() -> None:
    world = played(**{"dpos.payer_stake_med": 1, "dpos.cpu_limit": 300_000})
    assert {sent.failure for sent in world.node.submissions} == {"CannotPay"}
    assert {sent.outcome for sent in world.node.submissions} == {"dropped"}


def test_all_that_blocks_issue_is_minted_to_the_protocol_s_account(rich: World) -> None:
    due, done = rich.ledger.due_at(rich.ledger.tip), rich.ledger.tip.issued
    assert 0 < done.minted_med_units <= due.minted_med_units
    supply = rich.scenario.token.opening_supply_med * 10**8 + done.minted_med_units
    assert rich.conservation.book.supply_med_units == supply
    held = rich.conservation.book.balances_med_units[PROTOCOL_ACCOUNT]
    to_mint = due.minted_med_units - done.minted_med_units
    assert held + to_mint == rich.ledger.coins_sat == sum(rich.native.kept_sat().values())


def test_the_schedule_mints_instead_where_it_is_the_source() -> None:
    world = played(**{"emission.source": "contract"})
    assert world.ledger.due_at(world.ledger.tip).minted_med_units == 0
    assert world.conservation.pool.emitted_med_units > 0
    assert not any(block for block in world.ledger.tree if block.system_tx)


def test_each_seat_earns_the_same_whatever_its_stake(rich: World) -> None:
    blocks = rich.chain_rows.blocks
    stakes = rich.native.stakes_sat()
    assert set(blocks) == set(stakes)
    assert len(stakes) == 21
    assert max(blocks.values()) - min(blocks.values()) <= 1
    assert max(stakes.values()) > 5 * min(stakes.values())


def test_all_blocks_of_the_window_count_though_one_falls_on_its_end(rich: World) -> None:
    kpis = compute(write_tables(rich), _context(rich, 0, 0.0))
    slots = rich.scenario.duration_s // rich.scenario.dpos.slot_s
    assert kpis["chain.blocks"].value == slots - 1  # the opening stands at second 0
    assert kpis["chain.nakamoto_halt"].value == 7
    assert 0 < kpis["chain.gas_used_share"].value < 1


def test_only_irreversible_blocks_are_final(rich: World) -> None:
    waits = [
        sent.final_at_s - sent.included_at_s
        for sent in rich.node.submissions
        if sent.final_at_s is not None and sent.included_at_s is not None
    ]
    slot_s = rich.scenario.dpos.slot_s
    assert len(waits) == len(rich.node.submissions)
    assert min(waits) >= 14 * slot_s
    assert max(waits) <= 36 * slot_s


def test_a_stake_without_med_is_caught_and_named() -> None:
    with pytest.raises(InvariantViolated) as caught:
        simulate(load(SCENARIO, {**RICH, "faults.plant": "stake-created", "faults.plant_at_s": 40_000}))
    assert caught.value.name == "med-staked"


def test_a_block_s_header_commits_to_points(rich: World) -> None:
    executed = [
        block for block in rich.ledger.tree if block.executed is not None and block.parent is not None
    ]
    block = executed[-1]
    assert block.executed is not None
    assert block.parent is not None
    protocol_root = rich.ledger.protocol.state_root(block.parent.protocol_state)
    assert block.executed.environment.extra_data != protocol_root
    assert len(block.executed.environment.extra_data) == 32
