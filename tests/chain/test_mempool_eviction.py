"""Who gives way in a full pool, and what an account may have waiting: what costs nothing takes nobody's place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Address, Transaction
from chain.mempool import (
    AlreadyKnown,
    BalanceTooLow,
    Departure,
    Mempool,
    MempoolError,
    MempoolFull,
    MempoolRules,
)
from chain.units import WEI_PER_SATOSHI

ANN, BOB, CYD, DAN, EVE = (bytes([n]) * 20 for n in range(1, 6))
RULES = MempoolRules(
    minimum_gas_price_wei=40 * WEI_PER_SATOSHI,
    block_gas_limit_gas=1_000_000,
    account_limit_tx=4,
    limit_tx=5,
    replacement_bump_percent=10,
    expiry_s=100,
)
UNIT_WEI = 21_000 * WEI_PER_SATOSHI
"""What a transfer costs for each satoshi of its gas price."""
RICH_WEI = 10**30


def transfer(sender: Address, nonce: int, price_sat: int = 40, value_wei: int = 0) -> Transaction:
    return Transaction(sender, nonce, bytes(20), value_wei, b"", 21_000, price_sat * WEI_PER_SATOSHI)


def put(pool: Mempool, *transactions: Transaction, now_s: int = 0) -> list[tuple[Address, int, str]]:
    return named(out for tx in transactions for out in pool.add(tx, now_s, 0, RICH_WEI))


def named(departures: object) -> list[tuple[Address, int, str]]:
    found: list[Departure] = list(departures)  # type: ignore[call-overload]
    return [(out.transaction.sender, out.transaction.nonce, out.cause) for out in found]


def order(pool: Mempool) -> list[tuple[Address, int]]:
    return [(tx.sender, tx.nonce) for tx in pool.select(100, 10**6)]


def test_the_cheapest_behind_a_gap_goes_first_however_dear_it_is() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 1, 900), transfer(ANN, 2, 800), transfer(BOB, 3, 800), transfer(CYD, 0, 40))
    put(pool, transfer(CYD, 1, 40))
    assert put(pool, transfer(DAN, 0, 40)) == [(BOB, 3, "evicted")]
    assert put(pool, transfer(DAN, 1, 40)) == [(ANN, 2, "evicted")]
    assert put(pool, transfer(DAN, 2, 40)) == [(ANN, 1, "evicted")]
    assert (len(pool), pool.executable_tx) == (5, 5)


def test_what_is_behind_a_gap_pushes_out_its_like_alone() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 40), transfer(ANN, 1, 40), transfer(BOB, 0, 41), transfer(CYD, 1, 60))
    put(pool, transfer(CYD, 3, 70))
    with pytest.raises(
        MempoolFull, match="the cheapest pays 600000000000 wei per gas, this one 600000000000"
    ):
        put(pool, transfer(EVE, 1, 60))
    assert put(pool, transfer(EVE, 1, 61)) == [(CYD, 1, "evicted")]
    assert put(pool, transfer(EVE, 2, 62)) == [(EVE, 1, "evicted")]
    assert put(pool, transfer(BOB, 1), transfer(BOB, 2)) == [(EVE, 2, "evicted"), (CYD, 3, "evicted")]
    with pytest.raises(MempoolFull, match="5 transactions wait.* nonce 5 is not: 0 is missing"):
        put(pool, transfer(EVE, 5, 10_000))


def test_a_gap_that_closes_protects_and_one_that_opens_exposes() -> None:
    pool = Mempool(replace(RULES, limit_tx=6))
    put(pool, transfer(ANN, 1, 50), transfer(ANN, 2, 50), now_s=0)
    put(pool, transfer(ANN, 0, 50), now_s=0)
    put(pool, transfer(BOB, 0, 60), transfer(BOB, 1, 45), transfer(CYD, 1, 900), now_s=10)
    assert put(pool, transfer(CYD, 3, 901), now_s=10) == [(CYD, 1, "evicted")]
    assert put(pool, transfer(DAN, 0, 41), now_s=10) == [(CYD, 3, "evicted")]
    pool.reject(transfer(ANN, 0, 50), "test")
    assert order(pool) == [(BOB, 0), (BOB, 1), (DAN, 0)]
    assert put(pool, transfer(DAN, 1, 41), now_s=10) == []
    assert put(pool, transfer(DAN, 2, 41), now_s=10) == [(ANN, 2, "evicted")]
    assert put(pool, transfer(ANN, 0, 50), now_s=10) == [(ANN, 1, "evicted")]
    assert pool.executable_tx == 6


def test_what_an_expired_one_leaves_behind_gives_way_first() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 90), now_s=0)
    put(pool, *(transfer(ANN, nonce, 90 + nonce) for nonce in (1, 2, 3)), transfer(BOB, 0), now_s=50)
    assert named(pool.expire(101)) == [(ANN, 0, "expired")]
    put(pool, transfer(BOB, 1), now_s=101)
    assert put(pool, transfer(BOB, 2), now_s=101) == [(ANN, 1, "evicted")]
    assert named(pool.expire(151)) == [(ANN, 2, "expired"), (ANN, 3, "expired"), (BOB, 0, "expired")]


def test_a_replacement_keeps_its_side() -> None:
    pool = Mempool(replace(RULES, limit_tx=4))
    put(pool, transfer(ANN, 0, 40), transfer(ANN, 1, 40), transfer(BOB, 1, 40), transfer(BOB, 2, 50))
    put(pool, transfer(ANN, 0, 44), transfer(BOB, 1, 55))
    assert (order(pool), pool.executable_tx) == ([(ANN, 0), (ANN, 1)], 2)
    assert put(pool, transfer(CYD, 0), transfer(CYD, 1)) == [(BOB, 2, "evicted"), (BOB, 1, "evicted")]
    assert put(pool, transfer(DAN, 0, 41)) == [(CYD, 1, "evicted")]


def test_spent_nonces_are_no_longer_executable_and_leave_first() -> None:
    pool = Mempool(RULES)
    put(pool, transfer(ANN, 0, 99), transfer(ANN, 1, 98), transfer(BOB, 0), transfer(BOB, 1))
    assert pool.add(transfer(ANN, 5), 0, 5, RICH_WEI) == []
    assert (order(pool), pool.executable_tx) == ([(BOB, 0), (BOB, 1), (ANN, 5)], 3)
    assert named(pool.add(transfer(ANN, 6), 0, 5, RICH_WEI)) == [(ANN, 1, "evicted")]
    assert len(pool.expire(101)) == 5
    assert len(pool) == pool.executable_tx == 0


def test_the_balance_covers_all_that_waits_behind_gaps_too() -> None:
    pool = Mempool(RULES)
    pool.add(transfer(ANN, 0, 40, value_wei=7), 0, 0, 140 * UNIT_WEI + 7)
    pool.add(transfer(ANN, 2, 50), 0, 0, 140 * UNIT_WEI + 7)
    words = f"gas and value need {50 * UNIT_WEI + 1} wei, .* what it has waiting {90 * UNIT_WEI + 7} wei"
    with pytest.raises(BalanceTooLow, match=words):
        pool.add(transfer(ANN, 1, 50, value_wei=1), 0, 0, 140 * UNIT_WEI + 7)
    assert pool.add(transfer(ANN, 1, 50), 0, 0, 140 * UNIT_WEI + 7) == []
    assert pool.executable_tx == 3


def test_a_replacement_frees_what_the_replaced_one_could_have_cost() -> None:
    pool = Mempool(RULES)
    first, second = transfer(ANN, 0, 40, value_wei=60 * UNIT_WEI), transfer(ANN, 1, 40)
    for tx in (first, second):
        pool.add(tx, 0, 0, 140 * UNIT_WEI)
    with pytest.raises(AlreadyKnown):
        pool.add(first, 0, 0, 140 * UNIT_WEI)
    with pytest.raises(BalanceTooLow):
        pool.add(replace(first, gas_price_wei=44 * WEI_PER_SATOSHI), 0, 0, 140 * UNIT_WEI)
    assert len(pool.add(transfer(ANN, 0, 50), 0, 0, 140 * UNIT_WEI)) == 1
    pool.add(transfer(ANN, 2, 50), 0, 0, 140 * UNIT_WEI)
    with pytest.raises(BalanceTooLow):
        pool.add(transfer(ANN, 3, 40), 0, 0, 140 * UNIT_WEI)


def test_blocks_rejections_and_evictions_free_the_balance() -> None:
    pool = Mempool(replace(RULES, limit_tx=2))
    tx = transfer(ANN, 0)
    for act in (lambda: pool.include([tx]), lambda: pool.reject(tx, "test"), lambda: pool.expire(101)):
        pool.add(tx, 0, 0, 40 * UNIT_WEI)
        act()
        assert len(pool) == 0
    pool.add(tx, 0, 0, 40 * UNIT_WEI)
    assert put(pool, transfer(BOB, 0, 50), transfer(BOB, 1, 50)) == [(ANN, 0, "evicted")]
    pool.include([transfer(BOB, 0, 50)])
    pool.add(tx, 0, 0, 40 * UNIT_WEI)


def test_heaps_do_not_grow_with_gaps_that_open_and_close() -> None:
    pool = Mempool(replace(RULES, account_limit_tx=50, limit_tx=50))
    put(pool, *(transfer(ANN, nonce) for nonce in range(1, 40)))
    for price_sat in range(40, 340):
        head = transfer(ANN, 0, price_sat)
        put(pool, head)
        assert pool.executable_tx == 40
        pool.reject(head, "test")
        assert pool.executable_tx == 0
    assert max(map(len, (pool._by_price, pool._gapped_by_price, pool._by_age))) < 300


def test_replacing_the_first_of_many_does_not_touch_the_others() -> None:
    pool = Mempool(replace(RULES, account_limit_tx=1_000, limit_tx=1_000))
    put(pool, *(transfer(ANN, nonce) for nonce in range(1_000)))
    before = len(pool._by_price), len(pool._gapped_by_price)
    put(pool, transfer(ANN, 0, 44), transfer(ANN, 0, 50))
    assert (len(pool._by_price), len(pool._gapped_by_price)) == (before[0] + 2, before[1])


free = st.tuples(st.sampled_from([DAN, EVE]), st.integers(1, 6), st.integers(40, 5_000), st.booleans())
paid = st.tuples(st.sampled_from([ANN, BOB, CYD]), st.integers(0, 6), st.integers(40, 60))


@given(st.lists(st.one_of(free, paid), max_size=60))
def test_nobody_is_pushed_out_for_free(steps: list[tuple[object, ...]]) -> None:
    """Attackers leave nonce 0 out or have too little; the others' executable transactions never notice."""
    pool = Mempool(RULES)
    for sender, nonce, price_sat, *unpayable in steps:
        tx = transfer(sender, nonce, price_sat)  # type: ignore[arg-type]
        if unpayable == [True]:
            tx = replace(tx, nonce=tx.nonce - 1)
        before, gapped = order(pool), len(pool) - pool.executable_tx
        balance_wei = tx.gas_price_wei * 21_000 - 1 if unpayable == [True] else RICH_WEI
        follows = tx.nonce == pool.next_nonce(tx.sender, 0)
        try:
            pool.add(tx, 0, 0, balance_wei)
            assert unpayable != [True]
        except MempoolFull:
            assert unpayable or not (gapped and follows)
        except MempoolError:
            assert order(pool) == before
        if unpayable:
            assert order(pool) == before
        else:
            assert {DAN, EVE}.isdisjoint(sender for sender, _nonce in order(pool))


spending = st.tuples(
    st.sampled_from([ANN, BOB]),
    st.integers(0, 5),
    st.integers(40, 60),
    st.integers(0, 50),
    st.integers(0, 300),
    st.sampled_from(["add", "add", "add", "include", "reject", "expire"]),
)


@given(st.lists(spending, max_size=60))
def test_no_account_has_more_waiting_than_it_can_pay_when_it_adds(
    steps: list[tuple[Address, int, int, int, int, str]],
) -> None:
    pool = Mempool(RULES)
    nonces, waiting = {ANN: 0, BOB: 0}, dict[tuple[Address, int], Transaction]()
    for now_s, (sender, ahead, price_sat, value, balance, act) in enumerate(steps):
        gone: list[Transaction] = []
        tx = transfer(sender, nonces[sender] + ahead, price_sat, value * UNIT_WEI)
        chosen = pool.select(1 + ahead, 10**6)
        if act == "include":
            pool.include(gone := chosen)
            nonces.update((one.sender, one.nonce + 1) for one in chosen)
        elif act == "reject" and chosen:
            gone = [pool.reject(chosen[-1], "test").transaction]
        elif act == "expire":
            gone = [out.transaction for out in pool.expire(20 * now_s)]
        elif act == "add":
            others_wei = sum(
                cost_wei(one)
                for (owner, nonce), one in waiting.items()
                if owner == sender and nonce != tx.nonce
            )
            pays = others_wei + cost_wei(tx) <= balance * UNIT_WEI
            try:
                departed = pool.add(tx, 20 * now_s, nonces[sender], balance * UNIT_WEI)
            except BalanceTooLow:
                assert not pays
                continue
            except MempoolError:
                assert pays
                continue
            assert pays
            gone = [out.transaction for out in departed]
        for one in gone:
            del waiting[one.sender, one.nonce]
        if act == "add":
            waiting[sender, tx.nonce] = tx
        assert len(waiting) == len(pool)


def cost_wei(tx: Transaction) -> int:
    return tx.gas_limit_gas * tx.gas_price_wei + tx.value_wei


@dataclass
class Shadow:
    """The rules of eviction by full scans: what waits in order of arrival, and the nonces on the chain."""

    waiting: list[Transaction]
    nonces: dict[Address, int]

    def executable(self, tx: Transaction) -> bool:
        held = {one.nonce for one in self.waiting if one.sender == tx.sender} | {tx.nonce}
        return held.issuperset(range(self.nonces[tx.sender], tx.nonce))

    def victims(self, tx: Transaction) -> list[Transaction] | None:
        """Return who goes, or None where the newcomer is refused."""
        gapped = [one for one in self.waiting if not self.executable(one)]
        lowest = min(reversed(gapped or self.waiting), key=lambda one: one.gas_price_wei)
        dearer = tx.gas_price_wei > lowest.gas_price_wei
        if gapped:
            return [lowest] if dearer or self.executable(tx) else None
        if not dearer or not self.executable(tx) or lowest.sender == tx.sender:
            return None
        theirs = [one for one in self.waiting if one.sender == lowest.sender and one.nonce >= lowest.nonce]
        return sorted(theirs, key=lambda one: -one.nonce)


acts = st.tuples(
    st.sampled_from(["add", "add", "add", "add", "include", "reject"]),
    st.sampled_from([ANN, BOB, CYD]),
    st.integers(0, 3),
    st.integers(40, 46),
)


@given(st.lists(acts, max_size=80))
def test_evictions_are_those_that_full_scans_would_choose(steps: list[tuple[str, Address, int, int]]) -> None:
    pool = Mempool(replace(RULES, account_limit_tx=9))
    shadow = Shadow([], dict.fromkeys((ANN, BOB, CYD), 0))
    for act, sender, ahead, price_sat in steps:
        tx = transfer(sender, shadow.nonces[sender] + ahead, price_sat)
        if act == "add" and all((one.sender, one.nonce) != (sender, tx.nonce) for one in shadow.waiting):
            full = len(shadow.waiting) == RULES.limit_tx
            expected = shadow.victims(tx) if full else []
            try:
                gone = [out.transaction for out in pool.add(tx, 0, shadow.nonces[sender], RICH_WEI)]
                shadow.waiting = [one for one in shadow.waiting if one not in gone] + [tx]
                assert gone == expected
            except MempoolFull:
                assert expected is None
        elif chosen := pool.select(1 + ahead, 10**6):
            if act == "include":
                pool.include(chosen)
                shadow.nonces.update((one.sender, one.nonce + 1) for one in chosen)
            else:
                pool.reject(chosen[0], "test")
                chosen = chosen[:1]
            shadow.waiting = [one for one in shadow.waiting if one not in chosen]
        assert pool.executable_tx == sum(map(shadow.executable, shadow.waiting))
        assert len(pool) == len(shadow.waiting)
