"""EVM level and environment: what contracts see."""

from __future__ import annotations

import pytest
from evm_bench import RECURSE, Bench, answer, contract, word

from chain.block import BlockEnvironment


def test_calls_nest_1024_deep_and_no_deeper() -> None:
    bench = Bench({1: RECURSE})
    block = bench.block(bench.tx(to=contract(1), gas_limit_gas=10**12, gas_price_wei=0), gas_limit_gas=10**12)
    assert list(block.receipts.status) == [1]
    assert bench.engine.storage(block.state_root, contract(1), 0) == 1025


def test_push0_pushes_zero() -> None:
    assert Bench({1: answer("5f6005015f01")}).call(contract(1)) == 5


def test_mcopy_copies_memory() -> None:
    # MSTORE(0, 0x2a); MCOPY(32, 0, 32); MLOAD(32)
    assert Bench({1: answer("602a5f5260205f60205e602051")}).call(contract(1)) == 0x2A


def test_transient_storage_lives_for_one_transaction() -> None:
    # TSTORE(0, TLOAD(0) + CALLDATALOAD(0)), then SSTORE(0, TLOAD(0))
    code = answer("5f5c5f35015f5d5f5c805f55")
    bench = Bench({1: code})
    bench.block(bench.tx(to=contract(1), data=word(7)), bench.tx(to=contract(1), data=word(9)))
    assert list(bench.tip.receipts.status) == [1, 1]
    assert bench.engine.storage(bench.tip.state_root, contract(1), 0) == 9


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("42", 1_538_352_016),  # TIMESTAMP
        ("43", 101),  # NUMBER
        ("45", 40_000_000),  # GASLIMIT
        ("46", 1337),  # CHAINID
        ("41", int("fe" * 20, 16)),  # COINBASE
        ("48", 0),  # BASEFEE
        ("4a", 1),  # BLOBBASEFEE, the least there is
        ("44", 0xABCD),  # PREVRANDAO
    ],
)
def test_environment_is_what_the_protocol_says(code: str, expected: int) -> None:
    bench = Bench({1: answer(code)})
    assert bench.call(contract(1), mix_hash=word(0xABCD)) == expected


def test_blockhash_knows_the_parent_and_nothing_older() -> None:
    bench = Bench({1: answer("5f3540")})
    parent = b"\x77" * 32
    assert bench.call(contract(1), word(100), parent_hash=parent) == int.from_bytes(parent, "big")
    assert bench.call(contract(1), word(99), parent_hash=parent) == 0
    assert bench.call(contract(1), word(101), parent_hash=parent) == 0


def test_first_block_of_all_has_no_parent_hash() -> None:
    bench = Bench({1: answer("5f3540")})
    first = BlockEnvironment(0, 1, 40_000_000, bytes(20), b"\x77" * 32)
    result = bench.engine.call(bench.tip.state_root, first, contract(1), word(0))
    assert result.output == bytes(32)
