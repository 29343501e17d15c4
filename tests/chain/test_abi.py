"""Calls, outputs, logs and reverts, against an independent implementation and against damage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import eth_abi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.abi import ContractAbi, ErrorCatalogue, Event
from chain.block import Log
from chain.contracts.artifact import load
from chain.errors import InvalidEncoding
from chain.hashing import keccak

ADDRESS, OTHER_ADDRESS, WORD = b"\x11" * 20, b"\x22" * 20, b"\x33" * 32
CHECK_IN = ContractAbi(load("CheckIn"))
TOKEN = ContractAbi(load("MedToken"))
REWARDS = ContractAbi(load("RewardPool"))
CODE_TYPE = "(address,address,bytes32,uint40,uint40)"
CHECK_IN_TYPE = f"({CODE_TYPE},address,uint40,(bytes32,bytes32),(bytes32,bytes32))"

addresses = st.binary(min_size=20, max_size=20)
words = st.binary(min_size=32, max_size=32)
times = st.integers(0, 2**40 - 1)
calls = st.tuples(
    st.tuples(addresses, addresses, words, times, times),
    addresses,
    times,
    st.tuples(words, words),
    st.tuples(words, words),
)


@given(calls)
def test_calls_agree_with_eth_abi(arguments: tuple[Any, ...]) -> None:
    selector = keccak(f"checkIn({CHECK_IN_TYPE})".encode())[:4]
    assert CHECK_IN.encode("checkIn", arguments) == selector + eth_abi.encode([CHECK_IN_TYPE], [arguments])


@given(st.lists(addresses, max_size=5))
def test_lists_of_addresses(accounts: list[bytes]) -> None:
    theirs = eth_abi.encode(["uint32", "address[]"], [7, accounts])
    assert REWARDS.encode("settle", 7, accounts)[4:] == theirs


def test_outputs_are_none_one_value_a_tuple_or_fields() -> None:
    assert TOKEN.decode_output("mint", b"") is None
    assert TOKEN.decode_output("balanceOf", eth_abi.encode(["uint256"], [5])) == 5
    assert CHECK_IN.decode_output("IDENTITY", bytes(12) + ADDRESS) == ADDRESS
    domain = ["bytes1", "string", "string", "uint256", "address", "bytes32", "uint256[]"]
    several = eth_abi.encode(domain, [b"\x0f", "a", "b", 1, ADDRESS, WORD, []])
    assert TOKEN.decode_output("eip712Domain", several) == (b"\x0f", "a", "b", 1, ADDRESS, WORD, ())
    visit = eth_abi.encode(["address", "uint40", "uint8"], [ADDRESS, 9, 1])
    fields = {"provider": ADDRESS, "scannedAt": 9, "status": 1}
    assert CHECK_IN.decode_output("visitOf", visit) == fields


def transfer_log(address: bytes = ADDRESS) -> Log:
    topic = keccak(b"Transfer(address,address,uint256)")
    topics = (topic, bytes(12) + ADDRESS, bytes(12) + OTHER_ADDRESS)
    return Log(address, topics, (7).to_bytes(32, "big"))


def test_a_log_becomes_an_event_with_its_arguments_in_order() -> None:
    event = TOKEN.decode_log(transfer_log())
    assert event == Event("Transfer", {"from": ADDRESS, "to": OTHER_ADDRESS, "value": 7})
    assert list(event.arguments) == ["from", "to", "value"]


def test_a_bound_interface_reads_its_own_logs_only() -> None:
    bound = TOKEN.at(ADDRESS)
    assert bound.address == ADDRESS
    assert bound.decode_log(transfer_log()) is not None
    assert bound.decode_log(transfer_log(OTHER_ADDRESS)) is None


def test_unknown_and_anonymous_logs_are_nobodys() -> None:
    assert CHECK_IN.decode_log(transfer_log()) is None
    assert TOKEN.decode_log(Log(ADDRESS, (), b"")) is None


def test_creation_appends_the_constructors_arguments() -> None:
    data = TOKEN.encode_creation(ADDRESS, OTHER_ADDRESS)
    assert data == TOKEN.artifact.bytecode + bytes(12) + ADDRESS + bytes(12) + OTHER_ADDRESS
    bare = replace(
        TOKEN.artifact, abi=tuple(each for each in TOKEN.artifact.abi if each["type"] != "constructor")
    )
    assert ContractAbi(bare).encode_creation() == bare.bytecode


@pytest.mark.parametrize(
    ("data", "words_of_it"),
    [
        (b"", "reverted without data"),
        (keccak(b"AlreadyCheckedIn(bytes32)")[:4] + WORD, f"AlreadyCheckedIn(checkInId=0x{WORD.hex()})"),
        (
            keccak(b"ScanInFuture(uint40,uint256)")[:4] + eth_abi.encode(["uint40", "uint256"], [9, 8]),
            "ScanInFuture(scannedAt=9, time=8)",
        ),
        (keccak(b"Error(string)")[:4] + eth_abi.encode(["string"], ["why"]), "Error(reason=why)"),
        (keccak(b"Panic(uint256)")[:4] + eth_abi.encode(["uint256"], [0x11]), "Panic(arithmetic overflow"),
        (keccak(b"Panic(uint256)")[:4] + eth_abi.encode(["uint256"], [0x99]), "Panic(0x99)"),
        (b"\x01\x02\x03\x04\x05", "unknown error 0x0102030405"),
        (b"\x01", "unknown error 0x01"),
        (keccak(b"AlreadyCheckedIn(bytes32)")[:4] + b"\x05", "AlreadyCheckedIn(damaged: 0x05)"),
    ],
)
def test_reverts_are_told_in_words(data: bytes, words_of_it: str) -> None:
    assert CHECK_IN.decode_error(data).startswith(words_of_it)


def test_a_catalogue_knows_the_errors_of_all_its_contracts() -> None:
    data = keccak(b"EpochNotClosed(uint32)")[:4] + (3).to_bytes(32, "big")
    assert CHECK_IN.decode_error(data).startswith("unknown error")
    both = ErrorCatalogue([CHECK_IN.artifact.abi, REWARDS.artifact.abi])
    assert both.decode(data) == "EpochNotClosed(epoch=3)"


@given(st.binary(max_size=100))
def test_no_revert_data_raises(data: bytes) -> None:
    assert CHECK_IN.decode_error(data)
    assert CHECK_IN.decode_error(keccak(b"Error(string)")[:4] + data).startswith("Error(")


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        ("nothing", (), "MedToken has no function 'nothing'; it has .*transfer"),
        ("transfer", (ADDRESS,), r"MedToken.transfer\(address,uint256\): 2 values expected, 1 given"),
        ("transfer", ("0x" + ADDRESS.hex(), 1), "an address is 20 bytes"),
        ("transfer", (bytes(19), 1), "an address is 20 bytes"),
        ("transfer", (ADDRESS, -1), "transfer"),
        ("transfer", (ADDRESS, 2**256), "transfer"),
        ("transfer", (ADDRESS, 1.5), "transfer"),
        ("grantRole", (bytes(33), ADDRESS), "grantRole"),
    ],
)
def test_what_does_not_fit_is_named(function: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(InvalidEncoding, match=message):
        TOKEN.encode(function, *arguments)


@pytest.mark.parametrize("data", [b"", bytes(31)])
def test_outputs_that_are_cut_off_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidEncoding):
        TOKEN.decode_output("balanceOf", data)
