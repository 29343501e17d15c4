"""A sponsor's purse in a run: deposits, refunds and withdrawals move coin inside calls, and the books follow them."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from chain.block import Transaction
from chain.contracts.messages import ForwardRequest
from chain.contracts.rehearsal.forwarder import LIMITS
from chain.units import wei_from_satoshi
from sim.agents.accounts import Account
from sim.scenario import load
from sim.world import World

SCENARIO = "regression/smoke"
PRICE_WEI = wei_from_satoshi(40)
DEPOSIT_WEI = 10**18
GAS_LIMIT_GAS = 600_000


def submit(world: World, sender: Account, data: bytes, value_wei: int = 0) -> None:
    """Hand a transaction to the forwarder over to the mempool; the next call finds it included."""
    world.clock.catch_up()
    transaction = Transaction(
        sender=sender.address,
        nonce=sender.nonces.take(),
        to=world.system.address_of("Forwarder"),
        value_wei=value_wei,
        data=data,
        gas_limit_gas=GAS_LIMIT_GAS,
        gas_price_wei=PRICE_WEI,
    )
    world.ledger.submit(transaction, world.node.unix_s())
    world.clock.wake()


def request(world: World, author: Account) -> tuple[object, ...]:
    """What the treasury asks for: that a unit of its MED goes to the certifier."""
    system = world.system
    asked = ForwardRequest(
        sender=author.address,
        to=system.address_of("MedToken"),
        gas_gas=100_000,
        nonce=world.node.ask(system.typed.forwarder.nonces(author.address)),
        deadline_s=world.node.unix_s() + 86_400,
        data=system.token.encode("transfer", world.people.certifier.address, 1),
    )
    return asked.arguments(author.key.sign(asked.digest(system.forwarder_domain)))


def test_what_a_sponsor_pays_back_is_conserved_and_audited_block_by_block() -> None:
    with World(load(SCENARIO, {"invariants.full_scan_blocks": 20}), "medsim run") as world:
        sponsor, relayer, author = world.people.sponsor, world.people.certifier, world.people.treasury
        forwarder = world.system.forwarder
        terms = LIMITS._replace(all_system_targets=True)
        held_wei = []

        def deposit_wei() -> int:
            return world.node.ask(world.system.typed.forwarder.deposit_of(sponsor.address))

        def sponsored() -> Generator[simpy.Event, None, None]:
            yield world.env.timeout(1_000)
            submit(world, sponsor, forwarder.encode("deposit", sponsor.address), DEPOSIT_WEI)
            submit(world, sponsor, forwarder.encode("setLimits", terms))
            submit(world, sponsor, forwarder.encode("setAuthors", [author.address], True))
            for _request in range(3):
                yield world.env.timeout(4_000)
                held_wei.append(deposit_wei())
                call = forwarder.encode("executeSponsored", request(world, author), sponsor.address)
                submit(world, relayer, call)
            yield world.env.timeout(4_000)
            held_wei.append(deposit_wei())
            submit(world, sponsor, forwarder.encode("withdraw", DEPOSIT_WEI // 2))

        world.env.process(sponsored())
        world.run()
        assert held_wei[0] == DEPOSIT_WEI
        assert held_wei == sorted(set(held_wei), reverse=True)
        left_wei = held_wei[-1] - DEPOSIT_WEI // 2
        assert deposit_wei() == left_wei
        at = world.system.address_of("Forwarder")
        assert world.ledger.engine.balance_wei(world.ledger.tip.state_root, at) == left_wei
        assert world.conservation.book.balances_med_units[relayer.address] == 3
        assert world.ledger.imbalance_wei() == 0
