"""What goes wrong in the fast engine has a name in Python, and leaves its states as they were."""

from __future__ import annotations

import threading
import time

import pytest
from evm_bench import (
    ALICE,
    COUNT_AND_LOG,
    GAS_PRICE_WEI,
    KEYS,
    SPIN,
    STORE,
    Bench,
    contract,
    environment,
    needs_revm,
    word,
)

from chain.block import Account
from chain.columns import TransactionColumns
from chain.engines.revm import RevmEngine
from chain.errors import EngineFailure, EngineUnavailable, InvalidBlock, InvalidSignature, UnknownState
from chain.signing import sign_transaction

pytestmark = needs_revm


@pytest.fixture
def bench() -> Bench:
    return Bench({1: COUNT_AND_LOG, 2: SPIN, 3: STORE}, RevmEngine())


def test_a_panic_has_a_name_and_changes_nothing(bench: Bench) -> None:
    tip, tx = bench.tip, bench.tx(to=contract(1))
    entries = bench.engine.stored_entries
    bench.engine._machine.plant_panic()
    with pytest.raises(EngineFailure, match="the engine panicked: a planted panic"):
        bench.engine.execute(tip.state_root, environment(tip), [tx])
    assert bench.engine.stored_entries == entries
    assert bench.engine.storage(tip.state_root, contract(1), 0) == 0
    block = bench.engine.execute(tip.state_root, environment(tip), [tx])
    assert bench.engine.storage(block.state_root, contract(1), 0) == 1


def test_gas_beyond_what_revm_reckons_has_a_name_and_changes_nothing() -> None:
    engine = RevmEngine()
    tip = engine.genesis(environment(), {ALICE: Account(balance_wei=2**255)})
    bench = Bench(engine=engine)
    dear = bench.tx(gas_price_wei=2**120)
    with pytest.raises(EngineFailure, match=r"2\^128 wei or more"):
        engine.execute(tip.state_root, environment(tip), [dear])
    assert engine.nonce(tip.state_root, ALICE) == 0


def test_columns_of_different_lengths_are_refused(bench: Bench) -> None:
    whole = TransactionColumns.of([bench.tx(), bench.tx()])
    for name in ("senders", "nonces", "to", "values_wei", "gas_limits_gas", "gas_prices_wei", "data_ends"):
        short = TransactionColumns(**{**vars_of(whole), name: getattr(whole, name)[:-1]})
        with pytest.raises(InvalidBlock, match="columns of transactions differ in length"):
            bench.engine.execute(bench.tip.state_root, environment(bench.tip), short)
    beyond = TransactionColumns(**{**vars_of(whole), "data_ends": bytes(8) + b"\xff" * 8})
    with pytest.raises(InvalidBlock, match="call data of transaction 1 ends at"):
        bench.engine.execute(bench.tip.state_root, environment(bench.tip), beyond)
    assert len(bench.block(*whole).included) == 2


def vars_of(columns: TransactionColumns) -> dict[str, bytes]:
    """Return the columns by name."""
    return {name: getattr(columns, name) for name in columns.__dataclass_fields__}


def test_a_root_of_another_length_is_an_unknown_state(bench: Bench) -> None:
    for root in (b"", b"\x01" * 31, b"\x01" * 32):
        with pytest.raises(UnknownState):
            bench.engine.execute(root, environment(bench.tip), [])
        with pytest.raises(UnknownState):
            bench.engine.balance_wei(root, ALICE)


def test_signed_columns_are_checked_all_cores_at_it(bench: Bench) -> None:
    signed = [
        sign_transaction(bench.tx(key.address, contract(1)), key, bench.engine.chain_id)
        for _ in range(20)
        for key in KEYS
    ]
    good = TransactionColumns.of(signed)
    block = bench.engine.execute(bench.tip.state_root, environment(bench.tip), good)
    assert len(block.included) == len(signed)
    forged = bytearray(good.signatures)
    forged[65 * 77 + 40] ^= 1
    bad = TransactionColumns(**{**vars_of(good), "signatures": bytes(forged)})
    with pytest.raises(InvalidSignature):
        bench.engine.execute(bench.tip.state_root, environment(bench.tip), bad)


def test_other_threads_go_on_while_a_block_is_executed(bench: Bench) -> None:
    spin = bench.tx(to=contract(2), gas_limit_gas=10**9, gas_price_wei=0)
    turns = 0
    done = threading.Event()

    def execute() -> None:
        bench.block(spin, gas_limit_gas=10**9)
        done.set()

    thread = threading.Thread(target=execute)
    start_s = time.perf_counter()
    thread.start()
    while not done.is_set():
        turns += 1
        time.sleep(0.001)
    thread.join()
    assert list(bench.tip.receipts.status) == [0]
    spun_s = time.perf_counter() - start_s
    assert turns > 20, f"{turns} turns in {spun_s} s: the interpreter was held"


def test_an_engine_that_is_not_built_says_how_to_build_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chain.engines.revm.engine.find_spec", lambda _name: None)
    with pytest.raises(EngineUnavailable, match="make native"):
        RevmEngine()


def test_receipts_become_objects_only_where_they_are_looked_at(bench: Bench) -> None:
    block = bench.block(bench.tx(to=contract(1)), bench.tx(to=contract(3), data=word(1) + word(2)))
    logs = block.receipts.logs
    assert len(logs) == 2
    assert logs._items is None  # type: ignore[attr-defined]
    assert [len(each) for each in logs] == [1, 0]
    assert logs[0] is block.receipts.logs[0]
    assert logs != []
    assert block.receipts.gas_used_gas[0] * GAS_PRICE_WEI > 0
