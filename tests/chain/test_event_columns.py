"""Events read as columns are the events that rows tell, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.abi import Fields
from chain.block import Log
from chain.contracts.artifact import CONTRACTS, load
from chain.contracts.bindings.med_token import Transfer
from chain.contracts.rows import values_of
from chain.contracts.system import System
from chain.contracts.typed import ContractEvent, interface
from chain.errors import InvalidEncoding
from chain.hashing import keccak
from chain.log_columns import LogColumns, log_columns

SYSTEM = System(b"\x11" * 20, 1)
EVENTS = [
    (contract, entry) for contract in CONTRACTS for entry in load(contract).abi if entry["type"] == "event"
]


def values(parameter: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return values of an ABI parameter, edges among them."""
    kind: str = parameter["type"]
    if kind.endswith("[]"):
        return st.lists(values({**parameter, "type": kind[:-2]}), max_size=3)
    if kind == "tuple":
        return st.tuples(*map(values, parameter["components"]))
    if parameter.get("internalType", "").startswith("enum"):
        return st.just(1)
    simple: dict[str, st.SearchStrategy[Any]] = {
        "address": st.binary(min_size=20, max_size=20),
        "bool": st.booleans(),
        "string": st.text(max_size=40),
        "bytes": st.binary(max_size=70),
    }
    if kind in simple:
        return simple[kind]
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    signed, bits = kind.startswith("int"), int(kind.removeprefix("u").removeprefix("int"))
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return st.sampled_from([low, high, 1]) | st.integers(low, high)


@st.composite
def logs(draw: st.DrawFn) -> list[list[Log]]:
    """Return log entries of some transactions: events of all contracts, and of contracts that nobody knows."""
    transactions = []
    for _ in range(draw(st.integers(0, 4))):
        entries = []
        for contract, entry in draw(st.lists(st.sampled_from(EVENTS), max_size=6)):
            address = draw(st.sampled_from([SYSTEM.address_of(contract)] * 3 + [b"\x77" * 20]))
            entries.append(log_of(address, entry, draw))
        transactions.append(entries)
    return transactions


def log_of(address: bytes, entry: Any, draw: st.DrawFn) -> Log:
    inputs = entry["inputs"]
    plain = [parameter for parameter in inputs if not parameter["indexed"]]
    signature = f"{entry['name']}{Fields(inputs).signature}"
    topics = [keccak(signature.encode())]
    for parameter in inputs:
        if parameter["indexed"]:
            topics.append(Fields([parameter]).encode([draw(values(parameter))]))
    data = Fields(plain).encode([draw(values(parameter)) for parameter in plain])
    return Log(address, tuple(topics), data)


def rows_of(transactions: list[list[Log]], kind: type[ContractEvent]) -> list[tuple[int, tuple[Any, ...]]]:
    return [
        (place, values_of(row))
        for place, entries in enumerate(transactions)
        for row in SYSTEM.typed.events(entries, kind)
    ]


def all_kinds() -> list[type[ContractEvent]]:
    from importlib import import_module

    from chain.contracts.naming import snake

    modules = [import_module(f"chain.contracts.bindings.{snake(contract)}") for contract in CONTRACTS]
    return [kind for module in modules for kind in module.EVENTS.values()]


@settings(max_examples=150, deadline=None)
@given(transactions=logs())
def test_columns_say_what_rows_say(transactions: list[list[Log]]) -> None:
    columns = LogColumns.of(transactions)
    assert len(columns) == sum(map(len, transactions))
    found = 0
    for kind in all_kinds():
        read = SYSTEM.typed.event_columns(columns, kind)
        expected = rows_of(transactions, kind)
        assert tuple(read.fields) == kind.NAMES
        values = [column.tolist() for column in read.fields.values()]
        told = [tuple(column[place] for column in values) for place in range(len(read))]
        assert list(zip(read.transactions.tolist(), told, strict=True)) == expected
        found += len(read)
    assert found == sum(entry.address != b"\x77" * 20 for entries in transactions for entry in entries)


def test_every_kind_of_event_is_drawn() -> None:
    assert len(EVENTS) == len(all_kinds()) > 100


def transfer(amount: bytes, sender: bytes = bytes(12) + b"\x01" * 20, topics: int = 3) -> Log:
    signature = keccak(b"Transfer(address,address,uint256)")
    words = (signature, sender, bytes(12) + b"\x02" * 20, bytes(32))
    return Log(SYSTEM.address_of("MedToken"), words[:topics], amount)


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        (transfer(bytes(31)), "too little data"),
        (transfer(bytes(32), sender=b"\x01" * 32), "no address of 160 bits"),
        (transfer(bytes(32), topics=2), "2 indexed values has other topics"),
        (transfer(bytes(32), topics=4), "2 indexed values has other topics"),
    ],
)
def test_what_is_no_such_event_is_refused(damaged: Log, message: str) -> None:
    with pytest.raises(InvalidEncoding, match=message):
        SYSTEM.typed.event_columns(LogColumns.of([[transfer(bytes(32)), damaged]]), Transfer)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("uint40", 1 << 40), ("uint8", 256), ("uint64", 1 << 64), ("int16", 1 << 15), ("bool", 2), ("bytes4", 1),
        ("uint128", 1 << 128),
    ],
)  # fmt: skip
def test_a_word_of_another_type_is_refused(kind: str, word: int) -> None:
    entry = {
        "type": "event",
        "name": "Told",
        "anonymous": False,
        "inputs": [{"name": "value", "type": kind, "indexed": False}],
    }
    abi = interface("MedToken").__class__(_Artifact([entry]))  # type: ignore[arg-type]
    reader = abi.event_reader("Told", bytes(20), {"value": "value"})
    topic = keccak(f"Told({kind})".encode())
    with pytest.raises(InvalidEncoding, match="a word is no"):
        reader.read(LogColumns.of([[Log(bytes(20), (topic,), word.to_bytes(32, "big"))]]))


class _Artifact:
    name = "Told"

    def __init__(self, abi: list[Any]) -> None:
        self.abi = abi


def test_short_numbers_are_native_and_long_ones_python_s() -> None:
    columns = SYSTEM.typed.event_columns(LogColumns.of([[transfer((7).to_bytes(32, "big"))]]), Transfer)
    assert columns.fields["value_med_units"].dtype == object
    assert type(columns.fields["value_med_units"][0]) is int
    assert columns.fields["from_"].dtype == np.dtype("V20")
    assert (columns.entries.tolist(), columns.transactions.tolist()) == ([0], [0])


def test_engines_give_the_same_columns(made_by_engines: Callable[[], list[LogColumns]]) -> None:
    first, *others = made_by_engines()
    assert len(first) > 5
    assert all(other == first for other in others)


@pytest.fixture
def made_by_engines() -> Callable[[], list[LogColumns]]:
    from chain.engines.choice import available_engines, new_engine
    from sim.bench.workload import CHAIN_ID, Anchoring

    def made() -> list[LogColumns]:
        found = []
        for name in available_engines():
            anchoring = Anchoring(new_engine(name, CHAIN_ID))
            block = anchoring.execute(list(anchoring.transactions(0, 12)))
            found += [log_columns(block.receipts.logs), LogColumns.of(block.receipts.logs)]
        return found

    return made
