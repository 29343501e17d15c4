"""Whole runs with several gateways: everybody uses one, each has a pool of its own, nothing is lost between them."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from chain.ledger import Block
from sim.calendar import Calendar
from sim.runner import simulate
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/fault-partition"
SIDES = {"network.gateway_regions": "EU JP", "population.patients": 20}
"""A gateway on each side: Europe and Asia are cut off from Japan and America from 8 o'clock to noon."""


@pytest.fixture(scope="module")
def world() -> World:
    with World(load(SCENARIO, SIDES), "medsim run") as world:
        MADE.clear()
        check = world.conservation.block_made

        def note(block: Block) -> None:
            check(block)
            MADE.append(block)

        world.conservation.block_made = note  # type: ignore[method-assign]
        world.run()
    return world


MADE: list[Block] = []


def test_everybody_s_acts_come_through_whatever_gateway_they_use(world: World) -> None:
    used = [world.node._gateway_of(sent.account) for sent in world.node.submissions]
    assert min(used.count(0), used.count(1)) >= 10
    outcomes = Counter(visit.outcome for visit in world.visits.made)
    # A check-in on the side that loses may be included again too late.
    assert set(outcomes) <= {"complete", "check-in failed: GracePassed"}
    assert outcomes["complete"] > 5 * (outcomes.total() - outcomes["complete"])
    assert {sent.outcome for sent in world.node.submissions} == {"included"}
    assert [len(gateway.mempool) for gateway in world.ledger.gateways] == [0, 0]
    assert world.ledger.gossip is not None
    assert len(world.ledger.gossip) == 0
    assert world.ledger.gateways[0].tip is world.ledger.gateways[1].tip


def test_no_block_of_a_side_holds_what_was_handed_in_on_the_other_before_the_split_is_over(
    world: World,
) -> None:
    assert world.network is not None
    calendar: Calendar = world.calendar
    region_of, faults = world.network.regions, world.scenario.faults
    from_s, to_s = faults.partitions_from_s, faults.partitions_to_s
    sent = {one.transaction.identity: one for one in world.node.submissions}
    held: dict[tuple[int, bool], int] = defaultdict(int)
    for block in MADE:
        assert block.proposal is not None
        made_s = calendar.sim_s(block.timestamp_s)
        of_europe = region_of[block.proposal.producer_id] in ("EU", "AS")
        for tx in block.transactions:
            one = sent[tx.identity]
            if from_s <= one.submitted_at_s and made_s < to_s:
                number = world.node._gateway_of(one.account)
                assert of_europe == (number == 0), "a block holds what cannot have come to its producer"
                held[number, of_europe] += 1
    assert set(held) == {(0, True), (1, False)}


def test_equal_runs_have_equal_results() -> None:
    few = load("regression/network-forks", {"population.patients": 4, "time.days": 1, **THREE})
    first, again = simulate(few), simulate(few)
    assert first.digest == again.digest
    names = set(first.tables["reorganisations"]["node"])
    assert {"gateway", "gateway-2", "gateway-3"} <= names


THREE = {"network.gateway_regions": "JP EU NA"}
