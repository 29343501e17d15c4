"""The pool's rules one by one, and its books under any sequence of acts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Address, Transaction
from chain.mempool import (
    AccountLimitReached,
    AlreadyKnown,
    BalanceTooLow,
    Departure,
    GasLimitTooHigh,
    GasPriceTooLow,
    IntrinsicGasTooLow,
    Mempool,
    MempoolError,
    MempoolFull,
    MempoolRules,
    NonceTooLow,
    ReplacementTooCheap,
    TransactionTooLarge,
)
from chain.signing import size_bytes
from chain.units import WEI_PER_SATOSHI

ANN, BOB, CYD = (bytes([n]) * 20 for n in (1, 2, 3))
RULES = MempoolRules(
    minimum_gas_price_wei=40 * WEI_PER_SATOSHI,
    block_gas_limit_gas=1_000_000,
    account_limit_tx=4,
    limit_tx=6,
    replacement_bump_percent=10,
    expiry_s=100,
)
RICH_WEI = 10**30


def transfer(
    sender: Address, nonce: int, price_sat: int = 40, *, gas_limit_gas: int = 21_000, data: bytes = b""
) -> Transaction:
    return Transaction(sender, nonce, bytes(20), 0, data, gas_limit_gas, price_sat * WEI_PER_SATOSHI)


def put(pool: Mempool, *transactions: Transaction, now_s: int = 0, state_nonce: int = 0) -> list[Departure]:
    return [out for tx in transactions for out in pool.add(tx, now_s, state_nonce, RICH_WEI)]


def order(pool: Mempool) -> list[tuple[Address, int]]:
    return [(tx.sender, tx.nonce) for tx in pool.select(100, 10**6)]


def test_dearer_senders_come_first_and_equals_in_order_of_arrival() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(BOB, 0, 50), transfer(ANN, 0, 50), transfer(CYD, 0, 60))
    assert order(pool) == [(CYD, 0), (BOB, 0), (ANN, 0)]


def test_no_cheap_transaction_rides_on_its_senders_dear_one() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 40), transfer(ANN, 1, 900), transfer(BOB, 0, 50), transfer(BOB, 1, 41))
    assert order(pool) == [(BOB, 0), (BOB, 1), (ANN, 0), (ANN, 1)]


def test_selection_changes_nothing_and_heeds_its_limits() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 50), transfer(ANN, 1, 50), transfer(BOB, 0, 45))
    assert len(pool.select(2, 10**6)) == 2
    assert len(pool.select(100, 10**6)) == len(pool) == 3
    assert pool.select(0, 10**6) == pool.select(9, 0) == []


def test_a_sender_whose_next_one_does_not_fit_is_passed_over() -> None:
    pool = Mempool(RULES)
    large = transfer(ANN, 0, 90, data=bytes(5_000), gas_limit_gas=50_000)
    put(pool, large, transfer(ANN, 1, 90), transfer(BOB, 0, 45), transfer(CYD, 0, 44))
    room = size_bytes(large) - 1
    assert [(tx.sender, tx.nonce) for tx in pool.select(100, room)] == [(BOB, 0), (CYD, 0)]
    assert len(pool.select(100, room + 1)) == 1


def test_what_could_never_start_is_refused() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, data=b"\0\1", gas_limit_gas=21_020))
    with pytest.raises(IntrinsicGasTooLow, match="21019 is below the intrinsic gas 21020"):
        put(pool, transfer(ANN, 1, data=b"\0\1", gas_limit_gas=21_019))
    creation = replace(transfer(BOB, 0, data=bytes(33)), to=None)
    put(pool, replace(creation, gas_limit_gas=21_000 + 32_000 + 33 * 4 + 2 * 2))
    with pytest.raises(IntrinsicGasTooLow):
        put(pool, replace(creation, nonce=1, gas_limit_gas=21_000 + 32_000 + 33 * 4 + 2 * 2 - 1))


def test_what_no_block_has_room_for_is_refused() -> None:
    fitting = transfer(ANN, 0, data=bytes(200), gas_limit_gas=50_000)
    pool = Mempool(replace(RULES, block_limit_bytes=size_bytes(fitting)))
    put(pool, fitting)
    with pytest.raises(TransactionTooLarge, match=f"a block has room for {size_bytes(fitting)}"):
        put(pool, transfer(ANN, 1, data=bytes(201), gas_limit_gas=50_000))


def test_a_nonce_gap_waits_until_it_is_filled() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 7), transfer(ANN, 9), state_nonce=7)
    assert (order(pool), pool.executable_tx, pool.next_nonce(ANN, 7)) == ([(ANN, 7)], 1, 8)
    put(pool, transfer(ANN, 8), state_nonce=7)
    assert (pool.executable_tx, pool.next_nonce(ANN, 7)) == (3, 10)
    assert pool.next_nonce(BOB, 4) == 4


def test_a_replacement_must_pay_ten_percent_more() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 100), transfer(ANN, 1, 100))
    with pytest.raises(ReplacementTooCheap, match="below 110 %"):
        put(pool, transfer(ANN, 0, 109))
    with pytest.raises(AlreadyKnown):
        put(pool, transfer(ANN, 0, 100))
    (out,) = put(pool, transfer(ANN, 0, 110), now_s=5)
    assert (out.transaction, out.cause, out.submitted_at_s) == (transfer(ANN, 0, 100), "replaced", 0)
    assert [tx.gas_price_wei // WEI_PER_SATOSHI for tx in pool.select(9, 10**6)] == [110, 100]
    assert len(pool) == pool.executable_tx == 2


def test_a_replacement_needs_no_room() -> None:
    pool = Mempool(replace(RULES, limit_tx=1, account_limit_tx=1))
    put(pool, transfer(ANN, 0, 50))
    (out,) = put(pool, transfer(ANN, 0, 55))
    assert out.cause == "replaced"
    assert len(pool) == pool.executable_tx == 1


@pytest.mark.parametrize(
    ("tx", "error", "words"),
    [
        (transfer(ANN, 5, 39), GasPriceTooLow, "below the minimum of 400000000000 wei"),
        (replace(transfer(ANN, 5), gas_price_wei=40 * WEI_PER_SATOSHI + 1), GasPriceTooLow, "whole number"),
        (transfer(ANN, 5, gas_limit_gas=1_000_001), GasLimitTooHigh, "1000001 is above the block's 1000000"),
        (transfer(ANN, 4), NonceTooLow, "nonce 4 is spent.* is 5"),
        (
            replace(transfer(ANN, 5), value_wei=10**30),
            BalanceTooLow,
            "has 1(0){30} wei, gas and value need 1",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_with_the_numbers(
    tx: Transaction, error: type[MempoolError], words: str
) -> None:
    pool = Mempool(RULES)
    with pytest.raises(error, match=words):
        pool.add(tx, 0, 5, RICH_WEI)
    assert len(pool) == pool.executable_tx == 0
    assert pool.add(transfer(ANN, 5), 0, 5, RICH_WEI) == []


def test_an_account_may_only_have_so_many() -> None:
    pool = Mempool(RULES)
    put(pool, *(transfer(ANN, nonce) for nonce in range(4)))
    with pytest.raises(AccountLimitReached, match="has 4 transactions waiting, allowed are 4"):
        put(pool, transfer(ANN, 4))
    put(pool, transfer(BOB, 0))


def test_a_full_pool_evicts_the_cheapest_with_all_behind_it() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 60), transfer(ANN, 1, 45), transfer(ANN, 2, 99))
    put(pool, transfer(BOB, 0, 45), transfer(BOB, 1, 70), transfer(CYD, 0, 46))
    with pytest.raises(
        MempoolFull, match="the cheapest pays 450000000000 wei per gas, this one 450000000000"
    ):
        put(pool, transfer(CYD, 1, 45))
    out = put(pool, transfer(CYD, 1, 50))
    assert [(one.transaction.sender, one.transaction.nonce, one.cause) for one in out] == [
        (BOB, 1, "evicted"),
        (BOB, 0, "evicted"),
    ]
    assert (len(pool), pool.executable_tx) == (5, 5)
    assert order(pool) == [(ANN, 0), (CYD, 0), (CYD, 1), (ANN, 1), (ANN, 2)]


def test_a_transaction_behind_the_cheapest_cannot_push_it_out() -> None:
    pool = Mempool(replace(RULES, limit_tx=2))
    put(pool, transfer(ANN, 0, 40), transfer(BOB, 0, 50))
    with pytest.raises(MempoolFull):
        put(pool, transfer(ANN, 1, 900))
    assert [one.transaction.sender for one in put(pool, transfer(CYD, 0, 41))] == [ANN]


def test_what_waits_too_long_expires_and_what_is_behind_it_waits_on() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0), now_s=0)
    put(pool, transfer(ANN, 1), transfer(BOB, 0), now_s=50)
    assert pool.expire(100) == []
    (out,) = pool.expire(101)
    assert (out.transaction, out.cause, out.reason) == (
        transfer(ANN, 0),
        "expired",
        "waited 101 s, allowed are 100 s",
    )
    assert (order(pool), len(pool), pool.executable_tx) == ([(BOB, 0)], 2, 1)
    put(pool, transfer(ANN, 0), now_s=102)
    assert pool.executable_tx == 3
    assert {one.transaction.sender for one in pool.expire(151)} == {ANN, BOB}


def test_a_replaced_transaction_does_not_expire_again() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 50), now_s=0)
    put(pool, transfer(ANN, 0, 60), now_s=90)
    assert pool.expire(150) == []
    assert len(pool.expire(191)) == 1


def test_inclusion_and_rejection_take_transactions_out() -> None:
    pool = Mempool(RULES)
    first, second, third = (transfer(ANN, nonce) for nonce in range(3))
    put(pool, first, second, third)
    pool.include([first])
    assert (len(pool), pool.executable_tx, pool.next_nonce(ANN, 1)) == (2, 2, 3)
    out = pool.reject(second, "the reason")
    assert (out.cause, out.reason, len(pool), pool.executable_tx) == ("rejected", "the reason", 1, 0)
    put(pool, second, state_nonce=1)
    pool.include([second, third])
    assert (len(pool), pool.executable_tx, pool.next_nonce(ANN, 3)) == (0, 0, 3)


def test_other_limits_drop_what_they_would_not_admit_in_order_of_arrival() -> None:
    pool = Mempool(RULES)
    cheap, large = transfer(ANN, 1, 49), transfer(BOB, 0, 60, gas_limit_gas=500_001)
    put(pool, transfer(ANN, 0, 50), cheap, transfer(ANN, 2, 70), large, transfer(BOB, 1, 50))
    departed = pool.follow(50 * WEI_PER_SATOSHI, 500_000)
    assert [(out.transaction, out.cause) for out in departed] == [(cheap, "rejected"), (large, "rejected")]
    assert departed[0].reason == f"gas price {49 * 10**10} wei is below the minimum of {50 * 10**10} wei"
    assert departed[1].reason == "gas limit 500001 is above the block's 500000 gas"
    assert (order(pool), len(pool), pool.executable_tx) == ([(ANN, 0)], 3, 1)
    with pytest.raises(GasPriceTooLow):
        put(pool, cheap)
    put(pool, transfer(ANN, 1, 50))
    assert order(pool) == [(ANN, 0), (ANN, 1), (ANN, 2)]


def test_the_same_or_wider_limits_drop_nothing() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0))
    assert pool.follow(RULES.minimum_gas_price_wei, RULES.block_gas_limit_gas) == []
    assert pool.rules is RULES
    assert pool.follow(WEI_PER_SATOSHI, 2_000_000) == []
    put(pool, transfer(BOB, 0, 1, gas_limit_gas=2_000_000))
    assert len(pool) == 2


def test_a_sender_whose_nonce_moved_elsewhere_is_counted_anew() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0), transfer(ANN, 1))
    put(pool, transfer(ANN, 5), state_nonce=5)
    assert (order(pool), pool.executable_tx) == ([(ANN, 5)], 1)


def test_heaps_do_not_grow_with_what_has_passed_through() -> None:
    pool = Mempool(RULES)
    for nonce in range(3_000):
        tx = transfer(ANN, nonce)
        put(pool, tx, now_s=nonce, state_nonce=nonce)
        pool.include([tx])
    assert len(pool._by_price) < 200
    assert len(pool._gapped_by_price) < 200
    assert len(pool._by_age) < 200


acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "add", "include", "reject", "expire", "follow"]),
        st.sampled_from([ANN, BOB, CYD]),
        st.integers(0, 5),
        st.integers(40, 60),
    ),
    max_size=60,
)


@given(acts)
def test_the_pool_keeps_its_books_whatever_happens(steps: list[tuple[str, Address, int, int]]) -> None:
    """Every transaction that came in is waiting, included, or reported as departed, each once."""
    pool = Mempool(replace(RULES, limit_tx=5))
    nonces = {ANN: 0, BOB: 0, CYD: 0}
    came: list[Transaction] = []
    gone: list[Transaction] = []
    for now_s, (act, sender, ahead, price) in enumerate(steps):
        if act == "add":
            tx = transfer(sender, nonces[sender] + ahead, price)
            try:
                gone += [out.transaction for out in pool.add(tx, 10 * now_s, nonces[sender], RICH_WEI)]
                came.append(tx)
            except GasPriceTooLow:
                assert tx.gas_price_wei < pool.rules.minimum_gas_price_wei
            except MempoolError:
                assert len(pool) > 0
        elif act == "expire":
            gone += [out.transaction for out in pool.expire(10 * now_s)]
        elif act == "follow":
            minimum_wei = price * WEI_PER_SATOSHI
            gone += [out.transaction for out in pool.follow(minimum_wei, RULES.block_gas_limit_gas)]
            assert all(tx.gas_price_wei >= minimum_wei for tx in pool.select(100, 10**6))
        elif chosen := pool.select(1 + ahead, 10**6):
            if act == "include":
                pool.include(chosen)
                for tx in chosen:
                    assert tx.nonce == nonces[tx.sender]
                    nonces[tx.sender] += 1
                gone += chosen
            else:
                gone.append(pool.reject(chosen[-1], "test").transaction)
        assert pool.executable_tx == len(pool.select(100, 10**6)) <= len(pool) <= 5
        assert len(came) == len(gone) + len(pool)
    gone += [out.transaction for out in pool.expire(10**6)]
    assert sorted(tx.identity for tx in gone) == sorted(tx.identity for tx in came)
    assert len(pool) == pool.executable_tx == 0
