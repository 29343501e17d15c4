"""Outsiders, refusals and gifts: the run goes on, people are paid, and the auditor neither sleeps nor cries wolf."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
import simpy

from chain.block import Transaction
from chain.mempool import Mempool, MempoolFull
from chain.protocols.protocol import FEE_ACCOUNT
from chain.units import WEI_PER_SATOSHI, wei_from_satoshi
from sim import run
from sim.agents.acts import Act, gas_allowance
from sim.agents.epochs import Epochs
from sim.agents.payment import Payment
from sim.agents.submission import Call
from sim.audit.pool_book import PoolBook
from sim.errors import InvariantViolated
from sim.runner import write_tables
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/smoke"
EPOCH_S = 86_400

Outsider = Callable[[World], Generator[simpy.Event, None, None]]


def lived_through(outsider: Outsider | None = None, **overrides: object) -> World:
    """A world that has been run, with somebody in it who is no part of the system."""
    with World(load(SCENARIO, overrides), "medsim run") as world:
        if outsider is not None:
            world.env.process(outsider(world))
        world.run()
    return world


def paid_in_full(world: World) -> bool:
    tables = write_tables(world)
    epochs, rewards = tables["epochs"], tables["rewards"]
    paid = rewards.groupby("epoch")["points"].sum()
    return len(epochs) == 2 and all(paid[epoch.epoch] == epoch.points for epoch in epochs.itertuples())


def test_epochs_that_somebody_else_closes_are_paid_all_the_same() -> None:
    def outsider(world: World) -> Generator[simpy.Event, None, None]:
        for epoch in range(2):
            yield world.env.timeout((epoch + 1) * EPOCH_S + 200 - world.env.now)
            call = Call.of(Act.CLOSE_EPOCH, world.system.typed.rewards.close_epoch(epoch))
            yield world.node.submit(world.people.certifier, call, gas_allowance(call.act)).settled

    world = lived_through(outsider)
    closings = [
        sent for sent in world.node.submissions if sent.call.act is Act.CLOSE_EPOCH and sent.succeeded
    ]
    assert {sent.account.owner_id for sent in closings} == {"certifier"}
    assert paid_in_full(world)


def test_a_refused_closing_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = []
    add = Mempool.add

    def crowded(pool: Mempool, tx: Transaction, now_s: int, nonce: int, balance_wei: int) -> object:
        if tx.gas_limit_gas == gas_allowance(Act.CLOSE_EPOCH) and len(refusals) < 2:
            refusals.append(tx)
            raise MempoolFull("no room today")
        return add(pool, tx, now_s, nonce, balance_wei)

    monkeypatch.setattr(Mempool, "add", crowded)
    world = lived_through()
    assert len(refusals) == 2
    assert paid_in_full(world)


def test_an_epoch_may_be_closed_by_others_while_another_is_being_paid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def outsider(world: World) -> Generator[simpy.Event, None, None]:
        def close(epoch: int) -> simpy.Event:
            call = Call.of(Act.CLOSE_EPOCH, world.system.typed.rewards.close_epoch(epoch))
            return world.node.submit(world.people.certifier, call, 300_000).settled

        yield world.env.timeout(2 * EPOCH_S + 10)
        yield close(0)
        while not any(sent.call.act is Act.SETTLE for sent in world.node.submissions):
            yield world.env.timeout(1)
        yield close(1)

    monkeypatch.setattr(Epochs, "_close_up_to", lambda *_: iter(()))
    assert paid_in_full(lived_through(outsider))


def test_settlements_are_cut_to_small_blocks() -> None:
    world = lived_through(**{"chain.gas_limit_gas": 1_000_000})
    settlements = [sent for sent in world.node.submissions if sent.call.act is Act.SETTLE]
    assert len(settlements) > 2
    assert all(sent.succeeded for sent in settlements)
    assert paid_in_full(world)


def test_one_failed_request_costs_its_author_no_other() -> None:
    late = run("regression/sponsor-pays", checkin__grace_s=130).table("visits")
    failed = late[late["outcome"] != "complete"]
    assert len(failed) > 0
    assert failed["outcome"].str.contains("check-in failed: FailedCall: GracePassed", regex=False).all()
    assert late["anchored_at_s"].notna().all()


def test_gifts_are_no_violation() -> None:
    def giver(world: World) -> Generator[simpy.Event, None, None]:
        yield world.env.timeout(1_000)
        payment = Payment(world.env, world.node, world.system, None)
        gift = Call.of(
            Act.SETTLE, world.system.typed.token.transfer(world.system.address_of("RewardPool"), 1)
        )
        sent = yield from payment.forward(world.people.treasury, gift, world.people.certifier)
        yield sent.settled
        assert sent.succeeded
        certifier = world.people.certifier
        burnt = Transaction(
            sender=certifier.address,
            nonce=certifier.nonces.take(),
            to=FEE_ACCOUNT,
            value_wei=WEI_PER_SATOSHI,
            data=b"",
            gas_limit_gas=21_000,
            gas_price_wei=wei_from_satoshi(40),
        )
        world.clock.catch_up()
        world.ledger.submit(burnt, world.node.unix_s())
        world.clock.wake()

    world = lived_through(giver)
    assert world.ledger.imbalance_wei() == 0
    pool = world.system.address_of("RewardPool")
    assert world.conservation.book.balances_med_units[pool] > 0


def test_minting_that_the_schedule_does_not_explain_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PoolBook, "note", lambda *_: None)
    with pytest.raises(InvariantViolated, match="med-minting"):
        lived_through()


def test_a_transaction_that_a_dearer_one_pushes_out_is_known_to_be_lost() -> None:
    def rich(world: World) -> Generator[simpy.Event, None, None]:
        """Offers a dear transaction whenever one of the visits' waits."""
        certifier = world.people.certifier
        while world.env.now < EPOCH_S:
            yield world.env.timeout(600)
            world.clock.catch_up()
            if len(world.ledger.mempool) == 0:
                continue
            dear = Transaction(
                sender=certifier.address,
                nonce=certifier.nonces.take(),
                to=certifier.address,
                value_wei=0,
                data=b"",
                gas_limit_gas=21_000,
                gas_price_wei=wei_from_satoshi(400),
            )
            world.node.transactions_lost(world.ledger.submit(dear, world.node.unix_s()))

    world = lived_through(rich, **{"mempool.limit_tx": 1, "mempool.account_limit_tx": 1})
    lost = [sent for sent in world.node.submissions if str(sent.revert_reason).startswith("evicted")]
    assert lost
    assert all(sent.outcome != "pending" for sent in world.node.submissions)
    assert all(visit.outcome != "under way" for visit in world.visits.made)
