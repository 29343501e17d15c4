"""Any input to any function, by anyone: it is refused in declared words, or answered, or MED stays conserved.

Each function gets 256 inputs on every change and 10,000 in `make long`. They start from the state that the
contract's rehearsal leaves. To functions that change the state a third are drawn from the argument types alone; most
are calls that succeeded in the rehearsal with one argument replaced, or another sender; some are damaged calldata.
What only reads is asked at the rehearsal's end, a contract's functions all on one scene, by what the rehearsal left;
a function without arguments has no inputs but its sender and time, of which a few will do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import pytest
from engines import FASTEST, REFERENCE, fresh_engine
from random_arguments import Arguments
from scene import Actor, Outcome, Scene

from chain.abi import ContractAbi, Fields
from chain.block import Address
from chain.contracts.artifact import CONTRACTS, load
from chain.contracts.rehearsal import cast, gas
from chain.contracts.rehearsal.stage import Call, Stage
from chain.engines.choice import Choice
from chain.errors import InvalidEncoding
from chain.keys import PrivateKey

INPUTS, INPUTS_LONG = 256, 10_000
WITHOUT_ARGUMENTS = 4
RENEWED_AFTER = 64
"""Calls on one scene, before the next starts from the rehearsal's end again."""

DAMAGED_SHARE, DRAWN_SHARE, CONTRACT_SENDER_SHARE = 0.06, 0.33, 0.15
HOUR_S, MONTH_S = 3_600, 30 * 86_400

READING = ("view", "pure")
FUNCTIONS = [
    (name, entry["name"])
    for name in CONTRACTS
    for entry in load(name).abi
    if entry["type"] == "function" and entry["stateMutability"] not in READING
]
READERS = [name for name in CONTRACTS if any(e.get("stateMutability") in READING for e in load(name).abi)]

FORBIDDEN = re.compile(
    r"^(unknown error|Panic\((?!arithmetic overflow|out of memory|pop from an empty array))"
)
"""What no call may end in: an undeclared error, or a panic. But for three that say what they should: a number or a
damaged length beyond all bounds, and what OpenZeppelin's Governor answers a timelock that carries out what it never
queued."""

CONTRACT_SENDERS = ("Timelock", "RewardPool", "TokenSale")
"""Contracts that others obey."""


@pytest.mark.parametrize(("contract", "function"), FUNCTIONS)
def test_any_input_is_refused_in_words_or_conserves_med(contract: str, function: str) -> None:
    fuzz(contract, function, INPUTS)


@pytest.mark.long
@pytest.mark.parametrize(("contract", "function"), FUNCTIONS)
def test_ten_thousand_inputs_are_refused_in_words_or_conserve_med(contract: str, function: str) -> None:
    fuzz(contract, function, INPUTS_LONG, FASTEST)


@pytest.mark.parametrize("contract", READERS)
def test_any_question_is_answered_or_refused_in_words(contract: str) -> None:
    question(contract, INPUTS)


@pytest.mark.long
@pytest.mark.parametrize("contract", READERS)
def test_ten_thousand_questions_are_answered_or_refused_in_words(contract: str) -> None:
    question(contract, INPUTS_LONG, FASTEST)


def question(name: str, inputs: int, engine: Choice = REFERENCE) -> None:
    """Ask each reading function of a contract so often; an answer decodes by its declared types."""
    stage = rehearsed(name, engine)
    contract = stage.system.contract(name)
    words = words_of(stage)
    scene = Scene(stage)
    started_s = scene.time_s
    for entry in load(name).abi:
        if entry["type"] != "function" or entry["stateMutability"] not in READING:
            continue
        function = called(contract, entry)
        random = Random(f"{name}.{function}")
        drawn = Arguments(random.getrandbits(64), stage.system, started_s, words)
        for index in range(inputs if entry["inputs"] else WITHOUT_ARGUMENTS):
            scene.time_s = started_s + random.choice([0, 0, 1, HOUR_S, MONTH_S])
            arguments = drawn.of(entry)
            data = contract.encode(function, *arguments)
            if random.random() < DAMAGED_SHARE:
                data = damaged(random, data)
            answered, output = scene.answer(contract, data, sender=drawn.address())
            told = f"{name}.{function}{tuple(arguments)!r} as input {index}"
            if answered:
                contract.decode_output(function, output)
            else:
                error = stage.system.decode_error(output)
                assert not FORBIDDEN.match(error), (told, error)


def called(contract: ContractAbi, entry: Mapping[str, Any]) -> str:
    """Return the name by which a function is called: of several of one name, with its types."""
    signature = f"{entry['name']}{Fields(entry['inputs']).signature}"
    return signature if signature in contract.functions else str(entry["name"])


def words_of(stage: Stage) -> list[bytes]:
    """Return identifiers that have been seen: the indexed words of the stage's events."""
    return list(dict.fromkeys(topic for log in stage.logs for topic in log.topics[1:]))[:200]


def fuzz(name: str, function: str, inputs: int, engine: Choice = REFERENCE) -> None:
    stage = rehearsed(name, engine)
    system = stage.system
    contract = system.contract(name)
    entry = next(e for e in reversed(load(name).abi) if (e.get("name"), e["type"]) == (function, "function"))
    random = Random(f"{name}.{function}")
    words = words_of(stage)
    played = [call for call in stage.calls if (call.contract, call.function) == (name, function)]
    people = [actor for actor in vars(cast).values() if isinstance(actor, PrivateKey)]
    scene = Scene(stage)
    for index in range(inputs):
        if index % RENEWED_AFTER == 0:
            scene = Scene(stage)
        if random.random() < 0.2:
            scene.pass_time(random.choice([1, HOUR_S, MONTH_S]))
        drawn = Arguments(random.getrandbits(64), system, scene.time_s, words)
        sender: Actor = random.choice(people)
        if random.random() < CONTRACT_SENDER_SHARE:
            sender = system.address_of(random.choice(CONTRACT_SENDERS))
        arguments, value_wei = drawn.of(entry), 0
        if entry["stateMutability"] == "payable":
            value_wei = random.choice([0, 0, 1, 10**10, 10**18, 10**19])
        if played and random.random() > DRAWN_SHARE:
            sender, arguments, value_wei = varied(random, random.choice(played), arguments, sender, value_wei)
        value_wei = min(value_wei, scene.coins_wei(sender))
        data = encoded(contract, function, arguments, drawn.of(entry))
        if random.random() < DAMAGED_SHARE:
            data = damaged(random, data)
        before = scene.supply
        outcome = scene.send_data(sender, contract, data, value_wei=value_wei)
        told = f"{name}.{function}{tuple(arguments)!r} by {sender!r} as input {index}: {outcome.error}"
        assert not FORBIDDEN.match(outcome.error), told
        if outcome.status:
            check(scene, contract.address, before, outcome, told)


def encoded(contract: ContractAbi, function: str, arguments: list[Any], instead: list[Any]) -> bytes:
    """Return calldata; with other arguments where a neighbour of an edge value does not fit its type."""
    try:
        return contract.encode(function, *arguments)
    except InvalidEncoding:
        return contract.encode(function, *instead)


def varied(
    random: Random, call: Call, drawn: list[Any], sender: Actor, value_wei: int
) -> tuple[Actor, list[Any], int]:
    """Return a call that succeeded once, with one thing about it replaced."""
    arguments = list(call.arguments)
    place = random.randrange(-3, len(arguments))
    if place == -3:
        return sender, arguments, call.value_wei
    if place == -2:
        return call.sender, arguments, value_wei
    if place >= 0:
        arguments[place] = altered(random, arguments[place], drawn[place])
    return call.sender, arguments, call.value_wei


def altered(random: Random, value: Any, drawn: Any) -> Any:
    """Return `drawn` or a near neighbour of `value`; of a struct only one field is replaced."""
    if isinstance(value, tuple | list) and value and len(value) == len(drawn):
        place = random.randrange(len(value))
        parts = list(value)
        parts[place] = altered(random, parts[place], drawn[place])
        return tuple(parts) if isinstance(value, tuple) else parts
    if isinstance(value, int) and not isinstance(value, bool) and random.random() < 0.5:
        return max(0, value + random.choice([-1, 1]))
    return drawn


def damaged(random: Random, data: bytes) -> bytes:
    """Return calldata cut short, or with one byte changed behind the selector."""
    if len(data) > 4 and random.random() < 0.5:
        place = random.randrange(4, len(data))
        return data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]
    return data[: random.randrange(4, len(data) + 1)]


def check(scene: Scene, called: Address | None, supply_before: int, outcome: Outcome, told: str) -> None:
    """MED is conserved, minted by its schedule alone, and every contract that the call concerned holds what it owes."""
    minted = any(event.name == "Emitted" for event in outcome.events)
    assert scene.supply <= supply_before or minted, told
    assert scene.read(scene.system.token, "totalSupply") == scene.supply, told
    concerned = {*scene.touched, called}
    for account in scene.touched:
        assert scene.balance(account) == scene.balances[account] >= 0, told
    scene.touched.clear()
    for contract in holders_of(scene):
        if contract.address not in concerned:
            continue
        owed, held = scene.read(contract, "obligations"), scene.balances.get(contract.address or b"", 0)
        assert held >= owed, f"{contract.artifact.name} holds {held} and owes {owed} after {told}"


def holders_of(scene: Scene) -> list[Any]:
    return [contract for contract in scene.system.contracts if "obligations" in contract.functions]


@cache
def rehearsed(name: str, engine: Choice) -> Stage:
    """Return the stage on which a contract has been rehearsed."""
    return gas.rehearsed(name, fresh_engine(engine))
