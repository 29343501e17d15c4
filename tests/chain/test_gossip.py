"""The record of what gateways took, as nodes see it: each from its place, under its own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from branching import ANN, BOB, CYD, PEOPLE, payment
from hypothesis import given
from hypothesis import strategies as st

from chain.block import Address, Transaction
from chain.mempool import Gossip, Mempool, MempoolError, MempoolRules, Place
from chain.units import WEI_PER_SATOSHI

RULES = MempoolRules(40 * WEI_PER_SATOSHI, 1_000_000, expiry_s=1_000)
EVERYTHING = 10**9
RICH_WEI = 10**30


@dataclass
class Delays:
    """Links that take as long as a table says, from the gateway (row) to the node (column)."""

    table_s: Sequence[Sequence[float]]
    gateways: Sequence[int] = (0, 1)

    def arrival_s(self, gateway: int, node: int, sent_s: float) -> float:
        return sent_s + self.table_s[gateway][node]

    def last_arrival_s(self, gateway: int, sent_s: float) -> float:
        return sent_s + max(self.table_s[gateway])


DELAYS = Delays(((0, 5, 1, 20), (5, 0, 2, 3)))


def gossip(delays: Delays = DELAYS) -> Gossip:
    found = Gossip()
    found.links = delays
    for _ in delays.gateways:
        found.open_inbox()
    return found


def offered(
    among: Gossip, node: int | None, moment_s: float, rules: MempoolRules = RULES, first: int = 0
) -> list[Transaction]:
    return among.select(Place(node, moment_s, rules), lambda _sender: first, EVERYTHING, EVERYTHING)


def test_a_node_offers_what_has_come_to_it() -> None:
    among = gossip()
    among.send(payment(BOB, 0), 100, 0, RULES)
    among.send(payment(CYD, 0), 101, 1, RULES)
    assert offered(among, 2, 100.9) == []
    assert offered(among, 2, 101) == [payment(BOB, 0)]
    assert offered(among, 2, 103) == [payment(BOB, 0), payment(CYD, 0)]
    assert offered(among, 3, 119.9) == [payment(CYD, 0)]
    assert offered(among, 3, 120) == [payment(CYD, 0), payment(BOB, 0)], "first come, first served, there"
    assert offered(among, None, 101) == [payment(BOB, 0), payment(CYD, 0)]


def test_a_dearer_one_replaces_where_it_has_come_and_a_little_dearer_one_nowhere() -> None:
    among = gossip()
    among.send(payment(BOB, 0, 50), 100, 0, RULES)
    among.send(payment(BOB, 0, 55), 110, 0, RULES)
    among.send(payment(BOB, 0, 60), 115, 0, RULES)
    assert offered(among, 3, 125) == [payment(BOB, 0, 50)]
    assert offered(among, 3, 130) == [payment(BOB, 0, 55)]
    assert offered(among, 3, 999) == [payment(BOB, 0, 55)]
    assert offered(among, 2, 112) == [payment(BOB, 0, 55)]


def test_a_missing_nonce_holds_back_what_is_behind_it() -> None:
    among = gossip()
    among.send(payment(BOB, 1), 100, 0, RULES)
    assert offered(among, 2, 200) == []
    assert offered(among, 2, 200, first=1) == [payment(BOB, 1)]
    among.send(payment(BOB, 0), 199.5, 0, RULES)
    assert offered(among, 2, 200) == []
    assert offered(among, 2, 201) == [payment(BOB, 0), payment(BOB, 1)]
    assert offered(among, 2, 201, first=1) == [payment(BOB, 1)], "its branch has the first"
    assert offered(among, 2, 201, first=2) == []


def test_limits_and_prices_are_the_node_s_own() -> None:
    among = gossip()
    for nonce in range(5):
        among.send(payment(BOB, nonce, 90 - nonce), 100 + nonce, 0, RULES)
    among.send(payment(CYD, 0, 45), 110, 0, RULES)
    assert len(offered(among, 2, 200)) == 6
    few = replace(RULES, account_limit_tx=2)
    assert offered(among, 2, 200, few) == [payment(BOB, 0, 90), payment(BOB, 1, 89), payment(CYD, 0, 45)]
    assert offered(among, 2, 200, replace(RULES, limit_tx=1)) == [payment(BOB, 0, 90)]
    dear = replace(RULES, minimum_gas_price_wei=88 * WEI_PER_SATOSHI)
    assert len(offered(among, 2, 200, dear)) == 3
    assert offered(among, 2, 200, replace(RULES, block_gas_limit_gas=20_000)) == []


def test_time_to_wait_counts_from_when_it_came() -> None:
    among = gossip()
    among.send(payment(BOB, 0), 100, 0, RULES)
    assert [len(offered(among, node, 1_101.5)) for node in range(4)] == [0, 1, 0, 1]
    assert offered(among, 3, 1_120) == [payment(BOB, 0)]
    assert offered(among, 3, 1_120.1) == []


def test_what_a_node_found_impossible_it_offers_no_more_and_others_do() -> None:
    among = gossip()
    among.send(payment(BOB, 0), 100, 0, RULES)
    among.refuse(2, [payment(BOB, 0)])
    assert (offered(among, 2, 200), offered(among, 3, 200)) == ([], [payment(BOB, 0)])


def test_one_that_two_gateways_took_is_recalled_from_the_first_and_refused_from_both() -> None:
    among = gossip()
    among.send(payment(BOB, 0), 100, 1, RULES)
    among.send(payment(BOB, 0), 102, 0, RULES)
    found = among.recall(payment(BOB, 0))
    assert found is not None
    assert found.submitted_at_s == 100
    among.refuse(2, [payment(BOB, 0)])
    assert (offered(among, 2, 200), offered(among, 3, 200)) == ([], [payment(BOB, 0)])


def test_what_is_settled_or_has_expired_everywhere_is_forgotten() -> None:
    among = gossip()
    among.send(payment(BOB, 0, 50), 100, 0, RULES)
    among.send(payment(BOB, 0, 60), 101, 0, RULES)
    among.send(payment(CYD, 0), 102, 0, RULES)
    among.settled([payment(BOB, 0, 50)])
    assert (len(among), offered(among, 2, 200)) == (1, [payment(CYD, 0)])
    assert (among.recall(payment(CYD, 0)), among.recall(payment(BOB, 0, 60))) != (None, None)
    assert among.recall(payment(BOB, 0, 60)) is None
    for nonce in range(5_000):
        among.send(payment(ANN, nonce), 3_000 + nonce, 0, RULES)
        assert len(among) <= 2_100
    assert among.recall(payment(CYD, 0)) is None


SENT = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.integers(0, 3),
        st.sampled_from([30, 40, 44, 50, 90]),
        st.integers(0, 1),
        st.floats(0, 50),
    ),
    max_size=25,
)


@given(sent=SENT, node=st.integers(0, 3), asked_s=st.floats(0, 400), first=st.integers(0, 2))
def test_a_node_offers_what_a_pool_of_its_own_would(
    sent: list[tuple[Address, int, int, int, float]], node: int, asked_s: float, first: int
) -> None:
    """A pool that is handed each transaction at the moment it comes; none is full, and none waits too long."""
    among = gossip()
    pool, now_s = Mempool(RULES), 0.0
    coming: list[tuple[float, int, Transaction]] = []
    gateways = [Mempool(RULES), Mempool(RULES)]
    for sender, nonce, price_sat, gateway, later_s in sent:
        now_s += later_s
        tx = payment(sender, nonce, price_sat)
        try:
            gateways[gateway].add(tx, now_s, 0, RICH_WEI)
        except MempoolError:
            continue
        among.send(tx, now_s, gateway, RULES)
        coming.append((DELAYS.arrival_s(gateway, node, now_s), len(coming), tx))
    for came_s, _serial, tx in sorted(coming):
        if came_s <= asked_s:
            try:
                pool.add(tx, came_s, 0, RICH_WEI)
            except MempoolError:
                continue
    pool.rebase(dict.fromkeys(PEOPLE, first), [])
    assert offered(among, node, asked_s, first=first) == pool.select(EVERYTHING, EVERYTHING)
