"""A block's candidates: what is included, what waits, what can never be; and errors that change nothing."""

from __future__ import annotations

from dataclasses import replace

import evm_bench
import pytest
from evm_bench import (
    ALICE,
    BOB,
    BURN,
    CAROL,
    COUNT_AND_LOG,
    ETHER_WEI,
    FEE_ACCOUNT,
    GAS_PRICE_WEI,
    KEY_OF,
    KEYS,
    REVERT_7,
    SPIN,
    STORE,
    Bench,
    answer,
    contract,
    deployer,
    environment,
    new_engine,
    word,
)

from chain.block import Account, Credit, Log, Transaction
from chain.engines.protocol import Engine
from chain.errors import InvalidBlock, InvalidSignature, UnknownState
from chain.keys import creation_address
from chain.signing import sign_transaction

pytestmark = pytest.mark.usefixtures("both_engines")


def test_engine_keeps_the_contract_of_the_door() -> None:
    engine: Engine = new_engine(chain_id=7)
    assert (engine.name, engine.chain_id) == (evm_bench.under_test, 7)


def test_transfer_moves_value_and_pays_the_coinbase() -> None:
    bench = Bench()
    block = bench.block(bench.tx(value_wei=5 * ETHER_WEI))
    fee = 21_000 * GAS_PRICE_WEI
    assert block.gas_used_gas == 21_000
    assert block.touched_wei == {
        ALICE: 995 * ETHER_WEI - fee,
        BOB: 1005 * ETHER_WEI,
        FEE_ACCOUNT: fee,
    }
    assert bench.engine.nonce(block.state_root, ALICE) == 1


def test_receipts_say_success_revert_and_exhaustion() -> None:
    bench = Bench({1: REVERT_7, 2: BURN, 3: COUNT_AND_LOG})
    block = bench.block(*(bench.tx(to=contract(number)) for number in (1, 2, 3)))
    receipts = block.receipts
    assert list(receipts.status) == [0, 0, 1]
    assert receipts.output[0] == word(7)
    assert receipts.output[1] == b""
    assert receipts.gas_used_gas[1] == 100_000
    assert list(receipts.logs) == [(), (), (Log(contract(3), (word(1),), word(1)),)]
    assert list(receipts.contract_address) == [None, None, None]


def test_creation_reports_its_address_only_where_it_succeeds() -> None:
    bench = Bench()
    block = bench.block(
        bench.tx(to=None, data=deployer(STORE)), bench.tx(to=None, data=REVERT_7), bench.tx(ALICE, BOB)
    )
    assert list(block.receipts.contract_address) == [creation_address(ALICE, 0), None, None]
    assert bench.engine.code(block.state_root, creation_address(ALICE, 0)) == STORE


def test_later_nonces_wait_and_spent_ones_are_rejected() -> None:
    bench = Bench()
    first, second, third = (bench.tx() for _ in range(3))
    block = bench.block(third, first, first, second)
    assert list(block.included) == [1, 3]
    assert list(block.deferred) == [0]
    assert [rejection.index for rejection in block.rejected] == [2]
    assert "nonce 0 is spent" in block.rejected[0].reason
    assert list(bench.block(third).included) == [0]


def test_what_does_not_fit_waits_and_smaller_ones_go_on() -> None:
    bench = Bench({1: SPIN})
    large = bench.tx(ALICE, contract(1), gas_limit_gas=70_000)
    too_large = bench.tx(BOB, contract(1), gas_limit_gas=60_000)
    small = bench.tx(CAROL, BOB, gas_limit_gas=21_000)
    block = bench.block(large, too_large, small, gas_limit_gas=100_000)
    assert list(block.included) == [0, 2]
    assert list(block.deferred) == [1]
    assert block.gas_used_gas == 91_000


def test_unused_gas_is_free_for_the_next_transaction() -> None:
    bench = Bench()
    block = bench.block(bench.tx(gas_limit_gas=79_000), bench.tx(gas_limit_gas=79_000), gas_limit_gas=100_000)
    assert list(block.included) == [0, 1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sender": b"short"}, "an address is 20 bytes"),
        ({"to": b"short"}, "an address is 20 bytes"),
        ({"nonce": 2**64 - 1}, "EIP-2681"),
        ({"nonce": -1}, "EIP-2681"),
        ({"value_wei": -1}, "value_wei -1"),
        ({"gas_price_wei": 2**256}, "gas_price_wei"),
        ({"gas_limit_gas": -5}, "gas_limit_gas -5"),
        ({"gas_limit_gas": 20_999}, "below the intrinsic gas 21000"),
        ({"data": b"\0\1", "gas_limit_gas": 21_019}, "below the intrinsic gas 21020"),
        ({"to": None, "data": b"\0" * 33, "gas_limit_gas": 53_135}, "below the intrinsic gas 53136"),
        ({"to": None, "data": b"\0" * 49_153, "gas_limit_gas": 10**6}, "EIP-3860"),
        ({"value_wei": 1000 * ETHER_WEI}, "value and gas need"),
        ({"gas_price_wei": 10**18}, "value and gas need"),
    ],
)
def test_invalid_candidates_are_rejected_by_rule(changes: dict[str, object], reason: str) -> None:
    bench = Bench()
    valid = bench.tx(BOB, ALICE)
    broken = replace(Transaction(ALICE, 0, BOB, 0, b"", 100_000, GAS_PRICE_WEI), **changes)  # type: ignore[arg-type]
    block = bench.block(broken, valid)
    assert list(block.included) == [1]
    assert list(block.deferred) == []
    assert [rejection.index for rejection in block.rejected] == [0]
    assert reason in block.rejected[0].reason
    assert bench.engine.nonce(block.state_root, ALICE) == 0


def test_least_gas_is_enough() -> None:
    bench = Bench()
    block = bench.block(
        bench.tx(gas_limit_gas=21_000),
        bench.tx(data=b"\0\1", gas_limit_gas=21_020),
        bench.tx(to=None, data=b"\0" * 33, gas_limit_gas=53_136),
    )
    assert list(block.receipts.status) == [1, 1, 1]
    assert list(block.receipts.gas_used_gas) == [21_000, 21_020, 53_136]


def test_contracts_send_no_transactions() -> None:
    bench = Bench({1: STORE})
    block = bench.block(Transaction(contract(1), 1, BOB, 0, b"", 21_000, 0))
    assert "EIP-3607" in block.rejected[0].reason


def test_signed_and_trusted_blocks_agree() -> None:
    trusted, signed = Bench({1: COUNT_AND_LOG}), Bench({1: COUNT_AND_LOG})
    plain = [trusted.tx(key.address, contract(1), value_wei=0) for key in KEYS] + [trusted.tx(value_wei=3)]
    ours = trusted.block(*plain)
    theirs = signed.block(*(sign_transaction(tx, KEY_OF[tx.sender], 1337) for tx in plain))
    assert ours.receipts == theirs.receipts
    assert ours.state_root == theirs.state_root
    assert ours.receipts_root == theirs.receipts_root
    assert ours.identity == theirs.identity
    assert ours.size_bytes == theirs.size_bytes
    assert ours.touched_wei == theirs.touched_wei
    assert ours.transactions_root != theirs.transactions_root
    assert ours.block_hash != theirs.block_hash


def test_identity_depends_on_what_is_in_the_block() -> None:
    bench = Bench()
    tx = bench.tx()
    parent = bench.tip
    block = bench.engine.execute(parent.state_root, environment(parent), [tx])
    later = bench.engine.execute(parent.state_root, environment(parent, timestamp_s=1_600_000_000), [tx])
    other = bench.engine.execute(parent.state_root, environment(parent, parent_identity=word(5)), [tx])
    richer = bench.engine.execute(parent.state_root, environment(parent), [replace(tx, value_wei=1)])
    empty = bench.engine.execute(parent.state_root, environment(parent), [])
    assert len({each.identity for each in (block, later, other, richer, empty)}) == 5
    assert block.identity == bench.engine.execute(parent.state_root, environment(parent), [tx]).identity


def test_wrong_signatures_are_errors_even_of_candidates_that_would_wait() -> None:
    bench = Bench()
    tx = bench.tx()
    stolen = replace(sign_transaction(bench.tx(BOB), KEY_OF[BOB], 1337), sender=CAROL, nonce=9)
    other_chain = sign_transaction(tx, KEY_OF[ALICE], 1338)
    for wrong in (stolen, other_chain, replace(tx, signature=b"\1" * 64), replace(tx, signature=bytes(65))):
        with pytest.raises(InvalidSignature):
            bench.block(tx, wrong)
    assert bench.engine.nonce(bench.tip.state_root, ALICE) == 0
    assert list(bench.block(sign_transaction(tx, KEY_OF[ALICE], 1337)).included) == [0]


def test_a_good_signature_stays_good_when_offered_again() -> None:
    bench = Bench()
    waiting = sign_transaction(bench.tx(nonce=1), KEY_OF[ALICE], 1337)
    assert list(bench.block(waiting).deferred) == [0]
    assert list(bench.block(bench.tx(nonce=0), waiting).included) == [0, 1]


def test_errors_leave_no_state_changed() -> None:
    bench = Bench()
    tx = bench.tx()
    unchanged = list(bench.engine.balances_wei(bench.tip.state_root))
    with pytest.raises(InvalidBlock, match="credit 3"):
        bench.block(tx, credits=[Credit(0, BOB, 1), Credit(3, BOB, -1)])
    with pytest.raises(UnknownState, match="0x7777"):
        bench.engine.execute(b"\x77" * 32, environment(bench.tip), [tx])
    assert list(bench.engine.balances_wei(bench.tip.state_root)) == unchanged
    assert list(bench.block(tx).included) == [0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coinbase": bytes(19)}, "coinbase is 20 bytes, got 19"),
        ({"parent_hash": b""}, "parent_hash is 32 bytes"),
        ({"mix_hash": bytes(33)}, "mix_hash is 32 bytes"),
        ({"parent_identity": bytes(31)}, "parent_identity is 32 bytes"),
        ({"extra_data": bytes(33)}, "extra_data is at most 32 bytes, got 33"),
        ({"timestamp_s": -1}, "timestamp_s is from 0"),
        ({"timestamp_s": 2**64}, "timestamp_s is from 0"),
        ({"number": -1}, "number is from 0"),
        ({"gas_limit_gas": 2**63}, "gas_limit_gas is from 0"),
    ],
)
def test_impossible_headers_are_errors(changes: dict[str, object], message: str) -> None:
    bench = Bench()
    with pytest.raises(InvalidBlock, match=message):
        bench.block(bench.tx(), **changes)
    with pytest.raises(InvalidBlock, match=message):
        bench.engine.genesis(environment(**changes), {ALICE: Account(1)})


@pytest.mark.parametrize(
    ("credit", "message"),
    [
        (Credit(0, b"short", 1), "an address is 20 bytes, got 5"),
        (Credit(-1, BOB, 1), "an index is from 0"),
        (Credit(0, BOB, 2**61), "no unsigned 64-bit number of gwei"),
    ],
)
def test_impossible_credits_are_errors(credit: Credit, message: str) -> None:
    with pytest.raises(InvalidBlock, match=message):
        Bench().block(credits=[credit])


def test_base_fee_stays_zero_through_fifty_full_blocks() -> None:
    bench = Bench({1: SPIN, 2: answer("48")})
    for _ in range(50):
        block = bench.block(bench.tx(to=contract(1)), gas_limit_gas=100_000)
        assert block.gas_used_gas == block.environment.gas_limit_gas
        assert bench.call(contract(2)) == 0
    assert list(bench.block(bench.tx(gas_price_wei=0)).included) == [0]


def test_gas_limit_may_jump_twenty_five_times_and_back() -> None:
    bench = Bench({1: answer("45")})
    for limit in (40_000_000, 1_000_000_000, 40_000_000, 21_000):
        block = bench.block(bench.tx(gas_limit_gas=21_000), gas_limit_gas=limit)
        assert list(block.included) == [0]
        assert bench.call(contract(1), gas_limit_gas=limit) == limit


def test_branches_from_one_parent_are_independent() -> None:
    bench = Bench({1: STORE})
    fork = bench.tip
    tx = bench.tx(to=contract(1), data=word(11) + word(3))
    rival = replace(tx, data=word(22) + word(3))
    left = bench.engine.execute(fork.state_root, environment(fork), [tx])
    right = bench.engine.execute(fork.state_root, environment(fork), [rival])
    again = bench.engine.execute(fork.state_root, environment(fork), [tx])
    storage = bench.engine.storage
    assert storage(left.state_root, contract(1), 3) == 11
    assert storage(right.state_root, contract(1), 3) == 22
    assert storage(fork.state_root, contract(1), 3) == 0
    assert again == left
