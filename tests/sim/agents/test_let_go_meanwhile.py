"""A gateway lets a transaction go that a block of the other side holds: it is lost only when that block is."""

from __future__ import annotations

from collections.abc import Generator
from types import SimpleNamespace
from typing import Any, cast

import pytest
import simpy

from chain.mempool import Departure
from sim.agents.acts import Act, gas_allowance
from sim.agents.submission import Call, Submission
from sim.scenario import load
from sim.world import World


@pytest.mark.parametrize("held_again", [False, True])
def test_what_was_let_go_meanwhile_is_lost_with_its_block(held_again: bool) -> None:
    ended: list[Submission] = []

    def story(world: World) -> Generator[simpy.Event, None, None]:
        node, certifier = world.node, world.people.certifier
        call = Call.of(Act.CLOSE_EPOCH, world.system.typed.rewards.close_epoch(0))
        sent = node.submit(certifier, call, gas_allowance(call.act))
        yield sent.settled
        assert sent.outcome == "included"
        nonces = certifier.nonces
        node.transactions_lost([Departure(sent.transaction, "expired", "waited 600 s", 0)])
        assert sent.outcome == "included"
        removed = cast(Any, SimpleNamespace(transactions=(sent.transaction,)))
        node.blocks_removed([removed], world.env.now)
        assert sent.outcome == "pending"
        if held_again:
            sent.outcome = "included"
        yield world.env.timeout(0)
        assert sent.outcome == ("included" if held_again else "expired")
        if not held_again:
            assert sent.revert_reason == "expired: waited 600 s"
            assert nonces.take() == sent.transaction.nonce
        ended.append(sent)

    with World(load("regression/smoke"), "medsim run") as world:
        world.env.run(until=world.env.process(story(world)))
    assert len(ended) == 1
