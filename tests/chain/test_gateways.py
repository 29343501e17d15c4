"""Pools of nodes on a network: what was handed in where is in whose blocks when, and where it waits again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from branching import BOB, CYD, payment
from town import FAR, NEAR, Town

from chain.mempool import GasPriceTooLow

CUT_S, HEALED_S = 100.0, 700.0


def test_what_is_handed_in_on_one_side_of_a_split_is_in_no_block_of_the_other_before_it_heals() -> None:
    town = Town(gateways=2, wall_s=(CUT_S, HEALED_S))
    near, far = payment(BOB, 0), payment(CYD, 0)
    town.submit(near, CUT_S + 1, gateway=0)
    town.submit(far, CUT_S + 2, gateway=1)
    town.run_to(HEALED_S)
    before = {producer for producer, _made_s in town.holders(near)}
    assert before == {NEAR}
    assert {producer for producer, _made_s in town.holders(far)} == {FAR}
    assert [len(gateway.mempool) for gateway in town.ledger.gateways] == [0, 0]
    town.run_to(HEALED_S + 300)
    # One side's chain won: the other's transaction was given up, waited again in the pools, and is in it now.
    again = [made_s for tx in (near, far) for _producer, made_s in town.holders(tx) if made_s > HEALED_S]
    assert len(again) >= 1
    for gateway in town.ledger.gateways:
        assert (gateway.nonce(BOB), gateway.nonce(CYD)) == (1, 1)
        assert len(gateway.mempool) == 0
    assert town.ledger.gateways[0].tip is town.ledger.gateways[1].tip
    assert town.lost == [[], []]


def test_without_a_split_the_other_side_takes_it_too() -> None:
    town = Town(gateways=2)
    sent = [payment(BOB, nonce) for nonce in range(40)]
    for place, tx in enumerate(sent):
        town.submit(tx, 1 + 20 * place)
    town.run_to(2_000)
    assert {producer for tx in sent for producer, _made_s in town.holders(tx)} == {NEAR, FAR}


@pytest.mark.parametrize("latency_s", [0.0, 2.0, 30.0])
def test_no_producer_takes_what_has_not_come_to_it_and_the_near_one_takes_it_at_once(
    latency_s: float,
) -> None:
    town = Town(latency_s=latency_s)
    sent = {payment(BOB, nonce): 1.0 + 15 * nonce for nonce in range(60)}
    for tx, sent_s in sent.items():
        town.submit(tx, sent_s)
    town.run_to(1_200)
    waits_s: dict[int, list[float]] = {NEAR: [], FAR: []}
    for tx, sent_s in sent.items():
        for producer, made_s in town.holders(tx):
            waits_s[producer].append(made_s - sent_s)
    assert min(waits_s[NEAR]) < 2
    assert latency_s <= min(waits_s[FAR]) < latency_s + 5


def test_the_delay_shows_in_how_long_transactions_wait() -> None:
    def mean_wait_s(latency_s: float) -> float:
        town = Town(latency_s=latency_s, interval_s=20.0)
        sent = {payment(BOB, nonce): 1.0 + 7 * nonce for nonce in range(150)}
        for tx, sent_s in sent.items():
            town.submit(tx, sent_s)
        town.run_to(2_000)
        waits_s = [town.holders(tx)[0][1] - sent_s for tx, sent_s in sent.items()]
        return sum(waits_s) / len(waits_s)

    quick_s, slow_s = mean_wait_s(0.0), mean_wait_s(10.0)
    # Half of the blocks are the far validator's, for whom everything comes 10 s later; then it is often the near
    # one's turn first.
    assert quick_s + 2 < slow_s < quick_s + 10


def test_two_runs_are_equal() -> None:
    def played() -> list[tuple[int, float, bytes]]:
        town = Town(gateways=2, wall_s=(CUT_S, HEALED_S), latency_s=3.0)
        for nonce in range(30):
            town.submit(payment(BOB, nonce), 10 + 25 * nonce, gateway=0)
            town.submit(payment(CYD, nonce), 12 + 25 * nonce, gateway=1)
        town.run_to(1_500)
        return [(producer, made_s, block.block_hash) for producer, made_s, block in town.made]

    first = played()
    assert first == played()
    assert len(first) > 100


def test_a_gateway_s_pool_holds_what_others_took_once_it_has_come_and_tells_its_own_senders_only() -> None:
    town = Town(gateways=2, latency_s=5.0, interval_s=10_000.0)
    near, far = town.ledger.gateways
    town.submit(payment(BOB, 0), 1, gateway=0)
    town.submit(payment(CYD, 0), 2, gateway=1)
    assert (near.mempool.holds(payment(CYD, 0)), far.mempool.holds(payment(BOB, 0))) == (False, False)
    assert (near.expire(near.tip.timestamp_s + 7), far.expire(far.tip.timestamp_s + 5.9)) == ([], [])
    assert (near.mempool.holds(payment(CYD, 0)), far.mempool.holds(payment(BOB, 0))) == (True, False)
    assert far.expire(far.tip.timestamp_s + 6.1) == []
    assert far.mempool.holds(payment(BOB, 0))
    late_s = far.tip.timestamp_s + far.mempool.rules.expiry_s
    # It counts from when it came: what was handed in here expires before what came from there.
    assert [one.transaction for one in far.expire(late_s + 4)] == [payment(CYD, 0)]
    assert far.mempool.holds(payment(BOB, 0))
    assert far.expire(late_s + 7) == []
    assert not far.mempool.holds(payment(BOB, 0))
    assert [one.transaction for one in near.expire(late_s + 8)] == [payment(BOB, 0)]


def test_who_is_refused_still_hears_of_its_own_that_others_pushed_out() -> None:
    town = Town(gateways=2, latency_s=5.0, interval_s=10_000.0)
    near = town.ledger.gateways[0]
    near.mempool.rules = replace(near.mempool.rules, limit_tx=1)
    mine = payment(BOB, 0)
    town.submit(mine, 1, gateway=0)
    town.submit(payment(CYD, 0, price_sat=80), 2, gateway=1)
    with pytest.raises(GasPriceTooLow):
        town.submit(payment(BOB, 1, price_sat=1), 10, gateway=0)
    assert not near.mempool.holds(mine)
    move = near.move_to(near.tip)
    assert [(one.transaction, one.cause) for one in move.departures] == [(mine, "evicted")]
    assert near.move_to(near.tip).departures == []


def test_settled_transactions_are_forgotten() -> None:
    town = Town(gateways=2)
    most = 0
    for nonce in range(100):
        town.submit(payment(BOB, nonce), 1 + 20 * nonce, gateway=nonce % 2)
        assert town.ledger.gossip is not None
        most = max(most, len(town.ledger.gossip))
    town.run_to(2_100)
    assert most < 15
    assert len(town.ledger.gossip) == 0
