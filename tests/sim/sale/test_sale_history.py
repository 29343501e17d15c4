"""The sale on the chain: what buyers sent, what the contract made of it, and where all MED and coin are afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from chain.contracts.deployment.token_sale import Phase
from chain.contracts.reference.vesting import due_s, parts_med_units
from chain.units import SATOSHI_PER_QTUM, satoshi_from_wei
from sim.errors import ScenarioError
from sim.sale.outcome import Bought, bought, sale_end
from sim.sale.plan import plan_purchases
from sim.sale.terms import phases, split
from sim.scenario import Scenario, load
from sim.world import World

BUYERS = 40
CHANGES: Mapping[str, object] = MappingProxyType(
    {
        "token.opening": "sale",
        "sale.buyers": BUYERS,
        "sale.team_members": 3,
        "first_presale.invited_share": 0.3,
        "first_presale.minimum_qtum": 20.0,
        "second_presale.invited_share": 0.4,
        "time.days": 2,
        "population.patients": 3,
        "staking.stakers": 10,
        "staking.coins_per_staker": 60,
        "staking.burn_in_blocks": 600,
    }
)


def scenario(**changes: object) -> Scenario:
    return load("baseline", {**CHANGES, **changes})


def outcomes(world: World) -> list[Bought]:
    assert world.sale is not None
    return list(bought(world.system, world.ledger.opening_blocks, world.sale.purchases))


def balance(world: World, owner: bytes) -> int:
    token = world.system.token
    assert token.address is not None
    answer = world.ledger.call(token.address, token.encode("balanceOf", owner))
    return int.from_bytes(answer.output, "big")


@pytest.fixture(scope="module")
def world() -> World:
    return World(scenario(), "")


def test_everybody_gets_what_the_price_says(world: World) -> None:
    rows = outcomes(world)
    assert [row.purchase for row in rows] == plan_purchases(world.scenario, world.chance)
    assert {row.purchase.phase for row in rows} == {0, 1, 2}
    assert {row.outcome for row in rows} == {"bought"}
    for row in rows:
        terms = phases(world.scenario)[row.purchase.phase]
        assert row.paid_sat == row.purchase.offered_sat
        assert row.med_units == row.paid_sat * terms.med_units_per_satoshi
        assert row.locked_med_units == (row.med_units if row.purchase.phase < Phase.MAIN_SALE else 0)
        assert row.bought_at_s == row.purchase.sent_at_s


def test_locks_that_ended_before_the_run_are_released(world: World) -> None:
    holders = {holder.owner_id: holder.address for holder in world.people.holders}
    for row in outcomes(world):
        assert balance(world, holders[row.purchase.buyer_id]) == row.med_units
    locks = world.conservation.locks
    assert len(locks.locks) == sum(row.locked_med_units > 0 for row in outcomes(world))
    for lock in locks.locks:
        assert (lock.ended_by, lock.ended_at_s) == ("released", lock.release_at_s)
    assert locks.locks_owe_med_units == 0


def test_the_teams_parts_are_paid_as_they_fall_due(world: World) -> None:
    locks = world.conservation.locks
    start_s = world.calendar.start_unix_s
    grants = [locks.grants[member.address] for member in world.people.team]
    assert sum(grant.amount_med_units for grant in grants) == split(world.scenario).team_med_units
    times_s = [time_s for time_s in due_s(1_515_942_000) if time_s < start_s]
    assert len(times_s) == 3
    for grant, member in zip(grants, world.people.team, strict=True):
        parts = parts_med_units(grant.amount_med_units)
        assert grant.releases == list(zip(times_s, parts[:3], strict=True))
        assert balance(world, member.address) == sum(parts[:3])
    left = sum(grant.amount_med_units - grant.released_med_units for grant in grants)
    assert locks.vesting_owes_med_units == left == balance(world, world.system.address_of("TeamVesting"))


def test_all_med_is_somewhere_and_unsold_med_is_the_treasurys(world: World) -> None:
    sold = sum(row.med_units for row in outcomes(world))
    parts = split(world.scenario)
    end = sale_end(world.system, world.ledger.opening_blocks)
    assert (end.unsold_med_units, end.burned) == (parts.sale_med_units - sold, False)
    assert balance(world, world.people.treasury.address) == parts.reserve_med_units + end.unsold_med_units
    assert balance(world, world.system.address_of("TokenSale")) == 0
    assert world.conservation.book.supply_med_units == 10**18


def test_the_proceeds_lie_with_the_treasury_and_came_out_of_what_was_issued(world: World) -> None:
    paid_sat = sum(row.paid_sat for row in outcomes(world))
    assert sale_end(world.system, world.ledger.opening_blocks).proceeds_sat == paid_sat
    assert world.ledger.balance_wei(world.people.treasury.address) == paid_sat * 10**10
    assert all(world.ledger.balance_wei(holder.address) == 0 for holder in world.people.holders)
    assert world.ledger.issued_sat == world.scenario.issued_qtum * SATOSHI_PER_QTUM
    assert world.ledger.imbalance_wei() == 0


def test_the_history_stands_in_its_own_calendar_before_the_run(world: World) -> None:
    blocks = world.ledger.opening_blocks
    assert [block.environment.number for block in blocks] == sorted(
        {block.environment.number for block in blocks}
    )
    assert blocks[0].environment.timestamp_s == 1_509_375_600  # 2017-10-31 in Seoul
    assert blocks[-1].environment.timestamp_s == world.calendar.start_unix_s
    assert blocks[-1].environment.number == world.scenario.chain.opening_height
    assert blocks[-1].receipts.status == []
    assert world.ledger.tip.state_root == blocks[-1].state_root


def test_who_has_sent_before_goes_on_with_the_next_nonce(world: World) -> None:
    for account in (world.people.treasury, world.people.deployer, *world.people.holders):
        next_nonce = world.ledger.nonce(account.address)
        assert next_nonce > 0
        assert account.nonces.take() == next_nonce
    assert world.people.sponsor.nonces.take() == 0


def test_a_cap_cuts_one_purchase_and_refuses_those_after() -> None:
    changes = {"main_sale.cap_med": 3_000_000, "main_sale.raised_cap_med": 0}
    world = World(scenario(**changes), "")
    main = [row for row in outcomes(world) if row.purchase.phase == Phase.MAIN_SALE]
    (cut,) = [position for position, row in enumerate(main) if row.outcome == "cut"]
    assert {row.outcome for row in main[:cut]} == {"bought"}
    assert {row.outcome for row in main[cut + 1 :]} == {"SoldOut"}
    assert (
        sum(row.med_units for row in main) <= 3_000_000 * 10**8 < sum(row.med_units for row in main) + 1_800
    )
    holders = {holder.owner_id: holder.address for holder in world.people.holders}
    for row in outcomes(world):
        back_sat = row.purchase.offered_sat - row.paid_sat
        kept_sat = satoshi_from_wei(world.ledger.balance_wei(holders[row.purchase.buyer_id]))
        assert kept_sat == back_sat
        if row.outcome == "SoldOut":
            assert (row.paid_sat, row.med_units, row.locked_med_units) == (0, 0, 0)
    assert world.ledger.imbalance_wei() == 0


def test_a_raised_cap_lets_later_buyers_in() -> None:
    capped = {"main_sale.cap_med": 1_000_000, "main_sale.raised_cap_med": 0}
    raised = {"main_sale.cap_med": 1_000_000, "main_sale.raised_cap_med": 900_000_000}
    few, many = (outcomes(World(scenario(**changes), "")) for changes in (capped, raised))
    raised_at_s = phases(scenario())[2].start_s + 12 * 86_400
    for before, after in zip(few, many, strict=True):
        assert before.purchase == after.purchase
        if before.bought_at_s < raised_at_s:
            assert before == after
        else:
            assert after.outcome == "bought"
    assert any(row.outcome == "SoldOut" for row in many)


def test_a_minimum_and_a_cap_a_buyer_refuse_by_name() -> None:
    changes = {"main_sale.minimum_qtum": 30.0, "main_sale.buyer_cap_med": 200_000}
    main = [row for row in outcomes(World(scenario(**changes), "")) if row.purchase.phase == Phase.MAIN_SALE]
    assert {row.outcome for row in main} == {"bought", "cut", "PurchaseTooSmall"}
    for row in main:
        small = row.purchase.offered_sat < 30 * SATOSHI_PER_QTUM
        assert (row.outcome == "PurchaseTooSmall") == small
        assert row.med_units <= 200_000 * 10**8
        if row.outcome == "cut":
            assert row.med_units > 200_000 * 10**8 - 1_800


def test_unsold_med_may_be_burned() -> None:
    world = World(scenario(**{"sale.unsold": "burned"}), "")
    sold = sum(row.med_units for row in outcomes(world))
    end = sale_end(world.system, world.ledger.opening_blocks)
    assert end.burned
    book = world.conservation.book
    assert book.burned_med_units == end.unsold_med_units == 5 * 10**17 - sold
    assert book.supply_med_units == 10**18 - book.burned_med_units


def test_what_is_not_due_at_the_start_is_still_locked() -> None:
    changes = {"first_presale.lock_days": 365, "sale.team_first_release": "2018-11-01T00:00:00"}
    world = World(scenario(**changes), "")
    locks = world.conservation.locks
    first = [row for row in outcomes(world) if row.purchase.phase == Phase.FIRST_PRESALE]
    held = [lock for lock in locks.locks if lock.ended_at_s is None]
    assert {lock.lock_id for lock in held} == {0}
    assert locks.locks_owe_med_units == sum(row.med_units for row in first) > 0
    assert locks.vesting_owes_med_units == split(world.scenario).team_med_units
    owned = {holder.owner_id: holder.address for holder in world.people.holders}
    for row in first:
        assert locks.locked_med_units[owned[row.purchase.buyer_id]] == row.med_units
        assert balance(world, owned[row.purchase.buyer_id]) == 0


def test_buyers_cannot_pay_with_coin_that_is_not_there() -> None:
    with pytest.raises(ScenarioError, match="neither staked nor in another's account") as caught:
        World(
            scenario(**{"sale.median_purchase_krw": 100_000_000_000.0, "sale.largest_purchase_krw": 1e12}), ""
        )
    assert caught.value.key == "sale.median_purchase_krw"


def test_nothing_sold_leaves_nothing_to_withdraw() -> None:
    world = World(scenario(**{"main_sale.minimum_qtum": 1e6, "second_presale.minimum_qtum": 1e6}), "")
    rows = [row for row in outcomes(world) if row.purchase.phase != Phase.FIRST_PRESALE]
    assert {row.outcome for row in rows} == {"PurchaseTooSmall"}
    assert world.ledger.imbalance_wei() == 0


def test_a_run_goes_on_from_the_sale() -> None:
    with World(scenario(**{"first_presale.lock_days": 365}), "") as world:
        world.run()
    assert world.conservation.scans >= 2
    assert world.conservation.locks.locks_owe_med_units > 0
