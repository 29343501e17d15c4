"""Raw signed bytes give the same block on both engines as the transactions that they encode."""

from __future__ import annotations

import pytest
from evm_bench import COUNT_AND_LOG, KEYS, Bench, contract, deployer, environment, needs_revm
from random_blocks import FACTORY
from twin import TwinEngine

from chain.errors import InvalidEncoding, InvalidSignature
from chain.raw import RawTransactions
from chain.signing import raw, sign_transaction

pytestmark = needs_revm


def test_engines_agree_on_raw_bytes() -> None:
    bench = Bench({1: COUNT_AND_LOG}, TwinEngine())
    transactions = [
        sign_transaction(
            bench.tx(key.address, None if turn == 2 else contract(1), data=deployer(COUNT_AND_LOG)), key, 1337
        )
        for turn in range(4)
        for key in KEYS
    ]
    sent = RawTransactions([raw(tx, 1337) for tx in transactions], 1337)
    here = bench.engine.execute(bench.tip.state_root, environment(bench.tip), transactions)
    there = bench.engine.execute(bench.tip.state_root, environment(bench.tip), sent)
    assert there == here
    assert len(here.included) == len(transactions)
    for again in (here, there):
        assert len(bench.engine.execute(again.state_root, environment(again), sent).rejected) == len(sent)


def test_bytes_that_nobody_signed_change_nothing_on_either() -> None:
    bench = Bench({1: COUNT_AND_LOG}, TwinEngine())
    good = raw(sign_transaction(bench.tx(KEYS[0].address, contract(1)), KEYS[0], 1337), 1337)
    for engine in (bench.engine.reference, bench.engine.fast):
        for bad, error in (
            (good[:-1], InvalidEncoding),
            (b"", InvalidEncoding),
            (good + b"\0", InvalidEncoding),
            (good[:-32] + b"\xff" * 32, InvalidSignature),
        ):
            with pytest.raises(error):
                engine.execute(
                    bench.tip.state_root, environment(bench.tip), RawTransactions([good, bad], 1337)
                )
        block = engine.execute(bench.tip.state_root, environment(bench.tip), RawTransactions([good], 1337))
        assert list(block.receipts.status) == [1]


def test_engines_agree_on_a_creation_by_a_contract_that_asks_itself() -> None:
    bench = Bench({1: FACTORY}, TwinEngine())
    for sender in (KEYS[0].address, contract(1)):
        answer = bench.engine.call(
            bench.tip.state_root, environment(bench.tip), contract(1), bytes(320), sender=sender
        )
        assert answer.status == 1
        assert answer.gas_used_gas == 54_385
