"""The tree of blocks and the view that moves in it: states, fees, mempool, finality, forgetting."""

from __future__ import annotations

import pytest
from branching import (
    ANN,
    BOB,
    CYD,
    FUNDS_WEI,
    OPENING_S,
    SHOP,
    make,
    open_lottery,
    payment,
    submit,
    waiting,
)

from chain.errors import UnknownState
from chain.ledger import FinalBlock, UnknownBlock
from chain.units import WEI_PER_SATOSHI


def test_a_distinct_block_is_executed_once_and_known_by_its_hash() -> None:
    ledger, _contract = open_lottery()
    opening, tx = ledger.tip, payment(BOB, 0)
    first, again = (make(ledger, opening, [tx]) for _ in range(2))
    assert first is again
    assert ledger.tree[first.block_hash] is first
    other = make(ledger, opening, [tx], producer="b")
    assert other.block_hash != first.block_hash
    assert (other.parent, other.number, other.transactions) == (opening, 101, [tx])
    assert opening.children == [first, other]


def test_making_a_block_does_not_move_the_view() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    submit(ledger, payment(BOB, 0))
    make(ledger, opening, waiting(ledger))
    assert ledger.tip is opening
    assert (ledger.nonce(BOB), len(ledger.mempool)) == (0, 1)


def test_an_idle_block_keeps_its_parents_state_and_pays_its_producer() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    idle, other = make(ledger, opening), make(ledger, opening, producer="b")
    assert idle.state_root == other.state_root == opening.state_root
    assert idle.executed is None
    assert idle.block_hash != other.block_hash
    assert make(ledger, opening) is idle
    assert idle.payouts is not None
    assert idle.payouts.by_owner_sat == {"a": 7}
    assert idle.stretch is not None
    assert (idle.stretch.count, idle.stretch.blocks_by_owner) == (1, {"a": 1})
    move = ledger.move_to(idle)
    assert (move.removed, move.added) == ([], [idle])
    assert ledger.imbalance_wei() == 0


def test_a_reorganisation_rolls_everything_back_and_transactions_wait_again() -> None:
    ledger, contract = open_lottery()
    opening = ledger.tip
    pay, count = payment(BOB, 0, 50), payment(CYD, 0, to=contract, value_wei=0, gas_limit_gas=60_000)
    submit(ledger, pay, count)
    left = make(ledger, opening, waiting(ledger))
    ledger.move_to(left)
    assert (ledger.nonce(BOB), ledger.balance_wei(SHOP), len(ledger.mempool)) == (1, 7, 0)
    assert ledger.engine.storage(ledger.tip.state_root, contract, 0) == 1
    fees_sat = ledger.fees_destroyed_sat
    assert fees_sat > 0
    right = make(ledger, opening, [pay], producer="b")
    tip = make(ledger, right, producer="b")
    move = ledger.move_to(tip)
    assert (move.removed, move.added, move.returned, move.departures) == ([left], [right, tip], [count], [])
    assert (ledger.nonce(BOB), ledger.nonce(CYD), ledger.balance_wei(SHOP)) == (1, 0, 7)
    assert ledger.engine.storage(ledger.tip.state_root, contract, 0) == 0
    assert 0 < ledger.fees_destroyed_sat < fees_sat
    assert (waiting(ledger), ledger.imbalance_wei()) == ([count], 0)
    back = ledger.move_to(left)
    assert (back.removed, back.added, back.returned) == ([tip, right], [left], [])
    assert (len(ledger.mempool), ledger.fees_destroyed_sat, ledger.imbalance_wei()) == (0, fees_sat, 0)


def test_what_waits_again_has_waited_since_it_was_submitted() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    submit(ledger, payment(BOB, 0), at_s=OPENING_S)
    left = make(ledger, opening, waiting(ledger))
    ledger.move_to(left)
    ledger.move_to(make(ledger, opening, producer="b"))
    assert ledger.expire(OPENING_S + 10**6) == []
    assert [out.cause for out in ledger.expire(OPENING_S + 10**6 + 1)] == ["expired"]


def test_what_the_new_branch_has_spent_does_not_wait_again() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    here, there = payment(BOB, 0, 50), payment(BOB, 0, 60)
    submit(ledger, here, payment(BOB, 1))
    ledger.move_to(make(ledger, opening, waiting(ledger)))
    move = ledger.move_to(make(ledger, opening, [there], producer="b"))
    assert move.returned == [payment(BOB, 1)]
    assert [(out.transaction, out.cause) for out in move.departures] == [(here, "displaced")]
    assert waiting(ledger) == [payment(BOB, 1)]


def test_an_included_transaction_displaces_what_waits_under_its_nonce() -> None:
    ledger, _contract = open_lottery()
    submit(ledger, payment(BOB, 0, 50), payment(BOB, 1, 50))
    move = ledger.move_to(make(ledger, ledger.tip, [payment(BOB, 0, 60)]))
    assert [(out.transaction.nonce, out.cause) for out in move.departures] == [(0, "displaced")]
    assert (waiting(ledger), ledger.mempool.executable_tx) == ([payment(BOB, 1, 50)], 1)


def test_the_dearer_of_two_waits_where_one_comes_back() -> None:
    for price_sat, waits in ((60, 60), (44, 50)):
        ledger, _contract = open_lottery()
        opening = ledger.tip
        submit(ledger, payment(BOB, 0, 50))
        left = make(ledger, opening, waiting(ledger))
        ledger.move_to(left)
        ledger.mempool.add(payment(BOB, 0, price_sat), OPENING_S, 0, FUNDS_WEI)
        move = ledger.move_to(make(ledger, opening, producer="b"))
        assert [tx.gas_price_wei // WEI_PER_SATOSHI for tx in waiting(ledger)] == [waits]
        assert len(move.departures) == 1


def test_a_producer_on_another_branch_offers_what_is_not_included_there_and_has_arrived() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    submit(ledger, payment(BOB, 0), payment(CYD, 0, 50), at_s=OPENING_S)
    left = make(ledger, opening, waiting(ledger))
    right = make(ledger, opening, [payment(CYD, 0, 50)], producer="b")
    ledger.move_to(left)
    submit(ledger, payment(BOB, 1, 90), payment(CYD, 1), at_s=OPENING_S + 5)
    assert ledger.candidates(left) == [payment(BOB, 1, 90), payment(CYD, 1)]
    assert ledger.candidates(right) == [payment(BOB, 0), payment(BOB, 1, 90), payment(CYD, 1)]
    assert ledger.candidates(right, moment_s=OPENING_S + 4) == [payment(BOB, 0)]
    assert ledger.candidates(left, moment_s=OPENING_S + 4) == []
    assert ledger.candidates(opening, moment_s=OPENING_S - 0.1) == []
    block = make(ledger, right, ledger.candidates(right), producer="b")
    assert len(block.transactions) == 3
    assert ledger.imbalance_wei_at(block) == 0


def test_what_the_pool_had_replaced_waits_again_when_a_block_that_held_it_is_removed() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    first, dearer, strange = payment(BOB, 0, 50), payment(BOB, 0, 60), payment(CYD, 0)
    submit(ledger, first, dearer)
    assert waiting(ledger) == [dearer]
    # A producer that has not heard of the dearer one, with one of its own that no gateway took.
    right = make(ledger, opening, [first, strange], producer="b")
    assert [one.cause for one in ledger.move_to(right).departures] == ["displaced"]
    move = ledger.move_to(make(ledger, opening))
    assert (move.returned, waiting(ledger)) == ([first], [first])


def test_a_transaction_refused_by_a_block_leaves_when_the_block_comes_into_view() -> None:
    ledger, _contract = open_lottery()
    opening = ledger.tip
    too_dear = payment(BOB, 1, 50, value_wei=FUNDS_WEI // 2)
    submit(ledger, payment(BOB, 0, 50), too_dear)
    spending = payment(BOB, 0, 60, value_wei=2 * FUNDS_WEI // 3)
    block = make(ledger, opening, [spending, too_dear])
    assert [tx for tx, _reason in block.rejected] == [too_dear]
    assert len(ledger.mempool) == 2
    move = ledger.move_to(block)
    assert {out.cause for out in move.departures} == {"displaced", "rejected"}
    assert len(ledger.mempool) == 0


def test_final_blocks_are_final() -> None:
    ledger, _contract = open_lottery(depth_blocks=3)
    opening = ledger.tip
    branch = [make(ledger, opening)]
    for _ in range(3):
        branch.append(make(ledger, branch[-1]))
    fork = make(ledger, opening, producer="b")
    ledger.move_to(branch[2])
    ledger.move_to(fork)
    ledger.move_to(branch[3])
    with pytest.raises(FinalBlock, match="leaves this branch at block 100, and block 101 is final"):
        ledger.move_to(fork)
    assert ledger.tip is branch[3]
    ledger.move_to(branch[1])


def test_forgetting_keeps_live_branches_and_their_states_only() -> None:
    ledger, _contract = open_lottery(depth_blocks=2)
    opening = ledger.tip
    tip, roots = opening, [opening.state_root]
    for nonce in range(8):
        submit(ledger, payment(BOB, nonce))
        tip = make(ledger, tip, waiting(ledger))
        ledger.move_to(tip)
        roots.append(tip.state_root)
        if nonce == 3:
            live = make(ledger, tip, [payment(CYD, 0)], producer="b")
            dead = make(ledger, tip.parent or tip, [payment(CYD, 0)], producer="b")
    forgotten = ledger.forget([live])
    assert opening in forgotten
    assert dead in forgotten
    assert live.parent is not None
    assert ledger.tree.root is live.parent
    with pytest.raises(UnknownBlock, match="is not kept any more"):
        ledger.move_to(dead)
    with pytest.raises(UnknownBlock, match="never made, or forgotten"):
        ledger.tree[dead.block_hash]
    with pytest.raises(UnknownBlock):
        make(ledger, dead)
    assert len(make(ledger, live, [payment(CYD, 1)], producer="b").transactions) == 1
    ledger.forget()
    assert len(ledger.tree) == 3
    assert live not in ledger.tree
    for root in roots[:-3]:
        with pytest.raises(UnknownState):
            ledger.engine.nonce(root, BOB)
    assert [ledger.engine.nonce(root, BOB) for root in roots[-3:]] == [6, 7, 8]


def test_memory_stays_bounded_over_many_blocks() -> None:
    ledger, contract = open_lottery(depth_blocks=5)
    sizes, kept = [], []
    for number in range(60):
        for sender in (BOB, CYD):
            submit(
                ledger, payment(sender, ledger.nonce(sender), to=contract, value_wei=0, gas_limit_gas=60_000)
            )
        parent = ledger.tip
        make(ledger, parent, waiting(ledger)[:1], producer="b")
        ledger.move_to(make(ledger, parent, waiting(ledger)))
        make(ledger, ledger.tip)
        ledger.forget()
        sizes.append(len(ledger.tree))
        kept.append(ledger.engine.stored_entries)  # type: ignore[attr-defined]
        assert number < 20 or max(sizes[-10:]) <= 3 * 6
    assert max(kept[40:]) <= max(kept[10:20]) + 10
    assert len(ledger.gateways[0]._taken) <= 6
    assert ledger.engine.storage(ledger.tip.state_root, contract, 0) == 120


def test_logs_and_calls_are_a_branchs_own() -> None:
    ledger, contract = open_lottery()
    opening = ledger.tip
    counted = make(ledger, opening, [payment(BOB, 0, to=contract, value_wei=0, gas_limit_gas=60_000)])
    plain = make(ledger, opening, producer="b")
    assert ledger.engine.storage(counted.state_root, contract, 0) == 1
    assert ledger.engine.storage(plain.state_root, contract, 0) == 0
    assert ledger.call(contract, b"", at=counted).status == 1
    assert counted.executed is not None
    assert counted.executed.receipts.status == [1]
    assert (ledger.imbalance_wei_at(counted), ledger.imbalance_wei_at(plain)) == (0, 0)
    assert ledger.nonce(ANN) == 1
