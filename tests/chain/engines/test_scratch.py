"""A scratch gives what a block with one transaction gives, and an asked message leaves nothing behind."""

from __future__ import annotations

import pytest
from evm_bench import new_engine

from chain.block import BlockEnvironment
from chain.contracts.messages import Role
from chain.contracts.rehearsal.cast import DEPLOYER, PATIENT, PROVIDER, STRANGER
from chain.contracts.rehearsal.stage import FEE_ACCOUNT, Stage
from chain.contracts.rehearsal.terms import BLOCK_S, parameters
from chain.engines.scratch import Scratch
from chain.errors import UnknownState


@pytest.fixture(scope="module")
def stage(both_engines: str) -> Stage:  # noqa: ARG001 - it says what `new_engine` gives
    return Stage(parameters(), new_engine())


def environment(stage: Stage) -> BlockEnvironment:
    return BlockEnvironment(
        number=stage.number + 1,
        timestamp_s=stage.time_s,
        gas_limit_gas=400_000_000,
        coinbase=FEE_ACCOUNT,
        parent_hash=bytes(32),
    )


@pytest.fixture
def scratch(stage: Stage) -> Scratch:
    return stage.engine.scratch(stage.root, environment(stage))


CALLS = [
    (DEPLOYER, "token", "transfer", (PATIENT.address, 5)),
    (STRANGER, "token", "transfer", (PATIENT.address, 5)),
    (PATIENT, "identity", "register", (Role.PATIENT,)),
    (PATIENT, "identity", "register", (Role.PROVIDER,)),
    (PROVIDER, "identity", "certify", (PROVIDER.address, 2**40 - 1)),
    (PATIENT, "token", "transfer", (PROVIDER.address, 3)),
    (PATIENT, "token", "burn", (2,)),
]


def test_message_after_message_gives_what_block_after_block_gives(stage: Stage, scratch: Scratch) -> None:
    blocks = stage.branch()
    for sender, contract, function, arguments in CALLS:
        abi = getattr(stage.system, contract)
        outcome = blocks.send(sender, abi, function, *arguments)
        result = scratch.send(
            sender.address, abi.address, abi.encode(function, *arguments), timestamp_s=blocks.time_s
        )
        assert (result.status, result.gas_used_gas) == (outcome.status, outcome.gas_gas)
        assert [stage.system.decode_log(log) for log in result.logs] == outcome.events
        if not result.status:
            assert stage.system.decode_error(result.output) == outcome.error
    for slot in range(12):
        address = stage.system.address_of("MedToken")
        assert scratch.storage(address, slot) == blocks.engine.storage(blocks.root, address, slot)


def test_time_is_the_message_s_own(stage: Stage, scratch: Scratch) -> None:
    identity = stage.system.identity
    at_s = stage.time_s + 123 * BLOCK_S
    sent = scratch.send(
        PATIENT.address, identity.address, identity.encode("register", Role.PATIENT), timestamp_s=at_s
    )
    assert sent.status
    asked = scratch.ask(
        identity.address, identity.encode("registeredAt", PATIENT.address), timestamp_s=at_s + 5
    )
    assert identity.decode_output("registeredAt", asked.output) == at_s


def test_what_is_asked_is_taken_back(stage: Stage, scratch: Scratch) -> None:
    token = stage.system.token
    data = token.encode("transfer", PATIENT.address, 5)
    assert scratch.ask(token.address, data, timestamp_s=stage.time_s, sender=DEPLOYER.address).status
    asked = scratch.ask(token.address, token.encode("balanceOf", PATIENT.address), timestamp_s=stage.time_s)
    assert token.decode_output("balanceOf", asked.output) == 0
    nonce_before = scratch.send(DEPLOYER.address, token.address, data, timestamp_s=stage.time_s)
    assert nonce_before.status


def test_native_coin_moves(scratch: Scratch, stage: Stage) -> None:
    before_wei = scratch.balance_wei(PROVIDER.address)
    result = scratch.send(
        DEPLOYER.address, PROVIDER.address, b"", timestamp_s=stage.time_s, value_wei=7, gas_price_wei=2
    )
    assert result.gas_used_gas == 21_000
    assert scratch.balance_wei(PROVIDER.address) == before_wei + 7
    assert scratch.balance_wei(FEE_ACCOUNT) == 2 * 21_000


def test_a_scratch_of_an_unknown_state_is_refused(stage: Stage) -> None:
    with pytest.raises(UnknownState):
        stage.engine.scratch(b"\x01" * 32, environment(stage))


def test_an_answer_is_what_asking_gives_and_leaves_nothing(stage: Stage, scratch: Scratch) -> None:
    token, when_s = stage.system.token, stage.time_s + BLOCK_S
    balance = token.encode("balanceOf", DEPLOYER.address)
    before = scratch.ask(token.address, balance, timestamp_s=when_s)
    for sender, contract, function, arguments in CALLS:
        abi = getattr(stage.system, contract)
        data = abi.encode(function, *arguments)
        asked = scratch.ask(abi.address, data, timestamp_s=when_s, sender=sender.address)
        told = scratch.answer(abi.address, data, timestamp_s=when_s, sender=sender.address)
        assert told == (bool(asked.status), asked.output)
    assert scratch.answer(token.address, balance, timestamp_s=when_s) == (True, before.output)


def test_a_stored_word_is_there(stage: Stage, scratch: Scratch) -> None:
    token = stage.system.token.address
    scratch.store(token, 2**200, 7)
    assert scratch.storage(token, 2**200) == 7
    assert stage.engine.storage(stage.root, token, 2**200) == 0


def test_a_message_that_is_taken_back_leaves_every_word_as_it_was(stage: Stage) -> None:
    """The same calls with and without questions in between end in the same words, whatever the questions did."""
    asked, unasked = (stage.engine.scratch(stage.root, environment(stage)) for _ in range(2))
    when_s = stage.time_s
    for sender, contract, function, arguments in CALLS:
        abi = getattr(stage.system, contract)
        data = abi.encode(function, *arguments)
        for other, name, asked_function, asked_arguments in CALLS:
            target = getattr(stage.system, name)
            asked.ask(
                target.address,
                target.encode(asked_function, *asked_arguments),
                timestamp_s=when_s,
                sender=other.address,
            )
        results = [
            one.send(sender.address, abi.address, data, timestamp_s=when_s) for one in (asked, unasked)
        ]
        assert results[0] == results[1]
    for slot in range(12):
        address = stage.system.address_of("MedToken")
        assert asked.storage(address, slot) == unasked.storage(address, slot)
